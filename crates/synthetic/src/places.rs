//! Invented towns with streets, and postcodes that are shaped like real ones and are nowhere.

use std::sync::LazyLock;

use crate::{dice::Dice, names::section};

/// Somewhere to live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    town: u16,
    street: u32,
    pub(crate) house: u16,
    pub(crate) flat: Option<u8>,
}

/// The towns of a population, as many as it fills.
#[derive(Debug, Clone)]
pub struct Places {
    seed: u64,
    towns: u16,
    /// In each town.
    streets: u32,
}

/// What stands for the words of streets and towns.
static WORDS: LazyLock<[Vec<&'static str>; 3]> = LazyLock::new(|| {
    let text = include_str!("../data/streets.txt");
    [section(text, "streets"), section(text, "kinds"), section(text, "towns")]
});

/// How many people have a street between them: about eight households.
const PEOPLE_A_STREET: u32 = 22;

/// One half of a street, up to this house, has one postcode.
const HOUSES_A_POSTCODE: u16 = 45;

impl Places {
    /// Towns for so many people: four, and more for more than 15,000.
    pub fn of(seed: u64, people: u32) -> Self {
        let towns = (4 + people / 15_000).min(40);
        let streets = (people / PEOPLE_A_STREET / towns).max(12);
        Self { seed, towns: u16::try_from(towns).unwrap_or(40), streets }
    }

    /// An address anywhere, the first towns being the larger ones.
    pub fn anywhere(&self, dice: &mut Dice) -> Address {
        let towns = u32::from(self.towns);
        let town = dice.below(towns).min(dice.below(towns * 2));
        self.in_town(dice, u16::try_from(town).unwrap_or(0))
    }

    /// An address in a town.
    fn in_town(&self, dice: &mut Dice, town: u16) -> Address {
        let street = dice.below(self.streets);
        let house = u16::try_from(dice.between(1, 89)).unwrap_or(1);
        let flat = dice.in_hundred(16).then(|| u8::try_from(dice.between(1, 24)).unwrap_or(1));
        Address { town, street, house, flat }
    }

    /// Where somebody moves to: mostly in the same town.
    pub fn next(&self, dice: &mut Dice, from: Address) -> Address {
        if dice.in_hundred(78) { self.in_town(dice, from.town) } else { self.anywhere(dice) }
    }

    /// The town's name.
    pub fn town(&self, address: Address) -> &'static str {
        let towns = &WORDS[2];
        towns.get(usize::from(address.town) % towns.len().max(1)).copied().unwrap_or_default()
    }

    /// The street's name and what kind it is: Mill, Lane. Many towns have a street of one name.
    pub fn street(&self, address: Address) -> (&'static str, &'static str) {
        let number = u64::from(address.town) << 32 | u64::from(address.street);
        let mut dice = Dice::of(self.seed ^ STREETS, number);
        let [names, kinds, _] = &*WORDS;
        let (name, kind) = (common(&mut dice, names.len()), common(&mut dice, kinds.len()));
        (names.get(name).copied().unwrap_or_default(), kinds.get(kind).copied().unwrap_or_default())
    }

    /// The postcode with its space. Two sides of a long street have two.
    pub fn postcode(&self, address: Address) -> String {
        let street = address.street;
        let half = u32::from(address.house / HOUSES_A_POSTCODE);
        let unit = ((street % 15) * 2 + half) * 37 + u32::from(address.town) * 11;
        let letter = |number: u32| char::from(UNIT[(number % 20) as usize]);
        let (district, sector) = (1 + street / 150, street / 15 % 10);
        let area = area(address.town);
        format!("{area}{district} {sector}{}{}", letter(unit / 20), letter(unit))
    }
}

/// What sets the dice of streets apart.
const STREETS: u64 = 0x5747_2EE7;

/// A place in a list, those in front more likely.
fn common(dice: &mut Dice, length: usize) -> usize {
    dice.place(length).min(dice.place(length))
}

/// Letters that a postcode may end with.
const UNIT: &[u8; 20] = b"ABDEFGHJLNPQRSTUWXYZ";

/// The area of a town: one that begins with Z, or with Y, and is none (there is only YO).
fn area(town: u16) -> String {
    const SECOND: &[u8; 22] = b"ABCDEFGHKLMNPQRSTUVWXY";
    let letter = |place: u16| char::from(SECOND[usize::from(place) % SECOND.len()]);
    match town {
        0 => "Z".to_owned(),
        1..=22 => format!("Z{}", letter(town - 1)),
        _ => format!("Y{}", letter(town - 23)),
    }
}

#[cfg(test)]
mod tests {
    use practice::identifiers;

    use super::*;

    #[test]
    fn postcodes_are_shaped_like_postcodes_and_are_nowhere() {
        for people in [1000, 10_000, 600_000] {
            let (places, mut dice) = (Places::of(1, people), Dice::of(1, 1));
            for _ in 0..2000 {
                let code = places.postcode(places.anywhere(&mut dice));
                assert_eq!(identifiers::postcode(&code), Ok(code.clone()));
                assert!(code.starts_with(['Y', 'Z']) && !code.starts_with("YO"), "{code}");
            }
        }
    }

    #[test]
    fn a_street_keeps_its_name_and_its_postcodes() {
        let (places, mut dice) = (Places::of(1, 10_000), Dice::of(1, 1));
        let one = places.anywhere(&mut dice);
        let neighbour = Address { house: one.house ^ 1, ..one };
        assert_eq!(places.street(one), places.street(neighbour));
        assert_ne!(places.street(one).0, "");
    }

    #[test]
    fn a_large_population_has_more_towns_and_streets() {
        assert_eq!(Places::of(1, 10_000).towns, 4);
        assert_eq!(Places::of(1, 600_000).towns, 40);
        assert!(Places::of(1, 600_000).streets > 500);
    }
}
