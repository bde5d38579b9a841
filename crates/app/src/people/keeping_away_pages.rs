//! The page on which the hub says who must not see a person.

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use govuk::{Button, Checkboxes, Form, InsetText, SummaryList};
use maud::{Markup, html};
use practice::calendar::Day;

use super::{
    conflict_pages,
    keeping_away::{KeepAway, Kept, KeptAway, LetSeeAgain, OpenKeptAway},
};
use crate::{
    App, doors,
    error::Result,
    ids::typed_reference,
    limits,
    web::{
        Asker, Fields, Posted, layout,
        typed::{Problems, Typed, given_back, leads_on},
        words,
    },
};

/// What the page is called.
pub const TITLE: &str = "Somebody who must not see this";

/// `GET /people/{reference}/kept-away`
pub async fn page(
    State(app): State<App>,
    asker: Asker,
    Path(person): Path<String>,
    Query(from): Query<conflict_pages::From>,
) -> Result<Markup> {
    let fields = from.filled_in(&app, &asker).await?;
    shown(&app, &asker, person, &fields, &Problems::default()).await
}

/// The field by which somebody confirms that it is themselves whom they keep away.
const MYSELF: &str = "myself";

/// `POST /people/{reference}/kept-away`
pub async fn keep_away(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let mut problems = Problems::default();
    for (name, say) in [
        ("who", "Enter the e-mail address of whoever must not see this"),
        ("reason", "Enter why they must not see this"),
    ] {
        if fields.get(name).is_empty() {
            problems.add(name, say);
        }
    }
    let is_own = posted.asker.actor.signed_in()?.email.eq_ignore_ascii_case(fields.get("who"));
    if is_own && fields.get(MYSELF) != "yes" {
        problems.add(MYSELF, "That is your own address: confirm that you keep yourself away");
    }
    if !problems.is_empty() {
        return Ok(given_back(shown(&app, &posted.asker, person, fields, &problems).await?));
    }
    let change = KeepAway {
        person: person.clone(),
        account: fields.get("account").to_owned(),
        who: fields.get("who").to_owned(),
        reason: fields.get("reason").to_owned(),
        instead: fields.some("instead"),
    };
    let made = doors::record_once(&app, &posted.asker.actor, fields.once(), change).await;
    // Whoever keeps themselves away has no page to go back to.
    let to = if is_own { "/".to_owned() } else { next(fields, &person) };
    leads_on(made.map(|()| to), "reason", async |problems| {
        shown(&app, &posted.asker, person, fields, &problems).await
    })
    .await
}

/// Back to the declaration that led here, or else to the page.
fn next(fields: &Fields, person: &str) -> String {
    match typed_reference(fields.get("declared")) {
        Some(declared) => format!("{}/{declared}", conflict_pages::PAGE),
        None => format!("/people/{person}/kept-away"),
    }
}

/// `POST /people/{reference}/kept-away/end`
pub async fn let_see_again(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let exclusion = posted.fields.get("exclusion").to_owned();
    let change = LetSeeAgain { person: person.clone(), exclusion };
    doors::record_once(&app, &posted.asker.actor, posted.fields.once(), change).await?;
    Ok(Redirect::to(&format!("/people/{person}/kept-away")).into_response())
}

async fn shown(
    app: &App,
    asker: &Asker,
    person: String,
    fields: &Fields,
    problems: &Problems,
) -> Result<Markup> {
    let seen = doors::open(app, &asker.actor, OpenKeptAway { person }).await?;
    let body = view(asker, &seen, Typed { fields, problems });
    let back = format!("/people/{}", seen.person);
    Ok(layout::page_with_back(
        app,
        asker,
        &problems.title(TITLE),
        (&back, "Back to the page"),
        &body,
    ))
}

fn view(asker: &Asker, seen: &KeptAway, typed: Typed<'_>) -> Markup {
    let account = typed.fields.some("account").unwrap_or_else(|| seen.account.clone());
    html! {
        (typed.summary())
        span class=(govuk::CAPTION_L) { (seen.name) }
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) {
            "For example a relative, a former partner, or somebody about whom something is alleged. "
            "To them it will look as though nothing were here: on every page, list and count, and in "
            "every message. They are not told."
        }
        (InsetText::new("It covers this person, whoever may be the same person, and every request that names them, with everybody else in those requests.").render())
        @if seen.all.is_empty() {
            p class=(govuk::BODY) { "Nobody is kept away now." }
        }
        @for kept in &seen.all { (one(asker, &seen.person, kept)) }
        h2 class=(govuk::HEADING_M) { "Keep somebody away" }
        (Form::new(&format!("/people/{}/kept-away", seen.person), &asker.form_token)
            .once(Some(typed.fields.get("once")))
            .hidden(&[
                ("account".into(), account),
                ("declared".into(), typed.get("declared").to_owned()),
            ])
            .content(html! {
                (typed.line("who", "Their e-mail address at work").input_type("email").render())
                (typed.lines("reason", "Why must they not see this?", "Only the hub reads it.", limits::TEXT).rows(3).render())
                (typed.line("instead", "Who receives instead what would go to them? (optional)")
                    .hint("An e-mail address. Where you leave it empty, the hub’s managers do.")
                    .input_type("email").render())
                @if typed.error(MYSELF).is_some() || !typed.get(MYSELF).is_empty() {
                    (Checkboxes::new(MYSELF).legend("You keep yourself away")
                        .hint("This page and every other of this person is closed to you at once. Only somebody else in the hub can open them to you again.")
                        .error(typed.error(MYSELF))
                        .values(&typed.fields.some(MYSELF).into_iter().collect::<Vec<_>>())
                        .item("yes", "I must not see this person’s record any more").render())
                }
                (Button::new("Keep them away").render())
            })
            .render())
    }
}

fn one(asker: &Asker, person: &str, kept: &Kept) -> Markup {
    html! {
        h2 class=(govuk::HEADING_M) { (kept.who) }
        (SummaryList::new()
            .row("Why", &kept.reason)
            .row("Who receives instead", kept.instead.as_deref().unwrap_or("The hub’s managers"))
            .row("Since", &format!("{}, by {}", words::moment(kept.set_at.0), kept.set_by))
            .row("Tried to open it", &tried(kept))
            .render())
        (Form::new(&format!("/people/{person}/kept-away/end"), &asker.form_token)
            .hidden(&[("exclusion".into(), kept.reference.clone())])
            .content(html! { (Button::new(&format!("Let {} see this again", kept.who)).render()) })
            .render())
    }
}

/// On which days they tried, and how often.
fn tried(kept: &Kept) -> String {
    let on = |(day, times): &(Day, usize)| match times {
        1 => format!("{}, once", words::day(*day)),
        times => format!("{}, {times} times", words::day(*day)),
    };
    match kept.tried.as_slice() {
        [] => "Not that is known".to_owned(),
        tried => format!("On {}", tried.iter().map(on).collect::<Vec<_>>().join("; on ")),
    }
}
