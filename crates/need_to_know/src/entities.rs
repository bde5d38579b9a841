//! From our types to Cedar's, without JSON. The shapes are those of `sightline.cedarschema`; a
//! test holds them to it.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use cedar_policy::{Context, Entity, EntityId, EntityTypeName, EntityUid, RestrictedExpression};

use crate::{
    about::{About, Child, Export, FrontDoor, GlassUse, Item, Journal, Kind},
    asker::{Asker, Member, Role},
    request::Request,
    tie::Tie,
    words::{Few, Word},
};

type Attributes = HashMap<String, RestrictedExpression>;

/// Why a question could not be put. It is refused then.
pub type Unaskable = Box<dyn std::error::Error + Send + Sync>;

/// The names of entity types, parsed once.
struct Types(HashMap<&'static str, EntityTypeName>);

static TYPES: LazyLock<Types> = LazyLock::new(|| {
    let others = [
        "Partnership",
        "Agency",
        "Team",
        "Meeting",
        "Role",
        "Tie",
        "Stage",
        "ItemKind",
        "Marking",
        "Purpose",
        "Member",
        "Subject",
        "Platform",
        "Action",
    ];
    let names = others.into_iter().chain(Kind::ALL.map(Kind::name));
    Types(names.filter_map(|name| Some((name, name.parse().ok()?))).collect())
});

/// The uid of an entity.
///
/// # Errors
/// For a type that is not in the list above.
pub fn uid(kind: &str, id: &str) -> Result<EntityUid, Unaskable> {
    let name = TYPES.0.get(kind).ok_or_else(|| format!("no type {kind}"))?;
    Ok(EntityUid::from_type_name_and_id(name.clone(), EntityId::new(id)))
}

fn one(kind: &str, id: &str) -> Result<RestrictedExpression, Unaskable> {
    Ok(RestrictedExpression::new_entity_uid(uid(kind, id)?))
}

fn yes(is: bool) -> RestrictedExpression {
    RestrictedExpression::new_bool(is)
}

fn number(n: impl Into<i64>) -> RestrictedExpression {
    RestrictedExpression::new_long(n.into())
}

fn record(fields: Vec<(&str, RestrictedExpression)>) -> Result<RestrictedExpression, Unaskable> {
    Ok(RestrictedExpression::new_record(fields.into_iter().map(|(k, v)| (k.to_owned(), v)))?)
}

/// The expressions of all words of a kind, made once.
fn expressions<T: Word>(kind: &str) -> Vec<RestrictedExpression> {
    T::ALL.iter().filter_map(|w| one(kind, w.word()).ok()).collect()
}

static ROLES: LazyLock<Vec<RestrictedExpression>> = LazyLock::new(|| expressions::<Role>("Role"));
static TIES: LazyLock<Vec<RestrictedExpression>> = LazyLock::new(|| expressions::<Tie>("Tie"));

fn some_of<T: Word>(words: Few<T>, of: &[RestrictedExpression]) -> RestrictedExpression {
    RestrictedExpression::new_set(words.iter().filter_map(|w| of.get(w.place()).cloned()))
}

/// An entity with these attributes, no parents.
fn entity(id: EntityUid, fields: Vec<(&str, RestrictedExpression)>) -> Result<Entity, Unaskable> {
    let attributes: Attributes = fields.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
    Ok(Entity::new(id, attributes, HashSet::new())?)
}

/// Who asks.
///
/// # Errors
/// When it can't be put in Cedar's terms.
pub fn asker(asker: &Asker) -> Result<Entity, Unaskable> {
    let partnership = one("Partnership", asker.partnership().as_str())?;
    match asker {
        Asker::Member(member) => the_member(member, partnership),
        Asker::Subject(id, _) => {
            entity(uid("Subject", id.as_str())?, vec![("partnership", partnership)])
        }
        Asker::Platform(_) => entity(uid("Platform", "jobs")?, vec![("partnership", partnership)]),
    }
}

fn the_member(member: &Member, partnership: RestrictedExpression) -> Result<Entity, Unaskable> {
    let mut fields = vec![
        ("partnership", partnership),
        ("agency", one("Agency", member.agency.as_str())?),
        ("roles", some_of(member.roles, &ROLES)),
        ("awake", yes(member.awake)),
        ("secondFactor", yes(member.second_factor)),
        ("trained", yes(member.trained)),
    ];
    if let Some(team) = &member.team {
        fields.push(("team", one("Team", team.as_str())?));
    }
    entity(uid("Member", member.id.as_str())?, fields)
}

fn the_child(child: &Child) -> Result<Entity, Unaskable> {
    let id = uid("Child", child.id.as_str())?;
    entity(
        id.clone(),
        vec![
            ("partnership", one("Partnership", child.partnership.as_str())?),
            ("child", RestrictedExpression::new_entity_uid(id)),
            ("stage", one("Stage", child.stage.word())?),
            ("restricted", yes(child.restricted)),
            ("addressListed", yes(child.address_listed)),
            ("schoolsNow", number(child.schools_now)),
        ],
    )
}

fn of_the_front_door(kind: Kind, of: &FrontDoor) -> Result<Entity, Unaskable> {
    let mut fields = vec![
        ("partnership", one("Partnership", of.partnership.as_str())?),
        ("restricted", yes(of.restricted)),
        ("addressListed", yes(of.address_listed)),
        ("dealtWith", yes(of.dealt_with)),
    ];
    if let (Kind::Account, Some(child)) = (kind, &of.child) {
        fields.push(("child", one("Child", child.as_str())?));
    }
    entity(uid(kind.name(), of.id.as_str())?, fields)
}

/// What it is about.
///
/// # Errors
/// When it can't be put in Cedar's terms.
pub fn about(about: &About) -> Result<Entity, Unaskable> {
    let partnership = one("Partnership", about.partnership().as_str())?;
    match about {
        About::Child(child) => the_child(child),
        About::Contact(of) | About::Account(of) | About::Pathway(of) => {
            of_the_front_door(about.kind(), of)
        }
        About::Item(item) => the_item(item, partnership),
        About::Export(export) => the_export(export, partnership),
        About::Journal(journal) => the_journal(journal, partnership),
        About::GlassUse(used) => the_use(used, partnership),
        About::Declaration(of) => entity(
            uid("Declaration", of.id.as_str())?,
            vec![("partnership", partnership), ("declarer", one("Member", of.declarer.as_str())?)],
        ),
        About::Asking(of) => entity(
            uid("Asking", of.id.as_str())?,
            vec![("partnership", partnership), ("asker", one("Member", of.asker.as_str())?)],
        ),
        About::Disposal(of) => entity(
            uid("Disposal", of.id.as_str())?,
            vec![("partnership", partnership), ("proposer", one("Member", of.proposer.as_str())?)],
        ),
        About::DataRequest(of) => {
            let preparers = of.preparers.iter().map(|member| one("Member", member.as_str()));
            let preparers =
                RestrictedExpression::new_set(preparers.collect::<Result<Vec<_>, _>>()?);
            entity(
                uid("DataRequest", of.id.as_str())?,
                vec![("partnership", partnership), ("preparers", preparers)],
            )
        }
        About::Membership(of) => entity(
            uid("Membership", of.member.as_str())?,
            vec![
                ("partnership", partnership),
                ("agency", one("Agency", of.agency.as_str())?),
                ("member", one("Member", of.member.as_str())?),
                ("inSetting", yes(of.in_setting)),
            ],
        ),
        About::Figures(figures) => entity(
            uid("Figures", figures.id.as_str())?,
            vec![
                ("partnership", partnership),
                ("smallNumbersHidden", yes(figures.small_numbers_hidden)),
                ("ofTheHubsWork", yes(figures.of_the_hubs_work)),
            ],
        ),
        About::Installation(_) => {
            entity(uid("Installation", "here")?, vec![("partnership", partnership)])
        }
        About::Session(_, owner) => entity(
            uid("Session", owner.as_str())?,
            vec![("partnership", partnership), ("owner", one("Member", owner.as_str())?)],
        ),
    }
}

fn the_item(item: &Item, partnership: RestrictedExpression) -> Result<Entity, Unaskable> {
    let meetings = item.meetings.iter().map(|m| one("Meeting", m.as_str()));
    let meetings: Vec<_> = meetings.collect::<Result<_, _>>()?;
    let mut fields = vec![
        ("partnership", partnership),
        ("child", one("Child", item.child.id.as_str())?),
        ("restricted", yes(item.child.restricted)),
        ("kind", one("ItemKind", item.kind.word())?),
        ("marking", one("Marking", item.marking.word())?),
        ("agency", one("Agency", item.agency.as_str())?),
        ("basisRecorded", yes(item.basis_recorded)),
        ("meetings", RestrictedExpression::new_set(meetings)),
    ];
    if let Some((member, agency)) = &item.unseal_asked_by {
        let by = record(vec![
            ("member", one("Member", member.as_str())?),
            ("agency", one("Agency", agency.as_str())?),
        ])?;
        fields.push(("unsealAskedBy", by));
    }
    entity(uid("Item", item.id.as_str())?, fields)
}

fn the_export(export: &Export, partnership: RestrictedExpression) -> Result<Entity, Unaskable> {
    let mut fields = vec![
        ("partnership", partnership),
        ("agency", one("Agency", export.agency.as_str())?),
        ("requester", one("Member", export.requester.as_str())?),
        ("rows", number(export.rows)),
        ("rowCap", number(export.row_cap)),
    ];
    if let Some(approver) = &export.approver {
        fields.push(("approver", one("Member", approver.as_str())?));
    }
    entity(uid("Export", export.id.as_str())?, fields)
}

fn the_journal(journal: &Journal, partnership: RestrictedExpression) -> Result<Entity, Unaskable> {
    let agency = one("Agency", journal.agency.as_str())?;
    let unattended = ("unattended", yes(journal.unattended));
    let mut fields = vec![("partnership", partnership), ("agency", agency), unattended];
    if let Some(looker) = &journal.looks_of {
        fields.push(("looksOf", one("Member", looker.as_str())?));
    }
    entity(uid("Journal", journal.id.as_str())?, fields)
}

fn the_use(used: &GlassUse, partnership: RestrictedExpression) -> Result<Entity, Unaskable> {
    let mut fields = vec![
        ("partnership", partnership),
        ("user", one("Member", used.user.as_str())?),
        ("usersAgency", one("Agency", used.users_agency.as_str())?),
        ("holdersAgency", one("Agency", used.holders_agency.as_str())?),
        ("unattended", yes(used.unattended)),
    ];
    if let Some(manager) = &used.users_manager {
        fields.push(("usersManager", one("Member", manager.as_str())?));
    }
    if let Some(team) = &used.users_team {
        fields.push(("usersTeam", one("Team", team.as_str())?));
    }
    entity(uid("GlassUse", used.id.as_str())?, fields)
}

/// Under what circumstances.
///
/// # Errors
/// When it can't be put in Cedar's terms.
pub fn circumstances(request: &Request<'_>) -> Result<Context, Unaskable> {
    let at = request.at;
    let mut fields = vec![
        ("now", number(at.now)),
        ("ties", some_of(request.ties, &TIES)),
        ("reason", number(at.reason)),
    ];
    if let Some(glass) = &at.glass {
        let child = one("Child", glass.child.as_str())?;
        let glass =
            vec![("child", child), ("from", number(glass.from)), ("until", number(glass.until))];
        fields.push(("glass", record(glass)?));
    }
    if let Some(seconds) = at.reauthenticated {
        fields.push(("reauthenticated", number(seconds)));
    }
    if let Some(purpose) = at.purpose {
        fields.push(("purpose", one("Purpose", purpose.word())?));
    }
    if let Some(meeting) = &at.meeting {
        let meeting = vec![
            ("id", one("Meeting", meeting.id.as_str())?),
            ("opens", number(meeting.opens)),
            ("closes", number(meeting.closes)),
        ];
        fields.push(("meeting", record(meeting)?));
    }
    Ok(Context::from_pairs(fields.into_iter().map(|(k, v)| (k.to_owned(), v)))?)
}
