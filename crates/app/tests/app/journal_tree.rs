//! The tree over the journal: it is the journal's after whatever happened, tampering of each kind is
//! found and named, and witnesses co-sign nothing but the continuation of what they have seen.

use std::{path::PathBuf, sync::Arc};

use app::{
    App,
    access::Actor,
    backup,
    doors::{self, Change, Pen},
    error::{Error, Result},
    front_door::queue::OpenQueue,
    journal_tree::{
        building, contents, keys,
        signing::{Asked, Signing, Told},
        store,
        verifying::{Against, Odd, Verified, verify},
        witness::{self, Witness},
    },
};
use futures_util::future::join_all;
use journal_proof::{
    CompactRange, Finding, Hash, LogSecret, Position, Quorum, WitnessSecret, state,
};
use platform::{
    clock::Clock,
    db::{Db, Row, Runs, Tx, sea_orm},
    serve::{Limits, serve},
};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::support::{World, on_both};

/// A change that says so many things and then may be refused.
struct Says {
    things: usize,
    is_refused: bool,
}

impl Change for Says {
    type Made = ();
    const WHAT: &'static str = "test:says";
    const ACTION: app::access::Action = app::access::Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        for thing in 0..self.things {
            let content = if thing % 2 == 0 { "" } else { "something" };
            pen.journal("test:said", &[], content.as_bytes()).await?;
        }
        if self.is_refused { Err(Error::refusal("No")) } else { Ok(()) }
    }
}

async fn says(world: &World, things: usize, is_refused: bool) -> Result<()> {
    doors::record(&world.app, &Actor::platform(), Says { things, is_refused }).await
}

#[derive(Row)]
struct Entry {
    seq: i64,
    entry: Vec<u8>,
}

/// The tree computed from the entries as they stand, and the nodes of each.
async fn recomputed(world: &World) -> (CompactRange, Vec<(i64, Vec<u8>)>) {
    let text = "SELECT seq, entry FROM journal ORDER BY seq";
    let entries: Vec<Entry> = world.app.db.reads().all(text, []).await.unwrap();
    let (mut tree, mut rows) = (CompactRange::new(), Vec::new());
    for (Entry { seq, entry }, number) in entries.into_iter().zip(1..) {
        assert_eq!(seq, number, "no gap");
        let mut hashes: Vec<u8> = Vec::new();
        tree.push_telling(Hash::leaf(&entry), |_: Position, hash| hashes.extend(hash.as_bytes()));
        rows.push((seq, hashes));
    }
    (tree, rows)
}

async fn stored(world: &World) -> (CompactRange, Vec<(i64, Vec<u8>)>) {
    #[derive(Row)]
    struct Node {
        seq: i64,
        hashes: Vec<u8>,
    }
    let db = world.app.db.reads();
    let text = "SELECT seq, hashes FROM journal_node ORDER BY seq";
    let nodes: Vec<Node> = db.all(text, []).await.unwrap();
    let head = store::head(&db).await.unwrap();
    (head.tree().unwrap(), nodes.into_iter().map(|n| (n.seq, n.hashes)).collect())
}

/// The same course of looks, changes and refusals each time, and in no order that anybody chose.
async fn traffic(world: &World, rounds: u64) {
    let dee = world.actor("dee@hub.example").await;
    let mut dice = 20_261_102_u64;
    let mut throw = move |sides: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % sides
    };
    for _ in 0..rounds {
        let changes: Vec<_> =
            (0..throw(8)).map(|_| (1 + throw(5) as usize, throw(3) == 0)).collect();
        let looks = throw(6);
        let look = || OpenQueue { page: 1, ..OpenQueue::default() };
        let (said, seen) = tokio::join!(
            join_all(changes.iter().map(|(things, refused)| says(world, *things, *refused))),
            join_all((0..looks).map(|_| doors::open(&world.app, &dee, look())))
        );
        for (said, (_, is_refused)) in said.iter().zip(&changes) {
            assert_eq!(said.is_err(), *is_refused, "{said:?}");
        }
        assert!(seen.iter().all(Result::is_ok));
    }
}

#[test]
fn the_tree_is_that_of_the_entries_after_whatever_happened() {
    on_both(async |world| {
        traffic(&world, 40).await;
        let (tree, nodes) = recomputed(&world).await;
        assert!(tree.size() > 100, "there was traffic: {}", tree.size());
        assert_eq!(stored(&world).await, (tree, nodes));
        // Another process goes on from what is stored.
        let other = world.another_process().await;
        doors::record(&other, &Actor::platform(), Says { things: 3, is_refused: false })
            .await
            .unwrap();
        says(&world, 2, false).await.unwrap();
        assert_eq!(stored(&world).await, recomputed(&world).await);
        other.db.close().await;
        world
    });
}

#[test]
fn a_journal_that_was_there_before_the_tree_is_taken_into_it_once() {
    on_both(async |world| {
        says(&world, 20, false).await.unwrap();
        world.tamper("DELETE FROM journal_node").await;
        world.tamper("UPDATE journal_head SET tree = NULL").await;
        // Until it is, nothing is added, rather than a tree begun in the middle.
        let refused = says(&world, 1, false).await;
        assert!(
            matches!(&refused, Err(Error::Fault(why)) if why.contains("start again")),
            "{refused:?}"
        );
        let other = world.another_process().await;
        assert_eq!(stored(&world).await, recomputed(&world).await);
        building::build(&other.db, false).await.unwrap();
        says(&world, 1, false).await.unwrap();
        assert_eq!(stored(&world).await, recomputed(&world).await);
        other.db.close().await;
        world
    });
}

#[test]
fn no_tree_is_made_over_a_journal_with_a_gap() {
    on_both(async |world| {
        says(&world, 5, false).await.unwrap();
        world.tamper("DELETE FROM journal_node").await;
        world.tamper("UPDATE journal_head SET tree = NULL").await;
        world.tamper("DELETE FROM journal_content WHERE seq = 3").await;
        world.tamper("DELETE FROM journal WHERE seq = 3").await;
        let refused = building::build(&world.app.db, false).await;
        assert!(
            matches!(&refused, Err(Error::Refusal(why)) if why.contains("Entry 3 ")),
            "{refused:?}"
        );
        world
            .tamper("INSERT INTO journal (seq, entry) SELECT 3, entry FROM journal WHERE seq = 4")
            .await;
        world
    });
}

/// A log's key, made for this test alone.
fn log_key(folder: &TempDir) -> LogSecret {
    keys::create(&folder.path().join("log.key"), "sightline/seaholme".parse().unwrap()).unwrap()
}

/// A witness that answers on a port of its own until the test ends.
struct Running {
    asked: Asked,
    state: PathBuf,
    server: tokio::task::JoinHandle<()>,
}

async fn witness(folder: &TempDir, log: &LogSecret, clock: Clock) -> Running {
    let state = folder.path().join("witness.state");
    let key: WitnessSecret =
        keys::create(&folder.path().join("witness.key"), "police.example".parse().unwrap())
            .unwrap();
    let public = key.public().clone();
    witness::begin(&state).unwrap();
    let known = keys::known_by(vec![log.public().clone()]);
    let witness = Arc::new(Witness::over(&state, key, known, clock).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = witness::router(witness);
    let server = tokio::spawn(async move {
        serve(listener, router, Limits::default(), Arc::default(), std::future::pending())
            .await
            .unwrap();
    });
    Running { asked: Asked { url, key: public }, state, server }
}

async fn turn(signing: &Signing) -> Vec<Told> {
    signing.turn().await.unwrap().into_iter().map(|(_, told)| told).collect()
}

/// What a verification says, given what the witness holds.
async fn verified(world: &World, log: &LogSecret, witness: &Running) -> Verified {
    let outside = std::fs::read(&witness.state).unwrap();
    let outside = state::notes(&outside).unwrap().into_iter().map(<[u8]>::to_vec).collect();
    let against = Against {
        log: keys::known_by(vec![log.public().clone()]),
        quorum: Quorum::new(1, vec![witness.asked.key.clone()]).unwrap(),
        outside,
    };
    verify(&world.app.db, Some(&against), false).await.unwrap()
}

#[test]
fn a_witness_cosigns_and_what_it_saw_is_protected() {
    on_both(async |world| {
        let folder = TempDir::new().unwrap();
        let log = log_key(&folder);
        let secret = keys::read(&folder.path().join("log.key")).unwrap();
        let witness = witness(&folder, &log, world.app.clock.clone()).await;
        let signing =
            Signing::new(world.app.clone(), secret, std::slice::from_ref(&witness.asked)).unwrap();
        assert_eq!(turn(&signing).await, [Told::Cosigned]);
        assert_eq!(turn(&signing).await, [], "nothing has grown and nobody is missing");
        for things in [1, 2, 5, 30, 64] {
            says(&world, things, false).await.unwrap();
            assert_eq!(turn(&signing).await, [Told::Cosigned]);
        }
        let seen = recomputed(&world).await.0.size();
        // Committed, and not signed yet.
        says(&world, 3, false).await.unwrap();
        let found = verified(&world, &log, &witness).await;
        assert!(found.is_sound(), "{found}");
        assert_eq!((found.report.protected, found.report.entries), (seen, seen + 3));
        let said = found.to_string();
        let tail = format!("Entries {} to {} are not protected", seen + 1, seen + 3);
        assert!(said.contains(&tail), "{said}");
        // Another process, which knows nothing of the witness, goes on: it is told where from.
        let other = world.another_process().await;
        let secret = keys::read(&folder.path().join("log.key")).unwrap();
        let asked = [witness.asked.clone()];
        let signing = Signing::new(other.clone(), secret, &asked).unwrap();
        assert_eq!(turn(&signing).await, [Told::Cosigned]);
        let found = verified(&world, &log, &witness).await;
        assert_eq!(found.report.unprotected(), None, "{found}");
        drop(signing);
        other.db.close().await;
        witness.server.abort();
        world
    });
}

#[test]
fn a_witness_that_is_down_holds_up_nothing_and_is_asked_again() {
    on_both(async |world| {
        let folder = TempDir::new().unwrap();
        let log = log_key(&folder);
        let witness = witness(&folder, &log, world.app.clock.clone()).await;
        let down: WitnessSecret =
            keys::create(&folder.path().join("other.key"), "board.example".parse().unwrap())
                .unwrap();
        let down = Asked { url: "http://127.0.0.1:1".into(), key: down.public().clone() };
        let secret = keys::read(&folder.path().join("log.key")).unwrap();
        let signing =
            Signing::new(world.app.clone(), secret, &[down, witness.asked.clone()]).unwrap();
        let told = turn(&signing).await;
        assert!(matches!(&told[..], [Told::Silent(_), Told::Cosigned]), "{told:?}");
        let told = turn(&signing).await;
        assert!(matches!(&told[..], [Told::Silent(_)]), "only who is missing is asked: {told:?}");
        witness.server.abort();
        world
    });
}

#[test]
fn a_witness_refuses_the_journal_of_an_older_backup_that_was_continued() {
    on_both(async |world| {
        let folder = TempDir::new().unwrap();
        let log = log_key(&folder);
        let witness = witness(&folder, &log, world.app.clock.clone()).await;
        let file = folder.path().join("backup");
        let (app, seal) = (&world.app, world.wrapping());
        backup::back_up(&app.db, &seal, &app.clock, &file).await.unwrap();
        says(&world, 10, false).await.unwrap();
        let asked = [witness.asked.clone()];
        let secret = keys::read(&folder.path().join("log.key")).unwrap();
        let signing = Signing::new(app.clone(), secret, &asked).unwrap();
        assert_eq!(turn(&signing).await, [Told::Cosigned]);
        let seen = recomputed(&world).await.0.size();

        let url = format!("sqlite:{}", folder.path().join("older.sqlite").display());
        let db = Db::open(&url).await.unwrap();
        backup::restore(&db, &seal, &file, world.app.clock.now()).await.unwrap();
        let whole = verify(&db, None, false).await.unwrap();
        assert!(whole.is_sound(), "a restored journal fits its tree: {whole}");
        let older = App::over(db, app.clock.clone(), world.keys(), String::new()).await.unwrap();
        let secret = keys::read(&folder.path().join("log.key")).unwrap();
        let signing = Signing::new(older.clone(), secret, &asked).unwrap();
        assert_eq!(turn(&signing).await, [Told::HasSeenMore(seen)]);
        let more = |things| Says { things, is_refused: false };
        doors::record(&older, &Actor::platform(), more(9)).await.unwrap();
        doors::record(&older, &Actor::platform(), more(1)).await.unwrap();
        let told = turn(&signing).await;
        assert_eq!(told, [Told::HasSeenAnother], "of the same length");
        doors::record(&older, &Actor::platform(), more(5)).await.unwrap();
        let told = turn(&signing).await;
        assert!(matches!(&told[..], [Told::Refused(_)]), "longer: {told:?}");
        drop(signing);
        older.db.close().await;
        witness.server.abort();
        world
    });
}

/// Puts bytes where they do not belong.
async fn forge(world: &World, text: &'static str, bytes: Vec<u8>, seq: i64) {
    world
        .app
        .db
        .write(move |tx: &Tx| {
            Box::pin(async move { Ok::<_, Error>(tx.run(text, [bytes.into(), seq.into()]).await?) })
        })
        .await
        .unwrap();
}

const ENTRY: &str = "UPDATE journal SET entry = $1 WHERE seq = $2";
const HASHES: &str = "UPDATE journal_node SET hashes = $1 WHERE seq = $2";
const COPIED: [&str; 5] =
    ["journal", "journal_content", "journal_node", "journal_head", "journal_checkpoint"];

/// Everything as it was before somebody tampered with it.
async fn put_back(world: &World) {
    for table in
        ["journal_content", "journal", "journal_node", "journal_head", "journal_checkpoint"]
    {
        world.tamper(&format!("DELETE FROM {table}")).await;
    }
    for table in COPIED {
        world.tamper(&format!("INSERT INTO {table} SELECT * FROM kept_{table}")).await;
    }
}

/// What is sealed beside an entry is outside the tree: only the key tells whether it is what the entry commits to.
#[test]
fn a_content_that_is_not_what_its_entry_commits_to_is_found_with_the_key_and_named() {
    on_both(async |world| {
        says(&world, 5, false).await.unwrap();
        let compared =
            async || contents::compare(&world.app.db, &world.app.keys, false).await.unwrap();
        let before = compared().await;
        let all = world.count("journal_content").await;
        assert!(before.is_sound() && i64::try_from(before.all).unwrap() == all && all > 2);
        // Sealed with the right key for the right entry, and other words than the entry commits to.
        let first = "SELECT min(seq) FROM journal_content";
        let last = "SELECT max(seq) FROM journal_content";
        world
            .tamper(&format!(
                "UPDATE journal_content SET salt = (SELECT salt FROM journal_content \
                 WHERE seq = ({last})) WHERE seq = ({first})"
            ))
            .await;
        let number = world.count(&format!("journal WHERE seq <= ({first})")).await;
        let found = compared().await;
        assert_eq!((found.altered, found.unread), (Some((number, 1)), None), "{found}");
        assert!(found.to_string().contains(&format!("the first of entry {number}.")), "{found}");
        // And one that another key sealed, or for another entry.
        world
            .tamper(&format!(
                "UPDATE journal_content SET sealed = (SELECT sealed FROM journal_content \
                 WHERE seq = ({first})) WHERE seq = ({last})"
            ))
            .await;
        let found = compared().await;
        assert_eq!((found.altered, found.unread.map(|(_, all)| all)), (Some((number, 1)), Some(1)));
        world
    });
}

#[test]
fn tampering_of_each_kind_is_found_and_named() {
    on_both(async |world| {
        let folder = TempDir::new().unwrap();
        let log = log_key(&folder);
        let witness = witness(&folder, &log, world.app.clock.clone()).await;
        let asked = [witness.asked.clone()];
        let key = || keys::read(&folder.path().join("log.key")).unwrap();
        says(&world, 20, false).await.unwrap();
        let signing = Signing::new(world.app.clone(), key(), &asked).unwrap();
        assert_eq!(turn(&signing).await, [Told::Cosigned]);
        for table in COPIED {
            world.tamper(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await;
        }
        let (_, nodes) = recomputed(&world).await;
        let text = "SELECT seq, entry FROM journal ORDER BY seq";
        let entries: Vec<Entry> = world.app.db.reads().all(text, []).await.unwrap();
        let last = i64::try_from(entries.len()).unwrap();
        // An entry without content, and the number of bytes from its end that can be another's.
        let seq = last - 1 - (last - 1) % 2;
        let seq = if world.count(&format!("journal_content WHERE seq = {seq}")).await > 0 {
            seq - 1
        } else {
            seq
        };
        let at = usize::try_from(seq).unwrap() - 1;
        let mut altered = entries[at].entry.clone();
        // Not its end, which commits to a content: that is found from inside.
        let middle = altered.len() / 2;
        altered[middle] ^= 1;
        let number = seq.cast_unsigned();
        let all = last.cast_unsigned();

        let found = async || verified(&world, &log, &witness).await;
        let has = |verified: &Verified, finding: &Finding| {
            let is_found = verified.report.findings.contains(finding);
            assert!(is_found && !verified.is_sound(), "{finding:?} in\n{verified}");
        };
        assert!(found().await.is_sound(), "{}", found().await);

        forge(&world, ENTRY, altered.clone(), seq).await;
        let altered_alone = found().await;
        has(&altered_alone, &Finding::Altered { seq: number });
        assert_eq!(altered_alone.report.first.unwrap().exactly(), Some(number));
        put_back(&world).await;

        let mut hashes = Hash::leaf(&altered).as_bytes().to_vec();
        hashes.extend(&nodes[at].1[32..]);
        forge(&world, ENTRY, altered.clone(), seq).await;
        forge(&world, HASHES, hashes, seq).await;
        let with_its_hash = found().await;
        has(&with_its_hash, &Finding::RootDiffers { size: all, after: 0, is_cosigned: true });
        put_back(&world).await;

        world.tamper(&format!("DELETE FROM journal WHERE seq = {seq}")).await;
        has(&found().await, &Finding::Missing { first: number, last: number });
        world.tamper(&format!("DELETE FROM journal_node WHERE seq = {seq}")).await;
        let removed = found().await;
        has(&removed, &Finding::Missing { first: number, last: number });
        assert_eq!(removed.report.first.unwrap().to, number);
        put_back(&world).await;

        forge(&world, ENTRY, entries[at - 2].entry.clone(), seq).await;
        forge(&world, ENTRY, entries[at].entry.clone(), seq - 2).await;
        has(&found().await, &Finding::Misnumbered { seq: number, says: number - 2 });
        put_back(&world).await;

        world
            .tamper(&format!("INSERT INTO journal SELECT 0, entry FROM journal WHERE seq = {seq}"))
            .await;
        has(&found().await, &Finding::OutOfOrder { seq: 0, after: 0 });
        put_back(&world).await;

        world
            .tamper(&format!(
                "INSERT INTO journal SELECT {last} + 1, entry FROM journal WHERE seq = {seq}"
            ))
            .await;
        let put_in = found().await;
        assert!(put_in.tree.contains(&Odd::Head { says: last, last: last + 1 }), "{put_in}");
        put_back(&world).await;

        let mut hashes = nodes[at].1.clone();
        hashes[0] ^= 1;
        forge(&world, HASHES, hashes, seq).await;
        has(&found().await, &Finding::StoredHash { seq: number });
        put_back(&world).await;

        let mut hashes = nodes[15].1.clone();
        hashes[40] ^= 1;
        forge(&world, HASHES, hashes, 16).await;
        let inner = found().await;
        assert_eq!(inner.tree, [Odd::Inner { first: 16, all: 1 }], "{inner}");
        put_back(&world).await;

        let mut state = recomputed(&world).await.0.to_bytes();
        *state.last_mut().unwrap() ^= 1;
        forge(&world, "UPDATE journal_head SET tree = $1 WHERE seq = $2", state, last).await;
        let state = found().await;
        assert_eq!(state.tree, [Odd::State], "{state}");
        put_back(&world).await;

        world.tamper("UPDATE journal_checkpoint SET note = 'rubbish'").await;
        let rubbish = found().await.to_string();
        assert!(rubbish.contains("Checkpoint 1 of those kept here can't be used"), "{rubbish}");
        put_back(&world).await;

        // A letter near the end of the witness’s line is of its signature.
        let note = store::last_checkpoint(&world.app.db.reads()).await.unwrap().unwrap();
        let (head, end) = note.split_at(note.len() - 12);
        let other = if end.starts_with('A') { "B" } else { "A" };
        world
            .tamper(&format!("UPDATE journal_checkpoint SET note = '{head}{other}{}'", &end[1..]))
            .await;
        let name = witness.asked.key.name().clone();
        has(&found().await, &Finding::ForgedCosignature { size: all, witness: name });
        put_back(&world).await;

        // The end is cut off, and everything inside says that it never was.
        let cut = format!("seq > {}", last - 4);
        for table in ["journal_content", "journal", "journal_node"] {
            world.tamper(&format!("DELETE FROM {table} WHERE {cut}")).await;
        }
        world.tamper("DELETE FROM journal_checkpoint").await;
        world.tamper("DELETE FROM journal_node").await;
        world.tamper(&format!("UPDATE journal_head SET tree = NULL, seq = {}", last - 4)).await;
        building::build(&world.app.db, false).await.unwrap();
        assert!(verify(&world.app.db, None, false).await.unwrap().is_sound(), "whole from inside");
        has(&found().await, &Finding::Missing { first: all - 3, last: all });
        put_back(&world).await;

        // Everything is reckoned anew over another entry, and signed with the log's own key.
        forge(&world, ENTRY, altered, seq).await;
        world.tamper("DELETE FROM journal_node").await;
        world.tamper("DELETE FROM journal_checkpoint").await;
        world.tamper("UPDATE journal_head SET tree = NULL").await;
        building::build(&world.app.db, false).await.unwrap();
        Signing::new(world.app.clone(), key(), &[]).unwrap().turn().await.unwrap();
        assert!(verify(&world.app.db, None, false).await.unwrap().is_sound(), "whole from inside");
        let anew = found().await;
        has(&anew, &Finding::TwoRoots { size: all });
        assert_eq!(anew.report.protected, 0, "{anew}");
        let signing = Signing::new(world.app.clone(), key(), &asked).unwrap();
        assert_eq!(turn(&signing).await, [Told::HasSeenAnother]);
        put_back(&world).await;

        for table in COPIED {
            world.tamper(&format!("DROP TABLE kept_{table}")).await;
        }
        assert!(state_has_a_fork(&witness), "the witness keeps the proof for ever");
        witness.server.abort();
        world
    });
}

/// Whether the witness keeps what the log has signed twice.
fn state_has_a_fork(witness: &Running) -> bool {
    state::notes(&std::fs::read(&witness.state).unwrap()).is_some_and(|notes| notes.len() == 3)
}
