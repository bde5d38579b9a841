//! A world for a test: an application over a fresh database with a stopped clock and the demo
//! partnership's people. Told on both databases; the derived rows are proved when it ends.

use std::{
    future::Future,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use crate::browser::Browser;
use app::{
    App,
    access::{self, Actor, sessions},
    conservation,
    demo::partnership::SetUp,
    doors,
    error::Error,
    ids::{StaffId, reference},
    migrations::migrate,
    organisations::confirming::ConfirmInvented,
    pathways::rederive,
    people::{
        declarations::{Declare, Known},
        links::LinkPeople,
    },
    recognising::{
        self,
        seconding::{Came, Settle, Word},
    },
    sealed_with,
    web::asking::PLAIN_COOKIE,
};
use jiff::{Timestamp, civil::date};
use platform::{
    clock::Clock,
    db::{
        Db, Row, Runs, sea_orm,
        tables::{Cell, tables},
    },
    seal::Keys,
};
use practice::roles::Role;
use sea_orm::ConnectionTrait;
use tempfile::TempDir;

/// Monday 2 November 2026, ten in the morning: an ordinary working day in term.
pub fn monday_morning() -> Timestamp {
    "2026-11-02T10:00:00Z".parse().expect("a moment")
}

/// An application with people in it.
pub struct World {
    pub app: App,
    folder: TempDir,
}

/// Every source file of the application, by its path in `src`, with its text.
pub fn sources() -> Vec<(String, String)> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![source.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("a file").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).expect("a text");
                let name = path.strip_prefix(&source).expect("a path in it").display().to_string();
                found.push((name, text));
            }
        }
    }
    found
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
        migrate(&db).await.expect("migrated");
        let app = process(db, Clock::stopped_at(monday_morning()), &folder).await;
        let world = Self { app, folder };
        doors::record(&world.app, &Actor::platform(), SetUp { from: date(2020, 1, 1) })
            .await
            .expect("the demo partnership");
        world
    }

    /// The world's key, once more.
    pub fn keys(&self) -> Keys {
        Keys::clone(&self.app.keys)
    }

    /// The key of the file, with which the world's keys are wrapped.
    pub fn wrapping(&self) -> Keys {
        Keys::from_file(&key_file(&self.folder)).expect("a key")
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

    /// The same database, as another process sees it, with the same key and clock.
    pub async fn another_process(&self) -> App {
        let db = Db::open(self.app.db.url()).await.expect("a database");
        process(db, self.app.clock.clone(), &self.folder).await
    }

    /// The world as a backup of it has it: over an empty database of the same kind, with the same key and
    /// clock.
    pub async fn restored(&self, backup: &Path) -> Self {
        let folder = TempDir::new().expect("a folder");
        std::fs::copy(key_file(&self.folder), key_file(&folder)).expect("the key");
        let url = if self.app.db.is_embedded() {
            format!("sqlite:{}", folder.path().join("restored.sqlite").display())
        } else {
            fresh_postgres(&std::env::var("SIGHTLINE_TEST_POSTGRES").expect("a cluster")).await
        };
        let db = Db::open(&url).await.expect("a database");
        let (now, wrapping) = (self.app.clock.now(), self.wrapping());
        app::backup::restore(&db, &wrapping, backup, now).await.expect("restored");
        Self { app: process(db, self.app.clock.clone(), &folder).await, folder }
    }

    /// How many rows there are of what the text selects.
    pub async fn count(&self, text: &str) -> i64 {
        #[derive(Row)]
        struct Count {
            rows: i64,
        }
        let text = format!("SELECT count(*) AS rows FROM {text}");
        let count: Option<Count> = self.app.db.reads().one(&text, []).await.expect("a query");
        count.expect("a count").rows
    }

    /// Every row of every table, as it stands.
    pub async fn everything(&self) -> Vec<(String, Vec<Vec<Cell>>)> {
        everything(&self.app.db).await
    }

    /// Whether these words stand in any table so that whoever has the database reads them.
    pub async fn holds(&self, words: &str) -> bool {
        let has = |bytes: &[u8]| bytes.windows(words.len()).any(|w| w == words.as_bytes());
        self.everything().await.into_iter().flat_map(|(_, rows)| rows).flatten().any(|cell| {
            match cell {
                Cell::Text(text) => has(text.as_bytes()),
                Cell::Bytes(bytes) => has(&bytes),
                _ => false,
            }
        })
    }

    /// Somebody new, who works where that person does and plays one part.
    pub async fn joins(&self, email: &'static str, beside: &'static str, role: Role) {
        let (id, part) = (StaffId::new(), uuid::Uuid::now_v7());
        self.app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    tx.run(
                        "INSERT INTO staff (id, reference, agency_id, setting_id, name, email, \
                         job, joined_on, confirmed_on) SELECT $1, $2, agency_id, setting_id, \
                         $3, $3, job, joined_on, confirmed_on FROM staff WHERE email = $4",
                        [id.into(), reference().into(), email.into(), beside.into()],
                    )
                    .await?;
                    tx.run(
                        "INSERT INTO staff_role (id, staff_id, role, from_on) \
                         SELECT $1, id, $2, joined_on FROM staff WHERE id = $3",
                        [part.into(), role.slug().into(), id.into()],
                    )
                    .await?;
                    Ok::<_, Error>(())
                })
            })
            .await
            .expect("they joined");
    }

    /// That person declares that they know somebody whose names these are.
    pub async fn declares(&self, email: &str, names: &str) {
        let known = Known {
            names: names.to_owned(),
            relation: "My neighbours".to_owned(),
            more: String::new(),
        };
        let actor = self.actor(email).await;
        let declare = Declare { known: Some(known), postcode: String::new() };
        doors::record(&self.app, &actor, declare).await.expect("declared");
    }

    /// Whoever can sign in goes on working there, whatever day it has become.
    pub async fn everybody_stays(&self) {
        doors::record(&self.app, &Actor::platform(), ConfirmInvented).await.expect("confirmed");
    }

    /// A browser in which that person has just signed in.
    pub async fn signs_in(&self, email: &str) -> Browser {
        let staff = self.actor(email).await.staff().expect("a person");
        let (token, now) = (sessions::new_token(), self.app.clock.now());
        let kept = token.clone();
        self.app
            .db
            .write(move |tx| Box::pin(async move { sessions::begin(tx, &kept, staff, now).await }))
            .await
            .expect("a session");
        let mut browser = Browser::of(&self.app);
        browser.cookie = Some(format!("{PLAIN_COOKIE}={token}"));
        browser
    }

    /// Changes the tables behind everybody’s back, as no part of the application may.
    pub async fn tamper(&self, text: &str) {
        let text = text.to_owned();
        self.app
            .db
            .write(move |tx| Box::pin(async move { Ok::<_, Error>(tx.run(&text, []).await?) }))
            .await
            .expect("tampered");
    }

    /// Stops the clock at another moment, written as RFC 3339.
    pub fn it_is(&self, moment: &str) {
        self.app.clock.set(moment.parse().expect("a moment"));
    }

    async fn ends_proved(self) {
        let report = rederive::check(&self.app).await.expect("a proof");
        assert_eq!(report.differences, Vec::<String>::new(), "rows that follow from no history");
        let lacking = recognising::keys::check(&self.app).await.expect("keys");
        assert_eq!(lacking, 0, "accounts that can’t be found by what they say");
        let counted = conservation::count(&self.app).await.expect("a count");
        assert_eq!(counted.wrong, Vec::<String>::new(), "what is kept is all there");
    }
}

/// The reference of the row of a table that has that name.
pub async fn reference_of(world: &World, table: &str, name: &str) -> String {
    #[derive(Row)]
    struct Found {
        reference: String,
    }
    let text = format!("SELECT reference FROM {table} WHERE name = $1");
    let found: Option<Found> =
        world.app.db.reads().one(&text, [name.into()]).await.expect("a query");
    found.expect("a row of that name").reference
}

pub fn key_file(folder: &TempDir) -> PathBuf {
    folder.path().join("key")
}

async fn process(db: Db, clock: Clock, folder: &TempDir) -> App {
    let keys = sealed_with::key_in(&db, &key_file(folder)).await.expect("keys");
    let app = App::over(db, clock, keys, "http://localhost:8080".into()).await;
    let mut app = app.expect("an application");
    // A test that opens many records waits for none.
    app.slows_by = Some(std::time::Duration::ZERO);
    app
}

pub async fn fresh_postgres(cluster: &str) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::SeqCst);
    let name = format!("test_{}_{number}", std::process::id());
    let db = Db::open(cluster).await.expect("the cluster");
    let connection = db.connection().await.expect("a connection");
    let create = format!("CREATE DATABASE {name}");
    connection.execute_unprepared(&create).await.expect("a fresh database");
    connection.close().await.expect("closed");
    db.close().await;
    let (server, _) = cluster.rsplit_once('/').expect("a database name");
    format!("{server}/{name}")
}

/// Every row of every table, in the order of the tables' names.
pub async fn everything(db: &Db) -> Vec<(String, Vec<Vec<Cell>>)> {
    let whole = db.as_it_is().await.unwrap();
    let mut all = Vec::new();
    for table in tables(&whole).await.unwrap() {
        let rows = table.rows(&whole, None, i64::MAX).await.unwrap();
        all.push((table.name, rows));
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

/// A request about a child whom nothing else on the record is like; answers with its reference.
pub async fn somebody_elses(world: &World, actor: &Actor) -> String {
    let mut contact = crate::front_door::two_siblings(actor, false);
    contact.children.truncate(1);
    contact.adults.clear();
    for child in &mut contact.children {
        (child.given, child.family) = ("Zed".to_owned(), "Unlike".to_owned());
        child.born = app::people::Born::NotKnown;
        child.identifiers.clear();
    }
    crate::front_door::send(world, actor, contact).await.reference
}

/// Two people are one, by the word of whoever asks and, where something is open about both, of a colleague in
/// the hub who sees both.
///
/// # Errors
/// What whoever asks is answered; or that no colleague sees both.
pub async fn links(world: &World, by: &Actor, link: LinkPeople) -> Result<String, Error> {
    #[derive(Row)]
    struct Asked {
        reference: String,
    }
    #[derive(Row)]
    struct Colleague {
        email: String,
    }
    let (person, other) = (link.to.clone(), link.from.clone());
    if let Came::Linked(to) = doors::record(&world.app, by, link).await? {
        return Ok(to);
    }
    let text = "SELECT reference FROM link_asked WHERE ended_at IS NULL ORDER BY id DESC LIMIT 1";
    let asked: Option<Asked> = world.app.db.reads().one(text, []).await.expect("a query");
    let asked = asked.expect("it was asked for").reference;
    let settle = |word| Settle {
        person: person.clone(),
        other: other.clone(),
        asked: asked.clone(),
        word,
        reason: "I looked at both".to_owned(),
    };
    let text = "SELECT DISTINCT s.email FROM staff s JOIN staff_role r ON r.staff_id = s.id \
        WHERE r.role IN ('hub-worker', 'hub-manager') ORDER BY s.email";
    let colleagues: Vec<Colleague> = world.app.db.reads().all(text, []).await.expect("a query");
    for Colleague { email } in colleagues {
        let colleague = world.actor(&email).await;
        let settled = doors::record(&world.app, &colleague, settle(Word::Agree)).await;
        if let Ok(Some(to)) = settled {
            return Ok(to);
        }
    }
    doors::record(&world.app, by, settle(Word::Refuse)).await?;
    Err(Error::NotFound)
}
