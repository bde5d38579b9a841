//! How long an account stands after somebody else of the agency confirmed that its holder still
//! works there in those roles. Unconfirmed it sleeps: it opens nothing until it is confirmed.
//!
//! Source: threat model T20 (leavers and dormant accounts); the length is a local rule.

use jiff::{Span, ToSpan};

use crate::calendar::Day;

/// How many days an account stands after it was confirmed.
pub const STANDS: i32 = 90;
/// How many days before it sleeps it is asked for: a school is away for six weeks in summer.
pub const ASKED_BEFORE: i32 = 45;

/// How an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Confirmed; it sleeps from that day on unless it is confirmed again.
    Confirmed(Day),
    /// The same, and it is time to confirm it.
    ToConfirm(Day),
    /// It opens nothing.
    Asleep,
}

impl Standing {
    /// How an account stands on a day that was last confirmed on another; `None` where it never
    /// was, or was put to sleep.
    pub fn of(confirmed: Option<Day>, today: Day) -> Self {
        let Some(sleeps) = confirmed.map(sleeps) else { return Self::Asleep };
        if sleeps <= today {
            Self::Asleep
        } else if sleeps <= later(today, ASKED_BEFORE) {
            Self::ToConfirm(sleeps)
        } else {
            Self::Confirmed(sleeps)
        }
    }

    /// Whether it opens anything.
    pub fn is_awake(self) -> bool {
        self != Self::Asleep
    }
}

/// The first day on which an account that was confirmed on this one sleeps.
pub fn sleeps(confirmed: Day) -> Day {
    later(confirmed, STANDS)
}

/// The last day of confirmation that is too long ago: whoever was confirmed after it is awake.
pub fn too_long_ago(today: Day) -> Day {
    later(today, -STANDS)
}

fn later(day: Day, days: i32) -> Day {
    let span: Span = days.days();
    day.saturating_add(span)
}

#[cfg(test)]
mod tests {
    use super::{Standing, later, sleeps, too_long_ago};
    use crate::calendar::Day;

    const CONFIRMED: Day = Day::constant(2026, 1, 5);

    fn on(days: i32) -> Standing {
        Standing::of(Some(CONFIRMED), later(CONFIRMED, days))
    }

    #[test]
    fn an_account_that_nobody_confirmed_for_ninety_days_sleeps() {
        let sleeps = sleeps(CONFIRMED);
        assert_eq!(on(0), Standing::Confirmed(sleeps));
        assert_eq!(on(44), Standing::Confirmed(sleeps));
        assert_eq!(on(45), Standing::ToConfirm(sleeps));
        assert_eq!(on(89), Standing::ToConfirm(sleeps));
        assert_eq!(on(90), Standing::Asleep);
    }

    #[test]
    fn an_account_that_was_never_confirmed_sleeps() {
        assert_eq!(Standing::of(None, CONFIRMED), Standing::Asleep);
    }

    /// Lists are asked for by the day, pages by the standing.
    #[test]
    fn who_was_confirmed_after_the_day_that_is_too_long_ago_is_awake() {
        for days in 0..200 {
            let today = later(CONFIRMED, days);
            assert_eq!(on(days).is_awake(), CONFIRMED > too_long_ago(today), "day {days}");
        }
    }
}
