//! The page “Need to know” in the docs says what the policies say.

use std::{fs, path::Path};

use crate::model::POLICIES;

#[test]
fn plain_words_in_the_docs_are_those_of_the_policies() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/need-to-know.md");
    let words = POLICIES.in_plain_words();
    for id in POLICIES.names() {
        assert!(words.contains(&format!("`{id}`\n")), "{id} is not in the page");
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&page, &words).unwrap();
    }
    let kept = fs::read_to_string(&page).unwrap_or_default();
    assert!(kept == words, "docs/need-to-know.md is old: UPDATE_DOCS=1 writes it anew");
}
