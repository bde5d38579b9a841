//! The hub manager's page of who looked at a child.

use axum::extract::{Path, State};
use govuk::{Details, InsetText, Table, Tag};
use maud::{Markup, html};

use super::{
    Sort,
    reading::{Looked, SeeWhoLooked, WhoLooked},
};
use crate::{
    App, doors,
    error::Result,
    people::opening::MOST,
    web::{Asker, layout, words},
};

/// What the page is called.
pub const TITLE: &str = "Who looked at this";

/// `GET /people/{reference}/who-looked`
pub async fn page(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    let seen = doors::open(&app, &asker.actor, SeeWhoLooked { person: reference }).await?;
    let back = format!("/people/{}", seen.person);
    let back = (back.as_str(), "Back to the page");
    Ok(layout::page_with_back(&app, &asker, TITLE, back, &view(&seen)))
}

fn view(seen: &WhoLooked) -> Markup {
    let (listed, opened): (Vec<_>, Vec<_>) =
        seen.looks.iter().partition(|one| one.sort == Sort::Listed);
    html! {
        span class=(govuk::CAPTION_L) { (seen.name) }
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) {
            "Everybody who opened this record, a request about it or a file of it, and whoever changed something, day by "
            "day. To have looked is no wrong: ask before you think so."
        }
        (InsetText::new("It names members of staff. Don’t give it to the family: what was shared with whom stands on the child’s page.").render())
        @if seen.behind { (InsetText::new("The newest looks are not counted yet. Look again in some minutes.").render()) }
        @if opened.is_empty() { p class=(govuk::BODY) { "Nobody has looked." } }
        @else { (table("The newest first", &opened)) }
        @if seen.more { p class=(govuk::BODY) { "There are older ones, which are not shown." } }
        @if !seen.opened.is_empty() {
            h2 class=(govuk::HEADING_M) { "What it was opened for when all was dealt with" }
            @for one in seen.opened.iter().take(MOST) {
                p class=(govuk::BODY) {
                    (words::moment(one.at.0)) ", " (one.who) ": "
                    span class=(govuk::SAID) { (one.why) }
                }
            }
            @if seen.opened.len() > MOST { p class=(govuk::BODY) { "There are older ones, which are not shown." } }
        }
        @if !listed.is_empty() {
            (Details::new("Who saw the name in a list").content(html! {
                p class=(govuk::BODY) { "The hub’s queue, a search, the summary of what was dealt with, or what waits for them." }
                (table("In a list, the newest first", &listed))
            }).render())
        }
    }
}

fn table(caption: &str, looks: &[&Looked]) -> Markup {
    let table = Table::new(caption).head(["Day", "Who", "What, and by which rule", "How often"]);
    looks
        .iter()
        .fold(table, |table, one| {
            table.cells(vec![
                html! { (words::day(one.day)) },
                html! { (one.who) br; (one.job) ", " (one.agency) },
                html! {
                    @if one.sort <= Sort::Protected { (Tag::new(one.sort.says()).red().render()) }
                    @else { (one.sort.says()) }
                    @if !one.because.is_empty() { br; (one.because) }
                },
                html! { (how_often(one)) },
            ])
        })
        .render()
}

/// How often, and when on that day.
fn how_often(one: &Looked) -> String {
    let at = |at: platform::db::At| words::time_of(at.0);
    match one.looks {
        1 => format!("Once, at {}", at(one.first)),
        looks => format!("{looks} times, {} to {}", at(one.first), at(one.last)),
    }
}
