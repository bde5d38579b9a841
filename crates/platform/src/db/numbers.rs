//! Numbers without a gap, given out inside the writer's transaction: a counter is read and locked
//! once for all the changes that share a commit, counted here, and kept before they are committed.

use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, FromQueryResult, Statement, Value};

/// A counter: a table whose one row holds the last number that was given out.
#[derive(Debug, PartialEq, Eq)]
pub struct Counter {
    table: &'static str,
}

impl Counter {
    /// The table of that name, with the columns `one` and `seq`.
    pub const fn new(table: &'static str) -> Self {
        Self { table }
    }
}

/// The last number of a counter that was given out in this transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Given {
    counter: &'static Counter,
    last: i64,
    /// What the table says, once the transaction is committed.
    kept: i64,
}

/// What was given out in a transaction so far: a counter is among them once it is locked.
#[derive(Clone, Default)]
pub(super) struct Numbers(Arc<Mutex<Vec<Given>>>);

impl Numbers {
    /// Everything that was given out.
    pub(super) fn given(&self) -> Vec<Given> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Goes back to what was given out before. A counter that was locked since is forgotten:
    /// rolling back to a savepoint lets go of what was locked behind it.
    pub(super) fn give_back(&self, before: Vec<Given>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = before;
    }

    /// Takes numbers and answers with the last.
    pub(super) async fn take(
        &self,
        tx: &DatabaseTransaction,
        counter: &'static Counter,
        how_many: i64,
    ) -> Result<i64, DbErr> {
        let known = self.given().into_iter().find(|given| given.counter == counter);
        let (last, kept) = match known {
            Some(given) => (given.last + how_many, given.kept),
            None => {
                let last = begin(tx, counter, how_many).await?;
                (last, last)
            }
        };
        let mut given = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        given.retain(|given| given.counter != counter);
        given.push(Given { counter, last, kept });
        Ok(last)
    }

    /// Writes down how far each counter has come.
    pub(super) async fn keep(&self, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        for Given { counter, last, .. } in self.given().into_iter().filter(|g| g.last != g.kept) {
            let text = format!("UPDATE {} SET seq = $1 WHERE one = 1", counter.table);
            tx.execute_raw(statement(tx, &text, [last.into()])).await?;
        }
        Ok(())
    }
}

/// Takes the first numbers of this transaction. Whoever else counts waits from now on.
async fn begin(tx: &DatabaseTransaction, counter: &Counter, how_many: i64) -> Result<i64, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        seq: i64,
    }
    let text = format!("UPDATE {} SET seq = seq + $1 WHERE one = 1 RETURNING seq", counter.table);
    let row = Row::find_by_statement(statement(tx, &text, [how_many.into()])).one(tx).await?;
    row.map(|row| row.seq)
        .ok_or_else(|| DbErr::RecordNotFound(format!("the counter {}", counter.table)))
}

fn statement<const N: usize>(
    tx: &DatabaseTransaction,
    text: &str,
    values: [Value; N],
) -> Statement {
    Statement::from_sql_and_values(tx.get_database_backend(), text, values)
}
