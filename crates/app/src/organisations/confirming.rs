//! Confirming that members of staff still work where they do, in the roles that they hold; and
//! putting an account to sleep at once. Whom somebody may confirm is decided by the policies.

use platform::db::{At, On, Row, Runs, sea_orm};
use practice::{
    calendar::{Day, day_of},
    confirmation::{ASKED_BEFORE, Standing, too_long_ago},
    roles::Role,
};
use serde::Serialize;
use uuid::Uuid;

use super::{HUB, Person, roles};
use crate::{
    access::{Action, Member, OfMember, Scope, first_sign_in, sessions},
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::{AgencyId, SettingId, StaffId},
};

/// How many are listed: those that sleep, or will first.
pub const MOST: usize = 50;

/// A look at those whom it is time to confirm.
#[derive(Debug)]
pub struct MembersToConfirm {
    agency: AgencyId,
    setting: Option<SettingId>,
    /// Whether people of every agency may be among them.
    everywhere: bool,
    /// Whether people of every school, nursery, service and charity may be.
    in_settings: bool,
}

/// Somebody to be confirmed.
#[derive(Debug, Clone)]
pub struct ToConfirm {
    pub row: ToConfirmRow,
    pub roles: Vec<Role>,
    pub standing: Standing,
}

/// Their own row.
#[derive(Debug, Clone, Row)]
pub struct ToConfirmRow {
    id: StaffId,
    agency_id: AgencyId,
    setting_id: Option<SettingId>,
    setting_kind: Option<String>,
    pub reference: String,
    pub name: String,
    pub job: String,
    pub agency: String,
    pub setting: Option<String>,
    pub confirmed_on: Option<On>,
    /// When they were last signed in.
    pub seen_at: Option<At>,
    role: Option<String>,
}

/// Those whom it is time to confirm, whoever sleeps first.
#[derive(Debug)]
pub struct AllToConfirm {
    /// At most [`MOST`].
    pub members: Vec<ToConfirm>,
    /// Whether there are more.
    pub more: bool,
}

impl MembersToConfirm {
    /// What that member of staff may have to confirm.
    pub fn of(member: &Member) -> Self {
        Self {
            agency: member.agency,
            setting: member.setting,
            everywhere: member.roles.contains(&Role::BusinessUnit),
            in_settings: member.roles.contains(&Role::LinkWorker),
        }
    }
}

impl Look for MembersToConfirm {
    type Seen = AllToConfirm;
    const WHAT: &'static str = "organisations:to-confirm";
    const ACTION: Action = Action::ConfirmMembers;

    async fn see(self, glass: &Glass<'_>) -> Result<(AllToConfirm, Vec<Uuid>)> {
        let today = day_of(glass.app.clock.now());
        // The text narrows what is read; whether each of them may be confirmed, the policies say.
        let text = "SELECT s.id, s.agency_id, s.setting_id, t.kind AS setting_kind, s.reference, \
             s.name, s.job, a.name AS agency, t.name AS setting, s.confirmed_on, r.role, \
             (SELECT max(n.seen_at) FROM session n WHERE n.staff_id = s.id) AS seen_at \
             FROM staff s JOIN agency a ON a.id = s.agency_id \
             LEFT JOIN setting t ON t.id = s.setting_id \
             LEFT JOIN staff_role r ON r.staff_id = s.id \
             AND (r.until_on IS NULL OR r.until_on > $1) \
             WHERE (s.left_on IS NULL OR s.left_on > $1) AND s.id <> $2 \
             AND (s.confirmed_on IS NULL OR s.confirmed_on <= $3) \
             AND ($4 OR s.agency_id = $5 OR s.setting_id = $6 OR ($7 AND t.kind <> $8)) \
             ORDER BY CASE WHEN s.confirmed_on IS NULL THEN 0 ELSE 1 END, s.confirmed_on, \
             a.name, s.name, s.id, r.role";
        let rows: Vec<ToConfirmRow> = glass
            .db
            .all(
                text,
                [
                    On(today).into(),
                    glass.scope.own().into(),
                    On(asked_of(today)).into(),
                    self.everywhere.into(),
                    self.agency.into(),
                    self.setting.map_or(Uuid::nil(), |setting| setting.0).into(),
                    self.in_settings.into(),
                    HUB.into(),
                ],
            )
            .await?;
        let all = rows.chunk_by(|one, next| one.id == next.id).filter_map(|parts| {
            let row = parts.first()?.clone();
            let roles = parts.iter().filter_map(|part| part.role.as_deref());
            let kind = row.setting_kind.as_deref();
            let in_setting = is_of_a_setting(kind, row.confirmed_on, roles);
            let of = OfMember { staff: row.id, agency: row.agency_id, in_setting };
            ask(&glass.scope, &of, self.setting, row.setting_id).ok()?;
            let roles = parts.iter().filter_map(|part| Role::of_slug(part.role.as_deref()?));
            let standing = Standing::of(row.confirmed_on.map(|on| on.0), today);
            Some(ToConfirm { roles: roles.collect(), row, standing })
        });
        let mut members: Vec<_> = all.take(MOST + 1).collect();
        let more = members.len() > MOST;
        members.truncate(MOST);
        let subjects = members.iter().map(|one| one.row.id.0).collect();
        Ok((AllToConfirm { members, more }, subjects))
    }
}

/// The last day of confirmation of those who are to be confirmed on a day.
fn asked_of(today: Day) -> Day {
    too_long_ago(today).saturating_add(jiff::Span::new().days(ASKED_BEFORE))
}

/// Asks the policies whether somebody may be confirmed by whoever asks, who works in that setting.
fn ask(
    scope: &Scope,
    of: &OfMember,
    askers: Option<SettingId>,
    theirs: Option<SettingId>,
) -> Result<()> {
    let is_same = askers.is_some() && askers == theirs;
    scope.ask_membership(of, is_same)
}

/// Whether it is the account of somebody in a school, nursery, service or charity, with the roles that people
/// have there, whose confirmation only ran out: nobody put it to sleep.
fn is_of_a_setting<'r>(
    kind: Option<&str>,
    confirmed: Option<On>,
    mut roles: impl Iterator<Item = &'r str>,
) -> bool {
    let usual = [Role::Practitioner.slug(), Role::SafeguardingLead.slug()];
    kind.is_some_and(|kind| kind != HUB)
        && confirmed.is_some()
        && roles.all(|role| usual.contains(&role))
}

/// What is said of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// They still work there, in those roles.
    StillHere,
    /// Nobody is to come in by it until somebody says otherwise.
    Sleep,
}

/// Says of some members of staff that they still work there, or puts their accounts to sleep.
#[derive(Debug, Serialize)]
pub struct Confirm {
    /// Their references.
    pub staff: Vec<String>,
    pub word: Word,
}

impl Change for Confirm {
    type Made = ();
    const WHAT: &'static str = "organisations:confirm";
    const ACTION: Action = Action::ConfirmMembers;

    fn asked(&self) -> String {
        self.staff.join(" ")
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let today = day_of(pen.now);
        let askers = pen.actor.signed_in()?.setting;
        let mut people = Vec::with_capacity(self.staff.len());
        for reference in &self.staff {
            let person = Person::of(pen.tx, reference).await?;
            let held = roles::of(pen.tx, person.id).await?;
            // Also what they are to be from tomorrow on.
            let held = held.iter().filter(|held| held.meets(today, None));
            let held = held.map(|held| held.role.as_str());
            let kind = person.setting_kind.as_deref();
            // A link worker puts nobody to sleep.
            let in_setting =
                self.word == Word::StillHere && is_of_a_setting(kind, person.confirmed_on, held);
            let of = OfMember { staff: person.id, agency: person.agency_id, in_setting };
            ask(&pen.scope, &of, askers, person.setting_id)?;
            if person.has_left(today) {
                return Err(Error::refusal("One of them has left. Load the page again"));
            }
            people.push(person.id);
        }
        let subjects: Vec<Uuid> = people.iter().map(|id| id.0).collect();
        pen.journal(Self::WHAT, &subjects, &serde_json::to_vec(&self)?).await?;
        for staff in people {
            set(pen, staff, (self.word == Word::StillHere).then_some(today)).await?;
            if self.word == Word::Sleep {
                sessions::end_all(pen.tx, staff, pen.now).await?;
            }
        }
        Ok(())
    }
}

async fn set(pen: &Pen<'_>, staff: StaffId, on: Option<Day>) -> Result<()> {
    pen.tx
        .run(
            "UPDATE staff SET confirmed_on = $1, confirmed_by = $2 WHERE id = $3",
            [on.map(On).into(), pen.actor.staff().map(|by| by.0).into(), staff.into()],
        )
        .await?;
    Ok(())
}

/// Confirms somebody from the server itself: for when everybody sleeps who could do it.
#[derive(Debug, Serialize)]
pub struct Wake {
    pub email: String,
}

impl Change for Wake {
    type Made = ();
    const WHAT: &'static str = "organisations:wake";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let staff = works_here(pen, &self.email).await?;
        pen.journal(Self::WHAT, &[staff.0], &serde_json::to_vec(&self)?).await?;
        set(pen, staff, Some(day_of(pen.now))).await
    }
}

/// Whoever signs in with an e-mail address.
async fn works_here(pen: &Pen<'_>, email: &str) -> Result<StaffId> {
    #[derive(Row)]
    struct Found {
        id: StaffId,
    }
    let text = "SELECT id FROM staff WHERE email = $1 AND (left_on IS NULL OR left_on > $2)";
    let found: Option<Found> =
        pen.tx.one(text, [email.to_lowercase().into(), On(day_of(pen.now)).into()]).await?;
    found
        .map(|found| found.id)
        .ok_or_else(|| Error::refusal("Nobody who works here signs in with this e-mail address"))
}

/// Makes a sign-in code for somebody from the server itself: for when nobody else could, since the first of
/// the Business Unit lost theirs.
#[derive(Debug, Serialize)]
pub struct MakeCode {
    pub email: String,
    #[serde(skip)]
    pub code_hash: Vec<u8>,
}

impl Change for MakeCode {
    type Made = ();
    const WHAT: &'static str = "organisations:code-from-server";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let staff = works_here(pen, &self.email).await?;
        pen.journal(Self::WHAT, &[staff.0], &serde_json::to_vec(&self)?).await?;
        first_sign_in::make(pen.tx, staff, self.code_hash, staff.0, pen.now).await
    }
}

/// Confirms everybody who can sign in and whom nobody put to sleep: the invented agencies of a
/// demonstration, which is started when somebody wants to look, do so whenever it starts.
#[derive(Debug, Serialize)]
pub struct ConfirmInvented;

impl Change for ConfirmInvented {
    type Made = ();
    const WHAT: &'static str = "organisations:confirm-invented";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        pen.journal(Self::WHAT, &[], &serde_json::to_vec(&self)?).await?;
        let text = "UPDATE staff SET confirmed_on = $1 \
                    WHERE confirmed_on IS NOT NULL AND password IS NOT NULL";
        pen.tx.run(text, [On(day_of(pen.now)).into()]).await?;
        Ok(())
    }
}
