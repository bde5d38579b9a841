//! Signing in with a passkey, and taking the second step with one. Nobody learns from it who has an
//! account or a passkey: whoever signs in is asked for any passkey that was made for Sightline,
//! whatever address they typed, and every refusal reads alike. A passkey can't be guessed, so tries
//! count for the peer alone: nobody locks another out by them.

use axum::{
    Extension,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use futures_util::FutureExt;
use govuk::Form;
use jiff::Timestamp;
use platform::{db::Tx, serve::Peer};
use uuid::Uuid;
use webauthn_rs::prelude::PublicKeyCredential;

use super::{
    Held, Kind,
    challenges::{self, RelyingParty, SecondStep, Signed, SigningIn},
    doubts::Doubt,
    held_as, held_by,
    page::{ANSWER, Asks, Does},
    used,
};
use crate::{
    App,
    access::{
        Actor,
        coming_in::{By, come_in},
        pages::{self, SIGN_IN, local},
        second_step,
        second_step_pages::{CODE, asked},
        sessions,
        tries::Try,
    },
    doors::{self, journal},
    error::{Error, Result},
    ids::StaffId,
    web::{
        Fields, asking,
        kept::{self, Kept},
        layout,
        typed::given_back,
    },
};

/// Where one signs in with a passkey, and takes the second step with one.
pub const WITH_PASSKEY: &str = "/sign-in/passkey";
pub const WITH_KEY: &str = "/sign-in/key";
pub(super) const ANSWERED: &str = "/answer";

pub(super) const TITLE: &str = "Use your passkey";
const SAY: &str = "Your browser asks for it now: confirm on this device, on your phone, or with your \
    security key.";
/// What works without a passkey.
const INSTEAD: &str = "sign in with your password, and a code from your app or printed list";

/// What is said whatever was wrong with a passkey: it must not tell who has an account.
const WRONG: &str = "Nobody was signed in by that passkey. Try again, or sign in with your password. \
    If that does not help, ring the Business Unit";

/// Who is asked, and for what.
enum Asked {
    /// Nobody yet; whoever answers is signed in, if this is their address or none was typed.
    ToSignIn { to: SigningIn, email: String },
    /// Somebody, in this session.
    SecondStep { to: SecondStep, staff: StaffId, session: Vec<u8> },
}

/// What came of it.
enum Came {
    /// Signed in, with this token; no new one where there was a session.
    In(Option<String>),
    /// Refused: the passkey may have been copied.
    Copied(Uuid),
    Refused,
}

impl Asked {
    /// Whether that passkey may answer.
    fn is_for(&self, held: &Held, said: &PublicKeyCredential) -> bool {
        match self {
            // One that did not verify whose it is when it was added never signs in by itself: on a
            // key that was found, anybody can set a number afterwards.
            Self::ToSignIn { email, .. } => {
                held.kind == Kind::Passkey
                    && said.get_user_unique_id() == Some(held.staff.0.as_bytes())
                    && (email.is_empty() || *email == held.email)
            }
            Self::SecondStep { staff, .. } => held.staff == *staff,
        }
    }

    /// Looks at what was signed, and opens what it opens.
    async fn answered(
        self,
        app: &App,
        tx: &Tx,
        said: &PublicKeyCredential,
        now: Timestamp,
    ) -> Result<Came> {
        let held = held_as(tx, &app.keys, said.get_credential_id(), now).await?;
        let Some(held) = held.filter(|held| self.is_for(held, said)) else {
            return refused(app, tx, None, "nobody has that passkey, or it is not for this", now)
                .await;
        };
        let (id, staff) = (held.id, held.staff);
        let party = RelyingParty::at(&app.address)?;
        let (signed, session) = match self {
            Self::ToSignIn { to, .. } => (party.signed_in(said, to, &held.credential), None),
            Self::SecondStep { to, session, .. } => (party.second_taken(said, &to), Some(session)),
        };
        match signed {
            Signed::Right(result) => used(tx, &app.keys, held, &result, now).await?,
            Signed::Wrong => {
                return refused(app, tx, Some(staff), "what was asked was not signed", now).await;
            }
            Signed::Copied => {
                let because = "the counter of the passkey went back: it may have been copied";
                refused(app, tx, Some(staff), because, now).await?;
                return Ok(Came::Copied(id));
            }
        }
        let Some(session) = session else {
            let token = come_in(tx, &app.keys, staff, By::Passkey(id), now).await?;
            return Ok(Came::In(Some(token)));
        };
        sessions::second_taken(tx, session, now).await?;
        let (what, subjects) = ("session:second-step", [staff.0, id]);
        let said = pages::of_session(what, "the passkey was right", staff.0, &subjects, now);
        journal::append(tx, &app.keys, &said).await?;
        Ok(Came::In(None))
    }
}

async fn refused(
    app: &App,
    tx: &Tx,
    meant: Option<StaffId>,
    because: &str,
    now: Timestamp,
) -> Result<Came> {
    let meant: Vec<Uuid> = meant.iter().map(|staff| staff.0).collect();
    let said = pages::of_session("session:refused", because, Uuid::nil(), &meant, now);
    journal::append(tx, &app.keys, &said).await?;
    Ok(Came::Refused)
}

/// Takes an answer; one that may come from a copy is told to those who must know.
async fn take(app: &App, asked: Asked, said: &str) -> Result<Came> {
    let Ok(said) = serde_json::from_str::<PublicKeyCredential>(said) else {
        return Ok(Came::Refused);
    };
    let (at_work, now) = (app.clone(), app.clock.now());
    let came = app
        .db
        .write(move |tx| async move { asked.answered(&at_work, tx, &said, now).await }.boxed())
        .await?;
    if let Came::Copied(passkey) = came {
        doors::record(app, &Actor::platform(), Doubt { passkey }).await?;
    }
    Ok(came)
}

pub(in crate::access) fn peer_of(peer: Option<Extension<Peer>>) -> Option<std::net::IpAddr> {
    peer.map(|Extension(Peer(address))| address.ip())
}

/// Where somebody goes on, and what waits behind it, as a form carries it.
pub(in crate::access) fn waiting(next: &str, kept: Option<&Kept>) -> Vec<(String, String)> {
    let mut hidden = vec![("next".to_owned(), next.to_owned())];
    hidden.extend(kept.iter().flat_map(|kept| kept.while_waiting()));
    hidden
}

/// The page that asks for a passkey, and sends the answer there with what waits.
pub(super) fn asks<'a>(
    options: &'a str,
    answer: &str,
    hidden: &[(String, String)],
    instead_at: &'a str,
) -> Asks<'a> {
    let form = || Form::public(answer).hidden(hidden);
    let waits = hidden.iter().any(|(name, _)| kept::is_waiting(name));
    Asks {
        title: TITLE,
        say: SAY,
        does: Does::Get,
        options,
        form: form(),
        instead: INSTEAD,
        instead_at,
        // An answer without a passkey leads back, with everything.
        instead_by: waits.then(form),
    }
}

/// `POST /sign-in/passkey`
pub async fn begin(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    jar: CookieJar,
    body: Bytes,
) -> Result<Response> {
    let typed = Fields::read(&body)?;
    if let Err(wait) = app.tries().begin_unnamed(peer_of(peer), app.clock.now()) {
        return Ok(pages::too_often(&app, &typed, wait));
    }
    let (options, to) = RelyingParty::at(&app.address)?.signs_in()?;
    let token = sessions::new_token();
    challenges::keep(&app, &sessions::hash(&token), &to).await?;
    let next = local(typed.get("next"));
    let mut hidden = waiting(next, Kept::waiting(next, &typed).as_ref());
    hidden.push(("email".to_owned(), typed.get("email").to_owned()));
    let body = asks(&options, &format!("{WITH_PASSKEY}{ANSWERED}"), &hidden, SIGN_IN).render();
    Ok((jar.add(cookie(&app, token)), layout::public(&app, None, TITLE, &body)).into_response())
}

/// By which a browser is known until its passkey has answered.
fn cookie(app: &App, token: String) -> Cookie<'static> {
    asking::cookie(app, cookie_name(app), token, SameSite::Strict)
}

fn cookie_name(app: &App) -> String {
    format!("{}-passkey", asking::cookie_name(app))
}

/// `POST /sign-in/passkey/answer`
pub async fn answer(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    jar: CookieJar,
    body: Bytes,
) -> Result<Response> {
    let typed = Fields::read(&body)?;
    let next = local(typed.get("next")).to_owned();
    let kept = Kept::waiting(&next, &typed);
    let email = typed.get("email").to_lowercase();
    let wrong = || Ok(pages::asked_again(&app, &typed, StatusCode::UNPROCESSABLE_ENTITY, WRONG));
    let Some(cookie) = jar.get(&cookie_name(&app)) else { return wrong() };
    let hash = sessions::hash(cookie.value());
    let Some((to, begun_at)) = challenges::take::<SigningIn>(&app, &hash).await? else {
        return wrong();
    };
    let Came::In(Some(token)) =
        take(&app, Asked::ToSignIn { to, email }, typed.exactly(ANSWER)).await?
    else {
        return wrong();
    };
    app.tries().was_right(&Try::unnamed(peer_of(peer), begun_at));
    let jar = jar.add(pages::cookie(&app, token));
    pages::goes_on(&app, jar, &next, kept.as_ref()).await
}

/// `POST /sign-in/key`
pub async fn begin_second(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    jar: CookieJar,
    body: Bytes,
) -> Result<Response> {
    let typed = Fields::read(&body)?;
    let now = app.clock.now();
    let half = asking::half(&app, &jar).await?;
    if let Err(wait) = app.tries().begin_unnamed(peer_of(peer), now) {
        return Ok(pages::too_often(&app, &typed, wait));
    }
    let options = second_asked(&app, half.staff_id, &half.token_hash).await?;
    let next = local(typed.get("next"));
    let hidden = waiting(next, Kept::waiting(next, &typed).as_ref());
    let body = asks(&options, &format!("{WITH_KEY}{ANSWERED}"), &hidden, CODE).render();
    Ok(layout::public(&app, None, TITLE, &body).into_response())
}

/// Asks for one of somebody's passkeys in a session; answers with what the browser takes.
pub(super) async fn second_asked(app: &App, staff: StaffId, session: &[u8]) -> Result<String> {
    let held = held_by(&app.db.reads(), &app.keys, staff, app.clock.now()).await?;
    if held.is_empty() {
        return Err(Error::refusal("You have no passkey that opens anything. Use a code"));
    }
    let has = held.into_iter().map(|held| held.credential).collect();
    let (options, to) = RelyingParty::at(&app.address)?.second_step(has)?;
    challenges::keep(app, session, &to).await?;
    Ok(options)
}

/// Whether the answer that was sent takes the second step in a session.
pub(super) async fn second_taken(
    app: &App,
    peer: Option<Extension<Peer>>,
    staff: StaffId,
    session: Vec<u8>,
    typed: &Fields,
) -> Result<bool> {
    let Some((to, begun_at)) = challenges::take::<SecondStep>(app, &session).await? else {
        return Ok(false);
    };
    let asked = Asked::SecondStep { to, staff, session };
    let is_in = matches!(take(app, asked, typed.exactly(ANSWER)).await?, Came::In(_));
    if is_in {
        app.tries().was_right(&Try::unnamed(peer_of(peer), begun_at));
    }
    Ok(is_in)
}

/// `POST /sign-in/key/answer`
pub async fn answer_second(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    jar: CookieJar,
    body: Bytes,
) -> Result<Response> {
    let typed = Fields::read(&body)?;
    let half = asking::half(&app, &jar).await?;
    let next = local(typed.get("next")).to_owned();
    let kept = Kept::waiting(&next, &typed);
    if !second_taken(&app, peer, half.staff_id, half.token_hash, &typed).await? {
        let set_up = second_step::set_up(&app.db.reads(), half.staff_id).await?;
        return Ok(given_back(asked(&app, set_up, &next, kept.as_ref(), Some(WRONG))));
    }
    pages::goes_on(&app, jar, &next, kept.as_ref()).await
}
