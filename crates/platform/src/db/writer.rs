//! The one writer. Changes queue here and those of one moment share a transaction, each in a
//! savepoint: an order for free on both databases, one disk flush for many changes, and no
//! deadlock between them. A change is acknowledged only after the commit that holds it.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::sync::{mpsc, oneshot};

use super::Runs;

/// How many changes share a commit at most: enough to hide the disk, few enough that the first
/// does not wait long for the last.
const BATCH: usize = 64;
/// How many changes may queue before a request is told that the database is busy.
const QUEUE: usize = 4096;
/// How long one change may take: a stuck one must not hold up the others.
const PATIENCE: Duration = Duration::from_secs(20);

/// The writer's transaction, as one change sees it.
pub struct Tx(DatabaseTransaction);

impl Runs for Tx {
    fn connection(&self) -> &impl ConnectionTrait {
        &self.0
    }
}

/// Why the database did not take a change. Nothing of the change is there.
#[derive(Debug, Clone, thiserror::Error)]
pub enum WriteFailed {
    /// The database said no.
    #[error("the database did not take the change: {0}")]
    Database(Arc<DbErr>),
    /// The change took too long.
    #[error("the change took longer than {} seconds", PATIENCE.as_secs())]
    TooLong,
    /// The change's own code broke.
    #[error("the change broke while it was made")]
    Broke,
    /// Too many changes are waiting, or the server is stopping.
    #[error("the database is too busy to take the change")]
    Busy,
}

impl From<DbErr> for WriteFailed {
    fn from(error: DbErr) -> Self {
        Self::Database(Arc::new(error))
    }
}

/// Called with the outcome of the commit that holds a change.
type Acknowledge = Box<dyn FnOnce(Result<(), WriteFailed>) + Send>;

/// One change that waits. It answers with its acknowledgement when it is to be committed, and
/// with nothing when it failed and was told so.
trait Work: Send {
    fn make(self: Box<Self>, tx: &DatabaseTransaction) -> BoxFuture<'_, Option<Acknowledge>>;
}

#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Box<dyn Work>>,
    stopped: Arc<tokio::sync::Mutex<Option<tokio::task::JoinHandle<()>>>>,
}

impl Writer {
    pub(super) fn start(connection: DatabaseConnection) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let task = tokio::spawn(work_off(connection, waiting));
        Self { queue, stopped: Arc::new(tokio::sync::Mutex::new(Some(task))) }
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
    fn make(self: Box<Self>, tx: &DatabaseTransaction) -> BoxFuture<'_, Option<Acknowledge>> {
        let Self { change, answer } = *self;
        async move {
            match in_savepoint(tx, change).await {
                Ok(made) => Some(Box::new(move |committed: Result<(), WriteFailed>| {
                    // A requester who has gone away is told nothing; the change stands.
                    let _ = answer.send(committed.map(|()| made).map_err(E::from));
                }) as Acknowledge),
                Err(refused) => {
                    let _ = answer.send(Err(refused));
                    None
                }
            }
        }
        .boxed()
    }
}

async fn in_savepoint<T, E, F>(outer: &DatabaseTransaction, change: F) -> Result<T, E>
where
    E: From<WriteFailed>,
    F: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, E>>,
{
    let failed = |e: DbErr| E::from(WriteFailed::from(e));
    let tx = Tx(outer.begin().await.map_err(failed)?);
    let made = tokio::time::timeout(PATIENCE, AssertUnwindSafe(change(&tx)).catch_unwind()).await;
    let made = match made {
        Ok(Ok(made)) => made,
        Ok(Err(_)) => Err(WriteFailed::Broke.into()),
        Err(_) => Err(WriteFailed::TooLong.into()),
    };
    match made {
        Ok(made) => tx.0.commit().await.map_err(failed).map(|()| made),
        Err(refused) => {
            tx.0.rollback().await.map_err(failed)?;
            Err(refused)
        }
    }
}

async fn work_off(connection: DatabaseConnection, mut waiting: mpsc::Receiver<Box<dyn Work>>) {
    while let Some(first) = waiting.recv().await {
        let tx = match begin(&connection).await {
            Ok(tx) => tx,
            Err(error) => {
                // Dropping the work tells its requester that it broke; the log says why.
                tracing::error!(%error, "the database could not begin a change");
                drop(first);
                continue;
            }
        };
        let mut made = Vec::new();
        let mut next = Some(first);
        while let Some(work) = next.take() {
            made.extend(work.make(&tx).await);
            if made.len() < BATCH {
                next = waiting.try_recv().ok();
            }
        }
        let committed = tx.commit().await.map_err(WriteFailed::from);
        if let Err(error) = &committed {
            tracing::error!(%error, changes = made.len(), "a commit failed");
        }
        for acknowledge in made {
            acknowledge(committed.clone());
        }
    }
    let _ = connection.close().await;
}

async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    // On SQLite a transaction that first reads and then writes fails when another process wrote
    // in between; taking the write lock at once avoids it.
    let mode = (connection.get_database_backend() == DbBackend::Sqlite)
        .then_some(SqliteTransactionMode::Immediate);
    connection
        .begin_with_options(TransactionOptions {
            sqlite_transaction_mode: mode,
            ..Default::default()
        })
        .await
}
