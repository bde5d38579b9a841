//! Signing in and out, and the page that one comes to.

use axum::{
    Extension,
    body::Bytes,
    extract::{Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use futures_util::FutureExt;
use govuk::{Button, Form as FormOf, PasswordInput, SummaryList, TextInput};
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use platform::serve::Peer;
use practice::calendar::day_of;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Action,
    coming_in::{By, come_in},
    identity::signing_in as organisation,
    passkeys::{account_pages, challenges::RelyingParty, doubts::OwnNews, signing_in},
    passwords, second_step, second_step_pages, store,
};
use crate::{
    App,
    break_glass::{self, breaking::OwnGlass, reviewing::OpenUses},
    data_requests::{self, taking_down::OpenRequests},
    demo,
    doors::{self, journal},
    error::{Error, Result},
    front_door::{reading::OwnRequests, tasks::DueToMe, views as front_door_views},
    ids::StaffId,
    intelligence,
    involving::{self, answering::AskersToAnswer, asking::OwnAskings},
    organisations::{confirming::MembersToConfirm, confirming_pages, vouching_pages},
    people::{
        conflict_pages, conflicts::ConflictsToLookAt, declarations::OwnDeclarations,
        declaring_pages,
    },
    questionnaires::store::OwnDrafts,
    recognising,
    retention::{self, proposing::DisposalsThatWait},
    sharing::notices::OwnNotices,
    web::{
        Asker, Fields,
        asking::{self, cookie_name},
        done::Done,
        kept::Kept,
        layout,
        typed::summary,
    },
};

/// Where one signs in.
pub const SIGN_IN: &str = "/sign-in";

/// What the address of the sign-in page may carry.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    next: String,
}

impl Wanted {
    /// Where one wanted to go: a path of ours.
    pub fn next(&self) -> &str {
        local(&self.next)
    }
}

/// `GET /sign-in`
pub async fn sign_in_form(
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
    Query(done): Query<Done>,
) -> Markup {
    let form = SignInForm { next: wanted.next(), ..SignInForm::default() };
    let body = html! { (done.banner()) (form.render(&app, app.demo)) };
    layout::public(&app, None, "Sign in", &body)
}

/// What is said whatever was wrong: it must not tell who has an account.
const WRONG: &str = "Enter the e-mail address and password that you were given";

/// `POST /sign-in`
pub async fn sign_in(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    jar: CookieJar,
    body: Bytes,
) -> Result<Response> {
    let typed = Fields::read(&body)?;
    let now = app.clock.now();
    let email = typed.get("email").to_lowercase();
    let password = typed.exactly("password").to_owned();
    if email.is_empty() || password.is_empty() {
        return Ok(asked_again(&app, &typed, StatusCode::UNPROCESSABLE_ENTITY, WRONG));
    }
    let peer = peer.map(|Extension(Peer(address))| address.ip());
    let tried = match app.tries().begin(&email, peer, now) {
        Ok(tried) => tried,
        Err(wait) => return Ok(too_often(&app, &typed, wait)),
    };
    let known = store::password_of(&app.db.reads(), &email, day_of(now)).await?;
    let (staff, stored) = known.unzip();
    if !passwords::is_right(password, stored).await? {
        write_refused(&app, staff, now).await?;
        return Ok(asked_again(&app, &typed, StatusCode::UNPROCESSABLE_ENTITY, WRONG));
    }
    let staff = staff.ok_or(Error::SignedOut)?;
    app.tries().was_right(&tried);
    let token = begin_session(&app, staff, now).await?;
    let jar = jar.add(cookie(&app, token));
    let next = local(typed.get("next"));
    let kept = Kept::waiting(next, &typed);
    let set_up = second_step::set_up(&app.db.reads(), staff).await?;
    if set_up.is_any() {
        let page = second_step_pages::asked(&app, set_up, next, kept.as_ref(), None);
        return Ok((jar, page).into_response());
    }
    goes_on(&app, jar, next, kept.as_ref()).await
}

async fn begin_session(app: &App, staff: StaffId, now: Timestamp) -> Result<String> {
    let keys = app.keys.clone();
    app.db
        .write(move |tx| async move { come_in(tx, &keys, staff, By::Password, now).await }.boxed())
        .await
}

/// Journals a wrong password: whose it was meant to be, when somebody has that address. What was
/// typed is never kept, since people type passwords into the wrong field.
async fn write_refused(app: &App, meant: Option<StaffId>, now: Timestamp) -> Result<()> {
    let keys = app.keys.clone();
    let meant: Vec<Uuid> = meant.iter().map(|staff| staff.0).collect();
    app.db
        .write(move |tx| {
            async move {
                let because = "the password was wrong, or nobody has that address";
                let said = of_session("session:refused", because, Uuid::nil(), &meant, now);
                journal::append(tx, &keys, &said).await
            }
            .boxed()
        })
        .await?;
    Ok(())
}

pub(super) fn of_session<'a>(
    what: &'a str,
    because: &'a str,
    actor: Uuid,
    subjects: &'a [Uuid],
    at: Timestamp,
) -> journal::Said<'a> {
    journal::Said { kind: journal::Kind::Changed, at, actor, what, because, subjects, content: &[] }
}

/// Too many wrong passwords: how long to wait, in words.
pub(super) fn too_often(app: &App, typed: &Fields, wait: SignedDuration) -> Response {
    let minutes = (wait.as_secs() + 59) / 60;
    let words = format!(
        "The password was wrong too often. Wait {minutes} minutes, then try again. If a child is \
         in danger, ring 999 now"
    );
    tracing::warn!("a sign-in was refused: too many wrong passwords");
    let mut response = asked_again(app, typed, StatusCode::TOO_MANY_REQUESTS, &words);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(minutes * 60));
    response
}

/// The form again, with everything but the password, and what waits behind it.
pub(super) fn asked_again(app: &App, typed: &Fields, status: StatusCode, wrong: &str) -> Response {
    let next = local(typed.get("next"));
    let form = SignInForm {
        email: typed.get("email"),
        next,
        kept: Kept::waiting(next, typed),
        wrong: Some(wrong),
    };
    (status, layout::public(app, None, "Error: Sign in", &form.render(app, app.demo)))
        .into_response()
}

/// Only a path of our own may follow a sign-in. Browsers drop tabs and line breaks from an
/// address, which would make `/\t/elsewhere` another host.
pub(super) fn local(next: &str) -> &str {
    let is_path = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    if is_path && next.bytes().all(|b| b.is_ascii_graphic()) { next } else { "/" }
}

/// The address of the sign-in page that leads on to where one wanted to go.
pub fn sign_in_then(wanted: &str) -> String {
    match local(wanted) {
        "/" => SIGN_IN.to_owned(),
        next => {
            let query = serde_html_form::to_string([("next", next)]).unwrap_or_default();
            format!("{SIGN_IN}?{query}")
        }
    }
}

pub(super) fn cookie(app: &App, token: String) -> Cookie<'static> {
    asking::cookie(app, cookie_name(app).to_owned(), token, SameSite::Lax)
}

/// Whoever is signed in now goes on to where they wanted; or, where they had typed something before,
/// to a page on which one press sends it.
pub(super) async fn goes_on(
    app: &App,
    jar: CookieJar,
    next: &str,
    kept: Option<&Kept>,
) -> Result<Response> {
    let Some(kept) = kept else { return Ok((jar, Redirect::to(next)).into_response()) };
    let asker = asking::asker(app, &jar).await?.ok_or(Error::SignedOut)?;
    let body = html! {
        h1 class=(govuk::HEADING_L) { "You are signed in again" }
        p class=(govuk::BODY) { "What you typed is still here, and is not saved yet. Send it now." }
        (kept.send_again(Some(&asker.form_token), "Send what I typed"))
        (kept.list())
    };
    Ok((jar, layout::page(app, &asker, "You are signed in again", &body)).into_response())
}

/// The page for a form that was sent after its session had ended.
pub fn sign_in_again(app: &App, kept: &Kept) -> Markup {
    let form =
        SignInForm { next: local(kept.path()), kept: Some(kept.clone()), ..SignInForm::default() };
    let body = html! {
        (form.render(app, false))
    };
    layout::public(app, None, "Sign in again", &body)
}

/// The page for whoever sent what can't be kept, and is not signed in.
pub fn sign_in_first(app: &App) -> Markup {
    layout::public(app, None, "Sign in", &SignInForm::default().render(app, false))
}

/// The sign-in form. `kept` is a form whose sending a dead session interrupted.
#[derive(Default)]
struct SignInForm<'a> {
    email: &'a str,
    next: &'a str,
    kept: Option<Kept>,
    wrong: Option<&'a str>,
}

impl SignInForm<'_> {
    /// `shows_players` in a demo, to whoever is not in the middle of something.
    fn render(&self, app: &App, shows_players: bool) -> Markup {
        let mut hidden = vec![("next".to_owned(), self.next.to_owned())];
        hidden.extend(self.kept.iter().flat_map(Kept::while_waiting));
        html! {
            (summary(self.wrong.into_iter().map(|wrong| ("#email".to_owned(), wrong))))
            @if self.kept.is_some() {
                h1 class=(govuk::HEADING_L) { "Sign in again" }
                p class=(govuk::BODY) {
                    "You were signed out, as happens after a time without use. Nothing that you "
                    "typed is lost, and nothing of it is saved yet: sign in, and send it."
                }
            } @else {
                h1 class=(govuk::HEADING_L) { "Sign in" }
            }
            (FormOf::public(SIGN_IN).hidden(&hidden).content(html! {
                (TextInput::new("email").label("Email address").input_type("email")
                    .autocomplete("username").value(self.email).error(self.wrong).render())
                (PasswordInput::new("password").label("Password").render())
                div class=(govuk::BUTTONS) {
                    (Button::new("Sign in").render())
                    @if RelyingParty::at(&app.address).is_ok() {
                        (Button::new("Sign in with a passkey").secondary()
                            .sends_to(signing_in::WITH_PASSKEY).render())
                    }
                    (Button::new(organisation::TITLE).secondary()
                        .sends_to(organisation::WITH_ORGANISATION).render())
                }
            }).render())
            @if shows_players { (players()) }
        }
    }
}

fn players() -> Markup {
    let mut list = SummaryList::new();
    for player in demo::seaholme::PLAYERS {
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
    let due = if asker.actor.may(Action::Screen) {
        doors::open(&app, &asker.actor, DueToMe { roles }).await?
    } else {
        Vec::new()
    };
    let drafts = if asker.actor.may(Action::AskForSupport) {
        doors::open(&app, &asker.actor, OwnDrafts).await?
    } else {
        Vec::new()
    };
    let now = app.clock.now();
    let news = doors::open(&app, &asker.actor, OwnNews).await?;
    let others = html! {
        (account_pages::news(&news))
        (glass(&app, &asker, now).await?)
        (askings(&app, &asker, now).await?)
        (data_requests_open(&app, &asker, now).await?)
        (to_dispose_of(&app, &asker).await?)
        (conflicts(&app, &asker, now).await?)
        (still_here(&app, &asker).await?)
        @if asker.actor.may(Action::Vouch) { (vouching_pages::way_there()) }
        @if asker.actor.may(Action::LinkPeople) { (recognising::views::waiting()) }
        (intelligence::pages::way_there())
    };
    let body = front_door_views::home(&asker, &notices, &due, &others, &drafts, &requests, now);
    Ok(layout::page(&app, &asker, "Your work", &body))
}

/// How one's own account stands, and whom one is to confirm.
async fn still_here(app: &App, asker: &Asker) -> Result<Markup> {
    let member = asker.actor.signed_in()?;
    let own = confirming_pages::own(member.standing);
    if !asker.actor.may(Action::ConfirmMembers) {
        return Ok(own);
    }
    let all = doors::open(app, &asker.actor, MembersToConfirm::of(member)).await?;
    Ok(html! { (own) (confirming_pages::waiting(&all)) })
}

/// What is open to one through broken glass, and what waits for one's review.
async fn glass(app: &App, asker: &Asker, now: Timestamp) -> Result<Markup> {
    let own = match asker.actor.may(Action::BreakGlass) {
        true => doors::open(app, &asker.actor, OwnGlass).await?,
        false => Vec::new(),
    };
    let open = break_glass::pages::open_now(&own);
    if !asker.actor.may(Action::ReviewGlass) {
        return Ok(open);
    }
    let used = doors::open(app, &asker.actor, OpenUses).await?;
    Ok(html! { (open) (break_glass::review_pages::waiting(&used, now)) })
}

/// What one asked about a child and is answered, and who waits for the hub's answer.
async fn askings(app: &App, asker: &Asker, now: Timestamp) -> Result<Markup> {
    let own = doors::open(app, &asker.actor, OwnAskings).await?;
    let answers = involving::pages::answers(&own);
    if !asker.actor.may(Action::AnswerAskers) {
        return Ok(answers);
    }
    let waiting = doors::open(app, &asker.actor, AskersToAnswer).await?;
    Ok(html! { (involving::hub_pages::waiting(&waiting, now)) (answers) })
}

/// What need not be kept any longer.
async fn to_dispose_of(app: &App, asker: &Asker) -> Result<Markup> {
    if !asker.actor.may(Action::DisposeOfRecords) {
        return Ok(Markup::default());
    }
    let waiting = doors::open(app, &asker.actor, DisposalsThatWait).await?;
    Ok(retention::views::waiting(waiting))
}

/// Who waits for what is held about them.
async fn data_requests_open(app: &App, asker: &Asker, now: Timestamp) -> Result<Markup> {
    if !asker.actor.may(Action::AnswerDataRequests) {
        return Ok(Markup::default());
    }
    let all = doors::open(app, &asker.actor, OpenRequests { answered: false }).await?;
    Ok(data_requests::views::waiting(&all, &app.calendar(), now))
}

/// What is to be said, and to be looked at, of whom members of staff know.
async fn conflicts(app: &App, asker: &Asker, now: Timestamp) -> Result<Markup> {
    let own = doors::open(app, &asker.actor, OwnDeclarations).await?;
    let reminder = declaring_pages::reminder(&own, now);
    if !asker.actor.may(Action::LookAtConflicts) {
        return Ok(reminder);
    }
    let waiting = doors::open(app, &asker.actor, ConflictsToLookAt).await?;
    Ok(html! { (conflict_pages::waiting(&waiting)) (reminder) })
}
