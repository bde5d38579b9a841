//! The pages of the second step: taking it on the way in, and setting it up.

use std::net::IpAddr;

use axum::{
    Extension,
    body::Bytes,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use futures_util::FutureExt;
use govuk::{Button, Form, InsetText, TextInput, WarningText};
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use platform::serve::Peer;
use qrcode::{Color, QrCode};

use super::{
    account, pages,
    passkeys::{again::AGAIN, signing_in::WITH_KEY},
    second_step::{
        self, BeginApp, BeginList, Confirm, FRESH, Kind, NewKey, SetUp, WRONG_CODE, is_fresh,
        is_within,
    },
};
use crate::{
    App,
    doors::{self, journal},
    error::{Error, Result},
    ids::StaffId,
    web::{
        Asker, Fields, Posted, asking,
        kept::Kept,
        layout,
        typed::{Problems, Typed, given_back},
    },
};

/// Where one takes it.
pub const CODE: &str = "/sign-in/code";
/// Where one sets up an app.
const APP: &str = "/session/app";
/// Where one prints a list.
const LIST: &str = "/session/list";

/// `GET /sign-in/code`
pub async fn code_form(
    State(app): State<App>,
    jar: CookieJar,
    Query(wanted): Query<pages::Wanted>,
) -> Result<Response> {
    let half = asking::half(&app, &jar).await?;
    let set_up = second_step::set_up(&app.db.reads(), half.staff_id).await?;
    Ok(asked(&app, set_up, wanted.next(), None, None).into_response())
}

/// The page that asks for the second step, after the first: for a code or a passkey,
/// whichever they have.
pub fn asked(
    app: &App,
    set_up: SetUp,
    next: &str,
    kept: Option<&Kept>,
    wrong: Option<&str>,
) -> Markup {
    let mut hidden = vec![("next".to_owned(), next.to_owned())];
    hidden.extend(kept.iter().flat_map(|kept| kept.while_waiting()));
    let problems = wrong_code(wrong);
    let by_code = set_up.has_codes() || !set_up.passkeys;
    let title = if by_code { "Enter a code" } else { "Use your passkey or security key" };
    let body = html! {
        (summary(&problems))
        h1 class=(govuk::HEADING_L) { (title) }
        @if by_code {
            (Form::public(CODE).hidden(&hidden).content(html! {
                (code_input("Code from your app, or from your printed list", wrong))
                (Button::new("Continue").render())
            }).render())
        }
        @if set_up.passkeys {
            (Form::public(WITH_KEY).hidden(&hidden).content(html! {
                div id=[(!by_code).then_some("one-time-code")] {
                    (Button::new("Use a passkey or security key").secondary().render())
                }
            }).render())
        }
        p class=(govuk::BODY) {
            "If you have nothing of this with you, ring the Business Unit. If a child is in "
            "immediate danger, ring 999: nobody needs to sign in for that."
        }
    };
    layout::public(app, None, &problems.title(title), &body)
}

/// What is said of codes that were wrong too often.
const TOO_OFTEN: &str = "The code was wrong too often. Wait 15 minutes, then try again";

/// What is wrong with a code, if anything is. What was typed is not sent back: it works once.
fn wrong_code(say: Option<&str>) -> Problems {
    say.map(|say| Problems::of("one-time-code", say)).unwrap_or_default()
}

fn summary(problems: &Problems) -> Markup {
    Typed { fields: &Fields::default(), problems }.summary()
}

pub fn code_input(label: &str, wrong: Option<&str>) -> Markup {
    TextInput::new("one-time-code")
        .label(label)
        .autocomplete("one-time-code")
        .width(10)
        .error(wrong)
        .render()
}

/// `POST /sign-in/code`
pub async fn code(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    jar: CookieJar,
    body: Bytes,
) -> Result<Response> {
    let typed = Fields::read(&body)?;
    let now = app.clock.now();
    let half = asking::half(&app, &jar).await?;
    let next = pages::local(typed.get("next")).to_owned();
    let kept = Kept::waiting(&next, &typed);
    let set_up = second_step::set_up(&app.db.reads(), half.staff_id).await?;
    let peer = peer.map(|Extension(Peer(address))| address.ip());
    // Counted like wrong passwords: a code has six digits, and guessing must not pay.
    let tried = app.tries().begin_code(&format!("code:{}", half.staff_id.0), peer, now);
    let Ok(tried) = tried else {
        let page = asked(&app, set_up, &next, kept.as_ref(), Some(TOO_OFTEN));
        return Ok((StatusCode::TOO_MANY_REQUESTS, page).into_response());
    };
    if !take(&app, half.staff_id, half.token_hash, typed.get("one-time-code")).await? {
        let page = asked(&app, set_up, &next, kept.as_ref(), Some(WRONG_CODE));
        return Ok(given_back(page));
    }
    app.tries().was_right(&tried);
    pages::goes_on(&app, jar, &next, kept.as_ref()).await
}

/// Takes the second step once more in a session that goes on, for what is grave; or says why not.
///
/// # Errors
/// When the database does.
pub async fn take_again(
    app: &App,
    staff: StaffId,
    token_hash: Vec<u8>,
    code: &str,
    peer: Option<IpAddr>,
) -> Result<Result<(), &'static str>> {
    let now = app.clock.now();
    let Ok(tried) = app.tries().begin_code(&format!("code:{}", staff.0), peer, now) else {
        return Ok(Err(TOO_OFTEN));
    };
    if !take(app, staff, token_hash, code).await? {
        return Ok(Err(WRONG_CODE));
    }
    app.tries().was_right(&tried);
    Ok(Ok(()))
}

/// Whether whoever does something grave takes their second step once more. In a demo not everybody has one.
pub fn asks_again(app: &App, asker: &Asker) -> bool {
    !app.demo && !is_fresh(asker.second_at, app.clock.now())
}

/// Instead of a code, before anything is typed into the page that asks for one: what stands there may not wait
/// anywhere.
pub fn by_passkey(asker: &Asker, at: &str) -> Markup {
    Form::new(AGAIN, &asker.form_token)
        .hidden(&[("next".to_owned(), at.to_owned())])
        .content(html! {
            p class=(govuk::BODY) { "If you have a passkey instead of codes, use it before you fill in this page." }
            (Button::new("Use your passkey").secondary().render())
        })
        .render()
}

/// When the second step was last taken in the session of a form for what is grave: now, where a code was
/// typed into it and is right; or what to say of one that is wrong. None is used up where the last time is
/// enough.
///
/// # Errors
/// When the database does.
pub async fn taken_with(
    app: &App,
    peer: Option<Extension<Peer>>,
    posted: &Posted,
    is_enough: impl FnOnce(Option<Timestamp>) -> bool,
) -> Result<Result<Option<Timestamp>, &'static str>> {
    let (code, now) = (posted.fields.get("one-time-code"), app.clock.now());
    if code.is_empty() || is_enough(posted.asker.second_at) {
        return Ok(Ok(posted.asker.second_at));
    }
    let peer = peer.map(|Extension(Peer(address))| address.ip());
    let staff = posted.asker.actor.staff().ok_or(Error::SignedOut)?;
    let taken = take_again(app, staff, posted.asker.session.clone(), code, peer).await?;
    Ok(taken.map(|()| Some(now)))
}

/// Takes the second step, or journals that it was not taken.
async fn take(app: &App, staff: StaffId, token_hash: Vec<u8>, code: &str) -> Result<bool> {
    let (app, code) = (app.clone(), code.to_owned());
    let db = app.db.clone();
    db.write(move |tx| {
        async move {
            let now = app.clock.now();
            let taken = second_step::take(tx, &app.keys, staff, token_hash, &code, now).await?;
            let (what, because) = match taken {
                true => ("session:second-step", "the code was right"),
                false => ("session:refused", "the code was wrong or used already"),
            };
            let subjects = [staff.0];
            let said = pages::of_session(what, because, staff.0, &subjects, now);
            journal::append(tx, &app.keys, &said).await?;
            Ok::<_, Error>(taken)
        }
        .boxed()
    })
    .await
}

/// How long setting one up may take, once it is begun.
const SETS_UP: SignedDuration = SignedDuration::from_mins(30);

/// Leads to the second step whoever has one and did not take it within that time: another would take its
/// place, and whoever found an open screen, stole a session or is vouched for by a provider alone must not
/// give themselves one.
async fn own_step_taken(app: &App, asker: &Asker, within: SignedDuration) -> Result<()> {
    let is_taken = is_within(asker.second_at, app.clock.now(), within);
    let staff = asker.actor.signed_in()?.staff;
    if !is_taken && second_step::set_up(&app.db.reads(), staff).await?.is_any() {
        return Err(Error::Elsewhere(format!("{CODE}?next=%2Fsession")));
    }
    Ok(())
}

/// `POST /session/app/begin`
pub async fn begin_app(State(app): State<App>, posted: Posted) -> Result<Redirect> {
    own_step_taken(&app, &posted.asker, FRESH).await?;
    doors::record(&app, &posted.asker.actor, BeginApp).await?;
    Ok(Redirect::to(APP))
}

/// `GET /session/app`
pub async fn app_form(State(app): State<App>, asker: Asker) -> Result<Markup> {
    app_page(&app, &asker, None).await
}

async fn app_page(app: &App, asker: &Asker, wrong: Option<&str>) -> Result<Markup> {
    own_step_taken(app, asker, SETS_UP).await?;
    let email = asker.actor.signed_in()?.email.clone();
    let key = doors::open(app, &asker.actor, NewKey { email }).await?;
    let letters: Vec<_> = key.letters.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    let problems = wrong_code(wrong);
    let body = html! {
        (summary(&problems))
        h1 class=(govuk::HEADING_L) { "Set up an app" }
        p class=(govuk::BODY) {
            "An authenticator app on your phone shows a code that changes every half minute. If "
            "you have none, your phone’s own passwords app may do it, or ask your IT team."
        }
        h2 class=(govuk::HEADING_M) { "1. Add Sightline to the app" }
        p class=(govuk::BODY) { "Point the app at this square:" }
        (square(&key.address)?)
        p class=(govuk::BODY) { "Or type this key into the app:" }
        (InsetText::new(&letters.join(" ")).render())
        h2 class=(govuk::HEADING_M) { "2. Enter the code that it shows" }
        (Form::new(APP, &asker.form_token).content(html! {
            (code_input("Code", wrong))
            (Button::new("Use this app from now on").render())
        }).render())
    };
    Ok(layout::page_with_back(app, asker, &problems.title("Set up an app"), BACK, &body))
}

const BACK: (&str, &str) = (account::PAGE, "Your account");

/// `POST /session/app`
pub async fn confirm_app(State(app): State<App>, posted: Posted) -> Result<Response> {
    match confirm(&app, &posted, Kind::App).await {
        Ok(done) => Ok(done),
        Err(Error::Refusal(say)) => {
            let page = app_page(&app, &posted.asker, Some(&say)).await?;
            Ok(given_back(page))
        }
        Err(other) => Err(other),
    }
}

/// `POST /session/list/begin`
pub async fn begin_list(State(app): State<App>, posted: Posted) -> Result<Markup> {
    own_step_taken(&app, &posted.asker, FRESH).await?;
    let list = BeginList::new();
    let codes = list.codes.clone();
    doors::record(&app, &posted.asker.actor, list).await?;
    let body = html! {
        h1 class=(govuk::HEADING_L) { "Print your list of codes" }
        (WarningText::new("This list is shown only now. Print it, or copy it by hand.").render())
        p class=(govuk::BODY) {
            "Each code is good for signing in once. Keep the list apart from the computer that you "
            "sign in on, and cross out what you have used. If you lose it, make a new one: the old "
            "one ends."
        }
        ol class=(govuk::CODES) { @for code in &codes { li { (code) } } }
        (first_code(&posted.asker, None))
    };
    Ok(layout::page_with_back(&app, &posted.asker, "Print your list of codes", BACK, &body))
}

fn first_code(asker: &Asker, wrong: Option<&str>) -> Markup {
    Form::new(LIST, &asker.form_token)
        .content(html! {
            (code_input("Enter the first code, so that we know that you have the list", wrong))
            (Button::new("Use this list from now on").render())
        })
        .render()
}

/// `POST /session/list`
pub async fn confirm_list(State(app): State<App>, posted: Posted) -> Result<Response> {
    match confirm(&app, &posted, Kind::List).await {
        Ok(done) => Ok(done),
        Err(Error::Refusal(say)) => {
            let problems = wrong_code(Some(&say));
            let title = "Enter the first code of your list";
            let body = html! {
                (summary(&problems))
                h1 class=(govuk::HEADING_L) { (title) }
                p class=(govuk::BODY) { "If you have no list in your hand, go back and make one." }
                (first_code(&posted.asker, Some(&say)))
            };
            let title = problems.title(title);
            let page = layout::page_with_back(&app, &posted.asker, &title, BACK, &body);
            Ok(given_back(page))
        }
        Err(other) => Err(other),
    }
}

async fn confirm(app: &App, posted: &Posted, kind: Kind) -> Result<Response> {
    own_step_taken(app, &posted.asker, SETS_UP).await?;
    let code = posted.fields.get("one-time-code").to_owned();
    let change = Confirm { kind, code, session: posted.asker.session.clone() };
    doors::record(app, &posted.asker.actor, change).await?;
    // Whoever had to set it up first goes on to their work.
    let next = if posted.asker.actor.is_without_second_step() { "/" } else { account::PAGE };
    Ok(Redirect::to(next).into_response())
}

/// The square of dots that an app reads an address from.
fn square(address: &str) -> Result<Markup> {
    let code = QrCode::new(address).map_err(|e| Error::fault("drawing a key", e))?;
    let wide = code.width();
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, c)| *c == Color::Dark);
    let path: String =
        dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % wide + 4, at / wide + 4)).collect();
    let side = wide + 8;
    Ok(html! {
        svg class=(govuk::SQUARE) role="img" aria-label="The key as a square for the app’s camera"
            viewBox=(format!("0 0 {side} {side}")) shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    })
}
