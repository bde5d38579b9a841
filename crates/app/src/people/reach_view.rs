//! Who is involved with a child and how to reach them, and who lives together: as it is read
//! before anybody reaches for the telephone. Nothing is decided here.

use std::collections::BTreeSet;

use govuk::{Table, Tag};
use maud::{Markup, html};

use super::{
    child::{AccountSeen, Child},
    phones::{PhoneSeen, digits},
    shown::Shown,
    store::{Housemate, Relation},
};
use crate::{
    front_door::{
        caller::{MUST_NOT_BE_NAMED, UNNAMED},
        contact_view::{BeforeRinging, before_anybody_is_rung},
        contacts::SAME_REQUEST,
        views::name,
    },
    web::words,
};

/// Who is involved, after what must be known before anybody is contacted.
pub fn involved(child: &Child) -> Markup {
    html! {
        @for pathway in &child.pathways {
            (before_anybody_is_rung(&BeforeRinging::of(pathway.answered.as_ref(), pathway.tellings.iter(), pathway.kept_away.as_deref())))
        }
        (people(child))
    }
}

/// Where a number would stand.
const MUST_NOT_BE_RUNG: &str = "Don’t ring or write to them: they must not see this any more";

fn people(child: &Child) -> Markup {
    let mut table =
        Table::new("People to talk to").head(["Who", "What they are", "How to reach them"]);
    for row in professionals(child).into_iter().chain(family(child)) {
        table = table.cells(row.into());
    }
    table.render()
}

fn professionals(child: &Child) -> Vec<[Markup; 3]> {
    let mut rows = Vec::new();
    for pathway in &child.pathways {
        let contact = &pathway.contact;
        if let Some(holder) = &contact.holder {
            let reach = contact.holder_phone.as_deref().map_or(html! { "Ring the hub" }, tel);
            rows.push([html! { (holder) }, html! { "Has the request in the hub" }, reach]);
        }
        let requester = contact.requester.as_deref().or(contact.requester_said.as_deref());
        if let Some(requester) = requester {
            let job = contact.requester_job.as_deref().unwrap_or("Requester");
            let place = contact.setting.as_deref().unwrap_or(&contact.agency);
            let said = contact.requester_said.as_deref();
            let reach = match (&contact.requester_phone, &contact.requester_email) {
                _ if pathway.kept_away.is_some() => html! { (MUST_NOT_BE_RUNG) },
                // What they gave for this request is rung before the number of their account.
                (Some(_), _) | (_, Some(_)) if said.is_some() => {
                    words::with_numbers(said.unwrap_or_default())
                }
                (Some(phone), _) => tel(phone),
                (None, Some(email)) => html! { (email) },
                (None, None) => reach_by_words(said),
            };
            let job = html! {
                (job) ", " (place)
                @if contact.is_unnamed { br; (MUST_NOT_BE_NAMED) }
            };
            rows.push([html! { (requester) }, job, reach]);
        } else if contact.is_unnamed {
            let path = format!("/contacts/{}/protected", contact.reference);
            let asked_for = html! {
                a class={ (govuk::LINK) " " (govuk::NOT_PRINTED) } href=(path) { "Say what you need it for" }
            };
            rows.push([html! { (UNNAMED) }, html! { "Requester" }, asked_for]);
        }
    }
    rows
}

/// How to reach somebody who does not sign in: by what they are called, in words, in which their
/// number often stands.
fn reach_by_words(said: Option<&str>) -> Markup {
    let numbers = said.map(words::numbers_in).unwrap_or_default();
    html! {
        @match said {
            None => "Not given",
            Some(_) if numbers.is_empty() => "Only what stands under “Who”",
            Some(_) => @for number in numbers { p class=(govuk::BODY) { (words::ring(number)) } },
        }
    }
}

/// The child's own numbers, and everybody who is related, with theirs. A number that two agencies
/// give is shown for each, since each may have said something else of its safety.
fn family(child: &Child) -> Vec<[Markup; 3]> {
    let mut rows = Vec::new();
    let mut shown = BTreeSet::new();
    for account in &child.accounts {
        if account.phones.iter().any(|phone| !phone.span.has_ended()) {
            rows.push([
                html! { (account.account.name()) },
                html! { "The child or the family, as " (account.account.agency) " says" },
                numbers(account.phones.iter()),
            ]);
        }
        let related = account.relations.iter().filter(|r| r.said != SAME_REQUEST);
        for relation in related {
            // Two accounts of one person have one row for each relation that is said.
            if shown.insert((&relation.person, &relation.said)) {
                rows.push(related_row(account, relation));
            }
        }
    }
    rows
}

fn related_row(account: &AccountSeen, relation: &Relation) -> [Markup; 3] {
    let who = name(&relation.given, &relation.family, relation.expected_on.is_some());
    let theirs = account.their_phones.iter().filter(|phone| phone.of == relation.account);
    let what = match responsibility(relation) {
        Some(responsibility) => html! { (words::capital(&relation.said)) br; (responsibility) },
        None => html! { (words::capital(&relation.said)) },
    };
    [html! { (who) }, what, numbers(theirs)]
}

/// Whether somebody has parental responsibility, as it was said.
pub fn responsibility(relation: &Relation) -> Option<&'static str> {
    match relation.responsibility.as_deref()? {
        "yes" => Some("Has parental responsibility, as said"),
        "no" => Some("Has no parental responsibility, as said"),
        _ => Some("Whether they have parental responsibility is not known"),
    }
}

fn numbers<'a>(phones: impl Iterator<Item = &'a PhoneSeen>) -> Markup {
    let current: Vec<_> = phones.filter(|phone| !phone.span.has_ended()).collect();
    html! {
        @if current.is_empty() { "No number was given" }
        @for phone in current { p class=(govuk::BODY) { (number(phone)) } }
    }
}

/// A number with what it is safe for. One that must not be used is not there to be rung.
pub fn number(phone: &PhoneSeen) -> Markup {
    html! {
        @match &phone.number {
            Shown::At(number) => { (tel(number)) br; (phone.safe_for.title()) },
            Shown::Protected(_) => {
                (Tag::new("Protected").red().render()) " Don’t ring. A number is kept from this page"
            },
        }
    }
}

/// A number that a telephone dials when it is pressed.
fn tel(number: &str) -> Markup {
    // An extension behind the number can't be dialled with it.
    let dialled = digits(number.split(char::is_alphabetic).next().unwrap_or_default());
    html! {
        @if dialled.len() < 3 { (number) }
        @else { a class=(govuk::LINK) href={ "tel:" (dialled) } { (number) } }
    }
}

/// Who lives together, now and before, as each account says it.
pub fn household(child: &Child, has_search: bool) -> Markup {
    let mates =
        || child.accounts.iter().flat_map(|a| a.housemates.iter().map(move |mate| (a, mate)));
    let now = || mates().filter(|(_, mate)| mate.until_on.is_none());
    let before = || mates().filter(|(_, mate)| mate.until_on.is_some());
    html! {
        @if now().next().is_none() {
            p class=(govuk::BODY) { "Nobody has said who lives with this child." }
        } @else { (together("Lives with", now(), has_search)) }
        @if before().next().is_some() { (together("Lived with before", before(), has_search)) }
    }
}

fn together<'a>(
    caption: &str,
    mates: impl Iterator<Item = (&'a AccountSeen, &'a Housemate)>,
    has_search: bool,
) -> Markup {
    let head = ["Who", "What they are to this child", "As said"];
    let mut table = Table::new(caption).head(head);
    for (account, mate) in mates {
        let who = mate.name();
        // For those outside the hub only the children of their own requests have a page.
        let links = has_search || mate.has_page;
        table = table.cells(vec![
            html! {
                @if links { a class=(govuk::LINK) href={ "/people/" (mate.person) } { (who) } }
                @else { (who) }
            },
            html! { (words::capital(mate.said.as_deref().unwrap_or("not said"))) },
            html! { (account.account.agency) (as_said(mate)) },
        ]);
    }
    table.render()
}

/// The day on which it was said, and until when it was so.
fn as_said(mate: &Housemate) -> String {
    let on = mate.from_on.map_or_else(String::new, |on| format!(", on {}", words::day(on.0)));
    let until = mate.until_said.clone().or(mate.until_on.map(|on| words::day(on.0)));
    let until = until.map_or_else(String::new, |day| format!("; until {day}"));
    format!("{on}{until}")
}
