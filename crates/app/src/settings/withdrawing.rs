//! Taking back what was set for a day that has not come: what lengths and the partnership's record
//! share. It stays in the history, with who took it back and why.

use jiff::Timestamp;
use platform::db::{At, Value};

use crate::{
    doors::Pen,
    error::{Error, Result},
    limits::{REASON, filled},
};

/// That it was taken back.
#[derive(Debug)]
pub struct Withdrawn {
    pub at: Timestamp,
    pub by: Option<String>,
    pub why: String,
}

impl Withdrawn {
    /// From the columns of a row.
    pub fn of(at: Option<At>, by: Option<String>, why: Option<String>) -> Option<Self> {
        at.map(|At(at)| Self { at, by, why: why.unwrap_or_default() })
    }
}

/// The values of the columns that mark a row as withdrawn.
pub fn mark(pen: &Pen<'_>, why: String) -> [Value; 3] {
    [At(pen.now).into(), pen.actor.staff().map(|s| s.0).into(), why.into()]
}

/// Whether a reason is one.
///
/// # Errors
/// A refusal when there is none, or it is too long.
pub fn reason(why: &str) -> Result<()> {
    filled(why, REASON, "Say why it is withdrawn")
}

/// Whether as many rows were withdrawn as somebody has seen.
///
/// # Errors
/// `Stale` when another was set or withdrawn meanwhile; then nothing is withdrawn.
pub fn as_seen(withdrawn: u64, seen: i64) -> Result<()> {
    if u64::try_from(seen) == Ok(withdrawn) && seen > 0 { Ok(()) } else { Err(Error::Stale) }
}
