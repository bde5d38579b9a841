//! R2 of the threat model: the power is cut while somebody writes, and the embedded database opens with
//! everything that was acknowledged, nothing half, and a journal that is whole.
//!
//! After each commit of a stream the two files are read. Between one commit and the next lies what was on
//! its way to the disk: images of a crash are made in which any of it came, came in parts, came in another
//! order or did not come. Which of the bytes were safe by then is not observed but taken from SQLite's own
//! description of its log (the log is synced before a commit is acknowledged, and before a checkpoint; the
//! database before the log begins anew; the new head of the log before what follows it), as it goes with
//! `synchronous=FULL`, which another test holds (`a_commit_on_sqlite_is_on_the_disk_before_it_is_acknowledged`).

use std::{collections::BTreeMap, fs, path::Path};

use app::{App, access::Actor, journal_tree::verifying::verify, pathways::rederive};
use futures_util::{StreamExt as _, stream};
use platform::db::{Db, Row, Runs, sea_orm, tables::tables};
use tempfile::TempDir;

use crate::{
    front_door::{send, two_siblings},
    sticky::Dice,
    support::World,
};

/// How many images are open at once: each is a database.
const AT_ONCE: usize = 8;

/// How many changes are acknowledged one after the other.
const COMMITS: usize = 40;
/// What a disk writes at once.
const SECTOR: usize = 512;
/// The head of SQLite's log, and of each page in it.
const HEAD: usize = 32;
const FRAME: usize = 24;

/// How many images are made; `SIGHTLINE_IMAGES` asks for more.
fn images() -> usize {
    std::env::var("SIGHTLINE_IMAGES").ok().and_then(|said| said.parse().ok()).unwrap_or(300)
}

/// What a database says of how far it has come: the journal's head and how many rows each table has.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Come {
    seq: i64,
    tree: Vec<u8>,
    rows: BTreeMap<String, i64>,
}

impl Come {
    async fn of(db: &Db, tables: &[String]) -> Self {
        #[derive(Row)]
        struct Head {
            seq: i64,
            tree: Vec<u8>,
        }
        #[derive(Row)]
        struct Count {
            name: String,
            rows: i64,
        }
        let reads = db.reads();
        let text = "SELECT seq, tree FROM journal_head";
        let head: Head = reads.one(text, []).await.unwrap().unwrap();
        let counts = tables
            .iter()
            .map(|table| format!("SELECT '{table}' AS name, count(*) AS rows FROM \"{table}\""));
        let text = counts.collect::<Vec<_>>().join(" UNION ALL ");
        let counts: Vec<Count> = reads.all(&text, []).await.unwrap();
        let rows = counts.into_iter().filter(|count| count.rows > 0);
        let rows = rows.map(|count| (count.name, count.rows)).collect();
        Self { seq: head.seq, tree: head.tree, rows }
    }
}

/// The two files as they are after a commit was acknowledged.
struct Moment {
    db: Vec<u8>,
    log: Vec<u8>,
    /// What sets the log apart from the one before it in the same file.
    salt: [u8; 8],
    /// Where the last commit in the log ends.
    safe: usize,
    come: Come,
}

impl Moment {
    async fn now(world: &World, file: &Path, tables: &[String]) -> Self {
        let come = Come::of(&world.app.db, tables).await;
        let db = fs::read(file).unwrap();
        let log = fs::read(file.with_extension("sqlite-wal")).unwrap();
        let salt = log[16..24].try_into().unwrap();
        let page = u32::from_be_bytes(log[8..12].try_into().unwrap()) as usize;
        let (mut at, mut safe) = (HEAD, HEAD);
        while let Some(frame) = log.get(at..at + FRAME + page).filter(|f| f[8..16] == salt) {
            at += FRAME + page;
            // A commit is a frame that says how large the database has become.
            if frame[4..8] != [0; 4] {
                safe = at;
            }
        }
        Self { db, log, salt, safe, come }
    }
}

/// What may lie on the disk when the power is cut, and whether what was on its way must be there.
struct Image {
    db: Vec<u8>,
    log: Vec<u8>,
    is_next_there: bool,
    what: &'static str,
}

/// Sector by sector the one or the other, from some byte on: both were in the same place of a file.
fn either(old: &[u8], new: &[u8], from: usize, dice: &mut Dice) -> Vec<u8> {
    let mut mixed = new.to_vec();
    let mut at = from;
    while at < new.len() {
        let end = (at - at % SECTOR + SECTOR).min(new.len());
        match dice.below(4) {
            // What says the same as before was not on its way.
            _ if old.get(at..end) == Some(&new[at..end]) => {}
            0 => mixed[at..end].fill(0),
            1 | 2 => {
                mixed[at..end].fill(0);
                if let Some(there) = old.get(at..end.min(old.len())) {
                    mixed[at..at + there.len()].copy_from_slice(there);
                }
            }
            _ => {}
        }
        at = end;
    }
    mixed
}

/// The new bytes, of which those from some byte on came only in part.
fn in_part(old: &[u8], new: &[u8], from: usize, dice: &mut Dice) -> Vec<u8> {
    let upto = from + dice.below(new.len() - from + 1);
    let mut part = new.to_vec();
    match dice.below(5) {
        0 => part.truncate(upto),
        1 => part[upto..].fill(0),
        2 => part[upto..].fill(dice.below(256) as u8),
        3 => {
            let lost = upto.min(new.len().saturating_sub(SECTOR)).max(from);
            let end = (lost + SECTOR).min(new.len());
            part[lost..end].fill(0);
        }
        _ => return either(old, new, from, dice),
    }
    part
}

/// What lies on the disk when the power is cut between two commits.
fn image(old: &Moment, new: &Moment, dice: &mut Dice) -> Image {
    if old.salt != new.salt {
        // The log began anew: everything before is in the database, and its new head was safe first.
        assert!(old.db == new.db, "nothing else was written");
        let mut log = old.log.clone();
        if dice.below(4) == 0 {
            let upto = dice.below(HEAD + 1);
            log[..upto].copy_from_slice(&new.log[..upto]);
            return Image { db: old.db.clone(), log, is_next_there: false, what: "head torn" };
        }
        let log = in_part(&old.log, &new.log, HEAD, dice);
        return Image { db: old.db.clone(), log, is_next_there: false, what: "log anew" };
    }
    assert!(new.log[..old.safe] == old.log[..old.safe], "what is safe is not written again");
    if old.db != new.db && dice.below(2) == 0 {
        // A checkpoint: the log is safe up to the commit after which it began.
        let mut db = either(&old.db, &new.db, 0, dice);
        if new.db.len() > old.db.len() && dice.below(2) == 0 {
            db.truncate(old.db.len() + dice.below(new.db.len() - old.db.len() + 1));
        }
        return Image { db, log: new.log.clone(), is_next_there: true, what: "checkpoint torn" };
    }
    let log = in_part(&old.log, &new.log, old.safe, dice);
    Image { db: old.db.clone(), log, is_next_there: false, what: "commit torn" }
}

/// Opens an image as a server that starts does, and looks whether anything is lost, half or broken.
/// Answers with whether what was on its way is there.
async fn opened(image: &Image, old: &Come, new: &Come, proves: Option<&World>) -> bool {
    #[derive(Row)]
    struct Said {
        integrity_check: String,
    }
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("image.sqlite");
    fs::write(&file, &image.db).unwrap();
    fs::write(file.with_extension("sqlite-wal"), &image.log).unwrap();
    let db = Db::open(&format!("sqlite:{}", file.display())).await.unwrap();
    let said: Vec<Said> = db.reads().all("PRAGMA integrity_check", []).await.unwrap();
    let said: Vec<_> = said.into_iter().map(|said| said.integrity_check).collect();
    assert_eq!(said, ["ok"], "{}", image.what);
    let tables: Vec<_> = old.rows.keys().cloned().collect();
    let come = Come::of(&db, &tables).await;
    let is_next = come == *new;
    let is_whole = is_next || (come == *old && !image.is_next_there);
    assert!(is_whole, "{}: {come:?} is neither {old:?} nor {new:?}", image.what);
    let found = verify(&db, None, false).await.unwrap();
    assert!(found.is_sound(), "{}: {found}", image.what);
    if let Some(world) = proves {
        let clock = world.app.clock.clone();
        let app = App::over(db.clone(), clock, world.keys(), String::new()).await.unwrap();
        assert!(rederive::check(&app).await.unwrap().differences.is_empty(), "{}", image.what);
    }
    db.close().await;
    is_next
}

async fn something_happens(world: &World, owen: &Actor, n: usize) {
    let mut new = two_siblings(owen, n.is_multiple_of(7));
    new.children.truncate(1 + n % 2);
    send(world, owen, new).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r2_a_power_cut_loses_nothing_that_was_acknowledged_and_leaves_nothing_half() {
    let world = World::another().await;
    let url = world.app.db.url();
    let file = Path::new(url.strip_prefix("sqlite:").unwrap()).to_owned();
    let owen = world.actor("owen@marram.example").await;
    let mut dice = Dice::of(2);
    let mut kinds: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    let tables = tables(&world.app.db.reads()).await.unwrap();
    let tables: Vec<_> = tables.into_iter().map(|table| table.name).collect();
    something_happens(&world, &owen, 0).await;
    // What stays empty is not counted again and again.
    let tables: Vec<_> = Come::of(&world.app.db, &tables).await.rows.into_keys().collect();
    let mut old = Moment::now(&world, &file, &tables).await;
    let mut made = 0;
    for n in 1..=COMMITS {
        something_happens(&world, &owen, n).await;
        let new = Moment::now(&world, &file, &tables).await;
        assert!(new.come.seq > old.come.seq);
        // A checkpoint and a log that begins anew are rare, and each has more images.
        let is_rare = old.salt != new.salt || old.db != new.db;
        let share = images() * n / COMMITS - images() * (n - 1) / COMMITS;
        let these: Vec<_> = (0..if is_rare { share.max(8) } else { share })
            .map(|_| image(&old, &new, &mut dice))
            .collect();
        let opening = these.iter().map(|image| {
            made += 1;
            let proves = (made % 25 == 0).then_some(&world);
            opened(image, &old.come, &new.come, proves)
        });
        let are_next: Vec<_> = stream::iter(opening).buffered(AT_ONCE).collect().await;
        for (image, is_next) in these.iter().zip(are_next) {
            kinds.entry(image.what).or_default()[usize::from(is_next)] += 1;
        }
        old = new;
    }
    println!("{made} images, [without, with] what was on its way: {kinds:?}");
    assert!(kinds.contains_key("checkpoint torn") && kinds.contains_key("log anew"), "{kinds:?}");
    let of_commits = kinds["commit torn"];
    assert!(of_commits.iter().all(|images| *images > 0), "whole and torn ones: {of_commits:?}");
}
