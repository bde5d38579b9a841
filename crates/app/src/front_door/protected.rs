//! What is protected in a contact (a refuge's address, telephone numbers that must not be known),
//! shown to the hub for a purpose that it names. Each showing is in the journal with its purpose.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use govuk::{Button, ErrorSummary, Form, InsetText, SummaryList, TextInput};
use maud::{Markup, html};
use uuid::Uuid;

use super::{
    contact_view::{BeforeRinging, before_anybody_is_rung, family_phone},
    contacts,
    views::name,
};
use crate::{
    App,
    access::{Action, MayReveal},
    doors::{self, Glass, Look},
    error::{Error, Result},
    pathways::{self, store::Telling},
    people::store::{self, Account, Place, ShownAddress},
    questionnaires::{self, Answered},
    web::{Asker, Posted, layout, words},
};

/// How long a purpose may be, in characters.
const MOST: usize = 500;

/// A look at what is protected in a contact.
struct RevealContact {
    reference: String,
    purpose: String,
}

/// What is protected in a contact.
struct Revealed {
    answered: Option<Answered>,
    tellings: Vec<Telling>,
    children: Vec<(Account, Vec<Place>)>,
}

impl Look for RevealContact {
    type Seen = Revealed;
    const WHAT: &'static str = "front-door:reveal";
    const ACTION: Action = Action::RevealProtected;

    fn purpose(&self) -> String {
        self.purpose.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Revealed, Vec<Uuid>)> {
        let may = glass.reveals.ok_or(Error::NotFound)?;
        let contact = contacts::find(&glass.db, &glass.scope, &self.reference).await?;
        let mut subjects = vec![contact.id.0];
        let mut tellings = Vec::new();
        let mut children = Vec::new();
        for pathway in pathways::store::of_contact(&glass.db, &glass.scope, contact.id).await? {
            subjects.push(pathway.account_id.0);
            tellings
                .extend(pathways::store::tellings(&glass.db, &glass.app.keys, pathway.id).await?);
            let account = store::account(&glass.db, pathway.account_id).await?;
            let shown = store::addresses(&glass.db, &glass.app.keys, account.id).await?;
            children.push((account, shown.into_iter().map(|s| revealed(s, may)).collect()));
        }
        let answered = match contact.response_id {
            Some(id) => Some(questionnaires::store::answered(glass, id).await?),
            None => None,
        };
        Ok((Revealed { answered, tellings, children }, subjects))
    }
}

fn revealed(shown: ShownAddress, may: MayReveal) -> Place {
    match shown {
        ShownAddress::At(place) => place,
        ShownAddress::Protected(place) => place.reveal(&may).clone(),
    }
}

/// `GET /contacts/{reference}/protected`
pub async fn form(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    if !asker.actor.may(Action::RevealProtected) {
        return Err(Error::NotFound);
    }
    Ok(asked(&app, &asker, &reference, "", None))
}

/// `POST /contacts/{reference}/protected`
pub async fn reveal(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    if !posted.asker.actor.may(Action::RevealProtected) {
        return Err(Error::NotFound);
    }
    let purpose = posted.fields.get("purpose").to_owned();
    let problem = match purpose.chars().count() {
        0 => Some("Enter what you need it for".to_owned()),
        n if n > MOST => Some(format!("Shorten this to {MOST} characters or fewer")),
        _ => None,
    };
    if let Some(problem) = problem {
        let page = asked(&app, &posted.asker, &reference, &purpose, Some(&problem));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let look = RevealContact { reference: reference.clone(), purpose };
    let seen = doors::open(&app, &posted.asker.actor, look).await?;
    let back = format!("/contacts/{reference}");
    let back = (back.as_str(), "Back to the request");
    let title = "Protected details";
    let page = layout::page_with_back(&app, &posted.asker, title, back, &view(&seen));
    Ok(page.into_response())
}

fn asked(
    app: &App,
    asker: &Asker,
    reference: &str,
    purpose: &str,
    problem: Option<&str>,
) -> Markup {
    let body = html! {
        @if let Some(problem) = problem { (ErrorSummary::new().item("#purpose", problem).render()) }
        h1 class=(govuk::HEADING_L) { "Protected details of request " (reference) }
        p class=(govuk::BODY) {
            "These may be the address of a refuge, or a number that somebody must not find. "
            "That you looked, and what for, is recorded."
        }
        (Form::new(&format!("/contacts/{reference}/protected"), &asker.form_token).content(html! {
            (TextInput::new("purpose").label("What do you need it for?")
                .hint("For example: a visit today, or to send the police.")
                .value(purpose).error(problem).render())
            (Button::new("Show it").render())
        }).render())
    };
    let back = format!("/contacts/{reference}");
    layout::page_with_back(app, asker, "Protected details", (&back, "Back to the request"), &body)
}

fn view(seen: &Revealed) -> Markup {
    html! {
        h1 class=(govuk::HEADING_L) { "Protected details" }
        (before_anybody_is_rung(&BeforeRinging::of(seen.answered.as_ref(), seen.tellings.iter())))
        (InsetText::new("Don’t copy this anywhere else, and don’t read it out to anybody whom you don’t know.").render())
        @for (account, places) in &seen.children {
            @let who = name(&account.given, &account.family, account.expected_on.is_some());
            @let given = places.iter().filter(|(lines, postcode)| !lines.is_empty() || !postcode.is_empty());
            @let list = given.fold(SummaryList::new(), |list, (lines, postcode)| {
                list.row("Address", &format!("{lines}, {postcode}"))
            });
            h2 class=(govuk::HEADING_M) { (who) }
            @if list.rows.is_empty() { p class=(govuk::BODY) { "No address was given." } }
            @else { (list.render()) }
        }
        @if let Some(number) = family_phone(seen.tellings.iter()) {
            (SummaryList::new().content_row("Telephone of the family", words::ring(number)).render())
        }
        @if let Some(answered) = &seen.answered {
            h2 class=(govuk::HEADING_M) { "What was said in the request" }
            (questionnaires::answered::protected(answered))
        }
    }
}
