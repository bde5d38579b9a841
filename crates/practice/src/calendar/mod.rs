//! Working days, school days, hub hours and the lengths that duties are given. All wall-clock
//! reasoning is in Europe/London; a moment is an instant, a day is a day.
//!
//! Conventions C-1 to C-7 of the partnership's rules: the day of the trigger is day 0, months
//! clamp, limits are inclusive, and each rule says for itself whether it rolls.

mod bank_holidays;
mod calendars;
mod hours;
mod school;
mod within;

use std::sync::LazyLock;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

pub use bank_holidays::{BankHolidays, CalendarError, CannotFollow, ListChanges};
pub use calendars::Calendars;
pub use hours::{HubHours, NotHours, WEEKDAYS, Week};
pub use school::{NotAKnownTerm, Term, TermChanges, TermDates, Terms, TermsCannotFollow};
pub use within::{
    Limit, Within, days, days_counting_first, hours, minutes, months, weeks, working_days,
    working_days_before,
};

/// An instant.
pub type Moment = Timestamp;
/// A day, wherever it is.
pub type Day = Date;

/// Europe/London, from the zone data inside the binary.
pub static LONDON: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC));

/// The day that it is in London at that moment.
pub fn day_of(moment: Moment) -> Day {
    moment.to_zoned(LONDON.clone()).date()
}

/// The first instant of a day.
pub fn start_of(day: Day) -> Moment {
    at_wall_clock(day, jiff::civil::Time::midnight())
}

/// The last second of a day: limits are inclusive.
pub fn end_of(day: Day) -> Moment {
    at_wall_clock(day, jiff::civil::time(23, 59, 59, 0))
}

/// That wall-clock time on that day; where a clock change removes or repeats it, the reading
/// that the offset before the change gives.
pub(crate) fn at_wall_clock(day: Day, time: jiff::civil::Time) -> Moment {
    LONDON.to_ambiguous_timestamp(day.to_datetime(time)).compatible().unwrap_or(Timestamp::MAX)
}

/// Everything that decides which days count.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    bank_holidays: BankHolidays,
    term_dates: TermDates,
    hub_hours: HubHours,
}

impl Calendar {
    /// The calendar that Sightline comes with.
    ///
    /// # Errors
    /// Never with the shipped files, which a test reads; the type says so because a partnership's
    /// own files come the same way.
    pub fn shipped() -> Result<Self, CalendarError> {
        Ok(Self {
            bank_holidays: BankHolidays::read(include_str!("../../data/bank-holidays.csv"), 1)?,
            term_dates: TermDates::read(include_str!("../../data/school-terms.csv"), 1)?,
            hub_hours: HubHours::default(),
        })
    }

    /// The same calendar with another list of bank holidays.
    ///
    /// # Errors
    /// When a line can't be read; it names the line.
    pub fn with_bank_holidays(&self, csv: &str, version: i64) -> Result<Self, CalendarError> {
        Ok(Self { bank_holidays: BankHolidays::read(csv, version)?, ..self.clone() })
    }

    /// The same calendar with another list of term dates.
    ///
    /// # Errors
    /// When a line can't be read; it names the line.
    pub fn with_term_dates(&self, csv: &str, version: i64) -> Result<Self, CalendarError> {
        Ok(Self { term_dates: TermDates::read(csv, version)?, ..self.clone() })
    }

    /// The same calendar with other hours of the hub.
    pub fn with_hub_hours(&self, hub_hours: HubHours) -> Self {
        Self { hub_hours, ..self.clone() }
    }

    /// The list of bank holidays.
    pub fn bank_holidays(&self) -> &BankHolidays {
        &self.bank_holidays
    }

    /// The list of term dates.
    pub fn term_dates(&self) -> &TermDates {
        &self.term_dates
    }

    /// The version of the list of bank holidays.
    pub fn version(&self) -> i64 {
        self.bank_holidays.version
    }

    /// Whether the list says which days of that year are bank holidays. Outside of it, only
    /// weekends are known, and whoever shows a limit must say so.
    pub fn knows(&self, day: Day) -> bool {
        self.bank_holidays.covers(day)
    }

    /// What must be said of a length between two days, in either order, where bank holidays decide
    /// it and the list does not know all of them: only weekends were left out there. `None` where
    /// nothing must.
    pub fn caveat(&self, within: &Within, one: Day, other: Day) -> Option<String> {
        within.needs_bank_holidays().then(|| self.unlisted(one, other)).flatten()
    }

    /// The last day of the list of bank holidays, when it comes within twelve months: time to load
    /// a newer one.
    pub fn list_ends_soon(&self, today: Day) -> Option<Day> {
        let ends = self.bank_holidays.ends();
        let in_a_year = today.checked_add(jiff::Span::new().months(12)).unwrap_or(Day::MAX);
        (ends < in_a_year).then_some(ends)
    }

    fn unlisted(&self, one: Day, other: Day) -> Option<String> {
        let (begins, ends) = (self.bank_holidays.begins(), self.bank_holidays.ends());
        let said = |day: Day| day.strftime("%-d %B %Y").to_string();
        if one.max(other) > ends {
            Some(format!("Counted without bank holidays after {}", said(ends)))
        } else if one.min(other) < begins {
            Some(format!("Counted without bank holidays before {}", said(begins)))
        } else {
            None
        }
    }

    /// The name of a bank holiday, if that day is one.
    pub fn bank_holiday(&self, day: Day) -> Option<&str> {
        self.bank_holidays.name(day)
    }

    /// Not a Saturday, Sunday or bank holiday. Council shutdown days are working days.
    pub fn is_working_day(&self, day: Day) -> bool {
        is_weekday(day) && self.bank_holiday(day).is_none()
    }

    /// The nth working day strictly after; the day itself for 0.
    pub fn working_day_after(&self, day: Day, n: u32) -> Day {
        self.step(day, n, Day::tomorrow)
    }

    /// The nth working day strictly before; the day itself for 0.
    pub fn working_day_before(&self, day: Day, n: u32) -> Day {
        self.step(day, n, Day::yesterday)
    }

    /// How many working days lie after one day, up to and including the other.
    pub fn working_days_between(&self, after: Day, upto: Day) -> u32 {
        let mut count = 0;
        let mut day = after;
        while day < upto {
            let Ok(next) = day.tomorrow() else { break };
            day = next;
            count += u32::from(self.is_working_day(day));
        }
        count
    }

    /// That day if it is a working day, else the next one.
    pub fn on_or_after(&self, day: Day) -> Day {
        if self.is_working_day(day) { day } else { self.working_day_after(day, 1) }
    }

    /// That day if it is a working day, else the last one before.
    pub fn on_or_before(&self, day: Day) -> Day {
        if self.is_working_day(day) { day } else { self.working_day_before(day, 1) }
    }

    /// The term calendars that are known, by name.
    pub fn terms(&self) -> impl Iterator<Item = (&str, &Terms)> {
        self.term_dates.calendars().iter().map(|(name, terms)| (name.as_str(), terms))
    }

    /// Whether settings of that term calendar are open to pupils on that day. A bank holiday
    /// inside a term closes them.
    ///
    /// # Errors
    /// When nobody has said: an unknown calendar, or a day outside the years that it covers.
    pub fn is_school_day(&self, calendar: &str, day: Day) -> Result<bool, NotAKnownTerm> {
        let calendars = self.term_dates.calendars();
        let terms = calendars.get(calendar).ok_or_else(|| NotAKnownTerm::Calendar {
            asked: calendar.to_owned(),
            known: calendars.keys().cloned().collect(),
        })?;
        let in_term = terms.contains(day).ok_or_else(|| NotAKnownTerm::Day {
            calendar: calendar.to_owned(),
            day,
            first: terms.first(),
            last: terms.last(),
        })?;
        Ok(in_term && self.is_working_day(day))
    }

    /// Whether the hub is open at that moment.
    pub fn hub_is_open(&self, moment: Moment) -> bool {
        let at = moment.to_zoned(LONDON.clone());
        self.is_working_day(at.date()) && self.hub_hours.contain(at.date(), at.time())
    }

    /// The first moment, from that one on, at which the hub is open.
    pub fn next_opening(&self, from: Moment) -> Moment {
        if self.hub_is_open(from) {
            return from;
        }
        let mut day = self.on_or_after(day_of(from));
        loop {
            let opens = self.hub_hours.opens(day).map(|time| at_wall_clock(day, time));
            if let Some(opens) = opens.filter(|opens| *opens >= from) {
                return opens;
            }
            let next = self.working_day_after(day, 1);
            // A hub that never opens, or the calendar's end: then nothing better is known.
            if next == day || next.duration_since(day_of(from)).as_hours() > 24 * 60 {
                return from;
            }
            day = next;
        }
    }

    fn step(&self, day: Day, n: u32, next: fn(Day) -> Result<Day, jiff::Error>) -> Day {
        let mut day = day;
        let mut left = n;
        while left > 0 {
            // The calendar ends in the year 9999; nothing is due then.
            let Ok(stepped) = next(day) else { break };
            day = stepped;
            left -= u32::from(self.is_working_day(day));
        }
        day
    }
}

fn is_weekday(day: Day) -> bool {
    day.weekday().to_monday_zero_offset() < 5
}
