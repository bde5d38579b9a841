//! What is said later of somebody whose address must be kept secret. Whoever says it may not know of
//! the refuge, so it is kept secret as well until somebody says, with the reason, that it need not
//! be. It only ever raises a protection; nothing here lowers one.

use platform::db::{At, Row, Runs, Value, sea_orm};

use super::sticking::alike;
use crate::{doors::Pen, error::Result, ids::AccountId};

/// The protected addresses of everybody whom the accounts are of.
const PROTECTED: &str = "SELECT a.account_id FROM account_link q \
    JOIN account_link p ON p.person_id = q.person_id AND p.unlinked_at IS NULL \
    JOIN account_address a ON a.account_id = p.account_id AND a.protected_since IS NOT NULL \
    WHERE q.unlinked_at IS NULL AND q.account_id";

/// Whether an address of the account's person must be kept secret, whichever agency said so.
///
/// # Errors
/// When the database does.
pub async fn stands_for(db: &impl Runs, account: AccountId) -> Result<bool> {
    finds(db, &format!("{PROTECTED} = $1"), &[account]).await
}

/// Keeps secret where the people live, and how they are reached, who came in together, when one of
/// them may be somebody whose address must be kept secret. Nobody has linked the two yet, and they
/// live together or know of each other: the stricter holds.
///
/// # Errors
/// When the database does.
pub async fn carries_over(pen: &Pen<'_>, accounts: &[AccountId]) -> Result<()> {
    let may_be_somebody =
        format!("{PROTECTED} IN (SELECT k.account_id FROM ({}) k)", alike(accounts.len()));
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

async fn finds(db: &impl Runs, text: &str, accounts: &[AccountId]) -> Result<bool> {
    #[derive(Row)]
    struct Found {
        #[expect(dead_code, reason = "that there is one is all that is asked")]
        account_id: AccountId,
    }
    let values: Vec<Value> = accounts.iter().map(|account| (*account).into()).collect();
    let found: Option<Found> = db.one(&format!("{text} LIMIT 1"), values).await?;
    Ok(found.is_some())
}
