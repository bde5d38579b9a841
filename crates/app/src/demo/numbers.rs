//! The numbers of invented people and rows: NHS numbers from a range that is not issued, UPNs of a
//! place that does not exist, ids in the order of their moments, references. All from the dice.

use practice::{calendar::Moment, identifiers::Scheme};
use uuid::Uuid;

use super::{dice::Dice, families::stream};
use crate::{doors::journal::Salt, ids::Naming};

/// The letters of a reference, as `crate::ids` has them.
const LETTERS: [char; 28] = [
    '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j', 'k', 'm',
    'n', 'p', 'q', 'r', 't', 'v', 'w', 'x', 'y',
];

/// Ids of one moment, in the order in which they are given out.
pub struct Ids {
    at: Moment,
    given: u16,
}

impl Ids {
    /// Ids of that moment.
    pub fn at(at: Moment) -> Self {
        Self { at, given: 0 }
    }

    /// The next id.
    pub fn next(&mut self, dice: &mut Dice) -> Uuid {
        let mut bytes: [u8; 10] = dice.bytes();
        // The twelve bits behind the moment count (RFC 9562, 6.2, method 1).
        bytes[..2].copy_from_slice(&self.given.to_be_bytes());
        self.given += 1;
        let millis = u64::try_from(self.at.as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }
}

/// The names of one contact's rows: its moment in their ids, and dice of their own.
pub struct Thrown {
    ids: Ids,
    dice: Dice,
}

impl Thrown {
    /// What names the rows of that approach of that family.
    pub fn of(family: u32, approach: usize, at: Moment) -> Self {
        let own = NAMING.saturating_add(u8::try_from(approach).unwrap_or(u8::MAX));
        Self { ids: Ids::at(at), dice: Dice::of(stream(family, own)) }
    }

    /// What names the partnership itself.
    pub fn of_the_partnership(at: Moment) -> Self {
        Self { ids: Ids::at(at), dice: Dice::of(u64::MAX) }
    }

    /// The salt of a commitment. It hides nothing, since everything here is invented.
    pub fn salt(&mut self) -> Salt {
        self.dice.bytes()
    }

    /// The dice, for whatever else the partnership needs.
    pub fn dice(&mut self) -> &mut Dice {
        &mut self.dice
    }
}

impl Naming for Thrown {
    fn id(&mut self) -> Uuid {
        self.ids.next(&mut self.dice)
    }

    fn reference(&mut self) -> String {
        reference(&mut self.dice)
    }
}

/// The dice of a family that names are thrown with count from here.
const NAMING: u8 = 128;

/// A reference, shaped like those of `crate::ids::reference`.
pub fn reference(dice: &mut Dice) -> String {
    let mut half = || -> String { (0..5).map(|_| dice.pick(&LETTERS)).collect() };
    format!("{}-{}", half(), half())
}

/// An NHS number that passes every check and is nobody's: numbers from 500 000 000 are not issued.
pub fn nhs(dice: &mut Dice) -> String {
    with_a_check(
        || {
            let nine = 500_000_000 + dice.below(100_000_000);
            (0..10).map(move |check| format!("{nine}{check}")).collect()
        },
        Scheme::Nhs,
    )
}

/// A UPN of the local authority 998, which is none.
pub fn upn(dice: &mut Dice) -> String {
    with_a_check(
        || {
            let rest =
                format!("998{:04}{:02}{:03}", dice.below(10_000), dice.below(30), dice.below(1000));
            ('A'..='Z').map(move |check| format!("{check}{rest}")).collect()
        },
        Scheme::Upn,
    )
}

/// The candidate that passes the scheme’s check. Some numbers have no check digit: then others
/// are thrown.
fn with_a_check(mut candidates: impl FnMut() -> Vec<String>, scheme: Scheme) -> String {
    loop {
        let passing = candidates().into_iter().find(|number| scheme.check(number).is_ok());
        if let Some(number) = passing {
            return number;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invented_numbers_pass_every_check() {
        let mut dice = Dice::of(3);
        for _ in 0..200 {
            let nhs = nhs(&mut dice);
            assert!(nhs.starts_with('5'));
            assert_eq!(Scheme::Nhs.check(&nhs), Ok(nhs.clone()));
            let upn = upn(&mut dice);
            assert_eq!(Scheme::Upn.check(&upn), Ok(upn.clone()));
        }
    }

    #[test]
    fn ids_of_one_moment_stand_in_the_order_in_which_they_were_given() {
        let mut dice = Dice::of(3);
        let mut ids = Ids::at("2026-11-02T10:00:00Z".parse().unwrap());
        let given: Vec<_> = (0..100).map(|_| ids.next(&mut dice)).collect();
        assert!(given.is_sorted());
        assert_eq!(given[0].get_version_num(), 7);
    }

    #[test]
    fn an_invented_reference_looks_like_any_other() {
        let (ours, theirs) = (reference(&mut Dice::of(3)), crate::ids::reference());
        assert_eq!(ours.len(), theirs.len());
        assert_eq!(ours.find('-'), theirs.find('-'));
    }
}
