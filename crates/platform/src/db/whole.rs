//! One transaction over all of the database: to read it as it is at one moment, or to fill an
//! empty one. It refuses to be a way round the writer for a server: it waits for nobody.

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    IsolationLevel, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use super::Runs;

/// The transaction. Dropped without [`Whole::commit`], it leaves no trace.
pub struct Whole(DatabaseTransaction);

impl Whole {
    pub(super) async fn to_read(connection: &DatabaseConnection) -> Result<Self, DbErr> {
        // On SQLite a transaction sees the moment of its first read, and needs to be told nothing.
        let options = match connection.get_database_backend() {
            DbBackend::Sqlite => TransactionOptions::default(),
            _ => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..Default::default()
            },
        };
        connection.begin_with_options(options).await.map(Self)
    }

    /// Lets the database look over what was put into it all at once. Until it has, it takes its
    /// tables for nearly empty and may choose ways that take a thousand times as long.
    ///
    /// # Errors
    /// When the database does.
    pub async fn look_over(&self) -> Result<(), DbErr> {
        self.run("ANALYZE", []).await.map(drop)
    }

    /// Makes what was written durable.
    ///
    /// # Errors
    /// When the database does not; then nothing of it is there.
    pub async fn commit(self) -> Result<(), DbErr> {
        self.0.commit().await
    }
}

/// A connection on which one transaction after another fills a database.
pub struct Filling(DatabaseConnection);

impl Filling {
    pub(super) fn over(connection: DatabaseConnection) -> Self {
        Self(connection)
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// When somebody else holds the database.
    pub async fn begin(&self) -> Result<Whole, DbErr> {
        let mode = (self.0.get_database_backend() == DbBackend::Sqlite)
            .then_some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode: mode, ..Default::default() };
        self.0.begin_with_options(options).await.map(Whole)
    }
}

impl Runs for Whole {
    fn connection(&self) -> &impl ConnectionTrait {
        &self.0
    }
}
