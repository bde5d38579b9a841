//! The pages by which the hub corrects its record: an entry is struck out with a reason, a decided
//! request is taken up again. Nothing is deleted by it.

use axum::{
    extract::{Path, State},
    response::Response,
};
use govuk::{Button, Form, InsetText};
use maud::{Markup, html};
use practice::{
    pathway::{EntryNo, History, Stored},
    processes::request_for_support::RequestForSupport,
};

use super::{
    contact_view::{Words, timeline},
    one_request::{Request, back_to_contact, missing, sent, shown, shown_again},
    screening::{Reopen, Strike, WHY_REOPENED, WHY_STRUCK},
};
use crate::{
    App,
    error::Result,
    limits,
    pathways::store::Telling,
    web::{Asker, Fields, Posted, typed::Typed},
};

/// `GET /pathways/{reference}/reopening`
pub async fn reopening_form(
    State(app): State<App>,
    asker: Asker,
    Path(pathway): Path<String>,
) -> Result<Markup> {
    shown(&app, &asker, pathway, reopening).await
}

/// `POST /pathways/{reference}/reopening`
pub async fn reopen(
    State(app): State<App>,
    Path(pathway): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let problems = missing(fields, &[("reason", WHY_REOPENED)]);
    if !problems.is_empty() {
        return shown_again(&app, &posted, &pathway, reopening, &problems).await;
    }
    let reason = fields.get("reason").to_owned();
    let change = Reopen { pathway: pathway.clone(), revision: fields.revision(), reason };
    let back = |contact: String| back_to_contact(&contact);
    sent(&app, &posted, &pathway, reopening, change, "reason", back).await
}

fn reopening(_: &App, asker: &Asker, request: &Request, typed: Typed<'_>) -> Markup {
    html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { "Take the request for " (request.who()) " up again" }
        (InsetText::new("It goes back to the queue with a new working day to decide in. What was decided and answered stays on the record, and the requester sees that the hub is looking again.").render())
        (Form::new(&format!("/pathways/{}/reopening", request.pathway.reference), &asker.form_token)
            .hidden(&[typed.revision(request.pathway.revision)])
            .content(html! {
                (typed.lines("reason", "Why?", "What has changed, or what was wrong.", limits::TEXT).render())
                (Button::new("Take it up again").render())
            }).render())
    }
}

/// `GET /pathways/{reference}/entries/{place}/strike`
pub async fn strike_form(
    State(app): State<App>,
    asker: Asker,
    Path((pathway, place)): Path<(String, usize)>,
) -> Result<Markup> {
    let fields = Fields(vec![("place".into(), place.to_string())]);
    super::one_request::shown_with(&app, &asker, pathway, strike_out, &fields).await
}

/// `POST /pathways/{reference}/entries/{place}/strike`
pub async fn strike(
    State(app): State<App>,
    Path((pathway, place)): Path<(String, usize)>,
    mut posted: Posted,
) -> Result<Response> {
    posted.fields.0.push(("place".into(), place.to_string()));
    let fields = &posted.fields;
    let problems = missing(fields, &[("reason", WHY_STRUCK)]);
    if !problems.is_empty() {
        return shown_again(&app, &posted, &pathway, strike_out, &problems).await;
    }
    let reason = fields.get("reason").to_owned();
    let change = Strike { pathway: pathway.clone(), revision: fields.revision(), place, reason };
    let back = |contact: String| back_to_contact(&contact);
    sent(&app, &posted, &pathway, strike_out, change, "reason", back).await
}

/// Why an entry can't be struck out; `None` where it can. The door asks the same of `practice`.
pub(super) fn why_not_struck(tellings: &[Telling], no: EntryNo) -> Option<String> {
    let stored: Vec<Stored> = tellings.iter().map(|t| t.stored.clone()).collect();
    let history = History::<RequestForSupport>::stored(&stored);
    history.and_then(|history| history.may_strike(no)).err().map(|why| why.to_string())
}

fn strike_out(_: &App, asker: &Asker, request: &Request, typed: Typed<'_>) -> Markup {
    let place: usize = typed.get("place").parse().unwrap_or(0);
    let entry = place.checked_sub(1).and_then(|at| request.tellings.get(at..=at));
    html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { "Strike out an entry for " (request.who()) }
        @match entry {
            Some(entry) => {
                (timeline(entry, Words::Shown))
                @if let Some(why) = entry.iter().find_map(|e| why_not_struck(&request.tellings, e.stored.no)) {
                    (InsetText::new(&format!("{why}.")).render())
                } @else {
                (InsetText::new("It stays on the record, marked as struck out, with your reason. Where the request stands, its clocks and the figures follow from what is left.").render())
                (Form::new(&format!("/pathways/{}/entries/{place}/strike", request.pathway.reference), &asker.form_token)
                    .hidden(&[typed.revision(request.pathway.revision)])
                    .content(html! {
                        (typed.lines("reason", "Why is it wrong?", "For example: recorded on the wrong child.", limits::TEXT).render())
                        (Button::new("Strike it out").warning().render())
                    }).render())
                }
            },
            None => p class=(govuk::BODY) { "There is no such entry." },
        }
    }
}
