//! The page of whoever asks: one form, and what they asked before with the answers.

use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use govuk::{Button, Form, SummaryList};
use maud::{Markup, html};

use super::asking::{AskAboutChild, Asked, OwnAsking, OwnAskings, ReadAnswers};
use crate::{
    App,
    access::Action,
    break_glass::pages as glass,
    doors,
    error::Result,
    limits,
    people::meant::Meant,
    web::{
        Asker, Fields, Posted,
        done::Done,
        layout,
        typed::{Problems, Typed, day_or_none, given_back},
        words,
    },
};

/// Where one asks.
pub const PAGE: &str = "/ask";
/// What the page, and the button that leads to it, is called.
pub const TITLE: &str = "Ask about a child";

/// `GET /ask`
pub async fn form(
    State(app): State<App>,
    asker: Asker,
    Query(done): Query<Done>,
) -> Result<Markup> {
    let own = doors::open(&app, &asker.actor, OwnAskings).await?;
    if own.iter().any(|one| one.is_new) {
        doors::record(&app, &asker.actor, ReadAnswers).await?;
    }
    let (fields, problems) = (Fields::default(), Problems::default());
    let body = html! { (done.banner()) (view(&app, &asker, Typed { fields: &fields, problems: &problems }, &own)) };
    Ok(layout::page_with_back(&app, &asker, TITLE, ("/", "Your work"), &body))
}

/// `POST /ask`
pub async fn send(State(app): State<App>, posted: Posted) -> Result<Response> {
    let mut problems = Problems::default();
    let meant = meant(&posted.fields, &mut problems);
    if problems.is_empty() {
        let asked = Asked { meant, why: posted.fields.get("why").to_owned() };
        let once = posted.fields.once();
        match doors::record_once(&app, &posted.asker.actor, once, AskAboutChild(asked)).await {
            Ok(()) => return Ok(Redirect::to("/ask?done=asked").into_response()),
            Err(error) => problems = Problems::refused(error, "why")?,
        }
    }
    let own = doors::open(&app, &posted.asker.actor, OwnAskings).await?;
    let typed = Typed { fields: &posted.fields, problems: &problems };
    let body = html! { (typed.summary()) (view(&app, &posted.asker, typed, &own)) };
    let title = problems.title(TITLE);
    let page = layout::page_with_back(&app, &posted.asker, &title, ("/", "Your work"), &body);
    Ok(given_back(page))
}

/// The child who is named in a form.
pub fn meant(fields: &Fields, problems: &mut Problems) -> Meant {
    Meant {
        reference: fields.get("reference").to_owned(),
        name: fields.get("name").to_owned(),
        born: day_or_none(fields, "born", "Date of birth", problems),
    }
}

/// The fields in which a child is named.
pub fn whom(typed: Typed<'_>) -> Markup {
    html! {
        (typed.line("reference", "Reference or NHS number, if you have one").render())
        (typed.line("name", "The child’s whole name").render())
        (typed.date("born", "Date of birth", "For example, 27 3 2015"))
    }
}

fn view(app: &App, asker: &Asker, typed: Typed<'_>, own: &[OwnAsking]) -> Markup {
    let phone = words::ring(&app.partnership().hub_phone);
    html! {
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) {
            "If a child is in immediate danger, ring 999. If it can’t wait until tomorrow, ring the hub: "
            (phone) "."
        }
        p class=(govuk::BODY) {
            "The hub reads this, and answers you by the end of the next working day. It can share what "
            "you need, or ask the agency that holds it. What you send is recorded with your name."
        }
        @if asker.actor.may(Action::BreakGlass) {
            p class=(govuk::BODY) {
                "Where a child may come to harm before somebody answers: "
                a class=(govuk::LINK) href=(glass::PAGE) { (glass::TITLE) }
            }
        }
        (Form::new(PAGE, &asker.form_token).once(Some(typed.get("once"))).content(html! {
            (whom(typed))
            (typed.lines("why", "Why do you ask?", "What worries you, and what you need to know or do.", limits::TEXT).rows(4).render())
            (Button::new("Send to the hub").render())
        }).render())
        @if !own.is_empty() {
            h2 class=(govuk::HEADING_M) { "What you asked" }
            @for one in own { (one_of_own(one)) }
        }
    }
}

fn one_of_own(one: &OwnAsking) -> Markup {
    let list = SummaryList::new()
        .row("Asked", &words::moment(one.asked_at.0))
        .row("About", &one.asked.meant.words())
        .row("Why", &one.asked.why);
    match &one.answered {
        Some((answer, at)) => {
            list.row("Answered", &words::moment(at.0)).row("Answer", answer.says())
        }
        None => list.row("Answer", &format!("By {}", words::moment(one.due_at.0))),
    }
    .render()
}

/// What “Your work” says of answers that one has yet to read.
pub fn answers(own: &[OwnAsking]) -> Markup {
    html! {
        @if own.iter().any(|one| one.is_new) {
            h2 class=(govuk::HEADING_M) { "What you asked about a child" }
            p class=(govuk::BODY) {
                "The hub has answered you. "
                a class=(govuk::LINK) href=(PAGE) { "Read the answer" }
            }
        }
    }
}
