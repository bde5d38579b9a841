//! Questionnaires that others published, read in place where they are at hand.

use std::{fs, path::PathBuf};

use questionnaire::{Answers, Questionnaire};

/// A published questionnaire, or nothing, plainly said, where there are none to read.
#[expect(clippy::print_stderr, reason = "a test that proves nothing must say so")]
fn published(name: &str) -> Option<String> {
    let Some(folder) = std::env::var_os("SIGHTLINE_CONFORMANCE") else {
        eprintln!("SKIPPED {name}: SIGHTLINE_CONFORMANCE names no folder of published files");
        return None;
    };
    let file = PathBuf::from(folder).join("third-party/fhir").join(name);
    Some(fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display())))
}

#[test]
fn published_questionnaires_load_and_lose_nothing() {
    for name in [
        "bit-of-everything.json",
        "group-under-question.R4.json",
        "questionnaire-initialx.json",
        "test-enablewhen.json",
    ] {
        let Some(text) = published(name) else { return };
        let q = Questionnaire::read(&text).unwrap();
        assert_eq!(*q.json(), serde_json::from_str::<serde_json::Value>(&text).unwrap(), "{name}");
        let _ = q.complete(&q.initial_answers());
    }
}

#[test]
fn what_cannot_be_answered_of_everything_is_named() {
    let Some(text) = published("bit-of-everything.json") else { return };
    let flaws = Questionnaire::read(&text).unwrap().flaws();
    let at: Vec<_> = flaws.iter().map(|f| f.at.as_str()).collect();
    let expected = [
        "the questionnaire",
        "Item-reference",
        "Item-attachment",
        "Item-quantity",
        "Item-rb",
        "Item10",
        "Item11",
        "Item12",
    ];
    assert_eq!(at, expected, "no version, three types and four value sets");
}

#[test]
fn the_conditions_of_a_published_questionnaire_hold() {
    let Some(text) = published("test-enablewhen.json") else { return };
    let q = Questionnaire::read(&text).unwrap();
    let asked = |answers: &[(&str, &str)]| {
        let mut typed = Answers::default();
        answers.iter().for_each(|(field, said)| typed.set(field, vec![(*said).to_owned()]));
        q.asked(&typed).into_iter().collect::<Vec<_>>()
    };
    assert_eq!(asked(&[("4.1", "Diabetes")]), ["4.1", "4.2", "4.5"]);
    assert_eq!(asked(&[("4.1", "Other")]), ["4.1", "4.3", "4.5"]);
    assert_eq!(asked(&[("4.1", "Other"), ("4.3", "Asthma")]), ["4.1", "4.3", "4.4"]);
}

#[test]
fn the_initial_answers_of_a_published_questionnaire_are_taken() {
    let Some(text) = published("questionnaire-initialx.json") else { return };
    let q = Questionnaire::read(&text).unwrap();
    let response = q.complete(&q.initial_answers()).unwrap();
    let answers = q.answers_of(&response).unwrap();
    assert_eq!(answers.get("/type-date.month"), "09");
    assert_eq!(answers.get("/type-dateTime"), "2015-02-07T18:28:17+00:00");
    assert_eq!(answers.all("/type-choice-m"), ["c1", "c3"]);
    assert_eq!(answers.all("/type-open-choice-m").len(), 4);
}
