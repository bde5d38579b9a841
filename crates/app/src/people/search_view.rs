//! What the search for people looks like. What is searched for is sent in the body of a form, and
//! stands sealed in the address of what was found: a name there would stay in histories and logs.

use govuk::{Button, Form, Table};
use jiff::Timestamp;
use maud::{Markup, html};

use super::{
    conflict_pages,
    search::{Found, MOST},
    store::Account,
    views::birth,
};
use crate::{
    ids::typed_reference,
    web::{Asker, Fields, typed::Typed},
};

/// What was typed into the search.
#[derive(Clone, Copy)]
pub struct Searched<'a>(pub Typed<'a>);

impl<'a> Searched<'a> {
    /// Those fields of a form that belong to the search.
    pub fn kept(fields: &Fields) -> Fields {
        let mut kept = fields.clone();
        kept.0.retain(|(name, _)| ["q", "with", "declared"].contains(&name.as_str()));
        kept
    }

    /// The person whose other accounts are looked for.
    pub fn with(&self) -> &'a str {
        self.0.get("with")
    }

    /// The declaration in which whoever is looked for was named.
    pub fn declared(&self) -> Option<String> {
        typed_reference(self.0.get("declared"))
    }
}

/// The search and what it found.
pub fn page(
    asker: &Asker,
    searched: Searched<'_>,
    found: Option<&Found>,
    now: Timestamp,
) -> Markup {
    html! {
        (searched.0.summary())
        h1 class=(govuk::HEADING_L) { "People" }
        @if let Some(declared) = searched.declared() {
            p class=(govuk::BODY) {
                "You are looking for somebody whom a colleague declared. "
                a class=(govuk::LINK) href={ (conflict_pages::PAGE) "/" (declared) } { "Back to what was declared" }
            }
        }
        search { (form(asker, searched)) }
        @if let Some(found) = found { (results(found, searched, now)) }
    }
}

fn form(asker: &Asker, searched: Searched<'_>) -> Markup {
    let with = searched.with();
    let with = (!with.is_empty()).then(|| ("with".to_owned(), with.to_owned()));
    let declared = searched.declared().map(|declared| ("declared".to_owned(), declared));
    let hidden: Vec<(String, String)> = with.into_iter().chain(declared).collect();
    Form::new("/people", &asker.form_token)
        .hidden(&hidden)
        .content(html! {
            (searched.0.line("q", "Search by name, date of birth or number")
                .hint("The beginnings of any parts of a name, with a date of birth like 27 3 2015 if you know it; or an NHS number, a UPN, a telephone number or a reference.")
                .render())
            (Button::new("Search").render())
        })
        .render()
}

fn results(found: &Found, searched: Searched<'_>, now: Timestamp) -> Markup {
    html! {
        @if found.accounts.is_empty() {
            p class=(govuk::BODY) { "Nobody was found. Try another spelling, or only the beginning of the name." }
        } @else {
            @if found.more {
                p class=(govuk::BODY) {
                    "More than " (MOST) " were found, and only " (MOST) " are shown. Say more: another part of the name, or the date of birth."
                }
            }
            (table(found, searched, now))
        }
    }
}

fn table(found: &Found, searched: Searched<'_>, now: Timestamp) -> Markup {
    let links = !searched.with().is_empty();
    let mut table = Table::new("Found");
    let declared = searched.declared();
    let mut head = vec!["Name", "Birth", "Known to"];
    head.extend(declared.as_ref().map(|_| "Declared"));
    head.extend(links.then_some("Same person?"));
    table = table.head(head);
    for account in &found.accounts {
        let mut cells = vec![
            html! {
                a class=(govuk::LINK) href={ "/people/" (account.person) } { (account.name()) }
                @if let Some(also) = found.also.get(&account.id) { br; "Also " (also.join(", ")) }
            },
            html! { (birth(account, now)) },
            html! { (account.agency) },
        ];
        cells.extend(declared.as_ref().map(|declared| keep_away(account, declared)));
        if links {
            cells.push(compare(account, searched.with()));
        }
        table = table.cells(cells);
    }
    table.render()
}

/// Where whoever declared this person is kept away from them.
fn keep_away(account: &Account, declared: &str) -> Markup {
    let to = format!("/people/{}/kept-away?declared={declared}", account.person);
    html! {
        a class=(govuk::LINK) href=(to) { "Keep who declared it away from " (account.name()) }
    }
}

/// The way to where the two stand side by side: what linking would come to is seen before anybody links.
fn compare(account: &Account, with: &str) -> Markup {
    if account.person == with {
        return html! { "Linked" };
    }
    let to = format!("/people/{with}/may-be/{}", account.person);
    html! { a class=(govuk::LINK) href=(to) { "Compare with " (account.name()) } }
}
