//! What a decision by the policies costs, in this process: for one record, and for a list of fifty.

use std::{hint::black_box, time::Instant};

use need_to_know::{
    About, Action, AgencyId, Asker, Child, ChildId, Circumstances, Few, FrontDoor, FrontDoorId,
    Item, ItemId, ItemKind, Marking, Member, MemberId, PartnershipId, Request, Role, Stage, TeamId,
    Tie, Ties,
};

use super::report::{Aim, Report};
use crate::{access::policies, error::Result};

/// How often each is asked.
const TIMES: usize = 20_000;
/// How many rows a list has.
const ROWS: usize = 50;

/// Measures it.
///
/// # Errors
/// When the policies can't be read.
pub fn measure(report: &mut Report) -> Result<()> {
    let policies = policies::shipped()?;
    let at = Circumstances { now: 1_700_000_000, ..Circumstances::default() };
    for (what, roles, action, about, ties) in questions() {
        let asker = asker(roles);
        let request = Request { asker: &asker, action, about: &about, ties, at: &at };
        let mut took: Vec<f64> = (0..TIMES)
            .map(|_| {
                let begun = Instant::now();
                black_box(policies.decide(&request).allowed);
                begun.elapsed().as_secs_f64() * 1e6
            })
            .collect();
        took.sort_by(f64::total_cmp);
        let (p50, p99) = (took[TIMES / 2], took[TIMES * 99 / 100]);
        let made_of = format!("p50 {p50:.0} µs, p99 {p99:.0} µs");
        report.figure(&format!("decision:{what} p99 µs"), "–", &made_of, p99, Aim::AtMost(100.0));
    }
    let (_, roles, action, about, ties) = questions()[0].clone();
    let asker = asker(roles);
    let request = Request { asker: &asker, action, about: &about, ties, at: &at };
    let mut lists: Vec<f64> = (0..TIMES / ROWS)
        .map(|_| {
            let begun = Instant::now();
            for _ in 0..ROWS {
                black_box(policies.decide(&request).allowed);
            }
            begun.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    lists.sort_by(f64::total_cmp);
    let middle = lists[lists.len() / 2];
    let made_of = format!("{ROWS} decisions in {middle:.2} ms");
    report.figure("decision:a list of 50, ms", "–", &made_of, middle, Aim::AtMost(3.0));
    Ok(())
}

fn here() -> PartnershipId {
    PartnershipId::new("here")
}

fn asker(roles: Few<Role>) -> Asker {
    Asker::Member(Member {
        id: MemberId::new("01936c5e-0000-7000-8000-000000000001"),
        partnership: here(),
        agency: AgencyId::new("01936c5e-0000-7000-8000-000000000002"),
        team: Some(TeamId::new("01936c5e-0000-7000-8000-000000000003")),
        setting: None,
        roles,
        awake: true,
        second_factor: true,
        trained: true,
    })
}

/// What is asked: one of each kind that differs in how many policies speak of it.
fn questions() -> Vec<(&'static str, Few<Role>, Action, About, Ties)> {
    let child = Child {
        id: ChildId::new("01936c5e-0000-7000-8000-000000000004"),
        partnership: here(),
        stage: Stage::Help,
        restricted: true,
        address_listed: true,
        schools_now: 1,
    };
    let contact = FrontDoor {
        id: FrontDoorId::new("01936c5e-0000-7000-8000-000000000005"),
        partnership: here(),
        restricted: false,
        address_listed: false,
        dealt_with: false,
        child: None,
    };
    let item = Item {
        id: ItemId::new("01936c5e-0000-7000-8000-000000000006"),
        child: child.clone(),
        kind: ItemKind::Plan,
        marking: Marking::Standard,
        agency: AgencyId::new("01936c5e-0000-7000-8000-000000000002"),
        basis_recorded: true,
        meetings: Vec::new(),
        unseal_asked_by: None,
    };
    let named = Ties::of(&[Tie::Around, Tie::AgencyShare, Tie::Named]);
    let requester = Ties::of(&[Tie::Requester]);
    let manages = Few::of(&[Role::Practitioner, Role::TeamManager]);
    let (hub, none) = (Few::of(&[Role::HubWorker]), Ties::NONE);
    let of = About::Contact(contact);
    vec![
        ("a contact, by the hub", hub, Action::ReadContact, of.clone(), none),
        ("a contact, by who asked", manages, Action::ReadContact, of.clone(), requester),
        ("a contact, refused", manages, Action::ReadContact, of, none),
        ("an item, allowed", manages, Action::ReadItem, About::Item(item.clone()), named),
        ("an item, refused", manages, Action::ReadItem, About::Item(item), none),
        ("a child, allowed", manages, Action::SeeFields, About::Child(child.clone()), named),
        ("an address, refused", manages, Action::SeeAddress, About::Child(child), named),
    ]
}
