//! Linking: a person in the hub says that two accounts are of one person, or that they are not.
//! Nothing is merged; every link has a reason and can be undone.

use platform::db::{Row, Runs, sea_orm};
use serde::Serialize;

use super::store;
use crate::{
    access::Action,
    doors::{Change, Pen},
    error::{Error, Result},
    ids::{AccountId, PersonId},
};

/// Joins everything known of one person to another.
#[derive(Debug, Serialize)]
pub struct LinkPeople {
    /// The reference of the person whose accounts move.
    pub from: String,
    /// The reference of the person whom they join.
    pub to: String,
    /// Why they are the same.
    pub reason: String,
}

impl Change for LinkPeople {
    type Made = String;
    const WHAT: &'static str = "people:link";
    const ACTION: Action = Action::LinkPeople;

    async fn make(self, pen: &mut Pen<'_>) -> Result<String> {
        if self.from == self.to {
            return Err(Error::refusal("Choose two different records to link"));
        }
        if self.reason.trim().is_empty() {
            return Err(Error::refusal("Enter why these are the same person"));
        }
        let from = accounts_of(pen, &self.from).await?;
        let to = accounts_of(pen, &self.to).await?;
        let Some(target) = to.first() else { return Err(Error::NotFound) };
        if from.is_empty() {
            return Err(Error::NotFound);
        }
        for account in &from {
            store::end_link(pen, account.id, &self.reason).await?;
            store::link(pen, account.id, target.person_id, &self.reason).await?;
        }
        let subjects: Vec<_> = from.iter().chain(&to).map(|a| a.id.0).collect();
        pen.journal(Self::WHAT, &subjects, &serde_json::to_vec(&self)?).await?;
        Ok(self.to)
    }
}

/// Takes one account away from its person: it belongs to a person of its own again.
#[derive(Debug, Serialize)]
pub struct UnlinkAccount {
    /// The account.
    pub account: AccountId,
    /// Why it is somebody else.
    pub reason: String,
}

impl Change for UnlinkAccount {
    type Made = ();
    const WHAT: &'static str = "people:unlink";
    const ACTION: Action = Action::LinkPeople;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        if self.reason.trim().is_empty() {
            return Err(Error::refusal("Enter why this is a different person"));
        }
        let account = store::account(pen.tx, self.account).await?;
        store::unlink(pen, account.id, &self.reason).await?;
        pen.journal(Self::WHAT, &[account.id.0], &serde_json::to_vec(&self)?).await?;
        Ok(())
    }
}

#[derive(Row)]
struct Joined {
    id: AccountId,
    person_id: PersonId,
}

async fn accounts_of(pen: &Pen<'_>, person: &str) -> Result<Vec<Joined>> {
    Ok(pen
        .tx
        .all(
            "SELECT l.account_id AS id, l.person_id FROM account_link l \
             JOIN person p ON p.id = l.person_id \
             WHERE p.reference = $1 AND l.unlinked_at IS NULL ORDER BY l.account_id",
            [person.into()],
        )
        .await?)
}
