//! Dates of birth, as far as they are known. A date that can't be is kept as it is written: a slip
//! of the finger is compared digit by digit, and never put right by a guess.

/// A date of birth, packed. Parts that are not known are 0; nothing known at all is [`Dob::NONE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Dob(u32);

impl Dob {
    /// Nothing known.
    pub const NONE: Self = Self(0);

    /// A date by its parts; 0 for what is not known.
    pub const fn new(year: u16, month: u8, day: u8) -> Self {
        Self(year as u32 * 10_000 + month as u32 * 100 + day as u32)
    }

    /// The year, or 0.
    pub const fn year(self) -> u16 {
        (self.0 / 10_000) as u16
    }

    /// The month, or 0.
    pub const fn month(self) -> u8 {
        (self.0 / 100 % 100) as u8
    }

    /// The day, or 0.
    pub const fn day(self) -> u8 {
        (self.0 % 100) as u8
    }

    /// Whether anything is known.
    pub const fn is_known(self) -> bool {
        self.0 != 0
    }

    /// Whether day, month and year are all known.
    pub const fn is_whole(self) -> bool {
        self.year() != 0 && self.month() != 0 && self.day() != 0
    }

    /// Whether it is the first of January, which systems fill in when only the year is known.
    pub const fn is_new_year(self) -> bool {
        self.0 % 10_000 == 101
    }

    /// `yyyymmdd` as a number; the same for the same date.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// Day and month exchanged.
    pub const fn swapped(self) -> Self {
        Self::new(self.year(), self.day(), self.month())
    }

    /// The eight digits.
    pub fn digits(self) -> [u8; 8] {
        let mut rest = self.0;
        let mut digits = [0; 8];
        for digit in digits.iter_mut().rev() {
            *digit = (rest % 10) as u8;
            rest /= 10;
        }
        digits
    }
}

/// Dates that systems fill in for “not known”.
const FILLERS: [u32; 6] = [19_000_101, 19_010_101, 18_000_101, 18_991_230, 19_700_101, 99_991_231];

/// Months in words go by their first three letters.
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// Years of two digits up to here are of this century. Whether that is right can't be known; two
/// records that write alike are read alike.
const THIS_CENTURY: u32 = 26;

/// Reads a date of birth in any usual order of its parts, the day before the month where the year
/// comes last; months in numbers or words.
pub fn dob(text: &str) -> Dob {
    let runs: Vec<Run<'_>> = runs(text).collect();
    let date = match runs[..] {
        [y, m, d, ..] if y.is_year() => parts(y.number(), m.number(), d.number()),
        [Run::Month(m), d, y, ..] if y.is_year() => parts(y.number(), m, d.number()),
        [d, m, y, ..] if y.is_year() => parts(y.number(), m.number(), d.number()),
        [d, m, y, ..] if y.is_short() => parts(y.in_full(), m.number(), d.number()),
        [all] if all.digits() == 8 => in_one(all.number()),
        [y, m] if y.is_year() => parts(y.number(), m.number(), 0),
        [m, y] if y.is_year() => parts(y.number(), m.number(), 0),
        [y] if y.is_year() => parts(y.number(), 0, 0),
        _ => Dob::NONE,
    };
    if FILLERS.contains(&date.number()) { Dob::NONE } else { date }
}

/// A part of a date as written.
#[derive(Clone, Copy)]
enum Run<'a> {
    Digits(&'a str),
    /// 1 to 12.
    Month(u32),
}

impl Run<'_> {
    fn digits(self) -> usize {
        if let Run::Digits(digits) = self { digits.len() } else { 0 }
    }

    fn is_year(self) -> bool {
        self.digits() == 4
    }

    fn is_short(self) -> bool {
        self.digits() == 2
    }

    fn number(self) -> u32 {
        match self {
            Run::Digits(digits) => digits.parse().unwrap_or(0),
            Run::Month(month) => month,
        }
    }

    fn in_full(self) -> u32 {
        let year = self.number();
        year + if year <= THIS_CENTURY { 2000 } else { 1900 }
    }
}

/// Runs of digits, and the names of months; other words are passed over.
fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let kinds = |a: char, b: char| a.is_ascii_digit() != b.is_ascii_digit();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).flat_map(move |word| {
        let turn = word.chars().zip(word.chars().skip(1)).position(|(a, b)| kinds(a, b));
        let (front, rest) = word.split_at(turn.map_or(word.len(), |at| at + 1));
        [front, rest]
    });
    words.filter_map(|word| {
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
            return Some(Run::Digits(digits));
        }
        let month = word.get(..3)?.to_ascii_lowercase();
        let month = MONTHS.iter().zip(1..).find(|(name, _)| **name == month)?;
        Some(Run::Month(month.1))
    })
}

/// Eight digits without anything between: the year first, or last where it can't be first.
fn in_one(n: u32) -> Dob {
    let (first, last) = (n / 10_000, n % 10_000);
    if !(1800..2100).contains(&first) && (1800..2100).contains(&last) {
        return parts(last, n / 10_000 % 100, n / 1_000_000);
    }
    parts(first, n / 100 % 100, n % 100)
}

fn parts(year: u32, month: u32, day: u32) -> Dob {
    match (u16::try_from(year), u8::try_from(month), u8::try_from(day)) {
        (Ok(y), Ok(m), Ok(d)) if (1..=9999).contains(&y) && m < 100 && d < 100 => Dob::new(y, m, d),
        _ => Dob::NONE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_reads_the_same_in_every_order() {
        for text in [
            "2014-03-12",
            "12/03/2014",
            "20140312",
            "12.3.2014",
            "2014-03-12T00:00:00",
            "12032014",
            "12 March 2014",
            "12-Mar-2014",
            "Mar 12, 2014",
            "12th Mar 2014",
            "12/03/14",
            "2014-03-12 00:00",
        ] {
            assert_eq!(dob(text), Dob::new(2014, 3, 12), "{text}");
        }
        assert_eq!(dob("2014"), Dob::new(2014, 0, 0));
        assert_eq!(dob("03/2014"), Dob::new(2014, 3, 0));
    }

    #[test]
    fn a_filler_is_no_date() {
        for text in [
            "1900-01-01",
            "01/01/1900",
            "",
            "unknown",
            "99/99/999999",
            "41710",
            "March",
            "1/1/1900 00:00",
        ] {
            assert_eq!(dob(text), Dob::NONE, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_is_kept_as_written() {
        assert_eq!(dob("1985-13-41").digits(), [1, 9, 8, 5, 1, 3, 4, 1]);
    }
}
