//! What two records can be to each other, field by field: the tables that the model gives weights
//! to, with the words for each line. A table whose line is found by two or three questions at once
//! (home and postcode, say) has a part for each.

/// One line of a table, or of a part of one.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// As the model's file names it.
    pub key: &'static str,
    /// As a practitioner reads it; empty for what goes without saying.
    pub words: &'static str,
}

const fn line(key: &'static str, words: &'static str) -> Line {
    Line { key, words }
}

/// A table.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// As the model's file names it.
    pub key: &'static str,
    /// As a practitioner reads it.
    pub title: &'static str,
    /// Its parts; the lines of the whole are all combinations, the last part's running fastest.
    pub parts: &'static [&'static [Line]],
}

impl Table {
    /// How many lines it has.
    pub const fn len(&self) -> usize {
        let (mut lines, mut part) = (1, 0);
        while part < self.parts.len() {
            lines *= self.parts[part].len();
            part += 1;
        }
        lines
    }

    /// Whether it has no line, which none has.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The lines of its parts that make up one of its lines.
    pub fn line(&self, number: usize) -> Vec<Line> {
        let mut rest = number;
        let mut lines: Vec<Line> = Vec::with_capacity(self.parts.len());
        for part in self.parts.iter().rev() {
            lines.push(part[rest % part.len()]);
            rest /= part.len();
        }
        lines.reverse();
        lines
    }

    /// The key of one of its lines: `same.sector`.
    pub fn key_of(&self, number: usize) -> String {
        self.line(number).iter().map(|line| line.key).collect::<Vec<_>>().join(".")
    }

    /// One of its lines in words.
    pub fn words_of(&self, number: usize) -> String {
        let lines = self.line(number);
        let said: Vec<&str> = lines.iter().map(|l| l.words).filter(|w| !w.is_empty()).collect();
        said.join(", ")
    }
}

/// First names.
pub const FIRST: usize = 0;
/// Family names.
pub const SURNAME: usize = 1;
/// Middle names.
pub const OTHERS: usize = 2;
/// Dates of birth.
pub const DOB: usize = 3;
/// Sex.
pub const SEX: usize = 4;
/// Home and postcode.
pub const PLACE: usize = 5;
/// Town.
pub const TOWN: usize = 6;
/// Telephone.
pub const PHONE: usize = 7;
/// NHS number.
pub const NHS: usize = 8;
/// Unique pupil number.
pub const UPN: usize = 9;
/// Another number of a person.
pub const NATIONAL: usize = 10;
/// The address's second line.
pub const LINE2: usize = 11;
/// First name, date of birth and home, taken together.
pub const WHO: usize = 12;
/// Family name, home and telephone, taken together.
pub const HOUSEHOLD: usize = 13;

/// The lines of [`FIRST`].
pub mod first {
    pub const UNSAID: u8 = 0;
    pub const SAME: u8 = 1;
    pub const KIN: u8 = 2;
    pub const NEAR: u8 = 3;
    pub const SOUND: u8 = 4;
    pub const INITIAL: u8 = 5;
    pub const MIDDLE: u8 = 6;
    pub const SWAPPED: u8 = 7;
    pub const OTHER_INITIAL: u8 = 8;
    pub const FAR: u8 = 9;
    pub const OTHER: u8 = 10;
}

/// The lines of [`SURNAME`].
pub mod surname {
    pub const UNSAID: u8 = 0;
    pub const SAME: u8 = 1;
    pub const NEAR: u8 = 2;
    pub const PART: u8 = 3;
    pub const SOUND: u8 = 4;
    pub const SWAPPED: u8 = 5;
    pub const OTHER: u8 = 6;
}

/// The lines of [`DOB`].
pub mod dob {
    pub const UNSAID: u8 = 0;
    pub const SAME: u8 = 1;
    pub const SAME_NEW_YEAR: u8 = 2;
    pub const SWAPPED: u8 = 3;
    pub const SLIP: u8 = 4;
    pub const NEW_YEAR: u8 = 5;
    pub const DAY_MONTH: u8 = 6;
    pub const TWO_PARTS: u8 = 7;
    pub const YEAR: u8 = 8;
    pub const PART_KNOWN: u8 = 9;
    pub const NEAR: u8 = 10;
    pub const SIBLING: u8 = 11;
    pub const GENERATION: u8 = 12;
}

/// Yes, no, or not said: the lines of several small tables.
pub mod number {
    pub const UNSAID: u8 = 0;
    pub const SAME: u8 = 1;
    pub const SAME_UNCHECKED: u8 = 2;
    pub const SLIP: u8 = 3;
    pub const OTHER_UNCHECKED: u8 = 4;
    pub const OTHER: u8 = 5;
}

const NUMBER: [Line; 6] = [
    line("unsaid", ""),
    line("same", "the same"),
    line("same_unchecked", "the same, though not well made"),
    line("slip", "one digit differs or two are exchanged"),
    line("other_unchecked", "different, one not well made"),
    line("other", "different, both well made"),
];

const TEXT: [Line; 4] = [
    line("unsaid", ""),
    line("same", "the same"),
    line("near", "nearly the same"),
    line("other", "different"),
];

/// How two homes compare.
pub mod home {
    pub const UNSAID: usize = 0;
    pub const SAME: usize = 1;
    pub const OTHER_FLAT: usize = 2;
    pub const NEAR: usize = 3;
    pub const STREET: usize = 4;
    pub const OTHER: usize = 5;
}

/// How two postcodes compare.
pub mod postcode {
    pub const UNSAID: usize = 0;
    pub const SAME: usize = 1;
    pub const SLIP: usize = 2;
    pub const SECTOR: usize = 3;
    pub const OUTWARD: usize = 4;
    pub const OTHER: usize = 5;
}

/// Every table, by its number.
pub const TABLES: [Table; 14] = [
    Table {
        key: "first_name",
        title: "First name",
        parts: &[&[
            line("unsaid", "not known on one side"),
            line("same", "the same"),
            line("kin", "a short form or another spelling"),
            line("near", "nearly the same spelling"),
            line("sound", "sounds the same, or one letter differs"),
            line("initial", "an initial that agrees"),
            line("middle", "one's first name is the other's middle name"),
            line("swapped", "first name and surname are exchanged"),
            line("other_initial", "an initial that differs"),
            line("far", "somewhat alike"),
            line("other", "different"),
        ]],
    },
    Table {
        key: "surname",
        title: "Surname",
        parts: &[&[
            line("unsaid", "not known on one side"),
            line("same", "the same"),
            line("near", "nearly the same spelling"),
            line("part", "one part of a double name is the same"),
            line("sound", "sounds alike"),
            line("swapped", ""),
            line("other", "different"),
        ]],
    },
    Table {
        key: "middle_name",
        title: "Middle name",
        parts: &[&[
            line("unsaid", ""),
            line("same", "the same"),
            line("initial", "an initial that agrees"),
            line("near", "nearly the same, or a short form"),
            line("other", "different"),
        ]],
    },
    Table {
        key: "dob",
        title: "Date of birth",
        parts: &[&[
            line("unsaid", "not known on one side"),
            line("same", "the same"),
            line("same_new_year", "the same, but 1 January often stands for not known"),
            line("swapped", "day and month exchanged"),
            line("slip", "one digit differs or two are exchanged"),
            line("new_year", "the same year, once with 1 January"),
            line("day_month", "the same day and month, another year"),
            line("two_parts", "the same year, and month or day"),
            line("year", "the same year"),
            line("part_known", "known in part, and that part agrees"),
            line("near", "less than two years apart"),
            line("sibling", "two to fourteen years apart"),
            line("generation", "a generation apart"),
        ]],
    },
    Table {
        key: "sex",
        title: "Sex",
        parts: &[&[line("unsaid", ""), line("same", "the same"), line("other", "different")]],
    },
    Table {
        key: "place",
        title: "Address and postcode",
        parts: &[
            &[
                line("unsaid", ""),
                line("same", "the same address"),
                line("other_flat", "the same house, another flat"),
                line("near", "nearly the same address"),
                line("street", "the same street"),
                line("other", "another address"),
            ],
            &[
                line("unsaid", ""),
                line("same", "the same postcode"),
                line("slip", "one letter of the postcode differs"),
                line("sector", "the same part of a postcode"),
                line("outward", "the same postal district"),
                line("other", "another postal district"),
            ],
        ],
    },
    Table { key: "town", title: "Town", parts: &[&TEXT] },
    Table { key: "phone", title: "Telephone", parts: &[&NUMBER] },
    Table { key: "nhs_number", title: "NHS number", parts: &[&NUMBER] },
    Table { key: "upn", title: "Unique pupil number", parts: &[&NUMBER] },
    Table { key: "national_id", title: "Other number of the person", parts: &[&NUMBER] },
    Table { key: "address2", title: "Second line of the address", parts: &[&TEXT] },
    Table {
        key: "who",
        title: "Who in the family",
        parts: &[
            &[
                line("unsaid", ""),
                line("same", "the first name agrees"),
                line("alike", "the first name is alike"),
                line("other", "another first name"),
            ],
            &[
                line("unsaid", "no date of birth to compare"),
                line("same", "born on the same day"),
                line("alike", "nearly the same date of birth"),
                line("other", "another date of birth"),
            ],
            &[
                line("unsaid", ""),
                line("same", "at the same home"),
                line("other", "at another home"),
            ],
        ],
    },
    Table {
        key: "household",
        title: "Household",
        parts: &[
            &[
                line("unsaid", ""),
                line("same", "the surname agrees"),
                line("alike", "the surname is alike"),
                line("other", "another surname"),
            ],
            &[
                line("unsaid", ""),
                line("same", "the same home"),
                line("postcode", "the same postcode"),
                line("other", "another home"),
            ],
            &[
                line("unsaid", ""),
                line("same", "the same telephone"),
                line("other", "another telephone"),
            ],
        ],
    },
];

/// What is rarer weighs more: where a rare value counts besides its line, and in whose name.
#[derive(Debug, Clone, Copy)]
pub struct Rare {
    /// As the model's file names it.
    pub key: &'static str,
    /// The table that it counts in.
    pub table: usize,
    /// As a practitioner reads it.
    pub words: &'static str,
}

/// How many rarities there are.
pub const RARITIES: usize = 8;

/// Every rarity, by its number.
pub const RARE: [Rare; RARITIES] = [
    Rare { key: "first_name_same", table: FIRST, words: "a rare first name" },
    Rare { key: "first_name_alike", table: FIRST, words: "rare first names" },
    Rare { key: "surname_same", table: SURNAME, words: "a rare surname" },
    Rare { key: "surname_alike", table: SURNAME, words: "rare surnames" },
    Rare { key: "middle_name_same", table: OTHERS, words: "a rare middle name" },
    Rare { key: "home_same", table: PLACE, words: "a home of few records" },
    Rare { key: "outward_same", table: PLACE, words: "a postal district of few records" },
    Rare {
        key: "first_name_uneven",
        table: FIRST,
        words: "one of the two spellings is much rarer",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_table_in_parts_are_all_combinations() {
        let place = &TABLES[PLACE];
        assert_eq!(place.len(), 36);
        assert_eq!(place.key_of(home::SAME * 6 + postcode::SECTOR), "same.sector");
        assert_eq!(place.words_of(7), "the same address, the same postcode");
    }

    #[test]
    fn the_numbers_of_lines_are_where_their_keys_are() {
        let key = |table: usize, line: u8| TABLES[table].key_of(usize::from(line));
        assert_eq!(key(FIRST, first::OTHER), "other");
        assert_eq!(key(SURNAME, surname::OTHER), "other");
        assert_eq!(key(DOB, dob::GENERATION), "generation");
        assert_eq!(key(DOB, dob::PART_KNOWN), "part_known");
        assert_eq!(key(NHS, number::OTHER), "other");
    }
}
