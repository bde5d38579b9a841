//! Days, and the ten years of records that are told of.

use jiff::{ToSpan, civil::date};

use crate::dice::Dice;

/// A calendar day.
pub type Day = jiff::civil::Date;

/// The first day on which anybody wrote anything down.
pub const FIRST: Day = date(2016, 1, 1);

/// How many days are told of.
pub const DAYS: u32 = 3653;

/// The day so many days later, or earlier; the same day where there is none.
pub fn later(day: Day, days: i32) -> Day {
    day.checked_add(days.days()).unwrap_or(day)
}

/// A day of those told of, each as likely.
pub fn any(dice: &mut Dice) -> Day {
    later(FIRST, dice.below(DAYS).cast_signed())
}

/// How many days lie between them; below 0 when the second is earlier.
pub fn between(from: Day, to: Day) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// Age in full years on that day; below 0 before the birth.
pub fn age(born: Day, on: Day) -> i16 {
    let had_birthday = (on.month(), on.day()) >= (born.month(), born.day());
    on.year() - born.year() - i16::from(!had_birthday)
}

/// What held on that day, of what holds from each day on; the first held before.
pub fn on<T>(history: &[(Day, T)], day: Day) -> Option<&T> {
    let began = history.partition_point(|(from, _)| *from <= day);
    history.get(began.saturating_sub(1)).map(|(_, what)| what)
}

/// What held before what held on that day.
pub fn before<T>(history: &[(Day, T)], day: Day) -> Option<&T> {
    let began = history.partition_point(|(from, _)| *from <= day);
    history.get(began.checked_sub(2)?).map(|(_, what)| what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_says_what_held_on_a_day() {
        let history = [(FIRST, 'a'), (date(2020, 5, 1), 'b')];
        assert_eq!(on(&history, date(2015, 1, 1)), Some(&'a'));
        assert_eq!(on(&history, date(2020, 4, 30)), Some(&'a'));
        assert_eq!(on(&history, date(2020, 5, 1)), Some(&'b'));
        assert_eq!(before(&history, date(2020, 5, 1)), Some(&'a'));
        assert_eq!(before(&history, date(2020, 4, 30)), None);
    }

    #[test]
    fn a_birthday_makes_older() {
        assert_eq!(age(date(2010, 6, 2), date(2020, 6, 1)), 9);
        assert_eq!(age(date(2010, 6, 2), date(2020, 6, 2)), 10);
        assert_eq!(between(date(2020, 1, 1), date(2020, 3, 1)), 60);
    }
}
