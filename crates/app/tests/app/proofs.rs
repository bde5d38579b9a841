//! The documents name tests that prove what they say: each is there, and is run.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// What is named and run by hand alone: each says so beside it.
const BY_HAND: [&str; 2] = [
    "a_look_at_what_is_hidden_takes_as_long_as_a_look_at_nothing",
    "v1_of_a_million_looks_twenty_four_of_twenty_five_are_found",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file under a folder with that ending.
fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => files(&path, ending, found),
            false if path.to_string_lossy().ends_with(ending) => found.push(path),
            false => {}
        }
    }
}

/// Every function of the crates, with what stands before it since the last blank line.
fn functions() -> BTreeMap<String, Vec<String>> {
    let mut sources = Vec::new();
    for krate in fs::read_dir(root().join("crates")).expect("the crates").flatten() {
        for folder in ["src", "tests"].map(|of| krate.path().join(of)) {
            if folder.is_dir() {
                files(&folder, ".rs", &mut sources);
            }
        }
    }
    let mut functions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in sources {
        let mut before = String::new();
        for line in fs::read_to_string(&source).expect("a source").lines() {
            let said = line.trim();
            let rest = said.strip_prefix("pub ").unwrap_or(said);
            let rest = rest.strip_prefix("async ").unwrap_or(rest);
            if let Some((name, _)) = rest.strip_prefix("fn ").and_then(|r| r.split_once('(')) {
                functions.entry(name.to_owned()).or_default().push(before.clone());
            }
            match said.is_empty() {
                true => before.clear(),
                false => before.push_str(said),
            }
        }
    }
    functions
}

/// What stands between back-ticks in a document.
fn quoted(document: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join("docs").join(document)).expect("a document");
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn is_a_tests_name(word: &str) -> bool {
    let is_of_it = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    word.matches('_').count() >= 3 && word.chars().all(is_of_it)
}

#[test]
fn every_test_that_a_document_names_is_there_and_is_run() {
    let functions = functions();
    let mut wrong = Vec::new();
    for document in ["proofs.md", "hazards.md"] {
        for name in quoted(document).into_iter().filter(|word| is_a_tests_name(word)) {
            let is_run = |before: &String| {
                let is_a_test = ["#[test]", "#[tokio::test", "#[rstest]"];
                is_a_test.iter().any(|mark| before.contains(mark)) && !before.contains("#[ignore")
            };
            let found = functions.get(&name).map(Vec::as_slice).unwrap_or_default();
            if !found.iter().any(is_run) && !BY_HAND.contains(&name.as_str()) {
                wrong.push(format!("{document}: {name}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new(), "named, and not there or not run");
    for name in BY_HAND {
        assert!(functions.contains_key(name), "{name}");
    }
}

#[test]
fn every_file_that_the_proofs_name_is_there() {
    let there = |word: &str| {
        let (krate, rest) = word.split_once('/').unwrap_or_default();
        [
            root().join(word),
            root().join(format!("crates/{krate}/tests/{krate}/{rest}")),
            root().join("tests/journeys").join(word),
        ]
        .iter()
        .any(|path| path.is_file())
    };
    let is_a_file = |word: &String| {
        !word.contains(' ') && (word.ends_with(".rs") || word.ends_with(".test.mjs"))
    };
    let missing: Vec<_> =
        quoted("proofs.md").into_iter().filter(is_a_file).filter(|word| !there(word)).collect();
    assert_eq!(missing, Vec::<String>::new());
}

/// A journey is named by its title, too.
#[test]
fn every_journey_that_the_proofs_name_has_that_title() {
    let text = fs::read_to_string(root().join("docs/proofs.md")).expect("the proofs");
    let mut titles = 0;
    for part in text.split(".test.mjs` “").skip(1) {
        let title = part.split_once('”').map_or(part, |(title, _)| title);
        let mut journeys = Vec::new();
        files(&root().join("tests/journeys"), ".test.mjs", &mut journeys);
        let has = |path: &PathBuf| {
            fs::read_to_string(path).expect("a journey").contains(&format!("story('{title}'"))
        };
        assert!(journeys.iter().any(has), "{title}");
        titles += 1;
    }
    assert!(titles > 5, "{titles}");
}
