//! Invented families: who belongs to them, what they are called, and who has whose name.

mod lives;
mod naming;

use jiff::civil::date;

use crate::{
    days::{self, Day, later},
    dice::Dice,
    names::{Group, Sex},
    numbers,
    person::{Part, Person},
    places::Places,
};
use naming::Surnames;

/// People who belong together: parents and their children, often with somebody's new partner,
/// grandparents, or an aunt with cousins.
#[derive(Debug, Clone)]
pub struct Family {
    /// Its number, from 0.
    pub number: u32,
    /// Those who come first are older or more often there; never empty.
    pub people: Vec<Person>,
}

/// What families grow on.
#[derive(Debug, Clone)]
pub(crate) struct Ground {
    pub seed: u64,
    pub places: Places,
}

impl Family {
    /// The family of that number, whose people have numbers from `first` on.
    pub(crate) fn of(ground: &Ground, number: u32, first: u32) -> Self {
        let mut growing = Growing {
            dice: Dice::of(ground.seed, u64::from(number)),
            ground,
            first,
            people: Vec::with_capacity(6),
        };
        growing.grow();
        let Growing { mut dice, people, .. } = growing;
        let mut family = Self { number, people };
        lives::live(&mut family.people, &ground.places, &mut dice);
        family
    }

    /// The mother of the family's children, by her place.
    pub(crate) fn mother(&self) -> Option<&Person> {
        self.people.iter().find(|person| person.part == Part::Mother)
    }
}

/// A family while it is being made.
struct Growing<'a> {
    dice: Dice,
    ground: &'a Ground,
    first: u32,
    people: Vec<Person>,
}

/// How many children: about 1.7 (assumed).
const HOW_MANY: [(u32, u32); 6] = [(0, 11), (1, 37), (2, 31), (3, 14), (4, 5), (5, 2)];

/// No child is born earlier.
const FIRST_BIRTH: Day = date(2003, 9, 1);

/// Nobody is born before.
const OLDEST: Day = date(1926, 1, 1);

/// No child is born later: agencies must have time to hear of them.
const LAST_BIRTH: Day = date(2025, 9, 30);

impl Growing<'_> {
    fn grow(&mut self) {
        let group = Group::throw(&mut self.dice);
        let his_group = if self.dice.in_hundred(91) { group } else { Group::throw(&mut self.dice) };
        let eldest = later(FIRST_BIRTH, self.dice.below(6_900).cast_signed());
        let how_many = self.dice.weighted(&HOW_MANY);
        // Of four families in ten, agencies know one parent.
        let (has_mother, has_father) =
            self.dice.weighted(&[((true, true), 62), ((true, false), 31), ((false, true), 7)]);
        let is_couple = has_mother && has_father;
        let surnames = Surnames::throw(&mut self.dice, (group, his_group), is_couple, how_many > 0);
        if has_mother {
            let born = self.parents_birth(eldest, how_many);
            let mother = self.person(Part::Mother, group, Sex::F, born);
            mother.surnames.clone_from(&surnames.hers);
        }
        if has_father {
            let older = self.dice.between(0, 365 * 5).cast_signed();
            let born = later(self.parents_birth(eldest, how_many), -older);
            let part = if surnames.earlier.is_some() { Part::Partner } else { Part::Father };
            let father = self.person(part, his_group, Sex::M, born);
            father.surnames = vec![(days::FIRST, surnames.his.clone())];
        }
        self.grandparents(&surnames, (group, his_group));
        self.children(&surnames, group, eldest, how_many);
        if self.dice.in_hundred(4) {
            self.cousins(&surnames, his_group, eldest);
        }
    }

    /// When a parent of the eldest child was born: 17 to 41 years before. Adults without children,
    /// whom agencies know as well, are of any age.
    fn parents_birth(&mut self, eldest: Day, how_many: u32) -> Day {
        if how_many == 0 {
            return later(date(1934, 1, 1), self.dice.below(365 * 65).cast_signed());
        }
        let years = self.dice.below(365 * 11) + self.dice.below(365 * 13);
        later(eldest, -(365 * 17 + years.cast_signed()))
    }

    fn grandparents(&mut self, surnames: &Surnames, (hers, his): (Group, Group)) {
        for (part, sex, often) in [(Part::Grandmother, Sex::F, 12), (Part::Grandfather, Sex::M, 6)]
        {
            let eldest_parent = self.people.iter().map(|person| person.born).min();
            let older = 365 * 18 + self.dice.below(365 * 20).cast_signed();
            let born = eldest_parent.map(|parent| later(parent, -older));
            let Some(born) = born.filter(|born| *born > OLDEST) else { continue };
            if !self.dice.in_hundred(often) {
                continue;
            }
            let is_hers = self.dice.in_hundred(50);
            let (group, family) =
                if is_hers { (hers, &surnames.her_birth) } else { (his, &surnames.his) };
            let surname = group.as_borne(family, sex);
            let person = self.person(part, group, sex, born);
            person.surnames = vec![(days::FIRST, surname)];
            if part == Part::Grandfather && !is_hers && self.dice.in_hundred(8) {
                let is_his = |person: &Person| matches!(person.part, Part::Father | Part::Partner);
                self.name_after(self.people.len() - 1, is_his);
            }
        }
    }

    /// The children, twins among them; the younger ones are half-siblings where their mother has a
    /// new partner.
    fn children(&mut self, surnames: &Surnames, group: Group, eldest: Day, how_many: u32) {
        let (mut born, mut place) = (eldest, 0);
        while place < how_many && born <= LAST_BIRTH {
            let is_of_earlier =
                surnames.earlier.is_some() && (place == 0 || self.dice.in_hundred(50));
            let sex = self.dice.pick(&[Sex::F, Sex::M]);
            self.child(surnames, group, sex, born, is_of_earlier);
            place += 1;
            // One birth in sixty is of twins (Office for National Statistics, Births).
            if self.dice.in_hundred(2) && self.dice.in_hundred(85) {
                let same = self.dice.in_hundred(35);
                let twin = if same { sex } else { self.dice.pick(&[Sex::F, Sex::M]) };
                self.child(surnames, group, twin, born, is_of_earlier);
                self.make_twins();
                place += 1;
            }
            born = later(born, self.dice.between(380, 1_700).cast_signed());
        }
    }

    fn child(&mut self, surnames: &Surnames, group: Group, sex: Sex, born: Day, earlier: bool) {
        let (surname, other) = surnames.childs(&mut self.dice, sex, earlier);
        let change = surnames.childs_change(&mut self.dice, sex, earlier);
        let child = self.person(Part::Child, group, sex, born);
        child.surnames = vec![(days::FIRST, surname)];
        child.surnames.extend(change);
        child.other_surname = other;
        self.hand_names_on();
    }

    /// The last two children are twins; some parents give them names that begin alike.
    fn make_twins(&mut self) {
        let [.., first, second] = self.people.as_mut_slice() else { return };
        let number = first.number;
        (first.twins, second.twins) = (Some(number), Some(number));
        second.surnames.clone_from(&first.surnames);
        second.other_surname.clone_from(&first.other_surname);
        if !self.dice.in_hundred(30) {
            return;
        }
        let begins = |name: &str| name.chars().take(2).collect::<String>();
        for _ in 0..40 {
            let name = second.group.given(&mut self.dice, second.sex, second.era());
            if begins(&name) == begins(&first.given) && name != first.given {
                naming::rename(&mut self.dice, second, name);
                return;
            }
        }
    }

    /// A parent's brother or sister with children, one of whom may have a child's name.
    fn cousins(&mut self, surnames: &Surnames, group: Group, eldest: Day) {
        let born = later(eldest, -(365 * 19 + self.dice.below(365 * 20).cast_signed()));
        let sex = self.dice.pick(&[Sex::F, Sex::M]);
        let surname = group.as_borne(&surnames.his, sex);
        let aunt = self.person(Part::AuntOrUncle, group, sex, born);
        aunt.surnames = vec![(days::FIRST, surname)];
        for _ in 0..self.dice.between(1, 2) {
            let aunts = later(born, 365 * 19 + self.dice.below(365 * 18).cast_signed());
            if !(FIRST_BIRTH..=LAST_BIRTH).contains(&aunts) {
                continue;
            }
            let sex = self.dice.pick(&[Sex::F, Sex::M]);
            let surname = group.as_borne(&surnames.his, sex);
            let cousin = self.person(Part::Cousin, group, sex, aunts);
            cousin.surnames = vec![(days::FIRST, surname)];
            if self.dice.in_hundred(8) {
                self.name_after(self.people.len() - 1, |person| {
                    person.part == Part::Child && person.sex == sex
                });
            }
        }
    }

    /// Gives the person at that place the first name of somebody else of the family.
    fn name_after(&mut self, place: usize, whom: impl Fn(&Person) -> bool) {
        let namesake = self.people[..place].iter().find(|person| whom(person));
        if let Some(given) = namesake.map(|person| person.given.clone()) {
            naming::rename(&mut self.dice, &mut self.people[place], given);
        }
    }

    /// The last child has a parent's or grandparent's name, as a first name or in the middle.
    fn hand_names_on(&mut self) {
        let Some((child, others)) = self.people.split_last_mut() else { return };
        let elders: Vec<&Person> = others
            .iter()
            .filter(|person| !person.part.is_child() && person.sex == child.sex)
            .filter(|person| person.group == child.group && person.part != Part::Partner)
            .collect();
        let Some(elder) = elders.get(self.dice.place(elders.len())) else { return };
        let as_first = if child.sex == Sex::M { 9 } else { 3 };
        let is_taken =
            others.iter().any(|other| other.part.is_child() && other.given == elder.given);
        match self.dice.below(100) {
            often if often < as_first && !is_taken => {
                naming::rename(&mut self.dice, child, elder.given.clone());
            }
            9..26 if child.given != elder.given => child.middle = Some(elder.given.clone()),
            _ => {}
        }
    }

    /// Adds a person with a name and numbers, without surname, home or telephone.
    fn person(&mut self, part: Part, group: Group, sex: Sex, born: Day) -> &mut Person {
        let number = self.first + u32::try_from(self.people.len()).unwrap_or(0);
        let named = naming::first_names(&mut self.dice, group, sex, born, &self.people);
        // Many who came without papers were given the first of January.
        let is_given_a_birthday = !part.is_child()
            && matches!(group, Group::Arabic | Group::Muslim | Group::African)
            && self.dice.in_hundred(4);
        let born = if is_given_a_birthday { date(born.year(), 1, 1) } else { born };
        let seed = self.ground.seed;
        let place = self.people.len();
        self.people.push(Person {
            number,
            part,
            group,
            sex,
            born,
            twins: None,
            given: named.given,
            middle: named.middle,
            called: named.called,
            other_surname: None,
            surnames: Vec::new(),
            homes: Vec::new(),
            phones: Vec::new(),
            nhs_number: numbers::nhs(seed, number),
            upn: part.is_child().then(|| numbers::upn(seed, number, born.year() + 4)),
        });
        &mut self.people[place]
    }
}
