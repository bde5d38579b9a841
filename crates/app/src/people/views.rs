//! What a child's page looks like: who is involved and who lives together, what is due, what each
//! agency says, and what happened.

use govuk::{
    Button, Checkboxes, Details, Form, InsetText, SubNavigation, SummaryList, Table, Tag,
    TextInput, Textarea,
};
use jiff::Timestamp;
use maud::{Markup, html};
use practice::{identifiers::Scheme, processes::request_for_support::Event};

use super::{
    NameKind,
    adding_pages::Kind,
    child::{AccountSeen, Child, PathwaySeen},
    keeping_away_pages,
    reach_view::{household, involved, number, responsibility},
    restricting_pages, sex_in_words,
    shown::Shown,
    span::SpanSeen,
    store::{Account, Later, Relation},
    who_may,
};
use crate::{
    access::Action,
    disclosing::views::what_was_shared,
    front_door::{
        contact_view::{Words, timeline},
        pages::what,
        telling::event,
        views::name,
    },
    intelligence,
    limits::TEXT,
    pathways::store::Telling,
    recognising::{self, looking::Recognised},
    retention::holds_pages,
    web::{Asker, Fields, typed::summary, words},
    who_looked,
};

/// What is known of somebody's birth.
pub fn birth(account: &Account, now: Timestamp) -> String {
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

/// A form on a child's page that was refused: what was typed into it, and why.
#[derive(Clone, Copy)]
pub struct Refused<'a> {
    /// What was typed, the account's reference among it.
    pub fields: &'a Fields,
    /// The field.
    pub field: &'a str,
    /// What to put right.
    pub say: &'a str,
}

impl<'a> Refused<'a> {
    /// What was typed into that field of that account's form, why it was refused, and its key.
    fn of(
        refused: Option<Self>,
        field: &str,
        account: &str,
    ) -> (&'a str, Option<&'a str>, &'a str) {
        match refused.filter(|r| r.field == field && r.fields.get("account") == account) {
            Some(r) => (r.fields.get(field), Some(r.say), r.fields.get("once")),
            None => ("", None, ""),
        }
    }

    /// At the head of the page, with a way to the field.
    fn summary(self) -> Markup {
        let target = format!("#{}-{}", self.field, self.fields.get("account"));
        summary(std::iter::once((target, self.say)))
    }
}

/// The ways to who may see the page, and who must not.
fn who_may_see(asker: &Asker, child: &Child) -> Markup {
    let link = |part: &str, says: &str| {
        html! {
            p class=(govuk::BODY) {
                a class=(govuk::LINK) href={ "/people/" (child.reference) "/" (part) } { (says) }
            }
        }
    };
    html! {
        div class=(govuk::NOT_PRINTED) {
            h2 class=(govuk::HEADING_M) { "Who sees this" }
            (link("who-may-see", who_may::TITLE))
            @if asker.actor.may(Action::SeeWhoLooked) {
                (link("who-looked", who_looked::pages::TITLE))
            }
            (link("kept-away", keeping_away_pages::TITLE))
            @if asker.actor.may(Action::Restrict) {
                (link("restriction", restricting_pages::TITLE))
            }
            @if asker.actor.may(Action::DisposeOfRecords) {
                (link("hold", holds_pages::TITLE))
            }
        }
    }
}

/// A child's page.
pub fn child(
    asker: &Asker,
    child: &Child,
    show: Show,
    refused: Option<Refused<'_>>,
    recognised: &[Recognised],
    now: Timestamp,
) -> Markup {
    let name = child.accounts.first().map_or_else(String::new, |a| a.account.name());
    html! {
        @if let Some(refused) = refused { (refused.summary()) }
        h1 class=(govuk::HEADING_L) { (name) }
        (recognising::views::may_be(recognised, now))
        (intelligence::pages::there_is(&child.reference, child.intelligence))
        h2 class=(govuk::HEADING_M) { "Who is involved and how to reach them" }
        (involved(child))
        h2 class=(govuk::HEADING_M) { "Who lives together" }
        (household(child, asker.actor.may(Action::SearchPeople)))
        h2 class=(govuk::HEADING_M) { "Open and due" }
        (due(child, now))
        @if asker.actor.may(Action::AskForSupport) { (ask_for_support(asker, child)) }
        h2 class=(govuk::HEADING_M) { "What each agency says" }
        @for account in &child.accounts { (one_account(asker, child, account, now, refused)) }
        @if asker.actor.may(Action::OfferReveal) { (protected_details(child)) }
        @if asker.actor.may(Action::AddToAccount) { (say_more(child)) }
        @if asker.actor.may(Action::LinkPeople) {
            (recognising::views::different(asker, &child.reference, &child.different, now))
            (look_for_others(asker, child))
        }
        @if asker.actor.may(Action::SeeWhoMay) { (who_may_see(asker, child)) }
        h2 class=(govuk::HEADING_M) { "What happened" }
        (parts(child, show))
        @for pathway in &child.pathways { (one_pathway(pathway, show, now)) }
        @if let Some(shared) = &child.shared { (what_was_shared(asker, &child.reference, shared)) }
    }
}

/// The ways to what is kept from the page, which ask what for.
fn protected_details(child: &Child) -> Markup {
    let is_kept = |account: &AccountSeen| {
        account.addresses.iter().any(|address| address.place.is_protected())
            || account.phones.iter().any(|phone| phone.number.is_protected())
    };
    let kept: Vec<_> = child.accounts.iter().filter(|a| is_kept(a)).map(|a| a.account.id).collect();
    let mut contacts: Vec<_> = child
        .pathways
        .iter()
        .filter(|pathway| kept.contains(&pathway.pathway.account_id))
        .map(|pathway| pathway.contact.reference.as_str())
        .collect();
    contacts.dedup();
    html! {
        @for contact in contacts {
            p class={ (govuk::BODY) " " (govuk::NOT_PRINTED) } {
                a class=(govuk::LINK) href={ "/contacts/" (contact) "/protected" } {
                    "See protected addresses and telephone numbers, as given in request " (contact)
                }
            }
        }
    }
}

/// A request for support that begins with what stands on the page.
fn ask_for_support(asker: &Asker, child: &Child) -> Markup {
    let action = format!("/people/{}/requests", child.reference);
    html! {
        div class=(govuk::NOT_PRINTED) {
            h2 class=(govuk::HEADING_M) { "Something new worries you" }
            p class=(govuk::BODY) {
                "A new request begins with what you can see here of the child and the adults at home, "
                "without addresses and telephone numbers. You check it, and can change it, before you send it."
            }
            (Form::new(&action, &asker.form_token)
                .content(Button::new("Ask for support about this child").secondary().render()).render())
        }
    }
}

/// The pages on which more is said of the child.
fn say_more(child: &Child) -> Markup {
    let kinds =
        [Kind::Name, Kind::Address, Kind::Telephone, Kind::Number, Kind::Birth, Kind::Ending];
    html! {
        div class=(govuk::NOT_PRINTED) {
            h3 class=(govuk::HEADING_S) { "Say more" }
            ul class=(govuk::LIST) {
                @for kind in kinds {
                    li {
                        a class=(govuk::LINK) href={ "/people/" (child.reference) "/" (kind.slug()) } { (kind.title()) }
                    }
                }
                li {
                    a class=(govuk::LINK) href={ "/people/" (child.reference) "/intelligence/new" } { (intelligence::pages::WRITE) }
                }
            }
        }
    }
}

/// A search by the family name, sent as a form: no name stands in an address.
fn look_for_others(asker: &Asker, child: &Child) -> Markup {
    let family = child.accounts.first().map_or("", |a| a.account.family.as_str());
    Form::new("/people", &asker.form_token)
        .hidden(&[("with".into(), child.reference.clone()), ("q".into(), family.to_owned())])
        .content(Button::new("Look for other accounts of this child").secondary().render())
        .render()
}

fn parts(child: &Child, show: Show) -> Markup {
    let mut parts = SubNavigation::new("Parts of what happened");
    for (part, slug, title) in Show::ALL {
        let query = if slug.is_empty() { String::new() } else { format!("?show={slug}") };
        parts = parts.item(&format!("/people/{}{query}", child.reference), title, part == show);
    }
    parts.render()
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
                (words::time_left(clock.breach_at.0, now)) ", "
                // On paper there is no today.
                (words::by(clock.breach_at.0, now)) " " (words::moment(clock.breach_at.0))
                @if let Some(caveat) = &pathway.caveat { br; span class=(govuk::BODY_S) { (caveat) } }
            },
            html! { a class=(govuk::LINK) href={ "/contacts/" (pathway.contact.reference) } { (pathway.contact.reference) } },
        ]);
    }
    table.render()
}

fn one_account(
    asker: &Asker,
    child: &Child,
    seen: &AccountSeen,
    now: Timestamp,
    refused: Option<Refused<'_>>,
) -> Markup {
    html! {
        (what_it_says(asker, seen, now))
        @if asker.actor.may(Action::AddToAccount) {
            (add_to_it(asker, child, &seen.account, refused))
        }
        @if child.accounts.len() > 1 && asker.actor.may(Action::LinkPeople) {
            (unlink(asker, child, &seen.account, refused))
        }
    }
}

pub(crate) fn what_it_says(asker: &Asker, seen: &AccountSeen, now: Timestamp) -> Markup {
    let account = &seen.account;
    let mut list = SummaryList::new()
        .row("Said by", &account.agency)
        .row("Name", &account.name())
        .row("Birth", &words::capital(&birth(account, now)));
    for before in &seen.births_before {
        let said = &before.said;
        let said = words::birth(said.born_on, said.expected_on, said.born_said.as_deref(), now);
        let until = format!("until {}, {}", words::moment(before.until_at.0), before.until_by);
        list = list.row("Birth, as said before", &format!("{}: {until}", words::capital(&said)));
    }
    for other in &seen.names {
        let kind = NameKind::of_slug(&other.kind).unwrap_or(NameKind::Other);
        let name = name(&other.given, &other.family, false);
        list = list.content_row(kind.title(), dated(&html! { (name) }, &other.span, &other.later));
    }
    if let Some(sex) = &account.sex {
        list = list.row("Sex", sex_in_words(sex));
    }
    if let Some(ethnicity) = &seen.ethnicity {
        list = list.row("Ethnic background, as said", ethnicity);
    }
    if let Some(setting) = &account.setting_said {
        list = list.row("School or nursery", setting);
    }
    for address in &seen.addresses {
        let key = if address.span.has_ended() { "Earlier address" } else { "Address" };
        let place = match &address.place {
            Shown::At(_) => html! { (address.words()) },
            Shown::Protected(_) => {
                html! { (Tag::new("Protected").red().render()) " Kept from this page" }
            }
        };
        list = list.content_row(key, dated(&place, &address.span, &address.later));
    }
    for phone in &seen.phones {
        let key = if phone.span.has_ended() { "Earlier telephone" } else { "Telephone" };
        list = list.content_row(key, dated(&number(phone), &phone.span, &phone.later));
    }
    for identifier in &seen.identifiers {
        let scheme = Scheme::ALL.into_iter().find(|s| s.slug() == identifier.scheme);
        let problem = identifier.problem.as_ref().map_or(String::new(), |p| format!(" ({p})"));
        list = list
            .row(scheme.map_or("Number", Scheme::title), &format!("{}{problem}", identifier.said));
    }
    for relation in &seen.relations {
        list = list.content_row(&words::capital(&relation.said), related(asker, relation));
    }
    for addendum in &seen.addenda {
        let by = format!("{}, {}", addendum.by, words::moment(addendum.at.0));
        list = list.content_row(
            "Added later",
            html! { span class=(govuk::SAID) { (addendum.said) } br; span class=(govuk::BODY_S) { (by) } },
        );
    }
    list.render()
}

/// Something with the days that it holds for, and who said it when that was later.
fn dated(what: &Markup, span: &SpanSeen, later: &Later) -> Markup {
    let days = span.words();
    let by = later.said_at.map(|at| {
        let by = later.said_by.as_deref().unwrap_or("Sightline");
        format!("Said by {by}, {}", words::moment(at.0))
    });
    html! {
        (what)
        @if !days.is_empty() { br; (days) }
        @if let Some(by) = by { br; span class=(govuk::BODY_S) { (by) } }
    }
}

fn related(asker: &Asker, relation: &Relation) -> Markup {
    let name = name(&relation.given, &relation.family, relation.expected_on.is_some());
    // For those outside the hub only the children of their own requests have a page.
    let links = asker.actor.may(Action::SearchPeople) || relation.has_page;
    html! {
        @if links { a class=(govuk::LINK) href={ "/people/" (relation.person) } { (name) } }
        @else { (name) }
        @if let Some(responsibility) = responsibility(relation) { br; (responsibility) }
    }
}

fn add_to_it(
    asker: &Asker,
    child: &Child,
    account: &Account,
    refused: Option<Refused<'_>>,
) -> Markup {
    let (said, problem, once) = Refused::of(refused, "said", &account.reference);
    let form = Form::new(&format!("/people/{}/addenda", child.reference), &asker.form_token)
        .once(Some(once))
        .hidden(&[("account".into(), account.reference.clone())])
        .content(html! {
            (Textarea::new("said").with_id(&format!("said-{}", account.reference)).label("What is new, or what is wrong above?")
                .hint("It stands beside what was said before, with your name and the time. Don’t put an address or a number here: they have pages of their own. New worries belong to a request.")
                .value(said).error(problem).most(TEXT.characters()).render())
            (Button::new("Add it").secondary().render())
        });
    opened("Add to what is known", problem, form.render())
}

/// The accounts that go with the one that is taken away.
pub const WITH: &str = "with";

fn unlink(asker: &Asker, child: &Child, account: &Account, refused: Option<Refused<'_>>) -> Markup {
    let (said, problem, once) = Refused::of(refused, "reason", &account.reference);
    let others = child.accounts.iter().map(|seen| &seen.account).filter(|one| one.id != account.id);
    let others: Vec<_> = others.collect();
    let ticked: Vec<String> = refused.filter(|_| problem.is_some()).map_or_else(Vec::new, |r| {
        r.fields.0.iter().filter(|(name, _)| name == WITH).map(|(_, said)| said.clone()).collect()
    });
    let name = format!("{WITH}-{}", account.reference);
    let with = Checkboxes::new(WITH)
        .with_id(&name)
        .legend("Which others are about the same somebody else?")
        .hint("Those that you tick go with it, and stay together. The others stay here.")
        .values(&ticked);
    let with = others.iter().fold(with, |with, other| {
        let said = format!("{}, said by {}", other.name(), other.agency);
        with.item(&other.reference, &said)
    });
    let form = Form::new(&format!("/people/{}/unlink", child.reference), &asker.form_token)
        .once(Some(once))
        .hidden(&[("account".into(), account.reference.clone())])
        .content(html! {
            (TextInput::new("reason").with_id(&format!("reason-{}", account.reference)).label("Why is this a different person?")
                .value(said).error(problem).render())
            @if others.len() > 1 { (with.render()) }
            (Button::new("Unlink").secondary().render())
        });
    opened("This is somebody else", problem, form.render())
}

/// A form that is opened when it is wanted, and stands open when it was refused.
fn opened(title: &str, problem: Option<&str>, form: Markup) -> Markup {
    match problem {
        Some(_) => form,
        None => {
            let closed = Details::new(title).content(form).render();
            html! { div class=(govuk::NOT_PRINTED) { (closed) } }
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
