//! A process: its stages, its events, what leads where, and its duties. `AnyProcess` is the same
//! with the types forgotten, so that the platform can hold all of them in one list.

use serde::{Serialize, de::DeserializeOwned};

use crate::calendar::{Calendars, Moment};

use super::{Clock, Duty, DutyCard, Entry, EntryNo, History, Local, Refusal, Strike};

/// One process of the guidance, declared as data.
pub trait Process: Sized + 'static {
    /// Where a pathway can stand.
    type Stage: Copy + Eq + 'static;
    /// What can happen on it. Its stored form is held by a golden file: variants are added,
    /// never renamed.
    type Event: Clone + Serialize + DeserializeOwned + 'static;

    /// The name that addresses, settings and the journal use. Never changed.
    const SLUG: &'static str;
    /// The name that people read.
    const TITLE: &'static str;
    /// The stage before anything happened.
    const BEGINS: Self::Stage;
    /// The stage in which nothing is left to do.
    const ENDS: Self::Stage;
    /// Every stage, in the usual order.
    const STAGES: &'static [Self::Stage];
    /// What must be done by when.
    const DUTIES: &'static [Duty<Self::Event>];

    /// Where an event leads from a stage; `None` when it can't happen there.
    fn after(stage: Self::Stage, event: &Self::Event) -> Option<Self::Stage>;
    /// A stage's name, as people read it.
    fn name(stage: Self::Stage) -> &'static str;
    /// An event as a line of the timeline. It names nobody.
    fn tell(event: &Self::Event) -> String;
    /// What an event does to whoever holds the pathway.
    fn hand(event: &Self::Event) -> Hand;
}

/// What an event does to whoever holds a pathway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// Whoever recorded it holds the pathway from then on.
    Takes,
    /// Nobody holds it any more.
    Drops,
    /// It stays with whoever had it.
    Keeps,
}

/// An entry as it is stored.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Its number in the journal.
    pub no: EntryNo,
    /// When it happened.
    pub at: Moment,
    /// When it was recorded.
    pub recorded: Moment,
    /// The event's stored form: JSON of the process's event.
    pub event: String,
    /// Set when it was struck out.
    pub struck: Option<Strike>,
}

/// What a history says, for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// The stage's name.
    pub stage: &'static str,
    /// Since when; `None` when nothing happened yet.
    pub since: Option<Moment>,
    /// When the pathway ended.
    pub ended: Option<Moment>,
    /// The entry by which somebody took it on; `None` when nobody holds it.
    pub held_by: Option<EntryNo>,
    /// Every clock that ever started.
    pub clocks: Vec<Clock>,
    /// One line for each entry, in the order in which things happened.
    pub lines: Vec<(EntryNo, String)>,
}

/// A process with its types forgotten.
pub trait AnyProcess: Sync {
    /// The name in addresses and the journal.
    fn slug(&self) -> &'static str;
    /// The name that people read.
    fn title(&self) -> &'static str;
    /// The names of its stages, in the usual order.
    fn stages(&self) -> Vec<&'static str>;
    /// Its duties, with the partnership's own lengths of that day.
    fn duties(&self, local: &Local, on: crate::calendar::Day) -> Vec<DutyCard>;
    /// What these stored entries say.
    ///
    /// # Errors
    /// When an entry can't be read or the history can't have happened.
    fn fold(
        &self,
        entries: &[Stored],
        calendars: &Calendars,
        local: &Local,
    ) -> Result<Folded, Refusal>;
}

/// Stands for a process in a list: `&Any::<RequestForSupport>::HERE`.
pub(crate) struct Any<P>(std::marker::PhantomData<fn() -> P>);

impl<P: Process> Any<P> {
    pub(crate) const HERE: Self = Self(std::marker::PhantomData);
}

impl<P: Process> AnyProcess for Any<P> {
    fn slug(&self) -> &'static str {
        P::SLUG
    }

    fn title(&self) -> &'static str {
        P::TITLE
    }

    fn stages(&self) -> Vec<&'static str> {
        P::STAGES.iter().map(|s| P::name(*s)).collect()
    }

    fn duties(&self, local: &Local, on: crate::calendar::Day) -> Vec<DutyCard> {
        P::DUTIES.iter().map(|d| d.card(local, on)).collect()
    }

    fn fold(
        &self,
        entries: &[Stored],
        calendars: &Calendars,
        local: &Local,
    ) -> Result<Folded, Refusal> {
        let history =
            History::<P>::of(entries.iter().map(read::<P>).collect::<Result<Vec<_>, _>>()?)?;
        let (stage, since) = history.stage();
        Ok(Folded {
            stage: P::name(stage),
            since,
            ended: history.ended(),
            held_by: history.held_by(),
            clocks: history.clocks(calendars, local),
            lines: history.entries().iter().map(|e| (e.no, P::tell(&e.event))).collect(),
        })
    }
}

impl<P: Process> History<P> {
    /// The history that these stored entries tell.
    ///
    /// # Errors
    /// When an entry can't be read or the history can't have happened.
    pub fn stored(entries: &[Stored]) -> Result<Self, Refusal> {
        Self::of(entries.iter().map(read::<P>).collect::<Result<Vec<_>, _>>()?)
    }
}

fn read<P: Process>(stored: &Stored) -> Result<Entry<P::Event>, Refusal> {
    let event = serde_json::from_str(&stored.event).map_err(|e| {
        Refusal::new(format!("Entry {} of {} can't be read: {e}", stored.no.0, P::SLUG))
    })?;
    Ok(Entry {
        no: stored.no,
        at: stored.at,
        recorded: stored.recorded,
        event,
        struck: stored.struck.clone(),
    })
}
