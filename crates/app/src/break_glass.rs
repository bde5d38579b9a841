//! Break-glass: somebody without a way to a child looks at the child's record for an hour, to read,
//! in an emergency. Told to those concerned at once, and reviewed by somebody else. What follows
//! from what stands in `need_to_know::glass`; here it is kept, told and shown.

pub mod breaking;
pub mod figures;
pub mod figures_view;
pub mod late;
pub mod looking;
pub mod pages;
pub mod review_pages;
pub mod reviewing;
mod telling;

use jiff::{SignedDuration, Timestamp};
use need_to_know::{
    AgencyId as Agency, MemberId, Purpose, Word,
    glass::{Finding, GlassBroken, Kept, OPEN_FOR, Person, Review},
};
use platform::{
    db::{At, Row, Runs, Value, sea_orm},
    seal::{Keys, Sealed},
};
use uuid::Uuid;

use crate::{
    access::policies::child_id,
    error::{Error, Result},
    ids::{AgencyId, PersonId, StaffId},
};

/// What a reason and a review are sealed for, in the key's derivation.
const REASON: &str = "break-glass reason";
const REVIEW: &str = "break-glass review";

/// Each purpose with its words, in the order of the form.
pub const PURPOSES: [(Purpose, &str); 5] = [
    (Purpose::ImmediateDanger, "A child may be hurt now"),
    (Purpose::Missing, "A child is missing"),
    (Purpose::MedicalEmergency, "A child is being treated in an emergency"),
    (Purpose::PoliceEmergency, "Police officers are there, or on their way"),
    (Purpose::Court, "A court asks today"),
];

/// Each finding with its stored form and its words.
pub const FINDINGS: [(Finding, &str, &str); 3] = [
    (
        Finding::Justified,
        "justified",
        "It was right. If it may happen again, give them a way to the record",
    ),
    (Finding::Learning, "learning", "It was not needed, and in good faith"),
    (
        Finding::Breach,
        "breach",
        "It was wrong: begin the agency’s procedure for a breach of confidentiality",
    ),
];

/// Each theme of what was learnt, with its stored form and its words: a review says one, which is counted.
pub const THEMES: [(&str, &str); 7] = [
    ("no-way", "They should have had a way to the record before"),
    ("could-ask", "There was time to ask the hub, or whoever has the record"),
    ("nobody-reached", "Nobody who has the record could be reached"),
    ("not-known", "They did not know when it is right to use it"),
    ("wrong-child", "They opened another child’s record than they meant"),
    ("nothing", "Nothing: it worked as it should"),
    ("other", "Something else, which the words say"),
];

/// Until when glass that was broken then is open.
fn until(opened: Timestamp) -> Timestamp {
    opened + SignedDuration::from_secs(OPEN_FOR)
}

/// What people read of a purpose.
pub fn says(purpose: Purpose) -> &'static str {
    PURPOSES.iter().find(|(p, _)| *p == purpose).map_or("", |(_, says)| says)
}

/// A use as it is stored.
#[derive(Debug, Row)]
struct Stored {
    id: Uuid,
    reference: String,
    staff_id: StaffId,
    person_id: PersonId,
    /// The child's reference.
    child: String,
    users_agency_id: AgencyId,
    holders_agency_id: AgencyId,
    purpose: String,
    opened_at: At,
    seen_at: At,
    looks: i64,
    ended_at: Option<At>,
    due_at: At,
    finding: Option<String>,
    theme: Option<String>,
    reviewed_at: Option<At>,
    reviewed_by: Option<StaffId>,
    raised_at: Option<At>,
    sealed_reason: Vec<u8>,
    sealed_review: Option<Vec<u8>>,
    who: String,
    manager_id: Option<StaffId>,
    job: String,
    agency: String,
    reviewer: Option<String>,
}

/// What every reading of uses begins with.
const STORED: &str = "SELECT b.id, b.reference, b.staff_id, b.person_id, p.reference AS child, \
    b.users_agency_id, b.holders_agency_id, b.purpose, b.opened_at, b.seen_at, b.looks, b.ended_at, \
    b.due_at, b.finding, b.theme, b.reviewed_at, b.reviewed_by, b.raised_at, b.sealed_reason, \
    b.sealed_review, s.name AS who, s.manager_id, s.job, g.name AS agency, r.name AS reviewer \
    FROM broken_glass b JOIN person p ON p.id = b.person_id JOIN staff s ON s.id = b.staff_id \
    JOIN agency g ON g.id = b.users_agency_id LEFT JOIN staff r ON r.id = b.reviewed_by";

impl Stored {
    /// The use, as the rules know it.
    fn used(&self) -> Result<GlassBroken> {
        self.used_by(person(self.staff_id, self.users_agency_id))
    }

    /// As [`Stored::used`], of whose user more is known.
    fn used_by(&self, user: Person) -> Result<GlassBroken> {
        let review = match (&self.finding, self.reviewed_at, self.reviewed_by) {
            (Some(finding), Some(at), Some(by)) => Some(Review {
                by: MemberId::new(by.0.to_string()),
                at: at.0,
                finding: finding_of(finding)?,
            }),
            _ => None,
        };
        Ok(GlassBroken::kept(Kept {
            user,
            child: child_id(self.person_id),
            purpose: self.purpose()?,
            opened: self.opened_at.0,
            seen: self.seen_at.0,
            ended: self.ended_at.is_some(),
            review,
            raised: self.raised_at.map(|at| at.0),
        }))
    }

    /// The use, for whoever is told of it.
    fn broken(&self) -> telling::Broken {
        telling::Broken {
            id: self.id,
            user: self.staff_id,
            users: self.users_agency_id,
            holders: self.holders_agency_id,
            child: self.person_id,
        }
    }

    fn purpose(&self) -> Result<Purpose> {
        purpose_of(&self.purpose).ok_or_else(|| Error::fault("reading a purpose", &self.purpose))
    }
}

/// The purpose that is written so.
pub fn purpose_of(word: &str) -> Option<Purpose> {
    Purpose::ALL.iter().copied().find(|purpose| purpose.word() == word)
}

fn finding_of(word: &str) -> Result<Finding> {
    let found = FINDINGS.into_iter().find(|(_, slug, _)| *slug == word);
    found.map(|(finding, ..)| finding).ok_or_else(|| Error::fault("reading a finding", word))
}

/// A member of staff, as the rules of break-glass know one. A team is given only where two are compared.
fn person(staff: StaffId, agency: AgencyId) -> Person {
    Person {
        id: MemberId::new(staff.0.to_string()),
        agency: Agency::new(agency.0.to_string()),
        team: None,
        manager: None,
    }
}

/// One use, by a condition on it.
async fn find(
    db: &impl Runs,
    condition: &str,
    values: impl IntoIterator<Item = Value> + Send,
) -> Result<Stored> {
    let found: Option<Stored> = db.one(&format!("{STORED} WHERE {condition}"), values).await?;
    found.ok_or(Error::NotFound)
}

fn sealed(keys: &Keys, what: &'static str, id: Uuid, text: &str) -> Result<Vec<u8>> {
    let sealed = keys.seal(what, id.as_bytes(), text.trim().as_bytes());
    Ok(sealed.map_err(|e| Error::fault("sealing a use of break-glass", e))?.0)
}

fn unsealed(keys: &Keys, what: &'static str, id: Uuid, sealed: Vec<u8>) -> Result<String> {
    let text = keys
        .unseal(what, id.as_bytes(), &Sealed(sealed))
        .map_err(|e| Error::fault("unsealing a use of break-glass", e))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
