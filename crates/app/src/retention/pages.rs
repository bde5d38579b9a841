//! The hub managers' pages of what need not be kept any longer: what is due, a disposal, and the
//! certificate that it was.

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::Markup;
use serde::Deserialize;

use super::{
    destroying::destroy,
    due::After,
    proposing::{OpenDisposal, OpenRetention, Propose, TakeBack},
    views,
};
use crate::{
    App, doors,
    error::{Error, Result},
    web::{
        Asker, Fields, Posted,
        done::Done,
        layout,
        typed::{Problems, Typed, given_back, leads_on},
    },
};

/// Where they are.
pub const PAGE: &str = "/disposals";
/// What the list is called.
pub const TITLE: &str = "What need not be kept any longer";

/// `GET /disposals`
pub async fn list(
    State(app): State<App>,
    asker: Asker,
    Query(done): Query<Done>,
    Query(from): Query<From>,
) -> Result<Markup> {
    let (fields, problems) = (Fields::default(), Problems::default());
    listed(&app, &asker, &done, &from, &fields, &problems).await
}

/// From where on the list is looked at.
#[derive(Debug, Default, Deserialize)]
pub struct From {
    #[serde(default)]
    after: String,
}

async fn listed(
    app: &App,
    asker: &Asker,
    done: &Done,
    from: &From,
    fields: &Fields,
    problems: &Problems,
) -> Result<Markup> {
    let look = OpenRetention { after: After::of_slug(&from.after) };
    let seen = doors::open(app, &asker.actor, look).await?;
    let body = views::list(asker, &seen, &from.after, Typed { fields, problems }, done);
    Ok(layout::page_with_back(app, asker, &problems.title(TITLE), ("/", "Your work"), &body))
}

/// `POST /disposals`
pub async fn propose(State(app): State<App>, posted: Posted) -> Result<Response> {
    let fields = &posted.fields;
    let change = Propose { requests: fields.each("requests").map(str::to_owned).collect() };
    let made = doors::record_once(&app, &posted.asker.actor, fields.once(), change).await;
    let made = made.map(|reference| format!("{PAGE}/{reference}?done=proposed"));
    leads_on(made, "requests", async |problems| {
        let from = From { after: fields.get("after").to_owned() };
        listed(&app, &posted.asker, &Done::default(), &from, fields, &problems).await
    })
    .await
}

/// `GET /disposals/{reference}`
pub async fn one(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
    Query(done): Query<Done>,
) -> Result<Markup> {
    shown(&app, &asker, reference, &done, &Problems::default()).await
}

async fn shown(
    app: &App,
    asker: &Asker,
    reference: String,
    done: &Done,
    problems: &Problems,
) -> Result<Markup> {
    let seen = doors::open(app, &asker.actor, OpenDisposal { reference }).await?;
    let body = views::one(asker, &seen, problems, done);
    Ok(layout::page_with_back(app, asker, &problems.title(views::ONE), (PAGE, TITLE), &body))
}

/// `POST /disposals/{reference}`
pub async fn settle(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let (fields, actor) = (&posted.fields, &posted.asker.actor);
    let (made, word) = match fields.get("do") {
        "take-back" => {
            let change = TakeBack { reference: reference.clone() };
            (doors::record_once(&app, actor, fields.once(), change).await, "taken-back")
        }
        "approve" if fields.get("sure") != "yes" => {
            (Err(Error::beside("sure", views::TICK)), "destroyed")
        }
        _ => (destroy(&app, actor, fields.once(), &reference).await, "destroyed"),
    };
    match made {
        Ok(()) => Ok(Redirect::to(&format!("{PAGE}/{reference}?done={word}")).into_response()),
        Err(error) => {
            let problems = Problems::refused(error, "approve")?;
            let page = shown(&app, &posted.asker, reference, &Done::default(), &problems).await?;
            Ok(given_back(page))
        }
    }
}
