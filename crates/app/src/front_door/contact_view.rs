//! One contact on a page: what was said, where each child's request stands, what was decided and
//! answered. The requester reads the answer; the hub reads everything and acts.

use std::mem::discriminant;

use govuk::{Button, Details, Form, InsetText, Radios, SummaryList, Tag, Timeline, WarningText};
use jiff::Timestamp;
use maud::{Markup, html};
use practice::{
    calendar::day_of,
    identifiers::Scheme,
    pathway::Process,
    processes::request_for_support::{Event, Feedback, Level, RequestForSupport, Stage},
};

use super::{
    caller::{MUST_NOT_BE_NAMED, UNNAMED},
    corrections::why_not_struck,
    earlier::Earlier,
    elsewhere,
    reading::{ChildSeen, ContactSeen},
    screening::{SAID_AT, can_be_claimed},
    telling::{Danger, REASON, WORRY, event},
    views::name,
};
use crate::{
    access::Action,
    files::{self, FILE, store::Files},
    intelligence, limits,
    pathways::store::Telling,
    people::{doubts, who_may},
    questionnaires::{self, Answered},
    recognising::{self, looking::Recognised},
    settings::Partnership,
    web::{
        Asker, Fields,
        typed::{Problems, Typed},
        words,
    },
};

/// The page.
pub fn contact(
    asker: &Asker,
    seen: &ContactSeen,
    may_be: &[Recognised],
    partnership: &Partnership,
    now: Timestamp,
) -> Markup {
    let reference = &seen.contact.reference;
    html! {
        span class=(govuk::CAPTION_L) { "Request " (reference) }
        h1 class=(govuk::HEADING_L) { (title(seen)) }
        @if seen.children.iter().any(|c| c.danger.is_some()) { (danger(seen, partnership)) }
        @if seen.in_full { (before_anybody_is_rung(&BeforeRinging::of(seen.answered.as_ref(), seen.children.iter().flat_map(|c| &c.tellings), seen.kept_away.as_deref()))) }
        (about(seen))
        (recognising::views::may_be(may_be, now))
        @if seen.in_full && asker.actor.may(Action::Screen) { (hub_actions(asker, seen)) }
        (added(seen))
        @for child in &seen.children { (one_child(asker, seen, child, now)) }
        @if let Some(answered) = &seen.answered {
            h2 class=(govuk::HEADING_M) { "What was said in the request" }
            (questionnaires::answered::given(answered, seen.in_full && !seen.protects))
        }
        @if asker.actor.may(Action::OfferReveal) {
            p class={ (govuk::BODY) " " (govuk::NOT_PRINTED) } {
                a class=(govuk::LINK) href={ "/contacts/" (reference) "/protected" } {
                    @if seen.contact.is_unnamed { "See who asked, and protected addresses and telephone numbers" }
                    @else { "See protected addresses and telephone numbers" }
                }
            }
        }
        @if asker.actor.may(Action::SeeWhoMay) {
            p class={ (govuk::BODY) " " (govuk::NOT_PRINTED) } {
                a class=(govuk::LINK) href={ "/contacts/" (reference) "/who-may-see" } {
                    (who_may::TITLE)
                }
            }
        }
        h2 class={ (govuk::HEADING_M) " " (govuk::NOT_PRINTED) } { "Add information" }
        (add_information(asker, reference, Typed { fields: &Fields::default(), problems: &Problems::default() }))
        p class={ (govuk::BODY) " " (govuk::NOT_PRINTED) } {
            a class=(govuk::LINK) href={ "/contacts/" (reference) "/files" } { (files::views::TITLE) }
            ", such as a letter or a report."
        }
    }
}

/// What must be known before anybody is contacted.
#[derive(Debug, Clone, Copy)]
pub struct BeforeRinging<'a> {
    must_not_know: Option<&'a str>,
    safe: Option<&'a str>,
    kept_away: Option<&'a str>,
}

impl<'a> BeforeRinging<'a> {
    /// From the answers of the form, or from what was taken down of a call; and whoever asked, where
    /// they must not see it any more.
    pub fn of(
        answered: Option<&'a Answered>,
        tellings: impl Iterator<Item = &'a Telling>,
        kept_away: Option<&'a str>,
    ) -> Self {
        let answer = |link_id: &str| answered.map(|a| a.answers.get(link_id).trim());
        let taken_down = tellings
            .filter(|t| t.stored.struck.is_none())
            .find_map(|t| t.words.get("must_not_know").map(|said| said.trim()));
        let some = |said: Option<&'a str>| said.filter(|said| !said.is_empty());
        Self {
            must_not_know: some(answer("must-not-know")).or(some(taken_down)),
            safe: some(answer("safe-contact")),
            kept_away,
        }
    }
}

/// Who must not be told and how the family is reached safely, before anybody reaches for the
/// telephone.
pub fn before_anybody_is_rung(before: &BeforeRinging<'_>) -> Markup {
    let BeforeRinging { must_not_know, safe, kept_away } = *before;
    html! {
        @if must_not_know.is_some() || safe.is_some() || kept_away.is_some() {
            (WarningText::new("Read this before you contact anybody.").render())
            @let list = kept_away.into_iter().fold(SummaryList::new(), |list, name| {
                list.row("Asked for this, and must not see it any more", &format!(
                    "{name}. Don’t ring or write to them about it. Whoever receives it instead is told."
                ))
            });
            @let list = must_not_know.into_iter().fold(list, |list, said| {
                list.row("Who must not know, and why", said)
            });
            (safe.into_iter().fold(list, |list, said| {
                list.row("How to contact the family safely", said)
            }).render())
        }
    }
}

/// When more was said, where that was not just now: on a day on which Sightline could not be reached.
pub const SAID: Earlier =
    Earlier { name: SAID_AT, what: "it was said", summary: "It was said at an earlier time" };

/// The form by which anybody who may read a contact says more.
pub fn add_information(asker: &Asker, reference: &str, typed: Typed<'_>) -> Markup {
    Form::new(&format!("/contacts/{reference}/information"), &asker.form_token)
        .content(html! {
            (Radios::new("danger").legend("Is a child in immediate danger now?")
                .hint("If so, ring 999 first. The hub’s duty worker is told at once.")
                .value(typed.get("danger")).error(typed.error("danger"))
                .item("yes", "Yes").item("no", "No").render())
            (typed.lines("said", "What do you want to add?",
                "It is added to the request of every child in it, and can’t be changed afterwards.", limits::ADDITION).render())
            (SAID.fields(typed))
            (Button::new("Add information").secondary().render())
        })
        .render()
}

/// What was taken down of a call or a list, and what was added since, newest first: open, since
/// whoever opens the page counts as having read it. Siblings share it.
fn added(seen: &ContactSeen) -> Markup {
    let mut tellings: Vec<Telling> = Vec::new();
    for telling in seen.children.iter().flat_map(|child| &child.tellings) {
        let what = |of: &Telling| event(of).as_ref().map(discriminant);
        let is_same = |other: &Telling| {
            other.stored.struck.is_none()
                && other.stored.at == telling.stored.at
                && other.words == telling.words
                && what(other) == what(telling)
        };
        // One that is struck out on the request of one child may stand on another's.
        if !tellings.iter().any(is_same) {
            tellings.push(telling.clone());
        }
    }
    tellings.sort_by_key(|telling| telling.stored.at);
    said_since(&tellings, seen.answered.as_ref(), &seen.files)
}

/// As on a contact's page, for one child's request. The answers of a form, which say it in full, are
/// shown elsewhere on the page.
pub fn said_since(tellings: &[Telling], answered: Option<&Answered>, files: &Files) -> Markup {
    let standing: Vec<_> = tellings
        .iter()
        .rev()
        .filter(|t| t.stored.struck.is_none())
        .filter_map(|t| Some((t, event(t)?)))
        .collect();
    html! {
        @for (telling, event) in &standing {
            @match event {
                Event::InformationAdded { danger } if telling.words.contains_key("said") => {
                    h2 class=(govuk::HEADING_M) { "Added " (words::moment(telling.stored.at)) }
                    @if *danger { p class=(govuk::BODY) { (Tag::new("Immediate danger").red().render()) } }
                    @if let Some(at) = telling.words.get(SAID_AT) {
                        p class=(govuk::BODY_S) { "Said on " (at) }
                    }
                    p class=(govuk::SAID) { (telling.words["said"]) }
                    @if let Some((reference, file)) = files.of(telling) {
                        (files::views::beside(&files.contact, reference, file))
                    }
                    p class=(govuk::BODY_S) { (telling.recorder.as_deref().unwrap_or("Sightline")) }
                },
                Event::Received(_) if answered.is_none() => {
                    @if let Some(worry) = telling.words.get(WORRY).filter(|worry| !worry.is_empty()) {
                        h2 class=(govuk::HEADING_M) { "What was said" }
                        p class=(govuk::SAID) { (worry) }
                    }
                },
                _ => {},
            }
        }
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
    let dangers = || seen.children.iter().filter_map(|c| c.danger.as_ref());
    let is_unread = dangers().any(|d| *d == Danger::Unread);
    let read = dangers().filter_map(|d| match d {
        Danger::Read { at, by } => Some((*at, by.as_deref())),
        Danger::Unread => None,
    });
    let read = read.max().filter(|_| !is_unread);
    html! {
        (WarningText::new("This request speaks of immediate danger. Ring 999 if a child is in danger now.").render())
        p class=(govuk::BODY) {
            @match read {
                Some((at, by)) => {
                    strong { "Somebody in the hub has read it" }
                    @if let Some(by) = by { ": " (by) }
                    ", " (words::moment(at)) "."
                },
                None => {
                    strong { "Nobody in the hub has read it yet." } " If that lasts, ring the hub on "
                    (words::ring(&partnership.hub_phone)) ", or the Emergency Duty Team on "
                    (words::ring(&partnership.out_of_hours_phone)) " when the hub is closed."
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
    // Nobody dials what is not there.
    let is_rung = seen.kept_away.is_none();
    if let Some(said) = seen.contact.requester_said.as_ref().filter(|_| is_rung) {
        let what = if from.requester.is_some() { "Ring them first on" } else { "Requester" };
        list = list.content_row(what, words::with_numbers(said));
    }
    if seen.contact.is_unnamed && from.requester.is_none() {
        list = list.row("Requester", UNNAMED);
    } else if seen.contact.is_unnamed {
        list = list.row("To the family", MUST_NOT_BE_NAMED);
    }
    if seen.in_full && is_rung {
        let (phone, email) = (from.phone.as_deref(), from.email.as_deref());
        if phone.is_some() || email.is_some() {
            let reach = html! {
                @if let Some(phone) = phone { (words::ring(phone)) }
                @if phone.is_some() && email.is_some() { ", " }
                @if let Some(email) = email { (email) }
            };
            list = list.content_row("How to reach them", reach);
        }
        if let Some(team) = &from.team {
            list = list.row("Their team", team);
        }
    }
    if let Some(list_reference) = &seen.contact.list_reference {
        list = list.row("Reference in the list that it came from", list_reference);
    }
    list.render()
}

fn hub_actions(asker: &Asker, seen: &ContactSeen) -> Markup {
    let reference = &seen.contact.reference;
    let waits = seen.children.iter().any(|c| can_be_claimed(&c.pathway));
    let taken_on = |c: &&ChildSeen| {
        c.pathway.is_at::<RequestForSupport>(Stage::BeingScreened) && c.pathway.holder_id.is_some()
    };
    let is_mine = |c: &ChildSeen| c.pathway.holder_id == asker.actor.staff();
    let mine = seen.children.iter().filter(taken_on).any(is_mine);
    let anothers = seen.children.iter().filter(taken_on).find(|c| !is_mine(c));
    html! {
        @if waits {
            (Form::new(&format!("/contacts/{reference}/claim"), &asker.form_token)
                .content(Button::new("Take it on").render()).render())
        }
        @if mine {
            (Form::new(&format!("/contacts/{reference}/hand-back"), &asker.form_token)
                .content(Button::new("Give it back to the queue").secondary().render()).render())
        }
        @if let Some(holder) = anothers.and_then(|c| c.holder.as_deref()).filter(|_| !mine) {
            p class={ (govuk::BODY) " " (govuk::NOT_PRINTED) } {
                (holder) " has taken it on. If they can’t go on with it, give it back, and take it on yourself."
            }
            (Form::new(&format!("/contacts/{reference}/hand-back"), &asker.form_token)
                .content(Button::new("Give it back for them").secondary().render()).render())
        }
    }
}

fn one_child(asker: &Asker, seen: &ContactSeen, child: &ChildSeen, now: Timestamp) -> Markup {
    let account = &child.account;
    let who = name(&account.given, &account.family, account.expected_on.is_some());
    html! {
        h2 class=(govuk::HEADING_M) { (who) }
        (SummaryList::new()
            .row("Birth", &words::capital(&words::birth(account.born_on, account.expected_on, account.born_said.as_deref(), now)))
            .row("Where it stands", &stands(child))
            .content_row("Due", due(child, now))
            .render())
        p class={ (govuk::BODY) " " (govuk::NOT_PRINTED) } {
            a class=(govuk::LINK) href={ "/people/" (account.person) } { "See " (who) "’s page" }
        }
        (intelligence::pages::there_is(&account.person, child.intelligence))
        @if seen.in_full {
            @for doubt in doubts(seen, child) { (WarningText::new(&format!("{doubt}.")).render()) }
        }
        @if let Some(answer) = answer(child) { (answer) }
        @if !child.elsewhere.is_empty() {
            h3 class=(govuk::HEADING_S) { "Other requests about " (who) }
            p class=(govuk::BODY) { "If one speaks of the same worry, speak with whoever has it, so that it is decided once." }
            (elsewhere::lines(&child.elsewhere))
        }
        @if seen.in_full { (child_actions(asker, child, &who)) }
        @if seen.in_full && child.screening.as_ref().is_some_and(|s| s.unread_since.is_some()) {
            (InsetText::new("There is information that nobody in the hub has read yet.").render())
        }
        @if seen.in_full {
            (Details::new("What happened").content(timeline(&child.tellings, Words::Corrigible(&child.pathway.reference))).render())
        }
    }
}

/// What is doubtful in what was said of a child, as on the day on which it was said.
fn doubts(seen: &ContactSeen, child: &ChildSeen) -> Vec<String> {
    let account = &child.account;
    let numbers = child.identifiers.iter().filter(|number| number.problem.is_some());
    let schemes = numbers.filter_map(|n| Scheme::ALL.into_iter().find(|s| s.slug() == n.scheme));
    let born = account.born_on.map(|born| born.0.to_string()).or(account.born_said.clone());
    let asked = day_of(seen.contact.received_at.0);
    let birth = born.and_then(|born| doubts::of_birth(&born, asked));
    schemes.map(doubts::does_not_check).chain(birth).collect()
}

fn stands(child: &ChildSeen) -> String {
    match &child.holder {
        Some(holder) => format!("{}, by {holder}", child.pathway.stage),
        None => child.pathway.stage.clone(),
    }
}

fn due(child: &ChildSeen, now: Timestamp) -> Markup {
    let running: Vec<_> = child.clocks.iter().filter(|c| c.state == "running").collect();
    html! {
        @if running.is_empty() { "Nothing" }
        @for clock in running {
            p class=(govuk::BODY) {
                (super::pages::what(&clock.code)) ": " (words::time_left(clock.breach_at.0, now))
                ", " (words::limit(clock.breach_at.0, now))
                @if let Some(target) = clock.target_at { " (" (words::aim(target.0, now)) ")" }
            }
        }
        @if let Some(caveat) = &child.caveat { p class=(govuk::BODY_S) { (caveat) "." } }
    }
}

/// The last answer, as the requester reads it, and that the hub is looking again if it is.
fn answer(child: &ChildSeen) -> Option<Markup> {
    let standing = || child.tellings.iter().filter(|t| t.stored.struck.is_none());
    let telling = standing().rfind(|t| matches!(event(t), Some(Event::Answered(_))))?;
    let Some(Event::Answered(feedback)) = event(telling) else { return None };
    let said = |what: &str| telling.words.get(what).filter(|w| !w.is_empty());
    let mut list = SummaryList::new();
    match feedback {
        Feedback::Nothing => return None,
        Feedback::Limited => list = list.row("What was decided", "The hub has dealt with it"),
        Feedback::Full => {}
    }
    let decided = standing()
        .filter(|t| t.stored.no < telling.stored.no)
        .filter_map(event)
        .rev()
        .find_map(|e| if let Event::Decided(decision) = e { Some(decision) } else { None })
        .filter(|_| feedback == Feedback::Full);
    if let Some(decision) = decided {
        let level = decision.level.map_or("Not recorded", Level::title);
        list = list.row("What was decided", decision.outcome.title()).row("Level of need", level);
        if decision.outcome.is_referral() {
            list = list.row("Referral", "This is now a referral to children’s social care");
        }
    }
    for (what, heading) in [
        // What is kept for the hub is not shown as if the requester had read it.
        (if feedback == Feedback::Full { REASON } else { "" }, "Why"),
        ("contact_person", "Whom to talk to"),
        ("meanwhile", "What to do meanwhile"),
    ] {
        if let Some(words) = said(what) {
            list = list.row(heading, words);
        }
    }
    Some(html! {
        h3 class=(govuk::HEADING_S) { "The answer" }
        @if child.looks_again {
            (InsetText::new("This was the answer before. The hub is looking at it again and will answer anew.").render())
        }
        (list.render())
    })
}

fn child_actions(asker: &Asker, child: &ChildSeen, who: &str) -> Markup {
    let is_at = |stage| child.pathway.is_at::<RequestForSupport>(stage);
    let may = |action| asker.actor.may(action);
    let link = |what: &str, says: String| {
        html! {
            p class={ (govuk::BODY) " " (govuk::NOT_PRINTED) } {
                a class=(govuk::LINK) href={ "/pathways/" (child.pathway.reference) "/" (what) } { (says) }
            }
        }
    };
    html! {
        @if may(Action::Decide) && (is_at(Stage::Waiting) || is_at(Stage::BeingScreened)) {
            (link("decision", format!("Decide for {who}")))
        }
        @if may(Action::Sign) && is_at(Stage::ForSignature) {
            (link("signature", format!("Sign the decision for {who}")))
        }
        @if may(Action::Answer) && is_at(Stage::Decided) {
            (link("answer", format!("Answer the requester about {who}")))
        }
        @if may(Action::Screen) && (is_at(Stage::Decided) || is_at(Stage::Answered)) {
            (link("reopening", format!("Take the request for {who} up again")))
        }
    }
}

/// What a timeline shows of each entry besides that it happened.
#[derive(Debug, Clone, Copy)]
pub enum Words<'a> {
    /// The words that go with it.
    Shown,
    /// And a way to strike it out, on this pathway, where that can be.
    Corrigible(&'a str),
}

/// What happened, in order, struck entries too.
pub fn timeline(tellings: &[Telling], words: Words<'_>) -> Markup {
    let mut timeline = Timeline::new();
    for (place, telling) in (1..).zip(tellings) {
        let line = event(telling).map_or_else(String::new, |e| RequestForSupport::tell(&e));
        let why_not = match words {
            Words::Corrigible(_) => why_not_struck(tellings, telling.stored.no),
            Words::Shown => None,
        };
        timeline = timeline.item(
            &line,
            telling.recorder.as_deref().unwrap_or("Sightline"),
            &self::words::moment(telling.stored.at),
            &details(telling, words, place, why_not.as_deref()),
        );
    }
    timeline.render()
}

fn details(telling: &Telling, shown: Words<'_>, place: usize, why_not: Option<&str>) -> Markup {
    html! {
        @if telling.stored.recorded != telling.stored.at {
            p class=(govuk::BODY_S) { "Recorded " (words::moment(telling.stored.recorded)) }
        }
        @if let Some(strike) = &telling.stored.struck {
            p class=(govuk::BODY) {
                (Tag::new("Struck out").grey().render()) " " (strike.reason) ", " (words::moment(strike.at))
            }
        }
        @if telling.words.contains_key(FILE) && telling.stored.struck.is_none() {
            p class=(govuk::BODY) { "A file came with it: it stands on the page of the request." }
        }
        @for (what, said) in telling.words.iter().filter(|(what, said)| !said.is_empty() && *what != FILE) {
            p class=(govuk::SAID) { strong { (heading(what)) } "\n" (said) }
        }
        @if let (Words::Corrigible(pathway), None) = (shown, &telling.stored.struck) {
            p class=(govuk::BODY_S) {
                @match why_not {
                    Some(why) => { (why) "." },
                    None => a class={ (govuk::LINK) " " (govuk::NOT_PRINTED) } href={ "/pathways/" (pathway) "/entries/" (place) "/strike" } {
                        "Strike this out"
                    },
                }
            }
        }
    }
}

/// What people call words that came with an entry.
pub(crate) fn heading(what: &str) -> String {
    let known = [
        (REASON, "Why"),
        ("contact_person", "Whom to talk to"),
        ("meanwhile", "What to do meanwhile"),
        ("must_not_know", "Who must not know"),
        ("said", "What was added"),
        (SAID_AT, "When it was said"),
        ("voice", "The child’s voice"),
        ("names_checked", "Names and relatives that the decider has checked"),
    ];
    if let Some((_, said)) = known.iter().find(|(name, _)| *name == what) {
        return (*said).to_owned();
    }
    words::capital(&what.replace(['_', '-'], " "))
}
