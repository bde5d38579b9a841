//! A questionnaire and its items, as they are asked.

/// A version of a questionnaire.
#[derive(Debug, Clone, PartialEq)]
pub struct Questionnaire {
    pub url: String,
    pub version: String,
    pub title: String,
    pub items: Vec<Item>,
}

/// A question, a group of them, or words between them.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Unique in the questionnaire; field names derive from it.
    pub link_id: String,
    pub text: String,
    pub kind: Kind,
    pub required: bool,
    pub repeats: bool,
    pub read_only: bool,
    pub hidden: bool,
    /// In characters.
    pub max_length: Option<usize>,
    /// The choices: code and words.
    pub options: Vec<(String, String)>,
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
    /// What to say when it is not answered.
    pub ask_for: Option<String>,
    pub min: Option<i64>,
    pub max: Option<i64>,
    pub initial: Vec<String>,
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
    Text(String),
}

impl Questionnaire {
    /// `url|version`: what a response says that it answers.
    pub fn canonical(&self) -> String {
        format!("{}|{}", self.url, self.version)
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
}

impl Item {
    /// Whether it takes an answer.
    pub fn is_question(&self) -> bool {
        !matches!(self.kind, Kind::Group | Kind::Display | Kind::Other)
    }

    /// The words of a choice.
    pub fn words_of<'a>(&'a self, code: &'a str) -> &'a str {
        self.options.iter().find(|(c, _)| c == code).map_or(code, |(_, words)| words)
    }
}
