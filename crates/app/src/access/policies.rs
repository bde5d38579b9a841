//! The policies in force, and a signed-in person as they know one.

use std::sync::LazyLock;

use jiff::Timestamp;
use need_to_know::{
    About, AgencyId, Asker, Asking, Child, ChildId, Circumstances, DataRequest, Declaration,
    Disposal, Figures, FrontDoor, FrontDoorId, GlassUse, Item, ItemId, ItemKind, Journal, Kind,
    Marking, Member, MemberId, Membership, OtherId, PartnershipId, Policies, Purpose, Request,
    SettingId, Stage, Ties, Word,
};
use practice::roles::Role;
use uuid::Uuid;

use super::{Action, Actor};
use crate::{
    error::{Error, Result},
    ids::{PersonId, StaffId},
    people::hidden::Hidden,
};

static SHIPPED: LazyLock<Result<Policies, String>> =
    LazyLock::new(|| Policies::load().map_err(|why| why.to_string()));

/// The policies, which are read once: the application does not start without them.
///
/// # Errors
/// A fault when they do not hold against their schema. Nothing may be decided then.
pub fn shipped() -> Result<&'static Policies> {
    SHIPPED.as_ref().map_err(|why| Error::fault("reading the policies", why))
}

/// The partnership of this installation: there is one.
fn here() -> PartnershipId {
    PartnershipId::new("here")
}

/// Who asks, as the policies know them.
pub(super) fn asker(actor: &Actor) -> Asker {
    let Some(who) = &actor.who else { return Asker::Platform(here()) };
    let roles = who.roles.iter().copied();
    let member = member(who.staff.0, who.agency.0, who.setting.map(|s| s.0), roles);
    Asker::Member(Member {
        awake: !actor.is_asleep(),
        second_factor: !actor.is_without_second_step(),
        trained: who.lapsed_on.is_none(),
        ..member
    })
}

/// A member of staff who is awake and trained, as the policies know them who would come with a second
/// step.
pub fn member(
    staff: Uuid,
    agency: Uuid,
    setting: Option<Uuid>,
    roles: impl Iterator<Item = Role>,
) -> Member {
    Member {
        id: MemberId::new(staff.to_string()),
        partnership: here(),
        agency: AgencyId::new(agency.to_string()),
        team: None,
        setting: setting.map(|setting| SettingId::new(setting.to_string())),
        roles: roles.map(need_to_know::Role::from).collect(),
        awake: true,
        second_factor: true,
        trained: true,
    }
}

/// What a question is about that turns on no record; `None` for what does.
pub(super) fn about_no_record(action: Action, asker: &Asker) -> Option<About> {
    let about = match action.on().first()? {
        Kind::Installation => About::Installation(here()),
        Kind::Session => {
            let owner = asker.member().map_or(MemberId::new("platform"), |m| m.id.clone());
            About::Session(here(), owner)
        }
        // Whoever reads any figures reads those in which small numbers are hidden.
        Kind::Figures => figures(true),
        // The uses that their own agency made, before any one of them is asked about: some may be
        // unattended.
        Kind::GlassUse => {
            let agency = &asker.member()?.agency;
            About::GlassUse(GlassUse {
                id: OtherId::new("own"),
                partnership: here(),
                user: MemberId::new("anybody"),
                users_manager: None,
                users_team: None,
                users_agency: agency.clone(),
                holders_agency: agency.clone(),
                unattended: true,
            })
        }
        // One that somebody else proposed, before any one of them is asked about.
        Kind::Disposal => disposal(Uuid::nil(), Uuid::nil()),
        // One that nobody has prepared, before any one of them is asked about.
        Kind::DataRequest => data_request(Uuid::nil(), &[]),
        // The looks of their own agency, before anybody's in it are asked about.
        Kind::Journal => About::Journal(Journal {
            id: OtherId::new("own"),
            partnership: here(),
            agency: asker.member()?.agency.clone(),
            looks_of: None,
            unattended: true,
        }),
        _ => return None,
    };
    Some(about)
}

/// The figures of the front door, counts of the hub's own work: rounded, or as they are.
pub fn figures(small_numbers_hidden: bool) -> About {
    About::Figures(Figures {
        id: OtherId::new("hub"),
        partnership: here(),
        small_numbers_hidden,
        of_the_hubs_work: true,
    })
}

/// Figures of what the agencies' people did, in which small numbers are hidden.
pub fn figures_of_agencies() -> About {
    About::Figures(Figures {
        id: OtherId::new("agencies"),
        partnership: here(),
        small_numbers_hidden: true,
        of_the_hubs_work: false,
    })
}

/// A record of the front door, as the policies know it, with whether anybody restricted is in it,
/// whether it was dealt with, and whether an address in it is on a list of its own.
///
/// A protected address is kept from pages by its own seal.
pub fn record(kind: Kind, id: Uuid, hidden: Hidden, address_listed: bool) -> About {
    let of = FrontDoor {
        id: FrontDoorId::new(id.to_string()),
        partnership: here(),
        restricted: hidden.restricted,
        address_listed,
        dealt_with: hidden.dealt_with,
        child: None,
    };
    match kind {
        Kind::Contact => About::Contact(of),
        Kind::Pathway => About::Pathway(of),
        _ => About::Account(of),
    }
}

/// Intelligence about whoever an account is of, as the policies know it.
pub fn intelligence(id: Uuid, account: Uuid, agency: Uuid, restricted: bool) -> About {
    About::Item(Item {
        id: ItemId::new(id.to_string()),
        child: Child {
            id: ChildId::new(account.to_string()),
            partnership: here(),
            stage: Stage::Help,
            restricted,
            address_listed: false,
            schools_now: 0,
        },
        kind: ItemKind::Note,
        marking: Marking::Intelligence,
        agency: AgencyId::new(agency.to_string()),
        // It is shared with each who reads it, on the ground that is recorded then.
        basis_recorded: false,
        meetings: Vec::new(),
        unseal_asked_by: None,
    })
}

/// Somebody's asking about a child, as the policies know it.
pub fn asking(id: Uuid, asker: Uuid) -> About {
    About::Asking(Asking {
        id: OtherId::new(id.to_string()),
        partnership: here(),
        asker: MemberId::new(asker.to_string()),
    })
}

/// What is to be disposed of, as the policies know it.
pub fn disposal(id: Uuid, proposer: Uuid) -> About {
    About::Disposal(Disposal {
        id: OtherId::new(id.to_string()),
        partnership: here(),
        proposer: MemberId::new(proposer.to_string()),
    })
}

/// Somebody's request for what is held about them, as the policies know it: who chose what goes
/// into the copy.
pub fn data_request(id: Uuid, preparers: &[StaffId]) -> About {
    About::DataRequest(DataRequest {
        id: OtherId::new(id.to_string()),
        partnership: here(),
        preparers: preparers.iter().map(|staff| MemberId::new(staff.0.to_string())).collect(),
    })
}

/// A child as a whole, as the policies know one over whom glass is broken.
///
/// Over a restricted one it is broken by those alone who know that the record exists
/// ([`need_to_know::Tie::KnowsOf`]).
pub fn child(person: PersonId, restricted: bool) -> About {
    About::Child(Child {
        id: child_id(person),
        partnership: here(),
        stage: Stage::Help,
        restricted,
        address_listed: false,
        schools_now: 0,
    })
}

/// What the policies call a child.
pub fn child_id(person: PersonId) -> ChildId {
    ChildId::new(person.0.to_string())
}

/// An account of a child at whom somebody looks through broken glass.
pub fn account_of(person: PersonId, account: Uuid, hidden: Hidden) -> About {
    match record(Kind::Account, account, hidden, false) {
        About::Account(of) => About::Account(FrontDoor { child: Some(child_id(person)), ..of }),
        other => other,
    }
}

/// A use of break-glass, to be reviewed, of whoever it was and who leads them, and the agencies of both
/// sides.
pub fn glass_use(
    id: Uuid,
    (user, users_manager, users_agency): (Uuid, Option<StaffId>, Uuid),
    holders_agency: Uuid,
    unattended: bool,
) -> About {
    About::GlassUse(GlassUse {
        unattended,
        id: OtherId::new(id.to_string()),
        partnership: here(),
        user: MemberId::new(user.to_string()),
        users_manager: users_manager.map(|leads| MemberId::new(leads.0.to_string())),
        // They may be in several; one in common is refused when it is reviewed.
        users_team: None,
        users_agency: AgencyId::new(users_agency.to_string()),
        holders_agency: AgencyId::new(holders_agency.to_string()),
    })
}

/// The looks of one person of an agency, as the policies know them.
pub fn looks_of(agency: Uuid, staff: Uuid, unattended: bool) -> About {
    About::Journal(Journal {
        unattended,
        id: OtherId::new(staff.to_string()),
        partnership: here(),
        agency: AgencyId::new(agency.to_string()),
        looks_of: Some(MemberId::new(staff.to_string())),
    })
}

/// Somebody's place in their agency, as the policies know it.
pub fn membership(staff: Uuid, agency: Uuid, in_setting: bool) -> About {
    About::Membership(Membership {
        partnership: here(),
        agency: AgencyId::new(agency.to_string()),
        member: MemberId::new(staff.to_string()),
        in_setting,
    })
}

/// What somebody declared of whom they know, as the policies know it.
pub fn declaration(id: Uuid, declarer: Uuid) -> About {
    About::Declaration(Declaration {
        id: OtherId::new(id.to_string()),
        partnership: here(),
        declarer: MemberId::new(declarer.to_string()),
    })
}

/// The circumstances of a question: the moment, and how many characters somebody wrote of why.
pub fn at(now: Timestamp, reason: u32) -> Circumstances {
    Circumstances { now: now.as_second(), reason, ..Circumstances::default() }
}

/// The circumstances of somebody who has given everything that can be asked for.
pub(super) fn at_best() -> Circumstances {
    let purpose = Purpose::ALL.first().copied();
    let at = at(Timestamp::UNIX_EPOCH, u32::MAX);
    Circumstances { purpose, reauthenticated: Some(0), ..at }
}

/// The role that lets somebody do something to a record to which nothing ties them.
pub(super) fn role_for(actor: &Actor, action: Action) -> Option<Role> {
    let asker = asker(actor);
    let kind = action.on().first().copied()?;
    let about = about_no_record(action, &asker)
        .unwrap_or_else(|| record(kind, Uuid::nil(), Hidden::default(), false));
    let at = at(Timestamp::UNIX_EPOCH, 0);
    let request = Request { asker: &asker, action, about: &about, ties: Ties::NONE, at: &at };
    Role::of_slug(shipped().ok()?.role_for(&request)?.word())
}
