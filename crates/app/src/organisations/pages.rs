//! The Business Unit's pages for agencies, and the page of a team.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::Markup;
use serde::Deserialize;

use super::{
    AGENCY_KINDS, PUBLIC,
    agencies::{AgencyRow, OpenAgencies, OpenAgency, SetAgency},
    sheet::{self, Line, Sheet, check, filled},
    teams::OpenTeam,
    views,
    vouching::VouchedForLately,
    vouching_pages,
};
use crate::{
    App, doors,
    error::{Error, Result},
    web::{
        Asker, Fields, Posted,
        done::Done,
        layout,
        typed::{Problems, Typed},
    },
};

/// What came of a form: it was taken, or it is shown again.
pub(super) enum Came<T> {
    Taken(T),
    /// What is wrong, and whether somebody else saved the same thing meanwhile.
    Again(Problems, bool),
}

/// Records a change whose form was checked. What the rules refuse is said beside that field.
pub(super) async fn record<C: doors::Change>(
    app: &App,
    posted: &Posted,
    beside: &str,
    change: C,
) -> Result<Came<C::Made>> {
    match doors::record_once(app, &posted.asker.actor, posted.fields.once(), change).await {
        Ok(made) => Ok(Came::Taken(made)),
        Err(Error::Refusal(say)) => Ok(Came::Again(Problems::of(beside, say), false)),
        Err(Error::Beside { field, say }) => Ok(Came::Again(Problems::of(field, say), false)),
        Err(Error::Stale) => Ok(Came::Again(Problems::default(), true)),
        Err(other) => Err(other),
    }
}

/// A page that shows a form again.
pub(super) fn again(page: Markup, theirs: bool) -> Response {
    let status = if theirs { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    (status, page).into_response()
}

/// On to a page that says what was done.
pub(super) fn on_to(path: &str, done: &str) -> Response {
    Redirect::to(&format!("{path}?done={done}")).into_response()
}

/// The list of agencies, when the form that adds one is refused too.
const AGENCIES: &str = "/agencies";

fn agency_lines(kind: &str) -> [Line; 2] {
    let kinds = if kind == PUBLIC { &[PUBLIC][..] } else { AGENCY_KINDS };
    [
        Line::text("name", "Name of the agency"),
        Line::choice("kind", "Kind of agency", sheet::kinds(kinds, kind)),
    ]
}

/// `GET /agencies`
pub async fn agencies(
    State(app): State<App>,
    asker: Asker,
    Query(done): Query<Done>,
) -> Result<Markup> {
    list(&app, &asker, &done, &Fields::default(), &Problems::default()).await
}

async fn list(
    app: &App,
    asker: &Asker,
    done: &Done,
    typed: &Fields,
    problems: &Problems,
) -> Result<Markup> {
    let listed = doors::open(app, &asker.actor, OpenAgencies).await?;
    let vouched = doors::open(app, &asker.actor, VouchedForLately).await?;
    let sheet = Sheet {
        action: AGENCIES,
        lines: &agency_lines(""),
        typed: Typed { fields: typed, problems },
        revision: None,
        theirs: None,
        press: "Add the agency",
    };
    let vouched = vouching_pages::lately(&vouched);
    let body = views::agencies(asker, &listed, &vouched, done, &sheet);
    Ok(layout::page(app, asker, &problems.title("Agencies and staff"), &body))
}

/// `POST /agencies`
pub async fn add_agency(State(app): State<App>, posted: Posted) -> Result<Response> {
    let fields = &posted.fields;
    let mut problems = check(&agency_lines(""), fields);
    if problems.is_empty() {
        let change = SetAgency {
            known: None,
            name: fields.get("name").to_owned(),
            kind: fields.get("kind").to_owned(),
        };
        problems = match record(&app, &posted, "name", change).await? {
            Came::Taken(made) => return Ok(on_to(&format!("/agencies/{made}"), "agency-added")),
            Came::Again(_, true) => return Err(Error::Stale),
            Came::Again(problems, false) => problems,
        };
    }
    let page = list(&app, &posted.asker, &Done::default(), fields, &problems).await?;
    Ok(again(page, false))
}

/// What the address of an agency's page may carry.
#[derive(Deserialize, Default)]
pub struct Words {
    #[serde(default)]
    q: String,
}

/// `GET /agencies/{reference}`
pub async fn agency(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
    Query(words): Query<Words>,
    Query(done): Query<Done>,
) -> Result<Markup> {
    let look = OpenAgency { reference, words: words.q.clone() };
    let agency = doors::open(&app, &asker.actor, look).await?;
    let body = views::agency(&agency, &words.q, &done, app.clock.now());
    Ok(layout::page_with_back(&app, &asker, &agency.row.name, views::BACK, &body))
}

fn filled_agency(row: &AgencyRow) -> Fields {
    filled([("name", Some(&row.name)), ("kind", Some(&row.kind))])
}

/// `GET /agencies/{reference}/name`
pub async fn agency_form(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    agency_sheet(&app, &asker, &reference, None, &Problems::default(), false).await
}

async fn agency_sheet(
    app: &App,
    asker: &Asker,
    reference: &str,
    typed: Option<&Fields>,
    problems: &Problems,
    theirs: bool,
) -> Result<Markup> {
    let look = OpenAgency { reference: reference.to_owned(), words: String::new() };
    let row = doors::open(app, &asker.actor, look).await?.row;
    let now = filled_agency(&row);
    let sheet = Sheet {
        action: &format!("/agencies/{reference}/name"),
        lines: &agency_lines(&row.kind),
        typed: Typed { fields: typed.unwrap_or(&now), problems },
        revision: Some(row.revision),
        theirs: theirs.then_some(&now),
        press: "Save",
    };
    let back = (format!("/agencies/{reference}"), row.name.clone());
    Ok(views::form(app, asker, "Change the agency", &back, &sheet))
}

/// `POST /agencies/{reference}/name`
pub async fn change_agency(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let look = OpenAgency { reference: reference.clone(), words: String::new() };
    let row = doors::open(&app, &posted.asker.actor, look).await?.row;
    let (mut problems, mut theirs) = (check(&agency_lines(&row.kind), fields), false);
    if problems.is_empty() {
        let change = SetAgency {
            known: Some((reference.clone(), fields.revision())),
            name: fields.get("name").to_owned(),
            kind: fields.get("kind").to_owned(),
        };
        (problems, theirs) = match record(&app, &posted, "name", change).await? {
            Came::Taken(_) => return Ok(on_to(&format!("/agencies/{reference}"), "changed")),
            Came::Again(problems, theirs) => (problems, theirs),
        };
    }
    let asker = &posted.asker;
    let page = agency_sheet(&app, asker, &reference, Some(fields), &problems, theirs).await?;
    Ok(again(page, theirs))
}

/// `GET /teams/{reference}`
pub async fn team(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
    Query(done): Query<Done>,
) -> Result<Markup> {
    let team = doors::open(&app, &asker.actor, OpenTeam { reference }).await?;
    let back = (format!("/agencies/{}", team.row.agency_reference), team.row.agency.clone());
    let body = views::team(&team, &done, app.clock.now());
    let title = team.row.name.as_str();
    Ok(layout::page_with_back(&app, &asker, title, (&back.0, &back.1), &body))
}
