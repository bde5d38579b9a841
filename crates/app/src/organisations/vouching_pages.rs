//! The link worker's page: somebody gets an account while they sit beside each other.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use govuk::{InsetText, SummaryList, WarningText};
use maud::{Markup, html};

use super::{
    pages::{Came, again, record},
    sheet::{Line, Sheet, check},
    staff::Details,
    staff_pages::PRESSED_TWICE,
    vouching::{PlacesToVouchFor, Setting, VouchFor, Vouched},
};
use crate::{
    App,
    access::first_sign_in,
    doors,
    error::{Error, Result},
    limits::LEAST,
    web::{
        Asker, Fields, Posted, layout,
        typed::{Problems, Typed},
        words,
    },
};

/// Where it is.
pub const PAGE: &str = "/vouch";
/// What it is called.
pub const TITLE: &str = "Vouch for somebody";

fn lines(settings: &[Setting]) -> Vec<Line> {
    let place = |s: &Setting| match s.name == s.agency {
        true => (s.reference.clone(), s.name.clone()),
        false => (s.reference.clone(), format!("{}, {}", s.name, s.agency)),
    };
    vec![
        Line::choice("setting", "Place where they work", settings.iter().map(place)),
        Line::text("name", "Name"),
        Line::email("email", "Work email address").hint("Their own: they sign in with it, and nobody else reads it"),
        Line::text("job", "Job"),
        Line::telephone("phone", "Telephone number"),
        Line::text("knows", "Reason that you know it is them").hint(
            "In 20 characters or more: you answer for it. For example: I have worked with her at the nursery since May",
        ),
    ]
}

/// `GET /vouch`
pub async fn form(State(app): State<App>, asker: Asker) -> Result<Markup> {
    let settings = doors::open(&app, &asker.actor, PlacesToVouchFor).await?;
    Ok(page(&app, &asker, &settings, &Fields::default(), &Problems::default()))
}

fn page(
    app: &App,
    asker: &Asker,
    settings: &[Setting],
    typed: &Fields,
    problems: &Problems,
) -> Markup {
    let sheet = Sheet {
        action: PAGE,
        lines: &lines(settings),
        typed: Typed { fields: typed, problems },
        revision: None,
        theirs: None,
        press: "Give them an account",
    };
    let body = html! {
        (sheet.over())
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) {
            "Somebody who works in a nursery, school, service or charity gets an account now: they ask for "
            "support and see what became of it. The Business Unit reads for whom you vouched, and gives any other role."
        }
        (WarningText::new("You answer for it that this is who they say, and that they work there.").render())
        (sheet.render(asker))
    };
    layout::page_with_back(app, asker, &problems.title(TITLE), ("/", "Your work"), &body)
}

/// `POST /vouch`
pub async fn vouch(State(app): State<App>, posted: Posted) -> Result<Response> {
    let (asker, fields) = (&posted.asker, &posted.fields);
    let settings = doors::open(&app, &asker.actor, PlacesToVouchFor).await?;
    let problems = check(&lines(&settings), fields);
    if !problems.is_empty() {
        return Ok(again(page(&app, asker, &settings, fields, &problems), false));
    }
    // Whether somebody signs in with an address must not be tried out here.
    let whose = format!("vouch:{}", asker.actor.id());
    let Ok(tried) = app.tries().begin_code(&whose, None, app.clock.now()) else {
        let problems = Problems::of("email", "This was tried too often. Wait 15 minutes");
        return Ok(again(page(&app, asker, &settings, fields, &problems), false));
    };
    let once = fields.once().map_or_else(crate::ids::reference, |once| once.key);
    let form = format!("{once} vouch {} {}", asker.actor.id(), asker.form_token);
    let code = first_sign_in::code(&app, &form);
    let details = Details {
        name: fields.get("name").to_owned(),
        email: fields.get("email").to_lowercase(),
        job: fields.get("job").to_owned(),
        phone: fields.some("phone"),
        setting: fields.some("setting"),
        ..Details::default()
    };
    let knows = fields.get("knows").to_owned();
    let change = VouchFor { details, knows, code_hash: first_sign_in::hash(&code) };
    let made = match record(&app, &posted, "email", change).await {
        Ok(Came::Taken(made)) => made,
        Ok(Came::Again(problems, theirs)) => {
            return Ok(again(page(&app, asker, &settings, fields, &problems), theirs));
        }
        Err(Error::Beside { field, say }) => {
            let problems = Problems::of(field, say);
            return Ok(again(page(&app, asker, &settings, fields, &problems), false));
        }
        Err(other) => return Err(other),
    };
    app.tries().was_right(&tried);
    let is_new = app.clock.now().as_microsecond() - made <= PRESSED_TWICE;
    Ok(vouched(&app, asker, fields, is_new.then_some(code.as_str())).into_response())
}

fn vouched(app: &App, asker: &Asker, fields: &Fields, code: Option<&str>) -> Markup {
    let title = "They have an account";
    let address = format!("{}{}", app.address, first_sign_in::PATH);
    let body = html! {
        h1 class=(govuk::HEADING_L) { (title) }
        @if let Some(code) = code {
            (WarningText::new("This code is shown once, here. Give it to nobody but them.").render())
            (SummaryList::new()
                .content_row("Code", html! { strong { (code) } })
                .row("Works", "Once, for 24 hours")
                .row("Where they enter it", &address)
                .row("Email address", &fields.get("email").to_lowercase())
                .render())
            h2 class=(govuk::HEADING_M) { "What they do now, on their own device or the tablet that they share" }
            ol class={ (govuk::LIST) " govuk-list--number" } {
                li { "Open the address above, and enter their email address and the code." }
                li { "Choose a password that nobody else has seen: 15 characters or more, such as four words." }
                li { "Set up a second step under their name: a passkey on the tablet, a security key, or a printed list of codes. None of them needs a phone." }
            }
        } @else {
            (InsetText::new("This code was shown already. If it is lost, the Business Unit makes a new one.").render())
        }
    };
    layout::page_with_back(app, asker, title, (PAGE, "Vouch for somebody else"), &body)
}

/// What “Your work” says to whoever vouches: the way there.
pub fn way_there() -> Markup {
    html! {
        h2 class=(govuk::HEADING_M) { "Nurseries, schools, services and charities" }
        p class=(govuk::BODY) {
            "Somebody there has no account yet? "
            a class=(govuk::LINK) href=(PAGE) { (TITLE) }
        }
    }
}

/// For whom somebody vouched lately, for the Business Unit.
pub fn lately(vouched: &[Vouched]) -> Markup {
    html! {
        @if !vouched.is_empty() {
            h2 class=(govuk::HEADING_M) { "Vouched for within a month" }
            ul class=(govuk::LIST) {
                @for one in vouched {
                    li {
                        a class=(govuk::LINK) href={ "/staff/" (one.reference) } { (one.name) }
                        @if let Some(setting) = &one.setting { ", " (setting) }
                        ": by " (one.by) ", " (words::moment(one.at.0))
                    }
                }
            }
        }
    }
}

const _: () = assert!(LEAST == 20, "the hint says how many characters");
