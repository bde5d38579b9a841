//! By when somebody is answered who asks for what is held about them: a month from the day on
//! which it was asked and it was known who asks; three where it is told within the first that there
//! is much to look through. What is waited for, so that it can be found at all, does not count.
//!
//! Sources: UK GDPR, articles 12(3), 12A and 15, as changed by the Data (Use and Access) Act 2025;
//! the Information Commissioner's guidance for a limit that is no working day.

use jiff::ToSpan;

use crate::calendar::{Calendar, Day, Within, months};

/// The usual length.
pub const USUAL: Within = months(1);
/// The length where there is much to look through, or there are many requests.
pub const EXTENDED: Within = months(3);

/// What happened to somebody's request, as far as its clock goes by it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Course {
    /// The day on which it was received.
    pub received: Day,
    /// The day on which it was known who asks: that of receipt, where nobody had to ask. `None` as
    /// long as it is not known.
    pub known: Option<Day>,
    /// When they were asked what they mean, and when they said so.
    pub clarifications: Vec<Clarification>,
    /// When they were told that it takes longer.
    pub extended: Option<Day>,
}

/// What was waited for, so that it could be found what they mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clarification {
    pub asked: Day,
    pub answered: Option<Day>,
}

/// When somebody must be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Nobody knows yet who asks: the clock has not begun.
    NotBegun,
    /// They were asked that day what they mean, and have not said: the clock stands still.
    Stands(Day),
    /// On that day.
    On(Day),
}

/// Why something can't have happened that day, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotSo(&'static str);

const BEFORE_RECEIPT: NotSo = NotSo("This day is before the request was received");
const KNOWN_ALREADY: NotSo = NotSo("It is known already who asks");
const NOT_KNOWN: NotSo = NotSo("Confirm who asks first");
const ASKED_ALREADY: NotSo = NotSo("They were asked already, and have not said yet what they mean");
const NOT_ASKED: NotSo = NotSo("Nobody has asked them what they mean");
const BEFORE_ASKED: NotSo = NotSo("This day is before they were asked");
const EXTENDED_ALREADY: NotSo = NotSo("It was extended already, and can’t be extended twice");
const LATE: NotSo =
    NotSo("It was to be answered before this day: the clock can’t stand still any more");
const TOO_LATE: NotSo = NotSo("The first month is over: it can’t be extended any more");

impl Course {
    /// The course of a request that was received that day from somebody who is known, or not yet.
    pub fn of(received: Day, is_known: bool) -> Self {
        Self { received, known: is_known.then_some(received), ..Self::default() }
    }

    /// When it must be answered.
    pub fn due(&self, calendar: &Calendar) -> Due {
        let Some(begins) = self.begins() else { return Due::NotBegun };
        if let Some(waits) = self.waits() {
            return Due::Stands(waits);
        }
        let length = if self.extended.is_some() { EXTENDED } else { USUAL };
        Due::On(self.limit(begins, length, calendar))
    }

    /// By when they must be told that it takes longer, if it does; `None` as long as the clock has
    /// not begun.
    pub fn to_extend_by(&self, calendar: &Calendar) -> Option<Day> {
        Some(self.limit(self.begins()?, USUAL, calendar))
    }

    /// It is known since that day who asks.
    ///
    /// # Errors
    /// Where that can't be.
    pub fn confirm(&mut self, on: Day) -> Result<(), NotSo> {
        match self.known {
            _ if on < self.received => Err(BEFORE_RECEIPT),
            Some(_) => Err(KNOWN_ALREADY),
            None => {
                self.known = Some(on);
                Ok(())
            }
        }
    }

    /// They were asked that day what they mean.
    ///
    /// # Errors
    /// Where that can't be: what is late already does not stand still.
    pub fn ask(&mut self, on: Day, calendar: &Calendar) -> Result<(), NotSo> {
        let begins = self.begins().ok_or(NOT_KNOWN)?;
        if on < begins {
            return Err(BEFORE_RECEIPT);
        }
        if matches!(self.due(calendar), Due::On(due) if on > due) {
            return Err(LATE);
        }
        match self.clarifications.last() {
            Some(Clarification { answered: None, .. }) => Err(ASKED_ALREADY),
            Some(Clarification { answered: Some(answered), .. }) if on < *answered => {
                Err(BEFORE_ASKED)
            }
            _ => {
                self.clarifications.push(Clarification { asked: on, answered: None });
                Ok(())
            }
        }
    }

    /// They said that day what they mean.
    ///
    /// # Errors
    /// Where that can't be.
    pub fn clarify(&mut self, on: Day) -> Result<(), NotSo> {
        let waits = self.clarifications.last_mut().filter(|asked| asked.answered.is_none());
        let waits = waits.ok_or(NOT_ASKED)?;
        if on < waits.asked {
            return Err(BEFORE_ASKED);
        }
        waits.answered = Some(on);
        Ok(())
    }

    /// They were told that day that it takes longer.
    ///
    /// # Errors
    /// Where that can't be: they are told within the first month.
    pub fn extend(&mut self, on: Day, calendar: &Calendar) -> Result<(), NotSo> {
        let begins = self.begins().ok_or(NOT_KNOWN)?;
        if self.extended.is_some() {
            return Err(EXTENDED_ALREADY);
        }
        if on < begins {
            return Err(BEFORE_RECEIPT);
        }
        // As long as the clock stands still, the first month can't end.
        if self.waits().is_none() && on > self.limit(begins, USUAL, calendar) {
            return Err(TOO_LATE);
        }
        self.extended = Some(on);
        Ok(())
    }

    fn begins(&self) -> Option<Day> {
        self.known.map(|known| known.max(self.received))
    }

    /// Since when it stands still, if it does.
    fn waits(&self) -> Option<Day> {
        let last = self.clarifications.last()?;
        last.answered.is_none().then_some(last.asked)
    }

    /// A length from that day, and as many days more as were waited.
    fn limit(&self, begins: Day, length: Within, calendar: &Calendar) -> Day {
        let waited: i64 = self.clarifications.iter().map(|c| c.days()).sum();
        let end = length.day(begins, calendar);
        calendar.on_or_after(end.saturating_add(waited.days()))
    }
}

impl Clarification {
    /// How many days were waited.
    fn days(self) -> i64 {
        let answered = self.answered.unwrap_or(self.asked);
        i64::from(self.asked.until(answered).map_or(0, |span| span.get_days()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    fn calendar() -> Calendar {
        Calendar::shipped().unwrap()
    }

    fn day(month: i8, of: i8) -> Day {
        Day::constant(2026, month, of)
    }

    /// TV76 and TV77 of the shared vectors; UK GDPR, art. 12(3).
    #[test]
    fn it_is_answered_within_a_month_or_three_where_they_are_told_so() {
        let calendar = calendar();
        let course = Course::of(day(9, 3), true);
        assert_eq!(course.due(&calendar), Due::On(day(10, 5)), "a Saturday, so the Monday");
        let mut longer = Course::of(day(1, 31), true);
        longer.extend(day(2, 20), &calendar).unwrap();
        assert_eq!(longer.due(&calendar), Due::On(day(4, 30)), "no 31 April");
    }

    /// UK GDPR, art. 12A: the clock begins when it is known who asks.
    #[test]
    fn the_clock_begins_once_it_is_known_who_asks() {
        let calendar = calendar();
        let mut course = Course::of(day(6, 1), false);
        assert_eq!(course.due(&calendar), Due::NotBegun);
        assert_eq!(course.confirm(day(5, 31)), Err(BEFORE_RECEIPT));
        course.confirm(day(6, 10)).unwrap();
        assert_eq!(course.due(&calendar), Due::On(day(7, 10)));
        assert_eq!(course.confirm(day(6, 11)), Err(KNOWN_ALREADY));
    }

    /// UK GDPR, art. 12A: it stands still while they are asked what they mean.
    #[test]
    fn what_is_waited_for_does_not_count() {
        let calendar = calendar();
        let mut course = Course::of(day(6, 1), true);
        assert_eq!(course.clarify(day(6, 2)), Err(NOT_ASKED));
        course.ask(day(6, 8), &calendar).unwrap();
        assert_eq!(course.due(&calendar), Due::Stands(day(6, 8)));
        assert_eq!(course.ask(day(6, 9), &calendar), Err(ASKED_ALREADY));
        assert_eq!(course.clarify(day(6, 7)), Err(BEFORE_ASKED));
        course.clarify(day(6, 15)).unwrap();
        assert_eq!(course.due(&calendar), Due::On(day(7, 8)), "seven days later than 1 July");
    }

    /// Nor is what is late made timely by asking, and then told that it takes longer.
    #[test]
    fn what_is_late_stays_late() {
        let calendar = calendar();
        let mut course = Course::of(day(6, 1), true);
        assert_eq!(course.ask(day(7, 2), &calendar), Err(LATE));
        assert_eq!(course.extend(day(7, 2), &calendar), Err(TOO_LATE));
        assert_eq!(course.due(&calendar), Due::On(day(7, 1)));
        course.ask(day(7, 1), &calendar).unwrap();
        course.extend(day(7, 6), &calendar).unwrap();
    }

    /// ICO guidance: they are told within the first month that it takes longer.
    #[test]
    fn it_is_extended_within_the_first_month_and_once() {
        let calendar = calendar();
        let mut course = Course::of(day(6, 1), true);
        assert_eq!(course.to_extend_by(&calendar), Some(day(7, 1)));
        assert_eq!(course.clone().extend(day(7, 2), &calendar), Err(TOO_LATE));
        course.extend(day(7, 1), &calendar).unwrap();
        assert_eq!(course.extend(day(7, 1), &calendar), Err(EXTENDED_ALREADY));
    }

    proptest! {
        /// Whatever is waited for, they have as many days as without, and never fewer.
        #[test]
        fn waiting_moves_the_limit_by_the_days_that_were_waited(
            received in 0i64..2000, after in 0i64..25, waited in 0i64..120,
        ) {
            use jiff::ToSpan;
            let calendar = calendar();
            let received = Day::constant(2020, 1, 1).saturating_add(received.days());
            let asked = received.saturating_add(after.days());
            let answered = asked.saturating_add(waited.days());
            let plain = Course::of(received, true);
            let mut course = plain.clone();
            course.clarifications.push(Clarification { asked, answered: Some(answered) });
            let (Due::On(plain), Due::On(due)) = (plain.due(&calendar), course.due(&calendar)) else {
                panic!("both clocks run");
            };
            // The plain limit may have moved to a working day itself.
            let least = crate::data_request::USUAL.day(received, &calendar);
            prop_assert_eq!(due, calendar.on_or_after(least.saturating_add(waited.days())));
            prop_assert!(due >= plain);
            prop_assert!(calendar.is_working_day(due));
        }
    }
}
