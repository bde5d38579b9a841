//! The pages on which people say more of a person: another name, a new address, a telephone
//! number, and that something is no longer so.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::Markup;
use practice::{
    calendar::{Day, day_of},
    identifiers::Scheme,
};
use questionnaire::moments;

use super::{
    Born, NameKind, NewAddress, NewName, NewPhone, SafeFor, SaidDay, Span,
    adding::{More, SayMore},
    adding_view,
    births::Birth,
    endings::{OpenToAdd, SayEnded},
};
use crate::{
    App, doors,
    error::{Error, Result},
    limits::REASON,
    web::{
        Asker, Fields, Posted, layout,
        typed::{Problems, Typed, given_back, parts},
    },
};

/// What is said on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Name,
    Address,
    Telephone,
    Number,
    Birth,
    Ending,
}

impl Kind {
    /// The last part of the page's address.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Name => "names",
            Self::Address => "addresses",
            Self::Telephone => "telephones",
            Self::Number => "numbers",
            Self::Birth => "births",
            Self::Ending => "endings",
        }
    }

    /// The title of the page.
    pub fn title(self) -> &'static str {
        match self {
            Self::Name => "Another name",
            Self::Address => "A new address",
            Self::Telephone => "A telephone number",
            Self::Number => "An NHS, pupil, learner or council number",
            Self::Birth => "When they were born, or are expected",
            Self::Ending => "Something is no longer so",
        }
    }

    /// The field beside which a refusal of the door is shown.
    fn field(self) -> &'static str {
        match self {
            Self::Name => "family",
            Self::Address => "lines",
            Self::Telephone | Self::Number => "number",
            Self::Birth => "born",
            Self::Ending => "until",
        }
    }
}

/// `GET /people/{reference}/names`
pub async fn name_form(
    State(app): State<App>,
    asker: Asker,
    Path(person): Path<String>,
) -> Result<Markup> {
    shown(&app, &asker, person, Kind::Name, &Fields::default(), &Problems::default()).await
}

/// `POST /people/{reference}/names`
pub async fn add_name(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    said(&app, &posted, person, Kind::Name, name).await
}

/// `GET /people/{reference}/addresses`
pub async fn address_form(
    State(app): State<App>,
    asker: Asker,
    Path(person): Path<String>,
) -> Result<Markup> {
    shown(&app, &asker, person, Kind::Address, &Fields::default(), &Problems::default()).await
}

/// `POST /people/{reference}/addresses`
pub async fn add_address(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    said(&app, &posted, person, Kind::Address, address).await
}

/// `GET /people/{reference}/telephones`
pub async fn telephone_form(
    State(app): State<App>,
    asker: Asker,
    Path(person): Path<String>,
) -> Result<Markup> {
    shown(&app, &asker, person, Kind::Telephone, &Fields::default(), &Problems::default()).await
}

/// `POST /people/{reference}/telephones`
pub async fn add_telephone(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    said(&app, &posted, person, Kind::Telephone, telephone).await
}

/// `GET /people/{reference}/numbers`
pub async fn number_form(
    State(app): State<App>,
    asker: Asker,
    Path(person): Path<String>,
) -> Result<Markup> {
    shown(&app, &asker, person, Kind::Number, &Fields::default(), &Problems::default()).await
}

/// `POST /people/{reference}/numbers`
pub async fn add_number(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    said(&app, &posted, person, Kind::Number, number).await
}

/// `GET /people/{reference}/births`
pub async fn birth_form(
    State(app): State<App>,
    asker: Asker,
    Path(person): Path<String>,
) -> Result<Markup> {
    shown(&app, &asker, person, Kind::Birth, &Fields::default(), &Problems::default()).await
}

/// `POST /people/{reference}/births`
pub async fn say_birth(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    said(&app, &posted, person, Kind::Birth, birth).await
}

/// `GET /people/{reference}/endings`
pub async fn ending_form(
    State(app): State<App>,
    asker: Asker,
    Path(person): Path<String>,
) -> Result<Markup> {
    shown(&app, &asker, person, Kind::Ending, &Fields::default(), &Problems::default()).await
}

/// `POST /people/{reference}/endings`
pub async fn say_ended(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let (mut problems, today) = (Problems::default(), day_of(app.clock.now()));
    if fields.get("what").is_empty() {
        problems.add("what", "Choose what is no longer so");
    }
    let until = day(fields, "until", today, &mut problems);
    if until.is_none() && problems.beside("until").is_none() {
        problems.add("until", "Enter until when it was so");
    }
    let (Some(until), true) = (until, problems.is_empty()) else {
        return again(&app, &posted, person, Kind::Ending, &problems).await;
    };
    let change = SayEnded {
        person: person.clone(),
        account: fields.get("account").to_owned(),
        what: fields.get("what").to_owned(),
        until,
    };
    let made = doors::record_once(&app, &posted.asker.actor, fields.once(), change).await;
    then(&app, &posted, person, Kind::Ending, made).await
}

/// What was typed becomes something said, or comes back with what is wrong beside each field.
async fn said(
    app: &App,
    posted: &Posted,
    person: String,
    kind: Kind,
    read: fn(&Fields, Day) -> Result<More, Problems>,
) -> Result<Response> {
    let fields = &posted.fields;
    let more = match read(fields, day_of(app.clock.now())) {
        Ok(more) => more,
        Err(problems) => return again(app, posted, person, kind, &problems).await,
    };
    let account = fields.get("account").to_owned();
    let open_because = match fields.get("secret") {
        "no" => fields.get("open_because").to_owned(),
        _ => String::new(),
    };
    let change = SayMore { person: person.clone(), account, more, open_because };
    let made = doors::record_once(app, &posted.asker.actor, fields.once(), change).await;
    then(app, posted, person, kind, made).await
}

async fn then(
    app: &App,
    posted: &Posted,
    person: String,
    kind: Kind,
    made: Result<()>,
) -> Result<Response> {
    match made {
        Ok(()) => Ok(Redirect::to(&format!("/people/{person}")).into_response()),
        Err(Error::Refusal(say)) => {
            again(app, posted, person, kind, &Problems::of(kind.field(), say)).await
        }
        Err(other) => Err(other),
    }
}

fn name(fields: &Fields, today: Day) -> Result<More, Problems> {
    let (span, mut problems) = span(fields, today);
    let kind = NameKind::of_slug(fields.get("kind")).unwrap_or_else(|| {
        problems.add("kind", "Choose what kind of name it is");
        NameKind::Other
    });
    let (given, family) = (fields.get("given").to_owned(), fields.get("family").to_owned());
    complete(More::Name(NewName { kind, given, family, span }), today, problems)
}

fn address(fields: &Fields, today: Day) -> Result<More, Problems> {
    let (span, mut problems) = span(fields, today);
    if fields.get("secret") == "no" {
        let why = fields.get("open_because");
        if why.is_empty() {
            problems.add("open_because", "Enter why this address need not be kept secret");
        }
        problems.add_any("open_because", REASON.exceeded_by(why));
    }
    let address = NewAddress {
        lines: fields.get("lines").to_owned(),
        postcode: fields.get("postcode").to_owned(),
        protected: fields.get("secret") == "yes",
    };
    complete(More::Address(address, span), today, problems)
}

fn telephone(fields: &Fields, today: Day) -> Result<More, Problems> {
    let (span, mut problems) = span(fields, today);
    if fields.get("safe_for").is_empty() {
        problems.add("safe_for", "Choose what the number is safe for");
    }
    let phone = NewPhone {
        number: fields.get("number").to_owned(),
        safe_for: SafeFor::of_slug(fields.get("safe_for")),
        secret: fields.get("secret") == "yes",
        span,
    };
    complete(More::Telephone(phone), today, problems)
}

fn number(fields: &Fields, today: Day) -> Result<More, Problems> {
    let Some(scheme) = Scheme::ALL.into_iter().find(|s| s.slug() == fields.get("scheme")) else {
        return Err(Problems::of("scheme", "Choose what number it is"));
    };
    complete(More::Number(scheme, fields.get("number").to_owned()), today, Problems::default())
}

fn birth(fields: &Fields, today: Day) -> Result<More, Problems> {
    let unborn = fields.get("unborn") == "yes";
    let [day, month, year] = parts(fields, "born");
    let date = match moments::date(day, month, year, !unborn) {
        Ok(date) => date.unwrap_or_default(),
        Err(must) => return Err(Problems::of("born", format!("The date must {must}"))),
    };
    let born = match unborn {
        true => Born::Expected(date.parse().ok()),
        false => Born::of(&date, ""),
    };
    let given = fields.get("given").to_owned();
    complete(More::Birth(Birth { born, given }), today, Problems::default())
}

/// What was read, unless something is wrong with it.
fn complete(more: More, today: Day, found: Problems) -> Result<More, Problems> {
    let mut problems = more.problems(today);
    problems.append(found);
    if problems.is_empty() { Ok(more) } else { Err(problems) }
}

fn span(fields: &Fields, today: Day) -> (Span, Problems) {
    let mut problems = Problems::default();
    let from = day(fields, "from", today, &mut problems);
    let until = day(fields, "until", today, &mut problems);
    (Span { from, until }, problems)
}

/// A day that may be known in part.
fn day(fields: &Fields, name: &str, today: Day, problems: &mut Problems) -> Option<SaidDay> {
    let part = |which: &str| fields.get(&format!("{name}.{which}"));
    SaidDay::read(part("day"), part("month"), part("year"), today).unwrap_or_else(|say| {
        problems.add(name, say);
        None
    })
}

async fn again(
    app: &App,
    posted: &Posted,
    person: String,
    kind: Kind,
    problems: &Problems,
) -> Result<Response> {
    let page = shown(app, &posted.asker, person, kind, &posted.fields, problems).await?;
    Ok(given_back(page))
}

async fn shown(
    app: &App,
    asker: &Asker,
    person: String,
    kind: Kind,
    fields: &Fields,
    problems: &Problems,
) -> Result<Markup> {
    let to = doors::open(app, &asker.actor, OpenToAdd { person }).await?;
    let body = adding_view::page(asker, &to, kind, Typed { fields, problems });
    let back = format!("/people/{}", to.reference);
    Ok(layout::page_with_back(
        app,
        asker,
        &problems.title(kind.title()),
        (&back, "Back to the page"),
        &body,
    ))
}
