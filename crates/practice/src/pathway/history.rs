//! What happened on one pathway, in the order in which it happened. Entries are never edited: a
//! mistake is struck out with a reason and stays readable. Whatever would make the history
//! impossible is refused, also when it is back-dated.

use crate::calendar::{Calendar, Calendars, Moment, day_of};

use super::{Clock, ClockState, Duty, Hand, Local, Process, Refusal, Rung};

/// The journal's number of an entry: rises in the order of recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryNo(pub i64);

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<E> {
    /// Its number in the journal.
    pub no: EntryNo,
    /// When it happened, which may be long before it was recorded.
    pub at: Moment,
    /// When it was recorded.
    pub recorded: Moment,
    /// What happened.
    pub event: E,
    /// Set when it was struck out.
    pub struck: Option<Strike>,
}

/// Why and when an entry was struck out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strike {
    /// The reason, in the words of whoever struck it.
    pub reason: String,
    /// When it was struck.
    pub at: Moment,
}

/// All entries of one pathway, kept in the order in which things happened.
#[derive(Debug, Clone)]
pub struct History<P: Process> {
    entries: Vec<Entry<P::Event>>,
}

impl<P: Process> Default for History<P> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<P: Process> History<P> {
    /// The history that these stored entries tell.
    ///
    /// # Errors
    /// When they can't have happened so: a stored history must fold.
    pub fn of(entries: impl IntoIterator<Item = Entry<P::Event>>) -> Result<Self, Refusal> {
        let mut history = Self { entries: entries.into_iter().collect() };
        history.entries.sort_by_key(|e| (e.at, e.no));
        history.fold().map(|_| history)
    }

    /// Everything that was recorded, struck entries too, in the order in which it happened.
    pub fn entries(&self) -> &[Entry<P::Event>] {
        &self.entries
    }

    /// Takes up one more entry, at the place where it happened.
    ///
    /// # Errors
    /// When it lies in the future, can't happen from the stage of that moment, or would make a
    /// later entry impossible. The history is then as it was.
    pub fn record(&mut self, entry: Entry<P::Event>) -> Result<(), Refusal> {
        if entry.at > entry.recorded {
            return Err(Refusal::new(format!(
                "“{}” is dated in the future: enter when it happened",
                P::tell(&entry.event)
            )));
        }
        let place = self.entries.partition_point(|e| (e.at, e.no) < (entry.at, entry.no));
        self.entries.insert(place, entry);
        self.fold().map(|_| ()).inspect_err(|_| {
            self.entries.remove(place);
        })
    }

    /// Strikes out an entry. It stays in the history, readable, with the reason.
    ///
    /// # Errors
    /// When there is no such entry, it is struck already, or a later entry depends on it.
    pub fn strike(&mut self, no: EntryNo, strike: Strike) -> Result<(), Refusal> {
        self.may_strike(no)?;
        if let Some(entry) = self.entries.iter_mut().find(|e| e.no == no) {
            entry.struck = Some(strike);
        }
        Ok(())
    }

    /// Whether an entry can be struck out: what is left must still be a history.
    ///
    /// # Errors
    /// As [`History::strike`], which asks here.
    pub fn may_strike(&self, no: EntryNo) -> Result<(), Refusal> {
        if !self.standing().any(|e| e.no == no) {
            return Err(Refusal::new("This entry is already struck out"));
        }
        match folded::<P>(self.standing().filter(|e| e.no != no)) {
            Ok(_) => Ok(()),
            Err(why) => Err(Refusal(format!(
                "It can’t be struck out alone, because something later depends on it: without it, {why}"
            ))),
        }
    }

    /// Where the pathway stands, and since when.
    pub fn stage(&self) -> (P::Stage, Option<Moment>) {
        let mut at = (P::BEGINS, None);
        for entry in self.standing() {
            // A history that stands folds: `of`, `record` and `strike` see to that.
            if let Some(next) = P::after(at.0, &entry.event) {
                let since = if next == at.0 && at.1.is_some() { at.1 } else { Some(entry.at) };
                at = (next, since);
            }
        }
        at
    }

    /// When the pathway ended; `None` while it is open.
    pub fn ended(&self) -> Option<Moment> {
        let (stage, since) = self.stage();
        since.filter(|_| stage == P::ENDS)
    }

    /// The entry by which somebody took the pathway on; `None` when nobody holds it.
    pub fn held_by(&self) -> Option<EntryNo> {
        self.standing().fold(None, |held, entry| match P::hand(&entry.event) {
            Hand::Takes => Some(entry.no),
            Hand::Drops => None,
            Hand::Keeps => held,
        })
    }

    /// Every clock that ever started, in the order of starting. A running one is counted by the
    /// newest calendar; one that has ended keeps the calendar of its end, so that a new list of
    /// bank holidays never changes whether something was done in time.
    pub fn clocks(&self, calendars: &Calendars, local: &Local) -> Vec<Clock> {
        let standing: Vec<_> = self.standing().collect();
        let ended = self.ended();
        let mut clocks = Vec::new();
        for (i, start) in standing.iter().enumerate() {
            for duty in P::DUTIES.iter().filter(|d| (d.of)(&start.event)) {
                let ends = |e: &&&Entry<P::Event>| {
                    (duty.met_by)(&e.event) || (duty.withdrawn_by)(&e.event)
                };
                let state = match (standing[i + 1..].iter().find(ends), ended) {
                    (Some(by), _) if !(duty.met_by)(&by.event) => ClockState::Lapsed { at: by.at },
                    (Some(by), _) => ClockState::Met { by: by.no, at: by.at },
                    (None, Some(at)) => ClockState::Lapsed { at },
                    (None, None) => ClockState::Running,
                };
                let calendar = calendars.of_a_clock(state.ended());
                clocks.push(clock(duty, start, state, calendar, local));
            }
        }
        clocks
    }

    /// The entries that stand.
    pub fn standing(&self) -> impl Iterator<Item = &Entry<P::Event>> {
        self.entries.iter().filter(|e| e.struck.is_none())
    }

    fn fold(&self) -> Result<P::Stage, Refusal> {
        folded::<P>(self.standing())
    }
}

/// The stage to which these entries lead.
fn folded<'e, P: Process>(
    mut entries: impl Iterator<Item = &'e Entry<P::Event>>,
) -> Result<P::Stage, Refusal> {
    entries.try_fold(P::BEGINS, |stage, entry| {
        P::after(stage, &entry.event).ok_or_else(|| {
            Refusal::new(format!(
                "“{}” cannot have happened on {}, when the stage was “{}”",
                P::tell(&entry.event),
                day_of(entry.at).strftime("%-d %B %Y"),
                P::name(stage),
            ))
        })
    })
}

fn clock<E>(
    duty: &Duty<E>,
    start: &Entry<E>,
    state: ClockState,
    calendar: &Calendar,
    local: &Local,
) -> Clock {
    let limit = local.length(duty, day_of(start.at)).limit(start.at, calendar);
    let told = |rung: &Rung| (rung.moment(start.at, &limit, calendar), rung.tell);
    let ladder = duty.ladder.iter().map(told).collect();
    Clock {
        code: duty.code,
        what: duty.what,
        owner: duty.owner,
        started_by: start.no,
        started: start.at,
        limit,
        calendar_version: calendar.version(),
        ladder,
        state,
    }
}
