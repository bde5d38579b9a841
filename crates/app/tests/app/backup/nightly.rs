//! A backup is made each night, and counts once it was restored and proved; whoever runs the system reads
//! when the last one was. What is lost with the database comes back from a place that only adds.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use app::{
    backup::nightly::{Asked, Nightly},
    web::health,
};
use platform::db::{Runs, sea_orm::ConnectionTrait as _};
use tempfile::TempDir;

use super::{Worries, a_morning};
use crate::{
    support::{World, everything, on_both},
    walk::known,
};

const OSSIAN: &str = "ossian@unit.example";

fn nightly(world: &World, folder: &Path) -> Nightly {
    let asked = Asked { folder: Some(folder.to_owned()), hour: 2, kept: 3 };
    Nightly::of(&world.app, world.wrapping(), &asked).unwrap().unwrap()
}

/// The backups in a folder that have a note, the oldest first.
fn noted(folder: &Path) -> Vec<PathBuf> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let noted = names.filter_map(|name| name.to_str()?.strip_suffix(".proved").map(PathBuf::from));
    let mut noted: Vec<_> = noted.filter(|backup| backup.exists()).collect();
    noted.sort();
    noted
}

/// What the watch says, and what the page “System” does of the last backup.
async fn told(world: &World) -> (bool, String) {
    let watched = health::of(&world.app).await.but.join(" ").contains("the last backup failed");
    let page = world.signs_in(OSSIAN).await.get("/system").await.text;
    let row = page.split_once("Last backup").unwrap().1.split_once("</div>").unwrap().0.to_owned();
    assert_eq!(watched, row.contains("govuk-tag--red"), "{row}");
    (watched, row)
}

#[test]
fn a_backup_is_made_each_night_once_and_the_last_ones_stay() {
    on_both(async |world| {
        known(&world, true).await;
        assert!(told(&world).await.1.contains("makes none by itself"));
        let folder = TempDir::new().unwrap();
        let nightly = nightly(&world, folder.path());
        assert!(told(&world).await.1.contains("Never"));
        let mut made = 0;
        for (moment, is_due) in [
            // There is none yet.
            ("2026-11-02T10:00:00Z", true),
            ("2026-11-02T10:05:00Z", false),
            ("2026-11-03T01:59:00Z", false),
            ("2026-11-03T02:00:00Z", true),
            ("2026-11-03T23:00:00Z", false),
            // The server was down at the hour, and it is made up for.
            ("2026-11-05T17:00:00Z", true),
            ("2026-11-06T02:01:00Z", true),
            // By the clocks of summer it is an hour earlier.
            ("2027-06-01T01:00:00Z", true),
            ("2027-06-02T00:59:00Z", false),
        ] {
            world.it_is(moment);
            world.everybody_stays().await;
            assert!(nightly.turn().await, "{moment}");
            made += usize::from(is_due);
            assert_eq!(noted(folder.path()).len(), made.min(3), "{moment}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 6, "three, and their notes");
        assert_eq!(world.count("drill WHERE wrong = ''").await, i64::try_from(made).unwrap());
        let last = noted(folder.path()).pop().unwrap();
        assert!(last.ends_with("sightline-20270601T010000Z.backup"), "{last:?}");
        let (is_late, row) = told(&world).await;
        assert!(!is_late && row.contains("1 June 2027 at 2am"), "{row}");
        let restored = world.restored(&last).await;
        assert!(world.count("contact").await > 0);
        assert_eq!(restored.count("contact").await, world.count("contact").await);
        world
    });
}

#[test]
fn a_backup_that_was_missed_or_failed_is_said_in_red_until_there_is_one() {
    on_both(async |world| {
        known(&world, true).await;
        let folder = TempDir::new().unwrap();
        let to = folder.path().join("to");
        let asked = Asked { folder: Some(to.clone()), hour: 2, kept: 3 };
        let refused = Nightly::of(&world.app, world.wrapping(), &asked);
        assert!(refused.err().unwrap().to_string().contains("There is no folder"));
        fs::create_dir(&to).unwrap();
        let nightly = nightly(&world, &to);

        // What can't be proved counts for nothing, is kept as that, and is no drill that failed.
        world.tamper("UPDATE pathway SET stage = stage || 'x'").await;
        assert!(!nightly.turn().await);
        let (is_said, row) = told(&world).await;
        assert!(is_said && row.contains("pathways differ from their history"), "{row}");
        let kept: Vec<_> = fs::read_dir(&to).unwrap().map(|file| file.unwrap().path()).collect();
        assert_eq!(kept, [to.join("sightline.unsound")]);
        assert!(!nightly.turn().await, "the last that could not be proved takes its place");
        assert_eq!(world.count("drill").await, 0);
        world.tamper("UPDATE pathway SET stage = substr(stage, 1, length(stage) - 1)").await;
        assert!(nightly.turn().await);
        assert!(!told(&world).await.0);

        // As old as it may be, and older; then the folder is gone.
        world.it_is("2026-11-03T12:00:00Z");
        assert!(!told(&world).await.0);
        world.it_is("2026-11-03T12:01:00Z");
        let (is_said, row) = told(&world).await;
        assert!(is_said && row.contains("Late") && row.contains("2 November 2026"), "{row}");
        fs::rename(&to, folder.path().join("elsewhere")).unwrap();
        assert!(!nightly.turn().await);
        assert!(told(&world).await.1.contains("Failed"));
        fs::rename(folder.path().join("elsewhere"), &to).unwrap();
        assert!(nightly.turn().await);
        assert!(!told(&world).await.0);

        // Whoever takes the last ones away, or makes one shorter, is answered with another.
        world.it_is("2026-11-03T12:06:00Z");
        for backup in noted(&to) {
            fs::write(backup, "no backup").unwrap();
        }
        assert!(nightly.turn().await);
        assert!(fs::metadata(noted(&to).pop().unwrap()).unwrap().len() > 1_000);

        // A clock that ran ahead made one: no later one is missed for that.
        world.it_is("2027-12-01T03:00:00Z");
        world.everybody_stays().await;
        assert!(nightly.turn().await);
        world.it_is("2026-11-05T03:00:00Z");
        assert!(told(&world).await.0);
        let before = noted(&to).len();
        assert!(nightly.turn().await && !told(&world).await.0);
        assert_eq!(noted(&to).len(), before + 1);
        world
    });
}

/// A folder to which anybody may only add; where this machine has none, it says so.
struct AddOnly(PathBuf);

impl AddOnly {
    fn made(folder: &Path) -> Option<Self> {
        let (probe, is_set) = (folder.join("probe"), changes(folder, "+a"));
        let only = Self(folder.to_owned());
        fs::write(&probe, "").unwrap();
        (is_set && fs::remove_file(probe).is_err()).then_some(only)
    }
}

impl Drop for AddOnly {
    fn drop(&mut self) {
        changes(&self.0, "-a");
    }
}

fn changes(folder: &Path, to: &str) -> bool {
    Command::new("chattr").arg(to).arg(folder).output().is_ok_and(|done| done.status.success())
}

#[test]
fn where_nothing_may_be_taken_away_backups_are_made_all_the_same() {
    on_both(async |world| {
        known(&world, true).await;
        let folder = TempDir::new().unwrap();
        let Some(_only) = AddOnly::made(folder.path()) else {
            eprintln!("SKIPPED: no folder of this machine can be made to take additions alone");
            return world;
        };
        let nightly = nightly(&world, folder.path());
        for day in 3..9 {
            world.it_is(&format!("2026-11-0{day}T02:00:00Z"));
            assert!(nightly.turn().await);
        }
        assert_eq!(noted(folder.path()).len(), 6, "three were to stay, and none could go");
        assert!(!told(&world).await.0, "what stays is no failure");
        world
    });
}

/// The other machine: it fetches whatever has a note, once, and never writes over what it has. Nothing that
/// the server holds reaches it.
fn fetches(folder: &Path, vault: &Path) {
    for backup in noted(folder) {
        let to = vault.join(backup.file_name().unwrap());
        if !to.exists() {
            fs::copy(backup, to).unwrap();
        }
    }
}

/// Destroys all that the credentials of the application reach.
async fn destroys(world: &World, backups: &Path) {
    for backup in fs::read_dir(backups).unwrap().map(|entry| entry.unwrap().path()) {
        fs::write(&backup, "pay").unwrap();
        fs::remove_file(&backup).unwrap();
    }
    if let Some(file) = world.app.db.url().strip_prefix("sqlite:") {
        let folder = Path::new(file).parent().unwrap();
        let all = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        // The partnership has another copy of the key, as it must.
        for file in all.filter(|file| !file.ends_with("key")) {
            fs::remove_file(file).unwrap();
        }
        assert!(!Path::new(file).exists());
    } else {
        let by_hand = world.app.db.connection().await.unwrap();
        by_hand.execute_unprepared("DROP SCHEMA public CASCADE").await.unwrap();
        by_hand.close().await.unwrap();
        world.app.db.reads().run("SELECT 1 FROM contact", []).await.unwrap_err();
    }
}

#[test]
fn v22_what_a_thief_of_the_credentials_destroys_is_restored_as_the_last_backup_had_it() {
    on_both(async |world| {
        let (folder, vault) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let nightly = nightly(&world, folder.path());
        assert!(nightly.turn().await);
        fetches(folder.path(), vault.path());
        a_morning(&world).await;
        world.it_is("2026-11-03T02:00:00Z");
        let before = everything(&world.app.db).await;
        assert!(nightly.turn().await);
        fetches(folder.path(), vault.path());
        // What comes after the last backup is what is lost.
        let owen = world.actor("owen@marram.example").await;
        app::doors::record(&world.app, &owen, Worries("Later")).await.unwrap();
        let contacts = world.count("contact").await;

        destroys(&world, folder.path()).await;
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        // A server that goes on meanwhile puts nothing over what was fetched.
        nightly.turn().await;
        fetches(folder.path(), vault.path());
        let mut fetched: Vec<_> =
            fs::read_dir(vault.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        fetched.sort();
        assert_eq!(fetched.len(), 2);
        let restored = world.restored(&fetched[1]).await;
        for (was, is) in before.iter().zip(restored.everything().await) {
            // That it was restored stands in the new one alone.
            if was.0 != "restored" {
                assert!(*was == is, "the rows of {} differ", is.0);
            }
        }
        assert_eq!(restored.count("contact").await, contacts - 1);
        restored
    });
}
