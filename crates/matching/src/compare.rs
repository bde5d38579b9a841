//! Two records side by side: which line of each table they stand on. Symmetrical, and nothing is
//! weighed here.

mod fields;
pub mod tables;

use crate::features::{Features, Words};
use tables::{
    DOB, FIRST, HOUSEHOLD, LINE2, NATIONAL, NHS, OTHERS, PHONE, PLACE, RARITIES, SEX, SURNAME,
    TABLES, TOWN, UPN, WHO, dob, first, home, number, postcode, surname,
};

/// A pair, compared: a line of each table, and how rare what agrees is (in bits; 0 where nothing
/// agrees).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Comparison {
    /// The line of each table.
    pub lines: [u8; TABLES.len()],
    /// The rarities of [`tables::RARE`].
    pub rarities: [f32; RARITIES],
}

/// Compares two records.
pub fn compare(words: Words<'_>, a: &Features, b: &Features) -> Comparison {
    let mut lines = [0_u8; TABLES.len()];
    let mut rarities = [0.0; RARITIES];
    let swapped = fields::are_swapped(words, a, b);
    let first_line = if swapped { first::SWAPPED } else { fields::first(words, a, b) };
    let surname_line = if swapped { surname::SWAPPED } else { fields::surname(words, a, b) };
    let dob_line = fields::dob(a.dob, b.dob);
    let home_part = fields::home(words, a, b);
    let postcode_part = fields::postcode(words, a, b);
    let phone_line = fields::number(a.phone, b.phone);

    lines[FIRST] = first_line;
    lines[SURNAME] = surname_line;
    lines[OTHERS] = fields::others(words, a, b);
    lines[DOB] = dob_line;
    lines[SEX] = fields::sex(a.sex, b.sex);
    lines[PLACE] = line_of(PLACE, &[home_part, postcode_part]);
    lines[TOWN] = fields::text(words, a.town, b.town);
    lines[PHONE] = phone_line;
    lines[NHS] = fields::number(a.nhs, b.nhs);
    lines[UPN] = fields::number(a.upn, b.upn);
    lines[NATIONAL] = fields::number(a.national, b.national);
    lines[LINE2] = fields::text(words, a.address2, b.address2);

    let lives = home_class(home_part, postcode_part);
    lines[WHO] = line_of(WHO, &[first_class(first_line), dob_class(dob_line), lives.min(2)]);
    let housed = [
        surname_class(surname_line),
        household_class(home_part, postcode_part),
        number_class(phone_line),
    ];
    lines[HOUSEHOLD] = line_of(HOUSEHOLD, &housed);

    match first_line {
        first::SAME => rarities[0] = words.first_rarity(a.first),
        first::KIN | first::NEAR | first::SOUND | first::FAR => {
            let each = [words.first_rarity(a.first), words.first_rarity(b.first)];
            rarities[1] = each[0].min(each[1]);
            // What is a slip of the finger, is rare beside what it was meant for.
            rarities[7] = if first_line == first::KIN { 0.0 } else { (each[0] - each[1]).abs() };
        }
        first::SWAPPED => {
            rarities[0] = words.surname_rarity(a.surname).min(words.surname_rarity(b.surname));
        }
        _ => {}
    }
    match surname_line {
        surname::SAME => rarities[2] = words.surname_rarity(a.surname),
        surname::NEAR | surname::SOUND | surname::PART => {
            rarities[3] = words.surname_rarity(a.surname).min(words.surname_rarity(b.surname));
        }
        _ => {}
    }
    if lines[OTHERS] == 1 {
        rarities[4] = words.first_rarity(a.others[0]);
    }
    if home_part == home::SAME {
        rarities[5] = words.home_rarity(a.home);
    }
    if matches!(postcode_part, postcode::SAME | postcode::SECTOR | postcode::OUTWARD) {
        rarities[6] = words.outward_rarity(a.outward);
    }
    Comparison { lines, rarities }
}

/// The line of a table by the lines of its parts.
fn line_of(table: usize, parts: &[usize]) -> u8 {
    let lines = TABLES[table].parts.iter().zip(parts);
    u8::try_from(lines.fold(0, |line, (part, at)| line * part.len() + at)).unwrap_or(0)
}

fn first_class(line: u8) -> usize {
    match line {
        first::UNSAID | first::INITIAL => 0,
        first::SAME | first::SWAPPED => 1,
        first::KIN | first::NEAR | first::SOUND | first::FAR | first::MIDDLE => 2,
        _ => 3,
    }
}

fn dob_class(line: u8) -> usize {
    match line {
        dob::UNSAID | dob::PART_KNOWN => 0,
        dob::SAME => 1,
        dob::SAME_NEW_YEAR
        | dob::SWAPPED
        | dob::SLIP
        | dob::NEW_YEAR
        | dob::DAY_MONTH
        | dob::TWO_PARTS => 2,
        _ => 3,
    }
}

fn surname_class(line: u8) -> usize {
    match line {
        surname::UNSAID => 0,
        surname::SAME | surname::SWAPPED => 1,
        surname::OTHER => 3,
        _ => 2,
    }
}

fn number_class(line: u8) -> usize {
    match line {
        number::UNSAID => 0,
        number::SAME | number::SAME_UNCHECKED => 1,
        _ => 2,
    }
}

/// 0 not known, 1 the same home, 2 another.
fn home_class(home_part: usize, postcode_part: usize) -> usize {
    match (home_part, postcode_part) {
        (home::SAME | home::NEAR, _) | (home::UNSAID, postcode::SAME) => 1,
        (home::UNSAID, postcode::UNSAID | postcode::OUTWARD) => 0,
        _ => 2,
    }
}

/// 0 not known, 1 the same home, 2 the same postcode, 3 another.
fn household_class(home_part: usize, postcode_part: usize) -> usize {
    match (home_part, postcode_part) {
        (home::SAME | home::NEAR | home::OTHER_FLAT, _) => 1,
        (_, postcode::SAME) => 2,
        (home::UNSAID, postcode::UNSAID | postcode::OUTWARD) => 0,
        _ => 3,
    }
}
