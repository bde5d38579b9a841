//! Holding what is kept about somebody: for a court, an inquiry, a review. As long as anybody holds it
//! nothing of it is disposed of.

use platform::db::{At, Row, Runs, Table, Value, sea_orm};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::Action,
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::{PersonId, reference},
    limits::{TEXT, filled},
    people::{
        child,
        store::{places, values},
    },
};

/// What a hold is sealed for, in the key's derivation.
const HOLD: &str = "hold";

const TABLE: Table<7> =
    Table::new("hold", ["id", "reference", "person_id", "sort", "sealed", "set_at", "set_by"]);

/// For what somebody holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    Court,
    Inquiry,
    Review,
    ChildDeath,
    Police,
}

impl Sort {
    /// Every sort.
    pub const ALL: [Self; 5] =
        [Self::Court, Self::Inquiry, Self::Review, Self::ChildDeath, Self::Police];

    /// The stored form.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Court => "court",
            Self::Inquiry => "inquiry",
            Self::Review => "review",
            Self::ChildDeath => "child-death",
            Self::Police => "police",
        }
    }

    /// What people read.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Court => "A court, or a claim that may come",
            Self::Inquiry => "A public inquiry",
            Self::Review => "A child safeguarding practice review",
            Self::ChildDeath => "A review of a child’s death",
            Self::Police => "The police",
        }
    }

    /// The one of that stored form.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.slug() == slug)
    }
}

/// A look at what is held of somebody.
#[derive(Debug)]
pub struct OpenHolds {
    /// Their reference.
    pub person: String,
}

/// What is held of somebody.
#[derive(Debug)]
pub struct Holds {
    pub person: String,
    pub name: String,
    pub standing: Vec<Held>,
}

/// A hold that stands.
#[derive(Debug)]
pub struct Held {
    pub reference: String,
    pub sort: Option<Sort>,
    pub why: String,
    pub set_at: At,
    pub set_by: String,
}

impl Look for OpenHolds {
    type Seen = Holds;
    const WHAT: &'static str = "retention:holds";
    const ACTION: Action = Action::DisposeOfRecords;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Holds, Vec<Uuid>)> {
        #[derive(Row)]
        struct Stored {
            id: Uuid,
            reference: String,
            sort: String,
            sealed: Vec<u8>,
            set_at: At,
            set_by: String,
        }
        let accounts = child::accounts(&glass.db, &glass.scope, &self.person).await?;
        let first = accounts.first().ok_or(Error::NotFound)?;
        let text = "SELECT h.id, h.reference, h.sort, h.sealed, h.set_at, s.name AS set_by \
            FROM hold h JOIN staff s ON s.id = h.set_by \
            WHERE h.lifted_at IS NULL AND h.person_id IN";
        let subjects: Vec<_> = accounts.iter().map(|account| account.id.0).collect();
        let people = everybody(&glass.db, &subjects).await?;
        let text = format!("{text} ({}) ORDER BY h.set_at, h.id", places(&people, 1));
        let stored: Vec<Stored> = glass.db.all(&text, values(&people)).await?;
        let keys = &glass.app.keys;
        let held = |one: Stored| {
            let sealed = platform::seal::Sealed(one.sealed);
            let why = keys.unseal(HOLD, one.id.as_bytes(), &sealed);
            let why = why.map_err(|e| Error::fault("unsealing why somebody is held", e))?;
            Ok(Held {
                reference: one.reference,
                sort: Sort::of_slug(&one.sort),
                why: String::from_utf8_lossy(&why).into_owned(),
                set_at: one.set_at,
                set_by: one.set_by,
            })
        };
        let holds = Holds {
            person: self.person,
            name: first.name(),
            standing: stored.into_iter().map(held).collect::<Result<_>>()?,
        };
        Ok((holds, subjects))
    }
}

/// Holds what is kept about somebody.
#[derive(Debug)]
pub struct Hold {
    pub person: String,
    /// The stored form of what for.
    pub sort: String,
    pub why: String,
}

/// What is said where nobody said what for.
pub const CHOOSE_SORT: &str = "Choose what it is held for";

impl Change for Hold {
    type Made = ();
    const WHAT: &'static str = "retention:hold";
    const ACTION: Action = Action::DisposeOfRecords;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let (person, subjects) = person(pen, &self.person).await?;
        let sort = Sort::of_slug(&self.sort).ok_or_else(|| Error::beside("sort", CHOOSE_SORT))?;
        filled(&self.why, TEXT, "Enter for which case, and until when if that is known")
            .map_err(|error| Error::beside("why", error.to_string()))?;
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        let id = Uuid::now_v7();
        let sealed = pen.app.keys.seal(HOLD, id.as_bytes(), self.why.trim().as_bytes());
        let sealed = sealed.map_err(|e| Error::fault("sealing why somebody is held", e))?.0;
        let row = [
            id.into(),
            reference().into(),
            person.into(),
            sort.slug().into(),
            sealed.clone().into(),
            At(pen.now).into(),
            by.into(),
        ];
        pen.tx.insert(&TABLE, row).await?;
        pen.journal(Self::WHAT, &subjects, &sealed).await?;
        Ok(())
    }
}

/// Holds something no longer.
#[derive(Debug)]
pub struct Release {
    pub person: String,
    /// The reference of the hold.
    pub hold: String,
}

impl Change for Release {
    type Made = ();
    const WHAT: &'static str = "retention:release";
    const ACTION: Action = Action::DisposeOfRecords;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let (_, subjects) = person(pen, &self.person).await?;
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        let people = everybody(pen.tx, &subjects).await?;
        let text = format!(
            "UPDATE hold SET lifted_at = $1, lifted_by = $2 \
             WHERE reference = $3 AND lifted_at IS NULL AND person_id IN ({})",
            places(&people, 4)
        );
        let first: [Value; 3] = [At(pen.now).into(), by.into(), self.hold.clone().into()];
        let values: Vec<_> = first.into_iter().chain(values(&people)).collect();
        if pen.tx.run(&text, values).await?.rows_affected() == 0 {
            return Err(Error::Stale);
        }
        pen.journal(Self::WHAT, &subjects, self.hold.as_bytes()).await?;
        Ok(())
    }
}

async fn person(pen: &Pen<'_>, reference: &str) -> Result<(PersonId, Vec<Uuid>)> {
    let accounts = child::accounts(pen.tx, &pen.scope, reference).await?;
    let first = accounts.first().ok_or(Error::NotFound)?;
    Ok((first.person_id, accounts.iter().map(|account| account.id.0).collect()))
}

/// Everybody who has one of these accounts, or ever had one of all that are theirs: what is held of
/// somebody stays held of whoever their accounts were linked to, until it is released.
///
/// # Errors
/// When the database does.
pub(super) async fn everybody(db: &impl Runs, accounts: &[Uuid]) -> Result<Vec<Uuid>> {
    #[derive(Row)]
    struct Ever {
        person_id: Uuid,
    }
    let text = format!(
        "SELECT DISTINCT e.person_id FROM account_link e WHERE e.account_id IN ({these}) \
         OR e.account_id IN (SELECT m.account_id FROM account_link l \
           JOIN account_link m ON m.person_id = l.person_id AND m.unlinked_at IS NULL \
           WHERE l.unlinked_at IS NULL AND l.account_id IN ({these})) ORDER BY e.person_id",
        these = places(accounts, 1)
    );
    let ever: Vec<Ever> = db.all(&text, values(accounts)).await?;
    Ok(ever.into_iter().map(|ever| ever.person_id).collect())
}
