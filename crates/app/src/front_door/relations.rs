//! Words that point at a relative without a name: “mum”, “her brother”, “dad’s new partner”. An answer
//! that is free of names can still give away another child or adult by them.
//!
//! They are asked about and not forbidden. The mother is often rightly spoken of, to a teacher who
//! meets her every day, and no rule can tell that from what a neighbour must not learn: only the
//! decider knows what the requester knows. Whether somebody said the word first in the request does
//! not settle it either, since the answer may say something new of them. So the words that were found
//! are shown once, and the decider confirms on purpose; what was confirmed is kept.
//!
//! “Parents”, “carers” and “family” are not among them. They point at nobody whom the requester does
//! not know to be there, and stand in nearly every answer: a question that always comes is ticked
//! unread.

use std::collections::BTreeSet;

use platform::db::fold;

const RELATIVES: [&str; 51] = [
    "mum",
    "mums",
    "mummy",
    "mam",
    "mom",
    "mother",
    "mothers",
    "stepmum",
    "stepmother",
    "dad",
    "dads",
    "daddy",
    "father",
    "fathers",
    "stepdad",
    "stepfather",
    "nan",
    "nana",
    "nanny",
    "gran",
    "granny",
    "grandma",
    "grandmother",
    "grandad",
    "granddad",
    "grandpa",
    "grandfather",
    "grandparents",
    "brother",
    "brothers",
    "stepbrother",
    "sister",
    "sisters",
    "stepsister",
    "sibling",
    "siblings",
    "twin",
    "uncle",
    "aunt",
    "auntie",
    "aunty",
    "cousin",
    "cousins",
    "niece",
    "nephew",
    "husband",
    "wife",
    "boyfriend",
    "girlfriend",
    "fiancé",
    "lodger",
];

/// What stands before “partner” where it is somebody’s, and not an agency that works with us.
const WHOSE: [&str; 10] = ["s", "her", "his", "their", "ex", "new", "former", "old", "whose", "my"];

/// The words of a text that point at a relative, as they are written.
pub fn spoken_of(text: &str) -> BTreeSet<String> {
    let words: Vec<_> =
        text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    let mut found = BTreeSet::new();
    let mut before = String::new();
    for word in words {
        let folded = fold(word);
        let is_partner = folded == "partner" && WHOSE.contains(&before.as_str());
        if is_partner || RELATIVES.iter().any(|relative| fold(relative) == folded) {
            found.insert(word.to_owned());
        }
        before = folded;
    }
    found
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::spoken_of;

    #[rstest]
    #[case("Mum will be seen on Friday", "Mum")]
    #[case("her brother was hurt, and so was his half-sister", "brother, sister")]
    #[case("dad’s partner has moved in", "dad, partner")]
    #[case("Her new partner, and nan's house", "nan, partner")]
    #[case("his step-dad", "dad")]
    #[case("A partner agency leads. Our partners know.", "")]
    #[case("A family worker will talk to the parents and carers", "")]
    #[case("Nothing in Madagascar or the mumps clinic", "")]
    fn a_relative_is_found_without_a_name(#[case] text: &str, #[case] found: &str) {
        assert_eq!(spoken_of(text).into_iter().collect::<Vec<_>>().join(", "), found);
    }
}
