//! The page on which somebody who opened too many records says why, and what the privacy officers of
//! their agency read of it.

use axum::{
    Extension,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use govuk::{Button, Form, Table};
use jiff::Timestamp;
use maud::{Markup, html};
use platform::serve::Peer;

use super::stopping::{OwnStop, SayWhy, WasStopped};
use crate::{
    App,
    access::{Action, passkeys::again, second_step, second_step_pages},
    break_glass::pages as break_glass,
    doors,
    error::{Error, Result},
    limits::{LEAST, REASON},
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
    let since = stopped.stopped_at.0;
    let asks = !app.demo && asker.second_at.is_none_or(|at| at < since);
    let has_one = second_step::was_set_up_before(&app.db.reads(), staff, since).await?;
    let can_take_it = !asks || set_up.has_codes() || set_up.passkeys;
    let can_go_on = app.demo || has_one && can_take_it;
    let typed = Typed { fields, problems };
    let hint = format!(
        "In your own words, {LEAST} characters or more. The privacy officers of your agency read this or, where it has none, the hub’s managers."
    );
    let body = html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) {
            "By " (words::moment(stopped.stopped_at.0)) " you had opened " (stopped.opened) " records within an hour. "
            "That is more than one person’s work takes, and what a program would do, or somebody who has found your "
            "screen open. So Sightline opens no more of them until you have said why. The privacy officers of your "
            "agency are told that it stopped or, where it has none, the hub’s managers."
        }
        p class=(govuk::BODY) {
            "If a child is in danger now, ring 999. A request that speaks of danger, and that nobody has read, opens as "
            "ever, and what you write and send is not stopped."
            @if asker.actor.may(Action::BreakGlass) {
                " In an emergency: "
                a class=(govuk::LINK) href=(break_glass::PAGE) { (break_glass::TITLE) }
                "."
            }
        }
        @if !can_go_on {
            p class=(govuk::BODY) {
                "To go on you need a second step of signing in that you had before: ring the Business Unit. They make sure "
                "that it is you, and give you a new code."
            }
        } @else { (Form::new(PAGE, &asker.form_token)
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
            }).render()) }
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
    let since = doors::open(&app, &asker.actor, OwnStop).await?.map(|stopped| stopped.stopped_at.0);
    let is_enough = |at: Option<Timestamp>| at.is_some() && at >= since;
    match second_step_pages::taken_with(&app, peer, &posted, is_enough).await? {
        Ok(taken) => change.second_at = taken,
        Err(say) => return again(&Problems::of(CODE, say)).await,
    }
    // Without the form's key: what was said of an earlier stop says nothing of this one.
    match doors::record(&app, &asker.actor, change).await {
        Ok(ended) => {
            if ended {
                app.paces().begins_anew(asker.actor.staff().ok_or(Error::SignedOut)?);
            }
            Ok(Redirect::to("/").into_response())
        }
        Err(error) => again(&Problems::refused(error, WHY)?).await,
    }
}

/// Those who were stopped, for the privacy officers of their agency.
pub fn stopped_lately(all: &[WasStopped]) -> Markup {
    let mut table =
        Table::new("Those who were stopped").head(["Who", "When", "What they said why"]);
    for one in all {
        table = table.cells(vec![
            html! { (one.who) br; (one.job) },
            html! { (words::moment(one.stopped_at.0)) br; (one.opened) " within an hour" },
            html! {
                @match (&one.said, one.goes_on) {
                    (Some(said), _) => (said),
                    (None, true) => "Nothing: they were given a new code",
                    (None, false) => {
                        strong { "Nothing yet. Ring them now." }
                        " Until they say why no more is opened to them."
                    }
                }
            },
        ]);
    }
    html! {
        @if !all.is_empty() {
            h2 class=(govuk::HEADING_M) { "Stopped after very many records" }
            p class=(govuk::BODY) {
                "Each opened more records within an hour than one person’s work takes. If it was not them, the "
                "Business Unit ends their sessions with a new code. What they looked at, “Who looked” shows on each "
                "child’s page. It stands here for four weeks."
            }
            (table.render())
        }
    }
}
