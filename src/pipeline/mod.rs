//! The engine: documents in, pseudonymised documents out. Built from [`Settings`] alone by the command line, tests and benches.

mod engine;
mod examples;
mod ordered;
mod settings;

pub use engine::{Engine, EngineError, Mention, Outcome};
pub use examples::Examples;
pub use ordered::ordered;
pub use settings::{Settings, SettingsError, Site};
