//! The hub's pages about what staff declared of whom they know: what nobody has looked at yet, and
//! one declaration with the search and the ways to answer it.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use govuk::{Button, Form, InsetText, Radios, SummaryList, Table, TextInput};
use jiff::Timestamp;
use maud::{Markup, html};
use practice::calendar::day_of;

use super::conflicts::{
    ConflictsToLookAt, LookedAt, MOST, MOST_UNDECLARED, NotDeclared, OpenDeclaration, Opened,
    Outcome, ToLookAt, WhoHasNotDeclared,
};
use crate::{
    App, doors,
    error::Result,
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
pub const PAGE: &str = "/declared-conflicts";
/// What the list is called.
pub const TITLE: &str = "Declared conflicts to look at";
const ONE: &str = "A declared conflict";

/// `GET /declared-conflicts`
pub async fn list(
    State(app): State<App>,
    asker: Asker,
    Query(done): Query<Done>,
) -> Result<Markup> {
    let seen = doors::open(&app, &asker.actor, ConflictsToLookAt).await?;
    let not_declared = doors::open(&app, &asker.actor, WhoHasNotDeclared).await?;
    let body = html! {
        (done.banner())
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) {
            "What members of staff said of children and families whom they know. Look whether "
            "anybody they name is on record, and keep them away where they should be. They are "
            "never told what came of it. What you declared yourself is for somebody else. One that was "
            "looked at comes back when a request names somebody who may be among them."
        }
        @if seen.waits.is_empty() {
            p class=(govuk::BODY) { "There is nothing to look at." }
        } @else { (table(&seen)) }
        (undeclared(&not_declared))
    };
    Ok(layout::page_with_back(&app, &asker, TITLE, ("/", "Your work"), &body))
}

fn table(seen: &ToLookAt) -> Markup {
    let mut table = Table::new("The oldest first").head(["Who", "Works for", "Declared"]);
    for one in &seen.waits {
        table = table.cells(vec![
            html! { a class=(govuk::LINK) href={ (PAGE) "/" (one.reference) } { (one.who) } },
            html! { (one.agency) },
            html! { (words::moment(one.declared_at.0)) },
        ]);
    }
    html! {
        (table.render())
        @if seen.more { p class=(govuk::BODY) { "These are the oldest " (MOST) ". There are more." } }
    }
}

/// Who is still to be asked, by agency: of them nobody knows whom they must not see.
fn undeclared(all: &NotDeclared) -> Markup {
    if all.counts.is_empty() {
        return Markup::default();
    }
    let mut table = Table::new("Not declared within a year").head(["Works for", "How many", "Who"]);
    for (agency, count) in &all.counts {
        let who = all.who.iter().filter(|one| one.agency == *agency);
        let who: Vec<_> = who.map(|one| one.who.as_str()).collect();
        table =
            table.cells(vec![html! { (agency) }, html! { (count) }, html! { (who.join(", ")) }]);
    }
    html! {
        h2 class=(govuk::HEADING_M) { "Who has not declared" }
        p class=(govuk::BODY) {
            "Sightline asks them on their own page until they do. Nobody knows yet whom they must not see."
            @if all.who.len() == MOST_UNDECLARED { " The first " (MOST_UNDECLARED) " are named." }
        }
        (table.render())
    }
}

/// `GET /declared-conflicts/{reference}`
pub async fn one(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    shown(&app, &asker, reference, &Fields::default(), &Problems::default()).await
}

/// `POST /declared-conflicts/{reference}`
pub async fn looked_at(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let Some(outcome) = Outcome::of_slug(fields.get("outcome")) else {
        let problems = Problems::of("outcome", "Choose what came of it");
        return Ok(given_back(shown(&app, &posted.asker, reference, fields, &problems).await?));
    };
    let reason = fields.get("reason").to_owned();
    // Who does not say what they saw has looked at nothing that came since.
    let opened_at = fields.get("opened").parse().unwrap_or(Timestamp::UNIX_EPOCH);
    let change = LookedAt { declaration: reference.clone(), outcome, reason, opened_at };
    let made = doors::record_once(&app, &posted.asker.actor, fields.once(), change).await;
    leads_on(made.map(|()| format!("{PAGE}?done=looked-at")), "reason", async |problems| {
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
    let seen = doors::open(app, &asker.actor, OpenDeclaration { reference }).await?;
    let typed = Typed { fields, problems };
    let body = html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { (ONE) }
        @if seen.came_since {
            (InsetText::new("Somebody looked at this before. A request came since that names one who may be among them.").render())
        }
        (said(&seen))
        h2 class=(govuk::HEADING_M) { "Look whether they are on record" }
        p class=(govuk::BODY) {
            "Look for everybody who is named, also under other names. Where you find somebody, the "
            "search leads on to keeping " (seen.who) " away from them; then come back here."
        }
        (search(asker, &seen))
        h2 class=(govuk::HEADING_M) { "Say what came of it" }
        (InsetText::new("If you know this family yourself, leave it to somebody else: who is kept away from a child does not find them.").render())
        (outcome(asker, &seen, typed))
    };
    let title = problems.title(ONE);
    Ok(layout::page_with_back(app, asker, &title, (PAGE, TITLE), &body))
}

fn said(seen: &Opened) -> Markup {
    let list = SummaryList::new()
        .row("Who declared it", &format!("{}, {}, {}", seen.who, seen.job, seen.agency))
        .row("When", &words::moment(seen.declared_at.0))
        .content_row("Whom they know", html! { span class=(govuk::SAID) { (seen.known.names) } })
        .row("How they know them", &seen.known.relation);
    match seen.known.more.as_str() {
        "" => list,
        more => list.row("Anything else", more),
    }
    .render()
}

fn search(asker: &Asker, seen: &Opened) -> Markup {
    Form::new("/people", &asker.form_token)
        .hidden(&[("declared".to_owned(), seen.reference.clone())])
        .content(html! {
            (TextInput::new("q").label("Search by name, date of birth or number").render())
            (Button::new("Search").secondary().render())
        })
        .render()
}

fn outcome(asker: &Asker, seen: &Opened, typed: Typed<'_>) -> Markup {
    let mut came = Radios::new("outcome")
        .legend("What came of it?")
        .value(typed.get("outcome"))
        .error(typed.error("outcome"));
    for (_, slug, say) in Outcome::ALL {
        came = came.item(slug, say);
    }
    let opened = typed.fields.some("opened").unwrap_or_else(|| seen.opened_at.to_string());
    Form::new(&format!("{PAGE}/{}", seen.reference), &asker.form_token)
        .once(Some(typed.get("once")))
        .hidden(&[("opened".into(), opened)])
        .content(html! {
            (came.render())
            (typed.lines("reason", "How did you look, and why did this come of it?", "You may leave it empty where they are kept away: the reason stands there.", limits::REASON).rows(3).render())
            (Button::new("Save what came of it").render())
        })
        .render()
}

/// What “Your work” says of the list.
pub fn waiting(seen: &ToLookAt) -> Markup {
    html! {
        h2 class=(govuk::HEADING_M) { "Declared conflicts" }
        p class=(govuk::BODY) {
            @match seen.waits.first() {
                None => "Nothing that staff declared waits to be looked at. ",
                Some(_) => {
                    @if seen.more { "More than " }
                    (seen.waits.len()) " to look at. "
                }
            }
            a class=(govuk::LINK) href=(PAGE) { (TITLE) }
        }
    }
}

/// The declaration from which somebody came to another page of the hub.
#[derive(Debug, Default, serde::Deserialize)]
pub struct From {
    #[serde(default)]
    pub declared: String,
}

impl From {
    /// What the form that keeps somebody away is filled in with: who declared it, and that they did.
    ///
    /// # Errors
    /// `NotFound` when the asker may not look at it.
    pub async fn filled_in(self, app: &App, asker: &Asker) -> Result<Fields> {
        if self.declared.is_empty() {
            return Ok(Fields::default());
        }
        let look = OpenDeclaration { reference: self.declared };
        let seen = doors::open(app, &asker.actor, look).await?;
        let reason = format!("Declared on {}", words::day(day_of(seen.declared_at.0)));
        let filled = [("who", seen.email), ("reason", reason), ("declared", seen.reference)];
        Ok(Fields(filled.map(|(name, value)| (name.to_owned(), value)).into()))
    }
}
