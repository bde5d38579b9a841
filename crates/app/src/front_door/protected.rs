//! What is protected in a contact (a refuge's address, telephone numbers that must not be known),
//! shown to the hub for a purpose that it names. Each showing is in the journal with its purpose.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use govuk::{Button, Form, InsetText, SummaryList};
use maud::{Markup, html};
use practice::{
    calendar::day_of,
    disclosure::{Body, Occasion},
};
use uuid::Uuid;

use super::{
    caller,
    contact_view::{BeforeRinging, before_anybody_is_rung},
    contacts,
    views::name,
};
use crate::{
    App,
    access::{Action, MayReveal},
    disclosing::{Disclosure, Thing},
    doors::{self, Glass, Look},
    error::{Error, Result},
    limits,
    pathways::{self, store::Telling},
    people::{
        SafeFor,
        address_list::{self, Reader},
        kept_away,
        phones::{self, PhoneSeen},
        shown::Place,
        span::SpanSeen,
        store::{self, Account},
    },
    questionnaires::{self, Answered},
    web::{
        Asker, Fields, Posted, layout,
        typed::{Problems, Typed, given_back},
        words,
    },
};

/// A look at what is protected in a contact.
struct RevealContact {
    reference: String,
    purpose: String,
}

/// What is protected in a contact.
struct Revealed {
    /// Who asked, where the family may not know it.
    unnamed: Option<String>,
    answered: Option<Answered>,
    tellings: Vec<Telling>,
    kept_away: Option<String>,
    children: Vec<Kept>,
    /// That it was shown, to whoever looks.
    disclosure: Disclosure,
}

/// What anybody has said of where a child lives, and of how the child and those who are related
/// are reached.
struct Kept {
    child: Account,
    places: Vec<(Place, SpanSeen)>,
    phones: Vec<Number>,
}

/// A telephone number, whose it is, and what it is safe for.
struct Number {
    whose: String,
    number: String,
    safe_for: SafeFor,
}

impl Look for RevealContact {
    type Seen = Revealed;
    const WHAT: &'static str = "front-door:reveal";
    const ACTION: Action = Action::RevealProtected;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    fn purpose(&self) -> String {
        self.purpose.clone()
    }

    fn discloses(seen: &Revealed) -> Option<Disclosure> {
        Some(seen.disclosure.clone())
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Revealed, Vec<Uuid>)> {
        let may = glass.reveals.ok_or(Error::NotFound)?;
        is_a_purpose(&self.purpose)?;
        let contact = contacts::find(&glass.db, &glass.scope, &self.reference).await?;
        let mut subjects = vec![contact.id.0];
        let mut tellings = Vec::new();
        let mut children = Vec::new();
        for pathway in pathways::store::of_contact(&glass.db, contact.id).await? {
            subjects.push(pathway.account_id.0);
            tellings
                .extend(pathways::store::tellings(&glass.db, &glass.app.keys, pathway.id).await?);
            let account = store::account(&glass.db, pathway.account_id).await?;
            children.push(kept(glass, account, may).await?);
        }
        let answered = match contact.response_id {
            Some(id) => Some(questionnaires::store::answered(glass, id).await?),
            None => None,
        };
        let kept_away = kept_away::requester(&glass.db, contact.id).await?;
        let unnamed = caller::unnamed(&glass.db, &glass.app.keys, contact.id).await?;
        let unnamed = unnamed.map(|kept| kept.reveal(&may).clone());
        let things = std::iter::once(Thing::ProtectedDetails)
            .chain(unnamed.is_some().then_some(Thing::WhoAsked));
        let about = children.iter().map(|kept| kept.child.id).collect();
        let occasion = Occasion::ProtectedRevealed;
        let usual = occasion.usual(Body::Public);
        let new = Disclosure::to_whoever_looks(glass, occasion, about, usual).await?;
        let disclosure = Disclosure { shared: things.collect(), words: self.purpose, ..new };
        let seen = Revealed { unnamed, answered, tellings, kept_away, children, disclosure };
        Ok((seen, subjects))
    }
}

/// A look at who may be shown where a family lives, where that is on a list of its own: for whoever
/// reads the request, and is not among them.
struct WhoMayTell {
    reference: String,
}

impl Look for WhoMayTell {
    type Seen = Vec<Reader>;
    const WHAT: &'static str = "front-door:who-may-tell";
    const ACTION: Action = Action::ReadContact;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Vec<Reader>, Vec<Uuid>)> {
        let contact = contacts::find(&glass.db, &glass.scope, &self.reference).await?;
        let today = day_of(glass.app.clock.now());
        let readers = address_list::readers(&glass.db, contact.id, today).await?;
        readers.map(|readers| (readers, vec![contact.id.0])).ok_or(Error::NotFound)
    }
}

/// Refuses a purpose that says too little to be answered for, or too much.
fn is_a_purpose(said: &str) -> Result<()> {
    limits::reason("purpose", said)
}

async fn kept(glass: &Glass<'_>, child: Account, may: MayReveal) -> Result<Kept> {
    let (db, keys, id) = (&glass.db, &glass.app.keys, child.id);
    let places = store::addresses_of_person(db, keys, id).await?;
    let own = phones::of_person(db, keys, id).await?;
    let mut numbers: Vec<Number> =
        own.into_iter().map(|phone| revealed(phone, "The child or the family", may)).collect();
    let relations = store::relations(db, id).await?;
    for phone in phones::of_relations(db, keys, id, true).await? {
        let whose = relations.iter().find(|r| r.account == phone.of);
        let whose = whose.map_or_else(String::new, |r| name(&r.given, &r.family, false));
        numbers.push(revealed(phone, &whose, may));
    }
    let places = places.into_iter().map(|a| (a.place.revealed(may), a.span)).collect();
    Ok(Kept { child, places, phones: numbers })
}

fn revealed(phone: PhoneSeen, whose: &str, may: MayReveal) -> Number {
    let number = phone.number.revealed(may);
    Number { whose: whose.to_owned(), number, safe_for: phone.safe_for }
}

/// `GET /contacts/{reference}/protected`
pub async fn form(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    doors::offers(&app, &asker.actor, Action::OfferReveal).await?;
    Ok(asked(
        &app,
        &asker,
        &reference,
        Typed { fields: &Fields::default(), problems: &Problems::default() },
    ))
}

/// `POST /contacts/{reference}/protected`
pub async fn reveal(
    State(app): State<App>,
    Path(reference): Path<String>,
    posted: Posted,
) -> Result<Response> {
    doors::offers(&app, &posted.asker.actor, Action::OfferReveal).await?;
    let purpose = posted.fields.get("purpose").to_owned();
    // Before anything is looked for: a form that lacks it tells nobody what there is.
    if let Err(Error::Beside { field, say }) = is_a_purpose(&purpose) {
        let problems = Problems::of(field, say);
        let typed = Typed { fields: &posted.fields, problems: &problems };
        let page = asked(&app, &posted.asker, &reference, typed);
        return Ok(given_back(page));
    }
    let look = RevealContact { reference: reference.clone(), purpose };
    let body = match doors::open(&app, &posted.asker.actor, look).await {
        Ok(seen) => view(&seen),
        Err(Error::NotFound) => {
            let look = WhoMayTell { reference: reference.clone() };
            for_few(&doors::open(&app, &posted.asker.actor, look).await?)
        }
        Err(other) => return Err(other),
    };
    let back = format!("/contacts/{reference}");
    let back = (back.as_str(), "Back to the request");
    let page = layout::page_with_back(&app, &posted.asker, TITLE, back, &body);
    Ok(page.into_response())
}

fn for_few(named: &[Reader]) -> Markup {
    html! {
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) {
            "Where this family lives, and how they are reached, is on a list of its own. It is shown to "
            "the people named here. Ask one of them: they can tell you, or send whoever must go there."
        }
        ul class=(govuk::LIST) {
            @for one in named {
                li {
                    (one.name) ", " (one.job)
                    @if let Some(phone) = &one.phone { ", " (words::with_numbers(phone)) }
                }
            }
        }
    }
}

const TITLE: &str = "Protected details";

fn asked(app: &App, asker: &Asker, reference: &str, typed: Typed<'_>) -> Markup {
    let body = html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { "Protected details of request " (reference) }
        p class=(govuk::BODY) {
            "These may be the address of a refuge, a number that somebody must not find, or a neighbour "
            "whom the family must not know of. "
            "That you looked, and what for, is recorded."
        }
        (Form::new(&format!("/contacts/{reference}/protected"), &asker.form_token).content(html! {
            (typed.line("purpose", "What do you need it for?")
                .hint("For example: a visit to the family this afternoon, or to send the police. 20 characters or more").render())
            (Button::new("Show it").render())
        }).render())
    };
    let back = format!("/contacts/{reference}");
    let title = typed.problems.title(TITLE);
    layout::page_with_back(app, asker, &title, (&back, "Back to the request"), &body)
}

fn view(seen: &Revealed) -> Markup {
    html! {
        h1 class=(govuk::HEADING_L) { (TITLE) }
        (before_anybody_is_rung(&BeforeRinging::of(seen.answered.as_ref(), seen.tellings.iter(), seen.kept_away.as_deref())))
        (InsetText::new("Don’t copy this anywhere else, and don’t read it out to anybody whom you don’t know.").render())
        @if let Some(said) = &seen.unnamed {
            (SummaryList::new().content_row("Who asked, and must not be named to the family", words::with_numbers(said)).render())
        }
        @for kept in &seen.children { (one_child(kept)) }
        @if let Some(answered) = &seen.answered {
            h2 class=(govuk::HEADING_M) { "What was said in the request" }
            (questionnaires::answered::protected(answered))
        }
    }
}

fn one_child(kept: &Kept) -> Markup {
    let child = &kept.child;
    let mut list = SummaryList::new();
    for ((lines, postcode), span) in &kept.places {
        let dates = Some(span.words()).filter(|words| !words.is_empty());
        let dates = dates.map_or_else(String::new, |words| format!(" ({words})"));
        let key = if span.has_ended() { "Earlier address" } else { "Address" };
        list = list.row(key, &format!("{lines}, {postcode}{dates}"));
    }
    for phone in &kept.phones {
        let words = format!("{}. {}", phone.number, phone.safe_for.title());
        list = list.row(&format!("Telephone: {}", phone.whose), &words);
    }
    html! {
        h2 class=(govuk::HEADING_M) { (name(&child.given, &child.family, child.expected_on.is_some())) }
        @if kept.places.is_empty() { p class=(govuk::BODY) { "No address was given." } }
        @if !list.rows.is_empty() { (list.render()) }
    }
}
