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
    let asker = asker();
    for (what, action, about, ties) in questions() {
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
    let (_, action, about, ties) = questions()[0].clone();
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

fn asker() -> Asker {
    Asker::Member(Member {
        id: MemberId::new("01936c5e-0000-7000-8000-000000000001"),
        partnership: here(),
        agency: AgencyId::new("01936c5e-0000-7000-8000-000000000002"),
        team: Some(TeamId::new("01936c5e-0000-7000-8000-000000000003")),
        setting: None,
        roles: Few::of(&[Role::Practitioner, Role::TeamManager]),
        awake: true,
        second_factor: true,
        trained: true,
    })
}

/// What is asked: one of each kind that differs in how many policies speak of it.
fn questions() -> Vec<(&'static str, Action, About, Ties)> {
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
    vec![
        ("a contact, allowed", Action::ReadContact, About::Contact(contact), requester),
        ("an item, allowed", Action::ReadItem, About::Item(item.clone()), named),
        ("an item, refused", Action::ReadItem, About::Item(item), Ties::NONE),
        ("a child, allowed", Action::SeeFields, About::Child(child.clone()), named),
        ("an address, refused", Action::SeeAddress, About::Child(child), named),
    ]
}
