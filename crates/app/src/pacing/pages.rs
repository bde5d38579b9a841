//! The page on which somebody who opened too many records says why, and what the privacy officers of
//! their agency read of it.

use axum::{
    Extension,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use govuk::{Button, Form, InsetText, Table};
use maud::{Markup, html};
use platform::serve::Peer;

use super::stopping::{LEAST, OwnStop, SayWhy, WasStopped};
use crate::{
    App,
    access::{
        passkeys::again,
        second_step::{self, is_fresh},
        second_step_pages,
    },
    doors,
    error::{Error, Result},
    limits::REASON,
    web::{
        Asker, Fields, Posted, layout,
        typed::{Problems, Typed, given_back},
        words,
    },
};

/// Where one says why.
pub const PAGE: &str = "/session/many";
/// What it is called.
pub const TITLE: &str = "You have opened very many records";
const CODE: &str = "one-time-code";
const WHY: &str = "why";

/// `GET /session/many`
pub async fn form(State(app): State<App>, asker: Asker) -> Result<Markup> {
    shown(&app, &asker, &Fields::default(), &Problems::default()).await
}

async fn shown(app: &App, asker: &Asker, fields: &Fields, problems: &Problems) -> Result<Markup> {
    let stopped = doors::open(app, &asker.actor, OwnStop).await?;
    let Some(stopped) = stopped else {
        let body = html! {
            h1 class=(govuk::HEADING_L) { "Nothing is stopped" }
            p class=(govuk::BODY) { "You can open records as ever." }
        };
        return Ok(layout::page_with_back(app, asker, "Nothing is stopped", BACK, &body));
    };
    let staff = asker.actor.staff().ok_or(Error::SignedOut)?;
    let set_up = second_step::set_up(&app.db.reads(), staff).await?;
    let asks = !app.demo && !is_fresh(asker.second_at, app.clock.now());
    let typed = Typed { fields, problems };
    let hint = format!(
        "In your own words, {LEAST} characters or more. The privacy officers of your agency read this."
    );
    let body = html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) {
            "By " (words::moment(stopped.stopped_at.0)) " it were " (stopped.opened) " within an hour. That is more "
            "than one person’s work takes, and what a program would do, or somebody who has found your screen open. So "
            "Sightline opens no more of them until you have said why. The privacy officers of your agency know that it "
            "stopped."
        }
        (InsetText::new("If a child is in danger now, ring 999, or the hub: nobody there is kept waiting by this. A record that you need in an emergency opens by “Break glass”.").render())
        (Form::new(PAGE, &asker.form_token)
            .hidden(&[("next".to_owned(), PAGE.to_owned())])
            .content(html! {
                (typed.lines(WHY, "Why do you need so many?", &hint, REASON).rows(3).render())
                @if asks && set_up.has_codes() {
                    (second_step_pages::code_input("Code from your app, or from your printed list", typed.error(CODE)))
                }
                @if set_up.has_codes() || !asks { (Button::new("Go on").render()) }
                @if asks && set_up.passkeys {
                    p class=(govuk::BODY) id=[(!set_up.has_codes()).then_some(CODE)] {
                        "You are asked for your passkey first."
                    }
                    (Button::new("Use your passkey").secondary().sends_to(again::AGAIN).render())
                }
            }).render())
    };
    Ok(layout::page_with_back(app, asker, &problems.title(TITLE), BACK, &body))
}

const BACK: (&str, &str) = ("/", "Your work");

/// `POST /session/many`
pub async fn say(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    posted: Posted,
) -> Result<Response> {
    let (asker, fields) = (&posted.asker, &posted.fields);
    let again = async |problems: &Problems| -> Result<Response> {
        Ok(given_back(shown(&app, asker, fields, problems).await?))
    };
    let mut change = SayWhy { why: fields.get(WHY).to_owned(), second_at: asker.second_at };
    // What was typed is put right before a code is used up.
    if let Err(error) = change.check() {
        return again(&Problems::refused(error, WHY)?).await;
    }
    match second_step_pages::taken_with(&app, peer, &posted).await? {
        Ok(taken) => change.second_at = taken,
        Err(say) => return again(&Problems::of(CODE, say)).await,
    }
    match doors::record_once(&app, &asker.actor, fields.once(), change).await {
        Ok(()) => {
            app.paces().begins_anew(asker.actor.staff().ok_or(Error::SignedOut)?);
            Ok(Redirect::to("/").into_response())
        }
        Err(error) => again(&Problems::refused(error, WHY)?).await,
    }
}

/// Those who were stopped, for the privacy officers of their agency.
pub fn stopped_lately(all: &[WasStopped]) -> Markup {
    let mut table =
        Table::new("Stopped after very many records").head(["Who", "When", "What they said why"]);
    for one in all {
        table = table.cells(vec![
            html! { (one.who) br; (one.job) },
            html! { (words::moment(one.stopped_at.0)) br; (one.opened) " within an hour" },
            html! {
                @match &one.said {
                    Some(said) => (said),
                    None => "Nothing yet: no more is opened to them",
                }
            },
        ]);
    }
    html! {
        @if !all.is_empty() {
            h2 class=(govuk::HEADING_M) { "Stopped after very many records" }
            p class=(govuk::BODY) {
                "Each opened more records within an hour than one person’s work takes. Ring them now: if it was not they, "
                "the Business Unit ends their sessions with a new code. What they looked at, “Who looked” shows on each "
                "child’s page. It stands here for four weeks."
            }
            (table.render())
        }
    }
}
