//! The whole table of role, tie, stage and level of sight, by asking about each.

use std::{collections::BTreeMap, fmt::Write as _};

use need_to_know::*;

use crate::{dice::NOW, model::POLICIES};

#[derive(Clone, Copy, Default)]
struct Under {
    restricted: bool,
    also: Option<Tie>,
    glass: bool,
}

/// Somebody with that role alone, whose account is in order.
pub fn in_order(role: Role) -> Member {
    Member {
        id: MemberId::new("m"),
        partnership: PartnershipId::new("here"),
        agency: AgencyId::new("a"),
        team: None,
        setting: None,
        roles: Few::of(&[role]),
        awake: true,
        second_factor: true,
        trained: true,
    }
}

fn sight(role: Role, tie: Option<Tie>, stage: Stage, under: Under) -> Sight {
    let member = in_order(role);
    let here = member.partnership.clone();
    let asker = Asker::Member(member);
    let child = ChildId::new("c");
    let at = Circumstances {
        now: NOW,
        glass: under.glass.then(|| Glass { child: child.clone(), from: NOW, until: NOW + 1 }),
        meeting: Some(Meeting { id: MeetingId::new("m"), opens: NOW, closes: NOW + 1 }),
        ..Circumstances::default()
    };
    let about = About::Child(Child {
        id: child,
        partnership: here,
        stage,
        restricted: under.restricted,
        address_listed: false,
        schools_now: 1,
    });
    let ties = tie.into_iter().chain(under.also).collect();
    let action = Action::SeePresence;
    POLICIES.sight(&Request { asker: &asker, action, about: &about, ties, at: &at })
}

/// Lines for one tie: the roles that see the same, and what they see by stage.
fn of_a_tie(tie: Option<Tie>, under: Under, table: &mut String) {
    let mut alike: BTreeMap<Vec<Sight>, Vec<&str>> = BTreeMap::new();
    for role in Role::ALL {
        let row = Stage::ALL.iter().map(|stage| sight(*role, tie, *stage, under)).collect();
        alike.entry(row).or_default().push(role.word());
    }
    for (row, roles) in alike.into_iter().rev() {
        if row.iter().all(|sight| *sight == Sight::Nothing) {
            continue;
        }
        let row: Vec<_> = row.into_iter().map(|s| format!("{:10}", s.word())).collect();
        let roles = if roles.len() == Role::ALL.len() - 1 {
            "everybody but administrators".to_owned()
        } else {
            roles.join(", ")
        };
        let tie = tie.map_or("no tie", Word::word);
        let _ = writeln!(table, "{tie:18}{} {roles}", row.join(""));
    }
}

#[test]
fn who_sees_how_much_of_a_childs_record() {
    let sections = [
        ("a child", Under::default()),
        ("a restricted child", Under { restricted: true, ..Under::default() }),
        (
            "a restricted child, by those who are named",
            Under { restricted: true, also: Some(Tie::Named), ..Under::default() },
        ),
        ("a child, with broken glass", Under { glass: true, ..Under::default() }),
        (
            "a restricted child, with broken glass",
            Under { restricted: true, glass: true, ..Under::default() },
        ),
        (
            "a child, by those who are excluded, with broken glass",
            Under { also: Some(Tie::Excluded), glass: true, ..Under::default() },
        ),
    ];
    let mut table = String::new();
    for (title, under) in sections {
        let stages: Vec<_> = Stage::ALL.iter().map(|s| format!("{:11}", s.word())).collect();
        let _ = writeln!(table, "== {title} ==\n{:18}{}", "", stages.join(""));
        for tie in std::iter::once(None).chain(Tie::ALL.iter().copied().map(Some)) {
            of_a_tie(tie, under, &mut table);
        }
        table.push_str("Everybody else, at every stage: nothing.\n\n");
    }
    insta::assert_snapshot!(table);
}

/// How much somebody sees of what reached the hub, and of the people in it. What came of a request
/// reaches whoever asked as far as the hub told them, which is not all that the hub sees.
fn sight_of_a_request(role: Role, tie: Option<Tie>, kind: Kind, dealt_with: bool) -> Sight {
    let member = in_order(role);
    let here = member.partnership.clone();
    let asker = Asker::Member(member);
    let of = FrontDoor {
        id: FrontDoorId::new("r"),
        partnership: here,
        restricted: false,
        address_listed: false,
        dealt_with,
        child: None,
    };
    let (about, read) = match kind {
        Kind::Contact => (About::Contact(of), Action::ReadContact),
        _ => (About::Account(of), Action::ReadChild),
    };
    let at = Circumstances { now: NOW, ..Circumstances::default() };
    let ties = |tie: Option<Tie>| tie.into_iter().collect();
    let may = |action, tie| {
        let ties = ties(tie);
        POLICIES.decide(&Request { asker: &asker, action, about: &about, ties, at: &at }).allowed
    };
    match (may(read, tie), may(Action::SeeDealtWith, tie)) {
        // Whoever reads it without a tie of their own to it reads all of it.
        (true, true) => Sight::Full,
        (true, false) => Sight::Fields,
        (false, true) => Sight::Summary,
        (false, false) => Sight::Nothing,
    }
}

#[test]
fn who_sees_how_much_of_what_reached_the_hub() {
    let mut table = String::new();
    for (title, kind) in [("a request", Kind::Contact), ("somebody in it", Kind::Account)] {
        let _ = writeln!(table, "== {title} ==\n{:18}{:11}dealt with", "", "open");
        for tie in std::iter::once(None).chain(Tie::ALL.iter().copied().map(Some)) {
            let mut alike: BTreeMap<Vec<Sight>, Vec<&str>> = BTreeMap::new();
            for role in Role::ALL {
                let by =
                    |tie| [false, true].map(|dealt| sight_of_a_request(*role, tie, kind, dealt));
                // A tie that makes no difference to a role is no line.
                if tie.is_some() && by(tie) == by(None) {
                    continue;
                }
                let row = by(tie);
                alike.entry(row.to_vec()).or_default().push(role.word());
            }
            for (row, roles) in alike.into_iter().rev() {
                if row.iter().all(|sight| *sight == Sight::Nothing) {
                    continue;
                }
                let row: Vec<_> = row.into_iter().map(|s| format!("{:11}", s.word())).collect();
                let tie = tie.map_or("no tie", Word::word);
                let _ = writeln!(table, "{tie:18}{}{}", row.join(""), roles.join(", "));
            }
        }
        table.push_str("Everybody else: nothing.\n\n");
    }
    insta::assert_snapshot!(table);
}
