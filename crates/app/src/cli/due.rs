//! The timescale calculator on the command line. It counts by the partnership's own lists where
//! there is a database, and changes and makes nothing.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use platform::clock::Clock;
use practice::{calendar::Calendar, timescales};

use super::{DEMO, Database};
use crate::{
    error::{Error, Result},
    settings,
};

/// What to work out, and by whose lists.
#[derive(Args)]
pub struct Due {
    /// `sqlite:PATH` or `postgres://…`, before the code: the database whose lists count. Where nothing
    /// is said, demo/sightline.sqlite if it is there.
    #[arg(long, env = "SIGHTLINE_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// Taken as by every command, before the code. The lists are not sealed, so it is not read.
    #[arg(long, env = "SIGHTLINE_KEY")]
    key: Option<PathBuf>,
    /// The code of the timescale.
    rule: String,
    /// Days, moments and options, as the calculator's page says.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Answers on the lines of their own that `clocks.md` sets: the answer, the day to act by, the working.
///
/// # Errors
/// When the code or an argument can't be, or the database that was named can't be read.
pub async fn due(due: &Due) -> Result<ExitCode> {
    let calendar = calendar(due).await?;
    let arguments: Vec<&str> = due.arguments.iter().map(String::as_str).collect();
    let answer = timescales::due(&due.rule, &arguments, &calendar)
        .map_err(|why| Error::refusal(why.to_string()))?;
    println!("{}", answer.found);
    if let Some(day) = answer.act_by {
        println!("act by {day}");
    }
    for line in answer.working {
        println!("{line}");
    }
    Ok(ExitCode::SUCCESS)
}

async fn calendar(due: &Due) -> Result<Calendar> {
    let database = Database {
        database: due.database.clone().unwrap_or_else(|| DEMO.to_owned()),
        key: due.key.clone().unwrap_or_default(),
    };
    if !database.is_missing() {
        return in_force(&database).await;
    }
    if due.database.is_some() {
        return Err(Error::refusal(
            "There is no database there, so its lists of bank holidays and term dates can’t be \
             counted by. Leave --database and SIGHTLINE_DATABASE out to count by those that \
             Sightline comes with",
        ));
    }
    Calendar::shipped().map_err(|e| Error::fault("reading the calendar", e))
}

/// The partnership's calendar, as its pages count by it.
async fn in_force(database: &Database) -> Result<Calendar> {
    let db = database.connect().await?;
    let rules = settings::rules(&db.reads()).await;
    db.close().await;
    let rules = rules.map_err(|why| {
        Error::refusal(format!(
            "The lists of bank holidays and term dates in the database can’t be read ({why}). If an \
             earlier release made it, start its server with this one first"
        ))
    })?;
    let hours = rules.partnership(Clock::system().now()).hub_hours.clone();
    Ok(rules.calendar().with_hub_hours(hours))
}
