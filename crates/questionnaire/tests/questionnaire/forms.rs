//! Forms as browsers and attackers send them.

use proptest::prelude::*;
use questionnaire::{Answers, trimmed};
use serde_json::json;

use crate::{asking, choice, request, said_to, says, send};

#[test]
fn ten_thousand_characters_are_kept_and_said_to_be_too_many() {
    let q = request();
    let mut answers = Answers::default();
    let long = "ж".repeat(10_000);
    send(&q, &mut answers, "worries", &[("worry", &long)]);
    assert_eq!(answers.get("worry").chars().count(), 10_000);
    assert!(
        says(&q, &answers, "worries")[0]
            .ends_with("must be 5,000 characters or fewer: you have 10,000")
    );
}

#[test]
fn names_in_every_script_are_taken_as_they_are_written() {
    let q = request();
    for name in ["محمد", "Nguyễn An", "O’Shea", "李 小龙", "🙂", "א\u{200f}ב"] {
        let mut answers = Answers::default();
        send(&q, &mut answers, "children-1", &[("children[0].given-name", name)]);
        assert_eq!(answers.get("children[0].given-name"), name);
    }
}

#[test]
fn control_characters_are_dropped_and_line_breaks_kept() {
    let q = request();
    let mut answers = Answers::default();
    send(&q, &mut answers, "worries", &[("worry", " one\r\ntwo\u{0}\u{7}\tthree ")]);
    assert_eq!(answers.get("worry"), "one\ntwo three");
}

#[test]
fn answers_that_are_not_asked_any_more_stay_in_the_draft() {
    let q = request();
    let mut answers = Answers::default();
    send(&q, &mut answers, "danger", &[("in-danger", "yes"), ("danger-what", "A knife")]);
    send(&q, &mut answers, "danger", &[("in-danger", "no"), ("danger-what", "A knife")]);
    assert_eq!(answers.get("danger-what"), "A knife");
}

#[test]
fn a_form_changes_only_what_it_offers() {
    let hidden = json!([{
        "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", "valueBoolean": true,
    }]);
    let q = asking(&json!([
        { "linkId": "open", "type": "string", "text": "Open" },
        { "linkId": "fixed", "type": "string", "text": "Fixed", "readOnly": true },
        { "linkId": "hidden", "type": "string", "text": "Hidden", "extension": hidden },
        choice("ticks", &["a", "b"]),
    ]));
    let mut answers = Answers::default();
    for field in ["open", "fixed", "hidden", "ticks"] {
        answers.set(field, vec!["a".into()]);
    }
    let forged = [("fixed", "x"), ("hidden", "x"), ("elsewhere", "x")];
    send(&q, &mut answers, "p", &forged);
    assert_eq!(answers.get("open"), "a", "a text that was not sent was not on the form");
    assert_eq!(answers.get("ticks"), "", "a choice that was not sent was unchosen");
    assert_eq!((answers.get("fixed"), answers.get("hidden")), ("a", "a"));
    assert!(!answers.has_any("elsewhere"));
}

#[test]
fn every_kind_of_answer_says_what_to_do() {
    let q = asking(&json!([
        { "linkId": "n", "type": "integer", "text": "Number of rooms", "extension": [
            { "url": "http://hl7.org/fhir/StructureDefinition/minValue", "valueInteger": 1 },
            { "url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueInteger": 9 }] },
        { "linkId": "d", "type": "decimal", "text": "Weight" },
        { "linkId": "b", "type": "boolean", "text": "Is it so?" },
        { "linkId": "t", "type": "time", "text": "Time of the call" },
        { "linkId": "m", "type": "dateTime", "text": "When was it?" },
        { "linkId": "u", "type": "url", "text": "NHS page" },
        { "linkId": "s", "type": "string", "text": "Name", "maxLength": 3 },
        { "linkId": "day", "type": "date", "text": "Visit", "extension": [
            { "url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueDate": "2026-12-31" }] },
        choice("c", &["a"]),
    ]));
    for (field, typed, words) in [
        ("n", "nine", "Enter number of rooms as a whole number, like 9"),
        ("n", "99999999999", "Enter number of rooms as a whole number, like 9"),
        ("n", "10", "Number of rooms must be 9 or less"),
        ("n", "0", "Number of rooms must be 1 or more"),
        ("d", "NaN", "Enter weight as a number, like 9.5"),
        ("b", "maybe", "Choose yes or no for “Is it so?”"),
        ("t", "25:00", "Enter time of the call as a time, like 14:30"),
        (
            "m",
            "noon",
            "Enter your answer to “When was it?” as a date and time, like 27 3 2015 14:30",
        ),
        (
            "u",
            "javascript:alert(1)",
            "Enter NHS page as a full web address, like https://example.org",
        ),
        ("s", "Arlo", "Name must be 3 characters or fewer: you have 4"),
        ("c", "z", "Choose one of the answers to “c?”"),
    ] {
        assert_eq!(said_to(&q, &[(field, typed)]), [words], "{typed}");
    }
    let late = [("day.day", "1"), ("day.month", "1"), ("day.year", "2027")];
    assert_eq!(said_to(&q, &late), ["Visit must be 31 December 2026 or earlier"]);
    assert_eq!(said_to(&q, &[("c", "a"), ("c", "a")]), ["Give only one answer to “c?”"]);
}

#[test]
fn times_and_moments_are_taken_as_people_type_them() {
    let q = asking(&json!([
        { "linkId": "t", "type": "time", "text": "Time" },
        { "linkId": "m", "type": "dateTime", "text": "Moment" },
    ]));
    for (field, typed, meant) in [
        ("t", "9:05", "09:05:00"),
        ("t", "2.30 pm", "14:30:00"),
        ("t", "12am", "00:00:00"),
        ("m", "27 3 2015 14:30", "2015-03-27T14:30:00+00:00"),
        ("m", "1 July 2015 2:30pm", "2015-07-01T14:30:00+01:00"),
        ("m", "2015-07-01T14:30", "2015-07-01T14:30:00+01:00"),
        ("m", "2015-02-07T13:28:17-05:00", "2015-02-07T18:28:17+00:00"),
        ("m", "2015-02-07", "2015-02-07"),
    ] {
        let mut answers = Answers::default();
        send(&q, &mut answers, "p", &[(field, typed)]);
        let response = q.complete(&answers).unwrap().0.to_string();
        assert!(response.contains(&format!("\"{meant}\"")), "{typed}: {response}");
    }
}

#[test]
fn a_draft_is_stored_field_by_field() {
    let mut answers = Answers::default();
    answers.set("kinds", vec!["a".into(), "b".into()]);
    answers.set("children[0].given-name", vec!["Arlo".into()]);
    assert_eq!(
        serde_json::to_string(&answers).unwrap(),
        r#"{"children[0].given-name":["Arlo"],"kinds":["a","b"]}"#
    );
}

#[test]
fn a_draft_from_elsewhere_cannot_ask_for_endless_pages() {
    let stored = r#"{"children[18446744073709551615].voice":["x"],"children[99].voice":["x"]}"#;
    let answers: Answers = serde_json::from_str(stored).unwrap();
    assert_eq!(answers.repetitions("children"), Answers::MOST_REPETITIONS);
    assert!(request().page("children-101", &answers).is_none());
}

#[test]
fn a_form_starts_with_what_is_answered_from_the_start() {
    let mut chosen = choice("c", &["a", "b"]);
    chosen["answerOption"][1]["initialSelected"] = json!(true);
    let q = asking(&json!([
        { "linkId": "b", "type": "boolean", "text": "So?", "initial": [{ "valueBoolean": true }] },
        { "linkId": "d", "type": "date", "text": "Day", "initial": [{ "valueDate": "2026-03-04" }] },
        chosen,
    ]));
    let answers = q.initial_answers();
    assert_eq!((answers.get("b"), answers.get("c")), ("yes", "b"));
    assert_eq!((answers.get("d.day"), answers.get("d.year")), ("04", "2026"));
}

proptest! {
    #[test]
    fn whatever_a_form_sends_is_kept_and_judged_without_panic(
        fields in prop::collection::vec(("[a-z\\[\\]0-9.-]{0,24}", "\\PC{0,40}"), 0..30),
        typed in "\\PC{0,60}",
        date in ("\\PC{0,4}", "\\PC{0,9}", "\\PC{0,5}"),
    ) {
        let q = request();
        let mut answers = Answers::default();
        let mut fields: Vec<(String, String)> = fields;
        fields.retain(|(name, _)| !name.starts_with("children[0].given-name"));
        fields.push(("children[0].given-name".into(), typed.clone()));
        for (part, text) in [("day", &date.0), ("month", &date.1), ("year", &date.2)] {
            fields.push((format!("children[0].born.{part}"), text.clone()));
        }
        let page = q.page("children-1", &answers).unwrap();
        q.take(page, &fields, &mut answers);
        prop_assert_eq!(answers.get("children[0].given-name"), trimmed(&typed));
        prop_assert_eq!(answers.get("children[0].born.month"), trimmed(&date.1));
        let _ = q.complete(&answers);
        for slug in ["children-1", "children-99999999999999999999", "children-0", "danger", ""] {
            let _ = q.page(slug, &answers);
        }
        let stored = serde_json::to_string(&answers).unwrap();
        prop_assert_eq!(serde_json::from_str::<Answers>(&stored).unwrap(), answers);
    }

    #[test]
    fn whatever_is_typed_means_something_or_says_why(
        typed in "\\PC{0,30}|[0-9]{1,4}[ /:T.-][0-9a-zA-Z]{1,5}[ /:T.-][0-9:apm +-]{1,12}",
        kind in prop::sample::select(vec!["time", "dateTime", "integer", "decimal", "url", "boolean"]),
    ) {
        let q = asking(&json!([{ "linkId": "x", "type": kind, "text": "X" }]));
        let mut answers = Answers::default();
        send(&q, &mut answers, "p", &[("x", &typed)]);
        prop_assert_eq!(answers.get("x"), trimmed(&typed));
        if let Ok(response) = q.complete(&answers) {
            let again = q.answers_of(&response).unwrap();
            prop_assert_eq!(q.complete(&again), Ok(response), "a spelling that is taken is stable");
        }
    }
}
