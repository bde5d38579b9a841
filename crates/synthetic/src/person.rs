//! An invented person: what is true of them, and how it changed over the years.

use crate::{
    days::{self, Day},
    names::{Era, Group, Sex},
    places::Address,
};

/// What somebody is in a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Mother,
    Father,
    /// A partner of a parent who is no parent of the elder children.
    Partner,
    Grandmother,
    Grandfather,
    /// A parent's brother or sister.
    AuntOrUncle,
    Child,
    Cousin,
}

impl Part {
    /// Whether it is a child's, whatever their age by now.
    pub const fn is_child(self) -> bool {
        matches!(self, Self::Child | Self::Cousin)
    }

    /// As the truth files say it.
    pub const fn role(self) -> &'static str {
        if self.is_child() { "child" } else { "adult" }
    }
}

/// A person. Numbers of people count from 0 through a population.
#[derive(Debug, Clone)]
pub struct Person {
    pub number: u32,
    pub part: Part,
    pub group: Group,
    pub sex: Sex,
    pub born: Day,
    /// The number of the elder of the twins that this person is one of.
    pub twins: Option<u32>,
    pub given: String,
    pub middle: Option<String>,
    /// The short form, pet name or other name that some call this person by.
    pub called: Option<String>,
    /// A surname that some agencies have for a child, from the other parent.
    pub other_surname: Option<String>,
    /// Each from its day on; the first always was.
    pub surnames: Vec<(Day, String)>,
    pub homes: Vec<(Day, Address)>,
    /// The numbers that this person gives: mostly the mother's for a child.
    pub phones: Vec<(Day, u32)>,
    pub nhs_number: String,
    pub upn: Option<String>,
}

impl Person {
    /// When the person was named.
    pub fn era(&self) -> Era {
        Era::of(self.born.year())
    }

    /// Age in full years; below 0 before the birth.
    pub fn age(&self, on: Day) -> i16 {
        days::age(self.born, on)
    }

    /// The surname of that day.
    pub fn surname(&self, on: Day) -> &str {
        days::on(&self.surnames, on).map_or("", String::as_str)
    }

    /// The address of that day.
    pub fn home(&self, on: Day) -> Option<Address> {
        days::on(&self.homes, on).copied()
    }

    /// The telephone of that day, by its number.
    pub fn phone(&self, on: Day) -> Option<u32> {
        days::on(&self.phones, on).copied()
    }
}
