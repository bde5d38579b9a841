//! The lists of names in `data/names`: how they are read, and how much commoner the first are than
//! the last.

use std::sync::LazyLock;

use super::{Era, Group, Sex};
use crate::dice::Dice;

static NAMES: LazyLock<[Names; 10]> = LazyLock::new(|| {
    Group::ALL.map(|group| {
        let text = match group {
            Group::British => include_str!("../../data/names/british.names"),
            Group::Irish => include_str!("../../data/names/irish.names"),
            Group::Muslim => include_str!("../../data/names/muslim.names"),
            Group::Indian => include_str!("../../data/names/indian.names"),
            Group::African => include_str!("../../data/names/african.names"),
            Group::Slavic => include_str!("../../data/names/slavic.names"),
            Group::Chinese => include_str!("../../data/names/chinese.names"),
            Group::Arabic => include_str!("../../data/names/arabic.names"),
            Group::Vietnamese => include_str!("../../data/names/vietnamese.names"),
            Group::Lusophone => include_str!("../../data/names/lusophone.names"),
        };
        Names::read(text, group)
    })
});

/// First names by era: there are more of them from one to the next.
const GIVEN: [Steepness; 3] = [
    Steepness::Gentle { offset: 2 },
    Steepness::Gentle { offset: 2 },
    Steepness::Gentle { offset: 4 },
];
const GENTLE: Steepness = Steepness::Gentle { offset: 6 };
const SURNAMES: Steepness = Steepness::Gentle { offset: 2 };
const STEEP: Steepness = Steepness::Steep { offset: 2 };

/// The lists of one group.
pub struct Names {
    given: [[Ranked; 3]; 2],
    pub surnames: Ranked,
    pub women_surnames: Ranked,
    pub girl_seconds: Ranked,
    pub boy_seconds: Ranked,
    pub surname_tail: Tail,
    pub given_tail: Tail,
}

impl Names {
    /// The lists of that group.
    pub fn of(group: Group) -> &'static Self {
        &NAMES[group as usize]
    }

    fn read(text: &'static str, group: Group) -> Self {
        let part = |name| section(text, name);
        let or = |first: Vec<&'static str>, second| {
            if first.is_empty() { part(second) } else { first }
        };
        // One man in eight of them is a Mohammed, one Vietnamese in four a Nguyen.
        let given = match group {
            Group::Muslim | Group::Arabic => [STEEP; 3],
            _ => GIVEN,
        };
        let surnames = match group {
            Group::Vietnamese | Group::Chinese | Group::Indian | Group::Muslim => STEEP,
            _ => SURNAMES,
        };
        let eras = |old, parents, children| {
            let [first, second, third] = given;
            [
                Ranked::of(part(old), first),
                Ranked::of(or(part(parents), old), second),
                Ranked::of(or(part(children), old), third),
            ]
        };
        let ranked = |name| Ranked::of(part(name), GENTLE);
        Self {
            given: [eras("women", "mothers", "girls"), eras("men", "fathers", "boys")],
            surnames: Ranked::of(part("surnames"), surnames),
            women_surnames: ranked("women_surnames"),
            girl_seconds: ranked("girl_seconds"),
            boy_seconds: ranked("boy_seconds"),
            surname_tail: Tail { beginnings: ranked("beginnings"), endings: ranked("endings") },
            given_tail: Tail {
                beginnings: ranked("given_beginnings"),
                endings: ranked("given_endings"),
            },
        }
    }

    /// First names of an era.
    pub fn given(&self, sex: Sex, era: Era) -> &Ranked {
        &self.given[sex as usize][era as usize]
    }
}

/// The words of a section of a list: what stands between `[name]` and the next one.
pub fn section(text: &'static str, name: &str) -> Vec<&'static str> {
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let begins =
        |line: &&str| line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) == Some(name);
    if !lines.any(|line| begins(&line)) {
        return Vec::new();
    }
    lines.take_while(|line| !line.starts_with('[')).flat_map(str::split_whitespace).collect()
}

/// How much commoner the first names of a list are than the last ones. The offset makes the very
/// first less so.
#[derive(Debug, Clone, Copy)]
enum Steepness {
    /// By the rank to the power of -3/4.
    Gentle { offset: u16 },
    /// By one over the rank.
    Steep { offset: u16 },
}

impl Steepness {
    /// The weight of a place, from 0. Square roots, since they come out alike on every machine.
    fn weight(self, place: usize) -> u32 {
        let weight = match self {
            Self::Gentle { offset } => {
                let root = (place as f64 + f64::from(offset)).sqrt();
                1.0 / (root * root.sqrt())
            }
            Self::Steep { offset } => 1.0 / (place as f64 + f64::from(offset)),
        };
        (weight * 1_000_000.0) as u32
    }
}

/// Names by rank, the common ones first.
#[derive(Debug)]
pub struct Ranked {
    pub names: Vec<&'static str>,
    /// The weight of each with all before it.
    up_to: Vec<u32>,
}

impl Ranked {
    fn of(names: Vec<&'static str>, steepness: Steepness) -> Self {
        let mut sum = 0;
        let up_to = (0..names.len()).map(|place| {
            sum += steepness.weight(place);
            sum
        });
        let up_to = up_to.collect();
        Self { names, up_to }
    }

    /// One of them; nothing where there are none.
    pub fn throw(&self, dice: &mut Dice) -> &'static str {
        let thrown = dice.below(self.up_to.last().copied().unwrap_or(0));
        let place = self.up_to.partition_point(|up_to| *up_to <= thrown);
        self.names.get(place).copied().unwrap_or_default()
    }
}

/// Names put together from a beginning and an ending. A low line stands for a space.
pub struct Tail {
    beginnings: Ranked,
    endings: Ranked,
}

impl Tail {
    /// One of them.
    pub fn throw(&self, dice: &mut Dice) -> String {
        format!("{}{}", self.beginnings.throw(dice), self.endings.throw(dice)).replace('_', " ")
    }
}
