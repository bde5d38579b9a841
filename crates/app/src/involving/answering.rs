//! The hub reads who asks about a child, and answers. It sees whom they may mean and whether they must
//! not see them; whoever asks never learns which of the two there was. Nobody answers themselves, and
//! whoever is kept away from a child who may be meant reads nothing of it.

use need_to_know::{Tie, Ties};
use platform::db::{At, On, Row, Runs, sea_orm};
use practice::disclosure::Occasion;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    asking::{ANSWER, Asked, SAID},
    sealed, unsealed,
};
use crate::{
    access::{Action, Scope, policies},
    disclosing::{self, Disclosure, HeldBack, Recipient, Thing, basis_fields::Ground},
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::{AccountId, StaffId},
    limits::{REASON, TEXT, filled},
    people::{hidden, kept_away},
    sharing,
};

/// How many are listed: the most urgent.
pub const MOST: usize = 50;

/// What somebody who asked is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// In these words.
    Told(String),
    /// Nothing can be shared. Why is for the hub alone: whoever asked reads the same words for a
    /// child whom nobody knows, for one whom they must not see, and for one of whom they need to
    /// know nothing.
    Nothing { why: String },
}

impl Answer {
    /// What whoever asked reads.
    pub fn says(&self) -> &str {
        match self {
            Self::Told(words) => words,
            Self::Nothing { .. } => NOTHING,
        }
    }
}

/// What is read where nothing can be shared.
pub const NOTHING: &str = "There is nothing that the hub can share with you. This does not say whether the child is \
     known. If you are worried about the child, send a request for support, or ring the hub.";

/// Somebody who waits for an answer.
#[derive(Debug, Clone, Row)]
pub struct Waits {
    id: Uuid,
    staff_id: StaffId,
    pub reference: String,
    pub who: String,
    pub agency: String,
    pub asked_at: At,
    pub due_at: At,
}

/// A look at who waits for an answer.
#[derive(Debug)]
pub struct AskersToAnswer;

/// Who waits, the most urgent first.
#[derive(Debug)]
pub struct ToAnswer {
    /// At most [`MOST`].
    pub waits: Vec<Waits>,
    /// Whether there are more.
    pub more: bool,
}

/// Whether a child who may be meant is hidden from whoever that value is.
fn is_hidden(own: usize) -> String {
    format!(
        "a.id IN (SELECT y.asking_id FROM asking_account y WHERE y.account_id IN ({}))",
        hidden::accounts(own)
    )
}

/// Whether somebody may read and answer what was asked: neither whoever asks, nor from whom a child
/// who may be meant is hidden.
///
/// # Errors
/// When the database does.
pub(super) async fn may_answer(db: &impl Runs, staff: StaffId, asking: Uuid) -> Result<bool> {
    #[derive(Row)]
    struct Open {
        rows: i64,
    }
    let text = format!(
        "SELECT count(*) AS rows FROM asking a WHERE a.id = $2 AND a.staff_id <> $1 AND NOT {}",
        is_hidden(1)
    );
    let open: Option<Open> = db.one(&text, [staff.into(), asking.into()]).await?;
    Ok(open.is_some_and(|open| open.rows > 0))
}

impl Look for AskersToAnswer {
    type Seen = ToAnswer;
    const WHAT: &'static str = "involving:to-answer";
    const ACTION: Action = Action::AnswerAskers;

    async fn see(self, glass: &Glass<'_>) -> Result<(ToAnswer, Vec<Uuid>)> {
        let text = format!(
            "SELECT a.id, a.staff_id, a.reference, s.name AS who, g.name AS agency, a.asked_at, \
             a.due_at FROM asking a JOIN staff s ON s.id = a.staff_id \
             JOIN agency g ON g.id = s.agency_id \
             WHERE a.answered_at IS NULL AND a.looked_at IS NOT NULL AND a.staff_id <> $1 \
             AND NOT {} ORDER BY a.due_at, a.id LIMIT {}",
            is_hidden(1),
            MOST + 1
        );
        let mut waits: Vec<Waits> = glass.db.all(&text, [glass.scope.own().into()]).await?;
        let more = waits.len() > MOST;
        waits.truncate(MOST);
        for one in &waits {
            ask(&glass.scope, one.id, one.staff_id, false)?;
        }
        let subjects = waits.iter().map(|one| one.id).collect();
        Ok((ToAnswer { waits, more }, subjects))
    }
}

/// Asks the policies about an asking.
fn ask(scope: &Scope, id: Uuid, asker: StaffId, is_kept: bool) -> Result<()> {
    let ties = if is_kept { Ties::of(&[Tie::Excluded]) } else { Ties::NONE };
    scope.ask_tied(&policies::asking(id, asker.0), ties).map(drop)
}

/// A look at one asking.
#[derive(Debug)]
pub struct OpenAsking {
    /// Its reference.
    pub reference: String,
}

/// An asking, for whoever answers it.
#[derive(Debug)]
pub struct Opened {
    pub reference: String,
    pub who: String,
    pub email: String,
    pub job: String,
    pub agency: String,
    pub asked_at: At,
    pub due_at: At,
    pub asked: Asked,
    pub may_be: Vec<MayBe>,
    /// Whether whoever asks must not see one of them.
    pub must_not_see: bool,
}

/// Who may be meant.
#[derive(Debug, Clone, Row)]
pub struct MayBe {
    id: AccountId,
    /// The person's reference.
    pub person: String,
    pub given: String,
    pub family: String,
    pub born_on: Option<On>,
    pub agency: String,
}

#[derive(Row)]
struct Found {
    id: Uuid,
    staff_id: StaffId,
    who: String,
    email: String,
    job: String,
    agency: String,
    asked_at: At,
    due_at: At,
    sealed: Vec<u8>,
    kept: bool,
}

/// An asking that nobody has answered yet, and that the asker of this may answer.
async fn find(db: &impl Runs, scope: &Scope, reference: &str) -> Result<Found> {
    let text = format!(
        "SELECT a.id, a.staff_id, s.name AS who, s.email, s.job, g.name AS agency, a.asked_at, \
         a.due_at, a.sealed, {} AS kept FROM asking a JOIN staff s ON s.id = a.staff_id \
         JOIN agency g ON g.id = s.agency_id \
         WHERE a.reference = $1 AND a.answered_at IS NULL AND a.looked_at IS NOT NULL",
        is_hidden(2)
    );
    let found: Option<Found> = db.one(&text, [reference.into(), scope.own().into()]).await?;
    let found = found.ok_or(Error::NotFound)?;
    ask(scope, found.id, found.staff_id, found.kept)?;
    Ok(found)
}

async fn may_be(db: &impl Runs, asking: Uuid) -> Result<Vec<MayBe>> {
    let text = "SELECT a.id, p.reference AS person, n.given, n.family, a.born_on, g.name AS agency \
        FROM asking_account y JOIN account a ON a.id = y.account_id \
        JOIN account_link l ON l.account_id = a.id AND l.unlinked_at IS NULL \
        JOIN person p ON p.id = l.person_id JOIN agency g ON g.id = a.agency_id \
        JOIN account_name n ON n.account_id = a.id AND n.kind = 'called' \
        WHERE y.asking_id = $1 ORDER BY a.id";
    Ok(db.all(text, [asking.into()]).await?)
}

/// Whether somebody is kept away from one of those who may be meant.
async fn must_not_see(db: &impl Runs, staff: StaffId, may_be: &[MayBe]) -> Result<bool> {
    #[derive(Row)]
    struct Kept {
        rows: i64,
    }
    let text = format!(
        "SELECT count(*) AS rows FROM ({}) k WHERE k.staff_id = $2",
        kept_away::from_account(1)
    );
    for account in may_be {
        let kept: Option<Kept> = db.one(&text, [account.id.into(), staff.into()]).await?;
        if kept.is_some_and(|kept| kept.rows > 0) {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Look for OpenAsking {
    type Seen = Opened;
    const WHAT: &'static str = "involving:open";
    const ACTION: Action = Action::AnswerAskers;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Opened, Vec<Uuid>)> {
        let found = find(&glass.db, &glass.scope, &self.reference).await?;
        let may_be = may_be(&glass.db, found.id).await?;
        let subjects = std::iter::once(found.id).chain(may_be.iter().map(|m| m.id.0)).collect();
        let opened = Opened {
            must_not_see: must_not_see(&glass.db, found.staff_id, &may_be).await?,
            asked: unsealed(&glass.app.keys, SAID, found.id, found.sealed)?,
            reference: self.reference,
            who: found.who,
            email: found.email,
            job: found.job,
            agency: found.agency,
            asked_at: found.asked_at,
            due_at: found.due_at,
            may_be,
        };
        Ok((opened, subjects))
    }
}

/// Answers somebody who asked.
#[derive(Debug)]
pub struct AnswerAsker {
    /// The asking's reference.
    pub reference: String,
    pub answer: Answer,
    /// On what ground, and why nothing is shared if nothing is.
    pub ground: Ground,
}

impl Change for AnswerAsker {
    type Made = ();
    const WHAT: &'static str = "involving:answer";
    const ACTION: Action = Action::AnswerAskers;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let found = find(pen.tx, &pen.scope, &self.reference).await?;
        let beside = |field| move |error: Error| Error::beside(field, error.to_string());
        let may_be = may_be(pen.tx, found.id).await?;
        match &self.answer {
            Answer::Told(words) => {
                filled(words, TEXT, "Enter what you tell them").map_err(beside("words"))?;
                if must_not_see(pen.tx, found.staff_id, &may_be).await? {
                    return Err(Error::beside("outcome", MUST_NOT_SEE));
                }
            }
            Answer::Nothing { why } => {
                filled(why, REASON, "Enter why nothing can be shared").map_err(beside("why"))?;
            }
        }
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        self.ground.check(disclosing::body_of(pen.tx, Some(by)).await?)?;
        let sealed = sealed(&pen.app.keys, ANSWER, found.id, &self.answer)?;
        pen.tx
            .run(
                "UPDATE asking SET sealed_answer = $1, answered_at = $2, answered_by = $3 \
                 WHERE id = $4",
                [sealed.clone().into(), At(pen.now).into(), by.into(), found.id.into()],
            )
            .await?;
        sharing::mail(pen, found.staff_id, false).await?;
        let subjects: Vec<_> =
            std::iter::once(found.id).chain(may_be.iter().map(|account| account.id.0)).collect();
        pen.journal(Self::WHAT, &subjects, &sealed).await?;
        let to = Recipient::of_staff(pen.tx, found.staff_id).await?;
        disclosing::record(pen, &self.disclosed(to, &may_be)).await
    }
}

impl AnswerAsker {
    /// What is told, of whoever may be meant.
    fn disclosed(self, to: Recipient, may_be: &[MayBe]) -> Disclosure {
        let about = may_be.iter().map(|account| account.id).collect();
        let new = Disclosure::new(Occasion::AskerAnswered, to, about, self.ground.basis);
        let new = Disclosure { family: self.ground.family, ..new };
        match self.answer {
            Answer::Told(words) => Disclosure { shared: vec![Thing::AnswerInWords], words, ..new },
            Answer::Nothing { why: words } => {
                let held_back = Some(HeldBack { reason: self.ground.withheld, words });
                Disclosure { held_back, ..new }
            }
        }
    }
}

/// What the hub reads where it would tell somebody of a child whom they must not see.
pub const MUST_NOT_SEE: &str = "They must not see a child who may be meant. Choose that nothing can be shared: they read what \
     everybody reads of whom nothing is known";
