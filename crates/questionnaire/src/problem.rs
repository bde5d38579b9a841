//! Something to put right in an answer: which field, and what to do.

/// A problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field's name on its page.
    pub field: String,
    /// What to do.
    pub say: String,
}
