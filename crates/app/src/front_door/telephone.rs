//! Taking a contact down during a call, on one page. What matters is asked first; the rest can be
//! added afterwards. Whoever types it does not read it for the hub: danger still has to be read.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::civil::Time;
use maud::Markup;
use platform::db::{Row, Runs, sea_orm};
use practice::{
    calendar::{Day, LONDON, Moment},
    processes::request_for_support::{Channel, Level},
};

use super::{
    contacts::{NewContact, Taken, take_in, the_public},
    telephone_view::{self, Agency},
};
use crate::{
    App,
    access::Action,
    doors::{self, Change, Pen},
    error::{Error, Result},
    ids::AgencyId,
    pathways::Words,
    people::{Born, NewAddress, NewPerson, NewPhone, SafeFor, Span},
    web::{Asker, Fields, Posted, typed::Problems},
};

/// How many children the page begins with, and how many it can take.
const CHILDREN: usize = 2;
const MOST_CHILDREN: usize = 12;
/// How long the account of a call may be, and a line of the form, in characters.
const MOST: usize = 5000;
const LINE: usize = 200;
const NUMBER: usize = 30;
/// The choice of somebody who belongs to no agency.
pub(super) const PUBLIC: &str = "public";

/// What was taken down.
#[derive(Debug)]
struct TakeDown {
    agency: String,
    caller: String,
    received: Option<Moment>,
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
        let agency = agency(pen, &self.agency).await?;
        take_in(
            pen,
            NewContact {
                channel: Channel::Telephone,
                source: "telephone".to_owned(),
                received: self.received.unwrap_or(pen.now),
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

async fn agency(pen: &mut Pen<'_>, chosen: &str) -> Result<AgencyId> {
    #[derive(Row)]
    struct Found {
        id: AgencyId,
    }
    if chosen == PUBLIC {
        return the_public(pen).await;
    }
    let found: Option<Found> =
        pen.tx.one("SELECT id FROM agency WHERE reference = $1", [chosen.into()]).await?;
    Ok(found.ok_or_else(|| Error::refusal("Choose where the caller works"))?.id)
}

/// `GET /contacts/by-telephone`
pub async fn form(State(app): State<App>, asker: Asker) -> Result<Markup> {
    if !asker.actor.may(Action::TakeByTelephone) {
        return Err(Error::NotFound);
    }
    shown(&app, &asker, &Fields::default(), &Vec::new()).await
}

/// `POST /contacts/by-telephone`
pub async fn take_down(State(app): State<App>, mut posted: Posted) -> Result<Response> {
    if !posted.asker.actor.may(Action::TakeByTelephone) {
        return Err(Error::NotFound);
    }
    if posted.fields.get("next") == "more" {
        let children = (rows(&posted.fields) + 1).min(MOST_CHILDREN).to_string();
        posted.fields.0.retain(|(name, _)| name != "children");
        posted.fields.0.push(("children".to_owned(), children));
        return Ok(shown(&app, &posted.asker, &posted.fields, &Vec::new()).await?.into_response());
    }
    let now = app.clock.now();
    let again = async |problems: Problems| {
        let page = shown(&app, &posted.asker, &posted.fields, &problems).await?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let change = match taken_down(&posted.fields, now) {
        Ok(change) => change,
        Err(problems) => return again(problems).await,
    };
    let once = posted.fields.once();
    match doors::record_once(&app, &posted.asker.actor, once, change).await {
        Ok(taken) => Ok(Redirect::to(&format!("/contacts/{}", taken.reference)).into_response()),
        Err(Error::Refusal(say)) => again(vec![("agency".to_owned(), say)]).await,
        Err(Error::Stale) => {
            let say = "This was put on the record already, as it was before you changed it. Look \
                       in the queue, and add what is new to it as information";
            again(vec![("worry".to_owned(), say.to_owned())]).await
        }
        Err(other) => Err(other),
    }
}

fn taken_down(fields: &Fields, now: Moment) -> Result<TakeDown, Problems> {
    let mut problems = Vec::new();
    let home = Home { address: address(fields), phone: phone(fields) };
    let children = children(fields, &home, &mut problems);
    let received = received(fields, now).unwrap_or_else(|say| {
        problems.push(("received".to_owned(), say));
        None
    });
    for (name, say, most) in [
        ("danger", "Choose whether a child is in immediate danger", LINE),
        ("caller", "Enter who is calling, and how to reach them", LINE),
        ("agency", "Choose where the caller works", LINE),
        ("worry", "Enter what the caller is worried about", MOST),
        ("must_not_know", "", MOST),
        ("address", "", LINE),
        ("postcode", "", LINE),
        ("phone", "", NUMBER),
    ] {
        let said = fields.get(name);
        if said.is_empty() && !say.is_empty() {
            problems.push((name.to_owned(), say.to_owned()));
        }
        if said.chars().count() > most {
            problems.push((name.to_owned(), format!("Shorten this to {most} characters or fewer")));
        }
    }
    if children.is_empty() && problems.iter().all(|(name, _)| !name.starts_with("family")) {
        problems.push(("family.0".to_owned(), "Enter at least one child’s name".to_owned()));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let words = ["worry", "must_not_know"].map(|name| (name.to_owned(), fields.get(name).into()));
    Ok(TakeDown {
        agency: fields.get("agency").to_owned(),
        caller: fields.get("caller").to_owned(),
        received,
        danger: fields.get("danger") == "yes",
        level: fields.get("level").parse().ok().and_then(Level::of_number),
        children,
        words: words.into(),
    })
}

/// When the call came in, where it was not just now.
fn received(fields: &Fields, now: Moment) -> Result<Option<Moment>, String> {
    let part = |which: &str| fields.get(&format!("received.{which}"));
    let (day, month, year) = (part("day"), part("month"), part("year"));
    let time = fields.get("received.time");
    if [day, month, year, time].iter().all(|said| said.is_empty()) {
        return Ok(None);
    }
    let say = || "When the call came in must be a real day and time, like 27 3 2026 and 21:40";
    let date = real_date(day, month, year).ok_or_else(say)?;
    let time: Time = Time::strptime("%H:%M", time).map_err(|_| say())?;
    let moment =
        LONDON.to_ambiguous_timestamp(date.to_datetime(time)).compatible().map_err(|_| say())?;
    if moment > now {
        return Err("When the call came in must be in the past".to_owned());
    }
    Ok(Some(moment))
}

/// Where the children of a call live, and how the family is reached.
struct Home {
    address: Option<NewAddress>,
    phone: Option<NewPhone>,
}

fn address(fields: &Fields) -> Option<NewAddress> {
    let (lines, postcode) = (fields.get("address"), fields.get("postcode"));
    let given = !lines.is_empty() || !postcode.is_empty();
    given.then(|| NewAddress {
        lines: lines.to_owned(),
        postcode: postcode.to_owned(),
        protected: fields.get("protected") == "yes",
    })
}

/// The family's telephone. Where the address must be kept secret, so must the number.
fn phone(fields: &Fields) -> Option<NewPhone> {
    fields.some("phone").map(|number| NewPhone {
        number,
        safe_for: SafeFor::of_slug(fields.get("phone_safe")),
        secret: fields.get("protected") == "yes",
        span: Span::default(),
    })
}

/// How many children the form has room for.
fn rows(fields: &Fields) -> usize {
    fields.get("children").parse().unwrap_or(CHILDREN).clamp(CHILDREN, MOST_CHILDREN)
}

fn children(fields: &Fields, home: &Home, problems: &mut Problems) -> Vec<NewPerson> {
    (0..rows(fields)).filter_map(|n| child(fields, n, home, problems)).collect()
}

fn child(fields: &Fields, n: usize, home: &Home, problems: &mut Problems) -> Option<NewPerson> {
    let part = |name: &str| fields.get(&format!("{name}.{n}"));
    let unborn = part("unborn") == "yes";
    if part("given").is_empty() && part("family").is_empty() && !unborn {
        return None;
    }
    for name in ["given", "family"] {
        if part(name).chars().count() > LINE {
            let say = format!("Shorten this to {LINE} characters or fewer");
            problems.push((format!("{name}.{n}"), say));
        }
    }
    Some(NewPerson {
        given: part("given").to_owned(),
        family: part("family").to_owned(),
        born: born(fields, n, unborn, problems),
        address: home.address.clone(),
        phones: home.phone.iter().cloned().collect(),
        ..NewPerson::default()
    })
}

fn born(fields: &Fields, n: usize, unborn: bool, problems: &mut Problems) -> Born {
    let date = |which: &str| fields.get(&format!("born.{n}.{which}"));
    let day = match (date("day"), date("month"), date("year")) {
        ("", "", "") => None,
        (day, month, year) => {
            let day = real_date(day, month, year);
            if day.is_none() {
                let say = "The date must be a real one, like 27 3 2015".to_owned();
                problems.push((format!("born.{n}"), say));
            }
            day
        }
    };
    match (unborn, day) {
        (true, day) => Born::Expected(day),
        (false, Some(day)) => Born::On(day),
        (false, None) => Born::NotKnown,
    }
}

fn real_date(day: &str, month: &str, year: &str) -> Option<Day> {
    let year = year.parse().ok().filter(|y| (1900..=2100).contains(y))?;
    Day::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

async fn shown(app: &App, asker: &Asker, fields: &Fields, problems: &Problems) -> Result<Markup> {
    let agencies: Vec<Agency> = app
        .db
        .reads()
        .all("SELECT reference, name FROM agency WHERE kind <> 'public' ORDER BY name", [])
        .await?;
    Ok(telephone_view::page(app, asker, &agencies, fields, rows(fields), problems))
}
