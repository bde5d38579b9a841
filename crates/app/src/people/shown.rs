//! What may be kept from pages: an address or a number as it may be shown, and whether a text gives
//! away what is kept.

use platform::{
    db::fold,
    seal::{Keys, Protected, Sealed},
};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::{
    access::MayReveal,
    error::{Error, Result},
};

/// Where somebody lives: street and town, and the postcode.
pub type Place = (String, String);

/// Something as it may be shown: what is protected, only to whoever holds a decision.
#[derive(Clone)]
pub enum Shown<T> {
    At(T),
    Protected(Protected<T>),
}

/// An address as it may be shown.
pub type ShownAddress = Shown<Place>;

impl<T: Clone> Shown<T> {
    /// What it is, for whoever holds a decision.
    pub fn revealed(self, may: MayReveal) -> T {
        match self {
            Self::At(plain) => plain,
            Self::Protected(kept) => kept.reveal(&may).clone(),
        }
    }
}

impl<T> Shown<T> {
    /// Whether it is kept from pages.
    pub fn is_protected(&self) -> bool {
        matches!(self, Self::Protected(_))
    }
}

impl Shown<Place> {
    /// Whether a text speaks of this address although it must be kept secret: its postcode, its house
    /// and street, or the name of its house stands in it.
    pub fn is_betrayed_by(&self, text: &str) -> bool {
        match self {
            Self::At(_) => false,
            Self::Protected(place) => place.answers(|place| tells_of(text, place)),
        }
    }
}

fn tells_of(text: &str, (lines, postcode): &Place) -> bool {
    let text = words(text).concat();
    let parts = telling(lines).into_iter().chain([words(postcode).concat()]);
    parts.filter(|part| part.chars().count() >= 5).any(|part| text.contains(&part))
}

/// The words of an address or a text, each as it is written in full.
fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    folded.split(' ').filter(|word| !word.is_empty()).map(|w| spelled_out(w).to_owned()).collect()
}

/// What tells of an address, packed: its first part that is more than a room in a house, and from each
/// number to the end of the street that it stands in.
fn telling(lines: &str) -> Vec<String> {
    let parts: Vec<_> =
        lines.split([',', ';', '\n']).map(words).filter(|p| !p.is_empty()).collect();
    let is_room = |part: &[String]| {
        part.len() <= 2 && part.first().is_some_and(|word| ROOMS.contains(&word.as_str()))
    };
    let first = parts.iter().find(|part| !is_room(part)).map(|part| part.concat());
    let from_numbers = parts.iter().filter(|part| !is_room(part)).flat_map(|part| {
        let numbers = part.iter().enumerate().filter(|(_, word)| word.starts_with(is_digit));
        numbers.map(|(at, _)| {
            let rest = &part[at..];
            let end = rest.iter().position(|word| STREETS.contains(&word.as_str()));
            rest[..end.map_or(rest.len(), |end| end + 1)].concat()
        })
    });
    first.into_iter().chain(from_numbers).collect()
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

const ROOMS: [&str; 5] = ["apartment", "flat", "floor", "room", "unit"];
/// Words with which the name of a street ends.
const STREETS: [&str; 20] = [
    "avenue",
    "buildings",
    "close",
    "court",
    "crescent",
    "drive",
    "gardens",
    "grove",
    "hill",
    "lane",
    "mews",
    "park",
    "place",
    "road",
    "row",
    "square",
    "street",
    "terrace",
    "walk",
    "way",
];

/// A word of an address as it is written in full: “Haven Ct” and “Haven Court” are one place.
fn spelled_out(word: &str) -> &str {
    match word {
        "apt" => "apartment",
        "av" | "ave" => "avenue",
        "bldg" | "bldgs" => "buildings",
        "cl" => "close",
        "cres" => "crescent",
        "crt" | "ct" => "court",
        "dr" => "drive",
        "gdns" => "gardens",
        "gr" | "grv" => "grove",
        "hse" => "house",
        "ln" => "lane",
        "pk" => "park",
        "pl" => "place",
        "rd" => "road",
        "sq" => "square",
        "st" => "street",
        "ter" | "terr" | "tce" => "terrace",
        word => word,
    }
}

impl Shown<String> {
    /// Whether a text holds this number although it must not be used.
    pub fn is_betrayed_by(&self, text: &str) -> bool {
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        match self {
            Self::At(_) => false,
            Self::Protected(number) => number.answers(|number| {
                let number = digits(number);
                // With the country before it or without: the last ten digits are the same.
                let own = &number[number.len().saturating_sub(10)..];
                own.len() >= 6 && digits(text).contains(own)
            }),
        }
    }
}

impl<T> std::fmt::Debug for Shown<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::At(_) => "in the open",
            Self::Protected(_) => "protected",
        })
    }
}

/// What is sealed, as it may be shown.
pub(super) fn shown<T: DeserializeOwned>(
    keys: &Keys,
    purpose: &'static str,
    id: Uuid,
    sealed: Vec<u8>,
    is_protected: bool,
) -> Result<Shown<T>> {
    let sealed = Sealed(sealed);
    let fault = |e| Error::fault("unsealing what was said of a person", e);
    if is_protected {
        let kept = Protected::unseal(keys, purpose, id.as_bytes(), &sealed);
        return kept.map(Shown::Protected).map_err(fault);
    }
    let text = keys.unseal(purpose, id.as_bytes(), &sealed).map_err(fault)?;
    Ok(Shown::At(serde_json::from_slice(&text)?))
}

#[cfg(test)]
mod tests {
    use super::tells_of;

    /// Threat model T6: however an address is written down, and whatever stands before it.
    #[test]
    fn a_flat_or_the_name_of_a_house_does_not_hide_a_street() {
        let tells = |text: &str, lines: &str| tells_of(text, &(lines.into(), "FY1 1AD".into()));
        for lines in [
            "7 Nowhere Gardens",
            "Flat 3, 7 Nowhere Gardens",
            "Flat 3, 7 Nowhere Gdns, Seaholme",
            "Hope House, 7 Nowhere Gardens",
            "7 Nowhere Gardens Flat 3",
        ] {
            assert!(tells("They moved to 7, Nowhere Gardens in May", lines), "{lines}");
            assert!(!tells("They live in Seaholme, in flat 3", lines), "{lines}");
        }
        assert!(tells("She is in Hope House now", "Hope House, 7 Nowhere Gardens"));
        assert!(tells("fy11ad", "7 Nowhere Gardens"));
    }
}
