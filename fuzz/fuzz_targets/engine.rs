//! Any text: no panic; what is replaced is all that changes; the same text gives the same bytes.
#![no_main]

use std::sync::{Arc, OnceLock};

use estompe::pipeline::{Engine, Settings};
use estompe::replace::{Policy, ProjectKey};
use estompe::text::Document;
use libfuzzer_sys::fuzz_target;

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let key = Arc::new(ProjectKey::generate().expect("random bytes"));
        Engine::new(Settings::new(Policy::default(), key, None).expect("sound settings"))
    })
}

fuzz_target!(|text: &str| {
    let doc = Document::new("d", text).with_patient("p");
    let outcome = engine().process(&doc).expect("a short text is done");
    let (mut original, mut out) = (0, 0);
    for edit in &outcome.edits {
        let (from, to) = (edit.detection.span, edit.out);
        assert_eq!(&text[original..from.start()], &outcome.text[out..to.start()]);
        (original, out) = (from.end(), to.end());
    }
    assert_eq!(&text[original..], &outcome.text[out..]);
    let again = engine().process(&Document::new("d", text).with_patient("p")).expect("done before");
    assert_eq!(again.text, outcome.text);
});
