//! What a question is about, with what the policies need to know of it.

use crate::{
    ids::{
        AgencyId, ChildId, FrontDoorId, ItemId, MeetingId, MemberId, OtherId, PartnershipId, TeamId,
    },
    words::words,
};

words! {
    /// Where a child's record stands.
    Stage {
        /// A request is being screened or assessed.
        FrontDoor = "front-door",
        /// The family has help, or the child is in need.
        Help = "help",
        /// The child is being protected (section 47, a protection plan) or is looked after.
        Protection = "protection",
        /// Closed.
        Closed = "closed",
    }
}

words! {
    /// What sort of item it is.
    ItemKind {
        /// What reached the hub.
        Contact = "contact",
        /// A case note.
        Note = "note",
        /// An assessment.
        Assessment = "assessment",
        /// A plan.
        Plan = "plan",
        /// Minutes of a meeting.
        Minutes = "minutes",
        /// A notification to an agency or school.
        Notification = "notification",
        /// What an agency found for a meeting.
        Research = "research",
    }
}

words! {
    /// How closely an item is kept.
    Marking {
        /// Like the rest of the record.
        Standard = "standard",
        /// Exists only for the people named.
        Restricted = "restricted",
        /// Gives a protected address away.
        ProtectedAddress = "protected-address",
        /// Police intelligence, under its handling code.
        Intelligence = "intelligence",
        /// In a sealed envelope.
        Sealed = "sealed",
    }
}

/// A child's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// Which child.
    pub id: ChildId,
    /// Whose record it is.
    pub partnership: PartnershipId,
    /// Where it stands.
    pub stage: Stage,
    /// Exists only for the people named.
    pub restricted: bool,
    /// The address is on a list of its own.
    pub address_listed: bool,
    /// How many schools the child is enrolled at now, by a recent word.
    pub schools_now: u8,
}

/// What reached the hub: a contact, an account in it, or a pathway that it began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrontDoor {
    /// Which.
    pub id: FrontDoorId,
    /// Whose.
    pub partnership: PartnershipId,
    /// Whether anybody in it is restricted.
    pub restricted: bool,
    /// Whether an address in it is on a list of its own.
    pub address_listed: bool,
    /// Whether the hub has dealt with it, and nothing else is open about anybody in it.
    pub dealt_with: bool,
    /// Of an account, whose it is, where somebody looks through broken glass: a contact and a
    /// pathway tell of more than one child.
    pub child: Option<ChildId>,
}

/// One part of the record that the agencies hold together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Which.
    pub id: ItemId,
    /// Of whom.
    pub child: Child,
    /// What sort.
    pub kind: ItemKind,
    /// How closely kept.
    pub marking: Marking,
    /// Who holds it.
    pub agency: AgencyId,
    /// Whether the lawful basis of sharing it is recorded.
    pub basis_recorded: bool,
    /// The meetings for which it was prepared.
    pub meetings: Vec<MeetingId>,
    /// The guardian, and their agency, who asked that it be unsealed.
    pub unseal_asked_by: Option<(MemberId, AgencyId)>,
}

/// Records to be taken out at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Which.
    pub id: OtherId,
    /// Whose records.
    pub partnership: PartnershipId,
    /// For which agency.
    pub agency: AgencyId,
    /// Who asked for it.
    pub requester: MemberId,
    /// Who approved it.
    pub approver: Option<MemberId>,
    /// How many rows it has.
    pub rows: u32,
    /// How many it may have.
    pub row_cap: u32,
}

/// A part of the journal: the looks of an agency, or of one person in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    /// Which.
    pub id: OtherId,
    /// Whose.
    pub partnership: PartnershipId,
    /// The agency that looked.
    pub agency: AgencyId,
    /// The person who looked, where it is about one.
    pub looks_of: Option<MemberId>,
    /// Whether no privacy officer is there who could look into it.
    pub unattended: bool,
}

/// One use of break-glass, to be reviewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlassUse {
    /// Which.
    pub id: OtherId,
    /// Whose.
    pub partnership: PartnershipId,
    /// Who used it.
    pub user: MemberId,
    /// Whom they answer to.
    pub users_manager: Option<MemberId>,
    /// Their team.
    pub users_team: Option<TeamId>,
    /// Their agency.
    pub users_agency: AgencyId,
    /// The agency that holds the record.
    pub holders_agency: AgencyId,
    /// Whether no privacy officer of either agency can review it, or none did in time.
    pub unattended: bool,
}

/// What somebody declared of whom they know, to be looked at by another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// Which.
    pub id: OtherId,
    /// Whose.
    pub partnership: PartnershipId,
    /// Who declared it.
    pub declarer: MemberId,
}

/// Somebody's asking the hub about a child, to be answered by another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// Which.
    pub id: OtherId,
    /// Whose.
    pub partnership: PartnershipId,
    /// Who asks.
    pub asker: MemberId,
}

/// What is to be disposed of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disposal {
    /// Which.
    pub id: OtherId,
    /// Whose.
    pub partnership: PartnershipId,
    /// Who proposed it.
    pub proposer: MemberId,
}

/// Somebody's request for what is held about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataRequest {
    /// Which.
    pub id: OtherId,
    /// Whose.
    pub partnership: PartnershipId,
    /// Who chose what goes into the copy.
    pub preparers: Vec<MemberId>,
}

/// Somebody's place in an agency, to be confirmed by another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Whose partnership.
    pub partnership: PartnershipId,
    /// In which agency.
    pub agency: AgencyId,
    /// Whose it is.
    pub member: MemberId,
    /// Whether it is in a school, nursery, service or charity, with no other role than people have there, and
    /// nobody put it to sleep.
    pub in_setting: bool,
}

/// Figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Which.
    pub id: OtherId,
    /// Whose.
    pub partnership: PartnershipId,
    /// Whether numbers that could point at a child are hidden.
    pub small_numbers_hidden: bool,
    /// Counts of the hub's own work.
    pub of_the_hubs_work: bool,
}

/// What a question is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A child's record as a whole.
    Child(Child),
    /// A contact.
    Contact(FrontDoor),
    /// What a contact said of a person.
    Account(FrontDoor),
    /// What began with a contact.
    Pathway(FrontDoor),
    /// One part of a child's record.
    Item(Item),
    /// Records to be taken out.
    Export(Export),
    /// Who looked.
    Journal(Journal),
    /// A use of break-glass.
    GlassUse(GlassUse),
    /// What somebody declared of whom they know.
    Declaration(Declaration),
    /// Somebody's asking about a child.
    Asking(Asking),
    /// Somebody's request for what is held about them.
    DataRequest(DataRequest),
    /// What is to be disposed of.
    Disposal(Disposal),
    /// Somebody's place in an agency.
    Membership(Membership),
    /// Figures.
    Figures(Figures),
    /// The installation: its queue, search, settings, jobs.
    Installation(PartnershipId),
    /// The session of a member.
    Session(PartnershipId, MemberId),
}

/// The kind of thing that a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A child's record as a whole.
    Child,
    /// A contact.
    Contact,
    /// What a contact said of a person.
    Account,
    /// What began with a contact.
    Pathway,
    /// One part of a child's record.
    Item,
    /// Records to be taken out.
    Export,
    /// Who looked.
    Journal,
    /// A use of break-glass.
    GlassUse,
    /// What somebody declared of whom they know.
    Declaration,
    /// Somebody's asking about a child.
    Asking,
    /// Somebody's request for what is held about them.
    DataRequest,
    /// What is to be disposed of.
    Disposal,
    /// Somebody's place in an agency.
    Membership,
    /// Figures.
    Figures,
    /// The installation.
    Installation,
    /// The session of a member.
    Session,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 16] = [
        Self::Child,
        Self::Contact,
        Self::Account,
        Self::Pathway,
        Self::Item,
        Self::Export,
        Self::Journal,
        Self::GlassUse,
        Self::Declaration,
        Self::Asking,
        Self::DataRequest,
        Self::Disposal,
        Self::Membership,
        Self::Figures,
        Self::Installation,
        Self::Session,
    ];

    /// As the schema names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Child => "Child",
            Self::Contact => "Contact",
            Self::Account => "Account",
            Self::Pathway => "Pathway",
            Self::Item => "Item",
            Self::Export => "Export",
            Self::Journal => "Journal",
            Self::GlassUse => "GlassUse",
            Self::Declaration => "Declaration",
            Self::Asking => "Asking",
            Self::DataRequest => "DataRequest",
            Self::Disposal => "Disposal",
            Self::Membership => "Membership",
            Self::Figures => "Figures",
            Self::Installation => "Installation",
            Self::Session => "Session",
        }
    }

    /// Whether it tells something about a child.
    pub const fn is_of_a_child(self) -> bool {
        matches!(self, Self::Child | Self::Contact | Self::Account | Self::Pathway | Self::Item)
    }
}

impl About {
    /// The same, where it tells of a child or stands at the front door, of somebody restricted.
    #[must_use]
    pub(crate) fn when_restricted(mut self) -> Self {
        match &mut self {
            Self::Child(child) | Self::Item(Item { child, .. }) => child.restricted = true,
            Self::Contact(of) | Self::Account(of) | Self::Pathway(of) => of.restricted = true,
            _ => {}
        }
        self
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Child(_) => Kind::Child,
            Self::Contact(_) => Kind::Contact,
            Self::Account(_) => Kind::Account,
            Self::Pathway(_) => Kind::Pathway,
            Self::Item(_) => Kind::Item,
            Self::Export(_) => Kind::Export,
            Self::Journal(_) => Kind::Journal,
            Self::GlassUse(_) => Kind::GlassUse,
            Self::Declaration(_) => Kind::Declaration,
            Self::Asking(_) => Kind::Asking,
            Self::DataRequest(_) => Kind::DataRequest,
            Self::Disposal(_) => Kind::Disposal,
            Self::Membership(_) => Kind::Membership,
            Self::Figures(_) => Kind::Figures,
            Self::Installation(_) => Kind::Installation,
            Self::Session(..) => Kind::Session,
        }
    }

    /// The child whose record it is or belongs to. What reached the hub may be about several.
    pub fn child(&self) -> Option<&Child> {
        match self {
            Self::Child(child) => Some(child),
            Self::Item(item) => Some(&item.child),
            _ => None,
        }
    }

    /// Whose it is.
    pub fn partnership(&self) -> &PartnershipId {
        match self {
            Self::Child(c) => &c.partnership,
            Self::Contact(f) | Self::Account(f) | Self::Pathway(f) => &f.partnership,
            Self::Item(i) => &i.child.partnership,
            Self::Export(e) => &e.partnership,
            Self::Journal(j) => &j.partnership,
            Self::GlassUse(g) => &g.partnership,
            Self::Declaration(d) => &d.partnership,
            Self::Asking(a) => &a.partnership,
            Self::DataRequest(d) => &d.partnership,
            Self::Disposal(d) => &d.partnership,
            Self::Membership(m) => &m.partnership,
            Self::Figures(f) => &f.partnership,
            Self::Installation(p) | Self::Session(p, _) => p,
        }
    }
}
