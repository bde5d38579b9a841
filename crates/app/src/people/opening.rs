//! Opening again what was dealt with, for a purpose: it stays open to whoever did for some hours.

use jiff::Timestamp;
use need_to_know::Circumstances;
use platform::{
    db::{At, Row, Runs, Table, sea_orm},
    seal::{Keys, Sealed},
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    child,
    store::{places, values},
    summary::Of,
};
use crate::{
    access::{Action, policies},
    doors::{Change, Pen},
    error::{Error, Result},
    front_door::contacts,
    ids::AccountId,
    limits, pathways,
};

const OPENED: Table<5> =
    Table::new("opened_again", ["id", "staff_id", "account_id", "sealed", "opened_at"]);
/// For which purpose what it was opened for is sealed.
const WHY: &str = "opened-again";
/// How many are shown: the newest.
pub const MOST: usize = 50;
/// How many rows are read for them: one opening has a row for each account.
const ROWS: usize = 1_000;

/// What most people open it again for.
pub const PURPOSES: [(&str, &str); 6] = [
    ("news", "Somebody has told us something about them"),
    ("asked", "Another agency asks us about them"),
    ("family", "Somebody in their family is in another request"),
    ("checking", "To check how it was dealt with, or to correct it"),
    ("data", "To answer somebody who asks what is held about them"),
    ("keeping", "To see whether it still has to be kept"),
];

/// Opens a request, or what is known of a person, again.
#[derive(Debug, Serialize)]
pub struct OpenAgain {
    /// What is opened.
    pub of: Of,
    /// What for: [`limits::LEAST`] characters or more.
    pub purpose: String,
}

impl Change for OpenAgain {
    type Made = ();
    const WHAT: &'static str = "people:open-again";
    const ACTION: Action = Action::OpenDealtWith;

    fn asked(&self) -> String {
        self.of.reference().to_owned()
    }

    fn circumstances(&self, now: Timestamp) -> Circumstances {
        let said = self.purpose.trim().chars().count();
        policies::at(now, u32::try_from(said).unwrap_or(u32::MAX))
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        limits::reason("why", &self.purpose)?;
        let (accounts, mut subjects) = self.opens(pen).await?;
        let staff = pen.actor.id();
        let mut rows = Vec::with_capacity(accounts.len());
        for account in &accounts {
            let id = Uuid::now_v7();
            let why = pen.app.keys.seal(WHY, id.as_bytes(), self.purpose.trim().as_bytes());
            let why = why.map_err(|e| Error::fault("sealing what a record is opened for", e))?;
            let row =
                [id.into(), staff.into(), (*account).into(), why.0.into(), At(pen.now).into()];
            rows.push(row);
        }
        pen.tx.insert_all(&OPENED, rows).await?;
        subjects.extend(accounts.iter().map(|account| account.0));
        pen.journal(Self::WHAT, &subjects, &serde_json::to_vec(&self)?).await.map(drop)
    }
}

impl OpenAgain {
    /// The accounts that are opened, where the policies let them be reached; and what the entry is
    /// about besides them.
    async fn opens(&self, pen: &Pen<'_>) -> Result<(Vec<AccountId>, Vec<Uuid>)> {
        match &self.of {
            Of::Contact(reference) => {
                let contact = contacts::find(pen.tx, &pen.scope, reference).await?;
                let pathways = pathways::store::of_contact(pen.tx, contact.id).await?;
                let accounts = pathways.iter().map(|pathway| pathway.account_id).collect();
                Ok((accounts, vec![contact.id.0]))
            }
            Of::Person(reference) => {
                let accounts = child::accounts(pen.tx, &pen.scope, reference).await?;
                if accounts.is_empty() {
                    return Err(Error::NotFound);
                }
                let accounts: Vec<_> = accounts.iter().map(|account| account.id).collect();
                Ok((with_whom(pen.tx, &accounts).await?, Vec::new()))
            }
        }
    }
}

/// These, and the children of the requests that they are in: what is opened of one tells of the others,
/// and so what for stands with each.
async fn with_whom(db: &impl Runs, accounts: &[AccountId]) -> Result<Vec<AccountId>> {
    #[derive(Row)]
    struct Which {
        id: AccountId,
    }
    let these = places(accounts, 1);
    let text = format!(
        "SELECT a.id FROM account a WHERE a.id IN ({these}) UNION SELECT q.account_id \
         FROM pathway p JOIN pathway q ON q.contact_id = p.contact_id WHERE p.account_id IN ({these})"
    );
    let all: Vec<Which> = db.all(&text, values(accounts)).await?;
    Ok(all.into_iter().map(|which| which.id).collect())
}

/// That somebody opened it again, and what for.
#[derive(Debug, Clone)]
pub struct Opened {
    pub at: At,
    pub who: String,
    pub why: String,
}

/// Who opened again what is known of these accounts, the newest first: one more than is shown, so that it
/// can be said that there are more.
///
/// # Errors
/// When the database does, or a purpose can't be unsealed.
pub async fn of_accounts(db: &impl Runs, keys: &Keys, accounts: &[Uuid]) -> Result<Vec<Opened>> {
    #[derive(Row)]
    struct Stored {
        id: Uuid,
        who: String,
        sealed: Vec<u8>,
        opened_at: At,
    }
    let text = format!(
        "SELECT o.id, s.name AS who, o.sealed, o.opened_at FROM opened_again o \
         JOIN staff s ON s.id = o.staff_id WHERE o.account_id IN ({}) \
         ORDER BY o.opened_at DESC, o.staff_id, o.id LIMIT {ROWS}",
        places(accounts, 1)
    );
    let stored: Vec<Stored> = db.all(&text, values(accounts)).await?;
    let mut opened: Vec<Opened> = Vec::with_capacity(stored.len());
    for Stored { id, who, sealed, opened_at: at } in stored {
        let why = keys.unseal(WHY, id.as_bytes(), &Sealed(sealed));
        let why = why.map_err(|e| Error::fault("unsealing what a record was opened for", e))?;
        let why = String::from_utf8_lossy(&why).into_owned();
        opened.push(Opened { at, who, why });
    }
    // One opening has a row for each account.
    opened.dedup_by(|one, next| (one.at, &one.who, &one.why) == (next.at, &next.who, &next.why));
    opened.truncate(MOST + 1);
    Ok(opened)
}
