//! The front door's pages: the hub's queue, a contact, and what is done with it.

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::Markup;
use practice::{pathway::Process, processes::request_for_support::RequestForSupport};
use serde::Deserialize;

use super::{
    contact_view,
    queue::{Filter, OpenQueue},
    reading::{OpenContact, OwnRequests},
    screening::{AddInformation, Claim, HandBack, ReadContact},
    views,
};
use crate::{
    App,
    access::Action,
    doors,
    error::Result,
    sharing::notices::ReadNotices,
    web::{Asker, Posted, layout},
};

/// What a clock of that code asks for.
pub fn what(code: &str) -> &'static str {
    RequestForSupport::DUTIES.iter().find(|d| d.code == code).map_or("To be done", |d| d.what)
}

/// Which part of the queue.
#[derive(Deserialize)]
pub struct Show {
    #[serde(default)]
    show: String,
    #[serde(default)]
    page: usize,
}

/// `GET /hub`
pub async fn queue(
    State(app): State<App>,
    asker: Asker,
    Query(show): Query<Show>,
) -> Result<Markup> {
    let look = OpenQueue { filter: Filter::of_slug(&show.show), page: show.page };
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
    let look = || OpenContact { reference: reference.clone() };
    let mut seen = doors::open(&app, &asker.actor, look()).await?;
    let unread = seen
        .children
        .iter()
        .any(|c| c.clocks.iter().any(|k| k.code == "REF-DANGER" && k.state == "running"));
    if unread && asker.actor.may(Action::Screen) {
        doors::record(&app, &asker.actor, ReadContact { contact: reference.clone() }).await?;
        seen = doors::open(&app, &asker.actor, look()).await?;
    }
    doors::record(&app, &asker.actor, ReadNotices { contact: reference.clone() }).await?;
    let body = contact_view::contact(&asker, &seen, &app.partnership(), app.clock.now());
    let back = if seen.in_full { ("/hub", "Hub queue") } else { ("/requests", "Requests") };
    Ok(layout::page_with_back(&app, &asker, &format!("Request {reference}"), back, &body))
}

/// `POST /contacts/{reference}/claim`
pub async fn claim(
    State(app): State<App>,
    Path(contact): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let to = format!("/contacts/{contact}");
    doors::record_once(&app, &posted.asker.actor, posted.fields.once(), Claim { contact }).await?;
    Ok(Redirect::to(&to).into_response())
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
    let to = format!("/contacts/{contact}");
    let said = posted.fields.get("said").to_owned();
    let change = AddInformation { contact, said };
    doors::record_once(&app, &posted.asker.actor, posted.fields.once(), change).await?;
    Ok(Redirect::to(&to).into_response())
}
