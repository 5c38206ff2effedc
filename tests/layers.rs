//! Imports go one way: a module uses only the modules above it.

use std::fs;
use std::path::{Path, PathBuf};

const ORDER: [&str; 12] =
    ["text", "lexicon", "detect", "resolve", "replace", "structure", "pipeline", "io", "job", "eval", "corpus", "cli"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn imports_go_one_way() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut faults = Vec::new();
    for entry in fs::read_dir(&root).expect("src") {
        let path = entry.expect("a readable entry").path();
        if !path.is_dir() {
            continue;
        }
        let module = path.file_name().expect("a name").to_string_lossy().into_owned();
        let Some(rank) = ORDER.iter().position(|known| *known == module) else {
            faults.push(format!("`{module}` is not in the list of layers"));
            continue;
        };
        let mut files = Vec::new();
        sources(&path, &mut files);
        for file in files {
            let source = fs::read_to_string(&file).expect("sources are UTF-8");
            for below in &ORDER[rank + 1..] {
                if source.contains(&format!("crate::{below}::")) {
                    faults.push(format!("{} uses `{below}`, which is below `{module}`", file.display()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
