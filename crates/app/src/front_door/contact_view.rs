//! One contact on a page: what was said, where each child's request stands, what was decided and
//! answered. The requester reads the answer; the hub reads everything and acts.

use govuk::{Button, Details, Form, SummaryList, Tag, Textarea, Timeline, WarningText};
use jiff::Timestamp;
use maud::{Markup, html};
use practice::processes::request_for_support::{Event, Feedback, Outcome};

use super::{
    reading::{ChildSeen, ContactSeen},
    telling::event,
    views::name,
};
use crate::{
    access::Action,
    pathways::store::Telling,
    questionnaires,
    settings::Partnership,
    web::{Asker, words},
};

/// The page.
pub fn contact(
    asker: &Asker,
    seen: &ContactSeen,
    partnership: &Partnership,
    now: Timestamp,
) -> Markup {
    let reference = &seen.contact.reference;
    html! {
        span class=(govuk::CAPTION_L) { "Request " (reference) }
        h1 class=(govuk::HEADING_L) { (title(seen)) }
        @if seen.contact.danger_at.is_some() { (danger(seen, partnership)) }
        (about(seen))
        @if seen.in_full && asker.actor.may(Action::Screen) { (hub_actions(asker, seen)) }
        @for child in &seen.children { (one_child(asker, seen, child, now)) }
        @if let Some(answered) = &seen.answered {
            h2 class=(govuk::HEADING_M) { "What was said in the request" }
            (questionnaires::views::answered(answered, seen.in_full))
        }
        h2 class=(govuk::HEADING_M) { "Add information" }
        (Form::new(&format!("/contacts/{reference}/information"), &asker.form_token).content(html! {
            (Textarea::new("said").label("What do you want to add?")
                .hint("It is added to the request of every child in it, and can’t be changed afterwards.")
                .render())
            (Button::new("Add information").secondary().render())
        }).render())
    }
}

fn title(seen: &ContactSeen) -> String {
    let names: Vec<_> = seen
        .children
        .iter()
        .map(|c| name(&c.account.given, &c.account.family, c.account.expected_on.is_some()))
        .collect();
    names.join(", ")
}

fn danger(seen: &ContactSeen, partnership: &Partnership) -> Markup {
    let read = seen.children.iter().flat_map(|c| &c.tellings).find(|t| {
        matches!(event(t), Some(Event::Read | Event::Claimed)) && t.stored.struck.is_none()
    });
    html! {
        (WarningText::new("This request speaks of immediate danger. Ring 999 if a child is in danger now.").render())
        p class=(govuk::BODY) {
            @match read {
                Some(telling) => {
                    strong { "Somebody in the hub has read it" } ", " (words::moment(telling.stored.at)) "."
                },
                None => {
                    strong { "Nobody in the hub has read it yet." } " If that lasts, ring the hub on "
                    (partnership.hub_phone) ", or the Emergency Duty Team on "
                    (partnership.out_of_hours_phone) " when the hub is closed."
                },
            }
        }
    }
}

fn about(seen: &ContactSeen) -> Markup {
    let from = &seen.from;
    let mut list =
        SummaryList::new().row("Received", &words::moment(seen.contact.received_at.0)).row(
            "From",
            &[from.setting.as_deref(), Some(from.agency.as_str())]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(", "),
        );
    if let Some(requester) = &from.requester {
        let job = from.job.as_deref().unwrap_or_default();
        list = list.row("Requester", &format!("{requester}, {job}"));
    }
    if let Some(said) = &seen.contact.requester_said {
        list = list.row("Requester", said);
    }
    if seen.in_full {
        let reach: Vec<_> = [&from.phone, &from.email].into_iter().flatten().cloned().collect();
        if !reach.is_empty() {
            list = list.row("How to reach them", &reach.join(", "));
        }
    }
    if let Some(list_reference) = &seen.contact.list_reference {
        list = list.row("Reference in the list that it came from", list_reference);
    }
    list.render()
}

fn hub_actions(asker: &Asker, seen: &ContactSeen) -> Markup {
    let reference = &seen.contact.reference;
    let waits = seen.children.iter().any(|c| c.pathway.stage == "Waiting to be screened");
    let mine = seen
        .children
        .iter()
        .any(|c| c.pathway.stage == "Being screened" && c.pathway.holder_id == asker.actor.staff());
    html! {
        @if waits {
            (Form::new(&format!("/contacts/{reference}/claim"), &asker.form_token)
                .content(Button::new("Take it on").render()).render())
        }
        @if mine {
            (Form::new(&format!("/contacts/{reference}/hand-back"), &asker.form_token)
                .content(Button::new("Give it back to the queue").secondary().render()).render())
        }
    }
}

fn one_child(asker: &Asker, seen: &ContactSeen, child: &ChildSeen, now: Timestamp) -> Markup {
    let account = &child.account;
    let who = name(&account.given, &account.family, account.expected_on.is_some());
    html! {
        h2 class=(govuk::HEADING_M) { (who) }
        (SummaryList::new()
            .row("Birth", &words::birth(account.born_on, account.expected_on, account.born_said.as_deref(), now))
            .row("Where it stands", &child.pathway.stage)
            .content_row("Due", due(child, now))
            .render())
        p class=(govuk::BODY) {
            a class=(govuk::LINK) href={ "/people/" (account.person) } { "See " (who) "’s page" }
        }
        @if let Some(answer) = answer(child) { (answer) }
        @if seen.in_full { (child_actions(asker, child, &who)) }
        @if seen.in_full { (Details::new("What happened").content(timeline(&child.tellings, true)).render()) }
    }
}

fn due(child: &ChildSeen, now: Timestamp) -> Markup {
    let running: Vec<_> = child.clocks.iter().filter(|c| c.state == "running").collect();
    html! {
        @if running.is_empty() { "Nothing" }
        @for clock in running {
            p class=(govuk::BODY) {
                (super::pages::what(&clock.code)) ": " (words::time_left(clock.breach_at.0, now))
                ", by " (words::moment(clock.breach_at.0))
                @if let Some(target) = clock.target_at { " (aim: " (words::moment(target.0)) ")" }
            }
        }
    }
}

/// The answer, as the requester reads it.
fn answer(child: &ChildSeen) -> Option<Markup> {
    let telling = child
        .tellings
        .iter()
        .rev()
        .filter(|t| t.stored.struck.is_none())
        .find(|t| matches!(event(t), Some(Event::Answered(_) | Event::Reopened)))?;
    let Some(Event::Answered(feedback)) = event(telling) else { return None };
    let said = |what: &str| telling.words.get(what).filter(|w| !w.is_empty());
    if feedback == Feedback::Nothing {
        return None;
    }
    let mut list = SummaryList::new();
    if feedback == Feedback::Full
        && let Some(screening) = &child.screening
    {
        let outcome = screening.outcome.as_deref().and_then(Outcome::of_slug);
        list = list.row("What was decided", outcome.map_or("", |o| o.title())).row(
            "Level of need",
            &screening.level.map_or("Not recorded".into(), |l| format!("Level {l}")),
        );
        if outcome.is_some_and(Outcome::is_referral) {
            list = list.row("Referral", "This is now a referral to children’s social care");
        }
    }
    for (what, heading) in [
        ("reason", "Why"),
        ("contact_person", "Whom to talk to"),
        ("meanwhile", "What to do meanwhile"),
    ] {
        if let Some(words) = said(what) {
            list = list.row(heading, words);
        }
    }
    Some(html! {
        h3 class=(govuk::HEADING_S) { "The answer" }
        (list.render())
    })
}

fn child_actions(asker: &Asker, child: &ChildSeen, who: &str) -> Markup {
    let at = |what: &str| format!("/pathways/{}/{what}", child.pathway.reference);
    let stage = child.pathway.stage.as_str();
    html! {
        p class=(govuk::BODY) {
            @match stage {
                "Waiting to be screened" | "Being screened" if asker.actor.may(Action::Decide) => {
                    a class=(govuk::LINK) href=(at("decision")) { "Decide for " (who) }
                },
                "Waiting for a manager’s signature" if asker.actor.may(Action::Sign) => {
                    a class=(govuk::LINK) href=(at("signature")) { "Sign the decision for " (who) }
                },
                "Decided, answer due" => {
                    a class=(govuk::LINK) href=(at("answer")) { "Answer the requester about " (who) }
                },
                _ => {},
            }
        }
    }
}

/// What happened, in order, struck entries too.
pub fn timeline(tellings: &[Telling], with_words: bool) -> Markup {
    let mut timeline = Timeline::new();
    for telling in tellings {
        let line = event(telling).map_or_else(String::new, |e| {
            <practice::processes::request_for_support::RequestForSupport as practice::pathway::Process>::tell(&e)
        });
        timeline = timeline.item(
            &line,
            telling.recorder.as_deref().unwrap_or("Sightline"),
            &words::moment(telling.stored.at),
            &details(telling, with_words),
        );
    }
    timeline.render()
}

fn details(telling: &Telling, with_words: bool) -> Markup {
    html! {
        @if telling.stored.recorded != telling.stored.at {
            p class=(govuk::BODY_S) { "Recorded " (words::moment(telling.stored.recorded)) }
        }
        @if let Some(strike) = &telling.stored.struck {
            p class=(govuk::BODY) {
                (Tag::new("Struck out").grey().render()) " " (strike.reason) ", " (words::moment(strike.at))
            }
        }
        @if with_words {
            @for (what, said) in telling.words.iter().filter(|(_, said)| !said.is_empty()) {
                p class=(govuk::BODY) { strong { (heading(what)) } br; (said) }
            }
        }
    }
}

fn heading(what: &str) -> String {
    let words = what.replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
