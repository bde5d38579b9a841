//! Rows that wait to be inserted. On PostgreSQL each statement is a journey to the server and
//! back, in which the one writer stands still: rows of many tables go there in one statement, whose
//! references are checked when all of it is done. SQLite is in the process, and gets each at once.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement, Value};

/// When so many values wait, they are sent: PostgreSQL takes 65 535 in a statement.
const MOST: usize = 16_000;

/// Rows of several tables, in the order in which the tables were first named.
#[derive(Default)]
pub(super) struct Waiting {
    tables: Vec<Rows>,
    values: usize,
}

/// The rows of one table.
struct Rows {
    table: &'static str,
    columns: &'static [&'static str],
    values: Vec<Value>,
    /// Whether a row that stands under the same first column is replaced.
    replaces: bool,
}

impl Waiting {
    /// Adds rows to those that wait.
    pub(super) fn add(
        &mut self,
        table: &'static str,
        columns: &'static [&'static str],
        values: impl IntoIterator<Item = Value>,
    ) {
        let known = self
            .tables
            .iter()
            .position(|rows| rows.table == table && rows.columns == columns && !rows.replaces);
        let place = known.unwrap_or_else(|| self.begin(table, columns, false));
        let rows = &mut self.tables[place].values;
        let before = rows.len();
        rows.extend(values);
        self.values += rows.len() - before;
    }

    /// Adds a row that replaces the one under the same first column. The table must have no other
    /// waiting: one statement can't touch a row twice.
    pub(super) fn replace(
        &mut self,
        table: &'static str,
        columns: &'static [&'static str],
        values: impl IntoIterator<Item = Value>,
    ) {
        let place = self.begin(table, columns, true);
        self.tables[place].values.extend(values);
        self.values += columns.len();
    }

    fn begin(
        &mut self,
        table: &'static str,
        columns: &'static [&'static str],
        replaces: bool,
    ) -> usize {
        self.tables.push(Rows { table, columns, values: Vec::new(), replaces });
        self.tables.len() - 1
    }

    /// Whether rows of that table wait.
    pub(super) fn has(&self, table: &str) -> bool {
        self.tables.iter().any(|rows| rows.table == table)
    }

    /// Whether it is time to send them.
    pub(super) fn is_full(&self) -> bool {
        self.values >= MOST
    }

    /// Sends them all.
    pub(super) async fn send(&mut self, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        if self.tables.is_empty() {
            return Ok(());
        }
        let Self { tables, .. } = std::mem::take(self);
        let text = one_text(&tables);
        let values = tables.into_iter().flat_map(|rows| rows.values);
        tx.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, text, values))
            .await
            .map(drop)
    }
}

/// One statement that inserts the rows of all these tables.
fn one_text(tables: &[Rows]) -> String {
    let mut text = String::new();
    let mut place = 0;
    for (nth, rows) in tables.iter().enumerate() {
        let is_last = nth + 1 == tables.len();
        match (nth, is_last) {
            (0, true) => {}
            (0, false) => text.push_str("WITH t0 AS ("),
            (_, false) => text.push_str(&format!(", t{nth} AS (")),
            (_, true) => text.push(' '),
        }
        rows.write(&mut text, &mut place);
        if !is_last {
            text.push(')');
        }
    }
    text
}

impl Rows {
    fn write(&self, text: &mut String, place: &mut usize) {
        let wide = self.columns.len();
        text.push_str(&format!("INSERT INTO {} ({}) VALUES ", self.table, self.columns.join(", ")));
        for nth in 0..self.values.len() {
            *place += 1;
            text.push_str(match nth % wide {
                0 if nth == 0 => "($",
                0 => "), ($",
                _ => ", $",
            });
            text.push_str(&place.to_string());
        }
        text.push(')');
        if self.replaces {
            text.push_str(&replacing(self.columns));
        }
    }
}

/// What makes an insertion replace the row under the same first column.
pub(super) fn replacing(columns: &[&str]) -> String {
    let rest: Vec<_> = columns[1..].iter().map(|c| format!("{c} = excluded.{c}")).collect();
    format!(" ON CONFLICT ({}) DO UPDATE SET {}", columns[0], rest.join(", "))
}

#[cfg(test)]
mod tests {
    use super::{Waiting, one_text};

    #[test]
    fn rows_of_one_table_go_together_and_tables_in_one_statement() {
        let mut waiting = Waiting::default();
        waiting.add("child", &["id", "name"], [1.into(), "Kit".into()]);
        waiting.add("worry", &["child"], [1.into()]);
        waiting.add("child", &["id", "name"], [2.into(), "Bo".into()]);
        waiting.replace("due", &["child", "at"], [1.into(), 5.into()]);
        assert_eq!(
            one_text(&waiting.tables),
            "WITH t0 AS (INSERT INTO child (id, name) VALUES ($1, $2), ($3, $4)), \
             t1 AS (INSERT INTO worry (child) VALUES ($5)) \
             INSERT INTO due (child, at) VALUES ($6, $7) \
             ON CONFLICT (child) DO UPDATE SET at = excluded.at"
        );
    }

    #[test]
    fn one_table_needs_no_more_than_its_own_text() {
        let mut waiting = Waiting::default();
        waiting.add("child", &["id"], [1.into()]);
        assert_eq!(one_text(&waiting.tables), "INSERT INTO child (id) VALUES ($1)");
    }
}
