//! One record as an agency gave it: text in named fields, any of them empty.

/// What a record says of a person, as it came. An empty text means that nothing was said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// Unique in its set.
    pub record_id: String,
    /// Which agency or file it comes from; two records of one source aren't compared when linking
    /// across sources only.
    pub source: String,
    /// Given name or names.
    pub first_name: String,
    /// Further given names, or their initials.
    pub middle_name: String,
    /// Family name.
    pub surname: String,
    /// Date of birth: `2014-03-12`, `12/03/2014`, `20140312`, `2014-03`, `2014`.
    pub dob: String,
    /// Any usual word or letter.
    pub sex: String,
    /// House, flat and street.
    pub address: String,
    /// A second line: a house's name, an estate.
    pub address2: String,
    /// Town or suburb.
    pub town: String,
    /// County, state or region.
    pub region: String,
    /// A postcode, whole or only its outward half.
    pub postcode: String,
    /// One telephone number.
    pub phone: String,
    /// NHS number.
    pub nhs_number: String,
    /// Unique pupil number.
    pub upn: String,
    /// Any other number that a state gives to one person.
    pub national_id: String,
}

impl Record {
    /// The names of the columns that a file may have, in the order of [`Record::field_mut`].
    pub const COLUMNS: [&str; 16] = [
        "record_id",
        "source",
        "first_name",
        "middle_name",
        "surname",
        "dob",
        "sex",
        "address",
        "address2",
        "town",
        "region",
        "postcode",
        "phone",
        "nhs_number",
        "upn",
        "national_id",
    ];

    /// The field with that number in [`Record::COLUMNS`].
    pub fn field_mut(&mut self, column: usize) -> Option<&mut String> {
        Some(match column {
            0 => &mut self.record_id,
            1 => &mut self.source,
            2 => &mut self.first_name,
            3 => &mut self.middle_name,
            4 => &mut self.surname,
            5 => &mut self.dob,
            6 => &mut self.sex,
            7 => &mut self.address,
            8 => &mut self.address2,
            9 => &mut self.town,
            10 => &mut self.region,
            11 => &mut self.postcode,
            12 => &mut self.phone,
            13 => &mut self.nhs_number,
            14 => &mut self.upn,
            15 => &mut self.national_id,
            _ => return None,
        })
    }
}
