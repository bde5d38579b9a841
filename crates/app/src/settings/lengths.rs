//! The partnership's own lengths of duties, each from a day on. A length is tightened for clocks
//! that start later; it refuses to touch one that already runs, and to loosen law or guidance.

use platform::db::{At, On, Row, Runs, sea_orm};
use practice::{
    calendar::{Day, Within, day_of},
    pathway::{DutyCard, Local},
    processes::{self, PROCESSES},
};
use serde::Serialize;
use uuid::Uuid;

use super::in_force;
use crate::{
    access::Action,
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
};

/// Gives a duty another length from a day on.
#[derive(Debug, Serialize)]
pub struct SetLength {
    /// The duty's code.
    pub code: String,
    pub n: u32,
    /// One of [`Within::UNITS`].
    pub unit: String,
    /// The first day on which a clock that starts takes this length.
    pub from: Day,
}

impl Change for SetLength {
    type Made = ();
    const WHAT: &'static str = "settings:length";
    const ACTION: Action = Action::SetLocalRules;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let today = day_of(pen.now);
        let duty = processes::duty(&self.code, &Local::default(), today)
            .ok_or_else(|| Error::refusal("Choose what the length is for"))?;
        let within = duty
            .allowed
            .with_length(self.n, &self.unit)
            .ok_or_else(|| Error::refusal("Enter a number from 1 to 1000, and choose its unit"))?;
        if self.from <= today {
            return Err(Error::refusal(
                "The first day must be after today: a clock that already runs keeps the length \
                 that it started with",
            ));
        }
        Local::default()
            .set(&duty, within, self.from)
            .map_err(|e| Error::refusal(e.to_string()))?;
        pen.journal(Self::WHAT, &[], &serde_json::to_vec(&self)?).await?;
        pen.tx
            .run(
                "INSERT INTO local_length (id, code, within, from_on, set_at, set_by) \
                 VALUES ($1, $2, $3, $4, $5, $6)",
                [
                    Uuid::now_v7().into(),
                    self.code.into(),
                    serde_json::to_string(&within)?.into(),
                    On(self.from).into(),
                    At(pen.now).into(),
                    pen.actor.staff().map(|s| s.0).into(),
                ],
            )
            .await?;
        Ok(())
    }
}

/// A look at every duty's length and its history.
#[derive(Debug)]
pub struct OpenLengths;

/// The lengths in force and those that were set.
#[derive(Debug)]
pub struct Lengths {
    pub duties: Vec<DutyCard>,
    /// Newest first.
    pub set: Vec<Set>,
    /// The last day of the list of bank holidays, when that comes within twelve months.
    pub list_ends: Option<Day>,
}

/// A length that somebody set.
#[derive(Debug)]
pub struct Set {
    pub code: String,
    pub within: Within,
    pub from: Day,
    pub at: jiff::Timestamp,
    pub by: Option<String>,
}

impl Look for OpenLengths {
    type Seen = Lengths;
    const WHAT: &'static str = "settings:lengths";
    const ACTION: Action = Action::SetLocalRules;

    async fn see(self, glass: &Glass<'_>) -> Result<(Lengths, Vec<Uuid>)> {
        #[derive(Row)]
        struct Stored {
            code: String,
            within: String,
            from_on: On,
            set_at: At,
            set_by: Option<String>,
        }
        let rules = in_force(glass.app, &glass.db).await?;
        let today = day_of(glass.app.clock.now());
        let stored: Vec<Stored> = glass
            .db
            .all(
                "SELECT l.code, l.within, l.from_on, l.set_at, s.name AS set_by \
                 FROM local_length l LEFT JOIN staff s ON s.id = l.set_by \
                 ORDER BY l.set_at DESC, l.id DESC",
                [],
            )
            .await?;
        let set = stored.into_iter().map(|row| {
            let within = serde_json::from_str(&row.within)?;
            Ok(Set {
                code: row.code,
                within,
                from: row.from_on.0,
                at: row.set_at.0,
                by: row.set_by,
            })
        });
        let duties = PROCESSES.iter().flat_map(|p| p.duties(&rules.local, today)).collect();
        let list_ends = rules.calendar().list_ends_soon(today);
        Ok((Lengths { duties, set: set.collect::<Result<_>>()?, list_ends }, Vec::new()))
    }
}
