//! The pages on which intelligence is written down, listed for those who may read it, shown for a purpose,
//! and taken back.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use govuk::{Button, Form, InsetText, Radios, SummaryList};
use maud::{Markup, html};
use practice::intelligence::{Handling, KnownHow, SourceGrade};

use super::{
    Intelligence,
    reading::{IsThere, OfPerson, Own, Reveal, Revealed, There},
    writing::{SAY_WHAT, TakeBack, WriteIntelligence},
};
use crate::{
    App, doors,
    error::{Error, Result},
    limits,
    people::endings::{OpenToAdd, ToAdd},
    web::{
        Asker, Fields, Posted, layout,
        typed::{Problems, Typed, given_back, leads_on},
        words,
    },
};

/// What the list is called.
pub const TITLE: &str = "Intelligence that you may read";
/// What writing it down is called.
pub const WRITE: &str = "Intelligence, under a handling code";

/// The way from the work of a day to one's own list: it tells nobody whether there is any.
pub fn way_there() -> Markup {
    html! {
        p class=(govuk::BODY) { a class=(govuk::LINK) href="/intelligence" { (TITLE) } }
    }
}

/// That there is some about a person, for whoever may know.
pub fn there_is(person: &str, count: usize) -> Markup {
    let say = match count {
        1 => "There is intelligence about them that you may read".to_owned(),
        count => format!("There are {count} pieces of intelligence about them that you may read"),
    };
    html! {
        @if count > 0 {
            p class={ (govuk::BODY) " " (govuk::NOT_PRINTED) } {
                strong {
                    a class=(govuk::LINK) href={ "/people/" (person) "/intelligence" } { (say) }
                }
            }
        }
    }
}

/// `GET /intelligence`
pub async fn own(State(app): State<App>, asker: Asker) -> Result<Markup> {
    let all = doors::open(&app, &asker.actor, Own).await?;
    let body = html! {
        h1 class=(govuk::HEADING_L) { (TITLE) }
        @if all.is_empty() {
            p class=(govuk::BODY) { "Nothing in the last year." }
        } @else { (list(&all)) }
    };
    Ok(layout::page_with_back(&app, &asker, TITLE, ("/", "Your work"), &body))
}

/// `GET /people/{reference}/intelligence`
pub async fn of_person(
    State(app): State<App>,
    asker: Asker,
    Path(person): Path<String>,
) -> Result<Markup> {
    let all = doors::open(&app, &asker.actor, OfPerson { person: person.clone() }).await?;
    let body = html! {
        h1 class=(govuk::HEADING_L) { (TITLE) }
        (list(&all))
    };
    let back = format!("/people/{person}");
    Ok(layout::page_with_back(&app, &asker, TITLE, (&back, "Back to the page"), &body))
}

fn list(all: &[There]) -> Markup {
    html! {
        ul class=(govuk::LIST) {
            @for one in all {
                li {
                    a class=(govuk::LINK) href={ "/intelligence/" (one.reference) } {
                        "About " (one.name()) ", written " (words::moment(one.written_at.0)) " by " (one.by) ", " (one.agency)
                    }
                }
            }
        }
    }
}

/// `GET /intelligence/{reference}`: what for.
pub async fn form(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    let there = doors::open(&app, &asker.actor, IsThere { reference }).await?;
    Ok(asked(&app, &asker, &there, &Fields::default(), &Problems::default()))
}

/// `POST /intelligence/{reference}`: what it says.
pub async fn reveal(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let purpose = posted.fields.get("purpose").to_owned();
    if let Err(Error::Beside { field, say }) = limits::reason("purpose", &purpose) {
        let there = doors::open(&app, &posted.asker.actor, IsThere { reference }).await?;
        let problems = Problems::of(field, say);
        let page = asked(&app, &posted.asker, &there, &posted.fields, &problems);
        return Ok(given_back(page));
    }
    let seen = doors::open(&app, &posted.asker.actor, Reveal { reference, purpose }).await?;
    let body = view(&posted.asker, &seen);
    let back = ("/intelligence", TITLE);
    let page = layout::page_with_back(&app, &posted.asker, "Intelligence", back, &body);
    Ok(page.into_response())
}

fn asked(app: &App, asker: &Asker, there: &There, fields: &Fields, problems: &Problems) -> Markup {
    let typed = Typed { fields, problems };
    let body = html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { "Intelligence" }
        p class=(govuk::BODY) {
            "About " (there.name()) ". Written " (words::moment(there.written_at.0)) " by " (there.by) ", " (there.agency) ". It was told in "
            "confidence. What it says may lead to whoever told it. That you looked, and what for, is recorded."
        }
        (Form::new(&format!("/intelligence/{}", there.reference), &asker.form_token).content(html! {
            (typed.line("purpose", "What do you need it for?")
                .hint("For example: to plan a visit to the family this afternoon. 20 characters or more").render())
            (Button::new("Show it").render())
        }).render())
    };
    let title = problems.title("Intelligence");
    layout::page_with_back(app, asker, &title, ("/intelligence", TITLE), &body)
}

fn view(asker: &Asker, seen: &Revealed) -> Markup {
    let Revealed { there, said, named, .. } = seen;
    let grade = [said.source.mark(), said.known.mark(), said.handling.mark()].concat();
    let phone = there.phone.as_deref().map_or_else(String::new, |phone| format!(", {phone}"));
    let mut list = SummaryList::new()
        .row("About", &there.name())
        .content_row("What was told", html! { p class=(govuk::SAID) { (said.says) } })
        .row("Grade", &grade)
        .row("The source", said.source.means())
        .row("How it is known", said.known.means());
    if said.handling == Handling::Conditions {
        list = list.row("Conditions", &said.conditions).row("Who may read it", &named.join(", "));
    }
    let by = format!("{}, {}, {}{phone}", there.by, there.job, there.agency);
    list = list.row("Written by", &by).row("When", &words::moment(there.written_at.0));
    html! {
        h1 class=(govuk::HEADING_L) { "Intelligence" }
        (InsetText::new("Don’t copy it into any other record, and don’t tell the family. Ask whoever wrote it before you act on it in a way that could show where it came from.").render())
        (list.render())
        p class=(govuk::BODY) {
            a class=(govuk::LINK) href={ "/people/" (there.person) } { "Their page" }
            ", where you may see it. Ask the hub if you need to know more of them."
        }
        @if asker.actor.staff() == Some(there.by_id) {
            h2 class=(govuk::HEADING_M) { "Take it back" }
            p class=(govuk::BODY) { "It is shown to nobody any more. To change it, write it anew." }
            (back_form(asker, &there.reference, Typed { fields: &Fields::default(), problems: &Problems::default() }))
        }
    }
}

/// `POST /intelligence/{reference}/back`
pub async fn take_back(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let why = posted.fields.get("why").to_owned();
    let once = posted.fields.once();
    let change = TakeBack { reference: reference.clone(), why };
    let made = doors::record_once(&app, &posted.asker.actor, once, change).await;
    let to = made.map(|()| "/intelligence".to_owned());
    leads_on(to, "why", async |problems| Ok(refused(&app, &posted, &reference, &problems))).await
}

fn back_form(asker: &Asker, reference: &str, typed: Typed<'_>) -> Markup {
    Form::new(&format!("/intelligence/{reference}/back"), &asker.form_token)
        .once(Some(typed.get("once")))
        .content(html! {
            (typed.line("why", "Why?").hint("20 characters or more").render())
            (Button::new("Take it back").secondary().render())
        })
        .render()
}

/// A reason that says too little: it is asked for again, and nothing of what is to be taken back is shown.
fn refused(app: &App, posted: &Posted, reference: &str, problems: &Problems) -> Markup {
    let typed = Typed { fields: &posted.fields, problems };
    let body = html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { "Take it back" }
        (back_form(&posted.asker, reference, typed))
    };
    let title = problems.title("Take it back");
    layout::page_with_back(app, &posted.asker, &title, ("/intelligence", TITLE), &body)
}

/// `GET /people/{reference}/intelligence/new`
pub async fn write_form(
    State(app): State<App>,
    asker: Asker,
    Path(person): Path<String>,
) -> Result<Markup> {
    shown(&app, &asker, person, &Fields::default(), &Problems::default()).await
}

/// `POST /people/{reference}/intelligence/new`
pub async fn write(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let intelligence = match read(fields) {
        Ok(intelligence) => intelligence,
        Err(problems) => {
            return Ok(given_back(shown(&app, &posted.asker, person, fields, &problems).await?));
        }
    };
    let change = WriteIntelligence {
        person: person.clone(),
        account: fields.get("account").to_owned(),
        intelligence,
        named: fields.get("named").split_whitespace().map(str::to_owned).collect(),
    };
    let made = doors::record_once(&app, &posted.asker.actor, fields.once(), change).await;
    let to = made.map(|()| format!("/people/{person}"));
    leads_on(to, "says", async |problems| {
        shown(&app, &posted.asker, person, fields, &problems).await
    })
    .await
}

/// What was typed, or everything that is wrong with it.
fn read(fields: &Fields) -> Result<Intelligence, Problems> {
    let mut problems = Problems::default();
    let source = SourceGrade::of_slug(fields.get("source"));
    let known = KnownHow::of_slug(fields.get("known"));
    let handling = Handling::of_slug(fields.get("handling"));
    if fields.get("says").is_empty() {
        problems.add("says", SAY_WHAT);
    }
    if source.is_none() {
        problems.add("source", "Choose how good the source is");
    }
    if known.is_none() {
        problems.add("known", "Choose how the source knows it");
    }
    if handling.is_none() {
        problems.add("handling", "Choose who may read it");
    }
    if handling == Some(Handling::Conditions) {
        if fields.get("conditions").is_empty() {
            problems.add("conditions", "Enter on what conditions");
        }
        if fields.get("named").is_empty() {
            problems.add("named", "Enter who may read it");
        }
    }
    match (source, known, handling, problems.is_empty()) {
        (Some(source), Some(known), Some(handling), true) => Ok(Intelligence {
            source,
            known,
            handling,
            conditions: fields.get("conditions").to_owned(),
            named: Vec::new(),
            says: fields.get("says").to_owned(),
        }),
        _ => Err(problems),
    }
}

async fn shown(
    app: &App,
    asker: &Asker,
    person: String,
    fields: &Fields,
    problems: &Problems,
) -> Result<Markup> {
    let to = doors::open(app, &asker.actor, OpenToAdd { person }).await?;
    let body = writing(asker, &to, Typed { fields, problems });
    let back = format!("/people/{}", to.reference);
    let title = problems.title(WRITE);
    Ok(layout::page_with_back(app, asker, &title, (&back, "Back to the page"), &body))
}

fn writing(asker: &Asker, to: &ToAdd, typed: Typed<'_>) -> Markup {
    let account = typed.fields.some("account").unwrap_or_else(|| to.account.clone());
    let radios = |name, legend| {
        Radios::new(name).legend(legend).value(typed.get(name)).error(typed.error(name))
    };
    let source =
        SourceGrade::ALL.iter().fold(radios("source", "How good is the source?"), |radios, one| {
            radios.item(one.slug(), &marked(one.mark(), one.means()))
        });
    let known = KnownHow::ALL
        .iter()
        .fold(radios("known", "How does the source know it?"), |radios, one| {
            radios.item(one.slug(), &marked(one.mark(), one.means()))
        });
    let handling =
        Handling::ALL.iter().fold(radios("handling", "Who may read it?"), |radios, one| {
            radios.item(one.slug(), &marked(one.mark(), one.means()))
        });
    html! {
        (typed.summary())
        span class=(govuk::CAPTION_L) { (to.name) }
        h1 class=(govuk::HEADING_L) { (WRITE) }
        (InsetText::new("If a child is at risk of significant harm now, ring the hub: this is read by few, and starts no clock.").render())
        p class=(govuk::BODY) {
            "It is kept sealed. Only you and those who may read it are told that it is there, and each says "
            "what for. It comes into no list, letter or copy, and the family never sees it."
        }
        (Form::new(&format!("/people/{}/intelligence/new", to.reference), &asker.form_token)
            .once(Some(typed.get("once")))
            .hidden(&[("account".into(), account)])
            .content(html! {
                (typed.lines("says", "What were you told?", "Don’t say who told it, or anything that would give them away.", limits::TEXT).rows(6).render())
                (source.render())
                (known.render())
                (handling.render())
                (typed.lines("conditions", "On what conditions?", "Where only those you name may read it. For example: ring me before you act on it.", limits::TEXT).rows(3).render())
                (typed.lines("named", "Who are they?", "Their e-mail addresses at work, one in each line. Where none of them can read it any more, hub managers can.", limits::TEXT).rows(3).render())
                (Button::new("Save").render())
            })
            .render())
    }
}

fn marked(mark: &str, means: &str) -> String {
    format!("{mark}: {means}")
}
