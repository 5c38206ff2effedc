/// What to do with each label.
#[derive(Clone, Debug, Default)]
pub struct Policy {}

/// One way to replace a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Keep,
    Tag,
}

/// What is wrong with a policy file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    #[error("no policy is called `{name}`")]
    Unknown { name: String },
}
