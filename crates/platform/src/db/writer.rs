//! The one writer. Changes queue here and those of one moment share a transaction, each in a
//! savepoint: an order for free on both databases, one disk flush for many changes, and no
//! deadlock between them. A change is acknowledged only after the commit that holds it, and
//! nothing is committed of a transaction in which a savepoint itself failed.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    DbErr, ExecResult, SqliteTransactionMode, TransactionOptions, TransactionTrait, Value,
};
use tokio::sync::{Mutex, mpsc, oneshot};

use super::{Counter, Runs, failing, kept::Tally, numbers::Numbers, waiting::Waiting};

/// How many changes share a commit at most: enough to hide the disk, few enough that the first
/// does not wait long for the last.
const BATCH: usize = 64;
/// How many changes may queue before a request is told that the database is busy.
const QUEUE: usize = 4096;
/// How long one change may take: a stuck one must not hold up the others.
const PATIENCE: Duration = Duration::from_secs(20);

/// The writer's transaction, as one change sees it.
pub struct Tx {
    savepoint: DatabaseTransaction,
    /// Rows that are to be inserted and were not sent yet. Whatever reads, or writes anything
    /// else, sends them first.
    pub(super) waiting: Mutex<Waiting>,
    counts: Counts,
}

/// What is counted in a transaction and written down before it is committed: the numbers that were
/// given out, and the rows of what is kept.
#[derive(Clone, Default)]
struct Counts {
    numbers: Numbers,
    kept: Tally,
}

impl Counts {
    /// Those of the next transaction.
    fn of_another(&self) -> Self {
        Self { numbers: Numbers::default(), kept: self.kept.of_another() }
    }

    /// What makes them as they are now again.
    fn undo(&self) -> impl FnOnce() + use<> {
        let (counts, numbers, kept) = (self.clone(), self.numbers.given(), self.kept.so_far());
        move || {
            counts.numbers.give_back(numbers);
            counts.kept.give_back(kept);
        }
    }

    async fn keep(&self, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        self.numbers.keep(tx).await?;
        self.kept.keep(tx).await
    }
}

impl Tx {
    fn over(savepoint: DatabaseTransaction, counts: Counts) -> Self {
        Self { savepoint, waiting: Mutex::default(), counts }
    }

    /// Where the rows of what is kept are counted.
    pub(super) fn kept(&self) -> &Tally {
        &self.counts.kept
    }

    /// Takes so many numbers of a counter and answers with the last of them. They have no gap: a
    /// change that fails gives its numbers back.
    ///
    /// # Errors
    /// When the database does.
    pub async fn count(&self, counter: &'static Counter, how_many: i64) -> Result<i64, DbErr> {
        self.counts.numbers.take(&self.savepoint, counter, how_many).await
    }

    /// The value that a counter carries, of which this change has taken a number. Nothing where
    /// none was stored yet.
    pub fn carried(&self, counter: &'static Counter) -> Option<Vec<u8>> {
        self.counts.numbers.carried(counter)
    }

    /// Gives a counter another value to carry, which goes the way of its numbers: a change that
    /// fails gives it back.
    ///
    /// # Errors
    /// When no number was taken of it, or it carries nothing.
    pub fn carry(&self, counter: &'static Counter, value: Vec<u8>) -> Result<(), DbErr> {
        self.counts.numbers.carry(counter, value)
    }

    /// Sends the rows that wait.
    ///
    /// # Errors
    /// When the database does not take one of them.
    pub(super) async fn sent(&self) -> Result<(), DbErr> {
        // Held until they are sent: nothing that was asked for later may overtake them.
        self.waiting.lock().await.send(&self.savepoint).await
    }
}

impl Runs for Tx {
    fn connection(&self) -> &impl ConnectionTrait {
        &self.savepoint
    }

    async fn ready(&self) -> Result<(), DbErr> {
        self.sent().await
    }

    async fn run(
        &self,
        text: &str,
        values: impl IntoIterator<Item = Value> + Send,
    ) -> Result<ExecResult, DbErr> {
        let statement = self.statement(text, values);
        self.sent().await?;
        let done = self.savepoint.execute_raw(statement).await?;
        self.kept().note_text(text, done.rows_affected());
        Ok(done)
    }
}

/// Why the database did not take a change. Nothing of the change is there.
#[derive(Debug, Clone, thiserror::Error)]
pub enum WriteFailed {
    /// The database said no.
    #[error("the database did not take the change: {0}")]
    Database(Arc<DbErr>),
    /// The disk beneath the database.
    #[error("the disk under the database is full or broken: {0}")]
    Disk(Arc<DbErr>),
    /// The change took too long.
    #[error("the change took longer than {} seconds", PATIENCE.as_secs())]
    TooLong,
    /// The change's own code broke.
    #[error("the change broke while it was made")]
    Broke,
    /// Too many changes are waiting, somebody else holds the database, it can't be reached just
    /// now, or the server is stopping: the same change may go through in a moment.
    #[error("the database is too busy to take the change")]
    Busy,
}

impl From<DbErr> for WriteFailed {
    fn from(error: DbErr) -> Self {
        match error {
            error if failing::passes(&error) => Self::Busy,
            error if failing::is_the_disk(&error) => Self::Disk(Arc::new(error)),
            error => Self::Database(Arc::new(error)),
        }
    }
}

/// Called with the outcome of the commit that holds a change.
type Acknowledge = Box<dyn FnOnce(Result<(), WriteFailed>) + Send>;

/// The transaction that changes share can no longer be trusted: a savepoint in it could not be
/// begun, released or rolled back. The libraries beneath may have rolled all of it back and would
/// still answer its commit with success.
struct Spoiled(WriteFailed);

/// One change that waits.
trait Work: Send {
    /// Makes the change. Answers with how it is told of, once the commit is over.
    fn make<'t>(
        self: Box<Self>,
        tx: &'t DatabaseTransaction,
        counts: &'t Counts,
    ) -> BoxFuture<'t, Result<Acknowledge, Spoiled>>;

    /// Tells the requester why the change was not even begun.
    fn refuse(self: Box<Self>, why: WriteFailed);
}

#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Box<dyn Work>>,
    stopped: Arc<Mutex<Option<tokio::task::JoinHandle<()>>>>,
}

impl Writer {
    pub(super) async fn start(options: ConnectOptions) -> Result<Self, DbErr> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let connection = Connection::new(options).await?;
        let task = tokio::spawn(work_off(connection, waiting));
        Ok(Self { queue, stopped: Arc::new(Mutex::new(Some(task))) })
    }

    pub(super) async fn write<T, E, F>(&self, change: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<WriteFailed> + Send + 'static,
        F: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let work = Box::new(Queued { change, answer });
        if self.queue.try_send(work).is_err() {
            return Err(WriteFailed::Busy.into());
        }
        answered.await.unwrap_or_else(|_| Err(WriteFailed::Broke.into()))
    }

    pub(super) async fn stop(self) {
        let Self { queue, stopped } = self;
        drop(queue);
        if let Some(task) = stopped.lock().await.take() {
            // The task ends when every clone of the queue is gone; others may still hold one.
            let _ = tokio::time::timeout(Duration::from_secs(5), task).await;
        }
    }
}

struct Queued<T, E, F> {
    change: F,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Work for Queued<T, E, F>
where
    T: Send + 'static,
    E: From<WriteFailed> + Send + 'static,
    F: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
{
    // A requester who has gone away can't be told; the change stands or falls all the same.
    fn make<'t>(
        self: Box<Self>,
        tx: &'t DatabaseTransaction,
        counts: &'t Counts,
    ) -> BoxFuture<'t, Result<Acknowledge, Spoiled>> {
        let Self { change, answer } = *self;
        async move {
            let (made, ended) = in_savepoint(tx, counts, change).await;
            match (made, ended) {
                // A refusal waits as well: it may be for what a neighbour changed, which nobody else can
                // read before the commit, and which is not there if that fails.
                (made, Ok(())) => Ok(Box::new(move |committed: Result<(), WriteFailed>| {
                    let _ = answer.send(committed.map_err(E::from).and(made));
                }) as Acknowledge),
                // It was itself what spoiled the transaction, and says why: a full disk is no refusal.
                (Err(broke), Err(spoiled)) => {
                    let _ = answer.send(Err(broke));
                    Err(spoiled)
                }
                (Ok(_), Err(Spoiled(why))) => {
                    let _ = answer.send(Err(why.clone().into()));
                    Err(Spoiled(why))
                }
            }
        }
        .boxed()
    }

    fn refuse(self: Box<Self>, why: WriteFailed) {
        let _ = self.answer.send(Err(why.into()));
    }
}

/// What the change answered, and whether its savepoint ended as it should.
async fn in_savepoint<T, E, F>(
    outer: &DatabaseTransaction,
    counts: &Counts,
    change: F,
) -> (Result<T, E>, Result<(), Spoiled>)
where
    E: From<WriteFailed>,
    F: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, E>>,
{
    let undo = counts.undo();
    let tx = match outer.begin().await.map_err(WriteFailed::from) {
        Ok(savepoint) => Tx::over(savepoint, counts.clone()),
        Err(why) => return (Err(why.clone().into()), Err(Spoiled(why))),
    };
    let whole = async {
        let made = change(&tx).await?;
        tx.sent().await.map_err(WriteFailed::from)?;
        Ok(made)
    };
    let made = tokio::time::timeout(PATIENCE, AssertUnwindSafe(whole).catch_unwind()).await;
    let made = match made {
        Ok(Ok(made)) => made,
        Ok(Err(_)) => Err(WriteFailed::Broke.into()),
        Err(_) => Err(WriteFailed::TooLong.into()),
    };
    let ended = if made.is_ok() {
        tx.savepoint.commit().await
    } else {
        undo();
        tx.savepoint.rollback().await
    };
    (made, ended.map_err(|e| Spoiled(e.into())))
}

async fn work_off(mut connection: Connection, mut waiting: mpsc::Receiver<Box<dyn Work>>) {
    let counts = Counts::default();
    while let Some(first) = waiting.recv().await {
        let counts = counts.of_another();
        match connection.begin().await {
            Ok(tx) => {
                if together(tx, first, &mut waiting, &counts).await.is_err() {
                    connection.renew();
                }
            }
            Err(error) => {
                tracing::error!(%error, "the database could not begin a change");
                connection.renew();
                first.refuse(error.into());
            }
        }
    }
    connection.close().await;
}

/// Makes the changes that wait in one transaction, commits it, and only then tells of it.
async fn together(
    tx: DatabaseTransaction,
    first: Box<dyn Work>,
    waiting: &mut mpsc::Receiver<Box<dyn Work>>,
    counts: &Counts,
) -> Result<(), WriteFailed> {
    let mut made = Vec::new();
    let mut next = Some(first);
    let mut sound = Ok(());
    for _ in 0..BATCH {
        let Some(work) = next.take().or_else(|| waiting.try_recv().ok()) else { break };
        match work.make(&tx, counts).await {
            Ok(acknowledge) => made.push(acknowledge),
            Err(spoiled) => {
                sound = Err(spoiled);
                break;
            }
        }
    }
    let ended = match sound {
        Ok(()) => commit(tx, counts).await.map_err(WriteFailed::from),
        Err(Spoiled(why)) => {
            tracing::error!(%why, changes = made.len(), "a transaction was given up");
            // Whether or not this goes through, the connection is not used again.
            let _ = tx.rollback().await;
            // The others did nothing wrong: sent again, they will go through.
            Err(WriteFailed::Busy)
        }
    };
    if let Err(error) = &ended {
        tracing::error!(%error, changes = made.len(), "changes were not committed");
    }
    for acknowledge in made {
        acknowledge(ended.clone());
    }
    ended
}

async fn commit(tx: DatabaseTransaction, counts: &Counts) -> Result<(), DbErr> {
    counts.keep(&tx).await?;
    tx.commit().await
}

/// The writer's one connection. It is replaced when a transaction on it went wrong: what state it
/// is in is then nobody's guess.
struct Connection {
    options: ConnectOptions,
    open: Option<DatabaseConnection>,
}

impl Connection {
    async fn new(options: ConnectOptions) -> Result<Self, DbErr> {
        let open = Some(Database::connect(options.clone()).await?);
        Ok(Self { options, open })
    }

    /// Lets go of the connection; the next change opens another.
    fn renew(&mut self) {
        self.open = None;
    }

    async fn begin(&mut self) -> Result<DatabaseTransaction, DbErr> {
        let connection = match self.open.take() {
            Some(connection) => connection,
            None => Database::connect(self.options.clone()).await?,
        };
        // On SQLite a transaction that first reads and then writes fails when another process
        // wrote in between; taking the write lock at once avoids it.
        let mode = (connection.get_database_backend() == DbBackend::Sqlite)
            .then_some(SqliteTransactionMode::Immediate);
        let begun = connection
            .begin_with_options(TransactionOptions {
                sqlite_transaction_mode: mode,
                ..Default::default()
            })
            .await;
        self.open = Some(connection);
        begun
    }

    async fn close(self) {
        if let Some(connection) = self.open {
            // A pool that fails to close is about to be dropped with the process.
            let _ = connection.close().await;
        }
    }
}
