//! The page on which members of staff declare whom they know. It answers with the same words
//! whoever is named.

use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use govuk::{Button, Details, Form, InsetText, Radios};
use jiff::Timestamp;
use maud::{Markup, html};
use practice::calendar::day_of;

use super::{
    declarations::{Declare, Declared, Known, OwnDeclarations, SAY_HOW, SAY_POSTCODE, SAY_WHO},
    home,
};
use crate::{
    App, doors,
    error::Result,
    limits::{REASON, TEXT},
    web::{
        Asker, Fields, Posted,
        done::Done,
        layout,
        typed::{Problems, Typed, given_back},
        words,
    },
};

/// Where one declares.
pub const PAGE: &str = "/session/conflicts";
/// What the page is called.
pub const TITLE: &str = "Children and families you know";

/// `GET /session/conflicts`
pub async fn form(
    State(app): State<App>,
    asker: Asker,
    Query(done): Query<Done>,
) -> Result<Markup> {
    shown(&app, &asker, &done.banner(), &Fields::default(), &Problems::default()).await
}

/// `POST /session/conflicts`
pub async fn declare(State(app): State<App>, posted: Posted) -> Result<Response> {
    let change = match said(&posted.fields) {
        Ok(change) => change,
        Err(problems) => {
            let nothing = Markup::default();
            let page = shown(&app, &posted.asker, &nothing, &posted.fields, &problems).await?;
            return Ok(given_back(page));
        }
    };
    doors::record_once(&app, &posted.asker.actor, posted.fields.once(), change).await?;
    Ok(Redirect::to("/session/conflicts?done=declared").into_response())
}

/// What a form declares, or what is wrong with it.
fn said(fields: &Fields) -> Result<Declare, Problems> {
    let known = Known {
        names: fields.get("names").to_owned(),
        relation: fields.get("relation").to_owned(),
        more: fields.get("more").to_owned(),
    };
    let names_nobody = [&known.names, &known.relation, &known.more].iter().all(|s| s.is_empty());
    let mut problems = Problems::default();
    match fields.get("knows") {
        "none" if names_nobody => {}
        "none" => problems.add(
            "knows",
            "Choose “Yes” if you know somebody, or clear what you wrote below if you do not",
        ),
        "yes" => {
            let empty = |said: &str, say: &str| said.is_empty().then(|| say.to_owned());
            let (names, relation) = (&known.names, &known.relation);
            problems.add_any("names", empty(names, SAY_WHO).or(TEXT.exceeded_by(names)));
            problems.add_any("relation", empty(relation, SAY_HOW).or(REASON.exceeded_by(relation)));
            problems.add_any("more", TEXT.exceeded_by(&known.more));
        }
        _ => problems.add("knows", "Choose whether you know somebody"),
    }
    let postcode = fields.get("postcode").to_owned();
    if !home::is_one(&postcode) {
        problems.add("postcode", SAY_POSTCODE);
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Declare { known: (!names_nobody).then_some(known), postcode })
}

async fn shown(
    app: &App,
    asker: &Asker,
    banner: &Markup,
    fields: &Fields,
    problems: &Problems,
) -> Result<Markup> {
    let declared = doors::open(app, &asker.actor, OwnDeclarations).await?;
    let typed = Typed { fields, problems };
    let body = html! {
        (banner)
        (typed.summary())
        h1 class=(govuk::HEADING_L) { (TITLE) }
        (why())
        (when(&declared))
        (Form::new(PAGE, &asker.form_token).once(Some(fields.get("once"))).content(questions(typed)).render())
    };
    let title = problems.title(TITLE);
    Ok(layout::page_with_back(app, asker, &title, ("/session", "Your account"), &body))
}

fn why() -> Markup {
    html! {
        p class=(govuk::BODY) {
            "Everybody who works here is asked this when they start, and once a year. Say it again "
            "whenever something changes: what you said before stays beside it."
        }
        p class=(govuk::BODY) {
            "It is no fault to know somebody. Saying so protects them, and it protects you from "
            "being asked later why you saw something."
        }
        (InsetText::new("Somebody else in the hub reads what you say here. You will not be told whether anybody you name is on record, nor what came of it: whatever you write, this page says the same.").render())
        p class=(govuk::BODY) {
            "If you would not want somebody in the hub to read it, leave it out here and ring a hub "
            "manager. If a child is in immediate danger, ring 999: this page is not read at once."
        }
    }
}

fn when(declared: &Declared) -> Markup {
    let day = |at: &Timestamp| words::day(day_of(*at));
    html! {
        @match declared.0.split_first() {
            None => p class=(govuk::BODY) { "You have not declared anything yet." },
            Some((last, before)) => {
                p class=(govuk::BODY) { "You last declared on " strong { (day(last)) } "." }
                @if !before.is_empty() {
                    (Details::new("When you declared before").content(html! {
                        ul class=(govuk::LIST) { @for at in before { li { (day(at)) } } }
                    }).render())
                }
            }
        }
    }
}

fn questions(typed: Typed<'_>) -> Markup {
    html! {
        (Radios::new("knows")
            .legend("Do you know, are you related to, or do you live with or near, a child or family that may be on record here?")
            .hint("Family, a former partner, friends and neighbours count. Children and families whom you only know through your work here do not.")
            .value(typed.get("knows")).error(typed.error("knows"))
            .item("yes", "Yes").item("none", "None that I know of").render())
        (typed.lines("names", "If yes, what are their names, as you know them?", "Each person on a line of their own, with first and family name and other names that they have or had.", TEXT).rows(4).render())
        (typed.lines("relation", "How do you know them?", "For example: my sister’s children, my former partner’s family, neighbours.", REASON).rows(2).render())
        (typed.lines("more", "Is there anything else that helps to find them? (optional)", "For example roughly how old the children are, or where they live.", TEXT).rows(3).render())
        (typed.line("postcode", "Your own postcode at home (optional)").hint("Nobody reads it: Sightline only notices when you open the record of a child of the same postcode, so that a privacy officer may ask. Leave it empty to keep what you gave before.").render())
        (Button::new("Declare").render())
    }
}

/// What “Your work” reminds of; nothing while a declaration is not a year old.
pub fn reminder(declared: &Declared, now: Timestamp) -> Markup {
    if !declared.is_due(now) {
        return Markup::default();
    }
    html! {
        h2 class=(govuk::HEADING_M) { (TITLE) }
        p class=(govuk::BODY) {
            @match declared.0.first() {
                None => "You have not said yet whether you know a child or family that may be on record here. ",
                Some(last) => {
                    "It is a year or more since you said whether you know a child or family that may "
                    "be on record here, on " (words::day(day_of(*last))) ". "
                }
            }
            a class=(govuk::LINK) href=(PAGE) { "Say whether you know somebody" }
        }
    }
}
