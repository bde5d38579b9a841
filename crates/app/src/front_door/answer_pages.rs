//! The page on which the requester is answered about a child.

use axum::{
    extract::{Path, State},
    response::Response,
};
use govuk::{Button, Checkboxes, Details, Form, Radios, Textarea, WarningText};
use maud::{Markup, html};
use practice::{
    disclosure::{Basis, Body, Occasion},
    processes::request_for_support::Feedback,
};

use super::{
    answers::{Answer, NAMES_CHECKED},
    contact_view::{Words, before_anybody_is_rung, said_since, timeline},
    earlier::{Earlier, MADE},
    one_request::{Request, back_to_contact, sent, shown, shown_again, what_was_said},
};
use crate::{
    App,
    disclosing::basis_fields::{self, Ground},
    error::Result,
    limits, recognising,
    web::{
        Asker, Posted,
        typed::{Problems, Typed},
    },
};

/// For an answer that was given in a call.
const TOLD: Earlier = Earlier {
    name: MADE,
    what: "the requester was told",
    summary: "The requester was told at an earlier time",
};

/// `GET /pathways/{reference}/answer`
pub async fn answer_form(
    State(app): State<App>,
    asker: Asker,
    Path(pathway): Path<String>,
) -> Result<Markup> {
    shown(&app, &asker, pathway, answer).await
}

/// `POST /pathways/{reference}/answer`
pub async fn tell(
    State(app): State<App>,
    Path(pathway): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let feedback = match fields.get("feedback") {
        "full" => Feedback::Full,
        "limited" => Feedback::Limited,
        "nothing" => Feedback::Nothing,
        _ => {
            let problems = Problems::of("feedback", "Choose how much the requester is told");
            return shown_again(&app, &posted, &pathway, answer, &problems).await;
        }
    };
    let ground = match Ground::sent(fields, usual()) {
        Ok(ground) => ground,
        Err(problems) => return shown_again(&app, &posted, &pathway, answer, &problems).await,
    };
    let made = match TOLD.typed(fields, app.clock.now()) {
        Ok(made) => made,
        Err(say) => {
            let problems = Problems::of(MADE, say);
            return shown_again(&app, &posted, &pathway, answer, &problems).await;
        }
    };
    let words = |what: &str| fields.get(what).to_owned();
    let change = Answer {
        pathway: pathway.clone(),
        revision: fields.revision(),
        made,
        feedback,
        reason: words("reason"),
        contact_person: words("contact_person"),
        meanwhile: words("meanwhile"),
        names_checked: fields.get("names_checked") == "yes",
        ground,
    };
    let back = |contact: String| back_to_contact(&contact);
    sent(&app, &posted, &pathway, answer, change, "reason", back).await
}

fn usual() -> Basis {
    Occasion::RequesterAnswered.usual(Body::Public)
}

fn answer(app: &App, asker: &Asker, request: &Request, typed: Typed<'_>) -> Markup {
    let member = asker.actor.signed_in().ok();
    let own = member.map(|m| format!("{}, {}", m.name, m.phone.as_deref().unwrap_or(&m.email)));
    let contact_person = typed.fields.some("contact_person").or(own).unwrap_or_default();
    html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { "Answer the requester about " (request.who()) }
        (before_anybody_is_rung(&request.before_ringing()))
        @if request.contact.requested_by.is_none() {
            (WarningText::new("Nobody who signs in made this request: tell the requester in another way, and record here what they were told.").render())
        }
        (said_since(&request.tellings, request.answered.as_ref(), &request.files))
        (what_was_said(request))
        // What is told of this child may be of another.
        (recognising::views::may_be(&request.may_be, app.clock.now()))
        (Details::new("What was decided, and why").content(timeline(&request.tellings, Words::Shown)).render())
        (Form::new(&format!("/pathways/{}/answer", request.pathway.reference), &asker.form_token)
            .hidden(&[typed.revision(request.pathway.revision)])
            .content(html! {
                (Radios::new("feedback").legend("How much is the requester told?").value(typed.get("feedback"))
                    .error(typed.error("feedback"))
                    .item_with_hint("full", "The decision and the reasons", "For a professional who needs them for the child.")
                    .item_with_hint("limited", "That it was dealt with, whom to talk to and what to do", "For a relative or a neighbour. They do not read the reason below.")
                    .item_with_hint("nothing", "Nothing", "Telling would put somebody at risk, or nobody can be told. They read nothing of what is below.")
                    .render())
                (typed.lines("reason", "Why, in words for the requester", "Name and speak of nobody but this child, where you can. If the requester is told less than everything, why: that is kept in the hub.", limits::TEXT).render())
                (Textarea::new("contact_person").label("Whom to talk to").rows(2).most(limits::TEXT.characters()).value(&contact_person).render())
                (typed.lines("meanwhile", "What to do meanwhile", "What the requester should do, and what would change the picture.", limits::TEXT).render())
                @if !typed.get(NAMES_CHECKED).is_empty() || typed.error(NAMES_CHECKED).is_some() {
                    (Checkboxes::new(NAMES_CHECKED).legend("Names and relatives in your words")
                        .error(typed.error(NAMES_CHECKED))
                        .values(&typed.fields.some(NAMES_CHECKED).into_iter().collect::<Vec<_>>())
                        .item("yes", "I have checked: the requester may read of everybody whom my words name or speak of").render())
                }
                (TOLD.fields(typed))
                (basis_fields::folded_up(typed, usual()))
                (Button::new("Send the answer").render())
            }).render())
    }
}
