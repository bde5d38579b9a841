//! Random questions in a small invented world, the same for a seed for ever. Small, so that ids
//! meet often; mostly in order, so that a question is seldom refused for one boring reason.

use need_to_know::*;

/// SplitMix64 (public domain): a seed is all that it takes to throw the same again.
pub struct Dice(u64);

impl Dice {
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    pub fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.throw() % n as u64) as usize
    }

    pub fn one_of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// True so many times in a hundred.
    pub fn in_a_hundred(&mut self, times: usize) -> bool {
        self.below(100) < times
    }
}

/// What a question borrows from.
#[derive(Debug, Clone)]
pub struct Question {
    pub asker: Asker,
    pub action: Action,
    pub about: About,
    pub ties: Ties,
    pub at: Circumstances,
}

impl Question {
    pub fn request(&self) -> Request<'_> {
        Request {
            asker: &self.asker,
            action: self.action,
            about: &self.about,
            ties: self.ties,
            at: &self.at,
        }
    }
}

/// How many random questions: as many as asked for, or enough for every day.
pub fn how_many(usual: usize) -> usize {
    std::env::var("SIGHTLINE_QUESTIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

pub const NOW: i64 = 1_700_000_000;

pub fn question(dice: &mut Dice) -> Question {
    let action = *dice.one_of(Action::ALL);
    let kind = *dice.one_of(action.on());
    question_of(dice, action, kind)
}

pub fn question_of(dice: &mut Dice, action: Action, kind: Kind) -> Question {
    let asker = match action {
        Action::RunThePlatform if dice.in_a_hundred(70) => Asker::Platform(partnership(dice)),
        Action::ReadReleased if dice.in_a_hundred(90) => {
            Asker::Subject(SubjectId::new("mum"), partnership(dice))
        }
        _ => Asker::Member(member(dice)),
    };
    let about = about(dice, kind);
    let ties = ties(dice);
    Question { asker, action, about, ties, at: circumstances(dice) }
}

fn partnership(dice: &mut Dice) -> PartnershipId {
    PartnershipId::new(if dice.in_a_hundred(95) { "north" } else { "east" })
}

fn agency(dice: &mut Dice) -> AgencyId {
    AgencyId::new(dice.one_of(&["council", "police"]))
}

fn member_id(dice: &mut Dice) -> MemberId {
    MemberId::new(dice.one_of(&["ann", "bob", "cy"]))
}

fn team(dice: &mut Dice) -> Option<TeamId> {
    dice.in_a_hundred(80).then(|| TeamId::new(dice.one_of(&["one", "two"])))
}

pub fn member(dice: &mut Dice) -> Member {
    let count = 1 + dice.below(3);
    Member {
        id: member_id(dice),
        partnership: partnership(dice),
        agency: agency(dice),
        team: team(dice),
        setting: None,
        roles: (0..count).map(|_| *dice.one_of(Role::ALL)).collect(),
        awake: dice.in_a_hundred(96),
        second_factor: dice.in_a_hundred(96),
        trained: dice.in_a_hundred(90),
    }
}

pub fn ties(dice: &mut Dice) -> Ties {
    let count = dice.below(5);
    let some: Ties = (0..count).map(|_| *dice.one_of(Tie::ALL)).collect();
    // Excluded about once in twenty, rather than as often as the others.
    if dice.in_a_hundred(80) { some.without(Tie::Excluded) } else { some }
}

fn child_id(dice: &mut Dice) -> ChildId {
    ChildId::new(dice.one_of(&["kit", "lou"]))
}

pub fn child(dice: &mut Dice) -> Child {
    Child {
        id: child_id(dice),
        partnership: partnership(dice),
        stage: *dice.one_of(Stage::ALL),
        restricted: dice.in_a_hundred(25),
        address_listed: dice.in_a_hundred(25),
        schools_now: dice.below(3) as u8,
    }
}

pub fn front_door(dice: &mut Dice) -> FrontDoor {
    FrontDoor {
        id: FrontDoorId::new("c1"),
        partnership: partnership(dice),
        restricted: dice.in_a_hundred(20),
        address_listed: dice.in_a_hundred(25),
        dealt_with: dice.in_a_hundred(30),
        child: dice.in_a_hundred(60).then(|| child_id(dice)),
    }
}

pub fn item(dice: &mut Dice) -> Item {
    let meetings = dice.below(2);
    Item {
        id: ItemId::new("i1"),
        child: child(dice),
        kind: *dice.one_of(ItemKind::ALL),
        marking: if dice.in_a_hundred(40) { *dice.one_of(Marking::ALL) } else { Marking::Standard },
        agency: agency(dice),
        basis_recorded: dice.in_a_hundred(70),
        meetings: (0..meetings).map(|_| MeetingId::new(dice.one_of(&["m1", "m2"]))).collect(),
        unseal_asked_by: dice.in_a_hundred(60).then(|| (member_id(dice), agency(dice))),
    }
}

pub fn about(dice: &mut Dice, kind: Kind) -> About {
    let id = OtherId::new("o1");
    match kind {
        Kind::Child => About::Child(child(dice)),
        Kind::Contact => About::Contact(front_door(dice)),
        Kind::Account => About::Account(front_door(dice)),
        Kind::Pathway => About::Pathway(front_door(dice)),
        Kind::Item => About::Item(item(dice)),
        Kind::Export => About::Export(Export {
            id,
            partnership: partnership(dice),
            agency: agency(dice),
            requester: member_id(dice),
            approver: dice.in_a_hundred(80).then(|| member_id(dice)),
            rows: *dice.one_of(&[0, 499, 500, 501]),
            row_cap: 500,
        }),
        Kind::Journal => About::Journal(Journal {
            id,
            partnership: partnership(dice),
            agency: agency(dice),
            looks_of: dice.in_a_hundred(50).then(|| member_id(dice)),
            unattended: dice.in_a_hundred(40),
        }),
        Kind::GlassUse => About::GlassUse(GlassUse {
            id,
            partnership: partnership(dice),
            user: member_id(dice),
            users_manager: dice.in_a_hundred(70).then(|| member_id(dice)),
            users_team: team(dice),
            users_agency: agency(dice),
            holders_agency: agency(dice),
            unattended: dice.in_a_hundred(40),
        }),
        Kind::Declaration => About::Declaration(Declaration {
            id,
            partnership: partnership(dice),
            declarer: member_id(dice),
        }),
        Kind::Asking => {
            About::Asking(Asking { id, partnership: partnership(dice), asker: member_id(dice) })
        }
        Kind::Disposal => About::Disposal(Disposal {
            id,
            partnership: partnership(dice),
            proposer: member_id(dice),
        }),
        Kind::DataRequest => About::DataRequest(DataRequest {
            id,
            partnership: partnership(dice),
            preparers: (0..*dice.one_of(&[0, 1, 2])).map(|_| member_id(dice)).collect(),
        }),
        Kind::Membership => About::Membership(Membership {
            partnership: partnership(dice),
            agency: agency(dice),
            member: member_id(dice),
            in_setting: dice.in_a_hundred(50),
        }),
        Kind::Figures => About::Figures(Figures {
            id,
            partnership: partnership(dice),
            small_numbers_hidden: dice.in_a_hundred(50),
            of_the_hubs_work: dice.in_a_hundred(50),
        }),
        Kind::Installation => About::Installation(partnership(dice)),
        Kind::Session => About::Session(partnership(dice), member_id(dice)),
    }
}

pub fn circumstances(dice: &mut Dice) -> Circumstances {
    Circumstances {
        now: NOW,
        glass: dice.in_a_hundred(35).then(|| Glass {
            child: child_id(dice),
            from: NOW + *dice.one_of(&[-3600, -10, 0, 1]),
            until: NOW + *dice.one_of(&[-5, 0, 1, 3600]),
        }),
        reauthenticated: dice.in_a_hundred(85).then(|| *dice.one_of(&[0, 60, 300, 301, 4000])),
        reason: *dice.one_of(&[0, 1, 19, 20, 80]),
        purpose: dice.in_a_hundred(75).then(|| *dice.one_of(Purpose::ALL)),
        meeting: dice.in_a_hundred(50).then(|| Meeting {
            id: MeetingId::new(dice.one_of(&["m1", "m2"])),
            opens: NOW + *dice.one_of(&[-100, 0, 1]),
            closes: NOW + *dice.one_of(&[0, 1, 100]),
        }),
    }
}
