//! Who is called what in a family: first names, and whose surname a wife and a child bears, by the
//! custom of their heritage. How often is assumed.

use crate::{
    days::{self, Day},
    dice::Dice,
    names::{Era, Group, Sex},
    person::Person,
    spelling,
};

/// How somebody is called.
pub struct FirstNames {
    pub given: String,
    pub middle: Option<String>,
    pub called: Option<String>,
}

/// First names for somebody of a family that has those people already: siblings have others.
pub fn first_names(
    dice: &mut Dice,
    group: Group,
    sex: Sex,
    born: Day,
    family: &[Person],
) -> FirstNames {
    let era = Era::of(born.year());
    let mut given = group.given(dice, sex, era);
    for _ in 0..5 {
        if family.iter().all(|person| person.given != given) {
            break;
        }
        given = group.given(dice, sex, era);
    }
    let middle = dice.in_hundred(62).then(|| group.given(dice, sex, era)).filter(|m| *m != given);
    // One man in eight has Mohammed in front, and goes by the name behind it.
    if matches!(group, Group::Muslim | Group::Arabic) && sex == Sex::M && dice.in_hundred(12) {
        let called = given.clone();
        return FirstNames { given: "Mohammed".into(), middle: Some(given), called: Some(called) };
    }
    let called = called(dice, group, sex, era, &given);
    FirstNames { given, middle, called }
}

/// What somebody is called instead of the first name, if so.
fn called(dice: &mut Dice, group: Group, sex: Sex, era: Era, given: &str) -> Option<String> {
    let is_english_one_usual = match group {
        Group::Chinese | Group::Vietnamese => dice.in_hundred(45),
        Group::Slavic | Group::African => dice.in_hundred(8),
        _ => false,
    };
    if is_english_one_usual {
        return Some(Group::British.given(dice, sex, era));
    }
    if dice.in_hundred(70) { spelling::called(dice, given).map(str::to_owned) } else { None }
}

/// Gives somebody another first name, and what goes with it.
pub fn rename(dice: &mut Dice, person: &mut Person, given: String) {
    person.called = spelling::called(dice, &given).map(str::to_owned);
    person.given = given;
}

/// How two parents are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Union {
    Married,
    /// They marry during the years that are told of.
    Marry(Day),
    /// They were married, and she takes her own name again.
    Part(Day),
    Unmarried,
}

/// The surnames of a family, his in his form.
pub struct Surnames {
    group: Group,
    his_group: Group,
    is_couple: bool,
    union: Union,
    pub his: String,
    pub her_birth: String,
    /// Hers, each from its day on.
    pub hers: Vec<(Day, String)>,
    /// That of an earlier father, where the man of the house is her new partner.
    pub earlier: Option<String>,
}

impl Surnames {
    /// Surnames by her and his heritage. Where the father is not there, she is mostly unmarried.
    pub fn throw(
        dice: &mut Dice,
        (group, his_group): (Group, Group),
        is_couple: bool,
        has_children: bool,
    ) -> Self {
        let his = his_group.surname(dice);
        let her_birth = group.surname(dice);
        let how_many_are = if is_couple { 68 } else { 36 };
        let union = match dice.below(100) {
            often if often < how_many_are => Union::Married,
            68..74 => Union::Marry(days::any(dice)),
            74..80 => Union::Part(days::any(dice)),
            _ => Union::Unmarried,
        };
        let own = of_a_woman(dice, group, &her_birth);
        let hers = match union {
            Union::Married => vec![(days::FIRST, married(dice, group, &own, &his))],
            Union::Marry(on) => {
                let after = married(dice, group, &own, &his);
                vec![(days::FIRST, own), (on, after)]
            }
            Union::Part(on) => {
                vec![(days::FIRST, married(dice, group, &own, &his)), (on, own)]
            }
            Union::Unmarried => vec![(days::FIRST, own)],
        };
        let has_earlier = has_children && dice.in_hundred(12);
        let earlier = has_earlier.then(|| group.surname(dice));
        Self { group, his_group, is_couple, union, his, her_birth, hers, earlier }
    }

    /// A child's surname, and the other one that some agencies have, where the parents have two.
    pub fn childs(
        &self,
        dice: &mut Dice,
        sex: Sex,
        is_of_earlier: bool,
    ) -> (String, Option<String>) {
        let father = match &self.earlier {
            Some(earlier) if is_of_earlier => self.group.as_borne(earlier, sex),
            _ => self.his_group.as_borne(&self.his, sex),
        };
        let mother = self.group.as_borne(&self.her_birth, sex);
        let is_married = self.union != Union::Unmarried && !is_of_earlier;
        let (fathers, mothers) = match (self.group, is_married) {
            (Group::Lusophone, _) => (45, 5),
            (_, true) => (97, 1),
            (Group::British | Group::Irish, false) if self.is_couple => (72, 16),
            (_, false) if self.is_couple => (85, 12),
            (_, false) => (35, 58),
        };
        if father == mother {
            return (father, None);
        }
        let is_double = |surname: &str| surname.contains([' ', '-']);
        match dice.below(100) {
            often if often < fathers => (father, Some(mother)),
            often if often < fathers + mothers => (mother, Some(father)),
            _ if is_double(&father) || is_double(&mother) => (father, Some(mother)),
            _ if self.group == Group::Lusophone => (format!("{mother} {father}"), None),
            often if often % 2 == 0 => (format!("{mother}-{father}"), Some(mother)),
            _ => (format!("{father}-{mother}"), Some(mother)),
        }
    }

    /// Some children take the name of their mother's new partner.
    pub fn childs_change(
        &self,
        dice: &mut Dice,
        sex: Sex,
        is_of_earlier: bool,
    ) -> Option<(Day, String)> {
        let changes = is_of_earlier && dice.in_hundred(18);
        changes.then(|| (days::any(dice), self.his_group.as_borne(&self.his, sex)))
    }
}

/// The surname that a woman has of herself: her family's, or one that only women bear.
fn of_a_woman(dice: &mut Dice, group: Group, family: &str) -> String {
    let is_womans = dice.in_hundred(45);
    let womans = if is_womans { group.womans_surname(dice) } else { None };
    womans.unwrap_or_else(|| group.as_borne(family, Sex::F))
}

/// Her surname once she is married.
fn married(dice: &mut Dice, group: Group, own: &str, his: &str) -> String {
    let (takes, joins) = match group {
        Group::Chinese | Group::Vietnamese => (12, 0),
        Group::Muslim | Group::Arabic => (40, 0),
        Group::Lusophone => (30, 25),
        _ => (84, 5),
    };
    match dice.below(100) {
        often if often < takes => group.as_borne(his, Sex::F),
        often if often < takes + joins && !own.contains([' ', '-']) => format!("{own}-{his}"),
        _ => own.to_owned(),
    }
}
