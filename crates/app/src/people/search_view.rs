//! What the search for people looks like. What is searched for is sent in the body of a form: a
//! name in an address would stay in histories and logs.

use govuk::{Button, Form, Table, TextInput};
use jiff::Timestamp;
use maud::{Markup, html};

use super::{
    search::{Found, MOST},
    store::Account,
    views::birth,
};
use crate::web::{Asker, typed::Typed};

/// What was typed into the search, and into the form by which somebody who was found is linked.
#[derive(Clone, Copy)]
pub struct Searched<'a>(pub Typed<'a>);

impl<'a> Searched<'a> {
    /// What was searched for.
    pub fn words(&self) -> &'a str {
        self.0.get("q")
    }

    /// The person whose other accounts are looked for.
    pub fn with(&self) -> &'a str {
        self.0.get("with")
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
        search { (form(asker, searched)) }
        @if let Some(found) = found { (results(asker, found, searched, now)) }
    }
}

fn form(asker: &Asker, searched: Searched<'_>) -> Markup {
    let with = searched.with();
    let hidden: Vec<(String, String)> =
        (!with.is_empty()).then(|| ("with".to_owned(), with.to_owned())).into_iter().collect();
    Form::new("/people", &asker.form_token)
        .hidden(&hidden)
        .content(html! {
            (searched.0.line("q", "Search by name, date of birth or number")
                .hint("The beginnings of any parts of a name, with a date of birth like 27 3 2015 if you know it; or an NHS number, a UPN or a reference.")
                .render())
            (Button::new("Search").render())
        })
        .render()
}

fn results(asker: &Asker, found: &Found, searched: Searched<'_>, now: Timestamp) -> Markup {
    html! {
        @if found.accounts.is_empty() {
            p class=(govuk::BODY) { "Nobody was found. Try another spelling, or only the beginning of the name." }
        } @else {
            @if found.more {
                p class=(govuk::BODY) {
                    "More than " (MOST) " were found, and only " (MOST) " are shown. Say more: another part of the name, or the date of birth."
                }
            }
            (table(asker, found, searched, now))
        }
    }
}

fn table(asker: &Asker, found: &Found, searched: Searched<'_>, now: Timestamp) -> Markup {
    let links = !searched.with().is_empty();
    let mut table = Table::new("Found");
    table = match links {
        true => table.head(["Name", "Birth", "Known to", "Same person?"]),
        false => table.head(["Name", "Birth", "Known to"]),
    };
    for account in &found.accounts {
        let mut cells = vec![
            html! {
                a class=(govuk::LINK) href={ "/people/" (account.person) } { (account.name()) }
                @if let Some(also) = found.also.get(&account.id) { br; "Also " (also.join(", ")) }
            },
            html! { (birth(account, now)) },
            html! { (account.agency) },
        ];
        if links {
            cells.push(link(asker, account, searched));
        }
        table = table.cells(cells);
    }
    table.render()
}

/// The form by which somebody who was found is said to be the same person. Refused, it comes back
/// here, with what was searched for.
fn link(asker: &Asker, account: &Account, searched: Searched<'_>) -> Markup {
    let with = searched.with();
    if account.person == with {
        return html! { "Linked" };
    }
    let id = format!("reason-{}", account.reference);
    let typed = searched.0;
    let is_this = typed.get("account") == account.reference;
    let said = if is_this { typed.get("reason") } else { "" };
    let hidden = [
        ("from".into(), account.person.clone()),
        ("account".into(), account.reference.clone()),
        ("with".into(), with.to_owned()),
        ("q".into(), searched.words().to_owned()),
    ];
    let once = is_this.then(|| typed.get("once"));
    Form::new(&format!("/people/{with}/links"), &asker.form_token)
        .once(once)
        .hidden(&hidden)
        .content(html! {
            (TextInput::new("reason").with_id(&id)
                .label(&format!("Why is {} the same person?", account.name()))
                .value(said).error(typed.error(&id)).render())
            (Button::new("Link").secondary().render())
        })
        .render()
}
