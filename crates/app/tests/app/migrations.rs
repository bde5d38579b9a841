//! A database is brought up to date wholly or not at all.

mod filled;

use app::{
    doors,
    front_door::{queue::Narrowing, screening::ReadContact},
    migrations::{made, migrate, migrate_by, names},
};
use platform::db::{
    Db, Row, Runs,
    sea_orm::{self, ConnectionTrait},
};
use tempfile::TempDir;

use practice::processes::request_for_support::{Level, Outcome};

use crate::{
    front_door::{decision, revision, sent},
    queue::queue,
    support::{World, fresh_postgres, on_both},
};

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

/// Two servers start at once over an empty database.
async fn start_at_once(url: &str) {
    let (one, other) = (Db::open(url).await.unwrap(), Db::open(url).await.unwrap());
    let (first, second) = tokio::join!(migrate(&one), migrate(&other));
    first.unwrap();
    second.unwrap();
    assert_eq!(made(&one).await.unwrap(), names().len(), "each was made once");
    one.close().await;
    other.close().await;
}

/// What nobody reads or writes goes, and the rows stay.
async fn drops_the_copy(url: &str) {
    let db = Db::open(url).await.unwrap();
    migrate_by(&db, 1).await.unwrap();
    let by_hand = db.connection().await.unwrap();
    let rows = "INSERT INTO agency (id, reference, name, kind) VALUES \
        ('01890000-0000-7000-8000-000000000001', 'a', 'An agency', 'school'); \
        INSERT INTO contact (id, reference, channel, source, received_at, recorded_at, agency_id, \
        danger_at) VALUES ('01890000-0000-7000-8000-000000000002', 'c', 'form', 'a test', \
        '2026-11-02 10:00:00+00:00', '2026-11-02 10:00:00+00:00', \
        '01890000-0000-7000-8000-000000000001', '2026-11-02 10:00:00+00:00')";
    by_hand.execute_unprepared(rows).await.unwrap();
    by_hand.close().await.unwrap();
    migrate(&db).await.unwrap();
    #[derive(Row)]
    struct Kept {
        reference: String,
    }
    let kept: Vec<Kept> = db.reads().all("SELECT reference FROM contact", []).await.unwrap();
    assert_eq!(kept.iter().map(|k| k.reference.as_str()).collect::<Vec<_>>(), ["c"]);
    db.reads().run("SELECT danger_at FROM contact", []).await.unwrap_err();
    db.close().await;
}

#[tokio::test]
async fn what_nobody_reads_is_dropped_and_the_rows_stay() {
    let folder = TempDir::new().unwrap();
    drops_the_copy(&format!("sqlite:{}", folder.path().join("test.sqlite").display())).await;
    match std::env::var("SIGHTLINE_TEST_POSTGRES") {
        Ok(cluster) => drops_the_copy(&fresh_postgres(&cluster).await).await,
        Err(_) => eprintln!("SKIPPED on PostgreSQL: SIGHTLINE_TEST_POSTGRES is not set"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_that_start_at_once_make_each_migration_once() {
    for n in 0..5 {
        let folder = TempDir::new().unwrap();
        start_at_once(&format!("sqlite:{}", folder.path().join("test.sqlite").display())).await;
        match std::env::var("SIGHTLINE_TEST_POSTGRES") {
            Ok(cluster) => start_at_once(&fresh_postgres(&cluster).await).await,
            Err(_) if n == 0 => {
                eprintln!("SKIPPED on PostgreSQL: SIGHTLINE_TEST_POSTGRES is not set");
            }
            Err(_) => {}
        }
    }
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

/// The references of what waits, in the order of the queue.
async fn in_order(world: &World) -> Vec<String> {
    let seen = queue(world, Narrowing::default()).await;
    seen.waiting.into_iter().map(|w| w.pathway).collect()
}

/// The queue's order follows from the same histories, whichever version wrote them.
#[test]
fn the_queue_of_an_older_database_is_in_order_at_once() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let first = sent(&world, &owen, false).await;
        world.it_is("2026-11-02T10:30:00Z");
        let read = sent(&world, &owen, true).await;
        let unread = sent(&world, &owen, true).await;
        doors::record(&world.app, &dee, ReadContact { contact: read.reference }).await.unwrap();
        let [decided, waiting] = first.pathways.try_into().unwrap();
        world.it_is("2026-11-03T09:30:00Z");
        let at = revision(&world, &dee, &first.reference, 0).await;
        let decide = decision(&decided, at, Level::Intensive, Outcome::IntensiveFamilySupport);
        doors::record(&world.app, &dee, decide).await.unwrap();
        let before = in_order(&world).await;
        assert_eq!(before, [unread.pathways, read.pathways, vec![waiting, decided]].concat());

        let by_hand = world.app.db.connection().await.unwrap();
        for text in [
            "DROP INDEX screening_turn",
            "ALTER TABLE screening DROP COLUMN urgency",
            "ALTER TABLE screening DROP COLUMN limit_at",
            "DELETE FROM seaql_migrations WHERE version = '0010_turns'",
        ] {
            by_hand.execute_unprepared(text).await.unwrap();
        }
        by_hand.close().await.unwrap();
        migrate(&world.app.db).await.unwrap();
        assert_eq!(in_order(&world).await, before);
        world
    });
}
