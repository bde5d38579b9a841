//! Why something does not happen. The rules say no, there is nothing here that you may know of, or
//! the fault is ours; beside these stand the moments at which one goes elsewhere or tries again:
//! somebody was quicker, nobody or somebody else is signed in, or too much is going on.

use platform::db::{Error as DbError, WriteFailed};
use practice::pathway;

/// Why something did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules say no; the sentence is shown on the page.
    #[error("{0}")]
    Refusal(String),
    /// As a refusal, of what was entered in one field of a form.
    #[error("{say}")]
    Beside { field: &'static str, say: String },
    /// Somebody else changed the same thing meanwhile; both texts are shown.
    #[error("somebody else changed this while you were working on it")]
    Stale,
    /// Nothing here that you may know of. Forbidden looks the same.
    #[error("nothing here that you may know of")]
    NotFound,
    /// What was asked for is on another page of ours now.
    #[error("it is elsewhere now")]
    Elsewhere(String),
    /// Nobody is signed in, or the session has ended.
    #[error("not signed in")]
    SignedOut,
    /// The form was made in another session than the one that sent it.
    #[error("the form belongs to another session")]
    OtherSession,
    /// They opened more records within an hour than one person's work takes, and say why first.
    #[error("too many records were opened")]
    TooMany,
    /// They go on faster than people do; they may go on in a moment.
    #[error("somebody went too fast")]
    TooFast,
    /// Too much is going on; the same request may go through in a moment.
    #[error("the database is busy")]
    Busy,
    /// Ours. The reference goes on the page, the chain in the log.
    #[error("{0}")]
    Fault(String),
}

/// What the application answers with.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A refusal in these words.
    pub fn refusal(words: impl Into<String>) -> Self {
        Self::Refusal(words.into())
    }

    /// A refusal of what was entered in that field.
    pub fn beside(field: &'static str, words: impl Into<String>) -> Self {
        Self::Beside { field, say: words.into() }
    }

    /// A fault, with what was being done.
    pub fn fault(doing: &str, why: impl std::fmt::Display) -> Self {
        Self::Fault(format!("{doing}: {why}"))
    }
}

impl From<WriteFailed> for Error {
    fn from(error: WriteFailed) -> Self {
        match error {
            WriteFailed::Busy | WriteFailed::TooLong => Self::Busy,
            WriteFailed::Database(why) => Self::Fault(why.to_string()),
            WriteFailed::Disk(_) | WriteFailed::Broke => Self::Fault(error.to_string()),
        }
    }
}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        WriteFailed::from(error).into()
    }
}

impl From<pathway::Refusal> for Error {
    fn from(refusal: pathway::Refusal) -> Self {
        Self::Refusal(refusal.0)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::fault("reading a stored form", error)
    }
}
