//! Reading FHIR R4 JSON. Extensions that only decorate are passed over; what would change who is
//! asked what, or what an answer means, is refused by name.

use serde_json::Value as Json;

use crate::item::{Condition, Expected, Item, Kind, Operator, Questionnaire, ShowAs};

/// Why a file is not taken as a questionnaire.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {problem}")]
pub struct NotAQuestionnaire {
    /// The link id of the item, or the questionnaire itself.
    pub at: String,
    /// What is wrong.
    pub problem: String,
}

/// Extensions that change meaning and are not understood yet.
const NOT_UNDERSTOOD: &[&str] = &[
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression",
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression",
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-answerExpression",
];

impl Questionnaire {
    /// Reads a FHIR R4 `Questionnaire`.
    ///
    /// # Errors
    /// When it isn't one, or needs what is not understood.
    pub fn read(text: &str) -> Result<Self, NotAQuestionnaire> {
        let whole = |problem: String| NotAQuestionnaire { at: "the questionnaire".into(), problem };
        let json: Json = serde_json::from_str(text).map_err(|e| whole(e.to_string()))?;
        if text_of(&json, "resourceType") != Some("Questionnaire") {
            return Err(whole("its resourceType is not Questionnaire".into()));
        }
        let named = |key: &str| text_of(&json, key).unwrap_or_default().to_owned();
        let sets =
            ValueSets(json.get("contained").and_then(Json::as_array).cloned().unwrap_or_default());
        Ok(Self {
            url: named("url"),
            version: named("version"),
            title: text_of(&json, "title")
                .or(text_of(&json, "name"))
                .unwrap_or_default()
                .to_owned(),
            items: items(&json, &sets)?,
        })
    }
}

/// The value sets that a questionnaire carries with it.
struct ValueSets(Vec<Json>);

impl ValueSets {
    fn options(&self, reference: &str) -> Option<Vec<(String, String)>> {
        let id = reference.strip_prefix('#')?;
        let set = self.0.iter().find(|s| text_of(s, "id") == Some(id))?;
        let expanded = set.pointer("/expansion/contains").and_then(Json::as_array);
        let composed = set.pointer("/compose/include/0/concept").and_then(Json::as_array);
        Some(expanded.or(composed)?.iter().filter_map(coding).collect())
    }
}

fn items(parent: &Json, sets: &ValueSets) -> Result<Vec<Item>, NotAQuestionnaire> {
    let items = parent.get("item").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    items.iter().map(|i| item(i, sets)).collect()
}

fn item(json: &Json, sets: &ValueSets) -> Result<Item, NotAQuestionnaire> {
    let link_id = text_of(json, "linkId").unwrap_or_default().to_owned();
    let wrong = |problem: String| NotAQuestionnaire { at: link_id.clone(), problem };
    if link_id.is_empty() {
        return Err(wrong("an item has no linkId".into()));
    }
    for extension in extensions(json) {
        let url = text_of(extension, "url").unwrap_or_default();
        if NOT_UNDERSTOOD.contains(&url) {
            return Err(wrong(format!("it needs {url}, which is not understood yet")));
        }
    }
    let kind = kind(text_of(json, "type").unwrap_or_default())
        .ok_or_else(|| wrong(format!("its type “{}” is unknown", json["type"])))?;
    let mut children = items(json, sets)?;
    let help = own(json, "urn:sightline:help").or_else(|| take_help(&mut children));
    Ok(Item {
        text: text_of(json, "text").unwrap_or_default().to_owned(),
        kind,
        required: flag(json, "required"),
        repeats: flag(json, "repeats"),
        read_only: flag(json, "readOnly"),
        hidden: extension(json, "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden")
            .is_some_and(|e| flag(e, "valueBoolean")),
        max_length: json
            .get("maxLength")
            .and_then(Json::as_u64)
            .and_then(|n| usize::try_from(n).ok()),
        options: options(json, sets).map_err(wrong)?,
        conditions: conditions(json).map_err(wrong)?,
        any_condition: text_of(json, "enableBehavior") != Some("all"),
        items: children,
        help,
        guidance: guidance(json),
        about: own(json, "urn:sightline:about"),
        protected: own_flag(json, "urn:sightline:protected"),
        singular: own(json, "urn:sightline:singular"),
        show_as: own(json, "urn:sightline:show-as").as_deref().and_then(show_as),
        partial_date: own_flag(json, "urn:sightline:partial-date"),
        ask_for: own(json, "urn:sightline:ask-for"),
        min: bound(json, "minValue"),
        max: bound(json, "maxValue"),
        initial: initial(json),
        link_id,
    })
}

fn kind(name: &str) -> Option<Kind> {
    Some(match name {
        "group" => Kind::Group,
        "display" => Kind::Display,
        "boolean" => Kind::Boolean,
        "integer" => Kind::Integer,
        "decimal" => Kind::Decimal,
        "date" => Kind::Date,
        "dateTime" => Kind::DateTime,
        "time" => Kind::Time,
        "string" => Kind::String,
        "text" => Kind::Text,
        "url" => Kind::Url,
        "choice" => Kind::Choice,
        "open-choice" => Kind::OpenChoice,
        "attachment" | "reference" | "quantity" => Kind::Other,
        _ => return None,
    })
}

fn show_as(name: &str) -> Option<ShowAs> {
    Some(match name {
        "select" => ShowAs::Select,
        "short" => ShowAs::Short,
        "email" => ShowAs::Email,
        "telephone" => ShowAs::Telephone,
        _ => return None,
    })
}

/// FHIR's own way of giving help: a display item among the children, marked as such.
fn take_help(children: &mut Vec<Item>) -> Option<String> {
    let place =
        children.iter().position(|c| c.kind == Kind::Display && c.link_id.ends_with("_help"))?;
    Some(children.remove(place).text)
}

fn options(json: &Json, sets: &ValueSets) -> Result<Vec<(String, String)>, String> {
    if let Some(reference) = text_of(json, "answerValueSet") {
        return sets.options(reference).ok_or_else(|| {
            format!("its answers are in {reference}, which the questionnaire does not carry")
        });
    }
    let options = json.get("answerOption").and_then(Json::as_array);
    Ok(options.map_or(Vec::new(), |options| options.iter().filter_map(answer_option).collect()))
}

fn answer_option(json: &Json) -> Option<(String, String)> {
    if let Some(value) = json.get("valueCoding") {
        return coding(value);
    }
    let value = ["valueString", "valueInteger", "valueDate", "valueTime"]
        .iter()
        .find_map(|key| json.get(*key))?;
    let words = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Some((words.clone(), words))
}

fn coding(json: &Json) -> Option<(String, String)> {
    let words = text_of(json, "display");
    let code = text_of(json, "code").or(words)?;
    Some((code.to_owned(), words.unwrap_or(code).to_owned()))
}

fn conditions(json: &Json) -> Result<Vec<Condition>, String> {
    let conditions = json.get("enableWhen").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    conditions.iter().map(condition).collect()
}

fn condition(json: &Json) -> Result<Condition, String> {
    let operator = match text_of(json, "operator") {
        Some("exists") => Operator::Exists,
        Some("=") => Operator::Equal,
        Some("!=") => Operator::NotEqual,
        Some(">") => Operator::Greater,
        Some("<") => Operator::Less,
        Some(">=") => Operator::GreaterOrEqual,
        Some("<=") => Operator::LessOrEqual,
        other => return Err(format!("a condition compares by {other:?}, which is unknown")),
    };
    let answer = json
        .as_object()
        .and_then(|o| o.iter().find(|(key, _)| key.starts_with("answer")))
        .map(|(_, value)| value)
        .ok_or("a condition compares with nothing")?;
    let answer = match answer {
        Json::Bool(is) => Expected::Is(*is),
        Json::Number(n) => Expected::Number(n.as_f64().unwrap_or_default()),
        Json::String(text) => Expected::Text(text.clone()),
        other => match coding(other) {
            Some((code, _)) => Expected::Text(code),
            None => return Err("a condition compares with what is not understood".into()),
        },
    };
    let question = text_of(json, "question").unwrap_or_default().to_owned();
    Ok(Condition { question, operator, answer })
}

fn initial(json: &Json) -> Vec<String> {
    let initial = json.get("initial").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    initial.iter().filter_map(|i| i.as_object()?.values().next().and_then(plain)).collect()
}

fn plain(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Bool(_) | Json::Number(_) => Some(value.to_string()),
        other => coding(other).map(|(code, _)| code),
    }
}

fn guidance(json: &Json) -> Option<(String, Vec<String>)> {
    let text = own(json, "urn:sightline:guidance")?;
    let mut lines = text.lines().map(str::to_owned);
    Some((lines.next()?, lines.collect()))
}

fn bound(json: &Json, which: &str) -> Option<i64> {
    let url = format!("http://hl7.org/fhir/StructureDefinition/{which}");
    extension(json, &url)?.get("valueInteger")?.as_i64()
}

fn extensions(json: &Json) -> &[Json] {
    json.get("extension").and_then(Json::as_array).map_or(&[], Vec::as_slice)
}

fn extension<'j>(json: &'j Json, url: &str) -> Option<&'j Json> {
    extensions(json).iter().find(|e| text_of(e, "url") == Some(url))
}

fn own(json: &Json, url: &str) -> Option<String> {
    let extension = extension(json, url)?;
    ["valueString", "valueCode"].iter().find_map(|key| text_of(extension, key)).map(str::to_owned)
}

fn own_flag(json: &Json, url: &str) -> bool {
    extension(json, url).is_some_and(|e| flag(e, "valueBoolean"))
}

fn flag(json: &Json, key: &str) -> bool {
    json.get(key).and_then(Json::as_bool).unwrap_or(false)
}

fn text_of<'j>(json: &'j Json, key: &str) -> Option<&'j str> {
    json.get(key).and_then(Json::as_str)
}
