//! Who still works here: the page on which members of staff are confirmed, and what “Your work”
//! says of it to whoever confirms and to whoever is to be confirmed.

use axum::{
    extract::{Query, State},
    response::Response,
};
use govuk::{Button, Checkboxes, Form, InsetText};
use maud::{Markup, html};
use practice::{calendar::day_of, confirmation::Standing};

use super::confirming::{AllToConfirm, Confirm, MOST, MembersToConfirm, ToConfirm, Word};
use crate::{
    App, doors,
    error::Result,
    web::{
        Asker, Fields, Posted,
        done::Done,
        layout,
        typed::{Problems, Typed, given_back, leads_on},
        words,
    },
};

/// Where the page is.
pub const PAGE: &str = "/still-here";
/// What it is called.
pub const TITLE: &str = "Who still works here";
const WHO: &str = "who";

/// `GET /still-here`
pub async fn page(
    State(app): State<App>,
    asker: Asker,
    Query(done): Query<Done>,
) -> Result<Markup> {
    shown(&app, &asker, &done, &Fields::default(), &Problems::default()).await
}

/// `POST /still-here`
pub async fn confirm(State(app): State<App>, posted: Posted) -> Result<Response> {
    let fields = &posted.fields;
    let again =
        async |problems| shown(&app, &posted.asker, &Done::default(), fields, &problems).await;
    let staff = ticked(fields);
    if staff.is_empty() {
        return Ok(given_back(again(Problems::of(WHO, "Tick at least one person")).await?));
    }
    let (word, done) = match fields.get("word") {
        "sleep" => (Word::Sleep, "asleep"),
        _ => (Word::StillHere, "confirmed"),
    };
    let change = Confirm { staff, word };
    let made = doors::record_once(&app, &posted.asker.actor, fields.once(), change).await;
    leads_on(made.map(|()| format!("{PAGE}?done={done}")), WHO, again).await
}

fn ticked(fields: &Fields) -> Vec<String> {
    let ticked = fields.0.iter().filter(|(name, said)| name == WHO && !said.is_empty());
    ticked.map(|(_, said)| said.clone()).collect()
}

async fn shown(
    app: &App,
    asker: &Asker,
    done: &Done,
    fields: &Fields,
    problems: &Problems,
) -> Result<Markup> {
    let look = MembersToConfirm::of(asker.actor.signed_in()?);
    let all = doors::open(app, &asker.actor, look).await?;
    let body = html! {
        (done.banner())
        @let typed = Typed { fields, problems };
        (typed.summary())
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) {
            "Four times a year somebody says of each account that whoever has it still works there, "
            "in those roles. An account of which nobody says so for 90 days sleeps, and opens "
            "nothing until somebody does."
        }
        @if all.members.is_empty() {
            p class=(govuk::BODY) { "There is nobody to confirm now." }
        } @else { (form(asker, &all, typed)) }
    };
    let title = problems.title(TITLE);
    Ok(layout::page_with_back(app, asker, &title, ("/", "Your work"), &body))
}

/// Nobody is ticked beforehand: whoever confirms has thought of each.
fn form(asker: &Asker, all: &AllToConfirm, typed: Typed<'_>) -> Markup {
    let ticked = ticked(typed.fields);
    let boxes = Checkboxes::new(WHO)
        .legend("Who still works there, in these roles?")
        .hint("Tick only whom you know of. Whoever sleeps first comes first.")
        .error(typed.error(WHO))
        .values(&ticked);
    let boxes = all.members.iter().fold(boxes, |boxes, one| {
        boxes.item_with_hint(&one.row.reference, &called(one), &known(one))
    });
    let content = html! {
        (boxes.render())
        @if all.more { p class=(govuk::BODY) { "These are the first " (MOST) ". There are more." } }
        (InsetText::new("Roles that somebody should not hold any more are ended by the Business Unit: tell them before you confirm.").render())
        div class="govuk-button-group" {
            (Button::new("They still work there").sends("word", "still-here").render())
            (Button::new("They don’t: put their accounts to sleep").secondary().sends("word", "sleep").render())
        }
    };
    Form::new(PAGE, &asker.form_token).content(content).render()
}

fn called(one: &ToConfirm) -> String {
    let at = one.row.setting.as_deref().unwrap_or(&one.row.agency);
    format!("{}, {}, {at}", one.row.name, one.row.job)
}

fn known(one: &ToConfirm) -> String {
    let roles: Vec<_> = one.roles.iter().map(|role| role.title()).collect();
    let roles = if roles.is_empty() { "No role".to_owned() } else { roles.join(", ") };
    let stands = match one.standing {
        Standing::Asleep => "Sleeps now".to_owned(),
        Standing::ToConfirm(on) | Standing::Confirmed(on) => {
            format!("Sleeps on {}", words::day(on))
        }
    };
    let seen = one.row.seen_at.map_or_else(
        || "Has never signed in".to_owned(),
        |at| format!("Last signed in on {}", words::day(day_of(at.0))),
    );
    format!("{roles}. {stands}. {seen}.")
}

/// What “Your work” says to whoever confirms others; nothing where there is nobody to confirm.
pub fn waiting(all: &AllToConfirm) -> Markup {
    let Some(first) = all.members.first() else { return Markup::default() };
    html! {
        h2 class=(govuk::HEADING_M) { (TITLE) }
        p class=(govuk::BODY) {
            @match first.standing {
                Standing::Asleep => "Somebody’s account sleeps, because nobody confirmed that they still work there. ",
                Standing::ToConfirm(on) | Standing::Confirmed(on) => {
                    "Accounts sleep from " (words::day(on)) " on unless somebody confirms them. "
                }
            }
            a class=(govuk::LINK) href=(PAGE) { "Say who still works here" }
        }
    }
}

/// What one’s own pages say of one’s own account; nothing while there is time.
pub fn own(standing: Standing) -> Markup {
    const ASK: &str =
        "Ask your safeguarding lead, your agency’s privacy officer or the Business Unit.";
    let words = match standing {
        Standing::Confirmed(_) => return Markup::default(),
        Standing::ToConfirm(on) => format!(
            "Your account sleeps from {} on, unless somebody confirms that you still work here. {ASK}",
            words::day(on),
        ),
        Standing::Asleep => format!(
            "Your account sleeps: nobody has confirmed for 90 days that you still work here. {ASK} It \
             wakes as soon as one of them does. If you are worried about a child meanwhile, ring the \
             hub: its number is at the foot of this page. In immediate danger, ring 999."
        ),
    };
    InsetText::new(&words).render()
}
