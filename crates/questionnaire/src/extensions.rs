//! Extensions of FHIR's items: which are understood, and which are refused because passing over
//! them would change who is asked what, or what an answer means. All others only decorate.

use serde_json::Value as Json;

use crate::item::{Expected, ShowAs};

const FHIR: &str = "http://hl7.org/fhir/StructureDefinition/";
const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";

/// Extensions of FHIR itself that change meaning and are not understood.
const REFUSED_FHIR: &[&str] = &[
    "cqf-calculatedValue",
    "cqf-expression",
    "maxDecimalPlaces",
    "questionnaire-calculatedExpression",
    "questionnaire-constraint",
    "questionnaire-enableWhenExpression",
    "questionnaire-initialExpression",
    "questionnaire-maxOccurs",
    "questionnaire-minOccurs",
    "questionnaire-optionExclusive",
    "questionnaire-signatureRequired",
    "questionnaire-usageMode",
];

/// Extensions of Structured Data Capture that change meaning and are not understood yet.
const REFUSED_SDC: &[&str] = &[
    "answerExpression",
    "answerOptionsToggleExpression",
    "calculatedExpression",
    "candidateExpression",
    "enableWhenExpression",
    "initialExpression",
    "maxOccurs",
    "maxQuantity",
    "minOccurs",
    "minQuantity",
    "optionExclusive",
    "subQuestionnaire",
    "targetConstraint",
];

/// Our own. One that is not listed here was misspelt or belongs to a later release.
const OWN: &[&str] = &[
    "about",
    "ask-for",
    "at-once",
    "guidance",
    "help",
    "hurries",
    "partial-date",
    "protected",
    "show-as",
    "singular",
];

/// The first thing about a questionnaire, item or option that is refused, by name.
pub fn refused(json: &Json) -> Option<String> {
    if let Some(modifier) = list(json, "modifierExtension").first() {
        let url = text(modifier, "url").unwrap_or("without a url");
        return Some(format!("it needs the modifier {url}, which is not understood"));
    }
    let url = list(json, "extension").iter().filter_map(|e| text(e, "url")).find(|u| is_refused(u));
    url.map(|url| format!("it needs {url}, which is not understood"))
}

fn is_refused(url: &str) -> bool {
    if let Some(name) = url.strip_prefix("urn:sightline:") {
        return !OWN.contains(&name);
    }
    url.strip_prefix(SDC).is_some_and(|name| REFUSED_SDC.contains(&name))
        || url.strip_prefix(FHIR).is_some_and(|name| REFUSED_FHIR.contains(&name))
}

/// The text or code of one of our own extensions.
pub fn own(json: &Json, name: &str) -> Option<String> {
    let extension = find(json, &format!("urn:sightline:{name}"))?;
    text(extension, "valueString").or(text(extension, "valueCode")).map(str::to_owned)
}

/// Whether one of our own extensions says yes.
pub fn own_flag(json: &Json, name: &str) -> bool {
    find(json, &format!("urn:sightline:{name}")).is_some_and(|e| flag(e, "valueBoolean"))
}

/// Guidance that can be opened: its first line is the title.
pub fn guidance(json: &Json) -> Option<(String, Vec<String>)> {
    let text = own(json, "guidance")?;
    let mut lines = text.lines().map(str::to_owned);
    Some((lines.next()?, lines.collect()))
}

/// How an item is best shown, in our own words or in FHIR's.
pub fn show_as(json: &Json) -> Result<Option<ShowAs>, String> {
    match own(json, "show-as").as_deref() {
        Some("select") => Ok(Some(ShowAs::Select)),
        Some("short") => Ok(Some(ShowAs::Short)),
        Some("email") => Ok(Some(ShowAs::Email)),
        Some("telephone") => Ok(Some(ShowAs::Telephone)),
        Some(other) => Err(format!("it is to be shown as “{other}”, which is unknown")),
        None => Ok(has_control(json, "drop-down").then_some(ShowAs::Select)),
    }
}

/// Whether FHIR's `itemControl` names this control.
pub fn has_control(json: &Json, code: &str) -> bool {
    find(json, &format!("{FHIR}questionnaire-itemControl"))
        .and_then(|e| e.pointer("/valueCodeableConcept/coding"))
        .and_then(Json::as_array)
        .is_some_and(|codings| codings.iter().any(|c| text(c, "code") == Some(code)))
}

pub fn is_hidden(json: &Json) -> bool {
    find(json, &format!("{FHIR}questionnaire-hidden")).is_some_and(|e| flag(e, "valueBoolean"))
}

/// What an item asks for, short enough to stand inside a sentence.
pub fn short(json: &Json) -> Option<String> {
    text(find(json, &format!("{SDC}shortText"))?, "valueString").map(str::to_owned)
}

/// The unit in which a number is asked for.
pub fn unit(json: &Json) -> Option<&str> {
    let coding = find(json, &format!("{FHIR}questionnaire-unit"))?.get("valueCoding")?;
    text(coding, "display").or(text(coding, "code"))
}

pub fn pattern(json: &Json) -> Option<String> {
    text(find(json, &format!("{FHIR}regex"))?, "valueString").map(str::to_owned)
}

pub fn min_length(json: &Json) -> Option<usize> {
    let length = find(json, &format!("{FHIR}minLength"))?.get("valueInteger")?.as_u64()?;
    usize::try_from(length).ok()
}

/// `minValue` or `maxValue`: a number, a day, a moment or a time.
pub fn bound(json: &Json, which: &str) -> Result<Option<Expected>, String> {
    let Some(extension) = find(json, &format!("{FHIR}{which}")) else { return Ok(None) };
    let number = ["valueInteger", "valueDecimal"]
        .iter()
        .find_map(|key| extension.get(*key)?.as_f64())
        .map(Expected::Number);
    let day = ["valueDate", "valueDateTime", "valueTime"]
        .iter()
        .find_map(|key| text(extension, key))
        .map(|text| Expected::Text(text.to_owned()));
    match number.or(day) {
        Some(bound) => Ok(Some(bound)),
        None => Err(format!("its {which} is neither a number nor a date")),
    }
}

fn find<'j>(json: &'j Json, url: &str) -> Option<&'j Json> {
    list(json, "extension").iter().find(|e| text(e, "url") == Some(url))
}

/// The text under a key.
pub fn text<'j>(json: &'j Json, key: &str) -> Option<&'j str> {
    json.get(key).and_then(Json::as_str)
}

/// The list under a key; empty when there is none.
pub fn list<'j>(json: &'j Json, key: &str) -> &'j [Json] {
    json.get(key).and_then(Json::as_array).map_or(&[], Vec::as_slice)
}

/// Whether the key says yes.
pub fn flag(json: &Json, key: &str) -> bool {
    json.get(key).and_then(Json::as_bool).unwrap_or(false)
}
