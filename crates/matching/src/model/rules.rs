//! What no score passes. A rule only ever keeps a pair from being linked without a person; it never
//! links one.

use crate::compare::Comparison;
use crate::compare::tables::{
    DOB, FIRST, NATIONAL, NHS, PHONE, SEX, SURNAME, UPN, dob, first, number, surname,
};

/// Why a pair isn't linked by its score alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Two well-made NHS numbers that are nothing like each other.
    TwoNhsNumbers,
    /// One NHS number, with births and names that are not one person's: a mother's number on her
    /// child, or a brother's on his sister.
    NumberOfAnother,
    /// One day of birth, one surname, two well-made first names: twins.
    Twins,
    /// One name a generation apart: a parent and a child.
    ParentAndChild,
}

impl Rule {
    /// The highest log-odds that it lets pass.
    pub fn most(self) -> f32 {
        // Of 0.85 and 0.5: all of them left to a person.
        match self {
            Self::TwoNhsNumbers | Self::NumberOfAnother | Self::Twins => 1.734_601,
            Self::ParentAndChild => 0.0,
        }
    }

    /// The rule in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::TwoNhsNumbers => {
                "two different NHS numbers, both well made, are never linked without a person"
            }
            Self::NumberOfAnother => {
                "one number, but a birth or a name that is another's: somebody's number may stand on a relative, and is never enough without a person"
            }
            Self::Twins => {
                "born on the same day into one family with different first names: twins are never linked without a person"
            }
            Self::ParentAndChild => {
                "the same name a generation apart: a parent and a child are never linked without a person"
            }
        }
    }
}

/// The first rule that a comparison falls under.
pub fn caps(comparison: &Comparison) -> Option<Rule> {
    let on = |table: usize, line: u8| comparison.lines[table] == line;
    let is_identified = [NHS, UPN, NATIONAL].iter().any(|table| on(*table, number::SAME));
    if on(NHS, number::OTHER) {
        return Some(Rule::TwoNhsNumbers);
    }
    let other_name = on(FIRST, first::OTHER) || on(FIRST, first::FAR);
    if is_identified {
        let one_number = on(NHS, number::SAME) || on(UPN, number::SAME);
        let no_name = on(FIRST, first::UNSAID) || on(FIRST, first::OTHER_INITIAL);
        let other_birth = on(DOB, dob::NEAR) || on(DOB, dob::SIBLING);
        let is_another = on(DOB, dob::GENERATION) || other_birth && (other_name || no_name);
        return (one_number && is_another).then_some(Rule::NumberOfAnother);
    }
    let one_family = on(SURNAME, surname::SAME) || on(PHONE, number::SAME);
    if other_name && on(DOB, dob::SAME) && one_family {
        return Some(Rule::Twins);
    }
    let one_name = on(FIRST, first::SAME) && on(SURNAME, surname::SAME);
    if one_name && on(DOB, dob::GENERATION) && !on(SEX, 2) {
        return Some(Rule::ParentAndChild);
    }
    None
}
