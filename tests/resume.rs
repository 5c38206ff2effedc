//! A run killed at any moment goes on and ends with the same bytes; so does one with other threads.

mod common;

use std::fs;
use std::process::{Child, Stdio};
use std::time::Duration;

use common::{estompe, folder, notes, outputs, run, stderr};

const ARGS: [&str; 8] = ["run", "notes.jsonl", "--key", "projet.key", "--quiet", "--part-documents", "100", "--output"];

fn start(folder: &std::path::Path, more: &[&str]) -> Child {
    estompe().args(ARGS).args(more).current_dir(folder).stderr(Stdio::null()).spawn().expect("the binary starts")
}

#[test]
fn killed_and_resumed_gives_the_same_bytes() {
    let folder = folder();
    fs::write(folder.path().join("notes.jsonl"), notes(3000)).unwrap();
    let whole = run(&[&ARGS[..], &["whole"]].concat(), folder.path());
    assert!(whole.status.success(), "{}", stderr(&whole));
    let wanted = outputs(&folder.path().join("whole"));

    let mut kills = 0;
    for round in 0..12u64 {
        let name = format!("killed-{round}");
        let mut resume: &[&str] = &[];
        // Kill it a few times, each after a little longer; then let it end.
        for strike in 0..4u64 {
            let mut child = start(folder.path(), &[&[name.as_str()], resume].concat());
            std::thread::sleep(Duration::from_millis(20 + 17 * round + 60 * strike));
            if child.try_wait().expect("a child").is_none() {
                child.kill().expect("it runs");
                kills += 1;
            }
            child.wait().expect("a child");
            resume = if folder.path().join(&name).join("manifest.json").exists() { &["--resume"] } else { &[] };
            if resume.is_empty() {
                let _ = fs::remove_dir_all(folder.path().join(&name));
            }
        }
        let last = run(&[&ARGS[..], &[name.as_str()], resume].concat(), folder.path());
        assert!(last.status.success(), "{}", stderr(&last));
        let got = outputs(&folder.path().join(&name));
        assert_eq!(got.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>());
        for (file, bytes) in &got {
            assert!(bytes == &wanted[file], "{file} differs in round {round}");
        }
    }
    assert!(kills > 0, "nothing was killed: the input is too small for this machine");
}

#[test]
fn threads_do_not_change_a_byte() {
    let folder = folder();
    fs::write(folder.path().join("notes.jsonl"), notes(700)).unwrap();
    for threads in ["1", "4"] {
        let output = run(&[&ARGS[..], &[threads, "--threads", threads]].concat(), folder.path());
        assert!(output.status.success(), "{}", stderr(&output));
    }
    assert!(outputs(&folder.path().join("1")) == outputs(&folder.path().join("4")));
}

#[test]
fn resume_refuses_what_is_not_the_same_run() {
    let folder = folder();
    fs::write(folder.path().join("notes.jsonl"), notes(5)).unwrap();
    let again = run(&[&ARGS[..], &["nothing", "--resume"]].concat(), folder.path());
    assert_eq!(again.status.code(), Some(2));
    assert!(run(&[&ARGS[..], &["done"]].concat(), folder.path()).status.success());
    let other = run(&[&ARGS[..], &["done", "--resume", "--policy", "mask"]].concat(), folder.path());
    assert_eq!(other.status.code(), Some(2));
    assert!(stderr(&other).contains("policy"), "{}", stderr(&other));
    common::key(&folder.path().join("projet.key"), 8);
    let other = run(&[&ARGS[..], &["done", "--resume"]].concat(), folder.path());
    assert_eq!(other.status.code(), Some(2));
    assert!(stderr(&other).contains("key_fingerprint"), "{}", stderr(&other));
}

/// The first interruption ends the part in hand; the run then goes on.
#[cfg(unix)]
#[test]
fn an_interruption_ends_the_part_in_hand() {
    let folder = folder();
    fs::write(folder.path().join("notes.jsonl"), notes(3000)).unwrap();
    assert!(run(&[&ARGS[..], &["whole"]].concat(), folder.path()).status.success());
    let mut stopped = 0;
    for wait in [30, 80, 150, 300, 600] {
        let name = format!("stopped-{wait}");
        let mut child = start(folder.path(), &[&name]);
        std::thread::sleep(Duration::from_millis(wait));
        let interrupted = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(interrupted.is_ok());
        let code = child.wait().expect("a child").code();
        if !folder.path().join(&name).join("manifest.json").exists() {
            continue;
        }
        if code == Some(130) {
            stopped += 1;
            let again = run(&[&ARGS[..], &[name.as_str(), "--resume"]].concat(), folder.path());
            assert!(again.status.success(), "{}", stderr(&again));
        }
        if code.is_some() {
            assert!(outputs(&folder.path().join(&name)) == outputs(&folder.path().join("whole")), "after {wait} ms");
        }
    }
    assert!(stopped > 0, "never caught in the act");
}
