//! What a list's columns and words mean: a file of the partnership's own, so that nothing is
//! guessed. A word that it doesn't have is refused with its row.

use std::collections::BTreeMap;

use practice::processes::request_for_support::{Level, Outcome};
use serde::Deserialize;

use crate::error::{Error, Result};

/// The mapping.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    pub columns: Columns,
    /// Two-digit years up to this are of this century.
    pub century_pivot: i16,
    /// The forename that stands for a child who is not born yet.
    pub unborn: String,
    /// The list's words for agencies, and the names that they have in the partnership.
    pub agencies: BTreeMap<String, String>,
    pub levels: BTreeMap<String, u8>,
    pub outcomes: BTreeMap<String, Decided>,
    pub sexes: BTreeMap<String, String>,
    pub agreements: BTreeMap<String, String>,
}

/// The headings of the columns.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    pub reference: String,
    pub received: String,
    pub agency: String,
    pub requester: String,
    pub given: String,
    pub family: String,
    pub born: String,
    pub sex: String,
    pub nhs_number: String,
    pub upn: String,
    pub address: String,
    pub postcode: String,
    pub school: String,
    pub worry: String,
    pub level: String,
    pub agreement: String,
    pub outcome: String,
    pub decided: String,
}

/// What a list's word for an outcome means. The list has no level that was decided, so the
/// partnership says which one goes with the word.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    pub outcome: String,
    pub level: u8,
}

impl Mapping {
    /// The mapping that Sightline comes with.
    ///
    /// # Errors
    /// Never, as a test shows.
    pub fn shipped() -> Result<Self> {
        Self::read(include_str!("mapping-requests.json"))
    }

    /// Reads a mapping file.
    ///
    /// # Errors
    /// In words, when it isn't one.
    pub fn read(text: &str) -> Result<Self> {
        serde_json::from_str(text)
            .map_err(|e| Error::refusal(format!("The mapping file can’t be read: {e}")))
    }

    pub(super) fn level(&self, word: &str) -> Result<Option<Level>, String> {
        if word.is_empty() {
            return Ok(None);
        }
        let number = self.levels.get(word).copied();
        number
            .and_then(Level::of_number)
            .map(Some)
            .ok_or_else(|| format!("the level “{word}” is not in the mapping"))
    }

    pub(super) fn outcome(&self, word: &str) -> Result<Option<(Outcome, Level)>, String> {
        if word.is_empty() {
            return Ok(None);
        }
        let decided = self.outcomes.get(word);
        decided
            .and_then(|d| Outcome::of_slug(&d.outcome).zip(Level::of_number(d.level)))
            .filter(|(outcome, level)| outcome.fits(*level))
            .map(Some)
            .ok_or_else(|| format!("the outcome “{word}” is not in the mapping"))
    }

    pub(super) fn word<'m>(
        words: &'m BTreeMap<String, String>,
        what: &str,
        word: &str,
    ) -> Result<Option<&'m str>, String> {
        if word.is_empty() {
            return Ok(None);
        }
        let known = words.get(word).map(String::as_str);
        known.map(Some).ok_or_else(|| format!("the {what} “{word}” is not in the mapping"))
    }
}
