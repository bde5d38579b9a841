//! How much of a child's record somebody sees.

use crate::action::Action;

/// A level of sight. Each contains the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sight {
    /// Not even that the child is known.
    Nothing,
    /// That somebody is involved, and whom to contact.
    Presence,
    /// A summary.
    Summary,
    /// The fields that are shared.
    Fields,
    /// All of it.
    Full,
}

impl Sight {
    /// Every level but nothing, the widest first, with the action that asks for it.
    pub const WIDEST_FIRST: [(Self, Action); 4] = [
        (Self::Full, Action::SeeFull),
        (Self::Fields, Action::SeeFields),
        (Self::Summary, Action::SeeSummary),
        (Self::Presence, Action::SeePresence),
    ];

    /// The word for tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Presence => "presence",
            Self::Summary => "summary",
            Self::Fields => "fields",
            Self::Full => "full",
        }
    }
}
