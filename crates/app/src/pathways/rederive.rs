//! Proof of the derived rows: every one is computed again from the history and compared, or
//! rewritten. Used by `sightline rederive`, after a change of calendar, and by tests at their end.

use futures_util::FutureExt;

use super::{
    Pathway,
    derive::{self, Derived},
    store,
};
use crate::{
    App,
    error::{Error, Result},
    ids::PathwayId,
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
}

/// Computes every derived row again and reports each difference, without changing anything.
///
/// # Errors
/// When the database does, or a history can't be.
pub async fn check(app: &App) -> Result<Report> {
    walk(app, false).await
}

/// As [`check`], and rewrites what differs.
///
/// # Errors
/// As [`check`].
pub async fn rewrite(app: &App) -> Result<Report> {
    walk(app, true).await
}

async fn walk(app: &App, rewriting: bool) -> Result<Report> {
    let mut report = Report::default();
    let mut after = PathwayId(uuid::Uuid::nil());
    loop {
        let batch = store::batch(&app.db.reads(), after, BATCH).await?;
        let Some(last) = batch.last() else { return Ok(report) };
        after = last.id;
        for pathway in batch {
            report.pathways += 1;
            if let Some(computed) = difference(app, &pathway, &mut report).await?
                && rewriting
            {
                rewrite_one(app, pathway, computed).await?;
            }
        }
    }
}

async fn difference(app: &App, pathway: &Pathway, report: &mut Report) -> Result<Option<Derived>> {
    let db = app.db.reads();
    let entries = store::entries(&db, &app.keys, pathway.id).await?;
    let (computed, _) = derive::computed(&pathway.process, &entries, &app.rules())?;
    let holder = derive::holder(&db, computed.held_by).await?;
    let stored = derive::stored(&db, pathway).await?;
    let same =
        stored == Derived { held_by: None, ..computed.clone() } && holder == pathway.holder_id;
    if same {
        return Ok(None);
    }
    report.differences.push(format!("{}: {}", pathway.reference, what_differs(&stored, &computed)));
    Ok(Some(computed))
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

async fn rewrite_one(app: &App, pathway: Pathway, computed: Derived) -> Result<()> {
    let version = app.rules().calendar.version();
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            async move {
                let before = derive::clock_rows(tx, pathway.id).await?;
                derive::write(tx, pathway.id, &computed, &before, version, now).await
            }
            .boxed()
        })
        .await
        .map_err(|e: Error| e)
}
