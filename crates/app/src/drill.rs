//! The drill: a backup is made, restored elsewhere, and proved, as it would have to be on the day on which
//! everything is lost. What came of it is on record; a partnership's own server starts on no other word.

use std::{
    env,
    fs::{self, DirBuilder},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use platform::{
    clock::Clock,
    db::{At, Db, Row, Runs, Table, sea_orm},
    seal::Keys,
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    App,
    access::{Action, Actor},
    backup, conservation,
    doors::{self, Change, Pen},
    error::{Error, Result},
    journal_tree::{contents, verifying::verify},
    pathways::rederive,
    recognising, sealed_with,
};

/// For how long a drill counts: one was missed where it is longer ago.
pub const COUNTS: SignedDuration = SignedDuration::from_hours(24 * 31);

const ROW: Table<5> = Table::new("drill", ["id", "at", "took_ms", "rows", "wrong"]);

/// What the backup is called in the folder in which a drill is held.
pub const FILE: &str = "backup";

/// How the names of such folders begin.
pub const SCRATCH: &str = "sightline-drill-";

/// A folder that goes when it is done with: everything in it is as secret as the database.
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes one where the machine has its temporary files.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn make() -> Result<Self> {
        let folder = env::temp_dir().join(format!("{SCRATCH}{}", Uuid::new_v4()));
        DirBuilder::new()
            .mode(0o700)
            .create(&folder)
            .map_err(|e| Error::fault("making a folder for the drill", e))?;
        Ok(Self(folder))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What can't be removed is no reason to forget what came of the drill.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What came of a drill.
#[derive(Debug, Clone, Row)]
pub struct Drill {
    pub at: At,
    /// How long restoring took, in milliseconds.
    pub took_ms: i64,
    pub rows: i64,
    /// What was wrong, a line for each.
    pub wrong: String,
}

impl Drill {
    fn of(at: Timestamp, took: Duration, rows: u64, wrong: &[String]) -> Self {
        Self {
            at: At(at),
            took_ms: i64::try_from(took.as_millis()).unwrap_or(i64::MAX),
            rows: i64::try_from(rows).unwrap_or(i64::MAX),
            wrong: wrong.join("\n"),
        }
    }

    /// Whether nothing was wrong.
    pub fn was_sound(&self) -> bool {
        self.wrong.is_empty()
    }

    /// How long restoring and proving took.
    pub fn took(&self) -> String {
        format!("{}.{} seconds", self.took_ms / 1000, self.took_ms % 1000 / 100)
    }

    /// Whether it counts still.
    pub fn counts(&self, now: Timestamp) -> bool {
        self.was_sound() && now.duration_since(self.at.0) < COUNTS
    }
}

/// The last drill.
///
/// # Errors
/// When the database does.
pub async fn last(db: &impl Runs) -> Result<Option<Drill>> {
    let text = "SELECT at, took_ms, rows, wrong FROM drill ORDER BY at DESC, id DESC LIMIT 1";
    Ok(db.one(text, []).await?)
}

/// Makes a backup in an empty folder, restores it there into a database of its own, proves that, and puts on
/// record what came of it. Whoever made the folder removes it.
///
/// # Errors
/// When the database can't be read, or the folder be written.
pub async fn hold(app: &App, wrapping: &Keys, folder: &Path) -> Result<Drill> {
    let drill = prove(app, wrapping, folder).await?;
    put_on_record(app, &drill).await?;
    Ok(drill)
}

/// Puts on record what came of a drill.
///
/// # Errors
/// When the database does.
pub async fn put_on_record(app: &App, drill: &Drill) -> Result<()> {
    doors::record(app, &Actor::platform(), Held { drill: drill.clone() }).await
}

/// As [`hold`], and puts nothing on record.
///
/// # Errors
/// As [`hold`].
pub async fn prove(app: &App, wrapping: &Keys, folder: &Path) -> Result<Drill> {
    let file = folder.join(FILE);
    let counts = backup::back_up(&app.db, wrapping, &app.clock, &file).await?;
    let begun = Instant::now();
    let wrong = match restored(wrapping, folder, &file).await {
        Ok((restored, mut wrong)) => {
            if restored != counts {
                wrong.push("it has not as many rows as the backup".to_owned());
            }
            wrong
        }
        // What the backup itself is to blame for; a machine that has no room is another matter.
        Err(Error::Refusal(why)) => vec![format!("it could not be restored: {why}")],
        Err(other) => return Err(other),
    };
    Ok(Drill::of(app.clock.now(), begun.elapsed(), counts.values().sum(), &wrong))
}

/// Puts on record that a database was restored and proved in earnest.
///
/// # Errors
/// When the database does.
pub async fn was_earnest(app: &App, rows: u64, took: Duration) -> Result<()> {
    let drill = Drill::of(app.clock.now(), took, rows, &[]);
    put_on_record(app, &drill).await
}

/// Restores a backup and proves what came of it. How many rows of which table, and what is wrong.
async fn restored(
    wrapping: &Keys,
    folder: &Path,
    file: &Path,
) -> Result<(backup::Counts, Vec<String>)> {
    let db = Db::open(&format!("sqlite:{}", folder.join("restored").display())).await?;
    let counts = backup::restore(&db, wrapping, file, Clock::system().now()).await?;
    // Whatever fails once it is filled is to blame on what it was filled with.
    let wrong = proved(db, wrapping).await;
    Ok((counts, wrong.unwrap_or_else(|error| vec![format!("it could not be proved: {error}")])))
}

/// What is wrong with a database: rows that follow from no history, a journal that its tree doesn't fit, what
/// can't be unsealed.
async fn proved(db: Db, wrapping: &Keys) -> Result<Vec<String>> {
    let keys = sealed_with::ring(&db, wrapping).await?;
    let app = App::over(db, Clock::system(), keys, String::new()).await?;
    let mut wrong = Vec::new();
    let report = rederive::check(&app).await?;
    if !report.differences.is_empty() {
        wrong.push(format!("{} pathways differ from their history", report.differences.len()));
    }
    let lacking = recognising::keys::check(&app).await?;
    if lacking > 0 {
        wrong.push(format!("{lacking} accounts can’t be found by what they say"));
    }
    wrong.extend(conservation::count(&app).await?.wrong);
    if !verify(&app.db, None, false).await?.is_sound() {
        wrong.push("the journal does not fit its tree".to_owned());
    }
    let contents = contents::compare(&app.db, &app.keys, false).await?;
    if let Some((_, all)) = contents.unread {
        wrong.push(format!("{all} contents of the journal can’t be unsealed"));
    }
    if let Some((_, all)) = contents.altered {
        wrong.push(format!("{all} contents of the journal are not what their entries commit to"));
    }
    app.db.close().await;
    Ok(wrong)
}

/// Puts on record what came of a drill.
struct Held {
    drill: Drill,
}

#[derive(Serialize)]
struct Noted<'a> {
    took_ms: i64,
    rows: i64,
    wrong: &'a str,
}

impl Change for Held {
    type Made = ();
    const WHAT: &'static str = "drill:held";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let Drill { at, took_ms, rows, wrong } = self.drill;
        let id = Uuid::now_v7();
        let noted = serde_json::to_vec(&Noted { took_ms, rows, wrong: &wrong })?;
        pen.journal(Self::WHAT, &[id], &noted).await?;
        let row = [id.into(), at.into(), took_ms.into(), rows.into(), wrong.into()];
        pen.tx.insert(&ROW, row).await?;
        Ok(())
    }
}

/// Refuses to serve real records over a database of which no drill counts.
///
/// # Errors
/// A refusal that says what to do.
pub async fn must_count(app: &App) -> Result<()> {
    let last = last(&app.db.reads()).await?;
    if last.as_ref().is_some_and(|drill| drill.counts(app.clock.now())) {
        return Ok(());
    }
    let why = match last {
        None => "No backup of this database was ever restored".to_owned(),
        Some(drill) if !drill.was_sound() => format!("The last drill failed: {}", drill.wrong),
        Some(_) => "The last drill is more than 31 days ago".to_owned(),
    };
    Err(Error::refusal(format!(
        "{why}. Hold one with `sightline drill`: it makes a backup, restores it beside, and proves it"
    )))
}
