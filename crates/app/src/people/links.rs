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

/// Takes one account away from its person: it belongs to a person of its own again, and that they
/// are different is remembered.
#[derive(Debug, Serialize)]
pub struct UnlinkAccount {
    /// The reference of the person whom it is taken away from.
    pub person: String,
    /// The account's reference.
    pub account: String,
    /// Why it is somebody else.
    pub reason: String,
}

impl Change for UnlinkAccount {
    type Made = ();
    const WHAT: &'static str = "people:unlink";
    const ACTION: Action = Action::LinkPeople;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        filled(&self.reason, REASON, "Enter why this is a different person")?;
        let accounts = accounts_of(pen, &self.person).await?;
        let account = accounts.iter().find(|a| a.reference == self.account).ok_or(Error::Stale)?;
        if accounts.len() < 2 {
            return Err(Error::refusal("There is nothing to unlink: this is the only account"));
        }
        part(pen, account, &accounts, &self.reason).await?;
        let others: Vec<_> = accounts.iter().map(|a| a.id).filter(|id| *id != account.id).collect();
        different::remember(pen, &[account.id], &others, &self.reason).await?;
        let subjects: Vec<_> = accounts.iter().map(|a| a.id.0).collect();
        pen.journal(Self::WHAT, &subjects, &serde_json::to_vec(&self)?).await?;
        Ok(())
    }
}

/// Takes an account away from the others of its person. Whoever had a person of their own before
/// gets it back, so that an old address never shows another child.
async fn part(pen: &Pen<'_>, account: &Account, all: &[Account], reason: &str) -> Result<()> {
    if let Some(home) = home(pen, account).await? {
        return move_to(pen, account, home, reason).await;
    }
    // It was here first: then it stays, and those who came to it go back to where they were.
    let mut homes = Vec::new();
    for other in all.iter().filter(|other| other.id != account.id) {
        homes.push((other, home(pen, other).await?));
    }
    if homes.iter().any(|(_, home)| home.is_none()) {
        return store::unlink(pen, account.id, reason).await;
    }
    for (other, home) in homes {
        if let Some(home) = home {
            move_to(pen, other, home, reason).await?;
        }
    }
    Ok(())
}

async fn move_to(pen: &Pen<'_>, account: &Account, to: PersonId, reason: &str) -> Result<()> {
    store::end_link(pen, account.id, reason).await?;
    store::link(pen, account.id, to, reason).await
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
