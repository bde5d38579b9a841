//! Restricting somebody's record to those who are named, by a hub manager: a child of a member of
//! staff, an adopted child, one in whom the press is interested. It covers the whole record, or where
//! they live and how they are reached, or nothing but that looks are asked about.
//!
//! Whoever restricts is named themselves; of those named two work in the hub, one of them as a
//! manager, so that work goes on. It is lifted by two managers who are named, one after the other, and
//! by nothing else: no list that is taken in, no link and no new request lowers it.

use std::collections::BTreeSet;

use need_to_know::restriction::{Grade, NotDone, Standing, work_goes_on};
use platform::db::{At, On, Row, Runs, Table, sea_orm};
use practice::calendar::day_of;
use serde::Serialize;
use uuid::Uuid;

use super::{
    adding::as_shown,
    address_list,
    keeping_away::{give_back, tell_instead},
    kept_away, restricted,
    restriction::{Covers, LIFTING, Named, Sort, Stands, WHY, Why, find, named, seal, standing},
    sticking::{self, RESTRICTION},
    store::Account,
};
use crate::{
    access::{Action, store::actor},
    doors::{Change, Pen},
    error::{Error, Result},
    ids::{PersonId, StaffId, reference},
    limits::{TEXT, filled},
};

pub(super) const ROW: Table<6> =
    Table::new("restriction", ["id", "reference", "covers", "sealed", "set_at", "set_by"]);
const ASKED: Table<4> =
    Table::new("restriction_lifting", ["restriction_id", "sealed", "asked_at", "asked_by"]);

/// What the journal keeps of a restriction: references alone, since it is read by others than those
/// who are named.
#[derive(Debug, Serialize)]
struct Noted<'a> {
    person: &'a str,
    restriction: &'a str,
}

/// Restricts a person's record.
#[derive(Debug)]
pub struct Restrict {
    /// The person's reference.
    pub person: String,
    /// The reference of an account that the asker saw on that person.
    pub account: String,
    pub covers: Covers,
    pub sort: Sort,
    /// Why.
    pub reason: String,
    /// The e-mail addresses of those who go on seeing it, besides whoever restricts it; of nobody
    /// where nothing is hidden.
    pub named: Vec<String>,
}

impl Change for Restrict {
    type Made = ();
    const WHAT: &'static str = "people:restrict";
    const ACTION: Action = Action::Restrict;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let shown = as_shown(pen.tx, &pen.scope, &self.person, &self.account).await?;
        filled(&self.reason, TEXT, "Enter why few may see this")?;
        for one in standing(pen.tx, &self.person).await? {
            if one.covers()? == self.covers {
                return Err(Error::beside("covers", "That stands already, below"));
            }
        }
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        let mut named = BTreeSet::new();
        if self.covers.names() {
            named.insert(by);
            for email in &self.named {
                named.insert(works_here(pen, "named", email).await?);
            }
            goes_on(pen, "named", named.iter().copied()).await?;
        }
        let of: Vec<_> = shown.iter().map(|account| (account.id, account.person_id)).collect();
        let persons = sticking::same_or_alike(pen.tx, &of).await?;
        let why = Why { sort: self.sort, reason: self.reason };
        let set = (At(pen.now), by);
        let what = (self.covers, &why);
        let (id, reference) = insert(pen, what, set, named.iter().copied(), persons).await?;
        note(pen, Self::WHAT, &self.person, &reference, &shown, named.into_iter().collect())
            .await?;
        hand_over(pen, id).await
    }
}

/// A restriction, set at that moment by somebody, with those named for it and for whom it stands.
async fn insert(
    pen: &Pen<'_>,
    (covers, why): (Covers, &Why),
    (set_at, set_by): (At, StaffId),
    named: impl Iterator<Item = StaffId>,
    persons: Vec<PersonId>,
) -> Result<(Uuid, String)> {
    let (id, reference) = (Uuid::now_v7(), reference());
    let sealed = seal(&pen.app.keys, WHY, id, &serde_json::to_vec(why)?)?;
    let row = [
        id.into(),
        reference.clone().into(),
        covers.slug().into(),
        sealed.into(),
        set_at.into(),
        set_by.into(),
    ];
    pen.tx.insert(&ROW, row).await?;
    RESTRICTION.begins(pen, id, persons).await?;
    for staff in named {
        restricted::name(pen, id, staff, pen.actor.staff()).await?;
    }
    Ok((id, reference))
}

async fn works_here(pen: &Pen<'_>, field: &'static str, email: &str) -> Result<StaffId> {
    let found = kept_away::working(pen.tx, email, On(day_of(pen.now))).await?;
    found.ok_or_else(|| {
        Error::beside(field, format!("Nobody who works here has the e-mail address {email}"))
    })
}

/// Refuses named people with whom the work would stop.
async fn goes_on(
    pen: &Pen<'_>,
    field: &'static str,
    named: impl Iterator<Item = StaffId>,
) -> Result<()> {
    let mut roles = Vec::new();
    for staff in named {
        if let Some(actor) = actor(pen.tx, staff, day_of(pen.now)).await? {
            let held = actor.signed_in()?.roles.iter().copied();
            roles.push(held.map(need_to_know::Role::from).collect());
        }
    }
    if work_goes_on(&roles) {
        return Ok(());
    }
    Err(Error::beside(
        field,
        "At least two people who work in the hub go on seeing it, one of them a hub manager: a \
         request about this child must reach somebody, and be signed",
    ))
}

/// Writes what was done to the journal, by references.
async fn note(
    pen: &mut Pen<'_>,
    what: &str,
    person: &str,
    restriction: &str,
    accounts: &[Account],
    staff: Vec<StaffId>,
) -> Result<()> {
    let staff = staff.into_iter().map(|staff| staff.0);
    let subjects: Vec<_> = accounts.iter().map(|account| account.id.0).chain(staff).collect();
    let noted = serde_json::to_vec(&Noted { person, restriction })?;
    pen.journal(what, &subjects, &noted).await?;
    Ok(())
}

/// Gives what somebody held of it, or was told of and has not read, to those who are named, unless
/// they are among them.
pub(super) async fn hand_over(pen: &mut Pen<'_>, restriction: Uuid) -> Result<()> {
    #[derive(Row)]
    struct Somebody {
        staff_id: StaffId,
    }
    let reached = RESTRICTION.contacts("xp.contact_id", "AND x.id = $1");
    let text = format!(
        "SELECT p.holder_id AS staff_id FROM pathway p WHERE p.holder_id IS NOT NULL \
         AND p.ended_at IS NULL AND p.contact_id IN ({reached}) \
         UNION SELECT n.staff_id FROM notice n WHERE n.read_at IS NULL \
         AND n.contact_id IN ({reached}) ORDER BY 1"
    );
    let concerned: Vec<Somebody> = pen.tx.all(&text, [restriction.into()]).await?;
    for Somebody { staff_id } in concerned {
        give_back(pen, staff_id).await?;
        tell_instead(pen, staff_id).await?;
    }
    Ok(())
}

/// As [`hand_over`], of everything for which a person is restricted, once accounts have joined them.
///
/// # Errors
/// When the database does.
pub(super) async fn hand_over_of(pen: &mut Pen<'_>, person: PersonId) -> Result<()> {
    for restriction in restricted::of_person(pen.tx, person).await? {
        hand_over(pen, restriction).await?;
    }
    Ok(())
}

/// Names somebody more for a restricted person, or names somebody no longer.
#[derive(Debug)]
pub struct Name {
    /// The person's reference.
    pub person: String,
    /// The reference of the restriction.
    pub restriction: String,
    /// The e-mail address of whom it is about.
    pub who: String,
    /// Whether they are named from now on.
    pub is_named: bool,
}

impl Change for Name {
    type Made = ();
    const WHAT: &'static str = "people:name-for-restricted";
    const ACTION: Action = Action::Restrict;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let (accounts, one) = find(pen, &self.person, &self.restriction).await?;
        let by = pen.actor.staff();
        may_name(pen, &one).await?;
        let staff = if self.is_named {
            let staff = works_here(pen, "who", &self.who).await?;
            if restricted::is_named(pen.tx, one.id, staff).await? {
                return Err(Error::beside("who", "They are named already"));
            }
            restricted::name(pen, one.id, staff, by).await?;
            staff
        } else {
            let named = named(pen.tx, one.id).await?;
            let ends = named.iter().find(|named| named.email == self.who).ok_or(Error::Stale)?;
            let rest = named.iter().map(|named| named.id).filter(|id| *id != ends.id);
            goes_on(pen, "end", rest).await?;
            pen.tx
                .run(
                    "UPDATE restriction_named SET ended_at = $1, ended_by = $2 \
                     WHERE restriction_id = $3 AND staff_id = $4 AND ended_at IS NULL",
                    [At(pen.now).into(), by.map(|by| by.0).into(), one.id.into(), ends.id.into()],
                )
                .await?;
            ends.id
        };
        note(pen, Self::WHAT, &self.person, &one.reference, &accounts, vec![staff]).await?;
        hand_over(pen, one.id).await
    }
}

/// Asks that a restriction be lifted, or agrees with somebody else who is named and asked it: then
/// it is lifted.
#[derive(Debug)]
pub struct Lift {
    /// The person's reference.
    pub person: String,
    /// The reference of the restriction.
    pub restriction: String,
    /// Why, from whoever asks first.
    pub reason: String,
}

impl Change for Lift {
    /// Whether it is lifted.
    type Made = bool;
    const WHAT: &'static str = "people:lift-restriction";
    const ACTION: Action = Action::Restrict;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<bool> {
        let (accounts, one) = find(pen, &self.person, &self.restriction).await?;
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        let named = named(pen.tx, one.id).await?;
        // What somebody asked who is not named any more counts no longer.
        let counts = |by: &StaffId| {
            let is_named = named.iter().any(|named| named.id == *by);
            Ok::<_, Error>(is_named || !one.covers()?.names())
        };
        let asked_by = match one.asked_by {
            Some(by) if counts(&by)? => Some(by),
            _ => None,
        };
        let is_lifted = asked_by.is_some();
        match asked_by {
            None => ask(pen, &one, by, &self.reason).await?,
            Some(asked_by) => {
                may_lift(one.covers()?, &named, [asked_by, by])?;
                lift(pen, &one, &named, &accounts).await?;
            }
        }
        note(pen, Self::WHAT, &self.person, &one.reference, &accounts, vec![by]).await?;
        Ok(is_lifted)
    }
}

async fn ask(pen: &Pen<'_>, one: &Stands, by: StaffId, reason: &str) -> Result<()> {
    filled(reason, TEXT, "Enter why everybody may see it again")?;
    let sealed = seal(&pen.app.keys, LIFTING, one.id, reason.trim().as_bytes())?;
    let row = [one.id.into(), sealed.into(), At(pen.now).into(), by.into()];
    if one.asked_by.is_none() {
        pen.tx.insert(&ASKED, row).await?;
        return Ok(());
    }
    let again = "UPDATE restriction_lifting SET sealed = $2, asked_at = $3, asked_by = $4 \
        WHERE restriction_id = $1";
    pen.tx.run(again, row).await?;
    Ok(())
}

/// Refuses whoever is not named to say who is, as far as a manager who is named can: where nothing but an
/// address is hidden from them, they would let themselves in.
async fn may_name(pen: &Pen<'_>, one: &Stands) -> Result<()> {
    match one.covers()? {
        Covers::Record => Ok(()),
        Covers::Looks => Err(Error::Stale),
        Covers::Address => {
            let by = pen.actor.staff().ok_or(Error::SignedOut)?;
            let may = address_list::may_name(pen.tx, one.id, by, day_of(pen.now)).await?;
            let say = "You are not named. Somebody who is says who else may be shown it";
            if may { Ok(()) } else { Err(Error::beside("who", say)) }
        }
    }
}

/// Whether these two may lift it, by the rule of `need_to_know::restriction`. Where nobody is named
/// any two may.
fn may_lift(covers: Covers, named: &[Named], by: [StaffId; 2]) -> Result<()> {
    let named = match covers.names() {
        true => named.iter().map(|named| named.id.0.to_string()).collect(),
        false => by.iter().map(|staff| staff.0.to_string()).collect(),
    };
    let standing = Standing { grade: Grade::Restricted, named };
    let [asked, agrees] = by.map(|staff| staff.0.to_string());
    standing.is_lifted_by([&asked, &agrees]).map_err(|why| {
        let say = match why {
            NotDone::OnePerson => "You asked for it. Another hub manager who is named agrees",
            _ => "You are not named for this restriction. Somebody who is must agree",
        };
        Error::beside("lift", say)
    })
}

/// Lifts a restriction for a person, and whoever has a number in common with them. For everybody
/// else for whom it stood, since they may be the same or once were linked, it stands on.
async fn lift(pen: &Pen<'_>, one: &Stands, named: &[Named], accounts: &[Account]) -> Result<()> {
    let person = accounts.first().ok_or(Error::NotFound)?.person_id;
    let lifted = sticking::of_the_same_numbers(pen.tx, person).await?;
    let mut stays = restricted::persons(pen.tx, one.id).await?;
    stays.retain(|person| !lifted.contains(person));
    pen.tx
        .run(
            "UPDATE restriction SET lifted_at = $1, lifted_by = $2 WHERE id = $3",
            [At(pen.now).into(), pen.actor.id().into(), one.id.into()],
        )
        .await?;
    if stays.is_empty() {
        return Ok(());
    }
    let named = named.iter().map(|named| named.id);
    let why = one.why(&pen.app.keys)?;
    insert(pen, (one.covers()?, &why), (one.set_at, one.set_by_id), named, stays).await?;
    Ok(())
}
