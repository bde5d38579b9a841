//! Unusual access: the rules of `need_to_know::unusual` over the journal's looks, each morning; what
//! they find waits for the privacy officers of the looker's agency, who ask and record what came
//! of it. It refuses to show what is in a child's record, and to show anything to whoever it is
//! about.

pub mod deriving;
pub mod looks;
pub mod pages;
pub mod reviewing;

use need_to_know::{
    Word,
    unusual::{Finding, Rule, Who, Whom},
};
use platform::seal::{Keys, Sealed};
use practice::calendar::Day;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};

/// What sealed findings and reasons are for, in the key's derivation.
const FOUND: &str = "unusual access";
const REASON: &str = "unusual access reason";

/// A finding as it is kept. Who and at whom stand beside it.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    rule: String,
    day: Day,
    chance: f64,
    evidence: String,
}

fn seal(keys: &Keys, id: Uuid, found: &[Finding]) -> Result<Vec<u8>> {
    let kept: Vec<_> = found
        .iter()
        .map(|f| Kept {
            rule: f.rule.word().to_owned(),
            day: f.day,
            chance: f.chance,
            evidence: f.evidence.clone(),
        })
        .collect();
    sealed(keys, FOUND, id, &serde_json::to_vec(&kept)?)
}

fn unseal(
    keys: &Keys,
    id: Uuid,
    who: Who,
    child: Option<Whom>,
    found: Vec<u8>,
) -> Result<Vec<Finding>> {
    let kept: Vec<Kept> = serde_json::from_slice(&unsealed(keys, FOUND, id, found)?)?;
    let of_word = |word: &str| Rule::ALL.iter().copied().find(|rule| rule.word() == word);
    kept.into_iter()
        .map(|Kept { rule, day, chance, evidence }| {
            let rule = of_word(&rule).ok_or_else(|| Error::fault("reading a finding", &rule))?;
            Ok(Finding { rule, who, child, day, chance, evidence })
        })
        .collect()
}

fn sealed(keys: &Keys, what: &'static str, id: Uuid, text: &[u8]) -> Result<Vec<u8>> {
    let sealed = keys.seal(what, id.as_bytes(), text);
    Ok(sealed.map_err(|e| Error::fault("sealing unusual access", e))?.0)
}

fn unsealed(keys: &Keys, what: &'static str, id: Uuid, sealed: Vec<u8>) -> Result<Vec<u8>> {
    keys.unseal(what, id.as_bytes(), &Sealed(sealed))
        .map(|text| text.to_vec())
        .map_err(|e| Error::fault("unsealing unusual access", e))
}
