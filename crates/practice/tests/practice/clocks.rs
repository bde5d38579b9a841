//! R6 of the threat model: limits in working days on every day that the shipped list of bank holidays
//! knows, and every half hour of the nights on which the clocks change. Both against plain counting that
//! shares nothing with what it checks: days are numbers, weekdays are remainders, and the clocks of
//! London go by the rule (the last Sundays of March and October, at one o’clock in UTC).

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use practice::{
    calendar::{Calendar, Moment, day_of, working_days, working_days_before},
    timescales,
};

/// The lengths that are swept: those of the shipped timescales, and what lies around them.
const LENGTHS: [u32; 9] = [1, 2, 3, 5, 7, 10, 15, 35, 45];
/// Minutes of an hour and a day.
const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// Every day from 1 January 1970 on, by its number: year, month, day.
fn days_until(year: i64) -> Vec<(i64, i64, i64)> {
    let mut days = Vec::new();
    for y in 1970..=year {
        let leaps = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
        let february = if leaps { 29 } else { 28 };
        let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        for (m, length) in (1..).zip(lengths) {
            days.extend((1..=length).map(|d| (y, m, d)));
        }
    }
    days
}

/// 1 January 1970 was a Thursday; Monday is 0.
fn weekday(number: usize) -> usize {
    (number + 3) % 7
}

fn written((y, m, d): (i64, i64, i64)) -> String {
    format!("{y:04}-{m:02}-{d:02}")
}

#[test]
fn r6_limits_in_working_days_are_right_on_every_day_of_the_list() {
    let calendar = Calendar::shipped().unwrap();
    let list = include_str!("../../data/bank-holidays.csv");
    let holidays: BTreeSet<&str> =
        list.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    let days = days_until(2028);
    let first = days.iter().position(|day| *day == (2024, 1, 1)).unwrap();
    let date_of = |number: usize| -> Date {
        let (y, m, d) = days[number];
        date(y.try_into().unwrap(), m.try_into().unwrap(), d.try_into().unwrap())
    };
    // The numbers of the days on which somebody works, to be counted along.
    let working: Vec<usize> = (first - 100..days.len())
        .filter(|n| weekday(*n) < 5 && !holidays.contains(written(days[*n]).as_str()))
        .collect();
    let mut limits = 0;
    for number in first..days.len() {
        let day = date_of(number);
        let works = working.binary_search(&number);
        assert_eq!(calendar.is_working_day(day), works.is_ok(), "{day}");
        // The places of the next working day, and of the one after those up to this day.
        let (here, after) = match works {
            Ok(place) => (place, place + 1),
            Err(place) => (place, place),
        };
        if let Some(next) = working.get(here) {
            assert_eq!(calendar.on_or_after(day), date_of(*next), "{day}");
        }
        for n in LENGTHS {
            let steps = n as usize;
            let before = date_of(working[here - steps]);
            assert_eq!(working_days_before(n).day(day, &calendar), before, "{n} before {day}");
            // Past the end of the list nobody knows.
            let Some(due) = working.get(after + steps - 1) else { continue };
            let due = date_of(*due);
            assert_eq!(calendar.working_days_between(day, due), n, "{day} to {due}");
            // The first minute of a day is that day, and so is the last, whatever it is in UTC.
            let minute = if (number + steps).is_multiple_of(2) { 0 } else { DAY - 1 };
            let from = at(number as i64 * DAY + minute - offset_of_wall(&days, number, minute));
            assert_eq!(day_of(from), day, "{from}");
            let limit = working_days(n).limit(from, &calendar);
            assert_eq!((limit.on, day_of(limit.breach_at)), (due, due), "{n} after {from}");
            let is_over = day_of(limit.breach_at + jiff::SignedDuration::from_secs(1));
            assert_eq!(is_over, due.tomorrow().unwrap(), "{n} after {from}: the whole day");
            limits += 1;
        }
    }
    assert!(limits > 16_000, "{limits}");
}

/// The moment that lies so many minutes after the beginning of 1970.
fn at(minutes: i64) -> Moment {
    Moment::from_second(minutes * 60).unwrap()
}

/// The number of the last Sunday of that month.
fn last_sunday(days: &[(i64, i64, i64)], year: i64, month: i64) -> usize {
    let is_it = |n: &usize| weekday(*n) == 6 && (days[*n].0, days[*n].1) == (year, month);
    (0..days.len()).rev().find(is_it).unwrap()
}

/// By how many minutes London is before UTC at a moment.
fn offset(days: &[(i64, i64, i64)], minutes: i64) -> i64 {
    let year = days[usize::try_from(minutes / DAY).unwrap()].0;
    let change = |month| last_sunday(days, year, month) as i64 * DAY + HOUR;
    if (change(3)..change(10)).contains(&minutes) { HOUR } else { 0 }
}

/// As [`offset`], of a minute that the clocks of London show once on that day: neither of the two that are
/// asked for is within an hour of a change.
fn offset_of_wall(days: &[(i64, i64, i64)], number: usize, minute: i64) -> i64 {
    let if_winter = offset(days, number as i64 * DAY + minute);
    let if_summer = offset(days, number as i64 * DAY + minute - HOUR);
    if if_summer == HOUR { if_summer } else { if_winter }
}

/// As the clocks of London show a moment: with the offset, and without.
fn shown(days: &[(i64, i64, i64)], minutes: i64) -> (String, String) {
    let offset = offset(days, minutes);
    let wall = minutes + offset;
    let day = written(days[usize::try_from(wall / DAY).unwrap()]);
    let wall = format!("{day}T{:02}:{:02}", wall % DAY / HOUR, wall % HOUR);
    (format!("{wall}+{:02}:00", offset / HOUR), wall)
}

#[test]
fn r6_every_half_hour_of_the_nights_of_clock_change_is_read_and_written_with_its_offset() {
    const LENGTH: i64 = 72 * HOUR;
    let calendar = Calendar::shipped().unwrap();
    let due = |said: &str| timescales::due("RHI-72H", &[said], &calendar);
    let days = days_until(2036);
    let (mut twice, mut never, mut read) = (0, 0, 0);
    for (year, month) in (2024..=2035).flat_map(|year| [(year, 3), (year, 10)]) {
        // From six in the evening before to six in the morning.
        let night = last_sunday(&days, year, month) as i64 * DAY;
        let half_hours = (night - 6 * HOUR..=night + 6 * HOUR).step_by(30);
        let walls: Vec<_> = half_hours.clone().map(|m| shown(&days, m).1).collect();
        for minutes in half_hours {
            let (said, wall) = shown(&days, minutes);
            let answer = shown(&days, minutes + LENGTH).0;
            assert_eq!(due(&said).unwrap().found.to_string(), answer, "{said}");
            let before = shown(&days, minutes - LENGTH).0;
            assert_eq!(due(&before).unwrap().found.to_string(), said, "{before}");
            match walls.iter().filter(|other| **other == wall).count() {
                1 => assert_eq!(due(&wall).unwrap().found.to_string(), answer, "{wall}"),
                _ => {
                    // Neither of the two is guessed at: both are offered.
                    let refused = due(&wall).unwrap_err().to_string();
                    assert!(refused.contains("happens twice"), "{refused}");
                    assert!(refused.contains(&said), "{refused}");
                    twice += 1;
                }
            }
            read += 1;
        }
        if month == 3 {
            for minute in ["00", "30"] {
                let skipped = format!("{}T01:{minute}", written(days[(night / DAY) as usize]));
                let refused = due(&skipped).unwrap_err().to_string();
                assert!(refused.contains("does not exist"), "{refused}");
                never += 1;
            }
        }
    }
    assert_eq!((read, twice, never), (24 * 25, 12 * 4, 12 * 2));
}
