//! What each request for support has come to: the derived row that the queue and the figures read.

use platform::db::{At, Row, Runs, Table, Tx, Value, sea_orm};
use practice::{
    pathway::{Folded, History, Process, Stored},
    processes::request_for_support::{Findings, RequestForSupport, Turn},
};

use crate::{error::Result, ids::PathwayId};

/// The row.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Screening {
    pub danger: bool,
    pub unread_since: Option<At>,
    pub level_asked: Option<i32>,
    pub received_at: At,
    pub level: Option<i32>,
    pub outcome: Option<String>,
    pub decided_at: Option<At>,
    /// The gravest class of what was ever decided, by which it is kept.
    pub gravest: Option<String>,
    /// Its urgency and limit in the queue; `None` in both once it is answered.
    pub urgency: Option<i32>,
    pub limit_at: Option<At>,
}

/// What these entries come to; `None` for other processes and before anything was received.
///
/// # Errors
/// When the history can't be.
pub fn of(process: &str, entries: &[Stored], folded: &Folded) -> Result<Option<Screening>> {
    if process != RequestForSupport::SLUG {
        return Ok(None);
    }
    let history = History::<RequestForSupport>::stored(entries)?;
    Ok(Findings::of(&history).map(|f| {
        let turn = Turn::of(&f, folded.ended, &folded.clocks);
        Screening {
            danger: f.danger,
            unread_since: f.unread_since.map(At),
            level_asked: f.receipt.level.map(|l| i32::from(l.number())),
            received_at: At(f.received),
            level: f.decided.and_then(|(level, _, _)| level).map(|l| i32::from(l.number())),
            outcome: f.decided.map(|(_, outcome, _)| outcome.slug().to_owned()),
            decided_at: f.decided.map(|(_, _, at)| At(at)),
            gravest: f.gravest.map(|class| class.slug().to_owned()),
            urgency: turn.map(|turn| i32::from(turn.urgency.place())),
            limit_at: turn.map(|turn| At(turn.limit)),
        }
    }))
}

/// Writes the row.
pub async fn write(tx: &Tx, pathway: PathwayId, screening: Option<&Screening>) -> Result<()> {
    let Some(screening) = screening else {
        tx.run("DELETE FROM screening WHERE pathway_id = $1", [pathway.into()]).await?;
        return Ok(());
    };
    tx.put(&SCREENING, row(pathway, screening)).await?;
    Ok(())
}

/// The columns of [`row`].
pub const SCREENING: Table<11> = Table::new(
    "screening",
    [
        "pathway_id",
        "danger",
        "level_asked",
        "received_at",
        "level",
        "outcome",
        "decided_at",
        "unread_since",
        "urgency",
        "limit_at",
        "gravest",
    ],
);

/// The values of the row.
pub fn row(pathway: PathwayId, screening: &Screening) -> [Value; 11] {
    [
        pathway.into(),
        screening.danger.into(),
        screening.level_asked.into(),
        screening.received_at.into(),
        screening.level.into(),
        screening.outcome.clone().into(),
        screening.decided_at.into(),
        screening.unread_since.into(),
        screening.urgency.into(),
        screening.limit_at.into(),
        screening.gravest.clone().into(),
    ]
}

/// The row as it stands.
pub async fn stored(db: &impl Runs, pathway: PathwayId) -> Result<Option<Screening>> {
    Ok(db
        .one(
            "SELECT danger, unread_since, level_asked, received_at, level, outcome, decided_at, \
             gravest, urgency, limit_at FROM screening WHERE pathway_id = $1",
            [pathway.into()],
        )
        .await?)
}
