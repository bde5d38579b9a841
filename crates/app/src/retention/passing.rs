//! What is no record and passes by itself: sessions that ended, codes and forms that were used, letters that
//! left, drafts that nobody came back to, what leavers declared. Each class has its time; once a day what is
//! older goes, and the journal says how much of which. It takes nothing that a record stands on: who did
//! what is in the journal, which it leaves alone.

use std::{collections::BTreeMap, time::Duration};

use jiff::{SignedDuration, Timestamp};
use platform::db::{At, Row, Runs, sea_orm};
use tokio::sync::watch;

use crate::{
    App,
    access::{Action, Actor},
    doors::{self, Change, Pen},
    error::Result,
    ledger::restored,
};

/// How often it is looked, and how soon again where the database could not be asked.
const EACH: Duration = Duration::from_hours(24);
const AGAIN: Duration = Duration::from_mins(5);
/// How long after a start it waits: somebody may see by then that the clock is wrong, or what was restored.
const FIRST: Duration = Duration::from_hours(1);
const BETWEEN: Duration = Duration::from_millis(100);

/// How many rows of a class go in one change: whoever writes meanwhile waits for it.
const AT_ONCE: i64 = 500;

/// A class of what passes.
pub struct Class {
    /// What the journal calls it.
    pub what: &'static str,
    /// For how many days it is kept.
    pub days: i64,
    table: &'static str,
    /// By what a row is known.
    key: &'static str,
    /// Which rows of `t` go, of what was before `$1`.
    goes: &'static str,
}

/// For how long what helps to answer a question about last week is kept.
const QUARTER: i64 = 90;

/// As long as a claim may be brought by whoever says that somebody knew a family (Limitation Act 1980, s. 2).
const SIX_YEARS: i64 = 6 * 365 + 2;

/// Every class; what others point to comes after them. A draft that was begun about a child goes with the
/// child's record, and is held with it.
pub const CLASSES: &[Class] = &[
    Class {
        what: "sessions",
        days: QUARTER,
        table: "session",
        key: "token_hash",
        // Their last one says when somebody was seen last, to whoever confirms that they still work there.
        goes: "t.begun_at < $1 AND EXISTS (SELECT 1 FROM session n \
               WHERE n.staff_id = t.staff_id AND n.begun_at > t.begun_at)",
    },
    Class {
        what: "sign-in codes",
        days: QUARTER,
        table: "sign_in_code",
        key: "code_hash",
        goes: "t.made_at < $1",
    },
    Class {
        what: "forms that were taken",
        days: QUARTER,
        table: "once",
        key: "form_key, actor",
        // What was made by nobody's session stands for good: a list may be taken in again after years.
        goes: "t.at < $1 AND EXISTS (SELECT 1 FROM staff s WHERE s.id = t.actor)",
    },
    Class {
        what: "letters and reminders that are done",
        days: QUARTER,
        table: "outbox",
        key: "id",
        goes: "t.state IN ('done', 'withdrawn') AND t.ended_at < $1",
    },
    Class {
        what: "drafts that were thrown away",
        days: 30,
        table: "response",
        key: "id",
        goes: "t.discarded_at < $1 AND t.completed_at IS NULL AND NOT EXISTS \
               (SELECT 1 FROM response_account a WHERE a.response_id = t.id)",
    },
    Class {
        what: "drafts that nobody came back to",
        days: 365,
        table: "response",
        key: "id",
        goes: "t.saved_at < $1 AND t.completed_at IS NULL AND NOT EXISTS \
               (SELECT 1 FROM response_account a WHERE a.response_id = t.id)",
    },
    Class {
        what: "where leavers live",
        days: QUARTER,
        table: "staff_home",
        key: "staff_id",
        goes: "EXISTS (SELECT 1 FROM staff s WHERE s.id = t.staff_id AND s.left_on < $1)",
    },
    Class {
        what: "names that leavers declared",
        days: SIX_YEARS,
        table: "declared_name",
        key: "declaration_id, line, word",
        goes: "EXISTS (SELECT 1 FROM declaration d JOIN staff s ON s.id = d.staff_id \
               WHERE d.id = t.declaration_id AND s.left_on < $1)",
    },
    Class {
        what: "requests that named whom leavers declared",
        days: SIX_YEARS,
        table: "declaration_again",
        key: "id",
        goes: "EXISTS (SELECT 1 FROM declaration d JOIN staff s ON s.id = d.staff_id \
               WHERE d.id = t.declaration_id AND s.left_on < $1)",
    },
    Class {
        what: "what came of declarations of leavers",
        days: SIX_YEARS,
        table: "declaration_outcome",
        key: "declaration_id",
        goes: "EXISTS (SELECT 1 FROM declaration d JOIN staff s ON s.id = d.staff_id \
               WHERE d.id = t.declaration_id AND s.left_on < $1)",
    },
    Class {
        what: "declarations of leavers",
        days: SIX_YEARS,
        table: "declaration",
        key: "id",
        goes: "EXISTS (SELECT 1 FROM staff s WHERE s.id = t.staff_id AND s.left_on < $1) \
               AND NOT EXISTS (SELECT 1 FROM declared_name n WHERE n.declaration_id = t.id) \
               AND NOT EXISTS (SELECT 1 FROM declaration_again n WHERE n.declaration_id = t.id) \
               AND NOT EXISTS (SELECT 1 FROM declaration_outcome n WHERE n.declaration_id = t.id)",
    },
];

impl Class {
    /// Before when a row must be for it to go.
    fn before(&self, now: Timestamp) -> At {
        At(now - SignedDuration::from_hours(24 * self.days))
    }

    async fn has_any(&self, db: &impl Runs, now: Timestamp) -> Result<bool> {
        #[derive(Row)]
        struct Count {
            rows: i64,
        }
        let text = format!(
            "SELECT count(*) AS rows FROM (SELECT 1 FROM {} t WHERE {} LIMIT 1) found",
            self.table, self.goes
        );
        let count: Option<Count> = db.one(&text, [self.before(now).into()]).await?;
        Ok(count.is_some_and(|count| count.rows > 0))
    }
}

/// Takes away what is old enough. Answers with how many rows of each class went.
///
/// # Errors
/// When the database does; what went until then is in the journal.
pub async fn turn(app: &App) -> Result<BTreeMap<String, u64>> {
    let mut all = BTreeMap::new();
    // What was restored to look into something stays until somebody has looked.
    if restored::unlooked(&app.db.reads()).await?.is_some() {
        return Ok(all);
    }
    loop {
        let now = app.clock.now();
        let mut due = Vec::new();
        for class in CLASSES {
            if class.has_any(&app.db.reads(), now).await? {
                due.push(class);
            }
        }
        if due.is_empty() {
            return Ok(all);
        }
        for (what, rows) in doors::record(app, &Actor::platform(), LetPass { due }).await? {
            *all.entry(what).or_default() += rows;
        }
        // Whoever saves something meanwhile comes first.
        tokio::time::sleep(BETWEEN).await;
    }
}

/// Looks each day, until it is stopped.
pub async fn work(app: App, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        () = tokio::time::sleep(FIRST) => {}
        changed = stop.changed() => if changed.is_err() { return },
    }
    while !*stop.borrow() {
        let pause = match turn(&app).await {
            Ok(gone) => {
                for (what, rows) in gone {
                    tracing::info!(what, rows, "what need not be kept passed");
                }
                EACH
            }
            Err(error) => {
                tracing::error!(%error, "what need not be kept could not be taken away");
                AGAIN
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            changed = stop.changed() => if changed.is_err() { return },
        }
    }
}

/// Takes away some of these classes, of each as much as goes at once.
struct LetPass {
    due: Vec<&'static Class>,
}

impl Change for LetPass {
    type Made = BTreeMap<String, u64>;
    const WHAT: &'static str = "retention:pass";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<Self::Made> {
        let mut gone = BTreeMap::new();
        for class in self.due {
            let Class { what, table, key, goes, .. } = class;
            let text = format!(
                "DELETE FROM {table} WHERE ({key}) IN \
                 (SELECT {key} FROM {table} t WHERE {goes} LIMIT {AT_ONCE})"
            );
            let done = pen.tx.run(&text, [class.before(pen.now).into()]).await?;
            gone.insert((*what).to_owned(), done.rows_affected());
        }
        pen.journal(Self::WHAT, &[], &serde_json::to_vec(&gone)?).await?;
        Ok(gone)
    }
}
