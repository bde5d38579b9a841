//! The words of the names that were on the record before there was a table of words: taken up by
//! the migration that makes it, some thousand names at a time.

use platform::db::{Row, Runs, insert_all, sea_orm};
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::SchemaManagerConnection;
use uuid::Uuid;

use super::rows::{WORD, word_row, words};
use crate::ids::AccountId;

/// How many names are read at a time.
const PAGE: i64 = 2000;

/// The connection of a migration, within its transaction.
struct Migrating<'a>(&'a SchemaManagerConnection<'a>);

impl Runs for Migrating<'_> {
    fn connection(&self) -> &impl ConnectionTrait {
        self.0
    }
}

/// Writes down the words of every name that is there.
///
/// # Errors
/// When the database does; then the migration is given up.
pub async fn take_up(connection: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    #[derive(Row)]
    struct Named {
        id: Uuid,
        account_id: AccountId,
        folded: String,
    }
    let over = Migrating(connection);
    let mut last = Uuid::nil();
    loop {
        let text = format!(
            "SELECT id, account_id, folded FROM account_name WHERE id > $1 ORDER BY id LIMIT {PAGE}"
        );
        let names: Vec<Named> = over.all(&text, [last.into()]).await?;
        let Some(end) = names.last() else { return Ok(()) };
        last = end.id;
        let rows = names
            .iter()
            .flat_map(|n| words(&n.folded).map(|word| word_row(word, n.id, n.account_id)));
        insert_all(&over, &WORD, rows.collect()).await?;
    }
}
