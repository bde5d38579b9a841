//! Linking: a person in the hub says that two accounts are of one person, or that they are not.
//! Nothing is merged; every link has a reason and can be undone.

use platform::db::{Row, Runs, Value, sea_orm};
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
    ids::{AccountId, PersonId},
    limits::{REASON, filled},
    recognising::different,
};

/// Joins everything known of one person to another, or asks that it be joined where something is open about
/// both ([`crate::recognising::seconding`]).
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

impl LinkPeople {
    /// The accounts of both, as far as the asker may see them, where they can be linked.
    ///
    /// # Errors
    /// A refusal where they can't; `Stale` where the account that the asker saw is not there any more.
    pub(crate) async fn sides(&self, pen: &Pen<'_>) -> Result<(Vec<Account>, Vec<Account>)> {
        if self.from == self.to {
            return Err(Error::refusal("Choose two different records to link"));
        }
        filled(&self.reason, REASON, "Enter why these are the same person")?;
        let from = accounts_of(pen, &self.from).await?;
        let to = accounts_of(pen, &self.to).await?;
        if from.is_empty() || to.is_empty() {
            return Err(Error::NotFound);
        }
        if !from.iter().any(|a| a.reference == self.account) {
            return Err(Error::Stale);
        }
        different::refuse_to_link(pen.tx, &from, &to).await?;
        Ok((from, to))
    }
}

/// Joins everything known of one person to another, with the entry of the change that does it. Answers with
/// the person's reference.
///
/// # Errors
/// When the database does.
pub(crate) async fn join(
    pen: &mut Pen<'_>,
    what: &'static str,
    link: &LinkPeople,
    from: &[Account],
    to: &[Account],
) -> Result<String> {
    let target = to.first().ok_or(Error::NotFound)?.person_id;
    for account in from {
        store::end_link(pen, account.id, &link.reason).await?;
        store::link(pen, account.id, target, &link.reason).await?;
    }
    let subjects: Vec<_> = from.iter().chain(to).map(|a| a.id.0).collect();
    pen.journal(what, &subjects, &serde_json::to_vec(link)?).await?;
    restricting::hand_over_of(pen, target).await?;
    Ok(link.to.clone())
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
        let ids = |of: &[&Account]| of.iter().map(|account| account.id).collect::<Vec<_>>();
        let person = leaving[0].person_id;
        let (leaving, mut staying) = (ids(&leaving), ids(&staying));
        let seen: Vec<_> = all.iter().map(|account| account.id).collect();
        staying.extend(unseen(pen, person, &seen).await?);
        part(pen, person, &leaving, &staying, &self.reason).await?;
        different::remember(pen, &leaving, &staying, &self.reason).await?;
        let subjects: Vec<_> = seen.iter().map(|account| account.0).collect();
        pen.journal(Self::WHAT, &subjects, &serde_json::to_vec(&self)?).await?;
        Ok(())
    }
}

/// The accounts of a person that are hidden from whoever splits it: they stay with those that are left.
async fn unseen(pen: &Pen<'_>, person: PersonId, seen: &[AccountId]) -> Result<Vec<AccountId>> {
    #[derive(Row)]
    struct Of {
        account_id: AccountId,
    }
    let text = "SELECT account_id FROM account_link WHERE person_id = $1 AND unlinked_at IS NULL";
    let all: Vec<Of> = pen.tx.all(text, [person.into()]).await?;
    Ok(all.into_iter().map(|of| of.account_id).filter(|id| !seen.contains(id)).collect())
}

/// Takes accounts away from those that are left, each side together. Whoever had a person of their own before
/// gets it back, so that an old address never shows another child.
async fn part(
    pen: &Pen<'_>,
    person: PersonId,
    leaving: &[AccountId],
    staying: &[AccountId],
    reason: &str,
) -> Result<()> {
    if let Some(home) = home_of_any(pen, person, leaving, staying).await? {
        return move_to(pen, leaving, home, reason).await;
    }
    // They were here first: then they stay, and those who came to them go back to where one of them was.
    if let Some(home) = home_of_any(pen, person, staying, leaving).await? {
        return move_to(pen, staying, home, reason).await;
    }
    let home = store::new_person(pen).await?;
    move_to(pen, leaving, home, reason).await
}

async fn move_to(pen: &Pen<'_>, accounts: &[AccountId], to: PersonId, reason: &str) -> Result<()> {
    for account in accounts {
        store::end_link(pen, *account, reason).await?;
        store::link(pen, *account, to, reason).await?;
    }
    Ok(())
}

/// The person that one of these had before this one, if nobody has it now, nor any of the others ever had:
/// their old address would show this one then.
async fn home_of_any(
    pen: &Pen<'_>,
    person: PersonId,
    accounts: &[AccountId],
    others: &[AccountId],
) -> Result<Option<PersonId>> {
    #[derive(Row)]
    struct Before {
        person_id: PersonId,
    }
    let text = format!(
        "SELECT l.person_id FROM account_link l WHERE l.account_id = $1 \
         AND l.unlinked_at IS NOT NULL AND l.person_id <> $2 AND NOT EXISTS \
         (SELECT 1 FROM account_link o WHERE o.person_id = l.person_id \
          AND (o.unlinked_at IS NULL OR o.account_id IN ({}))) \
         ORDER BY l.unlinked_at DESC, l.id DESC LIMIT 1",
        store::places(others, 3)
    );
    for account in accounts {
        let mut asked: Vec<Value> = vec![(*account).into(), person.into()];
        asked.extend(store::values(others));
        let before: Option<Before> = pen.tx.one(&text, asked).await?;
        if let Some(before) = before {
            return Ok(Some(before.person_id));
        }
    }
    Ok(None)
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
