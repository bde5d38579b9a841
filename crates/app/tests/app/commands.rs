//! The command line, as somebody types it.

use std::{
    path::Path,
    process::{Command, Output, Stdio},
};

use app::settings::{bank_holidays, term_dates};
use tempfile::TempDir;

use crate::{
    settings::{a_longer_term, proclaimed},
    support::on_both,
};

fn takes_up(folder: &Path, list: &str, options: &[&str]) -> (Output, String) {
    let file = folder.join("list.csv");
    std::fs::write(&file, list).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_sightline"))
        .arg("bank-holidays")
        .args(["--database", &format!("sqlite:{}", folder.join("a.sqlite").display())])
        .arg("--key")
        .arg(folder.join("key"))
        .arg(&file)
        .args(options)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    (output, String::from_utf8(said).unwrap())
}

#[test]
fn a_list_of_bank_holidays_is_shown_asked_and_refused_in_words() {
    let folder = TempDir::new().unwrap();
    let shipped = include_str!("../../../practice/data/bank-holidays.csv");
    let proclaimed = format!("{shipped}2028-06-01,Jubilee\n");
    let (shown, said) = takes_up(folder.path(), &proclaimed, &[]);
    assert!(!shown.status.success() && said.contains("+ 2028-06-01 Jubilee"), "{said}");
    assert!(
        said.contains("0 running clocks would move. 0 of 0 pathways would be")
            && said.contains("--yes"),
        "{said}"
    );
    let past = proclaimed.replace("2025-12-25,Christmas Day\n", "");
    let (refused, said) = takes_up(folder.path(), &past, &["--yes"]);
    assert!(!refused.status.success() && said.contains("2025-12-25 (Christmas Day)"), "{said}");
    let (taken, said) = takes_up(folder.path(), &proclaimed, &["--yes"]);
    assert!(taken.status.success(), "{said}");
    assert!(said.contains("0 running clocks moved. 0 of 0 pathways were written again"), "{said}");
    let (again, said) = takes_up(folder.path(), &proclaimed, &["--yes"]);
    assert!(again.status.success() && said.contains("Nothing was changed"), "{said}");
}

fn sightline(folder: &Path, arguments: &[&str]) -> (Output, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_sightline"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("SIGHTLINE_DATABASE")
        .env_remove("SIGHTLINE_KEY")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    (output, String::from_utf8(said).unwrap())
}

#[test]
fn due_without_a_database_counts_by_the_shipped_list_and_makes_none() {
    let folder = TempDir::new().unwrap();
    let (answered, said) = sightline(folder.path(), &["due", "ICPC-15WD", "2024-03-18"]);
    assert!(answered.status.success() && said.starts_with("2024-04-10\n"), "{said}");
    let named = ["due", "--database", "sqlite:typo/a.sqlite", "ICPC-15WD", "2024-03-18"];
    let (refused, said) = sightline(folder.path(), &named);
    assert!(!refused.status.success() && said.contains("There is no database there"), "{said}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made");
    let (_, help) = sightline(folder.path(), &["due", "--help"]);
    assert!(help.contains("the lists in force there"), "{help}");
}

#[test]
fn due_counts_by_the_lists_of_the_partnerships_database() {
    on_both(async |world| {
        let folder = TempDir::new().unwrap();
        let asks = |rule: &[&str]| {
            let database = ["due", "--database", world.app.db.url(), "--key", "not-read"];
            let (answered, said) = sightline(folder.path(), &[&database[..], rule].concat());
            assert!(answered.status.success(), "{said}");
            said
        };
        let decide = ["REF-1WD", "2026-11-02T10:00"];
        let school = ["CME-10SD", "2026-12-09", "--calendar", "demo-2026-27"];
        let plain = |rule: &[&str]| sightline(folder.path(), &[&["due"], rule].concat()).1;
        assert_eq!(asks(&decide), plain(&decide), "no list was loaded yet");
        let before = asks(&school);
        bank_holidays::load(&world.app, proclaimed()).await.unwrap();
        term_dates::load(&world.app, a_longer_term()).await.unwrap();
        assert!(asks(&decide).starts_with("2026-11-04\n"), "{}", asks(&decide));
        assert!(plain(&decide).starts_with("2026-11-03\n"));
        let after = asks(&school);
        assert!(after.starts_with("2027-01-0"), "{after}");
        assert_ne!(after, before);
        world
    });
}

#[test]
fn a_restore_that_fails_leaves_no_database_that_it_made_and_keeps_what_was_there() {
    let folder = TempDir::new().unwrap();
    let there = |name: &str| folder.path().join(name).exists();
    let (made, said) = sightline(
        folder.path(),
        &["rederive", "--check", "--database", "sqlite:a", "--key", "key"],
    );
    assert!(made.status.success(), "{said}");
    let backup = ["backup", "--database", "sqlite:a", "--key", "key", "--to", "whole"];
    let (backed_up, said) = sightline(folder.path(), &backup);
    assert!(backed_up.status.success(), "{said}");
    let whole = std::fs::read(folder.path().join("whole")).unwrap();
    std::fs::write(folder.path().join("half"), &whole[..whole.len() - 9]).unwrap();
    let restore = |to: &str, from: &str| {
        let restore = ["restore", "--database", to, "--key", "key", "--without-ledger"];
        sightline(folder.path(), &[&restore[..], &["--from", from]].concat())
    };
    for (to, left) in [("sqlite:b", "b"), ("sqlite:new/folder/b", "new")] {
        let (refused, said) = restore(to, "half");
        assert!(!refused.status.success(), "{said}");
        assert!(!there(left) && !there("b-wal") && !there("b-shm"), "{left} was left behind");
    }
    let without = ["restore", "--database", "sqlite:c", "--key", "key", "--from", "whole"];
    let (refused, said) = sightline(folder.path(), &without);
    assert!(!refused.status.success() && !there("c"), "{said}");
    assert!(said.contains("There is no ledger at key.ledger"), "{said}");
    let (refused, said) = restore("sqlite:a", "half");
    assert!(!refused.status.success() && there("a"), "what was there stays: {said}");
    std::fs::create_dir(folder.path().join("old")).unwrap();
    restore("sqlite:old/b", "half");
    assert!(there("old"), "so does a folder");
    let (restored, said) = restore("sqlite:old/b", "whole");
    assert!(restored.status.success() && there("old/b"), "{said}");
}
