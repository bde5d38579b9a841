//! R13 of the threat model: nothing disappears unnoticed. Whatever row of what is kept goes behind the
//! application's back, the next count finds it and says of what.

use std::collections::BTreeSet;

use app::{
    conservation::{self, KEPT},
    web::health,
};
use platform::db::{Row, Runs, sea_orm};
use sea_orm::{ConnectionTrait, DatabaseConnection};

use crate::{
    sticky::Dice,
    support::{World, on_both},
    walk::known,
};

/// How many rows are deleted on each database; `SIGHTLINE_GONE` asks for more.
fn gone() -> usize {
    std::env::var("SIGHTLINE_GONE").ok().and_then(|said| said.parse().ok()).unwrap_or(100)
}

/// Whoever may do anything with the database, past the application.
struct Behind {
    connection: DatabaseConnection,
    /// What a row is known by.
    place: &'static str,
}

impl Behind {
    async fn of(world: &World) -> Self {
        let connection = world.app.db.connection().await.unwrap();
        let (heeds_nothing, place) = if world.app.db.is_embedded() {
            ("PRAGMA foreign_keys = OFF", "rowid")
        } else {
            ("SET session_replication_role = replica", "ctid")
        };
        connection.execute_unprepared(heeds_nothing).await.unwrap();
        Self { connection, place }
    }

    async fn does(&self, text: &str) -> u64 {
        self.connection.execute_unprepared(text).await.unwrap().rows_affected()
    }

    /// Deletes a row, and keeps it aside under that number.
    async fn deletes(&self, table: &str, row: usize, number: usize) {
        let place = self.place;
        self.does(&format!(
            "CREATE TEMP TABLE gone_{number} AS SELECT {place} AS place_of_it, t.* FROM {table} t \
             LIMIT 1 OFFSET {row}"
        ))
        .await;
        let deleted = self
            .does(&format!(
                "DELETE FROM {table} WHERE {place} IN (SELECT place_of_it FROM gone_{number})"
            ))
            .await;
        assert_eq!(deleted, 1, "{table}");
        self.does(&format!("ALTER TABLE gone_{number} DROP COLUMN place_of_it")).await;
    }

    async fn puts_back(&self, table: &str, number: usize) {
        let put = self.does(&format!("INSERT INTO {table} SELECT * FROM gone_{number}")).await;
        assert_eq!(put, 1, "{table}");
    }
}

async fn wrong(world: &World) -> Vec<String> {
    conservation::count(&world.app).await.unwrap().wrong
}

async fn healthy(world: &World) -> String {
    health::of(&world.app).await.but.join("\n")
}

#[test]
fn r13_whatever_row_goes_behind_its_back_the_next_count_finds_it() {
    on_both(async |world| {
        for _ in 0..4 {
            known(&world, true).await;
        }
        assert_eq!(wrong(&world).await, Vec::<String>::new());
        let behind = Behind::of(&world).await;
        let mut dice = Dice::of(13);
        for number in 0..gone() {
            let (table, rows) = loop {
                let table = KEPT[dice.below(KEPT.len())];
                match usize::try_from(world.count(table).await).unwrap() {
                    0 => {}
                    rows => break (table, rows),
                }
            };
            behind.deletes(table, dice.below(rows), number).await;
            let said = format!("rows of “{table}” that are missing: 1 of {rows}");
            assert_eq!(wrong(&world).await, [said], "deletion {number}");
            behind.puts_back(table, number).await;
        }
        assert_eq!(wrong(&world).await, Vec::<String>::new());
        world
    });
}

/// What is not counted, and why: whoever makes a table says of it on which side it is.
const NOT_KEPT: [(&str, &[&str]); 5] = [
    (
        "it is written anew from something else",
        &[
            "account_key",
            "account_name_word",
            "clock",
            "clock_before",
            "journal_node",
            "look_folded",
            "look_of_day",
            "response_account",
            "screening",
            "unusual_access_day",
            "vain_look",
        ],
    ),
    (
        "it comes and goes with whoever signs in",
        &[
            "identity",
            "identity_provider",
            "once",
            "one_time_code",
            "passkey",
            "passkey_challenge",
            "pending_sign_in",
            "second_step",
            "session",
            "sign_in_code",
            "stopped_look",
        ],
    ),
    (
        "it is counted by its own numbers, or counts",
        &["journal", "journal_checkpoint", "journal_head", "kept_rows"],
    ),
    ("the database does not open without it", &["data_key", "key_check"]),
    (
        "a row may take the place of another, or a restore writes it",
        &["data_request_account", "restored"],
    ),
];

#[test]
fn each_table_is_counted_or_said_not_to_be() {
    on_both(async |world| {
        let all: BTreeSet<String> =
            world.everything().await.into_iter().map(|(name, _)| name).collect();
        let not_kept = NOT_KEPT.iter().flat_map(|(_, names)| *names);
        let said: Vec<_> = KEPT.iter().chain(not_kept).map(|name| (*name).to_owned()).collect();
        let once: BTreeSet<_> = said.iter().cloned().collect();
        assert_eq!(said.len(), once.len(), "each on one side");
        assert_eq!(all, once);
        world
    });
}

#[test]
fn what_is_missing_is_said_until_somebody_looked_into_it_and_begins_anew() {
    on_both(async |world| {
        known(&world, true).await;
        let behind = Behind::of(&world).await;
        let outbox = world.count("outbox").await;
        let notices = world.count("notice").await;
        behind.does("DELETE FROM outbox").await;
        assert!(!healthy(&world).await.contains("not all that"), "nobody counted yet");
        let said = format!("rows of “outbox” that are missing: {outbox} of {outbox}");
        assert_eq!(wrong(&world).await, [said.as_str()]);
        // Anybody reads that something is, and those who run it of what.
        let told = healthy(&world).await;
        assert!(told.contains("not all that was recorded") && !told.contains("outbox"), "{told}");
        // A count that is lost itself is not made good by starting again; of a table that is new and
        // empty nothing can be lost yet, and it is counted from then on.
        behind.does("DELETE FROM kept_rows WHERE name IN ('hold', 'notice')").await;
        let again = conservation::count(&world.another_process().await).await.unwrap().wrong;
        assert_eq!(again, ["nobody counted the rows of “notice”", said.as_str()]);
        behind
            .does(&format!("INSERT INTO kept_rows (name, how_many) VALUES ('notice', {notices})"))
            .await;
        let mut ossian = world.signs_in("ossian@unit.example").await;
        assert!(ossian.get("/system").await.reads(&said));
        // What comes after it is counted as before, and what stands there that nobody wrote is seen too.
        known(&world, false).await;
        let of_now = world.count("outbox").await;
        assert_eq!(wrong(&world).await.len(), 1);
        let copies = "INSERT INTO notice (id, staff_id, kind, contact_id, made_at) \
            SELECT contact_id, staff_id, kind, contact_id, made_at FROM notice LIMIT 1";
        behind.does(copies).await;
        let both = [
            "rows of “notice” that nobody wrote: 1".to_owned(),
            format!("rows of “outbox” that are missing: {outbox} of {}", of_now + outbox),
        ];
        assert_eq!(wrong(&world).await, both);
        assert!(world.count("notice").await > notices);
        conservation::anew(&world.app, "A disk was put right by hand".to_owned()).await.unwrap();
        assert_eq!(wrong(&world).await, Vec::<String>::new());
        assert!(!healthy(&world).await.contains("not all that was recorded"));
        assert!(ossian.get("/system").await.reads("Everything that was recorded is there"));
        // The journal is counted by its own numbers.
        behind.deletes("journal", 3, 0).await;
        assert!(wrong(&world).await[0].starts_with("rows of “journal” that are missing: 1 of"));
        behind.puts_back("journal", 0).await;
        world
    });
}

#[test]
fn what_two_processes_write_at_once_is_counted_and_what_fails_is_not() {
    on_both(async |world| {
        let other = world.another_process().await;
        let taken = known(&world, false).await;
        let add = |app: &app::App, nth: usize| {
            let app = app.clone();
            async move {
                app.db
                    .write(move |tx| {
                        Box::pin(async move {
                            let text = "INSERT INTO household (id) VALUES ($1)";
                            tx.run(text, [uuid::Uuid::now_v7().into()]).await?;
                            match nth % 3 {
                                0 => Err(app::error::Error::Stale),
                                _ => Ok(()),
                            }
                        })
                    })
                    .await
            }
        };
        let before = world.count("household").await;
        let apps = [&world.app, &other];
        let done = (0..60).map(|nth| add(apps[nth % 2], nth));
        let done = futures_util::future::join_all(done).await;
        assert_eq!(done.iter().filter(|one| one.is_ok()).count(), 40);
        assert_eq!(world.count("household").await, before + 40);
        assert_eq!(wrong(&world).await, Vec::<String>::new());
        #[derive(Row)]
        struct Kept {
            how_many: i64,
        }
        let text = "SELECT how_many FROM kept_rows WHERE name = 'household'";
        let kept: Kept = world.app.db.reads().one(text, []).await.unwrap().unwrap();
        assert_eq!(kept.how_many, before + 40);
        drop(taken);
        world
    });
}
