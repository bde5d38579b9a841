//! A record as numbers: each word by its number, each date and identifier packed. About 130 bytes,
//! so that a million people fit in memory and two can be compared in less than a microsecond.

use foldhash::HashMap;

use crate::clean::dates::{Dob, dob};
use crate::clean::names::{family, given};
use crate::clean::numbers::{self, Number};
use crate::clean::places::{address, postcode};
use crate::clean::{fold, words};
use crate::lexicon::{Lexicon, NONE, Word, WordId, hash_text, mix};
use crate::record::Record;

/// What a record says of sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sex {
    /// Nothing, or something else than the two.
    #[default]
    Unsaid,
    /// Female.
    Female,
    /// Male.
    Male,
}

fn sex(text: &str) -> Sex {
    match fold(text.trim()).as_str() {
        "f" | "female" | "girl" | "woman" | "2" => Sex::Female,
        "m" | "male" | "boy" | "man" | "1" => Sex::Male,
        _ => Sex::Unsaid,
    }
}

/// A record cleaned, still in text: what is left when every thread has done its share.
#[derive(Debug, Default)]
pub struct Cleaned {
    first: String,
    others: Vec<String>,
    surname: String,
    parts: Vec<String>,
    house: String,
    flat: String,
    street: String,
    postcode: String,
    outward: String,
    town: String,
    region: String,
    address2: String,
    numbers: Features,
}

/// Cleans a record: the slow part, which needs nothing but the record.
pub fn clean(record: &Record) -> Cleaned {
    let names = given(&record.first_name, &record.middle_name);
    let family = family(&record.surname);
    let address = address(&record.address);
    let postcode = postcode(&record.postcode);
    let line = |text: &str| words(&fold(text)).collect::<Vec<_>>().join(" ");
    Cleaned {
        first: names.first,
        others: names.others,
        surname: family.whole,
        parts: family.parts,
        house: address.house,
        flat: address.flat,
        street: address.street,
        postcode: postcode.full,
        outward: postcode.outward,
        town: line(&record.town),
        region: line(&record.region),
        address2: line(&record.address2),
        numbers: Features {
            dob: dob(&record.dob),
            sex: sex(&record.sex),
            phone: numbers::phone(&record.phone),
            nhs: numbers::nhs(&record.nhs_number),
            upn: numbers::upn(&record.upn),
            national: numbers::other(&record.national_id),
            source: if record.source.is_empty() { 0 } else { hash_text(&record.source) },
            ..Features::default()
        },
    }
}

/// A record as it is compared. [`NONE`] and 0 are what was not said.
#[derive(Debug, Clone, Copy, Default)]
pub struct Features {
    /// The first given name.
    pub first: WordId,
    /// Up to two more.
    pub others: [WordId; 2],
    /// The family name, closed up.
    pub surname: WordId,
    /// Two of its parts, when it has several.
    pub parts: [WordId; 2],
    /// How the first name sounds.
    pub first_sound: u32,
    /// How the family name sounds.
    pub surname_sound: u32,
    /// The first letter of the first name.
    pub initial: u32,
    /// Date of birth.
    pub dob: Dob,
    /// Sex.
    pub sex: Sex,
    /// The house's number.
    pub house: WordId,
    /// The flat's.
    pub flat: WordId,
    /// The street.
    pub street: WordId,
    /// House and street as one number, 0 when either is missing.
    pub home: u32,
    /// The whole postcode.
    pub postcode: WordId,
    /// Its outward half.
    pub outward: WordId,
    /// Town or suburb.
    pub town: WordId,
    /// County or state.
    pub region: WordId,
    /// The address's second line.
    pub address2: WordId,
    /// A hash of the source, 0 for none.
    pub source: u32,
    /// Telephone.
    pub phone: Number,
    /// NHS number.
    pub nhs: Number,
    /// Unique pupil number.
    pub upn: Number,
    /// Another number of the person.
    pub national: Number,
}

/// The words of all records, and how often each value occurs among them.
#[derive(Debug)]
pub struct Vocabulary {
    names: Lexicon,
    places: Lexicon,
    counts: Counts,
}

/// How many records hold each value.
#[derive(Debug, Default)]
struct Counts {
    records: u32,
    first: Vec<u32>,
    surname: Vec<u32>,
    outward: Vec<u32>,
    home: HashMap<u32, u32>,
}

impl Default for Vocabulary {
    fn default() -> Self {
        Self {
            names: Lexicon::new(Word::name),
            places: Lexicon::new(Word::plain),
            counts: Counts::default(),
        }
    }
}

impl Vocabulary {
    /// How many records were learned.
    pub fn records(&self) -> u32 {
        self.counts.records
    }

    /// Learns a record's words, counts its values, and gives it its numbers.
    pub fn learn(&mut self, cleaned: &Cleaned) -> Features {
        let Self { names, places, .. } = self;
        let mut features =
            numbered(cleaned, &mut |text| names.learn(text), &mut |text| places.learn(text));
        self.sounds(&mut features, &[]);
        self.counts.add(&features);
        features
    }

    /// Takes the records at hand for some of so many.
    pub fn among(&mut self, records: u32) {
        self.counts.records = self.counts.records.max(records);
    }

    /// Counts a learned record's values as they occur among everybody known.
    pub fn shares(&mut self, features: &Features, shared: Shared) {
        let Counts { first, surname, outward, .. } = &mut self.counts;
        for (counts, id, is) in [
            (first, features.first, shared.first),
            (surname, features.surname, shared.surname),
            (outward, features.outward, shared.outward),
        ] {
            if let Some(count) = counts.get_mut(id as usize) {
                *count = is.max(*count);
            }
        }
    }

    /// Gives a record its numbers and learns nothing: words that are not known stand in the answer.
    pub fn look_up(&self, cleaned: &Cleaned) -> (Features, Unknown) {
        let mut unknown = Unknown::default();
        let mut features = numbered(
            cleaned,
            &mut |text| known_or_new(&self.names, &mut unknown.names, text),
            &mut |text| known_or_new(&self.places, &mut unknown.places, text),
        );
        self.sounds(&mut features, &unknown.names);
        (features, unknown)
    }

    fn sounds(&self, features: &mut Features, unknown: &[Word]) {
        let word =
            |id: WordId| self.names.get(id).or_else(|| unknown.get(id as usize - self.names.len()));
        features.first_sound = word(features.first).map_or(0, |w| w.sound);
        features.surname_sound = word(features.surname).map_or(0, |w| w.sound);
        features.initial =
            word(features.first).and_then(|w| w.text.chars().next()).map_or(0, u32::from);
    }
}

/// A record whose words are numbered by what they are and not by when they were learned: the same
/// numbers in every set, for keys that a database keeps. It can't be compared.
pub fn lasting(cleaned: &Cleaned) -> Features {
    let number = |text: &str| if text.is_empty() { NONE } else { hash_text(text).max(1) };
    let mut features = numbered(cleaned, &mut { number }, &mut { number });
    features.first_sound = Word::name(&cleaned.first).sound;
    features.surname_sound = Word::name(&cleaned.surname).sound;
    features.initial = cleaned.first.chars().next().map_or(0, u32::from);
    features
}

/// How many of everybody known have what a record has, where only a few of them are at hand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shared {
    /// Its first name.
    pub first: u32,
    /// Its surname.
    pub surname: u32,
    /// Its outward postcode.
    pub outward: u32,
}

/// Words of a look-up that no record has.
#[derive(Debug, Default)]
pub struct Unknown {
    names: Vec<Word>,
    places: Vec<Word>,
}

fn known_or_new(lexicon: &Lexicon, unknown: &mut Vec<Word>, text: &str) -> WordId {
    lexicon.find(text).unwrap_or_else(|| {
        let place = unknown.iter().position(|w| *w.text == *text).unwrap_or_else(|| {
            unknown.push(lexicon.make(text));
            unknown.len() - 1
        });
        u32::try_from(lexicon.len() + place).unwrap_or(NONE)
    })
}

fn numbered(
    cleaned: &Cleaned,
    name: &mut dyn FnMut(&str) -> WordId,
    place: &mut dyn FnMut(&str) -> WordId,
) -> Features {
    let mut two = |all: &[String]| {
        let mut ids = [NONE; 2];
        for (id, text) in ids.iter_mut().zip(all) {
            *id = name(text);
        }
        ids
    };
    let others = two(&cleaned.others);
    let parts = two(&cleaned.parts);
    let (house, street) = (place(&cleaned.house), place(&cleaned.street));
    let at_home = house != NONE && street != NONE;
    Features {
        first: name(&cleaned.first),
        others,
        surname: name(&cleaned.surname),
        parts,
        house,
        flat: place(&cleaned.flat),
        street,
        home: if at_home {
            mix(mix(1, hash_text(&cleaned.house)), hash_text(&cleaned.street)).max(1)
        } else {
            0
        },
        postcode: place(&cleaned.postcode),
        outward: place(&cleaned.outward),
        town: place(&cleaned.town),
        region: place(&cleaned.region),
        address2: place(&cleaned.address2),
        ..cleaned.numbers
    }
}

impl Counts {
    fn add(&mut self, features: &Features) {
        self.records += 1;
        count(&mut self.first, features.first);
        count(&mut self.surname, features.surname);
        count(&mut self.outward, features.outward);
        if features.home != 0 {
            *self.home.entry(features.home).or_default() += 1;
        }
    }
}

fn count(counts: &mut Vec<u32>, id: WordId) {
    let place = id as usize;
    if counts.len() <= place {
        counts.resize(place + 1, 0);
    }
    counts[place] += 1;
}

/// The words of all records and of one look-up.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    vocabulary: &'a Vocabulary,
    unknown: Option<&'a Unknown>,
}

static NO_WORD: std::sync::LazyLock<Word> = std::sync::LazyLock::new(Word::default);

impl<'a> Words<'a> {
    /// Of records that were all learned.
    pub fn of(vocabulary: &'a Vocabulary) -> Self {
        Self { vocabulary, unknown: None }
    }

    /// Of records and one look-up.
    pub fn with(vocabulary: &'a Vocabulary, unknown: &'a Unknown) -> Self {
        Self { vocabulary, unknown: Some(unknown) }
    }

    /// A name.
    pub fn name(&self, id: WordId) -> &'a Word {
        let lexicon = &self.vocabulary.names;
        lexicon
            .get(id)
            .or_else(|| self.unknown?.names.get(id as usize - lexicon.len()))
            .unwrap_or(&NO_WORD)
    }

    /// A word of an address.
    pub fn place(&self, id: WordId) -> &'a Word {
        let lexicon = &self.vocabulary.places;
        lexicon
            .get(id)
            .or_else(|| self.unknown?.places.get(id as usize - lexicon.len()))
            .unwrap_or(&NO_WORD)
    }

    /// How rare a first name is: the base-2 logarithm of how many records there are for each that
    /// has it.
    pub fn first_rarity(&self, id: WordId) -> f32 {
        self.rarity(self.vocabulary.counts.first.get(id as usize))
    }

    /// How rare a surname is.
    pub fn surname_rarity(&self, id: WordId) -> f32 {
        self.rarity(self.vocabulary.counts.surname.get(id as usize))
    }

    /// How rare an outward postcode is.
    pub fn outward_rarity(&self, id: WordId) -> f32 {
        self.rarity(self.vocabulary.counts.outward.get(id as usize))
    }

    /// How rare a house and street are.
    pub fn home_rarity(&self, home: u32) -> f32 {
        self.rarity(self.vocabulary.counts.home.get(&home))
    }

    fn rarity(&self, count: Option<&u32>) -> f32 {
        let records = self.vocabulary.counts.records.max(2) as f32;
        (records / count.copied().unwrap_or(0).max(1) as f32).log2().clamp(0.0, 17.0)
    }
}
