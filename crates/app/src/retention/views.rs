//! What disposal looks like on pages. Nothing is decided here.

use govuk::{Button, Checkboxes, Form, InsetText, SummaryList, Table, Tag, WarningText};
use maud::{Markup, html};
use practice::retention::Class;

use super::{
    due::Due,
    pages::{PAGE, TITLE},
    proposing::{Item, Listed, Proposed, Retention},
};
use crate::{
    access::Action,
    web::{
        Asker,
        done::Done,
        typed::{Problems, Typed},
        words,
    },
};

/// What the page of one is called.
pub const ONE: &str = "A disposal";
/// What is said where nobody ticked it.
pub const TICK: &str = "Tick that you have looked at each request, or take this back";

/// What is due, and what came of that before.
pub fn list(asker: &Asker, seen: &Retention, after: &str, typed: Typed<'_>, done: &Done) -> Markup {
    let schedule = Table::new("How long it is kept").head(["Class", "Kept"]);
    let schedule =
        Class::ALL.iter().fold(schedule, |table, class| table.row([class.title(), class.kept()]));
    html! {
        (typed.summary())
        (done.banner())
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) {
            "All that is known of a child is kept for as long as the longest class of any request about them "
            "asks for. Where nobody knows a birth, where somebody holds it, where anything is open, and where "
            "few may see it, it stays."
        }
        (schedule.render())
        h2 class=(govuk::HEADING_M) { "Requests" }
        @if seen.due.is_empty() {
            p class=(govuk::BODY) {
                @if seen.further.is_some() { "None of these may go. Later ones were not looked at." }
                @else { "Everything that is here must be kept." }
            }
        } @else { (propose(asker, seen, after, typed)) }
        @if let Some(further) = seen.further {
            p class=(govuk::BODY) {
                a class=(govuk::LINK) href={ (PAGE) "?after=" (further.slug()) } { "Look at later requests" }
            }
        }
        @if !seen.disposals.is_empty() {
            h2 class=(govuk::HEADING_M) { "Disposals" }
            (disposals(&seen.disposals))
        }
    }
}

fn propose(asker: &Asker, seen: &Retention, after: &str, typed: Typed<'_>) -> Markup {
    let chosen: Vec<_> = typed.fields.each("requests").map(str::to_owned).collect();
    let boxes = Checkboxes::new("requests")
        .legend("Which are to be destroyed?")
        .hint("Look at each first. Another hub manager reads them too before anything goes.")
        .error(typed.error("requests"))
        .values(&chosen);
    let boxes = seen.due.iter().fold(boxes, |boxes, one| boxes.item(&one.reference, &line(one)));
    html! {
        @if seen.further.is_some() { p class=(govuk::BODY) { "These are the oldest. There may be more." } }
        ul class=(govuk::LIST) {
            @for one in &seen.due {
                li { a class=(govuk::LINK) href={ "/contacts/" (one.reference) } { "Look at request " (one.reference) } }
            }
        }
        (Form::new(PAGE, &asker.form_token).once(Some(typed.get("once"))).hidden(&[("after".into(), after.to_owned())]).content(html! {
            (boxes.render())
            (Button::new("Ask another manager to approve").render())
        }).render())
    }
}

fn line(one: &Due) -> String {
    format!(
        "{}, received {}, kept until {}. {}",
        one.reference,
        words::day(one.received),
        words::day(one.kept_until),
        one.class.title()
    )
}

fn disposals(all: &[Listed]) -> Markup {
    let table = Table::new("The newest first").head([
        "Disposal",
        "Proposed",
        "Requests",
        "What came of it",
    ]);
    all.iter()
        .fold(table, |table, one| {
            let came = match (one.approved_at, one.withdrawn_at) {
                (Some(at), _) => format!("Destroyed {}", words::moment(at.0)),
                (_, Some(at)) => format!("Taken back {}", words::moment(at.0)),
                _ => "Waits for approval".to_owned(),
            };
            let at = format!("{PAGE}/{}", one.reference);
            table.cells(vec![
                html! { a class=(govuk::LINK) href=(at) { (one.reference) } },
                html! { (words::moment(one.proposed_at.0)) ", by " (one.proposed_by) },
                html! { (one.requests) },
                html! { (came) },
            ])
        })
        .render()
}

/// A disposal that waits; or, once it is done, the certificate.
pub fn one(asker: &Asker, seen: &Proposed, problems: &Problems, done: &Done) -> Markup {
    let typed = Typed { fields: &crate::web::Fields::default(), problems };
    let is_open = seen.approved.is_none() && seen.withdrawn_at.is_none();
    html! {
        (typed.summary())
        (done.banner())
        span class=(govuk::CAPTION_L) { "Disposal " (seen.reference) }
        h1 class=(govuk::HEADING_L) { @if seen.approved.is_some() { "Certificate of destruction" } @else { (ONE) } }
        (by_whom(seen))
        (requests(seen, is_open))
        @if is_open { (settle(asker, seen, typed)) }
    }
}

fn by_whom(seen: &Proposed) -> Markup {
    let proposed = format!("{}, {}", seen.proposed_by, words::moment(seen.proposed_at.0));
    let mut list = SummaryList::new().row("Proposed by", &proposed);
    if let Some(at) = seen.withdrawn_at {
        list = list.row("Taken back", &words::moment(at.0));
    }
    if let Some((at, by)) = &seen.approved {
        list = list
            .row("Approved by", &format!("{by}, {}", words::moment(at.0)))
            .row("Authority", "The partnership’s retention schedule, by the class of each request");
        for (what, rows) in &seen.counts {
            list = list.row(&words::capital(what), &rows.to_string());
        }
    }
    html! {
        (list.render())
        @if seen.approved.is_some() {
            p class=(govuk::BODY) {
                "The contents were destroyed in the database. The journal goes on saying that something was "
                "seen and done, and when, of a row that is no more. Backups made before hold it until they are destroyed "
                "as well."
            }
        }
    }
}

fn requests(seen: &Proposed, is_open: bool) -> Markup {
    let table = Table::new("Requests").head(["Request", "Received", "Class", "Kept until"]);
    let row = |item: &Item| {
        vec![
            html! {
                @if is_open { a class=(govuk::LINK) href={ "/contacts/" (item.reference) } { (item.reference) } }
                @else { (item.reference) }
            },
            html! { (words::day(item.received_on.0)) },
            html! { (item.class().map_or("", Class::title)) },
            html! { (words::day(item.kept_until.0)) },
        ]
    };
    seen.items.iter().fold(table, |table, item| table.cells(row(item))).render()
}

fn settle(asker: &Asker, seen: &Proposed, typed: Typed<'_>) -> Markup {
    let form = |what: &str, content: Markup| {
        Form::new(&format!("{PAGE}/{}", seen.reference), &asker.form_token)
            .once(Some(""))
            .hidden(&[("do".into(), what.to_owned())])
            .content(content)
            .render()
    };
    let may = asker.actor.may(Action::ApproveDisposal)
        && asker.actor.staff() != Some(seen.proposed_by_id);
    html! {
        h2 class=(govuk::HEADING_M) { "Approval" }
        @if let Some(say) = typed.error("approve") { p id="approve" class=(govuk::BODY) { (say) } }
        @if may {
            (WarningText::new("What is destroyed can’t be brought back.").render())
            (form("approve", html! {
                (Checkboxes::new("sure").legend("Have you looked at each of them?").error(typed.error("sure"))
                    .item("yes", "Yes. None of it is needed by a child, a family, a court or a review").render())
                (Button::new("Approve, and destroy it").warning().render())
            }))
        } @else {
            (InsetText::new("Another hub manager must approve it.").render())
        }
        (form("take-back", Button::new("Take it back").secondary().render()))
    }
}

/// What “Your work” says of it.
pub fn waiting(disposals: usize) -> Markup {
    html! {
        h2 class=(govuk::HEADING_M) { (TITLE) }
        p class=(govuk::BODY) {
            @if disposals > 0 { (Tag::new("To approve").render()) " " }
            a class=(govuk::LINK) href=(PAGE) { "See what need not be kept any longer" }
        }
    }
}
