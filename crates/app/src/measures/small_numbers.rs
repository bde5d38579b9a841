//! Figures in which no small number points at a child, for whoever counts no work of their own.
//! Every count is rounded, so that none can be worked out from the others either.

use super::{Figures, Timeliness};

/// What counts are rounded to, as England's statistics on children in need are.
pub const TO: i64 = 5;

/// A count, rounded; of none that is not nought is less shown than [`TO`].
pub fn round(count: i64) -> i64 {
    if count == 0 { 0 } else { ((count + TO / 2) / TO * TO).max(TO) }
}

/// The figures with every count rounded. Shares are computed from these.
pub fn hidden(figures: Figures) -> Figures {
    let duties = figures.duties.into_iter().map(|(code, duty)| {
        let duty = Timeliness {
            in_time: round(duty.in_time),
            recorded_after: round(duty.recorded_after),
            late: round(duty.late),
            running: round(duty.running),
            overdue: round(duty.overdue),
            lapsed: round(duty.lapsed),
        };
        (code, duty)
    });
    Figures {
        contacts: round(figures.contacts),
        children: round(figures.children),
        referrals: round(figures.referrals),
        duties: duties.collect(),
        rounded: true,
        ..figures
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prop_assert, prop_assert_eq, proptest};

    use super::{TO, round};

    proptest! {
        #[test]
        fn no_count_shows_less_than_five_and_none_is_far_off(count in 0_i64..100_000) {
            let shown = round(count);
            prop_assert_eq!(shown % TO, 0);
            prop_assert_eq!(shown == 0, count == 0);
            prop_assert!((shown - count).abs() < TO);
        }
    }
}
