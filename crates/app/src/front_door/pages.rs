//! The front door's pages: the hub's queue, a contact, and what is done with it.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use practice::{pathway::Process, processes::request_for_support::RequestForSupport};
use serde::Deserialize;

use super::{
    contact_view,
    queue::{Filter, Narrowing, OpenQueue},
    reading::{ContactSeen, OpenContact, OwnRequests},
    screening::{AddInformation, Claim, HandBack, ReadContact},
    views,
};
use crate::{
    App,
    access::Action,
    doors,
    error::{Error, Result},
    people::{
        summary::{self, Of},
        summary_pages,
    },
    recognising::{self, looking::Recognised},
    sharing::notices::ReadNotices,
    web::{
        Asker, Posted, layout,
        typed::{Problems, Typed, given_back},
    },
};

/// What a clock of that code asks for.
pub fn what(code: &str) -> &'static str {
    RequestForSupport::DUTIES.iter().find(|d| d.code == code).map_or("To be done", |d| d.what)
}

/// Which part of the queue, before it is narrowed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Show {
    show: String,
    page: usize,
}

/// `GET /hub`
pub async fn queue(
    State(app): State<App>,
    asker: Asker,
    Query(Show { show, page }): Query<Show>,
    Query(narrowed): Query<BTreeMap<String, String>>,
) -> Result<Markup> {
    let narrowing = Narrowing::of(|by| narrowed.get(by.field()).map_or("", String::as_str));
    let look = OpenQueue { filter: Filter::of_slug(&show), narrowing, page };
    let queue = doors::open(&app, &asker.actor, look).await?;
    Ok(layout::page(&app, &asker, "Hub queue", &views::queue(&asker, &queue)))
}

/// `GET /requests`
pub async fn own_requests(State(app): State<App>, asker: Asker) -> Result<Markup> {
    let requests = doors::open(&app, &asker.actor, OwnRequests).await?;
    let drafts = doors::open(&app, &asker.actor, crate::questionnaires::store::OwnDrafts).await?;
    let body = crate::questionnaires::views::requests(&asker, &requests, &drafts, app.clock.now());
    Ok(layout::page(&app, &asker, "Requests", &body))
}

/// `GET /contacts/{reference}`
pub async fn contact(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    let of = Of::Contact(reference.clone());
    if summary::is_all_of(&app, &asker.actor, &of).await? {
        return summary_pages::page(&app, &asker, of).await;
    }
    let look = || OpenContact { reference: reference.clone() };
    let mut seen = doors::open(&app, &asker.actor, look()).await?;
    if asker.actor.may(Action::Screen) && seen.is_unread_by(asker.actor.staff()) {
        doors::record(&app, &asker.actor, ReadContact { contact: reference.clone() }).await?;
        seen = doors::open(&app, &asker.actor, look()).await?;
    }
    if seen.notices_wait {
        doors::record(&app, &asker.actor, ReadNotices { contact: reference.clone() }).await?;
    }
    let may_be = may_be(&app, &asker, &seen).await?;
    let partnership = app.partnership();
    let body = contact_view::contact(&asker, &seen, &may_be, &partnership, app.clock.now());
    Ok(layout::page_with_back(&app, &asker, &format!("Request {reference}"), back(&seen), &body))
}

/// Who may be the same person as anybody in the request, for whoever reads it as the hub does.
async fn may_be(app: &App, asker: &Asker, seen: &ContactSeen) -> Result<Vec<Recognised>> {
    if !seen.in_full {
        return Ok(Vec::new());
    }
    let children = || seen.children.iter().map(|child| &child.account);
    let of = children().map(|account| account.person.clone()).collect();
    let named_by = children().map(|account| account.id).collect();
    recognising::pages::beside(app, asker, of, named_by).await
}

fn back(seen: &ContactSeen) -> (&'static str, &'static str) {
    if seen.in_full { ("/hub", "Hub queue") } else { ("/requests", "Requests") }
}

/// `POST /contacts/{reference}/claim`
pub async fn claim(
    State(app): State<App>,
    Path(contact): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let to = format!("/contacts/{contact}");
    match doors::record_once(&app, &posted.asker.actor, posted.fields.once(), Claim { contact })
        .await
    {
        // Somebody else was quicker: the page says who has it now.
        Ok(()) | Err(Error::Refusal(_)) => Ok(Redirect::to(&to).into_response()),
        Err(other) => Err(other),
    }
}

/// `POST /contacts/{reference}/hand-back`
pub async fn hand_back(
    State(app): State<App>,
    Path(contact): Path<String>,
    posted: Posted,
) -> Result<Response> {
    doors::record_once(&app, &posted.asker.actor, posted.fields.once(), HandBack { contact })
        .await?;
    Ok(Redirect::to("/hub").into_response())
}

/// `POST /contacts/{reference}/information`
pub async fn add_information(
    State(app): State<App>,
    Path(contact): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let actor = &posted.asker.actor;
    let danger = match fields.get("danger") {
        "yes" => true,
        "no" => false,
        _ => {
            let problems = Problems::of("danger", "Choose whether a child is in immediate danger");
            return not_added(&app, &posted, &contact, &problems).await;
        }
    };
    let said_at = match contact_view::SAID.typed(fields, app.clock.now()) {
        Ok(said_at) => said_at,
        Err(say) => {
            let problems = Problems::of(contact_view::SAID.name, say);
            return not_added(&app, &posted, &contact, &problems).await;
        }
    };
    let said = fields.get("said").to_owned();
    let change = AddInformation { contact: contact.clone(), said, danger, said_at };
    match doors::record_once(&app, actor, fields.once(), change).await {
        Ok(()) => Ok(Redirect::to(&format!("/contacts/{contact}")).into_response()),
        Err(Error::Refusal(say)) => {
            not_added(&app, &posted, &contact, &Problems::of("said", say)).await
        }
        Err(other) => Err(other),
    }
}

/// The form again, with what was typed and what is to be put right.
async fn not_added(
    app: &App,
    posted: &Posted,
    contact: &str,
    problems: &Problems,
) -> Result<Response> {
    // Nobody opens again what was dealt with to say something of it.
    let of = Of::Contact(contact.to_owned());
    let back = if summary::is_all_of(app, &posted.asker.actor, &of).await? {
        ("/hub", "Hub queue")
    } else {
        let look = OpenContact { reference: contact.to_owned() };
        back(&doors::open(app, &posted.asker.actor, look).await?)
    };
    let typed = Typed { fields: &posted.fields, problems };
    let body = html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { "Add information" }
        (contact_view::add_information(&posted.asker, contact, typed))
    };
    let title = problems.title(&format!("request {contact}"));
    let page = layout::page_with_back(app, &posted.asker, &title, back, &body);
    Ok(given_back(page))
}
