//! What is in the file: of each child of whom something is open, what somebody needs who is rung at
//! night. Nothing that must be kept secret is in it, nobody who must not be named, no record that few may
//! see, and none from which anybody of the same agency is kept away: nobody knows who will read it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use platform::db::{Row, Runs, Value, sea_orm};
use practice::{
    disclosure::Occasion, pathway::Process, processes::request_for_support::RequestForSupport,
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    access::{
        Action,
        second_step::{WRONG_CODE, is_fresh},
    },
    disclosing::{
        self, Disclosure, Recipient, Thing, marks,
        secrets::{self, Secrets},
    },
    doors::{Glass, Look},
    error::{Error, Result},
    files::FILE,
    front_door::{
        caller::{self, UNNAMED},
        contact_view::heading,
        telling::event,
        views::name,
    },
    ids::{AccountId, StaffId},
    people::{
        child::{self, AccountSeen, PathwaySeen},
        kept_away, restricted, store,
    },
    questionnaires,
    web::words,
};

/// For how many children there is room: far more than a hub has open.
const MOST: usize = 2_000;
/// What is read where somebody at home must not know, or must not find them.
const BEFORE: &str = "Something is marked for somebody at home. Ring the hub’s manager before anybody is rung \
     or visited";

/// What is read in the place of what must be kept secret.
const NOT_HERE: &str =
    "Not in this file, since it speaks of what must be kept secret: ring the hub’s manager";

/// A look at what is open, to be taken out.
#[derive(Debug)]
pub struct TakeOut {
    /// For whom, and for which night.
    pub purpose: String,
    /// When whoever takes it out took their second step last.
    pub second_at: Option<Timestamp>,
}

/// What is taken out.
#[derive(Debug, Clone, Serialize)]
pub struct Extract {
    pub partnership: String,
    /// When it was made, and by whom, as people read it.
    pub made: String,
    pub by: String,
    /// What it does not hold.
    pub without: &'static str,
    pub children: Vec<Open>,
    /// Whether there were more than there is room for.
    pub more: bool,
    #[serde(skip)]
    disclosure: Option<Disclosure>,
}

/// A child of whom something is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Open {
    pub name: String,
    pub born: String,
    /// What must be read first.
    pub first: Vec<String>,
    /// What it is, and what was said.
    pub lines: Vec<(String, String)>,
}

const WITHOUT: &str = "Addresses and telephone numbers that must be kept secret, who asked to stay unnamed, and \
     records that few may see are not in it. If a child may be one of those, ring the hub’s manager.";

impl Look for TakeOut {
    type Seen = Extract;
    const WHAT: &'static str = "out-of-hours:take-out";
    const ACTION: Action = Action::TakeOutForNight;

    fn purpose(&self) -> String {
        self.purpose.clone()
    }

    fn discloses(seen: &Extract) -> Option<Disclosure> {
        seen.disclosure.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Extract, Vec<Uuid>)> {
        let staff = glass.scope.staff().ok_or(Error::SignedOut)?;
        // It is every child of whom something is open: no screen that was left open is enough.
        if !glass.app.demo && !is_fresh(self.second_at, glass.app.clock.now()) {
            return Err(Error::beside("one-time-code", WRONG_CODE));
        }
        let mut accounts = open(glass, staff.0).await?;
        let more = accounts.len() > MOST;
        accounts.truncate(MOST);
        let (now, mut children) = (glass.app.clock.now(), Vec::new());
        for id in &accounts {
            let account = store::account(&glass.db, *id).await?;
            let mut pathways = child::pathways_of(glass, &account).await?;
            let seen = child::all_of(glass, account).await?;
            let is_marked = marks::is_off(glass.app, &glass.db, *id).await?;
            let near = secrets::near(&glass.db, &[*id]).await?;
            let secrets = Secrets::of(&glass.db, &glass.app.keys, &near).await?;
            let unnamed = caller::unnamed_staff(&glass.db, &near).await?;
            for PathwaySeen { contact, .. } in &mut pathways {
                // Beside somebody who must not be named, another of the same place would say which it is.
                contact.is_unnamed |= contact.requester_id.is_some_and(|id| unnamed.contains(&id));
            }
            for pathway in pathways.iter().filter(|one| one.pathway.ended_at.is_none()) {
                let mut child = child_in(&seen, pathway, &unnamed, (is_marked, now));
                // Somebody may have written it where nobody looks for it.
                for (what, said) in &mut child.lines {
                    if secrets.stand_in(&format!("{what} {said}")) {
                        *said = NOT_HERE.to_owned();
                        if secrets.stand_in(what) {
                            *what = "Something".to_owned();
                        }
                    }
                }
                for said in &mut child.first {
                    if secrets.stand_in(said) {
                        *said = NOT_HERE.to_owned();
                    }
                }
                children.push(child);
            }
        }
        let maker = Recipient::of_staff(&glass.db, staff).await?;
        let occasion = Occasion::OutOfHours;
        let to =
            Recipient { staff: None, who: self.purpose.clone(), works_at: OUT_OF_HOURS.into() };
        let body = disclosing::body_of(&glass.db, Some(staff)).await?;
        let new = Disclosure::new(occasion, to, accounts.clone(), occasion.usual(body));
        let disclosure =
            Disclosure { shared: vec![Thing::WhatIsOpen], words: self.purpose.clone(), ..new };
        let extract = Extract {
            partnership: glass.app.partnership().name.clone(),
            made: words::moment(now),
            by: maker.who,
            without: WITHOUT,
            children,
            more,
            disclosure: (!accounts.is_empty()).then_some(disclosure),
        };
        Ok((extract, accounts.into_iter().map(|id| id.0).collect()))
    }
}

/// With whom it is shared.
const OUT_OF_HOURS: &str = "The out-of-hours team";

/// The accounts of whom something is open, what speaks of danger first, then the oldest.
async fn open(glass: &Glass<'_>, staff: Uuid) -> Result<Vec<AccountId>> {
    #[derive(Row)]
    struct Found {
        account_id: AccountId,
    }
    let text = format!(
        "SELECT p.account_id FROM pathway p JOIN contact c ON c.id = p.contact_id \
         LEFT JOIN screening s ON s.pathway_id = p.id WHERE p.ended_at IS NULL AND {} \
         AND c.id NOT IN ({}) AND c.id NOT IN ({}) \
         ORDER BY COALESCE(s.danger, FALSE) DESC, c.received_at, p.id LIMIT {}",
        glass.scope.contacts("c", 1),
        restricted::all_contacts(),
        kept_away::contacts_of_colleagues(6),
        MOST + 1
    );
    let values: Vec<Value> = glass.scope.values().into_iter().chain([staff.into()]).collect();
    let found: Vec<Found> = glass.db.all(&text, values).await?;
    let mut accounts: Vec<AccountId> = Vec::with_capacity(found.len());
    for Found { account_id } in found {
        if !accounts.contains(&account_id) {
            accounts.push(account_id);
        }
    }
    Ok(accounts)
}

/// Lines of what was said, without those in which nothing is.
#[derive(Default)]
struct Lines(Vec<(String, String)>);

impl Lines {
    fn add(&mut self, what: &str, said: &str) {
        if !said.trim().is_empty() {
            self.0.push((what.to_owned(), said.trim().to_owned()));
        }
    }
}

fn child_in(
    of: &AccountSeen,
    pathway: &PathwaySeen,
    unnamed: &BTreeSet<StaffId>,
    (is_marked, now): (bool, Timestamp),
) -> Open {
    let mut first = Vec::new();
    if pathway.screening.as_ref().is_some_and(|screening| screening.danger) {
        first.push("Immediate danger was spoken of".to_owned());
    }
    if is_marked {
        first.push(BEFORE.to_owned());
    }
    if pathway.kept_away.is_some() && pathway.contact.is_unnamed {
        first.push(format!("{UNNAMED} asked, and must not see this any more: don’t ring them"));
    } else if let Some(who) = &pathway.kept_away {
        first.push(format!("{who} must not see this any more: don’t ring them"));
    }
    let mut lines = Lines::default();
    how_it_stands(&mut lines, pathway);
    who_they_are(&mut lines, of, is_marked);
    what_was_said(&mut lines, of, pathway, unnamed);
    let account = &of.account;
    let (born, expected) = (account.born_on, account.expected_on);
    Open {
        name: account.name(),
        born: words::capital(&words::birth(born, expected, account.born_said.as_deref(), now)),
        first,
        lines: lines.0,
    }
}

fn how_it_stands(lines: &mut Lines, pathway: &PathwaySeen) {
    let contact = &pathway.contact;
    lines.add("Request", &contact.reference);
    lines.add("Received", &words::moment(contact.received_at.0));
    lines.add("Stands", &pathway.pathway.stage);
    lines.add("With", contact.holder.as_deref().unwrap_or("Nobody yet"));
    if contact.is_unnamed {
        lines.add("Asked by", UNNAMED);
        return;
    }
    if pathway.kept_away.is_some() {
        return;
    }
    let place = contact.setting.as_deref().unwrap_or(&contact.agency);
    let asker = contact.requester.as_deref().or(contact.requester_said.as_deref());
    let asker = asker.map(|asker| {
        let job = contact.requester_job.as_deref().unwrap_or_default();
        let phone = contact.requester_phone.as_deref().unwrap_or_default();
        [asker, job, place, phone]
            .into_iter()
            .filter(|p| !p.is_empty())
            .collect::<Vec<_>>()
            .join(", ")
    });
    lines.add("Asked by", asker.as_deref().unwrap_or(place));
}

/// Where they are and how they are reached: nothing of it where something is marked at home.
fn who_they_are(lines: &mut Lines, of: &AccountSeen, is_marked: bool) {
    for related in &of.relations {
        let who = name(&related.given, &related.family, related.expected_on.is_some());
        lines.add(&words::capital(&related.said), &who);
    }
    lines.add("School, nursery or service", of.account.setting_said.as_deref().unwrap_or_default());
    if is_marked {
        lines.add("Address and telephone", "Not in this file: ring the hub’s manager");
        return;
    }
    for address in of.addresses.iter().filter(|address| !address.place.is_protected()) {
        lines.add("Address", format!("{} {}", address.words(), address.span.words()).trim());
    }
    let phones = of.phones.iter().chain(&of.their_phones);
    for phone in phones.filter(|phone| !phone.number.is_protected()) {
        lines.add("Telephone", &phone.words());
    }
}

/// What was asked, and what happened since.
fn what_was_said(
    lines: &mut Lines,
    of: &AccountSeen,
    pathway: &PathwaySeen,
    unnamed: &BTreeSet<StaffId>,
) {
    if let Some(answered) = &pathway.answered {
        let said = questionnaires::answered::in_words(answered, pathway.contact.is_unnamed);
        lines.add("What was asked", &said);
    }
    for telling in pathway.tellings.iter().filter(|telling| telling.stored.struck.is_none()) {
        let told = event(telling).map_or_else(String::new, |e| RequestForSupport::tell(&e));
        let by = match telling.recorded_by {
            Some(by) if unnamed.contains(&by) => UNNAMED,
            _ => telling.recorder.as_deref().unwrap_or("Sightline"),
        };
        lines.add(&words::moment(telling.stored.at), &format!("{told} ({by})"));
        for (what, said) in telling.words.iter().filter(|(what, _)| what.as_str() != FILE) {
            lines.add(&heading(what), said);
        }
    }
    for added in &of.addenda {
        let by = if unnamed.contains(&added.by_id) { UNNAMED } else { &added.by };
        lines.add(&format!("Added {}, by {by}", words::moment(added.at.0)), &added.said);
    }
}
