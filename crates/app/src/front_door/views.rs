//! What the front door looks like: the requester's list, a contact, the hub's queue. Nothing is
//! decided here.

use govuk::{
    Button, Details, Form, InsetText, Pagination, Select, SubNavigation, Table, Tag, WarningText,
};
use jiff::Timestamp;
use maud::{Markup, html};
use practice::processes::request_for_support::Channel;

use super::{
    queue::{By, Choice, Filter, Holder, LevelAsked, Narrowing, Queue, Waiting},
    reading::OwnRequest,
    tasks::{Due, MOST},
    telling::Danger,
};
use crate::{
    access::Action,
    out_of_hours,
    questionnaires::{store::Draft, views::drafts_table},
    sharing::{Kind, notices::Notice},
    web::{Asker, words},
};

/// The page that somebody comes to after signing in.
pub fn home(
    asker: &Asker,
    notices: &[Notice],
    due: &[Due],
    others: &Markup,
    drafts: &[Draft],
    requests: &[OwnRequest],
    now: Timestamp,
) -> Markup {
    html! {
        h1 class=(govuk::HEADING_L) { "Your work" }
        @if asker.actor.may(Action::AskForSupport) {
            (Form::new("/requests", &asker.form_token)
                .content(Button::new("Start a request for support").render()).render())
        }
        h2 class=(govuk::HEADING_M) { "Waiting for you" }
        @if notices.is_empty() {
            p class=(govuk::BODY) { "Nothing is waiting for you." }
        } @else {
            ul class=(govuk::LIST) {
                @for notice in notices {
                    li {
                        a class=(govuk::LINK) href={ "/contacts/" (notice.contact) } {
                            (Kind::title(&notice.kind)) ", " (notice.contact)
                        }
                        ", " (words::moment(notice.made_at.0))
                        @if notice.kind == Kind::Danger.slug() && !notice.is_unread { ". Somebody in the hub has read it" }
                    }
                }
            }
        }
        @if asker.actor.may(Action::Screen) { (due_to_you(due, now)) }
        (others)
        @if asker.actor.may(Action::AskForSupport) {
            @if !drafts.is_empty() {
                h2 class=(govuk::HEADING_M) { "Requests that are not sent yet" }
                (drafts_table(drafts))
            }
            h2 class=(govuk::HEADING_M) { "Your requests" }
            (own_requests(requests))
        }
    }
}

fn due_to_you(due: &[Due], now: Timestamp) -> Markup {
    let mut table =
        Table::new("The most urgent first").head(["What", "For", "By", "Where it stands"]);
    for one in due.iter().take(MOST) {
        table = table.cells(vec![
            html! {
                @if one.danger { (Tag::new("Immediate danger").red().render()) br; }
                (super::pages::what(&one.code))
            },
            html! {
                a class=(govuk::LINK) href={ "/contacts/" (one.contact) } {
                    (name(&one.given, &one.family, one.expected_on.is_some()))
                }
            },
            html! {
                @if one.breach_at.0 < now { strong { (words::time_left(one.breach_at.0, now)) } }
                @else { (words::time_left(one.breach_at.0, now)) }
                br;
                span class=(govuk::BODY_S) { (words::soon(one.breach_at.0, now)) }
                @if let Some(caveat) = &one.caveat { br; span class=(govuk::BODY_S) { (caveat) } }
            },
            html! { (one.stage) },
        ]);
    }
    html! {
        h2 class=(govuk::HEADING_M) { "Due to you" }
        @if due.is_empty() { p class=(govuk::BODY) { "Nothing is due to you." } } @else { (table.render()) }
        @if due.len() > MOST {
            p class=(govuk::BODY) { a class=(govuk::LINK) href="/hub" { "See everything in the hub queue" } }
        }
    }
}

/// The requests that somebody, or their setting, has made.
pub fn own_requests(requests: &[OwnRequest]) -> Markup {
    if requests.is_empty() {
        return html! {
            p class=(govuk::BODY) {
                "You have made no requests yet. Start one when you are worried about a child: "
                "you can save it as you go and send it later."
            }
        };
    }
    let mut table = Table::new("Requests, newest first").head([
        "Request",
        "Child",
        "Received",
        "Where it stands",
    ]);
    for request in requests {
        table = table.cells(vec![
            html! { a class=(govuk::LINK) href={ "/contacts/" (request.contact) } { (request.contact) } },
            html! { (name(&request.given, &request.family, request.expected_on.is_some())) },
            html! { (words::moment(request.received_at.0)) },
            html! { (request.stage) },
        ]);
    }
    table.render()
}

/// A child's name as it is read.
pub fn name(given: &str, family: &str, is_expected: bool) -> String {
    match (given, family) {
        ("", "") if is_expected => "Unborn baby".into(),
        ("", family) if is_expected => format!("Unborn baby {family}"),
        ("", "") => "Name not known".into(),
        (given, family) => format!("{given} {family}").trim().into(),
    }
}

/// The hub's queue.
pub fn queue(asker: &Asker, queue: &Queue) -> Markup {
    let mut filters = SubNavigation::new("Parts of the queue");
    for (filter, _, title) in Filter::ALL {
        let address = queue.narrowing.address(filter, 1);
        filters = filters.item(&address, title, filter == queue.filter);
    }
    html! {
        h1 class=(govuk::HEADING_L) { "Hub queue" }
        (filters.render())
        @if asker.actor.may(Action::TakeByTelephone) {
            p class=(govuk::BODY) {
                a class=(govuk::LINK) href="/contacts/by-telephone" { "Take down a contact from a call" }
            }
        }
        @if asker.actor.may(Action::TakeOutForNight) {
            p class=(govuk::BODY) {
                a class=(govuk::LINK) href=(out_of_hours::pages::PAGE) { (out_of_hours::pages::TITLE) }
            }
        }
        (narrow(queue))
        p class=(govuk::BODY) { (how_many(queue)) }
        @if queue.here == 0 { (nothing_here(queue)) }
        @else if queue.waiting.is_empty() {
            p class=(govuk::BODY) {
                "This page is empty. "
                a class=(govuk::LINK) href=(queue.narrowing.address(queue.filter, 1)) { "See the first page" }
            }
        } @else {
            @if let Some(caveat) = &queue.caveat { (InsetText::new(&format!("{caveat}.")).render()) }
            (rows(queue))
            (pages(queue))
        }
    }
}

fn how_many(queue: &Queue) -> String {
    let what = if queue.open == 1 { "open request" } else { "open requests" };
    if queue.here == queue.open {
        return format!("{} {what}", queue.open);
    }
    format!("{} of {} {what}", queue.here, queue.open)
}

/// The form that narrows the queue. It sends by its address, which can be kept and shared.
fn narrow(queue: &Queue) -> Markup {
    let slug = |by: By| queue.narrowing.slug(by).unwrap_or_default();
    let mut agencies = Select::new("agency").label("From").value(&slug(By::Agency));
    agencies = agencies.item("", "Every agency");
    for choice in &queue.choices.agencies {
        agencies = agencies.item(&choice.reference, &choice.name);
    }
    let mut levels = Select::new("level").label("Level asked").value(&slug(By::Level));
    levels = levels.item("", "Every level");
    for level in LevelAsked::ALL {
        levels = levels.item(&level.slug(), &level.title());
    }
    let mut holders = Select::new("holder").label("Who has it").value(&slug(By::Holder));
    holders = holders.item("", "Anybody or nobody").item("nobody", "Nobody yet");
    for choice in &queue.choices.holders {
        holders = holders.item(&choice.reference, &choice.name);
    }
    let danger = Select::new("danger").label("Danger").value(&slug(By::Danger));
    let danger = danger.item("", "With or without").item("yes", "Immediate danger only");
    let came = Select::new("came").label("How it came").value(&slug(By::Channel));
    let came = Channel::ALL
        .into_iter()
        .fold(came.item("", "Any way"), |came, way| came.item(way.slug(), way.title()));
    let is_narrowed = !queue.narrowing.ways().is_empty();
    let content = html! {
        form method="get" action="/hub" {
            input type="hidden" name="show" value=(queue.filter.slug());
            (agencies.render()) (levels.render()) (holders.render()) (danger.render()) (came.render())
            (Button::new("Show these").secondary().render())
        }
        @if is_narrowed {
            p class=(govuk::BODY) {
                a class=(govuk::LINK) href=(Narrowing::default().address(queue.filter, 1)) { "Show all of them" }
            }
        }
    };
    Details::new("Show only some of them").open(is_narrowed).content(content).render()
}

/// Which narrowing hides what: nobody must take a narrow view for an empty queue.
fn nothing_here(queue: &Queue) -> Markup {
    if queue.narrowing.ways().is_empty() {
        return html! { p class=(govuk::BODY) { "Nothing is waiting here." } };
    }
    let (_, _, part) =
        Filter::ALL.into_iter().find(|(f, ..)| *f == queue.filter).unwrap_or(Filter::ALL[0]);
    html! {
        p class=(govuk::BODY) {
            "Nothing in “" (part) "” is like this. Without any choice there are " (queue.unnarrowed) "."
        }
        ul class=(govuk::LIST) {
            @for (by, count) in &queue.hidden {
                li {
                    a class=(govuk::LINK) href=(queue.narrowing.without(*by).address(queue.filter, 1)) {
                        "Without “" (chosen(queue, *by)) "”"
                    }
                    ": " (count)
                }
            }
        }
    }
}

/// What was chosen, as it is read.
fn chosen(queue: &Queue, by: By) -> String {
    let named = |choices: &[Choice], slug: &str| {
        let known = choices.iter().find(|c| c.reference == slug);
        known.map_or_else(|| "somebody who is not in the list".to_owned(), |c| c.name.clone())
    };
    let slug = queue.narrowing.slug(by).unwrap_or_default();
    match by {
        By::Agency => format!("From: {}", named(&queue.choices.agencies, &slug)),
        By::Level => {
            let level = queue.narrowing.level.map_or_else(String::new, LevelAsked::title);
            format!("Level asked: {level}")
        }
        By::Holder if queue.narrowing.holder == Some(Holder::Nobody) => {
            "Who has it: nobody yet".to_owned()
        }
        By::Holder => format!("Who has it: {}", named(&queue.choices.holders, &slug)),
        By::Danger => "Immediate danger only".to_owned(),
        By::Channel => {
            let way = queue.narrowing.channel.map_or("", Channel::title);
            format!("How it came: {way}")
        }
    }
}

fn rows(queue: &Queue) -> Markup {
    let mut table = Table::new("Danger first, then by the time left")
        .head(["Time left", "Child", "Who asks", "Where it stands"])
        .compact();
    for waiting in &queue.waiting {
        table = table.cells(vec![
            time_left(waiting, queue),
            html! {
                a class=(govuk::LINK) href={ "/contacts/" (waiting.contact) } {
                    (name(&waiting.given, &waiting.family, waiting.expected_on.is_some()))
                }
                span class=(govuk::MORE) {
                    (words::birth(waiting.born_on, waiting.expected_on, None, queue.now))
                }
            },
            html! {
                (waiting.setting.as_deref().unwrap_or(&waiting.agency))
                span class=(govuk::MORE) {
                    @match waiting.level_asked {
                        Some(level) => { "asks for level " (level) },
                        None => "not sure which level",
                    }
                }
            },
            html! {
                (waiting.stage)
                @if let Some(holder) = &waiting.holder { span class=(govuk::MORE) { (holder) } }
            },
        ]);
    }
    table.render()
}

fn time_left(waiting: &Waiting, queue: &Queue) -> Markup {
    let now = queue.now;
    let danger = queue.dangers.get(&waiting.id).filter(|_| waiting.danger);
    html! {
        @if waiting.danger { p class=(govuk::BODY) { (Tag::new("Immediate danger").red().render()) } }
        @if let Some(danger) = danger { p class=(govuk::BODY) { (whether_read(danger, now)) } }
        @if waiting.unread_since.is_some() && danger != Some(&Danger::Unread) {
            p class=(govuk::BODY) { (Tag::new("Not read yet").render()) }
        }
        @match waiting.breach_at {
            Some(breach) => {
                @if breach.0 < now { strong { (words::time_left(breach.0, now)) } }
                @else { (words::time_left(breach.0, now)) }
                @if let Some(target) = waiting.target_at {
                    span class=(govuk::MORE) { (words::aim(target.0, now)) }
                }
                span class=(govuk::MORE) { (words::limit(breach.0, now)) }
            },
            None => "Waiting for a signature",
        }
    }
}

/// Whether somebody in the hub has read of the danger, and who.
fn whether_read(danger: &Danger, now: Timestamp) -> Markup {
    html! {
        @match danger {
            Danger::Unread => strong { "Nobody in the hub has read it yet" },
            Danger::Read { at, by: Some(by) } => { "Read by " (by) ", " (words::soon(*at, now)) },
            Danger::Read { at, by: None } => { "Read in the hub, " (words::soon(*at, now)) },
        }
    }
}

fn pages(queue: &Queue) -> Markup {
    let at = |page: usize| queue.narrowing.address(queue.filter, page);
    let mut pagination = Pagination::new();
    if queue.page > 1 {
        pagination = pagination.previous(&at(queue.page - 1));
    }
    if !queue.is_last {
        pagination = pagination.next(&at(queue.page + 1));
    }
    pagination.render()
}

/// What a requester is told at once: that it arrived, and what happens now.
pub fn arrived(reference: &str, danger: bool, hub_phone: &str, out_of_hours: &str) -> Markup {
    html! {
        (govuk::Panel::new("Your request arrived").text(&format!("Keep this reference: {reference}")).render())
        @if danger {
            (WarningText::new("If the child is in danger now, ring 999. Don’t wait for an answer here.").render())
            p class=(govuk::BODY) {
                "The duty worker has been told. This page of your request shows when somebody has "
                "read it. If nobody has within 15 minutes, ring the hub on " (words::ring(hub_phone))
                ", or the Emergency Duty Team on " (words::ring(out_of_hours)) " when the hub is closed."
            }
        }
        (InsetText::new("A named person in the hub decides the level of need for each child within one working day. You will be told here, and by an e-mail that something is waiting.").render())
        p class=(govuk::BODY) {
            a class=(govuk::LINK) href={ "/contacts/" (reference) } { "See your request" }
        }
    }
}
