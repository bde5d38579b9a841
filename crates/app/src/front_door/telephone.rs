//! Taking a contact down during a call, on one page. What matters is asked first; the rest can be
//! added afterwards. Whoever types it does not read it for the hub: danger still has to be read.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use jiff::SignedDuration;
use maud::Markup;
use platform::db::{Row, Runs, sea_orm};
use practice::{
    calendar::{Day, Moment, day_of},
    processes::request_for_support::{Channel, Level},
};
use questionnaire::moments;

use super::{
    caller::Caller,
    contacts::{NewAdult, NewContact, Taken, take_in, the_public},
    earlier::Earlier,
    telephone_view::{self, Agency},
    telling::WORRY,
};
use crate::{
    App,
    access::Action,
    doors::{self, Change, Pen},
    error::{Error, Result},
    ids::AgencyId,
    limits::{LINE, NUMBER, TEXT, filled},
    pathways::Words,
    people::{
        Born, NewAddress, NewPerson, NewPhone, SEXES, SafeFor, Span, births::TO_COME, doubts,
        rows::Relationship,
    },
    web::{
        Asker, Fields, Posted,
        typed::{Problems, given_back, is_empty_date, parts},
    },
};

/// How many children the page begins with, and how many it can take.
const CHILDREN: usize = 2;
const MOST_CHILDREN: usize = 12;
/// How many parents or carers the page has room for.
pub(super) const ADULTS: usize = 2;
/// What is said when these are missing.
const CALLER: &str = "Enter who is calling, and how to reach them";
const SAY_WORRY: &str = "Enter what the caller is worried about";
/// The choice of somebody who belongs to no agency.
pub(super) const PUBLIC: &str = "public";

/// What was taken down.
#[derive(Debug)]
pub struct TakeDown {
    /// The agency's reference, or that it is a member of the public.
    pub agency: String,
    /// Who called, in words.
    pub caller: String,
    /// Whether the family may know of the caller, where that was asked.
    pub may_be_named: Option<bool>,
    /// When the call came in, where it was not just now.
    pub received: Option<Moment>,
    pub danger: bool,
    pub level: Option<Level>,
    pub children: Vec<NewPerson>,
    pub adults: Vec<NewAdult>,
    /// What was said: the worry, and who must not know of it.
    pub words: Words,
}

impl Change for TakeDown {
    type Made = Taken;
    const WHAT: &'static str = "front-door:by-telephone";
    const ACTION: Action = Action::TakeByTelephone;

    async fn make(self, pen: &mut Pen<'_>) -> Result<Taken> {
        self.keeps_its_limits()?;
        let agency = agency(pen, &self.agency).await?;
        // A neighbour who was not asked in the hurry stays unnamed; whoever works with families is
        // named to them.
        let may_be_named = self.may_be_named.unwrap_or(self.agency != PUBLIC);
        take_in(
            pen,
            NewContact {
                channel: Channel::Telephone,
                source: "telephone".to_owned(),
                received: self.received.unwrap_or(pen.now),
                agency,
                setting: None,
                requester: None,
                requester_said: Some(Caller { said: self.caller, may_be_named }),
                unnamed: None,
                danger: self.danger,
                level: self.level,
                response: None,
                list_reference: None,
                children: self.children,
                adults: self.adults,
                words: self.words,
            },
        )
        .await
    }
}

impl TakeDown {
    fn keeps_its_limits(&self) -> Result<()> {
        filled(&self.caller, LINE, CALLER)?;
        filled(self.words.get(WORRY).map_or("", String::as_str), TEXT, SAY_WORRY)?;
        self.words.values().try_for_each(|said| TEXT.keep(said))?;
        self.adults.iter().try_for_each(|adult| LINE.keep(&adult.relationship.what))?;
        let adults = self.adults.iter().map(|adult| &adult.person);
        for person in self.children.iter().chain(adults) {
            person.phones.iter().try_for_each(|phone| NUMBER.keep(&phone.number))?;
            let address = person.address.iter().flat_map(|a| [&a.lines, &a.postcode]);
            let names = [&person.given, &person.family].into_iter().chain(&person.setting);
            names.chain(address).try_for_each(|said| LINE.keep(said))?;
        }
        Ok(())
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

/// For a call that is put on the record later than it came in.
pub(super) const CAME_IN: Earlier = Earlier {
    name: "received",
    what: "the call came in",
    summary: "The call did not come in just now",
};

/// Within what time whoever goes back and sends the same call again means the same call. A caller
/// who rings later with the same words has seen it happen again, and that must not be lost.
const GOES_BACK: SignedDuration = SignedDuration::from_mins(5);

/// `GET /contacts/by-telephone`
pub async fn form(State(app): State<App>, asker: Asker) -> Result<Markup> {
    doors::offers(&app, &asker.actor, Action::TakeByTelephone).await?;
    shown(&app, &asker, &Fields::default(), &Problems::default()).await
}

/// `POST /contacts/by-telephone`
pub async fn take_down(State(app): State<App>, mut posted: Posted) -> Result<Response> {
    doors::offers(&app, &posted.asker.actor, Action::TakeByTelephone).await?;
    if posted.fields.get("next") == "more" {
        let children = (rows(&posted.fields) + 1).min(MOST_CHILDREN).to_string();
        posted.fields.0.retain(|(name, _)| name != "children");
        posted.fields.0.push(("children".to_owned(), children));
        return Ok(shown(&app, &posted.asker, &posted.fields, &Problems::default())
            .await?
            .into_response());
    }
    let now = app.clock.now();
    let again = async |problems: Problems| {
        let page = shown(&app, &posted.asker, &posted.fields, &problems).await?;
        Ok(given_back(page))
    };
    let change = match taken_down(&posted.fields, now) {
        Ok(change) => change,
        Err(problems) => return again(problems).await,
    };
    let once = posted.fields.once().map(|once| once.or_alike(GOES_BACK));
    match doors::record_once(&app, &posted.asker.actor, once, change).await {
        Ok(taken) => Ok(Redirect::to(&format!("/contacts/{}", taken.reference)).into_response()),
        Err(Error::Refusal(say)) => again(Problems::of("agency", say)).await,
        Err(Error::Stale) => {
            let say = "This was put on the record already, as it was before you changed it. Look \
                       in the queue, and add what is new to it as information";
            again(Problems::of(WORRY, say)).await
        }
        Err(other) => Err(other),
    }
}

fn taken_down(fields: &Fields, now: Moment) -> Result<TakeDown, Problems> {
    let mut problems = Problems::default();
    let home = Home { address: address(fields), phone: phone(fields) };
    let received = CAME_IN.typed(fields, now).unwrap_or_else(|say| {
        problems.add("received", say);
        None
    });
    let today = day_of(received.unwrap_or(now));
    let mut children = children(fields, &home, today, &mut problems);
    let adults = adults(fields, home.address.as_ref(), &mut problems);
    for (name, say, most) in [
        ("danger", "Choose whether a child is in immediate danger", LINE),
        ("caller", CALLER, LINE),
        ("agency", "Choose where the caller works", LINE),
        (WORRY, SAY_WORRY, TEXT),
        ("must_not_know", "", TEXT),
        ("address", "", LINE),
        ("postcode", "", LINE),
        ("phone", "", NUMBER),
    ] {
        let said = fields.get(name);
        if said.is_empty() && !say.is_empty() {
            problems.add(name, say);
        }
        problems.add_any(name, most.exceeded_by(said));
    }
    let danger = fields.get("danger") == "yes";
    match children.is_empty() {
        // Danger waits for no name: it can be said on the child's page.
        true if danger => children.push(of_home(&home)),
        true if problems.beside("family.0").is_none() => {
            problems.add("family.0", "Enter at least one child’s name");
        }
        true => {}
        false => {}
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let words = [WORRY, "must_not_know"];
    let words = words.map(|name| (name.to_owned(), fields.get(name).into()));
    Ok(TakeDown {
        agency: fields.get("agency").to_owned(),
        caller: fields.get("caller").to_owned(),
        may_be_named: fields.some("may_be_named").map(|said| said == "yes"),
        received,
        danger,
        level: fields.get("level").parse().ok().and_then(Level::of_number),
        children,
        adults,
        words: words.into(),
    })
}

/// Where the children of a call live, and how the family is reached.
struct Home {
    address: Option<NewAddress>,
    phone: Option<NewPhone>,
}

fn address(fields: &Fields) -> Option<NewAddress> {
    let (lines, postcode) = (fields.get("address"), fields.get("postcode"));
    let protected = fields.get("protected") == "yes";
    let given = !lines.is_empty() || !postcode.is_empty();
    given.then(|| NewAddress { lines: lines.to_owned(), postcode: postcode.to_owned(), protected })
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

fn children(fields: &Fields, home: &Home, today: Day, problems: &mut Problems) -> Vec<NewPerson> {
    (0..rows(fields)).filter_map(|n| child(fields, n, home, today, problems)).collect()
}

fn child(
    fields: &Fields,
    n: usize,
    home: &Home,
    today: Day,
    problems: &mut Problems,
) -> Option<NewPerson> {
    let part = |name: &str| fields.get(&format!("{name}.{n}"));
    let unborn = part("unborn") == "yes";
    let is_named = !part("given").is_empty() || !part("family").is_empty() || unborn;
    let is_said = ["age", "sex", "school"].iter().any(|name| !part(name).is_empty())
        || !is_empty_date(fields, &format!("born.{n}"));
    if !is_named && !is_said {
        return None;
    }
    // Danger waits for no name, and what else was said of the child is all that there is.
    if !is_named && fields.get("danger") != "yes" {
        problems.add(&format!("family.{n}"), "Enter a name, or leave all of this child empty");
    }
    for name in ["given", "family", "school", "age"] {
        problems.add_any(&format!("{name}.{n}"), LINE.exceeded_by(part(name)));
    }
    Some(NewPerson {
        given: part("given").to_owned(),
        family: part("family").to_owned(),
        born: born(fields, n, unborn, today, problems),
        sex: Some(part("sex").to_owned()).filter(|s| SEXES.iter().any(|(code, _)| code == s)),
        setting: Some(part("school").to_owned()).filter(|s| !s.is_empty()),
        ..of_home(home)
    })
}

/// A child of whom nothing is known but the home.
fn of_home(home: &Home) -> NewPerson {
    NewPerson {
        address: home.address.clone(),
        phones: home.phone.iter().cloned().collect(),
        ..NewPerson::default()
    }
}

fn adults(fields: &Fields, address: Option<&NewAddress>, problems: &mut Problems) -> Vec<NewAdult> {
    (0..ADULTS).filter_map(|n| adult(fields, n, address, problems)).collect()
}

fn adult(
    fields: &Fields,
    n: usize,
    address: Option<&NewAddress>,
    problems: &mut Problems,
) -> Option<NewAdult> {
    let part = |name: &str| fields.get(&format!("adult-{name}.{n}"));
    let parts = ["given", "family", "relationship"];
    for name in parts {
        problems.add_any(&format!("adult-{name}.{n}"), LINE.exceeded_by(part(name)));
    }
    // Somebody of whom only the relationship is known is on the record without a name.
    let is_said = parts.iter().any(|name| !part(name).is_empty());
    let lives_with_them = part("home") == "yes";
    is_said.then(|| NewAdult {
        person: NewPerson {
            given: part("given").to_owned(),
            family: part("family").to_owned(),
            address: address.filter(|_| lives_with_them).cloned(),
            ..NewPerson::default()
        },
        relationship: Relationship { what: part("relationship").to_owned(), responsibility: None },
        lives_with_them,
    })
}

/// The birth as the caller knows it: on a day, in a month or year, or about how old the child is.
fn born(fields: &Fields, n: usize, unborn: bool, today: Day, problems: &mut Problems) -> Born {
    let name = format!("born.{n}");
    let [day, month, year] = parts(fields, &name);
    let date = moments::date(day, month, year, !unborn).unwrap_or_else(|must| {
        problems.add(&name, format!("The date must {must}"));
        None
    });
    let date = date.unwrap_or_default();
    if unborn {
        return Born::Expected(date.parse().ok());
    }
    // Danger waits for no date; the contact's page says what is doubtful.
    if fields.get("danger") != "yes" && doubts::is_to_come(&date, today) {
        problems.add(&name, TO_COME);
    }
    Born::of(&date, fields.get(&format!("age.{n}")))
}

async fn shown(app: &App, asker: &Asker, fields: &Fields, problems: &Problems) -> Result<Markup> {
    let agencies: Vec<Agency> = app
        .db
        .reads()
        .all("SELECT reference, name FROM agency WHERE kind <> 'public' ORDER BY name", [])
        .await?;
    Ok(telephone_view::page(app, asker, &agencies, fields, rows(fields), problems))
}
