//! People, as each agency gives account of them. An account is kept as it came and joined to one
//! person by a link, which can be undone; nothing is merged. A pathway belongs to an account.

pub mod addenda;
pub mod adding;
pub mod adding_pages;
pub mod adding_view;
pub mod address_list;
pub mod births;
pub mod child;
pub mod conflict_pages;
pub mod conflicts;
pub mod dealt_with;
pub mod declarations;
pub mod declared;
pub mod declaring_pages;
pub mod doubts;
pub mod endings;
pub mod hidden;
pub mod home;
pub mod keeping_away;
pub mod keeping_away_pages;
pub mod kept_away;
pub mod lasting;
pub mod links;
pub mod meant;
pub mod name_words;
pub mod opening;
pub mod pages;
pub mod phones;
pub mod reach_view;
pub mod restricted;
pub mod restricting;
pub mod restricting_pages;
pub mod restriction;
pub mod rows;
pub mod search;
pub mod search_view;
pub mod secrecy;
pub mod shown;
pub mod span;
pub mod sticking;
pub mod store;
pub mod summary;
pub mod summary_pages;
pub mod tried;
pub mod views;
pub mod who_may;

use practice::{calendar::Day, identifiers::Scheme};
use serde::Serialize;

pub use phones::{NewPhone, SafeFor};
pub use span::{SaidDay, Span};

/// What an agency says of a person, before it is on the record.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NewPerson {
    pub given: String,
    pub family: String,
    /// Other names that the person has, or had.
    pub names: Vec<NewName>,
    pub born: Born,
    pub sex: Option<String>,
    /// Ethnic background, as the person or whoever speaks of them describes it.
    pub ethnicity: Option<String>,
    pub identifiers: Vec<(Scheme, String)>,
    pub address: Option<NewAddress>,
    /// Where they lived before, and from when until when.
    pub addresses_before: Vec<(NewAddress, Span)>,
    pub phones: Vec<NewPhone>,
    pub setting: Option<String>,
}

/// The sexes that can be said, each as it is stored and as it is read; as the questionnaire has them.
pub const SEXES: [(&str, &str); 3] = [("F", "Female"), ("M", "Male"), ("U", "Not known")];

/// A stored sex as it is read.
pub fn sex_in_words(stored: &str) -> &str {
    SEXES.into_iter().find(|(code, _)| *code == stored).map_or(stored, |(_, words)| words)
}

/// A name besides the one that an account goes by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewName {
    pub kind: NameKind,
    pub given: String,
    pub family: String,
    pub span: Span,
}

/// What kind of name it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum NameKind {
    Birth,
    Married,
    KnownAs,
    Alias,
    Other,
}

impl NameKind {
    /// All kinds, in the order in which they are offered.
    pub const ALL: [Self; 5] =
        [Self::Birth, Self::Married, Self::KnownAs, Self::Alias, Self::Other];

    /// The name that is stored. Never changed.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Birth => "birth",
            Self::Married => "married",
            Self::KnownAs => "known-as",
            Self::Alias => "alias",
            Self::Other => "also",
        }
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Birth => "Birth name",
            Self::Married => "Married name",
            Self::KnownAs => "Known as",
            Self::Alias => "Alias",
            Self::Other => "Other name",
        }
    }

    /// The kind of that stored name.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }
}

/// When a person was born, as far as the agency knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub enum Born {
    /// On that day.
    On(Day),
    /// Not yet: expected on that day, if it is known.
    Expected(Option<Day>),
    /// Not known; what was said instead, such as “about 9”.
    #[default]
    NotKnown,
    Said(String),
}

impl Born {
    /// By a day, a year and month or a year as they are written, or by an age that was said.
    pub fn of(date: &str, age: &str) -> Self {
        match (date.parse::<Day>(), date, age) {
            (Ok(day), ..) => Self::On(day),
            (Err(_), "", "") => Self::NotKnown,
            (Err(_), "", age) => Self::Said(format!("about {age}")),
            (Err(_), year, _) => Self::Said(year.to_owned()),
        }
    }
}

/// Where a person lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewAddress {
    pub lines: String,
    pub postcode: String,
    /// A refuge or other address that must be kept from somebody.
    pub protected: bool,
}
