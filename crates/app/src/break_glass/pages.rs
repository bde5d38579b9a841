//! The pages of whoever breaks glass: the form, the child through the glass, and ending it.

use axum::{
    Extension,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use govuk::{Button, Form, InsetText, Radios, SummaryList, WarningText};
use jiff::Timestamp;
use maud::{Markup, html};
use need_to_know::Word;
use platform::serve::Peer;

use super::{
    PURPOSES,
    breaking::{BreakGlass, EndGlass, Own, OwnGlass},
    looking::{Is, LookThrough, Through, ThroughGlass},
    purpose_of,
};
use crate::{
    App,
    access::{
        Action,
        passkeys::again,
        second_step::{self, SetUp, is_fresh},
        second_step_pages,
    },
    doors,
    error::{Error, Result},
    involving::pages::{meant, whom},
    limits,
    people::{
        reach_view::{household, involved},
        views::what_it_says,
    },
    web::{
        Asker, Fields, Posted,
        done::Done,
        layout,
        typed::{Problems, Typed, given_back},
        words,
    },
};

/// Where one breaks glass.
pub const PAGE: &str = "/break-glass";
/// What the page is called.
pub const TITLE: &str = "Open a child’s record in an emergency";
const THROUGH: &str = "A child’s record, opened in an emergency";

/// `GET /break-glass`
pub async fn form(
    State(app): State<App>,
    asker: Asker,
    Query(done): Query<Done>,
) -> Result<Markup> {
    if let Some(page) = lapsed(&app, &asker).await? {
        return Ok(page);
    }
    let (fields, problems) = (Fields::default(), Problems::default());
    shown(&app, &asker, Typed { fields: &fields, problems: &problems }, &done.banner()).await
}

/// What is read by somebody whose safeguarding training is over: who looks for them. Refuses whoever
/// could break no glass were it current.
async fn lapsed(app: &App, asker: &Asker) -> Result<Option<Markup>> {
    let refused = doors::offers(app, &asker.actor, Action::BreakGlass).await;
    let last = asker.actor.signed_in()?.lapsed_on;
    let (Err(Error::NotFound), Some(last)) = (&refused, last) else {
        return refused.map(|()| None);
    };
    if !asker.actor.clone().trained_again().may(Action::BreakGlass) {
        return Err(Error::NotFound);
    }
    let body = html! {
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) {
            (who_can_look(app)) " So can a colleague whose safeguarding training is current."
        }
        p class=(govuk::BODY) {
            "Yours was current until " (words::day(last)) ". If you have been trained since, ask the "
            "Business Unit to enter it."
        }
    };
    Ok(Some(layout::page_with_back(app, asker, TITLE, ("/", "Your work"), &body)))
}

async fn shown(app: &App, asker: &Asker, typed: Typed<'_>, done: &Markup) -> Result<Markup> {
    let own = doors::open(app, &asker.actor, OwnGlass).await?;
    let staff = asker.actor.staff().ok_or(Error::SignedOut)?;
    let set_up = second_step::set_up(&app.db.reads(), staff).await?;
    let is_asked = !is_fresh(asker.second_at, app.clock.now());
    let body = html! {
        (done)
        (typed.summary())
        h1 class=(govuk::HEADING_L) { (TITLE) }
        (before(app))
        @if set_up.is_any() { (form_of(asker, typed, set_up, is_asked)) }
        @else {
            (InsetText::new("You need a second step of signing in for this: a passkey, an app, or a printed list of codes. Set it up under your name at the top of this page. Until then, ring the hub.").render())
        }
        (own_list(&own))
    };
    let back = ("/", "Your work");
    Ok(layout::page_with_back(app, asker, &typed.problems.title(TITLE), back, &body))
}

/// Whom to ring, before anything else.
fn who_can_look(app: &App) -> Markup {
    let partnership = app.partnership();
    html! {
        "If a child is in immediate danger, ring 999. The hub can look for you: "
        (words::ring(&partnership.hub_phone)) ", and at other times "
        (words::ring(&partnership.out_of_hours_phone)) "."
    }
}

/// What is known before: a refusal must cost nobody their life.
fn before(app: &App) -> Markup {
    html! {
        p class=(govuk::BODY) { (who_can_look(app)) " Use this page where that takes too long." }
        (WarningText::new("This will be seen. Whoever has the record and privacy officers are told now, and somebody else reviews it within two working days.").render())
        p class=(govuk::BODY) {
            "You see one child for an hour, to read. Protected addresses and numbers stay protected."
        }
    }
}

/// The second step is asked for where it is not fresh, by a code or a passkey, whichever they have.
fn form_of(asker: &Asker, typed: Typed<'_>, set_up: SetUp, is_asked: bool) -> Markup {
    let purposes = Radios::new("purpose")
        .legend("What is it for?")
        .value(typed.get("purpose"))
        .error(typed.error("purpose"));
    let purposes = PURPOSES
        .into_iter()
        .fold(purposes, |purposes, (purpose, says)| purposes.item(purpose.word(), says));
    let why = format!(
        "In your own words, {} characters or more. Whoever reviews it reads this.",
        limits::LEAST
    );
    let (by_code, by_passkey) = (set_up.has_codes(), is_asked && set_up.passkeys);
    Form::new(PAGE, &asker.form_token)
        .once(Some(typed.get("once")))
        .hidden(&[("next".to_owned(), PAGE.to_owned())])
        .content(html! {
            (whom(typed))
            (purposes.render())
            (typed.lines("reason", "Why do you need to see this child’s record now?", &why, limits::REASON).rows(3).render())
            @if is_asked && by_code {
                (second_step_pages::code_input("Code from your app, or from your printed list", typed.error("one-time-code")))
            }
            @if by_code || !is_asked {
                (Button::new("Open the record for an hour").warning().render())
            }
            @if by_passkey {
                p class=(govuk::BODY) id=[(!by_code).then_some("one-time-code")] {
                    "You are asked for your passkey before the record opens."
                }
                (Button::new("Use your passkey").secondary().sends_to(again::AGAIN).render())
            }
        })
        .render()
}

fn own_list(own: &[Own]) -> Markup {
    html! {
        @if !own.is_empty() {
            h2 class=(govuk::HEADING_M) { "What you opened" }
            ul class=(govuk::LIST) {
                @for one in own {
                    li {
                        @match one.until {
                            Some(until) => {
                                a class=(govuk::LINK) href={ (PAGE) "/" (one.reference) } { (one.reference) }
                                ", open until " (words::moment(until))
                            }
                            None => { (one.reference) ", opened " (words::moment(one.opened_at)) ", over" }
                        }
                    }
                }
            }
        }
    }
}

/// `POST /break-glass`
pub async fn open(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    posted: Posted,
) -> Result<Response> {
    if let Some(page) = lapsed(&app, &posted.asker).await? {
        return Ok(page.into_response());
    }
    let fields = &posted.fields;
    let mut problems = Problems::default();
    let meant = meant(fields, &mut problems);
    let Some(purpose) = purpose_of(fields.get("purpose")) else {
        problems.add("purpose", "Choose what it is for");
        return again(&app, &posted, &problems).await;
    };
    let reason = fields.get("reason").to_owned();
    let now = app.clock.now();
    // What was typed is put right before a code is used up.
    let would_be = second_at_with(&posted, now);
    let mut change = BreakGlass { meant, purpose, reason, second_at: would_be };
    if let Err(error) = change.check(now) {
        problems.append(Problems::refused(error, "reason")?);
    }
    if !problems.is_empty() {
        return again(&app, &posted, &problems).await;
    }
    change.second_at =
        match second_step_pages::taken_with(&app, peer, &posted, |at| is_fresh(at, now)).await? {
            Ok(at) => at,
            Err(say) => {
                return again(&app, &posted, &Problems::of("one-time-code", say)).await;
            }
        };
    match doors::record_once(&app, &posted.asker.actor, fields.once(), change).await {
        Ok(reference) => Ok(Redirect::to(&format!("{PAGE}/{reference}")).into_response()),
        Err(error) => again(&app, &posted, &Problems::refused(error, "reference")?).await,
    }
}

/// When the second step would have been taken last, were the code that was typed a right one.
fn second_at_with(posted: &Posted, now: Timestamp) -> Option<Timestamp> {
    let has_code = !posted.fields.get("one-time-code").is_empty();
    if has_code { Some(now) } else { posted.asker.second_at }
}

async fn again(app: &App, posted: &Posted, problems: &Problems) -> Result<Response> {
    let typed = Typed { fields: &posted.fields, problems };
    let page = shown(app, &posted.asker, typed, &Markup::default()).await?;
    Ok(given_back(page))
}

/// `GET /break-glass/{reference}`
pub async fn through(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Response> {
    let look = LookThrough { reference: reference.clone() };
    if doors::record(&app, &asker.actor, look).await? == Is::Over {
        return Ok(Redirect::to("/break-glass?done=glass-over").into_response());
    }
    let seen = doors::open(&app, &asker.actor, ThroughGlass { reference }).await?;
    let body = through_view(&asker, &seen, app.clock.now());
    let back = (PAGE, TITLE);
    Ok(layout::page_with_back(&app, &asker, THROUGH, back, &body).into_response())
}

/// `POST /break-glass/{reference}/end`
pub async fn end(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Redirect> {
    doors::record(&app, &posted.asker.actor, EndGlass { reference }).await?;
    Ok(Redirect::to("/break-glass?done=glass-ended"))
}

/// The child for the time that is left, and not for paper, which would stay.
fn through_view(asker: &Asker, seen: &Through, now: Timestamp) -> Markup {
    html! {
        p class=(govuk::ONLY_PRINTED) { "This record is open for an hour, to read. It is not printed." }
        div class=(govuk::NOT_PRINTED) { (read_through(asker, seen, now)) }
    }
}

fn read_through(asker: &Asker, seen: &Through, now: Timestamp) -> Markup {
    let child = &seen.child;
    let name = child.accounts.first().map_or_else(String::new, |a| a.account.name());
    let open = format!(
        "{}. It is open to you until {}, to read. Each look is recorded under {}.",
        words::time_left(seen.until, now),
        words::soon(seen.until, now),
        seen.reference
    );
    let end = format!("{PAGE}/{}/end", seen.reference);
    html! {
        span class=(govuk::CAPTION_L) { (THROUGH) }
        h1 class=(govuk::HEADING_L) { (name) }
        (InsetText::new(&open).render())
        (Form::new(&end, &asker.form_token).content(Button::new("I am done: close it").secondary().render()).render())
        h2 class=(govuk::HEADING_M) { "Who is involved and how to reach them" }
        (involved(child))
        h2 class=(govuk::HEADING_M) { "Who lives together" }
        (household(child, false))
        h2 class=(govuk::HEADING_M) { "Requests in the hub" }
        @for pathway in &child.pathways {
            (SummaryList::new()
                .row("Received", &words::moment(pathway.contact.received_at.0))
                .row("Where it stands", &pathway.pathway.stage)
                .row("Who has it", pathway.contact.holder.as_deref().unwrap_or("Nobody yet: ring the hub"))
                .render())
        }
        h2 class=(govuk::HEADING_M) { "What each agency says" }
        @for account in &child.accounts { (what_it_says(asker, account, now)) }
        p class=(govuk::BODY) { "What happened before stands in the full record: ring the hub for it." }
    }
}

/// What “Your work” says of a record that is open to somebody now.
pub fn open_now(own: &[Own]) -> Markup {
    html! {
        @for one in own {
            @if let Some(until) = one.until {
                h2 class=(govuk::HEADING_M) { "A record is open to you" }
                p class=(govuk::BODY) {
                    a class=(govuk::LINK) href={ (PAGE) "/" (one.reference) } { (THROUGH) }
                    ", until " (words::moment(until))
                }
            }
        }
    }
}
