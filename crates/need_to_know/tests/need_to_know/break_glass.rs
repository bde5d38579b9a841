//! Break-glass from the asking to the review (threat model 4.6, test V19).

use need_to_know::{glass::*, *};
use practice::calendar::{Calendar, Moment};

use crate::{
    dice::{Dice, how_many},
    model::POLICIES,
};

fn moment(second: i64) -> Moment {
    Moment::from_second(second).unwrap()
}

/// Thursday 19 December 2024, 16:00 in London: two working days on is Monday.
const OPENED: i64 = 1_734_624_000;

fn member(id: &str) -> Member {
    Member {
        id: MemberId::new(id),
        partnership: PartnershipId::new("here"),
        agency: AgencyId::new("police"),
        team: Some(TeamId::new("response")),
        setting: None,
        roles: Few::of(&[Role::Practitioner]),
        awake: true,
        second_factor: true,
        trained: true,
    }
}

fn person(id: &str, team: &str) -> Person {
    Person {
        id: MemberId::new(id),
        agency: AgencyId::new("police"),
        team: Some(TeamId::new(team)),
        manager: Some(MemberId::new("sergeant")),
    }
}

fn child(id: &str) -> About {
    About::Child(Child {
        id: ChildId::new(id),
        partnership: PartnershipId::new("here"),
        stage: Stage::Help,
        restricted: false,
        address_listed: false,
        schools_now: 1,
    })
}

fn circumstances(now: i64) -> Circumstances {
    Circumstances {
        now,
        reauthenticated: Some(30),
        reason: 40,
        purpose: Some(Purpose::Missing),
        ..Circumstances::default()
    }
}

fn open(at: &Circumstances) -> Result<GlassBroken, NotNow> {
    let (asker, about) = (Asker::Member(member("pc")), child("kit"));
    let action = Action::BreakGlass;
    let decision =
        POLICIES.decide(&Request { asker: &asker, action, about: &about, ties: Ties::NONE, at });
    GlassBroken::open(&decision, person("pc", "response"), ChildId::new("kit"), at)
}

fn sees(glass: Option<Glass>, of: &str, now: i64) -> Sight {
    let (asker, about) = (Asker::Member(member("pc")), child(of));
    let at = Circumstances { now, glass, ..Circumstances::default() };
    let action = Action::SeePresence;
    POLICIES.sight(&Request { asker: &asker, action, about: &about, ties: Ties::NONE, at: &at })
}

#[test]
fn glass_opens_for_an_hour_for_this_child_only() {
    let mut used = open(&circumstances(OPENED)).unwrap();
    let mut now = |second| used.glass(moment(second));
    assert_eq!(sees(now(OPENED), "kit", OPENED), Sight::Full);
    assert_eq!(sees(now(OPENED), "lou", OPENED), Sight::Nothing);
    assert_eq!(sees(now(OPENED + 3_599), "kit", OPENED + 3_599), Sight::Full);
    assert_eq!(now(OPENED + 3_600), None);
    assert_eq!(now(OPENED + 10), None, "once it is over, it stays over");
}

#[test]
fn glass_does_not_open_without_a_reason_or_a_fresh_second_factor() {
    for at in [
        Circumstances { reason: 19, ..circumstances(OPENED) },
        Circumstances { reauthenticated: Some(301), ..circumstances(OPENED) },
        Circumstances { reauthenticated: None, ..circumstances(OPENED) },
        Circumstances { purpose: None, ..circumstances(OPENED) },
    ] {
        assert_eq!(open(&at), Err(NotNow::NotAllowed));
    }
}

#[test]
fn a_decision_about_something_else_breaks_no_glass() {
    let (asker, at) = (Asker::Member(member("pc")), circumstances(OPENED));
    let about = About::Session(PartnershipId::new("here"), MemberId::new("pc"));
    let action = Action::MindOwnSession;
    let decision = POLICIES.decide(&Request {
        asker: &asker,
        action,
        about: &about,
        ties: Ties::NONE,
        at: &at,
    });
    assert!(decision.allowed);
    let opened = GlassBroken::open(&decision, person("pc", "response"), ChildId::new("kit"), &at);
    assert_eq!(opened, Err(NotNow::NotAllowed));
}

#[test]
fn those_concerned_are_told_within_a_minute() {
    let mut used = open(&circumstances(OPENED)).unwrap();
    assert!(!used.telling_is_late(moment(OPENED + 60)));
    assert!(used.telling_is_late(moment(OPENED + 61)));
    for whom in Concerned::ALL {
        used.told(whom);
    }
    assert!(!used.telling_is_late(moment(OPENED + 61)));
    assert_eq!(used.to_tell().count(), 0);
}

#[test]
fn it_is_reviewed_within_two_working_days_or_raised() {
    let calendar = Calendar::shipped().unwrap();
    let mut used = open(&circumstances(OPENED)).unwrap();
    let due = used.review_due(&calendar);
    assert_eq!(due, "2024-12-23T23:59:59Z".parse().unwrap());
    assert_eq!(used.raise(due, &calendar), Err(NotNow::NotOverdue));
    let after = moment(due.as_second() + 1);
    assert_eq!(used.raise(after, &calendar), Ok(()));
    assert_eq!(used.raise(after, &calendar), Err(NotNow::Raised));
    let officer = person("privacy officer", "standards");
    assert_eq!(used.review(&officer, Finding::Justified, after), Ok(()));
    assert_eq!(used.review(&officer, Finding::Breach, after), Err(NotNow::Reviewed));
    assert!(used.should_become_a_relation());
}

#[test]
fn random_interleavings_keep_the_promises() {
    let calendar = Calendar::shipped().unwrap();
    let people = [
        person("pc", "response"),
        person("sergeant", "office"),
        person("colleague", "response"),
        person("privacy officer", "standards"),
    ];
    let mut dice = Dice::of(51);
    let (mut looks, mut reviewed, mut raised) = (0, 0, 0);
    for _ in 0..how_many(2_000) {
        let mut used = open(&circumstances(OPENED)).unwrap();
        let (mut now, mut latest, mut over) = (OPENED, OPENED, false);
        for _ in 0..1 + dice.below(40) {
            match dice.below(8) {
                // Time passes, or the clock jumps.
                0 | 1 => now += dice.below(900) as i64,
                2 => now += dice.below(3 * 86_400) as i64 - 86_400,
                3 | 4 => {
                    over |= now < latest || now >= OPENED + OPEN_FOR;
                    latest = latest.max(now);
                    let glass = used.glass(moment(now));
                    let seen = sees(glass, "kit", now);
                    assert_eq!(seen > Sight::Nothing, !over, "at {}", now - OPENED);
                    looks += usize::from(!over);
                }
                5 if dice.in_a_hundred(10) => {
                    used.end();
                    over = true;
                }
                6 => {
                    let by = dice.one_of(&people);
                    let done = used.review(by, Finding::Learning, moment(now));
                    assert!(done.is_err() || by.id.as_str() == "privacy officer");
                }
                _ => {
                    let _ = used.raise(moment(now), &calendar);
                }
            }
        }
        // However it went: at the end of time it has been reviewed, or is raised.
        let end = moment(OPENED + 30 * 86_400);
        let _ = used.raise(end, &calendar);
        assert!(used.reviewed().is_some() || used.raised().is_some());
        if let Some(review) = used.reviewed() {
            assert!(![used.user().id.clone(), MemberId::new("sergeant")].contains(&review.by));
        }
        reviewed += usize::from(used.reviewed().is_some());
        raised += usize::from(used.raised().is_some());
    }
    assert!(looks > 500 && reviewed > 100 && raised > 100, "{looks} {reviewed} {raised}");
}
