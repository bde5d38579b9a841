//! What is said later of somebody whose address must be kept secret. Whoever says it may not know of
//! the refuge, so it is kept secret as well until somebody says, with the reason, that it need not
//! be. Of somebody whose address is shown to few, everything that is said is kept so, and of those
//! who came in with them. It only ever raises a protection; nothing here lowers one.

use platform::db::{At, Row, Runs, Value, sea_orm};

use super::sticking::{ADDRESS, NAMED_IN, alike};
use crate::{
    doors::Pen,
    error::Result,
    ids::{AccountId, ContactId, PersonId},
    recognising::keys,
};

/// The accounts of everybody of whom an address is protected, or is shown to few, or who came in with
/// somebody of whom it is; a query that ends before their condition.
fn protected() -> String {
    format!(
        "SELECT q.account_id FROM account_link q WHERE q.unlinked_at IS NULL \
         AND EXISTS (SELECT 1 FROM account_link p \
         WHERE p.person_id = q.person_id AND p.unlinked_at IS NULL AND (EXISTS \
         (SELECT 1 FROM account_address a WHERE a.account_id = p.account_id \
         AND a.protected_since IS NOT NULL) OR p.account_id IN ({}))) AND q.account_id",
        ADDRESS.accounts("")
    )
}

/// Whether an address of the account's person must be kept secret, whichever agency said so, or is
/// shown to few, as is that of whoever came in with them.
///
/// # Errors
/// When the database does.
pub async fn stands_for(db: &impl Runs, account: AccountId) -> Result<bool> {
    finds(db, &format!("{} = $1", protected()), &[account]).await
}

/// Keeps secret where the people live, and how they are reached, who came in together, when one of
/// them may be somebody whose address must be kept secret. Nobody has linked the two yet, and they
/// live together or know of each other: the stricter holds.
///
/// # Errors
/// When the database does.
pub async fn carries_over(pen: &Pen<'_>, accounts: &[AccountId]) -> Result<()> {
    let may_be_somebody =
        format!("{} IN (SELECT k.account_id FROM ({}) k)", protected(), alike(accounts.len()));
    if !finds(pen.tx, &may_be_somebody, accounts).await? {
        return Ok(());
    }
    for account in accounts {
        for table in ["account_address", "account_phone"] {
            keep_secret(pen, table, *account).await?;
        }
    }
    Ok(())
}

/// Whether an address of anybody whom a contact names must be kept secret, likewise.
///
/// # Errors
/// When the database does.
pub async fn stands_for_any(db: &impl Runs, contact: ContactId) -> Result<bool> {
    let text = format!("{} IN ({NAMED_IN}) LIMIT 1", protected());
    let found: Option<Found> = db.one(&text, [contact.into()]).await?;
    Ok(found.is_some())
}

/// Keeps secret everything that an account says in one of the two tables.
///
/// # Errors
/// When the database does.
pub(super) async fn keep_secret(pen: &Pen<'_>, table: &str, account: AccountId) -> Result<()> {
    let protect = format!(
        "UPDATE {table} SET protected_since = $1 WHERE account_id = $2 AND protected_since IS NULL"
    );
    pen.tx.run(&protect, [At(pen.now).into(), account.into()]).await?;
    Ok(())
}

/// Keeps secret everything that is said of where somebody lives whose address is shown to few, and of
/// those who came in with them; and of somebody who themselves came in with one of those.
///
/// # Errors
/// When the database does.
pub(super) async fn is_for_few(pen: &Pen<'_>, person: PersonId) -> Result<()> {
    #[derive(Row)]
    struct Reached {
        account_id: AccountId,
    }
    let text = format!(
        "{} UNION SELECT l.account_id FROM account_link l WHERE l.person_id = $1 \
         AND l.unlinked_at IS NULL AND EXISTS (SELECT 1 FROM account_link m WHERE m.person_id = $1 \
         AND m.unlinked_at IS NULL AND m.account_id IN ({})) ORDER BY 1",
        ADDRESS.accounts("AND y.person_id = $1"),
        ADDRESS.accounts("")
    );
    let reached: Vec<Reached> = pen.tx.all(&text, [person.into()]).await?;
    let reached: Vec<_> = reached.into_iter().map(|one| one.account_id).collect();
    for account in &reached {
        for table in ["account_address", "account_phone"] {
            keep_secret(pen, table, *account).await?;
        }
    }
    keys::derive(pen.tx, &pen.app.keys, &reached).await
}

#[derive(Row)]
struct Found {
    #[expect(dead_code, reason = "that there is one is all that is asked")]
    account_id: AccountId,
}

async fn finds(db: &impl Runs, text: &str, accounts: &[AccountId]) -> Result<bool> {
    let values: Vec<Value> = accounts.iter().map(|account| (*account).into()).collect();
    let found: Option<Found> = db.one(&format!("{text} LIMIT 1"), values).await?;
    Ok(found.is_some())
}
