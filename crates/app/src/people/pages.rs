//! The pages about people: a search for the hub, a child's page, linking and unlinking.

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::Markup;
use serde::Deserialize;

use super::{
    addenda::AddToAccount,
    child::OpenChild,
    links::{LinkPeople, MovedTo, UnlinkAccount},
    search::SearchPeople,
    views::{self, Show},
};
use crate::{
    App,
    access::Action,
    doors,
    error::{Error, Result},
    web::{Asker, Posted, layout},
};

/// What was searched for.
#[derive(Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
    /// The person whose other accounts are looked for.
    #[serde(default)]
    with: String,
}

/// `GET /people`
pub async fn search(
    State(app): State<App>,
    asker: Asker,
    Query(search): Query<Search>,
) -> Result<Markup> {
    if !asker.actor.may(Action::SearchPeople) {
        return Err(Error::NotFound);
    }
    let found = if search.q.trim().is_empty() {
        None
    } else {
        let look = SearchPeople { words: search.q.clone() };
        Some(doors::open(&app, &asker.actor, look).await?)
    };
    let body = views::search(&asker, &search.q, &search.with, found.as_deref(), app.clock.now());
    Ok(layout::page(&app, &asker, "People", &body))
}

/// Which part of what happened.
#[derive(Deserialize)]
pub struct ShowPart {
    #[serde(default)]
    show: String,
}

/// `GET /people/{reference}`
pub async fn child(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
    Query(show): Query<ShowPart>,
) -> Result<Response> {
    let look = OpenChild { reference: reference.clone() };
    let child = match doors::open(&app, &asker.actor, look).await {
        Err(Error::NotFound) if asker.actor.may(Action::LinkPeople) => {
            let moved = doors::open(&app, &asker.actor, MovedTo { person: reference }).await?;
            let now = moved.ok_or(Error::NotFound)?;
            return Ok(Redirect::to(&format!("/people/{now}")).into_response());
        }
        other => other?,
    };
    let body = views::child(&asker, &child, Show::of_slug(&show.show), app.clock.now());
    Ok(layout::page(&app, &asker, "A child’s page", &body).into_response())
}

/// `POST /people/{reference}/addenda`
pub async fn add(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let to = format!("/people/{person}");
    let change = AddToAccount {
        person,
        account: posted.fields.get("account").to_owned(),
        said: posted.fields.get("said").to_owned(),
    };
    doors::record_once(&app, &posted.asker.actor, posted.fields.once(), change).await?;
    Ok(Redirect::to(&to).into_response())
}

/// `POST /people/{reference}/links`
pub async fn link(
    State(app): State<App>,
    Path(to): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let from = posted.fields.get("from").to_owned();
    let reason = posted.fields.get("reason").to_owned();
    let page = format!("/people/{to}");
    let account = posted.fields.get("account").to_owned();
    let change = LinkPeople { from, account, to, reason };
    doors::record_once(&app, &posted.asker.actor, posted.fields.once(), change).await?;
    Ok(Redirect::to(&page).into_response())
}

/// `POST /people/{reference}/unlink`
pub async fn unlink(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let account = posted.fields.get("account").to_owned();
    let reason = posted.fields.get("reason").to_owned();
    let change = UnlinkAccount { person: person.clone(), account, reason };
    doors::record_once(&app, &posted.asker.actor, posted.fields.once(), change).await?;
    Ok(Redirect::to(&format!("/people/{person}")).into_response())
}
