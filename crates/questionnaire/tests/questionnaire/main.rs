//! The engine from outside: the questionnaires that we ship, forms as they are sent, properties,
//! and published questionnaires of others where they are at hand.

use proptest::prelude::*;
use questionnaire::{Answers, Questionnaire};

fn request() -> Questionnaire {
    let text = include_str!("../../../../questionnaires/request-for-support.v1.json");
    Questionnaire::read(text).unwrap()
}

fn sent(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
}

fn take(q: &Questionnaire, answers: &mut Answers, page: &str, fields: &[(&str, &str)]) {
    let page = q.page(page, answers).unwrap_or_else(|| panic!("no page {page}"));
    q.take(page, &sent(fields), answers);
}

fn says(q: &Questionnaire, answers: &Answers, page: &str) -> Vec<String> {
    let page = q.page(page, answers).unwrap();
    q.problems(page, answers, true).into_iter().map(|p| p.say).collect()
}

#[test]
fn the_request_for_support_has_no_flaws() {
    assert_eq!(request().flaws(), []);
}

#[test]
fn what_the_danger_is_is_asked_only_when_there_is_one() {
    let q = request();
    let mut answers = Answers::default();
    take(&q, &mut answers, "danger", &[("in-danger", "no")]);
    assert_eq!(says(&q, &answers, "danger"), Vec::<String>::new());
    take(&q, &mut answers, "danger", &[("in-danger", "yes")]);
    assert_eq!(says(&q, &answers, "danger"), ["Enter what the danger is"]);
}

#[test]
fn each_child_has_a_page_and_its_own_conditions() {
    let q = request();
    let mut answers = Answers::default();
    take(
        &q,
        &mut answers,
        "children-1",
        &[
            ("children[0].given-name", "Arlo"),
            ("children[0].family-name", "Invented-Marsh"),
            ("children[0].unborn", "born"),
            ("children[0].born.day", "30"),
            ("children[0].born.month", "2"),
            ("children[0].born.year", "2015"),
            ("children[0].voice", "Says he is hungry"),
        ],
    );
    take(
        &q,
        &mut answers,
        "children-2",
        &[
            ("children[1].family-name", "Invented-Marsh"),
            ("children[1].unborn", "unborn"),
            ("children[1].expected.day", "9"),
            ("children[1].expected.month", "January"),
            ("children[1].expected.year", "2027"),
            ("children[1].voice", "Not born yet"),
        ],
    );
    assert_eq!(
        says(&q, &answers, "children-1"),
        ["Date of birth must be a real date, like 27 3 2015"]
    );
    assert_eq!(says(&q, &answers, "children-2"), Vec::<String>::new());
    assert_eq!(answers.repetitions("children"), 2);
    answers.remove_repetition("children", 0);
    assert_eq!(answers.repetitions("children"), 1);
    assert_eq!(answers.get("children[0].expected.year"), "2027");
}

#[test]
fn a_date_that_is_none_says_what_to_do() {
    let q = request();
    for (day, month, year, words) in [
        ("1", "1", "20225", "four digits"),
        ("", "1", "2015", ""),
        ("5", "", "2015", "month"),
        ("5", "5", "", "year"),
        ("x", "5", "2015", "real date"),
        ("29", "2", "2015", "real date"),
        ("", "", "2015", ""),
    ] {
        let mut answers = Answers::default();
        take(
            &q,
            &mut answers,
            "children-1",
            &[
                ("children[0].family-name", "Invented"),
                ("children[0].unborn", "born"),
                ("children[0].voice", "x"),
                ("children[0].born.day", day),
                ("children[0].born.month", month),
                ("children[0].born.year", year),
            ],
        );
        let said = says(&q, &answers, "children-1").join(" ");
        assert_eq!(said.is_empty(), words.is_empty(), "{day} {month} {year}: {said}");
        assert!(said.contains(words), "{day} {month} {year}: {said}");
        assert_eq!(answers.get("children[0].born.year"), year, "what was typed is kept");
    }
}

#[test]
fn ten_thousand_characters_are_kept_and_said_to_be_too_many() {
    let q = request();
    let mut answers = Answers::default();
    let long = "ж".repeat(10_000);
    take(&q, &mut answers, "worries", &[("worry", &long)]);
    assert_eq!(answers.get("worry").chars().count(), 10_000);
    assert!(says(&q, &answers, "worries")[0].contains("5000 characters or fewer: it has 10000"));
}

#[test]
fn names_in_every_script_are_taken_as_they_are_written() {
    let q = request();
    for name in ["محمد", "Nguyễn An", "O’Shea", "李 小龙", "🙂"] {
        let mut answers = Answers::default();
        take(&q, &mut answers, "children-1", &[("children[0].given-name", name)]);
        assert_eq!(answers.get("children[0].given-name"), name);
    }
}

#[test]
fn what_was_not_asked_in_the_end_is_left_out_of_the_response() {
    let text = r#"{"resourceType":"Questionnaire","url":"urn:x","version":"1","title":"X","item":[
        {"linkId":"p","type":"group","text":"P","item":[
          {"linkId":"a","type":"choice","text":"A?","answerOption":[{"valueCoding":{"code":"y","display":"Yes"}},{"valueCoding":{"code":"n","display":"No"}}]},
          {"linkId":"b","type":"string","text":"B?","enableWhen":[{"question":"a","operator":"=","answerString":"y"}]}]}]}"#;
    let q = Questionnaire::read(text).unwrap();
    let mut answers = Answers::default();
    take(&q, &mut answers, "p", &[("a", "n"), ("b", "kept in the draft")]);
    assert_eq!(answers.get("b"), "kept in the draft");
    let response = q.complete(&answers).unwrap().0.to_string();
    assert!(!response.contains("kept in the draft"), "{response}");
    assert!(response.contains("\"questionnaire\":\"urn:x|1\""));
}

#[test]
fn what_is_not_understood_and_changes_meaning_is_refused_by_name() {
    let text = r#"{"resourceType":"Questionnaire","item":[{"linkId":"a","type":"decimal","text":"Sum","extension":[
        {"url":"http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression","valueExpression":{}}]}]}"#;
    let refused = Questionnaire::read(text).unwrap_err();
    assert_eq!(refused.at, "a");
    assert!(refused.problem.contains("calculatedExpression"));
}

#[test]
fn a_flaw_says_where_it_is() {
    let text = r#"{"resourceType":"Questionnaire","item":[
        {"linkId":"a","type":"choice","text":"A?"},
        {"linkId":"a","type":"string","text":"B?","enableWhen":[{"question":"z","operator":"exists","answerBoolean":true}]}]}"#;
    let flaws = Questionnaire::read(text).unwrap().flaws();
    let problems: Vec<_> = flaws.iter().map(|f| f.problem.as_str()).collect();
    assert_eq!(problems.len(), 3, "{problems:?}");
}

/// Questionnaires that others published, read in place.
#[test]
fn published_questionnaires_load_or_are_refused_by_name() {
    let Ok(folder) = std::env::var("SIGHTLINE_CONFORMANCE") else {
        eprintln!("SKIPPED: SIGHTLINE_CONFORMANCE is not set");
        return;
    };
    let mut loaded = 0;
    for file in std::fs::read_dir(format!("{folder}/third-party/fhir")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|e| e != "json") {
            continue;
        }
        match Questionnaire::read(&std::fs::read_to_string(&path).unwrap()) {
            Ok(q) => {
                assert!(!q.items.is_empty(), "{}", path.display());
                loaded += 1;
            }
            Err(refused) => eprintln!("{}: {refused}", path.display()),
        }
    }
    assert!(loaded > 0, "at least one loads");
}

proptest! {
    #[test]
    fn whatever_a_form_sends_is_kept_and_judged_without_panic(
        fields in prop::collection::vec(("[a-z\\[\\]0-9.-]{0,24}", "\\PC{0,40}"), 0..30),
        typed in "\\PC{0,60}",
    ) {
        let q = request();
        let mut answers = Answers::default();
        let mut fields: Vec<(String, String)> = fields;
        fields.push(("children[0].given-name".into(), typed.clone()));
        let page = q.page("children-1", &answers).unwrap();
        q.take(page, &fields, &mut answers);
        prop_assert_eq!(answers.get("children[0].given-name"), typed.trim());
        let _ = q.complete(&answers);
        for slug in ["children-1", "children-99999999999999999999", "children-0", "danger", ""] {
            let _ = q.page(slug, &answers);
        }
        let stored = serde_json::to_string(&answers).unwrap();
        prop_assert_eq!(serde_json::from_str::<Answers>(&stored).unwrap(), answers);
    }
}
