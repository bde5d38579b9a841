//! The glossary is the authority on names: every public type of `practice`, and every variant of
//! a public enum, stands in it, and it names none that is gone. Reads the source as text, line by
//! line, as rustfmt leaves it; what a word means is for people to judge.

use std::{collections::BTreeSet, fs, path::Path};

const KINDS: [&str; 4] = ["pub enum ", "pub struct ", "pub trait ", "pub type "];

#[test]
fn the_glossary_has_every_public_word_of_practice_and_no_other() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let glossary = fs::read_to_string(here.join("../../docs/glossary.md")).unwrap();
    let (in_code, in_glossary) = (public_words(&here.join("src")), defined(&glossary));
    assert!(in_code.contains("Event::Received") && in_code.contains("Within"), "the code was read");
    let missing: Vec<_> = in_code.difference(&in_glossary).collect();
    assert!(missing.is_empty(), "docs/glossary.md does not say what these mean: {missing:?}");
    let gone: Vec<_> = in_glossary.difference(&in_code).collect();
    assert!(gone.is_empty(), "docs/glossary.md names what the code has not: {gone:?}");
}

/// The names in the middle column of the glossary's tables.
fn defined(glossary: &str) -> BTreeSet<String> {
    glossary
        .lines()
        .filter_map(|line| line.split('|').nth(2)?.trim().strip_prefix('`')?.strip_suffix('`'))
        .map(str::to_owned)
        .collect()
}

fn public_words(folder: &Path) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            words.extend(public_words(&path));
        } else {
            words.extend(words_of(&fs::read_to_string(path).unwrap()));
        }
    }
    words
}

/// The public types of a file, and the variants of its public enums as `Type::Variant`.
fn words_of(source: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        let Some(kind) = KINDS.iter().find(|kind| line.starts_with(**kind)) else { continue };
        let name = first_word(&line[kind.len()..]);
        words.push(name.to_owned());
        if *kind == "pub enum " && !line.ends_with('}') {
            let inside = lines.by_ref().take_while(|line| *line != "}");
            words.extend(inside.filter_map(variant).map(|v| format!("{name}::{v}")));
        }
    }
    words
}

/// The variant that a line inside an enum begins, if it begins one.
fn variant(line: &str) -> Option<&str> {
    let word = first_word(line.strip_prefix("    ")?);
    word.starts_with(|c: char| c.is_ascii_uppercase()).then_some(word)
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}
