//! The Business Unit's pages for a member of staff: who they are, their roles and teams by date,
//! the code for their first sign-in, and the day on which they leave.

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use maud::Markup;
use practice::{
    calendar::{Day, day_of},
    roles::Role,
};
use serde::Serialize;

use super::{
    Person,
    agencies::OpenAgency,
    identity::EndConnection,
    memberships::{JoinTeam, LeaveTeam},
    pages::{Came, again, on_to, record},
    roles::{EndRole, GiveRole, is_somebody_else},
    sheet::{Line, Sheet, check, filled, filled_day},
    staff::{AddStaff, ChangeStaff, Details, Leave, OpenStaff, Place, Staff},
    views,
};
use crate::{
    App,
    access::{Action, first_sign_in},
    doors::{self, Change, Pen},
    error::{Error, Result},
    web::{
        Asker, Fields, Posted,
        done::Done,
        layout,
        typed::{Problems, Typed, day, day_or_none},
    },
};

/// How long a code is shown again to whoever pressed twice, in microseconds.
pub(super) const PRESSED_TWICE: i64 = 60_000_000;

async fn opened(app: &App, asker: &Asker, reference: &str) -> Result<Staff> {
    doors::open(app, &asker.actor, OpenStaff { reference: reference.to_owned() }).await
}

fn lines(settings: &[Place]) -> Vec<Line> {
    let settings = settings.iter().map(|s| (s.reference.clone(), s.name.clone()));
    vec![
        Line::text("name", "Name"),
        Line::email("email", "Work email address").hint("They sign in with it"),
        Line::text("job", "Job"),
        Line::telephone("phone", "Telephone number"),
        Line::choice("setting", "Setting", settings)
            .or_nothing()
            .hint("Where they work, if it is one place of the agency"),
        Line::email("manager", "Work email address of whoever leads them")
            .or_nothing()
            .hint("They review nothing that this person did"),
        Line::day("trained", "Safeguarding training is current until").or_nothing().hint(
            "The last day. After it they open no record in an emergency. Leave it empty if it is not \
             kept here",
        ),
    ]
}

fn details(fields: &Fields) -> Details {
    Details {
        name: fields.get("name").to_owned(),
        email: fields.get("email").to_lowercase(),
        job: fields.get("job").to_owned(),
        phone: fields.some("phone"),
        setting: fields.some("setting"),
        // What was typed was checked as a line of the form.
        trained_until: day_or_none(fields, "trained", "", &mut Problems::default()),
        manager: fields.some("manager"),
    }
}

/// Which field a refusal of somebody's details is about.
const BESIDE: &str = "email";

/// The form that adds somebody to an agency.
struct Adding {
    name: String,
    lines: Vec<Line>,
}

impl Adding {
    async fn to(app: &App, asker: &Asker, agency: &str) -> Result<Self> {
        let look = OpenAgency { reference: agency.to_owned(), words: String::new() };
        let agency = doors::open(app, &asker.actor, look).await?;
        let place = |p: super::agencies::Part| Place { reference: p.reference, name: p.name };
        let settings: Vec<_> = agency.settings.into_iter().map(place).collect();
        let joined = Line::day("joined", "First day at work");
        let lines = lines(&settings).into_iter().chain([joined]).collect();
        Ok(Self { name: agency.row.name, lines })
    }

    fn page(
        &self,
        app: &App,
        asker: &Asker,
        agency: &str,
        typed: &Fields,
        problems: &Problems,
    ) -> Markup {
        let sheet = Sheet {
            action: &format!("/agencies/{agency}/staff"),
            lines: &self.lines,
            typed: Typed { fields: typed, problems },
            revision: None,
            theirs: None,
            press: "Add them",
        };
        let back = (format!("/agencies/{agency}"), self.name.clone());
        views::form(app, asker, "Add a member of staff", &back, &sheet)
    }
}

/// `GET /agencies/{reference}/staff`
pub async fn new_staff(
    State(app): State<App>,
    asker: Asker,
    Path(agency): Path<String>,
) -> Result<Markup> {
    let adding = Adding::to(&app, &asker, &agency).await?;
    let today = Fields(filled_day("joined", day_of(app.clock.now())).into());
    Ok(adding.page(&app, &asker, &agency, &today, &Problems::default()))
}

/// `POST /agencies/{reference}/staff`
pub async fn add_staff(
    State(app): State<App>,
    Path(agency): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let adding = Adding::to(&app, &posted.asker, &agency).await?;
    let mut problems = check(&adding.lines, fields);
    let joined = day(fields, "joined", "First day at work", &mut Problems::default());
    if let (Some(joined), true) = (joined, problems.is_empty()) {
        let change = AddStaff { agency: agency.clone(), details: details(fields), joined };
        problems = match record(&app, &posted, BESIDE, change).await? {
            Came::Taken(made) => return Ok(on_to(&format!("/staff/{made}"), "staff-added")),
            Came::Again(_, true) => return Err(Error::Stale),
            Came::Again(problems, false) => problems,
        };
    }
    Ok(again(adding.page(&app, &posted.asker, &agency, fields, &problems), false))
}

/// `GET /staff/{reference}`
pub async fn staff(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
    Query(done): Query<Done>,
) -> Result<Markup> {
    let staff = opened(&app, &asker, &reference).await?;
    Ok(page(&app, &asker, &staff, &done, &Fields::default(), &Problems::default()))
}

fn page(
    app: &App,
    asker: &Asker,
    staff: &Staff,
    done: &Done,
    typed: &Fields,
    problems: &Problems,
) -> Markup {
    let body = views::staff(asker, staff, done, Typed { fields: typed, problems }, app.clock.now());
    let back = format!("/agencies/{}", staff.row.agency_reference);
    let title = problems.title(&staff.row.name);
    layout::page_with_back(app, asker, &title, (&back, &staff.row.agency), &body)
}

/// The page again, with what was typed into one of its forms.
async fn page_again(
    app: &App,
    posted: &Posted,
    reference: &str,
    problems: &Problems,
) -> Result<Response> {
    let staff = opened(app, &posted.asker, reference).await?;
    let fields = &posted.fields;
    Ok(again(page(app, &posted.asker, &staff, &Done::default(), fields, problems), false))
}

fn filled_staff(staff: &Staff) -> Fields {
    let row = &staff.row;
    let mut fields = filled([
        ("name", Some(&row.name)),
        ("email", Some(&row.email)),
        ("job", Some(&row.job)),
        ("phone", row.phone.as_deref()),
        ("setting", row.setting_reference.as_deref()),
        ("manager", row.manager_email.as_deref()),
    ]);
    fields.0.extend(row.trained_until.into_iter().flat_map(|on| filled_day("trained", on.0)));
    fields
}

fn details_page(
    app: &App,
    asker: &Asker,
    staff: &Staff,
    typed: Option<&Fields>,
    problems: &Problems,
    theirs: bool,
) -> Markup {
    let now = filled_staff(staff);
    let sheet = Sheet {
        action: &format!("/staff/{}/details", staff.row.reference),
        lines: &lines(&staff.settings),
        typed: Typed { fields: typed.unwrap_or(&now), problems },
        revision: Some(staff.row.revision),
        theirs: theirs.then_some(&now),
        press: "Save",
    };
    let back = (format!("/staff/{}", staff.row.reference), staff.row.name.clone());
    views::form(app, asker, "Change their details", &back, &sheet)
}

/// `GET /staff/{reference}/details`
pub async fn details_form(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    let staff = opened(&app, &asker, &reference).await?;
    Ok(details_page(&app, &asker, &staff, None, &Problems::default(), false))
}

/// `POST /staff/{reference}/details`
pub async fn change_details(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let (asker, fields) = (&posted.asker, &posted.fields);
    let mut staff = opened(&app, asker, &reference).await?;
    let (mut problems, mut theirs) = (check(&lines(&staff.settings), fields), false);
    if problems.is_empty() {
        let change = ChangeStaff {
            reference: reference.clone(),
            revision: fields.revision(),
            details: details(fields),
        };
        (problems, theirs) = match record(&app, &posted, BESIDE, change).await? {
            Came::Taken(()) => return Ok(on_to(&format!("/staff/{reference}"), "changed")),
            Came::Again(problems, theirs) => (problems, theirs),
        };
        staff = opened(&app, asker, &reference).await?;
    }
    Ok(again(details_page(&app, asker, &staff, Some(fields), &problems, theirs), theirs))
}

/// What came of a form on somebody's own page.
async fn answered<T>(
    app: &App,
    posted: &Posted,
    reference: &str,
    came: Came<T>,
    done: &str,
) -> Result<Response> {
    match came {
        Came::Taken(_) => Ok(on_to(&format!("/staff/{reference}"), done)),
        Came::Again(_, true) => Err(Error::Stale),
        Came::Again(problems, false) => page_again(app, posted, reference, &problems).await,
    }
}

/// `POST /staff/{reference}/roles`
pub async fn give_role(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let (fields, mut problems) = (&posted.fields, Problems::default());
    if Role::of_slug(fields.get("role")).is_none() {
        problems.add("role", "Choose the role");
    }
    let from = day(fields, "role-from", "First day", &mut problems);
    let until = day_or_none(fields, "role-until", "Until", &mut problems);
    let (Some(from), true) = (from, problems.is_empty()) else {
        return page_again(&app, &posted, &reference, &problems).await;
    };
    let role = fields.get("role").to_owned();
    let change = GiveRole { staff: reference.clone(), role, from, until };
    let came = record(&app, &posted, "role", change).await?;
    answered(&app, &posted, &reference, came, "role-given").await
}

/// `POST /staff/{reference}/teams`
pub async fn join_team(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let (fields, mut problems) = (&posted.fields, Problems::default());
    if fields.get("team").is_empty() {
        problems.add("team", "Choose the team");
    }
    let from = day(fields, "team-from", "First day", &mut problems);
    let until = day_or_none(fields, "team-until", "Until", &mut problems);
    let (Some(from), true) = (from, problems.is_empty()) else {
        return page_again(&app, &posted, &reference, &problems).await;
    };
    let team = fields.get("team").to_owned();
    let change = JoinTeam { staff: reference.clone(), team, from, until };
    let came = record(&app, &posted, "team", change).await?;
    answered(&app, &posted, &reference, came, "team-joined").await
}

/// What a form that ends something says: since when it is, when it was to end, and until when it
/// is to be.
struct Ending {
    from: Day,
    seen: Option<Day>,
    until: Day,
}

/// # Errors
/// The problem of its own field, by the name that `views` gives it.
fn ending(fields: &Fields) -> Result<Ending, Problems> {
    let name = fields.get("field");
    let (mut problems, from) = (Problems::default(), fields.get("from").parse().ok());
    let until = day(fields, name, "Until", &mut problems);
    match (from, until) {
        (Some(from), Some(until)) => {
            Ok(Ending { from, seen: fields.get("seen").parse().ok(), until })
        }
        _ => Err(problems),
    }
}

/// `POST /staff/{reference}/roles/end`
pub async fn end_role(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let Ending { from, seen, until } = match ending(&posted.fields) {
        Ok(ending) => ending,
        Err(problems) => return page_again(&app, &posted, &reference, &problems).await,
    };
    let role = posted.fields.get("ended").to_owned();
    let change = EndRole { staff: reference.clone(), role, from, seen, until };
    let came = record(&app, &posted, posted.fields.get("field"), change).await?;
    answered(&app, &posted, &reference, came, "role-ended").await
}

/// `POST /staff/{reference}/teams/end`
pub async fn leave_team(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let Ending { from, seen, until } = match ending(&posted.fields) {
        Ok(ending) => ending,
        Err(problems) => return page_again(&app, &posted, &reference, &problems).await,
    };
    let team = posted.fields.get("ended").to_owned();
    let change = LeaveTeam { staff: reference.clone(), team, from, seen, until };
    let came = record(&app, &posted, posted.fields.get("field"), change).await?;
    answered(&app, &posted, &reference, came, "team-left").await
}

/// `GET /staff/{reference}/leaving`
pub async fn leaving_form(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    let staff = opened(&app, &asker, &reference).await?;
    let on = staff.row.left_on.map_or_else(|| day_of(app.clock.now()), |on| on.0);
    let typed = Fields(filled_day("left", on).into());
    let typed = Typed { fields: &typed, problems: &Problems::default() };
    Ok(leaving_page(&app, &asker, &staff, typed, false))
}

fn leaving_page(app: &App, asker: &Asker, staff: &Staff, typed: Typed<'_>, theirs: bool) -> Markup {
    let body = views::leaving(asker, staff, typed, theirs);
    let back = format!("/staff/{}", staff.row.reference);
    let title = typed.problems.title("They leave");
    layout::page_with_back(app, asker, &title, (&back, &staff.row.name), &body)
}

/// `POST /staff/{reference}/leaving`
pub async fn leave(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let (fields, mut problems, mut theirs) = (&posted.fields, Problems::default(), false);
    let stays = fields.get("leaves") == "no";
    let on = if stays { None } else { day(fields, "left", "The day", &mut problems) };
    if problems.is_empty() {
        let change = Leave { reference: reference.clone(), revision: fields.revision(), on };
        (problems, theirs) = match record(&app, &posted, "left", change).await? {
            Came::Taken(()) => {
                let done = if stays { "stays" } else { "left" };
                return Ok(on_to(&format!("/staff/{reference}"), done));
            }
            Came::Again(problems, theirs) => (problems, theirs),
        };
    }
    let staff = opened(&app, &posted.asker, &reference).await?;
    let fields = if theirs { &fields.seen_anew() } else { fields };
    let typed = Typed { fields, problems: &problems };
    Ok(again(leaving_page(&app, &posted.asker, &staff, typed, theirs), theirs))
}

/// Makes a code for somebody's first sign-in. The code itself is never stored.
#[derive(Serialize)]
struct MakeCode {
    staff: String,
    #[serde(skip)]
    hash: Vec<u8>,
}

impl Change for MakeCode {
    /// When, in microseconds: whoever presses again much later is not shown it again.
    type Made = i64;
    const WHAT: &'static str = "organisations:sign-in-code";
    const ACTION: Action = Action::LookAfterOrganisations;

    fn asked(&self) -> String {
        self.staff.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<i64> {
        let person = Person::of(pen.tx, &self.staff).await?;
        is_somebody_else(pen, &person)?;
        let today = day_of(pen.now);
        if person.has_left(today) {
            return Err(Error::refusal("They have left, and can’t sign in"));
        }
        if person.joined_on.0 > today {
            return Err(Error::refusal(
                "They have not begun yet. A code works for 24 hours: make it on their first day",
            ));
        }
        pen.journal(Self::WHAT, &[person.id.0], &serde_json::to_vec(&self)?).await?;
        first_sign_in::make(pen.tx, person.id, self.hash, pen.actor.id(), pen.now).await?;
        Ok(pen.now.as_microsecond())
    }
}

/// `POST /staff/{reference}/connection/end`
pub async fn end_connection(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let change = EndConnection { staff: reference.clone() };
    let came = record(&app, &posted, "connection", change).await?;
    answered(&app, &posted, &reference, came, "disconnected").await
}

/// `GET /staff/{reference}/code`
pub async fn code_form(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    let staff = opened(&app, &asker, &reference).await?;
    Ok(code_page(&app, &asker, &staff, None, &Problems::default()))
}

fn code_page(
    app: &App,
    asker: &Asker,
    staff: &Staff,
    code: Option<&str>,
    problems: &Problems,
) -> Markup {
    let address = format!("{}{}", app.address, first_sign_in::PATH);
    let body = views::code(asker, staff, code, &address, problems);
    let back = format!("/staff/{}", staff.row.reference);
    let title = problems.title("A code for signing in");
    layout::page_with_back(app, asker, &title, (&back, &staff.row.name), &body)
}

/// `POST /staff/{reference}/code`
pub async fn make_code(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let asker = &posted.asker;
    let once = posted.fields.once().map_or_else(crate::ids::reference, |once| once.key);
    let form = format!("{once} {reference} {} {}", asker.actor.id(), asker.form_token);
    let code = first_sign_in::code(&app, &form);
    let change = MakeCode { staff: reference.clone(), hash: first_sign_in::hash(&code) };
    let came = record(&app, &posted, "code", change).await?;
    let staff = opened(&app, asker, &reference).await?;
    let made = match came {
        Came::Taken(made) => made,
        Came::Again(_, true) => return Err(Error::Stale),
        Came::Again(problems, false) => {
            return Ok(again(code_page(&app, asker, &staff, None, &problems), false));
        }
    };
    if app.clock.now().as_microsecond() - made > PRESSED_TWICE {
        let say = "This code was shown already. Make a new one if it is lost";
        let problems = Problems::of("code", say);
        return Ok(again(code_page(&app, asker, &staff, None, &problems), false));
    }
    Ok(code_page(&app, asker, &staff, Some(&code), &Problems::default()).into_response())
}
