//! Who plays in the invented histories: the staff who were set up, by where they work and what
//! they may do. What they do is checked against the rules, as if they had done it themselves.

use platform::db::{Row, Runs, sea_orm};
use practice::{calendar::Day, roles::Role};

use super::dice::Dice;
use crate::{
    access::{self, Actor},
    error::{Error, Result},
    front_door::contacts::THE_PUBLIC,
    ids::{AgencyId, SettingId, StaffId},
};

/// Everybody who can appear.
#[derive(Debug)]
pub struct Cast {
    staff: Vec<Somebody>,
    /// The place of requesters who belong to no agency.
    pub public: AgencyId,
}

/// A member of staff.
#[derive(Debug)]
pub struct Somebody {
    pub id: StaffId,
    pub email: String,
    pub agency: AgencyId,
    pub setting: Option<SettingId>,
    /// The name of the setting.
    pub place: Option<String>,
    /// The kind of the setting, or of the agency where somebody works in none.
    pub kind: String,
    /// As the rules see them.
    pub actor: Actor,
    roles: Vec<Role>,
}

impl Cast {
    /// The staff as they are on that day.
    ///
    /// # Errors
    /// When the database does, or the partnership was not set up.
    pub async fn of(db: &impl Runs, today: Day) -> Result<Self> {
        #[derive(Row)]
        struct Found {
            id: StaffId,
            setting: Option<String>,
            kind: String,
        }
        let found: Vec<Found> = db
            .all(
                "SELECT s.id, t.name AS setting, COALESCE(t.kind, a.kind) AS kind FROM staff s \
                 JOIN agency a ON a.id = s.agency_id LEFT JOIN setting t ON t.id = s.setting_id \
                 ORDER BY s.id",
                [],
            )
            .await?;
        let mut staff = Vec::with_capacity(found.len());
        for Found { id, setting, kind } in found {
            let Some(actor) = access::store::actor(db, id, today).await? else { continue };
            let member = actor.signed_in()?.clone();
            staff.push(Somebody {
                id,
                email: member.email,
                agency: member.agency,
                setting: member.setting,
                place: setting,
                kind,
                actor,
                roles: member.roles,
            });
        }
        Ok(Self { staff, public: public(db).await? })
    }

    /// The player with that e-mail address.
    ///
    /// # Errors
    /// When there is none.
    pub fn player(&self, email: &str) -> Result<&Somebody> {
        self.staff.iter().find(|s| s.email == email).ok_or_else(|| missing(email))
    }

    /// Whoever that is.
    pub fn known(&self, id: StaffId) -> Option<&Somebody> {
        self.staff.iter().find(|s| s.id == id)
    }

    /// Somebody who works in a place of one of those kinds, but not in the hub.
    ///
    /// # Errors
    /// When there is nobody.
    pub fn at(&self, dice: &mut Dice, kinds: &[&str]) -> Result<&Somebody> {
        self.one(dice, &kinds.join(", "), |s| kinds.contains(&s.kind.as_str()))
    }

    /// Somebody who works in that setting.
    ///
    /// # Errors
    /// When there is nobody.
    pub fn working_at(&self, dice: &mut Dice, setting: &str) -> Result<&Somebody> {
        self.one(dice, setting, |s| s.place.as_deref() == Some(setting))
    }

    /// Somebody who holds that role.
    ///
    /// # Errors
    /// When there is nobody.
    pub fn holder(&self, dice: &mut Dice, role: Role) -> Result<&Somebody> {
        self.one(dice, role.title(), |s| s.roles.contains(&role))
    }

    fn one(
        &self,
        dice: &mut Dice,
        what: &str,
        fits: impl Fn(&Somebody) -> bool,
    ) -> Result<&Somebody> {
        let weights = self.staff.iter().map(|s| u32::from(fits(s)));
        let count = weights.clone().sum::<u32>();
        (count > 0)
            .then(|| dice.place(weights))
            .flatten()
            .map(|place| &self.staff[place])
            .ok_or_else(|| missing(what))
    }
}

async fn public(db: &impl Runs) -> Result<AgencyId> {
    #[derive(Row)]
    struct Found {
        id: AgencyId,
    }
    let found: Option<Found> =
        db.one("SELECT id FROM agency WHERE name = $1", [THE_PUBLIC.into()]).await?;
    found.map(|f| f.id).ok_or_else(|| missing(THE_PUBLIC))
}

fn missing(who: &str) -> Error {
    Error::fault("finding who plays in the demo", who)
}
