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
        let year = |d: Option<(&Day, &String)>| d.map_or(0, |(day, _)| day.year());
        (year(self.days.first_key_value())..=year(self.days.last_key_value())).contains(&day.year())
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
