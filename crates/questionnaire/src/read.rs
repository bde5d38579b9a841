//! Reading FHIR R4 JSON. What would change who is asked what, or what an answer means, and is not
//! understood, is refused by name.

mod choices;

use serde_json::Value as Json;

pub use self::choices::plain;
use self::choices::{Choices, ValueSets};
use crate::{
    extensions::{self as ext, flag, list, text},
    item::{Condition, Expected, Item, Kind, Operator, Questionnaire},
};

/// Why a file is not taken as a questionnaire.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {problem}")]
pub struct NotAQuestionnaire {
    /// The link id of the item, or the questionnaire itself.
    pub at: String,
    /// What is wrong.
    pub problem: String,
}

impl Questionnaire {
    /// Reads a FHIR R4 `Questionnaire`.
    ///
    /// # Errors
    /// When it isn't one, or needs what is not understood.
    pub fn read(text_of_file: &str) -> Result<Self, NotAQuestionnaire> {
        let whole = |problem: String| NotAQuestionnaire { at: "the questionnaire".into(), problem };
        let json: Json = serde_json::from_str(text_of_file).map_err(|e| whole(e.to_string()))?;
        if text(&json, "resourceType") != Some("Questionnaire") {
            return Err(whole("its resourceType is not Questionnaire".into()));
        }
        if let Some(rules) = text(&json, "implicitRules") {
            return Err(whole(format!("it follows the rules {rules}, which are not understood")));
        }
        if let Some(problem) = ext::refused(&json) {
            return Err(whole(problem));
        }
        let named = |key: &str| text(&json, key).unwrap_or_default().to_owned();
        Ok(Self {
            url: named("url"),
            version: named("version"),
            title: text(&json, "title").or(text(&json, "name")).unwrap_or_default().to_owned(),
            status: named("status"),
            items: items(&json, &ValueSets::of(&json))?,
            source: json,
        })
    }
}

fn items(parent: &Json, sets: &ValueSets<'_>) -> Result<Vec<Item>, NotAQuestionnaire> {
    list(parent, "item").iter().filter(|i| !is_help(i)).map(|i| item(i, sets)).collect()
}

fn item(json: &Json, sets: &ValueSets<'_>) -> Result<Item, NotAQuestionnaire> {
    let link_id = text(json, "linkId").unwrap_or_default().to_owned();
    let wrong = |problem: String| NotAQuestionnaire { at: link_id.clone(), problem };
    if link_id.is_empty() {
        let words = text(json, "text").unwrap_or("an item without words");
        return Err(NotAQuestionnaire { at: words.into(), problem: "it has no linkId".into() });
    }
    if let Some(problem) = ext::refused(json) {
        return Err(wrong(problem));
    }
    let type_name = text(json, "type").unwrap_or_default();
    let asked_as =
        kind(type_name).ok_or_else(|| wrong(format!("its type “{type_name}” is unknown")))?;
    let choices = Choices::of(json, sets).map_err(wrong)?;
    let unanswerable = choices.unanswerable.or_else(|| {
        (asked_as == Kind::Other).then(|| format!("an answer of type {type_name} can’t be given"))
    });
    Ok(Item {
        prefix: text(json, "prefix").map(str::to_owned),
        text: text(json, "text").unwrap_or_default().to_owned(),
        short: ext::short(json),
        kind: if unanswerable.is_some() { Kind::Other } else { asked_as },
        required: flag(json, "required"),
        repeats: flag(json, "repeats"),
        read_only: flag(json, "readOnly"),
        hidden: ext::is_hidden(json),
        min_length: ext::min_length(json),
        max_length: json
            .get("maxLength")
            .and_then(Json::as_u64)
            .and_then(|n| usize::try_from(n).ok()),
        min: ext::bound(json, "minValue").map_err(wrong)?,
        max: ext::bound(json, "maxValue").map_err(wrong)?,
        pattern: ext::pattern(json),
        conditions: list(json, "enableWhen")
            .iter()
            .map(condition)
            .collect::<Result<_, _>>()
            .map_err(wrong)?,
        any_condition: any_condition(json).map_err(wrong)?,
        items: items(json, sets)?,
        help: help(json),
        guidance: ext::guidance(json),
        about: ext::own(json, "about"),
        protected: ext::own_flag(json, "protected"),
        singular: ext::own(json, "singular"),
        show_as: ext::show_as(json).map_err(wrong)?,
        partial_date: ext::own_flag(json, "partial-date"),
        hurries: ext::own(json, "hurries"),
        at_once: ext::own_flag(json, "at-once"),
        ask_for: ext::own(json, "ask-for"),
        initial: initial(json).chain(choices.selected).collect(),
        options: choices.options,
        said_as: choices.said_as,
        unanswerable,
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

/// FHIR's own way of giving help: words inside the item, marked as help.
fn is_help(json: &Json) -> bool {
    text(json, "type") == Some("display")
        && (ext::has_control(json, "help") || ext::has_control(json, "flyover"))
}

fn help(json: &Json) -> Option<String> {
    let inside = || list(json, "item").iter().find(|i| is_help(i)).and_then(|i| text(i, "text"));
    let words = ext::own(json, "help").or_else(|| inside().map(str::to_owned));
    let unit = ext::unit(json).map(|unit| format!("In {unit}."));
    let lines: Vec<String> = [words, unit].into_iter().flatten().collect();
    (!lines.is_empty()).then(|| lines.join(" "))
}

/// Whether one condition is enough. With several, FHIR wants it said.
fn any_condition(json: &Json) -> Result<bool, String> {
    match text(json, "enableBehavior") {
        Some("any") => Ok(true),
        Some("all") => Ok(false),
        Some(other) => Err(format!("its enableBehavior “{other}” is unknown")),
        None if list(json, "enableWhen").len() > 1 => {
            Err("it has several conditions and does not say whether any or all must hold".into())
        }
        None => Ok(true),
    }
}

fn condition(json: &Json) -> Result<Condition, String> {
    let operator = match text(json, "operator") {
        Some("exists") => Operator::Exists,
        Some("=") => Operator::Equal,
        Some("!=") => Operator::NotEqual,
        Some(">") => Operator::Greater,
        Some("<") => Operator::Less,
        Some(">=") => Operator::GreaterOrEqual,
        Some("<=") => Operator::LessOrEqual,
        other => {
            let other = other.unwrap_or("nothing");
            return Err(format!("a condition compares by “{other}”, which is unknown"));
        }
    };
    let question = text(json, "question").unwrap_or_default().to_owned();
    Ok(Condition { question, operator, answer: expected(json)? })
}

fn expected(json: &Json) -> Result<Expected, String> {
    const TEXTS: [&str; 4] = ["answerString", "answerDate", "answerDateTime", "answerTime"];
    let number = || ["answerInteger", "answerDecimal"].iter().find_map(|k| json.get(*k)?.as_f64());
    let words = || TEXTS.iter().find_map(|key| text(json, key)).map(str::to_owned);
    let code = || json.get("answerCoding").and_then(plain);
    let is = json.get("answerBoolean").and_then(Json::as_bool).map(Expected::Is);
    is.or_else(|| number().map(Expected::Number))
        .or_else(|| words().or_else(code).map(Expected::Text))
        .ok_or_else(|| "a condition compares with what is not understood".to_owned())
}

fn initial(json: &Json) -> impl Iterator<Item = String> {
    list(json, "initial").iter().filter_map(|i| i.as_object()?.values().next().and_then(plain))
}
