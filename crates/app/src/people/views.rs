//! What people look like: a search, and a child's page with who is involved, what is due and
//! what happened.

use govuk::{
    Button, Details, Form, InsetText, SubNavigation, SummaryList, Table, Tag, TextInput, Textarea,
};
use jiff::Timestamp;
use maud::{Markup, html};
use practice::{identifiers::Scheme, processes::request_for_support::Event};

use super::{
    child::{AccountSeen, Child, PathwaySeen},
    search::MOST,
    store::{Account, ShownAddress},
};
use crate::{
    access::Action,
    front_door::{
        contact_view::{Words, timeline},
        pages::what,
        telling::event,
        views::name,
    },
    pathways::store::Telling,
    web::{Asker, words},
};

/// The search and what it found.
pub fn search(
    asker: &Asker,
    typed: &str,
    with: &str,
    found: Option<&[Account]>,
    now: Timestamp,
) -> Markup {
    html! {
        h1 class=(govuk::HEADING_L) { "People" }
        form method="get" action="/people" role="search" {
            @if !with.is_empty() { input type="hidden" name="with" value=(with); }
            (TextInput::new("q").label("Search by name, date of birth or number")
                .hint("The beginning of any part of a name; a date like 27 3 2015; an NHS number or UPN.")
                .value(typed).render())
            (Button::new("Search").render())
        }
        @match found {
            None => {},
            Some([]) => {
                p class=(govuk::BODY) { "Nobody was found. Try another spelling, or a part of the name." }
            },
            Some(found) => {
                (results(asker, found, with, now))
                @if found.len() == MOST {
                    p class=(govuk::BODY) { "Only the first " (MOST) " are shown. Add more of the name." }
                }
            },
        }
    }
}

fn results(asker: &Asker, found: &[Account], with: &str, now: Timestamp) -> Markup {
    let mut table = Table::new("Found").head(["Name", "Birth", "Known to", "Same person?"]);
    for account in found {
        table = table.cells(vec![
            html! { a class=(govuk::LINK) href={ "/people/" (account.person) } { (account.name()) } },
            html! { (birth(account, now)) },
            html! { (account.agency) },
            html! {
                @if !with.is_empty() && account.person != with {
                    (Form::new(&format!("/people/{with}/links"), &asker.form_token)
                        .hidden(&[("from".into(), account.person.clone()), ("account".into(), account.reference.clone())])
                        .content(html! {
                            (TextInput::new("reason").with_id(&format!("reason-{}", account.reference)).label(&format!("Why is {} the same person?", account.name())).render())
                            (Button::new("Link").secondary().render())
                        }).render())
                }
            },
        ]);
    }
    table.render()
}

fn birth(account: &Account, now: Timestamp) -> String {
    words::birth(account.born_on, account.expected_on, account.born_said.as_deref(), now)
}

/// Which part of what happened is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    Everything,
    Decisions,
    Information,
}

impl Show {
    const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::Everything, "", "Everything"),
        (Self::Decisions, "decisions", "Decisions and answers"),
        (Self::Information, "information", "What was said"),
    ];

    /// The part of that name; everything when there is none.
    pub fn of_slug(slug: &str) -> Self {
        Self::ALL.into_iter().find(|(_, s, _)| *s == slug).map_or(Self::Everything, |(s, ..)| s)
    }

    fn shows(self, telling: &Telling) -> bool {
        let event = event(telling);
        match self {
            Self::Everything => true,
            Self::Information => {
                matches!(event, Some(Event::Received(_) | Event::InformationAdded { .. }))
            }
            Self::Decisions => matches!(
                event,
                Some(
                    Event::Decided(_)
                        | Event::Signed
                        | Event::SentBack
                        | Event::Answered(_)
                        | Event::Reopened
                )
            ),
        }
    }
}

/// A child's page.
pub fn child(asker: &Asker, child: &Child, show: Show, now: Timestamp) -> Markup {
    let name = child.accounts.first().map_or_else(String::new, |a| a.account.name());
    html! {
        h1 class=(govuk::HEADING_L) { (name) }
        h2 class=(govuk::HEADING_M) { "Who is involved" }
        (involved(child))
        h2 class=(govuk::HEADING_M) { "Open and due" }
        (due(child, now))
        h2 class=(govuk::HEADING_M) { "What each agency says" }
        @for account in &child.accounts { (one_account(asker, child, account, now)) }
        @if asker.actor.may(Action::LinkPeople) {
            p class=(govuk::BODY) {
                a class=(govuk::LINK) href={ "/people?with=" (child.reference) "&q=" (last_word(&name)) } {
                    "Look for other accounts of this child"
                }
            }
        }
        h2 class=(govuk::HEADING_M) { "What happened" }
        (parts(child, show))
        @for pathway in &child.pathways { (one_pathway(pathway, show, now)) }
    }
}

fn parts(child: &Child, show: Show) -> Markup {
    let mut parts = SubNavigation::new("Parts of what happened");
    for (part, slug, title) in Show::ALL {
        let query = if slug.is_empty() { String::new() } else { format!("?show={slug}") };
        parts = parts.item(&format!("/people/{}{query}", child.reference), title, part == show);
    }
    parts.render()
}

fn last_word(name: &str) -> &str {
    name.rsplit(' ').next().unwrap_or_default()
}

fn involved(child: &Child) -> Markup {
    let mut table =
        Table::new("People to talk to").head(["Who", "What they are", "How to reach them"]);
    for pathway in &child.pathways {
        let contact = &pathway.contact;
        if let Some(holder) = &contact.holder {
            let what = with_team("Has the request in the hub", contact.holder_team.as_deref());
            table = table.row([
                holder,
                &what,
                contact.holder_phone.as_deref().unwrap_or("Ring the hub"),
            ]);
        }
        let requester = contact.requester.as_deref().or(contact.requester_said.as_deref());
        if let Some(requester) = requester {
            let job = contact.requester_job.as_deref().unwrap_or("Requester");
            let place = contact.setting.as_deref().unwrap_or(&contact.agency);
            let reach = contact.requester_phone.as_deref().or(contact.requester_email.as_deref());
            let what = with_team(&format!("{job}, {place}"), contact.requester_team.as_deref());
            table = table.row([requester, &what, reach.unwrap_or("Not given")]);
        }
    }
    table.render()
}

/// With the team of whoever it is, where they are in one: it is reached when they are not.
fn with_team(what: &str, team: Option<&str>) -> String {
    team.map_or_else(|| what.to_owned(), |team| format!("{what}. Team: {team}"))
}

fn due(child: &Child, now: Timestamp) -> Markup {
    let running = || {
        child
            .pathways
            .iter()
            .flat_map(|p| p.clocks.iter().filter(|c| c.state == "running").map(move |c| (p, c)))
    };
    if running().next().is_none() {
        return html! { p class=(govuk::BODY) { "Nothing is due." } };
    }
    let mut table = Table::new("Due").head(["What", "When", "Request"]);
    for (pathway, clock) in running() {
        table = table.cells(vec![
            html! { (what(&clock.code)) },
            html! {
                (words::time_left(clock.breach_at.0, now)) ", by " (words::moment(clock.breach_at.0))
                @if let Some(caveat) = &pathway.caveat { br; span class=(govuk::BODY_S) { (caveat) } }
            },
            html! { a class=(govuk::LINK) href={ "/contacts/" (pathway.contact.reference) } { (pathway.contact.reference) } },
        ]);
    }
    table.render()
}

fn one_account(asker: &Asker, child: &Child, seen: &AccountSeen, now: Timestamp) -> Markup {
    let account = &seen.account;
    let mut list = SummaryList::new()
        .row("Said by", &account.agency)
        .row("Name", &account.name())
        .row("Birth", &birth(account, now));
    if let Some(sex) = &account.sex {
        list = list.row("Sex", sex);
    }
    if let Some(setting) = &account.setting_said {
        list = list.row("School or nursery", setting);
    }
    for address in &seen.addresses {
        list = match address {
            ShownAddress::At((lines, postcode)) => {
                list.row("Address", &format!("{lines}, {postcode}"))
            }
            ShownAddress::Protected(_) => list.content_row(
                "Address",
                html! { (Tag::new("Protected").red().render()) " Kept from this page" },
            ),
        };
    }
    for identifier in &seen.identifiers {
        let scheme = Scheme::ALL.into_iter().find(|s| s.slug() == identifier.scheme);
        let problem = identifier.problem.as_ref().map_or(String::new(), |p| format!(" ({p})"));
        list = list
            .row(scheme.map_or("Number", Scheme::title), &format!("{}{problem}", identifier.said));
    }
    for relation in &seen.relations {
        let name = name(&relation.given, &relation.family, relation.expected_on.is_some());
        // For those outside the hub only the children of their own requests have a page.
        let links = asker.actor.may(Action::SearchPeople) || relation.has_page;
        list = list.content_row(
            &words::capital(&relation.said),
            html! {
                @if links { a class=(govuk::LINK) href={ "/people/" (relation.person) } { (name) } }
                @else { (name) }
            },
        );
    }
    for addendum in &seen.addenda {
        let by = format!("{}, {}", addendum.by, words::moment(addendum.at.0));
        list = list.content_row(
            "Added later",
            html! { span class=(govuk::SAID) { (addendum.said) } br; span class=(govuk::BODY_S) { (by) } },
        );
    }
    html! {
        (list.render())
        @if asker.actor.may(Action::AddToAccount) {
            (Details::new("Add to what is known").content(html! {
                (Form::new(&format!("/people/{}/addenda", child.reference), &asker.form_token)
                    .hidden(&[("account".into(), account.reference.clone())])
                    .content(html! {
                        (Textarea::new("said").with_id(&format!("said-{}", account.reference)).label("What is new, or what is wrong above?")
                            .hint("It stands beside what was said before, with your name and the time. New worries belong to a request.").render())
                        (Button::new("Add it").secondary().render())
                    }).render())
            }).render())
        }
        @if child.accounts.len() > 1 && asker.actor.may(Action::LinkPeople) {
            (Details::new("This is somebody else").content(html! {
                (Form::new(&format!("/people/{}/unlink", child.reference), &asker.form_token)
                    .hidden(&[("account".into(), account.reference.clone())])
                    .content(html! {
                        (TextInput::new("reason").with_id(&format!("reason-{}", account.reference)).label("Why is this a different person?").render())
                        (Button::new("Unlink").secondary().render())
                    }).render())
            }).render())
        }
    }
}

fn one_pathway(seen: &PathwaySeen, show: Show, now: Timestamp) -> Markup {
    let shown: Vec<_> = seen.tellings.iter().filter(|t| show.shows(t)).cloned().collect();
    html! {
        h3 class=(govuk::HEADING_S) {
            "Request " a class=(govuk::LINK) href={ "/contacts/" (seen.contact.reference) } { (seen.contact.reference) }
            ", " (words::moment(seen.contact.received_at.0))
        }
        (InsetText::new(&seen.pathway.stage).render())
        @if shown.is_empty() { p class=(govuk::BODY) { "Nothing of this kind." } }
        @else { (timeline(&shown, Words::Shown)) }
        @if seen.clocks.iter().any(|c| c.state == "running" && c.breach_at.0 < now) {
            p class=(govuk::BODY) { strong { "Something here is late." } }
        }
    }
}
