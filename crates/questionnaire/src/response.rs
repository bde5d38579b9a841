//! The completed answers as a FHIR R4 `QuestionnaireResponse`. What was not asked in the end is
//! left out; everything else means what it says.

use serde_json::{Value as Json, json};

use crate::{
    answers::Answers,
    item::{Item, Kind, Questionnaire},
    problem::Problem,
    value::Value,
};

/// A completed response.
#[derive(Debug, Clone, PartialEq)]
pub struct Response(pub Json);

impl Questionnaire {
    /// The response, if everything that is asked for is there and makes sense.
    ///
    /// # Errors
    /// Everything that is to be put right, page by page.
    pub fn complete(&self, answers: &Answers) -> Result<Response, Vec<Problem>> {
        let pages = self.pages(answers);
        let problems: Vec<_> =
            pages.iter().flat_map(|page| self.problems(*page, answers, true)).collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        let items: Vec<Json> = pages
            .iter()
            .map(|page| {
                let items = self.items(&page.group.items, &page.prefix(), answers);
                json!({ "linkId": page.group.link_id, "text": page.group.text, "item": items })
            })
            .collect();
        Ok(Response(json!({
            "resourceType": "QuestionnaireResponse",
            "questionnaire": self.canonical(),
            "status": "completed",
            "item": items,
        })))
    }

    fn items(&self, items: &[Item], prefix: &str, answers: &Answers) -> Vec<Json> {
        items
            .iter()
            .filter(|item| item.kind != Kind::Display && self.is_asked(item, prefix, answers))
            .filter_map(|item| {
                let field = format!("{prefix}{}", item.link_id);
                let values = item.values(&field, answers).unwrap_or_default();
                let inner = self.items(&item.items, prefix, answers);
                if values.is_empty() && inner.is_empty() {
                    return None;
                }
                let mut answered = json!({ "linkId": item.link_id, "text": item.text });
                if !values.is_empty() {
                    answered["answer"] = values.iter().map(|v| value_of(item, v)).collect();
                }
                if !inner.is_empty() {
                    answered["item"] = Json::Array(inner);
                }
                Some(answered)
            })
            .collect()
    }
}

fn value_of(item: &Item, value: &Value) -> Json {
    match value {
        Value::Is(is) => json!({ "valueBoolean": is }),
        Value::Integer(n) => json!({ "valueInteger": n }),
        Value::Decimal(n) => json!({ "valueDecimal": n }),
        Value::Date(date) => json!({ "valueDate": date }),
        Value::Text(text) => match item.kind {
            Kind::DateTime => json!({ "valueDateTime": text }),
            Kind::Time => json!({ "valueTime": text }),
            Kind::Url => json!({ "valueUri": text }),
            _ => json!({ "valueString": text }),
        },
        Value::Code(code) => {
            json!({ "valueCoding": { "code": code, "display": item.words_of(code) } })
        }
    }
}
