//! Days and moments as lists write them: the year first, or in the order that the mapping says.
//! What isn't a date is refused with a reason; nothing is turned round to make it one.

use jiff::{Timestamp, civil::Time, tz::AmbiguousOffset};
use practice::calendar::{Day, LONDON, day_of, start_of};
use serde::Deserialize;

/// How the dates of a list are read.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dates {
    pub order: Order,
    /// The first of the hundred years that two digits stand for.
    pub two_digit_years_from: i16,
}

/// Which number comes first where the year doesn't.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    DayFirst,
    MonthFirst,
}

/// A day as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadDay {
    pub day: Day,
    /// Whether it would be another day if it were read in the other order.
    pub two_ways: bool,
}

/// A moment as it was read: London's clocks, unless it names an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadMoment {
    pub at: Timestamp,
    pub two_ways: bool,
    /// No time of day was said: it is the start of the day.
    pub no_time: bool,
    /// The clocks went back and showed this time twice: it is the first.
    pub shown_twice: bool,
}

/// The years that a list can be about.
pub(super) const YEARS: std::ops::RangeInclusive<i16> = 1900..=2100;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

impl Dates {
    /// Reads a day. A time of day may stand behind it; midnight is what spreadsheets add.
    ///
    /// # Errors
    /// Why it is none.
    pub fn day(&self, said: &str) -> Result<ReadDay, String> {
        match self.parts(said)? {
            (day, None) => Ok(day),
            (day, Some(time)) if time == Time::midnight() => Ok(day),
            (_, Some(_)) => Err("it has a time of day, where only a day belongs".into()),
        }
    }

    /// Reads a moment.
    ///
    /// # Errors
    /// Why it is none.
    pub fn moment(&self, said: &str) -> Result<ReadMoment, String> {
        if let Ok(at) = said.parse::<Timestamp>() {
            return named(at);
        }
        let (ReadDay { day, two_ways }, time) = self.parts(said)?;
        let Some(time) = time else {
            let at = start_of(day);
            return Ok(ReadMoment { at, two_ways, no_time: true, shown_twice: false });
        };
        let wall = LONDON.to_ambiguous_timestamp(day.to_datetime(time));
        let shown_twice = match wall.offset() {
            AmbiguousOffset::Unambiguous { .. } => false,
            AmbiguousOffset::Fold { .. } => true,
            AmbiguousOffset::Gap { .. } => {
                return Err("the clocks went forward and never showed this time".into());
            }
        };
        let at = wall.compatible().map_err(|e| e.to_string())?;
        Ok(ReadMoment { at, two_ways, no_time: false, shown_twice })
    }

    fn parts(&self, said: &str) -> Result<(ReadDay, Option<Time>), String> {
        let spaced = iso_apart(said);
        let words: Vec<_> = spaced.split_whitespace().collect();
        let clock = words.iter().position(|w| w.contains(':')).unwrap_or(words.len());
        let (day, time) = words.split_at(clock);
        let day = self.read_day(&day.join(" "))?;
        let time = if time.is_empty() { None } else { Some(read_time(&time.concat())?) };
        Ok((day, time))
    }

    fn read_day(&self, said: &str) -> Result<ReadDay, String> {
        let parts: Vec<_> = said.split(['/', '-', '.', ' ']).collect();
        let [a, b, c] = parts[..] else { return Err("it is not a date".into()) };
        if a.len() == 4 {
            return real(number(a)?, number(b)?, number(c)?, false);
        }
        let year = self.year(c)?;
        if let Some(month) = month(b) {
            return real(year, month, number(a)?, false);
        }
        let (a, b) = (number(a)?, number(b)?);
        let (day, month, order) = match self.order {
            Order::DayFirst => (a, b, "the day first"),
            Order::MonthFirst => (b, a, "the month first"),
        };
        if month > 12 {
            return Err(format!("read {order}, its month would be {month}"));
        }
        real(year, month, day, day <= 12 && day != month)
    }

    fn year(&self, said: &str) -> Result<i16, String> {
        match (said.len(), number(said)?) {
            (4, year) => Ok(year),
            (2, year) => {
                let from = self.two_digit_years_from;
                Ok(from + (year - from).rem_euclid(100))
            }
            _ => Err(format!("its year, {said}, has neither two digits nor four")),
        }
    }
}

/// A moment that names its offset, as exactly as both databases keep it.
fn named(at: Timestamp) -> Result<ReadMoment, String> {
    let year = day_of(at).year();
    if !YEARS.contains(&year) {
        return Err(format!("the year {year} can’t be meant"));
    }
    let at = Timestamp::from_microsecond(at.as_microsecond()).map_err(|e| e.to_string())?;
    Ok(ReadMoment { at, two_ways: false, no_time: false, shown_twice: false })
}

/// `2025-07-12T02:31` with a space for its T.
fn iso_apart(said: &str) -> String {
    match said.split_once('T') {
        Some((day, time)) if day.ends_with(|c: char| c.is_ascii_digit()) => {
            format!("{day} {time}")
        }
        _ => said.to_owned(),
    }
}

fn number(said: &str) -> Result<i16, String> {
    if said.is_empty() || !is_digits(said) {
        return Err("it is not a date".into());
    }
    said.parse().map_err(|_| format!("{said} is too large a number for a date"))
}

fn is_digits(said: &str) -> bool {
    said.bytes().all(|b| b.is_ascii_digit())
}

/// The month of an English name, or of its first three letters and “Sept”.
fn month(said: &str) -> Option<i16> {
    let said = said.to_lowercase();
    let is = |name: &&str| {
        **name == said || name[..3] == said || (said == "sept" && name.starts_with("sept"))
    };
    MONTHS.iter().zip(1..).find(|(name, _)| is(name)).map(|(_, number)| number)
}

fn real(year: i16, month: i16, day: i16, two_ways: bool) -> Result<ReadDay, String> {
    if !YEARS.contains(&year) {
        return Err(format!("the year {year} can’t be meant"));
    }
    let narrow = |n: i16| i8::try_from(n).map_err(|_| "there is no such day".to_owned());
    Day::new(year, narrow(month)?, narrow(day)?)
        .map(|day| ReadDay { day, two_ways })
        .map_err(|_| "there is no such day".into())
}

/// `14:30`, `14:30:05`, `2:30pm`.
fn read_time(said: &str) -> Result<Time, String> {
    let lower = said.to_lowercase();
    let (clock, half) = match (lower.strip_suffix("am"), lower.strip_suffix("pm")) {
        (Some(clock), _) => (clock, Some(0)),
        (_, Some(clock)) => (clock, Some(12)),
        _ => (lower.as_str(), None),
    };
    let unreal = || format!("there is no such time of day as {said}");
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let parts: Vec<_> = clock.split(':').collect();
    let two = |digits: &&str| digits.len() == 2;
    if !is_digits(fraction) || parts.len() < 2 || !parts[1..].iter().all(two) {
        return Err(unreal());
    }
    let part = |n: usize| match parts.get(n) {
        None => Ok(0),
        Some(digits) if is_digits(digits) => digits.parse::<i8>().map_err(|_| unreal()),
        Some(_) => Err(unreal()),
    };
    let (hour, minute, second) = (part(0)?, part(1)?, part(2)?);
    if parts.len() > 3 {
        return Err(unreal());
    }
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return Err(unreal()),
        None => hour,
    };
    Time::new(hour, minute, second, 0).map_err(|_| unreal())
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{Dates, Order, ReadDay};

    const LIST: Dates = Dates { order: Order::DayFirst, two_digit_years_from: 1950 };

    #[rstest]
    #[case("2013-06-28", date(2013, 6, 28))]
    #[case("29/07/2020", date(2020, 7, 29))]
    #[case("17-Jan-09", date(2009, 1, 17))]
    #[case("1 September 1999", date(1999, 9, 1))]
    #[case("20/5/19", date(2019, 5, 20))]
    #[case("24.10.50", date(1950, 10, 24))]
    #[case("24/10/49", date(2049, 10, 24))]
    #[case("2013-06-28 00:00:00", date(2013, 6, 28))]
    fn a_day_is_read_however_it_is_written(#[case] said: &str, #[case] day: jiff::civil::Date) {
        assert_eq!(LIST.day(said), Ok(ReadDay { day, two_ways: false }));
    }

    #[test]
    fn a_date_that_reads_two_ways_is_read_in_the_order_of_the_mapping_and_says_so() {
        assert_eq!(LIST.day("03/07/25"), Ok(ReadDay { day: date(2025, 7, 3), two_ways: true }));
        let american = Dates { order: Order::MonthFirst, ..LIST };
        assert_eq!(american.day("03/07/25"), Ok(ReadDay { day: date(2025, 3, 7), two_ways: true }));
        assert!(!LIST.day("07/07/25").unwrap().two_ways);
    }

    #[rstest]
    #[case("yesterday", "it is not a date")]
    #[case("30/02/2015", "there is no such day")]
    #[case("12/03/20225", "its year, 20225, has neither two digits nor four")]
    #[case("07/25/2025", "read the day first, its month would be 25")]
    #[case("0025-07-12", "the year 25 can’t be meant")]
    #[case("45123", "it is not a date")]
    #[case("", "it is not a date")]
    #[case("12//25", "it is not a date")]
    #[case("-1/2/2025", "it is not a date")]
    fn what_is_no_date_is_refused_with_a_reason(#[case] said: &str, #[case] why: &str) {
        assert_eq!(LIST.day(said), Err(why.to_owned()));
    }

    #[rstest]
    #[case("2025-07-12T02:31:00", "2025-07-12T01:31:00Z")]
    #[case("2025-07-12T02:31:00+00:00", "2025-07-12T02:31:00Z")]
    #[case("12/07/25 02:31 AM", "2025-07-12T01:31:00Z")]
    #[case("03/07/25 10:06PM", "2025-07-03T21:06:00Z")]
    #[case("28/03/25 12:55 PM", "2025-03-28T12:55:00Z")]
    #[case("11/03/25 12:09 am", "2025-03-11T00:09:00Z")]
    #[case("16/01/2026 13:50", "2026-01-16T13:50:00Z")]
    #[case("16 Jan 2026 13:50:07.250", "2026-01-16T13:50:07Z")]
    fn a_moment_is_on_londons_clocks(#[case] said: &str, #[case] at: &str) {
        assert_eq!(LIST.moment(said).map(|m| m.at.to_string()), Ok(at.to_owned()));
    }

    #[test]
    fn a_day_without_a_time_begins_at_its_start() {
        let read = LIST.moment("12/07/2025").unwrap();
        assert_eq!(read.at.to_string(), "2025-07-11T23:00:00Z");
        assert!(read.no_time);
    }

    #[test]
    fn a_time_that_the_clocks_skipped_is_refused_and_one_that_they_repeated_is_told() {
        assert!(LIST.moment("30/03/2025 01:30").is_err());
        let read = LIST.moment("26/10/2025 01:30").unwrap();
        assert_eq!(read.at.to_string(), "2025-10-26T00:30:00Z");
        assert!(read.shown_twice);
    }

    #[rstest]
    #[case("12/07/2025 25:00")]
    #[case("12/07/2025 13:05 PM")]
    #[case("12/07/2025 0:05 AM")]
    #[case("12/07/2025 12:5")]
    #[case("12/07/2025 12:05:x")]
    #[case("12/07/2025 12:05:+1")]
    #[case("12/07/2025 12:05.soon")]
    #[case("12/07/2025 12:05:06:07")]
    fn a_time_that_no_clock_shows_is_refused(#[case] said: &str) {
        assert!(LIST.moment(said).is_err(), "{said}");
    }

    fn a_day() -> impl Strategy<Value = Date> {
        let from = date(1900, 1, 1);
        (0..73_413_i64).prop_map(move |days| from + jiff::Span::new().days(days))
    }

    proptest! {
        #[test]
        fn a_day_that_is_written_out_is_read_as_the_same_day(
            day in a_day(),
            form in prop::sample::select(vec![
                "%Y-%m-%d", "%d/%m/%Y", "%-d.%-m.%Y", "%d-%b-%Y", "%-d %B %Y", "%Y/%m/%d",
            ]),
        ) {
            let said = day.strftime(form).to_string();
            prop_assert_eq!(LIST.day(&said).map(|read| read.day), Ok(day), "{}", said);
        }

        #[test]
        fn two_digits_are_a_year_of_the_hundred_that_the_mapping_names(day in a_day()) {
            prop_assume!((1950..2050).contains(&day.year()));
            let said = day.strftime("%d/%m/%y").to_string();
            prop_assert_eq!(LIST.day(&said).map(|read| read.day), Ok(day));
        }

        #[test]
        fn nothing_that_is_said_makes_the_reading_of_dates_fall_over(
            said in ".{0,24}", almost in "[0-9]{0,5}[/. T-][0-9A-Za-z]{0,4}[/. -][0-9]{0,5}[ T]?[0-9:.APMapm+Z-]{0,12}",
        ) {
            let american = Dates { order: Order::MonthFirst, ..LIST };
            for said in [said, almost] {
                for dates in [LIST, american] {
                    let _ = (dates.day(&said), dates.moment(&said));
                }
            }
        }
    }
}
