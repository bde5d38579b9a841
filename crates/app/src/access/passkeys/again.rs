//! Taking the second step once more by a passkey, in a session that goes on, for what is grave. What
//! was typed into the form that asks for it waits meanwhile, and is not lost.

use axum::{
    Extension,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use govuk::{Button, Form};
use maud::html;
use platform::serve::Peer;

use super::{
    page::Asks,
    signing_in::{ANSWERED, TITLE, asks, peer_of, second_asked, second_taken, waiting},
};
use crate::{
    App,
    access::pages::local,
    error::{Error, Result},
    web::{Posted, kept::Kept, layout, typed::given_back},
};

/// Where one takes the second step once more.
pub const AGAIN: &str = "/session/second-step";

/// `POST /session/second-step`: what was typed into the form that it comes from waits meanwhile.
pub async fn begin(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    posted: Posted,
) -> Result<Response> {
    if app.tries().begin_unnamed(peer_of(peer), app.clock.now()).is_err() {
        return Err(Error::refusal("Passkeys were tried too often from here. Wait 15 minutes"));
    }
    let staff = posted.asker.actor.staff().ok_or(Error::SignedOut)?;
    let options = second_asked(&app, staff, &posted.asker.session).await?;
    let next = local(posted.fields.get("next"));
    let kept = Kept::waiting_for(next, &posted.fields);
    let mut hidden = waiting(next, kept.as_ref());
    hidden.push(("token".to_owned(), posted.asker.form_token.clone()));
    let asks = asks(&options, &format!("{AGAIN}{ANSWERED}"), &hidden, next);
    let body = Asks { instead: "go back", ..asks }.render();
    Ok(layout::page(&app, &posted.asker, TITLE, &body).into_response())
}

/// `POST /session/second-step/answer`
pub async fn answer(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    posted: Posted,
) -> Result<Response> {
    let (asker, typed) = (&posted.asker, &posted.fields);
    let staff = asker.actor.staff().ok_or(Error::SignedOut)?;
    let next = local(typed.get("next"));
    let is_taken = second_taken(&app, peer, staff, asker.session.clone(), typed).await?;
    let kept = Kept::waiting(next, typed);
    let title = match (is_taken, &kept) {
        (true, None) => return Ok(Redirect::to(next).into_response()),
        (true, Some(_)) => "Your passkey was right",
        (false, _) => "Your passkey was not taken",
    };
    let again = kept.as_ref().map_or_else(|| waiting(next, None), Kept::to_send);
    let body = html! {
        h1 class=(govuk::HEADING_L) { (title) }
        @if kept.is_some() {
            p class=(govuk::BODY) { "What you typed is still here, and is not sent yet." }
        }
        @if let Some(kept) = kept.as_ref().filter(|_| is_taken) {
            (kept.send_again(Some(&asker.form_token), "Send what I typed"))
        } @else {
            (Form::new(AGAIN, &asker.form_token).hidden(&again)
                .content(Button::new("Try again").render()).render())
        }
        @if let Some(kept) = &kept { (kept.list()) }
    };
    let page = layout::page(&app, asker, title, &body);
    Ok(if is_taken { page.into_response() } else { given_back(page) })
}
