//! The forms that anybody may send: read as fields, kept for whoever typed them, and taken by every
//! page of the newest questionnaire.
#![no_main]

use std::sync::LazyLock;

use app::web::{Fields, kept::Kept};
use libfuzzer_sys::fuzz_target;
use questionnaire::{Answers, Questionnaire};

static ASKED: LazyLock<Questionnaire> = LazyLock::new(|| {
    let text = include_str!("../../questionnaires/request-for-support.v3.json");
    Questionnaire::read(text).expect("it is shipped")
});

/// Forms as pages of ours send them.
fn seeds() -> Vec<String> {
    let forms: [&[(&str, &str)]; 5] = [
        &[
            ("token", "t"),
            ("once", "k1"),
            ("revision", "3"),
            ("q", "Nguyễn An"),
            ("next", "/tasks"),
        ],
        &[("in-danger", "yes"), ("danger-what", "A knife\r\nin the kitchen"), ("once", "k2")],
        &[
            ("children[0].given-name", "Arlo"),
            ("children[0].family-name", "Marsh"),
            ("children[0].born.day", "31"),
            ("children[0].born.month", "2"),
            ("children[0].born.year", "2019"),
            ("children[1].given-name", "محمد"),
        ],
        &[("worries", "neglect"), ("worries", "harm"), ("worry", ""), ("kept:worry", "x")],
        &[("email", "dee.okoro@example.org"), ("password", "not a real one"), ("kept:once", "k3")],
    ];
    let encoded = |fields: &&[(&str, &str)]| serde_html_form::to_string(fields).expect("a form");
    let questions = ASKED.all_items();
    let every: Vec<(String, &str)> = questions
        .iter()
        .filter(|item| item.is_question())
        .map(|item| (item.link_id.clone(), "12"))
        .collect();
    let every = serde_html_form::to_string(every).expect("a form");
    forms.iter().map(encoded).chain([every]).collect()
}

fuzz_target!(init: fuzz::begin_with(seeds()), |sent: &[u8]| {
    let Ok(fields) = Fields::read(sent) else { return };
    assert!(fields.0.iter().all(|(_, said)| !said.contains('\0')));
    let again = serde_html_form::to_string(&fields.0).expect("what was read is written");
    let again = Fields::read(again.as_bytes()).expect("and read again");
    assert_eq!(again.0, fields.0, "what was typed comes back as it was typed");
    let _ = (fields.revision(), fields.once().is_some(), fields.seen_anew());
    let shown = Kept::of("/requests", fields.clone()).list().into_string();
    assert!(!shown.contains("<script"), "what was typed is no markup");
    if let Some(kept) = Kept::waiting("/requests", &fields) {
        let _ = (kept.list(), kept.while_waiting(), kept.to_send());
    }
    fuzz::sent_to_every_page(&ASKED, &fields.0, &mut Answers::default());
});
