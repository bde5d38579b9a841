//! What whoever was not let in reads: whom to ask, what works instead, and what they had typed.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use govuk::{Button, Form};
use maud::{Markup, html};

use super::{
    Provider,
    asking::Trouble,
    pending::Pending,
    signing_in::{ANEW, WITH_ORGANISATION, instead, waiting},
};
use crate::{App, web::layout};

/// A page for whoever was not let in, with what they had typed and what they can do.
fn not_in(
    app: &App,
    status: StatusCode,
    title: &str,
    say: &Markup,
    again: Option<(&Provider, &Pending)>,
) -> Response {
    let kept = again.and_then(|(_, pending)| pending.kept());
    // Whoever was signed in there as somebody else must be able to say who they are.
    let anew = status == StatusCode::FORBIDDEN;
    let body = html! {
        h1 class=(govuk::HEADING_L) { (title) }
        (say)
        @if let Some((provider, pending)) = again {
            (Form::public(WITH_ORGANISATION).hidden(&waiting(&pending.next, kept.as_ref(), anew))
                .content(Button::new("Try again").sends("agency", &provider.reference).render()).render())
        } @else {
            p class=(govuk::BODY) {
                a class=(govuk::LINK) href={ (WITH_ORGANISATION) "?" (ANEW) "=true" } { "Try again" }
            }
        }
        (instead())
        @if let Some(kept) = &kept { (kept.list()) }
    };
    (status, layout::public(app, None, title, &body)).into_response()
}

/// Whatever was wrong with what came back: it must not tell who has an account.
pub(super) fn refused(app: &App, again: Option<(&Provider, &Pending)>) -> Response {
    let say = html! {
        p class=(govuk::BODY) {
            "What your organisation answered opens no account here. It may have taken longer than ten minutes, or "
            "begun in another browser: then try again."
        }
        p class=(govuk::BODY) {
            "If that does not help, ring the Business Unit. They see under which e-mail address you work here, and "
            "your IT team sees under which one your organisation knows you. If a child is in danger, ring 999 now."
        }
    };
    // Where it is tried again must not tell either how far it came.
    let again = again.filter(|(_, pending)| pending.kept().is_some());
    not_in(app, StatusCode::FORBIDDEN, "Nobody was signed in", &say, again)
}

/// The provider does not answer, or so that nothing can be done with it.
pub(super) fn silent(
    app: &App,
    provider: &Provider,
    pending: &Pending,
    trouble: &Trouble,
) -> Response {
    tracing::warn!(provider = %provider.id, ?trouble, "a provider can't be asked");
    let (what, title) = match trouble {
        Trouble::Unknown => (
            "does not know Sightline any more. Tell the Business Unit and your IT team: what Sightline shows it may \
             have run out.",
            "Your organisation’s sign-in does not work",
        ),
        Trouble::Silent | Trouble::Wrong(_) => (
            "can’t be reached from here. Try again in a few minutes. If it stays so, tell your IT team.",
            "Your organisation’s sign-in does not answer",
        ),
    };
    let say = html! {
        p class=(govuk::BODY) { "The sign-in of " (provider.name) " " (what) }
        p class=(govuk::BODY) {
            "Meanwhile your password or a passkey works as ever. If you have neither, ring the Business Unit: they can "
            "give you a code for a password. If a child is in danger, ring 999 now."
        }
    };
    not_in(app, StatusCode::SERVICE_UNAVAILABLE, title, &say, Some((provider, pending)))
}

/// The provider sent them back without having signed them in.
pub(super) fn sent_back(
    app: &App,
    provider: &Provider,
    pending: &Pending,
    error: &str,
) -> Response {
    let what = match error {
        "access_denied" => {
            "It was cancelled there, or you are not allowed to use Sightline with that account. Your IT team can \
             tell you which."
        }
        "login_required"
        | "interaction_required"
        | "account_selection_required"
        | "consent_required" => {
            "It needs something more from you. Try again, and answer what it asks."
        }
        "server_error" | "temporarily_unavailable" => {
            "It has trouble of its own. Try again in a few minutes."
        }
        _ => {
            "It does not know Sightline as it should. Tell your IT team and the Business Unit: how Sightline is \
             registered there has to be looked at."
        }
    };
    let say = html! { p class=(govuk::BODY) { (what) } };
    let title = "Your organisation did not sign you in";
    not_in(app, StatusCode::FORBIDDEN, title, &say, Some((provider, pending)))
}
