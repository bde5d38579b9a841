//! Proposing what is to be destroyed, taking it back, and what is left once it was: the certificate.

use platform::db::{At, On, Row, Runs, Table, sea_orm};
use practice::{calendar::day_of, retention::Class};
use uuid::Uuid;

use super::due::{self, After, Due};
use crate::{
    access::{Action, Scope, policies},
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::{ContactId, StaffId, reference},
    people::hidden,
};

pub(super) const DISPOSAL: Table<4> =
    Table::new("disposal", ["id", "reference", "proposed_at", "proposed_by"]);
pub(super) const ITEM: Table<6> = Table::new(
    "disposal_item",
    ["disposal_id", "contact_id", "reference", "class", "received_on", "kept_until"],
);

/// How many disposals are listed: the newest.
const MOST_DISPOSALS: usize = 100;

/// A look at what need not be kept any longer, and at what was proposed and destroyed.
#[derive(Debug)]
pub struct OpenRetention {
    /// From where on.
    pub after: Option<After>,
}

/// What need not be kept any longer, and what came of that before.
#[derive(Debug)]
pub struct Retention {
    pub due: Vec<Due>,
    /// From where to look further, where there may be more.
    pub further: Option<After>,
    pub disposals: Vec<Listed>,
}

/// A disposal in a list.
#[derive(Debug, Clone, Row)]
pub struct Listed {
    pub reference: String,
    pub proposed_at: At,
    pub proposed_by: String,
    pub approved_at: Option<At>,
    pub withdrawn_at: Option<At>,
    pub requests: i64,
}

impl Look for OpenRetention {
    type Seen = Retention;
    const WHAT: &'static str = "retention:due";
    const ACTION: Action = Action::DisposeOfRecords;

    async fn see(self, glass: &Glass<'_>) -> Result<(Retention, Vec<Uuid>)> {
        let today = day_of(glass.app.clock.now());
        let (due, further) = due::all(&glass.db, today, self.after).await?;
        let text = format!(
            "SELECT d.reference, d.proposed_at, s.name AS proposed_by, d.approved_at, \
             d.withdrawn_at, (SELECT count(*) FROM disposal_item i WHERE i.disposal_id = d.id \
             AND i.contact_id NOT IN ({})) \
             AS requests FROM disposal d JOIN staff s ON s.id = d.proposed_by \
             ORDER BY d.proposed_at DESC, d.id DESC LIMIT {MOST_DISPOSALS}",
            hidden::contacts(1)
        );
        let disposals = glass.db.all(&text, [glass.scope.own().into()]).await?;
        let subjects = due.iter().map(|one| one.contact.0).collect();
        Ok((Retention { due, further, disposals }, subjects))
    }
}

/// A look at the disposals that wait for approval.
#[derive(Debug)]
pub struct DisposalsThatWait;

impl Look for DisposalsThatWait {
    /// How many there are.
    type Seen = usize;
    const WHAT: &'static str = "retention:waiting";
    const ACTION: Action = Action::DisposeOfRecords;

    async fn see(self, glass: &Glass<'_>) -> Result<(usize, Vec<Uuid>)> {
        #[derive(Row)]
        struct Waits {
            id: Uuid,
        }
        let text = "SELECT id FROM disposal WHERE approved_at IS NULL AND withdrawn_at IS NULL";
        let waits: Vec<Waits> = glass.db.all(text, []).await?;
        let subjects: Vec<_> = waits.into_iter().map(|waits| waits.id).collect();
        Ok((subjects.len(), subjects))
    }
}

/// The requests of disposals that wait for approval.
async fn waiting(db: &impl Runs) -> Result<Vec<Uuid>> {
    #[derive(Row)]
    struct Waits {
        contact_id: Uuid,
    }
    let text = "SELECT i.contact_id FROM disposal_item i JOIN disposal d ON d.id = i.disposal_id \
        WHERE d.approved_at IS NULL AND d.withdrawn_at IS NULL";
    let waits: Vec<Waits> = db.all(text, []).await?;
    Ok(waits.into_iter().map(|waits| waits.contact_id).collect())
}

/// Proposes that these requests be destroyed.
#[derive(Debug)]
pub struct Propose {
    /// Their references.
    pub requests: Vec<String>,
}

/// What is said where nothing was chosen.
pub const CHOOSE: &str = "Choose at least one request";

impl Change for Propose {
    /// The disposal's reference.
    type Made = String;
    const WHAT: &'static str = "retention:propose";
    const ACTION: Action = Action::DisposeOfRecords;

    async fn make(self, pen: &mut Pen<'_>) -> Result<String> {
        if self.requests.is_empty() {
            return Err(Error::beside("requests", CHOOSE));
        }
        if self.requests.len() > due::MOST {
            return Err(Error::beside("requests", format!("Choose at most {}", due::MOST)));
        }
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        let waiting = waiting(pen.tx).await?;
        let (id, reference) = (Uuid::now_v7(), reference());
        let row = [id.into(), reference.clone().into(), At(pen.now).into(), by.into()];
        pen.tx.insert(&DISPOSAL, row).await?;
        let mut subjects = vec![id];
        for request in &self.requests {
            let due = find_due(pen, request).await?;
            if waiting.contains(&due.contact.0) || subjects.contains(&due.contact.0) {
                return Err(Error::beside("requests", "One of these waits for approval already"));
            }
            subjects.push(due.contact.0);
            let row = [
                id.into(),
                due.contact.into(),
                due.reference.into(),
                due.class.slug().into(),
                On(due.received).into(),
                On(due.kept_until).into(),
            ];
            pen.tx.insert(&ITEM, row).await?;
        }
        pen.journal(Self::WHAT, &subjects, &[]).await?;
        Ok(reference)
    }
}

async fn find_due(pen: &Pen<'_>, request: &str) -> Result<Due> {
    #[derive(Row)]
    struct Which {
        id: ContactId,
    }
    let text = "SELECT id FROM contact WHERE reference = $1";
    let which: Option<Which> = pen.tx.one(text, [request.into()]).await?;
    let which = which.ok_or(Error::NotFound)?;
    let due = due::of_contact(pen.tx, which.id, day_of(pen.now)).await?;
    // What must be kept is answered like what is not there: it may be hidden from whoever asks.
    due.map_err(|_| Error::NotFound)
}

/// A request of a disposal.
#[derive(Debug, Clone, Row)]
pub struct Item {
    pub contact_id: Uuid,
    pub reference: String,
    pub(super) class: String,
    pub received_on: On,
    pub kept_until: On,
}

impl Item {
    /// Of what class it was.
    pub fn class(&self) -> Option<Class> {
        Class::of_slug(&self.class)
    }
}

/// A disposal.
#[derive(Debug, Clone)]
pub struct Proposed {
    pub id: Uuid,
    pub reference: String,
    pub proposed_at: At,
    pub proposed_by_id: StaffId,
    pub proposed_by: String,
    pub withdrawn_at: Option<At>,
    pub approved: Option<(At, String)>,
    /// How many rows of what went.
    pub counts: std::collections::BTreeMap<String, u64>,
    pub items: Vec<Item>,
}

#[derive(Row)]
struct Found {
    id: Uuid,
    reference: String,
    proposed_at: At,
    proposed_by_id: StaffId,
    proposed_by: String,
    withdrawn_at: Option<At>,
    approved_at: Option<At>,
    approved_by: Option<String>,
    counts: Option<String>,
}

/// The disposal of that reference, if the policies let it be reached.
async fn find(db: &impl Runs, scope: &Scope, reference: &str) -> Result<Proposed> {
    let text = "SELECT d.id, d.reference, d.proposed_at, d.proposed_by AS proposed_by_id, \
        s.name AS proposed_by, d.withdrawn_at, d.approved_at, b.name AS approved_by, d.counts \
        FROM disposal d JOIN staff s ON s.id = d.proposed_by \
        LEFT JOIN staff b ON b.id = d.approved_by WHERE d.reference = $1";
    let found: Option<Found> = db.one(text, [reference.into()]).await?;
    let found = found.ok_or(Error::NotFound)?;
    scope.ask_about(&policies::disposal(found.id, found.proposed_by_id.0))?;
    let counts = found.counts.as_deref().map(serde_json::from_str).transpose()?;
    Ok(Proposed {
        items: items(db, found.id).await?,
        id: found.id,
        reference: found.reference,
        proposed_at: found.proposed_at,
        proposed_by_id: found.proposed_by_id,
        proposed_by: found.proposed_by,
        withdrawn_at: found.withdrawn_at,
        approved: found.approved_at.zip(found.approved_by),
        counts: counts.unwrap_or_default(),
    })
}

async fn items(db: &impl Runs, disposal: Uuid) -> Result<Vec<Item>> {
    let text = "SELECT contact_id, reference, class, received_on, kept_until FROM disposal_item \
        WHERE disposal_id = $1 ORDER BY received_on, contact_id";
    Ok(db.all(text, [disposal.into()]).await?)
}

/// The requests of a disposal but for what has become hidden from whoever reads it: that can't be
/// destroyed as it is.
async fn shown(db: &impl Runs, scope: &Scope, disposal: Uuid) -> Result<Vec<Item>> {
    let text = format!(
        "SELECT contact_id, reference, class, received_on, kept_until FROM disposal_item \
         WHERE disposal_id = $1 AND contact_id NOT IN ({}) ORDER BY received_on, contact_id",
        hidden::contacts(2)
    );
    Ok(db.all(&text, [disposal.into(), scope.own().into()]).await?)
}

/// As [`find`], of one that waits for approval.
///
/// # Errors
/// A refusal where it does not.
pub(super) async fn find_open(db: &impl Runs, scope: &Scope, reference: &str) -> Result<Proposed> {
    let found = find(db, scope, reference).await?;
    if found.approved.is_some() || found.withdrawn_at.is_some() {
        return Err(Error::beside("approve", "It was destroyed or taken back already"));
    }
    Ok(found)
}

/// The ids of the requests of a disposal that waits: for whoever looks for what goes with them.
///
/// # Errors
/// When the database does.
pub(super) async fn contacts_of(db: &impl Runs, reference: &str) -> Result<Vec<Uuid>> {
    #[derive(Row)]
    struct Which {
        contact_id: Uuid,
    }
    let text = "SELECT i.contact_id FROM disposal_item i JOIN disposal d ON d.id = i.disposal_id \
        WHERE d.reference = $1 AND d.approved_at IS NULL AND d.withdrawn_at IS NULL \
        ORDER BY i.received_on, i.contact_id";
    let which: Vec<Which> = db.all(text, [reference.into()]).await?;
    Ok(which.into_iter().map(|which| which.contact_id).collect())
}

/// A look at one disposal.
#[derive(Debug)]
pub struct OpenDisposal {
    pub reference: String,
}

impl Look for OpenDisposal {
    type Seen = Proposed;
    const WHAT: &'static str = "retention:disposal";
    const ACTION: Action = Action::DisposeOfRecords;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Proposed, Vec<Uuid>)> {
        let mut found = find(&glass.db, &glass.scope, &self.reference).await?;
        found.items = shown(&glass.db, &glass.scope, found.id).await?;
        let subjects = vec![found.id];
        Ok((found, subjects))
    }
}

/// Takes a disposal back that nobody has approved.
#[derive(Debug)]
pub struct TakeBack {
    pub reference: String,
}

impl Change for TakeBack {
    type Made = ();
    const WHAT: &'static str = "retention:take-back";
    const ACTION: Action = Action::DisposeOfRecords;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let found = find_open(pen.tx, &pen.scope, &self.reference).await?;
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        let text = "UPDATE disposal SET withdrawn_at = $1, withdrawn_by = $2 WHERE id = $3";
        pen.tx.run(text, [At(pen.now).into(), by.into(), found.id.into()]).await?;
        pen.journal(Self::WHAT, &[found.id], &[]).await?;
        Ok(())
    }
}
