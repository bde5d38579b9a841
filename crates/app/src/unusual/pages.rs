//! The pages on which a privacy officer asks about looks that stood out. They say what was seen and
//! by which rule, and never that somebody did wrong.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use govuk::{Button, Form, InsetText, Radios, SummaryList, Table};
use maud::{Markup, html};

use super::reviewing::{OpenRow, OpenRows, Outcome, Rows, Seen, Settle};
use crate::{
    App,
    access::passkeys::{account_pages, doubts::InDoubt},
    doors,
    error::Result,
    limits::TEXT,
    pacing::{self, stopping::StoppedLately},
    web::{
        Asker, Fields, Posted,
        done::Done,
        layout,
        typed::{Problems, Typed, given_back, leads_on},
        words,
    },
    who_looked::of_staff_pages,
};

/// What the list is called.
pub const TITLE: &str = "Unusual access";
/// Where it is.
pub const LIST: &str = "/unusual-access";

/// What is said where nothing that was found may be: true of every look that stands out, so that the
/// row is like another.
const NOTHING_MORE: &str = "Looked without a reason on record";
const ASK_WHY: &str = "Nothing ties them to the child, and nothing was done. It may be chance, or a \
     colleague’s work that they covered.";

/// `GET /unusual-access`
pub async fn list(
    State(app): State<App>,
    asker: Asker,
    Query(done): Query<Done>,
) -> Result<Markup> {
    let rows = doors::open(&app, &asker.actor, OpenRows).await?;
    let doubted = doors::open(&app, &asker.actor, InDoubt).await?;
    let stopped = doors::open(&app, &asker.actor, StoppedLately).await?;
    let body = html! {
        (list_view(&rows, &pacing::pages::stopped_lately(&stopped), &done))
        (account_pages::in_doubt(&doubted))
    };
    Ok(layout::page(&app, &asker, TITLE, &body))
}

/// `GET /unusual-access/{reference}`
pub async fn one(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    shown(&app, &asker, reference, &Fields::default(), &Problems::default()).await
}

/// `POST /unusual-access/{reference}`
pub async fn settle(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let mut problems = Problems::default();
    if Outcome::of_slug(fields.get("outcome")).is_none() {
        problems.add("outcome", "Choose what came of it");
    }
    if fields.get("reason").is_empty() {
        problems.add("reason", "Enter why");
    }
    problems.add_any("reason", TEXT.exceeded_by(fields.get("reason")));
    if !problems.is_empty() {
        return Ok(given_back(shown(&app, &posted.asker, reference, fields, &problems).await?));
    }
    let change = Settle {
        reference: reference.clone(),
        outcome: fields.get("outcome").to_owned(),
        reason: fields.get("reason").to_owned(),
    };
    let made = doors::record_once(&app, &posted.asker.actor, fields.once(), change).await;
    leads_on(made.map(|()| format!("{LIST}?done=looks-settled")), "reason", async |problems| {
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
    let seen = doors::open(app, &asker.actor, OpenRow { reference }).await?;
    let body = one_view(asker, &seen, Typed { fields, problems });
    let title = problems.title(TITLE);
    Ok(layout::page_with_back(app, asker, &title, (LIST, TITLE), &body))
}

/// What was found by the rules, behind what can’t wait.
fn list_view(rows: &Rows, first: &Markup, done: &Done) -> Markup {
    let mut table = Table::new("To be asked about").head(["Who looked", "What stood out", "Since"]);
    for row in &rows.rows {
        table = table.cells(vec![
            html! {
                a class=(govuk::LINK) href={ (LIST) "/" (row.reference) } { (row.who) }
                br;
                (row.job)
            },
            what_stood_out(row),
            html! { (words::day(row.shown_on.0)) },
        ]);
    }
    html! {
        (done.banner())
        h1 class=(govuk::HEADING_L) { (TITLE) }
        (first)
        p class=(govuk::BODY) {
            "Looks at children’s records by people of your agency, or of one that has nobody else to ask, that stood out. Most of them have "
            "a good reason: a row is a question, never a finding against somebody. Whoever looked is "
            "not told."
        }
        @if rows.rows.is_empty() {
            p class=(govuk::BODY) { "There is nothing to ask about now." }
        } @else {
            (table.render())
        }
        p class=(govuk::BODY) { (waiting(rows.waiting)) }
        p class=(govuk::BODY) {
            @match rows.until {
                Some(until) => { "The rules were run over every day up to " (words::day(until.0)) "." }
                None => { "The rules have not been run over any day yet." }
            }
        }
        p class=(govuk::BODY) {
            a class=(govuk::LINK) href=(of_staff_pages::PAGE) { (of_staff_pages::TITLE) }
        }
        (InsetText::new("One rule finds nothing here yet: on cases in the news, since none is marked as one. A neighbour’s child is found of those alone who gave the postcode of their home. Nor is a look found under which something was written down.").render())
    }
}

/// By which rules a row stood out.
pub fn what_stood_out(row: &Seen) -> Markup {
    html! {
        @for (n, finding) in row.findings.iter().enumerate() {
            @if n > 0 { br; }
            (finding.rule.says())
        }
        @if row.findings.is_empty() { (NOTHING_MORE) }
    }
}

fn waiting(count: i64) -> String {
    match count {
        0 => "Nothing more waits.".to_owned(),
        1 => "1 more stood out less, and waits. It is shown in its turn.".to_owned(),
        more => format!(
            "{more} more stood out less, and wait. At most five are added on a working day, and \
             none is dropped."
        ),
    }
}

fn one_view(asker: &Asker, seen: &Seen, typed: Typed<'_>) -> Markup {
    let child = seen.child.as_deref().map_or_else(
        || "More than one".to_owned(),
        |child| {
            format!(
                "Called {child} here, and nowhere else. Those in the hub who may see the record \
                 find it by this in the search."
            )
        },
    );
    html! {
        (typed.summary())
        span class=(govuk::CAPTION_L) { (TITLE) }
        h1 class=(govuk::HEADING_L) { (seen.who) }
        (SummaryList::new()
            .row("Works as", &seen.job)
            .row("Child", &child)
            .row("On this list since", &words::day(seen.shown_on.0))
            .render())
        @for finding in &seen.findings {
            h2 class=(govuk::HEADING_M) { (finding.rule.says()) }
            p class=(govuk::BODY) { (words::day(finding.day)) ". " (finding.evidence) }
            p class=(govuk::BODY) { (finding.rule.explains()) }
        }
        @if seen.findings.is_empty() {
            h2 class=(govuk::HEADING_M) { (NOTHING_MORE) }
            p class=(govuk::BODY) { (ASK_WHY) }
        }
        @match &seen.settled {
            Some(settled) => {
                h2 class=(govuk::HEADING_M) { "What came of it" }
                (SummaryList::new()
                    .row("Outcome", settled.outcome.says())
                    .row("Why", &settled.reason)
                    .row("Recorded", &format!("{}, by {}", words::moment(settled.at.0), settled.by))
                    .render())
            }
            None => (outcome_form(asker, seen, typed)),
        }
    }
}

fn outcome_form(asker: &Asker, seen: &Seen, typed: Typed<'_>) -> Markup {
    let radios = Radios::new("outcome")
        .legend("What came of it?")
        .value(typed.get("outcome"))
        .error(typed.error("outcome"));
    let radios = Outcome::ALL
        .into_iter()
        .fold(radios, |radios, outcome| radios.item(outcome.slug(), outcome.says()));
    Form::new(&format!("{LIST}/{}", seen.reference), &asker.form_token)
        .once(Some(typed.fields.get("once")))
        .content(html! {
            (radios.render())
            (typed.lines("reason", "Why?", "What you asked and learned. Only privacy officers of the agency read it and, where it has none, hub managers.", TEXT).rows(4).render())
            (Button::new("Record it").render())
        })
        .render()
}
