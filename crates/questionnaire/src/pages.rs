//! Pages: each top-level group is one, and each repetition of a repeating group is one. A page
//! can be saved half done; what is missing is asked for at the end.

use crate::{
    answers::Answers,
    item::{Item, Kind, Questionnaire},
    problem::Problem,
};

/// A page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Page<'q> {
    /// The group that it shows.
    pub group: &'q Item,
    /// Which repetition, from 0, when the group repeats.
    pub index: Option<usize>,
}

impl Page<'_> {
    /// The page's name in addresses: `worries`, `children-1`.
    pub fn slug(&self) -> String {
        match self.index {
            None => self.group.link_id.clone(),
            Some(index) => format!("{}-{}", self.group.link_id, index + 1),
        }
    }

    /// What the names of its fields begin with.
    pub fn prefix(&self) -> String {
        match self.index {
            None => String::new(),
            Some(index) => format!("{}[{index}].", self.group.link_id),
        }
    }
}

impl Questionnaire {
    /// The pages that are asked, in order. A repeating group has a page for each repetition, and
    /// one when there is none yet.
    pub fn pages(&self, answers: &Answers) -> Vec<Page<'_>> {
        self.items
            .iter()
            .filter(|group| self.is_asked(group, "", answers))
            .flat_map(|group| {
                let times =
                    if group.repeats { answers.repetitions(&group.link_id).max(1) } else { 1 };
                (0..times).map(move |n| Page { group, index: group.repeats.then_some(n) })
            })
            .collect()
    }

    /// The page of that name; for a repeating group also one beyond the last repetition.
    pub fn page(&self, slug: &str, answers: &Answers) -> Option<Page<'_>> {
        if let Some(page) = self.pages(answers).into_iter().find(|p| p.slug() == slug) {
            return Some(page);
        }
        let (group, number) = slug.rsplit_once('-')?;
        let group = self.items.iter().find(|i| i.link_id == group && i.repeats)?;
        let index = number.parse::<usize>().ok()?.checked_sub(1)?;
        (index == answers.repetitions(&group.link_id)).then_some(Page { group, index: Some(index) })
    }

    /// Takes up what a page's form sent. Fields of other pages are not touched.
    pub fn take(&self, page: Page<'_>, sent: &[(String, String)], answers: &mut Answers) {
        let prefix = page.prefix();
        let mut fields = Vec::new();
        names(&page.group.items, &prefix, &mut fields);
        for field in fields {
            let values = sent.iter().filter(|(name, _)| *name == field).map(|(_, v)| v.clone());
            answers.set(&field, values.collect());
        }
    }

    /// What is to be put right on a page. What is not answered is a problem only when `at_end`.
    pub fn problems(&self, page: Page<'_>, answers: &Answers, at_end: bool) -> Vec<Problem> {
        let mut problems = Vec::new();
        self.walk(&page.group.items, &page.prefix(), answers, &mut |item, field, asked| {
            if !asked || !item.is_question() {
                return;
            }
            match item.values(field, answers) {
                Err(say) => problems.push(Problem { field: field.to_owned(), say }),
                Ok(values) if values.is_empty() && item.required && at_end => {
                    problems.push(Problem { field: field.to_owned(), say: ask_for(item) });
                }
                Ok(_) => {}
            }
        });
        problems
    }

    /// Whether everything that a page asks for is there and makes sense.
    pub fn is_complete(&self, page: Page<'_>, answers: &Answers) -> bool {
        self.problems(page, answers, true).is_empty()
    }

    /// Visits every item with its field and whether it is asked; groups inside a page do not
    /// repeat.
    pub fn walk<'q>(
        &'q self,
        items: &'q [Item],
        prefix: &str,
        answers: &Answers,
        visit: &mut impl FnMut(&'q Item, &str, bool),
    ) {
        for item in items {
            let asked = self.is_asked(item, prefix, answers);
            visit(item, &format!("{prefix}{}", item.link_id), asked);
            if asked {
                self.walk(&item.items, prefix, answers, visit);
            }
        }
    }
}

fn ask_for(item: &Item) -> String {
    if let Some(say) = &item.ask_for {
        return say.clone();
    }
    match item.kind {
        Kind::Choice | Kind::Boolean => format!("Choose an answer to “{}”", item.text),
        _ => format!("Enter an answer to “{}”", item.text),
    }
}

fn names(items: &[Item], prefix: &str, names_of: &mut Vec<String>) {
    for item in items {
        let field = format!("{prefix}{}", item.link_id);
        if item.kind == Kind::Date {
            names_of.extend(["day", "month", "year"].map(|part| format!("{field}.{part}")));
        } else if item.is_question() {
            names_of.push(field);
        }
        names(&item.items, prefix, names_of);
    }
}
