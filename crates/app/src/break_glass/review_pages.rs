//! The pages of whoever reviews uses of break-glass: what waits, what is late, and one use with its
//! review.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use govuk::{Button, Form, InsetText, Radios, SummaryList, Table, Tag};
use jiff::Timestamp;
use maud::{Markup, html};

use super::{
    FINDINGS, THEMES,
    figures::OpenGlassFigures,
    figures_view,
    reviewing::{OpenUse, OpenUses, Review, Used},
    says,
};
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

/// Where the list is.
pub const PAGE: &str = "/glass-reviews";
/// What the list is called.
pub const TITLE: &str = "Records opened in an emergency";
const ONE: &str = "A record opened in an emergency";

/// `GET /glass-reviews`
pub async fn list(
    State(app): State<App>,
    asker: Asker,
    Query(done): Query<Done>,
) -> Result<Markup> {
    let used = doors::open(&app, &asker.actor, OpenUses).await?;
    let figures = doors::open(&app, &asker.actor, OpenGlassFigures).await?;
    let now = app.clock.now();
    let (reviewed, waits): (Vec<_>, Vec<_>) = used.iter().partition(|used| used.review.is_some());
    let body = html! {
        (done.banner())
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) {
            "Uses of break-glass by people of your agency, or over records that it holds. Somebody else "
            "than whoever it was reviews each within two working days. Hub managers see here what no "
            "privacy officer of either agency can review, or did not in time."
        }
        p class=(govuk::BODY) { (how_many(&used, now)) }
        @if !waits.is_empty() { (table("Not reviewed yet", &waits, now)) }
        @if !reviewed.is_empty() { (table("Reviewed lately", &reviewed, now)) }
        h2 class=(govuk::HEADING_M) { "In numbers" }
        p class=(govuk::BODY) { "Of the uses that you may review." }
        (figures_view::tables(&figures))
    };
    Ok(layout::page(&app, &asker, TITLE, &body))
}

/// The report of reviews that were not done.
fn how_many(used: &[Used], now: Timestamp) -> String {
    let waits = used.iter().filter(|used| used.review.is_none()).count();
    let late = used.iter().filter(|used| used.is_late(now)).count();
    match (waits, late) {
        (0, _) => "Nothing waits for your review.".to_owned(),
        (waits, 0) => format!("{waits} to review, none late."),
        (waits, late) => format!("{waits} to review, {late} late."),
    }
}

fn table(caption: &str, used: &[&Used], now: Timestamp) -> Markup {
    let mut table = Table::new(caption).head(["Who", "What for", "Opened", "Review by"]);
    for one in used {
        table = table.cells(vec![
            html! {
                a class=(govuk::LINK) href={ (PAGE) "/" (one.reference) } { (one.who) }
                br;
                (one.agency)
            },
            html! { (says(one.purpose)) },
            html! { (words::moment(one.opened_at)) },
            html! {
                @if one.is_late(now) { (Tag::new("Late").red().render()) " " }
                (words::moment(one.due_at))
            },
        ]);
    }
    table.render()
}

/// `GET /glass-reviews/{reference}`
pub async fn one(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    shown(&app, &asker, reference, &Fields::default(), &Problems::default()).await
}

/// `POST /glass-reviews/{reference}`
pub async fn review(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let change = Review {
        reference: reference.clone(),
        finding: fields.get("finding").to_owned(),
        theme: fields.get("theme").to_owned(),
        words: fields.get("words").to_owned(),
    };
    let made = doors::record_once(&app, &posted.asker.actor, fields.once(), change).await;
    leads_on(made.map(|()| format!("{PAGE}?done=glass-reviewed")), "finding", async |problems| {
        shown(&app, &posted.asker, reference, fields, &problems).await
    })
    .await
}

async fn shown(
    app: &App,
    asker: &Asker,
    reference: String,
    fields: &Fields,
    problems: &Problems,
) -> Result<Markup> {
    let used = doors::open(app, &asker.actor, OpenUse { reference }).await?;
    let typed = Typed { fields, problems };
    let body = html! {
        (typed.summary())
        span class=(govuk::CAPTION_L) { (ONE) }
        h1 class=(govuk::HEADING_L) { (used.who) }
        (said(&used))
        @match &used.review {
            Some(review) => {
                h2 class=(govuk::HEADING_M) { "The review" }
                (SummaryList::new()
                    .row("Found", FINDINGS.iter().find(|(f, ..)| *f == review.finding).map_or("", |(.., says)| says))
                    .row("What it comes to", review.theme.unwrap_or("Not said"))
                    .row("What was learned", &review.words)
                    .row("Reviewed", &format!("{}, by {}", words::moment(review.at), review.by))
                    .render())
            }
            None => (form(asker, &used, typed)),
        }
    };
    Ok(layout::page_with_back(app, asker, &problems.title(ONE), (PAGE, TITLE), &body))
}

fn said(used: &Used) -> Markup {
    html! {
        (SummaryList::new()
            .row("Works as", &format!("{}, {}", used.job, used.agency))
            .row("Reference", &used.reference)
            .row("Who has the record", &holders(used))
            .row("What for", says(used.purpose))
            .row("Why", &used.reason)
            .row("Open", &format!("{} to {}", words::moment(used.opened_at), words::moment(used.over_at)))
            .row("Looks", &used.looks.to_string())
            .row("Review by", &words::moment(used.due_at))
            .render())
    }
}

/// Whom to ask about the child.
fn holders(used: &Used) -> String {
    match used.holders.as_slice() {
        [] => "Nobody had it: ask the hub’s managers.".to_owned(),
        holders => format!("{}. They were told, and know which child it is.", holders.join(", ")),
    }
}

fn form(asker: &Asker, used: &Used, typed: Typed<'_>) -> Markup {
    let radios = Radios::new("finding")
        .legend("What did you find?")
        .value(typed.get("finding"))
        .error(typed.error("finding"));
    let radios =
        FINDINGS.into_iter().fold(radios, |radios, (_, slug, says)| radios.item(slug, says));
    let themes = Radios::new("theme")
        .legend("What does it come to?")
        .hint("It is counted, for the agencies and the board.")
        .value(typed.get("theme"))
        .error(typed.error("theme"));
    let themes = THEMES.into_iter().fold(themes, |radios, (slug, says)| radios.item(slug, says));
    html! {
        h2 class=(govuk::HEADING_M) { "Review" }
        (InsetText::new("Ask whoever it was, and whoever has the record. If you work with them, leave it to somebody else.").render())
        (Form::new(&format!("{PAGE}/{}", used.reference), &asker.form_token)
            .once(Some(typed.get("once")))
            .content(html! {
                (radios.render())
                (themes.render())
                (typed.lines("words", "What did you learn?", "Privacy officers of both agencies read it and, where they could not review it in time, hub managers.", limits::TEXT).rows(4).render())
                (Button::new("Save the review").render())
            })
            .render())
    }
}

/// What “Your work” says of what waits for a review.
pub fn waiting(used: &[Used], now: Timestamp) -> Markup {
    if used.is_empty() {
        return Markup::default();
    }
    html! {
        h2 class=(govuk::HEADING_M) { (TITLE) }
        p class=(govuk::BODY) {
            (how_many(used, now)) " "
            a class=(govuk::LINK) href=(PAGE) { "See them" }
        }
    }
}
