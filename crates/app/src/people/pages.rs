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
    search::{Found, SearchPeople},
    search_view::{self, Searched},
    views::{self, Refused, Show},
};
use crate::{
    App,
    access::Action,
    doors::{self, Change},
    error::{Error, Result},
    web::{
        Asker, Fields, Posted, layout,
        typed::{Problems, Typed, given_back},
    },
};

/// `GET /people`
pub async fn search_form(State(app): State<App>, asker: Asker) -> Result<Markup> {
    doors::offers(&app, &asker.actor, Action::SearchPeople).await?;
    Ok(found(&app, &asker, &Fields::default(), &Problems::default(), None))
}

/// `POST /people`: what is searched for never stands in an address.
pub async fn search(State(app): State<App>, posted: Posted) -> Result<Response> {
    doors::offers(&app, &posted.asker.actor, Action::SearchPeople).await?;
    match look(&app, &posted).await {
        Err(Error::Refusal(say)) => {
            let problems = Problems::of("q", say);
            let page = found(&app, &posted.asker, &posted.fields, &problems, None);
            Ok(given_back(page))
        }
        who => {
            let (who, fields) = (who?, &posted.fields);
            Ok(found(&app, &posted.asker, fields, &Problems::default(), Some(&who)).into_response())
        }
    }
}

async fn look(app: &App, posted: &Posted) -> Result<Found> {
    let words = posted.fields.get("q").to_owned();
    doors::open(app, &posted.asker.actor, SearchPeople { words }).await
}

fn found(
    app: &App,
    asker: &Asker,
    fields: &Fields,
    problems: &Problems,
    who: Option<&Found>,
) -> Markup {
    let searched = Searched(Typed { fields, problems });
    let body = search_view::page(asker, searched, who, app.clock.now());
    layout::page(app, asker, &problems.title("People"), &body)
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
            let now = doors::open(&app, &asker.actor, MovedTo { person: reference }).await?;
            return Ok(Redirect::to(&format!("/people/{now}")).into_response());
        }
        other => other?,
    };
    let show = Show::of_slug(&show.show);
    let body = views::child(&asker, &child, show, None, app.clock.now());
    Ok(layout::page(&app, &asker, "A child’s page", &body).into_response())
}

/// `POST /people/{reference}/addenda`
pub async fn add(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let change = AddToAccount {
        person: person.clone(),
        account: posted.fields.get("account").to_owned(),
        said: posted.fields.get("said").to_owned(),
    };
    let made = record(&app, &posted, change).await;
    back_to_the_page(&app, &posted, &person, "said", made).await
}

/// `POST /people/{reference}/links`
pub async fn link(
    State(app): State<App>,
    Path(to): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let change = LinkPeople {
        from: fields.get("from").to_owned(),
        account: fields.get("account").to_owned(),
        to: to.clone(),
        reason: fields.get("reason").to_owned(),
    };
    match record(&app, &posted, change).await {
        Ok(to) => Ok(Redirect::to(&format!("/people/{to}")).into_response()),
        Err(Error::Refusal(say)) => {
            // The search once more, with the reason as it was typed.
            let Ok(who) = look(&app, &posted).await else { return Err(Error::Refusal(say)) };
            let problems = Problems::of(&format!("reason-{}", fields.get("account")), say);
            let page = found(&app, &posted.asker, fields, &problems, Some(&who));
            Ok(given_back(page))
        }
        Err(other) => Err(other),
    }
}

/// `POST /people/{reference}/unlink`
pub async fn unlink(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let change = UnlinkAccount {
        person: person.clone(),
        account: posted.fields.get("account").to_owned(),
        reason: posted.fields.get("reason").to_owned(),
    };
    let made = record(&app, &posted, change).await;
    back_to_the_page(&app, &posted, &person, "reason", made).await
}

async fn record<C: Change>(app: &App, posted: &Posted, change: C) -> Result<C::Made> {
    doors::record_once(app, &posted.asker.actor, posted.fields.once(), change).await
}

/// The child's page: as it is now, or with a form that was refused and what was typed into it.
async fn back_to_the_page(
    app: &App,
    posted: &Posted,
    person: &str,
    field: &str,
    made: Result<()>,
) -> Result<Response> {
    let say = match made {
        Ok(()) => return Ok(Redirect::to(&format!("/people/{person}")).into_response()),
        Err(Error::Refusal(say)) => say,
        Err(other) => return Err(other),
    };
    let look = OpenChild { reference: person.to_owned() };
    let child = doors::open(app, &posted.asker.actor, look).await?;
    let refused = Refused { fields: &posted.fields, field, say: &say };
    let now = app.clock.now();
    let body = views::child(&posted.asker, &child, Show::Everything, Some(refused), now);
    let page = layout::page(app, &posted.asker, "Error: A child’s page", &body);
    Ok(given_back(page))
}
