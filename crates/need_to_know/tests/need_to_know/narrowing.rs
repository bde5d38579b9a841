//! Lists, counts and searches ask the database for the rows that `Openers` admit: exactly those
//! that the policies allow.

use need_to_know::*;

use crate::{
    dice::{Dice, circumstances, how_many, member, ties},
    model::POLICIES,
};

const NARROWED: [(Action, Kind); 5] = [
    (Action::ReadContact, Kind::Contact),
    (Action::AddInformation, Kind::Contact),
    (Action::ReadChild, Kind::Account),
    (Action::AddToAccount, Kind::Account),
    (Action::Screen, Kind::Pathway),
];

fn row(kind: Kind, partnership: &PartnershipId, restricted: bool) -> About {
    let of = FrontDoor {
        id: FrontDoorId::new("row"),
        partnership: partnership.clone(),
        restricted,
        address_listed: false,
        // Of what was dealt with a list shows a line, which is no more than its summary.
        dealt_with: false,
        child: None,
    };
    match kind {
        Kind::Contact => About::Contact(of),
        Kind::Account => About::Account(of),
        _ => About::Pathway(of),
    }
}

#[test]
fn narrowing_neither_hides_what_is_allowed_nor_shows_what_is_denied() {
    let mut dice = Dice::of(31);
    let (mut shown, mut hidden) = (0, 0);
    for _ in 0..how_many(1_000) {
        let asker = Asker::Member(member(&mut dice));
        let at = circumstances(&mut dice);
        let (action, kind) = *dice.one_of(&NARROWED);
        let openers = POLICIES.openers(&asker, action, kind, &at);
        for _ in 0..20 {
            let (ties, restricted) = (ties(&mut dice), dice.in_a_hundred(30));
            let about = row(kind, asker.partnership(), restricted);
            let request = Request { asker: &asker, action, about: &about, ties, at: &at };
            let allowed = POLICIES.decide(&request).allowed;
            assert_eq!(openers.admit(ties, restricted), allowed, "{request:#?} {openers:?}");
            shown += usize::from(allowed);
            hidden += usize::from(!allowed);
        }
    }
    assert!(shown > 500 && hidden > 500);
}

#[test]
fn the_hub_needs_no_tie_a_lead_their_setting_a_practitioner_their_own_request() {
    let mut asker = member(&mut Dice::of(32));
    (asker.awake, asker.second_factor) = (true, true);
    let mut openers = |role| {
        asker.roles = Few::of(&[role]);
        let asker = Asker::Member(asker.clone());
        let at = Circumstances::default();
        POLICIES.openers(&asker, Action::ReadContact, Kind::Contact, &at)
    };
    assert!(openers(Role::HubWorker).all);
    let lead = openers(Role::SafeguardingLead);
    assert_eq!((lead.all, lead.by), (false, Ties::of(&[Tie::Requester, Tie::OwnSetting])));
    assert_eq!(openers(Role::Practitioner).by, Ties::of(&[Tie::Requester]));
    assert!(!openers(Role::BusinessUnit).any());
}
