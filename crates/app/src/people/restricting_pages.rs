//! The page on which a hub manager says that few may see somebody, or where they live, who those few
//! are, and, with another, that everybody may again; and that looks are asked about.

use axum::{
    extract::{Path, State},
    response::Response,
};
use govuk::{Button, Form, InsetText, Radios, SummaryList};
use maud::{Markup, html};
use practice::calendar::{Day, day_of};

use super::{
    restricting::{Lift, Name, Restrict},
    restriction::{Covers, Named, OpenRestriction, Restricted, Restriction, Sort},
};
use crate::{
    App, doors,
    error::Result,
    limits,
    web::{
        Asker, Fields, Posted, layout,
        typed::{Problems, Typed, given_back, leads_on},
        words,
    },
};

/// What the page is called.
pub const TITLE: &str = "Few may see this";

fn path(person: &str) -> String {
    format!("/people/{person}/restriction")
}

/// `GET /people/{reference}/restriction`
pub async fn page(
    State(app): State<App>,
    asker: Asker,
    Path(person): Path<String>,
) -> Result<Markup> {
    shown(&app, &asker, person, &Fields::default(), &Problems::default()).await
}

/// `POST /people/{reference}/restriction`
pub async fn restrict(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let fields = &posted.fields;
    let mut problems = Problems::default();
    let (covers, sort) = (Covers::of_slug(fields.get("covers")), Sort::of_slug(fields.get("sort")));
    if covers.is_none() {
        problems.add("covers", "Choose what few may see");
    }
    if sort.is_none() {
        problems.add("sort", "Choose why few may see this");
    }
    if fields.get("reason").is_empty() {
        problems.add("reason", "Enter what it is about");
    }
    if covers.is_none_or(Covers::names) && fields.get("named").is_empty() {
        problems.add("named", "Enter who goes on seeing it besides you");
    }
    let (Some(covers), Some(sort), true) = (covers, sort, problems.is_empty()) else {
        return again(&app, &posted, person, &problems).await;
    };
    let change = Restrict {
        person: person.clone(),
        account: fields.get("account").to_owned(),
        covers,
        sort,
        reason: fields.get("reason").to_owned(),
        named: fields.get("named").split_whitespace().map(str::to_owned).collect(),
    };
    answer(&app, &posted, person, "reason", change, |()| false).await
}

/// `POST /people/{reference}/restriction/named`
pub async fn name(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let posted = of_one(posted);
    if posted.fields.get("who").is_empty() {
        let problems = Problems::of("who", "Enter the e-mail address of whoever may see it too");
        return again(&app, &posted, person, &problems).await;
    }
    let who = posted.fields.get("who").to_owned();
    named(&app, &posted, person, who, true).await
}

/// `POST /people/{reference}/restriction/named/end`
pub async fn end(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let whom = posted.fields.get("whom").to_owned();
    named(&app, &posted, person, whom, false).await
}

/// What was typed beside one of several restrictions, as if it were the only one.
fn of_one(mut posted: Posted) -> Posted {
    let of = posted.fields.get("restriction").to_owned();
    let suffix = format!("-{of}");
    for (name, _) in &mut posted.fields.0 {
        if let Some(plain) = name.strip_suffix(&suffix) {
            *name = plain.to_owned();
        }
    }
    posted
}

async fn named(
    app: &App,
    posted: &Posted,
    person: String,
    who: String,
    is_named: bool,
) -> Result<Response> {
    let restriction = posted.fields.get("restriction").to_owned();
    let ends_own = !is_named && posted.asker.actor.signed_in()?.email == who;
    let change = Name { person: person.clone(), restriction, who, is_named };
    answer(app, posted, person, "who", change, |()| ends_own).await
}

/// `POST /people/{reference}/restriction/lift`
pub async fn lift(
    State(app): State<App>,
    Path(person): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let posted = of_one(posted);
    let change = Lift {
        person: person.clone(),
        restriction: posted.fields.get("restriction").to_owned(),
        reason: posted.fields.get("lift").to_owned(),
    };
    answer(&app, &posted, person, "lift", change, |_| false).await
}

/// Records a change, and leads back to the page, unless whoever made it can see it no more.
async fn answer<C: doors::Change>(
    app: &App,
    posted: &Posted,
    person: String,
    beside: &str,
    change: C,
    is_gone: impl Fn(&C::Made) -> bool + Send,
) -> Result<Response> {
    let fields = &posted.fields;
    let made = doors::record_once(app, &posted.asker.actor, fields.once(), change).await;
    let to = made.map(|made| if is_gone(&made) { "/".to_owned() } else { path(&person) });
    leads_on(to, beside, async |problems| {
        shown(app, &posted.asker, person, fields, &problems).await
    })
    .await
}

async fn again(
    app: &App,
    posted: &Posted,
    person: String,
    problems: &Problems,
) -> Result<Response> {
    Ok(given_back(shown(app, &posted.asker, person, &posted.fields, problems).await?))
}

async fn shown(
    app: &App,
    asker: &Asker,
    person: String,
    fields: &Fields,
    problems: &Problems,
) -> Result<Markup> {
    let seen = doors::open(app, &asker.actor, OpenRestriction { person }).await?;
    let today = day_of(app.clock.now());
    let body = view(asker, &seen, Typed { fields, problems }, today);
    let back = (format!("/people/{}", seen.person), "Back to the page");
    Ok(layout::page_with_back(app, asker, &problems.title(TITLE), (&back.0, back.1), &body))
}

/// One of the restrictions on the page.
struct Section<'a> {
    one: &'a Restricted,
    /// Whether it is the only one, or the one of which something was typed: its fields have the
    /// names that problems go by.
    is_meant: bool,
}

impl Section<'_> {
    fn field(&self, name: &str) -> String {
        if self.is_meant { name.to_owned() } else { format!("{name}-{}", self.one.reference) }
    }
}

fn view(asker: &Asker, seen: &Restriction, typed: Typed<'_>, today: Day) -> Markup {
    let blank = (Fields::default(), Problems::default());
    html! {
        (typed.summary())
        span class=(govuk::CAPTION_L) { (seen.name) }
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) {
            "Where few may see the whole record, it looks to everybody else as though nothing were "
            "here: on every page, list and count, in the search and in every message. Where few may "
            "see the address, everybody else sees the rest, and whom to ask."
        }
        (InsetText::new("It covers this person, whoever may be the same person, and every request that names them, also those that come later or are taken in from a list. Whoever asked for support, or took it down from a call, goes on reading that request. If they must not, keep them away.").render())
        @for one in &seen.all {
            @let is_meant = seen.all.len() == 1 || typed.get("restriction") == one.reference;
            @let typed = if is_meant { typed } else { Typed { fields: &blank.0, problems: &blank.1 } };
            (standing(asker, &seen.person, &Section { one, is_meant }, typed, today))
        }
        @if seen.all.len() < Covers::ALL.len() {
            @if !seen.all.is_empty() { h2 class=(govuk::HEADING_M) { "Restrict something else" } }
            (begin(asker, seen, typed))
        }
    }
}

fn begin(asker: &Asker, seen: &Restriction, typed: Typed<'_>) -> Markup {
    let account = typed.fields.some("account").unwrap_or_else(|| seen.account.clone());
    let mut covers = Radios::new("covers")
        .legend("What may few see?")
        .value(typed.get("covers"))
        .error(typed.error("covers"));
    for one in Covers::ALL {
        if !seen.all.iter().any(|stands| stands.covers == one) {
            covers = covers.item(one.slug(), one.says());
        }
    }
    let mut sorts =
        Radios::new("sort").legend("Why?").value(typed.get("sort")).error(typed.error("sort"));
    for sort in Sort::ALL {
        sorts = sorts.item(sort.slug(), sort.says());
    }
    Form::new(&path(&seen.person), &asker.form_token)
        .once(Some(typed.get("once")))
        .hidden(&[("account".into(), account)])
        .content(html! {
            (covers.render())
            (sorts.render())
            (typed.lines("reason", "What is it about?", "Hub managers read it; of a whole record only those who are named.", limits::TEXT).rows(3).render())
            (typed.lines("named", "Who goes on seeing it besides you?", "Their e-mail addresses at work, one in each line. With you, two must work in the hub, one of them as a hub manager. Leave it empty where nothing is hidden.", limits::TEXT).rows(4).render())
            (Button::new("Save").render())
        })
        .render()
}

fn standing(
    asker: &Asker,
    person: &str,
    section: &Section<'_>,
    typed: Typed<'_>,
    today: Day,
) -> Markup {
    let one = section.one;
    let hidden = [("restriction".to_owned(), one.reference.clone())];
    let form = |part: &str| {
        let form = Form::new(&format!("{}/{part}", path(person)), &asker.form_token);
        form.once(Some(typed.get("once"))).hidden(&hidden)
    };
    html! {
        h2 class=(govuk::HEADING_M) { (one.covers.heading()) }
        (SummaryList::new()
            .row("Why", one.sort.says())
            .row("What it is about", &one.reason)
            .row("Since", &format!("{}, by {}", words::moment(one.set_at.0), one.set_by))
            .render())
        @if one.covers.names() {
            h3 class=(govuk::HEADING_S) { "Who sees it" }
            @if let Some(say) = typed.error("end") { (wrong("end", say)) }
            @for named in &one.named { (who(asker, person, one, named, today)) }
            (form("named").content(html! {
                (typed.line(&section.field("who"), "Who may see it too?").hint("Their e-mail address at work.").input_type("email").render())
                (Button::new("Name them").render())
            }).render())
        }
        h3 class=(govuk::HEADING_S) { (one.covers.ending()) }
        p class=(govuk::BODY) {
            @if one.covers.names() { "Two hub managers who are named do this together: one asks, another agrees." }
            @else { "Two hub managers do this together: one asks, another agrees." }
        }
        (lifting(asker, section, typed, &form("lift")))
    }
}

fn lifting(asker: &Asker, section: &Section<'_>, typed: Typed<'_>, form: &Form) -> Markup {
    let one = section.one;
    let form = |content: Markup| form.clone().content(content).render();
    match &one.asked {
        None => form(html! {
            (typed.lines(&section.field("lift"), one.covers.why_ending(), "", limits::TEXT).rows(3).render())
            (Button::new("Ask another manager").render())
        }),
        Some(asked) => html! {
            (SummaryList::new()
                .row("Asked by", &format!("{}, {}", asked.by, words::moment(asked.at.0)))
                .row("Because", &asked.reason)
                .render())
            @if let Some(say) = typed.error("lift") { (wrong("lift", say)) }
            @if Some(asked.by_id) == asker.actor.staff() {
                p class=(govuk::BODY) {
                    @if one.covers.names() { "Another hub manager who is named must agree." }
                    @else { "Another hub manager must agree." }
                }
            } @else { (form(html! { (Button::new(&format!("Agree: {}", one.covers.ending().to_lowercase())).render()) })) }
        },
    }
}

fn who(asker: &Asker, person: &str, one: &Restricted, named: &Named, today: Day) -> Markup {
    let has_left = if named.has_left(today) { ", who has left" } else { "" };
    html! {
        p class=(govuk::BODY) { (named.name) ", " (named.job) (has_left) }
        (Form::new(&format!("{}/named/end", path(person)), &asker.form_token)
            .hidden(&[
                ("restriction".into(), one.reference.clone()),
                ("whom".into(), named.email.clone()),
            ])
            .content(html! { (Button::new(&format!("Name {} no longer", named.name)).secondary().render()) })
            .render())
    }
}

/// What is wrong with something that has no field of its own.
fn wrong(id: &str, say: &str) -> Markup {
    html! {
        p id=(id) class=(govuk::BODY) { (say) }
    }
}
