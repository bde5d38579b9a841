//! A backup each night, by itself: made, restored beside and proved, and only then put where it was said
//! to go, with a note beside it that says so. What has no note counts for nothing. It needs no right but to
//! add: older ones are taken away where that may be done, and never the last.

use std::{
    env,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use platform::{db::tables::hex, seal::Keys};
use practice::calendar::{Day, LONDON, day_of};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::watch;

use crate::{
    App,
    drill::{self, Scratch},
    error::{Error, Result},
};

/// How old the last one may be before somebody must look: a night, and two hours to make it.
const LATE: SignedDuration = SignedDuration::from_hours(26);

/// How far ahead of the clock one may be: of what is later, a clock was wrong, or somebody made the note.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// How often it is looked whether one is due, and how soon again after one that failed.
const EACH: Duration = Duration::from_mins(5);
const AGAIN: Duration = Duration::from_hours(1);

/// How a backup's name ends, and what its note adds to it.
const BACKUP: &str = ".backup";
const NOTE: &str = ".proved";

/// Where the last one lies that could not be proved: better than none of what came since.
const UNSOUND: &str = "sightline.unsound";

/// What is said where the last one is too old, or the last try failed.
pub const MISSED: &str =
    "the last backup failed, or is older than 26 hours: look at the page “System”";

/// Where backups go, when, and how many stay.
#[derive(Debug, Clone, Args)]
pub struct Asked {
    /// The folder into which a backup goes each night, once it was restored beside and proved. It may be one
    /// to which this server can only add.
    #[arg(long = "backups", value_name = "FOLDER", env = "SIGHTLINE_BACKUPS")]
    pub folder: Option<PathBuf>,
    /// At which hour of the clocks in London.
    #[arg(long = "backup-hour", value_name = "HOUR", env = "SIGHTLINE_BACKUP_HOUR",
        default_value_t = 2, value_parser = clap::value_parser!(i8).range(0..24))]
    pub hour: i8,
    /// How many stay. Where the server may not delete, all do.
    #[arg(long = "backups-kept", value_name = "N", env = "SIGHTLINE_BACKUPS_KEPT",
        default_value_t = 35, value_parser = clap::value_parser!(u16).range(1..))]
    pub kept: u16,
}

/// What is known of the backups that a server makes by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Of when the last one is that was proved.
    pub last: Option<Timestamp>,
    /// Why the last try failed, where it did.
    pub trouble: Option<String>,
}

impl Told {
    /// Whether the last one is too old, or there is none.
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.last.is_none_or(|last| now.duration_since(last) > LATE || last > now + AHEAD)
    }

    /// Whether somebody must look.
    pub fn is_wrong(&self, now: Timestamp) -> bool {
        self.is_late(now) || self.trouble.is_some()
    }
}

/// What this server knows of its backups.
#[derive(Debug, Default)]
pub struct Last(Mutex<Option<Told>>);

impl Last {
    /// It; nothing where this server makes none.
    pub fn told(&self) -> Option<Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is(&self, told: Told) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(told);
    }
}

/// What stands beside a backup that was proved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    taken_at: Timestamp,
    rows: i64,
    bytes: u64,
    /// SHA-256 of the file, in hexadecimal digits.
    sha256: String,
}

/// Who makes a backup each night.
pub struct Nightly {
    app: App,
    wrapping: Keys,
    folder: PathBuf,
    hour: i8,
    kept: usize,
}

impl Nightly {
    /// One for that folder; none where none is named.
    ///
    /// # Errors
    /// A refusal where there is no such folder.
    pub fn of(app: &App, wrapping: Keys, asked: &Asked) -> Result<Option<Self>> {
        let Some(folder) = asked.folder.clone() else { return Ok(None) };
        if !folder.is_dir() {
            return Err(Error::refusal(format!(
                "There is no folder {}, where backups are to go",
                folder.display()
            )));
        }
        forget_others(&env::temp_dir());
        let last = taken_last(&proved(&folder)?, app.clock.now());
        app.backups.is(Told { last, trouble: None });
        let (app, hour, kept) = (app.clone(), asked.hour, usize::from(asked.kept));
        Ok(Some(Self { app, wrapping, folder, hour, kept }))
    }

    /// Makes one where the last is from before the hour that was last. Answers with whether nothing is wrong.
    pub async fn turn(&self) -> bool {
        let now = self.app.clock.now();
        let (last, turned) = match proved(&self.folder).map(|all| taken_last(&all, now)) {
            Ok(Some(last)) if last >= self.due(now) => (Some(last), Ok(())),
            Ok(last) => match self.make(now).await {
                Ok(()) => (Some(now), Ok(())),
                Err(error) => (last, Err(error)),
            },
            Err(error) => (self.app.backups.told().and_then(|told| told.last), Err(error)),
        };
        let trouble = turned.err().map(|error| {
            tracing::error!(%error, "no backup could be made");
            error.to_string()
        });
        let is_well = trouble.is_none();
        self.app.backups.is(Told { last, trouble });
        is_well
    }

    /// The last moment at which one was to be made.
    fn due(&self, now: Timestamp) -> Timestamp {
        let at = |day: Day| {
            let wall = day.at(self.hour, 0, 0, 0);
            LONDON.to_ambiguous_timestamp(wall).compatible().unwrap_or(Timestamp::MAX)
        };
        let today = day_of(now);
        let tonight = at(today);
        if tonight <= now { tonight } else { at(today.yesterday().unwrap_or(today)) }
    }

    async fn make(&self, now: Timestamp) -> Result<()> {
        let scratch = Scratch::make()?;
        let drill = drill::prove(&self.app, &self.wrapping, scratch.path()).await?;
        let name = format!("sightline-{}{BACKUP}", now.strftime("%Y%m%dT%H%M%SZ"));
        let (folder, kept) = (self.folder.clone(), self.kept);
        if !drill.was_sound() {
            let unsound = folder.join(UNSOUND);
            let kept = keep_unsound(&scratch.path().join(drill::FILE), &unsound);
            let kept = kept.map_or_else(
                |why| format!("is not kept: {why}"),
                |()| format!("is kept as {UNSOUND}"),
            );
            return Err(Error::refusal(format!(
                "It was restored beside, and {}. What was backed up {kept}",
                drill.wrong
            )));
        }
        // What failed is no drill: a server whose disk was full at night must start in the morning.
        drill::put_on_record(&self.app, &drill).await?;
        let put = tokio::task::spawn_blocking(move || {
            put(&scratch.path().join(drill::FILE), &folder.join(name), now, drill.rows)
                .map_err(|why| unwritable(&folder, &why))?;
            let mut all = proved(&folder)?;
            all.retain(|(_, note)| note.taken_at <= now + AHEAD);
            take_away(&folder, &all[..all.len().saturating_sub(kept)]);
            Ok(())
        });
        put.await.map_err(|e| Error::fault("putting a backup where it goes", e))?
    }

    /// Makes one each night, until it is stopped.
    pub async fn work(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let pause = tokio::select! {
                is_well = self.turn() => if is_well { EACH } else { AGAIN },
                // What was begun is begun anew at the next start.
                _ = stop.changed() => return,
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                changed = stop.changed() => if changed.is_err() { return },
            }
        }
    }
}

fn unwritable(folder: &Path, why: &io::Error) -> Error {
    Error::refusal(format!("{}: {why}", folder.display()))
}

/// The backups in a folder that were proved, the oldest first.
///
/// # Errors
/// A refusal where the folder can't be read.
fn proved(folder: &Path) -> Result<Vec<(PathBuf, Note)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|why| unwritable(folder, &why))? {
        let path = entry.map_err(|why| unwritable(folder, &why))?.path();
        let Some(backup) = path.to_str().and_then(|path| path.strip_suffix(NOTE)) else { continue };
        let backup = PathBuf::from(backup);
        // What somebody else put there, or took away, is no reason to make none.
        let note = fs::read(&path).ok().and_then(|note| serde_json::from_slice::<Note>(&note).ok());
        let bytes = fs::metadata(&backup).map(|file| file.len()).ok();
        if let Some(note) = note.filter(|note| Some(note.bytes) == bytes) {
            found.push((backup, note));
        }
    }
    found.sort_by_key(|(_, note)| note.taken_at);
    Ok(found)
}

/// Of when the last one is, of those that are not later than the clock.
fn taken_last(all: &[(PathBuf, Note)], now: Timestamp) -> Option<Timestamp> {
    all.iter().rev().map(|(_, note)| note.taken_at).find(|taken_at| *taken_at <= now + AHEAD)
}

/// Puts a backup that was proved where it goes, reads it there again, and says beside it that it is whole.
fn put(from: &Path, to: &Path, taken_at: Timestamp, rows: i64) -> io::Result<()> {
    let put = || {
        let mut file = made(to)?;
        let bytes = io::copy(&mut File::open(from)?, &mut file)?;
        file.sync_all()?;
        let sha256 = digest(from)?;
        if digest(to)? != sha256 {
            return Err(io::Error::other("what arrived is not what was proved"));
        }
        let mut note = made(&noted(to))?;
        serde_json::to_writer(&mut note, &Note { taken_at, rows, bytes, sha256 })?;
        note.flush()?;
        note.sync_all()?;
        File::open(to.parent().unwrap_or(Path::new(".")))?.sync_all()
    };
    put().inspect_err(|_| {
        // Where it may only add it stays, and counts for nothing without its note.
        let _ = fs::remove_file(to);
    })
}

/// Keeps what could not be proved, in the place of what could not be before; where nothing may be taken away,
/// the first stays.
fn keep_unsound(from: &Path, to: &Path) -> io::Result<()> {
    match fs::remove_file(to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    io::copy(&mut File::open(from)?, &mut made(to)?).map(drop)
}

/// Removes what a drill left behind that was killed: everything in it is readable. One that goes on elsewhere
/// is younger than a day.
fn forget_others(among: &Path) {
    let Ok(entries) = fs::read_dir(among) else { return };
    for entry in entries.flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(drill::SCRATCH);
        let age =
            entry.metadata().and_then(|of| of.modified()).ok().and_then(|at| at.elapsed().ok());
        if is_ours && age.is_some_and(|age| age > Duration::from_hours(24)) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn noted(backup: &Path) -> PathBuf {
    let mut name = backup.as_os_str().to_owned();
    name.push(NOTE);
    PathBuf::from(name)
}

fn made(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

fn digest(path: &Path) -> io::Result<String> {
    let (mut file, mut digest, mut piece) = (File::open(path)?, Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hex(&digest.finalize())),
            bytes => digest.update(&piece[..bytes]),
        }
    }
}

/// Takes older ones away, where that may be done: where it may not, somebody else looks after them.
fn take_away(folder: &Path, older: &[(PathBuf, Note)]) {
    for (backup, _) in older {
        // What has lost its note counts no more, whatever becomes of the rest.
        let gone = fs::remove_file(noted(backup)).and_then(|()| fs::remove_file(backup));
        if let Err(error) = gone {
            tracing::info!(folder = %folder.display(), %error, "an older backup stays");
            return;
        }
    }
}
