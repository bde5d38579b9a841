//! A database works with its own key and with no other.

use std::{
    path::Path,
    process::{Command, Output},
};

use app::{
    App, doors,
    error::Error,
    front_door::reading::OpenContact,
    migrations::migrate,
    sealed_with::{ring, wrap_anew},
};
use platform::{
    clock::Clock,
    db::{Db, Row, Runs, sea_orm},
    seal::Keys,
};
use tempfile::TempDir;

use crate::{
    front_door::sent,
    support::{World, on_both},
};

#[test]
fn a_database_refuses_any_key_but_its_own() {
    on_both(async |world| {
        let over = async |keys: Keys| {
            App::over(world.app.db.clone(), Clock::system(), keys, String::new()).await.map(drop)
        };
        let refused = over(Keys::random().unwrap()).await;
        assert!(matches!(refused, Err(Error::Refusal(_))), "{refused:?}");
        world
    });
}

/// The form in which an address of a request is sealed.
async fn form_of(world: &World, contact: &str) -> u8 {
    #[derive(Row)]
    struct Address {
        sealed: Vec<u8>,
    }
    let text = "SELECT a.sealed FROM account_address a JOIN pathway w ON w.account_id = a.account_id \
        JOIN contact c ON c.id = w.contact_id WHERE c.reference = $1 LIMIT 1";
    let found: Option<Address> = world.app.db.reads().one(text, [contact.into()]).await.unwrap();
    found.unwrap().sealed[0]
}

#[test]
fn whoever_has_the_key_before_opens_nothing_after_it_was_changed() {
    on_both(async |mut world| {
        let owen = world.actor("owen@marram.example").await;
        let before = sent(&world, &owen, false).await.reference;
        let (old, new) = (world.wrapping(), Keys::random().unwrap());
        wrap_anew(&world.app.db, &old, &new).await.unwrap();
        let refused = ring(&world.app.db, &old).await.map(drop);
        assert!(matches!(refused, Err(Error::Refusal(_))), "{refused:?}");

        let keys = ring(&world.app.db, &new).await.unwrap();
        let clock = world.app.clock.clone();
        world.app = App::over(world.app.db.clone(), clock, keys, String::new()).await.unwrap();
        let after = sent(&world, &owen, false).await.reference;
        for (contact, form) in [(before, 1), (after, 2)] {
            assert_eq!(form_of(&world, &contact).await, form, "what is new has a key of its own");
            let look = OpenContact { reference: contact };
            let seen = doors::open(&world.app, &owen, look).await.unwrap();
            assert_eq!(seen.children.len(), 2);
        }
        let page = world.signs_in("dee@hub.example").await.searches("q=Arlo").await;
        assert!(page.reads("Arlo Invented-Marsh"), "{}", page.text);
        world
    });
}

#[test]
fn a_database_that_was_sealed_with_the_key_of_its_file_takes_another() {
    on_both(async |world| {
        let folder = TempDir::new().unwrap();
        let lite = format!("sqlite:{}", folder.path().join("earlier.sqlite").display());
        let db = Db::open(&lite).await.unwrap();
        migrate(&db).await.unwrap();
        let (own, new) = (Keys::random().unwrap(), Keys::random().unwrap());
        // As an earlier release did.
        App::over(db.clone(), Clock::system(), own.clone(), String::new()).await.unwrap();
        assert!(ring(&db, &own).await.is_ok());
        wrap_anew(&db, &own, &new).await.unwrap();
        assert!(ring(&db, &own).await.is_err() && ring(&db, &new).await.is_ok());
        world
    });
}

#[test]
fn the_key_is_changed_by_a_command_that_writes_over_no_file() {
    let folder = TempDir::new().unwrap();
    let (database, key) = (folder.path().join("test.sqlite"), folder.path().join("key"));
    assert!(checked(&database, &key).status.success());
    let next = folder.path().join("next");
    let changes = |key: &Path| {
        Command::new(env!("CARGO_BIN_EXE_sightline"))
            .args(["change-key", "--database"])
            .arg(format!("sqlite:{}", database.display()))
            .arg("--key")
            .arg(key)
            .arg("--to")
            .arg(&next)
            .output()
            .unwrap()
    };
    let changed = changes(&key);
    assert!(changed.status.success(), "{}", String::from_utf8_lossy(&changed.stderr));
    assert!(!checked(&database, &key).status.success(), "the old one opens nothing");
    assert!(checked(&database, &next).status.success());
    let again = changes(&next);
    assert!(!again.status.success(), "a key is never written over");
    assert!(checked(&database, &next).status.success());
}

fn checked(database: &Path, key: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sightline"))
        .args(["rederive", "--check", "--database"])
        .arg(format!("sqlite:{}", database.display()))
        .arg("--key")
        .arg(key)
        .output()
        .unwrap()
}

#[test]
fn a_mistyped_key_file_is_refused_and_not_made() {
    let folder = TempDir::new().unwrap();
    let (database, key) = (folder.path().join("test.sqlite"), folder.path().join("key"));
    assert!(checked(&database, &key).status.success(), "an empty database takes a new key");
    assert!(checked(&database, &key).status.success(), "and works with it");

    let mistyped = folder.path().join("kye");
    let refused = checked(&database, &mistyped);
    assert!(!refused.status.success());
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("sealed with a key") && said.contains("kye"), "{said}");
    assert!(!mistyped.exists(), "no other key was made");

    Keys::create_file(&mistyped).unwrap();
    let refused = checked(&database, &mistyped);
    assert!(!refused.status.success());
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("not the key that the database was sealed with"), "{said}");
    assert!(checked(&database, &key).status.success(), "its own still works");
}
