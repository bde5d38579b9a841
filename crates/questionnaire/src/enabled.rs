//! Which items are asked, given what was answered. A condition looks for its question in the
//! same repetition first, then outwards.

use crate::{
    answers::Answers,
    item::{Condition, Expected, Item, Kind, Operator, Questionnaire},
    value::Value,
};

impl Questionnaire {
    /// Whether an item is asked. `prefix` is where it stands: empty, or `children[0].`.
    pub fn is_asked(&self, item: &Item, prefix: &str, answers: &Answers) -> bool {
        if item.conditions.is_empty() {
            return true;
        }
        let holds = |c: &Condition| self.holds(c, prefix, answers);
        if item.any_condition {
            item.conditions.iter().any(holds)
        } else {
            item.conditions.iter().all(holds)
        }
    }

    fn holds(&self, condition: &Condition, prefix: &str, answers: &Answers) -> bool {
        let all = self.all_items();
        let Some(question) = all.iter().find(|i| i.link_id == condition.question) else {
            return false;
        };
        let field = self.nearest(question, prefix, answers);
        let values = question.values(&field, answers).unwrap_or_default();
        if condition.operator == Operator::Exists {
            return condition.answer == Expected::Is(!values.is_empty());
        }
        values.iter().any(|value| compares(value, condition, question))
    }

    /// The field of a question as seen from a repetition: the same one, or one further out.
    fn nearest(&self, question: &Item, prefix: &str, answers: &Answers) -> String {
        let mut outer = prefix;
        loop {
            let field = format!("{outer}{}", question.link_id);
            let is_here = !answers.all(&field).is_empty()
                || (question.kind == Kind::Date && answers.has_any(&field));
            if is_here || outer.is_empty() {
                return field;
            }
            let shorter = outer.trim_end_matches('.');
            outer = shorter.rfind('.').map_or("", |dot| &outer[..=dot]);
        }
    }
}

fn compares(value: &Value, condition: &Condition, question: &Item) -> bool {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let ordering = match (value, &condition.answer) {
        (Value::Is(is), Expected::Is(wanted)) => is.partial_cmp(wanted),
        (Value::Integer(n), Expected::Number(wanted)) => {
            // Answers to count and score are far below 2^53.
            #[expect(clippy::cast_precision_loss, reason = "small whole numbers")]
            let n = *n as f64;
            n.partial_cmp(wanted)
        }
        (Value::Decimal(n), Expected::Number(wanted)) => n.partial_cmp(wanted),
        (Value::Date(text) | Value::Text(text), Expected::Text(wanted)) => Some(text.cmp(wanted)),
        (Value::Code(code), Expected::Text(wanted)) => {
            let same = code == wanted || question.words_of(code) == wanted;
            Some(if same { Equal } else { code.cmp(wanted) })
        }
        (Value::Code(code), Expected::Number(wanted)) => {
            code.parse::<f64>().ok().and_then(|n| n.partial_cmp(wanted))
        }
        _ => None,
    };
    match condition.operator {
        Operator::Exists => false,
        Operator::Equal => ordering == Some(Equal),
        Operator::NotEqual => ordering.is_some_and(|o| o != Equal),
        Operator::Greater => ordering == Some(Greater),
        Operator::Less => ordering == Some(Less),
        Operator::GreaterOrEqual => matches!(ordering, Some(Greater | Equal)),
        Operator::LessOrEqual => matches!(ordering, Some(Less | Equal)),
    }
}
