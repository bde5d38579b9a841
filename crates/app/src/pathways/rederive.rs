//! Proof of the derived rows: every one is computed again from the history and compared, or
//! rewritten. Used by `sightline rederive`, after a change of calendar, and by tests at their end.
//! It never writes what was computed outside the writer's transaction.

use std::sync::Arc;

use futures_util::FutureExt;
use practice::calendar::Moment;

use super::{
    Pathway,
    derive::{self, ClockRow, Derived, Revision},
    store,
};
use crate::{
    App, disclosing,
    doors::journal,
    error::{Error, Result},
    ids::PathwayId,
    settings::{self, Rules},
};

/// How many pathways are read at once.
const BATCH: i64 = 500;

/// What was found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Report {
    /// How many pathways were computed again.
    pub pathways: u64,
    /// One line for each pathway whose rows did not follow from its history.
    pub differences: Vec<String>,
    /// The clocks among them whose limit was another.
    pub moves: Vec<Move>,
}

/// A clock whose limit is another than its row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The reference of its pathway.
    pub pathway: String,
    /// The duty's code.
    pub code: String,
    /// What its row says.
    pub from: Moment,
    /// What follows from its history.
    pub to: Moment,
}

/// Computes every derived row again and reports each difference, without changing anything.
///
/// # Errors
/// When the database does, or a history can't be.
pub async fn check(app: &App) -> Result<Report> {
    let report = walk(app, &*settings::in_force(app, &app.db.reads()).await?, false).await?;
    with_disclosures(app, report, false).await
}

/// As [`check`], and rewrites what differs.
///
/// # Errors
/// As [`check`].
pub async fn rewrite(app: &App) -> Result<Report> {
    let report = walk(app, &*settings::in_force(app, &app.db.reads()).await?, true).await?;
    with_disclosures(app, report, true).await
}

/// What [`rewrite`] would report if these rules were in force.
///
/// # Errors
/// As [`check`].
pub async fn check_under(app: &App, rules: &Rules) -> Result<Report> {
    walk(app, rules, false).await
}

/// Adds what differs of the rows by which disclosures are found.
async fn with_disclosures(app: &App, mut report: Report, rewriting: bool) -> Result<Report> {
    for differs in disclosing::derive::differences(&app.db.reads(), &app.keys).await? {
        report.differences.push(format!("disclosure {}: {}", differs.seq, differs.says));
        if rewriting {
            rewrite_disclosure(app, differs.seq).await?;
        }
    }
    Ok(report)
}

async fn rewrite_disclosure(app: &App, seq: i64) -> Result<()> {
    let (db, keys) = (app.db.clone(), Arc::clone(&app.keys));
    db.write(move |tx| {
        async move {
            journal::wait_for_others(tx).await?;
            disclosing::derive::rewrite(tx, &keys, seq).await
        }
        .boxed()
    })
    .await
    .map_err(|e: Error| e)
}

async fn walk(app: &App, rules: &Rules, rewriting: bool) -> Result<Report> {
    let mut report = Report::default();
    let mut after = PathwayId(uuid::Uuid::nil());
    loop {
        let batch = store::batch(&app.db.reads(), after, BATCH).await?;
        let Some(last) = batch.last() else { return Ok(report) };
        after = last.id;
        for pathway in batch {
            report.pathways += 1;
            if let Some((difference, moves)) = difference(app, rules, &pathway).await? {
                report.differences.push(difference);
                report.moves.extend(moves);
                if rewriting {
                    rewrite_one(app, pathway.id).await?;
                }
            }
        }
    }
}

async fn difference(
    app: &App,
    rules: &Rules,
    pathway: &Pathway,
) -> Result<Option<(String, Vec<Move>)>> {
    let db = app.db.reads();
    let entries = store::entries(&db, &app.keys, pathway.id).await?;
    let computed = derive::computed(&pathway.process, &entries, rules)?;
    let holder = derive::holder(&db, computed.held_by).await?;
    let stored = derive::stored(&db, pathway).await?;
    let same =
        stored == Derived { held_by: None, ..computed.clone() } && holder == pathway.holder_id;
    let differs = || {
        let difference = format!("{}: {}", pathway.reference, what_differs(&stored, &computed));
        (difference, moves(&pathway.reference, &stored.clocks, &computed.clocks))
    };
    Ok((!same).then(differs))
}

fn moves(pathway: &str, stored: &[ClockRow], computed: &[ClockRow]) -> Vec<Move> {
    let moved = |was: &ClockRow| {
        let is = computed.iter().find(|c| c.is_same_clock(was))?;
        (is.breach_at != was.breach_at).then(|| Move {
            pathway: pathway.to_owned(),
            code: was.code.clone(),
            from: was.breach_at.0,
            to: is.breach_at.0,
        })
    };
    stored.iter().filter_map(moved).collect()
}

fn what_differs(stored: &Derived, computed: &Derived) -> String {
    if stored.stage != computed.stage {
        format!("stage is “{}”, its history says “{}”", stored.stage, computed.stage)
    } else if stored.clocks != computed.clocks {
        "its clocks do not follow from its history".to_owned()
    } else if stored.screening != computed.screening {
        "its findings do not follow from its history".to_owned()
    } else {
        "its holder or dates do not follow from its history".to_owned()
    }
}

/// Rewrites a pathway's rows as they follow from what it has come to by now, which may be more
/// than whoever found the difference has read.
async fn rewrite_one(app: &App, id: PathwayId) -> Result<()> {
    let (db, app, now) = (app.db.clone(), app.clone(), app.clock.now());
    db.write(move |tx| {
        async move {
            journal::wait_for_others(tx).await?;
            let pathway = store::of(tx, id).await?;
            let entries = store::entries(tx, &app.keys, id).await?;
            derive::derive(&app, tx, &pathway, &entries, now, Revision::Kept).await
        }
        .boxed()
    })
    .await
    .map_err(|e: Error| e)
}
