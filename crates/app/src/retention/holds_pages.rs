//! The page on which a hub manager holds what is kept about somebody.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use govuk::{Button, Form, Radios, SummaryList};
use maud::{Markup, html};

use super::holds::{Hold, Holds, OpenHolds, Release, Sort};
use crate::{
    App, doors,
    error::Result,
    limits,
    web::{
        Asker, Fields, Posted,
        done::Done,
        layout,
        typed::{Problems, Typed, leads_on},
        words,
    },
};

/// What the page is called.
pub const TITLE: &str = "Keep it for a court or a review";

/// `GET /people/{reference}/hold`
pub async fn page(
    State(app): State<App>,
    asker: Asker,
    Path(person): Path<String>,
    Query(done): Query<Done>,
) -> Result<Markup> {
    shown(&app, &asker, person, &done, &Fields::default(), &Problems::default()).await
}

async fn shown(
    app: &App,
    asker: &Asker,
    person: String,
    done: &Done,
    fields: &Fields,
    problems: &Problems,
) -> Result<Markup> {
    let seen = doors::open(app, &asker.actor, OpenHolds { person }).await?;
    let body = view(asker, &seen, Typed { fields, problems }, done);
    let back = format!("/people/{}", seen.person);
    let back = (back.as_str(), "Back to the page");
    Ok(layout::page_with_back(app, asker, &problems.title(TITLE), back, &body))
}

fn view(asker: &Asker, seen: &Holds, typed: Typed<'_>, done: &Done) -> Markup {
    let path = format!("/people/{}/hold", seen.person);
    let sorts =
        Radios::new("sort").legend("For whom?").value(typed.get("sort")).error(typed.error("sort"));
    let sorts = Sort::ALL.iter().fold(sorts, |radios, sort| radios.item(sort.slug(), sort.says()));
    html! {
        (typed.summary())
        (done.banner())
        span class=(govuk::CAPTION_L) { (seen.name) }
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) { "As long as anybody holds it, nothing that is kept about them is disposed of, whatever its age." }
        @for held in &seen.standing {
            (SummaryList::new()
                .row("For", held.sort.map_or("", Sort::says))
                .row("Why", &held.why)
                .row("Since", &format!("{}, by {}", words::moment(held.set_at.0), held.set_by))
                .render())
            (Form::new(&format!("{path}/end"), &asker.form_token)
                .hidden(&[("hold".into(), held.reference.clone())])
                .content(Button::new("It need not be held any more").secondary().render())
                .render())
        }
        (Form::new(&path, &asker.form_token).once(Some(typed.get("once"))).content(html! {
            (sorts.render())
            (typed.lines("why", "Why?", "The case, and until when if that is known.", limits::TEXT).rows(3).render())
            (Button::new("Hold it").render())
        }).render())
    }
}

/// `POST /people/{reference}/hold`
pub async fn hold(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let (sort, why) = (fields.get("sort").to_owned(), fields.get("why").to_owned());
    let change = Hold { person: person.clone(), sort, why };
    let made = doors::record_once(&app, &posted.asker.actor, fields.once(), change).await;
    answered(&app, &posted, person, made).await
}

/// `POST /people/{reference}/hold/end`
pub async fn release(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let change = Release { person: person.clone(), hold: posted.fields.get("hold").to_owned() };
    let made = doors::record(&app, &posted.asker.actor, change).await;
    answered(&app, &posted, person, made).await
}

async fn answered(
    app: &App,
    posted: &Posted,
    person: String,
    made: Result<()>,
) -> Result<Response> {
    let made = made.map(|()| format!("/people/{person}/hold?done=changed"));
    leads_on(made, "why", async |problems| {
        let (asker, fields) = (&posted.asker, &posted.fields);
        shown(app, asker, person, &Done::default(), fields, &problems).await
    })
    .await
}
