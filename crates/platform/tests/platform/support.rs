//! Databases for tests: a fresh one of each kind, and the same story told on both.

use std::{
    future::Future,
    sync::atomic::{AtomicU32, Ordering},
};

use futures_util::FutureExt;
use platform::db::{
    Db, Runs, WriteFailed,
    sea_orm::{ConnectionTrait, Database},
};
use tempfile::TempDir;

/// Tells a story on SQLite and, where there is one, on PostgreSQL. The story gets the address of
/// an empty database. It runs on one thread, so that what is asked for together queues together.
pub fn on_both<F, S>(story: F)
where
    F: Fn(String) -> S,
    S: Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let folder = TempDir::new().unwrap();
        story(format!("sqlite:{}", folder.path().join("test.sqlite").display())).await;
        match postgres().await {
            Some(url) => story(url).await,
            None => eprintln!("SKIPPED on PostgreSQL: SIGHTLINE_TEST_POSTGRES is not set"),
        }
    });
}

/// A fresh database in the cluster, where there is one.
pub async fn postgres() -> Option<String> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let cluster = std::env::var("SIGHTLINE_TEST_POSTGRES").ok()?;
    let number = NUMBER.fetch_add(1, Ordering::SeqCst);
    let name = format!("platform_{}_{number}", std::process::id());
    let connection = Database::connect(&cluster).await.unwrap();
    connection.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    connection.close().await.unwrap();
    let (server, _) = cluster.rsplit_once('/').unwrap();
    Some(format!("{server}/{name}"))
}

/// What no part of the platform does by itself.
pub async fn by_hand(db: &Db, text: &'static str) {
    let done: Result<(), WriteFailed> = db
        .write(move |tx| {
            async move {
                tx.run(text, []).await?;
                Ok(())
            }
            .boxed()
        })
        .await;
    done.unwrap();
}
