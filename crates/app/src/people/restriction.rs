//! How somebody is restricted: of what sort and why, which is sealed, who is named, and who asked that
//! it be lifted. It is read by hub managers who are named.

use platform::{
    db::{At, On, Row, Runs, sea_orm},
    seal::{Keys, Sealed},
};
use practice::calendar::Day;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{child, store::Account};
use crate::{
    access::Action,
    doors::{Glass, Look, Pen},
    error::{Error, Result},
    ids::StaffId,
};

/// What is sealed of a restriction, and of the wish to lift it, in the key's derivation.
pub(super) const WHY: &str = "restriction";
pub(super) const LIFTING: &str = "restriction-lifting";

/// What sort of restriction it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    StaffFamily,
    Adoption,
    Press,
    Other,
}

impl Sort {
    /// Every sort.
    pub const ALL: [Self; 4] = [Self::StaffFamily, Self::Adoption, Self::Press, Self::Other];

    /// The stored form.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::StaffFamily => "staff-family",
            Self::Adoption => "adoption",
            Self::Press => "press",
            Self::Other => "other",
        }
    }

    /// What people read.
    pub const fn says(self) -> &'static str {
        match self {
            Self::StaffFamily => "Of the family of somebody who works with us",
            Self::Adoption => "Adopted, or to be adopted",
            Self::Press => "The press or the public is interested",
            Self::Other => "Something else",
        }
    }

    /// The one of that stored form.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.slug() == slug)
    }
}

/// What a restriction covers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Covers {
    /// The record exists for those who are named.
    #[default]
    Record,
    /// Where they live and how they are reached is shown to those who are named.
    Address,
    /// Nothing is hidden, but each look of somebody who has no part in it is asked about.
    Looks,
}

impl Covers {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Record, Self::Address, Self::Looks];

    /// The stored form.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Address => "address",
            Self::Looks => "looks",
        }
    }

    /// What people read.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Record => {
                "The whole record: to everybody else it looks as though nothing were here"
            }
            Self::Address => {
                "Where they live and how they are reached: everybody else sees the rest"
            }
            Self::Looks => "Nothing, but looks of people who have no part in it are asked about",
        }
    }

    /// Above what stands.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Record => "The whole record is for few",
            Self::Address => "Where they live is shown to few",
            Self::Looks => "Looks are asked about",
        }
    }

    /// Above how it ends.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Record => "Let everybody see it again",
            Self::Address => "Let everybody in the hub be shown it again",
            Self::Looks => "Ask about looks no longer",
        }
    }

    /// What is asked of whoever ends it.
    pub const fn why_ending(self) -> &'static str {
        match self {
            Self::Record => "Why may everybody see it again?",
            Self::Address => "Why may everybody in the hub be shown it again?",
            Self::Looks => "Why need nobody be asked any more?",
        }
    }

    /// The one of that stored form.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|covers| covers.slug() == slug)
    }

    /// Whether it names those whom it does not stand against.
    pub const fn names(self) -> bool {
        !matches!(self, Self::Looks)
    }
}

/// Why somebody is restricted, as it is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Why {
    pub sort: Sort,
    pub reason: String,
}

pub(super) fn seal(keys: &Keys, purpose: &'static str, id: Uuid, said: &[u8]) -> Result<Vec<u8>> {
    let sealed = keys.seal(purpose, id.as_bytes(), said);
    Ok(sealed.map_err(|e| Error::fault("sealing why somebody is restricted", e))?.0)
}

pub(super) fn unseal(
    keys: &Keys,
    purpose: &'static str,
    id: Uuid,
    sealed: Vec<u8>,
) -> Result<Vec<u8>> {
    let said = keys.unseal(purpose, id.as_bytes(), &Sealed(sealed));
    Ok(said.map_err(|e| Error::fault("unsealing why somebody is restricted", e))?.to_vec())
}

/// A look at the restriction of a person.
#[derive(Debug)]
pub struct OpenRestriction {
    /// The person's reference.
    pub person: String,
}

/// How a person is restricted.
#[derive(Debug)]
pub struct Restriction {
    /// The person's reference and name, and the reference of an account of theirs.
    pub person: String,
    pub name: String,
    pub account: String,
    /// What stands: one, but where accounts were linked of which both were restricted.
    pub all: Vec<Restricted>,
}

/// One restriction.
#[derive(Debug)]
pub struct Restricted {
    pub reference: String,
    pub covers: Covers,
    pub sort: Sort,
    pub reason: String,
    pub set_at: At,
    pub set_by: String,
    pub named: Vec<Named>,
    /// Who asked that it be lifted, when and why.
    pub asked: Option<Asked>,
}

/// Somebody asked that it be lifted.
#[derive(Debug)]
pub struct Asked {
    pub by_id: StaffId,
    pub by: String,
    pub at: At,
    pub reason: String,
}

/// Somebody who is named.
#[derive(Debug, Row)]
pub struct Named {
    pub id: StaffId,
    pub name: String,
    pub job: String,
    pub email: String,
    pub left_on: Option<On>,
}

impl Named {
    /// Whether they work here no more.
    pub fn has_left(&self, today: Day) -> bool {
        self.left_on.is_some_and(|On(left)| left <= today)
    }
}

impl Look for OpenRestriction {
    type Seen = Restriction;
    const WHAT: &'static str = "people:restriction";
    const ACTION: Action = Action::Restrict;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Restriction, Vec<Uuid>)> {
        let accounts = child::accounts(&glass.db, &glass.scope, &self.person).await?;
        let first = accounts.first().ok_or(Error::NotFound)?;
        let (name, account) = (first.name(), first.reference.clone());
        let mut all = Vec::new();
        for one in standing(&glass.db, &self.person).await? {
            let named = named(&glass.db, one.id).await?;
            all.push(one.unsealed(&glass.app.keys, named)?);
        }
        let subjects = accounts.iter().map(|a| a.id.0).collect();
        Ok((Restriction { person: self.person, name, account, all }, subjects))
    }
}

/// What stands, as it is stored.
#[derive(Row)]
pub(super) struct Stands {
    pub id: Uuid,
    pub reference: String,
    covers: String,
    sealed: Vec<u8>,
    pub set_at: At,
    pub set_by_id: StaffId,
    set_by: String,
    pub asked_by: Option<StaffId>,
    asked_name: Option<String>,
    asked_at: Option<At>,
    asked_why: Option<Vec<u8>>,
}

impl Stands {
    /// What it covers.
    ///
    /// # Errors
    /// A fault for a form that nobody wrote.
    pub fn covers(&self) -> Result<Covers> {
        covers(&self.covers)
    }

    /// Of what sort it is, and why.
    ///
    /// # Errors
    /// When it was sealed with another key.
    pub fn why(&self, keys: &Keys) -> Result<Why> {
        let sealed = self.sealed.clone();
        Ok(serde_json::from_slice(&unseal(keys, WHY, self.id, sealed)?)?)
    }

    fn unsealed(self, keys: &Keys, named: Vec<Named>) -> Result<Restricted> {
        let Why { sort, reason } = self.why(keys)?;
        let covers = self.covers()?;
        let Self { id, reference, set_at, set_by, .. } = self;
        let asked = match (self.asked_by, self.asked_name, self.asked_at, self.asked_why) {
            (Some(by_id), Some(by), Some(at), Some(why)) => {
                let reason = unseal(keys, LIFTING, id, why)?;
                let reason = String::from_utf8_lossy(&reason).into_owned();
                Some(Asked { by_id, by, at, reason })
            }
            _ => None,
        };
        Ok(Restricted { reference, covers, sort, reason, set_at, set_by, named, asked })
    }
}

/// What a stored form says that it covers.
///
/// # Errors
/// A fault for a form that nobody wrote.
pub(super) fn covers(slug: &str) -> Result<Covers> {
    Covers::of_slug(slug).ok_or_else(|| Error::fault("reading what a restriction covers", slug))
}

/// What stands for a person now. The caller has asked about the person.
pub(super) async fn standing(db: &impl Runs, person: &str) -> Result<Vec<Stands>> {
    Ok(db
        .all(
            "SELECT x.id, x.reference, x.covers, x.sealed, x.set_at, x.set_by AS set_by_id, \
             b.name AS set_by, k.asked_by, \
             q.name AS asked_name, k.asked_at, k.sealed AS asked_why FROM person p \
             JOIN restriction_person y ON y.person_id = p.id \
             JOIN restriction x ON x.id = y.restriction_id AND x.lifted_at IS NULL \
             JOIN staff b ON b.id = x.set_by \
             LEFT JOIN restriction_lifting k ON k.restriction_id = x.id \
             LEFT JOIN staff q ON q.id = k.asked_by \
             WHERE p.reference = $1 ORDER BY x.set_at, x.id",
            [person.into()],
        )
        .await?)
}

/// Who is named for a restriction.
pub(super) async fn named(db: &impl Runs, restriction: Uuid) -> Result<Vec<Named>> {
    Ok(db
        .all(
            "SELECT s.id, s.name, s.job, s.email, s.left_on FROM restriction_named z \
             JOIN staff s ON s.id = z.staff_id \
             WHERE z.restriction_id = $1 AND z.ended_at IS NULL ORDER BY s.name, s.id",
            [restriction.into()],
        )
        .await?)
}

/// The restriction of that reference, which stands for the person, and the person's accounts.
pub(super) async fn find(
    pen: &Pen<'_>,
    person: &str,
    restriction: &str,
) -> Result<(Vec<Account>, Stands)> {
    let accounts = child::accounts(pen.tx, &pen.scope, person).await?;
    if accounts.is_empty() {
        return Err(Error::NotFound);
    }
    let all = standing(pen.tx, person).await?;
    let one = all.into_iter().find(|one| one.reference == restriction);
    Ok((accounts, one.ok_or(Error::Stale)?))
}
