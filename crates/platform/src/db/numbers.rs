//! Numbers without a gap, given out inside the writer's transaction: a counter is read and locked
//! once for all the changes that share a commit, counted here, and kept before they are committed.
//! A counter may carry a value, which grows with it: it is read and kept in the same statements.

use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Statement, Value};

/// A counter: a table whose one row holds the last number that was given out.
#[derive(Debug, PartialEq, Eq)]
pub struct Counter {
    table: &'static str,
    /// The column with the value that it carries.
    carries: Option<&'static str>,
}

impl Counter {
    /// The table of that name, with the columns `one` and `seq`.
    pub const fn new(table: &'static str) -> Self {
        Self { table, carries: None }
    }

    /// As [`Counter::new`], with a column of bytes whose value follows from what was numbered.
    pub const fn carrying(table: &'static str, column: &'static str) -> Self {
        Self { table, carries: Some(column) }
    }
}

/// How far a counter has come in this transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Given {
    counter: &'static Counter,
    /// The last number that was given out, and the value that goes with it.
    last: i64,
    carried: Option<Vec<u8>>,
    /// Whether the table says so once the transaction is committed.
    is_kept: bool,
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
        let given = match self.known(counter) {
            Some(given) => {
                let is_kept = given.is_kept && how_many == 0;
                Given { last: given.last + how_many, is_kept, ..given }
            }
            None => begin(tx, counter, how_many).await?,
        };
        let last = given.last;
        self.note(given);
        Ok(last)
    }

    /// The value that a counter carries; nothing before its first number was taken.
    pub(super) fn carried(&self, counter: &'static Counter) -> Option<Vec<u8>> {
        self.known(counter).and_then(|given| given.carried)
    }

    /// Gives a counter, of which a number was taken, another value to carry.
    pub(super) fn carry(&self, counter: &'static Counter, value: Vec<u8>) -> Result<(), DbErr> {
        let given = self.known(counter).filter(|given| given.counter.carries.is_some());
        let given = given.ok_or_else(|| {
            DbErr::Custom(format!(
                "nothing was counted of {}, or it carries nothing",
                counter.table
            ))
        })?;
        self.note(Given { carried: Some(value), is_kept: false, ..given });
        Ok(())
    }

    /// Writes down how far each counter has come.
    pub(super) async fn keep(&self, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        for Given { counter, last, carried, .. } in self.given().into_iter().filter(|g| !g.is_kept)
        {
            let Counter { table, carries } = counter;
            let keep = match carries {
                None => {
                    let text = format!("UPDATE {table} SET seq = $1 WHERE one = 1");
                    statement(tx, &text, [last.into()])
                }
                Some(column) => {
                    let text = format!("UPDATE {table} SET seq = $1, {column} = $2 WHERE one = 1");
                    statement(tx, &text, [last.into(), carried.into()])
                }
            };
            tx.execute_raw(keep).await?;
        }
        Ok(())
    }

    fn known(&self, counter: &'static Counter) -> Option<Given> {
        self.given().into_iter().find(|given| given.counter == counter)
    }

    fn note(&self, now: Given) {
        let mut given = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        given.retain(|given| given.counter != now.counter);
        given.push(now);
    }
}

/// Takes the first numbers of this transaction. Whoever else counts waits from now on.
async fn begin(
    tx: &DatabaseTransaction,
    counter: &'static Counter,
    how_many: i64,
) -> Result<Given, DbErr> {
    let Counter { table, carries } = counter;
    let also = carries.map_or_else(String::new, |column| format!(", {column} AS carried"));
    let text = format!("UPDATE {table} SET seq = seq + $1 WHERE one = 1 RETURNING seq{also}");
    let row = tx.query_one_raw(statement(tx, &text, [how_many.into()])).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound(format!("the counter {table}")))?;
    let carried = if carries.is_some() { row.try_get("", "carried")? } else { None };
    Ok(Given { counter, last: row.try_get("", "seq")?, carried, is_kept: true })
}

fn statement<const N: usize>(
    tx: &DatabaseTransaction,
    text: &str,
    values: [Value; N],
) -> Statement {
    Statement::from_sql_and_values(tx.get_database_backend(), text, values)
}
