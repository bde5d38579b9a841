//! The list of bank holidays as `lists` takes it up. Which list may follow which is practice's
//! business.

use std::process::ExitCode;

use jiff::Timestamp;
use practice::calendar::{Day, day_of};

pub use super::lists::{Asked, Plan};
use super::{
    Rules,
    lists::{self, Days, List, Next},
};
use crate::{
    App,
    error::{Error, Result},
    pathways::rederive,
};

/// The kind.
struct BankHolidays;

impl List for BankHolidays {
    const TABLE: &'static str = "bank_holiday_list";
    const WHAT: &'static str = "settings:bank-holidays";

    fn following(rules: &Rules, text: &str, now: Timestamp) -> Result<Next> {
        let in_force = rules.calendar();
        let version = in_force.version() + 1;
        let calendar = in_force
            .with_bank_holidays(text, version)
            .map_err(|e| Error::refusal(e.to_string()))?;
        let changes = in_force
            .bank_holidays()
            .followed_by(calendar.bank_holidays(), day_of(now))
            .map_err(|e| Error::refusal(e.to_string()))?;
        let days = Days { added: named(&changes.added), dropped: named(&changes.dropped) };
        Ok(Next { calendar, version, days })
    }
}

fn named(days: &[(Day, String)]) -> Vec<String> {
    days.iter().map(|(day, name)| format!("{day} {name}")).collect()
}

/// Shows what a list would change, asks, and takes it up.
///
/// # Errors
/// When the list can't be read or may not follow the one in force.
pub async fn command(app: &App, asked: &Asked) -> Result<ExitCode> {
    lists::command::<BankHolidays>(app, asked).await
}

/// What a list would change, without changing it.
///
/// # Errors
/// As [`command`].
pub async fn planned(app: &App, text: &str) -> Result<Plan> {
    lists::planned::<BankHolidays>(app, text).await
}

/// Takes up a list and counts every running clock again. What a clock said before is kept.
///
/// # Errors
/// As [`command`]; then nothing changes.
pub async fn load(app: &App, text: String) -> Result<rederive::Report> {
    lists::load::<BankHolidays>(app, text).await
}
