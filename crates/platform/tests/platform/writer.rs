//! The one writer when things go wrong: what was acknowledged is there, what was not is told why,
//! and the next change goes through.

use std::time::Duration;

use futures_util::FutureExt;
use platform::db::{Counter, Db, Row, Runs, Table, WriteFailed, sea_orm};
use tokio::sync::oneshot;

use crate::support::{by_hand, on_both, postgres};

const TABLES: [&str; 4] = [
    "CREATE TABLE note (id bigint PRIMARY KEY, said text NOT NULL)",
    "CREATE TABLE reply (id bigint PRIMARY KEY, \
     to_note bigint NOT NULL REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED)",
    "CREATE TABLE head (one bigint PRIMARY KEY, seq bigint NOT NULL)",
    "INSERT INTO head (one, seq) VALUES (1, 0)",
];
const HEAD: Counter = Counter::new("head");
const NOTE: Table<2> = Table::new("note", ["id", "said"]);
const REPLY: Table<2> = Table::new("reply", ["id", "to_note"]);

async fn opened(url: &str) -> Db {
    let db = Db::open_with_patience(url, Duration::from_millis(300)).await.unwrap();
    for table in TABLES {
        by_hand(&db, table).await;
    }
    db
}

async fn note(db: &Db, id: i64) -> Result<(), WriteFailed> {
    db.write(move |tx| {
        async move {
            let values = [id.into(), "said".into()];
            tx.run("INSERT INTO note (id, said) VALUES ($1, $2)", values).await?;
            Ok(())
        }
        .boxed()
    })
    .await
}

/// A note, after which the change does something that it had better not.
async fn note_and(db: &Db, id: i64, text: &'static str) -> Result<(), WriteFailed> {
    db.write(move |tx| {
        async move {
            let values = [id.into(), "said".into()];
            tx.run("INSERT INTO note (id, said) VALUES ($1, $2)", values).await?;
            // The change goes on as if nothing were wrong.
            let _ = tx.run(text, []).await;
            Ok(())
        }
        .boxed()
    })
    .await
}

/// A note under the next number; `repeated` ones say it twice, and the database refuses them.
async fn numbered(db: &Db, repeated: bool) -> Result<i64, WriteFailed> {
    db.write(move |tx| {
        async move {
            let number = tx.count(&HEAD, 1).await?;
            for _ in 0..=usize::from(repeated) {
                tx.insert(&NOTE, [number.into(), "numbered".into()]).await?;
            }
            Ok(number)
        }
        .boxed()
    })
    .await
}

#[test]
fn numbers_have_no_gap_whatever_fails_between_them() {
    on_both(async |url| {
        let db = opened(&url).await;
        for round in 0..3 {
            let (refused, one, again, two) = tokio::join!(
                numbered(&db, true),
                numbered(&db, false),
                numbered(&db, true),
                numbered(&db, false)
            );
            assert!(matches!(refused, Err(WriteFailed::Database(_))), "{refused:?}");
            assert!(matches!(again, Err(WriteFailed::Database(_))), "{again:?}");
            assert_eq!((one.unwrap(), two.unwrap()), (2 * round + 1, 2 * round + 2));
        }
        assert_eq!(notes(&db).await, [1, 2, 3, 4, 5, 6]);
        // Another process, and the next start, go on from what the table says.
        let another = Db::open(&url).await.unwrap();
        assert_eq!(numbered(&another, false).await.unwrap(), 7);
        assert_eq!(numbered(&db, false).await.unwrap(), 8);
        another.close().await;
        db.close().await;
    });
}

#[test]
fn rows_that_wait_are_there_for_whoever_reads_them_and_refer_to_each_other() {
    on_both(async |url| {
        let db = opened(&url).await;
        let seen: usize = db
            .write(|tx| {
                async move {
                    tx.insert(&NOTE, [1.into(), "first".into()]).await?;
                    tx.insert(&REPLY, [1.into(), 1.into()]).await?;
                    tx.insert(&NOTE, [2.into(), "second".into()]).await?;
                    #[derive(Row)]
                    struct Count {
                        said: i64,
                    }
                    let text = "SELECT count(*) AS said FROM note JOIN reply ON to_note = note.id";
                    let count: Option<Count> = tx.one(text, []).await?;
                    tx.put(&NOTE, [2.into(), "said again".into()]).await?;
                    tx.put(&NOTE, [3.into(), "said once".into()]).await?;
                    tx.put(&NOTE, [3.into(), "said again".into()]).await?;
                    Ok::<_, WriteFailed>(usize::try_from(count.unwrap().said).unwrap())
                }
                .boxed()
            })
            .await
            .unwrap();
        assert_eq!(seen, 1);
        #[derive(Row)]
        struct Said {
            said: String,
        }
        let said: Vec<Said> =
            db.reads().all("SELECT said FROM note ORDER BY id", []).await.unwrap();
        let said: Vec<_> = said.into_iter().map(|s| s.said).collect();
        assert_eq!(said, ["first", "said again", "said again"]);
        db.close().await;
    });
}

async fn notes(db: &Db) -> Vec<i64> {
    #[derive(Row)]
    struct Note {
        id: i64,
    }
    let notes: Vec<Note> = db.reads().all("SELECT id FROM note ORDER BY id", []).await.unwrap();
    notes.into_iter().map(|n| n.id).collect()
}

#[test]
fn a_change_that_fails_leaves_no_trace_and_its_neighbours_alone() {
    on_both(async |url| {
        let db = opened(&url).await;
        let (one, again, two) = tokio::join!(note(&db, 1), note(&db, 1), note(&db, 2));
        assert!(one.is_ok() && two.is_ok());
        assert!(matches!(again, Err(WriteFailed::Database(_))), "{again:?}");
        assert_eq!(notes(&db).await, [1, 2]);
        db.close().await;
    });
}

#[tokio::test]
async fn a_new_database_is_for_its_owner_alone_and_so_is_what_stands_beside_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::TempDir::new().unwrap();
    let db = opened(&format!("sqlite:{}", folder.path().join("a.sqlite").display())).await;
    note(&db, 1).await.unwrap();
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|f| f.unwrap()).collect();
    assert!(files.len() > 1, "the write-ahead log is there: {files:?}");
    for file in files {
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{file:?} is open to others");
    }
    db.close().await;
}

/// Why a change was not made.
#[derive(Debug)]
enum Told {
    /// By the change itself.
    No,
    /// By the database.
    Failed,
}

impl From<WriteFailed> for Told {
    fn from(_: WriteFailed) -> Self {
        Self::Failed
    }
}

#[derive(Row)]
struct Id {
    id: i64,
}

/// Refuses because of a note that somebody else left.
async fn refused_if_there_is(db: &Db, id: i64) -> Result<(), Told> {
    db.write(move |tx| {
        async move {
            let text = "SELECT id FROM note WHERE id = $1";
            let found: Option<Id> = tx.one(text, [id.into()]).await.map_err(WriteFailed::from)?;
            found.filter(|found| found.id == id).map_or(Ok(()), |_| Err(Told::No))
        }
        .boxed()
    })
    .await
}

/// Whoever is refused because of what a neighbour changed looks at once for what that is.
#[test]
fn what_a_change_was_refused_for_is_there_when_the_refusal_is_told() {
    on_both(async |url| {
        let db = opened(&url).await;
        let refused = async {
            let told = refused_if_there_is(&db, 1).await;
            (told, notes(&db).await)
        };
        let slow = db.write(|_| {
            async move {
                tokio::time::sleep(Duration::from_millis(100)).await;
                Ok::<_, WriteFailed>(())
            }
            .boxed()
        });
        let (made, (told, there), _) = tokio::join!(note(&db, 1), refused, slow);
        made.unwrap();
        assert!(matches!(told, Err(Told::No)), "{told:?}");
        assert_eq!(there, [1]);

        // And where the neighbour's change comes to nothing, so does the refusal.
        let to_nothing = "INSERT INTO reply (id, to_note) VALUES (1, 99)";
        let (made, told) = tokio::join!(note_and(&db, 2, to_nothing), refused_if_there_is(&db, 2));
        assert!(made.is_err());
        assert!(matches!(told, Err(Told::Failed)), "{told:?}");
        assert_eq!(notes(&db).await, [1]);
    });
}

#[test]
fn what_shared_a_spoiled_transaction_is_never_acknowledged() {
    on_both(async |url| {
        let db = opened(&url).await;
        let spoil = if db.is_embedded() {
            "ROLLBACK"
        } else {
            "SELECT pg_terminate_backend(pg_backend_pid())"
        };
        let (one, spoiler, three) =
            tokio::join!(note(&db, 1), note_and(&db, 2, spoil), note(&db, 3));
        for (id, told) in [(1, &one), (2, &spoiler), (3, &three)] {
            assert_eq!(told.is_ok(), notes(&db).await.contains(&id), "{id} was told {told:?}");
        }
        assert!(matches!(one, Err(WriteFailed::Busy)), "to be sent again: {one:?}");
        assert!(spoiler.is_err());
        assert!(three.is_ok(), "what came after is not lost: {three:?}");
        note(&db, 1).await.unwrap();
        assert_eq!(notes(&db).await, [1, 3]);
        db.close().await;
    });
}

#[test]
fn a_failed_commit_is_never_acknowledged() {
    on_both(async |url| {
        let db = opened(&url).await;
        let reply = db.write(move |tx| {
            async move {
                tx.run("INSERT INTO reply (id, to_note) VALUES (1, 99)", []).await?;
                Ok(())
            }
            .boxed()
        });
        let (one, reply) = tokio::join!(note(&db, 1), reply);
        assert!(matches!(reply, Err(WriteFailed::Database(_))), "{reply:?}");
        assert!(one.is_err(), "it was in the same commit");
        assert_eq!(notes(&db).await, Vec::<i64>::new());
        note(&db, 2).await.unwrap();
        assert_eq!(notes(&db).await, [2]);
        db.close().await;
    });
}

#[test]
fn a_database_that_another_process_holds_is_busy_and_not_broken() {
    on_both(async |url| {
        let (db, other) = (opened(&url).await, Db::open(&url).await.unwrap());
        let (held, holds) = oneshot::channel();
        let (release, released) = oneshot::channel::<()>();
        let holder = tokio::spawn(async move {
            let done: Result<(), WriteFailed> = other
                .write(move |tx| {
                    async move {
                        tx.run("INSERT INTO note (id, said) VALUES (1, 'theirs')", []).await?;
                        held.send(()).unwrap();
                        released.await.unwrap();
                        Ok(())
                    }
                    .boxed()
                })
                .await;
            done.unwrap();
        });
        holds.await.unwrap();
        let told = note(&db, 1).await;
        assert!(matches!(told, Err(WriteFailed::Busy)), "{told:?}");
        release.send(()).unwrap();
        holder.await.unwrap();
        note(&db, 2).await.unwrap();
        assert_eq!(notes(&db).await, [1, 2]);
        db.close().await;
    });
}

#[tokio::test]
async fn a_full_disk_is_a_fault_that_says_so() {
    let folder = tempfile::TempDir::new().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.sqlite").display());
    let db = opened(&url).await;
    let told: Result<(), WriteFailed> = db
        .write(move |tx| {
            async move {
                tx.run("PRAGMA max_page_count = 6", []).await?;
                let long = "x".repeat(100_000);
                tx.run("INSERT INTO note (id, said) VALUES (1, $1)", [long.into()]).await?;
                Ok(())
            }
            .boxed()
        })
        .await;
    let Err(told) = told else { panic!("there was room") };
    assert!(matches!(told, WriteFailed::Disk(_)), "{told:?}");
    assert!(told.to_string().starts_with("the disk under the database"), "{told}");
    note(&db, 2).await.unwrap();
    assert_eq!(notes(&db).await, [2]);
}

#[tokio::test]
async fn after_postgresql_was_restarted_the_writer_goes_on() {
    let Some(url) = postgres().await else {
        eprintln!("SKIPPED: SIGHTLINE_TEST_POSTGRES is not set");
        return;
    };
    let (db, other) = (opened(&url).await, Db::open(&url).await.unwrap());
    note(&db, 1).await.unwrap();
    let text = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                WHERE datname = current_database() AND pid <> pg_backend_pid()";
    other.reads().run(text, []).await.unwrap();
    note(&db, 2).await.unwrap();
    assert_eq!(notes(&other).await, [1, 2]);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(notes(&db).await, [1, 2], "and so do those who read");
}

const SUM: Counter = Counter::carrying("sum", "numbers");

/// Takes a number and carries it behind those before; a `refused` one fails when both are done.
async fn carried(db: &Db, refused: bool) -> Result<i64, WriteFailed> {
    db.write(move |tx| {
        async move {
            let number = tx.count(&SUM, 1).await?;
            let mut all = tx.carried(&SUM).unwrap_or_default();
            all.extend(number.to_be_bytes().last());
            tx.carry(&SUM, all)?;
            if refused { Err(WriteFailed::Broke) } else { Ok(number) }
        }
        .boxed()
    })
    .await
}

async fn sum(db: &Db) -> Option<Vec<u8>> {
    #[derive(Row)]
    struct Sum {
        numbers: Option<Vec<u8>>,
    }
    let sum: Option<Sum> = db.reads().one("SELECT numbers FROM sum", []).await.unwrap();
    sum.unwrap().numbers
}

#[test]
fn what_a_counter_carries_goes_the_way_of_its_numbers() {
    on_both(async |url| {
        let db = opened(&url).await;
        by_hand(
            &db,
            "CREATE TABLE sum (one bigint PRIMARY KEY, seq bigint NOT NULL, numbers bytea)",
        )
        .await;
        by_hand(&db, "INSERT INTO sum (one, seq) VALUES (1, 0)").await;
        for _ in 0..2 {
            let (refused, one, again, two) = tokio::join!(
                carried(&db, true),
                carried(&db, false),
                carried(&db, true),
                carried(&db, false)
            );
            assert!(refused.is_err() && again.is_err() && one.is_ok() && two.is_ok());
        }
        assert_eq!(sum(&db).await.unwrap(), [1, 2, 3, 4]);
        let another = Db::open(&url).await.unwrap();
        assert_eq!(carried(&another, false).await.unwrap(), 5);
        another.close().await;
        assert_eq!(carried(&db, false).await.unwrap(), 6);
        assert_eq!(sum(&db).await.unwrap(), [1, 2, 3, 4, 5, 6]);
        let uncounted: Result<(), WriteFailed> =
            db.write(|tx| async move { Ok(tx.carry(&SUM, Vec::new())?) }.boxed()).await;
        assert!(matches!(uncounted, Err(WriteFailed::Database(_))), "{uncounted:?}");
        db.close().await;
    });
}

/// What was acknowledged must be on the disk, whatever happens to the machine.
#[tokio::test]
async fn a_commit_on_sqlite_is_on_the_disk_before_it_is_acknowledged() {
    #[derive(Row)]
    struct Journal {
        journal_mode: String,
    }
    #[derive(Row)]
    struct Sync {
        synchronous: i64,
    }
    let folder = tempfile::TempDir::new().unwrap();
    let url = format!("sqlite:{}", folder.path().join("disk.sqlite").display());
    let db = Db::open(&url).await.unwrap();
    let said = db
        .write(|tx| {
            async move {
                let journal: Option<Journal> = tx.one("PRAGMA journal_mode", []).await?;
                let sync: Option<Sync> = tx.one("PRAGMA synchronous", []).await?;
                Ok::<_, WriteFailed>((journal.map(|j| j.journal_mode), sync.map(|s| s.synchronous)))
            }
            .boxed()
        })
        .await
        .unwrap();
    const FULL: i64 = 2;
    assert_eq!(said, (Some("wal".to_owned()), Some(FULL)));
}

/// As on SQLite: PostgreSQL waits for its log.
#[tokio::test]
async fn a_commit_on_postgresql_is_on_the_disk_before_it_is_acknowledged() {
    #[derive(Row)]
    struct Waits {
        synchronous_commit: String,
    }
    let Some(url) = postgres().await else { return };
    let db = Db::open(&url).await.unwrap();
    let name = url.rsplit('/').next().unwrap();
    let off = format!("ALTER DATABASE {name} SET synchronous_commit = off");
    by_hand(&db, off.leak()).await;
    db.close().await;
    let db = Db::open(&url).await.unwrap();
    let said = db
        .write(|tx| {
            async move {
                let waits: Option<Waits> = tx.one("SHOW synchronous_commit", []).await?;
                Ok::<_, WriteFailed>(waits.map(|w| w.synchronous_commit))
            }
            .boxed()
        })
        .await
        .unwrap();
    assert_eq!(said.as_deref(), Some("on"));
}
