//! Addresses and postcodes.

use super::text::{fold, words};

/// A street address in its parts; any of them empty.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Address {
    /// The house's number, with its letter: `12b`.
    pub house: String,
    /// The flat's number or letter.
    pub flat: String,
    /// The street, abbreviations written out.
    pub street: String,
}

/// How streets end, short and long.
const ENDINGS: [(&str, &str); 22] = [
    ("rd", "road"),
    ("ave", "avenue"),
    ("av", "avenue"),
    ("cl", "close"),
    ("ln", "lane"),
    ("dr", "drive"),
    ("cres", "crescent"),
    ("cr", "crescent"),
    ("ter", "terrace"),
    ("terr", "terrace"),
    ("tce", "terrace"),
    ("ct", "court"),
    ("gdns", "gardens"),
    ("gdn", "gardens"),
    ("gr", "grove"),
    ("grv", "grove"),
    ("pl", "place"),
    ("sq", "square"),
    ("pk", "park"),
    ("hse", "house"),
    ("blvd", "boulevard"),
    ("wy", "way"),
];

/// Words before a flat's number.
const FLATS: [&str; 6] = ["flat", "apartment", "apt", "unit", "room", "flt"];

/// What stands where no address was known or there is none.
const NOWHERE: [&str; 5] = ["nfa", "no fixed abode", "unknown", "not known", "homeless"];

/// Reads an address line.
pub fn address(text: &str) -> Address {
    let folded = fold(text);
    if NOWHERE.contains(&folded.trim()) {
        return Address::default();
    }
    let mut address = Address::default();
    let mut street: Vec<String> = Vec::new();
    let mut tokens = words(&folded).peekable();
    while let Some(token) = tokens.next() {
        if FLATS.contains(&token.as_str()) && address.flat.is_empty() && tokens.peek().is_some() {
            address.flat = tokens.next().unwrap_or_default();
        } else if address.house.is_empty() && street.is_empty() && is_house(&token) {
            address.house = token;
        } else {
            street.push(token);
        }
    }
    let last = street.len().saturating_sub(1);
    for (place, word) in street.iter_mut().enumerate() {
        if let Some((_, long)) = ENDINGS.iter().find(|(short, _)| short == word) {
            *word = (*long).to_owned();
        } else if word == "st" && place == last && place > 0 {
            *word = "street".to_owned();
        }
    }
    address.street = street.join(" ");
    address
}

/// Whether a word is a house's number: digits, perhaps with one letter behind them.
fn is_house(word: &str) -> bool {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_lowercase());
    !digits.is_empty()
        && word.len() - digits.len() <= 1
        && digits.bytes().all(|b| b.is_ascii_digit())
}

/// A postcode in its parts; any of them empty.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Postcode {
    /// All of it, without a space, when it is whole.
    pub full: String,
    /// The half before the space, or all that there is.
    pub outward: String,
}

/// Reads a postcode: British, or any other code of at most ten characters.
pub fn postcode(text: &str) -> Postcode {
    let packed: String = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .take(10)
        .collect();
    let is_british = packed.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
    if !is_british {
        return Postcode { full: packed.clone(), outward: packed };
    }
    if packed.len() >= 5 {
        let outward = packed[..packed.len() - 3].to_owned();
        Postcode { full: packed, outward }
    } else {
        Postcode { full: String::new(), outward: packed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_home_is_one_address_however_it_is_written() {
        let one = address("Flat 9, 85 George Crescent");
        assert_eq!((one.flat.as_str(), one.house.as_str()), ("9", "85"));
        assert_eq!(address("85 GEORGE CRES FLAT 9"), one);
        assert_eq!(address("12 St Johns St").street, "st johns street");
    }

    #[test]
    fn nowhere_is_no_address() {
        assert_eq!(address("NFA"), Address::default());
        assert_eq!(address(""), Address::default());
    }

    #[test]
    fn half_a_postcode_is_its_outward_half() {
        assert_eq!(postcode("hu1 9ul").full, "HU19UL");
        assert_eq!(postcode("HU1").outward, "HU1");
        assert_eq!(postcode("HU1").full, "");
        assert_eq!(postcode("4510").full, "4510");
    }
}
