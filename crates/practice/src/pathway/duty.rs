//! A duty: a rule of the guidance as a sentence and two predicates. One table of them drives the
//! clock, the reminder, the task, the timeliness figure and the public page of timescales.

use crate::calendar::{Calendar, Day, Limit, Moment, Within};
use crate::roles::Role;

/// What must be done, within what, after what happened, and by whose word.
#[derive(Clone, Copy)]
pub struct Duty<E: 'static> {
    /// The code that figures, settings and `sightline due` use, e.g. `REF-1WD`.
    pub code: &'static str,
    /// The instruction, as a practitioner would read it on a task list.
    pub what: &'static str,
    /// How long it may take, as the source says. A partnership may tighten it.
    pub within: Within,
    /// The events that start the clock.
    pub of: fn(&E) -> bool,
    /// The events that meet it.
    pub met_by: fn(&E) -> bool,
    /// The events after which it need not be done any more, though it was not done.
    pub withdrawn_by: fn(&E) -> bool,
    /// Who is to do it.
    pub owner: Role,
    /// Who is told when it is not done, and when.
    pub ladder: &'static [Rung],
    /// Whether a partnership may choose its length freely, or only tighten it.
    pub strength: Strength,
    /// Where it is written.
    pub source: &'static str,
}

/// A duty as people read it, without the predicates.
#[derive(Debug, Clone)]
pub struct DutyCard {
    /// Its code.
    pub code: &'static str,
    /// The instruction.
    pub what: &'static str,
    /// How long it may take, as the source says.
    pub allowed: Within,
    /// How long it may take here.
    pub within: Within,
    /// Who is to do it.
    pub owner: Role,
    /// Statutory or local.
    pub strength: Strength,
    /// Where it is written.
    pub source: &'static str,
}

impl<E> Duty<E> {
    /// The duty as people read it, with the partnership's own length of that day.
    pub fn card(&self, local: &Local, on: Day) -> DutyCard {
        DutyCard {
            code: self.code,
            what: self.what,
            allowed: self.within,
            within: local.length(self, on),
            owner: self.owner,
            strength: self.strength,
            source: self.source,
        }
    }
}

/// One step of escalation: who is told that a duty was not done, and when.
#[derive(Debug, Clone, Copy)]
pub struct Rung {
    when: When,
    /// Who is told.
    pub tell: Role,
}

#[derive(Debug, Clone, Copy)]
enum When {
    /// When the duty's own limit is reached, whatever length a partnership has given it.
    AtTheLimit,
    /// This long after the start of the clock.
    After(Within),
}

impl Rung {
    /// They are told when the duty's own limit is reached.
    pub const fn at_the_limit(tell: Role) -> Self {
        Self { when: When::AtTheLimit, tell }
    }

    /// They are told this long after the start of the clock.
    pub const fn after(length: Within, tell: Role) -> Self {
        Self { when: When::After(length), tell }
    }

    /// The moment at which they are told. Before its limit nothing is late, so a rung never comes
    /// earlier than that.
    pub fn moment(&self, start: Moment, limit: &Limit, calendar: &Calendar) -> Moment {
        match self.when {
            When::AtTheLimit => limit.breach_at,
            When::After(length) => length.limit(start, calendar).breach_at.max(limit.breach_at),
        }
    }
}

/// Where a duty's length comes from, which decides what a partnership may do to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// Law or national guidance: may be tightened, never loosened.
    Statutory,
    /// The partnership's own choice; the number here is the default.
    Local,
    /// A local rule that keeps children safe: as with law, it may be tightened and never loosened.
    Safeguard,
}

/// A partnership's own lengths, each from a date on, so that a clock keeps the length that was in
/// force when it started.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Local {
    lengths: Vec<LocalLength>,
}

/// One local length.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalLength {
    /// The duty's code.
    pub code: String,
    /// The length from that day on.
    pub within: Within,
    /// The first day on which a clock that starts takes this length.
    pub from: Day,
}

/// Why a local length was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} allows {allowed}: a partnership may shorten it, and {asked} is not surely shorter")]
pub struct NotTighter {
    /// The duty's code.
    pub code: String,
    /// What the source allows.
    pub allowed: String,
    /// What was asked for.
    pub asked: String,
}

impl Local {
    /// Takes up a local length for a duty.
    ///
    /// # Errors
    /// A statutory duty may not be loosened, nor moved to a unit in which that can't be told.
    pub fn set(&mut self, duty: &DutyCard, within: Within, from: Day) -> Result<(), NotTighter> {
        if duty.strength != Strength::Local && within.is_no_longer_than(&duty.allowed) != Some(true)
        {
            return Err(NotTighter {
                code: duty.code.to_owned(),
                allowed: duty.allowed.describe(),
                asked: within.describe(),
            });
        }
        self.lengths.push(LocalLength { code: duty.code.to_owned(), within, from });
        Ok(())
    }

    /// The length that a clock of this duty takes when it starts on that day.
    pub fn length<E>(&self, duty: &Duty<E>, on: Day) -> Within {
        self.lengths
            .iter()
            .filter(|l| l.code == duty.code && l.from <= on)
            .max_by_key(|l| l.from)
            .map_or(duty.within, |l| l.within)
    }
}
