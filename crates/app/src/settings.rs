//! Local choice: the partnership's own record of names, numbers and hours, the bank-holiday list
//! and the local lengths of duties. Each is kept with its history; a clock keeps what it said.

use std::sync::Arc;

use futures_util::FutureExt;
use platform::db::{At, On, Row, Runs, sea_orm};
use practice::{
    calendar::{Calendar, Within},
    pathway::Local,
    processes::request_for_support::RequestForSupport,
};
use serde::{Deserialize, Serialize};

use crate::{
    App,
    error::{Error, Result},
    pathways::rederive,
};

/// The rules that clocks are derived by.
#[derive(Debug, Clone)]
pub struct Rules {
    pub calendar: Calendar,
    pub local: Local,
}

/// What the partnership calls itself and how it is reached.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Partnership {
    pub name: String,
    /// Whom to ring while the hub is open.
    pub hub_phone: String,
    /// Whom to ring when it is not: the Emergency Duty Team.
    pub out_of_hours_phone: String,
    /// The hub's hours, in words.
    pub hub_hours: String,
    /// The threshold document that decisions are made by, with its version.
    pub thresholds: String,
}

impl Partnership {
    /// The invented partnership of the demo.
    pub fn demo() -> Self {
        Self {
            name: "Seaholme Safeguarding Children Partnership".into(),
            hub_phone: "01632 960 100".into(),
            out_of_hours_phone: "01632 960 199".into(),
            hub_hours: "Monday to Thursday 9am to 5pm, Friday 9am to 4:30pm".into(),
            thresholds: "Working Well with Children and Families, demo edition 1".into(),
        }
    }
}

/// The rules as they stand in the database.
///
/// # Errors
/// When the database does, or a stored list can't be read.
pub async fn rules(db: &impl Runs) -> Result<Rules> {
    #[derive(Row)]
    struct List {
        version: i64,
        text: String,
    }
    #[derive(Row)]
    struct Length {
        code: String,
        within: String,
        from_on: On,
    }
    let shipped = Calendar::shipped().map_err(|e| Error::fault("reading the calendar", e))?;
    let list: Option<List> = db
        .one("SELECT version, text FROM bank_holiday_list ORDER BY version DESC LIMIT 1", [])
        .await?;
    let calendar = match list {
        Some(list) => shipped
            .with_bank_holidays(&list.text, list.version)
            .map_err(|e| Error::fault("reading the bank holidays", e))?,
        None => shipped,
    };
    let lengths: Vec<Length> =
        db.all("SELECT code, within, from_on FROM local_length ORDER BY set_at, id", []).await?;
    let mut local = Local::default();
    for length in lengths {
        let within: Within = serde_json::from_str(&length.within)?;
        let duty = duty(&length.code)
            .ok_or_else(|| Error::fault("reading a local length", &length.code))?;
        local
            .set(duty, within, length.from_on.0)
            .map_err(|e| Error::fault("reading a local length", e))?;
    }
    Ok(Rules { calendar, local })
}

fn duty(
    code: &str,
) -> Option<&'static practice::pathway::Duty<practice::processes::request_for_support::Event>> {
    use practice::pathway::Process;
    RequestForSupport::DUTIES.iter().find(|d| d.code == code)
}

/// The partnership's record in force; the demo's when none was set.
///
/// # Errors
/// When the database does.
pub async fn partnership(db: &impl Runs) -> Result<Partnership> {
    #[derive(Row)]
    struct Stored {
        body: String,
    }
    let stored: Option<Stored> =
        db.one("SELECT body FROM partnership ORDER BY version DESC LIMIT 1", []).await?;
    stored.map_or_else(|| Ok(Partnership::demo()), |s| Ok(serde_json::from_str(&s.body)?))
}

/// Takes up a new list of bank holidays and computes every open clock again. What a clock said
/// before is kept.
///
/// # Errors
/// When the list can't be read; then nothing changes.
pub async fn load_bank_holidays(app: &App, text: String) -> Result<rederive::Report> {
    let version = app.rules().calendar.version() + 1;
    app.rules()
        .calendar
        .with_bank_holidays(&text, version)
        .map_err(|e| Error::refusal(e.to_string()))?;
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            async move {
                tx.run(
                    "INSERT INTO bank_holiday_list (version, text, loaded_at) VALUES ($1, $2, $3)",
                    [version.into(), text.into(), At(now).into()],
                )
                .await?;
                Ok::<_, Error>(())
            }
            .boxed()
        })
        .await?;
    app.set_rules(Arc::new(rules(&app.db.reads()).await?));
    rederive::rewrite(app).await
}
