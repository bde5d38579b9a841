//! The tables of data requests, and who may see one. Whoever took a request down sees it; anybody
//! else only where nobody who may be meant is hidden from them. An account that is hidden from the
//! reader is shown to nobody as one: to whoever took the request down it is as though nothing were
//! held there, and somebody from whom nothing is hidden must say whose it is before it is approved.

use need_to_know::{Tie, Ties};
use platform::db::{At, On, Row, Runs, Tx, sea_orm};
use practice::{
    calendar::{Calendar, Day},
    data_request::{Clarification, Course, Due},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    ASKED, DECISION, END, PROPOSAL,
    claims::{self, Claim},
    unseal,
};
use crate::{
    App,
    access::{Scope, policies},
    error::{Error, Result},
    ids::StaffId,
    people::meant::Meant,
};

/// What somebody asks for, as it was taken down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Who asks.
    pub who: String,
    pub right: Right,
    /// What they want to know, in their words.
    pub what: String,
    /// How they are reached safely, and how they want the copy.
    pub reach: String,
    /// About whom.
    pub about: Meant,
}

/// By what right somebody asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Right {
    /// About themselves.
    Own,
    /// For a child who can't ask for themselves.
    Parent,
    /// For somebody who asked them to.
    Authorised,
}

impl Right {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Own, Self::Parent, Self::Authorised];

    /// The stored form.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Parent => "parent",
            Self::Authorised => "authorised",
        }
    }

    /// What people read.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Own => "They ask about themselves",
            Self::Parent => {
                "They have parental responsibility, and ask for a child who can’t ask for themselves"
            }
            Self::Authorised => {
                "Somebody asked them to: a solicitor, an advocate, an attorney under a power"
            }
        }
    }

    /// The one of that stored form.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|right| right.slug() == slug)
    }
}

/// How somebody is to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    Copy,
    NothingHeld,
    Refused,
    Withdrawn,
}

impl Outcome {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Copy, Self::NothingHeld, Self::Refused, Self::Withdrawn];

    /// The stored form.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Copy => "copy",
            Self::NothingHeld => "nothing-held",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// What people read.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Copy => "They get a copy of what is held",
            Self::NothingHeld => "Nothing is held about them",
            Self::Refused => "It is refused: they have no right to it, or ask without end",
            Self::Withdrawn => "They took it back, or it was taken down twice",
        }
    }

    /// The one of that stored form.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.slug() == slug)
    }
}

/// How somebody is to be answered, and why so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub outcome: Outcome,
    pub why: String,
}

/// Where a data request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    BeingPrepared,
    WaitsForApproval,
    ToHandOver,
    Ended,
}

/// A data request, as its rows say.
#[derive(Debug, Clone)]
pub struct Stored {
    pub id: Uuid,
    pub reference: String,
    pub recorded_by: StaffId,
    pub recorder: String,
    pub asked: Asked,
    pub course: Course,
    pub proposal: Option<Proposal>,
    pub proposed_by: Option<StaffId>,
    pub sent_back: Option<Vec<u8>>,
    pub approved_at: Option<At>,
    pub approved_by: Option<StaffId>,
    pub approver: Option<String>,
    /// The copy that was approved.
    pub sealed_copy: Option<Vec<u8>>,
    pub ended_at: Option<At>,
    /// When and how they had the answer.
    pub handed: Option<Handed>,
    /// The accounts that may be of whoever it is about.
    pub claims: Vec<Claim>,
    /// Whether an account that may be meant, or a request about one, is hidden from whoever reads this.
    pub is_hidden: bool,
    /// Who had a hand in how it is answered.
    pub preparers: Vec<StaffId>,
}

/// When and how somebody had the answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Handed {
    pub on: Day,
    pub how: String,
}

impl Stored {
    /// Where it stands.
    pub fn stands(&self) -> Stands {
        match (self.ended_at, self.approved_by, &self.proposal) {
            (Some(_), ..) => Stands::Ended,
            (_, Some(_), _) => Stands::ToHandOver,
            (_, _, Some(_)) => Stands::WaitsForApproval,
            _ => Stands::BeingPrepared,
        }
    }

    /// Refuses what is done only as long as it is prepared.
    pub fn is_prepared(&self) -> Result<()> {
        match self.stands() {
            Stands::BeingPrepared => Ok(()),
            _ => Err(Error::refusal(NO_MORE)),
        }
    }

    /// When it must be answered.
    pub fn due(&self, calendar: &Calendar) -> Due {
        self.course.due(calendar)
    }
}

/// What is said where something can't be changed any more.
pub const NO_MORE: &str =
    "This request waits for approval or is over. Take it back before you change anything";

#[derive(Row)]
struct Found {
    id: Uuid,
    reference: String,
    recorded_by: StaffId,
    recorder: String,
    received_on: On,
    sealed: Vec<u8>,
    known_on: Option<On>,
    extended_on: Option<On>,
    sealed_proposal: Option<Vec<u8>>,
    proposed_by: Option<StaffId>,
    sealed_sent_back: Option<Vec<u8>>,
    approved_at: Option<At>,
    approved_by: Option<StaffId>,
    approver: Option<String>,
    sealed_copy: Option<Vec<u8>>,
    sealed_end: Option<Vec<u8>>,
    ended_at: Option<At>,
}

/// What every reading of data requests begins with.
const FOUND: &str = "SELECT d.id, d.reference, d.recorded_by, s.name AS recorder, d.received_on, \
    d.sealed, d.known_on, d.extended_on, d.sealed_proposal, d.proposed_by, d.sealed_sent_back, \
    d.approved_at, d.approved_by, b.name AS approver, d.sealed_copy, d.sealed_end, d.ended_at \
    FROM data_request d JOIN staff s ON s.id = d.recorded_by \
    LEFT JOIN staff b ON b.id = d.approved_by";

async fn stored(app: &App, db: &impl Runs, reader: Uuid, found: Found) -> Result<Stored> {
    let (id, keys) = (found.id, &app.keys);
    let asked: Asked = unseal(keys, ASKED, id, found.sealed)?;
    let claims = claims::of(db, id, &asked.about, found.ended_at.is_some()).await?;
    let handed = found.sealed_end.map(|sealed| unseal(keys, END, id, sealed));
    let proposal = found.sealed_proposal.map(|sealed| unseal(keys, PROPOSAL, id, sealed));
    Ok(Stored {
        id,
        reference: found.reference,
        recorded_by: found.recorded_by,
        recorder: found.recorder,
        asked,
        course: Course {
            received: found.received_on.0,
            known: found.known_on.map(|on| on.0),
            clarifications: clarifications(db, id).await?,
            extended: found.extended_on.map(|on| on.0),
        },
        proposal: proposal.transpose()?,
        proposed_by: found.proposed_by,
        sent_back: found.sealed_sent_back,
        approved_at: found.approved_at,
        approved_by: found.approved_by,
        approver: found.approver,
        sealed_copy: found.sealed_copy,
        ended_at: found.ended_at,
        handed: handed.transpose()?,
        is_hidden: claims::is_hidden(db, reader, &claims).await?,
        claims,
        preparers: preparers(db, id).await?,
    })
}

async fn clarifications(db: &impl Runs, request: Uuid) -> Result<Vec<Clarification>> {
    #[derive(Row)]
    struct Asked {
        asked_on: On,
        answered_on: Option<On>,
    }
    let text = "SELECT asked_on, answered_on FROM data_request_clarification \
        WHERE request_id = $1 ORDER BY asked_on, id";
    let asked: Vec<Asked> = db.all(text, [request.into()]).await?;
    let clarification = |one: Asked| Clarification {
        asked: one.asked_on.0,
        answered: one.answered_on.map(|on| on.0),
    };
    Ok(asked.into_iter().map(clarification).collect())
}

/// Who had a hand in how it is answered.
async fn preparers(db: &impl Runs, request: Uuid) -> Result<Vec<StaffId>> {
    #[derive(Row)]
    struct Preparer {
        staff_id: StaffId,
    }
    let text = "SELECT staff_id FROM data_request_preparer WHERE request_id = $1 ORDER BY staff_id";
    let preparers: Vec<Preparer> = db.all(text, [request.into()]).await?;
    Ok(preparers.into_iter().map(|one| one.staff_id).collect())
}

/// Keeps that somebody had a hand in it: they don't approve it.
///
/// # Errors
/// When the database does.
pub(super) async fn prepares(tx: &Tx, request: Uuid, by: StaffId) -> Result<()> {
    let text = "INSERT INTO data_request_preparer (request_id, staff_id) VALUES ($1, $2) \
        ON CONFLICT DO NOTHING";
    tx.run(text, [request.into(), by.into()]).await?;
    Ok(())
}

/// The data request of that reference, if the policies let it be reached.
///
/// # Errors
/// `NotFound` when there is none, or not for them.
pub async fn find(app: &App, db: &impl Runs, scope: &Scope, reference: &str) -> Result<Stored> {
    let text = format!("{FOUND} WHERE d.reference = $1");
    let row: Option<Found> = db.one(&text, [reference.into()]).await?;
    let row = row.ok_or(Error::NotFound)?;
    let stored = stored(app, db, scope.own(), row).await?;
    ask(scope, &stored)?;
    Ok(stored)
}

/// Asks the policies about a data request. What is hidden from whoever took it down is left out of
/// what they see; it is no reason to keep their own request from them.
fn ask(scope: &Scope, of: &Stored) -> Result<()> {
    let is_own = Some(of.recorded_by) == scope.staff();
    let ties = if of.is_hidden && !is_own { Ties::of(&[Tie::Excluded]) } else { Ties::NONE };
    scope.ask_tied(&policies::data_request(of.id, &of.preparers), ties).map(drop)
}

/// The data requests that are not over, and that the reader may see.
///
/// # Errors
/// When the database does.
pub async fn open(app: &App, db: &impl Runs, scope: &Scope) -> Result<Vec<Stored>> {
    let text = format!("{FOUND} WHERE d.ended_at IS NULL ORDER BY d.received_on, d.id");
    shown(app, db, scope, &text).await
}

/// How many that were answered are listed: the newest.
const MOST_ANSWERED: usize = 100;

/// Those that were answered, and that the reader may see.
///
/// # Errors
/// When the database does.
pub async fn answered(app: &App, db: &impl Runs, scope: &Scope) -> Result<Vec<Stored>> {
    let text = format!(
        "{FOUND} WHERE d.ended_at IS NOT NULL ORDER BY d.ended_at DESC, d.id LIMIT {MOST_ANSWERED}"
    );
    shown(app, db, scope, &text).await
}

async fn shown(app: &App, db: &impl Runs, scope: &Scope, text: &str) -> Result<Vec<Stored>> {
    let rows: Vec<Found> = db.all(text, []).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let stored = stored(app, db, scope.own(), row).await?;
        if ask(scope, &stored).is_ok() {
            all.push(stored);
        }
    }
    Ok(all)
}

/// The data request of that id, for the platform's own jobs.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn of(app: &App, db: &impl Runs, id: Uuid) -> Result<Stored> {
    let text = format!("{FOUND} WHERE d.id = $1");
    let row: Option<Found> = db.one(&text, [id.into()]).await?;
    stored(app, db, Uuid::nil(), row.ok_or(Error::NotFound)?).await
}

/// Whether nothing of a data request is hidden from somebody.
///
/// # Errors
/// When the database does.
pub async fn is_open_to(db: &impl Runs, request: &Stored, staff: StaffId) -> Result<bool> {
    Ok(!claims::is_hidden(db, staff.0, &request.claims).await?)
}

/// What was decided of one thing that is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What it is called in the copy.
    pub title: String,
    /// What is held, as it was when it was decided.
    pub text: String,
    /// The same with its marks; `None` where they get nothing of it.
    pub marked: Option<String>,
    /// Why something is left out, where anything is.
    pub reason: Option<practice::disclosure::Withheld>,
    /// The same in words, for the hub alone.
    pub why: String,
    /// The names in it that may be of others, as it was decided.
    #[serde(default)]
    pub others: Vec<String>,
}

/// What was last decided of each thing.
///
/// # Errors
/// When the database does, or what is sealed can't be opened.
pub async fn decisions(
    app: &App,
    db: &impl Runs,
    request: Uuid,
) -> Result<std::collections::BTreeMap<String, Decision>> {
    #[derive(Row)]
    struct Decided {
        id: Uuid,
        item: String,
        sealed: Vec<u8>,
    }
    let text = "SELECT id, item, sealed FROM data_request_item WHERE request_id = $1 \
        ORDER BY decided_at, id";
    let rows: Vec<Decided> = db.all(text, [request.into()]).await?;
    // The last one counts.
    rows.into_iter()
        .map(|row| Ok((row.item, unseal(&app.keys, DECISION, row.id, row.sealed)?)))
        .collect()
}

/// Whether a day that somebody typed may be a day of something that has happened.
///
/// # Errors
/// A refusal beside the field.
pub fn has_been(on: Day, today: Day, field: &'static str) -> Result<Day> {
    if on > today {
        return Err(Error::beside(field, "This day is in the future"));
    }
    Ok(on)
}
