//! Answers in words: to be checked before they are sent, and as they were given. What is protected
//! is shown only where the caller says so.

use govuk::{Button, Details, Form, SummaryList};
use maud::{Markup, html};
use practice::calendar::Day;
use questionnaire::{Answers, Item, Kind, Page, Problem, Questionnaire, Value};

use super::{
    Answered, known,
    store::Draft,
    views::{asked_about, changed_meanwhile, filled_in, no_time},
};
use crate::{
    front_door::requests::ON_PAPER,
    web::{
        Asker,
        typed::{Typed, summary},
        words,
    },
};

/// What is said beside the answers that are checked.
pub struct Check<'a> {
    /// What is to be put right, each with the page on which it is asked.
    pub problems: &'a [(String, Problem)],
    /// What was typed beside them.
    pub typed: Typed<'a>,
    /// That they changed meanwhile.
    pub conflict: bool,
}

/// All answers, to be checked before they are sent.
pub fn check(
    asker: &Asker,
    questionnaire: &Questionnaire,
    draft: &Draft,
    check: &Check<'_>,
    today: Day,
) -> Markup {
    let Check { problems, typed, conflict } = *check;
    // What no one page asks for leads to the top of this one.
    let to = |page: &str, field: &str| match page {
        "" => format!("#{}", govuk::CONTENT),
        page => format!("/requests/{}/{page}#{field}", draft.reference),
    };
    let wrong = problems.iter().map(|(page, p)| (to(page, &p.field), p.say.as_str()));
    html! {
        @if problems.is_empty() { (typed.summary()) } @else { (summary(wrong)) }
        h1 class=(govuk::HEADING_L) { "Check your answers before you send them" }
        @if conflict { (changed_meanwhile()) }
        @if questionnaire.is_in_a_hurry(&draft.answers) { (no_time(questionnaire)) }
        @for page in questionnaire.pages(&draft.answers) {
            h2 class=(govuk::HEADING_M) { (heading(page)) }
            (filled_in(page, &draft.answers))
            (asked_about(questionnaire, page, draft, today))
            @if let Some(answers) = page_answers(questionnaire, page, &draft.answers, Some(&draft.reference), Shows::Everything) {
                (answers)
            }
        }
        h2 class=(govuk::HEADING_M) { "Send it" }
        p class=(govuk::BODY) {
            "The hub reads it and decides for each child within one working day. You will be told. "
            "You can add to it afterwards, but not change it."
        }
        (Form::new(&format!("/requests/{}/send", draft.reference), &asker.form_token)
            .once(Some(&format!("send-{}", draft.reference)))
            .hidden(&[("revision".into(), draft.revision.to_string())])
            .content(html! {
                (ON_PAPER.fields(typed))
                (Button::new("Send the request").render())
            }).render())
    }
}

/// The answers as they were given. Where the family lives is shown to the hub unless it must be
/// kept secret; what is protected is otherwise shown only as given.
pub fn given(answered: &Answered, in_full: bool) -> Markup {
    // Only a plain no lets it be shown: nobody may have had the time to say.
    let is_open = answered.answers.get("address-protected") == "no";
    let shows = if in_full && is_open { Shows::Everything } else { Shows::Open };
    pages_of(answered, shows)
}

/// The answers that are protected, for whoever holds a decision to see them.
pub fn protected(answered: &Answered) -> Markup {
    pages_of(answered, Shows::Protected)
}

/// The answers as they were given, in plain words. Of what is protected nothing is said, not even
/// that it was given. Of a requester who must not be named, how they are reached is left out.
pub fn in_words(answered: &Answered, is_unnamed: bool) -> String {
    let (questionnaire, answers) = (&answered.questionnaire, &answered.answers);
    let mut said = String::new();
    let of_requester =
        |item: &Item| item.about.as_deref().is_some_and(|about| about.starts_with("requester."));
    for page in questionnaire.pages(answers) {
        if is_unnamed && page.group.items.iter().any(of_requester) {
            continue;
        }
        let mut lines = String::new();
        questionnaire.walk(
            &page.group.items,
            &page.prefix(),
            answers,
            &mut |item, field, asked| {
                if !asked || !item.is_question() || item.protected {
                    return;
                }
                let words = shown(item, field, answers);
                if !words.is_empty() {
                    let mark = if item.text.ends_with('?') { "" } else { ":" };
                    lines.push_str(&format!("{}{mark} {words}\n", item.text));
                }
            },
        );
        if !lines.is_empty() {
            said.push_str(&format!("\n{}\n{lines}", heading(page)));
        }
    }
    said
}

/// Which answers are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shows {
    /// All of them.
    Everything,
    /// All, the protected ones only as given.
    Open,
    /// Only those that are protected.
    Protected,
}

fn pages_of(answered: &Answered, shows: Shows) -> Markup {
    html! {
        @for page in answered.questionnaire.pages(&answered.answers) {
            @let answers = page_answers(&answered.questionnaire, page, &answered.answers, None, shows);
            @if let Some(answers) = answers {
                h3 class=(govuk::HEADING_S) { (heading(page)) }
                // What only comes back from the record is no second voice.
                @if let Some(day) = known::filled_in_on(page, &answered.answers) {
                    p class=(govuk::BODY) {
                        "This began as what the record said on " (day) ". Whoever asked could change it."
                    }
                }
                (answers)
            }
        }
    }
}

fn heading(page: Page<'_>) -> String {
    match (page.index, &page.group.singular) {
        (Some(index), Some(one)) => format!("{}: {one} {}", page.group.text, index + 1),
        _ => page.group.text.clone(),
    }
}

/// The answers of a page. In a draft, what was left empty comes after them, folded up, so that
/// there is no more to check than was said.
pub(super) fn page_answers(
    questionnaire: &Questionnaire,
    page: Page<'_>,
    answers: &Answers,
    draft: Option<&str>,
    shows: Shows,
) -> Option<Markup> {
    let (mut list, mut is_empty) = (SummaryList::new(), true);
    let mut left_empty = Vec::new();
    let silent = draft.is_none() && shows != Shows::Protected && must_not_be_rung(page, answers);
    let at = |field: &str| draft.map(|of| format!("/requests/{of}/{}#{field}", page.slug()));
    questionnaire.walk(&page.group.items, &page.prefix(), answers, &mut |item, field, asked| {
        if !asked || !item.is_question() || (shows == Shows::Protected && !item.protected) {
            return;
        }
        let words = shown(item, field, answers);
        if words.is_empty() {
            left_empty.extend(at(field).map(|href| (href, item.text.clone())));
            return;
        }
        let is_kept = item.protected && (shows == Shows::Open || (silent && is_telephone(item)));
        let words = if is_kept { "Given, and kept from this page".to_owned() } else { words };
        is_empty = false;
        let row = std::mem::take(&mut list);
        list = row.content_row(&item.text, html! { span class=(govuk::SAID) { (words) } });
        if let Some(href) = at(field) {
            list = std::mem::take(&mut list).action(&href, "Change", &item.text);
        }
    });
    if is_empty && left_empty.is_empty() {
        return None;
    }
    Some(html! {
        @if !is_empty { (list.render()) }
        @if !left_empty.is_empty() { (folded_up(&left_empty, is_empty)) }
    })
}

/// The questions that were left empty, each with the way to it.
fn folded_up(left_empty: &[(String, String)], all: bool) -> Markup {
    let how_many = match (left_empty.len(), all) {
        (1, _) => "1 question left empty".to_owned(),
        (2, true) => "Both questions left empty".to_owned(),
        (n, false) => format!("{n} questions left empty"),
        (n, true) => format!("All {n} questions left empty"),
    };
    let content = html! {
        ul class=(govuk::LIST) {
            @for (href, question) in left_empty {
                li { a class=(govuk::LINK) href=(href) { (question) } }
            }
        }
    };
    Details::new(&how_many).content(content).render()
}

/// Whether somebody said on a page that the number on it must not be used.
fn must_not_be_rung(page: Page<'_>, answers: &Answers) -> bool {
    let prefix = page.prefix();
    let says =
        |link_id: &str, code: &str| answers.get(&format!("{prefix}{link_id}")).trim() == code;
    says("home-phone-safe", "not")
        || says("adult-phone-safe", "not")
        || says("may-be-contacted", "no")
}

fn is_telephone(item: &Item) -> bool {
    matches!(item.about.as_deref(), Some("household.phone" | "adult.phone"))
}

/// An answer in words.
pub(super) fn shown(item: &Item, field: &str, answers: &Answers) -> String {
    if item.kind == Kind::Date {
        if let Ok([Value::Date(date)]) = item.values(field, answers).as_deref()
            && let Ok(day) = date.parse()
        {
            return words::day(day);
        }
        let parts: Vec<&str> = ["day", "month", "year"]
            .iter()
            .map(|part| answers.get(&format!("{field}.{part}")))
            .filter(|p| !p.is_empty())
            .collect();
        return parts.join(" ");
    }
    let values = answers.all(field).iter();
    values.map(|v| item.words_of(v).to_owned()).collect::<Vec<_>>().join("\n")
}
