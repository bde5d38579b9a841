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

use super::{
    in_force,
    withdrawing::{self, Withdrawn},
};
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
    /// How many lengths were ever set, of whatever duty, as whoever sets it has seen.
    #[serde(skip)]
    pub seen: i64,
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
        if self.was_set_since(pen).await? {
            return Err(Error::Stale);
        }
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

impl SetLength {
    /// Whether somebody set a length for the same duty that this one was not made in view of. Rows
    /// are only added, so what was seen are the first so many.
    async fn was_set_since(&self, pen: &Pen<'_>) -> Result<bool> {
        #[derive(Row)]
        struct SetSince {
            code: String,
        }
        let text = "SELECT code FROM local_length ORDER BY set_at, id LIMIT $1 OFFSET $2";
        let since: Vec<SetSince> =
            pen.tx.all(text, [i64::from(i32::MAX).into(), self.seen.max(0).into()]).await?;
        Ok(since.iter().any(|set| set.code == self.code))
    }
}

/// Takes back what was set for a day that has not come: everything that was set for that duty and
/// day, so that nothing older comes back unseen.
#[derive(Debug, Serialize)]
pub struct WithdrawLength {
    /// The duty's code.
    pub code: String,
    /// The day from which it was to count.
    pub from: Day,
    /// How many times it was set, as whoever withdraws it has seen.
    pub standing: i64,
    pub why: String,
}

impl Change for WithdrawLength {
    type Made = ();
    const WHAT: &'static str = "settings:withdraw-length";
    const ACTION: Action = Action::SetLocalRules;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        if self.from <= day_of(pen.now) {
            return Err(Error::refusal(
                "It counts already. Set another length from a later day instead",
            ));
        }
        withdrawing::reason(&self.why)?;
        pen.journal(Self::WHAT, &[], &serde_json::to_vec(&self)?).await?;
        let [at, by, why] = withdrawing::mark(pen, self.why);
        let withdrawn = pen
            .tx
            .run(
                "UPDATE local_length SET withdrawn_at = $1, withdrawn_by = $2, withdrawn_why = $3 \
                 WHERE code = $4 AND from_on = $5 AND withdrawn_at IS NULL",
                [at, by, why, self.code.into(), On(self.from).into()],
            )
            .await?;
        withdrawing::as_seen(withdrawn.rows_affected(), self.standing)
    }
}

/// A look at every duty's length and its history.
#[derive(Debug)]
pub struct OpenLengths;

/// The lengths in force and those that were set.
#[derive(Debug)]
pub struct Lengths {
    pub duties: Vec<DutyCard>,
    /// What is to count from a later day, a line for each duty and day.
    pub later: Vec<Later>,
    /// Newest first.
    pub set: Vec<Set>,
    /// The last day of the list of bank holidays, when that comes within twelve months.
    pub list_ends: Option<Day>,
}

/// A length that is to count from a later day.
#[derive(Debug)]
pub struct Later {
    pub code: String,
    pub within: Within,
    pub from: Day,
    /// How many times it was set for that day; the last one counts.
    pub standing: i64,
}

/// A length that somebody set.
#[derive(Debug)]
pub struct Set {
    pub code: String,
    pub within: Within,
    pub from: Day,
    pub at: jiff::Timestamp,
    pub by: Option<String>,
    pub withdrawn: Option<Withdrawn>,
}

/// What was set for later, of what was set, newest first.
fn later(set: &[Set], today: Day) -> Vec<Later> {
    let mut later: Vec<Later> = Vec::new();
    for one in set.iter().filter(|s| s.withdrawn.is_none() && s.from > today) {
        match later.iter_mut().find(|l| l.code == one.code && l.from == one.from) {
            Some(known) => known.standing += 1,
            None => later.push(Later {
                code: one.code.clone(),
                within: one.within,
                from: one.from,
                standing: 1,
            }),
        }
    }
    later
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
            withdrawn_at: Option<At>,
            withdrawn_by: Option<String>,
            withdrawn_why: Option<String>,
        }
        let rules = in_force(glass.app, &glass.db).await?;
        let today = day_of(glass.app.clock.now());
        let stored: Vec<Stored> = glass
            .db
            .all(
                "SELECT l.code, l.within, l.from_on, l.set_at, s.name AS set_by, \
                 l.withdrawn_at, w.name AS withdrawn_by, l.withdrawn_why \
                 FROM local_length l LEFT JOIN staff s ON s.id = l.set_by \
                 LEFT JOIN staff w ON w.id = l.withdrawn_by \
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
                withdrawn: Withdrawn::of(row.withdrawn_at, row.withdrawn_by, row.withdrawn_why),
            })
        });
        let set: Vec<Set> = set.collect::<Result<_>>()?;
        let duties = PROCESSES.iter().flat_map(|p| p.duties(&rules.local, today)).collect();
        let later = later(&set, today);
        let list_ends = rules.calendar().list_ends_soon(today);
        Ok((Lengths { duties, later, set, list_ends }, Vec::new()))
    }
}
