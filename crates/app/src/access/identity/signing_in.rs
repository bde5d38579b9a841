//! The pages on which somebody goes to their agency's provider and comes back. Nobody learns from
//! them who has an account: whatever is wrong with the answer, the page reads alike. A provider's
//! word can't be guessed, so tries count for the peer alone.
//!
//! One goes by a page of ours that leads on by itself: browsers hold what a form leads to elsewhere
//! to be the form's own target, which the content policy forbids.

use std::net::IpAddr;

use axum::{
    Extension,
    body::Bytes,
    extract::{Query, State},
    http::{HeaderName, HeaderValue},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use futures_util::FutureExt;
use govuk::{Button, Form};
use jiff::Timestamp;
use maud::{Markup, html};
use platform::serve::Peer;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Provider, agencies,
    asking::{self, Brought, Said, Trouble},
    of_agency,
    pending::{self, Pending},
    turned_away::{refused, sent_back, silent},
    whose::whose,
    with_id,
};
use crate::{
    App,
    access::{
        coming_in::{By, come_in},
        pages::{self, SIGN_IN, Wanted, local},
        passkeys::{self, signing_in::peer_of},
        second_step,
        second_step_pages::{CODE, asked},
        sessions,
        tries::Try,
    },
    doors::journal,
    error::{Error, Result},
    ids::StaffId,
    web::{Fields, asking as web_asking, kept::Kept, layout},
};

/// Where one chooses one's organisation, and where one comes back to from it.
pub const WITH_ORGANISATION: &str = "/sign-in/organisation";
/// What is sent where the provider is to ask anew who they are, whoever is signed in there.
pub(super) const ANEW: &str = "anew";
/// What the button is called that leads here.
pub const TITLE: &str = "Sign in with your organisation";
/// After which time a page leads on by itself.
const REFRESH: HeaderName = HeaderName::from_static("refresh");

/// The address that the provider of an agency is told to send people back to. Each has its own: what one
/// provider answers is never taken for the answer of another (RFC 9700, 4.4).
pub fn comes_back_to(app: &App, agency: &str) -> String {
    format!("{}{WITH_ORGANISATION}?agency={agency}", app.address.trim_end_matches('/'))
}

/// `GET /sign-in/organisation`: to choose one's own, or back from it.
pub async fn page(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    jar: CookieJar,
    Query(wanted): Query<Wanted>,
    Query(back): Query<Back>,
) -> Result<Response> {
    match back.state {
        Some(ref state) => {
            let pending = taken(&app, &jar, state).await?;
            comes_back(app, peer_of(peer), jar, pending, back).await
        }
        None => Ok(choice(&app, wanted.next(), None, back.anew).await?.into_response()),
    }
}

/// `POST /sign-in/organisation`: to choose one's own, with what waits behind the sign-in page; or on
/// to the one that was chosen.
pub async fn sent(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    jar: CookieJar,
    body: Bytes,
) -> Result<Response> {
    let typed = Fields::read(&body)?;
    let next = local(typed.get("next")).to_owned();
    let (kept, anew) = (Kept::waiting(&next, &typed), !typed.get(ANEW).is_empty());
    if typed.get("agency").is_empty() {
        return Ok(choice(&app, &next, kept.as_ref(), anew).await?.into_response());
    }
    let tried = match app.tries().begin_unnamed(peer_of(peer), app.clock.now()) {
        Ok(tried) => tried,
        Err(wait) => return Ok(pages::too_often(&app, &typed, wait)),
    };
    let provider = of_agency(&app.db.reads(), &app, typed.get("agency")).await?;
    match provider {
        Some(provider) => {
            let pending = Pending::new(provider.id, &next, kept.as_ref(), anew, app.clock.now())?;
            goes(&app, &tried, jar, &provider, &pending).await
        }
        None => Ok(choice(&app, &next, kept.as_ref(), anew).await?.into_response()),
    }
}

/// What goes with going there, and with what waits meanwhile.
pub(super) fn waiting(next: &str, kept: Option<&Kept>, anew: bool) -> Vec<(String, String)> {
    let mut hidden = passkeys::signing_in::waiting(next, kept);
    hidden.extend(anew.then(|| (ANEW.to_owned(), "true".to_owned())));
    hidden
}

async fn choice(app: &App, next: &str, kept: Option<&Kept>, anew: bool) -> Result<Markup> {
    let all = agencies(&app.db.reads()).await?;
    let body = html! {
        h1 class=(govuk::HEADING_L) { (TITLE) }
        @if all.is_empty() {
            p class=(govuk::BODY) { "No organisation has set this up yet." }
        } @else {
            p class=(govuk::BODY) {
                "Choose yours. You sign in there, with the account that you have at work, and come back here."
            }
            (Form::public(WITH_ORGANISATION).hidden(&waiting(next, kept, anew)).content(html! {
                @for one in &all {
                    div { (Button::new(&one.name).secondary().sends("agency", &one.reference).render()) }
                }
            }).render())
        }
        @if kept.is_some() {
            p class=(govuk::BODY) { "Or go back, and sign in with your password: what you typed is still there." }
        } @else { (instead()) }
    };
    Ok(layout::public(app, None, TITLE, &body))
}

pub(super) fn instead() -> Markup {
    html! {
        p class=(govuk::BODY) {
            a class=(govuk::LINK) href=(SIGN_IN) { "Sign in with your password or a passkey instead" }
        }
    }
}

/// On to a provider, and remembered until they come back.
async fn goes(
    app: &App,
    tried: &Try,
    jar: CookieJar,
    provider: &Provider,
    pending: &Pending,
) -> Result<Response> {
    // Two tabs may be away at once: the state tells them apart.
    let cookie = jar.get(&cookie_name(app)).map(|cookie| cookie.value().to_owned());
    let (cookie, state) = (cookie.unwrap_or_else(sessions::new_token), sessions::new_token());
    let back = comes_back_to(app, &provider.reference);
    let leads = asking::leads_to(provider, &back, &state, pending).await;
    let url = match leads {
        Ok(url) => url,
        Err(trouble) => {
            // It is not theirs that nothing answers.
            app.tries().was_right(tried);
            return Ok(silent(app, provider, pending, &trouble));
        }
    };
    pending::keep(app, &cookie, &state, pending).await?;
    leads_on(app, provider, jar.add(browser(app, cookie)), &url)
}

fn leads_on(app: &App, provider: &Provider, jar: CookieJar, url: &str) -> Result<Response> {
    let title = "On to your organisation’s sign-in";
    let body = html! {
        h1 class=(govuk::HEADING_L) { (title) }
        p class=(govuk::BODY) {
            a class=(govuk::LINK) href=(url) { "Go on to the sign-in of " (provider.name) }
            ", if it does not appear by itself."
        }
    };
    let mut response = (jar, layout::public(app, None, title, &body)).into_response();
    let refresh = HeaderValue::try_from(format!("0; url={url}"))
        .map_err(|e| Error::fault("leading on to a provider", e))?;
    response.headers_mut().insert(REFRESH, refresh);
    Ok(response)
}

/// By which a browser is known until it comes back. It comes from another site, which a stricter
/// cookie would not survive; nobody else's page can use it, since the state is bound to it.
fn browser(app: &App, token: String) -> Cookie<'static> {
    web_asking::cookie(app, cookie_name(app), token, SameSite::Lax)
}

fn cookie_name(app: &App) -> String {
    format!("{}-organisation", web_asking::cookie_name(app))
}

/// What a provider sends somebody back with.
#[derive(Deserialize)]
pub struct Back {
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    code: String,
    #[serde(default)]
    iss: Option<String>,
    #[serde(default)]
    error: Option<String>,
    /// Whether nobody came back yet, and the provider is to ask anew who they are.
    #[serde(default)]
    anew: bool,
    /// To whose address they came back.
    #[serde(default)]
    agency: String,
}

async fn comes_back(
    app: App,
    peer: Option<IpAddr>,
    jar: CookieJar,
    pending: Option<Pending>,
    back: Back,
) -> Result<Response> {
    let Some(pending) = pending else {
        tracing::warn!("somebody came back from a provider who had not gone there, or long ago");
        return Ok(refused(&app, None));
    };
    let Some(provider) = with_id(&app.db.reads(), &app, pending.provider).await? else {
        return Ok(refused(&app, None));
    };
    if back.agency != provider.reference {
        journal_refused(&app, &provider, "they came back from another than they went to", None)
            .await?;
        return Ok(refused(&app, None));
    }
    if !pending.is_young(app.clock.now()) {
        journal_refused(&app, &provider, "they were away too long", None).await?;
        return Ok(refused(&app, Some((&provider, &pending))));
    }
    if let Some(error) = &back.error {
        let code: String =
            error.chars().filter(|c| matches!(c, 'a'..='z' | '_')).take(40).collect();
        tracing::warn!(provider = %provider.id, code, "a provider signed nobody in");
        journal_refused(&app, &provider, "the provider signed nobody in", None).await?;
        return Ok(sent_back(&app, &provider, &pending, error));
    }
    let brought = Brought { code: back.code, issuer: back.iss };
    let to = comes_back_to(&app, &provider.reference);
    let now = app.clock.now();
    match asking::answers(&provider, &to, pending.clone(), brought, now).await {
        Ok(said) => enters(&app, peer, jar, &provider, &pending, said).await,
        Err(trouble @ (Trouble::Silent | Trouble::Unknown)) => {
            app.tries().was_right(&Try::unnamed(peer, pending.begun_at));
            Ok(silent(&app, &provider, &pending, &trouble))
        }
        Err(Trouble::Wrong(because)) => {
            tracing::warn!(provider = %provider.id, because, "a provider's answer was not taken");
            journal_refused(&app, &provider, because, None).await?;
            Ok(refused(&app, Some((&provider, &pending))))
        }
    }
}

async fn taken(app: &App, jar: &CookieJar, state: &str) -> Result<Option<Pending>> {
    match jar.get(&cookie_name(app)) {
        Some(cookie) => pending::take(app, cookie.value(), state).await,
        None => Ok(None),
    }
}

/// Lets in whom the provider means, or nobody.
async fn enters(
    app: &App,
    peer: Option<IpAddr>,
    jar: CookieJar,
    provider: &Provider,
    pending: &Pending,
    said: Said,
) -> Result<Response> {
    let provider_id = provider.id;
    let Some((token, staff)) = let_in(app, provider_id, said).await? else {
        return Ok(refused(app, Some((provider, pending))));
    };
    app.tries().was_right(&Try::unnamed(peer, pending.begun_at));
    let session = sessions::find(&app.db.reads(), &token, app.clock.now()).await?;
    let is_half = session.is_none_or(|session| session.is_half());
    let (jar, kept) = (jar.add(pages::cookie(app, token)), pending.kept());
    match (is_half, kept) {
        (false, kept) => pages::goes_on(app, jar, &pending.next, kept.as_ref()).await,
        (true, None) => Ok((jar, Redirect::to(&code_then(&pending.next))).into_response()),
        (true, kept) => {
            let set_up = second_step::set_up(&app.db.reads(), staff).await?;
            let page = asked(app, set_up, &pending.next, kept.as_ref(), None);
            Ok((jar, page).into_response())
        }
    }
}

fn code_then(next: &str) -> String {
    let query = serde_html_form::to_string([("next", next)]).unwrap_or_default();
    format!("{CODE}?{query}")
}

async fn let_in(app: &App, provider: Uuid, said: Said) -> Result<Option<(String, StaffId)>> {
    let (at_work, now) = (app.clone(), app.clock.now());
    app.db
        .write(move |tx| {
            async move {
                let keys = &at_work.keys;
                // It may have been removed since it was asked.
                let Some(provider) = with_id(tx, &at_work, provider).await? else {
                    return Ok(None);
                };
                match whose(tx, keys, &provider, &said, now).await? {
                    Ok(meant) => {
                        let vouched = provider.second_step && said.second_step;
                        let by = By::Organisation { identity: meant.identity, vouched };
                        let token = come_in(tx, keys, meant.staff, by, now).await?;
                        Ok(Some((token, meant.staff)))
                    }
                    Err(nobody) => {
                        let subjects = subjects(&provider, nobody.meant);
                        let said = refusal(nobody.because, &subjects, now);
                        journal::append(tx, keys, &said).await?;
                        Ok::<_, Error>(None)
                    }
                }
            }
            .boxed()
        })
        .await
}

fn refusal<'a>(because: &'a str, subjects: &'a [Uuid], now: Timestamp) -> journal::Said<'a> {
    pages::of_session("session:refused", because, Uuid::nil(), subjects, now)
}

fn subjects(provider: &Provider, meant: Option<StaffId>) -> Vec<Uuid> {
    std::iter::once(provider.id).chain(meant.map(|staff| staff.0)).collect()
}

async fn journal_refused(
    app: &App,
    provider: &Provider,
    because: &'static str,
    meant: Option<StaffId>,
) -> Result<()> {
    let (keys, subjects) = (app.keys.clone(), subjects(provider, meant));
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            async move { journal::append(tx, &keys, &refusal(because, &subjects, now)).await }
                .boxed()
        })
        .await?;
    Ok(())
}
