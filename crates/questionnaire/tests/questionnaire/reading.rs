//! Reading questionnaires: what is understood, what is refused by name, what is flawed.

use questionnaire::{Expected, Kind, ShowAs};
use serde_json::{Value as Json, json};

use crate::{asking, choice, read};

fn refused(item: &Json) -> String {
    read(&json!([item])).unwrap_err().to_string()
}

fn flaws(items: &Json) -> Vec<String> {
    let flaws = read(items).unwrap().flaws();
    flaws.into_iter().map(|f| format!("{}: {}", f.at, f.problem)).collect()
}

#[test]
fn what_is_not_understood_and_changes_meaning_is_refused_by_name() {
    const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";
    for url in [
        format!("{SDC}calculatedExpression"),
        format!("{SDC}enableWhenExpression"),
        format!("{SDC}minOccurs"),
        "http://hl7.org/fhir/StructureDefinition/questionnaire-constraint".to_owned(),
        "urn:sightline:protectd".to_owned(),
    ] {
        let item =
            json!({ "linkId": "a", "type": "string", "text": "A", "extension": [{ "url": url }] });
        assert_eq!(refused(&item), format!("a: it needs {url}, which is not understood"));
    }
    let modified =
        json!({ "linkId": "a", "type": "string", "modifierExtension": [{ "url": "urn:not" }] });
    assert_eq!(refused(&modified), "a: it needs the modifier urn:not, which is not understood");
    let unclear = json!({ "linkId": "a", "type": "string", "enableWhen": [
        { "question": "b", "operator": "exists", "answerBoolean": true },
        { "question": "c", "operator": "exists", "answerBoolean": true }] });
    assert!(refused(&unclear).contains("whether any or all must hold"));
    let quantity = json!({ "linkId": "a", "type": "string", "enableWhen": [
        { "question": "b", "operator": ">", "answerQuantity": { "value": 3, "code": "kg" } }] });
    assert!(refused(&quantity).contains("compares with what is not understood"));
}

#[test]
fn what_only_decorates_is_kept_as_it_was() {
    let text = r#"{"resourceType":"Questionnaire","title":"X","experimental":true,"item":[
        {"linkId":"a","type":"string","text":"A","extension":[{"url":"urn:theirs","valueInteger":3}]}]}"#;
    let q = questionnaire::Questionnaire::read(text).unwrap();
    assert_eq!(*q.json(), serde_json::from_str::<Json>(text).unwrap());
}

#[test]
fn help_and_controls_are_read_in_the_spelling_of_fhir() {
    let control = |code: &str| {
        json!([{ "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl",
            "valueCodeableConcept": { "coding": [{ "code": code }] } }])
    };
    let mut select = choice("a", &["x"]);
    select["extension"] = control("drop-down");
    select["item"] = json!([{ "linkId": "h", "type": "display", "text": "Ask gently", "extension": control("help") }]);
    let q = asking(&json!([select]));
    let item = &q.items[0].items[0];
    assert_eq!(item.show_as, Some(ShowAs::Select));
    assert_eq!(item.help.as_deref(), Some("Ask gently"));
    assert!(item.items.is_empty());
}

#[test]
fn choices_come_from_the_value_sets_that_it_carries() {
    let whole = json!({
        "resourceType": "Questionnaire", "url": "urn:x", "version": "1", "title": "X",
        "contained": [
            { "resourceType": "ValueSet", "id": "two", "compose": { "include": [
                { "system": "urn:one", "concept": [{ "code": "a", "display": "A" }] },
                { "system": "urn:two", "concept": [{ "code": "b" }] }] } },
            { "resourceType": "ValueSet", "id": "rule", "compose": { "include": [
                { "system": "urn:one", "filter": [{}] }] } }],
        "item": [{ "linkId": "p", "type": "group", "text": "P", "item": [
            { "linkId": "two", "type": "choice", "text": "T", "answerValueSet": "#two" },
            { "linkId": "rule", "type": "choice", "text": "R", "answerValueSet": "#rule" },
            { "linkId": "far", "type": "choice", "text": "F", "answerValueSet": "urn:far" }] }],
    });
    let q = questionnaire::Questionnaire::read(&whole.to_string()).unwrap();
    let two = &q.items[0].items[0];
    assert_eq!(two.options, [("a".into(), "A".into()), ("b".into(), "b".into())]);
    let problems: Vec<_> = q.flaws().into_iter().map(|f| f.problem).collect();
    assert_eq!(
        problems,
        [
            "its answers are in #rule, which does not list them one by one",
            "its answers are in urn:far, which the questionnaire does not carry",
        ]
    );
    assert_eq!(q.items[0].items[2].kind, Kind::Other);
}

#[test]
fn bounds_are_numbers_or_days() {
    let bound = |value: Json| {
        let mut extension = json!({ "url": "http://hl7.org/fhir/StructureDefinition/minValue" });
        extension.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
        json!({ "linkId": "a", "type": "date", "text": "A", "extension": [extension] })
    };
    let q = asking(&json!([bound(json!({ "valueDate": "2015-01-01" }))]));
    assert_eq!(q.items[0].items[0].min, Some(Expected::Text("2015-01-01".into())));
    assert_eq!(
        refused(&bound(json!({ "valueQuantity": { "value": 1 } }))),
        "a: its minValue is neither a number nor a date"
    );
}

#[test]
fn a_flaw_says_where_it_is() {
    let waits = |question: &str, answer: Json| {
        let mut condition = json!({ "question": question, "operator": "=" });
        condition.as_object_mut().unwrap().extend(answer.as_object().unwrap().clone());
        json!({ "linkId": "w", "type": "string", "text": "W", "enableWhen": [condition] })
    };
    let code = |code: &str| json!({ "answerCoding": { "code": code } });
    for (items, flaw) in [
        (json!([choice("a", &["x"]), choice("a", &["x"])]), "a: its linkId stands twice"),
        (json!([choice("a", &[])]), "a: it is a choice without choices"),
        (json!([choice("a", &["x", "x"])]), "a: two of its choices have one code"),
        (json!([waits("z", code("x"))]), "w: it depends on “z”, which is not asked"),
        (
            json!([choice("a", &["x"]), waits("a", code("y"))]),
            "w: it waits for “y”, which “a” is never answered with",
        ),
        (
            json!([choice("a", &["x"]), waits("a", json!({ "answerBoolean": true }))]),
            "w: it waits for “true”, which “a” is never answered with",
        ),
        (
            json!([waits("w", json!({ "answerString": "x" }))]),
            "w: whether it is asked depends on itself",
        ),
        (
            json!([{ "linkId": "a.b", "type": "string", "text": "A" }]),
            "a.b: its linkId has a bracket, dot, slash or space, which field names need",
        ),
        (json!([{ "linkId": "a", "type": "string" }]), "a: it has no words"),
        (
            json!([{ "linkId": "a", "type": "quantity", "text": "A" }]),
            "a: an answer of type quantity can’t be given",
        ),
        (
            json!([{ "linkId": "g", "type": "group", "item": [
                { "linkId": "h", "type": "group", "repeats": true }] }]),
            "g: a group inside a page can’t repeat: make it a page",
        ),
        (
            json!([{ "linkId": "g", "type": "group", "initial": [{ "valueString": "x" }] }]),
            "g: a group can’t be answered",
        ),
        (
            json!([{ "linkId": "a", "type": "string", "text": "A", "readOnly": true, "required": true }]),
            "a: it is required, and nobody can answer it",
        ),
        (
            json!([{ "linkId": "a", "type": "string", "text": "A", "extension": [
                { "url": "http://hl7.org/fhir/StructureDefinition/regex", "valueString": "[0-9]" }] }]),
            "a: its regular expression can’t be checked here",
        ),
        (
            json!([{ "linkId": "g", "type": "group", "repeats": true },
                { "linkId": "g-2", "type": "group" }]),
            "g-2: it is named like a repetition of “g”",
        ),
    ] {
        assert_eq!(flaws(&items), [flaw], "{items}");
    }
}

#[test]
fn a_questionnaire_without_a_version_cannot_be_published() {
    let q = questionnaire::Questionnaire::read(
        r#"{"resourceType":"Questionnaire","url":"urn:x","title":"X"}"#,
    );
    let flaws = q.unwrap().flaws();
    assert_eq!(flaws[0].problem, "it has no version");
}
