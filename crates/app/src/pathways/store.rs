//! The tables of pathways: the pathway itself and its events. What an event says lies in the
//! journal's content, once; the row here only finds it.

use std::collections::BTreeMap;

use super::{Content, Words};
use crate::{
    access::{Own, Scope},
    doors::{Pen, journal},
    error::{Error, Result},
    ids::{AccountId, ContactId, PathwayId, StaffId, reference},
};
use need_to_know::Kind;
use platform::{
    db::{At, Row, Runs, Table, Tx, Value, sea_orm},
    seal::Keys,
};
use practice::{
    calendar::Moment,
    pathway::{EntryNo, Process, Stored, Strike},
};
use uuid::Uuid;

/// A pathway, as its derived row says.
#[derive(Debug, Clone, Row)]
pub struct Pathway {
    pub id: PathwayId,
    pub reference: String,
    pub process: String,
    pub account_id: AccountId,
    pub contact_id: ContactId,
    pub revision: i64,
    pub stage: String,
    pub since: Option<At>,
    pub ended_at: Option<At>,
    pub holder_id: Option<StaffId>,
}

impl Pathway {
    /// Whether it stands at that stage of its process.
    pub fn is_at<P: Process>(&self, stage: P::Stage) -> bool {
        self.process == P::SLUG && self.stage == P::name(stage)
    }
}

const COLUMNS: &str = "p.id, p.reference, p.process, p.account_id, p.contact_id, p.revision, \
                       p.stage, p.since, p.ended_at, p.holder_id";

/// An entry with its words and who recorded it, for a timeline.
#[derive(Debug, Clone)]
pub struct Telling {
    pub stored: Stored,
    pub words: Words,
    pub recorded_by: Option<StaffId>,
    pub recorder: Option<String>,
}

#[derive(Row)]
struct EventRow {
    pathway_id: PathwayId,
    seq: i64,
    at: At,
    recorded_at: At,
    recorded_by: Option<StaffId>,
    recorder: Option<String>,
    struck_at: Option<At>,
    struck_reason: Option<String>,
    /// Missing only where somebody took it away: what is disposed of has no row any more.
    sealed: Option<Vec<u8>>,
}

/// Begins a pathway for an account. Nothing has happened on it yet.
pub async fn begin<P: Process>(
    pen: &Pen<'_>,
    account: AccountId,
    contact: ContactId,
) -> Result<Pathway> {
    let pathway = Pathway {
        id: PathwayId::new(),
        reference: reference(),
        process: P::SLUG.to_owned(),
        account_id: account,
        contact_id: contact,
        revision: 0,
        stage: P::name(P::BEGINS).to_owned(),
        since: None,
        ended_at: None,
        holder_id: None,
    };
    pen.tx.insert(&PATHWAY, row(&pathway)).await?;
    Ok(pathway)
}

/// The columns of [`row`].
pub(crate) const PATHWAY: Table<10> = Table::new(
    "pathway",
    [
        "id",
        "reference",
        "process",
        "account_id",
        "contact_id",
        "revision",
        "stage",
        "since",
        "ended_at",
        "holder_id",
    ],
);

/// A pathway as its row.
pub(crate) fn row(pathway: &Pathway) -> [Value; 10] {
    [
        pathway.id.into(),
        pathway.reference.clone().into(),
        pathway.process.clone().into(),
        pathway.account_id.into(),
        pathway.contact_id.into(),
        pathway.revision.into(),
        pathway.stage.clone().into(),
        pathway.since.into(),
        pathway.ended_at.into(),
        pathway.holder_id.map(|s| s.0).into(),
    ]
}

/// The pathway of that reference, if the policies let it be reached.
pub async fn find(db: &impl Runs, scope: &Scope, reference: &str) -> Result<Pathway> {
    #[derive(Row)]
    struct Found {
        #[sea_orm(nested)]
        pathway: Pathway,
        #[sea_orm(nested)]
        own: Own,
    }
    let text = format!(
        "SELECT {COLUMNS}, {} FROM pathway p JOIN contact c ON c.id = p.contact_id \
         WHERE p.reference = $1",
        Own::columns("c", 2)
    );
    let values = std::iter::once(reference.into()).chain(scope.ties_of());
    let found: Option<Found> = db.one(&text, values.collect::<Vec<_>>()).await?;
    let asked =
        found.as_ref().map(|Found { pathway, own }| (pathway.id.0, pathway.contact_id, *own));
    scope.ask_found(db, Kind::Pathway, asked).await?;
    found.map(|found| found.pathway).ok_or(Error::NotFound)
}

/// The pathway of that id, for the platform's own jobs.
pub async fn of(db: &impl Runs, id: PathwayId) -> Result<Pathway> {
    db.one(&format!("SELECT {COLUMNS} FROM pathway p WHERE p.id = $1"), [id.into()])
        .await?
        .ok_or(Error::NotFound)
}

/// The pathways of a contact, which was found in scope, in the order in which they were begun.
pub async fn of_contact(db: &impl Runs, contact: ContactId) -> Result<Vec<Pathway>> {
    let text = format!("SELECT {COLUMNS} FROM pathway p WHERE p.contact_id = $1 ORDER BY p.id");
    Ok(db.all(&text, [contact.into()]).await?)
}

/// Every pathway after that one, in order, for jobs that walk all.
pub async fn batch(db: &impl Runs, after: PathwayId, most: i64) -> Result<Vec<Pathway>> {
    let text = format!("SELECT {COLUMNS} FROM pathway p WHERE p.id > $1 ORDER BY p.id LIMIT $2");
    Ok(db.all(&text, [after.into(), most.into()]).await?)
}

/// The entries of a pathway, in the order in which they were recorded.
pub async fn entries(db: &impl Runs, keys: &Keys, pathway: PathwayId) -> Result<Vec<Stored>> {
    Ok(tellings(db, keys, pathway).await?.into_iter().map(|t| t.stored).collect())
}

/// The entries of a pathway with their words.
pub async fn tellings(db: &impl Runs, keys: &Keys, pathway: PathwayId) -> Result<Vec<Telling>> {
    Ok(tellings_of(db, keys, &[pathway]).await?.remove(&pathway).unwrap_or_default())
}

/// The entries of each of these pathways with their words, read at once.
pub async fn tellings_of(
    db: &impl Runs,
    keys: &Keys,
    pathways: &[PathwayId],
) -> Result<BTreeMap<PathwayId, Vec<Telling>>> {
    let mut tellings: BTreeMap<PathwayId, Vec<Telling>> = BTreeMap::new();
    if pathways.is_empty() {
        return Ok(tellings);
    }
    let places: Vec<_> = (1..=pathways.len()).map(|n| format!("${n}")).collect();
    let text = format!(
        "SELECT e.pathway_id, e.seq, e.at, e.recorded_at, e.recorded_by, s.name AS recorder, \
         e.struck_at, e.struck_reason, j.sealed \
         FROM event e LEFT JOIN journal_content j ON j.seq = e.seq \
         LEFT JOIN staff s ON s.id = e.recorded_by \
         WHERE e.pathway_id IN ({}) ORDER BY e.seq",
        places.join(", ")
    );
    let values: Vec<Value> = pathways.iter().map(|pathway| (*pathway).into()).collect();
    let rows: Vec<EventRow> = db.all(&text, values).await?;
    for row in rows {
        tellings.entry(row.pathway_id).or_default().push(telling(keys, row)?);
    }
    Ok(tellings)
}

fn telling(keys: &Keys, row: EventRow) -> Result<Telling> {
    let sealed =
        row.sealed.ok_or_else(|| Error::fault("reading an event", "its content is gone"))?;
    let content: Content = serde_json::from_slice(&journal::unseal(keys, row.seq, sealed)?)?;
    if content.at != row.at.0 {
        return Err(Error::fault("reading an event", "its row and the journal differ on its time"));
    }
    let struck =
        row.struck_at.map(|at| Strike { reason: row.struck_reason.unwrap_or_default(), at: at.0 });
    Ok(Telling {
        stored: Stored {
            no: EntryNo(row.seq),
            at: row.at.0,
            recorded: row.recorded_at.0,
            event: content.event.get().to_owned(),
            struck,
        },
        words: content.words,
        recorded_by: row.recorded_by,
        recorder: row.recorder,
    })
}

/// An event as the journal keeps it.
pub(crate) struct Kept {
    /// The name of the entry.
    pub what: String,
    /// What the entry commits to.
    pub content: Vec<u8>,
    /// The stored form of the event.
    pub event: String,
}

/// An event with its words, as the journal keeps it: the one place that decides how.
pub(crate) fn kept<P: Process>(at: Moment, event: &P::Event, words: Words) -> Result<Kept> {
    let content = Content { at, event: serde_json::value::to_raw_value(event)?, words };
    Ok(Kept {
        what: format!("event:{}", P::SLUG),
        content: serde_json::to_vec(&content)?,
        event: content.event.get().to_owned(),
    })
}

/// The columns of [`event_row`].
pub(crate) const EVENT: Table<5> =
    Table::new("event", ["seq", "pathway_id", "at", "recorded_at", "recorded_by"]);

/// The row by which a history finds an entry.
pub(crate) fn event_row(pathway: PathwayId, entry: &Stored, by: Option<StaffId>) -> [Value; 5] {
    [
        entry.no.0.into(),
        pathway.into(),
        At(entry.at).into(),
        At(entry.recorded).into(),
        by.map(|s| s.0).into(),
    ]
}

/// Writes an event to the journal and the history.
pub(super) async fn insert<P: Process>(
    pen: &mut Pen<'_>,
    pathway: PathwayId,
    at: Moment,
    event: &P::Event,
    words: Words,
) -> Result<Stored> {
    let Kept { what, content, event } = kept::<P>(at, event, words)?;
    let seq = pen.journal(&what, &[pathway.0], &content).await?;
    let stored = Stored { no: EntryNo(seq), at, recorded: pen.now, event, struck: None };
    pen.tx.insert(&EVENT, event_row(pathway, &stored, pen.actor.staff())).await?;
    Ok(stored)
}

/// What the journal keeps of a strike.
#[derive(serde::Serialize)]
struct Struck<'a> {
    entry: i64,
    reason: &'a str,
}

/// Strikes out an event. The journal has the number and the reason too.
pub(super) async fn strike(
    pen: &mut Pen<'_>,
    pathway: PathwayId,
    no: EntryNo,
    strike: &Strike,
) -> Result<()> {
    let content = serde_json::to_vec(&Struck { entry: no.0, reason: &strike.reason })?;
    let seq = pen.journal("strike", &[pathway.0], &content).await?;
    pen.tx
        .run(
            "UPDATE event SET struck_by = $1, struck_at = $2, struck_reason = $3 \
             WHERE seq = $4 AND pathway_id = $5 AND struck_by IS NULL",
            [
                seq.into(),
                At(strike.at).into(),
                strike.reason.clone().into(),
                no.0.into(),
                pathway.into(),
            ],
        )
        .await?;
    Ok(())
}

/// Deletes pathways that are disposed of, with their histories and whatever follows from them. What
/// was said lies in the journal's contents, which go with them.
///
/// # Errors
/// When the database does.
pub(crate) async fn dispose(tx: &Tx, pathways: &[Uuid]) -> Result<()> {
    for one in pathways {
        for text in [
            "DELETE FROM screening WHERE pathway_id = $1",
            "DELETE FROM clock_before WHERE pathway_id = $1",
            "DELETE FROM clock WHERE pathway_id = $1",
            "DELETE FROM event WHERE pathway_id = $1",
            "DELETE FROM pathway WHERE id = $1",
        ] {
            tx.run(text, [(*one).into()]).await?;
        }
    }
    Ok(())
}
