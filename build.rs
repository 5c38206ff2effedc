//! Embeds the identifier and policy files, and compiles the word lists of `lexicons/` into the tables that the binary holds.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

#[path = "src/lexicon/compile.rs"]
mod compile;
#[path = "src/lexicon/pack.rs"]
mod pack;
#[path = "src/replace/pools/compile.rs"]
mod pools;
#[path = "src/structure/compile.rs"]
mod structure;
#[allow(unreachable_pub)]
#[path = "src/structure/pack.rs"]
mod terms;

fn main() {
    println!("cargo::rerun-if-changed=lexicons");
    for source in [
        "src/lexicon/compile.rs",
        "src/lexicon/pack.rs",
        "src/replace/pools/compile.rs",
        "src/structure/compile.rs",
        "src/structure/pack.rs",
    ] {
        println!("cargo::rerun-if-changed={source}");
    }
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let (out, lexicons) = (Path::new(&out), Path::new(&root).join("lexicons"));
    embed(&lexicons.join("identifiers"), "IDENTIFIERS", &out.join("identifiers.rs"));
    embed(&lexicons.join("policies"), "POLICIES", &out.join("policies.rs"));
    let words = compile::table(&lexicons).unwrap_or_else(|fault| panic!("{fault}"));
    for (file, bytes) in pools::pools(&lexicons, &words).unwrap_or_else(|fault| panic!("{fault}")) {
        fs::write(out.join(file), bytes).expect("OUT_DIR is writable");
    }
    let terms = structure::table(&lexicons).unwrap_or_else(|fault| panic!("{fault}"));
    fs::write(out.join("terms.bin"), terms).expect("OUT_DIR is writable");
    let words = compile::automaton(words).unwrap_or_else(|fault| panic!("{fault}"));
    fs::write(out.join("words.fst"), words).expect("OUT_DIR is writable");
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
