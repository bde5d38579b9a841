//! Reading a `QuestionnaireResponse` back into answers. What the questionnaire does not ask is
//! refused: an answer that nobody would see must not be taken.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::Response;
use crate::{
    answers::Answers,
    extensions::{self as ext, list, text},
    item::{Item, Questionnaire},
    read::plain,
};

/// Why a response is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {problem}")]
pub struct NotAResponse {
    /// The link id of the item, or the response itself.
    pub at: String,
    /// What is wrong.
    pub problem: String,
}

impl NotAResponse {
    fn at(place: &str, problem: impl Into<String>) -> Self {
        Self { at: place.to_owned(), problem: problem.into() }
    }
}

impl Questionnaire {
    /// The answers that a response to this version gives, as if they had been typed. They may
    /// still be wrong: [`Questionnaire::complete`] judges them.
    ///
    /// # Errors
    /// When it answers something else, or more than was asked.
    pub fn answers_of(&self, response: &Response) -> Result<Answers, NotAResponse> {
        let json = &response.0;
        let whole = |problem: String| NotAResponse::at("the response", problem);
        if text(json, "resourceType") != Some("QuestionnaireResponse") {
            return Err(whole("its resourceType is not QuestionnaireResponse".into()));
        }
        let answered = text(json, "questionnaire").unwrap_or("nothing");
        if answered != self.canonical() {
            return Err(whole(format!("it answers {answered}, not {}", self.canonical())));
        }
        if let Some(problem) = ext::refused(json) {
            return Err(whole(problem));
        }
        let mut answers = Answers::default();
        take(&self.items, list(json, "item"), "", &mut answers)?;
        Ok(answers)
    }
}

fn take(
    items: &[Item],
    said: &[Json],
    prefix: &str,
    answers: &mut Answers,
) -> Result<(), NotAResponse> {
    let mut times: HashMap<&str, usize> = HashMap::new();
    for json in said {
        let link_id = text(json, "linkId").unwrap_or_default();
        let item = items
            .iter()
            .find(|i| i.link_id == link_id)
            .ok_or_else(|| NotAResponse::at(link_id, "the questionnaire does not ask it here"))?;
        let time = times.entry(link_id).or_default();
        let may_be_many = item.is_repeating_group() && prefix.is_empty();
        if *time > 0 && !may_be_many || *time >= Answers::MOST_REPETITIONS {
            return Err(NotAResponse::at(link_id, "it is answered too often"));
        }
        let inner = if may_be_many { format!("{link_id}[{time}].") } else { prefix.to_owned() };
        *time += 1;
        take_item(item, json, &inner, answers)?;
    }
    Ok(())
}

fn take_item(
    item: &Item,
    json: &Json,
    prefix: &str,
    answers: &mut Answers,
) -> Result<(), NotAResponse> {
    if let Some(problem) = ext::refused(json) {
        return Err(NotAResponse::at(&item.link_id, problem));
    }
    let given = list(json, "answer");
    if !given.is_empty() && !item.is_question() {
        return Err(NotAResponse::at(&item.link_id, "it takes no answer"));
    }
    let spelt = given.iter().map(value).collect::<Option<Vec<_>>>().ok_or_else(|| {
        NotAResponse::at(&item.link_id, "one of its answers has no value that is understood")
    })?;
    if !spelt.is_empty() {
        item.put(prefix, &spelt, answers);
    }
    let inside = given.iter().chain(std::iter::once(json)).flat_map(|j| list(j, "item"));
    take(&item.items, &inside.cloned().collect::<Vec<_>>(), prefix, answers)
}

fn value(answer: &Json) -> Option<String> {
    let mut values = answer.as_object()?.iter().filter(|(key, _)| key.starts_with("value"));
    values.next().and_then(|(_, value)| plain(value))
}
