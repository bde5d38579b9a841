//! A questionnaire and its items, as they are asked.

use std::{collections::BTreeMap, fmt};

use serde_json::Value as Json;

use crate::answers::Answers;

/// A version of a questionnaire.
#[derive(Debug, Clone, PartialEq)]
pub struct Questionnaire {
    pub url: String,
    pub version: String,
    pub title: String,
    /// FHIR's word for how far it is: `draft`, `active`, `retired`.
    pub status: String,
    pub items: Vec<Item>,
    /// What it was read from, whole, so that nothing is lost that means nothing here.
    pub(crate) source: Json,
}

/// A question, a group of them, or words between them.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Unique in the questionnaire; field names derive from it.
    pub link_id: String,
    /// What stands before the words, like `4.1`.
    pub prefix: Option<String>,
    pub text: String,
    /// What it asks for, short enough to stand inside a sentence: `date of birth`.
    pub short: Option<String>,
    pub kind: Kind,
    pub required: bool,
    pub repeats: bool,
    pub read_only: bool,
    pub hidden: bool,
    /// In characters.
    pub min_length: Option<usize>,
    /// In characters.
    pub max_length: Option<usize>,
    pub min: Option<Expected>,
    pub max: Option<Expected>,
    /// A regular expression that answers must match.
    pub pattern: Option<String>,
    /// The choices: code and words.
    pub options: Vec<(String, String)>,
    /// How a choice stands in a response, by its code: `{"valueCoding": …}`.
    pub(crate) said_as: BTreeMap<String, Json>,
    pub conditions: Vec<Condition>,
    /// Whether one condition is enough.
    pub any_condition: bool,
    pub items: Vec<Item>,
    pub help: Option<String>,
    /// Longer guidance that can be opened: its title and its paragraphs.
    pub guidance: Option<(String, Vec<String>)>,
    /// What fact of the subject an answer becomes.
    pub about: Option<String>,
    /// The answer must never be printed in a list.
    pub protected: bool,
    /// The name of one repetition.
    pub singular: Option<String>,
    pub show_as: Option<ShowAs>,
    /// The year, or year and month, are enough of a date.
    pub partial_date: bool,
    /// The answer after which there is no time for more than what must be known at once.
    pub hurries: Option<String>,
    /// It must be answered even then.
    pub at_once: bool,
    /// What to say when it is not answered.
    pub ask_for: Option<String>,
    /// What it is answered with until somebody says otherwise, in FHIR's spelling.
    pub initial: Vec<String>,
    /// Why it cannot be answered here.
    pub unanswerable: Option<String>,
}

/// What kind of answer an item takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Group,
    Display,
    Boolean,
    Integer,
    Decimal,
    Date,
    DateTime,
    Time,
    String,
    Text,
    Url,
    Choice,
    OpenChoice,
    /// Can be held and passed on, but not answered here.
    Other,
}

/// How an item is best shown, where there is more than one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShowAs {
    Select,
    Short,
    Email,
    Telephone,
}

/// When an item is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The link id of the question that decides.
    pub question: String,
    pub operator: Operator,
    pub answer: Expected,
}

/// How an answer is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Exists,
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
}

/// What an answer is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    Is(bool),
    Number(f64),
    /// A text, a code, or a day, moment or time in ISO's spelling.
    Text(String),
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(is) => is.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl Questionnaire {
    /// `url|version`: what a response says that it answers.
    pub fn canonical(&self) -> String {
        format!("{}|{}", self.url, self.version)
    }

    /// The FHIR JSON that it was read from, unknown extensions and all.
    pub fn json(&self) -> &Json {
        &self.source
    }

    /// Whether an answer says that there is no time: then only what must be known at once is
    /// required, and the rest can follow.
    pub fn is_in_a_hurry(&self, answers: &Answers) -> bool {
        let groups = self.items.iter().filter(|i| !i.is_repeating_group());
        groups.flat_map(|group| &group.items).any(|item| {
            item.hurries.as_deref().is_some_and(|answer| answers.get(&item.link_id) == answer)
        })
    }

    /// Every item, parents before children.
    pub fn all_items(&self) -> Vec<&Item> {
        fn walk<'q>(items: &'q [Item], all: &mut Vec<&'q Item>) {
            for item in items {
                all.push(item);
                walk(&item.items, all);
            }
        }
        let mut all = Vec::new();
        walk(&self.items, &mut all);
        all
    }

    /// An item and the items around it, the outermost first.
    pub(crate) fn path_to(&self, link_id: &str) -> Option<Vec<&Item>> {
        fn find<'q>(items: &'q [Item], link_id: &str) -> Option<Vec<&'q Item>> {
            items.iter().find_map(|item| {
                let inner =
                    if item.link_id == link_id { Vec::new() } else { find(&item.items, link_id)? };
                Some(std::iter::once(item).chain(inner).collect())
            })
        }
        find(&self.items, link_id)
    }
}

impl Item {
    /// Whether it takes an answer.
    pub fn is_question(&self) -> bool {
        !matches!(self.kind, Kind::Group | Kind::Display | Kind::Other)
    }

    /// Whether it is a group that is answered as often as there are people or things to name.
    pub fn is_repeating_group(&self) -> bool {
        self.kind == Kind::Group && self.repeats
    }

    /// Whether it or an item inside it has that link id.
    pub fn holds(&self, link_id: &str) -> bool {
        self.link_id == link_id || self.items.iter().any(|i| i.holds(link_id))
    }

    /// The words of a choice.
    pub fn words_of<'a>(&'a self, code: &'a str) -> &'a str {
        self.options.iter().find(|(c, _)| c == code).map_or(code, |(_, words)| words)
    }
}
