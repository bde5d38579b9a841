//! From when until when something was so, as far as it is known: of a day perhaps only the month
//! or the year. It refuses to guess the rest.

use platform::db::{On, Row, Value, sea_orm};
use practice::calendar::Day;
use serde::Serialize;

use crate::web::words;

/// A day as somebody said it: whole, or only its month or year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SaidDay {
    /// The first day that it could be.
    first: Day,
    /// The last day that it could be.
    last: Day,
}

/// From when until when; each end may be unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Span {
    pub from: Option<SaidDay>,
    pub until: Option<SaidDay>,
}

/// What is said of a day that can't be one.
const NO_DAY: &str = "Enter a real date like 27 3 2015, or only a month and year, or only a year";

impl SaidDay {
    /// A day that is known.
    pub fn whole(day: Day) -> Self {
        Self { first: day, last: day }
    }

    /// A day out of three fields; `None` when all are empty.
    ///
    /// # Errors
    /// What to type instead: the three make no day, or it lies ahead.
    pub fn read(
        day: &str,
        month: &str,
        year: &str,
        today: Day,
    ) -> Result<Option<Self>, &'static str> {
        if [day, month, year].iter().all(|part| part.is_empty()) {
            return Ok(None);
        }
        let said = Self::of_parts(day, month, year).ok_or(NO_DAY)?;
        if said.first > today {
            return Err("This can’t be in the future. Say it when it has happened");
        }
        Ok(Some(Self { last: said.last.min(today).max(said.first), ..said }))
    }

    fn of_parts(day: &str, month: &str, year: &str) -> Option<Self> {
        let year = year.parse().ok().filter(|year| (1900..=2100).contains(year))?;
        match (day, month) {
            ("", "") => {
                Some(Self { first: Day::new(year, 1, 1).ok()?, last: Day::new(year, 12, 31).ok()? })
            }
            ("", month) => {
                let first = Day::new(year, month.parse().ok()?, 1).ok()?;
                Some(Self { first, last: first.last_of_month() })
            }
            (day, month) => {
                Day::new(year, month.parse().ok()?, day.parse().ok()?).ok().map(Self::whole)
            }
        }
    }

    /// Whether it lies before something began.
    pub fn is_before(&self, began: &SpanSeen) -> bool {
        began.from_on.is_some_and(|On(from)| self.last < from)
    }

    /// What was said of it, where that is no whole day.
    fn said(&self) -> Option<String> {
        let is_year = self.first.month() == 1 && self.last.month() != 1;
        match self.first == self.last {
            true => None,
            false if is_year => Some(self.first.year().to_string()),
            false => Some(self.first.strftime("%B %Y").to_string()),
        }
    }
}

impl Span {
    /// It can't end before it began.
    ///
    /// # Errors
    /// What to put right.
    pub fn makes_sense(&self) -> Result<(), &'static str> {
        match (self.from, self.until) {
            (Some(from), Some(until)) if until.last < from.first => {
                Err("The end can’t be before the beginning")
            }
            _ => Ok(()),
        }
    }

    /// As the columns `from_on`, `from_said`, `until_on` and `until_said`.
    pub fn columns(&self) -> [Value; 4] {
        [
            self.from.map(|day| On(day.first)).into(),
            self.from.and_then(|day| day.said()).into(),
            self.until.map(|day| On(day.last)).into(),
            self.until.and_then(|day| day.said()).into(),
        ]
    }
}

/// A span as its columns say.
#[derive(Debug, Clone, Default, Row)]
pub struct SpanSeen {
    pub from_on: Option<On>,
    pub from_said: Option<String>,
    pub until_on: Option<On>,
    pub until_said: Option<String>,
}

impl SpanSeen {
    /// Whether it is over.
    pub fn has_ended(&self) -> bool {
        self.until_on.is_some()
    }

    /// `from March 2019 until 4 May 2021`; nothing when neither is known.
    pub fn words(&self) -> String {
        let one = |lead: &str, on: Option<On>, said: Option<&String>| {
            let day = said.cloned().or(on.map(|On(day)| words::day(day)))?;
            Some(format!("{lead} {day}"))
        };
        let from = one("from", self.from_on, self.from_said.as_ref());
        let until = one("until", self.until_on, self.until_said.as_ref());
        from.into_iter().chain(until).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{SaidDay, Span};

    #[test]
    fn a_day_may_be_known_in_part() {
        let today = date(2026, 11, 2);
        for (parts, first, last, said) in [
            (["27", "3", "2015"], date(2015, 3, 27), date(2015, 3, 27), None),
            (["", "2", "2016"], date(2016, 2, 1), date(2016, 2, 29), Some("February 2016")),
            (["", "1", "2016"], date(2016, 1, 1), date(2016, 1, 31), Some("January 2016")),
            (["", "", "2015"], date(2015, 1, 1), date(2015, 12, 31), Some("2015")),
            // Of this year only what has been can be meant.
            (["", "", "2026"], date(2026, 1, 1), date(2026, 11, 2), Some("2026")),
        ] {
            let [day, month, year] = parts;
            let read = SaidDay::read(day, month, year, today).unwrap().unwrap();
            assert_eq!((read.first, read.last, read.said().as_deref()), (first, last, said));
        }
        assert_eq!(SaidDay::read("", "", "", today), Ok(None));
        for [day, month, year] in
            [["27", "", "2015"], ["30", "2", "2015"], ["1", "1", ""], ["3", "11", "2026"]]
        {
            assert!(SaidDay::read(day, month, year, today).is_err(), "{day} {month} {year}");
        }
    }

    #[test]
    fn nothing_ends_before_it_began() {
        let on = |day| Some(SaidDay::whole(day));
        let (early, late) = (on(date(2015, 3, 1)), on(date(2016, 3, 1)));
        assert!(Span { from: early, until: late }.makes_sense().is_ok());
        assert!(Span { from: late, until: early }.makes_sense().is_err());
        assert!(Span { from: None, until: early }.makes_sense().is_ok());
    }
}
