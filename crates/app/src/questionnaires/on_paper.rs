//! The request for support as an empty form to be printed beforehand, for a day on which Sightline
//! can't be reached. It asks what the published questionnaire asks, in its words; what came in so
//! is taken down afterwards with the time at which it came.

use axum::extract::State;
use govuk::WarningText;
use maud::{Markup, html};
use questionnaire::{Item, Kind, Questionnaire};

use super::REQUEST_FOR_SUPPORT;
use crate::{
    App,
    access::Action,
    doors,
    error::Result,
    web::{Asker, layout, words},
};

/// Where it is.
pub const PAGE: &str = "/requests-on-paper";
/// What it is called.
pub const TITLE: &str = "Request for support, on paper";

/// How many lines an answer gets that may be as long as this, in characters.
const LONG: [(usize, u8); 3] = [(1_000, 4), (2_999, 6), (usize::MAX, 10)];
/// For how many children and adults there is room.
const TIMES: usize = 2;

/// `GET /requests-on-paper`
pub async fn page(State(app): State<App>, asker: Asker) -> Result<Markup> {
    doors::offers(&app, &asker.actor, Action::AskForSupport).await?;
    let questionnaire = app.questionnaires().newest(REQUEST_FOR_SUPPORT)?;
    let partnership = app.partnership();
    let body = html! {
        h1 class=(govuk::HEADING_L) { (TITLE) }
        (WarningText::new("If a child is in immediate danger, ring 999 first.").render())
        p class=(govuk::BODY) {
            "For a day on which Sightline can’t be reached. Print it beforehand and keep some where you work. "
            "Fill in what you know, ring the hub on " (words::ring(&partnership.hub_phone)) " (at other times "
            (words::ring(&partnership.out_of_hours_phone)) ") and read it to them: they take it down with the time of "
            "your call. Do not send it by e-mail."
        }
        div class="app-paper" {
            (line("Date and time", 1)) (line("Your name, agency and telephone", 1))
            (line("Whom in the hub did you speak to, and when?", 1))
            (questions(questionnaire))
        }
        p class=(govuk::BODY) {
            "When it has been taken down, destroy this paper, or keep it where only those who need it can read it."
        }
    };
    Ok(layout::page_with_back(&app, &asker, TITLE, ("/requests", "Requests for support"), &body))
}

fn questions(questionnaire: &Questionnaire) -> Markup {
    html! {
        @for group in questionnaire.items.iter().filter(|group| !group.hidden) {
            @let times = if group.is_repeating_group() { TIMES } else { 1 };
            @for number in 1..=times {
                h2 class=(govuk::HEADING_M) {
                    (group.text)
                    @if let (Some(one), true) = (&group.singular, times > 1) { ": " (one) " " (number) }
                }
                @for item in items(group) { (asked(item)) }
            }
        }
    }
}

/// What a group asks; a question that stands alone asks itself.
fn items(group: &Item) -> &[Item] {
    if group.kind == Kind::Group { &group.items } else { std::slice::from_ref(group) }
}

fn asked(item: &Item) -> Markup {
    if item.hidden {
        return html! {};
    }
    html! {
        @match item.kind {
            Kind::Display | Kind::Other => { p class=(govuk::BODY) { (item.text) } }
            Kind::Group => { @for inner in &item.items { (asked(inner)) } }
            Kind::Boolean => { (choice(item, &["Yes", "No"])) }
            Kind::Choice | Kind::OpenChoice => {
                (choice(item, &item.options.iter().map(|(_, words)| words.as_str()).collect::<Vec<_>>()))
            }
            Kind::Text => { (line(&item.text, lines_for(item.longest()))) }
            _ => { (line(&item.text, 1)) }
        }
        @for inner in item.items.iter().filter(|_| item.kind != Kind::Group) { (asked(inner)) }
    }
}

fn lines_for(longest: usize) -> u8 {
    LONG.into_iter().find(|(most, _)| longest <= *most).map_or(1, |(_, lines)| lines)
}

fn choice(item: &Item, options: &[&str]) -> Markup {
    html! {
        p class={ (govuk::BODY) " app-paper__asked" } {
            (item.text)
            @for words in options { br; "☐ " (words) }
        }
    }
}

/// A question with room to write.
fn line(text: &str, lines: u8) -> Markup {
    html! {
        p class={ (govuk::BODY) " app-paper__asked" } { (text) }
        @for _ in 0..lines { div class="app-paper__line" {} }
    }
}

#[cfg(test)]
mod tests {
    use questionnaire::Kind;

    use super::questions;
    use crate::questionnaires::{Library, REQUEST_FOR_SUPPORT};

    #[test]
    fn paper_asks_everything_that_the_screen_asks() {
        let library = Library::shipped().unwrap();
        let questionnaire = library.newest(REQUEST_FOR_SUPPORT).unwrap();
        let paper = questions(questionnaire).into_string();
        let mut asked = 0;
        for item in questionnaire.all_items().iter().filter(|item| !item.hidden) {
            let text = maud::html! { (item.text) }.into_string();
            assert!(paper.contains(&text), "“{}” is not on paper", item.text);
            asked += usize::from(item.kind != Kind::Group);
        }
        assert!(asked > 40, "only {asked} questions");
    }
}
