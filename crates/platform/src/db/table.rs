//! Tables by name and columns, for rows that are inserted alone or by the thousand. The columns of
//! a row stand in one place, so that whoever writes one row and whoever loads a million agree.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Value};

use super::{Runs, Tx, waiting::replacing};

/// How many rows stand in one statement at most.
const AT_ONCE: usize = 1000;
/// How many values SQLite takes in one statement; PostgreSQL takes twice as many.
const VALUES: usize = 32_766;

/// A table, and the columns that its rows are written with.
#[derive(Debug)]
pub struct Table<const N: usize> {
    name: &'static str,
    columns: [&'static str; N],
}

impl<const N: usize> Table<N> {
    /// The table of that name.
    pub const fn new(name: &'static str, columns: [&'static str; N]) -> Self {
        const { assert!(N > 0 && N * AT_ONCE <= VALUES) };
        Self { name, columns }
    }

    /// The text that inserts so many rows.
    ///
    /// SQLite looks a numbered value up among all those before it, which takes seconds where
    /// there are thousands; one without a number is the next.
    fn text(&self, rows: usize, backend: DbBackend) -> String {
        let mut text = format!("INSERT INTO {} ({}) VALUES ", self.name, self.columns.join(", "));
        for place in 0..rows * N {
            text.push_str(match place % N {
                0 if place == 0 => "(",
                0 => "), (",
                _ => ", ",
            });
            match backend {
                DbBackend::Sqlite => text.push('?'),
                _ => text.push_str(&format!("${}", place + 1)),
            }
        }
        text.push(')');
        text
    }
}

impl Tx {
    /// Inserts a row.
    ///
    /// # Errors
    /// When the database does not take it: now, or when the change next reads or ends.
    pub async fn insert<const N: usize>(
        &self,
        table: &'static Table<N>,
        row: [Value; N],
    ) -> Result<(), DbErr> {
        self.insert_all(table, vec![row]).await
    }

    /// Inserts rows in their order, many with one statement: a thousand, or else as many as a
    /// power of two holds, so that there are few texts, which the database then knows.
    ///
    /// # Errors
    /// As [`Tx::insert`].
    pub async fn insert_all<const N: usize>(
        &self,
        table: &'static Table<N>,
        rows: Vec<[Value; N]>,
    ) -> Result<(), DbErr> {
        if self.connection().get_database_backend() == DbBackend::Sqlite {
            return insert_all(self, table, rows).await;
        }
        let mut rows = rows.into_iter();
        while rows.len() > 0 {
            let mut waiting = self.waiting.lock().await;
            let count = rows.len().min(AT_ONCE);
            self.kept().note(table.name, i64::try_from(count).unwrap_or(i64::MAX));
            let values = rows.by_ref().take(count).flatten();
            waiting.add(table.name, &table.columns, values);
            if waiting.is_full() {
                drop(waiting);
                self.sent().await?;
            }
        }
        Ok(())
    }

    /// Inserts a row, or replaces the one that stands under the same first column.
    ///
    /// # Errors
    /// As [`Tx::insert`].
    pub async fn put<const N: usize>(
        &self,
        table: &'static Table<N>,
        row: [Value; N],
    ) -> Result<(), DbErr> {
        let backend = self.connection().get_database_backend();
        if backend == DbBackend::Sqlite {
            let text = table.text(1, backend) + &replacing(&table.columns);
            return self.run(&text, row).await.map(drop);
        }
        if self.waiting.lock().await.has(table.name) {
            self.sent().await?;
        }
        self.waiting.lock().await.replace(table.name, &table.columns, row);
        Ok(())
    }
}

/// As [`Tx::insert_all`], over another connection that may write: for migrations, which have one
/// of their own.
///
/// # Errors
/// When the database does not take one of them.
pub async fn insert_all<const N: usize>(
    over: &impl Runs,
    table: &Table<N>,
    rows: Vec<[Value; N]>,
) -> Result<(), DbErr> {
    let backend = over.connection().get_database_backend();
    let mut rows = rows.into_iter();
    while rows.len() > 0 {
        let small = 1 << rows.len().ilog2();
        let count = if rows.len() < AT_ONCE { small } else { AT_ONCE };
        let text = table.text(count, backend);
        over.run(&text, rows.by_ref().take(count).flatten().collect::<Vec<_>>()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;

    use super::Table;

    #[test]
    fn a_text_has_a_place_for_every_value_on_both_databases() {
        let table = Table::new("child", ["id", "name"]);
        assert_eq!(
            table.text(2, DbBackend::Postgres),
            "INSERT INTO child (id, name) VALUES ($1, $2), ($3, $4)"
        );
        assert_eq!(
            table.text(2, DbBackend::Sqlite),
            "INSERT INTO child (id, name) VALUES (?, ?), (?, ?)"
        );
    }
}
