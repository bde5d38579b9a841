//! Names: which words are one, and which are no name at all.

use super::text::{fold, words};

/// What stands where a name was not known. A name made of nothing else is missing.
const PLACEHOLDERS: [&str; 27] = [
    "baby",
    "boy",
    "girl",
    "infant",
    "twin",
    "unborn",
    "newborn",
    "male",
    "female",
    "unknown",
    "unkown",
    "unk",
    "not",
    "known",
    "nk",
    "na",
    "none",
    "nil",
    "anonymous",
    "anon",
    "child",
    "of",
    "mother",
    "father",
    "test",
    "xx",
    "xxx",
];

/// Words before a family name that some agencies keep and others drop.
const PARTICLES: [&str; 17] = [
    "de", "da", "do", "dos", "del", "della", "di", "van", "von", "der", "den", "la", "le", "al",
    "el", "bin", "ibn",
];

/// Titles that end up in a name's field.
const TITLES: [&str; 6] = ["mr", "mrs", "miss", "ms", "master", "dr"];

/// The given names of a record, as words without accents.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Given {
    /// The first one, hyphens closed; empty when missing.
    pub first: String,
    /// The others, from either field.
    pub others: Vec<String>,
}

/// Reads a first-name and a middle-name field.
pub fn given(first_name: &str, middle_name: &str) -> Given {
    let mut firsts = spaced(first_name);
    let others = spaced(middle_name);
    let first = if firsts.is_empty() { String::new() } else { firsts.remove(0) };
    firsts.extend(others);
    Given { first, others: firsts }
}

/// Names parted by spaces, hyphens closed (`anna-maria` is one), placeholders and titles dropped.
fn spaced(text: &str) -> Vec<String> {
    let folded = fold(text);
    let names: Vec<String> = folded
        .split_whitespace()
        .map(|part| words(part).filter(|w| w.chars().all(char::is_alphabetic)).collect::<String>())
        .filter(|name| !name.is_empty() && !TITLES.contains(&name.as_str()))
        .collect();
    if names.iter().all(|name| PLACEHOLDERS.contains(&name.as_str())) { Vec::new() } else { names }
}

/// A family name.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Family {
    /// All its words closed up, particles left out; empty when missing.
    pub whole: String,
    /// Its parts when it has several of three letters and more.
    pub parts: Vec<String>,
}

/// Reads a surname field.
pub fn family(surname: &str) -> Family {
    let folded = fold(surname);
    let all: Vec<String> = words(&folded).filter(|w| w.chars().all(char::is_alphabetic)).collect();
    if all.iter().all(|word| PLACEHOLDERS.contains(&word.as_str())) {
        return Family::default();
    }
    let mut kept: Vec<String> =
        all.iter().filter(|w| !PARTICLES.contains(&w.as_str())).cloned().collect();
    if kept.is_empty() {
        kept = all;
    }
    let parts: Vec<String> = kept.iter().filter(|w| w.chars().count() >= 3).cloned().collect();
    Family { whole: kept.concat(), parts: if parts.len() > 1 { parts } else { Vec::new() } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_is_no_name() {
        for text in ["Baby", "BABY BOY", "Unknown", "not known", "?", "n/k", "Baby of", ""] {
            assert_eq!(given(text, ""), Given::default(), "{text}");
        }
        assert_eq!(family("UNKNOWN"), Family::default());
    }

    #[test]
    fn a_second_given_name_in_the_first_field_is_a_middle_name() {
        let names = given("Mary Jane", "O'Dell");
        assert_eq!(
            (names.first.as_str(), names.others),
            ("mary", vec!["jane".into(), "odell".into()])
        );
    }

    #[test]
    fn hyphens_apostrophes_and_particles_make_no_difference() {
        assert_eq!(family("O'Brien").whole, family("O BRIEN").whole);
        assert_eq!(family("van der Merwe").whole, family("Merwe").whole);
        assert_eq!(family("Green-Walker"), family("Green Walker"));
        assert_eq!(family("Green-Walker").parts, ["green", "walker"]);
    }
}
