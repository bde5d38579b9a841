//! Names as an agency wrote them.

use super::{Record, Seen};
use crate::{
    days,
    mistakes::{Mistake, Pen},
    person::Part,
    spelling, typing,
};

/// Until so many days after the birth, a child may have no name yet.
const UNNAMED: i32 = 21;

impl Seen<'_> {
    /// Writes first name, middle name and surname.
    pub(super) fn name(&self, pen: &mut Pen<'_>, record: &mut Record) {
        record.first_name = self.first_name(pen);
        record.middle_name = self.middle_name(pen);
        record.surname = self.surname(pen);
        let is_whole = ![&record.first_name, &record.surname].into_iter().any(String::is_empty);
        if is_whole && pen.slips(Mistake::NamesSwapped) {
            std::mem::swap(&mut record.first_name, &mut record.surname);
        }
    }

    fn first_name(&self, pen: &mut Pen<'_>) -> String {
        if self.is_new_born() && pen.slips(Mistake::Baby) {
            return pen.dice.pick(&["Baby", "Baby", "Infant", "Baby Boy", "Baby Girl"]).to_owned();
        }
        if pen.slips(Mistake::FirstNameMissing) {
            return String::new();
        }
        if pen.slips(Mistake::PlaceholderName) {
            return pen.dice.pick(&["Unknown", "Not known", "X", "TBC"]).to_owned();
        }
        let used = self.used_name(pen);
        if pen.slips(Mistake::FirstNameInitial) {
            return used.chars().take(1).collect();
        }
        let heard =
            Wrong { heard: Mistake::FirstNameHeardWrong, typed: Mistake::FirstNameTypedWrong };
        heard.write(pen, &used)
    }

    fn is_new_born(&self) -> bool {
        self.person.part == Part::Child && days::between(self.person.born, self.on) < UNNAMED
    }

    /// The name that the person goes by at this agency.
    fn used_name(&self, pen: &mut Pen<'_>) -> String {
        let person = self.person;
        if let Some(called) = &person.called
            && pen.slips(Mistake::Called)
        {
            return called.clone();
        }
        let Some(middle) = &person.middle else { return person.given.clone() };
        if pen.slips(Mistake::MiddleAsFirst) {
            return middle.clone();
        }
        if pen.slips(Mistake::NamesJoined) {
            return format!("{} {middle}", person.given);
        }
        person.given.clone()
    }

    fn middle_name(&self, pen: &mut Pen<'_>) -> String {
        let Some(middle) = &self.person.middle else { return String::new() };
        let is_elsewhere = [Mistake::MiddleAsFirst, Mistake::NamesJoined, Mistake::Baby]
            .into_iter()
            .any(|mistake| pen.made.has(mistake));
        if is_elsewhere || pen.slips(Mistake::MiddleNameMissing) {
            return String::new();
        }
        if pen.slips(Mistake::MiddleNameInitial) {
            return middle.chars().take(1).collect();
        }
        middle.clone()
    }

    fn surname(&self, pen: &mut Pen<'_>) -> String {
        if pen.slips(Mistake::SurnameMissing) {
            return String::new();
        }
        let mut surname = self.used_surname(pen).to_owned();
        if let Some((one, other)) = surname.split_once('-') {
            if pen.slips(Mistake::SurnamePart) {
                surname = if pen.dice.in_hundred(50) { one } else { other }.to_owned();
            } else if pen.slips(Mistake::SurnameUnhyphened) {
                surname = surname.replace('-', " ");
            }
        }
        let heard = Wrong { heard: Mistake::SurnameHeardWrong, typed: Mistake::SurnameTypedWrong };
        heard.write(pen, &surname)
    }

    fn used_surname(&self, pen: &mut Pen<'_>) -> &str {
        if let Some(other) = &self.person.other_surname
            && pen.slips(Mistake::SurnameOfOtherParent)
        {
            return other;
        }
        if let Some(before) = days::before(&self.person.surnames, self.on)
            && pen.slips(Mistake::SurnameStale)
        {
            return before;
        }
        self.person.surname(self.on)
    }
}

/// The mistakes that are made while a name is taken down.
struct Wrong {
    heard: Mistake,
    typed: Mistake,
}

impl Wrong {
    fn write(&self, pen: &mut Pen<'_>, name: &str) -> String {
        let heard = if pen.slips(self.heard) { spelling::heard(pen.dice, name) } else { None };
        let mut written = heard.unwrap_or_else(|| name.to_owned());
        if let Some(accented) = spelling::accented(&written)
            && pen.slips(Mistake::AccentsKept)
        {
            written = accented.to_owned();
            if pen.slips(Mistake::Mojibake) {
                written = spelling::misread(&written);
            }
        }
        if pen.slips(self.typed) { typing::slip(pen.dice, &written) } else { written }
    }
}
