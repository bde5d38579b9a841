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

fn sight(role: Role, tie: Option<Tie>, stage: Stage, under: Under) -> Sight {
    let here = PartnershipId::new("here");
    let asker = Asker::Member(Member {
        id: MemberId::new("m"),
        partnership: here.clone(),
        agency: AgencyId::new("a"),
        team: None,
        setting: None,
        roles: Few::of(&[role]),
        awake: true,
        second_factor: true,
        trained: true,
    });
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
