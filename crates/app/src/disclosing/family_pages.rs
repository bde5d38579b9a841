//! The hub's pages for what a family reads: for whom there is a page, what stands on one, and the
//! paper that is handed over.

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use govuk::{Button, Checkboxes, Form, InsetText, Radios, SummaryList, WarningText};
use maud::{Markup, html};
use practice::disclosure::Purpose;

use super::{
    Thing,
    family::{BeginFamilyPage, FamilyPages, OpenFamilyPages},
    family_items::{FamilyPage, Item, OpenFamilyPage, Paper, PrintFamilyPage, PutOn, TakeOff},
    marks::OFF,
};
use crate::{
    App, doors,
    error::Result,
    web::{
        Asker, Fields, Posted,
        done::Done,
        layout,
        typed::{Problems, Typed, given_back},
        words,
    },
};

/// What the list is called.
pub const TITLE: &str = "A page for somebody in the family";
/// What the paper is called.
const PAPER: &str = "What was shared about you or your child, with whom and why";

/// `GET /people/{reference}/family-pages`
pub async fn list(
    State(app): State<App>,
    asker: Asker,
    Path(person): Path<String>,
) -> Result<Markup> {
    listed(&app, &asker, person, &Fields::default(), &Problems::default()).await
}

/// `POST /people/{reference}/family-pages`
pub async fn begin(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let change = BeginFamilyPage { person: person.clone(), whom: fields.get("whom").to_owned() };
    match doors::record_once(&app, &posted.asker.actor, fields.once(), change).await {
        Ok(page) => Ok(Redirect::to(&format!("/family-pages/{page}")).into_response()),
        Err(error) => {
            let problems = Problems::refused(error, "whom")?;
            Ok(given_back(listed(&app, &posted.asker, person, fields, &problems).await?))
        }
    }
}

async fn listed(
    app: &App,
    asker: &Asker,
    person: String,
    fields: &Fields,
    problems: &Problems,
) -> Result<Markup> {
    let seen = doors::open(app, &asker.actor, OpenFamilyPages { person }).await?;
    let typed = Typed { fields, problems };
    let body = html! {
        @if !seen.is_off { (typed.summary()) }
        span class=(govuk::CAPTION_L) { (seen.child) }
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) {
            "On it one person reads what was shared about them or their child, with whom and why. You "
            "print it and hand it over. It begins empty: you choose what stands on it."
        }
        @if seen.is_off { (off()) } @else { (pages(asker, &seen, typed)) }
    };
    let back = format!("/people/{}", seen.person);
    Ok(layout::page_with_back(
        app,
        asker,
        &problems.title(TITLE),
        (&back, "Back to the page"),
        &body,
    ))
}

fn off() -> Markup {
    WarningText::new(OFF).render()
}

fn pages(asker: &Asker, seen: &FamilyPages, typed: Typed<'_>) -> Markup {
    let radios = Radios::new("whom")
        .legend("Whom is it for?")
        .hint("Each page is for one person, never for a family.")
        .value(typed.get("whom"))
        .error(typed.error("whom"));
    let radios = seen.may_be_for.iter().fold(radios, |radios, whom| {
        radios.item(&whom.person, &format!("{}, {}", whom.name, whom.relation))
    });
    html! {
        @if !seen.pages.is_empty() {
            h2 class=(govuk::HEADING_M) { "Pages that were begun" }
            ul class=(govuk::LIST) {
                @for page in &seen.pages {
                    li {
                        a class=(govuk::LINK) href={ "/family-pages/" (page.reference) } {
                            "For " (page.given) " " (page.family)
                        }
                    }
                }
            }
        }
        (Form::new(&format!("/people/{}/family-pages", seen.person), &asker.form_token)
            .once(Some(typed.get("once")))
            .content(html! {
                (radios.render())
                (Button::new("Begin the page").render())
            })
            .render())
    }
}

/// `GET /family-pages/{reference}`
pub async fn page(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
    Query(done): Query<Done>,
) -> Result<Markup> {
    shown(&app, &asker, reference, &done, &Fields::default(), &Problems::default()).await
}

/// `POST /family-pages/{reference}`
pub async fn change(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let item = fields.get("item").to_owned();
    let (actor, once) = (&posted.asker.actor, fields.once());
    let safe = safe_field(&item);
    let (made, done) = match fields.get("do") {
        "take-off" => {
            let change = TakeOff { reference: reference.clone(), item };
            (doors::record_once(&app, actor, once, change).await, "taken-off")
        }
        _ => {
            let is_safe = fields.get(&safe) == "yes";
            let change = PutOn { reference: reference.clone(), item, is_safe };
            (doors::record_once(&app, actor, once, change).await, "put-on")
        }
    };
    match made {
        Ok(()) => {
            Ok(Redirect::to(&format!("/family-pages/{reference}?done={done}")).into_response())
        }
        Err(error) => {
            let problems = Problems::refused(error, &safe)?;
            let done = Done::default();
            let page = shown(&app, &posted.asker, reference, &done, fields, &problems).await?;
            Ok(given_back(page))
        }
    }
}

/// The field in which somebody says that it is safe.
fn safe_field(item: &str) -> String {
    format!("safe-{item}")
}

async fn shown(
    app: &App,
    asker: &Asker,
    reference: String,
    done: &Done,
    fields: &Fields,
    problems: &Problems,
) -> Result<Markup> {
    let seen = doors::open(app, &asker.actor, OpenFamilyPage { reference }).await?;
    let typed = Typed { fields, problems };
    let body = html! {
        @if !seen.is_off { (typed.summary()) (done.banner()) }
        span class=(govuk::CAPTION_L) { "What was shared about " (seen.child) }
        h1 class=(govuk::HEADING_L) { "A page for " (seen.whom) }
        @if seen.is_off { (off()) } @else { (chosen(asker, &seen, typed)) }
    };
    let back = format!("/people/{}/family-pages", seen.person);
    Ok(layout::page_with_back(app, asker, &problems.title(TITLE), (&back, TITLE), &body))
}

fn chosen(asker: &Asker, seen: &FamilyPage, typed: Typed<'_>) -> Markup {
    let form = |item: &Item, what: &str, once: &str, content: Markup| {
        Form::new(&format!("/family-pages/{}", seen.reference), &asker.form_token)
            .once(Some(once))
            .hidden(&[("item".into(), item.reference.clone()), ("do".into(), what.to_owned())])
            .content(content)
            .render()
    };
    html! {
        (InsetText::new("Think of everybody who may read it: somebody may look over a shoulder, or make them show it. What is not on it leaves no trace. Ask the child before you put anything on it that a child could be blamed for.").render())
        h2 class=(govuk::HEADING_M) { "On the page" }
        @if seen.on_it.is_empty() { p class=(govuk::BODY) { "Nothing yet." } }
        @for item in &seen.on_it {
            (told(item))
            (form(item, "take-off", "", Button::new("Take it off").secondary().render()))
        }
        p class=(govuk::BODY) {
            a class=(govuk::LINK) href={ "/family-pages/" (seen.reference) "/paper" } { "See the page to print" }
        }
        h2 class=(govuk::HEADING_M) { "What could be put on it" }
        p class=(govuk::BODY) {
            "Left out by itself: what was held back, what was said to members of the public, what may be of "
            "another child, and looks at protected details."
        }
        @if seen.offered.is_empty() { p class=(govuk::BODY) { "Nothing." } }
        @for item in &seen.offered {
            @let name = safe_field(&item.reference);
            (told(item))
            (form(item, "put-on", typed.get("once"), html! {
                (Checkboxes::new(&name).legend("Safe if seen by the other adult?")
                    .error(typed.error(&name))
                    .item("yes", "Yes, it is safe whoever sees it").render())
                (Button::new("Put it on the page").secondary().render())
            }))
        }
    }
}

/// An item as the family reads it.
fn told(item: &Item) -> Markup {
    SummaryList::new()
        .row("When", &words::day(item.on))
        .row("With whom", &item.with)
        .row("What", &item.things.iter().map(|thing| thing.title()).collect::<Vec<_>>().join(". "))
        .row("Why", why(item))
        .render()
}

/// Why it was shared, as a family reads it.
fn why(item: &Item) -> &'static str {
    match item.purpose {
        Purpose::Safeguarding if item.things.contains(&Thing::WholeRecord) => {
            "To keep a child safe in an emergency. The law lets us do that"
        }
        Purpose::Safeguarding => "To keep a child safe and well. The law lets us do that",
        Purpose::HealthAndCare => "To plan or give you help",
        Purpose::LifeAtRisk => "To save a life",
        Purpose::PoliceInvestigation => "For an investigation of the police",
        Purpose::OwnData => "Somebody asked what is held about them",
    }
}

/// `GET /family-pages/{reference}/paper`
pub async fn paper(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    let back = format!("/family-pages/{reference}");
    let seen = doors::open(&app, &asker.actor, PrintFamilyPage { reference }).await?;
    let body = match &seen {
        Some(paper) => on_paper(paper, &app.partnership().hub_phone),
        None => html! { h1 class=(govuk::HEADING_L) { (TITLE) } (off()) },
    };
    let title = if seen.is_some() { PAPER } else { TITLE };
    Ok(layout::page_to_hand_over(&app, &asker, title, (&back, "Back"), &body))
}

fn on_paper(paper: &Paper, hub_phone: &str) -> Markup {
    html! {
        h1 class=(govuk::HEADING_L) { (PAPER) }
        p class=(govuk::BODY) {
            "For " (paper.whom) "."
            @if let Some(child) = &paper.about { " About " (child) "." }
        }
        p class=(govuk::BODY) {
            "People who work with families share what they need to, so that children are safe and get help. "
            "This page says what the Request for Support Hub shared. It may not say everything."
        }
        @if paper.items.is_empty() { p class=(govuk::BODY) { "Nothing is on this page." } }
        @for item in &paper.items { (told(item)) }
        h2 class=(govuk::HEADING_M) { "If you have a question" }
        p class=(govuk::BODY) {
            "Ask whoever gave you this page, or ring the hub: " (words::ring(hub_phone)) ". You can ask us for "
            "a copy of what we hold about you, and tell us if something is wrong. If you are not content with "
            "our answer, you can ask the Information Commissioner (ico.org.uk)."
        }
    }
}
