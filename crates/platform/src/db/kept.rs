//! How many rows there must be of what is kept: counted as they are written and taken away, in the
//! transaction that does so. Whatever goes another way is missed the next time that somebody looks.
//! It refuses to know why a row is there, or whether it should be.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, FromQueryResult, Statement, Value};

use super::{Runs, Tx, Whole};

/// The tables that are counted.
type Names = &'static [&'static str];

/// What a transaction added to each table that is counted, and took from it.
#[derive(Clone, Default)]
pub(super) struct Tally {
    names: Arc<OnceLock<Names>>,
    rows: Arc<Mutex<BTreeMap<&'static str, i64>>>,
}

impl Tally {
    /// The tally of another transaction of the same database.
    pub(super) fn of_another(&self) -> Self {
        Self { names: Arc::clone(&self.names), rows: Arc::default() }
    }

    /// What was counted so far.
    pub(super) fn so_far(&self) -> BTreeMap<&'static str, i64> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Goes back to what was counted before.
    pub(super) fn give_back(&self, before: BTreeMap<&'static str, i64>) {
        *self.rows.lock().unwrap_or_else(PoisonError::into_inner) = before;
    }

    /// Counts rows of a table, if it is one that is counted.
    pub(super) fn note(&self, table: &str, rows: i64) {
        let names = self.names.get().copied().unwrap_or_default();
        if let Some(name) = names.iter().find(|name| **name == table) {
            *self.rows.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default() +=
                rows;
        }
    }

    /// Forgets what was counted of a table.
    fn forget(&self, table: &str) {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).remove(table);
    }

    /// Counts what a text did to so many rows.
    pub(super) fn note_text(&self, text: &str, rows: u64) {
        let rows = i64::try_from(rows).unwrap_or(i64::MAX);
        match changed(text) {
            Some((table, true)) => self.note(table, rows),
            Some((table, false)) => self.note(table, -rows),
            None => {}
        }
    }

    /// Writes down what was counted.
    pub(super) async fn keep(&self, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        let mut rows = self.so_far();
        rows.retain(|_, rows| *rows != 0);
        if rows.is_empty() {
            return Ok(());
        }
        let place = |nth: usize| (2 * nth + 1, 2 * nth + 2);
        let cases: String = (0..rows.len())
            .map(place)
            .map(|(name, count)| format!(" WHEN name = ${name} THEN CAST(${count} AS bigint)"))
            .collect();
        let names: Vec<_> = (0..rows.len()).map(|nth| format!("${}", place(nth).0)).collect();
        let text = format!(
            "UPDATE kept_rows SET how_many = how_many + CASE{cases} END WHERE name IN ({})",
            names.join(", ")
        );
        let values = rows.into_iter().flat_map(|(name, count)| [name.into(), count.into()]);
        let values = values.collect::<Vec<Value>>();
        let keep = Statement::from_sql_and_values(tx.get_database_backend(), text, values);
        tx.execute_raw(keep).await.map(drop)
    }
}

/// Which table a text adds rows to (true), or takes them from.
fn changed(text: &str) -> Option<(&str, bool)> {
    let text = text.trim_start();
    let (rest, is_more) = match text.strip_prefix("INSERT INTO ") {
        Some(rest) => (rest, true),
        None => (text.strip_prefix("DELETE FROM ")?, false),
    };
    let end = rest.find(|c: char| c.is_whitespace() || c == '(').unwrap_or(rest.len());
    Some((&rest[..end], is_more))
}

/// A table of which there are not as many rows as were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The table.
    pub name: &'static str,
    /// How many rows it must have; `None` where nobody ever counted.
    pub must_be: Option<i64>,
    /// How many it has.
    pub are: i64,
}

#[derive(FromQueryResult)]
struct Count {
    how_many: i64,
}

impl Tx {
    /// Counts these tables from now on, in this process: first as they are, where nobody ever counted any, and
    /// one that is new among them where it is empty. What was counted once and is not any more stays a gap. No
    /// table may be among them of which a row is ever put in the place of another.
    ///
    /// # Errors
    /// When the database does.
    pub async fn count_rows_of(&self, names: Names) -> Result<(), DbErr> {
        let text = "SELECT count(*) AS how_many FROM kept_rows";
        let known: Option<Count> = self.one(text, []).await?;
        let is_first = known.is_none_or(|known| known.how_many == 0);
        for name in names {
            let only =
                if is_first { "1 = 1" } else { &format!("NOT EXISTS (SELECT 1 FROM {name})") };
            self.count_as_it_is(name, only).await?;
        }
        // A process counts the same tables for as long as it lives.
        let _ = self.kept().names.set(names);
        Ok(())
    }

    /// Begins to count a table that is not counted, where that holds.
    async fn count_as_it_is(&self, name: &'static str, only: &str) -> Result<(), DbErr> {
        let text = format!(
            "INSERT INTO kept_rows (name, how_many) SELECT $1, (SELECT count(*) FROM {name}) \
             WHERE NOT EXISTS (SELECT 1 FROM kept_rows k WHERE k.name = $2) AND {only}"
        );
        let begun = self.run(&text, [name.into(), name.into()]).await?;
        if begun.rows_affected() > 0 {
            // What changed before in this transaction was just counted.
            self.kept().forget(name);
        }
        Ok(())
    }

    /// Begins to count these tables anew, as they are: after somebody looked into what is missing.
    ///
    /// # Errors
    /// When the database does.
    pub async fn count_rows_anew(&self, names: Names) -> Result<(), DbErr> {
        self.run("DELETE FROM kept_rows", []).await?;
        for name in names {
            self.count_as_it_is(name, "1 = 1").await?;
        }
        Ok(())
    }
}

/// Which of these tables have not as many rows as were written, at one moment.
///
/// # Errors
/// When the database does.
pub async fn gaps(whole: &Whole, names: Names) -> Result<Vec<Gap>, DbErr> {
    let mut gaps = Vec::new();
    for name in names {
        let kept: Option<Count> =
            whole.one("SELECT how_many FROM kept_rows WHERE name = $1", [(*name).into()]).await?;
        let text = format!("SELECT count(*) AS how_many FROM {name}");
        let are: Option<Count> = whole.one(&text, []).await?;
        let (must_be, are) = (kept.map(|k| k.how_many), are.map_or(0, |a| a.how_many));
        if must_be != Some(are) {
            gaps.push(Gap { name, must_be, are });
        }
    }
    Ok(gaps)
}

#[cfg(test)]
mod tests {
    use super::changed;

    #[test]
    fn a_text_says_which_table_it_adds_to_or_takes_from() {
        assert_eq!(changed("INSERT INTO child (id) VALUES ($1)"), Some(("child", true)));
        assert_eq!(changed(" INSERT INTO child(id) SELECT 1"), Some(("child", true)));
        assert_eq!(changed("DELETE FROM child WHERE id = $1"), Some(("child", false)));
        assert_eq!(changed("DELETE FROM child"), Some(("child", false)));
        assert_eq!(changed("UPDATE child SET id = 1"), None);
        assert_eq!(changed("SELECT 1 FROM child"), None);
    }
}
