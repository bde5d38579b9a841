//! The completed answers as a FHIR R4 `QuestionnaireResponse`. What was not asked in the end is
//! left out; everything else means what it says.

mod reading;

use serde_json::{Value as Json, json};

pub use self::reading::NotAResponse;
use crate::{
    answers::Answers,
    item::{Item, Kind, Questionnaire},
    pages::Page,
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
        let mut response = json!({
            "resourceType": "QuestionnaireResponse",
            "questionnaire": self.canonical(),
            "status": "completed",
        });
        let items: Vec<Json> = pages.iter().flat_map(|p| self.page_said(*p, answers)).collect();
        put_list(&mut response, "item", items);
        Ok(Response(response))
    }

    /// A page's items: in their group, or by themselves.
    fn page_said(&self, page: Page<'_>, answers: &Answers) -> Vec<Json> {
        let items = self.said(page.items(), &page.prefix(), answers);
        if page.group.kind != Kind::Group || items.is_empty() {
            return items;
        }
        vec![json!({ "linkId": page.group.link_id, "text": page.group.text, "item": items })]
    }

    fn said(&self, items: &[Item], prefix: &str, answers: &Answers) -> Vec<Json> {
        items
            .iter()
            .filter(|item| item.kind != Kind::Display && self.is_asked(item, prefix, answers))
            .filter_map(|item| self.item_said(item, prefix, answers))
            .collect()
    }

    /// An item with its answers and what is inside it; `None` when nothing was said.
    fn item_said(&self, item: &Item, prefix: &str, answers: &Answers) -> Option<Json> {
        let field = format!("{prefix}{}", item.link_id);
        let values = item.values(&field, answers).unwrap_or_default();
        let inner = self.said(&item.items, prefix, answers);
        if values.is_empty() && inner.is_empty() {
            return None;
        }
        let mut said = json!({ "linkId": item.link_id, "text": item.text });
        let mut values: Vec<Json> = values.iter().map(|v| value_said(item, v)).collect();
        // What is asked inside a question belongs to its answer, where it has one.
        match values.first_mut() {
            Some(first) => put_list(first, "item", inner),
            None => put_list(&mut said, "item", inner),
        }
        put_list(&mut said, "answer", values);
        Some(said)
    }
}

/// FHIR knows no empty lists.
fn put_list(json: &mut Json, key: &str, list: Vec<Json>) {
    if !list.is_empty() {
        json[key] = Json::Array(list);
    }
}

fn value_said(item: &Item, value: &Value) -> Json {
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
        Value::Code(code) => match item.said_as.get(code) {
            Some(said) => said.clone(),
            None => json!({ "valueCoding": { "code": code } }),
        },
    }
}
