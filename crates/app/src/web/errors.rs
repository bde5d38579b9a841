//! What a person sees when something did not happen. A refusal says what to do; not found and
//! forbidden are the same page; a fault gives a reference, and only the log has the chain.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use platform::telemetry::Reference;

use super::layout;
use crate::{access::pages::sign_in_again, error::Error};

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::Refusal(words) => page(
                StatusCode::UNPROCESSABLE_ENTITY,
                "That can’t be done",
                &html! {
                    p class="govuk-body" { (words) }
                    p class="govuk-body" { "Go back, change it, and send it again. Nothing was changed." }
                },
            ),
            Self::Stale => page(
                StatusCode::CONFLICT,
                "Somebody else changed this while you were working on it",
                &html! {
                    p class="govuk-body" {
                        "Nothing of yours was saved over theirs. Go back to copy what you typed, "
                        "open the page again to see what changed, and enter yours anew."
                    }
                },
            ),
            Self::NotFound => page(
                StatusCode::NOT_FOUND,
                "Page not found",
                &html! {
                    p class="govuk-body" { "There is nothing here that you can see." }
                    p class="govuk-body" {
                        "If you need to know about a child, ring the hub: the number is at the "
                        "foot of the page that you came from."
                    }
                },
            ),
            Self::SignedOut => Redirect::to("/sign-in").into_response(),
            Self::SignedOutWhileSending { path, fields } => {
                (StatusCode::UNAUTHORIZED, sign_in_again(&path, &fields, None)).into_response()
            }
            Self::Busy => busy(),
            Self::Fault(chain) => fault(&chain),
        }
    }
}

fn page(status: StatusCode, title: &str, body: &Markup) -> Response {
    (status, layout::bare(title, body)).into_response()
}

fn busy() -> Response {
    let mut response = page(
        StatusCode::SERVICE_UNAVAILABLE,
        "Sightline is very busy",
        &html! {
            p class="govuk-body" {
                "What you sent may not have been saved. Wait a minute, go back, and send it again: "
                "it will be taken once, however often you send it."
            }
        },
    );
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    response
}

fn fault(chain: &str) -> Response {
    let reference = Reference::random();
    tracing::error!(%reference, chain, "a fault of ours");
    page(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Sorry, there is a problem with Sightline",
        &html! {
            p class="govuk-body" {
                "What you sent may not have been saved. Go back and send it again: it will be "
                "taken once, however often you send it."
            }
            p class="govuk-body" { "If it happens again, quote " strong { (reference) } "." }
            p class="govuk-body" { "If a child is in danger, ring 999 now." }
        },
    )
}
