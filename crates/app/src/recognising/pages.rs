//! The hub's pages about who may be the same person: the pairs that wait, and two people side by
//! side with what is to be said of them.

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    different::{SayDifferent, TakeBack},
    looking::{Recognised, WhoMayBe},
    queue::PairsThatWait,
    seconding::{Came, Settle, Word},
    side_by_side::SideBySide,
    views,
};
use crate::{
    App,
    access::Action,
    doors,
    error::{Error, Result},
    ids::AccountId,
    people::links::LinkPeople,
    web::{
        Asker, Fields, Posted,
        done::Done,
        layout,
        typed::{Problems, Typed, leads_on},
    },
};

/// Where the pairs are.
pub const PAGE: &str = "/may-be-the-same";

/// Which page of the pairs.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Which {
    page: usize,
}

/// `GET /may-be-the-same`
pub async fn queue(
    State(app): State<App>,
    asker: Asker,
    Query(done): Query<Done>,
    Query(Which { page }): Query<Which>,
) -> Result<Markup> {
    let waiting = doors::open(&app, &asker.actor, PairsThatWait { page }).await?;
    let body = html! { (done.banner()) (views::queue(&waiting, page, app.clock.now())) };
    Ok(layout::page_with_back(&app, &asker, views::TITLE, ("/", "Your work"), &body))
}

/// `GET /people/{reference}/may-be/{other}`
pub async fn pair(
    State(app): State<App>,
    asker: Asker,
    Path((person, other)): Path<(String, String)>,
) -> Result<Markup> {
    shown(&app, &asker, person, other, &Fields::default(), &Problems::default()).await
}

async fn shown(
    app: &App,
    asker: &Asker,
    person: String,
    other: String,
    fields: &Fields,
    problems: &Problems,
) -> Result<Markup> {
    let seen = doors::open(app, &asker.actor, SideBySide { person, other }).await?;
    let typed = Typed { fields, problems };
    let body = views::pair(asker, &seen, typed, app.clock.now());
    let title = problems.title(views::PAIR);
    Ok(layout::page_with_back(app, asker, &title, (PAGE, views::TITLE), &body))
}

/// `POST /people/{reference}/may-be/{other}`
pub async fn say(
    State(app): State<App>,
    Path((person, other)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let said = |name: &str| fields.get(name).to_owned();
    let actor = &posted.asker.actor;
    let made = match fields.get("word") {
        "same" => {
            let (from, account, to) = (other.clone(), said("other"), person.clone());
            let change = LinkPeople { from, account, to, reason: said("reason") };
            let made = doors::record_once(&app, actor, fields.once(), change).await;
            made.map(|came| match came {
                Came::Linked(to) => format!("/people/{to}"),
                Came::Waits => format!("{PAGE}?done=asked-to-link"),
            })
        }
        "different" => {
            let accounts = [said("one"), said("other")];
            let (person, other) = (person.clone(), other.clone());
            let change = SayDifferent { person, other, accounts, reason: said("reason") };
            let made = doors::record_once(&app, actor, fields.once(), change).await;
            made.map(|()| format!("{PAGE}?done=said-different"))
        }
        "not-now" => {
            doors::offers(&app, actor, Action::LinkPeople).await?;
            Ok(PAGE.to_owned())
        }
        _ => Err(Error::beside("word", "Choose whether they are the same person")),
    };
    leads_on(made, "reason", async |problems| {
        shown(&app, &posted.asker, person, other, fields, &problems).await
    })
    .await
}

/// `POST /people/{reference}/may-be/{other}/asked`
pub async fn settle(
    State(app): State<App>,
    Path((person, other)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let word = match fields.get("second") {
        "agree" => Some(Word::Agree),
        "refuse" => Some(Word::Refuse),
        _ => None,
    };
    let made = match word {
        None => Err(Error::beside("second", "Choose whether you agree")),
        Some(word) => {
            let change = Settle {
                person: person.clone(),
                other: other.clone(),
                asked: fields.get("asked").to_owned(),
                word,
                reason: fields.get("why").to_owned(),
            };
            let made = doors::record_once(&app, &posted.asker.actor, fields.once(), change).await;
            made.map(|linked| match linked {
                Some(to) => format!("/people/{to}"),
                None => format!("{PAGE}?done=not-linked"),
            })
        }
    };
    leads_on(made, "why", async |problems| {
        shown(&app, &posted.asker, person, other, fields, &problems).await
    })
    .await
}

/// `POST /people/{reference}/different/end`
pub async fn take_back(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let change = TakeBack {
        person: person.clone(),
        different: fields.get("different").to_owned(),
        reason: fields.get("reason").to_owned(),
    };
    doors::record_once(&app, &posted.asker.actor, fields.once(), change).await?;
    Ok(Redirect::to(&format!("/people/{person}")).into_response())
}

/// Who may be the same person as somebody whom a page shows; nobody, for whoever links no people.
///
/// # Errors
/// When the database does.
pub async fn beside(
    app: &App,
    asker: &Asker,
    of: Vec<String>,
    named_by: Vec<AccountId>,
) -> Result<Vec<Recognised>> {
    if !asker.actor.may(Action::LinkPeople) {
        return Ok(Vec::new());
    }
    match doors::open(app, &asker.actor, WhoMayBe { of, named_by }).await {
        Err(Error::NotFound) => Ok(Vec::new()),
        seen => seen,
    }
}
