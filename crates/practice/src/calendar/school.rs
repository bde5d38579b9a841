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

/// The terms of every calendar: a list with a version, since a council or school changes its
/// dates now and then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermDates {
    version: i64,
    calendars: BTreeMap<String, Terms>,
}

/// One term of one calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The calendar's name.
    pub calendar: String,
    /// The first day.
    pub first: Day,
    /// The last day.
    pub last: Day,
}

/// What another list of term dates says otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TermChanges {
    /// The terms that only the other list has.
    pub added: Vec<Term>,
    /// The terms that the other list leaves out.
    pub dropped: Vec<Term>,
}

/// Why a list of term dates can't take the place of the one in force.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TermsCannotFollow {
    /// Settings may go by it.
    #[error("The list leaves out the calendar “{calendar}”: a new list must keep every calendar")]
    LeftOut { calendar: String },
    /// What has been counted already would be counted otherwise.
    #[error(
        "The list says something else of {day} in “{calendar}”, which is past or today: days have \
         been counted by it, so a new list must keep them"
    )]
    Past { calendar: String, day: Day },
    /// It knows less of the future.
    #[error(
        "“{calendar}” ends on {ends}, earlier than in the list in force, where it ends on \
         {in_force}: give one that goes at least as far"
    )]
    EndsEarlier { calendar: String, ends: Day, in_force: Day },
}

impl TermDates {
    /// Reads lines of `calendar,first_day,last_day` under such a heading.
    ///
    /// # Errors
    /// When a line isn't a name and two days, a term ends before it begins or overlaps with
    /// another of its calendar, or there is none.
    pub fn read(csv: &str, version: i64) -> Result<Self, CalendarError> {
        let mut calendars: BTreeMap<String, Terms> = BTreeMap::new();
        for (line, [calendar, first, last]) in bank_holidays::lines::<3>(csv)? {
            let wrong = |problem: String| CalendarError { line, problem };
            let first = bank_holidays::day(&first).map_err(wrong)?;
            let last = bank_holidays::day(&last).map_err(wrong)?;
            if calendar.is_empty() {
                return Err(wrong("the calendar has no name".to_owned()));
            }
            if last < first {
                return Err(wrong(format!("the term ends on {last}, before it begins on {first}")));
            }
            let terms = calendars.entry(calendar).or_default();
            if let Some((from, to)) = terms.0.iter().find(|(f, l)| *f <= last && first <= *l) {
                let problem = format!("the term overlaps with the one from {from} to {to}");
                return Err(wrong(problem));
            }
            terms.0.push((first, last));
        }
        if calendars.is_empty() {
            let problem = "the list has no term".to_owned();
            return Err(CalendarError { line: 1, problem });
        }
        Ok(Self { version, calendars })
    }

    /// The version of the list.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// Every calendar with its terms, by name.
    pub fn calendars(&self) -> &BTreeMap<String, Terms> {
        &self.calendars
    }

    /// What another list changes, if it may take the place of this one.
    ///
    /// # Errors
    /// When it leaves out a calendar, ends one earlier, or says something else of a day, today or
    /// before, of which this one says whether it lies in a term.
    pub fn followed_by(&self, next: &Self, today: Day) -> Result<TermChanges, TermsCannotFollow> {
        for (calendar, terms) in &self.calendars {
            let calendar = calendar.clone();
            let Some(then) = next.calendars.get(&calendar) else {
                return Err(TermsCannotFollow::LeftOut { calendar });
            };
            if let Some(day) = terms.first_day_on_which(then, today) {
                return Err(TermsCannotFollow::Past { calendar, day });
            }
            let (ends, in_force) = (then.last(), terms.last());
            if ends < in_force {
                return Err(TermsCannotFollow::EndsEarlier { calendar, ends, in_force });
            }
        }
        Ok(TermChanges { added: next.without(self), dropped: self.without(next) })
    }

    fn without(&self, other: &Self) -> Vec<Term> {
        let is_theirs = |term: &Term| {
            let theirs = other.calendars.get(&term.calendar);
            theirs.is_some_and(|terms| terms.0.contains(&(term.first, term.last)))
        };
        let mine = self.calendars.iter().flat_map(|(calendar, terms)| {
            let term = |(first, last): &(Day, Day)| Term {
                calendar: calendar.clone(),
                first: *first,
                last: *last,
            };
            terms.0.iter().map(term)
        });
        mine.filter(|term| !is_theirs(term)).collect()
    }
}

impl Terms {
    /// The first day, up to the last one that is asked about, of which other terms say something
    /// else than these.
    fn first_day_on_which(&self, others_differ: &Self, upto: Day) -> Option<Day> {
        let mut day = self.first();
        while day <= upto.min(self.last()) {
            if self.contains(day) != others_differ.contains(day) {
                return Some(day);
            }
            day = day.tomorrow().ok()?;
        }
        None
    }
}
