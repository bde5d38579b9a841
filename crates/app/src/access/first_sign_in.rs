//! The first sign-in: a code that the Business Unit hands over, once, and with which somebody sets
//! a password that nobody else has typed. The database keeps only its hash. It refuses a code that
//! was used, replaced or is older than a day, and tells none of these from a wrong one.

use axum::{
    Extension,
    body::Bytes,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use govuk::{Button, Form, Panel, PasswordInput, TextInput};
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use platform::{
    db::{At, On, Row, Runs, Tx, sea_orm},
    serve::Peer,
};
use practice::calendar::day_of;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Action, Actor, identity, pages::SIGN_IN, passwords, second_step, sessions};
use crate::{
    App,
    doors::{self, Change, Pen},
    error::{Error, Result},
    ids::{StaffId, in_letters},
    pacing::stopping,
    web::{
        Fields, layout,
        typed::{Problems, Typed, given_back},
    },
};

/// Where one sets a first password.
pub const PATH: &str = "/first-sign-in";
/// How long a code can be used.
pub const LASTS: SignedDuration = SignedDuration::from_hours(24);
/// How many groups of five letters a code has: 2^96 of them.
const GROUPS: usize = 4;

/// A code, from what is secret and from the form that asks for it: sent twice, the form gets one
/// code, and no copy of it is kept.
pub fn code(app: &App, form: &str) -> String {
    let secret = app.keys.fingerprint("sign-in code", form);
    let first_half = secret.iter().take(16);
    in_letters(first_half.fold(0, |number, byte| number << 8 | u128::from(*byte)), GROUPS)
}

/// What the database keeps of a code, however it was typed.
pub fn hash(code: &str) -> Vec<u8> {
    let letters = code.chars().filter(char::is_ascii_alphanumeric);
    let letters: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    Sha256::digest(letters.as_bytes()).to_vec()
}

/// Makes a code the one that somebody can use, instead of any before.
///
/// # Errors
/// When the database does.
pub async fn make(tx: &Tx, staff: StaffId, hash: Vec<u8>, by: Uuid, now: Timestamp) -> Result<()> {
    withdraw(tx, staff, now).await?;
    tx.run(
        "INSERT INTO sign_in_code (code_hash, staff_id, made_at, made_by) VALUES ($1, $2, $3, $4)",
        [hash.into(), staff.into(), At(now).into(), by.into()],
    )
    .await?;
    Ok(())
}

/// Takes back every code of somebody that was not used.
///
/// # Errors
/// When the database does.
pub async fn withdraw(tx: &Tx, staff: StaffId, now: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE sign_in_code SET withdrawn_at = $1 \
         WHERE staff_id = $2 AND used_at IS NULL AND withdrawn_at IS NULL",
        [At(now).into(), staff.into()],
    )
    .await?;
    Ok(())
}

/// When a code was made that somebody can still use.
///
/// # Errors
/// When the database does.
pub async fn waits(db: &impl Runs, staff: StaffId, now: Timestamp) -> Result<Option<At>> {
    #[derive(Row)]
    struct Made {
        made_at: At,
    }
    let made: Option<Made> = db
        .one(
            "SELECT made_at FROM sign_in_code WHERE staff_id = $1 AND used_at IS NULL \
             AND withdrawn_at IS NULL AND made_at > $2",
            [staff.into(), At(now - LASTS).into()],
        )
        .await?;
    Ok(made.map(|m| m.made_at))
}

/// Whose code it is, if it can be used now by whoever has that address.
async fn whose(
    db: &impl Runs,
    email: &str,
    hash: &[u8],
    now: Timestamp,
) -> Result<Option<StaffId>> {
    #[derive(Row)]
    struct Found {
        id: StaffId,
    }
    let found: Option<Found> = db
        .one(
            "SELECT s.id FROM sign_in_code c JOIN staff s ON s.id = c.staff_id \
             WHERE c.code_hash = $1 AND lower(s.email) = $2 AND c.used_at IS NULL \
             AND c.withdrawn_at IS NULL AND c.made_at > $3 AND s.joined_on <= $4 \
             AND (s.left_on IS NULL OR s.left_on > $4)",
            [hash.into(), email.into(), At(now - LASTS).into(), On(day_of(now)).into()],
        )
        .await?;
    Ok(found.map(|f| f.id))
}

/// Uses a code: the password is set, and whoever was signed in by an older one is signed out.
/// Nobody is signed in yet, so it is the platform that records it. The second step
/// ends with the password.
struct UseCode {
    email: String,
    code_hash: Vec<u8>,
    password_hash: String,
}

impl Change for UseCode {
    type Made = ();
    const WHAT: &'static str = "session:first-password";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let staff = whose(pen.tx, &self.email, &self.code_hash, pen.now).await?;
        let staff = staff.ok_or_else(|| Error::refusal(WRONG))?;
        pen.journal(Self::WHAT, &[staff.0], &[]).await?;
        pen.tx
            .run(
                "UPDATE sign_in_code SET used_at = $1 WHERE code_hash = $2",
                [At(pen.now).into(), self.code_hash.into()],
            )
            .await?;
        pen.tx
            .run(
                "UPDATE staff SET password = $1 WHERE id = $2",
                [self.password_hash.into(), staff.into()],
            )
            .await?;
        // Whoever has lost phone and list comes back in by this code too, and sets up new ones.
        second_step::end_all(pen.tx, staff, pen.now).await?;
        // Nor does anybody stay connected who took their place at their agency's provider.
        identity::whose::disconnect(pen.tx, staff, pen.now).await?;
        stopping::settle(pen, staff).await?;
        sessions::end_all(pen.tx, staff, pen.now).await
    }
}

/// What is said whatever was wrong: it must not tell who has an account, or which codes there are.
const WRONG: &str = "Enter the e-mail address and the code that you were given. A code works once, \
    for 24 hours; ask for a new one if yours is older";

/// `GET /first-sign-in`
pub async fn form(State(app): State<App>) -> Markup {
    page(&app, &Fields::default(), &Problems::default())
}

/// `POST /first-sign-in`
pub async fn set_password(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    body: Bytes,
) -> Result<Response> {
    let typed = Fields::read(&body)?;
    let problems = problems(&typed);
    if !problems.is_empty() {
        return Ok(again(&app, &typed, &problems));
    }
    let email = typed.get("email").to_lowercase();
    let peer = peer.map(|Extension(Peer(address))| address.ip());
    let tried = match app.tries().begin(&email, peer, app.clock.now()) {
        Ok(tried) => tried,
        Err(wait) => return Ok(too_often(&app, &typed, wait)),
    };
    let code_hash = hash(typed.get("sign-in-code"));
    // A password is dear to hash: only for a code that is right.
    let known = whose(&app.db.reads(), &email, &code_hash, app.clock.now()).await?;
    let refused = || again(&app, &typed, &Problems::of("email", WRONG));
    if known.is_none() {
        tracing::warn!("a first sign-in was refused");
        return Ok(refused());
    }
    let password = typed.exactly("password").to_owned();
    let password_hash = passwords::hashed(password).await?;
    let change = UseCode { email, code_hash, password_hash };
    match doors::record(&app, &Actor::platform(), change).await {
        Ok(()) => {}
        Err(Error::Refusal(_)) => return Ok(refused()),
        Err(other) => return Err(other),
    }
    app.tries().was_right(&tried);
    let body = html! {
        (Panel::new("Your password is set").render())
        p class=(govuk::BODY) { a class=(govuk::LINK) href=(SIGN_IN) { "Sign in with it" } }
    };
    Ok(layout::public(&app, None, "Your password is set", &body).into_response())
}

fn problems(typed: &Fields) -> Problems {
    let mut problems = Problems::default();
    if typed.get("email").is_empty() {
        problems.add("email", "Enter your e-mail address");
    }
    if typed.get("sign-in-code").is_empty() {
        problems.add("sign-in-code", "Enter the code that you were given");
    }
    let password = typed.exactly("password");
    if let Err(say) = passwords::judge(password, &[typed.get("email")]) {
        problems.add("password", say);
    } else if password != typed.exactly("password-again") {
        problems.add("password-again", "The two passwords are not the same");
    }
    problems
}

fn again(app: &App, typed: &Fields, problems: &Problems) -> Response {
    given_back(page(app, typed, problems))
}

fn too_often(app: &App, typed: &Fields, wait: SignedDuration) -> Response {
    let minutes = (wait.as_secs() + 59) / 60;
    let say = format!("It was wrong too often. Wait {minutes} minutes, then try again");
    let page = page(app, typed, &Problems::of("email", say));
    let seconds = header::HeaderValue::from(minutes * 60);
    (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds)], page).into_response()
}

fn page(app: &App, fields: &Fields, problems: &Problems) -> Markup {
    let typed = Typed { fields, problems };
    let body = html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { "Set your password" }
        p class=(govuk::BODY) {
            "For this you need a code from the Business Unit. It works once, for 24 hours. Nobody "
            "else should know the password that you choose."
        }
        (Form::public(PATH).content(html! {
            (typed.line("email", "Email address").input_type("email").autocomplete("username").render())
            (TextInput::new("sign-in-code").label("Code").hint("Like abcde-fghjk-mnpqr-tvwxy")
                .autocomplete("one-time-code").error(typed.error("sign-in-code")).render())
            (PasswordInput::new("password").label("New password").newly_chosen()
                .hint(&format!("At least {} characters", passwords::SHORTEST))
                .error(typed.error("password")).render())
            (PasswordInput::new("password-again").label("New password, once more").newly_chosen()
                .error(typed.error("password-again")).render())
            (Button::new("Set the password").render())
        }).render())
    };
    layout::public(app, None, &problems.title("Set your password"), &body)
}
