//! What was shared, on the hub's page of a child.

use govuk::{Details, SummaryList};
use maud::{Markup, html};

use super::{
    Disclosure, family_pages,
    reading::{MOST, Shared, WhatWasShared},
};
use crate::{
    access::Action,
    web::{Asker, words},
};

/// What the list is called.
const TITLE: &str = "What was shared, with whom and why";

/// The list, and the way to what somebody in the family reads of it.
pub fn what_was_shared(asker: &Asker, child: &str, shared: &WhatWasShared) -> Markup {
    html! {
        h2 class=(govuk::HEADING_M) { (TITLE) }
        @if shared.all.is_empty() {
            p class=(govuk::BODY) { "Nothing is recorded that was shared." }
        }
        @for one in &shared.all { (item(one)) }
        @if shared.more {
            p class=(govuk::BODY) { "These are the newest " (MOST) ". There are more." }
        }
        @if asker.actor.may(Action::ShareWithFamily) {
            p class={ (govuk::BODY) " " (govuk::NOT_PRINTED) } {
                a class=(govuk::LINK) href={ "/people/" (child) "/family-pages" } {
                    (family_pages::TITLE)
                }
            }
        }
    }
}

fn item(shared: &Shared) -> Markup {
    let Shared { what, .. } = shared;
    let by = shared.by.as_deref().unwrap_or("Sightline");
    let mut list = SummaryList::new()
        .row("When, and by whom", &format!("{}, {by}", words::moment(shared.at.0)))
        .row("With whom", &with_whom(what))
        .row("What", &things(what))
        .row("What for", what.basis.purpose.title());
    if let Some(held_back) = &what.held_back {
        let why = html! {
            (held_back.reason.title()) " (" (held_back.reason.source()) ")"
            @if !held_back.words.is_empty() { br; span class=(govuk::SAID) { (held_back.words) } }
        };
        list = list.content_row("What was held back, and why", why);
    }
    html! {
        h3 class=(govuk::HEADING_S) { (what.occasion.title()) }
        (list.render())
        (Details::new("On what ground, and in which words").content(ground(what)).render())
    }
}

fn with_whom(what: &Disclosure) -> String {
    match what.to.who.as_str() {
        "" => what.to.works_at.clone(),
        who => format!("{who}, {}", what.to.works_at),
    }
}

/// What was shared, in one line.
fn things(what: &Disclosure) -> String {
    match what.shared.as_slice() {
        [] => "Nothing".to_owned(),
        things => things.iter().map(|thing| thing.title()).collect::<Vec<_>>().join(". "),
    }
}

fn ground(what: &Disclosure) -> Markup {
    let basis = what.basis;
    let cited = |title: &str, source: &str| format!("{title} ({source})");
    let mut list = SummaryList::new()
        .row("Basis for sharing at all", &cited(basis.article_6.title(), basis.article_6.source()))
        .row(
            "Basis for sensitive details",
            &cited(basis.article_9.title(), basis.article_9.source()),
        )
        .row("Condition", &cited(basis.condition.title(), basis.condition.source()))
        .row("Agreement", basis.agreement.title())
        .row("Does the family know", what.family.title());
    if basis.offences {
        list = list.row("Offences", "It tells of an offence, or of one that is alleged");
    }
    if !what.words.is_empty() {
        let words = html! { span class=(govuk::SAID) { (what.words) } };
        list = list.content_row("In which words", words);
    }
    list.render()
}
