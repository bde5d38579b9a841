//! Roles by date: giving one, and ending one. Nobody gives, ends or prolongs a role of their own,
//! and what was held until today stays as it was.

use platform::db::{On, Row, Runs, sea_orm};
use practice::{
    calendar::{Day, day_of},
    roles::Role,
};
use serde::Serialize;
use uuid::Uuid;

use super::Person;
use crate::{
    access::Action,
    doors::{Change, Pen},
    error::{Error, Result},
    ids::StaffId,
};

/// A role that somebody holds, held or will hold.
#[derive(Debug, Row)]
pub struct Held {
    pub role: String,
    pub from_on: On,
    /// The first day on which they hold it no more.
    pub until_on: Option<On>,
}

impl Held {
    /// Whether it is held on any of those days.
    pub(super) fn meets(&self, from: Day, until: Option<Day>) -> bool {
        let begins_before = until.is_none_or(|until| self.from_on.0 < until);
        begins_before && self.until_on.is_none_or(|On(ends)| ends > from)
    }
}

/// Every role of somebody, the newest first.
pub(super) async fn of(db: &impl Runs, staff: StaffId) -> Result<Vec<Held>> {
    Ok(db
        .all(
            "SELECT role, from_on, until_on FROM staff_role WHERE staff_id = $1 \
             ORDER BY from_on DESC, role",
            [staff.into()],
        )
        .await?)
}

/// Whether a change is about somebody else than whoever makes it.
///
/// # Errors
/// A refusal when it is not: nobody decides what they may do themselves.
pub(super) fn is_somebody_else(pen: &Pen<'_>, person: &Person) -> Result<()> {
    if pen.actor.staff() == Some(person.id) {
        return Err(Error::refusal(
            "Nobody changes their own roles, sign-in or last day. Ask a colleague in the Business \
             Unit",
        ));
    }
    Ok(())
}

/// Gives somebody a role from a day on.
#[derive(Debug, Serialize)]
pub struct GiveRole {
    /// Whose reference.
    pub staff: String,
    /// The stored form of the role.
    pub role: String,
    /// Today or later.
    pub from: Day,
    /// The first day on which they hold it no more; `None` when no end is known.
    pub until: Option<Day>,
}

impl Change for GiveRole {
    type Made = ();
    const WHAT: &'static str = "organisations:give-role";
    const ACTION: Action = Action::LookAfterOrganisations;

    fn asked(&self) -> String {
        self.staff.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let person = Person::of(pen.tx, &self.staff).await?;
        is_somebody_else(pen, &person)?;
        let today = day_of(pen.now);
        let role = Role::of_slug(&self.role).ok_or_else(|| Error::refusal("Choose the role"))?;
        if person.has_left(today) {
            return Err(Error::refusal("They have left, and can’t be given a role"));
        }
        if self.from < today || self.from < person.joined_on.0 {
            return Err(Error::refusal(
                "A role begins today or later, and not before the day on which they joined",
            ));
        }
        if self.until.is_some_and(|until| until <= self.from) {
            return Err(Error::refusal("A role ends after it began"));
        }
        let held = of(pen.tx, person.id).await?;
        if held.iter().any(|h| h.role == self.role && h.meets(self.from, self.until)) {
            return Err(Error::refusal(format!(
                "They are {} on some of those days already",
                role.title()
            )));
        }
        pen.journal(Self::WHAT, &[person.id.0], &serde_json::to_vec(&self)?).await?;
        hold(pen, person.id, role, self.from, self.until).await
    }
}

/// Somebody holds a role from one day until another.
///
/// # Errors
/// When the database does.
pub(super) async fn hold(
    pen: &Pen<'_>,
    staff: StaffId,
    role: Role,
    from: Day,
    until: Option<Day>,
) -> Result<()> {
    let text = "INSERT INTO staff_role (id, staff_id, role, from_on, until_on) \
        VALUES ($1, $2, $3, $4, $5)";
    let row = [
        Uuid::now_v7().into(),
        staff.into(),
        role.slug().into(),
        On(from).into(),
        until.map(On).into(),
    ];
    pen.tx.run(text, row).await?;
    Ok(())
}

/// Ends a role on a day, today at the earliest. One that has not begun never does.
#[derive(Debug, Serialize)]
pub struct EndRole {
    pub staff: String,
    pub role: String,
    /// Since when they hold it: the role and this day say which one is meant.
    pub from: Day,
    /// When it was to end, as it was seen.
    pub seen: Option<Day>,
    /// The first day on which they hold it no more.
    pub until: Day,
}

impl Change for EndRole {
    type Made = ();
    const WHAT: &'static str = "organisations:end-role";
    const ACTION: Action = Action::LookAfterOrganisations;

    fn asked(&self) -> String {
        self.staff.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let person = Person::of(pen.tx, &self.staff).await?;
        is_somebody_else(pen, &person)?;
        let held = of(pen.tx, person.id).await?;
        // Given, taken back and given again on one day, there are two that began on it.
        let meant = held.iter().filter(|h| h.role == self.role && h.from_on.0 == self.from);
        let ends: Vec<Option<Day>> = meant.map(|h| h.until_on.map(|u| u.0)).collect();
        if ends.is_empty() {
            return Err(Error::NotFound);
        }
        if !ends.contains(&self.seen) {
            return Err(Error::Stale);
        }
        let until = ending(self.from, self.seen, self.until, day_of(pen.now))?;
        pen.journal(Self::WHAT, &[person.id.0], &serde_json::to_vec(&self)?).await?;
        pen.tx
            .run(
                "UPDATE staff_role SET until_on = $1 \
                 WHERE staff_id = $2 AND role = $3 AND from_on = $4 \
                 AND until_on IS NOT DISTINCT FROM $5",
                [
                    On(until).into(),
                    person.id.into(),
                    self.role.into(),
                    On(self.from).into(),
                    self.seen.map(On).into(),
                ],
            )
            .await?;
        Ok(())
    }
}

/// The day on which something ends that began on one and was to end on another, if it may be.
///
/// # Errors
/// A refusal when it is over already, or would end in the past.
pub(super) fn ending(from: Day, seen: Option<Day>, until: Day, today: Day) -> Result<Day> {
    if seen.is_some_and(|ends| ends <= today) {
        return Err(Error::refusal("It is over already"));
    }
    if until < today {
        return Err(Error::refusal("It can end today or later: what was held until now stays"));
    }
    // What has not begun is over on the day on which it was to begin.
    Ok(until.max(from))
}
