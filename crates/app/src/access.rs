//! Who may see and do what. The policies of `need_to_know` decide; here stands who asks them
//! ([`Actor`]), and what a look or a change asks them about ([`Scope`]).

pub mod account;
pub mod coming_in;
pub mod first_sign_in;
pub mod identity;
pub mod officers;
pub mod pages;
pub mod passkeys;
pub mod passwords;
pub mod policies;
mod scope;
pub mod second_step;
pub mod second_step_pages;
pub mod sessions;
pub mod store;
pub mod tries;

use std::sync::Arc;

use jiff::Timestamp;
pub use need_to_know::Action;
use practice::{calendar::Day, confirmation::Standing, roles::Role};
use uuid::Uuid;

pub use scope::{OfMember, Own, Scope, Tied};

use crate::{
    error::{Error, Result},
    ids::{AgencyId, SettingId, StaffId},
};

/// Somebody who asks: a signed-in person with the roles that they hold today, or the platform.
#[derive(Debug, Clone)]
pub struct Actor {
    who: Option<Member>,
    /// Whether a first step was all that they took where more is asked for.
    by_half: bool,
}

/// A signed-in person.
#[derive(Debug, Clone)]
pub struct Member {
    pub staff: StaffId,
    pub name: String,
    pub email: String,
    pub job: String,
    pub phone: Option<String>,
    pub agency: AgencyId,
    pub agency_name: String,
    pub setting: Option<SettingId>,
    pub setting_name: Option<String>,
    pub roles: Vec<Role>,
    /// Whether somebody confirmed lately that they still work there.
    pub standing: Standing,
    /// The last day on which their safeguarding training was current, where it is over. Of whom
    /// nobody said until when it is, it is taken to be: an agency that keeps it elsewhere would
    /// lose break-glass, and a child might pay for it.
    pub lapsed_on: Option<Day>,
}

impl Actor {
    /// A signed-in person.
    pub fn member(member: Member) -> Self {
        Self { who: Some(member), by_half: false }
    }

    /// The platform itself, for its jobs and commands.
    pub fn platform() -> Self {
        Self { who: None, by_half: false }
    }

    /// The same person in a session without the second step that everybody has to take: the
    /// policies let them see to their own account, and to nothing else.
    #[must_use]
    pub fn without_second_step(self) -> Self {
        Self { by_half: true, ..self }
    }

    /// Whether they have yet to take a second step before anything is opened to them.
    pub fn is_without_second_step(&self) -> bool {
        self.by_half
    }

    /// Whether nobody confirmed for too long that they still work there: the policies let them see
    /// to their own account, and to nothing else.
    pub fn is_asleep(&self) -> bool {
        self.who.as_ref().is_some_and(|member| !member.standing.is_awake())
    }

    /// The same person, as if their safeguarding training were current.
    #[must_use]
    pub fn trained_again(mut self) -> Self {
        if let Some(member) = &mut self.who {
            member.lapsed_on = None;
        }
        self
    }

    /// The id that the journal keeps; nil for the platform.
    pub fn id(&self) -> Uuid {
        self.who.as_ref().map_or(Uuid::nil(), |m| m.staff.0)
    }

    /// The staff id; `None` for the platform.
    pub fn staff(&self) -> Option<StaffId> {
        self.who.as_ref().map(|m| m.staff)
    }

    /// The signed-in person.
    ///
    /// # Errors
    /// When it is the platform that asks.
    pub fn signed_in(&self) -> Result<&Member> {
        self.who.as_ref().ok_or(Error::SignedOut)
    }

    /// Whether a policy could let them do this: for what turns on no record whether it does, for
    /// records whether there is a tie that would open one, once they have given what is asked for:
    /// a reason, a purpose, a second step. For links and menus; what is behind them asks again
    /// about the record itself.
    pub fn may(&self, action: Action) -> bool {
        Scope::at(self, action, policies::at_best()).is_ok()
    }

    /// The role that lets them do this: the most senior one, since it is what they answer for.
    pub fn role_for(&self, action: Action) -> Option<Role> {
        policies::role_for(self, action)
    }
}

/// The sentence that lets somebody do something to a record that began with themselves, or by
/// which the platform does its own work: for histories that are written as they would have been.
///
/// # Errors
/// `NotFound` when no policy lets them.
pub fn because(actor: &Actor, action: Action, now: Timestamp) -> Result<Arc<str>> {
    let action = if actor.who.is_some() { action } else { Action::RunThePlatform };
    let scope = Scope::of(actor, action, now, 0)?;
    if let Some(kind) = action.on().first().filter(|kind| kind.is_of_a_child()) {
        let own = Own { requester: true, own_setting: false };
        let tied = Tied { own, ..Tied::default() };
        scope.ask(*kind, Uuid::nil(), tied)?;
    }
    scope.because()
}

/// The decision that lets protected values be seen. Only a look whose action is to reveal gets one.
#[derive(Debug, Clone, Copy)]
pub struct MayReveal(());

impl MayReveal {
    /// For a look of that action, once it is allowed.
    pub(crate) fn when(action: Action) -> Option<Self> {
        matches!(action, Action::RevealProtected | Action::ReadItem).then_some(Self(()))
    }
}

impl platform::seal::Reveals for MayReveal {}
