//! The pages on which a child's request is decided and signed.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use govuk::{Button, Form, InsetText, Radios};
use maud::{Markup, html};
use practice::processes::request_for_support::{Event, Level, Outcome, Receipt, needs_signature};

use super::{
    contact_view::{Words, before_anybody_is_rung, said_since, timeline},
    decisions::{ANALYSIS, Decide, Decided, Sign},
    earlier::{Earlier, MADE},
    one_request::{
        Request, back_to_contact, missing, sent, shown, shown_again, siblings, what_was_asked,
        what_was_said,
    },
    telling::event,
};
use crate::{
    App,
    access::Action,
    doors,
    error::Result,
    limits,
    publishing::thresholds,
    recognising,
    web::{
        Asker, Posted,
        typed::{Problems, Typed},
    },
};

/// For a decision that was taken on paper.
const DECIDED: Earlier =
    Earlier { name: MADE, what: "it was decided", summary: "It was decided at an earlier time" };

/// For a word of the manager that was given on paper.
const SIGNED: Earlier = Earlier {
    name: MADE,
    what: "it was signed or sent back",
    summary: "It was signed or sent back at an earlier time",
};

/// `GET /pathways/{reference}/decision`
pub async fn decision_form(
    State(app): State<App>,
    asker: Asker,
    Path(pathway): Path<String>,
) -> Result<Markup> {
    shown(&app, &asker, pathway, decision).await
}

/// `POST /pathways/{reference}/decision`
pub async fn decide(
    State(app): State<App>,
    Path(pathway): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let level = fields.get("level").parse().ok().and_then(Level::of_number);
    let outcome = Outcome::of_slug(fields.get("outcome"));
    let mut problems = Problems::default();
    if level.is_none() {
        problems.add("level", "Choose a level of need");
    }
    if outcome.is_none() {
        problems.add("outcome", "Choose what happens next");
    }
    problems.append(missing(fields, &ANALYSIS));
    let made = DECIDED.typed(fields, app.clock.now()).unwrap_or_else(|say| {
        problems.add(MADE, say);
        None
    });
    let (Some(level), Some(outcome), true) = (level, outcome, problems.is_empty()) else {
        return shown_again(&app, &posted, &pathway, decision, &problems).await;
    };
    let words = |what: &str| fields.get(what).to_owned();
    let change = Decide {
        pathway: pathway.clone(),
        revision: fields.revision(),
        made,
        level,
        outcome,
        risk: words("risk"),
        strengths: words("strengths"),
        voice: words("voice"),
        reasons: words("reasons"),
    };
    let next = |decided: Decided| {
        if decided.waits { back_to_contact(&decided.contact) } else { to_the_answer(&pathway) }
    };
    sent(&app, &posted, &pathway, decision, change, "outcome", next).await
}

fn decision(app: &App, asker: &Asker, request: &Request, typed: Typed<'_>) -> Markup {
    let mut levels = Radios::new("level")
        .legend("Level of need")
        .value(typed.get("level"))
        .error(typed.error("level"));
    for level in Level::ALL {
        levels = levels.item_with_hint(
            &level.number().to_string(),
            level.title(),
            thresholds::in_short(level),
        );
    }
    let mut outcomes = Radios::new("outcome")
        .legend("What happens next")
        .value(typed.get("outcome"))
        .error(typed.error("outcome"));
    for outcome in Outcome::ALL {
        let hint = if outcome.is_referral() { "Level 4: becomes a referral" } else { "" };
        outcomes = outcomes.item_with_hint(outcome.slug(), outcome.title(), hint);
    }
    html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { "Decide for " (request.who()) }
        (before_anybody_is_rung(&request.before_ringing()))
        (what_was_asked(request))
        (siblings(request))
        (recognising::views::may_be(&request.may_be, app.clock.now()))
        @if let Some(holder) = held_by_another(asker, request) {
            (InsetText::new(&format!("{holder} has taken this on. Speak with them before you decide.")).render())
        }
        (said_since(&request.tellings, request.answered.as_ref(), &request.files))
        (what_was_said(request))
        (Form::new(&format!("/pathways/{}/decision", request.pathway.reference), &asker.form_token)
            .hidden(&[typed.revision(request.pathway.revision)])
            .content(html! {
                (levels.render())
                p class=(govuk::BODY) { (thresholds::link()) }
                (outcomes.render())
                (typed.lines("risk", "Risk", "What could harm the child, how likely it is, and how badly.", limits::TEXT).render())
                (typed.lines("strengths", "Strengths", "What protects the child: people, places, plans.", limits::TEXT).render())
                (typed.lines("voice", "The child’s voice", "What the child says in their own words, or why they were not asked.", limits::TEXT).render())
                (typed.lines("reasons", "Reasons", "Why this level and this outcome. For the record, not for the requester.", limits::TEXT).render())
                (DECIDED.fields(typed))
                (InsetText::new(&format!("Decided by: {}. A manager signs every level 4 decision, any that is two levels below what was asked, and no further action where danger was spoken of.", app.partnership().thresholds)).render())
                (Button::new("Record the decision").render())
            }).render())
        h2 class=(govuk::HEADING_M) { "What happened so far" }
        (timeline(&request.tellings, Words::Shown))
    }
}

/// `GET /pathways/{reference}/signature`
pub async fn signature_form(
    State(app): State<App>,
    asker: Asker,
    Path(pathway): Path<String>,
) -> Result<Markup> {
    doors::offers(&app, &asker.actor, Action::Sign).await?;
    shown(&app, &asker, pathway, signature).await
}

/// `POST /pathways/{reference}/signature`
pub async fn sign(
    State(app): State<App>,
    Path(pathway): Path<String>,
    posted: Posted,
) -> Result<Response> {
    doors::offers(&app, &posted.asker.actor, Action::Sign).await?;
    let fields = &posted.fields;
    let sent_back = match fields.get("word") {
        "sign" => None,
        "send-back" => Some(fields.get("reason").to_owned()),
        _ => {
            let problems = Problems::of("word", "Choose whether to sign it or send it back");
            return shown_again(&app, &posted, &pathway, signature, &problems).await;
        }
    };
    let signed = sent_back.is_none();
    let made = match SIGNED.typed(fields, app.clock.now()) {
        Ok(made) => made,
        Err(say) => {
            let problems = Problems::of(MADE, say);
            return shown_again(&app, &posted, &pathway, signature, &problems).await;
        }
    };
    let change = Sign { pathway: pathway.clone(), revision: fields.revision(), made, sent_back };
    let next = |contact: String| {
        if signed { to_the_answer(&pathway) } else { back_to_contact(&contact) }
    };
    sent(&app, &posted, &pathway, signature, change, "word", next).await
}

/// Once a decision stands, whoever asked is to be told.
fn to_the_answer(pathway: &str) -> Response {
    Redirect::to(&format!("/pathways/{pathway}/answer")).into_response()
}

fn signature(app: &App, asker: &Asker, request: &Request, typed: Typed<'_>) -> Markup {
    html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { "Sign the decision for " (request.who()) }
        @if let Some(why) = why_signed(request) { (InsetText::new(why).render()) }
        (siblings(request))
        (recognising::views::may_be(&request.may_be, app.clock.now()))
        (said_since(&request.tellings, request.answered.as_ref(), &request.files))
        (what_was_said(request))
        (timeline(&request.tellings, Words::Shown))
        (Form::new(&format!("/pathways/{}/signature", request.pathway.reference), &asker.form_token)
            .hidden(&[typed.revision(request.pathway.revision)])
            .content(html! {
                (Radios::new("word").legend("Do you sign it?").value(typed.get("word"))
                    .error(typed.error("word"))
                    .item("sign", "Sign it").item("send-back", "Send it back to the screener").render())
                (typed.lines("reason", "If you send it back, why?", "What should be looked at again.", limits::TEXT).render())
                (SIGNED.fields(typed))
                (Button::new("Continue").render())
            }).render())
    }
}

fn held_by_another<'a>(asker: &Asker, request: &'a Request) -> Option<&'a str> {
    let holder = request.pathway.holder_id.filter(|h| Some(*h) != asker.actor.staff());
    request.holder.as_deref().filter(|_| holder.is_some())
}

fn why_signed(request: &Request) -> Option<&'static str> {
    let events = || request.tellings.iter().filter(|t| t.stored.struck.is_none()).filter_map(event);
    let receipt = events().find_map(|e| match e {
        Event::Received(r) => Some(r),
        _ => None,
    })?;
    let decision = events().rev().find_map(|e| match e {
        Event::Decided(d) => Some(d),
        _ => None,
    })?;
    let danger = receipt.danger || request.screening.as_ref().is_some_and(|s| s.danger);
    let receipt = Receipt { danger, ..receipt };
    needs_signature(decision.level?, decision.outcome, &receipt)
}
