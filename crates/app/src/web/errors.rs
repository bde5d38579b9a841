//! What a person reads when something did not happen: whether anything was saved, and what to do.
//! A refusal says why; not found and forbidden are the same page; a fault gives a reference, and
//! only the log has the chain. How it comes about is told in `telling`.

use axum::http::StatusCode;
use govuk::Button;
use maud::{Markup, html};
use platform::telemetry::Reference;

use crate::{error::Error, involving::pages, pacing::pages as many};

/// What is done with the form that was sent, if one was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Nothing of it may be shown: it did not come from a page of ours.
    Forget,
    /// It is shown, to be copied: sent again as it is, it could not be taken.
    Show,
    /// It is shown, and can be sent again as it is.
    SendAgain,
}

/// What is told.
#[derive(Debug)]
pub struct Told {
    pub status: StatusCode,
    pub title: &'static str,
    pub body: Markup,
    pub then: Then,
}

fn told(status: StatusCode, title: &'static str, then: Then, lines: &[&str]) -> Told {
    let body = html! { @for line in lines { p class=(govuk::BODY) { (line) } } };
    Told { status, title, body, then }
}

/// What is told of an error; a fault is written to the log.
pub fn of(error: &Error) -> Told {
    match error {
        Error::Refusal(words) | Error::Beside { say: words, .. } => told(
            StatusCode::UNPROCESSABLE_ENTITY,
            "That can’t be done",
            Then::SendAgain,
            &[words, "Nothing was saved."],
        ),
        Error::Stale => told(
            StatusCode::CONFLICT,
            "Somebody else changed this while you were working on it",
            Then::Show,
            &[
                "Nothing of yours was saved over theirs.",
                "Open the page again to see what changed, and enter yours anew.",
            ],
        ),
        // The sign-in page comes instead, where the asker can be helped by it.
        Error::NotFound | Error::SignedOut | Error::Elsewhere(_) => not_found(),
        Error::OtherSession => told(
            StatusCode::FORBIDDEN,
            "You signed in again after you opened this page",
            Then::SendAgain,
            &[
                "Nothing was saved, since the page belongs to an earlier session.",
                "See at the top of this page who is signed in now, and send it again if that is \
                 right.",
            ],
        ),
        Error::TooMany => too_many(),
        Error::TooFast => told(
            StatusCode::TOO_MANY_REQUESTS,
            TOO_FAST,
            Then::SendAgain,
            &[
                "Your browser asks for more than anybody can read or write. Nothing was saved. Wait a few seconds and \
                 try again.",
                "If a child is in danger, ring 999 now, and then the hub: the number is at the foot of this page.",
            ],
        ),
        Error::Busy => told(
            StatusCode::SERVICE_UNAVAILABLE,
            "Sightline is very busy",
            Then::SendAgain,
            &[
                // The database may have gone away after a commit and before it could say so.
                "Wait a minute and try again. If you sent something, it may not have been saved: it will \
                 be taken once, however often you send it.",
            ],
        ),
        Error::Fault(chain) => fault(chain),
    }
}

/// What the page is called that asks somebody to go on more slowly.
pub const TOO_FAST: &str = "Wait a moment";

/// Who can share, and one button to ask: alike for what is not there and what is kept from them.
fn not_found() -> Told {
    let lines = [
        "There is nothing here that you can see.",
        "If you need to know about a child, the hub can share what you need, or ask the agency that \
         holds it. Ask here, or ring the hub: the number is at the foot of this page.",
    ];
    let told = told(StatusCode::NOT_FOUND, "Page not found", Then::Show, &lines);
    let button = Button::new(pages::TITLE).href(pages::PAGE);
    Told { body: html! { (told.body) (button.render()) }, ..told }
}

/// What somebody can do about a record that was dealt with and is closed to them, whose page that is.
pub fn closed(page: &str) -> Told {
    let lines = [
        "Nothing was saved. All of this was dealt with, and you have not worked on it for some hours. Say what \
         you open it for, and then come back here and send this again.",
    ];
    let told = told(StatusCode::CONFLICT, "This is closed", Then::SendAgain, &lines);
    // What was typed is on this page alone.
    let link = html! {
        p class=(govuk::BODY) {
            a class=(govuk::LINK) href=(page) target="_blank" rel="noopener" { "Say what for (opens in a new tab)" }
        }
    };
    Told { body: html! { (told.body) (link) }, ..told }
}

/// What somebody can do who opened very many records, at once.
fn too_many() -> Told {
    let lines = [
        "You have opened more records within an hour than one person’s work takes. Before Sightline opens more, \
         say why: it takes a minute.",
        "If a child is in danger, ring 999 now.",
    ];
    let told = told(StatusCode::TOO_MANY_REQUESTS, many::TITLE, Then::SendAgain, &lines);
    let button = Button::new("Say why").href(many::PAGE);
    Told { body: html! { (told.body) (button.render()) }, ..told }
}

fn fault(chain: &str) -> Told {
    let reference = Reference::random();
    tracing::error!(%reference, chain, "a fault of ours");
    let quote = format!("If it happens again, tell us this reference: {reference}.");
    told(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Sorry, there is a problem with Sightline",
        Then::SendAgain,
        &[
            "If you sent something, we do not know whether it was saved.",
            &quote,
            "If a child is in danger, ring 999 now.",
        ],
    )
}

/// What is told of a request that could not even be read, by its status.
pub fn of_status(status: StatusCode) -> Told {
    match status {
        StatusCode::FORBIDDEN => told(
            status,
            "This form did not come from Sightline",
            Then::Forget,
            &["Nothing was saved. Open the page in Sightline and fill it in there."],
        ),
        StatusCode::PAYLOAD_TOO_LARGE => told(
            status,
            "What you sent is too large",
            Then::Forget,
            &["Nothing was saved. Go back, shorten what you typed, and send it again."],
        ),
        StatusCode::METHOD_NOT_ALLOWED => told(
            status,
            "This page can’t be used like that",
            Then::Show,
            &["Nothing was saved. Open the page again from “Your work”."],
        ),
        StatusCode::NOT_FOUND => of(&Error::NotFound),
        _ => told(
            status,
            "The address or the form can’t be read",
            Then::Show,
            &["Nothing was saved. Check the address, or open the page again from “Your work”."],
        ),
    }
}
