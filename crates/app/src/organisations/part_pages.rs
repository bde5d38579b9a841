//! The Business Unit's forms for the parts of an agency: its teams and its settings. Each has one that
//! adds it, and one that changes it as it was seen; what differs stands in [`Part`].

use axum::{
    extract::{Path, State},
    response::Response,
};
use maud::Markup;

use super::{
    SETTING_KINDS, TEAM_KINDS, Which,
    agencies::OpenAgency,
    pages::{Came, again, on_to, record},
    places::{OpenPlace, PlaceRow, SetPlace},
    sheet::{self, Line, Sheet, check, filled},
    teams::{OpenTeam, SetTeam, TeamRow},
    views,
};
use crate::{
    App,
    doors::{self, Change},
    error::{Error, Result},
    web::{
        Asker, Fields, Posted,
        typed::{Problems, Typed},
    },
};

/// A part of an agency, as its forms know it: its row.
pub trait Part: Sized + Send + Sync {
    /// What sets it.
    type Set: Change;
    /// What the form is called that adds one, and that changes one.
    const TITLES: [&'static str; 2];
    /// What the page says once one was added.
    const ADDED: &'static str;
    /// Where the agency's are, below it.
    const BELOW: &'static str;

    /// The lines of its form, where it is of that kind now.
    fn lines(app: &App, kind: &str) -> Vec<Line>;
    /// What a form says.
    fn set(which: Which, fields: &Fields) -> Self::Set;
    /// The one of that reference.
    fn known(
        app: &App,
        asker: &Asker,
        reference: String,
    ) -> impl Future<Output = Result<Self>> + Send;
    fn kind(&self) -> &str;
    fn revision(&self) -> i64;
    /// The form filled in with it.
    fn filled(&self) -> Fields;
    /// Where its form is.
    fn form_at(reference: &str) -> String;
    /// Where one comes from and goes back to, and what that is called.
    fn back(&self) -> (String, String);
}

impl Part for TeamRow {
    type Set = SetTeam;
    const TITLES: [&'static str; 2] = ["Add a team", "Change the team"];
    const ADDED: &'static str = "team-added";
    const BELOW: &'static str = "teams";

    fn lines(_app: &App, kind: &str) -> Vec<Line> {
        vec![
            Line::text("name", "Name of the team"),
            Line::choice("kind", "Kind of team", sheet::kinds(TEAM_KINDS, kind)),
            Line::telephone("phone", "Telephone number")
                .hint("It is shown to the hub beside the people of the team"),
        ]
    }

    fn set(which: Which, fields: &Fields) -> SetTeam {
        SetTeam {
            which,
            name: fields.get("name").to_owned(),
            kind: fields.get("kind").to_owned(),
            phone: fields.some("phone"),
        }
    }

    async fn known(app: &App, asker: &Asker, reference: String) -> Result<Self> {
        Ok(doors::open(app, &asker.actor, OpenTeam { reference }).await?.row)
    }

    fn kind(&self) -> &str {
        &self.kind
    }

    fn revision(&self) -> i64 {
        self.revision
    }

    fn filled(&self) -> Fields {
        let phone = self.phone.as_deref();
        filled([("name", Some(&self.name)), ("kind", Some(&self.kind)), ("phone", phone)])
    }

    fn form_at(reference: &str) -> String {
        format!("/teams/{reference}/details")
    }

    fn back(&self) -> (String, String) {
        (format!("/teams/{}", self.reference), self.name.clone())
    }
}

impl Part for PlaceRow {
    type Set = SetPlace;
    const TITLES: [&'static str; 2] = ["Add a setting", "Change the setting"];
    const ADDED: &'static str = "setting-added";
    const BELOW: &'static str = "settings";

    fn lines(app: &App, kind: &str) -> Vec<Line> {
        let calendar = app.calendar();
        let calendars = calendar.term_dates().calendars();
        let named = |name: &String| {
            let last = calendars.get(name).map_or_else(String::new, |t| t.last().to_string());
            (name.clone(), format!("{name}, until {last}"))
        };
        vec![
            Line::text("name", "Name of the setting"),
            Line::choice("kind", "Kind of setting", sheet::kinds(SETTING_KINDS, kind)),
            Line::telephone("phone", "Telephone number"),
            Line::choice("term-calendar", "Term calendar", calendars.keys().map(named))
                .or_nothing()
                .hint("For schools: on which days it is open to pupils"),
        ]
    }

    fn set(which: Which, fields: &Fields) -> SetPlace {
        SetPlace {
            which,
            name: fields.get("name").to_owned(),
            kind: fields.get("kind").to_owned(),
            phone: fields.some("phone"),
            term_calendar: fields.some("term-calendar"),
        }
    }

    async fn known(app: &App, asker: &Asker, reference: String) -> Result<Self> {
        doors::open(app, &asker.actor, OpenPlace { reference }).await
    }

    fn kind(&self) -> &str {
        &self.kind
    }

    fn revision(&self) -> i64 {
        self.revision
    }

    fn filled(&self) -> Fields {
        filled([
            ("name", Some(&self.name)),
            ("kind", Some(&self.kind)),
            ("phone", self.phone.as_deref()),
            ("term-calendar", self.term_calendar.as_deref()),
        ])
    }

    fn form_at(reference: &str) -> String {
        format!("/places/{reference}")
    }

    fn back(&self) -> (String, String) {
        (format!("/agencies/{}", self.agency_reference), self.agency.clone())
    }
}

/// A form for a part: where it is sent, and what it changes.
struct Form<P> {
    action: String,
    back: (String, String),
    known: Option<P>,
}

impl<P: Part> Form<P> {
    /// One that adds a part to an agency.
    async fn to_add(app: &App, asker: &Asker, agency: &str) -> Result<Self> {
        let look = OpenAgency { reference: agency.to_owned(), words: String::new() };
        let name = doors::open(app, &asker.actor, look).await?.row.name;
        let at = format!("/agencies/{agency}");
        Ok(Self { action: format!("{at}/{}", P::BELOW), back: (at, name), known: None })
    }

    /// One that changes the part of that reference.
    async fn to_change(app: &App, asker: &Asker, reference: &str) -> Result<Self> {
        let known = P::known(app, asker, reference.to_owned()).await?;
        Ok(Self { action: P::form_at(reference), back: known.back(), known: Some(known) })
    }

    fn lines(&self, app: &App) -> Vec<Line> {
        P::lines(app, self.known.as_ref().map_or("", Part::kind))
    }

    /// As it was typed, or filled in with the part as it is now.
    fn page(
        &self,
        app: &App,
        asker: &Asker,
        typed: Option<&Fields>,
        problems: &Problems,
        theirs: bool,
    ) -> Markup {
        let known = self.known.as_ref();
        let now = known.map(Part::filled).unwrap_or_default();
        let sheet = Sheet {
            action: &self.action,
            lines: &self.lines(app),
            typed: Typed { fields: typed.unwrap_or(&now), problems },
            revision: known.map(Part::revision),
            theirs: theirs.then_some(&now),
            press: "Save",
        };
        let [add, change] = P::TITLES;
        let title = if known.is_some() { change } else { add };
        views::form(app, asker, title, &self.back, &sheet)
    }
}

/// `GET /agencies/{reference}/…`
pub async fn to_add<P: Part>(
    State(app): State<App>,
    asker: Asker,
    Path(agency): Path<String>,
) -> Result<Markup> {
    let form = Form::<P>::to_add(&app, &asker, &agency).await?;
    Ok(form.page(&app, &asker, None, &Problems::default(), false))
}

/// `POST /agencies/{reference}/…`
pub async fn add<P: Part>(
    State(app): State<App>,
    Path(agency): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let (asker, fields) = (&posted.asker, &posted.fields);
    let form = Form::<P>::to_add(&app, asker, &agency).await?;
    let mut problems = check(&form.lines(&app), fields);
    if problems.is_empty() {
        let change = P::set(Which::New { agency: agency.clone() }, fields);
        problems = match record(&app, &posted, "name", change).await? {
            Came::Taken(_) => return Ok(on_to(&format!("/agencies/{agency}"), P::ADDED)),
            Came::Again(_, true) => return Err(Error::Stale),
            Came::Again(problems, false) => problems,
        };
    }
    Ok(again(form.page(&app, asker, Some(fields), &problems, false), false))
}

/// `GET /teams/{reference}/details`, `GET /places/{reference}`
pub async fn to_change<P: Part>(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    let form = Form::<P>::to_change(&app, &asker, &reference).await?;
    Ok(form.page(&app, &asker, None, &Problems::default(), false))
}

/// `POST /teams/{reference}/details`, `POST /places/{reference}`
pub async fn change<P: Part>(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let (asker, fields) = (&posted.asker, &posted.fields);
    let mut form = Form::<P>::to_change(&app, asker, &reference).await?;
    let (mut problems, mut theirs) = (check(&form.lines(&app), fields), false);
    if problems.is_empty() {
        let which = Which::Known { reference: reference.clone(), revision: fields.revision() };
        (problems, theirs) = match record(&app, &posted, "name", P::set(which, fields)).await? {
            Came::Taken(_) => return Ok(on_to(&form.back.0, "changed")),
            Came::Again(problems, theirs) => (problems, theirs),
        };
        form = Form::to_change(&app, asker, &reference).await?;
    }
    Ok(again(form.page(&app, asker, Some(fields), &problems, theirs), theirs))
}
