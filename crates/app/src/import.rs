//! Taking in contact lists as they really look: one row a child, dates in several shapes, words
//! of the list's own. What can't be mapped is refused row by row and comes back in a file with
//! the reason; a row that was taken in before is left alone; nothing that a row says is changed.

mod dates;
mod decode;
mod mapping;
mod plan;
mod take;

use std::{
    collections::HashSet,
    io::{IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use indicatif::ProgressBar;

pub use mapping::Mapping;
pub use plan::{Fate, Plan, Planned};
pub use take::{TakeFromList, hashes_there};

use crate::{
    App,
    access::Actor,
    doors,
    error::{Error, Result},
};

/// What to take in.
#[derive(Args)]
pub struct Requests {
    /// The list: a CSV file with one row a child.
    file: PathBuf,
    /// What its columns and words mean; without it, the mapping that Sightline comes with.
    #[arg(long)]
    mapping: Option<PathBuf>,
    /// Don't ask before taking it in.
    #[arg(long)]
    yes: bool,
    /// Where the rows go that could not be taken in; beside the list by default.
    #[arg(long)]
    bad_rows: Option<PathBuf>,
}

/// What came of a list.
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
/// When a file can't be read or written, or the database does not take it.
pub async fn requests(app: &App, asked: &Requests) -> Result<ExitCode> {
    let mapping = match &asked.mapping {
        Some(path) => Mapping::read(&String::from_utf8_lossy(&read(path)?))?,
        None => Mapping::shipped()?,
    };
    let (text, encoding) = decode::text(&read(&asked.file)?);
    println!("Read {} as {encoding}.", asked.file.display());
    let plan = planned(app, &text, &mapping).await?;
    show(&plan);
    let bad_rows = asked.bad_rows.clone().unwrap_or_else(|| beside(&asked.file));
    if plan.count(|f| matches!(f, Fate::Refuse(_))) > 0 {
        std::fs::write(&bad_rows, plan.bad_rows()?)
            .map_err(|e| Error::refusal(format!("{} can’t be written: {e}", bad_rows.display())))?;
        println!("The refused rows are in {}, each with the reason.", bad_rows.display());
    }
    if plan.count(|f| matches!(f, Fate::Take(_))) == 0 {
        println!("There is nothing to take in.");
        return Ok(ExitCode::SUCCESS);
    }
    if !asked.yes && !agreed()? {
        println!("Nothing was taken in.");
        return Ok(ExitCode::SUCCESS);
    }
    let taken = carry_out(app, plan, true).await?;
    println!("{} rows taken in.", taken.taken);
    Ok(ExitCode::SUCCESS)
}

/// What each row of a list would become.
///
/// # Errors
/// When a column is missing or the database does not answer.
pub async fn planned(app: &App, text: &str, mapping: &Mapping) -> Result<Plan> {
    let there: HashSet<Vec<u8>> = hashes_there(&app.db.reads()).await?;
    plan::of(text, mapping, &there, app.clock.now())
}

/// Takes in what a plan says, one contact at a time.
///
/// # Errors
/// When the database does not take it. What was taken in before stays, and a second run goes on.
pub async fn carry_out(app: &App, plan: Plan, with_bar: bool) -> Result<Outcome> {
    let mut outcome = Outcome {
        refused: plan.count(|f| matches!(f, Fate::Refuse(_))),
        there_already: plan.count(|f| matches!(f, Fate::ThereAlready)),
        twice: plan.count(|f| matches!(f, Fate::Twice(_))),
        ..Outcome::default()
    };
    let contacts = plan.into_contacts();
    let bar =
        if with_bar { ProgressBar::new(contacts.len() as u64) } else { ProgressBar::hidden() };
    for contact in contacts {
        outcome.taken += contact.rows.len();
        doors::record(app, &Actor::platform(), contact).await?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(outcome)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path)
        .map_err(|e| Error::refusal(format!("{} can’t be read: {e}", path.display())))
}

fn beside(file: &Path) -> PathBuf {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!("{stem}-refused.csv"))
}

fn show(plan: &Plan) {
    for planned in &plan.rows {
        println!("{planned}");
    }
    println!(
        "\n{} rows: {} to take in, {} refused, {} stand twice, {} taken in before.",
        plan.rows.len(),
        plan.count(|f| matches!(f, Fate::Take(_))),
        plan.count(|f| matches!(f, Fate::Refuse(_))),
        plan.count(|f| matches!(f, Fate::Twice(_))),
        plan.count(|f| matches!(f, Fate::ThereAlready)),
    );
}

fn agreed() -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Err(Error::refusal(
            "Nobody can be asked here. Run it again with --yes to take the list in as shown",
        ));
    }
    print!("Take them in? [y/N] ");
    let fault = |e: std::io::Error| Error::fault("asking", e);
    std::io::stdout().flush().map_err(fault)?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(fault)?;
    Ok(answer.trim().eq_ignore_ascii_case("y"))
}
