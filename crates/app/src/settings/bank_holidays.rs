//! Taking up a new list of bank holidays: shown first, then asked, then every running clock is
//! counted again. What has ended keeps the list that it ended by. It refuses a list that changes
//! the past or knows less of the future.

use std::{
    io::{IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::Args;
use platform::db::{At, Runs};
use practice::calendar::{Calendar, ListChanges, day_of};
use serde::Serialize;

use super::{Rules, in_force, rules};
use crate::{
    App,
    access::{Action, Actor},
    doors::{self, Change, Pen},
    error::{Error, Result},
    pathways::rederive::{self, Move},
    web::words,
};

/// How many clocks are shown before the rest is only counted.
const SHOWN: usize = 20;

/// What to take up.
#[derive(Args, Clone)]
pub struct Asked {
    /// A file with lines of `date,name`.
    pub file: PathBuf,
    /// Don't ask before taking it up.
    #[arg(long)]
    pub yes: bool,
}

/// What a list would change.
#[derive(Debug)]
pub struct Plan {
    /// The days that it adds and drops.
    pub days: ListChanges,
    /// The running clocks whose limit would move.
    pub moves: Vec<Move>,
}

/// Shows what a list would change, asks, and takes it up.
///
/// # Errors
/// When the list can't be read or may not follow the one in force.
pub async fn command(app: &App, asked: &Asked) -> Result<ExitCode> {
    let text = std::fs::read_to_string(&asked.file)
        .map_err(|e| Error::refusal(format!("{} can’t be read: {e}", asked.file.display())))?;
    let plan = planned(app, &text).await?;
    show(&plan);
    if plan.days == ListChanges::default() {
        println!("The list says what the list in force says. Nothing was changed.");
        return Ok(ExitCode::SUCCESS);
    }
    if !asked.yes && !agreed()? {
        println!("Nothing was changed.");
        return Ok(ExitCode::SUCCESS);
    }
    let report = load(app, text).await?;
    println!("{} of {} pathways were rewritten.", report.differences.len(), report.pathways);
    Ok(ExitCode::SUCCESS)
}

/// What a list would change, without changing it.
///
/// # Errors
/// As [`command`].
pub async fn planned(app: &App, text: &str) -> Result<Plan> {
    let rules = in_force(app, &app.db.reads()).await?;
    let now = app.clock.now();
    let (next, days) = following(&rules, text, now)?;
    let mut then = (*rules).clone();
    then.calendars.take_up(next, now);
    Ok(Plan { days, moves: rederive::moves(app, &then).await? })
}

/// Takes up a list and counts every running clock again. What a clock said before is kept.
///
/// # Errors
/// As [`command`]; then nothing changes.
pub async fn load(app: &App, text: String) -> Result<rederive::Report> {
    doors::record(app, &Actor::platform(), TakeUp { text }).await?;
    super::take_up(app).await?;
    rederive::rewrite(app).await
}

/// The calendar with this list, if it may follow the one in force.
fn following(rules: &Rules, text: &str, now: jiff::Timestamp) -> Result<(Calendar, ListChanges)> {
    let in_force = rules.calendar();
    let next = in_force
        .with_bank_holidays(text, in_force.version() + 1)
        .map_err(|e| Error::refusal(e.to_string()))?;
    let days = in_force
        .bank_holidays()
        .followed_by(next.bank_holidays(), day_of(now))
        .map_err(|e| Error::refusal(e.to_string()))?;
    Ok((next, days))
}

/// Takes up a list of bank holidays.
#[derive(Debug, Serialize)]
struct TakeUp {
    text: String,
}

impl Change for TakeUp {
    type Made = ();
    const WHAT: &'static str = "settings:bank-holidays";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        pen.journal(Self::WHAT, &[], &serde_json::to_vec(&self)?).await?;
        // Another list may have been taken up since this one was shown.
        let (next, _) = following(&rules(pen.tx).await?, &self.text, pen.now)?;
        pen.tx
            .run(
                "INSERT INTO bank_holiday_list (version, text, loaded_at) VALUES ($1, $2, $3)",
                [next.version().into(), self.text.into(), At(pen.now).into()],
            )
            .await?;
        Ok(())
    }
}

fn show(plan: &Plan) {
    for (sign, days) in [("+", &plan.days.added), ("-", &plan.days.dropped)] {
        for (day, name) in days {
            println!("{sign} {day} {name}");
        }
    }
    for Move { pathway, code, from, to } in plan.moves.iter().take(SHOWN) {
        println!("{pathway} {code}: {} becomes {}", words::moment(*from), words::moment(*to));
    }
    println!("{} running clocks would move.", plan.moves.len());
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
