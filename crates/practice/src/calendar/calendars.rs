//! Every calendar that has counted, with the moment from which it did. A list of bank holidays is
//! replaced when a day is proclaimed, one of term dates when a school moves a term; what was done by
//! the old list must not become late by the new one. It refuses to forget a list.

use super::{Calendar, Moment};

/// The calendars, from the one that Sightline came with to the one in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendars {
    first: Calendar,
    /// In the order in which they were taken up.
    later: Vec<(Moment, Calendar)>,
}

impl Calendars {
    /// Only this one, which has counted from the beginning.
    pub fn beginning_with(first: Calendar) -> Self {
        Self { first, later: Vec::new() }
    }

    /// Takes up another calendar at that moment.
    pub fn take_up(&mut self, calendar: Calendar, at: Moment) {
        self.later.push((at, calendar));
    }

    /// The calendar in force.
    pub fn newest(&self) -> &Calendar {
        self.later.last().map_or(&self.first, |(_, calendar)| calendar)
    }

    /// The calendar that counts for a clock: the newest while it runs, else the one that was in
    /// force when it ended. Of an end at the very moment of a change, the earlier one counts.
    pub fn of_a_clock(&self, ended: Option<Moment>) -> &Calendar {
        let Some(ended) = ended else { return self.newest() };
        let then = self.later.iter().rev().find(|(taken_up, _)| *taken_up < ended);
        then.map_or(&self.first, |(_, calendar)| calendar)
    }
}
