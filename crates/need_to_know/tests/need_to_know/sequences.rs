//! What no single question shows: that every question is answered from what holds at its moment.

use std::collections::BTreeSet;

use need_to_know::{restriction::*, *};

use crate::{
    dice::{Dice, how_many},
    examples::{Cast, cast},
    model::{POLICIES, expected},
};

fn at(now: i64) -> Circumstances {
    Circumstances {
        now,
        reauthenticated: Some(60),
        reason: 45,
        purpose: Some(Purpose::ImmediateDanger),
        ..Circumstances::default()
    }
}

fn may(cast: &Cast, who: &str, action: Action, thing: &str, at: &Circumstances) -> bool {
    let (asker, about) = (cast.asker(who), &cast.about[thing]);
    let ties = cast.world.ties(&asker, about, at);
    POLICIES.decide(&Request { asker: &asker, action, about, ties, at }).allowed
}

fn end(cast: &mut Cast, holder: &Holder, tie: Tie, now: i64) {
    let ended = cast.world.relations.iter_mut().filter(|r| r.holder == *holder && r.tie == tie);
    assert!(ended.map(|r| r.until = Some(now)).count() > 0);
}

#[test]
fn an_enrolment_that_ends_between_the_check_and_the_sending_stops_the_notice() {
    let mut cast = cast();
    assert!(may(&cast, "enc", Action::NotifySchool, "c1", &at(1500)));
    assert!(may(&cast, "dslA", Action::ReadItem, "notifA", &at(1500)));
    end(&mut cast, &Holder::Agency(AgencyId::new("schoolA")), Tie::SchoolNow, 1501);
    let About::Child(child) = cast.about.get_mut("c1").unwrap() else { panic!() };
    child.schools_now = 0;
    assert!(!may(&cast, "enc", Action::NotifySchool, "c1", &at(1501)));
    assert!(!may(&cast, "dslA", Action::ReadItem, "notifA", &at(1501)));
}

#[test]
fn a_relation_that_ends_while_a_page_is_open_refuses_the_next_click() {
    let mut cast = cast();
    end(&mut cast, &Holder::Member(MemberId::new("hv")), Tie::Around, 1600);
    assert!(may(&cast, "hv", Action::ReadItem, "plan", &at(1599)));
    assert!(!may(&cast, "hv", Action::ReadItem, "plan", &at(1600)));
}

#[test]
fn an_exclusion_ends_broken_glass_at_once() {
    let mut cast = cast();
    let mut with_glass = at(1500);
    with_glass.glass = Some(Glass { child: ChildId::new("c1"), from: 1400, until: 5000 });
    assert!(may(&cast, "pc", Action::ReadItem, "note", &with_glass));
    cast.world.relations.push(Relation {
        holder: Holder::Member(MemberId::new("pc")),
        tie: Tie::Excluded,
        to: To::Child(ChildId::new("c1")),
        from: 1500,
        until: None,
    });
    assert!(!may(&cast, "pc", Action::ReadItem, "note", &with_glass));
    assert!(!may(&cast, "pc", Action::BreakGlass, "c1", &at(1501)));
}

#[test]
fn a_restricted_child_linked_with_an_open_one_makes_both_restricted() {
    let mut rows = Rows::default();
    let known = |strong: &str, weak: &str| KnownBy {
        strong: BTreeSet::from([strong.to_owned()]),
        weak: weak.into(),
    };
    let one = rows.import(&known("nhs 1", "kit 2015"), Grade::Open);
    let other = rows.import(&known("nhs 2", "kat 2015"), Grade::Open);
    rows.restrict(one, Grade::Restricted, &["idva"]).unwrap();
    rows.link(one, other).unwrap();
    assert_eq!(rows.row(other).unwrap().standing.grade, Grade::Restricted);
    rows.unlink(one, other);
    assert_eq!(rows.row(other).unwrap().standing.grade, Grade::Restricted);
}

#[test]
fn a_panel_member_who_moves_to_another_agency_does_not_take_the_minutes_along() {
    let mut cast = cast();
    let mut in_meeting = at(1500);
    in_meeting.meeting = Some(Meeting { id: MeetingId::new("m1"), opens: 1000, closes: 2000 });
    assert!(may(&cast, "ho", Action::ReadItem, "marac", &in_meeting));
    // The move: the old membership sleeps, the new one is another.
    let Asker::Member(mut moved) = cast.asker("ho") else { panic!() };
    for member in cast.world.members.iter_mut().filter(|m| m.id.as_str() == "ho") {
        member.awake = false;
    }
    (moved.id, moved.agency) = (MemberId::new("ho at the charity"), AgencyId::new("charity"));
    cast.world.members.push(moved);
    assert!(!may(&cast, "ho", Action::ReadItem, "marac", &in_meeting));
    assert!(!may(&cast, "ho at the charity", Action::ReadItem, "marac", &in_meeting));
}

#[test]
fn forty_looks_in_an_hour_are_free_then_slow_then_stopped() {
    let looks = |n: usize| (0..n as i64).map(|i| 1_000 + i).collect::<Vec<_>>();
    assert_eq!(pace(&looks(39), 2_000), Pace::Free);
    assert_eq!(pace(&looks(40), 2_000), Pace::Slow);
    assert_eq!(pace(&looks(149), 2_000), Pace::Slow);
    assert_eq!(pace(&looks(150), 2_000), Pace::Stop);
    assert_eq!(pace(&looks(150), 2_000 + 3_600), Pace::Free);
    assert_eq!(pace(&looks(150), 500), Pace::Stop, "a clock that goes back makes nobody faster");
}

/// What is live, kept beside the world by another way: a set that events add to and take from.
#[derive(Default)]
struct Live(BTreeSet<(String, Tie, String)>);

const PEOPLE: [&str; 5] = ["sw", "hv", "pc", "hub", "dslA"];
const THINGS: [(&str, &str); 4] = [("c1", "c1"), ("c3", "c3"), ("note", "c1"), ("plan3", "c3")];

/// A random change of roles, relations or restrictions, made in the world and noted beside it.
fn change(cast: &mut Cast, live: &mut Live, dice: &mut Dice, now: i64) {
    let who = *dice.one_of(&PEOPLE);
    let child = *dice.one_of(&["c1", "c3"]);
    let (tie, holder) = (*dice.one_of(Tie::ALL), Holder::Member(MemberId::new(who)));
    let to = To::Child(ChildId::new(child));
    match dice.below(8) {
        0..=2 => {
            let until = None;
            cast.world.relations.push(Relation { holder, tie, to, from: now, until });
            live.0.insert((who.into(), tie, child.into()));
        }
        3..=5 => {
            let held = live.0.iter().nth(dice.below(live.0.len().max(1))).cloned();
            let Some((who, tie, child)) = held else { return };
            let (holder, to) =
                (Holder::Member(MemberId::new(&who)), To::Child(ChildId::new(&child)));
            for relation in
                cast.world.relations.iter_mut().filter(|r| {
                    r.until.is_none() && r.holder == holder && r.tie == tie && r.to == to
                })
            {
                relation.until = Some(now);
            }
            live.0.remove(&(who, tie, child));
        }
        6 => {
            let role = *dice.one_of(Role::ALL);
            for member in cast.world.members.iter_mut().filter(|m| m.id.as_str() == who) {
                member.roles = if member.roles.contains(role) {
                    member.roles.without(role)
                } else {
                    member.roles.with(role)
                };
            }
        }
        _ => {
            let restricted = dice.in_a_hundred(50);
            for about in cast.about.values_mut() {
                match about {
                    About::Child(c) if c.id.as_str() == child => c.restricted = restricted,
                    About::Item(i) if i.child.id.as_str() == child => {
                        i.child.restricted = restricted;
                    }
                    _ => {}
                }
            }
        }
    }
}

#[test]
fn no_sequence_of_changes_shows_what_the_policies_deny() {
    let mut dice = Dice::of(41);
    let mut allowed = 0;
    for _ in 0..how_many(500) / 5 {
        let mut cast = cast();
        cast.world.relations.clear();
        let (mut live, mut now) = (Live::default(), 1_500);
        for _ in 0..40 {
            now += 1 + dice.below(600) as i64;
            change(&mut cast, &mut live, &mut dice, now);
            let who = *dice.one_of(&PEOPLE);
            let (thing, child) = *dice.one_of(&THINGS);
            let about = &cast.about[thing];
            let fits = |action: &&Action| action.is_on(about.kind());
            let actions: Vec<_> = Action::ALL.iter().filter(fits).collect();
            let action = **dice.one_of(&actions);
            let (asker, at) = (cast.asker(who), at(now));
            let should: Ties = live
                .0
                .iter()
                .filter(|(w, _, c)| w == who && c == child)
                .map(|(_, tie, _)| *tie)
                .collect();
            let ties = cast.world.ties(&asker, about, &at);
            assert_eq!(ties, should);
            let asked = Request { asker: &asker, action, about, ties, at: &at };
            let model = expected(&Request { ties: should, ..asked.clone() });
            assert_eq!(POLICIES.decide(&asked).allowed, model, "{asked:#?}");
            allowed += usize::from(model);
        }
    }
    assert!(allowed > 50, "only {allowed} were allowed");
}
