//! Checking a questionnaire before it is published: what is wrong, and where. A questionnaire
//! without flaws can be answered here, all of it.

use std::collections::HashSet;

use crate::item::{Condition, Expected, Item, Kind, Operator, Questionnaire};

/// Something wrong with a questionnaire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The link id of the item, or the questionnaire itself.
    pub at: String,
    /// What is wrong with it.
    pub problem: String,
}

impl Questionnaire {
    /// Everything that is wrong with it; nothing when it can be published.
    pub fn flaws(&self) -> Vec<Flaw> {
        let mut flaws = Flaws(Vec::new());
        for (what, said) in [("url", &self.url), ("version", &self.version), ("title", &self.title)]
        {
            flaws.when(said.is_empty(), "the questionnaire", || format!("it has no {what}"));
        }
        let mut seen = HashSet::new();
        for item in self.all_items() {
            let again = !seen.insert(item.link_id.as_str());
            flaws.when(again, &item.link_id, || "its linkId stands twice".into());
            flaws.of_names(item);
            flaws.of_kind(item);
            flaws.of_answers(item);
            for condition in &item.conditions {
                self.flaw_of_condition(condition, item, &mut flaws);
            }
            let circular = self.waits_for(item, &item.link_id, &mut HashSet::new());
            flaws.when(circular, &item.link_id, || "whether it is asked depends on itself".into());
        }
        for page in self.items.iter().filter(|i| i.is_repeating_group()) {
            flaws.of_repetition(page, &self.items);
        }
        flaws.0
    }

    fn flaw_of_condition(&self, condition: &Condition, item: &Item, flaws: &mut Flaws) {
        let all = self.all_items();
        let mut flaw = |problem| flaws.0.push(Flaw { at: item.link_id.clone(), problem });
        let asked = &condition.question;
        let Some(question) = all.iter().find(|i| i.link_id == *asked && i.is_question()) else {
            return flaw(format!("it depends on “{asked}”, which is not asked"));
        };
        if !can_be_compared(question, condition) {
            let wanted = &condition.answer;
            flaw(format!("it waits for “{wanted}”, which “{asked}” is never answered with"));
        }
    }

    /// Whether an item's being asked hangs, however indirectly, on the item of that link id.
    fn waits_for<'q>(&'q self, item: &'q Item, link_id: &str, seen: &mut HashSet<&'q str>) -> bool {
        item.conditions.iter().any(|condition| {
            let path = self.path_to(&condition.question).unwrap_or_default();
            path.iter().any(|i| i.link_id == link_id)
                || path
                    .into_iter()
                    .any(|i| seen.insert(i.link_id.as_str()) && self.waits_for(i, link_id, seen))
        })
    }
}

/// The flaws found so far.
struct Flaws(Vec<Flaw>);

impl Flaws {
    fn when(&mut self, wrong: bool, at: &str, problem: impl FnOnce() -> String) {
        if wrong {
            self.0.push(Flaw { at: at.to_owned(), problem: problem() });
        }
    }

    /// Field names derive from link ids, and so do the addresses of pages.
    fn of_names(&mut self, item: &Item) {
        let mut flaw = |wrong, problem: &str| self.when(wrong, &item.link_id, || problem.into());
        flaw(
            item.link_id.contains(['[', ']', '.', ' ', '/']),
            "its linkId has a bracket, dot, slash or space, which field names need",
        );
        flaw(item.text.is_empty() && item.kind != Kind::Group, "it has no words");
    }

    fn of_kind(&mut self, item: &Item) {
        let is_group = item.kind == Kind::Group;
        let mut flaw = |wrong, problem: &str| self.when(wrong, &item.link_id, || problem.into());
        if let Some(why) = &item.unanswerable {
            flaw(true, why);
        }
        flaw(
            item.kind == Kind::Choice && item.options.is_empty(),
            "it is a choice without choices",
        );
        flaw(
            !matches!(item.kind, Kind::Choice | Kind::OpenChoice | Kind::Other)
                && !item.options.is_empty(),
            "it has choices, but is not a choice",
        );
        flaw(
            is_group && item.required && !item.repeats,
            "a group that does not repeat can’t be required",
        );
        flaw(is_group && !item.initial.is_empty(), "a group can’t be answered");
        flaw(
            item.kind == Kind::Display && (item.required || !item.items.is_empty()),
            "words can’t be required and hold no questions",
        );
        flaw(
            item.items.iter().any(Item::is_repeating_group),
            "a group inside a page can’t repeat: make it a page",
        );
        flaw(
            item.kind == Kind::Date && item.repeats,
            "several dates can’t be given to one question",
        );
        flaw(
            item.required && item.initial.is_empty() && (item.hidden || item.read_only),
            "it is required, and nobody can answer it",
        );
        flaw(item.pattern.is_some(), "its regular expression can’t be checked here");
    }

    fn of_answers(&mut self, item: &Item) {
        let mut flaw = |wrong, problem: &str| self.when(wrong, &item.link_id, || problem.into());
        let mut codes = HashSet::new();
        flaw(
            !item.options.iter().all(|(c, _)| codes.insert(c)),
            "two of its choices have one code",
        );
        flaw(
            item.kind == Kind::Choice && item.initial.iter().any(|c| !codes.contains(c)),
            "it starts with an answer that is not among its choices",
        );
        flaw(item.initial.len() > 1 && !item.repeats, "it starts with several answers");
        let crossed = match (&item.min, &item.max) {
            (Some(Expected::Number(min)), Some(Expected::Number(max))) => min > max,
            (Some(Expected::Text(min)), Some(Expected::Text(max))) => min > max,
            _ => false,
        };
        let lengths = item.min_length.zip(item.max_length);
        flaw(
            crossed || lengths.is_some_and(|(least, most)| least > most),
            "no answer lies between its bounds",
        );
    }

    /// A repeating page: what its repetitions can't do.
    fn of_repetition(&mut self, page: &Item, pages: &[Item]) {
        let mut inside = page.items.iter();
        self.when(inside.any(|i| !i.initial.is_empty()), &page.link_id, || {
            "answers inside a repetition can’t be given from the start".into()
        });
        let start = format!("{}-", page.link_id);
        let clash = |other: &&Item| {
            let number = other.link_id.strip_prefix(&start);
            number.is_some_and(|n| n.parse::<usize>().is_ok())
        };
        if let Some(other) = pages.iter().find(clash) {
            self.when(true, &other.link_id, || {
                format!("it is named like a repetition of “{}”", page.link_id)
            });
        }
    }
}

fn can_be_compared(question: &Item, condition: &Condition) -> bool {
    let is_listed = |wanted: &str| {
        question.options.iter().any(|(code, words)| code == wanted || words == wanted)
    };
    match (&condition.answer, question.kind) {
        (Expected::Is(_), _) if condition.operator == Operator::Exists => true,
        _ if condition.operator == Operator::Exists => false,
        (Expected::Is(_), kind) => kind == Kind::Boolean,
        (Expected::Number(_), Kind::Integer | Kind::Decimal) => true,
        (Expected::Number(wanted), Kind::Choice) => is_listed(&wanted.to_string()),
        (Expected::Number(_), _) => false,
        (Expected::Text(wanted), Kind::Choice) => is_listed(wanted),
        (Expected::Text(_), kind) => !matches!(kind, Kind::Boolean | Kind::Integer | Kind::Decimal),
    }
}
