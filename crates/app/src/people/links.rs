//! Linking: a person in the hub says that two accounts are of one person, or that they are not.
//! Nothing is merged; every link has a reason and can be undone.

use platform::db::{Row, Runs, sea_orm};
use serde::Serialize;
use uuid::Uuid;

use super::{
    child, restricting,
    store::{self, Account},
};
use crate::{
    access::Action,
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::PersonId,
    limits::{REASON, filled},
    recognising::different,
};

/// Joins everything known of one person to another.
#[derive(Debug, Serialize)]
pub struct LinkPeople {
    /// The reference of the person whose accounts move.
    pub from: String,
    /// The reference of the account that the asker saw on that person.
    pub account: String,
    /// The reference of the person whom they join.
    pub to: String,
    /// Why they are the same.
    pub reason: String,
}

impl Change for LinkPeople {
    type Made = String;
    const WHAT: &'static str = "people:link";
    const ACTION: Action = Action::LinkPeople;

    fn asked(&self) -> String {
        self.account.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<String> {
        if self.from == self.to {
            return Err(Error::refusal("Choose two different records to link"));
        }
        filled(&self.reason, REASON, "Enter why these are the same person")?;
        let from = accounts_of(pen, &self.from).await?;
        let to = accounts_of(pen, &self.to).await?;
        let Some(target) = to.first() else { return Err(Error::NotFound) };
        if from.is_empty() {
            return Err(Error::NotFound);
        }
        if !from.iter().any(|a| a.reference == self.account) {
            return Err(Error::Stale);
        }
        different::refuse_to_link(pen.tx, &from, &to).await?;
        for account in &from {
            store::end_link(pen, account.id, &self.reason).await?;
            store::link(pen, account.id, target.person_id, &self.reason).await?;
        }
        let subjects: Vec<_> = from.iter().chain(&to).map(|a| a.id.0).collect();
        pen.journal(Self::WHAT, &subjects, &serde_json::to_vec(&self)?).await?;
        restricting::hand_over_of(pen, target.person_id).await?;
        Ok(self.to)
    }
}

/// Takes some accounts away from their person: they stay together, as do those that are left, and that the
/// two are different is remembered.
#[derive(Debug, Serialize)]
pub struct SplitPerson {
    /// The reference of the person whom they are taken away from.
    pub person: String,
    /// The references of the accounts of whoever is somebody else.
    pub accounts: Vec<String>,
    /// Why it is somebody else.
    pub reason: String,
}

impl Change for SplitPerson {
    type Made = ();
    const WHAT: &'static str = "people:unlink";
    const ACTION: Action = Action::LinkPeople;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        filled(&self.reason, REASON, "Enter why this is a different person")?;
        let all = accounts_of(pen, &self.person).await?;
        let is_meant = |account: &&Account| self.accounts.contains(&account.reference);
        let (leaving, staying): (Vec<_>, Vec<_>) = all.iter().partition(is_meant);
        if leaving.is_empty() || leaving.len() < self.accounts.len() {
            return Err(Error::Stale);
        }
        if all.len() < 2 {
            return Err(Error::refusal("There is nothing to unlink: this is the only account"));
        }
        if staying.is_empty() {
            return Err(Error::refusal("Leave one of them here: else nobody is somebody else"));
        }
        part(pen, &leaving, &staying, &self.reason).await?;
        let ids = |of: &[&Account]| of.iter().map(|account| account.id).collect::<Vec<_>>();
        different::remember(pen, &ids(&leaving), &ids(&staying), &self.reason).await?;
        let subjects: Vec<_> = all.iter().map(|account| account.id.0).collect();
        pen.journal(Self::WHAT, &subjects, &serde_json::to_vec(&self)?).await?;
        Ok(())
    }
}

/// Takes accounts away from those that are left, each side together. Whoever had a person of their own before
/// gets it back, so that an old address never shows another child.
async fn part(
    pen: &Pen<'_>,
    leaving: &[&Account],
    staying: &[&Account],
    reason: &str,
) -> Result<()> {
    if let Some(home) = home_of_any(pen, leaving).await? {
        return move_to(pen, leaving, home, reason).await;
    }
    // They were here first: then they stay, and those who came to them go back to where one of them was.
    if let Some(home) = home_of_any(pen, staying).await? {
        return move_to(pen, staying, home, reason).await;
    }
    let home = store::new_person(pen).await?;
    move_to(pen, leaving, home, reason).await
}

async fn move_to(pen: &Pen<'_>, accounts: &[&Account], to: PersonId, reason: &str) -> Result<()> {
    for account in accounts {
        store::end_link(pen, account.id, reason).await?;
        store::link(pen, account.id, to, reason).await?;
    }
    Ok(())
}

/// The person that one of these had before, if nobody has it now.
async fn home_of_any(pen: &Pen<'_>, accounts: &[&Account]) -> Result<Option<PersonId>> {
    for account in accounts {
        if let Some(home) = home(pen, account).await? {
            return Ok(Some(home));
        }
    }
    Ok(None)
}

/// The person that an account had before this one, if nobody has it now.
async fn home(pen: &Pen<'_>, account: &Account) -> Result<Option<PersonId>> {
    #[derive(Row)]
    struct Before {
        person_id: PersonId,
    }
    let before: Option<Before> = pen
        .tx
        .one(
            "SELECT l.person_id FROM account_link l WHERE l.account_id = $1 \
             AND l.unlinked_at IS NOT NULL AND l.person_id <> $2 AND NOT EXISTS \
             (SELECT 1 FROM account_link o WHERE o.person_id = l.person_id \
              AND o.unlinked_at IS NULL) ORDER BY l.unlinked_at DESC, l.id DESC LIMIT 1",
            [account.id.into(), account.person_id.into()],
        )
        .await?;
    Ok(before.map(|b| b.person_id))
}

/// A look at where a person's accounts went when they were linked to another.
#[derive(Debug)]
pub struct MovedTo {
    /// The reference of the person who has none left.
    pub person: String,
}

impl Look for MovedTo {
    /// The reference of the person who has them now.
    type Seen = String;
    const WHAT: &'static str = "people:moved";
    const ACTION: Action = Action::LinkPeople;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(String, Vec<Uuid>)> {
        #[derive(Row)]
        struct Now {
            reference: String,
        }
        let now: Vec<Now> = glass
            .db
            .all(
                "SELECT DISTINCT q.reference FROM person p \
                 JOIN account_link was ON was.person_id = p.id AND was.unlinked_at IS NOT NULL \
                 JOIN account_link now ON now.account_id = was.account_id \
                   AND now.unlinked_at IS NULL \
                 JOIN person q ON q.id = now.person_id WHERE p.reference = $1",
                [self.person.into()],
            )
            .await?;
        // Where they went different ways there is no one answer.
        let [now] = now.as_slice() else { return Err(Error::NotFound) };
        // Whoever may not see them there is not told that they are.
        if child::accounts(&glass.db, &glass.scope, &now.reference).await?.is_empty() {
            return Err(Error::NotFound);
        }
        Ok((now.reference.clone(), Vec::new()))
    }
}

async fn accounts_of(pen: &Pen<'_>, person: &str) -> Result<Vec<Account>> {
    child::accounts(pen.tx, &pen.scope, person).await
}
