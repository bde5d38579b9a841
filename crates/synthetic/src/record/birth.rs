//! Dates of birth as an agency wrote them.

use jiff::{ToSpan, civil::date};

use super::Seen;
use crate::{
    days::Day,
    dice::Dice,
    mistakes::{Mistake, Pen},
};

impl Seen<'_> {
    /// The date of birth, in the form of the column.
    pub(super) fn birth(&self, pen: &mut Pen<'_>) -> String {
        if pen.slips(Mistake::DobMissing) {
            return String::new();
        }
        let written = self.written_birth(pen);
        format!("{:04}-{:02}-{:02}", written.year(), written.month(), written.day())
    }

    fn written_birth(&self, pen: &mut Pen<'_>) -> Day {
        let born = self.person.born;
        if pen.slips(Mistake::DobDefault) {
            return date(pen.dice.pick(&[1900, 1900, 1970]), 1, 1);
        }
        if let Some(swapped) = swapped(born)
            && pen.slips(Mistake::DobSwapped)
        {
            return swapped;
        }
        if (born.month(), born.day()) != (1, 1) && pen.slips(Mistake::DobFirstOfJanuary) {
            return date(born.year(), 1, 1);
        }
        if pen.slips(Mistake::DobYearWrong) {
            return with_year(born, wrong_year(pen.dice, born.year()));
        }
        if pen.slips(Mistake::DobMonthWrong) {
            let months = i64::from(pen.dice.between(1, 11));
            return with_month(born, 1 + (i64::from(born.month()) - 1 + months) % 12);
        }
        if pen.slips(Mistake::DobDayWrong) {
            return wrong_day(pen.dice, born);
        }
        born
    }
}

/// Day and month in each other's place, where that is another day.
fn swapped(day: Day) -> Option<Day> {
    Day::new(day.year(), day.day(), day.month()).ok().filter(|swapped| *swapped != day)
}

/// Mostly one or ten years off; else the last two digits turned round, where that is another year.
fn wrong_year(dice: &mut Dice, year: i16) -> i16 {
    match dice.below(100) {
        0..30 => year + 1,
        30..60 => year - 1,
        60..75 => year - 10,
        75..82 => year + 10,
        _ => {
            let (ten, one) = (year % 100 / 10, year % 10);
            let turned = year - year % 100 + one * 10 + ten;
            if turned == year || turned > 2025 { year - 2 } else { turned }
        }
    }
}

fn with_year(day: Day, year: i16) -> Day {
    let year = year.clamp(1900, 2025);
    Day::new(year, day.month(), day.day()).unwrap_or_else(|_| date(year, day.month(), 28))
}

fn with_month(day: Day, month: i64) -> Day {
    let month = i8::try_from(month).unwrap_or(1);
    Day::new(day.year(), month, day.day()).unwrap_or_else(|_| day.saturating_add(1.month()))
}

/// Another day of the month: near it, or one with another first digit.
fn wrong_day(dice: &mut Dice, day: Day) -> Day {
    let days = day.days_in_month();
    let off = dice.pick(&[1, 1, 2, 10, 10, 20]);
    let other = (day.day() - 1 + off) % days + 1;
    Day::new(day.year(), day.month(), other).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_date_is_another_date() {
        let mut dice = Dice::of(1, 1);
        for born in [date(2012, 2, 29), date(1988, 12, 31), date(2024, 1, 1), date(2000, 11, 11)] {
            for _ in 0..200 {
                let year = wrong_year(&mut dice, born.year());
                assert_ne!(with_year(born, year), born);
                assert_ne!(wrong_day(&mut dice, born), born);
            }
            assert!(
                (1..=11)
                    .all(|m| with_month(born, (i64::from(born.month()) - 1 + m) % 12 + 1) != born)
            );
        }
        assert_eq!(swapped(date(2012, 3, 4)), Some(date(2012, 4, 3)));
        assert_eq!(swapped(date(2012, 3, 3)), None);
        assert_eq!(swapped(date(2012, 3, 14)), None);
    }
}
