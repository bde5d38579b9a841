//! That nothing disappears unnoticed: every hour the rows of what is kept are counted, and must be as many
//! as were written less those that were taken away. It finds that something is missing and never why; and it
//! puts nothing back.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use futures_util::FutureExt;
use jiff::Timestamp;
use platform::db::{
    Db, Row, Runs, Whole,
    kept::{self, Gap},
    sea_orm,
};
use serde::Serialize;
use tokio::sync::watch;
use uuid::Uuid;

use crate::{
    App,
    access::{Action, Actor},
    doors::{self, Change, Pen, journal},
    error::Result,
    pulse::Worker,
};

/// What is counted: whatever somebody said or set, what follows from it for good, and who was told. Not what is
/// written anew from something else (clocks, screenings, keys to be found by), and nobody's sessions. A test
/// asks of each table on which side it is.
pub const KEPT: &[&str] = &[
    "account",
    "account_addendum",
    "account_address",
    "account_birth",
    "account_ethnicity",
    "account_identifier",
    "account_link",
    "account_name",
    "account_phone",
    "agency",
    "asking",
    "asking_account",
    "bank_holiday_list",
    "broken_glass",
    "broken_glass_told",
    "contact",
    "data_request",
    "data_request_clarification",
    "data_request_item",
    "data_request_preparer",
    "declaration",
    "declaration_again",
    "declaration_outcome",
    "declared_name",
    "different_pair",
    "different_people",
    "disclosure",
    "disclosure_account",
    "disposal",
    "disposal_item",
    "disposed_content",
    "disposed_row",
    "drill",
    "event",
    "exclusion",
    "exclusion_person",
    "family_page",
    "family_page_item",
    "file",
    "hold",
    "household",
    "household_member",
    "imported_row",
    "intelligence",
    "journal_content",
    "link_asked",
    "local_length",
    "notice",
    "opened_again",
    "outbox",
    "partnership",
    "pathway",
    "person",
    "relationship",
    "response",
    "restriction",
    "restriction_lifting",
    "restriction_named",
    "restriction_person",
    "setting",
    "staff",
    "staff_home",
    "staff_role",
    "team",
    "team_member",
    "term_date_list",
    "unusual_access",
];

/// How often they are counted, and how soon again where the database could not be asked.
const EACH: Duration = Duration::from_hours(1);
const AGAIN: Duration = Duration::from_mins(5);

/// What a count came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// When.
    pub at: Timestamp,
    /// What was not as it must be, a line for each.
    pub wrong: Vec<String>,
}

/// The last count of this server.
#[derive(Debug, Default)]
pub struct Last(Mutex<Option<Counted>>);

impl Last {
    /// What it came to; nothing before the first.
    pub fn counted(&self) -> Option<Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Begins to count, where nobody did: from what is there.
///
/// # Errors
/// When the database does.
pub async fn begin(db: &Db) -> Result<()> {
    db.write(|tx| {
        async move {
            // Whoever changes something in another process waits, and counts from then on.
            tx.count(&journal::HEAD, 0).await?;
            tx.count_rows_of(KEPT).await
        }
        .map(|done| done.map_err(Into::into))
        .boxed()
    })
    .await
}

/// Counts, all of it at one moment.
///
/// # Errors
/// When the database does.
pub async fn count(app: &App) -> Result<Counted> {
    let whole = app.db.as_it_is().await?;
    let gaps = kept::gaps(&whole, KEPT).await?;
    let wrong = gaps.iter().map(|gap| Told(gap).to_string()).chain(journal_gap(&whole).await?);
    let counted = Counted { at: app.clock.now(), wrong: wrong.collect() };
    *app.conserved.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(counted.clone());
    Ok(counted)
}

/// The journal has as many entries as it has numbers.
async fn journal_gap(whole: &Whole) -> Result<Option<String>> {
    #[derive(Row)]
    struct Journal {
        must_be: i64,
        are: i64,
    }
    let text = "SELECT h.seq AS must_be, (SELECT count(*) FROM journal) AS are FROM journal_head h";
    let journal: Option<Journal> = whole.one(text, []).await?;
    let gap = journal.filter(|journal| journal.must_be != journal.are).map(|journal| {
        Told(&Gap { name: "journal", must_be: Some(journal.must_be), are: journal.are }).to_string()
    });
    Ok(gap)
}

/// A gap in words.
struct Told<'a>(&'a Gap);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Gap { name, must_be, are } = self.0;
        match must_be {
            None => write!(f, "nobody counted the rows of “{name}”"),
            Some(must_be) if must_be > are => {
                write!(f, "rows of “{name}” that are missing: {} of {must_be}", must_be - are)
            }
            Some(must_be) => {
                write!(f, "rows of “{name}” that nobody wrote: {}", are - must_be)
            }
        }
    }
}

/// Counts until it is stopped.
pub async fn work(app: App, mut stop: watch::Receiver<bool>) {
    // From now on it is missed.
    app.pulse.beat(Worker::Counting, app.clock.now());
    while !*stop.borrow() {
        let pause = match count(&app).await {
            Ok(counted) => {
                app.pulse.beat(Worker::Counting, app.clock.now());
                for wrong in counted.wrong {
                    tracing::error!(what = wrong, "what is kept is not all there");
                }
                EACH
            }
            Err(error) => {
                tracing::error!(%error, "what is kept could not be counted");
                AGAIN
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            changed = stop.changed() => if changed.is_err() { return },
        }
    }
}

/// Begins to count anew, after somebody looked into what is missing: the journal says why.
///
/// # Errors
/// When the database does.
pub async fn anew(app: &App, why: String) -> Result<()> {
    let gives_up = count(app).await?.wrong;
    doors::record(app, &Actor::platform(), CountAnew { why, gives_up }).await
}

#[derive(Serialize)]
struct CountAnew {
    why: String,
    /// What was missing, and is given up.
    gives_up: Vec<String>,
}

impl Change for CountAnew {
    type Made = ();
    const WHAT: &'static str = "conservation:anew";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        pen.journal(Self::WHAT, &[Uuid::nil()], &serde_json::to_vec(&self)?).await?;
        pen.tx.count_rows_anew(KEPT).await?;
        Ok(())
    }
}
