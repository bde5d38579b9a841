//! Who is asked what: worked examples, and every small questionnaire against an oracle that knows
//! nothing of fields or repetitions.

use proptest::prelude::*;
use questionnaire::{Answers, Questionnaire};
use serde_json::{Value as Json, json};

use crate::{asking, choice, pages, send};

fn when(mut item: Json, question: &str, operator: &str, answer: &(&str, Json)) -> Json {
    item["enableWhen"] =
        json!([{ "question": question, "operator": operator, (answer.0): answer.1 }]);
    item
}

fn coded(code: &str) -> (&'static str, Json) {
    ("answerCoding", json!({ "code": code }))
}

fn line(link_id: &str) -> Json {
    json!({ "linkId": link_id, "type": "string", "text": link_id })
}

#[test]
fn an_answer_that_is_not_asked_any_more_decides_nothing() {
    let q = asking(&json!([
        choice("a", &["y", "n"]),
        when(choice("b", &["y", "n"]), "a", "=", &coded("y")),
        when(line("c"), "b", "=", &coded("y")),
    ]));
    let mut answers = Answers::default();
    send(&q, &mut answers, "p", &[("a", "y"), ("b", "y"), ("c", "said")]);
    assert!(q.asked(&answers).contains("c"));
    send(&q, &mut answers, "p", &[("a", "n"), ("b", "y"), ("c", "said")]);
    assert_eq!(answers.get("b"), "y", "it is kept");
    assert!(!q.asked(&answers).contains("c"), "and decides nothing");
}

#[test]
fn nothing_answered_is_unequal_to_everything() {
    let q = asking(&json!([
        choice("a", &["y", "n"]),
        when(line("b"), "a", "!=", &coded("y")),
        when(line("c"), "a", "exists", &("answerBoolean", json!(false))),
    ]));
    let asked = q.asked(&Answers::default());
    assert!(asked.contains("b") && asked.contains("c"), "{asked:?}");
}

#[test]
fn several_answers_are_unequal_only_when_none_is_equal() {
    let mut several = choice("a", &["x", "y"]);
    several["repeats"] = json!(true);
    let q = asking(&json!([several, when(line("b"), "a", "!=", &coded("x"))]));
    let mut answers = Answers::default();
    send(&q, &mut answers, "p", &[("a", "x"), ("a", "y")]);
    assert!(!q.asked(&answers).contains("b"));
}

fn family() -> Questionnaire {
    pages(&json!([
        { "linkId": "home", "type": "group", "text": "Home", "item": [choice("safe", &["y", "n"])] },
        { "linkId": "kids", "type": "group", "text": "Children", "repeats": true, "item": [
            choice("unborn", &["y", "n"]),
            when(line("due"), "unborn", "=", &coded("y")),
            when(line("where"), "safe", "=", &coded("n")),
        ]},
        when(json!({ "linkId": "midwife", "type": "group", "text": "Midwife", "item": [line("name")] }),
            "unborn", "=", &coded("y")),
    ]))
}

#[test]
fn a_repetition_is_decided_by_itself_then_by_what_is_outside() {
    let q = family();
    let mut answers = Answers::default();
    send(&q, &mut answers, "home", &[("safe", "n")]);
    send(&q, &mut answers, "kids-1", &[("kids[0].unborn", "n")]);
    assert!(q.page("midwife", &answers).is_none());
    send(&q, &mut answers, "kids-2", &[("kids[1].unborn", "y")]);
    let asked = q.asked(&answers);
    assert!(asked.contains("kids[1].due") && !asked.contains("kids[0].due"), "{asked:?}");
    assert!(asked.contains("kids[0].where") && asked.contains("kids[1].where"));
    assert!(asked.contains("midwife"), "from outside, one child is enough");
}

#[test]
fn a_circle_of_conditions_comes_to_an_end() {
    let q = asking(&json!([
        when(choice("a", &["y"]), "b", "=", &coded("y")),
        when(choice("b", &["y"]), "a", "=", &coded("y")),
    ]));
    let mut answers = Answers::default();
    answers.set("a", vec!["y".into()]);
    answers.set("b", vec!["y".into()]);
    let _ = q.asked(&answers);
    assert_eq!(q.flaws().len(), 2);
}

#[test]
fn a_year_is_neither_before_nor_after_a_day_in_it() {
    let partial = json!([{ "url": "urn:sightline:partial-date", "valueBoolean": true }]);
    let day = json!({ "linkId": "d", "type": "date", "text": "Day", "extension": partial });
    let q = asking(&json!([
        day,
        when(line("early"), "d", "<", &("answerDate", json!("2015-06-01"))),
        when(line("late"), "d", ">=", &("answerDate", json!("2015-06-01"))),
    ]));
    for (year, early, late) in
        [("2014", true, false), ("2015", false, false), ("2016", false, true)]
    {
        let mut answers = Answers::default();
        send(&q, &mut answers, "p", &[("d.year", year)]);
        let asked = q.asked(&answers);
        assert_eq!((asked.contains("early"), asked.contains("late")), (early, late), "{year}");
    }
}

/// One condition of the oracle: the number of an earlier question, the operator, the number that
/// it is compared with.
type Rule = (prop::sample::Index, &'static str, i32);

const OPERATORS: [&str; 8] = ["=", "!=", ">", "<", ">=", "<=", "is answered", "is not answered"];

fn rules() -> impl Strategy<Value = Vec<(Vec<Rule>, bool)>> {
    let rule = (any::<prop::sample::Index>(), prop::sample::select(OPERATORS.to_vec()), 0..4_i32);
    prop::collection::vec((prop::collection::vec(rule, 0..3), any::<bool>()), 1..7)
}

/// What is asked, worked out question by question from the first: each looks only at earlier ones.
fn oracle(rules: &[(Vec<Rule>, bool)], answers: &[Option<i32>]) -> Vec<bool> {
    let mut asked: Vec<bool> = Vec::new();
    for (number, (conditions, any)) in rules.iter().enumerate() {
        let holds = |(question, operator, wanted): &Rule| {
            let question = question.index(number);
            let answer = answers[question].filter(|_| asked[question]);
            match (*operator, answer) {
                ("is answered", answer) => answer.is_some(),
                ("is not answered", answer) => answer.is_none(),
                ("!=", None) => true,
                (_, None) => false,
                ("=", Some(n)) => n == *wanted,
                ("!=", Some(n)) => n != *wanted,
                (">", Some(n)) => n > *wanted,
                ("<", Some(n)) => n < *wanted,
                (">=", Some(n)) => n >= *wanted,
                (_, Some(n)) => n <= *wanted,
            }
        };
        asked.push(match (number, conditions.is_empty(), any) {
            (0, ..) | (_, true, _) => true,
            (_, _, true) => conditions.iter().any(holds),
            (_, _, false) => conditions.iter().all(holds),
        });
    }
    asked
}

fn written(rules: &[(Vec<Rule>, bool)]) -> Json {
    let items = rules.iter().enumerate().map(|(number, (conditions, any))| {
        let mut item =
            json!({ "linkId": format!("q{number}"), "type": "integer", "text": "Number" });
        if number > 0 && !conditions.is_empty() {
            item["enableBehavior"] = json!(if *any { "any" } else { "all" });
            item["enableWhen"] = conditions
                .iter()
                .map(|(question, operator, wanted)| {
                    let question = format!("q{}", question.index(number));
                    match *operator {
                        "is answered" => json!({ "question": question, "operator": "exists", "answerBoolean": true }),
                        "is not answered" => json!({ "question": question, "operator": "exists", "answerBoolean": false }),
                        operator => json!({ "question": question, "operator": operator, "answerInteger": wanted }),
                    }
                })
                .collect();
        }
        item
    });
    items.collect()
}

proptest! {
    #[test]
    fn conditions_agree_with_an_oracle_in_every_repetition(
        rules in rules(),
        said in prop::collection::vec(prop::collection::vec(prop::option::of(0..4_i32), 7), 1..4),
    ) {
        let group = json!([{ "linkId": "g", "type": "group", "text": "G", "repeats": true, "item": written(&rules) }]);
        let q = pages(&group);
        let mut answers = Answers::default();
        for (n, said) in said.iter().enumerate() {
            for (number, answer) in said.iter().enumerate().take(rules.len()) {
                let typed = answer.map(|a| a.to_string()).into_iter().collect();
                answers.set(&format!("g[{n}].q{number}"), typed);
            }
        }
        let asked = q.asked(&answers);
        for (n, said) in said.iter().enumerate().take(answers.repetitions("g")) {
            for (number, is_asked) in oracle(&rules, said).into_iter().enumerate() {
                prop_assert_eq!(asked.contains(&format!("g[{n}].q{number}")), is_asked, "{} {}", n, number);
            }
        }
    }
}
