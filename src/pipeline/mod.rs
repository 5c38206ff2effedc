//! The engine: documents in, pseudonymised documents out. Built from [`Settings`] alone by the command line, tests and benches.

mod engine;
mod settings;

pub use engine::{Engine, EngineError, Outcome};
pub use settings::{Settings, SettingsError};
