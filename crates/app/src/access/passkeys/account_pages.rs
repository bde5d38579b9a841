//! The pages on which somebody adds a passkey, names it and removes it, and what is said of them
//! elsewhere: on their own page, and to privacy officers.

use axum::{
    Extension,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use govuk::{Button, Form, PasswordInput, SummaryList, WarningText};
use maud::{Markup, html};
use platform::serve::Peer;

use super::{
    AddPasskey, NAME_IT, OpenOwn, Own, RemovePasskey,
    again::AGAIN,
    challenges::{self, Adding, RelyingParty},
    doubts::{Doubted, News},
    held_by,
    page::{ANSWER, Asks, Does},
};
use crate::{
    App,
    access::{
        account::{self, CURRENT},
        second_step::{OwnAccount, SetUp, is_fresh},
        second_step_pages,
    },
    doors,
    error::{Error, Result},
    limits::LINE,
    web::{
        Asker, Fields, Posted, layout,
        typed::{Problems, Typed, given_back},
        words,
    },
};

const NEW: &str = "/session/passkeys/new";
const ADD: &str = "/session/passkeys";
const TITLE: &str = "Add a passkey";
const BACK: (&str, &str) = (account::PAGE, "Your account");
const NAME: &str = "name";
const CODE: &str = "one-time-code";

/// Those that somebody has, on their account.
pub fn list(app: &App, all: &[Own]) -> Markup {
    html! {
        h2 class=(govuk::HEADING_M) { "Passkeys" }
        p class=(govuk::BODY) {
            "With a passkey you sign in by your finger, your face or the number of this tablet, of a "
            "phone or of a security key, without a password and without a code."
        }
        @for one in all {
            (SummaryList::new()
                .row("Name", &one.name)
                .row("Good for", good_for(one))
                .row("Added", &words::moment(one.added_at.0))
                .row("Last used", &one.used_at.map_or_else(|| "Not yet".to_owned(), |at| words::moment(at.0)))
                .render())
            @if let Some(at) = one.doubted_at {
                (WarningText::new(&format!("There may be a copy of it: on {} it was refused. Remove it, and ring the Business Unit.", words::moment(at.0))).render())
            }
            p class=(govuk::BODY) {
                a class=(govuk::LINK) href=(removal(&one.reference)) { "Remove “" (one.name) "”" }
            }
        }
        @if RelyingParty::at(&app.address).is_ok() {
            p class=(govuk::BODY) { a class=(govuk::LINK) href=(NEW) { (TITLE) } }
        }
    }
}

fn good_for(one: &Own) -> &'static str {
    match (one.doubted_at, one.signs_in()) {
        (Some(_), _) => "Nothing any more",
        (None, true) => "Signing in by itself, or after your password",
        (None, false) => "Signing in after your password, in place of a code",
    }
}

fn removal(reference: &str) -> String {
    format!("{ADD}/{reference}/removal")
}

/// What somebody reads on their page of what became of their passkeys lately.
pub fn news(all: &[News]) -> Markup {
    html! {
        @if !all.is_empty() {
            h2 class=(govuk::HEADING_M) { "Your passkeys" }
            ul class=(govuk::LIST) {
                @for one in all { li { (what_became(one)) } }
            }
            p class=(govuk::BODY) {
                "If that was not you, "
                a class=(govuk::LINK) href="/session/password" { "choose another password" }
                ", and ring the Business Unit now."
            }
        }
    }
}

fn what_became(one: &News) -> String {
    let (what, at) = match (one.ended_at, one.doubted_at) {
        (Some(at), _) => ("was removed", at),
        (None, Some(at)) => ("was refused, since there may be a copy of it: remove it", at),
        (None, None) => ("was added to your account", one.added_at),
    };
    format!("“{}” {what}, {}", one.name, words::moment(at.0))
}

/// What privacy officers read of passkeys that may have been copied.
pub fn in_doubt(all: &[Doubted]) -> Markup {
    html! {
        @if !all.is_empty() {
            h2 class=(govuk::HEADING_M) { "Passkeys that may have been copied" }
            p class=(govuk::BODY) {
                "Each was refused because its counter went back, and opens nothing any more. It may be a "
                "fault of the device. Ask whose it is whether they had it with them; it stands here "
                "until they have removed it."
            }
            ul class=(govuk::LIST) {
                @for one in all {
                    li { (one.who) ", " (one.job) ", " (words::moment(one.doubted_at.0)) }
                }
            }
        }
    }
}

/// `GET /session/passkeys/new`
pub async fn form(State(app): State<App>, asker: Asker) -> Result<Markup> {
    shown(&app, &asker, &Fields::default(), &Problems::default()).await
}

async fn shown(app: &App, asker: &Asker, fields: &Fields, problems: &Problems) -> Result<Markup> {
    let set_up = set_up(app, asker).await?;
    let typed = Typed { fields, problems };
    let body = html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) {
            "It can be this tablet, your phone, or a security key. On a tablet that others use as "
            "well, take a passkey only if nobody else unlocks it with the same number or finger. A "
            "passkey needs JavaScript; without it you sign in with your password, and a code from an "
            "app or a printed list."
        }
        (proof(asker, typed, set_up))
    };
    Ok(layout::page_with_back(app, asker, &problems.title(TITLE), BACK, &body))
}

/// Who they are is proved anew: whoever sits down at an open screen must not give themselves a key.
fn proof(asker: &Asker, typed: Typed<'_>, asked: Option<SetUp>) -> Markup {
    if asked.is_some_and(|set_up| !set_up.has_codes()) {
        return html! {
            p class=(govuk::BODY) { "First confirm with a passkey that you have already." }
            (Form::new(AGAIN, &asker.form_token)
                .hidden(&[("next".to_owned(), NEW.to_owned())])
                .content(Button::new("Use your passkey").render()).render())
        };
    }
    Form::new(NEW, &asker.form_token)
        .content(html! {
            (typed.line(NAME, "What do you call it?").hint("Like “Tablet in the nursery office”").render())
            (PasswordInput::new(CURRENT).label("Your password").error(typed.error(CURRENT)).render())
            @if asked.is_some() {
                (second_step_pages::code_input("Code from your app, or from your printed list", typed.error(CODE)))
            }
            (Button::new("Continue").render())
        })
        .render()
}

/// What somebody has of whom the second step is asked once more; `None` where it is not.
async fn set_up(app: &App, asker: &Asker) -> Result<Option<SetUp>> {
    let set_up = doors::open(app, &asker.actor, OwnAccount).await?.set_up;
    Ok(Some(set_up).filter(|s| s.is_any() && !is_fresh(asker.second_at, app.clock.now())))
}

/// `POST /session/passkeys/new`
pub async fn begin(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    posted: Posted,
) -> Result<Response> {
    let (asker, fields) = (&posted.asker, &posted.fields);
    let problems = unproved(&app, peer, &posted).await?;
    if !problems.is_empty() {
        return Ok(given_back(shown(&app, asker, fields, &problems).await?));
    }
    let member = asker.actor.signed_in()?;
    let held = held_by(&app.db.reads(), &app.keys, member.staff, app.clock.now()).await?;
    let has: Vec<_> = held.into_iter().map(|held| held.credential).collect();
    let name = fields.get(NAME).to_owned();
    let (options, adding) = RelyingParty::at(&app.address)?.adds(member, &has, name)?;
    challenges::keep(&app, &asker.session, &adding).await?;
    let body = Asks {
        title: TITLE,
        say: "Your browser asks now where to keep it: on this device, on your phone, or on a \
            security key.",
        does: Does::Create,
        options: &options,
        form: Form::new(ADD, &asker.form_token),
        instead: "go back to your account",
        instead_at: account::PAGE,
        instead_by: None,
    }
    .render();
    Ok(layout::page(&app, asker, TITLE, &body).into_response())
}

/// What is missing before a passkey may be added.
async fn unproved(app: &App, peer: Option<Extension<Peer>>, posted: &Posted) -> Result<Problems> {
    let (asker, fields) = (&posted.asker, &posted.fields);
    let mut problems = Problems::default();
    if fields.get(NAME).is_empty() {
        problems.add(NAME, NAME_IT);
    }
    problems.add_any(NAME, LINE.exceeded_by(fields.get(NAME)));
    if !problems.is_empty() {
        return Ok(problems);
    }
    let member = asker.actor.signed_in()?;
    if let Some(say) = account::is_not_theirs(app, member, fields.exactly(CURRENT)).await? {
        return Ok(Problems::of(CURRENT, say));
    }
    if set_up(app, asker).await?.is_some() {
        let peer = peer.map(|Extension(Peer(address))| address.ip());
        let (session, code) = (asker.session.clone(), fields.get(CODE));
        let taken = second_step_pages::take_again(app, member.staff, session, code, peer).await?;
        if let Err(say) = taken {
            return Ok(Problems::of(CODE, say));
        }
    }
    Ok(problems)
}

/// What is said where no passkey came of it.
const NOT_MADE: &str = "No passkey was made: it took too long, or the device gave an answer that \
    can’t be used. Try once more";

/// `POST /session/passkeys`
pub async fn add(State(app): State<App>, posted: Posted) -> Result<Response> {
    let (asker, fields) = (&posted.asker, &posted.fields);
    let adding = challenges::take::<Adding>(&app, &asker.session).await?;
    let made = match adding {
        Some((adding, _)) => {
            let credential = RelyingParty::at(&app.address)?.added(fields.exactly(ANSWER), &adding);
            credential.map(|credential| (adding.name, credential))
        }
        None => None,
    };
    let recorded = match made {
        Some((name, credential)) => {
            let change = AddPasskey { name, credential, session: asker.session.clone() };
            doors::record(&app, &asker.actor, change).await
        }
        None => Err(Error::beside(NAME, NOT_MADE)),
    };
    let was_without = asker.actor.is_without_second_step();
    match recorded {
        // Whoever had to set it up first goes on to their work.
        Ok(()) if was_without => Ok(Redirect::to("/").into_response()),
        Ok(()) => Ok(Redirect::to("/session?done=passkey-added").into_response()),
        Err(error) => {
            let problems = Problems::refused(error, NAME)?;
            Ok(given_back(shown(&app, asker, &Fields::default(), &problems).await?))
        }
    }
}

/// `GET /session/passkeys/{reference}/removal`
pub async fn removal_form(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    removal_page(&app, &asker, &reference, &Problems::default()).await
}

async fn removal_page(
    app: &App,
    asker: &Asker,
    reference: &str,
    problems: &Problems,
) -> Result<Markup> {
    let look = OpenOwn { reference: reference.to_owned() };
    let one = doors::open(app, &asker.actor, look).await?;
    let title = "Remove a passkey";
    let body = html! {
        (Typed { fields: &Fields::default(), problems }.summary())
        h1 class=(govuk::HEADING_L) { "Remove “" (one.name) "”?" }
        p class=(govuk::BODY) {
            "Nobody signs in with it any more, and whoever is signed in by it elsewhere is signed out. "
            "To have it back you add it anew. Remove it on the device as well, so that it is not offered there."
        }
        (Form::new(&removal(reference), &asker.form_token)
            .content(html! { div id="removal" { (Button::new("Remove it").warning().render()) } }).render())
    };
    Ok(layout::page_with_back(app, asker, &problems.title(title), BACK, &body))
}

/// `POST /session/passkeys/{reference}/removal`
pub async fn remove(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let session = posted.asker.session.clone();
    let change = RemovePasskey { reference: reference.clone(), session };
    match doors::record(&app, &posted.asker.actor, change).await {
        Ok(()) => Ok(Redirect::to("/session?done=passkey-removed").into_response()),
        Err(error) => {
            let problems = Problems::refused(error, "removal")?;
            Ok(given_back(removal_page(&app, &posted.asker, &reference, &problems).await?))
        }
    }
}
