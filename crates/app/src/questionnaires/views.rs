//! What the drafts look like: the list of them, the parts of one with how far each is, who was
//! added, and what is asked before something is thrown away. Pages of questions stand in `asked`,
//! answers in `answered`.

use govuk::{Button, Form, InsetText, SummaryList, Table, TaskList, WarningText};
use jiff::Timestamp;
use maud::{Markup, html};
use practice::calendar::Day;
use questionnaire::{Answers, Item, Kind, Page, Questionnaire};

use super::{
    answered::{Shows, page_answers},
    doubts,
    drafts::seen,
    known, on_paper,
    store::Draft,
};
use crate::{
    front_door::{reading::OwnRequest, views::own_requests},
    web::{Asker, words},
};

/// One's own requests, and the drafts that are not sent yet.
pub fn requests(asker: &Asker, requests: &[OwnRequest], drafts: &[Draft], _: Timestamp) -> Markup {
    html! {
        h1 class=(govuk::HEADING_L) { "Requests for support" }
        (Form::new("/requests", &asker.form_token)
            .content(Button::new("Start a request for support").render()).render())
        @if !drafts.is_empty() {
            h2 class=(govuk::HEADING_M) { "Not sent yet" }
            (drafts_table(drafts))
        }
        h2 class=(govuk::HEADING_M) { "Sent" }
        (own_requests(requests))
        p class={ (govuk::BODY) " " (govuk::NOT_PRINTED) } {
            "For a day on which Sightline can’t be reached: "
            a class=(govuk::LINK) href=(on_paper::PAGE) { "an empty form to print" }
        }
    }
}

/// The drafts that are not sent yet.
pub fn drafts_table(drafts: &[Draft]) -> Markup {
    let mut table = Table::new("Drafts, newest first").head(["Draft", "About", "Saved"]);
    for draft in drafts {
        let about = match draft.answers.get("children[0].given-name") {
            "" => "No child named yet",
            name => name,
        };
        table = table.cells(vec![
            html! { a class=(govuk::LINK) href={ "/requests/" (draft.reference) } { (draft.reference) } },
            html! { (about) },
            html! { (words::moment(draft.saved_at.0)) },
        ]);
    }
    table.render()
}

/// The parts of a draft, each with how far it is.
pub fn task_list(questionnaire: &Questionnaire, draft: &Draft) -> Markup {
    let at = |slug: &str| format!("/requests/{}/{slug}", draft.reference);
    let mut tasks = TaskList::new();
    for group in &questionnaire.items {
        let pages: Vec<Page<'_>> = questionnaire
            .pages(&draft.answers)
            .into_iter()
            .filter(|p| p.group.link_id == group.link_id)
            .collect();
        if pages.is_empty() {
            continue;
        }
        let begun = !group.repeats || draft.answers.repetitions(&group.link_id) > 0;
        let complete = pages.iter().all(|p| questionnaire.is_complete(*p, &draft.answers));
        let visited = begun && pages.iter().any(|p| is_begun(*p, &draft.answers));
        let href = at(&group.link_id);
        tasks = if complete
            && (visited || !group.required)
            && is_touched(questionnaire, group, draft)
        {
            tasks.done(&href, &group.text)
        } else {
            tasks.to_do(&href, &group.text)
        };
    }
    html! {
        span class=(govuk::CAPTION_L) { "Draft " (draft.reference) ", saved " (words::moment(draft.saved_at.0)) }
        h1 class=(govuk::HEADING_L) { (questionnaire.title) }
        @if questionnaire.is_in_a_hurry(&draft.answers) { (no_time(questionnaire)) }
        p class=(govuk::BODY) { "You can answer in any order, and come back later: what you type is saved page by page." }
        (tasks.render())
        (Button::new("Check your answers and send").href(&at("check")).render())
        (Button::new("Throw this draft away").secondary().href(&at("discard")).render())
    }
}

/// What is said where a child is in danger: nothing but what must be known at once is waited for.
pub(super) fn no_time(questionnaire: &Questionnaire) -> Markup {
    let mut items = questionnaire.items.iter().flat_map(|group| &group.items);
    let name = match items.any(|i| i.at_once && i.about.as_deref() == Some("child.family")) {
        true => "name one child",
        false => "name a child if you can",
    };
    html! {
        (WarningText::new("A child is in immediate danger: ring 999 first, then send this with what you have.").render())
        p class=(govuk::BODY) {
            "Say what the danger is, " (name) ", and give your telephone number. "
            "Everything else can be added after you have sent it."
        }
    }
}

/// Whether a part has an answer that somebody typed, so that optional parts are not called done
/// before they were looked at.
fn is_touched(questionnaire: &Questionnaire, group: &Item, draft: &Draft) -> bool {
    questionnaire
        .pages(&draft.answers)
        .iter()
        .any(|p| p.group.link_id == group.link_id && is_begun(*p, &draft.answers))
}

fn is_begun(page: Page<'_>, answers: &Answers) -> bool {
    let prefix = page.prefix();
    fn any(items: &[Item], prefix: &str, answers: &Answers) -> bool {
        items.iter().any(|i| {
            answers.has_any(&format!("{prefix}{}", i.link_id)) || any(&i.items, prefix, answers)
        })
    }
    any(&page.group.items, &prefix, answers)
}

/// The repetitions of a group: who has been added, and another.
pub fn repetitions(
    questionnaire: &Questionnaire,
    draft: &Draft,
    group: &Item,
    next: &str,
    today: Day,
) -> Markup {
    let one = group.singular.as_deref().unwrap_or("entry");
    let times = draft.answers.repetitions(&group.link_id);
    let at = |slug: &str| format!("/requests/{}/{slug}", draft.reference);
    html! {
        h1 class=(govuk::HEADING_L) { (group.text) }
        @if times == 0 { p class=(govuk::BODY) { "Nobody has been added yet." } }
        @for index in 0..times {
            @let slug = format!("{}-{}", group.link_id, index + 1);
            @if let Some(page) = questionnaire.page(&slug, &draft.answers) {
                (filled_in(page, &draft.answers))
                (asked_about(questionnaire, page, draft, today))
            }
            (SummaryList::new()
                .row(&words::capital(&format!("{one} {}", index + 1)), &name(group, index, &draft.answers))
                .action(&at(&slug), "Change", &format!("{one} {}", index + 1))
                .action(&at(&format!("{slug}/remove")), "Remove", &format!("{one} {}", index + 1))
                .render())
        }
        div class=(govuk::BUTTONS) {
            (Button::new("Continue").href(next).render())
            (Button::new(&format!("Add {} {one}", if times == 0 { "a" } else { "another" })).secondary()
                .href(&at(&format!("{}-{}", group.link_id, times + 1))).render())
        }
    }
}

/// That a page was filled in from the record, and is to be checked.
pub(super) fn filled_in(page: Page<'_>, answers: &Answers) -> Markup {
    html! {
        @if let Some(day) = known::filled_in_on(page, answers) {
            (InsetText::new(&format!("Filled in from the record on {day}, with what you can see on the child’s page. Check it, and change what is not so.")).render())
        }
    }
}

/// What is doubtful on a page, with the way to it. It holds up nothing.
pub(super) fn asked_about(
    questionnaire: &Questionnaire,
    page: Page<'_>,
    draft: &Draft,
    today: Day,
) -> Markup {
    html! {
        @for doubt in doubts::asked_about(questionnaire, page, &draft.answers, today) {
            (WarningText::new(&format!("{}.", doubt.say)).render())
            p class=(govuk::BODY) {
                a class=(govuk::LINK) href={ "/requests/" (draft.reference) "/" (page.slug()) "#" (doubt.field) } { "Look at it again" }
                ", or leave it as it is: you can send the request all the same."
            }
        }
    }
}

/// The name in a repetition: its first two lines of text.
fn name(group: &Item, index: usize, answers: &Answers) -> String {
    let names: Vec<&str> = group
        .items
        .iter()
        .filter(|i| i.kind == Kind::String)
        .take(2)
        .map(|i| answers.get(&format!("{}[{index}].{}", group.link_id, i.link_id)))
        .filter(|n| !n.is_empty())
        .collect();
    if names.is_empty() { "No name yet".to_owned() } else { names.join(" ") }
}

/// That something was saved in another window since the page was shown.
pub(super) fn changed_meanwhile() -> Markup {
    InsetText::new("This draft was changed in another window since you opened this page. Nothing was done. Look at what stands here now, and then decide.").render()
}

/// A repetition by name, to be taken away or kept.
pub fn removal(
    asker: &Asker,
    questionnaire: &Questionnaire,
    draft: &Draft,
    page: Page<'_>,
    conflict: bool,
) -> Markup {
    let group = &page.group.link_id;
    let who = name(page.group, page.index.unwrap_or_default(), &draft.answers);
    let action = format!("/requests/{}/{}/remove", draft.reference, page.slug());
    html! {
        h1 class=(govuk::HEADING_L) { "Remove " (who) " from this request?" }
        @if conflict { (changed_meanwhile()) }
        @if let Some(answers) = page_answers(questionnaire, page, &draft.answers, None, Shows::Everything) {
            (answers)
        }
        p class=(govuk::BODY) { "What you typed about them is taken away as well." }
        (Form::new(&action, &asker.form_token)
            .hidden(&[("seen".into(), seen(page, &draft.answers))])
            .content(html! {
                div class=(govuk::BUTTONS) {
                    (Button::new(&format!("Remove {who}")).warning().render())
                    (Button::new("Keep").secondary().href(&format!("/requests/{}/{group}", draft.reference)).render())
                }
            }).render())
    }
}

/// A draft, to be thrown away or kept.
pub fn discard(
    asker: &Asker,
    questionnaire: &Questionnaire,
    draft: &Draft,
    conflict: bool,
) -> Markup {
    let at = |slug: &str| format!("/requests/{}{slug}", draft.reference);
    let named: Vec<String> = questionnaire
        .pages(&draft.answers)
        .iter()
        .filter(|page| page.index.is_some() && is_begun(**page, &draft.answers))
        .map(|page| name(page.group, page.index.unwrap_or_default(), &draft.answers))
        .collect();
    html! {
        h1 class=(govuk::HEADING_L) { "Throw this draft away?" }
        @if conflict { (changed_meanwhile()) }
        (SummaryList::new()
            .row("Draft", &draft.reference)
            .row("Saved", &words::moment(draft.saved_at.0))
            .row("About", &named.join(", "))
            .render())
        p class=(govuk::BODY) { "It was not sent: nobody in the hub has seen it. You can’t get it back." }
        (Form::new(&at("/discard"), &asker.form_token)
            .hidden(&[("revision".into(), draft.revision.to_string())])
            .content(html! {
                div class=(govuk::BUTTONS) {
                    (Button::new("Throw it away").warning().render())
                    (Button::new("Keep it").secondary().href(&at("")).render())
                }
            }).render())
    }
}
