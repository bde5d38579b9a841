//! The hub looks at what staff declared of whom they know, and says what came of it: never at what
//! one declared oneself. What was looked at is shown to nobody any more. Who is kept away, and from
//! whom, stands with the person, where only those read it who may know of the person.

use jiff::{Timestamp, ToSpan};
use platform::db::{At, On, Row, Runs, Table, Value, sea_orm};
use practice::calendar::{day_of, start_of};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    declarations::{AGAIN_AFTER_MONTHS, Known},
    hidden,
};
use crate::{
    access::{Action, Scope, policies},
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::StaffId,
    limits::{REASON, filled},
};

/// How many are listed: the oldest, so that none waits for ever behind newer ones.
pub const MOST: usize = 50;

/// What an outcome is sealed for, in the key's derivation.
const OUTCOME: &str = "declaration-outcome";

pub(super) const SAY_WHY: &str = "Enter how you looked, and why this came of it";

const TABLE: Table<4> =
    Table::new("declaration_outcome", ["declaration_id", "sealed", "looked_at", "looked_by"]);

/// The condition that a declaration `d` waits: that nobody looked at it yet, or that a request came since
/// which names somebody who may be one of those declared, and is not hidden from the asker, `$1`.
fn waits() -> String {
    format!(
        "(NOT EXISTS (SELECT 1 FROM declaration_outcome o WHERE o.declaration_id = d.id) OR {})",
        came_since()
    )
}

fn came_since() -> String {
    format!(
        "EXISTS (SELECT 1 FROM declaration_again g \
         JOIN declaration_outcome o ON o.declaration_id = g.declaration_id \
         WHERE g.declaration_id = d.id AND g.looked_at IS NULL AND g.contact_id NOT IN ({}))",
        hidden::contacts(1)
    )
}

/// What came of a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// They are kept away from everybody named who is on record.
    KeptAway,
    /// Nobody who was named is on record.
    NobodyOnRecord,
    /// Somebody is on record, and nobody need be kept away.
    NoNeed,
}

impl Outcome {
    /// Each, as a form sends it and as it is read.
    pub const ALL: [(Self, &'static str, &'static str); 3] = [
        (
            Self::KeptAway,
            "kept-away",
            "They are now kept away from everybody named who is on record",
        ),
        (Self::NobodyOnRecord, "nobody", "Nobody who was named is on record"),
        (Self::NoNeed, "no-need", "Somebody is on record, and they need not be kept away"),
    ];

    /// The outcome that a form sends so.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, sent, _)| *sent == slug).map(|(outcome, ..)| outcome)
    }
}

/// A declaration that nobody has looked at.
#[derive(Debug, Clone, Row)]
pub struct Waits {
    id: Uuid,
    pub reference: String,
    staff_id: StaffId,
    pub who: String,
    pub agency: String,
    pub declared_at: At,
}

/// A look at the declarations that nobody has looked at.
#[derive(Debug)]
pub struct ConflictsToLookAt;

/// The declarations that the asker may look at, oldest first.
#[derive(Debug)]
pub struct ToLookAt {
    /// At most [`MOST`].
    pub waits: Vec<Waits>,
    /// Whether there are more.
    pub more: bool,
}

/// Somebody of whom nobody knows whom they know.
#[derive(Debug, Clone, Row)]
pub struct Undeclared {
    pub agency: String,
    pub who: String,
}

/// How many are listed who have not declared.
pub const MOST_UNDECLARED: usize = 200;

/// A look at who has not declared for a year, or ever.
#[derive(Debug)]
pub struct WhoHasNotDeclared;

/// They, by agency: the first [`MOST_UNDECLARED`] by name, and how many there are of each.
#[derive(Debug)]
pub struct NotDeclared {
    pub who: Vec<Undeclared>,
    pub counts: Vec<(String, i64)>,
}

impl Look for WhoHasNotDeclared {
    type Seen = NotDeclared;
    const WHAT: &'static str = "conflicts:undeclared";
    const ACTION: Action = Action::LookAtConflicts;

    async fn see(self, glass: &Glass<'_>) -> Result<(NotDeclared, Vec<Uuid>)> {
        #[derive(Row)]
        struct Count {
            agency: String,
            rows: i64,
        }
        let today = day_of(glass.app.clock.now());
        let since = start_of(today.saturating_sub(AGAIN_AFTER_MONTHS.months()));
        let from = "FROM staff s JOIN agency a ON a.id = s.agency_id \
            WHERE s.joined_on <= $1 AND (s.left_on IS NULL OR s.left_on > $1) AND NOT EXISTS \
            (SELECT 1 FROM declaration d WHERE d.staff_id = s.id AND d.declared_at >= $2)";
        let text = format!(
            "SELECT a.name AS agency, s.name AS who {from} \
             ORDER BY a.name, s.name, s.id LIMIT {MOST_UNDECLARED}"
        );
        let values = || [On(today).into(), At(since).into()];
        let who = glass.db.all(&text, values()).await?;
        let text = format!(
            "SELECT a.name AS agency, count(*) AS rows {from} GROUP BY a.name ORDER BY a.name"
        );
        let counts: Vec<Count> = glass.db.all(&text, values()).await?;
        let counts = counts.into_iter().map(|of| (of.agency, of.rows)).collect();
        Ok((NotDeclared { who, counts }, Vec::new()))
    }
}

impl Look for ConflictsToLookAt {
    type Seen = ToLookAt;
    const WHAT: &'static str = "conflicts:to-look-at";
    const ACTION: Action = Action::LookAtConflicts;

    async fn see(self, glass: &Glass<'_>) -> Result<(ToLookAt, Vec<Uuid>)> {
        let text = format!(
            "SELECT d.id, d.reference, d.staff_id, s.name AS who, a.name AS agency, d.declared_at \
             FROM declaration d JOIN staff s ON s.id = d.staff_id \
             JOIN agency a ON a.id = s.agency_id \
             WHERE d.sealed IS NOT NULL AND d.staff_id <> $1 AND {} \
             ORDER BY d.declared_at, d.id LIMIT {}",
            waits(),
            MOST + 1
        );
        let mut waits: Vec<Waits> = glass.db.all(&text, [glass.scope.own().into()]).await?;
        let more = waits.len() > MOST;
        waits.truncate(MOST);
        for one in &waits {
            ask(&glass.scope, one.id, one.staff_id)?;
        }
        let subjects = waits.iter().map(|one| one.id).collect();
        Ok((ToLookAt { waits, more }, subjects))
    }
}

/// Asks the policies about a declaration.
fn ask(scope: &Scope, id: Uuid, declarer: StaffId) -> Result<()> {
    scope.ask_about(&policies::declaration(id, declarer.0))
}

/// A look at one declaration.
#[derive(Debug)]
pub struct OpenDeclaration {
    /// Its reference.
    pub reference: String,
}

/// A declaration, for whoever looks at it.
#[derive(Debug)]
pub struct Opened {
    pub reference: String,
    pub who: String,
    pub email: String,
    pub job: String,
    pub agency: String,
    pub declared_at: At,
    pub known: Known,
    /// Whether a request came since somebody looked that names one who may be among them.
    pub came_since: bool,
    /// When it was opened.
    pub opened_at: Timestamp,
}

impl Look for OpenDeclaration {
    type Seen = Opened;
    const WHAT: &'static str = "conflicts:open";
    const ACTION: Action = Action::LookAtConflicts;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Opened, Vec<Uuid>)> {
        let found = find(&glass.db, &glass.scope, &self.reference).await?;
        let Found { id, who, email, job, agency, declared_at, sealed, came_since, .. } = found;
        let known = Known::unsealed(&glass.app.keys, id, sealed)?;
        let reference = self.reference;
        let opened_at = glass.app.clock.now();
        let opened = Opened {
            reference,
            who,
            email,
            job,
            agency,
            declared_at,
            known,
            came_since,
            opened_at,
        };
        Ok((opened, vec![id]))
    }
}

#[derive(Row)]
struct Found {
    id: Uuid,
    staff_id: StaffId,
    who: String,
    email: String,
    job: String,
    agency: String,
    declared_at: At,
    sealed: Vec<u8>,
    came_since: bool,
}

/// A declaration that nobody has looked at yet, and that the asker may look at.
async fn find(db: &impl Runs, scope: &Scope, reference: &str) -> Result<Found> {
    let found: Option<Found> = db
        .one(
            &format!(
                "SELECT d.id, d.staff_id, s.name AS who, s.email, s.job, a.name AS agency, \
                 d.declared_at, d.sealed, {} AS came_since FROM declaration d \
                 JOIN staff s ON s.id = d.staff_id JOIN agency a ON a.id = s.agency_id \
                 WHERE d.reference = $2 AND d.sealed IS NOT NULL AND {}",
                came_since(),
                waits()
            ),
            [scope.own().into(), reference.into()],
        )
        .await?;
    let found = found.ok_or(Error::NotFound)?;
    ask(scope, found.id, found.staff_id)?;
    Ok(found)
}

/// Says what came of a declaration. Whoever declared it is told nothing.
#[derive(Debug)]
pub struct LookedAt {
    /// The declaration's reference.
    pub declaration: String,
    pub outcome: Outcome,
    /// How it was looked for, and why this came of it; may be empty where they are kept away, as
    /// the reason stands there.
    pub reason: String,
    /// When the page was opened from which it was said.
    pub opened_at: Timestamp,
}

/// What is sealed of it.
#[derive(Serialize)]
struct Said<'a> {
    outcome: Outcome,
    reason: &'a str,
}

impl Change for LookedAt {
    type Made = ();
    const WHAT: &'static str = "conflicts:looked-at";
    const ACTION: Action = Action::LookAtConflicts;

    fn asked(&self) -> String {
        self.declaration.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let found = find(pen.tx, &pen.scope, &self.declaration).await?;
        match self.outcome {
            Outcome::KeptAway if !is_kept_from_somebody(pen.tx, found.staff_id).await? => {
                return Err(Error::beside(
                    "outcome",
                    "They are kept away from nobody yet. Find the person first, and keep them away",
                ));
            }
            Outcome::KeptAway => REASON.keep(&self.reason)?,
            Outcome::NobodyOnRecord | Outcome::NoNeed => filled(&self.reason, REASON, SAY_WHY)?,
        }
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        let said = serde_json::to_vec(&Said { outcome: self.outcome, reason: self.reason.trim() })?;
        let sealed = pen
            .app
            .keys
            .seal(OUTCOME, found.id.as_bytes(), &said)
            .map_err(|e| Error::fault("sealing an outcome", e))?;
        let row: [Value; 4] =
            [found.id.into(), sealed.0.clone().into(), At(pen.now).into(), by.into()];
        // What came of it before stands in the journal.
        let again = "UPDATE declaration_outcome SET sealed = $2, looked_at = $3, looked_by = $4 \
            WHERE declaration_id = $1";
        if pen.tx.run(again, row.clone()).await?.rows_affected() == 0 {
            pen.tx.insert(&TABLE, row).await?;
        }
        // What is hidden from whoever looked, or came since they opened the page, waits for somebody.
        let looked = format!(
            "UPDATE declaration_again SET looked_at = $2 WHERE declaration_id = $3 \
             AND looked_at IS NULL AND came_at <= $4 AND contact_id NOT IN ({})",
            hidden::contacts(1)
        );
        let values: [Value; 4] =
            [by.into(), At(pen.now).into(), found.id.into(), At(self.opened_at).into()];
        pen.tx.run(&looked, values).await?;
        pen.journal(Self::WHAT, &[found.id], &sealed.0).await?;
        Ok(())
    }
}

/// Whether anything keeps them away from anybody now: it catches the slip of saying that they are
/// kept away before it was done. From whom is for people to judge.
async fn is_kept_from_somebody(db: &impl Runs, staff: StaffId) -> Result<bool> {
    #[derive(Row)]
    struct Standing {
        rows: i64,
    }
    let text = "SELECT count(*) AS rows FROM exclusion WHERE staff_id = $1 AND lifted_at IS NULL";
    let standing: Option<Standing> = db.one(text, [staff.into()]).await?;
    Ok(standing.is_some_and(|standing| standing.rows > 0))
}
