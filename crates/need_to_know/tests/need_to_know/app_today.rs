//! The app's reviewed table of who reaches which route, row by row against these policies, so
//! that the app can ask them instead of its own rules.

use std::{fs, path::Path};

use need_to_know::*;

use crate::{model::POLICIES, sight::in_order};

/// The columns of the table: who asks, and what ties them to the contact.
const WHO: [(&str, Role, &[Tie]); 11] = [
    ("elsewhere", Role::Practitioner, &[]),
    ("lead", Role::SafeguardingLead, &[Tie::OwnSetting]),
    ("hub worker", Role::HubWorker, &[]),
    ("duty worker", Role::DutyWorker, &[]),
    ("manager", Role::HubManager, &[]),
    ("unit", Role::BusinessUnit, &[]),
    ("officer", Role::PrivacyOfficer, &[]),
    ("link", Role::LinkWorker, &[]),
    ("scrutineer", Role::Scrutineer, &[]),
    ("operator", Role::Administrator, &[]),
    ("requester", Role::Practitioner, &[Tie::Requester]),
];

/// What each route asks for. Drafts (`/requests/{reference}…`) are left out, since only their
/// writer has them, and so is the form that adds to an account, which is checked before it is asked.
const ROUTES: [(&str, Action, Kind); 35] = [
    ("get /session", Action::MindOwnSession, Kind::Session),
    ("post /sign-out", Action::MindOwnSession, Kind::Session),
    ("post /sign-out-everywhere", Action::MindOwnSession, Kind::Session),
    ("get /requests", Action::AskForSupport, Kind::Installation),
    ("post /requests", Action::AskForSupport, Kind::Installation),
    ("get /hub", Action::ReadQueue, Kind::Installation),
    ("get /contacts/by-telephone", Action::TakeByTelephone, Kind::Installation),
    ("post /contacts/by-telephone", Action::TakeByTelephone, Kind::Installation),
    ("get /contacts/{reference}", Action::ReadContact, Kind::Contact),
    ("get /contacts/{reference}/arrived", Action::ReadContact, Kind::Contact),
    ("get /contacts/{reference}/protected", Action::OfferReveal, Kind::Contact),
    ("post /contacts/{reference}/protected", Action::RevealProtected, Kind::Contact),
    ("post /contacts/{reference}/claim", Action::Screen, Kind::Contact),
    ("post /contacts/{reference}/hand-back", Action::Screen, Kind::Contact),
    ("post /contacts/{reference}/information", Action::AddInformation, Kind::Contact),
    ("get /pathways/{reference}/decision", Action::Decide, Kind::Pathway),
    ("post /pathways/{reference}/decision", Action::Decide, Kind::Pathway),
    ("get /pathways/{reference}/signature", Action::Sign, Kind::Pathway),
    ("post /pathways/{reference}/signature", Action::Sign, Kind::Pathway),
    ("get /pathways/{reference}/answer", Action::Answer, Kind::Pathway),
    ("post /pathways/{reference}/answer", Action::Answer, Kind::Pathway),
    ("get /pathways/{reference}/reopening", Action::Screen, Kind::Pathway),
    ("post /pathways/{reference}/reopening", Action::Screen, Kind::Pathway),
    ("get /pathways/{reference}/entries/{place}/strike", Action::Strike, Kind::Pathway),
    ("post /pathways/{reference}/entries/{place}/strike", Action::Strike, Kind::Pathway),
    ("get /unusual-access", Action::ReadJournal, Kind::Journal),
    ("get /figures", Action::ReadFigures, Kind::Figures),
    ("get /system", Action::Administer, Kind::Installation),
    ("get /settings/timescales", Action::SetLocalRules, Kind::Installation),
    ("post /settings/timescales", Action::SetLocalRules, Kind::Installation),
    ("get /people", Action::SearchPeople, Kind::Installation),
    ("get /people/{reference}", Action::ReadChild, Kind::Account),
    ("get /people/{reference}/restriction", Action::Restrict, Kind::Account),
    ("post /people/{reference}/restriction", Action::Restrict, Kind::Account),
    ("post /people/{reference}/unlink", Action::LinkPeople, Kind::Account),
];

fn about(kind: Kind, partnership: &PartnershipId, asker: &MemberId) -> About {
    let id = FrontDoorId::new("x");
    let partnership = partnership.clone();
    let of = FrontDoor {
        id,
        partnership: partnership.clone(),
        restricted: false,
        address_listed: false,
        dealt_with: false,
        child: None,
    };
    match kind {
        Kind::Contact => About::Contact(of),
        Kind::Account => About::Account(of),
        Kind::Pathway => About::Pathway(of),
        Kind::Session => About::Session(partnership, asker.clone()),
        Kind::Figures => About::Figures(Figures {
            id: OtherId::new("x"),
            partnership,
            // As the app asks whether somebody reads any: what they count is another question.
            small_numbers_hidden: true,
            of_the_hubs_work: true,
        }),
        Kind::Journal => About::Journal(Journal {
            id: OtherId::new("x"),
            partnership,
            agency: AgencyId::new("a"),
            looks_of: None,
            // As the app asks whether somebody reads any.
            unattended: true,
        }),
        _ => About::Installation(partnership),
    }
}

fn allows(role: Role, ties: &[Tie], action: Action, kind: Kind) -> bool {
    let member = in_order(role);
    let about = about(kind, &member.partnership, &member.id);
    let asker = Asker::Member(member);
    // Who reveals writes down what for.
    let at = Circumstances { reason: 20, ..Circumstances::default() };
    let ties = Ties::of(ties);
    POLICIES.decide(&Request { asker: &asker, action, about: &about, ties, at: &at }).allowed
}

#[test]
fn everybody_reaches_what_they_reach_in_the_app_today() {
    let table = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../app/tests/app/snapshots/app__reach__who_reaches_what.snap");
    let table = fs::read_to_string(table).unwrap();
    for (route, action, kind) in ROUTES {
        let row = table.lines().find_map(|line| line.strip_prefix(route)?.strip_prefix(' '));
        let row = row.unwrap_or_else(|| panic!("{route} is there no longer"));
        let codes: Vec<_> = row.split_whitespace().collect();
        assert_eq!(codes.len(), WHO.len(), "{route}");
        for ((who, role, ties), code) in WHO.into_iter().zip(codes) {
            let reached = code != "404";
            assert_eq!(allows(role, ties, action, kind), reached, "{who}, {route}: {code}");
        }
    }
}
