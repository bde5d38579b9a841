//! Taking a contact down during a call, on one page. What matters is asked first; the rest can be
//! added afterwards.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use govuk::{Button, DateInput, ErrorSummary, Form, Radios, Select, TextInput, Textarea};
use maud::{Markup, html};
use platform::db::{Row, Runs, sea_orm};
use practice::{
    calendar::Day,
    processes::request_for_support::{Channel, Level},
};

use super::contacts::{NewContact, Taken, take_in};
use crate::{
    App,
    access::Action,
    doors::{self, Change, Pen},
    error::{Error, Result},
    ids::AgencyId,
    pathways::Words,
    people::{Born, NewPerson},
    web::{Asker, Fields, Posted, layout},
};

/// How many children fit on the page; more are a second contact or a form.
const CHILDREN: usize = 3;
/// How long the account of a call may be, in characters.
const MOST: usize = 5000;

/// What was taken down.
#[derive(Debug)]
struct TakeDown {
    agency: String,
    caller: String,
    danger: bool,
    level: Option<Level>,
    children: Vec<NewPerson>,
    words: Words,
}

impl Change for TakeDown {
    type Made = Taken;
    const WHAT: &'static str = "front-door:by-telephone";
    const ACTION: Action = Action::TakeByTelephone;

    async fn make(self, pen: &mut Pen<'_>) -> Result<Taken> {
        #[derive(Row)]
        struct Found {
            id: AgencyId,
        }
        let agency: Option<Found> =
            pen.tx.one("SELECT id FROM agency WHERE reference = $1", [self.agency.into()]).await?;
        let agency = agency.ok_or_else(|| Error::refusal("Choose where the caller works"))?.id;
        take_in(
            pen,
            NewContact {
                channel: Channel::Telephone,
                source: "telephone".to_owned(),
                received: pen.now,
                agency,
                setting: None,
                requester: None,
                requester_said: Some(self.caller),
                danger: self.danger,
                level: self.level,
                response: None,
                list_reference: None,
                children: self.children,
                adults: Vec::new(),
                words: self.words,
            },
        )
        .await
    }
}

/// `GET /contacts/by-telephone`
pub async fn form(State(app): State<App>, asker: Asker) -> Result<Markup> {
    if !asker.actor.may(Action::TakeByTelephone) {
        return Err(Error::NotFound);
    }
    shown(&app, &asker, &Fields::default(), &[]).await
}

/// `POST /contacts/by-telephone`
pub async fn take_down(State(app): State<App>, posted: Posted) -> Result<Response> {
    let (children, mut problems) = children(&posted.fields);
    let fields = &posted.fields;
    for (name, say) in [
        ("agency", "Choose where the caller works"),
        ("caller", "Enter who is calling, and how to reach them"),
        ("danger", "Choose whether a child is in immediate danger"),
        ("worry", "Enter what the caller is worried about"),
    ] {
        if fields.get(name).is_empty() {
            problems.push((name.to_owned(), say.to_owned()));
        }
        if fields.get(name).chars().count() > MOST {
            problems.push((name.to_owned(), format!("Shorten this to {MOST} characters or fewer")));
        }
    }
    if children.is_empty() && problems.iter().all(|(name, _)| !name.starts_with("family")) {
        problems.push(("family.0".to_owned(), "Enter at least one child’s family name".to_owned()));
    }
    if !problems.is_empty() {
        let page = shown(&app, &posted.asker, fields, &problems).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let change = TakeDown {
        agency: fields.get("agency").to_owned(),
        caller: fields.get("caller").to_owned(),
        danger: fields.get("danger") == "yes",
        level: fields.get("level").parse().ok().and_then(Level::of_number),
        children,
        words: Words::from([("worry".to_owned(), fields.get("worry").to_owned())]),
    };
    let taken = doors::record_once(&app, &posted.asker.actor, fields.once(), change).await?;
    Ok(Redirect::to(&format!("/contacts/{}", taken.reference)).into_response())
}

type Problems = [(String, String)];

fn children(fields: &Fields) -> (Vec<NewPerson>, Vec<(String, String)>) {
    let mut children = Vec::new();
    let mut problems = Vec::new();
    for n in 0..CHILDREN {
        let part = |name: &str| fields.get(&format!("{name}.{n}"));
        if part("given").is_empty() && part("family").is_empty() {
            continue;
        }
        if part("family").is_empty() {
            problems.push((format!("family.{n}"), "Enter the child’s family name".to_owned()));
        }
        let date = |which: &str| fields.get(&format!("born.{n}.{which}"));
        let born = match (date("day"), date("month"), date("year")) {
            ("", "", "") => Born::NotKnown,
            (day, month, year) => match real_date(day, month, year) {
                Some(day) => Born::On(day),
                None => {
                    let say = "Date of birth must be a real date, like 27 3 2015".to_owned();
                    problems.push((format!("born.{n}"), say));
                    Born::NotKnown
                }
            },
        };
        children.push(NewPerson {
            given: part("given").to_owned(),
            family: part("family").to_owned(),
            born,
            ..NewPerson::default()
        });
    }
    (children, problems)
}

fn real_date(day: &str, month: &str, year: &str) -> Option<Day> {
    let year = year.parse().ok().filter(|y| (1900..=2100).contains(y))?;
    Day::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

async fn shown(app: &App, asker: &Asker, fields: &Fields, problems: &Problems) -> Result<Markup> {
    #[derive(Row)]
    struct Agency {
        reference: String,
        name: String,
    }
    let agencies: Vec<Agency> =
        app.db.reads().all("SELECT reference, name FROM agency ORDER BY name", []).await?;
    let error = |name: &str| problems.iter().find(|(n, _)| n == name).map(|(_, say)| say.as_str());
    let mut select = Select::new("agency")
        .label("Where does the caller work?")
        .value(fields.get("agency"))
        .error(error("agency"))
        .item("", "Choose one");
    for agency in &agencies {
        select = select.item(&agency.reference, &agency.name);
    }
    let summary = problems
        .iter()
        .fold(ErrorSummary::new(), |s, (field, say)| s.item(&format!("#{field}"), say));
    let body = html! {
        @if !problems.is_empty() { (summary.render()) }
        h1 class=(govuk::HEADING_L) { "Take down a contact from a call" }
        (Form::new("/contacts/by-telephone", &asker.form_token).once(Some(fields.get("once"))).content(html! {
            (Radios::new("danger").legend("Is a child in immediate danger?").value(fields.get("danger"))
                .error(error("danger")).item("yes", "Yes: ask the caller to ring 999 now").item("no", "No").render())
            (TextInput::new("caller").label("Who is calling, and how can they be reached?")
                .value(fields.get("caller")).error(error("caller")).render())
            (select.render())
            (Textarea::new("worry").label("What is the caller worried about?").rows(8)
                .value(fields.get("worry")).error(error("worry")).render())
            @for n in 0..CHILDREN {
                h2 class=(govuk::HEADING_M) { "Child " (n + 1) }
                (TextInput::new(&format!("given.{n}")).label(&format!("First names of child {}", n + 1))
                    .value(fields.get(&format!("given.{n}"))).render())
                (TextInput::new(&format!("family.{n}")).label(&format!("Family name of child {}", n + 1))
                    .value(fields.get(&format!("family.{n}"))).error(error(&format!("family.{n}"))).render())
                (DateInput::new(&format!("born.{n}")).legend(&format!("Date of birth of child {}, if known", n + 1))
                    .values(fields.get(&format!("born.{n}.day")), fields.get(&format!("born.{n}.month")), fields.get(&format!("born.{n}.year")))
                    .error(error(&format!("born.{n}"))).render())
            }
            (Select::new("level").label("Which level does the caller think it is?").value(fields.get("level"))
                .item("", "Not asked").item("1", "Level 1").item("2", "Level 2").item("3", "Level 3").item("4", "Level 4").render())
            (Button::new("Put it on the record").render())
        }).render())
    };
    Ok(layout::page_with_back(app, asker, "Take down a contact", ("/hub", "Hub queue"), &body))
}
