//! Backing up and restoring from the command line.

use std::{ffi::OsString, path::PathBuf, process::ExitCode, time::Instant};

use clap::Args;
use platform::{clock::Clock, db::Db, seal::Keys};

use super::{Database, journal::LedgerFile};
use crate::{
    App,
    access::Actor,
    backup::{self, Counts},
    conservation, doors, drill,
    error::{Error, Result},
    journal_tree::verifying,
    ledger::{self, file, restored},
    migrations,
    organisations::confirming::Wake,
    pathways::rederive,
    sealed_with,
};

#[derive(Args)]
pub struct Backup {
    #[command(flatten)]
    database: Database,
    /// The file to make. It must not be there yet.
    #[arg(long)]
    to: PathBuf,
}

#[derive(Args)]
pub struct Count {
    #[command(flatten)]
    database: Database,
    /// Begin anew from what is there, and why: once somebody has looked into what is missing.
    #[arg(long, value_name = "WHY")]
    anew: Option<String>,
}

#[derive(Args)]
pub struct Restore {
    /// The backup.
    #[arg(long)]
    from: PathBuf,
    #[command(flatten)]
    again: SayAgain,
}

#[derive(Args)]
pub struct SayAgain {
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    ledger: LedgerFile,
    /// The file of the key that the ledger was written with, where that is another than --key: a backup opens
    /// with the key of its time.
    #[arg(long)]
    ledger_key: Option<PathBuf>,
    /// That there is no ledger: who was kept away from whom, what became secret and what was destroyed
    /// since the backup is lost, and must be found and said again by people.
    #[arg(long)]
    without_ledger: bool,
}

impl SayAgain {
    /// Where what must outlast the restore is written down, and with which key: proved to open before anything
    /// is restored.
    fn outlasting(&self, key: &Keys) -> Result<Option<(PathBuf, Keys)>> {
        if self.without_ledger {
            return Ok(None);
        }
        let file = self.ledger_key.as_ref().unwrap_or(&self.database.key);
        let path = self.ledger.beside(file);
        if !path.exists() {
            return Err(Error::refusal(format!(
                "There is no ledger at {}. It says what must outlast a restore: say with --ledger where it is. \
                 Where it is lost, say --without-ledger; then people must find out who was kept away from whom, \
                 what became secret and what was destroyed since the backup, and say it again",
                path.display()
            )));
        }
        let other = self.ledger_key.as_ref().map(|file| super::key_in(file)).transpose()?;
        let with = other.unwrap_or_else(|| key.clone());
        file::read(&path, &with, "")?;
        Ok(Some((path, with)))
    }
}

/// Says again what came after a backup, over the database that was filled from it.
async fn say(app: &App, outlasting: Option<(PathBuf, Keys)>) -> Result<()> {
    match outlasting {
        Some((path, with)) => {
            let written = file::read(&path, &with, &sealed_with::print(&app.keys))?;
            println!("{}", ledger::say_again(app, &written).await?);
        }
        None => println!("Nothing was said again: there was no ledger."),
    }
    restored::was_said(app).await?;
    println!("No e-mail leaves until an administrator releases them on the page “System”.");
    Ok(())
}

/// Goes on with a restore that was cut off once the database was filled.
pub async fn say_again(again: &SayAgain) -> Result<ExitCode> {
    if again.database.is_missing() {
        return Err(Error::refusal("There is no database there"));
    }
    let outlasting = again.outlasting(&again.database.wrapping()?)?;
    let app = again.database.open(String::new()).await?;
    say(&app, outlasting).await?;
    Ok(ExitCode::SUCCESS)
}

pub async fn back_up(backup: &Backup) -> Result<ExitCode> {
    let keys = backup.database.wrapping()?;
    if backup.database.is_missing() {
        return Err(Error::refusal("There is no database there"));
    }
    let db = backup.database.connect().await?;
    let counts = backup::back_up(&db, &keys, &Clock::system(), &backup.to).await?;
    told(&counts);
    println!("Backed up to {}", backup.to.display());
    println!(
        "The key is not in the backup. Keep {} in another place: without it nothing in the backup \
         can be read.",
        backup.database.key.display()
    );
    Ok(ExitCode::SUCCESS)
}

#[derive(Args)]
pub struct ChangeKey {
    #[command(flatten)]
    database: Database,
    /// The file of the new key. It is made, and must not be there yet.
    #[arg(long)]
    to: PathBuf,
}

/// The new key is on the disk before the old one opens nothing any more.
pub async fn change_key(change: &ChangeKey) -> Result<ExitCode> {
    let before = change.database.wrapping()?;
    if change.database.is_missing() {
        return Err(Error::refusal("There is no database there"));
    }
    let db = change.database.connect().await?;
    migrations::migrate(&db).await?;
    sealed_with::ring(&db, &before).await?;
    let unmade = |why| Error::refusal(format!("{}: {why}", change.to.display()));
    let wrapping = Keys::create_file(&change.to).map_err(unmade)?;
    sealed_with::wrap_anew(&db, &before, &wrapping).await?;
    println!("The database opens with {} from now on.", change.to.display());
    println!(
        "The ledger beside the old key ends here: keep it as long as there are backups from before. The next \
         start begins another beside the new key; where --ledger names one, name another.",
    );
    println!(
        "Stop every server and start it again with --key {}: until then it goes on with what it \
         has. Keep {} where it is safe, as long as there are backups that were made with it.",
        change.to.display(),
        change.database.key.display()
    );
    Ok(ExitCode::SUCCESS)
}

#[derive(Args)]
pub struct WakeAccount {
    #[command(flatten)]
    database: Database,
    /// The e-mail address with which they sign in.
    email: String,
}

pub async fn wake(wake: WakeAccount) -> Result<ExitCode> {
    if wake.database.is_missing() {
        return Err(Error::refusal("There is no database there"));
    }
    let app = wake.database.open(String::new()).await?;
    doors::record(&app, &Actor::platform(), Wake { email: wake.email }).await?;
    println!("Their account opens again. That you confirmed it from the server is in the journal.");
    Ok(ExitCode::SUCCESS)
}

/// One that fails leaves no database behind that it made itself.
///
/// A restored database is proved at once: what can't be derived again is not as it was, nor is a
/// journal that its own tree doesn't fit.
pub async fn restore(restore: &Restore) -> Result<ExitCode> {
    let again = &restore.again;
    let keys = again.database.wrapping()?;
    let outlasting = again.outlasting(&keys)?;
    let made = Made::by_opening(&again.database);
    let begun = Instant::now();
    let (db, counts) = match filled(restore, &keys).await {
        Ok(filled) => filled,
        Err(error) => {
            made.remove();
            return Err(error);
        }
    };
    told(&counts);
    println!("Restored from {}", restore.from.display());
    let keys = sealed_with::ring(&db, &keys).await?;
    let app = App::over(db, Clock::system(), keys, String::new()).await?;
    say(&app, outlasting).await?;
    let report = rederive::check(&app).await?;
    super::told(&report);
    let journal = verifying::verify(&app.db, None, true).await?;
    if journal.is_sound() {
        println!(
            "The journal’s {} entries fit the tree that is kept of them",
            journal.report.entries
        );
    } else {
        println!("{journal}");
    }
    let is_sound = report.differences.is_empty() && journal.is_sound();
    if is_sound {
        drill::was_earnest(&app, counts.values().sum(), begun.elapsed()).await?;
    }
    Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn filled(restore: &Restore, keys: &Keys) -> Result<(Db, Counts)> {
    let db = restore.again.database.connect().await?;
    match backup::restore(&db, keys, &restore.from, Clock::system().now()).await {
        Ok(counts) => Ok((db, counts)),
        Err(error) => {
            db.close().await;
            Err(error)
        }
    }
}

/// The files and folders that opening a database makes because they are not there: what a restore
/// that fails takes away again. Whatever was there before is not among them.
struct Made {
    file: Option<PathBuf>,
    /// The innermost first.
    folders: Vec<PathBuf>,
}

impl Made {
    fn by_opening(database: &Database) -> Self {
        let file = database.file().filter(|_| database.is_missing());
        let folder = database.folder();
        let folders = folder.iter().flat_map(|folder| folder.ancestors());
        let is_missing =
            |folder: &&std::path::Path| !folder.as_os_str().is_empty() && !folder.exists();
        Self { file, folders: folders.take_while(is_missing).map(PathBuf::from).collect() }
    }

    /// What can't be removed stays: the failure that led here is what must be told.
    fn remove(self) {
        let Some(file) = self.file else { return };
        for ending in ["", "-wal", "-shm"] {
            let mut name = OsString::from(&file);
            name.push(ending);
            let _ = std::fs::remove_file(name);
        }
        for folder in self.folders {
            let _ = std::fs::remove_dir(folder);
        }
    }
}

fn told(counts: &Counts) {
    for (table, rows) in counts {
        println!("{rows:>10}  {table}");
    }
    println!("{:>10}  rows in {} tables", counts.values().sum::<u64>(), counts.len());
}

/// Counts what is kept. Ends with a failure where something is missing.
pub async fn count(asked: Count) -> Result<ExitCode> {
    let app = asked.database.open(String::new()).await?;
    let counted = conservation::count(&app).await?;
    for wrong in &counted.wrong {
        println!("Wrong: {wrong}");
    }
    if counted.wrong.is_empty() {
        println!("Everything that was recorded is there");
        return Ok(ExitCode::SUCCESS);
    }
    let Some(why) = asked.anew else { return Ok(ExitCode::FAILURE) };
    conservation::anew(&app, why).await?;
    println!("It is counted anew from what is there. The journal says why");
    Ok(ExitCode::SUCCESS)
}
