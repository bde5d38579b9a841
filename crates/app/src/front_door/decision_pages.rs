//! The pages on which a child's request is decided, signed and answered. A page that cannot be
//! taken is shown again with everything that was typed.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use govuk::{Button, ErrorSummary, Form, InsetText, Radios, SummaryList, Textarea, WarningText};
use maud::{Markup, html};
use practice::processes::request_for_support::{Feedback, Level, Outcome, needs_signature};
use uuid::Uuid;

use super::{
    answers::Answer,
    contact_view::timeline,
    contacts::{self, Contact},
    decisions::{Decide, Sign},
    findings::{self, Screening},
    views::name,
};
use crate::{
    App,
    access::Action,
    doors::{self, Glass, Look},
    error::{Error, Result},
    pathways::{
        Pathway,
        store::{self, Telling},
    },
    people::store::{Account, account},
    publishing::thresholds,
    web::{Asker, Fields, Posted, layout, words},
};

/// A look at one child's request, to decide it.
struct OpenRequest {
    reference: String,
}

/// One child's request.
struct Request {
    pathway: Pathway,
    account: Account,
    contact: Contact,
    screening: Option<Screening>,
    tellings: Vec<Telling>,
}

impl Request {
    fn who(&self) -> String {
        name(&self.account.given, &self.account.family, self.account.expected_on.is_some())
    }

    fn path(&self) -> String {
        format!("/contacts/{}", self.contact.reference)
    }
}

impl Look for OpenRequest {
    type Seen = Request;
    const WHAT: &'static str = "front-door:request";
    const ACTION: Action = Action::Screen;

    async fn see(self, glass: &Glass<'_>) -> Result<(Request, Vec<Uuid>)> {
        let pathway = store::find(&glass.db, &glass.scope, &self.reference).await?;
        let subjects = vec![pathway.id.0];
        let request = Request {
            account: account(&glass.db, pathway.account_id).await?,
            contact: contacts::of(&glass.db, pathway.contact_id).await?,
            screening: findings::stored(&glass.db, pathway.id).await?,
            tellings: store::tellings(&glass.db, &glass.app.keys, pathway.id).await?,
            pathway,
        };
        Ok((request, subjects))
    }
}

/// What is wrong with a form: the field, and what to do.
type Problems = Vec<(&'static str, String)>;

/// Shows the form again with what was typed, or the page that comes next.
async fn shown_again(
    app: &App,
    posted: &Posted,
    pathway: &str,
    view: fn(&App, &Asker, &Request, &Fields, &Problems) -> Markup,
    problems: &Problems,
) -> Result<Response> {
    let look = OpenRequest { reference: pathway.to_owned() };
    let request = doors::open(app, &posted.asker.actor, look).await?;
    let body = view(app, &posted.asker, &request, &posted.fields, problems);
    let page = layout::page_with_back(
        app,
        &posted.asker,
        &request.who(),
        (&request.path(), "Back to the request"),
        &body,
    );
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Shows a form for the first time.
async fn shown(
    app: &App,
    asker: &Asker,
    pathway: String,
    view: fn(&App, &Asker, &Request, &Fields, &Problems) -> Markup,
) -> Result<Markup> {
    let request = doors::open(app, &asker.actor, OpenRequest { reference: pathway }).await?;
    let body = view(app, asker, &request, &Fields::default(), &Vec::new());
    Ok(layout::page_with_back(
        app,
        asker,
        &request.who(),
        (&request.path(), "Back to the request"),
        &body,
    ))
}

/// Turns a refusal, or somebody else's change, into a problem of the form, so that nothing that
/// was typed is lost.
fn as_problem(error: Error) -> Result<String> {
    match error {
        Error::Refusal(words) => Ok(words),
        Error::Stale => Ok("Somebody else changed this request while you were working on it. \
             What they did is shown below and what you typed is still here: read theirs, then \
             send yours again if it still holds"
            .into()),
        other => Err(other),
    }
}

fn revision(fields: &Fields) -> i64 {
    fields.get("revision").parse().unwrap_or(-1)
}

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
    let mut problems = missing(
        fields,
        &[
            ("risk", "Enter what could harm the child, and how likely and serious it is"),
            ("strengths", "Enter what protects the child, or that you found nothing"),
            ("voice", "Enter what the child says, or why the child was not asked"),
            ("reasons", "Enter why you chose this level and this outcome"),
        ],
    );
    if level.is_none() {
        problems.insert(0, ("level", "Choose a level of need".into()));
    }
    if outcome.is_none() {
        problems
            .insert(usize::from(level.is_none()), ("outcome", "Choose what happens next".into()));
    }
    let (Some(level), Some(outcome), true) = (level, outcome, problems.is_empty()) else {
        return shown_again(&app, &posted, &pathway, decision, &problems).await;
    };
    let words = |what: &str| fields.get(what).to_owned();
    let change = Decide {
        pathway: pathway.clone(),
        revision: revision(fields),
        level,
        outcome,
        risk: words("risk"),
        strengths: words("strengths"),
        voice: words("voice"),
        reasons: words("reasons"),
    };
    match doors::record_once(&app, &posted.asker.actor, fields.once(), change).await {
        Ok(true) => back_to_contact(&app, &posted.asker, &pathway).await,
        Ok(false) => Ok(Redirect::to(&format!("/pathways/{pathway}/answer")).into_response()),
        Err(error) => {
            let problems = vec![("outcome", as_problem(error)?)];
            shown_again(&app, &posted, &pathway, decision, &problems).await
        }
    }
}

async fn back_to_contact(app: &App, asker: &Asker, pathway: &str) -> Result<Response> {
    let pathway =
        store::find(&app.db.reads(), &crate::access::Scope::of(&asker.actor), pathway).await?;
    let contact = contacts::of(&app.db.reads(), pathway.contact_id).await?;
    Ok(Redirect::to(&format!("/contacts/{}", contact.reference)).into_response())
}

fn missing(fields: &Fields, wanted: &[(&'static str, &str)]) -> Problems {
    wanted
        .iter()
        .filter_map(|(name, say)| match fields.get(name) {
            "" => Some((*name, (*say).to_owned())),
            said if said.chars().count() > MOST => {
                Some((*name, format!("Shorten this to {MOST} characters or fewer")))
            }
            _ => None,
        })
        .collect()
}

/// How long one field of a decision may be, in characters.
const MOST: usize = 5000;

fn summary(problems: &Problems) -> Markup {
    if problems.is_empty() {
        return html! {};
    }
    let summary = problems
        .iter()
        .fold(ErrorSummary::new(), |s, (field, say)| s.item(&format!("#{field}"), say));
    summary.render()
}

fn problem<'a>(problems: &'a Problems, field: &str) -> Option<&'a str> {
    problems.iter().find(|(f, _)| *f == field).map(|(_, say)| say.as_str())
}

fn text(label: &str, name: &str, hint: &str, fields: &Fields, problems: &Problems) -> Markup {
    Textarea::new(name)
        .label(label)
        .hint(hint)
        .value(fields.get(name))
        .error(problem(problems, name))
        .render()
}

fn decision(
    app: &App,
    asker: &Asker,
    request: &Request,
    fields: &Fields,
    problems: &Problems,
) -> Markup {
    let mut levels = Radios::new("level")
        .legend("Level of need")
        .value(fields.get("level"))
        .error(problem(problems, "level"));
    for level in Level::ALL {
        levels = levels.item_with_hint(
            &level.number().to_string(),
            level.title(),
            thresholds::in_short(level),
        );
    }
    let mut outcomes = Radios::new("outcome")
        .legend("What happens next")
        .value(fields.get("outcome"))
        .error(problem(problems, "outcome"));
    for outcome in Outcome::ALL {
        let hint = if outcome.is_referral() { "Level 4: becomes a referral" } else { "" };
        outcomes = outcomes.item_with_hint(outcome.slug(), outcome.title(), hint);
    }
    html! {
        (summary(problems))
        h1 class=(govuk::HEADING_L) { "Decide for " (request.who()) }
        (what_was_asked(request))
        (Form::new(&format!("/pathways/{}/decision", request.pathway.reference), &asker.form_token)
            .hidden(&[("revision".into(), request.pathway.revision.to_string())])
            .content(html! {
                (levels.render())
                (outcomes.render())
                (text("Risk", "risk", "What could harm the child, how likely it is, and how badly.", fields, problems))
                (text("Strengths", "strengths", "What protects the child: people, places, plans.", fields, problems))
                (text("The child’s voice", "voice", "What the child says in their own words, or why they were not asked.", fields, problems))
                (text("Reasons", "reasons", "Why this level and this outcome. For the record, not for the requester.", fields, problems))
                (InsetText::new(&format!("Decided by: {}. A manager signs every level 4 decision, and any that is two levels below what was asked.", app.partnership().thresholds)).render())
                (Button::new("Record the decision").render())
            }).render())
        h2 class=(govuk::HEADING_M) { "What happened so far" }
        (timeline(&request.tellings, true))
    }
}

fn what_was_asked(request: &Request) -> Markup {
    let asked = request.screening.as_ref().and_then(|s| s.level_asked);
    html! {
        (SummaryList::new()
            .row("Request", &request.contact.reference)
            .row("Received", &words::moment(request.contact.received_at.0))
            .row("Level asked", &asked.map_or("The requester was not sure".into(), |l| format!("Level {l}")))
            .row("Where it stands", &request.pathway.stage)
            .render())
    }
}

/// `GET /pathways/{reference}/signature`
pub async fn signature_form(
    State(app): State<App>,
    asker: Asker,
    Path(pathway): Path<String>,
) -> Result<Markup> {
    if !asker.actor.may(Action::Sign) {
        return Err(Error::NotFound);
    }
    shown(&app, &asker, pathway, signature).await
}

/// `POST /pathways/{reference}/signature`
pub async fn sign(
    State(app): State<App>,
    Path(pathway): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let sent_back = match fields.get("word") {
        "sign" => None,
        "send-back" => Some(fields.get("reason").to_owned()),
        _ => {
            let problems = vec![("word", "Choose whether to sign it or send it back".to_owned())];
            return shown_again(&app, &posted, &pathway, signature, &problems).await;
        }
    };
    let signed = sent_back.is_none();
    let change = Sign { pathway: pathway.clone(), revision: revision(fields), sent_back };
    match doors::record_once(&app, &posted.asker.actor, fields.once(), change).await {
        Ok(()) if signed => {
            Ok(Redirect::to(&format!("/pathways/{pathway}/answer")).into_response())
        }
        Ok(()) => back_to_contact(&app, &posted.asker, &pathway).await,
        Err(error) => {
            let problems = vec![("word", as_problem(error)?)];
            shown_again(&app, &posted, &pathway, signature, &problems).await
        }
    }
}

fn signature(
    _: &App,
    asker: &Asker,
    request: &Request,
    fields: &Fields,
    problems: &Problems,
) -> Markup {
    html! {
        (summary(problems))
        h1 class=(govuk::HEADING_L) { "Sign the decision for " (request.who()) }
        @if let Some(why) = why_signed(request) { (InsetText::new(why).render()) }
        (timeline(&request.tellings, true))
        (Form::new(&format!("/pathways/{}/signature", request.pathway.reference), &asker.form_token)
            .hidden(&[("revision".into(), request.pathway.revision.to_string())])
            .content(html! {
                (Radios::new("word").legend("Do you sign it?").value(fields.get("word"))
                    .error(problem(problems, "word"))
                    .item("sign", "Sign it").item("send-back", "Send it back to the screener").render())
                (text("If you send it back, why?", "reason", "What should be looked at again.", fields, problems))
                (Button::new("Continue").render())
            }).render())
    }
}

fn why_signed(request: &Request) -> Option<&'static str> {
    use practice::processes::request_for_support::Event;
    let events = || {
        request.tellings.iter().filter_map(|t| serde_json::from_str::<Event>(&t.stored.event).ok())
    };
    let receipt = events().find_map(|e| match e {
        Event::Received(r) => Some(r),
        _ => None,
    })?;
    let decision = events().rev().find_map(|e| match e {
        Event::Decided(d) => Some(d),
        _ => None,
    })?;
    needs_signature(decision.level?, decision.outcome, &receipt)
}

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
            let problems = vec![("feedback", "Choose how much the requester is told".to_owned())];
            return shown_again(&app, &posted, &pathway, answer, &problems).await;
        }
    };
    let words = |what: &str| fields.get(what).to_owned();
    let change = Answer {
        pathway: pathway.clone(),
        revision: revision(fields),
        feedback,
        reason: words("reason"),
        contact_person: words("contact_person"),
        meanwhile: words("meanwhile"),
    };
    match doors::record_once(&app, &posted.asker.actor, fields.once(), change).await {
        Ok(()) => back_to_contact(&app, &posted.asker, &pathway).await,
        Err(error) => {
            let problems = vec![("reason", as_problem(error)?)];
            shown_again(&app, &posted, &pathway, answer, &problems).await
        }
    }
}

fn answer(
    _: &App,
    asker: &Asker,
    request: &Request,
    fields: &Fields,
    problems: &Problems,
) -> Markup {
    let member = asker.actor.signed_in().ok();
    let own = member.map(|m| format!("{}, {}", m.name, m.phone.as_deref().unwrap_or(&m.email)));
    let contact_person = fields.some("contact_person").or(own).unwrap_or_default();
    html! {
        (summary(problems))
        h1 class=(govuk::HEADING_L) { "Answer the requester about " (request.who()) }
        @if request.contact.requested_by.is_none() {
            (WarningText::new("Nobody who signs in made this request: tell the requester in another way, and record here what they were told.").render())
        }
        (timeline(&request.tellings, false))
        (Form::new(&format!("/pathways/{}/answer", request.pathway.reference), &asker.form_token)
            .hidden(&[("revision".into(), request.pathway.revision.to_string())])
            .content(html! {
                (Radios::new("feedback").legend("How much is the requester told?").value(fields.get("feedback"))
                    .error(problem(problems, "feedback"))
                    .item_with_hint("full", "The decision and the reasons", "For a professional who needs them for the child.")
                    .item_with_hint("limited", "That it was dealt with, and whom to talk to", "For a relative or a neighbour.")
                    .item_with_hint("nothing", "Nothing", "Telling would put somebody at risk, or nobody can be told.")
                    .render())
                (text("Why, in words for the requester", "reason", "Name nobody but this child. If the requester is told nothing, why.", fields, problems))
                (Textarea::new("contact_person").label("Whom to talk to").rows(2).value(&contact_person).render())
                (text("What to do meanwhile", "meanwhile", "What the requester should do, and what would change the picture.", fields, problems))
                (Button::new("Send the answer").render())
            }).render())
    }
}
