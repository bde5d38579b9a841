//! The 76 worked examples of the threat model (4.10), in the world that they were written for.

use std::collections::BTreeMap;

use need_to_know::*;
use serde_json::Value;

use crate::model::POLICIES;

const EXAMPLES: &str = include_str!("access/vectors.json");
const ENTITIES: &str = include_str!("access/entities.json");

/// The world of the examples.
#[derive(Default)]
pub struct Cast {
    pub world: World,
    subjects: BTreeMap<String, Asker>,
    pub about: BTreeMap<String, About>,
    meetings: BTreeMap<String, Meeting>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn id_of(value: &Value) -> String {
    text(&value["__entity"]["id"])
}

fn ids_of(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(id_of).collect()
}

fn role(word: &str) -> Role {
    let ours = match word {
        "hub_screener" => "hub-worker",
        "dsl" => "safeguarding-lead",
        "safeguarding_lead" => "agency-lead",
        "encompass_officer" => "notification-officer",
        "sysadmin" => "administrator",
        "caldicott" => "caldicott-guardian",
        other => &other.replace('_', "-"),
    };
    Role::of_word(ours).unwrap()
}

fn item_kind(word: &str) -> ItemKind {
    match word {
        "casenote" => ItemKind::Note,
        "referral" => ItemKind::Contact,
        "intel" => ItemKind::Research,
        other => ItemKind::of_word(other).unwrap(),
    }
}

pub fn cast() -> Cast {
    let entities: Vec<Value> = serde_json::from_str(ENTITIES).unwrap();
    let mut cast = Cast::default();
    // Children before the records that belong to them.
    for kind in [
        "User",
        "Subject",
        "Child",
        "Meeting",
        "Record",
        "ExportJob",
        "AuditScope",
        "Dashboard",
        "System",
    ] {
        for entity in entities.iter().filter(|e| e["uid"]["type"] == kind) {
            cast.take_in(kind, &text(&entity["uid"]["id"]), &entity["attrs"], &entity["parents"]);
        }
    }
    cast
}

impl Cast {
    fn relate(&mut self, holder: Holder, tie: Tie, to: To) {
        self.world.relations.push(Relation { holder, tie, to, from: i64::MIN, until: None });
    }

    fn take_in(&mut self, kind: &str, id: &str, attrs: &Value, parents: &Value) {
        let partnership = PartnershipId::new(id_of(&attrs["partnership"]));
        match kind {
            "User" => {
                let team = parents.as_array().unwrap().iter().find(|p| p["type"] == "Team");
                self.world.members.push(Member {
                    id: MemberId::new(id),
                    partnership,
                    agency: AgencyId::new(id_of(&attrs["agency"])),
                    team: team.map(|t| TeamId::new(text(&t["id"]))),
                    setting: None,
                    roles: attrs["roles"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|r| role(&text(r)))
                        .collect(),
                    awake: attrs["active"].as_bool().unwrap(),
                    second_factor: true,
                    trained: attrs["trainingCurrent"].as_bool().unwrap(),
                });
            }
            "Subject" => {
                self.subjects.insert(id.into(), Asker::Subject(SubjectId::new(id), partnership));
            }
            "Child" => self.take_in_child(id, attrs, partnership),
            "Meeting" => {
                for who in ids_of(&attrs["panel"]) {
                    let to = To::Meeting(MeetingId::new(id));
                    self.relate(Holder::Member(MemberId::new(who)), Tie::OnThePanel, to);
                }
                let at = |name: &str| attrs[name].as_i64().unwrap();
                let meeting =
                    Meeting { id: MeetingId::new(id), opens: at("opens"), closes: at("closes") };
                self.meetings.insert(id.into(), meeting);
            }
            "Record" => self.take_in_item(id, attrs),
            "ExportJob" => {
                let number = |name: &str| attrs[name].as_u64().unwrap() as u32;
                self.about.insert(
                    id.into(),
                    About::Export(Export {
                        id: OtherId::new(id),
                        partnership,
                        agency: AgencyId::new("council"),
                        requester: MemberId::new(id_of(&attrs["requester"])),
                        approver: attrs.get("approver").map(|a| MemberId::new(id_of(a))),
                        rows: number("rows"),
                        row_cap: number("rowCap"),
                    }),
                );
            }
            "AuditScope" => {
                self.about.insert(
                    id.into(),
                    About::Journal(Journal {
                        id: OtherId::new(id),
                        partnership,
                        agency: AgencyId::new(id_of(&attrs["agency"])),
                        looks_of: attrs.get("subjectUser").map(|a| MemberId::new(id_of(a))),
                        unattended: false,
                    }),
                );
            }
            "Dashboard" => {
                self.about.insert(
                    id.into(),
                    About::Figures(Figures {
                        id: OtherId::new(id),
                        partnership,
                        small_numbers_hidden: attrs["suppressed"].as_bool().unwrap(),
                        of_the_hubs_work: false,
                    }),
                );
            }
            _ => {
                self.about.insert(id.into(), About::Installation(partnership));
            }
        }
    }

    fn take_in_child(&mut self, id: &str, attrs: &Value, partnership: PartnershipId) {
        let to = || To::Child(ChildId::new(id));
        let by_member = [
            ("allocated", Tie::Allocated),
            ("around", Tie::Around),
            ("named", Tie::Named),
            ("excluded", Tie::Excluded),
            ("addressNamed", Tie::AddressNamed),
        ];
        for (name, tie) in by_member {
            for who in ids_of(&attrs[name]) {
                self.relate(Holder::Member(MemberId::new(who)), tie, to());
            }
        }
        for team in ids_of(&attrs["supervisingTeams"]) {
            self.relate(Holder::Team(TeamId::new(team)), Tie::Supervising, to());
        }
        let schools = ids_of(&attrs["currentSchool"]);
        for school in &schools {
            self.relate(Holder::Agency(AgencyId::new(school)), Tie::SchoolNow, to());
        }
        if attrs["openContact"].as_bool().unwrap() {
            self.relate(Holder::Anybody, Tie::OpenContact, to());
        }
        self.about.insert(
            id.into(),
            About::Child(Child {
                id: ChildId::new(id),
                partnership,
                stage: Stage::Help,
                restricted: attrs["restricted"].as_bool().unwrap(),
                address_listed: attrs["addressProtected"].as_bool().unwrap(),
                schools_now: schools.len() as u8,
            }),
        );
    }

    fn take_in_item(&mut self, id: &str, attrs: &Value) {
        let to = || To::Item(ItemId::new(id));
        self.relate(Holder::Member(MemberId::new(id_of(&attrs["author"]))), Tie::Author, to());
        for who in ids_of(&attrs["sealedFor"]) {
            self.relate(Holder::Member(MemberId::new(who)), Tie::SealedHolder, to());
        }
        for who in ids_of(&attrs["releasedTo"]) {
            self.relate(Holder::Subject(SubjectId::new(who)), Tie::ReleasedTo, to());
        }
        for (name, tie) in [("sharedAgencies", Tie::AgencyShare), ("addressedTo", Tie::Addressed)] {
            for agency in ids_of(&attrs[name]) {
                self.relate(Holder::Agency(AgencyId::new(agency)), tie, to());
            }
        }
        let is = |name: &str| attrs[name].as_bool().unwrap();
        let marking = match (is("sealed"), is("intelligence")) {
            (true, _) => Marking::Sealed,
            (_, true) => Marking::Intelligence,
            _ => Marking::Standard,
        };
        let About::Child(child) = &self.about[&id_of(&attrs["child"])] else { panic!("no child") };
        let item = Item {
            id: ItemId::new(id),
            child: child.clone(),
            kind: item_kind(&text(&attrs["kind"])),
            marking,
            agency: AgencyId::new(id_of(&attrs["ownerAgency"])),
            basis_recorded: is("basisRecorded"),
            meetings: ids_of(&attrs["meetings"]).iter().map(MeetingId::new).collect(),
            unseal_asked_by: None,
        };
        self.about.insert(id.into(), About::Item(item));
    }

    pub fn asker(&self, id: &str) -> Asker {
        let member = self.world.members.iter().find(|m| m.id.as_str() == id);
        member.map_or_else(|| self.subjects[id].clone(), |m| Asker::Member(m.clone()))
    }
}

struct Example {
    name: String,
    asker: Asker,
    action: Action,
    about: About,
    at: Circumstances,
    allowed: bool,
}

fn action(word: &str) -> Action {
    match word {
        "viewBanner" => Action::SeePresence,
        "viewAddress" => Action::SeeAddress,
        "viewRecord" => Action::ReadItem,
        "editRecord" => Action::ChangeItem,
        "shareRecord" => Action::ShareItem,
        "viewAudit" => Action::ReadJournal,
        "viewDashboard" => Action::ReadFigures,
        same => Action::of_word(same).unwrap(),
    }
}

fn examples(cast: &Cast) -> Vec<Example> {
    let rows: Vec<Value> = serde_json::from_str(EXAMPLES).unwrap();
    rows.iter().map(|row| example(row, cast)).collect()
}

fn example(row: &Value, cast: &Cast) -> Example {
    let after_colon = |name: &str| text(&row[name]).split_once(':').unwrap().1.to_owned();
    let context = &row["context"];
    let number = |name: &str| context[name].as_i64().unwrap();
    let about = cast.about[&after_colon("resource")].clone();
    let mut asker = cast.asker(&after_colon("principal"));
    if let Asker::Member(member) = &mut asker {
        member.second_factor = context["mfa"].as_bool().unwrap();
    }
    let glass = about
        .child()
        .filter(|_| context["breakGlass"].as_bool().unwrap())
        .map(|child| Glass { child: child.id.clone(), from: 0, until: number("bgExpires") });
    let at = Circumstances {
        now: number("now"),
        glass,
        reauthenticated: Some(number("reauthAge") as u32),
        reason: number("bgReason") as u32,
        purpose: Some(Purpose::ImmediateDanger),
        meeting: context.get("meeting").map(|m| cast.meetings[&id_of(m)].clone()),
    };
    Example {
        name: format!(
            "{}: {} {} {} ({})",
            row["n"],
            text(&row["principal"]),
            text(&row["action"]),
            text(&row["resource"]),
            text(&row["why"])
        ),
        asker,
        action: action(&text(&row["action"])),
        about,
        at,
        allowed: row["expect"] == "allow",
    }
}

/// The names of the examples that come out otherwise than they should.
pub fn failing(policies: &Policies) -> Vec<String> {
    let cast = cast();
    let mut failing = Vec::new();
    for Example { name, asker, action, about, at, allowed } in examples(&cast) {
        let ties = cast.world.ties(&asker, &about, &at);
        let request = Request { asker: &asker, action, about: &about, ties, at: &at };
        let decision = policies.decide(&request);
        if decision.allowed != allowed {
            failing.push(format!("{name} by {:?}", decision.because));
        }
    }
    failing
}

#[test]
fn all_76_examples_come_out_as_they_should() {
    assert_eq!(examples(&cast()).len(), 76);
    assert_eq!(failing(&POLICIES), Vec::<String>::new());
}

#[test]
fn who_may_see_this_and_why_names_everybody_with_the_policies() {
    let cast = cast();
    let at = Circumstances { now: 1500, ..Circumstances::default() };
    let mut lines = Vec::new();
    for (thing, action) in [
        ("c1", Action::SeePresence),
        ("plan", Action::ReadItem),
        ("plan3", Action::ReadItem),
        ("sealed3", Action::ReadItem),
        ("c3", Action::SeeAddress),
        ("c2", Action::SeePresence),
    ] {
        lines.push(format!("{thing}, {}:", action.word()));
        for (who, because) in POLICIES.who_may(&cast.world, &cast.about[thing], action, &at) {
            let because: Vec<_> = because.iter().map(|b| &*b.because).collect();
            lines.push(format!("  {}: {}", who.as_str(), because.join(" ")));
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
}
