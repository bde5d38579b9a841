//! Pathways: the histories of people in processes, and everything derived from them. There is one
//! writer of derived rows, `derive`, and one place where an event enters a history, `append`.

pub mod derive;
pub mod rederive;
pub mod store;

use std::collections::BTreeMap;

use practice::{
    calendar::Moment,
    pathway::{EntryNo, History, Process},
};
use serde::{Deserialize, Serialize};

use crate::{doors::Pen, error::Result};
pub use store::Pathway;

/// The words that go with an event: reasons, analysis, notes, by name. No rule reads them.
pub type Words = BTreeMap<String, String>;

/// What the journal keeps of an event: all that its row in `event` says of it, so that no row can
/// be made to say something else unseen.
#[derive(Debug, Serialize, Deserialize)]
struct Content {
    at: Moment,
    event: Box<serde_json::value::RawValue>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    words: Words,
}

/// Something that happened, to be recorded.
#[derive(Debug, Clone)]
pub struct Happening<E> {
    /// When it happened.
    pub at: Moment,
    /// What happened.
    pub event: E,
    /// The words that go with it.
    pub words: Words,
}

/// Records what happened on a pathway, in order, and derives everything that follows from it.
///
/// # Errors
/// A refusal when it can't have happened so.
pub async fn append<P: Process>(
    pen: &mut Pen<'_>,
    pathway: &Pathway,
    happenings: impl IntoIterator<Item = Happening<P::Event>> + Send,
) -> Result<EntryNo>
where
    P::Event: Send + Sync,
{
    let mut stored = match pathway.revision {
        // It was only just begun.
        0 => Vec::new(),
        _ => store::entries(pen.tx, &pen.app.keys, pathway.id).await?,
    };
    let mut history = History::<P>::stored(&stored)?;
    let mut last = EntryNo(0);
    let happenings: Vec<_> = happenings.into_iter().collect();
    for Happening { at, event, words } in happenings {
        // The number is given by the journal; until then the entry stands behind all others.
        history.record(practice::pathway::Entry {
            no: EntryNo(i64::MAX),
            at,
            recorded: pen.now,
            event: event.clone(),
            struck: None,
        })?;
        let entry = store::insert::<P>(pen, pathway.id, at, &event, words).await?;
        last = entry.no;
        stored.push(entry);
        history = History::<P>::stored(&stored)?;
    }
    derive::derive(pen.app, pen.tx, pathway, &stored, pen.now, derive::Revision::Next).await?;
    Ok(last)
}

/// Strikes out an entry of a pathway, with a reason, and derives anew.
///
/// # Errors
/// A refusal when a later entry depends on it.
pub async fn strike<P: Process>(
    pen: &mut Pen<'_>,
    pathway: &Pathway,
    no: EntryNo,
    reason: String,
) -> Result<()> {
    let mut stored = store::entries(pen.tx, &pen.app.keys, pathway.id).await?;
    let mut history = History::<P>::stored(&stored)?;
    let strike = practice::pathway::Strike { reason, at: pen.now };
    history.strike(no, strike.clone())?;
    store::strike(pen, pathway.id, no, &strike).await?;
    for entry in stored.iter_mut().filter(|e| e.no == no) {
        entry.struck = Some(strike.clone());
    }
    derive::derive(pen.app, pen.tx, pathway, &stored, pen.now, derive::Revision::Next).await
}
