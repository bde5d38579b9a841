//! The timescales of the guidance, by the code that practitioners and figures use, and the
//! calculator that answers each: `ICPC-15WD 2024-03-18` is due on 2024-04-10. A number stands
//! here once, beside its source; a process that is built takes its number from here.

mod due;
mod questions;
mod read;
mod skipped;
mod table;

pub use due::{Answer, Found, due};
pub use questions::Question;
pub use read::DueError;
pub use skipped::{Skipped, Why};
pub use table::{TIMESCALES, TOPICS, timescale};

use crate::calendar::Within;

/// One timescale.
#[derive(Debug, Clone, Copy)]
pub struct Timescale {
    /// The code.
    pub code: &'static str,
    /// What it is about: one of `TOPICS`.
    pub topic: &'static str,
    /// What is to be done, or what is asked.
    pub what: &'static str,
    /// The days or moments that it is counted from, as they are asked for, in order.
    pub asks: &'static [&'static str],
    /// How the answer is found.
    pub rule: Rule,
    /// Where it is written; `[L]` marks a local length.
    pub source: &'static str,
}

/// The shapes that answers have.
#[derive(Debug, Clone, Copy)]
pub enum Rule {
    /// A limit, counted from one day or moment.
    Limit(Within),
    /// A day on which something begins to be so, counted in the same way.
    Begins(Within),
    /// As `Limit`; out of hours, receipt may locally count as the next working day.
    Receipt(Within),
    /// The nth consecutive school day, the first being day 1.
    SchoolDays(u32),
    /// The day of the setting's first opening after a moment.
    NextOpening,
    /// Whether a second event lies within so many months of a first, the anniversary included.
    Again { months: u32, yes: &'static str, no: &'static str },
    /// Whether a plan lasted more than so many days, its last day included.
    LastedMoreThan(i32),
    /// The financial quarter of a day.
    Quarter,
    /// The 30 September that follows the end of a year.
    YearlyReport,
    /// The day on which that age is reached.
    Age(i16),
}
