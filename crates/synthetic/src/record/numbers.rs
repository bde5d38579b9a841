//! NHS numbers and pupil numbers as an agency wrote them: sometimes those of a brother, a sister or
//! the mother, taken from the wrong line at the desk.

use super::{Record, Seen};
use crate::{
    mistakes::{Mistake, Pen},
    person::{Part, Person},
    typing,
};

impl Seen<'_> {
    /// Writes the numbers that the agency holds.
    pub(super) fn identifiers(&self, pen: &mut Pen<'_>, record: &mut Record) {
        if !pen.slips(Mistake::NhsNumberMissing) {
            let number = self.nhs_number(pen).to_owned();
            let slips = pen.slips(Mistake::NhsNumberTypedWrong);
            record.nhs_number =
                if slips { typing::slip_in_number(pen.dice, &number) } else { number };
        }
        if let Some(own) = self.person.upn.as_deref().filter(|_| self.person.age(self.on) >= 4)
            && !pen.slips(Mistake::UpnMissing)
        {
            let sibling = self.sibling(pen).and_then(|sibling| sibling.upn.as_deref());
            let other = sibling.filter(|_| pen.slips(Mistake::UpnOfSibling));
            let number = other.unwrap_or(own);
            let slips = pen.slips(Mistake::UpnTypedWrong);
            record.upn =
                if slips { typing::slip_in_number(pen.dice, number) } else { number.to_owned() };
        }
    }

    fn nhs_number(&self, pen: &mut Pen<'_>) -> &str {
        let person = self.person;
        if let Some(mother) = self.family.mother()
            && person.part == Part::Child
            && person.age(self.on) < 1
            && pen.slips(Mistake::NhsNumberOfMother)
        {
            return &mother.nhs_number;
        }
        if let Some(sibling) = self.sibling(pen)
            && pen.slips(Mistake::NhsNumberOfSibling)
        {
            return &sibling.nhs_number;
        }
        &person.nhs_number
    }

    /// Another child of the family who is born by then, for a child who has one.
    fn sibling(&self, pen: &mut Pen<'_>) -> Option<&Person> {
        let is_sibling = |other: &&Person| {
            other.part == self.person.part
                && other.number != self.person.number
                && other.born <= self.on
        };
        let children = || self.family.people.iter().filter(is_sibling);
        let count = if self.person.part.is_child() { children().count() } else { 0 };
        children().nth(pen.dice.place(count)).filter(|_| count > 0)
    }
}
