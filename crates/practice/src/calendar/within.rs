//! How long a duty allows: a number, its unit, and what happens when the limit falls on a day on
//! which nobody works.

use jiff::{SignedDuration, Span};
use serde::{Deserialize, Serialize};

use super::{Calendar, Day, LONDON, Moment, at_wall_clock, day_of, end_of};

/// A length with its unit and its roll rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Within {
    unit: Unit,
    n: u32,
    #[serde(default, skip_serializing_if = "Roll::is_none")]
    roll: Roll,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Unit {
    Minutes,
    Hours,
    Days,
    DaysCountingFirst,
    Weeks,
    Months,
    WorkingDays,
    WorkingDaysBefore,
}

/// What happens when a limit falls on no working day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Roll {
    /// It stays.
    #[default]
    None,
    /// The limit stays; whoever acts must do so by the last working day before (C-5).
    ActBefore,
    /// The limit itself moves to the next working day (C-6).
    NextWorkingDay,
}

impl Roll {
    fn is_none(&self) -> bool {
        *self == Self::None
    }
}

const fn within(unit: Unit, n: u32) -> Within {
    Within { unit, n, roll: Roll::None }
}

/// Elapsed minutes.
pub const fn minutes(n: u32) -> Within {
    within(Unit::Minutes, n)
}

/// Elapsed hours, through clock changes and bank holidays.
pub const fn hours(n: u32) -> Within {
    within(Unit::Hours, n)
}

/// Calendar days after.
pub const fn days(n: u32) -> Within {
    within(Unit::Days, n)
}

/// Calendar days, the first being day 1.
pub const fn days_counting_first(n: u32) -> Within {
    within(Unit::DaysCountingFirst, n)
}

/// Calendar weeks after.
pub const fn weeks(n: u32) -> Within {
    within(Unit::Weeks, n)
}

/// Calendar months: the same day number, clamped to the end of the month (C-4).
pub const fn months(n: u32) -> Within {
    within(Unit::Months, n)
}

/// The nth working day strictly after (C-1).
pub const fn working_days(n: u32) -> Within {
    within(Unit::WorkingDays, n)
}

/// The nth working day strictly before.
pub const fn working_days_before(n: u32) -> Within {
    within(Unit::WorkingDaysBefore, n)
}

/// The greatest number that a partnership may give a length.
const MOST: u32 = 1000;

/// When a duty is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The day on which the limit falls.
    pub on: Day,
    /// For one working day: the same time of day on the due day, which hubs aim at (C-3).
    pub target_at: Option<Moment>,
    /// The last moment that is in time.
    pub breach_at: Moment,
    /// The day by which somebody must act when that is earlier than the limit.
    pub act_by: Option<Day>,
}

impl Within {
    /// Where the limit is no working day, act by the last working day before it.
    pub const fn or_last_working_day_before(self) -> Self {
        Self { roll: Roll::ActBefore, ..self }
    }

    /// Where the limit is no working day, it is the next one.
    pub const fn or_next_working_day_after(self) -> Self {
        Self { roll: Roll::NextWorkingDay, ..self }
    }

    /// When a duty is due that began at that moment.
    pub fn limit(&self, from: Moment, calendar: &Calendar) -> Limit {
        if let Some(elapsed) = self.elapsed() {
            let breach_at = from.checked_add(elapsed).unwrap_or(Moment::MAX);
            return Limit { on: day_of(breach_at), target_at: None, breach_at, act_by: None };
        }
        let on = self.day(day_of(from), calendar);
        let act_by = (self.roll == Roll::ActBefore)
            .then(|| calendar.on_or_before(on))
            .filter(|act_by| *act_by != on);
        let target_at = (self.unit == Unit::WorkingDays && self.n == 1)
            .then(|| at_wall_clock(on, from.to_zoned(LONDON.clone()).time()));
        Limit { on, target_at, breach_at: end_of(on), act_by }
    }

    /// The day of the limit for a duty that began on that day. Lengths in hours and minutes are
    /// counted from its start.
    pub fn day(&self, from: Day, calendar: &Calendar) -> Day {
        let n = i64::from(self.n);
        // A length beyond the calendar's end is due on its last day.
        let add = |span: Result<Span, jiff::Error>| {
            span.and_then(|s| from.checked_add(s)).unwrap_or(Day::MAX)
        };
        let day = match self.unit {
            Unit::Minutes | Unit::Hours => {
                day_of(self.limit(super::start_of(from), calendar).breach_at)
            }
            Unit::Days => add(Span::new().try_days(n)),
            Unit::DaysCountingFirst => add(Span::new().try_days(n - 1)),
            Unit::Weeks => add(Span::new().try_weeks(n)),
            Unit::Months => add(Span::new().try_months(n)),
            Unit::WorkingDays => calendar.working_day_after(from, self.n),
            Unit::WorkingDaysBefore => calendar.working_day_before(from, self.n),
        };
        if self.roll == Roll::NextWorkingDay { calendar.on_or_after(day) } else { day }
    }

    /// Whether this length is counted in elapsed time, and so needs a moment to begin at.
    pub const fn needs_a_moment(&self) -> bool {
        matches!(self.unit, Unit::Minutes | Unit::Hours)
    }

    /// Whether days on which nobody works are left out of the count.
    pub(crate) const fn counts_working_days(&self) -> bool {
        matches!(self.unit, Unit::WorkingDays | Unit::WorkingDaysBefore)
    }

    /// Whether bank holidays decide where it ends, or by when somebody must act.
    pub(crate) fn needs_bank_holidays(&self) -> bool {
        self.counts_working_days() || !self.roll.is_none()
    }

    /// The same length, which stays wherever it falls.
    pub(crate) const fn unrolled(self) -> Self {
        Self { roll: Roll::None, ..self }
    }

    /// The units that a partnership may choose, each with its name in forms and for people.
    pub const UNITS: [(&str, &str); 6] = [
        ("minutes", "minutes"),
        ("hours", "hours"),
        ("days", "days"),
        ("weeks", "weeks"),
        ("months", "months"),
        ("working-days", "working days"),
    ];

    /// The same rule with another number and unit; `None` when there is no such unit, or nothing
    /// is left of it.
    pub fn with_length(self, n: u32, unit: &str) -> Option<Self> {
        let unit = match unit {
            "minutes" => Unit::Minutes,
            "hours" => Unit::Hours,
            "days" => Unit::Days,
            "weeks" => Unit::Weeks,
            "months" => Unit::Months,
            "working-days" => Unit::WorkingDays,
            _ => return None,
        };
        (1..=MOST).contains(&n).then_some(Self { unit, n, ..self })
    }

    /// In plain words: `1 working day`, `72 hours`.
    pub fn describe(&self) -> String {
        let (one, many) = match self.unit {
            Unit::Minutes => ("minute", "minutes"),
            Unit::Hours => ("hour", "hours"),
            Unit::Days | Unit::DaysCountingFirst => ("day", "days"),
            Unit::Weeks => ("week", "weeks"),
            Unit::Months => ("month", "months"),
            Unit::WorkingDays => ("working day", "working days"),
            Unit::WorkingDaysBefore => ("working day before", "working days before"),
        };
        format!("{} {}", self.n, if self.n == 1 { one } else { many })
    }

    /// Whether this length can't be longer than the other, whatever the day; `None` when that
    /// depends on the day, as between working days and weeks.
    pub fn is_no_longer_than(&self, other: &Self) -> Option<bool> {
        if self.roll != other.roll {
            return None;
        }
        match (self.elapsed(), other.elapsed()) {
            (Some(mine), Some(theirs)) => Some(mine <= theirs),
            _ if self.unit == other.unit => Some(self.n <= other.n),
            (Some(mine), None) => (mine <= other.at_least()?).then_some(true),
            _ if self.unit == Unit::Days && other.unit == Unit::WorkingDays => {
                (self.n <= other.n).then_some(true)
            }
            _ => None,
        }
    }

    /// What a length in days lasts at the least: it ends with its day, and the clocks may go
    /// forward once in it.
    fn at_least(&self) -> Option<SignedDuration> {
        let days = match self.unit {
            Unit::Days | Unit::WorkingDays => self.n,
            Unit::Weeks => self.n.checked_mul(7)?,
            _ => return None,
        };
        let hours = i64::from(days).checked_mul(24)?.checked_sub(2)?;
        (days > 0).then(|| SignedDuration::from_hours(hours))
    }

    fn elapsed(&self) -> Option<SignedDuration> {
        match self.unit {
            Unit::Minutes => Some(SignedDuration::from_mins(i64::from(self.n))),
            Unit::Hours => Some(SignedDuration::from_hours(i64::from(self.n))),
            _ => None,
        }
    }
}
