//! The engine from outside: the questionnaires that we ship, forms as they are sent, conditions
//! against an oracle, responses there and back, and published questionnaires of others.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that can't go on fails, and says so"
)]

mod conditions;
mod forms;
mod published;
mod reading;
mod requests;
mod responses;

use questionnaire::{Answers, Questionnaire};
use serde_json::{Value as Json, json};

/// A questionnaire of one page, `p`, that asks these items.
fn asking(items: &Json) -> Questionnaire {
    pages(&json!([{ "linkId": "p", "type": "group", "text": "Page", "item": items }]))
}

/// A questionnaire of these pages.
fn pages(pages: &Json) -> Questionnaire {
    read(pages).unwrap()
}

fn read(items: &Json) -> Result<Questionnaire, questionnaire::NotAQuestionnaire> {
    let whole = json!({
        "resourceType": "Questionnaire", "url": "urn:x", "version": "1", "title": "X", "item": items,
    });
    Questionnaire::read(&whole.to_string())
}

fn request() -> Questionnaire {
    let text = include_str!("../../../../questionnaires/request-for-support.v4.json");
    Questionnaire::read(text).unwrap()
}

/// Sends a page's form.
fn send(q: &Questionnaire, answers: &mut Answers, page: &str, fields: &[(&str, &str)]) {
    let page = q.page(page, answers).unwrap_or_else(|| panic!("no page {page}"));
    let sent: Vec<_> = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    q.take(page, &sent, answers);
}

/// What the one page of a questionnaire says to a form that is sent to it.
fn said_to(q: &Questionnaire, fields: &[(&str, &str)]) -> Vec<String> {
    let mut answers = Answers::default();
    send(q, &mut answers, "p", fields);
    says(q, &answers, "p")
}

fn says(q: &Questionnaire, answers: &Answers, page: &str) -> Vec<String> {
    let page = q.page(page, answers).unwrap();
    q.problems(page, answers, true).into_iter().map(|p| p.say).collect()
}

fn choice(link_id: &str, codes: &[&str]) -> Json {
    let options: Vec<_> = codes
        .iter()
        .map(|c| json!({ "valueCoding": { "system": "urn:codes", "code": c, "display": c.to_uppercase() } }))
        .collect();
    json!({ "linkId": link_id, "type": "choice", "text": format!("{link_id}?"), "answerOption": options })
}
