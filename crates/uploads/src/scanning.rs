//! What a scanner of malicious software says, and what is known of a file. There is no scanner here:
//! the application asks one, about the bytes **as they came**: a picture that is kept without its
//! comments no longer shows what was in them.
//!
//! Nothing is known until a scanner said so. A scanner that is stopped or fails leaves a file
//! [`Standing::Waiting`]: it is taken and kept, and nobody downloads it.

/// What a scanner says of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It found nothing.
    NothingFound,
    /// It found something, which it calls by this name.
    Found(String),
}

/// What is known of a stored file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Standing {
    /// No scanner has looked yet.
    #[default]
    Waiting,
    /// A scanner looked and found nothing.
    NothingFound,
    /// A scanner found something, which it calls by this name.
    Found(String),
}

impl Standing {
    /// What is known once a scanner was asked. What was found stays found; what failed tells
    /// nothing, and undoes nothing.
    #[must_use]
    pub fn after<F>(self, scan: Result<Verdict, F>) -> Self {
        match (self, scan) {
            (found @ Self::Found(_), _) => found,
            (_, Ok(Verdict::NothingFound)) => Self::NothingFound,
            (_, Ok(Verdict::Found(name))) => Self::Found(name),
            (before, Err(_)) => before,
        }
    }
}
