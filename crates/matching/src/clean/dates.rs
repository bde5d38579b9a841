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

/// Reads a date of birth in any usual order of its parts.
pub fn dob(text: &str) -> Dob {
    let runs: Vec<&str> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
    let number = |run: &str| run.parse::<u32>().unwrap_or(0);
    let date = match runs[..] {
        [y, m, d, ..] if y.len() == 4 => parts(number(y), number(m), number(d)),
        [d, m, y, ..] if y.len() == 4 => parts(number(y), number(m), number(d)),
        [all] if all.len() == 8 => {
            let n = number(all);
            parts(n / 10_000, n / 100 % 100, n % 100)
        }
        [y, m] if y.len() == 4 => parts(number(y), number(m), 0),
        [m, y] if y.len() == 4 => parts(number(y), number(m), 0),
        [y] if y.len() == 4 => parts(number(y), 0, 0),
        _ => Dob::NONE,
    };
    if FILLERS.contains(&date.number()) { Dob::NONE } else { date }
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
        for text in ["2014-03-12", "12/03/2014", "20140312", "12.3.2014", "2014-03-12T00:00:00"] {
            assert_eq!(dob(text), Dob::new(2014, 3, 12), "{text}");
        }
        assert_eq!(dob("2014"), Dob::new(2014, 0, 0));
        assert_eq!(dob("03/2014"), Dob::new(2014, 3, 0));
    }

    #[test]
    fn a_filler_is_no_date() {
        for text in ["1900-01-01", "01/01/1900", "", "unknown", "99/99/999999"] {
            assert_eq!(dob(text), Dob::NONE, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_is_kept_as_written() {
        assert_eq!(dob("1985-13-41").digits(), [1, 9, 8, 5, 1, 3, 4, 1]);
    }
}
