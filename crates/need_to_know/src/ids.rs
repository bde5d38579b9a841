//! Ids of what the policies compare. Each kind is a type of its own, so that a team is never
//! taken for an agency. They are our own ids, never names of people.

use std::{fmt, sync::Arc};

macro_rules! ids {
    ($($(#[$about:meta])* $name:ident,)+) => {$(
        $(#[$about])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id that is written so.
            pub fn new(id: impl AsRef<str>) -> Self {
                Self(id.as_ref().into())
            }

            /// As it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

ids! {
    /// A partnership: one installation.
    PartnershipId,
    /// An agency of it.
    AgencyId,
    /// A team of an agency.
    TeamId,
    /// A setting of an agency: a school, nursery, surgery.
    SettingId,
    /// A person's membership of one agency.
    MemberId,
    /// A parent or young person on the public pages.
    SubjectId,
    /// A child.
    ChildId,
    /// What reached the hub: a contact, an account in it, or a pathway that it began.
    FrontDoorId,
    /// One part of a child's record.
    ItemId,
    /// A meeting of a panel.
    MeetingId,
    /// Anything else that is asked about.
    OtherId,
}
