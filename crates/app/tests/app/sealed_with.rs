//! A database works with its own key and with no other.

use std::{
    path::Path,
    process::{Command, Output},
};

use app::{App, error::Error};
use platform::{clock::Clock, seal::Keys};
use tempfile::TempDir;

use crate::support::on_both;

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
