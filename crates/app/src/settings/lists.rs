//! Taking up a new list of days, bank holidays or term dates: shown first, then asked, then every
//! running clock is counted again. What has ended keeps the list that it ended by. It refuses a
//! list that changes the past or knows less of the future; which that is, the list says itself.

use std::{
    io::{IsTerminal, Write},
    marker::PhantomData,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use jiff::Timestamp;
use platform::db::{At, Runs};
use practice::calendar::Calendar;
use serde::Serialize;

use super::{Rules, in_force, rules};
use crate::{
    App,
    access::{Action, Actor},
    doors::{self, Change, Pen},
    error::{Error, Result},
    pathways::rederive::{self, Move, Report},
    web::words,
};

/// How many clocks are shown before the rest is only counted.
const SHOWN: usize = 20;

/// A kind of list.
pub trait List: Send + 'static {
    /// The table that keeps every version of it.
    const TABLE: &'static str;
    /// The name that the journal uses. Never changed.
    const WHAT: &'static str;

    /// What comes of a text, if it may follow the list in force.
    ///
    /// # Errors
    /// When a line can't be read, or it may not follow.
    fn following(rules: &Rules, text: &str, now: Timestamp) -> Result<Next>;
}

/// A list that may follow the one in force.
#[derive(Debug)]
pub struct Next {
    /// The calendar with it.
    pub calendar: Calendar,
    /// Its own version.
    pub version: i64,
    /// What it changes.
    pub days: Days,
}

/// What a list adds and leaves out, a line each.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Days {
    pub added: Vec<String>,
    pub dropped: Vec<String>,
}

/// What to take up.
#[derive(Args, Clone)]
pub struct Asked {
    /// A file with the whole list, old and new.
    pub file: PathBuf,
    /// Don't ask before taking it up.
    #[arg(long)]
    pub yes: bool,
}

/// What a list would change.
#[derive(Debug)]
pub struct Plan {
    /// The days that it adds and drops.
    pub days: Days,
    /// What counting every running clock again would change.
    pub then: Report,
}

/// Shows what a list would change, asks, and takes it up.
///
/// # Errors
/// When the list can't be read or may not follow the one in force.
pub async fn command<L: List>(app: &App, asked: &Asked) -> Result<ExitCode> {
    let text = read(&asked.file)?;
    let plan = planned::<L>(app, &text).await?;
    if !shows_a_change(&plan) {
        return Ok(ExitCode::SUCCESS);
    }
    if !asked.yes && !agreed()? {
        println!("Nothing was changed.");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{}", counted(&load::<L>(app, text).await?, ["moved", "were"]));
    Ok(ExitCode::SUCCESS)
}

/// Shows what a list would change, and changes nothing.
///
/// # Errors
/// As [`command`].
pub async fn check<L: List>(app: &App, file: &Path) -> Result<ExitCode> {
    shows_a_change(&planned::<L>(app, &read(file)?).await?);
    Ok(ExitCode::SUCCESS)
}

/// What a list would change, without changing it.
///
/// # Errors
/// As [`command`].
pub async fn planned<L: List>(app: &App, text: &str) -> Result<Plan> {
    let rules = in_force(app, &app.db.reads()).await?;
    let now = app.clock.now();
    let Next { calendar, days, .. } = L::following(&rules, text, now)?;
    let mut then = (*rules).clone();
    then.calendars.take_up(calendar, now);
    Ok(Plan { days, then: rederive::check_under(app, &then).await? })
}

/// Takes up a list and counts every running clock again. What a clock said before is kept.
///
/// # Errors
/// As [`command`]; then nothing changes.
pub async fn load<L: List>(app: &App, text: String) -> Result<Report> {
    doors::record(app, &Actor::platform(), TakeUp::<L> { text, list: PhantomData }).await?;
    super::take_up(app).await?;
    rederive::rewrite(app).await
}

/// Takes up a list.
#[derive(Serialize)]
struct TakeUp<L> {
    text: String,
    #[serde(skip)]
    list: PhantomData<fn() -> L>,
}

impl<L: List> Change for TakeUp<L> {
    type Made = ();
    const WHAT: &'static str = L::WHAT;
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        pen.journal(Self::WHAT, &[], &serde_json::to_vec(&self)?).await?;
        // Another list may have been taken up since this one was shown.
        let next = L::following(&rules(pen.tx).await?, &self.text, pen.now)?;
        pen.tx
            .run(
                &format!("INSERT INTO {} (version, text, loaded_at) VALUES ($1, $2, $3)", L::TABLE),
                [next.version.into(), self.text.into(), At(pen.now).into()],
            )
            .await?;
        Ok(())
    }
}

fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file)
        .map_err(|e| Error::refusal(format!("{} can’t be read: {e}", file.display())))
}

/// Shows a plan, and answers whether there is anything in it.
fn shows_a_change(plan: &Plan) -> bool {
    for (sign, days) in [("+", &plan.days.added), ("-", &plan.days.dropped)] {
        for day in days {
            println!("{sign} {day}");
        }
    }
    for Move { pathway, code, from, to } in plan.then.moves.iter().take(SHOWN) {
        println!("{pathway} {code}: {} becomes {}", words::moment(*from), words::moment(*to));
    }
    println!("{}", counted(&plan.then, ["would move", "would be"]));
    let changes = plan.days != Days::default();
    if !changes {
        println!("The list says what the list in force says. Nothing was changed.");
    }
    changes
}

/// The figures of a plan and of its deed, in the same words. A pathway whose limits all stay is
/// written again as well when a clock of it runs: each running clock names the list that it goes by.
fn counted(report: &Report, [moved, were]: [&str; 2]) -> String {
    let (moves, written, all) = (report.moves.len(), report.differences.len(), report.pathways);
    format!(
        "{moves} running clocks {moved}. {written} of {all} pathways {were} written again, to say \
         which list their running clocks go by."
    )
}

fn agreed() -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Err(Error::refusal(
            "Nobody can be asked here. Run it again with --yes to take the list up as shown",
        ));
    }
    print!("Take it up? [y/N] ");
    let fault = |e: std::io::Error| Error::fault("asking", e);
    std::io::stdout().flush().map_err(fault)?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(fault)?;
    Ok(answer.trim().eq_ignore_ascii_case("y"))
}
