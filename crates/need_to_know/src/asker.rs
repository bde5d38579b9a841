//! Who asks: a member of an agency, a parent or young person, or the platform.

use practice::roles::Role as Practised;

use crate::{
    ids::{AgencyId, MemberId, PartnershipId, SettingId, SubjectId, TeamId},
    words::{Few, words},
};

words! {
    /// A part that a person plays. None opens a child's record by itself.
    Role {
        /// Works with children and families in any agency.
        Practitioner = "practitioner",
        /// Leads safeguarding in a school, nursery or service.
        SafeguardingLead = "safeguarding-lead",
        /// Screens requests in the hub.
        HubWorker = "hub-worker",
        /// The hub worker on duty.
        DutyWorker = "duty-worker",
        /// Manages the hub.
        HubManager = "hub-manager",
        /// Looks after settings and figures of the partnership.
        BusinessUnit = "business-unit",
        /// Manages a team that holds children's records.
        TeamManager = "team-manager",
        /// Leads safeguarding for a whole agency.
        AgencyLead = "agency-lead",
        /// Tells schools of what the police attended.
        NotificationOfficer = "notification-officer",
        /// Takes records out for returns and audits.
        DataLead = "data-lead",
        /// Reads who looked, for one agency.
        PrivacyOfficer = "privacy-officer",
        /// Guards confidentiality, for one agency.
        CaldicottGuardian = "caldicott-guardian",
        /// Knows the nurseries, schools and charities, and vouches for who works there.
        LinkWorker = "link-worker",
        /// Scrutinises the partnership from outside.
        Scrutineer = "scrutineer",
        /// Sits on a board.
        BoardMember = "board-member",
        /// Audits case files by sample.
        Auditor = "auditor",
        /// Runs the system.
        Administrator = "administrator",
    }
}

impl From<Practised> for Role {
    fn from(role: Practised) -> Self {
        match role {
            Practised::Practitioner => Self::Practitioner,
            Practised::SafeguardingLead => Self::SafeguardingLead,
            Practised::HubWorker => Self::HubWorker,
            Practised::DutyWorker => Self::DutyWorker,
            Practised::HubManager => Self::HubManager,
            Practised::BusinessUnit => Self::BusinessUnit,
            Practised::PrivacyOfficer => Self::PrivacyOfficer,
            Practised::LinkWorker => Self::LinkWorker,
            Practised::Scrutineer => Self::Scrutineer,
            Practised::Administrator => Self::Administrator,
        }
    }
}

/// The roles that somebody holds today.
pub type Roles = Few<Role>;

/// A person in one agency. Who works for two agencies has two memberships and asks as one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// This membership.
    pub id: MemberId,
    /// The partnership of the agency.
    pub partnership: PartnershipId,
    /// The agency.
    pub agency: AgencyId,
    /// Their team there.
    pub team: Option<TeamId>,
    /// Where they work.
    pub setting: Option<SettingId>,
    /// What they hold today.
    pub roles: Roles,
    /// Confirmed by the agency within 90 days, and not a leaver.
    pub awake: bool,
    /// Whether this session has its second factor. Where an installation asks for none, `true`.
    pub second_factor: bool,
    /// Whether their safeguarding training is current.
    pub trained: bool,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asker {
    /// A member of an agency.
    Member(Member),
    /// A parent or young person, on the public pages.
    Subject(SubjectId, PartnershipId),
    /// The platform itself.
    Platform(PartnershipId),
}

impl Asker {
    /// The member, where it is one.
    pub fn member(&self) -> Option<&Member> {
        match self {
            Self::Member(member) => Some(member),
            Self::Subject(..) | Self::Platform(_) => None,
        }
    }

    /// Their partnership.
    pub fn partnership(&self) -> &PartnershipId {
        match self {
            Self::Member(member) => &member.partnership,
            Self::Subject(_, partnership) | Self::Platform(partnership) => partnership,
        }
    }
}
