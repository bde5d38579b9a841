//! Invented families of a British area, and what health, police, social care, housing and schools
//! wrote about them, with the truth of who is who; and a scorer for whatever links such records.
//! Everything follows from a seed. Nobody here is anybody: towns, postcodes, telephones and numbers
//! are of ranges that are nobody's.
//!
//! [`Population`] makes families one after the other, so that any number of people fits into
//! memory. [`files`] writes records, truth and queries, and
//! [`scoring`] compares with the truth what somebody made of them. The rates of what goes wrong are the table
//! `data/errors.csv`; what the whole can't tell stands in `docs/synthetic-people.md`.

pub mod days;
mod dice;
mod family;
pub mod files;
mod mistakes;
mod names;
mod numbers;
mod person;
mod places;
mod population;
mod record;
pub mod scoring;
mod spelling;
mod typing;

pub use dice::Dice;
pub use family::Family;
pub use mistakes::{Agency, Mistake, Mistakes, NotRates, Rates};
pub use names::{Group, Sex};
pub use person::{Part, Person};
pub use places::{Address, Places};
pub use population::{MOST_PEOPLE, Population};
pub use record::Record;
