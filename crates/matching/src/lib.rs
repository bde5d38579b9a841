//! Recognises one person in the records of many agencies, and says why. Pure: it knows no database,
//! no clock and no page; only [`bulk`] touches files.
//!
//! [`features`] cleans a record into numbers; [`blocking`] finds which records are worth comparing;
//! [`compare`] puts two side by side; [`model`] says what that is worth; [`learn`] finds the
//! model's weights. [`index`] holds everybody in memory; [`asking`] is for whoever keeps them in a
//! database.

pub mod asking;
pub mod blocking;
pub mod bulk;
pub mod clean;
pub mod compare;
pub mod entities;
pub mod features;
pub mod index;
pub mod learn;
pub mod lexicon;
pub mod linking;
pub mod model;
pub mod pairs;
pub mod population;
pub mod progress;
pub mod record;
