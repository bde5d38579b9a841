//! Who may see this, and why: the staff whom the policies let see a contact or a person, by the
//! sentence of the policy that does.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use maud::{Markup, html};
use need_to_know::{
    About, FrontDoorId, Holder, Kind, MemberId, Relation, SettingId, Tie, To, World,
};
use platform::db::{On, Row, Runs, sea_orm};
use practice::{calendar::day_of, confirmation::too_long_ago, roles::Role};
use uuid::Uuid;

use super::{child, hidden::Hidden, kept_away, restricted};
use crate::{
    App,
    access::{Action, policies},
    doors::{self, Glass, Look},
    error::{Error, Result},
    front_door::contacts,
    ids::{AccountId, ContactId, StaffId},
    web::{Asker, layout},
};

/// What the page is called.
pub const TITLE: &str = "Who may see this, and why";

/// A look at who may see something.
#[derive(Debug)]
pub enum SeeWhoMay {
    /// The contact of that reference.
    Contact(String),
    /// The person of that reference.
    Person(String),
}

/// The staff who may see it, by the sentence that lets them.
pub type WhoMay = BTreeMap<String, Vec<String>>;

impl Look for SeeWhoMay {
    type Seen = WhoMay;
    const WHAT: &'static str = "access:who-may";
    const ACTION: Action = Action::SeeWhoMay;

    fn asked(&self) -> String {
        let (Self::Contact(reference) | Self::Person(reference)) = self;
        reference.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(WhoMay, Vec<Uuid>)> {
        let staff = staff(glass).await?;
        match self {
            Self::Contact(reference) => {
                let contact = contacts::find(&glass.db, &glass.scope, &reference).await?;
                let (tied, restricted) = tied_to_contact(glass, contact.id).await?;
                let about =
                    policies::record(Kind::Contact, contact.id.0, hidden(restricted), false);
                let who = who(glass, &staff, &[(about, tied)], Action::ReadContact)?;
                Ok((who, vec![contact.id.0]))
            }
            Self::Person(person) => {
                let accounts = child::accounts(&glass.db, &glass.scope, &person).await?;
                if accounts.is_empty() {
                    return Err(Error::NotFound);
                }
                let mut asked = Vec::with_capacity(accounts.len());
                for account in &accounts {
                    let (tied, restricted) = tied_to_account(glass, account.id).await?;
                    let about =
                        policies::record(Kind::Account, account.id.0, hidden(restricted), false);
                    asked.push((about, tied));
                }
                let who = who(glass, &staff, &asked, Action::ReadChild)?;
                Ok((who, accounts.iter().map(|a| a.id.0).collect()))
            }
        }
    }
}

/// What was dealt with counts as open: whoever could open it again may see it.
fn hidden(restricted: bool) -> Hidden {
    Hidden { restricted, ..Hidden::default() }
}

/// Somebody who works here today and plays a part, once for each.
#[derive(Row)]
struct Plays {
    id: Uuid,
    agency_id: Uuid,
    setting_id: Option<Uuid>,
    name: String,
    job: String,
    agency: String,
    role: String,
}

/// Everybody who can ask, with what they are called.
struct Staff {
    world: World,
    called: BTreeMap<MemberId, String>,
}

async fn staff(glass: &Glass<'_>) -> Result<Staff> {
    let today = day_of(glass.app.clock.now());
    let plays: Vec<Plays> = glass
        .db
        .all(
            "SELECT s.id, s.agency_id, s.setting_id, s.name, s.job, a.name AS agency, r.role \
             FROM staff s JOIN agency a ON a.id = s.agency_id \
             JOIN staff_role r ON r.staff_id = s.id AND r.from_on <= $1 \
             AND (r.until_on IS NULL OR r.until_on > $1) \
             WHERE s.joined_on <= $1 AND (s.left_on IS NULL OR s.left_on > $1) \
             AND s.confirmed_on > $2 ORDER BY s.id",
            [On(today).into(), On(too_long_ago(today)).into()],
        )
        .await?;
    let mut staff = Staff { world: World::default(), called: BTreeMap::new() };
    for parts in plays.chunk_by(|one, next| one.id == next.id) {
        let Some(first) = parts.first() else { continue };
        let roles = parts.iter().filter_map(|part| Role::of_slug(&part.role));
        let member = policies::member(first.id, first.agency_id, first.setting_id, roles);
        let called = format!("{}, {}, {}", first.name, first.job, first.agency);
        staff.called.insert(member.id.clone(), called);
        staff.world.members.push(member);
    }
    Ok(staff)
}

/// What ties anybody to something.
#[derive(Row)]
struct From {
    requested_by: Option<Uuid>,
    setting_id: Option<Uuid>,
}

/// Somebody by their id.
#[derive(Row)]
struct Somebody {
    staff_id: Uuid,
}

/// Who is tied to something, and whether it tells of anybody restricted.
type TiedTo = (Vec<(Holder, Tie)>, bool);

async fn tied_to_contact(glass: &Glass<'_>, contact: ContactId) -> Result<TiedTo> {
    let from = "SELECT COALESCE(requested_by, taken_by) AS requested_by, setting_id \
        FROM contact WHERE id = $1";
    let from: Vec<From> = glass.db.all(from, [contact.into()]).await?;
    let kept: Vec<Somebody> = glass.db.all(&kept_away::from_contact(1), [contact.into()]).await?;
    Ok(ties(from, kept, restricted::named_for_contact(&glass.db, contact).await?))
}

async fn tied_to_account(glass: &Glass<'_>, account: AccountId) -> Result<TiedTo> {
    let from = format!(
        "SELECT COALESCE(c.requested_by, c.taken_by) AS requested_by, c.setting_id \
         FROM pathway w JOIN contact c ON c.id = w.contact_id \
         WHERE w.account_id = $1 UNION SELECT l.linked_by, NULL FROM account a \
         JOIN account_link l ON l.account_id = a.id AND l.unlinked_at IS NULL \
         WHERE a.id = $1 AND a.source = '{}'",
        super::adding::SAID_HERE
    );
    let from: Vec<From> = glass.db.all(&from, [account.into()]).await?;
    let kept: Vec<Somebody> = glass.db.all(&kept_away::from_account(1), [account.into()]).await?;
    Ok(ties(from, kept, restricted::named_for_account(&glass.db, account).await?))
}

fn ties(from: Vec<From>, kept: Vec<Somebody>, named: Option<Vec<StaffId>>) -> TiedTo {
    let member = |id: Uuid| Holder::Member(MemberId::new(id.to_string()));
    let restricted = named.is_some();
    let named = named.into_iter().flatten();
    let mut ties: Vec<_> = named.map(|staff| (member(staff.0), Tie::Named)).collect();
    for From { requested_by, setting_id } in from {
        ties.extend(requested_by.map(|by| (member(by), Tie::Requester)));
        let setting = setting_id.map(|id| Holder::Setting(SettingId::new(id.to_string())));
        ties.extend(setting.map(|setting| (setting, Tie::OwnSetting)));
    }
    ties.extend(kept.into_iter().map(|kept| (member(kept.staff_id), Tie::Excluded)));
    (ties, restricted)
}

fn who(
    glass: &Glass<'_>,
    staff: &Staff,
    asked: &[(About, Vec<(Holder, Tie)>)],
    action: Action,
) -> Result<WhoMay> {
    let at = policies::at(glass.app.clock.now(), 0);
    let mut who = WhoMay::new();
    for (about, tied) in asked {
        let (About::Contact(of) | About::Account(of)) = about else { continue };
        let relation = |(holder, tie): &(Holder, Tie)| Relation {
            holder: holder.clone(),
            tie: *tie,
            to: To::FrontDoor(FrontDoorId::new(of.id.as_str())),
            from: i64::MIN,
            until: None,
        };
        let relations = tied.iter().map(relation).collect();
        let world = World { members: staff.world.members.clone(), relations };
        for (member, because) in policies::shipped()?.who_may(&world, about, action, &at) {
            let called = staff.called.get(&member).cloned().unwrap_or_default();
            for because in because {
                who.entry(because.because.to_string()).or_default().push(called.clone());
            }
        }
    }
    for staff in who.values_mut() {
        staff.sort_unstable();
        staff.dedup();
    }
    Ok(who)
}

/// `GET /contacts/{reference}/who-may-see`
pub async fn of_contact(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    let look = SeeWhoMay::Contact(reference.clone());
    let who = doors::open(&app, &asker.actor, look).await?;
    let back = (format!("/contacts/{reference}"), "Back to the request");
    Ok(layout::page_with_back(&app, &asker, TITLE, (&back.0, back.1), &view(&who)))
}

/// `GET /people/{reference}/who-may-see`
pub async fn of_person(
    State(app): State<App>,
    asker: Asker,
    Path(reference): Path<String>,
) -> Result<Markup> {
    let look = SeeWhoMay::Person(reference.clone());
    let who = doors::open(&app, &asker.actor, look).await?;
    let back = (format!("/people/{reference}"), "Back to the page");
    Ok(layout::page_with_back(&app, &asker, TITLE, (&back.0, back.1), &view(&who)))
}

fn view(who: &WhoMay) -> Markup {
    html! {
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) {
            "These people could open it now, by the rules that stand beside their names. Whoever "
            "must not see it is not among them."
        }
        @for (sentence, staff) in who {
            h2 class=(govuk::HEADING_M) { (sentence) }
            ul class=(govuk::LIST) {
                @for somebody in staff { li { (somebody) } }
            }
        }
        @if who.is_empty() { p class=(govuk::BODY) { "Nobody may see it now." } }
    }
}
