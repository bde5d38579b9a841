//! `sightline match`, as somebody types it: no server, no database, no set-up.

use std::{
    fmt::Write,
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

const FIRST_NAMES: [&str; 7] = ["Poppy", "Alfie", "Wendy", "Omar", "Zofia", "Chidi", "Huw"];

/// Records of so many invented people: what the school wrote, and what the police did.
fn records(people: usize) -> String {
    let mut text = String::from("record_id,source,first_name,surname,dob,sex,address,postcode\n");
    for n in 0..people {
        let first = FIRST_NAMES[n % FIRST_NAMES.len()];
        let surname = format!("Quince{}", char::from(b'a' + u8::try_from(n % 23).unwrap()));
        let (year, month, day) = (1960 + n % 60, 1 + n % 12, 1 + n % 28);
        let (house, street, post) = (n % 90, n / 7, n % 10);
        writeln!(text, "s{n},school,{first},{surname},{year}-{month:02}-{day:02},,{house} Lane{street} Road,ZZ{post} 1AB").unwrap();
        let (first, surname) = (first.to_uppercase(), surname.to_uppercase());
        writeln!(text, "p{n},police,{first},{surname},{day:02}/{month:02}/{year},,,ZZ{post}1AB")
            .unwrap();
    }
    text
}

fn matched(folder: &Path, threads: u32, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sightline"))
        .current_dir(folder)
        .env("RAYON_NUM_THREADS", threads.to_string())
        .env_remove("SIGHTLINE_DATABASE")
        .arg("match")
        .args(arguments)
        .output()
        .unwrap()
}

/// What the command said, which must have gone well.
fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success());
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn with(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn read(folder: &TempDir, file: &str) -> String {
    std::fs::read_to_string(folder.path().join(file)).unwrap()
}

#[test]
fn the_same_records_give_the_same_bytes_with_one_thread_and_with_two() {
    let folder = with(&[("records.csv", &records(700))]);
    for (threads, out) in [(1, "one.csv"), (2, "two.csv"), (2, "again.csv")] {
        let arguments = ["link", "--records", "records.csv", "--out", out];
        said(&matched(folder.path(), threads, &arguments));
    }
    let pairs = read(&folder, "one.csv");
    assert!(pairs.starts_with("id_l,id_r,probability\n"));
    assert!(pairs.lines().count() > 600, "{}", pairs.lines().count());
    assert_eq!(pairs, read(&folder, "two.csv"));
    assert_eq!(pairs, read(&folder, "again.csv"));
    // Nothing else was made.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 4);
}

#[test]
fn between_sources_only_no_pair_is_of_one_source() {
    let folder = with(&[("records.csv", &records(300))]);
    let arguments = ["link", "--records", "records.csv", "--out", "out.csv", "--link-only"];
    said(&matched(folder.path(), 2, &arguments));
    let pairs = read(&folder, "out.csv");
    let mut ids = pairs.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    assert!(pairs.lines().count() > 250);
    assert!(ids.all(|ids| ids[0].chars().next() != ids[1].chars().next()));
}

#[test]
fn columns_may_be_missing_and_values_odd() {
    let odd = "first_name,surname,dob\nBaby,Unknown,01/01/1900\n,,\n\"O'Brien-\u{c3}\u{a9}\",X,99/99/9999\nJ,,2014\nA,B,C,D,E,F\n\"open";
    let folder = with(&[("odd.csv", odd), ("empty.csv", ""), ("head.csv", "record_id,dob\n")]);
    for file in ["odd.csv", "empty.csv", "head.csv"] {
        said(&matched(folder.path(), 2, &["link", "--records", file, "--out", "out.csv"]));
        assert_eq!(read(&folder, "out.csv"), "id_l,id_r,probability\n", "{file}");
        let query = ["query", "--index", file, "--queries", "odd.csv", "--out", "out.csv"];
        said(&matched(folder.path(), 2, &[&query[..], &["--times", "times.csv"]].concat()));
        assert!(read(&folder, "times.csv").starts_with("query_id,micros\n"));
    }
}

#[test]
fn whoever_is_known_is_found_and_how_long_it_took_is_told() {
    let query = "query_id,given_name,surname,date_of_birth\nq,HUW,Quinceg,07/07/1966\nnew,Nobody,Known,2001-01-01\n";
    let folder = with(&[("records.csv", &records(300)), ("queries.csv", query)]);
    let arguments = ["query", "--index", "records.csv", "--queries", "queries.csv"];
    let to = ["--out", "answers.csv", "--times", "times.csv"];
    said(&matched(folder.path(), 2, &[&arguments[..], &to].concat()));
    let answers = read(&folder, "answers.csv");
    let lines: Vec<&str> = answers.lines().collect();
    assert_eq!(lines[0], "query_id,record_id,probability");
    assert!(lines[1].starts_with("q,s6,") || lines[1].starts_with("q,p6,"), "{answers}");
    assert!(!answers.contains("\nnew,"), "{answers}");
    assert_eq!(read(&folder, "times.csv").lines().count(), 3);
}

#[test]
fn a_pair_is_explained_in_words_and_in_numbers_that_add_up() {
    let folder = with(&[("records.csv", &records(300))]);
    let arguments = ["explain", "--records", "records.csv", "s6", "p6"];
    let words = said(&matched(folder.path(), 2, &arguments));
    assert!(words.contains("Date of birth: the same"), "{words}");
    assert!(words.contains("in the light of all records of both"), "{words}");

    let table = said(&matched(folder.path(), 2, &[&arguments[..], &["--csv"]].concat()));
    let numbers = table.lines().skip(1).map(|line| line.rsplit(',').next().unwrap());
    let mut numbers: Vec<f64> = numbers.map(|number| number.parse().unwrap()).collect();
    let in_all = numbers.pop().unwrap();
    assert!((numbers.iter().sum::<f64>() - in_all).abs() < 1e-6, "{table}");

    let nobody = ["explain", "--records", "records.csv", "s6", "nobody"];
    assert!(refused(&matched(folder.path(), 2, &nobody)).contains("no record nobody"));
}

#[test]
fn a_model_that_was_trained_is_the_same_for_any_number_of_threads_and_can_be_used() {
    let people = 120;
    let mut truth = String::from("record_id,person_id,family_id\n");
    for n in 0..people {
        let family = n / 3;
        writeln!(truth, "s{n},P{n},F{family}\np{n},P{n},F{family}").unwrap();
    }
    let folder = with(&[("records.csv", &records(people)), ("truth.csv", &truth)]);
    let train = ["train", "--records", "records.csv", "--truth", "truth.csv", "--out"];
    for (threads, out) in [(1, "one.toml"), (2, "two.toml")] {
        said(&matched(folder.path(), threads, &[&train[..], &[out]].concat()));
    }
    assert_eq!(read(&folder, "one.toml"), read(&folder, "two.toml"));
    let fit = ["train", "--records", "records.csv", "--out", "fitted.toml"];
    said(&matched(folder.path(), 2, &fit));
    // Of so few people little is learned: how well it links is for the bench to say.
    for (model, least) in [("one.toml", 1), ("fitted.toml", 100)] {
        let link = ["link", "--records", "records.csv", "--out", "out.csv", "--model", model];
        said(&matched(folder.path(), 2, &link));
        assert!(read(&folder, "out.csv").lines().count() > least, "{model}");
    }
    let link = ["link", "--records", "records.csv", "--out", "out.csv", "--model", "truth.csv"];
    assert!(refused(&matched(folder.path(), 2, &link)).contains("not a matching model"));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = with(&[]);
    let link = ["link", "--records", "nowhere.csv", "--out", "out.csv"];
    let words = refused(&matched(folder.path(), 2, &link));
    assert!(words.contains("nowhere.csv"), "{words}");
}
