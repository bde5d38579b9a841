//! Taking up what a web form sent, and putting answers back into a form's fields. Nothing that was
//! typed is judged here, and nothing that was not on the form is touched.

use crate::{
    answers::Answers,
    item::{Item, Kind, Questionnaire},
    pages::Page,
};

impl Questionnaire {
    /// Takes up what a page's form sent. Only what the page offers is taken: fields of other pages
    /// and of items that are hidden, read-only or not asked keep what they hold. A choice that was
    /// offered and not sent was unchosen; a text that was not sent was not on the form.
    pub fn take(&self, page: Page<'_>, sent: &[(String, String)], answers: &mut Answers) {
        let mut offered = Vec::new();
        self.offer(page.items(), page, answers, &mut offered);
        for item in offered.into_iter().filter(|i| i.is_question() && !i.read_only) {
            for field in item.fields(&page.prefix()) {
                let values: Vec<String> = sent
                    .iter()
                    .filter(|(name, _)| *name == field)
                    .map(|(_, value)| value.clone())
                    .collect();
                if !values.is_empty() || item.is_ticked() {
                    answers.set(&field, values);
                }
            }
        }
    }

    /// Whether a page has an item on its form. Without scripts, one that another question of the
    /// same page decides must be there from the start.
    pub fn is_offered(&self, item: &Item, page: Page<'_>, answers: &Answers) -> bool {
        let decided_here = |question: &str| page.items().iter().any(|i| i.holds(question));
        !item.hidden
            && (item.conditions.iter().any(|c| decided_here(&c.question))
                || self.is_asked(item, &page.prefix(), answers))
    }

    fn offer<'q>(
        &self,
        items: &'q [Item],
        page: Page<'q>,
        answers: &Answers,
        offered: &mut Vec<&'q Item>,
    ) {
        for item in items.iter().filter(|i| self.is_offered(i, page, answers)) {
            offered.push(item);
            self.offer(&item.items, page, answers, offered);
        }
    }

    /// What is answered from the start, outside repetitions.
    pub fn initial_answers(&self) -> Answers {
        let mut answers = Answers::default();
        let once = self.items.iter().filter(|i| !i.is_repeating_group());
        for item in once.flat_map(Item::with_inner) {
            item.put("", &item.initial, &mut answers);
        }
        answers
    }
}

impl Item {
    /// The names of its fields in a form.
    fn fields(&self, prefix: &str) -> Vec<String> {
        let field = format!("{prefix}{}", self.link_id);
        match self.kind {
            Kind::Date => ["day", "month", "year"].map(|part| format!("{field}.{part}")).to_vec(),
            _ => vec![field],
        }
    }

    /// Whether browsers send nothing when nothing is chosen.
    fn is_ticked(&self) -> bool {
        matches!(self.kind, Kind::Boolean | Kind::Choice | Kind::OpenChoice)
    }

    /// Puts answers in FHIR's spelling into the fields, as if they had been typed.
    pub(crate) fn put(&self, prefix: &str, spelt: &[String], answers: &mut Answers) {
        let fields = self.fields(prefix);
        if self.kind == Kind::Date {
            let parts = spelt.first().into_iter().flat_map(|date| date.splitn(3, '-'));
            for (field, part) in fields.iter().rev().zip(parts) {
                answers.set(field, vec![part.to_owned()]);
            }
            return;
        }
        let typed = |spelt: &String| match (self.kind, spelt.as_str()) {
            (Kind::Boolean, "true") => "yes".to_owned(),
            (Kind::Boolean, "false") => "no".to_owned(),
            _ => spelt.clone(),
        };
        for field in fields {
            answers.set(&field, spelt.iter().map(typed).collect());
        }
    }

    fn with_inner(&self) -> Vec<&Item> {
        let inner = self.items.iter().flat_map(Item::with_inner);
        std::iter::once(self).chain(inner).collect()
    }
}
