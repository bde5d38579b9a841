//! What a decision costs in this process: `cargo run --example decisions`. A figure, never a test.

use std::time::Instant;

use need_to_know::*;

fn main() -> Result<(), Unreadable> {
    let start = Instant::now();
    let policies = Policies::load()?;
    println!("{} policies read and validated in {:?}", policies.names().count(), start.elapsed());
    let here = PartnershipId::new("north");
    let asker = Asker::Member(Member {
        id: MemberId::new("01936c5e-0000-7000-8000-000000000001"),
        partnership: here.clone(),
        agency: AgencyId::new("01936c5e-0000-7000-8000-000000000002"),
        team: Some(TeamId::new("01936c5e-0000-7000-8000-000000000003")),
        setting: None,
        roles: Few::of(&[Role::Practitioner, Role::TeamManager]),
        awake: true,
        second_factor: true,
        trained: true,
    });
    let child = Child {
        id: ChildId::new("01936c5e-0000-7000-8000-000000000004"),
        partnership: here.clone(),
        stage: Stage::Help,
        restricted: true,
        address_listed: true,
        schools_now: 1,
    };
    let contact = FrontDoor {
        id: FrontDoorId::new("01936c5e-0000-7000-8000-000000000005"),
        partnership: here,
        restricted: false,
        address_listed: false,
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
    let at = Circumstances { now: 1_700_000_000, ..Circumstances::default() };
    let named = Ties::of(&[Tie::Around, Tie::AgencyShare, Tie::Named]);
    for (what, action, about, ties) in [
        (
            "contact, allowed",
            Action::ReadContact,
            About::Contact(contact),
            Ties::of(&[Tie::Requester]),
        ),
        ("item, allowed", Action::ReadItem, About::Item(item.clone()), named),
        ("item, refused", Action::ReadItem, About::Item(item), Ties::NONE),
        ("child, allowed", Action::SeeFields, About::Child(child.clone()), named),
        ("address, refused", Action::SeeAddress, About::Child(child), named),
    ] {
        let request = Request { asker: &asker, action, about: &about, ties, at: &at };
        let mut took: Vec<_> = (0..20_000)
            .map(|_| {
                let start = Instant::now();
                let decision = policies.decide(&request);
                std::hint::black_box(decision.allowed);
                start.elapsed()
            })
            .collect();
        took.sort();
        println!("{what:18} p50 {:>8.1?}  p99 {:>8.1?}", took[10_000], took[19_800]);
    }
    Ok(())
}
