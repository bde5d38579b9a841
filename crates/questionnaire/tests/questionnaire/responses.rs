//! Completed responses, there and back.

use proptest::prelude::*;
use questionnaire::{Answers, Questionnaire, Response};
use serde_json::{Value as Json, json};

use crate::{asking, choice, pages, send};

#[test]
fn what_was_not_asked_in_the_end_is_left_out_of_the_response() {
    let mut second = json!({ "linkId": "b", "type": "string", "text": "B?" });
    second["enableWhen"] =
        json!([{ "question": "a", "operator": "=", "answerCoding": { "code": "y" } }]);
    let q = asking(&json!([choice("a", &["y", "n"]), second]));
    let mut answers = Answers::default();
    send(&q, &mut answers, "p", &[("a", "n"), ("b", "kept in the draft")]);
    assert_eq!(answers.get("b"), "kept in the draft");
    assert_eq!(
        q.complete(&answers).unwrap().0,
        json!({
            "resourceType": "QuestionnaireResponse", "questionnaire": "urn:x|1", "status": "completed",
            "item": [{ "linkId": "p", "text": "Page", "item": [{ "linkId": "a", "text": "a?", "answer": [
                { "valueCoding": { "system": "urn:codes", "code": "n", "display": "N" } }] }] }],
        })
    );
}

#[test]
fn what_is_asked_inside_a_question_stands_under_its_answer() {
    let inner = json!({ "linkId": "g", "type": "group", "item": [
        { "linkId": "q2", "type": "string", "text": "Two" }] });
    let outer = json!({ "linkId": "q1", "type": "string", "text": "One", "item": [inner] });
    let q = asking(&json!([outer]));
    for (fields, place) in [
        (&[("q1", "yes"), ("q2", "why")][..], "/item/0/item/0/answer/0/item/0/item/0/linkId"),
        (&[("q2", "why")][..], "/item/0/item/0/item/0/item/0/linkId"),
    ] {
        let mut answers = Answers::default();
        send(&q, &mut answers, "p", fields);
        let response = q.complete(&answers).unwrap();
        assert_eq!(response.0.pointer(place), Some(&json!("q2")), "{}", response.0);
        assert_eq!(q.answers_of(&response), Ok(answers));
    }
}

#[test]
fn a_choice_is_said_as_the_questionnaire_spells_it() {
    let q = asking(&json!([
        { "linkId": "n", "type": "choice", "text": "N", "answerOption": [{ "valueInteger": 3 }] },
        { "linkId": "o", "type": "open-choice", "text": "O", "repeats": true,
          "answerOption": [{ "valueCoding": { "code": "a" } }] },
    ]));
    let mut answers = Answers::default();
    send(&q, &mut answers, "p", &[("n", "3"), ("o", "a"), ("o", "my own")]);
    let response = q.complete(&answers).unwrap();
    let said = |n: usize| response.0.pointer(&format!("/item/0/item/{n}/answer")).unwrap();
    assert_eq!(*said(0), json!([{ "valueInteger": 3 }]));
    assert_eq!(*said(1), json!([{ "valueCoding": { "code": "a" } }, { "valueString": "my own" }]));
    assert_eq!(q.answers_of(&response), Ok(answers));
}

#[test]
fn a_response_to_something_else_is_refused() {
    let q = asking(&json!([{ "linkId": "a", "type": "string", "text": "A" }]));
    let response = |items: Json, of: &str| {
        Response(json!({ "resourceType": "QuestionnaireResponse", "questionnaire": of,
            "status": "completed", "item": [{ "linkId": "p", "item": items }] }))
    };
    let a = json!({ "linkId": "a", "answer": [{ "valueString": "x" }] });
    for (response, why) in [
        (response(json!([a]), "urn:x|2"), "the response: it answers urn:x|2, not urn:x|1"),
        (response(json!([a, a]), "urn:x|1"), "a: it is answered too often"),
        (
            response(json!([{ "linkId": "z" }]), "urn:x|1"),
            "z: the questionnaire does not ask it here",
        ),
        (
            response(json!([{ "linkId": "a", "answer": [{ "extension": [] }] }]), "urn:x|1"),
            "a: one of its answers has no value that is understood",
        ),
    ] {
        assert_eq!(q.answers_of(&response).unwrap_err().to_string(), why);
    }
}

fn survey() -> Questionnaire {
    let mut several = choice("several", &["x", "y", "z"]);
    several["repeats"] = json!(true);
    let people = json!({ "linkId": "people", "type": "group", "text": "People", "repeats": true, "item": [
        { "linkId": "name", "type": "string", "text": "Name" },
        { "linkId": "born", "type": "date", "text": "Born",
          "extension": [{ "url": "urn:sightline:partial-date", "valueBoolean": true }] },
        { "linkId": "works", "type": "boolean", "text": "Works?" },
        { "linkId": "rooms", "type": "integer", "text": "Rooms" },
        { "linkId": "weight", "type": "decimal", "text": "Weight" },
        several] });
    pages(&json!([people, { "linkId": "alone", "type": "text", "text": "Alone" }]))
}

proptest! {
    #[test]
    fn a_response_says_everything_that_was_answered(
        people in prop::collection::vec((
            "[\\PC&&[^ ]]{1,20}",
            prop::option::of((1..29_i8, 1..13_i8, 1900..2101_i16)),
            any::<Option<bool>>(), any::<Option<i32>>(), prop::option::of(-1e6..1e6_f64),
            prop::sample::subsequence(vec!["x", "y", "z"], 0..4),
        ), 0..4),
        alone in "\\PC{0,50}",
    ) {
        let q = survey();
        let mut answers = Answers::default();
        for (n, (name, born, works, rooms, weight, several)) in people.into_iter().enumerate() {
            let mut set = |field: &str, values: Vec<String>| answers.set(&format!("people[{n}].{field}"), values);
            set("name", vec![name]);
            if let Some((day, month, year)) = born {
                set("born.day", vec![format!("{day:02}")]);
                set("born.month", vec![format!("{month:02}")]);
                set("born.year", vec![year.to_string()]);
            }
            set("works", works.map(|w| if w { "yes" } else { "no" }.to_owned()).into_iter().collect());
            set("rooms", rooms.map(|r| r.to_string()).into_iter().collect());
            set("weight", weight.map(|w| w.to_string()).into_iter().collect());
            set("several", several.into_iter().map(str::to_owned).collect());
        }
        answers.set("alone", vec![alone]);
        let response = q.complete(&answers).unwrap();
        let parsed: Json = serde_json::from_str(&response.0.to_string()).unwrap();
        let back = q.answers_of(&Response(parsed)).unwrap();
        prop_assert_eq!(q.complete(&back), Ok(response));
        for field in answers.differing(&back) {
            prop_assert!(field.ends_with("weight"), "{field} is spelt as it was typed");
        }
    }
}
