//! When families come to the front door, and by whom: the sources, their shares and their seasons.
//! Each rate names where it is from, or says that it is assumed. What then happens is told elsewhere.

use jiff::{SignedDuration, ToSpan};
use practice::calendar::{Calendar, Day, Moment, day_of, start_of};

use super::dice::Dice;

/// What every invented history plays before.
#[derive(Debug, Clone)]
pub struct Backdrop {
    /// The first day of the history.
    pub from: Day,
    /// The present moment: nothing happens after it.
    pub now: Moment,
    /// Which days count.
    pub calendar: Calendar,
    /// The threshold document that decisions are made by.
    pub thresholds: String,
}

/// Who comes to the front door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    Police,
    School,
    Health,
    EarlyYears,
    Housing,
    Probation,
    YouthJustice,
    Charity,
    Council,
    /// A relative, a neighbour, anybody.
    Public,
}

use Source::{
    Charity, Council, EarlyYears, Health, Housing, Police, Probation, Public, School, YouthJustice,
};

/// How many of a thousand contacts come from where. Police 37.0 %, schools 13.3 % and health
/// 12.0 % are Blackpool's referrals of the year to March 2024 (benchmarks.csv, RefBySource);
/// how the rest is shared out is assumed.
const SHARES: [(Source, u32); 10] = [
    (Police, 370),
    (School, 140),
    (Health, 120),
    (Public, 110),
    (Council, 80),
    (Charity, 60),
    (EarlyYears, 40),
    (Housing, 40),
    (Probation, 20),
    (YouthJustice, 20),
];

/// How many of a thousand contacts are followed by another within a year. Blackpool's share of
/// referrals within 12 months of a previous one was 19.3 % in the year to March 2024 and 23.4 % in
/// the next (benchmarks.csv, ReReferral); the history's end cuts some off.
const COMES_AGAIN: u32 = 250;
/// How many come back after more than a year: assumed.
const COMES_MUCH_LATER: u32 = 60;
/// How often a family comes at most.
const MOST: usize = 9;

impl Source {
    /// Whether this source knows children of that age, in years; -1 is not born yet.
    pub fn knows(self, age: i16) -> bool {
        match self {
            School => (4..=17).contains(&age),
            EarlyYears => (0..=4).contains(&age),
            YouthJustice => (10..=17).contains(&age),
            Police | Health | Housing | Probation | Charity | Council | Public => true,
        }
    }

    /// How busy each month is, January first, in a hundred of the busiest: assumed, since what is
    /// published is yearly. Police calls rise with long evenings and at Christmas; schools write
    /// most in September, June and July, and not at all in August.
    const fn months(self) -> [u32; 12] {
        match self {
            Police => [85, 78, 82, 84, 90, 94, 100, 98, 88, 86, 84, 98],
            School => [80, 72, 86, 60, 80, 98, 96, 6, 100, 84, 90, 66],
            EarlyYears => [85, 80, 90, 80, 85, 95, 80, 50, 100, 95, 95, 70],
            Health => [92, 88, 90, 85, 88, 90, 88, 85, 94, 96, 100, 92],
            _ => [95, 92, 95, 85, 90, 92, 90, 80, 98, 100, 96, 76],
        }
    }

    /// How busy each weekday is, Monday first, in a hundred of the busiest: assumed.
    const fn weekdays(self) -> [u32; 7] {
        match self {
            Police => [76, 70, 70, 74, 88, 100, 98],
            Health => [100, 92, 90, 88, 90, 34, 30],
            School => [92, 88, 90, 96, 100, 1, 1],
            _ => [100, 94, 92, 92, 90, 3, 2],
        }
    }

    /// How busy each hour is, from midnight: assumed. Police write through the night, most in the
    /// evening; schools at the end of lessons.
    const fn hours(self) -> [u32; 24] {
        match self {
            Police => [
                62, 54, 44, 32, 22, 14, 14, 20, 26, 30, 30, 30, 32, 34, 38, 44, 50, 56, 62, 70, 76,
                82, 82, 72,
            ],
            Health => [
                6, 5, 4, 4, 3, 3, 4, 8, 34, 70, 90, 96, 70, 72, 90, 94, 84, 46, 24, 18, 14, 12, 10,
                8,
            ],
            School => {
                [0, 0, 0, 0, 0, 0, 0, 4, 40, 72, 84, 80, 64, 84, 104, 130, 78, 14, 4, 2, 1, 0, 0, 0]
            }
            _ => {
                [0, 0, 0, 0, 0, 0, 0, 2, 20, 80, 100, 96, 60, 70, 96, 92, 60, 12, 4, 3, 2, 1, 0, 0]
            }
        }
    }

    /// How busy a day is, in a thousand of the busiest.
    fn season(self, day: Day) -> u32 {
        let month = self.months()[usize::from(day.month().unsigned_abs()) - 1];
        let weekday =
            self.weekdays()[usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())];
        let term = match self {
            School | EarlyYears if is_holiday(day) => 4,
            // What was seen over the holidays is told in the first days back.
            School if day.checked_sub(8.days()).is_ok_and(is_holiday) => 100,
            School => 74,
            _ => 100,
        };
        month * weekday * term / 1000
    }
}

/// Whether schools are closed, as near as a season needs it.
fn is_holiday(day: Day) -> bool {
    matches!(
        (day.month(), day.day()),
        (8, _) | (7, 23..) | (12, 20..) | (1, ..=4) // summer and Christmas
            | (2, 13..=19) | (4, ..=14) | (5, 26..) | (10, 24..) // the shorter ones
    )
}

/// Where the next contact comes from.
pub fn source(dice: &mut Dice) -> Source {
    dice.weighted(&SHARES)
}

/// When a family first comes by this source: anywhere in the history, by its season.
pub fn when(dice: &mut Dice, source: Source, backdrop: &Backdrop) -> Moment {
    let days = days_between(backdrop.from, day_of(backdrop.now));
    let is_past = |at: Moment| at <= backdrop.now;
    let throw = |dice: &mut Dice| later(backdrop.from, dice.below(days + 1));
    // A history of one Sunday has no school day.
    in_season(dice, source, backdrop, is_past, throw).unwrap_or(backdrop.now)
}

/// When a family comes again after that moment; `None` when it does not, or has not yet.
pub fn when_again(
    dice: &mut Dice,
    source: Source,
    after: Moment,
    backdrop: &Backdrop,
) -> Option<Moment> {
    let is_soon = dice.in_thousand(COMES_AGAIN);
    if !is_soon && !dice.in_thousand(COMES_MUCH_LATER) {
        return None;
    }
    let from = day_of(after);
    let is_later = |at: Moment| at > after;
    let throw = |dice: &mut Dice| match is_soon {
        // Sooner is likelier: the lesser of two throws.
        true => later(from, 2 + dice.below(355).min(dice.below(355))),
        false => later(from, 366 + dice.below(400)),
    };
    in_season(dice, source, backdrop, is_later, throw).filter(|again| *again <= backdrop.now)
}

/// How many times a family comes at most.
pub const fn is_enough(times: usize) -> bool {
    times >= MOST
}

/// A moment that fits on one of the days that are thrown, each kept as often as its season is
/// busy.
fn in_season(
    dice: &mut Dice,
    source: Source,
    backdrop: &Backdrop,
    fits: impl Fn(Moment) -> bool,
    mut throw: impl FnMut(&mut Dice) -> Day,
) -> Option<Moment> {
    for _ in 0..200 {
        let day = throw(dice);
        if !dice.in_thousand(source.season(day)) {
            continue;
        }
        let at = time_of_day(dice, source, day);
        let answers = source != Public || backdrop.calendar.hub_is_open(at);
        if answers && fits(at) {
            return Some(at);
        }
    }
    None
}

fn time_of_day(dice: &mut Dice, source: Source, day: Day) -> Moment {
    let hour = dice.place(source.hours().into_iter()).unwrap_or(12);
    let minutes = i64::try_from(hour).unwrap_or(12) * 60 + i64::from(dice.below(60));
    let second = i64::from(dice.below(60));
    start_of(day) + SignedDuration::from_secs(minutes * 60 + second)
}

/// So many days after that day.
pub fn later(day: Day, days: u32) -> Day {
    day.checked_add(i64::from(days).days()).unwrap_or(Day::MAX)
}

fn days_between(from: Day, upto: Day) -> u32 {
    let days = upto.duration_since(from).as_hours() / 24;
    u32::try_from(days).unwrap_or(0)
}

#[cfg(test)]
pub(super) mod tests {
    use jiff::civil::date;

    use super::*;

    /// Two years up to a Monday morning in term.
    pub fn backdrop() -> Backdrop {
        Backdrop {
            from: date(2024, 11, 2),
            now: "2026-11-02T10:00:00Z".parse().unwrap(),
            calendar: Calendar::shipped().unwrap(),
            thresholds: "invented".to_owned(),
        }
    }

    #[test]
    fn schools_write_in_term_and_the_police_at_all_times() {
        let (august, september) = (date(2026, 8, 12), date(2026, 9, 9));
        assert!(School.season(september) > 20 * School.season(august));
        let sunday = date(2026, 9, 13);
        assert!(School.season(sunday) < 20);
        assert!(Police.season(sunday) > Police.season(september));
        for source in SHARES.map(|(source, _)| source) {
            for day in (0..730).map(|days| later(date(2025, 1, 1), days)) {
                assert!(source.season(day) <= 1000, "{source:?} on {day}");
            }
        }
    }

    #[test]
    fn the_shares_are_of_a_thousand() {
        assert_eq!(SHARES.iter().map(|(_, share)| share).sum::<u32>(), 1000);
    }
}
