//! Names by the heritage of a family, from lists that stand in `data/names`, the common ones first.
//! A few names are many people's, and most are few people's (Zipf): behind each list stands a long
//! tail that is put together from syllables.

mod lists;

pub(crate) use lists::section;
use lists::{Names, Ranked};

use crate::dice::Dice;

/// Where a family's names come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    British,
    Irish,
    Muslim,
    Indian,
    African,
    Slavic,
    Chinese,
    Arabic,
    Vietnamese,
    Lusophone,
}

/// Whether a name is hers or his.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    F,
    M,
}

impl Sex {
    /// As records have it.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::F => "F",
            Self::M => "M",
        }
    }

    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Self::F => Self::M,
            Self::M => Self::F,
        }
    }
}

/// When somebody was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Era {
    /// Before 1968.
    Grandparents,
    /// Before 2000.
    Parents,
    Children,
}

impl Era {
    /// The era of somebody who was born in that year.
    pub const fn of(year: i16) -> Self {
        match year {
            ..1968 => Self::Grandparents,
            1968..2000 => Self::Parents,
            _ => Self::Children,
        }
    }
}

impl Group {
    /// Every group.
    pub const ALL: [Self; 10] = [
        Self::British,
        Self::Irish,
        Self::Muslim,
        Self::Indian,
        Self::African,
        Self::Slavic,
        Self::Chinese,
        Self::Arabic,
        Self::Vietnamese,
        Self::Lusophone,
    ];

    /// How many families of a thousand: as in a mixed English town (assumed).
    const SHARES: [(Self, u32); 10] = [
        (Self::British, 685),
        (Self::Irish, 30),
        (Self::Muslim, 95),
        (Self::Indian, 42),
        (Self::African, 42),
        (Self::Slavic, 60),
        (Self::Chinese, 12),
        (Self::Arabic, 14),
        (Self::Vietnamese, 6),
        (Self::Lusophone, 14),
    ];

    /// The word of the truth files.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::British => "british",
            Self::Irish => "irish",
            Self::Muslim => "muslim",
            Self::Indian => "indian",
            Self::African => "african",
            Self::Slavic => "slavic",
            Self::Chinese => "chinese",
            Self::Arabic => "arabic",
            Self::Vietnamese => "vietnamese",
            Self::Lusophone => "lusophone",
        }
    }

    /// The group of a family, the commonest most often.
    pub fn throw(dice: &mut Dice) -> Self {
        dice.weighted(&Self::SHARES)
    }

    /// How many children of a hundred are given a British first name (assumed).
    const fn borrows(self) -> u32 {
        match self {
            Self::British => 0,
            Self::Muslim | Self::Arabic => 2,
            Self::Indian => 6,
            Self::Slavic => 15,
            Self::African => 40,
            Self::Irish | Self::Lusophone | Self::Vietnamese => 35,
            Self::Chinese => 55,
        }
    }

    /// How many of a hundred have a surname, and a first name, from the tail (assumed).
    const fn tails(self) -> (u32, u32) {
        match self {
            Self::British => (30, 3),
            Self::Irish => (8, 0),
            Self::Muslim => (0, 7),
            Self::Indian => (0, 8),
            Self::African => (22, 15),
            Self::Slavic => (30, 0),
            Self::Chinese => (0, 45),
            Self::Arabic => (15, 10),
            Self::Vietnamese => (0, 40),
            Self::Lusophone => (18, 0),
        }
    }

    fn names(self) -> &'static Names {
        Names::of(self)
    }

    /// A first name, with a long tail of rare ones.
    pub fn given(self, dice: &mut Dice, sex: Sex, era: Era) -> String {
        if era == Era::Children && dice.in_hundred(self.borrows()) {
            return Self::British.given(dice, sex, era);
        }
        let names = self.names();
        let common = names.given(sex, era).throw(dice);
        if !dice.in_hundred(self.tails().1) {
            return common.to_owned();
        }
        match (self, sex) {
            (Self::British, Sex::F) => joined(dice, common, &names.girl_seconds),
            (Self::British, Sex::M) => joined(dice, common, &names.boy_seconds),
            _ => names.given_tail.throw(dice),
        }
    }

    /// A surname in his form.
    pub fn surname(self, dice: &mut Dice) -> String {
        if dice.in_hundred(self.tails().0) {
            return self.names().surname_tail.throw(dice);
        }
        self.names().surnames.throw(dice).to_owned()
    }

    /// A surname that only women bear, where there are such.
    pub fn womans_surname(self, dice: &mut Dice) -> Option<String> {
        let of_women = &self.names().women_surnames;
        (!of_women.names.is_empty()).then(|| of_women.throw(dice).to_owned())
    }

    /// A surname of the family as she or he bears it: Kowalska is a Kowalski's wife, and Kaur often
    /// the sister of a Singh.
    pub fn as_borne(self, surname: &str, sex: Sex) -> String {
        const HIS_AND_HERS: [(&str, &str); 6] = [
            ("ski", "ska"),
            ("cki", "cka"),
            ("ych", "ych"),
            ("ov", "ova"),
            ("ev", "eva"),
            ("Singh", "Kaur"),
        ];
        if sex == Sex::F && matches!(self, Self::Slavic | Self::Indian) {
            for (his, hers) in HIS_AND_HERS {
                if let Some(stem) = surname.strip_suffix(his) {
                    return format!("{stem}{hers}");
                }
            }
        }
        surname.to_owned()
    }
}

fn joined(dice: &mut Dice, first: &str, seconds: &Ranked) -> String {
    format!("{first}-{}", seconds.throw(dice))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn every_group_names_everybody() {
        let mut dice = Dice::of(1, 1);
        for group in Group::ALL {
            for _ in 0..500 {
                for sex in [Sex::F, Sex::M] {
                    for era in [Era::Grandparents, Era::Parents, Era::Children] {
                        assert!(group.given(&mut dice, sex, era).len() > 1, "{group:?} {sex:?}");
                    }
                }
                assert!(group.surname(&mut dice).len() > 1, "{group:?}");
            }
        }
    }

    #[test]
    fn a_few_surnames_are_many_peoples_and_most_are_few_peoples() {
        let mut dice = Dice::of(1, 1);
        let mut often: HashMap<String, u32> = HashMap::new();
        for _ in 0..20_000 {
            *often.entry(Group::British.surname(&mut dice)).or_default() += 1;
        }
        let most = often.values().max().copied().unwrap();
        assert!((350..620).contains(&most), "{most}");
        let rare = often.values().filter(|times| **times <= 2).count();
        assert!(rare > 1500, "{rare} of {}", often.len());
    }

    #[test]
    fn a_woman_bears_the_name_in_her_form() {
        assert_eq!(Group::Slavic.as_borne("Kowalski", Sex::F), "Kowalska");
        assert_eq!(Group::Slavic.as_borne("Kowalski", Sex::M), "Kowalski");
        assert_eq!(Group::Indian.as_borne("Singh", Sex::F), "Kaur");
        assert_eq!(Group::British.as_borne("Pavlov", Sex::F), "Pavlov");
    }
}
