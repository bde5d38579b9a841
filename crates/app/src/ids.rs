//! Ids, each a type of its own, and the references that people see. An id tells when a row was
//! made and never leaves the server; a reference is random and tells neither time nor number.

use platform::db::sea_orm::{self, DeriveValueType};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(Serialize, Deserialize, DeriveValueType)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id.
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }
    )+};
}

id! {
    /// An agency of the partnership.
    AgencyId,
    /// A school, nursery, clinic or other place where an agency works.
    SettingId,
    /// A team of an agency.
    TeamId,
    /// Somebody who signs in.
    StaffId,
    /// What joins the accounts of one person.
    PersonId,
    /// What one agency has said about a person.
    AccountId,
    /// One approach about one or more children.
    ContactId,
    /// One person in one process.
    PathwayId,
    /// Answers to a questionnaire.
    ResponseId,
}

/// Where the ids and references of new rows come from.
pub trait Naming: Send {
    /// The next id. Later ones stand behind it.
    fn id(&mut self) -> Uuid;
    /// A reference that people see.
    fn reference(&mut self) -> String;
}

/// Chance: what everything but the demo is named by.
#[derive(Debug, Clone, Copy)]
pub struct Fresh;

impl Naming for Fresh {
    fn id(&mut self) -> Uuid {
        Uuid::now_v7()
    }

    fn reference(&mut self) -> String {
        reference()
    }
}

/// The letters of a reference: none that is read as another.
const LETTERS: &[u8; 28] = b"23456789abcdefghjkmnpqrtvwxy";

/// A reference that people see, like `7h3k9-m2qxd`: ten letters of 28, so that guessing finds
/// nothing (2^48).
pub fn reference() -> String {
    in_letters(Uuid::new_v4().as_u128() >> 3, 2)
}

/// Chance written so that people can read it out, in so many groups of five letters.
pub fn in_letters(random: u128, groups: usize) -> String {
    let mut rest = random;
    let mut letters = String::with_capacity(groups * 6);
    for place in 0..groups * 5 {
        if place > 0 && place % 5 == 0 {
            letters.push('-');
        }
        letters.push(char::from(LETTERS[usize::try_from(rest % 28).unwrap_or(0)]));
        rest /= 28;
    }
    letters
}

/// A reference as somebody typed it, if it can be one.
pub fn typed_reference(typed: &str) -> Option<String> {
    let typed = typed.trim().to_lowercase();
    let (one, other) = typed.split_once('-')?;
    let is_half = |half: &str| half.len() == 5 && half.bytes().all(|b| LETTERS.contains(&b));
    (is_half(one) && is_half(other)).then_some(typed)
}

#[cfg(test)]
mod tests {
    use super::{reference, typed_reference};

    #[test]
    fn a_reference_is_known_in_whatever_letters_it_is_typed() {
        let made = reference();
        assert_eq!(typed_reference(&format!(" {} ", made.to_uppercase())), Some(made));
        for typed in ["", "Kit Rowe", "Invented-Rowe", "2222-222222", "22222", "2015-03-27"] {
            assert_eq!(typed_reference(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_reference_can_be_read_over_the_telephone() {
        for _ in 0..1000 {
            let reference = reference();
            assert_eq!(reference.len(), 11);
            assert!(!reference.contains(['0', 'o', '1', 'l', 'i', 's', 'u', 'z']), "{reference}");
        }
    }
}
