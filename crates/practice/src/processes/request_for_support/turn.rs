//! Whose turn it is: the order in which the hub takes what is not yet answered.

use super::Findings;
use crate::calendar::Moment;
use crate::pathway::{Clock, ClockState};

/// The duties whose limit a request waits for: its decision, then its answer.
pub const WAITS_FOR: [&str; 2] = ["REF-1WD", "REF-FB"];

/// A request's place among those that are not yet answered: the lesser comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Turn {
    /// Danger comes before every limit.
    pub urgency: Urgency,
    /// When the limit that it waits for passes. Where none runs, when it was received: what nobody
    /// is reminded of must not sink to the end.
    pub limit: Moment,
    /// When it was received.
    pub received: Moment,
}

/// What goes before any limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// It speaks of immediate danger, and nobody in the hub has read it.
    UnreadDanger,
    /// It speaks of immediate danger, and is not decided.
    Danger,
    /// Neither.
    ByLimit,
    /// Neither, and a list told of it long after it was received: it is years late, and would keep
    /// today's requests out of sight.
    LongAgo,
}

impl Turn {
    /// The place of a request that has come to this, ended then and has these clocks; `None` once
    /// it is answered.
    pub fn of(findings: &Findings, ended: Option<Moment>, clocks: &[Clock]) -> Option<Self> {
        if ended.is_some() {
            return None;
        }
        let waits_for = |c: &&Clock| c.state == ClockState::Running && WAITS_FOR.contains(&c.code);
        let limits = clocks.iter().filter(waits_for).map(|clock| clock.limit.breach_at);
        Some(Self {
            urgency: Urgency::of(findings),
            limit: limits.min().unwrap_or(findings.received),
            received: findings.received,
        })
    }
}

impl Urgency {
    fn of(findings: &Findings) -> Self {
        match (findings.danger && findings.decided.is_none(), findings.unread_since) {
            (true, Some(_)) => Self::UnreadDanger,
            (true, None) => Self::Danger,
            (false, _) if findings.long_ago => Self::LongAgo,
            (false, _) => Self::ByLimit,
        }
    }

    /// Its place, from 0, as it is stored.
    pub const fn place(self) -> u8 {
        self as u8
    }
}
