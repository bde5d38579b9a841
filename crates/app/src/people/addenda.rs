//! Saying more about a person later. An account is kept as it came, so what is new or was wrong in
//! it stands beside it, dated and signed.

use serde::Serialize;

use super::{child, store};
use crate::{
    access::Action,
    doors::{Change, Pen},
    error::{Error, Result},
    limits::{TEXT, filled},
};

/// Says more about a person than one of their accounts does.
#[derive(Debug, Serialize)]
pub struct AddToAccount {
    /// The person's reference.
    pub person: String,
    /// The account's reference.
    pub account: String,
    /// What is new, or what was wrong.
    pub said: String,
}

impl Change for AddToAccount {
    type Made = ();
    const WHAT: &'static str = "people:add";
    const ACTION: Action = Action::AddToAccount;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        filled(self.said.trim(), TEXT, "Enter what you want to add")?;
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        let accounts = child::accounts(pen.tx, &pen.scope, &self.person).await?;
        let account =
            accounts.iter().find(|a| a.reference == self.account).ok_or(Error::NotFound)?;
        store::add(pen, account.id, by, self.said.trim()).await?;
        pen.journal(Self::WHAT, &[account.id.0], &serde_json::to_vec(&self)?).await?;
        Ok(())
    }
}
