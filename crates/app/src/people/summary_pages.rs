//! The page of what was dealt with: its summary, and what it is opened again for.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use govuk::{Button, Form, Radios, Table};
use jiff::Timestamp;
use maud::{Markup, html};
use practice::processes::request_for_support::{Level, Outcome};

use super::{
    opening::{OpenAgain, PURPOSES},
    store::Account,
    summary::{self, DealtWith, Of, SeeSummary, Summary},
    views::birth,
};
use crate::{
    App,
    access::Action,
    doors,
    error::{Error, Result},
    front_door::{contact_view, views::name},
    limits, recognising,
    sharing::notices::ReadNotices,
    web::{
        Asker, Fields, Posted, layout,
        typed::{Problems, Typed, given_back},
        words,
    },
};

/// The choice of whoever opens it for something else than most do.
const ELSE: &str = "else";

/// The page of what is shown as a summary alone.
///
/// # Errors
/// `NotFound` when the policies say no.
pub async fn page(app: &App, asker: &Asker, of: Of) -> Result<Markup> {
    let (fields, problems) = (Fields::default(), Problems::default());
    shown(app, asker, of, Typed { fields: &fields, problems: &problems }).await
}

async fn shown(app: &App, asker: &Asker, of: Of, typed: Typed<'_>) -> Result<Markup> {
    let seen = doors::open(app, &asker.actor, SeeSummary(of.clone())).await?;
    if let (Of::Contact(contact), true) = (&of, seen.notices_wait) {
        doors::record(app, &asker.actor, ReadNotices { contact: contact.clone() }).await?;
    }
    let whom = seen.people.iter().map(|account| account.person.clone()).collect();
    let named_by = seen.people.iter().map(|account| account.id).collect();
    let may_be = recognising::pages::beside(app, asker, whom, named_by).await?;
    let (title, back) = match &of {
        Of::Contact(reference) => (format!("Request {reference}"), ("/hub", "Hub queue")),
        Of::Person(_) => ("A child’s page".to_owned(), ("/people", "People")),
    };
    let body = html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) {
            @match &of {
                Of::Contact(reference) => { "Request " (reference) },
                Of::Person(_) => { (seen.people.first().map_or_else(String::new, Account::name)) },
            }
        }
        (recognising::views::may_be(&may_be, app.clock.now()))
        p class=(govuk::BODY) { (nothing_is_open(&of)) }
        (people(&seen, &of, app.clock.now()))
        (requests(&seen))
        (opening(asker, &of, typed))
        @if let Of::Contact(reference) = &of {
            h2 class=(govuk::HEADING_M) { "Add information" }
            (contact_view::add_information(asker, reference, typed))
        }
    };
    Ok(layout::page_with_back(app, asker, &typed.problems.title(&title), back, &body))
}

const fn nothing_is_open(of: &Of) -> &'static str {
    match of {
        Of::Contact(_) => {
            "The hub has dealt with this, and has nothing open about anybody in it. Other agencies may \
             be working with them. This is a summary."
        }
        Of::Person(_) => {
            "The hub has nothing open about them. Other agencies may be working with them. This is a \
             summary."
        }
    }
}

fn people(seen: &Summary, of: &Of, now: Timestamp) -> Markup {
    let mut table = Table::new("Who it is about").head(["Name", "Birth", "Known to"]);
    for account in &seen.people {
        table = table.cells(vec![
            match of {
                Of::Contact(_) => html! {
                    a class=(govuk::LINK) href={ "/people/" (account.person) } { (account.name()) }
                },
                Of::Person(_) => html! { (account.name()) },
            },
            html! { (birth(account, now)) },
            html! { (account.agency) },
        ]);
    }
    table.render()
}

fn requests(seen: &Summary) -> Markup {
    if seen.requests.is_empty() {
        return html! {
            p class=(govuk::BODY) { "No request that you can see is about them, or names them beside a child." }
            (added(seen))
        };
    }
    let mut table = Table::new("What came of it").head(["Request", "For", "From", "Decided"]);
    for request in &seen.requests {
        table = table.cells(vec![
            html! {
                a class=(govuk::LINK) href={ "/contacts/" (request.contact) } { (request.contact) }
                br; (words::moment(request.received_at.0))
            },
            html! { (name(&request.given, &request.family, request.expected_on.is_some())) },
            html! {
                (request.agency)
                @if let Some(setting) = &request.setting { br; (setting) }
            },
            html! {
                (what_came_of(request))
                @if let Some(at) = request.decided_at { br; (words::moment(at.0)) }
            },
        ]);
    }
    html! {
        (table.render())
        (added(seen))
    }
}

fn added(seen: &Summary) -> Markup {
    html! {
        @if let Some(at) = seen.added_at {
            p class=(govuk::BODY) { "Something was last added to what is known of them on " (words::moment(at.0)) "." }
        }
    }
}

fn what_came_of(request: &DealtWith) -> String {
    let outcome = request.outcome.as_deref();
    let outcome = Outcome::ALL.iter().find(|one| Some(one.slug()) == outcome);
    let level = request.level.and_then(|level| Level::of_number(u8::try_from(level).ok()?));
    let said = [level.map(Level::title), outcome.map(|outcome| outcome.title())];
    let said: Vec<_> = said.into_iter().flatten().collect();
    if said.is_empty() { "It is not recorded".to_owned() } else { said.join(": ") }
}

fn opening(asker: &Asker, of: &Of, typed: Typed<'_>) -> Markup {
    if !asker.actor.may(Action::OpenDealtWith) {
        return Markup::default();
    }
    let purposes = Radios::new("purpose")
        .legend("What do you open it for?")
        .hint("It stays open to you for four hours. That you opened it, and what for, is recorded.")
        .value(typed.get("purpose"))
        .error(typed.error("purpose"));
    let purposes =
        PURPOSES.into_iter().fold(purposes, |purposes, (slug, says)| purposes.item(slug, says));
    let purposes = purposes.item(ELSE, "Something else");
    let to = format!("{}/opening", of.page());
    Form::new(&to, &asker.form_token)
        .once(Some(typed.get("once")))
        .content(html! {
            (purposes.render())
            (typed.lines("why", "If it is something else, what?", "20 characters or more.", limits::REASON).rows(2).render())
            (Button::new("Open it").render())
        })
        .render()
}

/// What somebody said that they open it for.
fn purpose(fields: &Fields) -> Result<String, Problems> {
    let chosen = fields.get("purpose");
    if let Some((_, says)) = PURPOSES.into_iter().find(|(slug, _)| *slug == chosen) {
        return Ok(says.to_owned());
    }
    if chosen != ELSE {
        return Err(Problems::of("purpose", "Choose what you open it for"));
    }
    let why = fields.get("why").to_owned();
    match limits::reason("why", &why) {
        Err(Error::Beside { field, say }) => Err(Problems::of(field, say)),
        _ => Ok(why),
    }
}

/// `POST /contacts/{reference}/opening`
pub async fn open_contact(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    open(&app, &posted, Of::Contact(reference)).await
}

/// `POST /people/{reference}/opening`
pub async fn open_person(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    open(&app, &posted, Of::Person(reference)).await
}

async fn open(app: &App, posted: &Posted, of: Of) -> Result<Response> {
    doors::offers(app, &posted.asker.actor, Action::OpenDealtWith).await?;
    // Something may have become open, and be in danger, since the page was read.
    if !summary::is_all_of(app, &posted.asker.actor, &of).await? {
        return Ok(Redirect::to(&of.page()).into_response());
    }
    let purpose = match purpose(&posted.fields) {
        Ok(purpose) => purpose,
        Err(problems) => {
            let typed = Typed { fields: &posted.fields, problems: &problems };
            return Ok(given_back(shown(app, &posted.asker, of, typed).await?));
        }
    };
    let (to, once) = (of.page(), posted.fields.once());
    doors::record_once(app, &posted.asker.actor, once, OpenAgain { of, purpose }).await?;
    Ok(Redirect::to(&to).into_response())
}
