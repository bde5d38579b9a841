//! Opening again what was dealt with, for a purpose: it stays open to whoever did for some hours.

use jiff::Timestamp;
use need_to_know::Circumstances;
use platform::db::{At, Runs, Table};
use serde::Serialize;
use uuid::Uuid;

use super::{child, dealt_with, summary::Of};
use crate::{
    access::{Action, policies},
    doors::{Change, Pen},
    error::{Error, Result},
    front_door::contacts,
    ids::AccountId,
    limits, pathways,
};

const OPENED: Table<4> = Table::new("opened_again", ["id", "staff_id", "account_id", "opened_at"]);

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
        // What has run out is of no use: the journal has it.
        let since = At(dealt_with::since(pen.now));
        pen.tx.run("DELETE FROM opened_again WHERE opened_at < $1", [since.into()]).await?;
        let rows = accounts.iter().map(|account| {
            [Uuid::now_v7().into(), staff.into(), (*account).into(), At(pen.now).into()]
        });
        pen.tx.insert_all(&OPENED, rows.collect()).await?;
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
                Ok((accounts.iter().map(|account| account.id).collect(), Vec::new()))
            }
        }
    }
}
