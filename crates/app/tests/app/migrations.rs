//! A database is brought up to date wholly or not at all.

use app::migrations::migrate;
use platform::db::{Db, Runs, sea_orm::ConnectionTrait};
use tempfile::TempDir;

use crate::support::fresh_postgres;

/// The last table of the migration is in its way: what stood before it must be gone again, as it
/// must after a power cut at that moment.
async fn stops_half_way(url: &str) {
    let db = Db::open(url).await.unwrap();
    let by_hand = db.connection().await.unwrap();
    by_hand.execute_unprepared("CREATE TABLE partnership (of_another_kind bigint)").await.unwrap();
    migrate(&db).await.unwrap_err();
    for table in ["journal", "staff", "outbox"] {
        let there = db.reads().run(&format!("SELECT 1 FROM {table}"), []).await;
        assert!(there.is_err(), "{table} was left behind");
    }
    by_hand.execute_unprepared("DROP TABLE partnership").await.unwrap();
    by_hand.close().await.unwrap();
    migrate(&db).await.unwrap();
    db.reads().run("SELECT 1 FROM journal, partnership", []).await.unwrap();
    db.close().await;
}

#[tokio::test]
async fn a_migration_that_stops_half_way_leaves_nothing_behind() {
    let folder = TempDir::new().unwrap();
    stops_half_way(&format!("sqlite:{}", folder.path().join("test.sqlite").display())).await;
    match std::env::var("SIGHTLINE_TEST_POSTGRES") {
        Ok(cluster) => stops_half_way(&fresh_postgres(&cluster).await).await,
        Err(_) => eprintln!("SKIPPED on PostgreSQL: SIGHTLINE_TEST_POSTGRES is not set"),
    }
}
