//! Who may see and do what: decided here, denied by default. The rules become policy files with
//! the next piece of work; their shape (an actor, an action, the sentence that allowed it, and a
//! scope that every query takes) is the same.

pub mod account;
pub mod first_sign_in;
pub mod pages;
pub mod passwords;
pub mod second_step;
pub mod second_step_pages;
pub mod sessions;
pub mod store;
pub mod tries;

use practice::roles::Role;
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    ids::{AgencyId, SettingId, StaffId},
};

/// Somebody who asks: a signed-in person with the roles that they hold today, or the platform.
#[derive(Debug, Clone)]
pub struct Actor {
    who: Option<Member>,
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
}

impl Actor {
    /// A signed-in person.
    pub fn member(member: Member) -> Self {
        Self { who: Some(member) }
    }

    /// The platform itself, for its jobs and commands.
    pub fn platform() -> Self {
        Self { who: None }
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

    /// Whether the rules let them do this.
    pub fn may(&self, action: Action) -> bool {
        decide(self, action).is_ok()
    }

    /// The role that lets them do this: the most senior one, since it is what they answer for.
    pub fn role_for(&self, action: Action) -> Option<Role> {
        let roles = RULES.iter().filter(|r| r.action == action).flat_map(|r| r.roles);
        roles.copied().rev().find(|role| self.holds(*role))
    }

    fn holds(&self, role: Role) -> bool {
        self.who.as_ref().is_some_and(|m| m.roles.contains(&role))
    }
}

/// Everything that anybody can see or do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Sign out, read one's own notices.
    MindOwnSession,
    /// Write and send a request for support.
    AskForSupport,
    /// Read a contact and what was decided.
    ReadContact,
    /// See what is protected in a contact, for a purpose.
    RevealProtected,
    /// Read a child's page.
    ReadChild,
    /// Say more about a person than their accounts do.
    AddToAccount,
    /// Say more about a contact.
    AddInformation,
    /// Read the hub's queue.
    ReadQueue,
    /// Search for people.
    SearchPeople,
    /// Link and unlink accounts of one person.
    LinkPeople,
    /// Take down a contact from a call.
    TakeByTelephone,
    /// Take on, hand back, read.
    Screen,
    /// Decide the level of need and what happens next.
    Decide,
    /// Sign a decision or send it back.
    Sign,
    /// Tell the requester.
    Answer,
    /// Strike out an entry.
    Strike,
    /// Read the figures.
    ReadFigures,
    /// Set local lengths and the partnership's own record.
    SetLocalRules,
    /// Look after agencies, teams, settings, and staff with their roles.
    LookAfterOrganisations,
    /// What only the platform's own jobs and commands do.
    RunThePlatform,
}

struct Rule {
    action: Action,
    roles: &'static [Role],
    because: &'static str,
}

const EVERYBODY: &[Role] = &Role::ALL;
const CASEWORK: &[Role] = &[
    Role::Practitioner,
    Role::SafeguardingLead,
    Role::HubWorker,
    Role::DutyWorker,
    Role::HubManager,
];
const HUB: &[Role] = &[Role::HubWorker, Role::DutyWorker, Role::HubManager];

/// The rules. What no rule allows is denied.
const RULES: &[Rule] = &[
    Rule {
        action: Action::MindOwnSession,
        roles: EVERYBODY,
        because: "everybody minds their own session and notices",
    },
    Rule {
        action: Action::AskForSupport,
        roles: CASEWORK,
        because: "any practitioner may ask for support",
    },
    Rule {
        action: Action::ReadContact,
        roles: CASEWORK,
        because: "requesters read their own requests, safeguarding leads those of their setting, the hub all",
    },
    Rule {
        action: Action::ReadChild,
        roles: CASEWORK,
        because: "requesters read what their own requests led to, the hub all",
    },
    Rule {
        action: Action::AddInformation,
        roles: CASEWORK,
        because: "who may read a contact may say more about it",
    },
    Rule {
        action: Action::RevealProtected,
        roles: HUB,
        because: "the hub sees protected details for a purpose that it names",
    },
    Rule {
        action: Action::AddToAccount,
        roles: CASEWORK,
        because: "who may read of a child may say more about them",
    },
    Rule { action: Action::ReadQueue, roles: HUB, because: "the hub reads its queue" },
    Rule { action: Action::SearchPeople, roles: HUB, because: "the hub searches for people" },
    Rule { action: Action::LinkPeople, roles: HUB, because: "the hub links accounts of a person" },
    Rule { action: Action::TakeByTelephone, roles: HUB, because: "the hub takes calls" },
    Rule { action: Action::Screen, roles: HUB, because: "the hub screens requests" },
    Rule { action: Action::Decide, roles: HUB, because: "the hub decides the level of need" },
    Rule { action: Action::Sign, roles: &[Role::HubManager], because: "a hub manager signs" },
    Rule { action: Action::Answer, roles: HUB, because: "the hub answers the requester" },
    Rule { action: Action::Strike, roles: HUB, because: "the hub corrects its record" },
    Rule {
        action: Action::ReadFigures,
        roles: &[Role::HubWorker, Role::DutyWorker, Role::HubManager, Role::BusinessUnit],
        because: "the hub and the Business Unit read the figures",
    },
    Rule {
        action: Action::SetLocalRules,
        roles: &[Role::BusinessUnit],
        because: "the Business Unit looks after local rules",
    },
    Rule {
        action: Action::LookAfterOrganisations,
        roles: &[Role::BusinessUnit],
        because: "the Business Unit looks after agencies, teams, settings and staff",
    },
];

/// Whether somebody may do something, with the sentence that allows it.
///
/// # Errors
/// `SignedOut` for nobody, `NotFound` for somebody whom no rule allows.
pub fn decide(actor: &Actor, action: Action) -> Result<&'static str> {
    if actor.who.is_none() {
        return Ok("the platform does its own work");
    }
    RULES
        .iter()
        .find(|r| r.action == action && r.roles.iter().any(|role| actor.holds(*role)))
        .map(|r| r.because)
        .ok_or(Error::NotFound)
}

/// The decision that lets protected values be seen. Only a look whose action is to reveal gets one.
#[derive(Debug, Clone, Copy)]
pub struct MayReveal(());

impl MayReveal {
    /// For a look of that action, once it is allowed.
    pub(crate) fn when(action: Action) -> Option<Self> {
        (action == Action::RevealProtected).then_some(Self(()))
    }
}

impl platform::seal::Reveals for MayReveal {}

/// Whose records somebody may see and change. Every query that answers with records takes one.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    all: bool,
    staff: Uuid,
    setting: Uuid,
}

impl Scope {
    /// The scope of an actor.
    pub fn of(actor: &Actor) -> Self {
        let Some(member) = &actor.who else {
            return Self { all: true, staff: Uuid::nil(), setting: Uuid::nil() };
        };
        let leads = member.roles.contains(&Role::SafeguardingLead);
        Self {
            all: member.roles.iter().any(|r| r.is_in_the_hub()),
            staff: member.staff.0,
            setting: member.setting.filter(|_| leads).map_or(Uuid::nil(), |s| s.0),
        }
    }

    /// Whether nothing is hidden from this scope.
    pub fn is_all(&self) -> bool {
        self.all
    }

    /// Whose scope it is; `None` for the platform.
    pub fn staff(&self) -> Option<StaffId> {
        (!self.staff.is_nil()).then_some(StaffId(self.staff))
    }

    /// Whose scope it is; nil for the platform.
    pub fn own(&self) -> Uuid {
        self.staff
    }

    /// The condition that a row of `contact` (under this alias) must meet, as text.
    ///
    /// The ids in it are our own, never typed by anybody.
    pub fn contacts(&self, alias: &str, first: usize) -> String {
        format!(
            "(${first} OR {alias}.requested_by = ${} OR {alias}.setting_id = ${})",
            first + 1,
            first + 2
        )
    }

    /// The values for [`Scope::contacts`], in order.
    pub fn values(&self) -> [platform::db::Value; 3] {
        [self.all.into(), self.staff.into(), self.setting.into()]
    }
}
