//! One field of two records: which line of its table they stand on.

use rapidfuzz::distance::jaro_winkler;

use super::tables::{
    dob as dobs, first as firsts, home as homes, number as numbers, postcode as postcodes,
    surname as surnames,
};
use crate::clean::dates::Dob;
use crate::clean::numbers::{Number, one_slip};
use crate::features::{Features, Sex, Words};
use crate::lexicon::{NONE, Word};

/// From here two spellings are nearly the same (Jaro–Winkler, 0 to 1).
const NEAR: f64 = 0.92;
/// From here they may be meant for the same.
const FAR: f64 = 0.82;

fn likeness(a: &Word, b: &Word) -> f64 {
    jaro_winkler::similarity(a.text.bytes(), b.text.bytes())
}

/// First name and surname exchanged between the two; one of them may be spelled otherwise.
pub fn are_swapped(words: Words<'_>, a: &Features, b: &Features) -> bool {
    let is_known = [a.first, a.surname, b.first, b.surname].iter().all(|name| *name != NONE);
    if !is_known || a.first == b.first || a.surname == b.surname {
        return false;
    }
    let alike = |x: u32, y: u32| {
        let (x, y) = (words.name(x), words.name(y));
        x.is_kin(y) || likeness(x, y) >= FAR
    };
    (a.first == b.surname && (a.surname == b.first || alike(a.surname, b.first)))
        || (a.surname == b.first && alike(a.first, b.surname))
}

/// First names.
pub fn first(words: Words<'_>, a: &Features, b: &Features) -> u8 {
    if a.first == NONE || b.first == NONE {
        return firsts::UNSAID;
    }
    if a.first == b.first {
        return if words.name(a.first).is_initial() { firsts::INITIAL } else { firsts::SAME };
    }
    let (x, y) = (words.name(a.first), words.name(b.first));
    if x.is_initial() || y.is_initial() {
        return if a.initial == b.initial { firsts::INITIAL } else { firsts::OTHER_INITIAL };
    }
    if x.is_kin(y) {
        return firsts::KIN;
    }
    let likeness = likeness(x, y);
    if likeness >= NEAR {
        return firsts::NEAR;
    }
    let is_among = |name, others: [u32; 2]| others.contains(&name);
    if is_among(a.first, b.others) || is_among(b.first, a.others) {
        return firsts::MIDDLE;
    }
    if x.sound == y.sound || likeness >= FAR && is_one_edit(x.text.as_bytes(), y.text.as_bytes()) {
        return firsts::SOUND;
    }
    if likeness >= FAR { firsts::FAR } else { firsts::OTHER }
}

/// Family names.
pub fn surname(words: Words<'_>, a: &Features, b: &Features) -> u8 {
    if a.surname == NONE || b.surname == NONE {
        return surnames::UNSAID;
    }
    if a.surname == b.surname {
        return surnames::SAME;
    }
    let (x, y) = (words.name(a.surname), words.name(b.surname));
    let likeness = likeness(x, y);
    if likeness >= NEAR && x.text.len().abs_diff(y.text.len()) <= 3 || x.is_kin(y) {
        return surnames::NEAR;
    }
    let has = |parts: [u32; 2], name: u32| name != NONE && parts.contains(&name);
    if has(a.parts, b.surname)
        || has(b.parts, a.surname)
        || a.parts.iter().any(|p| has(b.parts, *p))
    {
        return surnames::PART;
    }
    if likeness >= FAR || x.sound == y.sound { surnames::SOUND } else { surnames::OTHER }
}

/// Middle names: the first of each. A second one that agrees is as good.
pub fn others(words: Words<'_>, a: &Features, b: &Features) -> u8 {
    if a.others[0] == NONE || b.others[0] == NONE {
        return 0;
    }
    let (x, y) = (words.name(a.others[0]), words.name(b.others[0]));
    if x.is_initial() || y.is_initial() {
        return if x.text.chars().next() == y.text.chars().next() { 2 } else { 4 };
    }
    if a.others[0] == b.others[0] {
        1
    } else if a.others.contains(&b.others[0])
        || b.others.contains(&a.others[0])
        || x.is_kin(y)
        || likeness(x, y) >= FAR
    {
        3
    } else {
        4
    }
}

/// Dates of birth.
pub fn dob(a: Dob, b: Dob) -> u8 {
    if !a.is_known() || !b.is_known() {
        return dobs::UNSAID;
    }
    if a == b {
        return if a.is_new_year() || !a.is_whole() { dobs::SAME_NEW_YEAR } else { dobs::SAME };
    }
    let years = a.year().abs_diff(b.year());
    if !a.is_whole() || !b.is_whole() {
        return if years == 0 { dobs::PART_KNOWN } else { apart(years) };
    }
    if a == b.swapped() {
        return dobs::SWAPPED;
    }
    if years == 0 && (a.is_new_year() || b.is_new_year()) {
        return dobs::NEW_YEAR;
    }
    if is_slip(a, b) {
        return dobs::SLIP;
    }
    match (years == 0, a.month() == b.month(), a.day() == b.day()) {
        (false, true, true) => dobs::DAY_MONTH,
        (true, true, false) | (true, false, true) => dobs::TWO_PARTS,
        (true, ..) => dobs::YEAR,
        (false, ..) => apart(years),
    }
}

fn apart(years: u16) -> u8 {
    match years {
        0..2 => dobs::NEAR,
        2..14 => dobs::SIBLING,
        _ => dobs::GENERATION,
    }
}

/// One digit differs, or two neighbours are exchanged.
fn is_slip(a: Dob, b: Dob) -> bool {
    let (x, y) = (a.digits(), b.digits());
    let mut differ = (0..8).filter(|i| x[*i] != y[*i]);
    match (differ.next(), differ.next(), differ.next()) {
        (Some(_), None, _) => true,
        (Some(i), Some(j), None) => j == i + 1 && x[i] == y[j] && x[j] == y[i],
        _ => false,
    }
}

/// Sex.
pub fn sex(a: Sex, b: Sex) -> u8 {
    match (a, b) {
        (Sex::Unsaid, _) | (_, Sex::Unsaid) => 0,
        _ if a == b => 1,
        _ => 2,
    }
}

/// Homes: house, flat and street.
pub fn home(words: Words<'_>, a: &Features, b: &Features) -> usize {
    if a.street == NONE || b.street == NONE {
        return homes::UNSAID;
    }
    let same_street = a.street == b.street;
    let same_house = a.house == b.house;
    if same_street && same_house && a.house != NONE {
        let other_flat = a.flat != NONE && b.flat != NONE && a.flat != b.flat;
        return if other_flat { homes::OTHER_FLAT } else { homes::SAME };
    }
    if same_street {
        let one_unsaid = a.house == NONE || b.house == NONE;
        return if one_unsaid { homes::NEAR } else { homes::STREET };
    }
    let alike = || likeness(words.place(a.street), words.place(b.street)) >= NEAR;
    if (same_house || a.house == NONE || b.house == NONE) && alike() {
        homes::NEAR
    } else {
        homes::OTHER
    }
}

/// Postcodes.
pub fn postcode(words: Words<'_>, a: &Features, b: &Features) -> usize {
    if a.outward == NONE || b.outward == NONE {
        return postcodes::UNSAID;
    }
    if a.postcode == NONE || b.postcode == NONE {
        return if a.outward == b.outward { postcodes::OUTWARD } else { postcodes::OTHER };
    }
    if a.postcode == b.postcode {
        return postcodes::SAME;
    }
    let (x, y) = (words.place(a.postcode).text.as_bytes(), words.place(b.postcode).text.as_bytes());
    if is_one_edit(x, y) {
        postcodes::SLIP
    } else if a.outward == b.outward {
        let sector = x.len() >= 5 && x[..x.len() - 2] == y[..y.len() - 2];
        if sector { postcodes::SECTOR } else { postcodes::OUTWARD }
    } else {
        postcodes::OTHER
    }
}

/// One character differs, is missing, or is exchanged with its neighbour.
fn is_one_edit(x: &[u8], y: &[u8]) -> bool {
    let (short, long) = if x.len() <= y.len() { (x, y) } else { (y, x) };
    let Some(at) = short.iter().zip(long).position(|(a, b)| a != b) else {
        return long.len() == short.len() + 1;
    };
    if long.len() == short.len() + 1 {
        return short[at..] == long[at + 1..];
    }
    let exchanged = || {
        at + 1 < short.len()
            && short[at] == long[at + 1]
            && short[at + 1] == long[at]
            && short[at + 2..] == long[at + 2..]
    };
    long.len() == short.len() && (short[at + 1..] == long[at + 1..] || exchanged())
}

/// Numbers of a person or a telephone.
pub fn number(a: Number, b: Number) -> u8 {
    if !a.is_known() || !b.is_known() {
        return numbers::UNSAID;
    }
    let both = a.valid && b.valid;
    if a.packed == b.packed {
        if both { numbers::SAME } else { numbers::SAME_UNCHECKED }
    } else if one_slip(a.packed, b.packed) {
        numbers::SLIP
    } else if both {
        numbers::OTHER
    } else {
        numbers::OTHER_UNCHECKED
    }
}

/// Lines of an address of which only the letters matter.
pub fn text(words: Words<'_>, a: u32, b: u32) -> u8 {
    if a == NONE || b == NONE {
        0
    } else if a == b {
        1
    } else if likeness(words.place(a), words.place(b)) >= 0.88 {
        2
    } else {
        3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_birth_stand_on_the_line_that_they_belong_to() {
        let day = |y, m, d| Dob::new(y, m, d);
        assert_eq!(dob(day(2014, 3, 12), day(2014, 12, 3)), dobs::SWAPPED);
        assert_eq!(dob(day(2014, 3, 12), day(2014, 3, 13)), dobs::SLIP);
        assert_eq!(dob(day(2014, 3, 12), day(2014, 3, 21)), dobs::SLIP);
        assert_eq!(dob(day(2014, 1, 1), day(2014, 3, 12)), dobs::NEW_YEAR);
        assert_eq!(dob(day(2014, 3, 12), day(1988, 3, 12)), dobs::DAY_MONTH);
        assert_eq!(dob(day(2014, 3, 12), day(1988, 7, 1)), dobs::GENERATION);
        assert_eq!(dob(day(2014, 3, 12), day(2014, 0, 0)), dobs::PART_KNOWN);
        assert_eq!(dob(Dob::NONE, day(2014, 3, 12)), dobs::UNSAID);
    }

    #[test]
    fn a_postcode_with_one_slip_is_nearly_the_same() {
        for (a, b) in
            [("HU19UL", "HU19UI"), ("E17TA", "W17TA"), ("HU19UL", "HU91UL"), ("HU19UL", "HU19ULL")]
        {
            assert!(is_one_edit(a.as_bytes(), b.as_bytes()), "{a} {b}");
        }
        assert!(!is_one_edit(b"HU19UL", b"HU28UL"));
    }
}
