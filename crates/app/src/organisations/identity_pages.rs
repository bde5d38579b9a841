//! The Business Unit's page for how the staff of an agency sign in with its own accounts. Before it
//! is saved the provider is asked what it says of itself, so that what is wrong is known now.

use axum::{
    Extension,
    extract::{Path, Query, State},
    response::Response,
};
use govuk::{Button, Form, SummaryList};
use jiff::Timestamp;
use maud::{Markup, html};
use platform::serve::Peer;

use super::{
    identity::{OpenProvider, Own, RemoveProvider, SetProvider},
    pages::{Came, again, on_to, record},
    sheet::{Line, Sheet, check, filled},
};
use crate::{
    App,
    access::{
        identity::{
            asking::{Issuer, Trouble, at_home, describes_itself},
            signing_in::comes_back_to,
        },
        second_step_pages::{self, asks_again, by_passkey},
    },
    doors,
    error::{Error, Result},
    web::{
        Asker, Fields, Posted,
        done::Done,
        layout,
        typed::{Problems, Typed},
        words,
    },
};

const TITLE: &str = "Sign-in with the agency’s own accounts";
const ISSUER: &str = "issuer";
const SECRET: &str = "client-secret";
const VOUCHES: &str = "addresses";
const SECOND_STEP: &str = "second-step";
/// What is sent where its word counts, and where it does not.
const ITS_WORD: &str = "its-word";
const OURS: &str = "ours";

/// What a code of one’s own is typed into.
const CODE: &str = "one-time-code";

/// What is asked; with a code of their own from whoever has not given one just now.
fn lines(asks: bool) -> Vec<Line> {
    let choices = |ours: &str, its: &str| {
        [(OURS.to_owned(), ours.to_owned()), (ITS_WORD.to_owned(), its.to_owned())]
    };
    let code = Line::text(CODE, "Code from your app, or from your printed list")
        .hint("Whoever sets this decides as whom people come in, so you are asked once more");
    let mut lines = vec![
        Line::text(ISSUER, "Issuer").hint(
            "The address that the provider calls itself by, exactly: like https://id.agency.example",
        ),
        Line::text("client-id", "Client ID").hint("What the provider calls Sightline"),
        Line::secret(SECRET, "Client secret")
            .hint("It is not shown again. Leave it empty to keep the one that was saved"),
        Line::choice(
            VOUCHES,
            "Email addresses that count the first time",
            choices("Those that it calls verified", "All: the agency alone gives them out"),
        )
        .hint("Microsoft Entra ID calls no address verified. Choose all only if nobody can choose their own"),
        Line::choice(
            SECOND_STEP,
            "Second step",
            choices("Sightline asks for its own", "The provider asks for one, and says so each time"),
        )
        .hint("It says so by “mfa” among the “amr” of its tokens. Without that word Sightline asks"),
    ];
    lines.extend(asks.then_some(code));
    lines
}

fn as_set(own: &Own) -> Fields {
    let word = |since: bool| Some(if since { ITS_WORD } else { OURS });
    let set = own.set.as_ref();
    filled([
        (ISSUER, set.map(|set| set.issuer.as_str())),
        ("client-id", set.map(|set| set.client_id.as_str())),
        (VOUCHES, set.and_then(|set| word(set.vouches_since.is_some()))),
        (SECOND_STEP, word(set.is_some_and(|set| set.second_step_since.is_some()))),
    ])
}

async fn opened(app: &App, asker: &Asker, agency: &str) -> Result<Own> {
    doors::open(app, &asker.actor, OpenProvider { agency: agency.to_owned() }).await
}

/// `GET /agencies/{reference}/identity-provider`
pub async fn form(
    State(app): State<App>,
    asker: Asker,
    Path(agency): Path<String>,
    Query(done): Query<Done>,
) -> Result<Markup> {
    let own = opened(&app, &asker, &agency).await?;
    Ok(page(&app, &asker, &own, &done, None, &Problems::default(), false))
}

fn page(
    app: &App,
    asker: &Asker,
    own: &Own,
    done: &Done,
    typed: Option<&Fields>,
    problems: &Problems,
    theirs: bool,
) -> Markup {
    let now = as_set(own);
    let at = format!("/agencies/{}/identity-provider", own.agency.reference);
    let sheet = Sheet {
        action: &at,
        lines: &lines(asks_again(app, asker)),
        typed: Typed { fields: typed.unwrap_or(&now), problems },
        revision: Some(own.revision),
        theirs: theirs.then_some(&now),
        press: "Save",
    };
    let body = html! {
        (done.banner())
        (sheet.over())
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) {
            "Members of staff of this agency sign in with the account that they have at work (OpenID Connect). Nobody "
            "gets an account by it: the first time, they are known by the e-mail address that stands here, and from "
            "then on by what the agency’s provider calls them."
        }
        (known(app, own))
        @if asks_again(app, asker) { (by_passkey(asker, &at)) }
        (sheet.render(asker))
        @if own.set.is_some() { (removal(asker, own, &at)) }
    };
    let back = format!("/agencies/{}", own.agency.reference);
    layout::page_with_back(app, asker, &problems.title(TITLE), (&back, &own.agency.name), &body)
}

fn known(app: &App, own: &Own) -> Markup {
    let mut list = SummaryList::new()
        .row("Redirect address to register there", &comes_back_to(app, &own.agency.reference));
    if let Some(set) = &own.set {
        list = list
            .row("Set", &words::moment(set.set_at.0))
            .row("Members of staff connected", &own.connected.to_string());
    }
    list.render()
}

fn removal(asker: &Asker, own: &Own, at: &str) -> Markup {
    let revision = [("revision".to_owned(), own.revision.to_string())];
    html! {
        h2 class=(govuk::HEADING_M) { "Remove it" }
        p class=(govuk::BODY) {
            "Nobody signs in by it any more, and whoever has is signed out. Everybody’s connection ends, as it does "
            "when the issuer or the client ID is changed. Passwords and passkeys stay."
        }
        (Form::new(&format!("{at}/removal"), &asker.form_token).hidden(&revision)
            .content(Button::new("Remove it").warning().render()).render())
    }
}

/// `POST /agencies/{reference}/identity-provider`
pub async fn set(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    Path(agency): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let (asker, fields) = (&posted.asker, &posted.fields);
    // Nobody has an address asked who may not set one.
    let mut own = opened(&app, asker, &agency).await?;
    let (mut problems, mut theirs) = (check(&lines(asks_again(&app, asker)), fields), false);
    if problems.is_empty() {
        problems = is_there(&app, fields.get(ISSUER)).await;
    }
    let mut second_at = asker.second_at;
    if problems.is_empty() && asks_again(&app, asker) {
        match second_step_pages::taken_with(&app, peer, &posted, |_| false).await? {
            Ok(taken) => second_at = taken,
            Err(say) => problems = Problems::of(CODE, say),
        }
    }
    if problems.is_empty() {
        let beside = if fields.get(SECRET).is_empty() { SECRET } else { ISSUER };
        (problems, theirs) =
            match record(&app, &posted, beside, change(&agency, fields, second_at)).await {
                Ok(Came::Taken(())) => {
                    let at = format!("/agencies/{agency}/identity-provider");
                    return Ok(on_to(&at, "provider-set"));
                }
                Ok(Came::Again(problems, theirs)) => (problems, theirs),
                Err(Error::Beside { field, say }) => (Problems::of(field, say), false),
                Err(other) => return Err(other),
            };
        own = opened(&app, asker, &agency).await?;
    }
    let done = Done::default();
    Ok(again(page(&app, asker, &own, &done, Some(fields), &problems, theirs), theirs))
}

fn change(agency: &str, fields: &Fields, second_at: Option<Timestamp>) -> SetProvider {
    SetProvider {
        agency: agency.to_owned(),
        revision: fields.revision(),
        issuer: fields.get(ISSUER).to_owned(),
        client_id: fields.get("client-id").to_owned(),
        secret: fields.some(SECRET),
        vouches: fields.get(VOUCHES) == ITS_WORD,
        second_step: fields.get(SECOND_STEP) == ITS_WORD,
        second_at,
    }
}

/// What is wrong with the provider itself, if anything is.
async fn is_there(app: &App, said: &str) -> Problems {
    let issuer = match Issuer::parse(said, at_home(app)) {
        Ok(issuer) => issuer,
        Err(say) => return Problems::of(ISSUER, say),
    };
    match describes_itself(&issuer).await {
        Ok(()) => Problems::default(),
        Err(Trouble::Wrong(say)) => Problems::of(ISSUER, say),
        Err(Trouble::Silent | Trouble::Unknown) => Problems::of(
            ISSUER,
            "Nothing answers at this address within ten seconds. Check it, and ask the agency’s IT \
             team whether it can be reached from outside",
        ),
    }
}

/// `POST /agencies/{reference}/identity-provider/removal`
pub async fn remove(
    State(app): State<App>,
    Path(agency): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let change = RemoveProvider { agency: agency.clone(), revision: posted.fields.revision() };
    doors::record(&app, &posted.asker.actor, change).await?;
    Ok(on_to(&format!("/agencies/{agency}/identity-provider"), "provider-removed"))
}
