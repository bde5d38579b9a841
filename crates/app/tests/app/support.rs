//! A world for a test: an application over a fresh database with a stopped clock and the demo
//! partnership's people. Told on both databases; the derived rows are proved when it ends.

use std::{
    future::Future,
    sync::atomic::{AtomicU32, Ordering},
};

use app::{
    App,
    access::{self, Actor},
    demo::partnership::SetUp,
    doors,
    migrations::Migrator,
    pathways::rederive,
};
use jiff::{Timestamp, civil::date};
use platform::{
    clock::Clock,
    db::{Db, Row, Runs, sea_orm},
    seal::Keys,
};
use sea_orm_migration::MigratorTrait;
use tempfile::TempDir;

/// Monday 2 November 2026, ten in the morning: an ordinary working day in term.
pub fn monday_morning() -> Timestamp {
    "2026-11-02T10:00:00Z".parse().expect("a moment")
}

/// An application with people in it.
pub struct World {
    pub app: App,
    _folder: TempDir,
}

/// Tells a story on SQLite and, where there is one, on PostgreSQL.
pub fn on_both<F, S>(story: F)
where
    F: Fn(World) -> S,
    S: Future<Output = World>,
{
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let folder = TempDir::new().expect("a folder");
        let lite = format!("sqlite:{}", folder.path().join("test.sqlite").display());
        story(World::over(&lite, folder).await).await.ends_proved().await;
        match std::env::var("SIGHTLINE_TEST_POSTGRES") {
            Ok(cluster) => {
                let url = fresh_postgres(&cluster).await;
                let folder = TempDir::new().expect("a folder");
                story(World::over(&url, folder).await).await.ends_proved().await;
            }
            Err(_) => eprintln!("SKIPPED on PostgreSQL: SIGHTLINE_TEST_POSTGRES is not set"),
        }
    });
}

impl World {
    /// Another world beside the one that a story is told in, on SQLite.
    pub async fn another() -> Self {
        let folder = TempDir::new().expect("a folder");
        let lite = format!("sqlite:{}", folder.path().join("another.sqlite").display());
        Self::over(&lite, folder).await
    }

    async fn over(url: &str, folder: TempDir) -> Self {
        let db = Db::open(url).await.expect("a database");
        Migrator::up(db.connection(), None).await.expect("migrated");
        let clock = Clock::stopped_at(monday_morning());
        let app = App::over(
            db,
            clock,
            Keys::random().expect("randomness"),
            "http://localhost:8080".into(),
        )
        .await
        .expect("an application");
        let world = Self { app, _folder: folder };
        doors::record(&world.app, &Actor::platform(), SetUp { from: date(2020, 1, 1) })
            .await
            .expect("the demo partnership");
        world
    }

    /// Whoever signs in with that address.
    pub async fn actor(&self, email: &str) -> Actor {
        #[derive(Row)]
        struct Found {
            id: app::ids::StaffId,
        }
        let db = self.app.db.reads();
        let found: Found = db
            .one("SELECT id FROM staff WHERE email = $1", [email.into()])
            .await
            .expect("a query")
            .expect("somebody");
        let today = practice::calendar::day_of(self.app.clock.now());
        access::store::actor(&db, found.id, today).await.expect("a query").expect("an actor")
    }

    /// Stops the clock at another moment, written as RFC 3339.
    pub fn it_is(&self, moment: &str) {
        self.app.clock.set(moment.parse().expect("a moment"));
    }

    async fn ends_proved(self) {
        let report = rederive::check(&self.app).await.expect("a proof");
        assert_eq!(report.differences, Vec::<String>::new(), "rows that follow from no history");
    }
}

pub async fn fresh_postgres(cluster: &str) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::SeqCst);
    let name = format!("test_{}_{number}", std::process::id());
    let db = Db::open(cluster).await.expect("the cluster");
    db.reads().run(&format!("CREATE DATABASE {name}"), []).await.expect("a fresh database");
    db.close().await;
    let (server, _) = cluster.rsplit_once('/').expect("a database name");
    format!("{server}/{name}")
}
