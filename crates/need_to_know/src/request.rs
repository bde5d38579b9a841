//! One question: may this asker do this, about that, in these circumstances?

use crate::{
    about::About,
    action::Action,
    asker::Asker,
    ids::{ChildId, MeetingId},
    tie::Ties,
    words::words,
};

words! {
    /// What break-glass is for.
    Purpose {
        /// A child may be hurt now.
        ImmediateDanger = "immediate-danger",
        /// A child is missing.
        Missing = "missing",
        /// A child is being treated.
        MedicalEmergency = "medical-emergency",
        /// Officers are on their way or there.
        PoliceEmergency = "police-emergency",
        /// A court asks today.
        Court = "court",
    }
}

/// Glass that was broken: one child, between two moments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glass {
    /// The one child.
    pub child: ChildId,
    /// From then, in seconds since 1970.
    pub from: i64,
    /// Until just before then, in seconds since 1970.
    pub until: i64,
}

/// The meeting as whose panel somebody asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// Which.
    pub id: MeetingId,
    /// The agenda was issued, in seconds since 1970.
    pub opens: i64,
    /// Five working days after the minutes, in seconds since 1970.
    pub closes: i64,
}

/// Under what circumstances.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// The moment, in seconds since 1970.
    pub now: i64,
    /// Glass that the asker broke.
    pub glass: Option<Glass>,
    /// How many seconds ago the asker gave their second factor.
    pub reauthenticated: Option<u32>,
    /// How many characters of their own words they gave.
    pub reason: u32,
    /// What they said it is for.
    pub purpose: Option<Purpose>,
    /// The meeting of this question.
    pub meeting: Option<Meeting>,
}

/// A question. The ties are those between this asker and this thing that hold now, looked up in
/// the same transaction; never kept from an earlier question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request<'a> {
    /// Who asks.
    pub asker: &'a Asker,
    /// To do what.
    pub action: Action,
    /// About what.
    pub about: &'a About,
    /// What ties them to it.
    pub ties: Ties,
    /// Under what circumstances.
    pub at: &'a Circumstances,
}

impl<'a> Request<'a> {
    /// The same question of another action.
    #[must_use]
    pub fn instead(&self, action: Action) -> Self {
        Self { action, ..self.clone() }
    }

    /// The same question about something else.
    #[must_use]
    pub fn about(&self, action: Action, about: &'a About) -> Self {
        Self { action, about, ..self.clone() }
    }
}
