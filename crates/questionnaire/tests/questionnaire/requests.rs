//! The request for support, as a school would answer it for three siblings.

use questionnaire::{Answers, Questionnaire, Value};

use crate::{request, says, send};

fn child(q: &Questionnaire, answers: &mut Answers, number: usize, fields: &[(&str, &str)]) {
    let start = format!("children[{}].", number - 1);
    let fields: Vec<_> = fields.iter().map(|(n, v)| (format!("{start}{n}"), *v)).collect();
    let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), *v)).collect();
    send(q, answers, &format!("children-{number}"), &fields);
}

/// Three invented siblings, the youngest not born yet.
fn three_siblings(q: &Questionnaire) -> Answers {
    let mut answers = Answers::default();
    let a = &mut answers;
    send(q, a, "danger", &[("in-danger", "no")]);
    send(q, a, "family", &[("address", "1 Invented Row"), ("address-protected", "yes")]);
    let arlo = [("born.day", "27"), ("born.month", "March"), ("born.year", "2015")];
    let name = [("given-name", "Arlo"), ("family-name", "Invented-Marsh")];
    let told = [("unborn", "born"), ("voice", "Says he is hungry in the mornings")];
    child(q, a, 1, &[&name[..], &arlo, &told].concat());
    let bea = [("given-name", "Bea"), ("family-name", "Invented-Marsh"), ("born.year", "2018")];
    child(q, a, 2, &[&bea[..], &told].concat());
    let baby = [("family-name", "Invented-Marsh"), ("unborn", "unborn"), ("voice", "Not born")];
    child(q, a, 3, &baby);
    send(q, a, "worries", &[("worry", "No breakfast"), ("kinds", "neglect"), ("kinds", "other")]);
    send(q, a, "strengths", &[("going-well", "Grandmother is near")]);
    send(q, a, "help", &[("tried", "Breakfast club"), ("early-help", "no")]);
    send(q, a, "need", &[("level", "not-sure"), ("why-level", "It has just begun")]);
    send(q, a, "agreement", &[("sharing", "given"), ("who-agreed", "Their mother")]);
    send(q, a, "you", &[("your-phone", "01632 960000")]);
    answers
}

#[test]
fn the_request_for_support_has_no_flaws() {
    assert_eq!(request().flaws(), []);
}

#[test]
fn three_siblings_need_no_more_than_their_names_birth_and_voice() {
    let q = request();
    assert_eq!(q.complete(&three_siblings(&q)).map(|_| ()), Ok(()));
}

#[test]
fn in_danger_nothing_is_asked_for_but_the_danger_and_a_telephone() {
    let q = request();
    let mut answers = Answers::default();
    send(&q, &mut answers, "danger", &[("in-danger", "yes")]);
    let missing = q.complete(&answers).unwrap_err();
    let missing: Vec<_> = missing.iter().map(|p| p.field.as_str()).collect();
    assert_eq!(missing, ["danger-what", "your-phone"]);
    send(&q, &mut answers, "danger", &[("in-danger", "yes"), ("danger-what", "A knife")]);
    let born = |day| [("family-name", "Invented-Marsh"), ("unborn", "born"), ("born.day", day)];
    child(&q, &mut answers, 1, &born("45"));
    send(&q, &mut answers, "you", &[("your-phone", "01632 960000")]);
    let missing = q.complete(&answers).unwrap_err();
    assert_eq!(missing.len(), 1, "what makes no sense is still to be put right: {missing:?}");
    child(&q, &mut answers, 1, &born(""));
    assert!(q.complete(&answers).is_ok());
}

#[test]
fn a_completed_request_comes_back_as_it_was_answered() {
    let q = request();
    let answers = three_siblings(&q);
    let response = q.complete(&answers).unwrap();
    let back = q.answers_of(&response).unwrap();
    assert_eq!(back.get("children[0].born.month"), "03", "what it means, not how it was typed");
    assert_eq!(back.all("kinds"), ["neglect", "other"]);
    assert_eq!(back.repetitions("children"), 3);
    assert_eq!(q.complete(&back), Ok(response));
}

#[test]
fn what_the_danger_is_is_asked_only_when_there_is_one() {
    let q = request();
    let mut answers = Answers::default();
    send(&q, &mut answers, "danger", &[("in-danger", "no")]);
    assert_eq!(says(&q, &answers, "danger"), Vec::<String>::new());
    send(&q, &mut answers, "danger", &[("in-danger", "yes")]);
    assert_eq!(says(&q, &answers, "danger"), ["Enter what the danger is"]);
}

#[test]
fn each_child_has_a_page_and_its_own_conditions() {
    let q = request();
    let mut answers = three_siblings(&q);
    child(&q, &mut answers, 1, &[("unborn", "born"), ("born.day", "30"), ("born.month", "2")]);
    assert_eq!(
        says(&q, &answers, "children-1"),
        ["Date of birth must be a real date, like 27 3 2015"]
    );
    assert_eq!(says(&q, &answers, "children-3"), Vec::<String>::new());
    answers.remove_repetition("children", 0);
    assert_eq!(answers.repetitions("children"), 2);
    assert_eq!(answers.get("children[0].given-name"), "Bea", "the later ones move up");
}

#[test]
fn nobody_needs_to_name_an_adult() {
    let q = request();
    let answers = three_siblings(&q);
    assert_eq!(says(&q, &answers, "adults-1"), Vec::<String>::new());
    let response = q.complete(&answers).unwrap().0.to_string();
    assert!(!response.contains("\"adults\""), "no empty adult is made up");
}

#[test]
fn only_the_next_child_can_be_added() {
    let q = request();
    let answers = three_siblings(&q);
    for (slug, is_there) in
        [("children-4", true), ("children-5", false), ("children-04", false), ("children", false)]
    {
        assert_eq!(q.page(slug, &answers).is_some(), is_there, "{slug}");
    }
    assert!(q.page("children-2", &Answers::default()).is_none(), "the first is not begun");
}

#[test]
fn a_date_says_what_it_must_be() {
    let q = request();
    for (day, month, year, words) in [
        ("1", "1", "20225", "must have a year of four digits, like 2015"),
        ("1", "1", "1815", "must have a year from 1900 to 2100"),
        ("5", "", "2015", "must include a month"),
        ("5", "5", "", "must include a year"),
        ("5", "", "", "must include a month and a year"),
        ("", "May", "", "must include a day and a year"),
        ("x", "5", "2015", "must be a real date, like 27 3 2015"),
        ("30", "2", "2015", "must be a real date, like 27 3 2015"),
        ("", "marzipan", "2015", "must have a real month, like 3 or March"),
    ] {
        let mut answers = three_siblings(&q);
        let typed = [("born.day", day), ("born.month", month), ("born.year", year)];
        child(&q, &mut answers, 1, &[&typed[..], &[("unborn", "born")]].concat());
        assert_eq!(says(&q, &answers, "children-1"), [format!("Date of birth {words}")]);
        assert_eq!(answers.get("children[0].born.year"), year, "what was typed is kept");
    }
}

#[test]
fn part_of_a_date_of_birth_is_enough() {
    let q = request();
    for (month, year, meant) in
        [("", "2015", "2015"), ("March", "2015", "2015-03"), ("mar", "2015", "2015-03")]
    {
        let mut answers = three_siblings(&q);
        let typed = [("unborn", "born"), ("born.day", ""), ("born.month", month)];
        child(&q, &mut answers, 1, &[&typed[..], &[("born.year", year)]].concat());
        let born = q.all_items().into_iter().find(|i| i.link_id == "born").unwrap();
        let means = born.values("children[0].born", &answers);
        assert_eq!(means, Ok(vec![Value::Date(meant.to_owned())]));
    }
}

#[test]
fn where_a_family_lives_is_protected() {
    let q = request();
    for link_id in ["address", "postcode", "home-phone", "other-address", "adult-phone"] {
        let item = q.all_items().into_iter().find(|i| i.link_id == link_id).unwrap();
        assert!(item.protected, "{link_id}");
    }
}
