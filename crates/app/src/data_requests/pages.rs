//! The hub's pages of data requests: those that are open, taking one down, and one of them with
//! everything that is done on it.

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::Markup;

use super::{
    approving::{Approve, HandOver, TakeBack},
    deciding::{OpenRequest, Propose},
    store::{Asked, Outcome, Proposal, Right},
    taking_down::{MoveClock, OpenRequests, SayAbout, SayWhose, Step, TakeDown},
    views,
};
use crate::{
    App,
    access::Action,
    doors,
    error::{Error, Result},
    involving::pages::meant,
    web::{
        Asker, Fields, Posted,
        done::Done,
        layout,
        typed::{Problems, Typed, day, given_back, leads_on},
    },
};

/// Where they are.
pub const PAGE: &str = "/data-requests";
/// What the list is called.
pub const TITLE: &str = "Requests for what is held about somebody";

/// `GET /data-requests`
pub async fn list(
    State(app): State<App>,
    asker: Asker,
    Query(done): Query<Done>,
) -> Result<Markup> {
    let all = doors::open(&app, &asker.actor, OpenRequests { answered: false }).await?;
    let answered = doors::open(&app, &asker.actor, OpenRequests { answered: true }).await?;
    let body = views::list(&all, &answered, &app.calendar(), app.clock.now(), &done);
    Ok(layout::page_with_back(&app, &asker, TITLE, ("/", "Your work"), &body))
}

/// `GET /data-requests/new`
pub async fn form(State(app): State<App>, asker: Asker) -> Result<Markup> {
    doors::offers(&app, &asker.actor, Action::AnswerDataRequests).await?;
    Ok(new_form(&app, &asker, &Fields::default(), &Problems::default()))
}

fn new_form(app: &App, asker: &Asker, fields: &Fields, problems: &Problems) -> Markup {
    let body = views::new_form(asker, Typed { fields, problems });
    layout::page_with_back(app, asker, &problems.title(views::NEW), (PAGE, TITLE), &body)
}

/// `POST /data-requests/new`
pub async fn take_down(State(app): State<App>, posted: Posted) -> Result<Response> {
    doors::offers(&app, &posted.asker.actor, Action::AnswerDataRequests).await?;
    let fields = &posted.fields;
    let mut problems = Problems::default();
    let about = meant(fields, &mut problems);
    let received = day(fields, "received", "The day on which it was received", &mut problems);
    let right = Right::chosen(fields.get("right"));
    problems.add_any("right", right.as_ref().err().map(ToString::to_string));
    let is_known = match fields.get("is-known") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => {
            problems.add("is-known", "Choose whether you know who they are");
            None
        }
    };
    let (Some(received), Ok(right), Some(is_known), true) =
        (received, right, is_known, problems.is_empty())
    else {
        return Ok(given_back(new_form(&app, &posted.asker, fields, &problems)));
    };
    let asked = Asked {
        who: fields.get("who").to_owned(),
        right,
        what: fields.get("what").to_owned(),
        reach: fields.get("reach").to_owned(),
        about,
    };
    let change = TakeDown { asked, received, is_known };
    let made = doors::record_once(&app, &posted.asker.actor, fields.once(), change).await;
    let made = made.map(|reference| format!("{PAGE}/{reference}?done=data-request"));
    leads_on(made, "who", async |problems| Ok(new_form(&app, &posted.asker, fields, &problems)))
        .await
}

/// `GET /data-requests/{reference}`
pub async fn one(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
    Query(done): Query<Done>,
) -> Result<Markup> {
    shown(&app, &asker, reference, &done, &Fields::default(), &Problems::default()).await
}

async fn shown(
    app: &App,
    asker: &Asker,
    reference: String,
    done: &Done,
    fields: &Fields,
    problems: &Problems,
) -> Result<Markup> {
    let seen = doors::open(app, &asker.actor, OpenRequest { reference }).await?;
    let typed = Typed { fields, problems };
    let body = views::one(asker, &seen, typed, done, &app.calendar(), app.clock.now());
    Ok(layout::page_with_back(app, asker, &problems.title(views::ONE), (PAGE, TITLE), &body))
}

/// `POST /data-requests/{reference}`
pub async fn change(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    match done(&app, &reference, &posted).await {
        Ok(word) => Ok(Redirect::to(&format!("{PAGE}/{reference}?done={word}")).into_response()),
        Err(Failed::Problems(problems)) => {
            let (asker, fields) = (&posted.asker, &posted.fields);
            let page = shown(&app, asker, reference, &Done::default(), fields, &problems).await?;
            Ok(given_back(page))
        }
        Err(Failed::Error(error)) => Err(error),
    }
}

/// Why a form was not taken.
enum Failed {
    Problems(Problems),
    Error(Error),
}

impl From<Problems> for Failed {
    fn from(problems: Problems) -> Self {
        Self::Problems(problems)
    }
}

/// Does what a form of the page asks for; answers with what the next page says.
async fn done(app: &App, reference: &str, posted: &Posted) -> Result<&'static str, Failed> {
    let (fields, actor) = (&posted.fields, &posted.asker.actor);
    let (reference, once) = (reference.to_owned(), fields.once());
    let failed = |error, beside: &str| match Problems::refused(error, beside) {
        Ok(problems) => Failed::Problems(problems),
        Err(error) => Failed::Error(error),
    };
    let what = fields.get("do");
    match what {
        "known" | "asked" | "clarified" | "extended" => {
            let mut problems = Problems::default();
            let on = day(fields, what, "The day", &mut problems).ok_or(problems)?;
            let step = match what {
                "known" => Step::Known(on),
                "asked" => Step::Ask(on),
                "clarified" => Step::Clarified(on),
                _ => Step::Extend(on, fields.get("why-longer").to_owned()),
            };
            let made = doors::record_once(app, actor, once, MoveClock { reference, step }).await;
            made.map(|()| "data-request").map_err(|error| failed(error, what))
        }
        "whose" => {
            let account = fields.get("account").to_owned();
            let is_theirs = fields.get("is-theirs") == "yes";
            let change = SayWhose { reference, account, is_theirs };
            let made = doors::record_once(app, actor, once, change).await;
            made.map(|()| "data-request").map_err(|error| failed(error, "whose"))
        }
        "propose" => {
            let outcome = Outcome::of_slug(fields.get("outcome"));
            let outcome = outcome
                .ok_or_else(|| Problems::of("outcome", "Choose how they are to be answered"))?;
            let proposal = Proposal { outcome, why: fields.get("proposal-why").to_owned() };
            let made = doors::record_once(app, actor, once, Propose { reference, proposal }).await;
            made.map(|()| "proposed").map_err(|error| failed(error, "outcome"))
        }
        "approve" | "send-back" => {
            let sent_back = (what == "send-back").then(|| fields.get("sent-back").to_owned());
            let change = Approve { reference, read: fields.get("read").to_owned(), sent_back };
            let made = doors::record_once(app, actor, once, change).await;
            let word = if what == "approve" { "approved" } else { "sent-back" };
            made.map(|()| word).map_err(|error| failed(error, "approve"))
        }
        "about" => {
            let mut problems = Problems::default();
            let about = meant(fields, &mut problems);
            if !problems.is_empty() {
                return Err(problems.into());
            }
            let made = doors::record_once(app, actor, once, SayAbout { reference, about }).await;
            made.map(|()| "data-request").map_err(|error| failed(error, "name"))
        }
        "take-back" => {
            let change = TakeBack { reference, why: fields.get("taken-back").to_owned() };
            let made = doors::record_once(app, actor, once, change).await;
            made.map(|()| "taken-back").map_err(|error| failed(error, "taken-back"))
        }
        "hand-over" => {
            let mut problems = Problems::default();
            let on = day(fields, "handed-over", "The day", &mut problems).ok_or(problems)?;
            let change = HandOver { reference, on, how: fields.get("how").to_owned() };
            let made = doors::record_once(app, actor, once, change).await;
            made.map(|()| "handed-over").map_err(|error| failed(error, "how"))
        }
        _ => Err(Problems::of("outcome", "Choose how they are to be answered").into()),
    }
}
