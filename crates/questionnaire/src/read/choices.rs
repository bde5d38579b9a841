//! The choices of an item: written beside it, or in a value set that the questionnaire carries.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::extensions::{self as ext, flag, list, text};

/// The value sets that a questionnaire carries with it.
pub struct ValueSets<'j>(&'j [Json]);

/// What an item may be answered with.
#[derive(Default)]
pub struct Choices {
    /// Code and words.
    pub options: Vec<(String, String)>,
    /// How each stands in a response, by its code.
    pub said_as: BTreeMap<String, Json>,
    /// The codes that are chosen from the start.
    pub selected: Vec<String>,
    /// Why the choices can't be had.
    pub unanswerable: Option<String>,
}

impl<'j> ValueSets<'j> {
    pub fn of(questionnaire: &'j Json) -> Self {
        Self(list(questionnaire, "contained"))
    }

    /// Everything that a value set lists, as responses say it.
    fn listed(&self, reference: &str) -> Result<Vec<Json>, String> {
        let id = reference.strip_prefix('#');
        let set = self.0.iter().find(|s| id.is_some() && text(s, "id") == id).ok_or_else(|| {
            format!("its answers are in {reference}, which the questionnaire does not carry")
        })?;
        codings(set).ok_or_else(|| {
            format!("its answers are in {reference}, which does not list them one by one")
        })
    }
}

impl Choices {
    pub fn of(json: &Json, sets: &ValueSets<'_>) -> Result<Self, String> {
        let mut choices = Self::default();
        if let Some(reference) = text(json, "answerValueSet") {
            match sets.listed(reference) {
                Err(why) => choices.unanswerable = Some(why),
                Ok(listed) => {
                    for said in &listed {
                        choices.add(said);
                    }
                }
            }
        }
        for option in list(json, "answerOption") {
            if let Some(problem) = ext::refused(option) {
                return Err(problem);
            }
            choices.take(option)?;
        }
        Ok(choices)
    }

    fn take(&mut self, option: &Json) -> Result<(), String> {
        const KEYS: [&str; 5] =
            ["valueCoding", "valueString", "valueInteger", "valueDate", "valueTime"];
        let (key, value) = KEYS
            .iter()
            .find_map(|key| Some((key, option.get(*key)?)))
            .ok_or("one of its choices is of a kind that is not understood")?;
        let said = Json::Object(Map::from_iter([((*key).to_owned(), value.clone())]));
        let code = self.add(&said).ok_or("one of its choices has neither code nor words")?;
        if flag(option, "initialSelected") {
            self.selected.push(code);
        }
        Ok(())
    }

    /// Adds a choice as a response would say it; its code, if it has one.
    fn add(&mut self, said: &Json) -> Option<String> {
        let value = said.as_object()?.values().next()?;
        let code = plain(value)?;
        let words = text(value, "display").unwrap_or(&code).to_owned();
        self.options.push((code.clone(), words));
        self.said_as.insert(code.clone(), said.clone());
        Some(code)
    }
}

/// What a value set lists, if it lists everything that is in it.
fn codings(set: &Json) -> Option<Vec<Json>> {
    if let Some(expansion) = set.get("expansion") {
        let mut codings = Vec::new();
        expanded(list(expansion, "contains"), &mut codings);
        return Some(codings);
    }
    let compose = set.get("compose")?;
    if !list(compose, "exclude").is_empty() {
        return None;
    }
    let mut codings = Vec::new();
    for include in list(compose, "include") {
        let listed = list(include, "concept");
        if listed.is_empty() {
            return None;
        }
        codings.extend(listed.iter().map(|c| coding(include.get("system"), c)));
    }
    Some(codings)
}

fn expanded(contains: &[Json], codings: &mut Vec<Json>) {
    for entry in contains {
        if !flag(entry, "abstract") {
            codings.push(coding(entry.get("system"), entry));
        }
        expanded(list(entry, "contains"), codings);
    }
}

fn coding(system: Option<&Json>, concept: &Json) -> Json {
    let mut coding = Map::new();
    let parts =
        [("system", system), ("code", concept.get("code")), ("display", concept.get("display"))];
    for (key, value) in parts {
        if let Some(value) = value {
            coding.insert(key.to_owned(), value.clone());
        }
    }
    json!({ "valueCoding": coding })
}

/// A value as a form would send it: a coding by its code, or by its words when it has none.
pub fn plain(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Bool(_) | Json::Number(_) => Some(value.to_string()),
        other => text(other, "code").or(text(other, "display")).map(str::to_owned),
    }
}
