//! A page of questions: each item as the control that its kind asks for, with what was typed and
//! what is to be put right.

use govuk::{
    Button, Checkboxes, DateInput, Details, Form, InsetText, Radios, Select, TextInput, Textarea,
};
use maud::{Markup, html};
use questionnaire::{Answers, Item, Kind, Page, Problem, Questionnaire, ShowAs};

use super::{answered::shown, drafts::seen, known, store::Draft, views::filled_in};
use crate::web::{
    Asker,
    meanwhile::{Twice, both},
    typed::summary,
};

/// A page of questions.
pub struct Asked<'a> {
    pub asker: &'a Asker,
    pub questionnaire: &'a Questionnaire,
    pub draft: &'a Draft,
    pub page: Page<'a>,
    /// What to show in the fields: what is saved, or what was just typed.
    pub answers: &'a Answers,
    pub problems: &'a [Problem],
    /// What somebody else saved meanwhile, when there is a conflict.
    pub theirs: Option<&'a Answers>,
}

impl Asked<'_> {
    pub fn render(&self) -> Markup {
        let prefix = self.page.prefix();
        let title = match (self.page.index, &self.page.group.singular) {
            (Some(index), Some(one)) => format!("{}: {one} {}", self.page.group.text, index + 1),
            _ => self.page.group.text.clone(),
        };
        let action = format!("/requests/{}/{}", self.draft.reference, self.page.slug());
        html! {
            (self.summary())
            h1 class=(govuk::HEADING_L) { (title) }
            @if let Some(theirs) = self.theirs { (self.conflict(theirs)) }
            (filled_in(self.page, &self.draft.answers))
            @if self.is_offered_the_family_name() {
                (InsetText::new("The family name of the first child is filled in. Change it if this child has another one.").render())
            }
            (Form::new(&action, &self.asker.form_token)
                .hidden(&[("seen".into(), seen(self.page, &self.draft.answers))])
                .content(html! {
                    @for item in &self.page.group.items { (self.item(item, &prefix)) }
                    div class=(govuk::BUTTONS) {
                        (Button::new("Save and continue").sends("next", "continue").render())
                        (Button::new("Save and come back later").secondary().sends("next", "later").render())
                    }
                }).render())
        }
    }

    /// Whether the family name of the first child stands in the field of this one.
    fn is_offered_the_family_name(&self) -> bool {
        known::family_name_offered(self.page, &self.draft.answers)
            .is_some_and(|(field, name)| self.answers.get(&field) == name)
    }

    fn summary(&self) -> Markup {
        let to = |field: &str| match self.kind_of(field) {
            Some(Kind::Date) => format!("#{field}-day"),
            _ => format!("#{field}"),
        };
        summary(self.problems.iter().map(|p| (to(&p.field), p.say.as_str())))
    }

    fn kind_of(&self, field: &str) -> Option<Kind> {
        let link_id = field.rsplit('.').next()?;
        self.questionnaire.all_items().iter().find(|i| i.link_id == link_id).map(|i| i.kind)
    }

    /// Both texts, where somebody saved this page meanwhile.
    fn conflict(&self, theirs: &Answers) -> Markup {
        let prefix = self.page.prefix();
        let lines = self.page.group.items.iter().map(|item| {
            let field = format!("{prefix}{}", item.link_id);
            let (saved, typed) = (shown(item, &field, theirs), shown(item, &field, self.answers));
            Twice { what: item.text.clone(), saved, typed }
        });
        both("This page was saved in another window while you were typing.", lines)
    }

    fn item(&self, item: &Item, prefix: &str) -> Markup {
        let field = format!("{prefix}{}", item.link_id);
        if item.hidden || !self.may_be_asked(item, prefix) {
            return html! {};
        }
        html! {
            @if let Some((title, lines)) = &item.guidance {
                (Details::new(title).content(html! {
                    @for line in lines { p class=(govuk::BODY) { (guidance(line)) } }
                }).render())
            }
            (self.control(item, &field))
            @for inner in &item.items { (self.item(inner, prefix)) }
        }
    }

    /// Without scripts a question that another on the same page decides must be there from the
    /// start; only one that an earlier page has decided is left out.
    fn may_be_asked(&self, item: &Item, prefix: &str) -> bool {
        let on_this_page =
            |question: &str| self.page.group.items.iter().any(|i| i.link_id == question);
        item.conditions.iter().any(|c| on_this_page(&c.question))
            || self.questionnaire.is_asked(item, prefix, self.answers)
    }

    fn control(&self, item: &Item, field: &str) -> Markup {
        let error = self.problems.iter().find(|p| p.field == field).map(|p| p.say.as_str());
        let help = self.help(item);
        let typed = self.answers.get(field);
        match item.kind {
            Kind::Display => InsetText::new(&item.text).render(),
            Kind::Group | Kind::Other => html! {},
            Kind::Date => {
                let part = |name: &str| self.answers.get(&format!("{field}.{name}"));
                DateInput::new(field)
                    .legend(&item.text)
                    .hint(&help)
                    .error(error)
                    .values(part("day"), part("month"), part("year"))
                    .render()
            }
            Kind::Choice if item.repeats => {
                let mut boxes = Checkboxes::new(field)
                    .legend(&item.text)
                    .hint(&help)
                    .error(error)
                    .values(self.answers.all(field));
                for (code, words) in &item.options {
                    boxes = boxes.item(code, words);
                }
                boxes.render()
            }
            Kind::Choice if item.show_as == Some(ShowAs::Select) => {
                let mut select = Select::new(field)
                    .label(&item.text)
                    .hint(&help)
                    .error(error)
                    .value(typed)
                    .item("", "Choose one");
                for (code, words) in &item.options {
                    select = select.item(code, words);
                }
                select.render()
            }
            Kind::Choice | Kind::Boolean => {
                let mut radios =
                    Radios::new(field).legend(&item.text).hint(&help).error(error).value(typed);
                let yes_no =
                    [("yes".to_owned(), "Yes".to_owned()), ("no".to_owned(), "No".to_owned())];
                let options = if item.kind == Kind::Boolean { &yes_no[..] } else { &item.options };
                for (code, words) in options {
                    radios = radios.item(code, words);
                }
                radios.render()
            }
            Kind::Text => Textarea::new(field)
                .label(&item.text)
                .hint(&help)
                .error(error)
                .value(typed)
                .most(item.longest())
                .render(),
            _ => text_input(item, field).hint(&help).error(error).value(typed).render(),
        }
    }

    /// The help, and when the question is to be answered at all.
    fn help(&self, item: &Item) -> String {
        let when = item.conditions.first().and_then(|c| {
            let question = self.page.group.items.iter().find(|i| i.link_id == c.question)?;
            let answers: Vec<&str> = item
                .conditions
                .iter()
                .filter_map(|c| match &c.answer {
                    questionnaire::Expected::Text(code) => Some(question.words_of(code)),
                    _ => None,
                })
                .collect();
            Some(format!("Answer this if you chose “{}” above.", answers.join("” or “")))
        });
        [when, item.help.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// A line of guidance. One that is written `[words](/path)` leads there, in a tab of its own, so
/// that what is typed on this page stays.
fn guidance(line: &str) -> Markup {
    let link = line.strip_prefix('[').and_then(|l| l.strip_suffix(')')?.split_once("](/"));
    html! {
        @match link {
            Some((words, path)) => a class=(govuk::LINK) href={ "/" (path) } target="_blank" rel="noopener" { (words) " (opens in a new tab)" },
            None => (line),
        }
    }
}

fn text_input(item: &Item, field: &str) -> TextInput {
    let input = TextInput::new(field).label(&item.text);
    match item.show_as {
        Some(ShowAs::Short) => input.width(10),
        Some(ShowAs::Email) => input.input_type("email"),
        Some(ShowAs::Telephone) => input.input_type("tel").width(20),
        _ if matches!(item.kind, Kind::Integer | Kind::Decimal) => input.numeric().width(5),
        _ => input,
    }
}
