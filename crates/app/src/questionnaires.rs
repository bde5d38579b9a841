//! Questionnaires in use: which versions there are, drafts that are saved as they go, and the
//! pages that ask. What an answer becomes on the record is the business of whoever asked.

pub mod answered;
pub mod asked;
pub mod doubts;
pub mod drafts;
pub mod known;
pub mod on_paper;
pub mod pages;
pub mod store;
pub mod views;

use questionnaire::{Answers, Questionnaire};

use crate::error::{Error, Result};

/// Every version of every questionnaire that Sightline comes with.
const SHIPPED: &[&str] = &[
    include_str!("../../../questionnaires/request-for-support.v1.json"),
    include_str!("../../../questionnaires/request-for-support.v2.json"),
    include_str!("../../../questionnaires/request-for-support.v3.json"),
    include_str!("../../../questionnaires/request-for-support.v4.json"),
];

/// The request for support, as new drafts are begun.
pub const REQUEST_FOR_SUPPORT: &str = "urn:sightline:questionnaire:request-for-support";

/// The questionnaires, by name and version.
#[derive(Debug)]
pub struct Library(Vec<Questionnaire>);

impl Library {
    /// What Sightline comes with.
    ///
    /// # Errors
    /// When one can't be read or has a flaw, which a test would have found.
    pub fn shipped() -> Result<Self> {
        let read = |text: &&str| {
            let questionnaire = Questionnaire::read(text)
                .map_err(|e| Error::fault("reading a questionnaire", e))?;
            match questionnaire.flaws().first() {
                None => Ok(questionnaire),
                Some(flaw) => Err(Error::fault("reading a questionnaire", &flaw.problem)),
            }
        };
        SHIPPED.iter().map(read).collect::<Result<_>>().map(Self)
    }

    /// The newest version: versions are listed oldest first.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn newest(&self, url: &str) -> Result<&Questionnaire> {
        self.0
            .iter()
            .rev()
            .find(|q| q.url == url)
            .ok_or_else(|| Error::fault("finding a questionnaire", url))
    }

    /// Exactly the version that was given.
    ///
    /// # Errors
    /// When it is gone: a version that somebody answered is never taken away.
    pub fn exactly(&self, canonical: &str) -> Result<&Questionnaire> {
        self.0
            .iter()
            .find(|q| q.canonical() == canonical)
            .ok_or_else(|| Error::fault("finding a questionnaire", canonical))
    }
}

/// Completed answers with the version that they answer.
#[derive(Debug, Clone)]
pub struct Answered {
    pub questionnaire: Questionnaire,
    pub answers: Answers,
}
