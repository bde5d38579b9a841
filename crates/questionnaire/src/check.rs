//! Checking a questionnaire before it is published: what is wrong, and where.

use std::collections::HashSet;

use crate::item::{Item, Kind, Questionnaire};

/// Something wrong with a questionnaire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The link id of the item.
    pub at: String,
    /// What is wrong with it.
    pub problem: String,
}

impl Questionnaire {
    /// Everything that is wrong with it; nothing when it can be published.
    pub fn flaws(&self) -> Vec<Flaw> {
        let all = self.all_items();
        let mut seen = HashSet::new();
        let known: HashSet<&str> = all.iter().map(|i| i.link_id.as_str()).collect();
        let mut flaws = Vec::new();
        for item in all {
            let mut flaw = |problem: String| flaws.push(Flaw { at: item.link_id.clone(), problem });
            if !seen.insert(item.link_id.as_str()) {
                flaw("its linkId stands twice".into());
            }
            if item.link_id.contains(['[', ']', '.', ' ']) {
                flaw("its linkId has a bracket, dot or space, which field names need".into());
            }
            if item.kind == Kind::Choice && item.options.is_empty() {
                flaw("it is a choice without choices".into());
            }
            if item.kind == Kind::Group && item.required && !item.repeats {
                flaw("a group that does not repeat can't be required".into());
            }
            if item.text.is_empty() && item.kind != Kind::Group {
                flaw("it has no words".into());
            }
            for condition in &item.conditions {
                if !known.contains(condition.question.as_str()) {
                    flaw(format!("it depends on “{}”, which is not asked", condition.question));
                }
            }
            if is_own_ancestor(item) {
                flaw("it depends on an answer inside itself".into());
            }
        }
        flaws
    }
}

fn is_own_ancestor(item: &Item) -> bool {
    fn holds(item: &Item, link_id: &str) -> bool {
        item.link_id == link_id || item.items.iter().any(|i| holds(i, link_id))
    }
    item.conditions.iter().any(|c| holds(item, &c.question))
}
