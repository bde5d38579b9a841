//! What a privacy officer sees of looks that stood out, and what they record of each. The policies
//! decide for each row: it is for another's looks, in the officer's own agency, or in one without an
//! officer for the hub manager who stands in. The child has a name
//! that stands here alone (`known_as`), by which those in the hub find the record who may see it. A
//! row about somebody restricted, or from whom the officer is kept away, is like every other: it must
//! be asked about, since curiosity goes there first. What stood out by what the child is, such as
//! the looker's own family name, is left out of it, since it would say whose child has a record.

use std::ops::RangeInclusive;

use need_to_know::unusual::{Finding, Who, Whom};
use platform::db::{At, On, Row, Runs, sea_orm};
use practice::calendar::{Day, day_of};
use serde::Serialize;
use uuid::Uuid;

use super::{REASON, sealed, unseal, unsealed};
use crate::{
    access::{Action, Scope, officers::Officers},
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::{AgencyId, StaffId},
    limits::{TEXT, filled},
    people::hidden,
};

/// What came of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    InOrder,
    AskManager,
    Incident,
}

impl Outcome {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::InOrder, Self::AskManager, Self::Incident];

    /// The stored form.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::InOrder => "in-order",
            Self::AskManager => "ask-manager",
            Self::Incident => "incident",
        }
    }

    /// What people read.
    pub const fn says(self) -> &'static str {
        match self {
            Self::InOrder => "In order: there was a reason to look",
            Self::AskManager => "Ask the person’s manager",
            Self::Incident => "Begin the agency’s procedure for a breach of confidentiality",
        }
    }

    /// The one of that stored form.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.slug() == slug)
    }
}

/// A look at the rows that are to be asked about.
#[derive(Debug)]
pub struct OpenRows;

/// The rows, and how many wait for a day of their own.
#[derive(Debug)]
pub struct Rows {
    pub rows: Vec<Seen>,
    pub waiting: i64,
    /// The last day over which the rules were run.
    pub until: Option<On>,
}

/// One row.
#[derive(Debug)]
pub struct Seen {
    pub reference: String,
    pub who: String,
    /// Their job, and where they work.
    pub job: String,
    /// What the child is called here; none where it is about many.
    pub child: Option<String>,
    pub shown_on: On,
    /// What was found, the strangest first. Of a child who is hidden from the asker, nothing that
    /// tells of the child; it may be nothing at all.
    pub findings: Vec<Finding>,
    pub settled: Option<Settled>,
}

/// What was recorded of a row.
#[derive(Debug)]
pub struct Settled {
    pub outcome: Outcome,
    pub reason: String,
    pub at: At,
    pub by: String,
}

/// A row as it is stored, with whose looks it is about.
#[derive(Row)]
struct Stored {
    id: Uuid,
    reference: String,
    agency_id: AgencyId,
    staff_id: StaffId,
    person_id: Option<Uuid>,
    who: String,
    job: String,
    known_as: Option<String>,
    is_hidden: bool,
    shown_on: On,
    sealed: Vec<u8>,
    outcome: Option<String>,
    sealed_reason: Option<Vec<u8>>,
    settled_at: Option<At>,
    settled_by: Option<String>,
}

/// The rows that are shown, as the text of a query that can go on, for the asker who is the first
/// value. A child is hidden from them whatever account of theirs is, or was.
fn stored() -> String {
    format!(
        "SELECT u.id, u.reference, u.agency_id, u.staff_id, u.person_id, s.name AS who, s.job || ', ' || g.name AS job, \
         u.known_as, EXISTS (SELECT 1 FROM account_link l WHERE l.person_id = u.person_id \
         AND l.account_id IN ({})) AS is_hidden, u.shown_on, u.sealed, u.outcome, \
         u.sealed_reason, u.settled_at, b.name AS settled_by FROM unusual_access u \
         JOIN staff s ON s.id = u.staff_id JOIN agency g ON g.id = u.agency_id LEFT JOIN staff b ON b.id = u.settled_by \
         WHERE u.shown_on IS NOT NULL",
        hidden::accounts(1)
    )
}

impl Stored {
    fn seen(self, glass: &Glass<'_>) -> Result<Seen> {
        let keys = &glass.app.keys;
        let who = Who(self.staff_id.0.as_u128());
        let child = self.person_id.map(|person| Whom(person.as_u128()));
        let mut findings = unseal(keys, self.id, who, child, self.sealed)?;
        findings.retain(|found| !(self.is_hidden && found.rule.tells_of_the_child()));
        let settled = match (self.outcome, self.sealed_reason, self.settled_at, self.settled_by) {
            (Some(outcome), Some(reason), Some(at), Some(by)) => {
                let reason = unsealed(keys, REASON, self.id, reason)?;
                let reason = String::from_utf8_lossy(&reason).into_owned();
                let outcome = Outcome::of_slug(&outcome)
                    .ok_or_else(|| Error::fault("reading an outcome", &outcome))?;
                Some(Settled { outcome, reason, at, by })
            }
            _ => None,
        };
        let Self { reference, who, job, known_as, shown_on, .. } = self;
        Ok(Seen { reference, who, job, child: known_as, shown_on, findings, settled })
    }
}

impl Look for OpenRows {
    type Seen = Rows;
    const WHAT: &'static str = "unusual:rows";
    const ACTION: Action = Action::ReadJournal;

    async fn see(self, glass: &Glass<'_>) -> Result<(Rows, Vec<Uuid>)> {
        #[derive(Row)]
        struct Waiting {
            agency_id: AgencyId,
            staff_id: StaffId,
            rows: i64,
        }
        #[derive(Row)]
        struct Until {
            until: Option<On>,
        }
        let text = format!("{} AND u.outcome IS NULL ORDER BY u.shown_on, u.id", stored());
        let mut stored: Vec<Stored> = glass.db.all(&text, [glass.scope.own().into()]).await?;
        let officers = Officers::on(&glass.db, day_of(glass.scope.now()?)).await?;
        stored.retain(|row| {
            glass.scope.ask_about(&officers.looks_of(row.agency_id, row.staff_id)).is_ok()
        });
        let subjects = stored.iter().map(|row| row.id).collect();
        let rows = stored.into_iter().map(|row| row.seen(glass)).collect::<Result<_>>()?;
        // Their own are not counted either: that a number grew would tell them.
        let text = "SELECT agency_id, staff_id, count(*) AS rows FROM unusual_access \
            WHERE shown_on IS NULL GROUP BY agency_id, staff_id";
        let waiting: Vec<Waiting> = glass.db.all(text, []).await?;
        let is_theirs = |of: &&Waiting| {
            glass.scope.ask_about(&officers.looks_of(of.agency_id, of.staff_id)).is_ok()
        };
        let waiting = waiting.iter().filter(is_theirs).map(|of| of.rows).sum();
        let text = "SELECT max(day) AS until FROM unusual_access_day";
        let until: Option<Until> = glass.db.one(text, []).await?;
        let until = until.and_then(|until| until.until);
        Ok((Rows { rows, waiting, until }, subjects))
    }
}

/// What stood out of one member of staff within some days and was shown, also what was settled: each as the
/// policies let the asker read it.
///
/// # Errors
/// When the database does.
pub async fn of_staff(
    glass: &Glass<'_>,
    officers: &Officers,
    staff: StaffId,
    days: &RangeInclusive<Day>,
) -> Result<Vec<Seen>> {
    let text = format!(
        "{} AND u.staff_id = $2 AND u.shown_on >= $3 AND u.since <= $4 ORDER BY u.shown_on, u.id",
        stored()
    );
    let values =
        [glass.scope.own().into(), staff.into(), On(*days.start()).into(), On(*days.end()).into()];
    let mut stored: Vec<Stored> = glass.db.all(&text, values).await?;
    stored.retain(|row| {
        glass.scope.ask_about(&officers.looks_of(row.agency_id, row.staff_id)).is_ok()
    });
    stored.into_iter().map(|row| row.seen(glass)).collect()
}

/// A look at one row.
#[derive(Debug)]
pub struct OpenRow {
    pub reference: String,
}

impl Look for OpenRow {
    type Seen = Seen;
    const WHAT: &'static str = "unusual:row";
    const ACTION: Action = Action::ReadJournal;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Seen, Vec<Uuid>)> {
        let stored = find(&glass.db, &glass.scope, &self.reference).await?;
        let id = stored.id;
        Ok((stored.seen(glass)?, vec![id]))
    }
}

async fn find(db: &impl Runs, scope: &Scope, reference: &str) -> Result<Stored> {
    let text = format!("{} AND u.reference = $2", stored());
    let stored: Option<Stored> = db.one(&text, [scope.own().into(), reference.into()]).await?;
    let stored = stored.ok_or(Error::NotFound)?;
    let officers = Officers::on(db, day_of(scope.now()?)).await?;
    scope.ask_about(&officers.looks_of(stored.agency_id, stored.staff_id))?;
    Ok(stored)
}

/// Records what came of a row.
#[derive(Debug, Serialize)]
pub struct Settle {
    pub reference: String,
    /// The stored form of the outcome.
    pub outcome: String,
    pub reason: String,
}

impl Change for Settle {
    type Made = ();
    const WHAT: &'static str = "unusual:settle";
    const ACTION: Action = Action::ReviewLooks;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let stored = find(pen.tx, &pen.scope, &self.reference).await?;
        let outcome = Outcome::of_slug(&self.outcome)
            .ok_or_else(|| Error::refusal("Choose what came of it"))?;
        filled(&self.reason, TEXT, "Enter why")?;
        if stored.outcome.is_some() {
            return Err(Error::Stale);
        }
        // About the row alone: the journal's entry names neither the person nor the child.
        pen.journal(Self::WHAT, &[stored.id], &serde_json::to_vec(&self)?).await?;
        let reason = sealed(&pen.app.keys, REASON, stored.id, self.reason.trim().as_bytes())?;
        pen.tx
            .run(
                "UPDATE unusual_access SET outcome = $1, sealed_reason = $2, settled_at = $3, \
                 settled_by = $4 WHERE id = $5",
                [
                    outcome.slug().into(),
                    reason.into(),
                    At(pen.now).into(),
                    pen.actor.id().into(),
                    stored.id.into(),
                ],
            )
            .await?;
        Ok(())
    }
}
