//! A population: families in the order of their numbers, and what agencies wrote about their
//! people. It is never held as a whole; everything follows from a seed.

use crate::{
    dice::Dice,
    family::{Family, Ground},
    mistakes::Rates,
    places::Places,
    record::{Record, Seen, occasion},
};

/// Families for so many people, and the agencies that write about them.
#[derive(Debug, Clone)]
pub struct Population {
    ground: Ground,
    people: u32,
    rates: Rates,
}

/// The most people that there are numbers for.
pub const MOST_PEOPLE: u32 = 10_000_000;

/// How many records agencies have of somebody: as in the sample with which peers were measured,
/// where one person in seven is known to nobody.
const RECORDS: [(u32, u32); 9] =
    [(0, 1450), (1, 3894), (2, 2209), (3, 1222), (4, 611), (5, 299), (6, 167), (8, 99), (12, 49)];

impl Population {
    /// A population of so many people or a few more, since families are whole. At most
    /// [`MOST_PEOPLE`].
    pub fn of(seed: u64, people: u32, rates: Rates) -> Self {
        let people = people.min(MOST_PEOPLE);
        Self { ground: Ground { seed, places: Places::of(seed, people) }, people, rates }
    }

    /// A population of whose people agencies have about so many records.
    pub fn with_records(seed: u64, records: u32, rates: Rates) -> Self {
        let expected: u32 = RECORDS.iter().map(|(records, weight)| records * weight).sum();
        let weights: u32 = RECORDS.iter().map(|(_, weight)| weight).sum();
        let people = u64::from(records) * u64::from(weights) / u64::from(expected.max(1));
        Self::of(seed, u32::try_from(people).unwrap_or(MOST_PEOPLE), rates)
    }

    /// The families, one after the other.
    pub fn families(&self) -> impl Iterator<Item = Family> {
        self.without_end().scan(0, |people, family| {
            let is_full = *people >= self.people;
            *people += u32::try_from(family.people.len()).unwrap_or(0);
            (!is_full).then_some(family)
        })
    }

    /// Families beyond those of the population.
    pub(crate) fn without_end(&self) -> impl Iterator<Item = Family> {
        (0..).scan(0, |first, number| {
            let family = Family::of(&self.ground, number, *first);
            *first += u32::try_from(family.people.len()).unwrap_or(0);
            Some(family)
        })
    }

    /// What agencies wrote about that person of the family: nothing, one record or more.
    pub fn records(&self, family: &Family, place: usize) -> Vec<Record> {
        let Some(person) = family.people.get(place) else { return Vec::new() };
        let mut dice = Dice::of(self.ground.seed ^ RECORDS_OF, u64::from(person.number));
        let count = dice.weighted(&RECORDS);
        (0..count).map(|_| self.write(family, place, &mut dice)).collect()
    }

    /// What an agency that asks for that person wrote down today.
    pub fn query(&self, family: &Family, place: usize) -> Record {
        let number = family.people.get(place).map_or(0, |person| person.number);
        let mut dice = Dice::of(self.ground.seed ^ QUERY_OF, u64::from(number));
        self.write(family, place, &mut dice)
    }

    fn write(&self, family: &Family, place: usize, dice: &mut Dice) -> Record {
        let Some(person) = family.people.get(place) else { return Record::default() };
        let (on, agency) = occasion(dice, person);
        let Ground { seed, places } = &self.ground;
        let seen = Seen { seed: *seed, places, family, person, on };
        seen.write(&self.rates, agency, dice)
    }

    /// Dice for whoever writes files of this population.
    pub(crate) fn dice(&self, purpose: u64) -> Dice {
        Dice::of(self.ground.seed ^ FILES, purpose)
    }
}

/// What sets the dice of each purpose apart.
const RECORDS_OF: u64 = 0x4EC0_4D50;
const QUERY_OF: u64 = 0x00A5_C4ED;
const FILES: u64 = 0xF11E_5000;
