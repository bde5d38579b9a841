//! What agencies leave out and write wrongly, and how often: the table `data/errors.csv`.

use crate::dice::Dice;

/// Who writes a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Agency {
    Health,
    Police,
    Social,
    Housing,
    School,
}

impl Agency {
    /// Every agency, in the order of the table's columns.
    pub const ALL: [Self; 5] =
        [Self::Health, Self::Police, Self::Social, Self::Housing, Self::School];

    /// The word of the column `source`.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Health => "health",
            Self::Police => "police",
            Self::Social => "social",
            Self::Housing => "housing",
            Self::School => "school",
        }
    }
}

macro_rules! mistakes {
    ($($name:ident = $slug:literal,)*) => {
        /// Something that a record leaves out or has wrong, or a custom of writing.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Mistake { $($name,)* }

        impl Mistake {
            /// Every one, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word of the table.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug,)* }
            }
        }
    };
}

mistakes! {
    FirstNameMissing = "first_name_missing",
    SurnameMissing = "surname_missing",
    DobMissing = "dob_missing",
    SexMissing = "sex_missing",
    AddressMissing = "address_missing",
    TownMissing = "town_missing",
    PostcodeMissing = "postcode_missing",
    PhoneMissing = "phone_missing",
    MiddleNameMissing = "middle_name_missing",
    NhsNumberMissing = "nhs_number_missing",
    UpnMissing = "upn_missing",
    MiddleNameInitial = "middle_name_initial",
    FirstNameInitial = "first_name_initial",
    FirstNameTypedWrong = "first_name_typed_wrong",
    SurnameTypedWrong = "surname_typed_wrong",
    FirstNameHeardWrong = "first_name_heard_wrong",
    SurnameHeardWrong = "surname_heard_wrong",
    Called = "called",
    MiddleAsFirst = "middle_as_first",
    NamesSwapped = "names_swapped",
    NamesJoined = "names_joined",
    SurnamePart = "surname_part",
    SurnameUnhyphened = "surname_unhyphened",
    SurnameStale = "surname_stale",
    SurnameOfOtherParent = "surname_of_other_parent",
    Baby = "baby",
    PlaceholderName = "placeholder_name",
    AccentsKept = "accents_kept",
    Mojibake = "mojibake",
    DobSwapped = "dob_swapped",
    DobFirstOfJanuary = "dob_first_of_january",
    DobDefault = "dob_default",
    DobDayWrong = "dob_day_wrong",
    DobMonthWrong = "dob_month_wrong",
    DobYearWrong = "dob_year_wrong",
    SexWrong = "sex_wrong",
    AddressStale = "address_stale",
    AddressTypedWrong = "address_typed_wrong",
    HouseWrong = "house_wrong",
    FlatMissing = "flat_missing",
    PostcodeTypedWrong = "postcode_typed_wrong",
    PostcodeOutward = "postcode_outward",
    PostcodeUnspaced = "postcode_unspaced",
    PhoneStale = "phone_stale",
    PhoneOfRelative = "phone_of_relative",
    PhoneTypedWrong = "phone_typed_wrong",
    NhsNumberOfSibling = "nhs_number_of_sibling",
    NhsNumberOfMother = "nhs_number_of_mother",
    NhsNumberTypedWrong = "nhs_number_typed_wrong",
    UpnOfSibling = "upn_of_sibling",
    UpnTypedWrong = "upn_typed_wrong",
}

/// How often each mistake is made by each agency, where it can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rates {
    /// In ten thousand, by mistake and agency.
    often: Vec<[u32; 5]>,
}

/// Why a table of rates can't be read.
#[derive(Debug, thiserror::Error)]
pub enum NotRates {
    #[error("the table can't be read")]
    Csv(#[from] csv::Error),
    #[error("line {0} of the table should be about {1}")]
    Order(usize, &'static str),
    #[error("“{0}” is no number from 0 to 10,000")]
    Number(String),
    #[error("the table has {0} lines and should have {1}")]
    Lines(usize, usize),
}

/// The rates that are assumed.
const TABLE: &str = include_str!("../data/errors.csv");

/// The most that a doubled rate comes to.
const MOST: u32 = 9_500;

impl Rates {
    /// The rates that are assumed.
    ///
    /// # Errors
    /// When the table in the program can't be read, which a test rules out.
    pub fn assumed() -> Result<Self, NotRates> {
        Self::read(TABLE, 1)
    }

    /// Everything that goes wrong goes wrong twice as often; what agencies never ask for stays.
    ///
    /// # Errors
    /// When the table in the program can't be read, which a test rules out.
    pub fn stress() -> Result<Self, NotRates> {
        Self::read(TABLE, 2)
    }

    /// The rates of a table, those that may be stressed times so many.
    ///
    /// # Errors
    /// When a line is missing, in another order, or no rate.
    pub fn read(table: &str, times: u32) -> Result<Self, NotRates> {
        let mut often = Vec::with_capacity(Mistake::ALL.len());
        for (line, row) in csv::Reader::from_reader(table.as_bytes()).records().enumerate() {
            let row = row?;
            let slug = Mistake::ALL.get(line).map_or("nothing", |mistake| mistake.slug());
            if row.get(0) != Some(slug) {
                return Err(NotRates::Order(line + 2, slug));
            }
            let times = if row.get(6) == Some("yes") { times } else { 1 };
            let mut rates = [0; 5];
            for (rate, text) in rates.iter_mut().zip(row.iter().skip(1)) {
                let once = rate_of(text)?;
                *rate = if times == 1 { once } else { (once * times).min(MOST.max(once)) };
            }
            often.push(rates);
        }
        match often.len() == Mistake::ALL.len() {
            true => Ok(Self { often }),
            false => Err(NotRates::Lines(often.len(), Mistake::ALL.len())),
        }
    }

    /// How often in ten thousand, where it can happen.
    pub fn of(&self, mistake: Mistake, agency: Agency) -> u32 {
        self.often.get(mistake as usize).map_or(0, |rates| rates[agency as usize])
    }
}

fn rate_of(text: &str) -> Result<u32, NotRates> {
    let rate = text.parse().ok().filter(|rate| *rate <= 10_000);
    rate.ok_or_else(|| NotRates::Number(text.to_owned()))
}

/// A set of mistakes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mistakes(u64);

impl Mistakes {
    /// Whether it is among them.
    pub const fn has(self, mistake: Mistake) -> bool {
        self.0 >> mistake as u32 & 1 == 1
    }

    fn add(&mut self, mistake: Mistake) {
        self.0 |= 1 << mistake as u32;
    }
}

/// Whoever writes one record: throws for each mistake as it becomes possible, and remembers both
/// those that could have been made and those that were.
pub(crate) struct Pen<'a> {
    pub dice: &'a mut Dice,
    pub agency: Agency,
    rates: &'a Rates,
    pub could: Mistakes,
    pub made: Mistakes,
}

impl<'a> Pen<'a> {
    pub fn of(rates: &'a Rates, agency: Agency, dice: &'a mut Dice) -> Self {
        Self { dice, agency, rates, could: Mistakes::default(), made: Mistakes::default() }
    }

    /// Whether the mistake, which is possible here, is made.
    pub fn slips(&mut self, mistake: Mistake) -> bool {
        self.could.add(mistake);
        let is_made = self.dice.in_ten_thousand(self.rates.of(mistake, self.agency));
        if is_made {
            self.made.add(mistake);
        }
        is_made
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_every_mistake_once_and_in_order() {
        let rates = Rates::assumed().unwrap();
        assert_eq!(rates.of(Mistake::DobMissing, Agency::Police), 580);
        assert_eq!(rates.of(Mistake::UpnTypedWrong, Agency::School), 60);
        assert!(Mistake::ALL.len() <= 64, "a set of mistakes has 64 places");
    }

    #[test]
    fn stress_doubles_what_goes_wrong_and_nothing_else() {
        let (rates, stress) = (Rates::assumed().unwrap(), Rates::stress().unwrap());
        let both =
            |mistake| [&rates, &stress].map(|rates: &Rates| rates.of(mistake, Agency::Police));
        assert_eq!(both(Mistake::DobMissing), [580, 1160]);
        assert_eq!(both(Mistake::PhoneMissing), [5050, 5050]);
        assert_eq!(both(Mistake::PostcodeUnspaced), [1450, 1450]);
    }

    #[test]
    fn a_table_that_is_wrong_is_refused() {
        let short = "error,a,b,c,d,e,stress\nfirst_name_missing,1,1,1,1,1,yes\n";
        assert!(matches!(Rates::read(short, 1), Err(NotRates::Lines(1, _))));
        let high = "error,a,b,c,d,e,stress\nfirst_name_missing,10001,1,1,1,1,yes\n";
        assert!(matches!(Rates::read(high, 1), Err(NotRates::Number(_))));
        let other = "error,a,b,c,d,e,stress\nfirst_nam_missing,1,1,1,1,1,yes\n";
        assert!(matches!(Rates::read(other, 1), Err(NotRates::Order(2, _))));
    }
}
