//! The hours in which the hub is open: a local setting.

use jiff::civil::{Time, time};

use super::Day;

/// When the hub opens and closes, Monday first; `None` on a closed day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubHours([Option<(Time, Time)>; 7]);

impl Default for HubHours {
    /// Monday to Thursday 9am to 5pm, Friday 9am to 4:30pm.
    fn default() -> Self {
        let long = Some((time(9, 0, 0, 0), time(17, 0, 0, 0)));
        let short = Some((time(9, 0, 0, 0), time(16, 30, 0, 0)));
        Self([long, long, long, long, short, None, None])
    }
}

impl HubHours {
    /// Whether the hub is open at that time of that weekday.
    pub fn contain(&self, day: Day, time: Time) -> bool {
        self.of(day).is_some_and(|(opens, closes)| (opens..closes).contains(&time))
    }

    /// When it opens on that weekday; `None` when it does not.
    pub(super) fn opens(&self, day: Day) -> Option<Time> {
        self.of(day).map(|(opens, _)| opens)
    }

    fn of(&self, day: Day) -> Option<(Time, Time)> {
        let index = usize::from(day.weekday().to_monday_zero_offset().unsigned_abs());
        self.0.get(index).copied().flatten()
    }
}
