//! The pages about people: a search for the hub, a child's page, linking and unlinking.

use axum::{
    Extension,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::Markup;
use serde::Deserialize;

use super::{
    addenda::AddToAccount,
    child::OpenChild,
    links::{MovedTo, SplitPerson},
    search::{Asked, Found, SearchPeople},
    search_view::{self, Searched},
    summary::{self, Of},
    summary_pages,
    views::{self, Refused, Show},
};
use crate::{
    App,
    access::Action,
    doors::{self, Change},
    error::{Error, Result},
    recognising::{self, looking::Recognised},
    web::{
        Asker, Fields, Posted, layout,
        refusals::FoundNobody,
        sealed_in,
        typed::{Problems, Typed, given_back},
    },
};

/// What is searched for, sealed.
#[derive(Deserialize)]
pub struct SearchedFor {
    #[serde(default, rename = "for")]
    sealed: String,
}

/// `GET /people`: the search, and whom it finds.
pub async fn search_form(
    State(app): State<App>,
    asker: Asker,
    Query(SearchedFor { sealed }): Query<SearchedFor>,
) -> Result<Response> {
    doors::offers(&app, &asker.actor, Action::SearchPeople).await?;
    let fields = sealed_in::opened(&app.keys, &asker.session, &sealed).unwrap_or_default();
    let who = match fields.some("q") {
        Some(words) => look(&app, &asker, words).await.map(Some),
        None => Ok(None),
    };
    let who = match who {
        Err(Error::Refusal(say)) => {
            return Ok(given_back(found(&app, &asker, &fields, &Problems::of("q", say), None)));
        }
        who => who?,
    };
    let page = found(&app, &asker, &fields, &Problems::default(), who.as_ref());
    Ok(match who {
        Some(who) if who.accounts.is_empty() => (Extension(FoundNobody), page).into_response(),
        _ => page.into_response(),
    })
}

/// `POST /people`: what is searched for never stands readable in an address, and whoever goes back
/// to what was found is not asked to send a form again.
pub async fn search(State(app): State<App>, posted: Posted) -> Result<Response> {
    doors::offers(&app, &posted.asker.actor, Action::SearchPeople).await?;
    let fields = &posted.fields;
    if let Err(Error::Refusal(say)) = Asked::readings(fields.get("q")) {
        let problems = Problems::of("q", say);
        return Ok(given_back(found(&app, &posted.asker, fields, &problems, None)));
    }
    let kept = Searched::kept(fields);
    let sealed = sealed_in::sealed(&app.keys, &posted.asker.session, &kept)?;
    Ok(Redirect::to(&format!("/people?for={sealed}")).into_response())
}

async fn look(app: &App, asker: &Asker, words: String) -> Result<Found> {
    doors::open(app, &asker.actor, SearchPeople { words }).await
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
    let of = Of::Person(reference.clone());
    if summary::is_all_of(&app, &asker.actor, &of).await? {
        return Ok(summary_pages::page(&app, &asker, of).await?.into_response());
    }
    // Two looks of one moment share a commit.
    let look = OpenChild { reference: reference.clone() };
    let opened = doors::open(&app, &asker.actor, look);
    let (opened, recognised) = tokio::join!(opened, may_be(&app, &asker, &reference));
    let child = match opened {
        Err(Error::NotFound) if asker.actor.may(Action::LinkPeople) => {
            let now = doors::open(&app, &asker.actor, MovedTo { person: reference }).await?;
            return Ok(Redirect::to(&format!("/people/{now}")).into_response());
        }
        other => other?,
    };
    let show = Show::of_slug(&show.show);
    let body = views::child(&asker, &child, show, None, &recognised?, app.clock.now());
    Ok(layout::page(&app, &asker, "A child’s page", &body).into_response())
}

/// Who may be the same person.
async fn may_be(app: &App, asker: &Asker, person: &str) -> Result<Vec<Recognised>> {
    recognising::pages::beside(app, asker, vec![person.to_owned()], Vec::new()).await
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

/// `POST /people/{reference}/unlink`
pub async fn unlink(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let mut accounts = vec![fields.get("account").to_owned()];
    let with = fields.0.iter().filter(|(name, said)| name == views::WITH && !said.is_empty());
    accounts.extend(with.map(|(_, said)| said.clone()));
    accounts.sort_unstable();
    accounts.dedup();
    let reason = fields.get("reason").to_owned();
    let change = SplitPerson { person: person.clone(), accounts, reason };
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
    let recognised = may_be(app, &posted.asker, &child.reference).await?;
    let everything = Show::Everything;
    let body = views::child(&posted.asker, &child, everything, Some(refused), &recognised, now);
    let page = layout::page(app, &posted.asker, "Error: A child’s page", &body);
    Ok(given_back(page))
}
