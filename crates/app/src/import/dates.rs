//! Dates as lists write them: `2025-07-12T02:31:00`, `12/07/25 02:31 AM`, `17-Jan-09`, `9/9/08`.
//! Day first, as the mapping says; what is no date is none.

use jiff::{
    Timestamp,
    civil::{Date, Time},
};
use practice::calendar::LONDON;

/// A day.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) fn day(text: &str, pivot: i16) -> Result<Date, String> {
    let text = text.trim();
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let [a, b, c] = parts.as_slice() else {
        return Err(format!("“{text}” is not a date"));
    };
    let year_first = a.len() == 4;
    let (day, month, year) = if year_first { (*c, *b, *a) } else { (*a, *b, *c) };
    let year =
        year_of(year, pivot).ok_or_else(|| format!("“{text}” has no year that can be read"))?;
    let month = month_of(month).ok_or_else(|| format!("“{text}” has no month that can be read"))?;
    let number = day.parse().map_err(|_| format!("“{text}” has no day that can be read"))?;
    Date::new(year, month, number).map_err(|_| format!("“{text}” is a day that does not exist"))
}

/// A moment; the clock in London.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) fn moment(text: &str, pivot: i16) -> Result<Timestamp, String> {
    let text = text.trim();
    let (date, time) =
        text.split_once(['T', ' ']).ok_or_else(|| format!("“{text}” is not a date and time"))?;
    let date = day(date, pivot)?;
    let time = time_of(time).ok_or_else(|| format!("“{text}” has no time that can be read"))?;
    LONDON
        .to_ambiguous_timestamp(date.to_datetime(time))
        .compatible()
        .map_err(|_| format!("“{text}” is out of range"))
}

fn year_of(text: &str, pivot: i16) -> Option<i16> {
    let year: i16 = text.parse().ok()?;
    match text.len() {
        4 => Some(year),
        2 if year <= pivot => Some(2000 + year),
        2 => Some(1900 + year),
        _ => None,
    }
}

fn month_of(text: &str) -> Option<i8> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let name = text.to_lowercase();
    (1..).zip(MONTHS).find(|(_, m)| name.starts_with(m)).map(|(n, _)| n)
}

fn time_of(text: &str) -> Option<Time> {
    let upper = text.trim().to_uppercase();
    let (clock, half) = match upper.split_once(' ') {
        Some((clock, half @ ("AM" | "PM"))) => (clock, Some(half == "PM")),
        Some(_) => return None,
        None => (upper.as_str(), None),
    };
    let mut parts = clock.split(':').map(|p| p.parse::<i8>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().map_or(Some(0), |s| s)?;
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
    };
    Time::new(hour, minute, second, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::{day, moment};

    #[test]
    fn a_date_is_read_in_every_shape_that_lists_have() {
        for (text, is) in [
            ("2013-06-28", "2013-06-28"),
            ("24/10/2009", "2009-10-24"),
            ("9/9/08", "2008-09-09"),
            ("17-Jan-09", "2009-01-17"),
            ("01/02/41", "1941-02-01"),
        ] {
            assert_eq!(day(text, 40).unwrap().to_string(), is, "{text}");
        }
        for text in ["30/02/2015", "12/03/20225", "yesterday", "", "1/1", "2015-13-01"] {
            assert!(day(text, 40).is_err(), "{text}");
        }
    }

    #[test]
    fn a_moment_is_the_clock_in_london() {
        for (text, is) in [
            ("2025-07-12T02:31:00", "2025-07-12T01:31:00Z"),
            ("12/07/25 02:31 AM", "2025-07-12T01:31:00Z"),
            ("03/12/25 12:05 AM", "2025-12-03T00:05:00Z"),
            ("03/12/25 12:05 PM", "2025-12-03T12:05:00Z"),
            ("16/01/2026 13:50", "2026-01-16T13:50:00Z"),
        ] {
            assert_eq!(moment(text, 40).unwrap().to_string(), is, "{text}");
        }
        for text in ["yesterday", "12/07/2025", "12/07/2025 25:00", "12/07/2025 13:00 PM"] {
            assert!(moment(text, 40).is_err(), "{text}");
        }
    }
}
