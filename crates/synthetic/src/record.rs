//! What an agency wrote down about somebody on a day, with its gaps and mistakes.

mod birth;
mod name;
mod numbers;
mod whereabouts;

use crate::{
    days::{self, Day, later},
    dice::Dice,
    family::Family,
    mistakes::{Agency, Mistake, Mistakes, Pen, Rates},
    person::Person,
    places::Places,
};

/// One agency's record of a person. A field that was not written down is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    pub source: &'static str,
    pub first_name: String,
    pub middle_name: String,
    pub surname: String,
    /// Year, month and day with hyphens.
    pub dob: String,
    pub sex: &'static str,
    pub address: String,
    pub town: &'static str,
    pub postcode: String,
    pub phone: String,
    pub nhs_number: String,
    pub upn: String,
    /// The mistakes that were made.
    pub made: Mistakes,
    /// Those that could have been.
    pub could: Mistakes,
}

impl Record {
    /// The columns of a file of records, behind the record's own id.
    pub const COLUMNS: [&'static str; 12] = [
        "source",
        "first_name",
        "middle_name",
        "surname",
        "dob",
        "sex",
        "address",
        "town",
        "postcode",
        "phone",
        "nhs_number",
        "upn",
    ];

    /// The fields in the order of the columns.
    pub fn fields(&self) -> [&str; 12] {
        [
            self.source,
            &self.first_name,
            &self.middle_name,
            &self.surname,
            &self.dob,
            self.sex,
            &self.address,
            self.town,
            &self.postcode,
            &self.phone,
            &self.nhs_number,
            &self.upn,
        ]
    }
}

/// A moment at which an agency writes about a person of a family.
pub(crate) struct Seen<'a> {
    pub seed: u64,
    pub places: &'a Places,
    pub family: &'a Family,
    pub person: &'a Person,
    pub on: Day,
}

impl Seen<'_> {
    /// The record that comes of it.
    pub fn write(&self, rates: &Rates, agency: Agency, dice: &mut Dice) -> Record {
        let mut pen = Pen::of(rates, agency, dice);
        let mut record = Record { source: agency.slug(), ..Record::default() };
        self.name(&mut pen, &mut record);
        record.dob = self.birth(&mut pen);
        record.sex = self.sex(&mut pen);
        self.whereabouts(&mut pen, &mut record);
        self.identifiers(&mut pen, &mut record);
        (record.made, record.could) = (pen.made, pen.could);
        in_capitals(&mut pen, &mut record);
        record
    }

    fn sex(&self, pen: &mut Pen<'_>) -> &'static str {
        if pen.slips(Mistake::SexMissing) {
            return "";
        }
        let sex = self.person.sex;
        if pen.slips(Mistake::SexWrong) { sex.other().letter() } else { sex.letter() }
    }
}

/// The police write everything in capitals, and housing half of it.
fn in_capitals(pen: &mut Pen<'_>, record: &mut Record) {
    let is_in_capitals = match pen.agency {
        Agency::Police => true,
        Agency::Housing => pen.dice.in_hundred(49),
        _ => false,
    };
    if !is_in_capitals {
        return;
    }
    for field in
        [&mut record.first_name, &mut record.middle_name, &mut record.surname, &mut record.address]
    {
        *field = field.to_uppercase();
    }
}

/// A day on which an agency might write about somebody, and which agency.
pub(crate) fn occasion(dice: &mut Dice, person: &Person) -> (Day, Agency) {
    let begin = days::between(days::FIRST, person.born).clamp(0, days::DAYS.cast_signed() - 1);
    let left = days::DAYS - begin.unsigned_abs();
    let on = later(days::FIRST, begin + dice.below(left).cast_signed());
    (on, agency(dice, person, on))
}

/// Who writes about somebody of that age, like the sample with which peers were measured.
fn agency(dice: &mut Dice, person: &Person, on: Day) -> Agency {
    use Agency::{Health, Housing, Police, School, Social};
    if !person.part.is_child() {
        return dice.weighted(&[(Police, 307), (Health, 250), (Housing, 246), (Social, 197)]);
    }
    match person.age(on) {
        ..4 => dice.weighted(&[(Health, 50), (Social, 28), (Housing, 12), (Police, 10)]),
        4..18 => {
            dice.weighted(&[(Health, 25), (School, 39), (Social, 19), (Police, 10), (Housing, 7)])
        }
        18.. => dice.weighted(&[(Police, 34), (Health, 27), (Housing, 19), (Social, 20)]),
    }
}
