//! The parts that people play, as the guidance names them. A person holds a role at an agency
//! between two dates; what a role may see and do is decided elsewhere.

use serde::{Deserialize, Serialize};

/// A part that a person plays in the partnership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Works with children and families in any agency, and may ask for support.
    Practitioner,
    /// Leads safeguarding in a school, nursery or service (DSL), and sees its requests.
    SafeguardingLead,
    /// Screens requests in the hub.
    HubWorker,
    /// The hub worker on duty, who is told of danger first.
    DutyWorker,
    /// Manages the hub, and signs decisions where the rule says so.
    HubManager,
    /// Looks after settings and staff lists for the partnership; sees no case.
    BusinessUnit,
    /// Reads who looked at what in their own agency, and asks about what stands out; sees no case.
    PrivacyOfficer,
    /// Knows the nurseries, schools and charities of the partnership, and vouches for who works there; sees no
    /// case.
    LinkWorker,
    /// Scrutinises the partnership from outside (Working Together 2023, ch. 2); reads its figures,
    /// and no case.
    Scrutineer,
    /// Keeps the system running; sees no case, whatever else they are.
    Administrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 10] = [
        Self::Practitioner,
        Self::SafeguardingLead,
        Self::HubWorker,
        Self::DutyWorker,
        Self::HubManager,
        Self::BusinessUnit,
        Self::PrivacyOfficer,
        Self::LinkWorker,
        Self::Scrutineer,
        Self::Administrator,
    ];

    /// The name that people read.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Practitioner => "Practitioner",
            Self::SafeguardingLead => "Designated safeguarding lead",
            Self::HubWorker => "Hub worker",
            Self::DutyWorker => "Duty worker",
            Self::HubManager => "Hub manager",
            Self::BusinessUnit => "Business Unit",
            Self::PrivacyOfficer => "Privacy officer",
            Self::LinkWorker => "Link worker",
            Self::Scrutineer => "Independent scrutineer",
            Self::Administrator => "System administrator",
        }
    }

    /// The stored form.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Practitioner => "practitioner",
            Self::SafeguardingLead => "safeguarding-lead",
            Self::HubWorker => "hub-worker",
            Self::DutyWorker => "duty-worker",
            Self::HubManager => "hub-manager",
            Self::BusinessUnit => "business-unit",
            Self::PrivacyOfficer => "privacy-officer",
            Self::LinkWorker => "link-worker",
            Self::Scrutineer => "scrutineer",
            Self::Administrator => "administrator",
        }
    }

    /// The role of that stored form.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.slug() == slug)
    }

    /// Who is told of something in this role's name: the role itself where anybody holds it, else
    /// the hub manager, who stands at the top of every ladder; `None` where nobody holds that
    /// either, and then nobody may be said to have been told.
    ///
    /// Source: local rule, as for the ladders of the processes.
    pub fn told(self, is_held: impl Fn(Self) -> bool) -> Option<Self> {
        self.told_in_turn().into_iter().find(|role| is_held(*role))
    }

    /// The roles that [`Role::told`] asks for, in turn.
    pub const fn told_in_turn(self) -> [Self; 2] {
        [self, Self::HubManager]
    }

    /// Whether this role works in the hub, where every request is read.
    pub const fn is_in_the_hub(self) -> bool {
        matches!(self, Self::HubWorker | Self::DutyWorker | Self::HubManager)
    }
}

#[cfg(test)]
mod tests {
    use super::Role;

    #[test]
    fn whoever_holds_the_role_is_told_and_the_hub_manager_where_nobody_does() {
        let held = [Role::DutyWorker, Role::HubManager];
        assert_eq!(Role::DutyWorker.told(|r| held.contains(&r)), Some(Role::DutyWorker));
        for role in Role::ALL {
            assert_eq!(role.told(|r| r == Role::HubManager), Some(Role::HubManager), "{role:?}");
        }
    }

    #[test]
    fn where_nobody_holds_either_nobody_is_told() {
        assert_eq!(Role::DutyWorker.told(|_| false), None);
        assert_eq!(Role::HubManager.told(|r| r == Role::DutyWorker), None, "nobody stands above");
    }
}
