//! Dated relations, and the ties that follow from them at a moment. The app reads the same from
//! its tables; this is the plain form, for tests and for “who may see this and why”.

use crate::{
    about::About,
    asker::{Asker, Member},
    ids::{
        AgencyId, ChildId, FrontDoorId, ItemId, MeetingId, MemberId, SettingId, SubjectId, TeamId,
    },
    request::Circumstances,
    tie::{Tie, Ties},
};

/// Who has a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// One membership: who moves to another agency leaves it behind.
    Member(MemberId),
    /// A parent or young person.
    Subject(SubjectId),
    /// Everybody in a team.
    Team(TeamId),
    /// Everybody at a setting.
    Setting(SettingId),
    /// Everybody in an agency.
    Agency(AgencyId),
    /// Everybody. What it opens, the policies keep to a role.
    Anybody,
}

/// What a relation is to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// A child and every item of the child's record.
    Child(ChildId),
    /// What reached the hub.
    FrontDoor(FrontDoorId),
    /// One item.
    Item(ItemId),
    /// A meeting.
    Meeting(MeetingId),
}

/// A relation between two moments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Who has it.
    pub holder: Holder,
    /// What it is.
    pub tie: Tie,
    /// To what.
    pub to: To,
    /// From then, in seconds since 1970.
    pub from: i64,
    /// Until just before then, in seconds since 1970.
    pub until: Option<i64>,
}

/// Members, and the relations that they and others have or had.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// Everybody who can ask.
    pub members: Vec<Member>,
    /// Every relation, ended or not.
    pub relations: Vec<Relation>,
}

impl World {
    /// The ties that hold at the moment of these circumstances.
    pub fn ties(&self, asker: &Asker, about: &About, at: &Circumstances) -> Ties {
        self.relations
            .iter()
            .filter(|r| r.holds_at(at.now) && r.is_of(asker) && r.is_to(about, at))
            .map(|r| r.tie)
            .collect()
    }
}

impl Relation {
    /// Whether it holds at a moment, in seconds since 1970.
    pub fn holds_at(&self, now: i64) -> bool {
        self.from <= now && self.until.is_none_or(|until| now < until)
    }

    fn is_of(&self, asker: &Asker) -> bool {
        match (&self.holder, asker) {
            (Holder::Anybody, _) => true,
            (Holder::Subject(id), Asker::Subject(who, _)) => id == who,
            (Holder::Member(id), Asker::Member(who)) => *id == who.id,
            (Holder::Agency(id), Asker::Member(who)) => *id == who.agency,
            (Holder::Team(id), Asker::Member(who)) => who.team.as_ref() == Some(id),
            (Holder::Setting(id), Asker::Member(who)) => who.setting.as_ref() == Some(id),
            _ => false,
        }
    }

    fn is_to(&self, about: &About, at: &Circumstances) -> bool {
        match &self.to {
            To::Child(id) => about.child().is_some_and(|child| child.id == *id),
            To::Item(id) => matches!(about, About::Item(item) if item.id == *id),
            To::FrontDoor(id) => match about {
                About::Contact(of) | About::Account(of) | About::Pathway(of) => of.id == *id,
                _ => false,
            },
            To::Meeting(id) => at.meeting.as_ref().is_some_and(|meeting| meeting.id == *id),
        }
    }
}
