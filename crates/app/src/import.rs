//! Taking in contact lists as they really look: one row a child, dates in several shapes, words
//! of the list's own. What can't be mapped is refused row by row and comes back in a file with
//! the reason; a row that was taken in before is left alone; nothing that a row says is changed.

pub mod agencies;
mod before;
mod child;
pub mod dates;
pub mod encoding;
mod mapping;
mod plan;
pub mod reading;
pub mod rows;
mod take;

use std::{
    fs::{self, OpenOptions, Permissions},
    io::{self, BufWriter, IsTerminal, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use indicatif::ProgressBar;

use agencies::Agencies;
use before::Before;
pub use mapping::{Mapping, SHIPPED};
pub use plan::{Fate, Plan, Planned};
use reading::Reading;
pub use take::{TakeFromList, TakeRow};

use crate::{
    App,
    access::Actor,
    doors,
    error::{Error, Result},
};

/// What a script reads besides 0 (every row is on the record, or would be) and 1 (it failed).
const EXIT_CODES: &str = "Exit codes: 0 every row is taken in or was before (with --dry-run: would \
                          be), 1 it failed and says why, 2 the command was not understood, 3 some \
                          rows are refused and the others taken in, 4 you said no.";
const SOME_REFUSED: u8 = 3;
const SAID_NO: u8 = 4;

/// Only its owner may read the file of refused rows.
const OWNER_ALONE: u32 = 0o600;

/// What to take in.
#[derive(Args)]
#[group(id = "contact-list")]
#[command(after_help = EXIT_CODES)]
pub struct Requests {
    /// The list: a CSV file with one row a child.
    #[arg(required_unless_present = "print_mapping")]
    file: Option<PathBuf>,
    /// What its columns and words mean; without it, the mapping that Sightline comes with.
    #[arg(long)]
    mapping: Option<PathBuf>,
    /// Print the mapping that Sightline comes with, to start from, and do nothing else.
    #[arg(long)]
    pub print_mapping: bool,
    /// Only show what would be done with each row.
    #[arg(long)]
    dry_run: bool,
    /// Don't ask before taking it in.
    #[arg(long)]
    yes: bool,
    /// Where the rows go that could not be taken in; beside the list by default. The file holds
    /// personal data, and only you can read it.
    #[arg(long)]
    bad_rows: Option<PathBuf>,
}

/// What came of a list, in rows.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    pub taken: usize,
    pub refused: usize,
    pub there_already: usize,
    pub twice: usize,
}

/// Shows what a list would do, asks, and does it.
///
/// # Errors
/// When a file can't be read or written, nobody can be asked, or the database does not take it.
pub async fn requests(app: &App, asked: &Requests) -> Result<ExitCode> {
    let mapping = match &asked.mapping {
        Some(path) => Mapping::read(&encoding::decode(&read(path)?).0)?,
        None => Mapping::shipped()?,
    };
    let file = asked.file.as_deref().ok_or_else(|| Error::refusal("Name the list to take in"))?;
    let list = rows::read(&read(file)?)?;
    let plan = planned_of(app, &list, &mapping).await?;
    show(file, &list, &plan).map_err(|e| Error::fault("showing the plan", e))?;
    let refused = plan.count(|fate| matches!(fate, Fate::Refuse(_)));
    let takes = plan.count(|fate| matches!(fate, Fate::Take(_)));
    let done = if refused > 0 { ExitCode::from(SOME_REFUSED) } else { ExitCode::SUCCESS };
    if asked.dry_run {
        println!("Nothing was done: this only shows it.");
        return Ok(done);
    }
    if takes > 0 && !asked.yes && !agreed()? {
        println!("Nothing was taken in.");
        return Ok(ExitCode::from(SAID_NO));
    }
    if refused > 0 {
        let path = asked.bad_rows.clone().unwrap_or_else(|| beside(file));
        write_for_owner(&path, &plan.bad_rows()?)?;
        println!(
            "The refused rows are in {}, each with the reason. Correct them there and take the \
             file in. It holds personal data: only you can read it, and you should remove it when \
             it is done with.",
            path.display()
        );
    }
    let outcome = carry_out(app, plan, true).await?;
    println!("{} rows taken in.", outcome.taken);
    Ok(done)
}

/// What each row of a list would become.
///
/// # Errors
/// When it is no list, a column is missing, or the database does not answer.
pub async fn planned(app: &App, bytes: &[u8], mapping: &Mapping) -> Result<Plan> {
    planned_of(app, &rows::read(bytes)?, mapping).await
}

async fn planned_of(app: &App, list: &rows::List, mapping: &Mapping) -> Result<Plan> {
    let db = app.db.reads();
    let before = Before::of(&db).await?;
    let reading = Reading {
        list,
        mapping,
        places: mapping.places(list)?,
        agencies: Agencies::of(&db).await?,
        now: app.clock.now(),
    };
    plan::of(&reading, &before, &app.keys)
}

/// Takes in what a plan says, one contact at a time.
///
/// # Errors
/// When the database does not take it. What was taken in before stays, and a second run goes on.
pub async fn carry_out(app: &App, plan: Plan, with_bar: bool) -> Result<Outcome> {
    let mut outcome = Outcome {
        refused: plan.count(|fate| matches!(fate, Fate::Refuse(_))),
        there_already: plan.count(|fate| matches!(fate, Fate::ThereAlready)),
        twice: plan.count(|fate| matches!(fate, Fate::Twice(_))),
        ..Outcome::default()
    };
    let contacts = plan.into_contacts();
    let bar =
        if with_bar { ProgressBar::new(contacts.len() as u64) } else { ProgressBar::hidden() };
    for contact in contacts {
        let rows = contact.rows.len();
        doors::record(app, &Actor::platform(), contact).await?;
        outcome.taken += rows;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(outcome)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|e| Error::refusal(format!("{} can’t be read: {e}", path.display())))
}

fn beside(file: &Path) -> PathBuf {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!("{stem}-refused.csv"))
}

/// Writes a file that only its owner can read. One that is there already may hold somebody's
/// corrections: it is left as it is.
fn write_for_owner(path: &Path, text: &str) -> Result<()> {
    let told = |e: io::Error| Error::refusal(format!("{} can’t be written: {e}", path.display()));
    match OpenOptions::new().write(true).create_new(true).mode(OWNER_ALONE).open(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map_err(told),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            if fs::read(path).map_err(told)? != text.as_bytes() {
                return Err(Error::refusal(format!(
                    "{} is there already and holds something else. Name another file for the \
                     refused rows with --bad-rows, or remove it. Nothing was taken in",
                    path.display()
                )));
            }
            fs::set_permissions(path, Permissions::from_mode(OWNER_ALONE)).map_err(told)
        }
        Err(e) => Err(told(e)),
    }
}

/// Shows the plan. What a list says can't move the cursor of whoever reads it.
fn show(file: &Path, list: &rows::List, plan: &Plan) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    let (encoding, separated_by) = (list.encoding, list.separated_by);
    writeln!(out, "{}, read as {encoding}, separated by {separated_by}:", file.display())?;
    for planned in &plan.rows {
        for line in planned.to_string().lines() {
            writeln!(out, "{}", line.replace(char::is_control, " "))?;
        }
    }
    writeln!(
        out,
        "\n{} rows: {} to take in, {} refused, {} stand twice, {} taken in before.",
        plan.rows.len(),
        plan.count(|fate| matches!(fate, Fate::Take(_))),
        plan.count(|fate| matches!(fate, Fate::Refuse(_))),
        plan.count(|fate| matches!(fate, Fate::Twice(_))),
        plan.count(|fate| matches!(fate, Fate::ThereAlready)),
    )?;
    out.flush()
}

fn agreed() -> Result<bool> {
    if !io::stdin().is_terminal() {
        return Err(Error::refusal(
            "Nobody can be asked here. Run it again with --yes to take the list in as shown, or \
             with --dry-run to see it only",
        ));
    }
    print!("Take them in? [y/N] ");
    let fault = |e: io::Error| Error::fault("asking", e);
    io::stdout().flush().map_err(fault)?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(fault)?;
    let answer = answer.trim();
    Ok(answer.eq_ignore_ascii_case("y") || answer.eq_ignore_ascii_case("yes"))
}
