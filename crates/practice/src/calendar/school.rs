//! School terms: data for each setting, or a framework that many share. A day that nobody has
//! given terms for is not guessed.

use std::collections::BTreeMap;

use super::{CalendarError, Day, bank_holidays};

/// Why it can't be said whether a school is open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAKnownTerm {
    /// Nobody has given such a calendar.
    #[error("There is no term calendar “{asked}”: choose one of {}", known.join(", "))]
    Calendar { asked: String, known: Vec<String> },
    /// The calendar says nothing of that day.
    #[error("The term calendar “{calendar}” covers {first} to {last} and says nothing of {day}")]
    Day { calendar: String, day: Day, first: Day, last: Day },
}

/// The terms of one calendar: spans of days, first and last included.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms(Vec<(Day, Day)>);

impl Terms {
    /// Whether the day lies in a term; `None` outside the years that are covered.
    pub fn contains(&self, day: Day) -> Option<bool> {
        let covered = (self.first()..=self.last()).contains(&day);
        covered.then(|| self.0.iter().any(|(first, last)| (*first..=*last).contains(&day)))
    }

    /// The first day that is covered.
    pub fn first(&self) -> Day {
        self.0.iter().map(|(first, _)| *first).min().unwrap_or(Day::MAX)
    }

    /// The last day that is covered.
    pub fn last(&self) -> Day {
        self.0.iter().map(|(_, last)| *last).max().unwrap_or(Day::MIN)
    }
}

/// Reads lines of `calendar,first_day,last_day`.
pub(super) fn read(csv: &str) -> Result<BTreeMap<String, Terms>, CalendarError> {
    let mut calendars: BTreeMap<String, Terms> = BTreeMap::new();
    for (line, [calendar, first, last]) in bank_holidays::lines::<3>(csv)? {
        let day = |text: &str| {
            bank_holidays::day(text).map_err(|problem| CalendarError { line, problem })
        };
        let (first, last) = (day(&first)?, day(&last)?);
        if last < first {
            let problem = format!("the term ends on {last}, before it begins on {first}");
            return Err(CalendarError { line, problem });
        }
        calendars.entry(calendar).or_default().0.push((first, last));
    }
    Ok(calendars)
}
