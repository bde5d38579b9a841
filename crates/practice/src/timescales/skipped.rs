//! The days that a count left out, and why: what somebody needs who checks an answer on a wall
//! calendar.

use crate::calendar::{Calendar, Day, Within};

/// Days in a row that were left out for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The first of them.
    pub first: Day,
    /// The last of them, which may be the first.
    pub last: Day,
    /// Why they don't count.
    pub why: Why,
}

/// Why a day does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// A Saturday or Sunday.
    Weekend,
    /// A bank holiday, by its name.
    BankHoliday(String),
    /// A weekday on which the setting is closed to pupils.
    SchoolHoliday,
}

/// What a length left out between the day that it is counted from and its end.
pub(super) fn between(
    within: &Within,
    from: Day,
    on: Day,
    act_by: Option<Day>,
    calendar: &Calendar,
) -> Vec<Skipped> {
    let reason = |day| no_working_day(day, calendar);
    if within.counts_working_days() {
        let days = if from < on { days(from, on) } else { days(on, from) };
        return runs(days.filter(|day| *day != from && *day != on), reason);
    }
    match act_by {
        Some(act_by) => runs(days(act_by, on).skip(1), reason),
        // A limit that is no working day moved on to `on`.
        None => runs(days(within.unrolled().day(from, calendar), on), reason),
    }
}

/// The days from the first to the last on which the setting is closed.
pub(super) fn no_school(terms: &str, first: Day, last: Day, calendar: &Calendar) -> Vec<Skipped> {
    runs(days(first, last), |day| {
        no_working_day(day, calendar).or_else(|| {
            (calendar.is_school_day(terms, day) == Ok(false)).then_some(Why::SchoolHoliday)
        })
    })
}

fn no_working_day(day: Day, calendar: &Calendar) -> Option<Why> {
    match calendar.bank_holiday(day) {
        Some(name) => Some(Why::BankHoliday(name.to_owned())),
        None => (!calendar.is_working_day(day)).then_some(Why::Weekend),
    }
}

fn days(first: Day, last: Day) -> impl Iterator<Item = Day> {
    first.series(jiff::Span::new().days(1)).take_while(move |day| *day <= last)
}

fn runs(days: impl Iterator<Item = Day>, reason: impl Fn(Day) -> Option<Why>) -> Vec<Skipped> {
    let mut skipped: Vec<Skipped> = Vec::new();
    for (day, why) in days.filter_map(|day| Some((day, reason(day)?))) {
        match skipped.last_mut() {
            Some(run) if run.why == why && run.last.tomorrow().is_ok_and(|next| next == day) => {
                run.last = day;
            }
            _ => skipped.push(Skipped { first: day, last: day, why }),
        }
    }
    skipped
}
