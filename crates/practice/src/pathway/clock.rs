//! A clock: one duty, started by one event. It runs, is met, or lapses because the pathway ended or
//! the duty was withdrawn; lapsed is neither done in time nor late, and no figure may count it as done.

use crate::calendar::{Limit, Moment};
use crate::roles::Role;

use super::EntryNo;

/// One duty's clock on one pathway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// The duty's code, e.g. `REF-1WD`.
    pub code: &'static str,
    /// The instruction.
    pub what: &'static str,
    /// Who is to do it.
    pub owner: Role,
    /// The entry that started it, and when that happened.
    pub started_by: EntryNo,
    pub started: Moment,
    /// Target, breach and action date.
    pub limit: Limit,
    /// The version of the list of bank holidays that it was counted by.
    pub calendar_version: i64,
    /// When each rung of the ladder is told, in order.
    pub ladder: Vec<(Moment, Role)>,
    /// Running, met or lapsed.
    pub state: ClockState,
}

/// What has become of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockState {
    /// Still to be done.
    Running,
    /// Done, by that entry at that moment, in time or not.
    Met { by: EntryNo, at: Moment },
    /// The pathway ended first, or something happened after which it need not be done any more.
    Lapsed { at: Moment },
}

impl ClockState {
    /// When it ended; `None` while it runs.
    pub fn ended(self) -> Option<Moment> {
        match self {
            Self::Running => None,
            Self::Met { at, .. } | Self::Lapsed { at } => Some(at),
        }
    }
}

impl Clock {
    /// Whether it was met within its limit; `None` while it runs or when it lapsed.
    pub fn met_in_time(&self) -> Option<bool> {
        match self.state {
            ClockState::Met { at, .. } => Some(at <= self.limit.breach_at),
            ClockState::Running | ClockState::Lapsed { .. } => None,
        }
    }

    /// Whether it is past its limit at that moment and still not done.
    pub fn is_breached(&self, now: Moment) -> bool {
        self.state == ClockState::Running && now > self.limit.breach_at
    }
}
