//! The Business Unit's pages for agencies, teams and settings.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::Markup;
use serde::Deserialize;

use super::{
    AGENCY_KINDS, PUBLIC, SETTING_KINDS, TEAM_KINDS, Which,
    agencies::{AgencyRow, OpenAgencies, OpenAgency, SetAgency},
    places::{OpenPlace, PlaceRow, SetPlace},
    sheet::{self, Line, Sheet, check, filled},
    teams::{OpenTeam, SetTeam, TeamRow},
    views,
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
    let sheet = Sheet {
        action: AGENCIES,
        lines: &agency_lines(""),
        typed: Typed { fields: typed, problems },
        revision: None,
        theirs: None,
        press: "Add the agency",
    };
    let body = views::agencies(asker, &listed, done, &sheet);
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

/// Whom a form for something of an agency is about: the agency's name and way back, or the thing
/// itself as it is now.
struct About<R> {
    back: (String, String),
    known: Option<R>,
}

async fn new_of<R>(app: &App, asker: &Asker, agency: &str) -> Result<About<R>> {
    let look = OpenAgency { reference: agency.to_owned(), words: String::new() };
    let row = doors::open(app, &asker.actor, look).await?.row;
    Ok(About { back: (format!("/agencies/{agency}"), row.name), known: None })
}

fn team_lines(kind: &str) -> [Line; 3] {
    [
        Line::text("name", "Name of the team"),
        Line::choice("kind", "Kind of team", sheet::kinds(TEAM_KINDS, kind)),
        Line::telephone("phone", "Telephone number")
            .hint("It is shown to the hub beside the people of the team"),
    ]
}

fn filled_team(row: &TeamRow) -> Fields {
    let phone = row.phone.as_deref();
    filled([("name", Some(&row.name)), ("kind", Some(&row.kind)), ("phone", phone)])
}

fn set_team(which: Which, fields: &Fields) -> SetTeam {
    SetTeam {
        which,
        name: fields.get("name").to_owned(),
        kind: fields.get("kind").to_owned(),
        phone: fields.some("phone"),
    }
}

fn team_sheet(
    app: &App,
    asker: &Asker,
    action: &str,
    about: &About<TeamRow>,
    typed: Option<&Fields>,
    problems: &Problems,
    theirs: bool,
) -> Markup {
    let known = about.known.as_ref();
    let now = known.map(filled_team).unwrap_or_default();
    let sheet = Sheet {
        action,
        lines: &team_lines(known.map_or("", |row| &row.kind)),
        typed: Typed { fields: typed.unwrap_or(&now), problems },
        revision: known.map(|row| row.revision),
        theirs: theirs.then_some(&now),
        press: "Save",
    };
    let title = if known.is_some() { "Change the team" } else { "Add a team" };
    views::form(app, asker, title, &about.back, &sheet)
}

/// `GET /agencies/{reference}/teams`
pub async fn new_team(
    State(app): State<App>,
    asker: Asker,
    Path(agency): Path<String>,
) -> Result<Markup> {
    let about = new_of(&app, &asker, &agency).await?;
    let action = format!("/agencies/{agency}/teams");
    Ok(team_sheet(&app, &asker, &action, &about, None, &Problems::default(), false))
}

/// `POST /agencies/{reference}/teams`
pub async fn add_team(
    State(app): State<App>,
    Path(agency): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let (asker, fields) = (&posted.asker, &posted.fields);
    let about = new_of(&app, asker, &agency).await?;
    let mut problems = check(&team_lines(""), fields);
    if problems.is_empty() {
        let change = set_team(Which::New { agency: agency.clone() }, fields);
        problems = match record(&app, &posted, "name", change).await? {
            Came::Taken(_) => return Ok(on_to(&format!("/agencies/{agency}"), "team-added")),
            Came::Again(_, true) => return Err(Error::Stale),
            Came::Again(problems, false) => problems,
        };
    }
    let action = format!("/agencies/{agency}/teams");
    Ok(again(team_sheet(&app, asker, &action, &about, Some(fields), &problems, false), false))
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

async fn known_team(app: &App, asker: &Asker, reference: &str) -> Result<About<TeamRow>> {
    let look = OpenTeam { reference: reference.to_owned() };
    let row = doors::open(app, &asker.actor, look).await?.row;
    Ok(About { back: (format!("/teams/{reference}"), row.name.clone()), known: Some(row) })
}

/// `GET /teams/{reference}/details`
pub async fn team_form(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    let about = known_team(&app, &asker, &reference).await?;
    let action = format!("/teams/{reference}/details");
    Ok(team_sheet(&app, &asker, &action, &about, None, &Problems::default(), false))
}

/// `POST /teams/{reference}/details`
pub async fn change_team(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let (asker, fields) = (&posted.asker, &posted.fields);
    let mut about = known_team(&app, asker, &reference).await?;
    let kind = about.known.as_ref().map_or("", |row| &row.kind);
    let (mut problems, mut theirs) = (check(&team_lines(kind), fields), false);
    if problems.is_empty() {
        let which = Which::Known { reference: reference.clone(), revision: fields.revision() };
        let change = set_team(which, fields);
        (problems, theirs) = match record(&app, &posted, "name", change).await? {
            Came::Taken(_) => return Ok(on_to(&format!("/teams/{reference}"), "changed")),
            Came::Again(problems, theirs) => (problems, theirs),
        };
        about = known_team(&app, asker, &reference).await?;
    }
    let action = format!("/teams/{reference}/details");
    let page = team_sheet(&app, asker, &action, &about, Some(fields), &problems, theirs);
    Ok(again(page, theirs))
}

fn place_lines(app: &App, kind: &str) -> [Line; 4] {
    let calendar = app.calendar();
    let calendars = calendar.term_dates().calendars();
    let named = |name: &String| {
        let last = calendars.get(name).map_or_else(String::new, |t| t.last().to_string());
        (name.clone(), format!("{name}, until {last}"))
    };
    [
        Line::text("name", "Name of the setting"),
        Line::choice("kind", "Kind of setting", sheet::kinds(SETTING_KINDS, kind)),
        Line::telephone("phone", "Telephone number"),
        Line::choice("term-calendar", "Term calendar", calendars.keys().map(named))
            .or_nothing()
            .hint("For schools: on which days it is open to pupils"),
    ]
}

fn filled_place(row: &PlaceRow) -> Fields {
    filled([
        ("name", Some(&row.name)),
        ("kind", Some(&row.kind)),
        ("phone", row.phone.as_deref()),
        ("term-calendar", row.term_calendar.as_deref()),
    ])
}

fn set_place(which: Which, fields: &Fields) -> SetPlace {
    SetPlace {
        which,
        name: fields.get("name").to_owned(),
        kind: fields.get("kind").to_owned(),
        phone: fields.some("phone"),
        term_calendar: fields.some("term-calendar"),
    }
}

fn place_sheet(
    app: &App,
    asker: &Asker,
    action: &str,
    about: &About<PlaceRow>,
    typed: Option<&Fields>,
    problems: &Problems,
    theirs: bool,
) -> Markup {
    let known = about.known.as_ref();
    let now = known.map(filled_place).unwrap_or_default();
    let sheet = Sheet {
        action,
        lines: &place_lines(app, known.map_or("", |row| &row.kind)),
        typed: Typed { fields: typed.unwrap_or(&now), problems },
        revision: known.map(|row| row.revision),
        theirs: theirs.then_some(&now),
        press: "Save",
    };
    let title = if known.is_some() { "Change the setting" } else { "Add a setting" };
    views::form(app, asker, title, &about.back, &sheet)
}

/// `GET /agencies/{reference}/settings`
pub async fn new_place(
    State(app): State<App>,
    asker: Asker,
    Path(agency): Path<String>,
) -> Result<Markup> {
    let about = new_of(&app, &asker, &agency).await?;
    let action = format!("/agencies/{agency}/settings");
    Ok(place_sheet(&app, &asker, &action, &about, None, &Problems::default(), false))
}

/// `POST /agencies/{reference}/settings`
pub async fn add_place(
    State(app): State<App>,
    Path(agency): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let (asker, fields) = (&posted.asker, &posted.fields);
    let about = new_of(&app, asker, &agency).await?;
    let mut problems = check(&place_lines(&app, ""), fields);
    if problems.is_empty() {
        let change = set_place(Which::New { agency: agency.clone() }, fields);
        problems = match record(&app, &posted, "name", change).await? {
            Came::Taken(_) => return Ok(on_to(&format!("/agencies/{agency}"), "setting-added")),
            Came::Again(_, true) => return Err(Error::Stale),
            Came::Again(problems, false) => problems,
        };
    }
    let action = format!("/agencies/{agency}/settings");
    Ok(again(place_sheet(&app, asker, &action, &about, Some(fields), &problems, false), false))
}

async fn known_place(app: &App, asker: &Asker, reference: &str) -> Result<About<PlaceRow>> {
    let look = OpenPlace { reference: reference.to_owned() };
    let row = doors::open(app, &asker.actor, look).await?;
    let back = (format!("/agencies/{}", row.agency_reference), row.agency.clone());
    Ok(About { back, known: Some(row) })
}

/// `GET /places/{reference}`
pub async fn place_form(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    let about = known_place(&app, &asker, &reference).await?;
    let action = format!("/places/{reference}");
    Ok(place_sheet(&app, &asker, &action, &about, None, &Problems::default(), false))
}

/// `POST /places/{reference}`
pub async fn change_place(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let (asker, fields) = (&posted.asker, &posted.fields);
    let mut about = known_place(&app, asker, &reference).await?;
    let kind = about.known.as_ref().map_or("", |row| &row.kind);
    let (mut problems, mut theirs) = (check(&place_lines(&app, kind), fields), false);
    if problems.is_empty() {
        let which = Which::Known { reference: reference.clone(), revision: fields.revision() };
        let change = set_place(which, fields);
        (problems, theirs) = match record(&app, &posted, "name", change).await? {
            Came::Taken(_) => return Ok(on_to(&about.back.0, "changed")),
            Came::Again(problems, theirs) => (problems, theirs),
        };
        about = known_place(&app, asker, &reference).await?;
    }
    let action = format!("/places/{reference}");
    let page = place_sheet(&app, asker, &action, &about, Some(fields), &problems, theirs);
    Ok(again(page, theirs))
}
