//! Local choice: the partnership's own record of names, numbers and hours, the lists of bank
//! holidays and term dates, and the local lengths of duties. Each is kept with its history; a clock keeps what it
//! said. It refuses to loosen what law or guidance sets.

pub mod bank_holidays;
pub mod lengths;
pub mod lists;
pub mod pages;
pub mod partnership;
pub mod term_dates;
mod withdrawing;

use std::sync::Arc;

use jiff::Timestamp;
use platform::db::{At, On, Row, Runs, sea_orm};
use practice::{
    calendar::{Calendar, Calendars, Within, day_of},
    pathway::Local,
    processes,
};

use crate::{
    App,
    error::{Error, Result},
};
pub use partnership::Partnership;
use partnership::Records;

/// The rules that clocks are derived by, and what else the partnership has chosen.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Every list of bank holidays and term dates, with the moment from which it counted.
    pub calendars: Calendars,
    /// The partnership's own lengths.
    pub local: Local,
    records: Records,
    versions: Versions,
}

impl Rules {
    /// The calendar in force.
    pub fn calendar(&self) -> &Calendar {
        self.calendars.newest()
    }

    /// What must be said of a running clock of that duty with that limit, where it lies beyond the
    /// list of bank holidays in force.
    pub fn caveat(&self, code: &str, limit: Timestamp) -> Option<String> {
        let on = day_of(limit);
        let duty = processes::duty(code, &self.local, on)?;
        self.calendar().caveat(&duty.within, on, on)
    }

    /// The partnership's record in force at that moment.
    pub fn partnership(&self, now: Timestamp) -> Arc<Partnership> {
        self.records.at(now)
    }
}

/// What the tables of settings had come to when they were read: cheap to ask, so that a server
/// takes up what another process has set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Row)]
struct Versions {
    list: i64,
    terms: i64,
    lengths: i64,
    record: i64,
    withdrawn: i64,
}

impl Versions {
    async fn now(db: &impl Runs) -> Result<Self> {
        db.one(
            "SELECT (SELECT coalesce(max(version), 0) FROM bank_holiday_list) AS list, \
             (SELECT coalesce(max(version), 0) FROM term_date_list) AS terms, \
             (SELECT count(*) FROM local_length) AS lengths, \
             (SELECT coalesce(max(version), 0) FROM partnership) AS record, \
             (SELECT count(withdrawn_at) FROM local_length) \
               + (SELECT count(withdrawn_at) FROM partnership) AS withdrawn",
            [],
        )
        .await?
        .ok_or_else(|| Error::fault("reading the settings", "no versions"))
    }
}

/// The rules as they stand in the database.
///
/// # Errors
/// When the database does, or a stored list can't be read.
pub async fn rules(db: &impl Runs) -> Result<Rules> {
    let versions = Versions::now(db).await?;
    let (calendars, local) = (calendars(db).await?, local(db).await?);
    Ok(Rules { calendars, local, records: partnership::records(db).await?, versions })
}

/// The rules in force, read again when another process has changed them meanwhile.
///
/// Whoever derives rows asks here inside the transaction, after its first entry in the journal:
/// the head of the journal makes changes wait for each other, so no row is derived by rules that
/// a change before it has replaced.
///
/// # Errors
/// As [`rules`].
pub async fn in_force(app: &App, db: &impl Runs) -> Result<Arc<Rules>> {
    let known = app.rules();
    if Versions::now(db).await? == known.versions {
        return Ok(known);
    }
    // Not kept: what a transaction has not committed yet may never be.
    Ok(Arc::new(self::rules(db).await?))
}

/// Takes up what another process has set, as it is committed.
///
/// # Errors
/// As [`rules`].
pub async fn take_up(app: &App) -> Result<()> {
    let rules = in_force(app, &app.db.reads()).await?;
    app.set_rules(rules);
    Ok(())
}

async fn calendars(db: &impl Runs) -> Result<Calendars> {
    #[derive(Row)]
    struct List {
        terms: bool,
        version: i64,
        text: String,
        loaded_at: At,
    }
    let shipped = Calendar::shipped().map_err(|e| Error::fault("reading the calendar", e))?;
    let mut calendars = Calendars::beginning_with(shipped);
    // Each list changes its own part of the calendar that was in force when it came.
    let lists: Vec<List> = db
        .all(
            "SELECT false AS terms, version, text, loaded_at FROM bank_holiday_list \
             UNION ALL SELECT true AS terms, version, text, loaded_at FROM term_date_list \
             ORDER BY loaded_at, terms, version",
            [],
        )
        .await?;
    for list in lists {
        let before = calendars.newest();
        let calendar = if list.terms {
            before.with_term_dates(&list.text, list.version)
        } else {
            before.with_bank_holidays(&list.text, list.version)
        };
        let calendar = calendar.map_err(|e| Error::fault("reading a list of days", e))?;
        calendars.take_up(calendar, list.loaded_at.0);
    }
    Ok(calendars)
}

async fn local(db: &impl Runs) -> Result<Local> {
    #[derive(Row)]
    struct Length {
        code: String,
        within: String,
        from_on: On,
    }
    let lengths: Vec<Length> = db
        .all(
            "SELECT code, within, from_on FROM local_length WHERE withdrawn_at IS NULL \
             ORDER BY set_at, id",
            [],
        )
        .await?;
    let mut local = Local::default();
    for length in lengths {
        let within: Within = serde_json::from_str(&length.within)?;
        let duty = processes::duty(&length.code, &Local::default(), length.from_on.0)
            .ok_or_else(|| Error::fault("reading a local length", &length.code))?;
        local
            .set(&duty, within, length.from_on.0)
            .map_err(|e| Error::fault("reading a local length", e))?;
    }
    Ok(local)
}
