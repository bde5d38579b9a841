//! Whether the server is well, for whatever watches it: that the database answers and takes
//! changes, and that the workers turn. It says how much, never about whom.

use std::time::Duration;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use platform::{
    db::{Runs, WriteFailed},
    outbox,
};
use practice::calendar::day_of;

use crate::{App, backup::nightly, drill, ledger::restored};

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is said while no letter leaves.
pub const HELD: &str = "no e-mail leaves since the database was restored: an administrator releases \
    them on the page “System”";

/// What is said where no drill counts any more.
const MISSED: &str = "no restore was proved for 31 days, or the last drill failed: hold one with \
    `sightline drill`";

/// What is said where something is not there any more.
const GONE: &str = "not all that was recorded is there: look at the page “System” at once, and see the \
    operating guide";

/// How well the server is.
#[derive(Debug, Default)]
pub struct Health {
    /// Why it is not well.
    pub troubles: Vec<String>,
    /// What a person must look at though it is well; another server would do no better.
    pub but: Vec<String>,
}

/// How well the server is now.
pub async fn of(app: &App) -> Health {
    let mut troubles = troubles(app).await;
    let pieces = match outbox::given_up_pieces(&app.db).await {
        Ok(pieces) => pieces,
        Err(_) => {
            troubles.push("the outbox can’t be read".to_owned());
            0
        }
    };
    let given_up = (pieces > 0).then(|| format!("work was given up: {pieces}"));
    let held = match restored::unlooked(&app.db.reads()).await {
        Ok(unlooked) => unlooked.map(|_| HELD.to_owned()),
        Err(_) => {
            troubles.push("whether letters may leave can’t be read".to_owned());
            None
        }
    };
    let ends = app.rules().calendar().list_ends_soon(day_of(app.clock.now()));
    let ends = ends.map(|day| format!("the list of bank holidays ends on {day}: load a newer one"));
    let missed = match drill::last(&app.db.reads()).await {
        // A demo has nothing to lose.
        _ if app.demo => None,
        Ok(Some(drill)) if drill.counts(app.clock.now()) => None,
        Ok(_) => Some(MISSED.to_owned()),
        Err(_) => {
            troubles.push("whether a restore was proved can’t be read".to_owned());
            None
        }
    };
    let backup = app.backups.told().filter(|told| told.is_wrong(app.clock.now()));
    let backup = backup.map(|_| nightly::MISSED.to_owned());
    // Of what, and how much, is for the page “System” and the log: anybody reads this.
    let is_gone = app.conserved.counted().is_some_and(|counted| !counted.wrong.is_empty());
    let gone = is_gone.then(|| GONE.to_owned());
    let but = given_up.into_iter().chain(held).chain(missed).chain(backup).chain(gone).chain(ends);
    Health { troubles, but: but.collect() }
}

/// `GET /healthz`
pub async fn healthz(State(app): State<App>) -> Response {
    let Health { troubles, but } = of(&app).await;
    let lines = |of: &[String], before: &str| -> String {
        of.iter().map(|what| format!("{before}{what}\n")).collect()
    };
    if !troubles.is_empty() {
        return (StatusCode::SERVICE_UNAVAILABLE, lines(&troubles, "")).into_response();
    }
    if but.is_empty() {
        "well\n".into_response()
    } else {
        lines(&but, "well, but ").into_response()
    }
}

async fn troubles(app: &App) -> Vec<String> {
    let mut troubles = Vec::new();
    let reads = tokio::time::timeout(PATIENCE, app.db.reads().run("SELECT 1", [])).await;
    if !matches!(reads, Ok(Ok(_))) {
        troubles.push("the database does not answer".to_owned());
    }
    let written = tokio::time::timeout(PATIENCE, takes_a_change(app)).await;
    if !matches!(written, Ok(Ok(()))) {
        troubles.push("the database does not take changes".to_owned());
    }
    let silent = app.pulse.silent(app.clock.now());
    troubles.extend(silent.iter().map(|w| format!("nobody is {}", w.what())));
    troubles
}

/// A change that changes nothing and yet goes through the writer to the disk.
async fn takes_a_change(app: &App) -> Result<(), WriteFailed> {
    app.db
        .write(move |tx| {
            async move {
                tx.run("UPDATE key_check SET one = one WHERE one = 1", []).await?;
                Ok(())
            }
            .boxed()
        })
        .await
}
