//! The list of term dates as `lists` takes it up, and as it is shown. Each setting names the
//! calendar that it goes by.

use std::{path::PathBuf, process::ExitCode};

use clap::Subcommand;
use jiff::Timestamp;
use practice::calendar::{Calendar, Term, day_of};

use super::{
    Rules, in_force,
    lists::{self, Asked, Days, List, Next, Plan},
};
use crate::{
    App,
    error::{Error, Result},
    pathways::rederive,
};

/// What to do with term dates.
#[derive(Subcommand, Clone)]
pub enum Do {
    /// Show the calendars in force, with the first and last day that each covers.
    Show,
    /// Show what a list would change, and change nothing.
    Check {
        /// A file with lines of `calendar,first_day,last_day`: every calendar, old and new.
        file: PathBuf,
    },
    /// Take up a list: shown first, then asked.
    Reload {
        #[command(flatten)]
        list: Asked,
    },
}

/// The kind.
struct TermDates;

impl List for TermDates {
    const TABLE: &'static str = "term_date_list";
    const WHAT: &'static str = "settings:term-dates";

    fn following(rules: &Rules, text: &str, now: Timestamp) -> Result<Next> {
        let in_force = rules.calendar();
        let version = in_force.term_dates().version() + 1;
        let calendar =
            in_force.with_term_dates(text, version).map_err(|e| Error::refusal(e.to_string()))?;
        let changes = in_force
            .term_dates()
            .followed_by(calendar.term_dates(), day_of(now))
            .map_err(|e| Error::refusal(e.to_string()))?;
        let days = Days { added: named(&changes.added), dropped: named(&changes.dropped) };
        Ok(Next { calendar, version, days })
    }
}

fn named(terms: &[Term]) -> Vec<String> {
    let named = |t: &Term| format!("{} {} to {}", t.calendar, t.first, t.last);
    terms.iter().map(named).collect()
}

/// Does what was asked.
///
/// # Errors
/// When a list can't be read or may not follow the one in force.
pub async fn command(app: &App, what: &Do) -> Result<ExitCode> {
    match what {
        Do::Show => {
            let rules = in_force(app, &app.db.reads()).await?;
            show(rules.calendar());
            Ok(ExitCode::SUCCESS)
        }
        Do::Check { file } => lists::check::<TermDates>(app, file).await,
        Do::Reload { list } => lists::command::<TermDates>(app, list).await,
    }
}

/// What a list would change, without changing it.
///
/// # Errors
/// As [`command`].
pub async fn planned(app: &App, text: &str) -> Result<Plan> {
    lists::planned::<TermDates>(app, text).await
}

/// Takes up a list and counts every running clock again. What a clock said before is kept.
///
/// # Errors
/// As [`command`]; then nothing changes.
pub async fn load(app: &App, text: String) -> Result<rederive::Report> {
    lists::load::<TermDates>(app, text).await
}

fn show(calendar: &Calendar) {
    println!("Version {}", calendar.term_dates().version());
    for (name, terms) in calendar.term_dates().calendars() {
        println!("{name}: {} to {}", terms.first(), terms.last());
    }
}
