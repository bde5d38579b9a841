//! A database is brought up to date wholly or not at all.

use app::migrations::Migrator;
use platform::db::{Db, Runs};
use sea_orm_migration::MigratorTrait;
use tempfile::TempDir;

use crate::support::fresh_postgres;

/// The last table of the migration is in its way: what stood before it must be gone again, as it
/// must after a power cut at that moment.
async fn stops_half_way(url: &str) {
    let db = Db::open(url).await.unwrap();
    db.reads().run("CREATE TABLE partnership (of_another_kind bigint)", []).await.unwrap();
    Migrator::up(db.connection(), None).await.unwrap_err();
    for table in ["journal", "staff", "outbox"] {
        let there = db.reads().run(&format!("SELECT 1 FROM {table}"), []).await;
        assert!(there.is_err(), "{table} was left behind");
    }
    db.reads().run("DROP TABLE partnership", []).await.unwrap();
    Migrator::up(db.connection(), None).await.unwrap();
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
