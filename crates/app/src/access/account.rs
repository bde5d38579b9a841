//! One's own account: who one is here, where one is signed in, the password and the second step.

use axum::{
    extract::{Query, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use govuk::{Button, Form, InsetText, PasswordInput, SummaryList};
use maud::{Markup, html};
use platform::db::{On, Runs};
use practice::calendar::day_of;

use super::{
    Action, Member,
    identity::{signing_in::TITLE, whose::Connected},
    pages::SIGN_IN,
    passkeys::account_pages,
    passwords,
    second_step::{OwnAccount, SetUp},
    sessions, store,
};
use crate::{
    App,
    break_glass::breaking,
    doors::{self, Change, Pen},
    error::{Error, Result},
    organisations::confirming_pages,
    people::declaring_pages,
    web::{
        Asker, Fields, Posted,
        done::Done,
        layout,
        typed::{Problems, Typed, given_back},
        words,
    },
};

/// Where one looks after one's account; what belongs to it lies below.
pub const PAGE: &str = "/session";
pub const SIGN_OUT: &str = "/sign-out";
pub const SIGN_OUT_EVERYWHERE: &str = "/sign-out-everywhere";

/// `GET /session`
pub async fn page(
    State(app): State<App>,
    asker: Asker,
    Query(done): Query<Done>,
) -> Result<Markup> {
    let owns = doors::open(&app, &asker.actor, OwnAccount).await?;
    let member = asker.actor.signed_in()?;
    let body = html! {
        (done.banner())
        h1 class=(govuk::HEADING_L) { "Your account" }
        (confirming_pages::own(member.standing))
        @if asker.actor.is_without_second_step() { (set_up_first()) }
        (who(member))
        (second(owns.set_up, &asker))
        (account_pages::list(&app, &owns.passkeys))
        (organisation(owns.connected, &asker))
        h2 class=(govuk::HEADING_M) { "Password" }
        p class=(govuk::BODY) {
            a class=(govuk::LINK) href="/session/password" { "Choose another password" }
        }
        h2 class=(govuk::HEADING_M) { (declaring_pages::TITLE) }
        p class=(govuk::BODY) {
            a class=(govuk::LINK) href=(declaring_pages::PAGE) { "Say whether you know somebody who may be on record" }
        }
        h2 class=(govuk::HEADING_M) { "Where you are signed in" }
        (going_on(&owns.sessions, &asker))
        (Form::new(SIGN_OUT, &asker.form_token)
            .content(Button::new("Sign out").render()).render())
        (Form::new(SIGN_OUT_EVERYWHERE, &asker.form_token)
            .content(Button::new("Sign out everywhere").secondary().render()).render())
    };
    Ok(layout::page(&app, &asker, "Your account", &body))
}

fn set_up_first() -> Markup {
    InsetText::new(
        "Set up a second step before you go on: a passkey, an app on your phone, or a printed list \
         of codes if you have no phone of your own at work. Until then nothing else is opened to you. If a \
         child is in immediate danger, ring 999.",
    )
    .render()
}

fn who(member: &Member) -> Markup {
    let roles: Vec<_> = member.roles.iter().map(|r| r.title()).collect();
    SummaryList::new()
        .row("Name", &member.name)
        .row("Email address", &member.email)
        .row("Job", &member.job)
        .row("Works at", member.setting_name.as_deref().unwrap_or(&member.agency_name))
        .row("Roles", &roles.join(", "))
        .render()
}

/// A list with this few codes left is to be renewed.
const FEW: i64 = 5;

fn second(set_up: SetUp, asker: &Asker) -> Markup {
    let list = match set_up.codes_left {
        None => "Not set up".to_owned(),
        Some(left) if left <= FEW => format!("{left} codes left: print a new list"),
        Some(left) => format!("{left} codes left"),
    };
    let press = |action: &str, press: &str| {
        Form::new(action, &asker.form_token)
            .content(Button::new(press).secondary().render())
            .render()
    };
    html! {
        h2 class=(govuk::HEADING_M) { "Second step" }
        p class=(govuk::BODY) {
            @if set_up.is_any() {
                "When you sign in, you are asked for a code after your password, or for a passkey."
            } @else {
                "A password can be guessed, or seen over your shoulder. With a second step, "
                "nobody signs in as you who has only that."
            }
        }
        (SummaryList::new()
            .row("App on a phone", if set_up.app { "Set up" } else { "Not set up" })
            .row("Printed list of codes", &list)
            .render())
        (press("/session/app/begin", if set_up.app { "Set up another phone" } else { "Set up an app" }))
        (press("/session/list/begin", "Print a list of codes"))
    }
}

/// How one stands with the sign-in of one's own organisation.
fn organisation(connected: Option<Connected>, asker: &Asker) -> Markup {
    html! {
        h2 class=(govuk::HEADING_M) { "Your organisation’s sign-in" }
        @if let Some(connected) = connected {
            (SummaryList::new()
                .row("Connected", &words::moment(connected.connected_at.0))
                .row("Last used", &connected.used_at.map_or_else(|| "Not yet".to_owned(), |at| words::moment(at.0)))
                .render())
            p class=(govuk::BODY) {
                "You sign in here with the account that you have at work. If it is no longer yours, ring the Business "
                "Unit: they end the connection."
            }
        } @else {
            p class=(govuk::BODY) {
                "Not connected. If your organisation has set it up, “" (TITLE) "” on the sign-in page connects it."
            }
        }
        @if asker.by_organisation {
            p class=(govuk::BODY) {
                "You are signed in by it now. To open a record in an emergency you are still asked for a code or a "
                "passkey of Sightline’s own: set one up before you need it."
            }
        }
    }
}

fn going_on(all: &[sessions::OwnSession], asker: &Asker) -> Markup {
    html! {
        @for one in all {
            @let is_this = one.token_hash == asker.session;
            (SummaryList::new()
                .row("Signed in", &words::moment(one.begun_at.0))
                .row("Last used", &if is_this { "Now, here".to_owned() } else { words::moment(one.seen_at.0) })
                .render())
            @if !is_this {
                (Form::new("/session/end", &asker.form_token)
                    .hidden(&[("which".to_owned(), one.handle())])
                    .content(Button::new("End it").secondary().render()).render())
            }
        }
    }
}

/// `POST /sign-out`
pub async fn sign_out(State(app): State<App>, posted: Posted) -> Result<Response> {
    let by_organisation = posted.asker.by_organisation;
    doors::record(&app, &posted.asker.actor, End::This(posted.asker.session)).await?;
    Ok(signed_out(by_organisation))
}

/// `POST /sign-out-everywhere`
pub async fn sign_out_everywhere(State(app): State<App>, posted: Posted) -> Result<Response> {
    doors::record(&app, &posted.asker.actor, End::All).await?;
    Ok(signed_out(posted.asker.by_organisation))
}

/// `POST /session/end`
pub async fn end(State(app): State<App>, posted: Posted) -> Result<Redirect> {
    let which = posted.fields.get("which").to_owned();
    doors::record(&app, &posted.asker.actor, End::Handle(which)).await?;
    Ok(Redirect::to("/session"))
}

/// Their organisation may let in whoever sits down next.
fn signed_out(by_organisation: bool) -> Response {
    let to = if by_organisation { "/sign-in?done=still-signed-in-there" } else { SIGN_IN };
    let mut response = Redirect::to(to).into_response();
    let clear = HeaderValue::from_static("\"cache\", \"cookies\", \"storage\"");
    response.headers_mut().insert("clear-site-data", clear);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Ends one's own session, another of one's own, or all of them.
enum End {
    This(Vec<u8>),
    Handle(String),
    All,
}

impl Change for End {
    type Made = ();
    const WHAT: &'static str = "session:end";
    const ACTION: Action = Action::MindOwnSession;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let staff = pen.actor.staff().ok_or(Error::SignedOut)?;
        // Whoever signs out is done with what they opened in an emergency.
        if !matches!(self, Self::Handle(_)) {
            breaking::end_all(pen, staff).await?;
        }
        match self {
            Self::This(hash) => sessions::end(pen.tx, hash, pen.now).await?,
            Self::All => sessions::end_all(pen.tx, staff, pen.now).await?,
            Self::Handle(handle) => {
                let own = sessions::going_on(pen.tx, staff, pen.now).await?;
                // One that has ended meanwhile is what was wanted.
                if let Some(one) = own.into_iter().find(|one| one.handle() == handle) {
                    sessions::end(pen.tx, one.token_hash, pen.now).await?;
                }
            }
        }
        pen.journal(Self::WHAT, &[], &[]).await?;
        Ok(())
    }
}

pub(super) const CURRENT: &str = "current-password";
const NEW: &str = "new-password";

/// `GET /session/password`
pub async fn password_form(State(app): State<App>, asker: Asker) -> Markup {
    password_page(&app, &asker, &Problems::default())
}

fn password_page(app: &App, asker: &Asker, problems: &Problems) -> Markup {
    // What was typed is not sent back: these are passwords.
    let typed = Typed { fields: &Fields::default(), problems };
    let body = html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { "Choose another password" }
        p class=(govuk::BODY) {
            "At least " (passwords::SHORTEST) " characters. Three or four words that do not belong "
            "together are easy to remember and hard to guess. You never need to change it again "
            "unless somebody may know it. Everywhere else you are signed out."
        }
        (Form::new("/session/password", &asker.form_token).content(html! {
            (PasswordInput::new(CURRENT).label("Your password now").error(typed.error(CURRENT)).render())
            (PasswordInput::new(NEW).label("New password").newly_chosen().error(typed.error(NEW)).render())
            (Button::new("Use the new password").render())
        }).render())
    };
    let title = problems.title("Choose another password");
    layout::page_with_back(app, asker, &title, ("/session", "Your account"), &body)
}

/// `POST /session/password`
pub async fn change_password(State(app): State<App>, posted: Posted) -> Result<Response> {
    let member = posted.asker.actor.signed_in()?;
    let (current, new) = (posted.fields.exactly(CURRENT), posted.fields.exactly(NEW));
    let again = |field: &str, say: &str| {
        let page = password_page(&app, &posted.asker, &Problems::of(field, say));
        given_back(page)
    };
    if let Err(say) = passwords::judge(new, &[&member.name, &member.email, &member.agency_name]) {
        return Ok(again(NEW, &say));
    }
    if let Some(say) = is_not_theirs(&app, member, current).await? {
        return Ok(again(CURRENT, say));
    }
    let hash = passwords::hashed(new.to_owned()).await?;
    let change = ChangePassword { hash, session: posted.asker.session.clone() };
    doors::record(&app, &posted.asker.actor, change).await?;
    Ok(Redirect::to("/session").into_response())
}

/// What to say of a password that somebody signed in typed once more, when it is not theirs.
///
/// # Errors
/// When the database does.
pub(super) async fn is_not_theirs(
    app: &App,
    member: &Member,
    password: &str,
) -> Result<Option<&'static str>> {
    let now = app.clock.now();
    // Whoever sits down at an open screen must not be able to guess on for ever.
    let Ok(tried) = app.tries().begin_code(&format!("password:{}", member.staff.0), None, now)
    else {
        return Ok(Some("The password was wrong too often. Wait 15 minutes"));
    };
    let known = store::password_of(&app.db.reads(), &member.email, day_of(now)).await?;
    if !passwords::is_right(password.to_owned(), known.map(|(_, stored)| stored)).await? {
        return Ok(Some("That is not your password now"));
    }
    app.tries().was_right(&tried);
    Ok(None)
}

/// Takes another password for oneself; every other session ends.
struct ChangePassword {
    hash: String,
    session: Vec<u8>,
}

impl Change for ChangePassword {
    type Made = ();
    const WHAT: &'static str = "session:password";
    const ACTION: Action = Action::MindOwnSession;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let staff = pen.actor.staff().ok_or(Error::SignedOut)?;
        pen.tx
            .run(
                "UPDATE staff SET password = $1 \
                 WHERE id = $2 AND joined_on <= $3 AND (left_on IS NULL OR left_on > $3)",
                [self.hash.into(), staff.into(), On(day_of(pen.now)).into()],
            )
            .await?;
        sessions::end_others(pen.tx, staff, &self.session, pen.now).await?;
        pen.journal(Self::WHAT, &[staff.0], &[]).await?;
        Ok(())
    }
}
