//! People, as each agency gives account of them. An account is kept as it came and joined to one
//! person by a link, which can be undone; nothing is merged. A pathway belongs to an account.

pub mod addenda;
pub mod child;
pub mod links;
pub mod pages;
pub mod rows;
pub mod search;
pub mod store;
pub mod views;

use practice::{calendar::Day, identifiers::Scheme};
use serde::Serialize;

/// What an agency says of a person, before it is on the record.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NewPerson {
    pub given: String,
    pub family: String,
    /// Other names that the person is known by.
    pub also: Vec<String>,
    pub born: Born,
    pub sex: Option<String>,
    pub identifiers: Vec<(Scheme, String)>,
    pub address: Option<NewAddress>,
    pub setting: Option<String>,
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

/// Where a person lives.
#[derive(Debug, Clone, Serialize)]
pub struct NewAddress {
    pub lines: String,
    pub postcode: String,
    /// A refuge or other address that must be kept from somebody.
    pub protected: bool,
}
