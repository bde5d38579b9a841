//! The command line, as somebody types it.

use std::{
    path::Path,
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

fn bank_holidays(folder: &Path, list: &str, options: &[&str]) -> (Output, String) {
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
    let (shown, said) = bank_holidays(folder.path(), &proclaimed, &[]);
    assert!(!shown.status.success() && said.contains("+ 2028-06-01 Jubilee"), "{said}");
    assert!(said.contains("0 running clocks would move") && said.contains("--yes"), "{said}");
    let past = proclaimed.replace("2025-12-25,Christmas Day\n", "");
    let (refused, said) = bank_holidays(folder.path(), &past, &["--yes"]);
    assert!(!refused.status.success() && said.contains("2025-12-25 (Christmas Day)"), "{said}");
    let (taken, said) = bank_holidays(folder.path(), &proclaimed, &["--yes"]);
    assert!(taken.status.success(), "{said}");
    let (again, said) = bank_holidays(folder.path(), &proclaimed, &["--yes"]);
    assert!(again.status.success() && said.contains("Nothing was changed"), "{said}");
}
