//! Which items are asked, given what was answered. A condition looks for its question in the
//! same repetition first, then outside; seen from outside, any repetition may answer it. What was
//! typed into a question that is not asked any more decides nothing.

use std::{
    cmp::Ordering,
    collections::{BTreeSet, HashMap},
};

use crate::{
    answers::Answers,
    item::{Condition, Expected, Item, Operator, Questionnaire},
    value::Value,
};

impl Questionnaire {
    /// Whether an item's own conditions hold. `prefix` is where it stands: empty, or
    /// `children[0].`.
    pub fn is_asked(&self, item: &Item, prefix: &str, answers: &Answers) -> bool {
        Asking { questionnaire: self, answers, known: HashMap::new() }.is_asked(item, prefix)
    }

    /// The field of every item that is asked, groups and words included. The page of a repeating
    /// group that has no repetition yet is not among them.
    pub fn asked(&self, answers: &Answers) -> BTreeSet<String> {
        let mut asked = BTreeSet::new();
        for page in self.pages(answers) {
            match page.index {
                Some(index) if index >= answers.repetitions(&page.group.link_id) => continue,
                Some(index) => asked.insert(format!("{}[{index}]", page.group.link_id)),
                None => asked.insert(page.group.link_id.clone()),
            };
            self.walk(page.items(), &page.prefix(), answers, &mut |_, field, is_asked| {
                if is_asked {
                    asked.insert(field.to_owned());
                }
            });
        }
        asked
    }
}

/// One question about who is asked what, with what it has found out so far.
struct Asking<'a> {
    questionnaire: &'a Questionnaire,
    answers: &'a Answers,
    known: HashMap<String, bool>,
}

impl Asking<'_> {
    fn is_asked(&mut self, item: &Item, prefix: &str) -> bool {
        if item.conditions.is_empty() {
            return true;
        }
        let field = format!("{prefix}{}", item.link_id);
        if let Some(known) = self.known.get(&field) {
            return *known;
        }
        // While it is being found out it counts as not asked, so that a circle comes to an end.
        self.known.insert(field.clone(), false);
        let mut holds = item.conditions.iter().map(|c| self.holds(c, prefix));
        let asked = if item.any_condition { holds.any(|h| h) } else { holds.all(|h| h) };
        self.known.insert(field, asked);
        asked
    }

    fn holds(&mut self, condition: &Condition, prefix: &str) -> bool {
        let Some(path) = self.questionnaire.path_to(&condition.question) else { return false };
        let places = self.places(&path, prefix);
        let values: Vec<Value> = places.iter().flat_map(|p| self.counted(&path, p)).collect();
        let Some(question) = path.last() else { return false };
        let any = |wanted: &[Ordering]| {
            values.iter().any(|v| {
                ordering(v, &condition.answer, question).is_some_and(|o| wanted.contains(&o))
            })
        };
        match condition.operator {
            Operator::Exists => condition.answer == Expected::Is(!values.is_empty()),
            Operator::Equal => any(&[Ordering::Equal]),
            Operator::NotEqual => !any(&[Ordering::Equal]),
            Operator::Greater => any(&[Ordering::Greater]),
            Operator::Less => any(&[Ordering::Less]),
            Operator::GreaterOrEqual => any(&[Ordering::Greater, Ordering::Equal]),
            Operator::LessOrEqual => any(&[Ordering::Less, Ordering::Equal]),
        }
    }

    /// Where a question stands, as seen from a place.
    fn places(&self, path: &[&Item], prefix: &str) -> Vec<String> {
        let Some(group) = path.first().filter(|i| i.is_repeating_group()) else {
            return vec![String::new()];
        };
        if prefix.starts_with(&format!("{}[", group.link_id)) {
            return vec![prefix.to_owned()];
        }
        let times = self.answers.repetitions(&group.link_id);
        (0..times).map(|n| format!("{}[{n}].", group.link_id)).collect()
    }

    /// The answers to a question in a place, if it is asked there.
    fn counted(&mut self, path: &[&Item], place: &str) -> Vec<Value> {
        let asked = path
            .iter()
            .enumerate()
            .all(|(depth, item)| self.is_asked(item, if depth == 0 { "" } else { place }));
        match path.last() {
            Some(question) if asked => {
                let field = format!("{place}{}", question.link_id);
                question.values(&field, self.answers).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }
}

/// How a value compares with what is expected; `None` when they can't be compared.
pub fn ordering(value: &Value, expected: &Expected, question: &Item) -> Option<Ordering> {
    match (value, expected) {
        (Value::Is(is), Expected::Is(wanted)) => is.partial_cmp(wanted),
        (Value::Integer(n), Expected::Number(wanted)) => {
            // Whole answers fit in 32 bits, as FHIR's do.
            #[expect(clippy::cast_precision_loss, reason = "small whole numbers")]
            let n = *n as f64;
            n.partial_cmp(wanted)
        }
        (Value::Decimal(n), Expected::Number(wanted)) => n.partial_cmp(wanted),
        (Value::Date(text), Expected::Text(wanted)) => days(text, wanted),
        (Value::Text(text), Expected::Text(wanted)) => texts(text, wanted),
        (Value::Code(code), Expected::Text(wanted)) => {
            let same = code == wanted || question.words_of(code) == wanted;
            Some(if same { Ordering::Equal } else { code.cmp(wanted) })
        }
        (Value::Code(code), Expected::Number(wanted)) => {
            code.parse::<f64>().ok().and_then(|n| n.partial_cmp(wanted))
        }
        _ => None,
    }
}

/// Days in ISO's spelling. A year can't be compared with a day inside it.
fn days(one: &str, other: &str) -> Option<Ordering> {
    let is_inside = one != other && (one.starts_with(other) || other.starts_with(one));
    (!is_inside).then(|| one.cmp(other))
}

/// Moments by when they were, wherever their clocks hung; any other text by its letters.
fn texts(one: &str, other: &str) -> Option<Ordering> {
    match (one.parse::<jiff::Timestamp>(), other.parse::<jiff::Timestamp>()) {
        (Ok(one), Ok(other)) => Some(one.cmp(&other)),
        _ => Some(one.cmp(other)),
    }
}
