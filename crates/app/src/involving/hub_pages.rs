//! The hub's pages about who asks about a child: who waits, and one of them with who may be meant and
//! the ways to answer.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use govuk::{Button, Form, InsetText, Radios, SummaryList, Table, Tag, WarningText};
use jiff::Timestamp;
use maud::{Markup, html};

use practice::disclosure::{Basis, Body, Occasion};

use super::answering::{
    Answer, AnswerAsker, AskersToAnswer, MOST, MayBe, OpenAsking, Opened, ToAnswer,
};
use crate::{
    App,
    disclosing::basis_fields::{self, Ground},
    doors,
    error::Result,
    front_door::views::name,
    limits,
    web::{
        Asker, Fields, Posted,
        done::Done,
        layout,
        typed::{Problems, Typed, given_back, leads_on},
        words,
    },
};

/// Where the list is.
pub const PAGE: &str = "/asked";
/// What the list is called.
pub const TITLE: &str = "Who asks about a child";
const ONE: &str = "Somebody asks about a child";

/// `GET /asked`
pub async fn list(
    State(app): State<App>,
    asker: Asker,
    Query(done): Query<Done>,
) -> Result<Markup> {
    let seen = doors::open(&app, &asker.actor, AskersToAnswer).await?;
    let body = html! {
        (done.banner())
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) {
            "People who were shown nothing, and ask why or what they need. Each is answered by the end "
            "of the next working day. What you asked yourself is for somebody else."
        }
        @if seen.waits.is_empty() {
            p class=(govuk::BODY) { "Nobody waits for an answer." }
        } @else { (table(&seen, app.clock.now())) }
    };
    Ok(layout::page_with_back(&app, &asker, TITLE, ("/", "Your work"), &body))
}

fn table(seen: &ToAnswer, now: Timestamp) -> Markup {
    let mut table =
        Table::new("The most urgent first").head(["Who", "Works for", "Asked", "Answer by"]);
    for one in &seen.waits {
        table = table.cells(vec![
            html! { a class=(govuk::LINK) href={ (PAGE) "/" (one.reference) } { (one.who) } },
            html! { (one.agency) },
            html! { (words::moment(one.asked_at.0)) },
            html! {
                @if one.due_at.0 < now { (Tag::new("Late").red().render()) " " }
                (words::moment(one.due_at.0))
            },
        ]);
    }
    html! {
        (table.render())
        @if seen.more { p class=(govuk::BODY) { "These are the first " (MOST) ". There are more." } }
    }
}

/// `GET /asked/{reference}`
pub async fn one(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    shown(&app, &asker, reference, &Fields::default(), &Problems::default()).await
}

/// `POST /asked/{reference}`
pub async fn answer(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let answer = match fields.get("outcome") {
        "told" => Answer::Told(fields.get("words").to_owned()),
        "nothing" => Answer::Nothing { why: fields.get("why").to_owned() },
        _ => {
            let problems = Problems::of("outcome", "Choose how you answer");
            return Ok(given_back(shown(&app, &posted.asker, reference, fields, &problems).await?));
        }
    };
    let ground = match Ground::sent(fields, usual()) {
        Ok(ground) => ground,
        Err(problems) => {
            return Ok(given_back(shown(&app, &posted.asker, reference, fields, &problems).await?));
        }
    };
    let change = AnswerAsker { reference: reference.clone(), answer, ground };
    let made = doors::record_once(&app, &posted.asker.actor, fields.once(), change).await;
    leads_on(made.map(|()| format!("{PAGE}?done=answered")), "words", async |problems| {
        shown(&app, &posted.asker, reference, fields, &problems).await
    })
    .await
}

fn usual() -> Basis {
    Occasion::AskerAnswered.usual(Body::Public)
}

async fn shown(
    app: &App,
    asker: &Asker,
    reference: String,
    fields: &Fields,
    problems: &Problems,
) -> Result<Markup> {
    let seen = doors::open(app, &asker.actor, OpenAsking { reference }).await?;
    let typed = Typed { fields, problems };
    let body = html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { (ONE) }
        (said(&seen))
        h2 class=(govuk::HEADING_M) { "Who may be meant" }
        (may_be(&seen.may_be))
        @if seen.must_not_see { (WarningText::new(&format!("{} must not see a child who may be meant. They don’t know it, and must not learn it from the answer.", seen.who)).render()) }
        h2 class=(govuk::HEADING_M) { "Answer" }
        (form(asker, &seen, typed))
    };
    Ok(layout::page_with_back(app, asker, &problems.title(ONE), (PAGE, TITLE), &body))
}

fn said(seen: &Opened) -> Markup {
    SummaryList::new()
        .row("Who asks", &format!("{}, {}, {}", seen.who, seen.job, seen.agency))
        .row("E-mail", &seen.email)
        .row("Asked", &words::moment(seen.asked_at.0))
        .row("Answer by", &words::moment(seen.due_at.0))
        .row("About", &seen.asked.meant.words())
        .row("Why", &seen.asked.why)
        .render()
}

fn may_be(all: &[MayBe]) -> Markup {
    if all.is_empty() {
        let none = "Nobody was found by what they gave when they sent it. Look under People too: \
            a name may be written otherwise.";
        return InsetText::new(none).render();
    }
    html! {
        ul class=(govuk::LIST) {
            @for child in all {
                li {
                    a class=(govuk::LINK) href={ "/people/" (child.person) } { (name(&child.given, &child.family, false)) }
                    @if let Some(born) = child.born_on { ", born " (words::day(born.0)) }
                    ", as " (child.agency) " says"
                }
            }
        }
    }
}

fn form(asker: &Asker, seen: &Opened, typed: Typed<'_>) -> Markup {
    let radios = Radios::new("outcome")
        .legend("How do you answer?")
        .value(typed.get("outcome"))
        .error(typed.error("outcome"))
        .item("told", "Tell them what they need to know, or whom to talk to")
        .item("nothing", "Nothing can be shared");
    Form::new(&format!("{PAGE}/{}", seen.reference), &asker.form_token)
        .once(Some(typed.get("once")))
        .content(html! {
            (radios.render())
            (typed.lines("words", "What do you tell them?", "They read this on their own page. Share what they need, and no more.", limits::TEXT).rows(4).render())
            (typed.lines("why", "If nothing can be shared, why?", "Only the hub reads this. They read the same words whether or not the child is known.", limits::REASON).rows(3).render())
            (basis_fields::folded_up(typed, usual()))
            (Button::new("Send the answer").render())
        })
        .render()
}

/// What “Your work” says of who waits.
pub fn waiting(seen: &ToAnswer, now: Timestamp) -> Markup {
    let late = seen.waits.iter().filter(|one| one.due_at.0 < now).count();
    html! {
        h2 class=(govuk::HEADING_M) { (TITLE) }
        p class=(govuk::BODY) {
            @if seen.waits.is_empty() { "Nobody waits for an answer. " }
            @else {
                @if seen.more { "More than " }
                (seen.waits.len()) " to answer"
                @if late > 0 { ", " (late) " late" }
                ". "
            }
            a class=(govuk::LINK) href=(PAGE) { (TITLE) }
        }
    }
}
