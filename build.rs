//! Embeds the identifier files and compiles the word lists of `lexicons/` into the tables that the binary maps at start.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=lexicons");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    embed(&Path::new(&root).join("lexicons/identifiers"), "IDENTIFIERS", &Path::new(&out).join("identifiers.rs"));
    embed(&Path::new(&root).join("lexicons/policies"), "POLICIES", &Path::new(&out).join("policies.rs"));
}

/// `const NAME: &[(file name, text)]` of the `*.toml` of a folder, by name.
fn embed(folder: &Path, name: &str, to: &Path) {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    paths.sort();
    let mut source = format!("const {name}: &[(&str, &str)] = &[\n");
    for path in paths {
        let file = path.file_name().expect("a file has a name").to_string_lossy();
        writeln!(source, "    ({file:?}, include_str!({path:?})),").expect("writing to a string");
    }
    source.push_str("];\n");
    fs::write(to, source).expect("OUT_DIR is writable");
}
