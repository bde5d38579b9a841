//! One way to two databases: SQLite inside the process, or PostgreSQL. Reads share a pool;
//! every write goes through one writer, which lets the changes of one moment share a commit.
//! Nothing outside this folder knows which database it is.

mod columns;
mod failing;
pub mod kept;
mod numbers;
mod reader;
mod table;
pub mod tables;
mod waiting;
mod whole;
mod writer;

use std::time::Duration;

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    DbErr, ExecResult, FromQueryResult, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait,
};

pub use columns::{At, On, fold, letters};
pub use numbers::Counter;
pub use reader::Reads;
pub use sea_orm::{self, DbErr as Error, FromQueryResult as Row, Value};
pub use table::{Table, insert_all};
pub use whole::{Filling, Whole};
pub use writer::{Tx, WriteFailed};

/// How long one statement may take before the database gives up on it.
const STATEMENT: Duration = Duration::from_secs(15);
/// How long a request waits for a connection before it is told that the database is busy.
const PATIENCE: Duration = Duration::from_secs(10);

/// The number of the lock that whoever changes tables holds in PostgreSQL: “sightlin” in ASCII.
const MIGRATING: i64 = 0x7369_6768_746c_696e;

/// A connection that was used within this time is taken to be alive: asking it first would double
/// the way of a short read. After a restart of the database a read may be told to try again, once.
const RESTED: Duration = Duration::from_secs(1);
/// How often the embedded database's log is tried to be emptied, and how long it waits between.
const FORGETTING: usize = 10;
const BREATH: Duration = Duration::from_millis(200);

/// How many texts a connection to PostgreSQL knows: rows of several tables that are inserted
/// together make one for each number of rows.
const STATEMENTS: usize = 500;

/// A database, open.
#[derive(Clone)]
pub struct Db {
    reads: DatabaseConnection,
    writer: writer::Writer,
    url: String,
}

impl Db {
    /// Opens `sqlite:PATH` or `postgres://…`, creating an SQLite file that isn't there.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn open(url: &str) -> Result<Self, DbErr> {
        Self::open_with_patience(url, PATIENCE).await
    }

    /// As [`Db::open`], waiting this long for a connection or a lock that somebody else holds.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub async fn open_with_patience(url: &str, patience: Duration) -> Result<Self, DbErr> {
        let lite = url.starts_with("sqlite:");
        if let Some(path) = url.strip_prefix("sqlite:") {
            // The library reads `sqlite://PATH` as the same.
            let path = path.strip_prefix("//").unwrap_or(path);
            owned_alone(std::path::Path::new(path)).map_err(|e| DbErr::Custom(e.to_string()))?;
        }
        let writer = writer::Writer::start(options(url, 1, patience, For::Writing)).await?;
        let readers = if lite { 4 } else { 16 };
        let reads = Database::connect(options(url, readers, patience, For::Reading)).await?;
        Ok(Self { reads, writer, url: url.to_owned() })
    }

    /// Whether this is the embedded database.
    pub fn is_embedded(&self) -> bool {
        self.reads.get_database_backend() == DbBackend::Sqlite
    }

    /// Where it is, as it was opened. May hold a password: never log it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The connection pool for reading. The database itself refuses to be written to through it.
    pub fn reads(&self) -> Reads<'_> {
        Reads::new(&self.reads)
    }

    /// A transaction that may change tables, as the migration library wants it, while no other
    /// process has one: the next waits for it as for any lock. Commit it, then close the
    /// connection that it came over.
    ///
    /// # Errors
    /// When the database can't be reached, or somebody else holds it for too long.
    pub async fn alone(&self) -> Result<(DatabaseTransaction, DatabaseConnection), DbErr> {
        let connection = self.connection().await?;
        let is_lite = connection.get_database_backend() == DbBackend::Sqlite;
        // In SQLite whoever begins so is the only one who writes; PostgreSQL has a lock for it,
        // which goes with the transaction.
        let mode = is_lite.then_some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode: mode, ..Default::default() };
        let tx = connection.begin_with_options(options).await?;
        if !is_lite {
            tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATING})")).await?;
        }
        Ok((tx, connection))
    }

    /// A connection of its own that may change tables. Close it afterwards.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn connection(&self) -> Result<DatabaseConnection, DbErr> {
        Database::connect(options(&self.url, 1, PATIENCE, For::Writing)).await
    }

    /// All of the database as it is at this moment, whatever others write meanwhile.
    ///
    /// # Errors
    /// When the database does.
    pub async fn as_it_is(&self) -> Result<Whole, DbErr> {
        Whole::to_read(&self.reads).await
    }

    /// A connection past the writer, for a command that fills an empty database in transactions
    /// that take as long as they take.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn to_fill(&self) -> Result<Filling, DbErr> {
        Database::connect(options(&self.url, 1, PATIENCE, For::Writing)).await.map(Filling::over)
    }

    /// Writes what was deleted out of the embedded database's own log too. Another server keeps what
    /// it deletes until it cleans up, and in its archives: see the operating manual. Answers with
    /// whether it could: as long as somebody reads what was there before, the log stays.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn forgets(&self) -> Result<bool, DbErr> {
        if !self.is_embedded() {
            return Ok(true);
        }
        let connection = self.connection().await?;
        let mut is_empty = false;
        for _ in 0..FORGETTING {
            let text = "PRAGMA wal_checkpoint(TRUNCATE)".to_owned();
            let done = connection
                .query_one_raw(Statement::from_string(connection.get_database_backend(), text))
                .await?;
            let is_busy = done.map(|row| row.try_get_by_index::<i32>(0)).transpose()?;
            is_empty = is_busy == Some(0);
            if is_empty {
                break;
            }
            tokio::time::sleep(BREATH).await;
        }
        connection.close().await?;
        Ok(is_empty)
    }

    /// How much the writer of an embedded database remembers of what it read, in megabytes. Without
    /// room it reads pages anew for each of a great many rows. Another server minds this itself.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn remembers(&self, megabytes: u32) -> Result<(), WriteFailed> {
        if !self.is_embedded() {
            return Ok(());
        }
        let text = format!("PRAGMA cache_size = -{}", megabytes * 1024);
        self.write(move |tx| Box::pin(async move { Ok(tx.run(&text, []).await.map(drop)?) })).await
    }

    /// Runs a change in the writer's transaction and answers once it is on disk.
    ///
    /// The changes that wait at one moment share a commit, each in a savepoint of its own: one
    /// that fails leaves no trace and does not touch its neighbours.
    ///
    /// # Errors
    /// What the change itself answers, or that the database did not take it. Then nothing of it
    /// is there.
    pub async fn write<T, E, F>(&self, change: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<WriteFailed> + Send + 'static,
        F: for<'t> FnOnce(&'t Tx) -> futures_util::future::BoxFuture<'t, Result<T, E>>
            + Send
            + 'static,
    {
        self.writer.write(change).await
    }

    /// Lets the writer finish what it has and closes every connection.
    pub async fn close(self) {
        self.writer.stop().await;
        // A pool that fails to close is about to be dropped with the process.
        let _ = self.reads.close().await;
    }
}

/// Makes the file of a new SQLite database, for nobody but its owner to read: names stand in it.
/// What the database writes beside it takes the same rights.
fn owned_alone(path: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match made {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// What connections are for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    Reading,
    Writing,
}

fn options(url: &str, connections: u32, patience: Duration, purpose: For) -> ConnectOptions {
    let reads_only = if purpose == For::Reading { "on" } else { "off" };
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(patience)
        .sqlx_logging(false)
        .test_before_acquire(purpose == For::Writing)
        .map_sqlx_sqlite_opts(move |lite| {
            use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
            lite.create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(patience)
                .pragma("query_only", reads_only)
                // What is deleted is overwritten.
                .pragma("secure_delete", "on")
        })
        .map_sqlx_postgres_opts(move |pg| {
            pg.application_name("sightline").statement_cache_capacity(STATEMENTS).options([
                ("statement_timeout", format!("{}ms", STATEMENT.as_millis())),
                ("idle_in_transaction_session_timeout", "30000ms".to_owned()),
                ("lock_timeout", format!("{}ms", patience.as_millis())),
                ("default_transaction_read_only", reads_only.to_owned()),
                // Whatever the server's own setting: what is acknowledged is on its disk.
                ("synchronous_commit", "on".to_owned()),
            ])
        });
    if purpose == For::Reading && !url.starts_with("sqlite:") {
        options.test_before_acquire_if_idle_for(RESTED);
    }
    options
}

/// What can run one text on either database: the reading pool or the writer's transaction.
pub trait Runs: Sync {
    /// The connection beneath.
    fn connection(&self) -> &impl ConnectionTrait;

    /// Sends what was asked for before and still waits.
    fn ready(&self) -> impl Future<Output = Result<(), DbErr>> + Send {
        std::future::ready(Ok(()))
    }

    /// Every row that the text answers with, `$1`, `$2` … being the values in order.
    fn all<R: FromQueryResult + Send>(
        &self,
        text: &str,
        values: impl IntoIterator<Item = Value> + Send,
    ) -> impl Future<Output = Result<Vec<R>, DbErr>> + Send {
        let statement = self.statement(text, values);
        async move {
            self.ready().await?;
            R::find_by_statement(statement).all(self.connection()).await
        }
    }

    /// The one row, or none.
    fn one<R: FromQueryResult + Send>(
        &self,
        text: &str,
        values: impl IntoIterator<Item = Value> + Send,
    ) -> impl Future<Output = Result<Option<R>, DbErr>> + Send {
        let statement = self.statement(text, values);
        async move {
            self.ready().await?;
            R::find_by_statement(statement).one(self.connection()).await
        }
    }

    /// Runs the text for its effect.
    fn run(
        &self,
        text: &str,
        values: impl IntoIterator<Item = Value> + Send,
    ) -> impl Future<Output = Result<ExecResult, DbErr>> + Send {
        let statement = self.statement(text, values);
        async move {
            self.ready().await?;
            self.connection().execute_raw(statement).await
        }
    }

    /// A text with its values, for the database beneath.
    fn statement(&self, text: &str, values: impl IntoIterator<Item = Value>) -> Statement {
        let backend = self.connection().get_database_backend();
        Statement::from_sql_and_values(backend, text, values)
    }
}
