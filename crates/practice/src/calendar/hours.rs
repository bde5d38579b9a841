//! The hours in which the hub is open: a local setting, one span for each weekday. It refuses a
//! day that closes before it opens, and a hub that never opens.

use std::fmt;

use jiff::civil::{Time, time};
use serde::{Deserialize, Serialize};

use super::Day;

/// The days of the week, as they are written, Monday first.
pub const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// When the hub opens and closes, Monday first; `None` on a closed day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Week", into = "Week")]
pub struct HubHours(Week);

/// Opening and closing for each day of the week, Monday first.
pub type Week = [Option<(Time, Time)>; 7];

/// Why hours can't be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotHours {
    /// A day closes before it opens, or at once.
    #[error("{0}: the hub must close after it opens")]
    Backwards(&'static str),
    /// It is closed all week.
    #[error("Enter the hours of at least one day")]
    NeverOpen,
}

impl TryFrom<Week> for HubHours {
    type Error = NotHours;

    fn try_from(week: Week) -> Result<Self, NotHours> {
        for (name, span) in WEEKDAYS.into_iter().zip(week) {
            if span.is_some_and(|(opens, closes)| closes <= opens) {
                return Err(NotHours::Backwards(name));
            }
        }
        if week.iter().all(Option::is_none) { Err(NotHours::NeverOpen) } else { Ok(Self(week)) }
    }
}

impl From<HubHours> for Week {
    fn from(hours: HubHours) -> Self {
        hours.0
    }
}

impl Default for HubHours {
    /// Monday to Thursday 9am to 5pm, Friday 9am to 4:30pm.
    fn default() -> Self {
        let long = Some((time(9, 0, 0, 0), time(17, 0, 0, 0)));
        let short = Some((time(9, 0, 0, 0), time(16, 30, 0, 0)));
        Self([long, long, long, long, short, None, None])
    }
}

impl HubHours {
    /// Whether the hub is open at that time of that weekday.
    pub fn contain(&self, day: Day, time: Time) -> bool {
        self.of(day).is_some_and(|(opens, closes)| (opens..closes).contains(&time))
    }

    /// The spans, Monday first.
    pub fn week(&self) -> &Week {
        &self.0
    }

    /// When it opens on that weekday; `None` when it does not.
    pub(super) fn opens(&self, day: Day) -> Option<Time> {
        self.of(day).map(|(opens, _)| opens)
    }

    fn of(&self, day: Day) -> Option<(Time, Time)> {
        let index = usize::from(day.weekday().to_monday_zero_offset().unsigned_abs());
        self.0.get(index).copied().flatten()
    }
}

/// `Monday to Thursday 9am to 5pm, Friday 9am to 4:30pm`
impl fmt::Display for HubHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days: Vec<_> = WEEKDAYS.into_iter().zip(self.0).collect();
        let runs = days.chunk_by(|(_, one), (_, next)| one == next);
        let open = runs.filter_map(|run| match run {
            [(day, Some(span))] => Some(((*day).to_owned(), span)),
            [(first, Some(span)), .., (last, _)] => Some((format!("{first} to {last}"), span)),
            _ => None,
        });
        for (n, (days, (opens, closes))) in open.enumerate() {
            let comma = if n == 0 { "" } else { ", " };
            write!(f, "{comma}{days} {} to {}", o_clock(*opens), o_clock(*closes))?;
        }
        Ok(())
    }
}

fn o_clock(time: Time) -> String {
    time.strftime("%-I:%M%P").to_string().replace(":00", "")
}
