//! Makes the invented partnership of Seaholme: its agencies, settings, staff and teams as rows.

use std::collections::HashSet;

use jiff::ToSpan;
use platform::db::{On, Table, Value, fold};
use practice::{
    calendar::{Day, day_of, start_of},
    roles::Role,
};
use serde::Serialize;

use super::{
    names::{self, Sex},
    numbers::Thrown,
    seaholme::{AGENCIES, Agency, JOBS, PLAYERS, Player, TEAMS, Team},
};
use crate::{
    access::{Action, passwords},
    doors::{Change, Pen},
    error::{Error, Result},
    front_door::contacts::THE_PUBLIC,
    ids::{AgencyId, Naming, SettingId, StaffId},
};

/// Sets up the invented partnership, the same each time.
#[derive(Debug, Serialize)]
pub struct SetUp {
    /// The day from which everybody is there.
    pub from: Day,
}

impl Change for SetUp {
    type Made = ();
    const WHAT: &'static str = "demo:set-up";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let mut rows = Rows::of(self.from, day_of(pen.now));
        let mut places = Vec::new();
        for agency in AGENCIES {
            places.extend(rows.agency(agency));
        }
        rows.agency(&Agency { name: THE_PUBLIC, kind: "public", settings: &[] });
        let password = passwords::hash(super::PASSWORD)?;
        for player in PLAYERS {
            let place = places
                .iter()
                .find(|place| place.name == player.setting)
                .ok_or_else(|| Error::fault("setting up the demo", player.setting))?;
            rows.player(place, player, &password);
        }
        for place in &places {
            rows.others(place);
        }
        for team in TEAMS {
            rows.team(&places, team)?;
        }
        rows.insert(pen).await?;
        pen.journal(Self::WHAT, &[], &serde_json::to_vec(&self)?).await?;
        Ok(())
    }
}

const AGENCY: Table<4> = Table::new("agency", ["id", "reference", "name", "kind"]);
const SETTING: Table<6> =
    Table::new("setting", ["id", "reference", "agency_id", "name", "kind", "term_calendar"]);
const STAFF: Table<11> = Table::new(
    "staff",
    [
        "id",
        "reference",
        "agency_id",
        "setting_id",
        "name",
        "email",
        "phone",
        "job",
        "password",
        "joined_on",
        "confirmed_on",
    ],
);
const TEAM: Table<6> =
    Table::new("team", ["id", "reference", "agency_id", "name", "kind", "phone"]);
const TEAM_MEMBER: Table<4> = Table::new("team_member", ["id", "team_id", "staff_id", "from_on"]);
const STAFF_ROLE: Table<4> = Table::new("staff_role", ["id", "staff_id", "role", "from_on"]);

/// Where somebody works: a setting, or the agency itself.
struct Place {
    name: &'static str,
    kind: &'static str,
    agency: AgencyId,
    setting: Option<SettingId>,
}

/// Somebody who works there.
struct Member<'a> {
    name: &'a str,
    email: &'a str,
    job: &'a str,
    /// Nobody signs in without one.
    password: Option<&'a str>,
    roles: &'a [Role],
}

/// The rows of the partnership.
struct Rows {
    from: Day,
    today: Day,
    naming: Thrown,
    emails: HashSet<String>,
    agencies: Vec<[Value; 4]>,
    settings: Vec<[Value; 6]>,
    staff: Vec<[Value; 11]>,
    roles: Vec<[Value; 4]>,
    teams: Vec<[Value; 6]>,
    members: Vec<[Value; 4]>,
    /// Who works where, for the teams.
    work: Vec<Work>,
}

/// That somebody works in a place, with the roles that they hold.
struct Work {
    staff: StaffId,
    place: &'static str,
    roles: Vec<Role>,
}

impl Rows {
    fn of(from: Day, today: Day) -> Self {
        Self {
            from,
            today,
            naming: Thrown::of_the_partnership(start_of(from)),
            emails: HashSet::new(),
            agencies: Vec::new(),
            settings: Vec::new(),
            staff: Vec::new(),
            roles: Vec::new(),
            teams: Vec::new(),
            members: Vec::new(),
            work: Vec::new(),
        }
    }

    /// Takes up an agency, and answers with where people work in it.
    fn agency(&mut self, agency: &Agency) -> Vec<Place> {
        let id = AgencyId(self.naming.id());
        let reference = self.naming.reference();
        self.agencies.push([id.into(), reference.into(), agency.name.into(), agency.kind.into()]);
        let itself = Place { name: agency.name, kind: agency.kind, agency: id, setting: None };
        let mut places = vec![itself];
        for (name, kind) in agency.settings {
            let setting = SettingId(self.naming.id());
            let reference = self.naming.reference();
            self.settings.push([
                setting.into(),
                reference.into(),
                id.into(),
                (*name).into(),
                (*kind).into(),
                (agency.kind == "school").then_some("demo-2026-27").into(),
            ]);
            places.push(Place { name, kind, agency: id, setting: Some(setting) });
        }
        places
    }

    fn player(&mut self, place: &Place, player: &Player, password: &str) {
        let Player { name, email, job, roles, .. } = player;
        self.member(place, &Member { name, email, job, password: Some(password), roles });
    }

    /// Makes up who else works there.
    fn others(&mut self, place: &Place) {
        // An agency with places of its own has its staff there, unless nobody works as it does.
        let is_played = PLAYERS.iter().any(|player| player.setting == place.name);
        let has_others = matches!(place.kind, "hub" | "police");
        if is_played && !has_others || place.setting.is_none() && !works_by_itself(place) {
            return;
        }
        let jobs = JOBS.iter().filter(|(kind, _)| *kind == place.kind);
        for (job, roles) in jobs.flat_map(|(_, jobs)| *jobs) {
            let (name, email) = self.made_up(place);
            let member = Member { name: &name, email: &email, job, password: None, roles };
            self.member(place, &member);
        }
    }

    /// A name and an e-mail address that nobody else has.
    fn made_up(&mut self, place: &Place) -> (String, String) {
        loop {
            let dice = self.naming.dice();
            let sex = dice.pick(&[Sex::F, Sex::M]);
            let name = format!("{} {}", names::given(dice, sex), names::surname(dice));
            let mailbox = fold(&name).replace(' ', ".");
            let email = format!("{mailbox}@{}.example", place.kind.replace(' ', "-"));
            if email.is_ascii() && self.emails.insert(email.clone()) {
                return (name, email);
            }
        }
    }

    fn member(&mut self, place: &Place, member: &Member<'_>) {
        let id = StaffId(self.naming.id());
        let reference = self.naming.reference();
        self.staff.push([
            id.into(),
            reference.into(),
            place.agency.into(),
            place.setting.map(|setting| setting.0).into(),
            member.name.into(),
            member.email.into(),
            "01632 960 123".into(),
            member.job.into(),
            member.password.map(str::to_owned).into(),
            On(self.from).into(),
            On(self.confirmed(member)).into(),
        ]);
        for role in member.roles {
            let row = self.naming.id();
            self.roles.push([row.into(), id.into(), role.slug().into(), On(self.from).into()]);
        }
        self.work.push(Work { staff: id, place: place.name, roles: member.roles.to_vec() });
    }

    /// When somebody was last confirmed: whoever signs in to the demo today, the others on days of
    /// the last two months, so that it is time for some of them.
    fn confirmed(&self, member: &Member<'_>) -> Day {
        let days = self.staff.len() * 13 % 60;
        let days = if member.password.is_some() { 0 } else { days };
        self.today.saturating_sub(i64::try_from(days).unwrap_or_default().days())
    }

    /// Makes a team of those who work in its place and play its part. It comes after everybody, so
    /// that their names and references are what they were without teams.
    fn team(&mut self, places: &[Place], team: &Team) -> Result<()> {
        let fault = || Error::fault("setting up the demo", team.name);
        let agency = places.iter().find(|p| p.name == team.agency).ok_or_else(fault)?.agency;
        let (id, reference) = (self.naming.id(), self.naming.reference());
        self.teams.push([
            id.into(),
            reference.into(),
            agency.into(),
            team.name.into(),
            team.kind.into(),
            team.phone.into(),
        ]);
        let plays = |work: &&Work| team.role.is_none_or(|role| work.roles.contains(&role));
        let works_there = self.work.iter().filter(|work| work.place == team.setting);
        let members: Vec<_> = works_there.filter(plays).map(|work| work.staff).collect();
        for staff in members {
            let row = self.naming.id();
            self.members.push([row.into(), id.into(), staff.into(), On(self.from).into()]);
        }
        Ok(())
    }

    async fn insert(self, pen: &Pen<'_>) -> Result<()> {
        pen.tx.insert_all(&AGENCY, self.agencies).await?;
        pen.tx.insert_all(&SETTING, self.settings).await?;
        pen.tx.insert_all(&STAFF, self.staff).await?;
        pen.tx.insert_all(&STAFF_ROLE, self.roles).await?;
        pen.tx.insert_all(&TEAM, self.teams).await?;
        pen.tx.insert_all(&TEAM_MEMBER, self.members).await?;
        Ok(())
    }
}

/// Whether staff of the agency work in none of its settings.
fn works_by_itself(place: &Place) -> bool {
    matches!(place.kind, "council" | "probation")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_partnership_has_twelve_agencies_thirty_settings_and_about_sixty_staff() {
        let mut rows = Rows::of(date(2020, 1, 1), date(2026, 11, 2));
        let places: Vec<_> = AGENCIES.iter().flat_map(|agency| rows.agency(agency)).collect();
        for place in &places {
            rows.others(place);
        }
        assert_eq!(rows.agencies.len(), 12);
        assert_eq!(rows.settings.len(), 30);
        assert_eq!(rows.staff.len() + PLAYERS.len(), 64);
    }
}
