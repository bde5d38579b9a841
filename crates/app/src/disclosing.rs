//! What was shared of a child: with whom, what for, on what ground, and what was held back and why.
//! Each is an entry of the journal, written in the transaction in which it was shared; the rows here
//! only find it. Which bases there are, and which go together, stands in `practice::disclosure`.

pub mod basis_fields;
pub mod derive;
pub mod family;
pub mod family_items;
pub mod family_pages;
pub mod marks;
pub mod reading;
pub mod secrets;
pub mod views;

use std::sync::Arc;

use jiff::Timestamp;
use platform::{
    db::{Row, Runs, Tx, sea_orm},
    seal::Keys,
};
use practice::disclosure::{Basis, Body, FamilyTold, Occasion, Withheld};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    doors::{
        Glass, Pen,
        journal::{self, Kind, Said},
    },
    error::{Error, Result},
    ids::{AccountId, AgencyId, StaffId, reference},
};

/// What the journal calls it. Never changed.
pub const WHAT: &str = "disclosing:disclosed";

/// What was shared, as the journal keeps it, sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosure {
    /// What people call it by.
    pub reference: String,
    /// When it was shared, where that was before it was recorded.
    #[serde(default)]
    pub at: Option<Timestamp>,
    pub occasion: Occasion,
    pub to: Recipient,
    pub about: Vec<AccountId>,
    pub basis: Basis,
    /// What was shared; empty where nothing was.
    pub shared: Vec<Thing>,
    /// In whose words, where there were any: what was said, or what it was needed for.
    pub words: String,
    pub held_back: Option<HeldBack>,
    /// Not recorded where it was shared before that was asked.
    #[serde(default)]
    pub family: FamilyTold,
}

/// With whom something was shared, as they were called then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Nobody where they do not sign in.
    pub staff: Option<StaffId>,
    pub who: String,
    /// Where they work: a school, a clinic, or the agency itself.
    pub works_at: String,
}

/// What was held back, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldBack {
    pub reason: Withheld,
    /// For the hub alone.
    pub words: String,
}

/// A kind of thing that is shared. What a family reads of it is made of nothing else, so that no word
/// of anybody's gets onto its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    Decision,
    Reasons,
    DealtWith,
    WhomToTalkTo,
    Meanwhile,
    AnswerInWords,
    ProtectedDetails,
    WhoAsked,
    WholeRecord,
    CopyOfData,
    FamilyPage,
    WhatIsOpen,
}

impl Thing {
    /// As anybody reads it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Decision => "What was decided",
            Self::Reasons => "Why it was decided so",
            Self::DealtWith => "That the request was dealt with",
            Self::WhomToTalkTo => "Whom to talk to",
            Self::Meanwhile => "What to do meanwhile",
            Self::AnswerInWords => "An answer to what they asked",
            Self::ProtectedDetails => "Protected addresses and telephone numbers",
            Self::WhoAsked => "Who asked, where the family may not know it",
            Self::WholeRecord => "The record, to read for an hour",
            Self::CopyOfData => "A copy of what is held about them",
            Self::FamilyPage => "The page of what was shared, with whom and why",
            Self::WhatIsOpen => "What was open, in a sealed file for one night",
        }
    }
}

impl Disclosure {
    /// What is shown is shared with whoever looks: that it was, never what it is.
    ///
    /// # Errors
    /// When nobody is signed in, or the database does.
    pub async fn to_whoever_looks(
        glass: &Glass<'_>,
        occasion: Occasion,
        about: Vec<AccountId>,
        basis: Basis,
    ) -> Result<Self> {
        let staff = glass.scope.staff().ok_or(Error::SignedOut)?;
        let to = Recipient::of_staff(&glass.db, staff).await?;
        Ok(Self::new(occasion, to, about, basis))
    }

    /// What was shared on that occasion, with nothing held back.
    pub fn new(occasion: Occasion, to: Recipient, about: Vec<AccountId>, basis: Basis) -> Self {
        Self {
            reference: reference(),
            at: None,
            occasion,
            to,
            about,
            basis,
            shared: Vec::new(),
            words: String::new(),
            held_back: None,
            family: FamilyTold::NotRecorded,
        }
    }
}

impl Recipient {
    /// A member of staff, as they are called now.
    ///
    /// # Errors
    /// When the database does.
    pub async fn of_staff(db: &impl Runs, staff: StaffId) -> Result<Self> {
        #[derive(Row)]
        struct Works {
            name: String,
            job: String,
            works_at: String,
        }
        let text = "SELECT s.name, s.job, COALESCE(t.name, g.name) AS works_at FROM staff s \
            JOIN agency g ON g.id = s.agency_id LEFT JOIN setting t ON t.id = s.setting_id \
            WHERE s.id = $1";
        let works: Option<Works> = db.one(text, [staff.into()]).await?;
        let Works { name, job, works_at } = works.ok_or(Error::NotFound)?;
        Ok(Self { staff: Some(staff), who: format!("{name}, {job}"), works_at })
    }

    /// Somebody who does not sign in, by what they said of themselves.
    ///
    /// # Errors
    /// When the database does.
    pub async fn of_agency(db: &impl Runs, agency: AgencyId, who: String) -> Result<Self> {
        #[derive(Row)]
        struct Named {
            name: String,
        }
        let text = "SELECT name FROM agency WHERE id = $1";
        let named: Option<Named> = db.one(text, [agency.into()]).await?;
        Ok(Self { staff: None, who, works_at: named.ok_or(Error::NotFound)?.name })
    }
}

/// As which body somebody in the hub shares: for the council, whichever agency they come from, and
/// the police besides for their own investigations.
///
/// # Errors
/// When the database does.
pub async fn body_of(db: &impl Runs, staff: Option<StaffId>) -> Result<Body> {
    #[derive(Row)]
    struct Of {
        kind: String,
    }
    let text = "SELECT g.kind FROM staff s JOIN agency g ON g.id = s.agency_id WHERE s.id = $1";
    let of: Option<Of> = db.one(text, [staff.map(|s| s.0).into()]).await?;
    Ok(match of.as_ref().map(|of| of.kind.as_str()) {
        Some("police") => Body::Police,
        _ => Body::Public,
    })
}

/// Records what is shared, in the transaction in which it is.
///
/// # Errors
/// When the database does.
pub async fn record(pen: &mut Pen<'_>, disclosure: &Disclosure) -> Result<()> {
    let content = serde_json::to_vec(disclosure)?;
    let seq = pen.journal(WHAT, &subjects(disclosure), &content).await?;
    derive::write(pen.tx, &derive::Derived::of(seq, pen.now, pen.actor.id(), disclosure)).await
}

/// As [`record`], of something that somebody sees: beside the entry that says so.
///
/// # Errors
/// When the database does.
pub async fn record_seen(
    tx: &Tx,
    keys: &Keys,
    (at, actor, because): (Timestamp, Uuid, Arc<str>),
    disclosure: &Disclosure,
) -> Result<()> {
    let content = serde_json::to_vec(disclosure)?;
    let said = Said {
        kind: Kind::Changed,
        at,
        actor,
        what: WHAT,
        because: &because,
        subjects: &subjects(disclosure),
        content: &content,
    };
    let seq = journal::append(tx, keys, &said).await?;
    derive::write(tx, &derive::Derived::of(seq, at, actor, disclosure)).await
}

fn subjects(disclosure: &Disclosure) -> Vec<Uuid> {
    disclosure.about.iter().map(|account| account.0).collect()
}
