//! The two doors. `open` is the only way to see a record, `record` the only way to change one.
//! Authority, the journal, idempotency and the transaction live here, so that no page can forget
//! them. What a look reads or a change does is written in its slice.

pub mod journal;
pub mod looks;

use futures_util::FutureExt;
use jiff::Timestamp;
use platform::db::{At, Reads, Row, Runs, Tx, sea_orm};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    App,
    access::{self, Action, Actor, Scope},
    error::{Error, Result},
};
use journal::{Kind, Said};

/// A look at records, by somebody, for a reason that the rules allow.
pub trait Look: Send {
    /// What is seen.
    type Seen: Send;
    /// The name that the journal uses. Never changed.
    const WHAT: &'static str;
    /// What the asker must be allowed to do.
    const ACTION: Action;

    /// Reads what lies within the asker's scope.
    ///
    /// # Errors
    /// `NotFound` when it is not there, or not for them: the two look alike.
    fn see(self, glass: &Glass<'_>)
    -> impl Future<Output = Result<(Self::Seen, Vec<Uuid>)>> + Send;
}

/// A change of records, by somebody, that the rules allow.
pub trait Change: Send + 'static {
    /// What comes of it: stored, so that a form sent twice gets the same answer twice.
    type Made: Serialize + DeserializeOwned + Send + Sync + 'static;
    /// The name that the journal uses. Never changed.
    const WHAT: &'static str;
    /// What the actor must be allowed to do.
    const ACTION: Action;

    /// Makes the change. It must write at least one entry to the journal.
    ///
    /// # Errors
    /// When the process or the scope says no; then nothing of it is there.
    fn make(self, pen: &mut Pen<'_>) -> impl Future<Output = Result<Self::Made>> + Send;
}

/// What a look reads through.
pub struct Glass<'a> {
    /// The application.
    pub app: &'a App,
    /// The reading pool.
    pub db: Reads<'a>,
    /// Whose records may be seen.
    pub scope: Scope,
}

/// What a change writes with.
pub struct Pen<'a> {
    /// The application.
    pub app: &'a App,
    /// The writer's transaction.
    pub tx: &'a Tx,
    /// Who changes it.
    pub actor: &'a Actor,
    /// Whose records may be changed.
    pub scope: Scope,
    /// The moment of the change.
    pub now: Timestamp,
    because: &'static str,
    written: usize,
}

impl Pen<'_> {
    /// Writes an entry to the journal: what changed, about which rows, and the content that the
    /// entry commits to.
    ///
    /// # Errors
    /// When the database does.
    pub async fn journal(&mut self, what: &str, subjects: &[Uuid], content: &[u8]) -> Result<i64> {
        self.written += 1;
        let said = Said {
            kind: Kind::Changed,
            at: self.now,
            actor: self.actor.id(),
            what,
            because: self.because,
            subjects,
            content,
        };
        journal::append(self.tx, &self.app.keys, &said).await
    }
}

/// Lets somebody see records. The journal has the look before the first byte leaves.
///
/// # Errors
/// `NotFound` when the rules say no or there is nothing.
pub async fn open<L: Look>(app: &App, actor: &Actor, look: L) -> Result<L::Seen> {
    let because = access::decide(actor, L::ACTION)?;
    let glass = Glass { app, db: app.db.reads(), scope: Scope::of(actor) };
    let (seen, subjects) = look.see(&glass).await?;
    if app.journals_looks {
        let (at, actor, what) = (app.clock.now(), actor.id(), L::WHAT);
        looks::journal(app, looks::Seen { at, actor, what, because, subjects }).await?;
    }
    Ok(seen)
}

/// Lets somebody change records, in one transaction with the journal, the derived rows, the
/// clocks and the messages to be sent.
///
/// # Errors
/// When the rules, the process or the database say no; then nothing of it is there.
pub async fn record<C: Change>(app: &App, actor: &Actor, change: C) -> Result<C::Made> {
    record_once(app, actor, None, change).await
}

/// As [`record`], for a form with a key: sent again, it answers what the first sending made.
///
/// # Errors
/// As [`record`].
pub async fn record_once<C: Change>(
    app: &App,
    actor: &Actor,
    form_key: Option<String>,
    change: C,
) -> Result<C::Made> {
    let because = access::decide(actor, C::ACTION)?;
    let (app, actor) = (app.clone(), actor.clone());
    let db = app.db.clone();
    db.write(move |tx| {
        async move {
            if let Some(made) = made_before(tx, &actor, form_key.as_deref()).await? {
                return Ok(made);
            }
            let now = app.clock.now();
            let scope = Scope::of(&actor);
            let mut pen = Pen { app: &app, tx, actor: &actor, scope, now, because, written: 0 };
            let made = change.make(&mut pen).await?;
            if pen.written == 0 {
                return Err(Error::fault(C::WHAT, "a change went round the journal"));
            }
            if let Some(key) = form_key {
                keep(tx, &actor, &key, now, &made).await?;
            }
            Ok(made)
        }
        .boxed()
    })
    .await
}

async fn made_before<M: DeserializeOwned>(
    tx: &Tx,
    actor: &Actor,
    form_key: Option<&str>,
) -> Result<Option<M>> {
    #[derive(Row)]
    struct Before {
        made: String,
    }
    let Some(key) = form_key else { return Ok(None) };
    let before: Option<Before> = tx
        .one(
            "SELECT made FROM once WHERE form_key = $1 AND actor = $2",
            [key.into(), actor.id().into()],
        )
        .await?;
    Ok(before.map(|b| serde_json::from_str(&b.made)).transpose()?)
}

async fn keep<M: Serialize>(
    tx: &Tx,
    actor: &Actor,
    key: &str,
    now: Timestamp,
    made: &M,
) -> Result<()> {
    let made = serde_json::to_string(made)?;
    tx.run(
        "INSERT INTO once (form_key, actor, at, made) VALUES ($1, $2, $3, $4)",
        [key.into(), actor.id().into(), At(now).into(), made.into()],
    )
    .await?;
    Ok(())
}
