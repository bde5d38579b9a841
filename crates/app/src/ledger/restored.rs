//! That a database is an older one. Until an administrator has looked, no letter leaves: those of the backup
//! may have been sent long ago. Everything else goes on; what is late is raised on people's pages.

use jiff::Timestamp;
use platform::{
    db::{At, Row, Runs, Table, sea_orm},
    outbox,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    App,
    access::{Action, Actor},
    doors::{self, Change, Pen},
    error::{Error, Result},
    sharing::MAIL,
};

const ROW: Table<2> = Table::new("restored", ["id", "at"]);

/// A restore after which nobody has looked yet.
#[derive(Debug, Clone, Copy, Row)]
pub struct Unlooked {
    pub id: Uuid,
    /// When it was restored, or found to be an older one.
    pub at: At,
    /// Of when the backup was.
    pub taken_at: Option<At>,
}

/// The restore after which nobody has looked yet, if there is one.
///
/// # Errors
/// When the database does.
pub async fn unlooked(db: &impl Runs) -> Result<Option<Unlooked>> {
    let text = "SELECT id, at, taken_at FROM restored WHERE released_at IS NULL \
        ORDER BY at DESC LIMIT 1";
    Ok(db.one(text, []).await?)
}

/// The letters that a restore holds back.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    /// When it was restored, or found to be an older one.
    pub at: At,
    /// Of when the backup was.
    pub taken_at: Option<At>,
    /// How many letters were waiting before.
    pub before: i64,
    /// How many were asked for since.
    pub since: i64,
}

/// The letters that a restore holds back, if there was one after which nobody has looked yet.
///
/// # Errors
/// When the database does.
pub async fn held(db: &impl Runs) -> Result<Option<Held>> {
    #[derive(Row)]
    struct Waiting {
        before: i64,
        since: i64,
    }
    let Some(Unlooked { at, taken_at, .. }) = unlooked(db).await? else { return Ok(None) };
    let text = "SELECT count(CASE WHEN asked_at < $1 THEN 1 END) AS before, \
        count(CASE WHEN asked_at >= $1 THEN 1 END) AS since FROM outbox \
        WHERE state = 'waiting' AND kind = $2";
    let waiting: Option<Waiting> = db.one(text, [at.into(), MAIL.into()]).await?;
    let Waiting { before, since } = waiting.unwrap_or(Waiting { before: 0, since: 0 });
    Ok(Some(Held { at, taken_at, before, since }))
}

/// Marks a database as restored, in one transaction with what fills it: no letter leaves, and nobody is
/// served before what came after the backup was said again.
///
/// # Errors
/// When the database does.
pub async fn mark(db: &impl Runs, at: Timestamp, taken_at: Timestamp) -> Result<()> {
    let text = "INSERT INTO restored (id, at, taken_at) VALUES ($1, $2, $3)";
    db.run(text, [Uuid::now_v7().into(), At(at).into(), At(taken_at).into()]).await?;
    Ok(())
}

/// Refuses a database of which a restore was cut off before what came after the backup was said again.
///
/// # Errors
/// A refusal that says what to do.
pub async fn is_through(app: &App) -> Result<()> {
    #[derive(Row)]
    struct Unsaid {
        rows: i64,
    }
    // What a server finds by itself it says by itself at its next start.
    let text = "SELECT count(*) AS rows FROM restored \
        WHERE said_at IS NULL AND taken_at IS NOT NULL";
    let unsaid: Option<Unsaid> = app.db.reads().one(text, []).await?;
    if unsaid.is_none_or(|unsaid| unsaid.rows == 0) {
        return Ok(());
    }
    Err(Error::refusal(
        "This database was restored, and what came after its backup was not said again: the restore was cut \
         off. Run `sightline say-again`, as `sightline restore` would have",
    ))
}

/// Lets no letter leave a database that was found to be older than its ledger, which was written until that
/// moment, until somebody has looked. One that was restored since then is held already; what was held when
/// the older database was current counts no more.
///
/// # Errors
/// When the database does.
pub async fn hold(app: &App, written_until: Option<Timestamp>) -> Result<()> {
    let held = unlooked(&app.db.reads()).await?;
    if held.is_some_and(|held| written_until.is_none_or(|until| held.at.0 > until)) {
        return Ok(());
    }
    doors::record(app, &Actor::platform(), Hold).await
}

/// Lets no letter leave until somebody has looked.
struct Hold;

impl Change for Hold {
    type Made = ();
    const WHAT: &'static str = "ledger:hold-letters";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let id = Uuid::now_v7();
        pen.journal(Self::WHAT, &[id], &[]).await?;
        pen.tx.insert(&ROW, [id.into(), At(pen.now).into()]).await?;
        Ok(())
    }
}

/// Puts on record that what came after a backup was said again, or that there was no ledger.
///
/// # Errors
/// When the database does.
pub async fn was_said(app: &App) -> Result<()> {
    doors::record(app, &Actor::platform(), WasSaid).await
}

struct WasSaid;

impl Change for WasSaid {
    type Made = ();
    const WHAT: &'static str = "ledger:was-said";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        pen.journal(Self::WHAT, &[], &[]).await?;
        let text = "UPDATE restored SET said_at = $1 WHERE said_at IS NULL";
        pen.tx.run(text, [At(pen.now).into()]).await?;
        Ok(())
    }
}

/// What becomes of the letters that waited when the backup was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Old {
    /// They are sent, perhaps a second time.
    Sent,
    /// They are not: what they are about stands on people's pages.
    ThrownAway,
}

impl Old {
    /// The one of that word in a form.
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "sent" => Some(Self::Sent),
            "thrown-away" => Some(Self::ThrownAway),
            _ => None,
        }
    }
}

/// Lets letters leave again.
#[derive(Debug, Serialize)]
pub struct Release {
    pub old: Old,
}

impl Change for Release {
    type Made = ();
    const WHAT: &'static str = "ledger:release-letters";
    const ACTION: Action = Action::Administer;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let unlooked = unlooked(pen.tx).await?.ok_or(Error::Stale)?;
        pen.journal(Self::WHAT, &[unlooked.id], &serde_json::to_vec(&self)?).await?;
        if self.old == Old::ThrownAway {
            outbox::withdraw(pen.tx, MAIL, unlooked.at.0, pen.now).await?;
        }
        let text = "UPDATE restored SET released_at = $1, released_by = $2 \
            WHERE released_at IS NULL";
        pen.tx.run(text, [At(pen.now).into(), pen.actor.id().into()]).await?;
        Ok(())
    }
}
