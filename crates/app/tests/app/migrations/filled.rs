//! Migrations over tables that are full: each keeps every row and every column but those that it says it
//! changes, and whoever is killed half way leaves the database as it was or as it is to be (threat model,
//! V23). The rows mean nothing; what refers to another row does so rightly.

use std::{
    collections::BTreeMap,
    env,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use app::migrations::{made, migrate_by, names};
use jiff::{SignedDuration, civil::date};
use platform::{
    db::{
        Db, Row, Runs,
        sea_orm::{self, ConnectionTrait},
        tables::{Cell, Column, Kind, hex, tables},
    },
    seal::Keys,
};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::{
    sticky::Dice,
    support::{fresh_postgres, monday_morning},
};

/// How many records there are in the first tables; `SIGHTLINE_RECORDS` asks for more. Each later table has as
/// many rows as each of those.
const RECORDS: usize = 2_000;
/// How often somebody is killed; `SIGHTLINE_KILLS` asks for more.
const KILLS: usize = 6;

/// What a migration changes of what was there, or takes away.
const CHANGES: [&str; 2] =
    ["0002_people: account_address.from_on", "0004_corrections: contact.danger_at"];

fn asked(variable: &str, usual: usize) -> usize {
    env::var(variable).ok().and_then(|said| said.parse().ok()).unwrap_or(usual)
}

/// What refers to what: of a column of a table, the column of the other.
type Refers = BTreeMap<(String, String), (String, String)>;

/// What refers to what after so many migrations, as SQLite says it.
async fn refers(steps: usize) -> Refers {
    #[derive(Row)]
    struct Found {
        child: String,
        of_column: String,
        parent: String,
        to_column: String,
    }
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite:{}", folder.path().join("empty.sqlite").display());
    let db = Db::open(&url).await.unwrap();
    migrate_by(&db, steps).await.unwrap();
    let text = "SELECT m.name AS child, f.\"from\" AS of_column, f.\"table\" AS parent, \
        f.\"to\" AS to_column FROM sqlite_master m, pragma_foreign_key_list(m.name) f \
        WHERE m.type = 'table'";
    let found: Vec<Found> = db.reads().all(text, []).await.unwrap();
    db.close().await;
    found.into_iter().map(|f| ((f.child, f.of_column), (f.parent, f.to_column))).collect()
}

/// What stands in a column of a row: another in each row, and what it refers to where it does.
fn cell(refers: &Refers, table: &str, column: &Column, row: usize) -> Cell {
    let mut of = (table.to_owned(), column.name.clone());
    while let Some(to) = refers.get(&of) {
        of = to.clone();
    }
    let number = i64::try_from(row).unwrap();
    let said = format!("{} {} {row}", of.0, of.1);
    let digest = Sha256::digest(&said);
    match column.kind {
        Kind::Uuid => Cell::Uuid(uuid::Uuid::from_slice(&digest[..16]).unwrap()),
        Kind::Text => Cell::Text(said),
        Kind::Bytes => Cell::Bytes(digest.to_vec()),
        Kind::Integer | Kind::BigInteger => Cell::Number(number),
        Kind::Boolean => Cell::Boolean(row.is_multiple_of(2)),
        Kind::At => Cell::At(monday_morning() + SignedDuration::from_secs(number)),
        Kind::On => Cell::On(date(2020, 1, 1) + SignedDuration::from_hours(24 * number)),
    }
}

/// Fills each table that has nothing in it.
async fn fill(db: &Db, refers: &Refers, rows: usize) {
    let filling = db.to_fill().await.unwrap();
    let whole = filling.begin().await.unwrap();
    for table in tables(&whole).await.unwrap() {
        if !table.rows(&whole, None, 1).await.unwrap().is_empty() {
            continue;
        }
        let has_one = table.columns.iter().any(|column| column.name == "one");
        let of_row = |row| -> Vec<Cell> {
            table.columns.iter().map(|column| cell(refers, &table.name, column, row)).collect()
        };
        let rows: Vec<_> = (1..=if has_one { 1 } else { rows }).map(of_row).collect();
        table.insert(&whole, &rows).await.unwrap();
    }
    whole.commit().await.unwrap();
}

/// Of each column of each table how many rows there are, and a hash of what stands in them.
type Manifest = BTreeMap<(String, String), (usize, String)>;

async fn manifest(db: &Db) -> Manifest {
    let whole = db.as_it_is().await.unwrap();
    let mut all = Manifest::new();
    for table in tables(&whole).await.unwrap() {
        let rows = table.rows(&whole, None, i64::MAX).await.unwrap();
        for (place, column) in table.columns.iter().enumerate() {
            let mut digest = Sha256::new();
            for row in &rows {
                digest.update(format!("{:?}\n", row[place]));
            }
            let of = (table.name.clone(), column.name.clone());
            all.insert(of, (rows.len(), hex(&digest.finalize())));
        }
    }
    all
}

/// How many rows each table gets.
async fn rows_each(db: &Db) -> usize {
    let whole = db.as_it_is().await.unwrap();
    asked("SIGHTLINE_RECORDS", RECORDS).div_ceil(tables(&whole).await.unwrap().len())
}

/// Makes a database full, one migration after the other, up to so many. Answers with what each changed.
async fn filled(url: &str, upto: usize) -> Vec<String> {
    let db = Db::open(url).await.unwrap();
    let (mut before, mut changed, mut rows) = (Manifest::new(), Vec::new(), 0);
    for (nth, name) in names().iter().take(upto).enumerate() {
        migrate_by(&db, 1).await.unwrap();
        let after = manifest(&db).await;
        let differs = before.iter().filter(|(of, was)| after.get(*of) != Some(was));
        changed.extend(differs.map(|((table, column), _)| format!("{name}: {table}.{column}")));
        if nth == 0 {
            rows = rows_each(&db).await;
        }
        fill(&db, &refers(nth + 1).await, rows).await;
        before = manifest(&db).await;
        assert!(before.values().all(|(rows, _)| *rows > 0), "a table is empty after {name}");
    }
    db.forgets().await.unwrap();
    db.close().await;
    changed
}

async fn keeps_every_row(url: &str) {
    assert_eq!(filled(url, names().len()).await, CHANGES);
}

#[tokio::test]
async fn v23_each_migration_keeps_what_stands_in_full_tables() {
    let folder = TempDir::new().unwrap();
    keeps_every_row(&format!("sqlite:{}", folder.path().join("full.sqlite").display())).await;
    match env::var("SIGHTLINE_TEST_POSTGRES") {
        Ok(cluster) => keeps_every_row(&fresh_postgres(&cluster).await).await,
        Err(_) => eprintln!("SKIPPED on PostgreSQL: SIGHTLINE_TEST_POSTGRES is not set"),
    }
}

/// Where databases are made: a folder, or a cluster.
struct Place {
    folder: TempDir,
    cluster: Option<String>,
}

impl Place {
    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    async fn empty(&self, name: &str) -> String {
        match &self.cluster {
            None => format!("sqlite:{}", self.file(name)),
            Some(cluster) => fresh_postgres(cluster).await,
        }
    }

    /// Another database with the same in it, while nobody is in the first.
    async fn copy(&self, of: &str, name: &str) -> String {
        let Some(cluster) = &self.cluster else {
            std::fs::copy(of.trim_start_matches("sqlite:"), self.file(name)).unwrap();
            return format!("sqlite:{}", self.file(name));
        };
        let copy = fresh_postgres(cluster).await;
        let [from, to] = [of, copy.as_str()].map(|url| url.rsplit_once('/').unwrap().1);
        self.is_left(of).await;
        let db = Db::open(cluster).await.unwrap();
        let by_hand = db.connection().await.unwrap();
        // To drop and to copy waits for the disk, which may be busy with other tests.
        for text in [
            "SET statement_timeout = 0".to_owned(),
            format!("DROP DATABASE {to}"),
            format!("CREATE DATABASE {to} TEMPLATE {from}"),
        ] {
            by_hand.execute_unprepared(&text).await.unwrap();
        }
        by_hand.close().await.unwrap();
        db.close().await;
        copy
    }

    /// Waits until the server knows that whoever was in a database is gone.
    async fn is_left(&self, url: &str) {
        #[derive(Row)]
        struct Count {
            rows: i64,
        }
        let Some(cluster) = &self.cluster else { return };
        let db = Db::open(cluster).await.unwrap();
        let text = "SELECT count(*) AS rows FROM pg_stat_activity WHERE datname = $1";
        let name = url.rsplit_once('/').unwrap().1;
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            let there: Option<Count> = db.reads().one(text, [name.into()]).await.unwrap();
            if there.is_some_and(|there| there.rows == 0) {
                break;
            }
            assert!(Instant::now() < until, "somebody stays in {name}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        db.close().await;
    }

    /// The program, which brings the database up to date and finds then that the key is not its own.
    fn begins(&self, url: &str) -> Child {
        Command::new(env!("CARGO_BIN_EXE_sightline"))
            .args(["change-key", "--database", url, "--key", &self.file("key")])
            .args(["--to", &self.file("another-key")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// How far it has come, and what stands in it.
    async fn has(&self, url: &str) -> (usize, Manifest) {
        self.is_left(url).await;
        let db = Db::open(url).await.unwrap();
        let has = (made(&db).await.unwrap(), manifest(&db).await);
        db.close().await;
        has
    }
}

/// Who is killed half way leaves all of it or nothing, and the next comes to the same end.
async fn is_killed(cluster: Option<String>) {
    let place = Place { folder: TempDir::new().unwrap(), cluster };
    Keys::create_file(Path::new(&place.file("key"))).unwrap();
    let mut dice = Dice::of(23);
    let (all, mut undone, mut done) = (names().len(), 0, 0);
    for kill in 0..asked("SIGHTLINE_KILLS", KILLS) {
        // From another schema each time, until all of them had their turn.
        let from = 1 + (kill * 7) % (all - 1);
        let url = place.empty(&format!("{kill}.sqlite")).await;
        filled(&url, from).await;
        let before = place.has(&url).await;
        assert_eq!(before.0, from);
        let copy = place.copy(&url, &format!("{kill}-whole.sqlite")).await;
        let begun = Instant::now();
        place.begins(&copy).wait().unwrap();
        let took = begun.elapsed();
        let after = place.has(&copy).await;
        assert_eq!(after.0, all, "nobody was killed");

        let mut process = place.begins(&url);
        let moment = took * u32::try_from(5 + dice.below(95)).unwrap() / 100;
        tokio::time::sleep(moment).await;
        process.kill().unwrap();
        process.wait().unwrap();
        match place.has(&url).await {
            found if found.0 == from => {
                assert!(found == before, "kill {kill} from {from} after {moment:?}");
                undone += 1;
            }
            found => {
                assert!(found == after, "kill {kill} from {from} after {moment:?}: {}", found.0);
                done += 1;
            }
        }
        place.begins(&url).wait().unwrap();
        assert!(place.has(&url).await == after, "kill {kill} from {from}, and once more");
    }
    println!("{undone} were undone whole, {done} were through");
    assert!(undone > 0, "nobody was killed in time");
}

#[tokio::test]
async fn v23_who_is_killed_while_migrating_leaves_all_of_it_or_nothing_on_sqlite() {
    is_killed(None).await;
}

#[tokio::test]
async fn v23_who_is_killed_while_migrating_leaves_all_of_it_or_nothing_on_postgresql() {
    match env::var("SIGHTLINE_TEST_POSTGRES") {
        Ok(cluster) => is_killed(Some(cluster)).await,
        Err(_) => eprintln!("SKIPPED: SIGHTLINE_TEST_POSTGRES is not set"),
    }
}
