//! The command line. Each command is a few calls; what it does is written in its slice.

mod begin;
mod demo;
mod due;
mod journal;
mod keep;
mod matching;
mod serve;
mod witness;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand};
use platform::{clock::Clock, db::Db, seal::Keys};

use journal::LedgerFile;

use crate::{
    App, bench,
    error::{Error, Result},
    journal_tree,
    ledger::keeping::{self, Keeping},
    migrations::migrate,
    pathways::rederive,
    recognising, sealed_with,
};

/// The open platform of a local safeguarding partnership.
#[derive(Parser)]
#[command(version, about)]
pub struct Sightline {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve an invented partnership, making it first where there is none.
    Demo(demo::Demo),
    /// Begin a partnership of one’s own, in an empty database: its record, the council, and whoever looks
    /// after agencies and staff, with a code by which they sign in.
    Begin(begin::Begin),
    /// Make a backup, restore it beside, and prove it: what `sightline serve` asks for each month.
    Drill(begin::Drill),
    /// Serve a partnership.
    Serve(serve::Serve),
    /// Work out when something is due: `sightline due ICPC-15WD 2024-03-18`.
    ///
    /// Which days are bank holidays and school days, and when the hub is open, is read from the
    /// partnership's database: the lists in force there, which `sightline bank-holidays` and
    /// `sightline term-dates` load. Without a database, the lists count that Sightline comes with. A
    /// database that is named and isn't there is refused; none is ever made.
    Due(due::Due),
    /// Compute every derived row again and report differences.
    Rederive(Rederive),
    /// Take in lists.
    #[command(subcommand)]
    Import(Import),
    /// Write everything to one encrypted file, also while the server runs.
    Backup(keep::Backup),
    /// Fill an empty database, of either kind, from a backup.
    Restore(keep::Restore),
    /// Go on with a restore that was cut off: say again what came after the backup.
    SayAgain(keep::SayAgain),
    /// Change the key that the database opens with.
    ChangeKey(keep::ChangeKey),
    /// Confirm from the server that somebody still works there: for when everybody’s account sleeps
    /// who could say so.
    Wake(keep::WakeAccount),
    /// Make a sign-in code from the server: for when nobody else could, since the first of the Business
    /// Unit lost theirs.
    Code(begin::Code),
    /// Count what is kept: whether everything that was recorded is there.
    Count(keep::Count),
    /// Prove that the journal is the one that its witnesses saw.
    VerifyJournal(journal::VerifyJournal),
    /// Co-sign another server's journal, for an agency that is to vouch for it.
    #[command(subcommand)]
    Witness(witness::Witness),
    /// Say who is one person, in files of records: needs no server and no set-up.
    #[command(subcommand)]
    Match(matching::Match),
    /// Measure what things cost, as ratios in one run.
    Bench(bench::Bench),
    /// Take up a new list of bank holidays: shown first, then asked.
    BankHolidays {
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        list: crate::settings::bank_holidays::Asked,
    },
    /// Look at the term dates of schools, or take up a new list of them.
    TermDates {
        #[command(flatten)]
        database: Database,
        #[command(subcommand)]
        what: crate::settings::term_dates::Do,
    },
}

/// The database where nothing else is said.
const DEMO: &str = "sqlite:demo/sightline.sqlite";

/// And the key.
const DEMO_KEY: &str = "demo/sightline.key";

/// Which database, and with which key.
#[derive(Args, Clone)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://…`
    #[arg(
        long,
        env = "SIGHTLINE_DATABASE",
        default_value = DEMO,
        hide_env_values = true
    )]
    database: String,
    /// The file with the key that seals what may not lie readable in the database.
    #[arg(long, env = "SIGHTLINE_KEY", default_value = DEMO_KEY)]
    key: PathBuf,
}

#[derive(Subcommand)]
enum Import {
    /// Take in a list of contacts, one row a child: shown first, then asked.
    Requests {
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        requests: crate::import::Requests,
    },
}

#[derive(Args)]
struct Rederive {
    #[command(flatten)]
    database: Database,
    /// Only report: change nothing.
    #[arg(long)]
    check: bool,
}

impl Database {
    /// Opens the database, brings it up to date, and puts an application over it.
    async fn open(&self, address: String) -> Result<App> {
        let db = self.connect().await?;
        migrate(&db).await?;
        journal_tree::building::build(&db, true).await?;
        let keys = sealed_with::key_in(&db, &self.key).await?;
        App::over(db, Clock::system(), keys, address).await
    }

    /// Opens the ledger beside it, before anybody else opens the database, and says again what an older
    /// database doesn't know.
    async fn keep_ledger(&self, app: &App, ledger: &LedgerFile) -> Result<Keeping> {
        let wrapping =
            Keys::from_file(&self.key).map_err(|e| Error::fault("reading the key", e))?;
        let path = ledger.beside(&self.key);
        let (keeping, said) = keeping::open(app, &path, &wrapping).await?;
        if let Some(said) = said {
            println!(
                "This database is older than its ledger {}. No e-mail leaves until an administrator \
                 releases them on the page “System”.\n{said}",
                path.display()
            );
        }
        Ok(keeping)
    }

    /// Refuses the demo's own place for what is real.
    fn must_be_named(&self) -> Result<()> {
        let demos = [DEMO_KEY, DEMO.trim_start_matches("sqlite:")];
        let lies = |path: &Path| demos.iter().any(|demo| path.ends_with(demo));
        if lies(&self.key) || self.file().is_some_and(|file| lies(&file)) {
            return Err(Error::refusal(
                "Say by --database (SIGHTLINE_DATABASE) and --key (SIGHTLINE_KEY) where the partnership’s own \
                 records and their key are: they never lie where a demo does",
            ));
        }
        Ok(())
    }

    /// Whether it would have to be made.
    fn is_missing(&self) -> bool {
        self.file().is_some_and(|file| !file.exists())
    }

    /// The file of an SQLite database.
    fn file(&self) -> Option<PathBuf> {
        let path = self.database.strip_prefix("sqlite:")?;
        Some(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
    }

    /// The folder of an SQLite database, where one is named.
    fn folder(&self) -> Option<PathBuf> {
        self.file()?.parent().filter(|f| !f.as_os_str().is_empty()).map(PathBuf::from)
    }

    /// The key of the file, which must be there.
    fn wrapping(&self) -> Result<Keys> {
        key_in(&self.key)
    }

    /// Opens the database as it is.
    async fn connect(&self) -> Result<Db> {
        if let Some(folder) = self.folder() {
            std::fs::create_dir_all(folder).map_err(|e| Error::fault("making a folder", e))?;
        }
        Ok(Db::open(&self.database).await?)
    }
}

fn key_in(file: &Path) -> Result<Keys> {
    Keys::from_file(file).map_err(|why| Error::refusal(format!("{}: {why}", file.display())))
}

/// Runs a command.
pub fn run(sightline: Sightline) -> ExitCode {
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&format!("no runtime: {error}")),
    };
    runtime.block_on(async {
        let done = match sightline.command {
            Command::Due(due) => due::due(&due).await,
            Command::Serve(serve) => serve::serve(serve).await,
            Command::Begin(begin) => begin::begin(begin).await,
            Command::Drill(drill) => begin::hold(&drill).await,
            Command::Demo(demo) => demo::demo(demo).await,
            Command::Rederive(rederive) => self::rederive(&rederive).await,
            Command::Import(Import::Requests { requests, .. }) if requests.print_mapping => {
                print!("{}", crate::import::SHIPPED);
                Ok(ExitCode::SUCCESS)
            }
            Command::Import(Import::Requests { database, requests }) => {
                match database.open(String::new()).await {
                    Ok(app) => crate::import::requests(&app, &requests).await,
                    Err(error) => Err(error),
                }
            }
            Command::Backup(backup) => keep::back_up(&backup).await,
            Command::Restore(restore) => keep::restore(&restore).await,
            Command::SayAgain(again) => keep::say_again(&again).await,
            Command::ChangeKey(change) => keep::change_key(&change).await,
            Command::Wake(wake) => keep::wake(wake).await,
            Command::Code(code) => begin::code(code).await,
            Command::Count(asked) => keep::count(asked).await,
            Command::VerifyJournal(asked) => journal::verify(&asked).await,
            Command::Witness(witness) => witness::run(witness).await,
            Command::Match(asked) => matching::run(asked),
            Command::Bench(bench) => bench::run(&bench).await.map(|()| ExitCode::SUCCESS),
            Command::BankHolidays { database, list } => match database.open(String::new()).await {
                Ok(app) => crate::settings::bank_holidays::command(&app, &list).await,
                Err(error) => Err(error),
            },
            Command::TermDates { database, what } => match database.open(String::new()).await {
                Ok(app) => crate::settings::term_dates::command(&app, &what).await,
                Err(error) => Err(error),
            },
        };
        match done {
            Ok(code) => code,
            Err(error) => failed(&error.to_string()),
        }
    })
}

#[expect(clippy::print_stderr, reason = "a command speaks to whoever typed it")]
fn failed(words: &str) -> ExitCode {
    eprintln!("{words}");
    ExitCode::FAILURE
}

async fn rederive(rederive: &Rederive) -> Result<ExitCode> {
    let app = rederive.database.open(String::new()).await?;
    let report =
        if rederive.check { rederive::check(&app).await? } else { rederive::rewrite(&app).await? };
    told(&report);
    let lacking = recognising::keys::check(&app).await?;
    println!("{lacking} accounts lacked a key by which they are found");
    if !rederive.check {
        recognising::keys::rewrite(&app).await?;
    }
    let same = report.differences.is_empty() && lacking == 0 || !rederive.check;
    Ok(if same { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn told(report: &rederive::Report) {
    println!("{} pathways computed again, {} differ", report.pathways, report.differences.len());
    for difference in &report.differences {
        println!("{difference}");
    }
}
