//! Pages: each top-level group is one, and each repetition of a repeating group is one; a question
//! outside any group is a page by itself. A page can be saved half done; what is missing is asked
//! for at the end.

use crate::{
    answers::Answers,
    item::{Item, Kind, Questionnaire},
    problem::Problem,
};

/// A page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Page<'q> {
    /// The group that it shows, or the question that stands alone.
    pub group: &'q Item,
    /// Which repetition, from 0, when the group repeats.
    pub index: Option<usize>,
}

impl<'q> Page<'q> {
    /// What it asks.
    pub fn items(&self) -> &'q [Item] {
        match self.group.kind {
            Kind::Group => &self.group.items,
            _ => std::slice::from_ref(self.group),
        }
    }

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

    /// Whether it stands for a repetition that nobody has begun.
    fn is_unbegun(&self, answers: &Answers) -> bool {
        self.index.is_some_and(|index| index >= answers.repetitions(&self.group.link_id))
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
                let repeats = group.is_repeating_group();
                let times = if repeats { answers.repetitions(&group.link_id).max(1) } else { 1 };
                (0..times).map(move |n| Page { group, index: repeats.then_some(n) })
            })
            .collect()
    }

    /// The page of that name; for a repeating group also one beyond the last repetition.
    pub fn page(&self, slug: &str, answers: &Answers) -> Option<Page<'_>> {
        let pages = self.pages(answers);
        if let Some(page) = pages.iter().find(|p| p.slug() == slug) {
            return Some(*page);
        }
        let last = pages
            .iter()
            .rfind(|p| slug.rsplit_once('-').is_some_and(|(group, _)| p.group.link_id == group))?;
        let next = Page { group: last.group, index: Some(last.index? + 1) };
        let begun = !last.is_unbegun(answers);
        (begun && next.slug() == slug && next.index? < Answers::MOST_REPETITIONS).then_some(next)
    }

    /// What is to be put right on a page. What is not answered is a problem only when `at_end`,
    /// in a repetition only once somebody has begun it or when one is required, and in a hurry
    /// only when it must be known at once.
    pub fn problems(&self, page: Page<'_>, answers: &Answers, at_end: bool) -> Vec<Problem> {
        self.problems_when(page, answers, at_end, self.is_in_a_hurry(answers))
    }

    fn problems_when(
        &self,
        page: Page<'_>,
        answers: &Answers,
        at_end: bool,
        hurry: bool,
    ) -> Vec<Problem> {
        let must = at_end && (page.group.required || !page.is_unbegun(answers));
        let mut problems = Vec::new();
        self.walk(page.items(), &page.prefix(), answers, &mut |item, field, asked| {
            if !asked {
                return;
            }
            let say = match (&item.unanswerable, item.values(field, answers)) {
                (Some(why), _) if item.required => {
                    Some(format!("This question can’t be answered here: {why}"))
                }
                _ if !item.is_question() => None,
                (_, Err(say)) => Some(say),
                (_, Ok(values)) => {
                    let wanted = item.required && must && (item.at_once || !hurry);
                    (values.is_empty() && wanted).then(|| ask(item))
                }
            };
            problems.extend(say.map(|say| Problem { field: field.to_owned(), say }));
        });
        problems
    }

    /// Whether everything that a page asks for is there and makes sense.
    pub fn is_complete(&self, page: Page<'_>, answers: &Answers) -> bool {
        self.problems(page, answers, true).is_empty()
    }

    /// Whether a page lacks something that it asks for where there is time.
    pub fn lacks_any(&self, page: Page<'_>, answers: &Answers) -> bool {
        !self.problems_when(page, answers, true, false).is_empty()
    }

    /// Visits every item with its field and whether it is asked; not what is inside an item that
    /// is not asked.
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

fn ask(item: &Item) -> String {
    if let Some(say) = &item.ask_for {
        return say.clone();
    }
    match item.kind {
        Kind::Choice | Kind::Boolean => format!("Choose an answer to “{}”", item.text),
        _ => format!("Enter an answer to “{}”", item.text),
    }
}
