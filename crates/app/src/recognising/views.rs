//! What the pages about who may be the same person look like. Nothing here says that two are one:
//! only that they may be, and why.

use govuk::{Button, Details, Form, InsetText, Radios, SummaryList, Table, Tag, WarningText};
use jiff::Timestamp;
use maud::{Markup, html};
use platform::db::fold;

use super::{
    different::Different,
    looking::{MaySame, Recognised},
    pages::PAGE,
    queue::Waiting,
    seconding::Asked,
    side_by_side::{Pair, Side},
};
use crate::{
    front_door::elsewhere,
    limits::REASON,
    people::{
        child::AccountSeen,
        phones::PhoneSeen,
        sex_in_words,
        store::{AddressSeen, Relation},
        views::birth,
    },
    web::{Asker, typed::Typed, words},
};

/// What the list of pairs is called.
pub const TITLE: &str = "Who may be the same person";
/// What the page about two people is called: no name stands in a title.
pub const PAIR: &str = "Are these the same person?";

fn how_sure(may_be: &MaySame) -> Markup {
    match may_be.is_match {
        true => Tag::new("Likely the same").render(),
        false => Tag::new("Possibly the same").grey().render(),
    }
}

fn why(may_be: &MaySame) -> Markup {
    html! {
        ul class=(govuk::LIST) { @for reason in &may_be.reasons { li { (reason) } } }
        @if let Some(rule) = may_be.rule {
            p class=(govuk::BODY) { strong { "Look closely: " } (rule) "." }
        }
    }
}

/// How many reasons are read at once beside a request.
const AT_ONCE: usize = 3;

/// The first of what was found, and the rest for whoever wants it.
fn why_in_short(may_be: &MaySame) -> Markup {
    let (first, rest) = may_be.reasons.split_at(may_be.reasons.len().min(AT_ONCE));
    html! {
        ul class=(govuk::LIST) { @for reason in first { li { (reason) } } }
        @if let Some(rule) = may_be.rule {
            p class=(govuk::BODY) { strong { "Look closely: " } (rule) "." }
        }
        @if !rest.is_empty() {
            (Details::new("What else was compared").content(html! {
                ul class=(govuk::LIST) { @for reason in rest { li { (reason) } } }
            }).render())
        }
    }
}

fn to_pair(person: &str, other: &MaySame) -> String {
    format!("/people/{person}/may-be/{}", other.person())
}

/// Who may be the same person as somebody on the page, beside whatever is decided there.
pub fn may_be(recognised: &[Recognised], now: Timestamp) -> Markup {
    html! {
        @for Recognised { accounts, may_be } in recognised {
            @if let Some(account) = accounts.first() {
                h2 class=(govuk::HEADING_M) { (account.name()) " may be somebody who is known" }
                p class=(govuk::BODY) { "Nobody has decided this. Look at both before you rely on it." }
                @for other in may_be {
                    @let of = other.accounts.first();
                    h3 class=(govuk::HEADING_S) {
                        "May be the same person as "
                        a class=(govuk::LINK) href=(to_pair(&account.person, other)) { (other.name()) }
                    }
                    p class=(govuk::BODY) {
                        (how_sure(other)) " "
                        @if let Some(of) = of { (words::capital(&birth(of, now))) ". Said by " (said_by(other)) "." }
                    }
                    (elsewhere::lines(&other.requests))
                    (why_in_short(other))
                }
            }
        }
    }
}

fn said_by(other: &MaySame) -> String {
    let mut agencies: Vec<_> = other.accounts.iter().map(|a| a.agency.as_str()).collect();
    agencies.sort_unstable();
    agencies.dedup();
    agencies.join(", ")
}

/// Of whom it stands that they are somebody else, with a way to take that back.
pub fn different(asker: &Asker, person: &str, standing: &[Different], now: Timestamp) -> Markup {
    html! {
        @if !standing.is_empty() {
            h3 class=(govuk::HEADING_S) { "Said to be different people" }
            @for said in standing {
                @if let Some(other) = said.other.first() {
                    p class=(govuk::BODY) {
                        a class=(govuk::LINK) href={ "/people/" (person) "/may-be/" (other.person) } { (other.name()) }
                        ", " (birth(other, now))
                    }
                    (stands(asker, person, said))
                }
            }
        }
    }
}

fn stands(asker: &Asker, person: &str, said: &Different) -> Markup {
    let id = format!("reason-{}", said.reference);
    let form = Form::new(&format!("/people/{person}/different/end"), &asker.form_token)
        .hidden(&[("different".into(), said.reference.clone())])
        .content(html! {
            (govuk::TextInput::new("reason").with_id(&id).label("Why was that wrong?").render())
            (Button::new("Take it back").secondary().render())
        });
    let form = Details::new("Take back that they are different").content(form.render()).render();
    html! {
        p class=(govuk::SAID) { (said.why) }
        p class=(govuk::BODY_S) { (said.by) ", " (words::moment(said.at.0)) }
        div class=(govuk::NOT_PRINTED) { (form) }
    }
}

/// What “Your work” says of the pairs: only the way there, since they are looked up when it is gone.
pub fn waiting() -> Markup {
    html! {
        h2 class=(govuk::HEADING_M) { "One child, one record" }
        p class=(govuk::BODY) {
            "See who in the open requests may be somebody who is known already. "
            a class=(govuk::LINK) href=(PAGE) { (TITLE) }
        }
    }
}

/// The pairs that wait for a person.
pub fn queue(waiting: &Waiting, page: usize, now: Timestamp) -> Markup {
    html! {
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) {
            "People of open requests who may be somebody who is known already, the likeliest first. "
            "Look at both, and say whether they are the same. Nothing is linked until you do."
        }
        @if !waiting.asked.is_empty() { (asked(&waiting.asked)) }
        @if waiting.pairs.is_empty() {
            p class=(govuk::BODY) { "Nobody here waits to be looked at." }
        } @else { (table(waiting, now)) }
        @if page > 0 {
            p class=(govuk::BODY) { a class=(govuk::LINK) href={ (PAGE) "?page=" (page - 1) } { "Newer requests" } }
        }
        @if waiting.more {
            p class=(govuk::BODY) { a class=(govuk::LINK) href={ (PAGE) "?page=" (page + 1) } { "Older requests" } }
        }
    }
}

fn asked(all: &[Asked]) -> Markup {
    html! {
        h2 class=(govuk::HEADING_M) { "Waits for a second person" }
        ul class=(govuk::LIST) {
            @for one in all {
                @if let (Some(from), Some(to)) = (one.from.first(), one.to.first()) {
                    li {
                        a class=(govuk::LINK) href={ "/people/" (to.person) "/may-be/" (from.person) } { (from.name()) " and " (to.name()) }
                        ": asked by " (one.by) ", " (words::moment(one.at.0))
                        @if one.is_own { " (by you: a colleague must agree)" }
                    }
                }
            }
        }
    }
}

fn table(waiting: &Waiting, now: Timestamp) -> Markup {
    let table = Table::new("The likeliest first").head([
        "Who",
        "May be the same person as",
        "How sure",
        "Why",
    ]);
    waiting
        .pairs
        .iter()
        .fold(table, |table, pair| {
            let other = pair.may_be.accounts.first().map(|other| birth(other, now));
            table.cells(vec![
                html! { (pair.account.name()) br; (birth(&pair.account, now)) },
                html! {
                    a class=(govuk::LINK) href=(to_pair(&pair.account.person, &pair.may_be)) { (pair.may_be.name()) }
                    br; (other.unwrap_or_default())
                },
                how_sure(&pair.may_be),
                why(&pair.may_be),
            ])
        })
        .render()
}

/// Two people side by side, and what is to be said of them.
pub fn pair(asker: &Asker, pair: &Pair, typed: Typed<'_>, now: Timestamp) -> Markup {
    let [one, other] = &pair.sides;
    html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { (PAIR) }
        @match (&pair.different, &pair.may_be) {
            (Some(said), _) => {
                (WarningText::new("It stands that these are different people.").render())
                (stands(asker, &one.reference, said))
            },
            (None, Some(may_be)) => {
                p class=(govuk::BODY) { (how_sure(may_be)) }
                (why(may_be))
            },
            (None, None) => (InsetText::new("Little speaks for their being the same.").render()),
        }
        (sides(one, other, now))
        @if let Some(asked) = &pair.asked { (second(asker, pair, asked, typed)) }
        @else if pair.different.is_none() {
            h2 class=(govuk::HEADING_M) { "If they are linked" }
            (effects(one, other))
            (decide(asker, pair, typed))
        }
    }
}

/// What somebody asked for, and what a second person says to it.
fn second(asker: &Asker, pair: &Pair, asked: &Asked, typed: Typed<'_>) -> Markup {
    let [one, other] = &pair.sides;
    let action = format!("/people/{}/may-be/{}/asked", one.reference, other.reference);
    let legend = if asked.is_own { "Do you still ask for it?" } else { "Do you agree?" };
    let words = Radios::new("second")
        .legend(legend)
        .value(typed.get("second"))
        .error(typed.error("second"));
    let words = match asked.is_own {
        true => words.item("refuse", "No: take it back"),
        false => words.item("agree", "Yes: link them").item("refuse", "No: do not link them"),
    };
    html! {
        h2 class=(govuk::HEADING_M) { "Somebody says that they are the same person" }
        p class=(govuk::SAID) { (asked.why) }
        p class=(govuk::BODY_S) { (asked.by) ", " (words::moment(asked.at.0)) }
        p class=(govuk::BODY) {
            "Something is open about both. So it takes a second person to link them"
            @if asked.is_own { ": a colleague finds this under “" (TITLE) "”." } @else { "." }
        }
        @if !asked.is_own { (effects(one, other)) }
        div class=(govuk::NOT_PRINTED) {
            (Form::new(&action, &asker.form_token)
                .once(Some(typed.get("once")))
                .hidden(&[("asked".into(), asked.reference.clone())])
                .content(html! {
                    (words.render())
                    (typed.lines("why", "Why?", "What you looked at, and what it told you.", REASON).rows(3).render())
                    (Button::new("Continue").render())
                }).render())
        }
    }
}

/// What is said of the two in one thing.
struct Line {
    what: &'static str,
    said: [Vec<String>; 2],
    how: Compared,
}

/// How what is said of the two compares.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Compared {
    /// By the words.
    ByWords,
    /// Not at all: of one of them it is kept secret, or there is nothing to be compared.
    Not,
    /// Nobody asks: who said it tells nothing of who they are.
    Unasked,
}

impl Compared {
    /// What one of the two keeps secret is compared with nothing.
    fn unless_secret(is_secret: bool) -> Self {
        if is_secret { Self::Not } else { Self::ByWords }
    }
}

fn sides(one: &Side, other: &Side, now: Timestamp) -> Markup {
    let both = |of: &dyn Fn(&AccountSeen) -> Vec<String>| {
        [one, other].map(|side| {
            let mut said: Vec<String> = side.accounts.iter().flat_map(of).collect();
            said.retain(|said| !said.is_empty());
            let mut known = std::collections::BTreeSet::new();
            said.retain(|said| known.insert(fold(said)));
            said
        })
    };
    let line =
        |what, of: &dyn Fn(&AccountSeen) -> Vec<String>, how| Line { what, said: both(of), how };
    let address = one.keeps_an_address() || other.keeps_an_address();
    let number = one.keeps_a_number() || other.keeps_a_number();
    let by_words = Compared::ByWords;
    let lines = [
        line("Name", &|seen| vec![seen.account.name()], by_words),
        line("Other names", &other_names, by_words),
        line("Birth", &|seen| vec![words::capital(&birth(&seen.account, now))], by_words),
        line("Sex", &sex, by_words),
        line(
            "Addresses",
            &|seen| seen.addresses.iter().map(AddressSeen::words).collect(),
            Compared::unless_secret(address),
        ),
        line(
            "Telephones",
            &|seen| seen.phones.iter().map(PhoneSeen::words).collect(),
            Compared::unless_secret(number),
        ),
        line(
            "Numbers",
            &|seen| seen.identifiers.iter().map(|i| i.said.clone()).collect(),
            by_words,
        ),
        line("Family", &family, by_words),
        line("Said by", &|seen| vec![seen.account.agency.clone()], Compared::Unasked),
    ];
    let head = ["", "Known first", "Known since", "How they compare"];
    let lines = lines.into_iter().filter(|line| line.said.iter().any(|said| !said.is_empty()));
    let table = lines.fold(Table::new("What is said of each").head(head), |table, line| {
        let compared = compared(&line);
        let [a, b] = line.said.map(|said| html! { @for one in &said { (one) br; } });
        table.cells(vec![html! { strong { (line.what) } }, a, b, compared])
    });
    table.render()
}

fn other_names(seen: &AccountSeen) -> Vec<String> {
    seen.names.iter().map(|name| format!("{} {}", name.given, name.family)).collect()
}

fn sex(seen: &AccountSeen) -> Vec<String> {
    seen.account.sex.iter().map(|sex| sex_in_words(sex).to_owned()).collect()
}

fn family(seen: &AccountSeen) -> Vec<String> {
    let of = |relation: &Relation| {
        format!("{}: {} {}", words::capital(&relation.said), relation.given, relation.family)
    };
    seen.relations.iter().map(of).collect()
}

/// Whether what is said of two is the same, in words: colour alone tells nothing.
fn compared(line: &Line) -> Markup {
    let [a, b] =
        line.said.each_ref().map(|said| said.iter().map(|one| fold(one)).collect::<Vec<_>>());
    match line.how {
        Compared::Unasked => html! {},
        Compared::ByWords if !a.is_empty() && !b.is_empty() => {
            if a.iter().any(|one| b.contains(one)) {
                Tag::new("The same").render()
            } else {
                Tag::new("Different").red().render()
            }
        }
        Compared::ByWords | Compared::Not => html! { "Can’t be compared" },
    }
}

fn effects(one: &Side, other: &Side) -> Markup {
    let open = |side: &Side| match side.open.is_empty() {
        true => html! { "None" },
        false => elsewhere::lines(&side.open),
    };
    let protects = one.is_protected() || other.is_protected();
    let secret = if protects {
        "An address or number that is kept secret for one of them is then kept secret for both"
    } else {
        "None is kept secret"
    };
    html! {
        (SummaryList::new()
            .content_row(&format!("Open requests about {}", one.name()), open(one))
            .content_row(&format!("Open requests about {}", other.name()), open(other))
            .row("Protected addresses and numbers", secret)
            .row("Who may see them", "Whoever is kept away from one is then kept away from both. To unlink does not lift that")
            .render())
        @if !one.open.is_empty() && !other.open.is_empty() {
            (WarningText::new("Both have open requests: somebody else must agree before they are linked. Speak with whoever has the other one.").render())
        }
        p class=(govuk::BODY) {
            "What each agency said stays as it came, and each request stays with the account that it came with. "
            "The link can be undone."
        }
    }
}

fn decide(asker: &Asker, pair: &Pair, typed: Typed<'_>) -> Markup {
    let [one, other] = &pair.sides;
    let seen = |side: &Side| {
        side.accounts.first().map_or_else(String::new, |seen| seen.account.reference.clone())
    };
    let action = format!("/people/{}/may-be/{}", one.reference, other.reference);
    let form = Form::new(&action, &asker.form_token)
        .once(Some(typed.get("once")))
        .hidden(&[("one".into(), seen(one)), ("other".into(), seen(other))])
        .content(html! {
            (Radios::new("word").legend("Are they the same person?").value(typed.get("word"))
                .error(typed.error("word"))
                .item("same", "Same person").item("different", "Different people")
                .item("not-now", "Not now").render())
            (typed.lines("reason", "Why?", "What you looked at and what it told you. Not needed for “Not now”.", REASON).rows(3).render())
            (Button::new("Continue").render())
        });
    html! { div class=(govuk::NOT_PRINTED) { (form.render()) } }
}
