//! The pages about people: a search for the hub, a child's page, linking and unlinking.

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::Markup;
use serde::Deserialize;

use super::{
    child::OpenChild,
    links::{LinkPeople, UnlinkAccount},
    search::SearchPeople,
    views,
};
use crate::{
    App,
    access::Action,
    doors,
    error::{Error, Result},
    ids::AccountId,
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

/// `GET /people/{reference}`
pub async fn child(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    let child = doors::open(&app, &asker.actor, OpenChild { reference }).await?;
    let body = views::child(&asker, &child, app.clock.now());
    Ok(layout::page(&app, &asker, "A child’s page", &body))
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
    let change = LinkPeople { from, to, reason };
    doors::record_once(&app, &posted.asker.actor, posted.fields.once(), change).await?;
    Ok(Redirect::to(&page).into_response())
}

/// `POST /people/{reference}/unlink`
pub async fn unlink(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let account = posted.fields.get("account").parse().map_err(|_| Error::NotFound)?;
    let reason = posted.fields.get("reason").to_owned();
    let change = UnlinkAccount { account: AccountId(account), reason };
    doors::record_once(&app, &posted.asker.actor, posted.fields.once(), change).await?;
    Ok(Redirect::to(&format!("/people/{person}")).into_response())
}
