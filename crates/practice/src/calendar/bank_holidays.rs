//! Bank holidays of England and Wales: a list with a version, since one is proclaimed now and
//! then at short notice.

use std::collections::BTreeMap;

use super::Day;

/// Why a calendar file can't be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct CalendarError {
    /// Which line of the file, from 1.
    pub line: usize,
    /// What is wrong with it, and what it should be.
    pub problem: String,
}

/// Why a list can't take the place of the one in force.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotFollow {
    /// What has been counted already would be counted otherwise.
    #[error(
        "The list leaves out bank holidays that are already past or today: {}. Clocks were counted \
         by them, so a new list must keep them",
        named(days)
    )]
    Past { days: Vec<(Day, String)> },
    /// It knows less of the future.
    #[error(
        "The list ends on {ends}, earlier than the list in force, which ends on {in_force}: give one \
         that goes at least as far"
    )]
    EndsEarlier { ends: Day, in_force: Day },
}

fn named(days: &[(Day, String)]) -> String {
    let named: Vec<_> = days.iter().map(|(day, name)| format!("{day} ({name})")).collect();
    named.join(", ")
}

/// What another list says otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListChanges {
    /// The days that only the other list has.
    pub added: Vec<(Day, String)>,
    /// The days that the other list leaves out.
    pub dropped: Vec<(Day, String)>,
}

/// A list of bank holidays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankHolidays {
    pub(super) version: i64,
    days: BTreeMap<Day, String>,
}

impl BankHolidays {
    /// Reads lines of `date,name` under such a heading.
    ///
    /// # Errors
    /// When a line isn't a date and a name, a date stands twice, or there is none.
    pub fn read(csv: &str, version: i64) -> Result<Self, CalendarError> {
        let mut days = BTreeMap::new();
        for (line, [date, name]) in lines::<2>(csv)? {
            let day = day(&date).map_err(|problem| CalendarError { line, problem })?;
            if days.insert(day, name).is_some() {
                let problem = format!("{day} stands twice in the list");
                return Err(CalendarError { line, problem });
            }
        }
        if days.is_empty() {
            let problem = "the list has no bank holiday".to_owned();
            return Err(CalendarError { line: 1, problem });
        }
        Ok(Self { version, days })
    }

    /// Whether the list covers that day's year.
    pub fn covers(&self, day: Day) -> bool {
        (self.begins()..=self.ends()).contains(&day)
    }

    /// The first day of the first year that the list covers.
    pub fn begins(&self) -> Day {
        let first = self.days.first_key_value().map_or(Day::MIN, |(day, _)| *day);
        first.first_of_year()
    }

    /// The last day of the last year that the list covers.
    pub fn ends(&self) -> Day {
        self.last().unwrap_or(Day::MAX).last_of_year()
    }

    /// What another list changes, if it may take the place of this one.
    ///
    /// # Errors
    /// When it drops or moves a bank holiday of today or before, or ends earlier than this one.
    pub fn followed_by(&self, next: &Self, today: Day) -> Result<ListChanges, CannotFollow> {
        let changes = ListChanges { added: next.without(self), dropped: self.without(next) };
        let past = changes.dropped.iter().filter(|(day, _)| *day <= today);
        let days: Vec<_> = past.cloned().collect();
        if !days.is_empty() {
            return Err(CannotFollow::Past { days });
        }
        match (next.last(), self.last()) {
            (Some(ends), Some(in_force)) if ends < in_force => {
                Err(CannotFollow::EndsEarlier { ends, in_force })
            }
            _ => Ok(changes),
        }
    }

    fn last(&self) -> Option<Day> {
        self.days.last_key_value().map(|(day, _)| *day)
    }

    fn without(&self, other: &Self) -> Vec<(Day, String)> {
        let mine = self.days.iter().filter(|(day, _)| !other.days.contains_key(day));
        mine.map(|(day, name)| (*day, name.clone())).collect()
    }

    /// The name of the bank holiday on that day.
    pub fn name(&self, day: Day) -> Option<&str> {
        self.days.get(&day).map(String::as_str)
    }
}

/// A day written as `2026-12-25`.
pub(super) fn day(text: &str) -> Result<Day, String> {
    text.trim().parse().map_err(|_| format!("“{text}” is not a date like 2026-12-25"))
}

/// The lines under the heading, each with its number and its first `N` cells.
pub(super) fn lines<const N: usize>(csv: &str) -> Result<Vec<(usize, [String; N])>, CalendarError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(csv.as_bytes());
    let mut lines = Vec::new();
    for (n, record) in reader.records().enumerate() {
        let line = n + 2;
        let record = record.map_err(|e| CalendarError { line, problem: e.to_string() })?;
        let cells: Vec<String> = record.iter().take(N).map(|c| c.trim().to_owned()).collect();
        let cells = cells.try_into().map_err(|_| CalendarError {
            line,
            problem: format!("it has fewer than {N} columns"),
        })?;
        lines.push((line, cells));
    }
    Ok(lines)
}
