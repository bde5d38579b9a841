//! What data requests look like on pages. Nothing is decided here.

use govuk::{Button, Form, InsetText, Radios, SummaryList, Table, Tag, WarningText};
use jiff::Timestamp;
use maud::{Markup, html};
use practice::{
    calendar::{Calendar, day_of},
    data_request::Due,
};

use super::{
    claims::MayBe,
    deciding::{Opened, is_late},
    marking,
    pages::{PAGE, TITLE},
    store::{Decision, Outcome, Right, Stands, Stored},
};
use crate::{
    access::Action,
    front_door::views::name,
    involving::pages::whom,
    limits,
    web::{Asker, done::Done, typed::Typed, words},
};

/// What the page is called on which one is taken down.
pub const NEW: &str = "Take down a request for what is held";
/// What the page of one is called. No name: titles stay in a browser's history.
pub const ONE: &str = "A request for what is held";

/// Those that are not over.
pub fn list(
    all: &[Stored],
    answered: &[Stored],
    calendar: &Calendar,
    now: Timestamp,
    done: &Done,
) -> Markup {
    let table = Table::new("The oldest first").head([
        "Who asks",
        "About",
        "Received",
        "Answer by",
        "Where it stands",
    ]);
    let table = all.iter().fold(table, |table, one| {
        table.cells(vec![
            html! { a class=(govuk::LINK) href={ (PAGE) "/" (one.reference) } { (one.asked.who) } },
            html! { (one.asked.about.words()) },
            html! { (words::day(one.course.received)) },
            due(one.due(calendar), now),
            html! { (stands(one.stands())) },
        ])
    });
    html! {
        (done.banner())
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) {
            "Anybody may ask what is held about them, in any words, of anybody who works here. They have "
            "an answer within a month."
        }
        p class=(govuk::BODY) {
            (Button::new(NEW).href(&format!("{PAGE}/new")).render())
        }
        @if all.is_empty() { p class=(govuk::BODY) { "Nobody waits for an answer." } }
        @else { (table.render()) }
        @if !answered.is_empty() {
            h2 class=(govuk::HEADING_M) { "Answered" }
            (answered_table(answered))
        }
    }
}

fn answered_table(all: &[Stored]) -> Markup {
    let table =
        Table::new("The last first").head(["Who asked", "About", "Received", "Had the answer"]);
    all.iter()
        .fold(table, |table, one| {
            table.cells(vec![
                html! { a class=(govuk::LINK) href={ (PAGE) "/" (one.reference) } { (one.asked.who) } },
                html! { (one.asked.about.words()) },
                html! { (words::day(one.course.received)) },
                html! { @if let Some(handed) = &one.handed { (words::day(handed.on)) } },
            ])
        })
        .render()
}

/// By when they must have an answer.
fn due(due: Due, now: Timestamp) -> Markup {
    html! {
        @match due {
            Due::NotBegun => "A month after it is known who asks",
            Due::Stands(since) => { "Stands still since " (words::day(since)) },
            Due::On(on) => {
                @if is_late(due, now) { (Tag::new("Late").red().render()) " " }
                (words::day(on))
            },
        }
    }
}

fn stands(stands: Stands) -> &'static str {
    match stands {
        Stands::BeingPrepared => "Being prepared",
        Stands::WaitsForApproval => "Waits for approval",
        Stands::ToHandOver => "Approved, to be handed over",
        Stands::Ended => "Answered",
    }
}

/// The form by which one is taken down.
pub fn new_form(asker: &Asker, typed: Typed<'_>) -> Markup {
    let rights = Radios::new("right")
        .legend("By what right?")
        .value(typed.get("right"))
        .error(typed.error("right"));
    let rights =
        Right::ALL.iter().fold(rights, |radios, right| radios.item(right.slug(), right.says()));
    let known = Radios::new("is-known")
        .legend("Do you know who they are, and that they have that right?")
        .hint(
            "Ask for no more than you need: somebody whom a worker knows need not show a passport.",
        )
        .value(typed.get("is-known"))
        .error(typed.error("is-known"))
        .item("yes", "Yes")
        .item("no", "Not yet: they were asked to show it");
    html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { (NEW) }
        (InsetText::new("Somebody may ask to find out where others live, or what a child has said. Give nothing out at the door or on the telephone.").render())
        (Form::new(&format!("{PAGE}/new"), &asker.form_token).once(Some(typed.get("once"))).content(html! {
            (typed.line("who", "Who asks?").render())
            (rights.render())
            (known.render())
            (typed.date("received", "When was it received?", "By anybody in the partnership’s agencies, in any form."))
            h2 class=(govuk::HEADING_M) { "About whom?" }
            (whom(typed))
            (typed.lines("what", "What do they want to know?", "In their words. Leave it empty where they want everything.", limits::TEXT).rows(3).render())
            (typed.lines("reach", "How are they reached safely, and how do they want the copy?", "For example: by hand at the family hub, never by post.", limits::TEXT).rows(3).render())
            (Button::new("Save").render())
        }).render())
    }
}

/// One of them.
pub fn one(
    asker: &Asker,
    seen: &Opened,
    typed: Typed<'_>,
    done: &Done,
    calendar: &Calendar,
    now: Timestamp,
) -> Markup {
    let request = &seen.request;
    let page = Page { asker, seen, typed };
    html! {
        (typed.summary())
        (done.banner())
        span class=(govuk::CAPTION_L) { "Request " (request.reference) }
        h1 class=(govuk::HEADING_L) { (ONE) }
        @if seen.is_marked {
            (WarningText::new("Something is marked for somebody in this household: abuse, exploitation, a protected address, or somebody who must not know. Whoever asks may be the one whom it is kept from, or be made to show the copy. Speak with a manager and the data protection officer before anything is given.").render())
        }
        @if let Some(why) = &seen.sent_back {
            (InsetText::new(&format!("It was sent back: {why}")).render())
        }
        (about(seen, now))
        @if seen.stands != Stands::Ended { (page.clock(calendar, now)) }
        (page.whose())
        (page.items())
        (page.what_next(now))
    }
}

fn about(seen: &Opened, now: Timestamp) -> Markup {
    let request = &seen.request;
    let asked = &request.asked;
    let mut list = SummaryList::new()
        .row("Who asks", &asked.who)
        .row("By what right", asked.right.says())
        .row("About", &asked.about.words())
        .row(
            "What they want to know",
            if asked.what.trim().is_empty() { "Everything" } else { &asked.what },
        )
        .row("How they are reached, and want the copy", &asked.reach)
        .row("Received", &words::day(request.course.received))
        .row("Taken down by", &request.recorder)
        .row("Where it stands", stands(seen.stands))
        .content_row("Answer by", due(seen.due, now));
    if let Some(why) = &seen.extension {
        list = list.row("It takes longer, because", why);
    }
    if let Some(proposal) = &request.proposal {
        list = list.row("How they are to be answered", proposal.outcome.says());
        if !proposal.why.trim().is_empty() {
            list = list.row("Because", &proposal.why);
        }
    }
    if let Some(approver) = request.approver.as_ref().filter(|_| !request.is_hidden) {
        list = list.row("Approved by", approver);
    }
    if let Some(handed) = &request.handed {
        list = list.row("They had the answer", &words::day(handed.on));
        if !handed.how.is_empty() {
            list = list.row("How", &handed.how);
        }
    }
    list.render()
}

/// A page with its forms.
struct Page<'a> {
    asker: &'a Asker,
    seen: &'a Opened,
    typed: Typed<'a>,
}

impl Page<'_> {
    /// A form of the page. What was typed belongs to the form that was sent.
    fn form(&self, what: &str, more: &[(&str, &str)], content: Markup) -> Markup {
        let hidden = std::iter::once(("do", what)).chain(more.iter().copied());
        let hidden: Vec<_> =
            hidden.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let once = Some(self.typed.get("once")).filter(|_| self.typed.get("do") == what);
        let path = format!("{PAGE}/{}", self.seen.request.reference);
        Form::new(&path, &self.asker.form_token)
            .once(Some(once.unwrap_or_default()))
            .hidden(&hidden)
            .content(content)
            .render()
    }

    /// What moves the clock.
    fn clock(&self, calendar: &Calendar, now: Timestamp) -> Markup {
        let (typed, course) = (self.typed, &self.seen.request.course);
        let today = day_of(now);
        let in_time = course
            .to_extend_by(calendar)
            .filter(|by| today <= *by || matches!(self.seen.due, Due::Stands(_)));
        let can_be_longer = in_time.filter(|_| course.extended.is_none());
        html! {
            @if course.known.is_none() {
                h2 class=(govuk::HEADING_M) { "Who they are" }
                (self.form("known", &[], html! {
                    (typed.date("known", "Since when is it known who they are, and that they have the right?", "The month begins on that day."))
                    (Button::new("Save the day").secondary().render())
                }))
            } @else {
                (govuk::Details::new("They must say what they mean, or it takes longer").open(self.is_sent(&["asked", "clarified", "extended"])).content(html! {
                    @if let Due::Stands(_) = self.seen.due {
                        (self.form("clarified", &[], html! {
                            (typed.date("clarified", "When did they say what they mean?", "The clock goes on from that day."))
                            (Button::new("Save the day").secondary().render())
                        }))
                    } @else {
                        (self.form("asked", &[], html! {
                            (typed.date("asked", "When were they asked what they mean?", "Only where nothing can be found without it. The clock stands still until they say."))
                            (Button::new("Save the day").secondary().render())
                        }))
                    }
                    @if let Some(by) = can_be_longer {
                        (self.form("extended", &[], html! {
                            (typed.date("extended", "When were they told that it takes up to three months?", &format!("Only where there is much to look through. They must be told by {}.", words::day(by))))
                            (typed.lines("why-longer", "Why does it take longer?", "As they were told.", limits::TEXT).rows(2).render())
                            (Button::new("Save that it takes longer").secondary().render())
                        }))
                    }
                }).render())
            }
        }
    }

    fn is_sent(&self, forms: &[&str]) -> bool {
        forms.contains(&self.typed.get("do"))
    }

    /// Whose the accounts are: whoever approves it sees what was left out as somebody else's.
    fn whose(&self) -> Markup {
        let is_prepared = self.seen.stands == Stands::BeingPrepared;
        html! {
            h2 class=(govuk::HEADING_M) { "Which accounts are theirs?" }
            @if self.seen.may_be.is_empty() {
                p class=(govuk::BODY) { "Nobody was found by what was taken down." }
            }
            @for one in &self.seen.may_be { (self.one_account(one, is_prepared)) }
            @if is_prepared {
                (govuk::Details::new("Look for them in another way").open(self.is_sent(&["about"])).content(html! {
                    (self.form("about", &[], html! {
                        p class=(govuk::BODY) { "Where a name was spelled otherwise, or somebody else was meant. What was said of the accounts above stays." }
                        (whom(self.typed))
                        (Button::new("Look again").secondary().render())
                    }))
                }).render())
            }
        }
    }

    fn one_account(&self, one: &MayBe, is_prepared: bool) -> Markup {
        let born =
            one.born_on.map_or_else(String::new, |born| format!(", born {}", words::day(born.0)));
        let who = format!("{}{born}, as {} says", name(&one.given, &one.family, false), one.agency);
        let button = |is: &str, label: &str| {
            self.form(
                "whose",
                &[("account", &one.account), ("is-theirs", is)],
                Button::new(label).secondary().render(),
            )
        };
        html! {
            p class=(govuk::BODY) {
                a class=(govuk::LINK) href={ "/people/" (one.person) } { (who) }
                @match one.is_theirs {
                    Some(true) => { " " (Tag::new("Theirs").render()) },
                    Some(false) => { " " (Tag::new("Not theirs").grey().render()) },
                    None => {},
                }
                @if let Some(said_by) = &one.said_by { ", " (said_by) " said" }
            }
            @if is_prepared && one.is_theirs != Some(true) { (button("yes", "It is theirs")) }
            @if is_prepared && one.is_theirs != Some(false) { (button("no", "It is somebody else’s")) }
        }
    }

    /// What is held, and what was decided of it.
    fn items(&self) -> Markup {
        let seen = self.seen;
        let table = Table::new("Each thing, and what they get").head(["What", "What they get"]);
        let table = seen.items.iter().fold(table, |table, (item, decision)| {
            let at = format!("{PAGE}/{}/items/{}", seen.request.reference, item.key);
            table.cells(vec![
                html! { a class=(govuk::LINK) href=(at) { (item.title) } },
                html! { (decided(decision.as_ref())) },
            ])
        });
        html! {
            @if seen.request.course.known.is_none() && seen.stands != Stands::Ended {
                h2 class=(govuk::HEADING_M) { "What is held" }
                p class=(govuk::BODY) {
                    "Confirm who asks first. Nothing is gathered before it is known that they may have it."
                }
            }
            @if !seen.items.is_empty() {
                h2 class=(govuk::HEADING_M) { "What is held" }
                p class=(govuk::BODY) {
                    @match seen.undecided() {
                        0 => "Everything is decided.",
                        1 => "One thing is to be decided.",
                        n => { (n) " things are to be decided." },
                    }
                    " What must be kept secret, and who asked to stay unnamed, is not among them."
                }
                (table.render())
                @if seen.stands == Stands::BeingPrepared {
                    (govuk::Details::new("What else may be held").content(html! {
                        p class=(govuk::BODY) {
                            "Not in this list are: why somebody is kept away from a record or few may see it, why accounts were "
                            "linked or said to be of different people, what others asked about them, why a record was opened in an "
                            "emergency, earlier requests like this one, and files whose entry was struck out. Look whether "
                            "any of it is theirs to have, and say so in the letter that goes with the copy."
                        }
                    }).render())
                }
            }
        }
    }

    fn what_next(&self, now: Timestamp) -> Markup {
        let request = &self.seen.request;
        let copy = format!("{PAGE}/{}/copy", request.reference);
        let is_copy = request.proposal.as_ref().is_some_and(|p| p.outcome == Outcome::Copy);
        html! {
            @if is_copy && !request.is_hidden {
                p class=(govuk::BODY) { a class=(govuk::LINK) href=(copy) { "Read the whole copy, as they get it" } }
            }
            @match self.seen.stands {
                Stands::BeingPrepared => (self.propose()),
                Stands::WaitsForApproval => { (self.approve(is_copy)) (self.take_back()) },
                Stands::ToHandOver => { (self.hand_over()) (self.take_back()) },
                Stands::Ended => {
                    p class=(govuk::BODY) {
                        "They had the answer"
                        @if let Some(at) = request.ended_at { ", as was saved " (words::soon(at.0, now)) }
                        "."
                    }
                },
            }
        }
    }

    fn propose(&self) -> Markup {
        let typed = self.typed;
        let radios = Radios::new("outcome")
            .legend("How are they to be answered?")
            .value(typed.get("outcome"))
            .error(typed.error("outcome"));
        let radios =
            Outcome::ALL.iter().fold(radios, |radios, one| radios.item(one.slug(), one.says()));
        html! {
            h2 class=(govuk::HEADING_M) { "Ask somebody to approve it" }
            (self.form("propose", &[], html! {
                (radios.render())
                (typed.lines("proposal-why", "Why?", "Needed where it is refused. Whoever approves it reads this.", limits::TEXT).rows(3).render())
                (Button::new("Ask for approval").render())
            }))
        }
    }

    fn approve(&self, is_copy: bool) -> Markup {
        let (request, typed) = (&self.seen.request, self.typed);
        let prepared =
            self.asker.actor.staff().is_some_and(|staff| request.preparers.contains(&staff));
        let may = self.asker.actor.may(Action::ApproveDataCopy) && !prepared && !request.is_hidden;
        let read = self.seen.read.as_deref().unwrap_or_default();
        html! {
            h2 class=(govuk::HEADING_M) { "Approval" }
            @if !may {
                p class=(govuk::BODY) { "A hub manager who prepared nothing of it reads the whole of it, and approves it or sends it back." }
            } @else {
                @if let Some(say) = typed.error("approve") { p id="approve" class=(govuk::BODY) { (say) } }
                @if is_copy {
                    p class=(govuk::BODY) { "Read why things are left out, each above, and whose the accounts are. Then read the whole copy: it is approved at its end." }
                } @else {
                    (self.form("approve", &[("read", read)], html! {
                        p class=(govuk::BODY) { "You have read all of this page, and whose the accounts are." }
                        (Button::new("Approve it").render())
                    }))
                }
                (self.form("send-back", &[], html! {
                    (typed.lines("sent-back", "What must be changed?", "", limits::TEXT).rows(3).render())
                    (Button::new("Send it back").secondary().render())
                }))
            }
        }
    }

    fn take_back(&self) -> Markup {
        if self.seen.request.is_hidden {
            return Markup::default();
        }
        let taken = govuk::Details::new("Take it back and prepare it again");
        taken
            .open(self.is_sent(&["take-back"]))
            .content(self.form("take-back", &[], html! {
                (self.typed.lines("taken-back", "Why?", "For example, that an address must be kept secret since.", limits::TEXT).rows(2).render())
                (Button::new("Take it back").secondary().render())
            }))
            .render()
    }

    fn hand_over(&self) -> Markup {
        let typed = self.typed;
        let files: Vec<_> = self
            .seen
            .items
            .iter()
            .filter(|(_, decision)| decision.as_ref().is_some_and(|d| d.marked.is_some()))
            .filter_map(|(item, _)| Some((item, item.file.as_ref()?)))
            .collect();
        html! {
            @if !files.is_empty() {
                h2 class=(govuk::HEADING_M) { "Files that go with it" }
                ul class=(govuk::LIST) {
                    @for (item, file) in files {
                        li { a class=(govuk::LINK) href={ "/contacts/" (file.contact) "/files/" (file.reference) } { (item.text) } }
                    }
                }
            }
            h2 class=(govuk::HEADING_M) { "They have the answer" }
            (self.form("hand-over", &[], html! {
                (typed.date("handed-over", "When did they have it?", ""))
                (typed.lines("how", "How, and how did you see that it was they?", "For example: by hand at the family hub, to Ms Reed, whom I know.", limits::TEXT).rows(3).render())
                (Button::new("Save that they have it").render())
            }))
        }
    }
}

fn decided(decision: Option<&Decision>) -> String {
    match decision {
        None => "To be decided".to_owned(),
        Some(Decision { marked: None, reason, .. }) => {
            format!("Left out. {}", reason.map_or("", |reason| reason.title()))
        }
        Some(Decision { marked: Some(marked), reason, .. }) if marking::hides(marked) => {
            format!("Given, with parts hidden. {}", reason.map_or("", |reason| reason.title()))
        }
        Some(_) => "Given".to_owned(),
    }
}

/// What “Your work” says of them.
pub fn waiting(all: &[Stored], calendar: &Calendar, now: Timestamp) -> Markup {
    let late = all.iter().filter(|one| is_late(one.due(calendar), now)).count();
    html! {
        h2 class=(govuk::HEADING_M) { (TITLE) }
        p class=(govuk::BODY) {
            @if all.is_empty() { "Nobody waits for an answer. " }
            @else {
                (all.len()) " to answer"
                @if late > 0 { ", " (late) " late" }
                ". "
            }
            a class=(govuk::LINK) href=(PAGE) { (TITLE) }
        }
    }
}
