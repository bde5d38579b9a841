//! The page on which a privacy officer asks what one member of staff looked at, and reads it. Whom it is
//! about stands in no address.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use govuk::{Button, Form, InsetText, Table};
use maud::{Markup, html};

use super::of_staff::{LooksOf, MOST_DAYS, OfDay, SeeLooksOf, SeeUsesOf, Span};
use crate::{
    App,
    access::Action,
    break_glass::{
        self, FINDINGS,
        review_pages::{self, PAGE as USES},
        reviewing::Used,
    },
    doors,
    error::{Error, Result},
    limits,
    unusual::pages as unusual,
    web::{
        Asker, Fields, Posted, layout,
        typed::{Problems, Typed, day, given_back},
        words,
    },
};

/// Where it is.
pub const PAGE: &str = "/looks-of-staff";
/// What it is called.
pub const TITLE: &str = "What somebody looked at";

/// What is said of everybody whose looks the asker may not read.
const NOT_THEIRS: &str = "Enter the address of somebody else of your agency. Your own looks are for another privacy officer";

/// `GET /looks-of-staff`
pub async fn form(State(app): State<App>, asker: Asker) -> Result<Markup> {
    doors::offers(&app, &asker.actor, Action::ReadJournal).await?;
    Ok(asked(&app, &asker, &Fields::default(), &Problems::default()))
}

/// `POST /looks-of-staff`
pub async fn page(State(app): State<App>, posted: Posted) -> Result<Response> {
    let Posted { asker, fields, .. } = &posted;
    doors::offers(&app, &asker.actor, Action::ReadJournal).await?;
    let mut problems = Problems::default();
    if fields.get("who").is_empty() {
        problems.add("who", "Enter their e-mail address at work");
    }
    let from = day(fields, "from", "The first day", &mut problems);
    let to = day(fields, "to", "The last day", &mut problems);
    let (Some(from), Some(to), true) = (from, to, problems.is_empty()) else {
        return Ok(given_back(asked(&app, asker, fields, &problems)));
    };
    let span = Span { who: fields.get("who").to_owned(), days: from..=to };
    let look = SeeLooksOf { span: span.clone(), purpose: fields.get("purpose").to_owned() };
    let looks = match doors::open(&app, &asker.actor, look).await {
        Ok(looks) => looks,
        Err(error) => {
            let problems = match error {
                Error::NotFound => Problems::of("who", NOT_THEIRS),
                error => Problems::refused(error, "purpose")?,
            };
            return Ok(given_back(asked(&app, asker, fields, &problems)));
        }
    };
    let uses = doors::open(&app, &asker.actor, SeeUsesOf { span: span.clone() }).await?;
    let body = view(&span, &looks, &uses);
    Ok(layout::page_with_back(&app, asker, TITLE, (PAGE, "Somebody else, or other days"), &body)
        .into_response())
}

fn asked(app: &App, asker: &Asker, fields: &Fields, problems: &Problems) -> Markup {
    let typed = Typed { fields, problems };
    let body = html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) {
            "What one member of staff of your agency, or of one that has nobody else to ask, looked at: how many "
            "people’s records on each day and by which rule, what stood out, and what was opened in an "
            "emergency. It shows nothing of any record. They are not told; that you looked, and what for, is "
            "in the journal."
        }
        (Form::new(PAGE, &asker.form_token)
            .content(html! {
                (typed.line("who", "Their e-mail address at work").input_type("email").render())
                (typed.date("from", "The first day", "For example, 27 3 2027"))
                (typed.date("to", "The last day", &format!("At most {MOST_DAYS} days together")))
                (typed.lines("purpose", "What do you need it for?", "In 20 characters or more. It is kept.", limits::REASON).rows(3).render())
                (Button::new("Show it").render())
            })
            .render())
    };
    let title = problems.title(TITLE);
    layout::page_with_back(app, asker, &title, (unusual::LIST, unusual::TITLE), &body)
}

fn view(span: &Span, looks: &LooksOf, uses: &[Used]) -> Markup {
    html! {
        span class=(govuk::CAPTION_L) { (TITLE) }
        h1 class=(govuk::HEADING_L) { (looks.who) }
        p class=(govuk::BODY) {
            (looks.job) ". " (words::day(*span.days.start())) " to " (words::day(*span.days.end())) "."
        }
        p class=(govuk::BODY) {
            "To have looked is no wrong: ask before you think so. What was looked at in the last "
            "minutes may not be counted yet."
        }
        (InsetText::new("Records that are hidden from you are left out here, unless another of your lists shows the same look without saying at whom. This page never tells whether there are any.").render())
        @if looks.days.is_empty() { p class=(govuk::BODY) { "Nothing was looked at that you may count." } }
        @else { (days(&looks.days)) }
        h2 class=(govuk::HEADING_M) { "What stood out" }
        @if looks.stood_out.is_empty() { p class=(govuk::BODY) { "Nothing." } }
        @else { (stood_out(looks)) }
        h2 class=(govuk::HEADING_M) { (review_pages::TITLE) }
        @if uses.is_empty() { p class=(govuk::BODY) { "None that you may review." } }
        @else { (opened(uses)) }
    }
}

fn days(days: &[OfDay]) -> Markup {
    let table = Table::new("The newest day first").head([
        "Day",
        "What",
        "Of how many people",
        "By which rules",
    ]);
    days.iter()
        .fold(table, |table, of| {
            table.cells(vec![
                html! { (words::day(of.day)) },
                html! { (of.sort.says()) },
                html! { (of.people) },
                html! { @for (n, rule) in of.rules.iter().enumerate() { @if n > 0 { br; } (rule) } },
            ])
        })
        .render()
}

fn stood_out(looks: &LooksOf) -> Markup {
    let table =
        Table::new("Looks that stood out").head(["Reference", "What stood out", "What came of it"]);
    looks
        .stood_out
        .iter()
        .fold(table, |table, row| {
            table.cells(vec![
                html! { a class=(govuk::LINK) href={ (unusual::LIST) "/" (row.reference) } { (row.reference) } },
                html! { (unusual::what_stood_out(row)) },
                html! { (row.settled.as_ref().map_or("Nobody has said yet", |settled| settled.outcome.says())) },
            ])
        })
        .render()
}

fn opened(uses: &[Used]) -> Markup {
    let table =
        Table::new("Opened in an emergency").head(["Reference", "What for", "Opened", "Review"]);
    uses.iter()
        .fold(table, |table, used| {
            let found = used.review.as_ref().map(|review| review.finding);
            let found = FINDINGS.iter().find(|(finding, ..)| Some(*finding) == found);
            table.cells(vec![
                html! { a class=(govuk::LINK) href={ (USES) "/" (used.reference) } { (used.reference) } },
                html! { (break_glass::says(used.purpose)) },
                html! { (words::moment(used.opened_at)) },
                html! { (found.map_or("Not reviewed yet", |(.., says)| says)) },
            ])
        })
        .render()
}
