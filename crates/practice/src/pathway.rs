//! A pathway: what happened to one person in one process, and everything that follows from it.
//! Stage and clocks are derived from the history each time; nothing here is a status that
//! somebody sets. It refuses to know how a history is stored or who may write it.

mod clock;
mod duty;
mod history;
mod process;

pub use clock::{Clock, ClockState};
pub use duty::{Duty, DutyCard, Local, LocalLength, NotTighter, Rung, Strength};
pub use history::{Entry, EntryNo, History, Strike};
pub(crate) use process::Any;
pub use process::{AnyProcess, Folded, Hand, Process, Stored};

/// The rules say no, in a sentence that a practitioner can act on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

impl Refusal {
    /// A refusal in these words.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}
