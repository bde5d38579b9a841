//! One thing that is held, with what is decided of it; and the copy, on paper and as a file.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use govuk::{Button, Details, Form, InsetText, Radios, WarningText};
use maud::{Markup, html};
use practice::disclosure::Withheld;

use super::{
    approving::{Copy, OpenCopy},
    deciding::{Choice, Decide, OneItem, OpenItem},
    pages::PAGE,
    store::Decision,
    views,
};
use crate::{
    App,
    access::Action,
    doors,
    error::{Error, Result},
    limits,
    web::{
        Asker, Fields, Posted, layout,
        typed::{Problems, Typed, given_back, leads_on},
        words,
    },
};

/// What the page of one thing is called.
const TITLE: &str = "Something that is held";

/// `GET /data-requests/{reference}/items/{item}`
pub async fn item(
    State(app): State<App>,
    asker: Asker,
    Path((reference, item)): Path<(String, String)>,
) -> Result<Markup> {
    shown(&app, &asker, reference, item, &Fields::default(), &Problems::default()).await
}

async fn shown(
    app: &App,
    asker: &Asker,
    reference: String,
    item: String,
    fields: &Fields,
    problems: &Problems,
) -> Result<Markup> {
    let seen = doors::open(app, &asker.actor, OpenItem { reference, item }).await?;
    let typed = Typed { fields, problems };
    let body = view(asker, &seen, typed);
    let back = format!("{PAGE}/{}", seen.reference);
    Ok(layout::page_with_back(app, asker, &problems.title(TITLE), (&back, views::ONE), &body))
}

fn view(asker: &Asker, seen: &OneItem, typed: Typed<'_>) -> Markup {
    let item = &seen.item;
    html! {
        (typed.summary())
        span class=(govuk::CAPTION_L) { "Request " (seen.reference) }
        h1 class=(govuk::HEADING_L) { (item.title) }
        @if seen.has_changed {
            (WarningText::new("This changed after it was decided. Decide again: what was hidden before is marked.").render())
        }
        @if let Some(file) = &item.file {
            p class=(govuk::BODY) {
                a class=(govuk::LINK) href={ "/contacts/" (file.contact) "/files/" (file.reference) } { "Download the file" }
            }
            (InsetText::new("Its name can be marked below; parts of the file itself can’t be hidden here. Leave it out, and hand over a copy on paper in which they are covered, if somebody else reads that too.").render())
        }
        (form(asker, seen, typed))
    }
}

fn form(asker: &Asker, seen: &OneItem, typed: Typed<'_>) -> Markup {
    let decided = seen.decided.as_ref();
    let before = |field: &str, decided: Option<String>| {
        typed.fields.some(field).or(decided).unwrap_or_default()
    };
    let choice = decided.map(|d| if d.marked.is_some() { "give" } else { "leave-out" });
    let choice = before("choice", choice.map(str::to_owned));
    let choices = Radios::new("choice")
        .legend("Do they get it?")
        .value(&choice)
        .error(typed.error("choice"))
        .item("give", "Yes, but for what is marked")
        .item("leave-out", "No, nothing of it");
    let reason = before("reason", decided.and_then(|d| d.reason).map(|r| r.slug().to_owned()));
    let reasons = Radios::new("reason")
        .legend("If anything is left out, why?")
        .value(&reason)
        .error(typed.error("reason"));
    let reasons = Withheld::ALL
        .iter()
        .filter(|reason| **reason != Withheld::NotNeeded)
        .fold(reasons, |radios, one| {
            radios.item(one.slug(), &format!("{} ({})", one.title(), one.source()))
        });
    let why = before("why", decided.map(|d| d.why.clone()));
    let path = format!("{PAGE}/{}/items/{}", seen.reference, seen.item.key);
    Form::new(&path, &asker.form_token)
        .once(Some(typed.get("once")))
        .content(html! {
            (marks(seen, typed))
            (choices.render())
            (reasons.render())
            (typed.lines("why", "Why, in words?", "Only the hub reads this. Where something could harm somebody, say who, how, and who was asked.", limits::TEXT).value(&why).rows(3).render())
            (Button::new("Save").render())
        })
        .render()
}

/// The text with its marks.
fn marks(seen: &OneItem, typed: Typed<'_>) -> Markup {
    let stands = seen.decided.as_ref().filter(|_| !seen.has_changed);
    let marked = stands.and_then(|decision: &Decision| decision.marked.clone());
    let marked = typed.fields.some("marked").or(marked).unwrap_or_else(|| seen.suggested.clone());
    let rows = u8::try_from(marked.lines().count() + 4).unwrap_or(u8::MAX).clamp(8, 40);
    html! {
        p class=(govuk::BODY) {
            "What stands between [[ and ]] is not in the copy at all. The names of others are marked "
            "already: take the marks away where they may be read, and add your own. Whoever works with "
            "families is named in what they did. The words can’t be changed."
        }
        @if !seen.relatives.is_empty() {
            (Details::new("Words that point at somebody without a name").content(html! {
                p class=(govuk::BODY) { (seen.relatives.join(", ")) }
            }).render())
        }
        (govuk::Textarea::new("marked").label("What is held").value(&marked).error(typed.error("marked")).rows(rows).render())
    }
}

/// `POST /data-requests/{reference}/items/{item}`
pub async fn decide(
    State(app): State<App>,
    Path((reference, item)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let choice = match fields.get("choice") {
        "give" => Choice::Give { marked: fields.get("marked").to_owned() },
        "leave-out" => Choice::LeaveOut,
        _ => {
            let problems = Problems::of("choice", "Choose whether they get it");
            let page = shown(&app, &posted.asker, reference, item, fields, &problems).await?;
            return Ok(given_back(page));
        }
    };
    let change = Decide {
        reference: reference.clone(),
        item: item.clone(),
        choice,
        reason: Withheld::of_slug(fields.get("reason")),
        why: fields.get("why").to_owned(),
    };
    let made = doors::record_once(&app, &posted.asker.actor, fields.once(), change).await;
    let made = made.map(|()| format!("{PAGE}/{reference}?done=decided"));
    leads_on(made, "marked", async |problems| {
        shown(&app, &posted.asker, reference, item, fields, &problems).await
    })
    .await
}

/// What the copy is called.
const COPY: &str = "What we hold about you";

/// What everybody reads who gets a copy, whatever is in it and whatever is not.
const SAID: [&str; 5] = [
    "This is what the safeguarding partnership holds about you, or about the child or person for whom you ask. \
     The agencies of the partnership hold it together to keep children safe and well, as the law requires of them.",
    "We may leave out what is about other people, what could seriously harm somebody, what could stand in the way of \
     the police or a court, and what a lawyer advised. We do not say in each case what was left out.",
    "It is kept for as long as the law and our schedule say, and is then destroyed.",
    "You can ask us to put right what is wrong, or to write beside it what you say. You can ask us to stop using \
     something while we look at it, and object to it.",
    "If you are not content, ask us to look again. You can also complain to the Information Commissioner (ico.org.uk), \
     or go to a court.",
];

/// `GET /data-requests/{reference}/copy`
pub async fn copy(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    let copy = doors::open(&app, &asker.actor, OpenCopy { reference }).await?;
    let back = format!("{PAGE}/{}", copy.reference);
    let body = html! {
        @if copy.is_approved {
            p class={ (govuk::BODY) " " (govuk::NOT_PRINTED) } {
                "Print this page, or "
                a class=(govuk::LINK) href={ (back) "/copy/text" } { "download it as a text" }
                ". Files that they get are on the page before."
            }
        } @else {
            (WarningText::new("This is not approved yet. Give it to nobody.").render())
        }
        h1 class=(govuk::HEADING_L) { (COPY) }
        p class=(govuk::BODY) { "For " (copy.who) ". You asked on " (words::day(copy.received)) "." }
        @for said in SAID { p class=(govuk::BODY) { (said) } }
        @for (title, text) in &copy.parts {
            h2 class=(govuk::HEADING_M) { (title) }
            p class=(govuk::SAID) { (text) }
        }
        @if let Some(read) = copy.read.as_ref().filter(|_| asker.actor.may(Action::ApproveDataCopy)) {
            (Form::new(&back, &asker.form_token).once(Some("")).hidden(&[
                ("do".into(), "approve".into()),
                ("read".into(), read.clone()),
            ]).content(html! {
                p class=(govuk::BODY) { "You have read all of this, and why the rest is left out." }
                (Button::new("Approve it").render())
            }).render())
        }
    };
    let back = (back.as_str(), views::ONE);
    Ok(match copy.is_approved {
        true => layout::page_to_hand_over(&app, &asker, COPY, back, &body),
        false => layout::page_with_back(&app, &asker, COPY, back, &body),
    })
}

/// `GET /data-requests/{reference}/copy/text`
pub async fn copy_as_text(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Response> {
    let copy = doors::open(&app, &asker.actor, OpenCopy { reference }).await?;
    if !copy.is_approved {
        return Err(Error::refusal(super::approving::NOT_APPROVED));
    }
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"what-we-hold.txt\"".to_owned()),
    ];
    Ok((headers, as_text(&copy)).into_response())
}

fn as_text(copy: &Copy) -> String {
    let mut text =
        format!("{COPY}\n\nFor {}. You asked on {}.\n", copy.who, words::day(copy.received));
    for said in SAID {
        text.push_str(&format!("\n{said}\n"));
    }
    for (title, part) in &copy.parts {
        text.push_str(&format!("\n{title}\n\n{part}\n"));
    }
    text
}
