//! Signing in and out, and the page that one comes to.

use axum::{
    Form,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use futures_util::FutureExt;
use govuk::{Button, ErrorSummary, Form as FormOf, PasswordInput, SummaryList, TextInput};
use maud::{Markup, html};
use platform::sensitive::Sensitive;
use practice::calendar::day_of;
use serde::Deserialize;

use super::{Action, passwords, sessions, store};
use crate::{
    App, demo,
    doors::{self, journal},
    error::{Error, Result},
    front_door::{reading::OwnRequests, tasks::DueToMe, views as front_door_views},
    sharing::notices::OwnNotices,
    web::{
        Asker, Fields, Posted,
        asking::{COOKIE, PLAIN_COOKIE},
        layout,
    },
};

/// What the sign-in form sends. `kept` is a form whose sending a dead session interrupted.
#[derive(Deserialize)]
pub struct SignIn {
    email: String,
    password: Sensitive<String>,
    #[serde(default)]
    next: String,
    #[serde(default)]
    kept: String,
}

/// `GET /sign-in`
pub async fn sign_in_form(State(app): State<App>) -> Markup {
    layout::public(&app, None, "Sign in", &form("", "", "", None, app.demo))
}

/// `POST /sign-in`
pub async fn sign_in(
    State(app): State<App>,
    jar: CookieJar,
    Form(typed): Form<SignIn>,
) -> Result<Response> {
    let now = app.clock.now();
    let email = typed.email.trim().to_lowercase();
    let known = store::password_of(&app.db.reads(), &email, day_of(now)).await?;
    let (staff, stored) = known.unzip();
    let right = passwords::is_right(typed.password.into_exposed(), stored).await?;
    let Some(staff) = staff.filter(|_| right) else {
        let wrong = "Enter the e-mail address and password that you were given";
        let page = form(&typed.email, &typed.next, &typed.kept, Some(wrong), app.demo);
        let page = layout::public(&app, None, "Sign in", &page);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let token = sessions::new_token();
    let (write, keys, kept_token) = (app.db.clone(), app.keys.clone(), token.clone());
    write
        .write(move |tx| {
            async move {
                sessions::begin(tx, &kept_token, staff, now).await?;
                let said = journal::Said {
                    kind: journal::Kind::Changed,
                    at: now,
                    actor: staff.0,
                    what: "session:begin",
                    because: "the password was right",
                    subjects: &[],
                    content: &[],
                };
                journal::append(tx, &keys, &said).await
            }
            .boxed()
        })
        .await?;
    let jar = jar.add(cookie(&app, token));
    if typed.kept.is_empty() {
        return Ok((jar, Redirect::to(local(&typed.next))).into_response());
    }
    send_after_all(&app, jar, &typed.next, &typed.kept).await
}

/// Only a path of our own may follow a sign-in.
fn local(next: &str) -> &str {
    if next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') {
        next
    } else {
        "/"
    }
}

fn cookie(app: &App, token: String) -> Cookie<'static> {
    let secure = app.address.starts_with("https:");
    let name = if secure { COOKIE } else { PLAIN_COOKIE };
    Cookie::build((name, token))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .build()
}

/// The page after signing in again: one press sends what was typed.
async fn send_after_all(app: &App, jar: CookieJar, path: &str, kept: &str) -> Result<Response> {
    let fields = Fields::read(kept.as_bytes())?;
    let asker = crate::web::asking::asker(app, &jar).await?.ok_or(Error::SignedOut)?;
    let body = html! {
        h1 class=(govuk::HEADING_L) { "You are signed in again" }
        p class=(govuk::BODY) { "What you typed is still here. Send it now." }
        (FormOf::new(local(path), &asker.form_token).hidden(&without_token(&fields)).content(html! {
            (Button::new("Send what I typed").render())
        }).render())
    };
    Ok((jar, layout::page(app, &asker, "You are signed in again", &body)).into_response())
}

fn without_token(fields: &Fields) -> Vec<(String, String)> {
    fields.0.iter().filter(|(name, _)| name != "token").cloned().collect()
}

/// The page for a form that was sent after its session had ended.
pub fn sign_in_again(path: &str, fields: &Fields, wrong: Option<&str>) -> Markup {
    let kept = serde_html_form::to_string(without_token(fields)).unwrap_or_default();
    let body = html! {
        p class=(govuk::BODY) {
            "You were signed out after a time without use. Nothing that you typed is lost: sign "
            "in, and send it."
        }
        (form("", path, &kept, wrong, false))
    };
    layout::bare("Sign in again", &body)
}

fn form(email: &str, next: &str, kept: &str, wrong: Option<&str>, demo: bool) -> Markup {
    let hidden = [("next".to_owned(), next.to_owned()), ("kept".to_owned(), kept.to_owned())];
    html! {
        @if let Some(wrong) = wrong {
            (ErrorSummary::new().item("#email", wrong).render())
        }
        h1 class=(govuk::HEADING_L) { "Sign in" }
        (FormOf::public("/sign-in").hidden(&hidden).content(html! {
            (TextInput::new("email").label("Email address").input_type("email")
                .autocomplete("username").value(email).error(wrong).render())
            (PasswordInput::new("password").label("Password").render())
            (Button::new("Sign in").render())
        }).render())
        @if demo { (players()) }
    }
}

fn players() -> Markup {
    let mut list = SummaryList::new();
    for player in demo::partnership::PLAYERS {
        list = list.row(player.name, &format!("{}, {}", player.email, player.job));
    }
    html! {
        h2 class=(govuk::HEADING_M) { "Who can sign in to the demo" }
        p class=(govuk::BODY) { "Everybody’s password is " strong { (demo::PASSWORD) } "." }
        (list.render())
    }
}

/// `GET /`
pub async fn home(State(app): State<App>, asker: Asker) -> Result<Markup> {
    let notices = doors::open(&app, &asker.actor, OwnNotices).await?;
    let requests = doors::open(&app, &asker.actor, OwnRequests).await?;
    let roles = asker.actor.signed_in()?.roles.clone();
    let due = doors::open(&app, &asker.actor, DueToMe { roles }).await?;
    let now = app.clock.now();
    let body = front_door_views::home(&asker, &notices, &due, &requests, now);
    Ok(layout::page(&app, &asker, "Your work", &body))
}

/// `GET /session`
pub async fn session(State(app): State<App>, asker: Asker) -> Result<Markup> {
    let member = asker.actor.signed_in()?;
    let roles: Vec<_> = member.roles.iter().map(|r| r.title()).collect();
    let body = html! {
        h1 class=(govuk::HEADING_L) { "Your account" }
        (SummaryList::new()
            .row("Name", &member.name)
            .row("Email address", &member.email)
            .row("Job", &member.job)
            .row("Works at", member.setting_name.as_deref().unwrap_or(&member.agency_name))
            .row("Roles", &roles.join(", "))
            .render())
        (FormOf::new("/sign-out", &asker.form_token)
            .content(Button::new("Sign out").render()).render())
        (FormOf::new("/sign-out-everywhere", &asker.form_token)
            .content(Button::new("Sign out everywhere").secondary().render()).render())
    };
    Ok(layout::page(&app, &asker, "Your account", &body))
}

/// `POST /sign-out`
pub async fn sign_out(State(app): State<App>, posted: Posted) -> Result<Response> {
    doors::record(&app, &posted.asker.actor, EndSession { token_hash: Some(posted.asker.session) })
        .await?;
    Ok(signed_out())
}

/// `POST /sign-out-everywhere`
pub async fn sign_out_everywhere(State(app): State<App>, posted: Posted) -> Result<Response> {
    doors::record(&app, &posted.asker.actor, EndSession { token_hash: None }).await?;
    Ok(signed_out())
}

fn signed_out() -> Response {
    let mut response = Redirect::to("/sign-in").into_response();
    let clear = HeaderValue::from_static("\"cache\", \"cookies\", \"storage\"");
    response.headers_mut().insert("clear-site-data", clear);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Ends one's own session, or all of them.
struct EndSession {
    token_hash: Option<Vec<u8>>,
}

impl doors::Change for EndSession {
    type Made = ();
    const WHAT: &'static str = "session:end";
    const ACTION: Action = Action::MindOwnSession;

    async fn make(self, pen: &mut doors::Pen<'_>) -> Result<()> {
        let staff = pen.actor.staff().ok_or(Error::SignedOut)?;
        match self.token_hash {
            Some(hash) => sessions::end(pen.tx, hash, pen.now).await?,
            None => sessions::end_all(pen.tx, staff, pen.now).await?,
        }
        pen.journal(Self::WHAT, &[], &[]).await?;
        Ok(())
    }
}
