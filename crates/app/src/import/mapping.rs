//! The mapping file: which column holds what, and what the words in it mean. It can't be partly
//! right: a field that nobody knows, or one word with two meanings, refuses the whole file.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use practice::processes::request_for_support::{Level, Outcome};
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, Visitor},
};

use super::{
    dates::{Dates, YEARS},
    rows::List,
};
use crate::error::{Error, Result};

/// The mapping that is shipped, for lists like the one that it was written from.
pub const SHIPPED: &str = include_str!("mapping-requests.json");

/// How one kind of list is read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What the list is called: the record says that a request came from it.
    pub list: String,
    pub dates: Dates,
    /// The heading of the column that holds each field.
    #[serde(deserialize_with = "once_each")]
    columns: BTreeMap<Field, String>,
    pub words: Words,
}

/// What a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The contact's reference, the same for every child of one contact.
    Reference,
    Received,
    /// Who made the contact: an agency, or what the family is.
    Agency,
    /// The name of whoever made it.
    Requester,
    Given,
    Family,
    /// The date of birth, or the expected one of an unborn child.
    Born,
    Sex,
    Nhs,
    Upn,
    Address,
    Postcode,
    /// The child's school or nursery.
    Setting,
    /// What the requester is worried about.
    Worry,
    /// The level of need that the requester suggested.
    LevelSuggested,
    /// The level of need that was decided. Many lists hold none; then none is put on the record.
    LevelDecided,
    /// Whether the family agreed to sharing.
    Agreement,
    Outcome,
    Decided,
}

/// Without these there is no contact.
const NEEDED: [(Field, &str); 5] = [
    (Field::Reference, "reference"),
    (Field::Received, "received"),
    (Field::Agency, "agency"),
    (Field::Given, "given"),
    (Field::Family, "family"),
];

/// What the words of the list mean.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// What stands instead of the first name of a child who is not born yet.
    pub unborn: Vec<String>,
    pub agency: Dictionary<Whose>,
    #[serde(default)]
    pub sex: Dictionary<Sex>,
    #[serde(default)]
    pub level: Dictionary<Level>,
    #[serde(default)]
    pub agreement: Dictionary<Agreement>,
    #[serde(default)]
    pub outcome: Dictionary<Outcome>,
}

/// Which agency of the partnership a word stands for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// The one of that name.
    Name(String),
    /// The only one of that kind.
    Kind(String),
    /// The only one with settings of that kind.
    SettingKind(String),
    /// None: a member of the public.
    Public,
}

/// A child's sex, as the request form has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Sex {
    F,
    M,
    U,
}

impl Sex {
    /// The stored form.
    pub const fn code(self) -> &'static str {
        match self {
            Self::F => "F",
            Self::M => "M",
            Self::U => "U",
        }
    }
}

/// Whether the family agreed to sharing, as the request form has it and as lists do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Agreement {
    Given,
    Refused,
    NotSoughtUnsafe,
    NotSoughtNotRequired,
    NotYet,
    /// No, and the list does not say why.
    NotGiven,
    NotKnown,
}

impl Agreement {
    /// What people read.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Refused => "refused",
            Self::NotSoughtUnsafe => "not sought: it would put somebody at risk",
            Self::NotSoughtNotRequired => "not sought: it is not required",
            Self::NotYet => "not sought yet",
            Self::NotGiven => "not given",
            Self::NotKnown => "not known",
        }
    }
}

/// Words with their meaning. Capitals and spaces at either end make no difference.
#[derive(Debug)]
pub struct Dictionary<T>(BTreeMap<String, T>);

impl<T> Default for Dictionary<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Dictionary<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut dictionary = BTreeMap::new();
        for (word, meaning) in from.deserialize_map(Pairs::<String, T>(PhantomData))? {
            if dictionary.insert(plain(&word), meaning).is_some() {
                return Err(D::Error::custom(format!("“{word}” is given two meanings")));
            }
        }
        Ok(Self(dictionary))
    }
}

fn once_each<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<Field, String>, D::Error> {
    let mut columns = BTreeMap::new();
    for (field, heading) in from.deserialize_map(Pairs::<Field, String>(PhantomData))? {
        if columns.insert(field, heading).is_some() {
            return Err(D::Error::custom(format!("{field:?} is given two columns")));
        }
    }
    Ok(columns)
}

/// Every pair of a map, also those that say the same key again: a map would keep the last alone.
struct Pairs<K, V>(PhantomData<(K, V)>);

impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Visitor<'de> for Pairs<K, V> {
    type Value = Vec<(K, V)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("words with their meanings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(pairs)
    }
}

impl<T> Dictionary<T> {
    /// What a word means.
    pub fn meaning(&self, word: &str) -> Option<&T> {
        self.0.get(&plain(word))
    }
}

/// A word as it is looked up.
pub fn plain(word: &str) -> String {
    word.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

impl Mapping {
    /// The mapping that Sightline comes with.
    ///
    /// # Errors
    /// Never, as a test shows.
    pub fn shipped() -> Result<Self> {
        Self::read(SHIPPED)
    }

    /// Reads a mapping file.
    ///
    /// # Errors
    /// A refusal that says what is wrong with it and where.
    pub fn read(text: &str) -> Result<Self> {
        let mapping: Self = serde_json::from_str(text)
            .map_err(|e| Error::refusal(format!("The mapping file can’t be read: {e}")))?;
        if !YEARS.contains(&mapping.dates.two_digit_years_from) {
            return Err(Error::refusal(format!(
                "The mapping file says that years of two digits begin with {}: that can’t be meant",
                mapping.dates.two_digit_years_from
            )));
        }
        let missing = NEEDED.iter().find(|(field, _)| !mapping.columns.contains_key(field));
        match missing {
            Some((_, name)) => Err(Error::refusal(format!(
                "The mapping file names no column for “{name}”, which every contact needs"
            ))),
            None => Ok(mapping),
        }
    }

    /// Whether a child's first name says that the child is not born yet.
    pub fn is_unborn(&self, given: &str) -> bool {
        self.words.unborn.iter().any(|word| plain(word) == plain(given))
    }

    /// Where each field stands in this list.
    ///
    /// # Errors
    /// A refusal when a column is missing or stands there twice.
    pub fn places(&self, list: &List) -> Result<Places<'_>> {
        let mut places = BTreeMap::new();
        for (field, heading) in &self.columns {
            let mut found = list.columns.iter().enumerate().filter(|(_, c)| *c == heading);
            let problem = match (found.next(), found.next()) {
                (Some((place, _)), None) => {
                    places.insert(*field, (place, heading.as_str()));
                    continue;
                }
                (Some(_), Some(_)) => "two columns",
                (None, _) => "no column",
            };
            return Err(Error::refusal(format!(
                "The list has {problem} “{heading}”. Its columns are: {}. Name the right one in \
                 the mapping file",
                list.columns.join(", "),
            )));
        }
        Ok(Places(places))
    }
}

/// Where each field stands in a list, with its heading.
#[derive(Debug)]
pub struct Places<'m>(BTreeMap<Field, (usize, &'m str)>);

impl<'m> Places<'m> {
    /// What a row says in a field, without the spaces around it, and the heading. Nothing where
    /// the list has no such column.
    pub fn cell<'r>(&self, field: Field, cells: &'r [String]) -> (&'r str, &'m str) {
        let Some((place, heading)) = self.0.get(&field) else { return ("", "") };
        (cells.get(*place).map_or("", |cell| cell.trim()), heading)
    }

    /// What the column at that place holds, if the mapping says.
    pub fn field(&self, place: usize) -> Option<Field> {
        self.0.iter().find(|(_, (at, _))| *at == place).map(|(field, _)| *field)
    }
}

#[cfg(test)]
mod tests {
    use practice::processes::request_for_support::{Level, Outcome};

    use super::{Mapping, SHIPPED};
    use crate::import::rows;

    #[test]
    fn the_words_of_a_list_mean_what_the_mapping_says() {
        let words = Mapping::read(SHIPPED).unwrap().words;
        assert_eq!(words.level.meaning("4 - CP"), Some(&Level::Specialist));
        assert_eq!(words.level.meaning(" level 3 "), Some(&Level::Intensive));
        assert_eq!(words.outcome.meaning("NFA"), Some(&Outcome::NoFurtherAction));
        assert_eq!(words.level.meaning("5"), None);
    }

    #[test]
    fn a_word_with_two_meanings_refuses_the_mapping() {
        let two = SHIPPED.replace("\"NFA\"", "\"ADVICE\"");
        assert!(Mapping::read(&two).is_err());
        let again = SHIPPED.replace("\"NFA\"", "\"Advice\"");
        assert!(Mapping::read(&again).is_err());
    }

    #[test]
    fn a_field_that_nobody_knows_refuses_the_mapping() {
        assert!(
            Mapping::read(&SHIPPED.replace("\"agreement\": \"Consent\"", "\"mood\": \"x\""))
                .is_err()
        );
        assert!(Mapping::read(&SHIPPED.replace("\"received\": \"Received\",", "")).is_err());
    }

    #[test]
    fn a_column_that_is_missing_or_there_twice_refuses_the_list() {
        let mapping = Mapping::read(SHIPPED).unwrap();
        let list = rows::read(b"Contact ref,Received\n").unwrap();
        assert!(mapping.places(&list).is_err());
    }
}
