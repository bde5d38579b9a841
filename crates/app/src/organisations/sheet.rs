//! A form as a list of lines: what each is called, what may stand in it, and how it is shown again
//! when it can't be taken, beside what somebody else saved meanwhile. It knows no agency.

use std::borrow::Cow;

use govuk::{Button, Form, PasswordInput, Select};
use jiff::civil::Date;
use maud::{Markup, html};

use crate::{
    limits::LINE,
    web::{
        Asker, Fields,
        meanwhile::{Twice, both},
        typed::{Problems, Typed, day, day_or_none},
    },
};

/// One line of a form.
pub struct Line {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    must: bool,
    what: What,
}

/// What may stand in a line.
enum What {
    Text,
    Telephone,
    Email,
    /// What is typed and never shown again.
    Secret,
    Day,
    /// One of these: what is sent, and what is read.
    Choice(Vec<(String, String)>),
}

impl Line {
    fn of(name: &'static str, label: &'static str, what: What) -> Self {
        Self { name, label, hint: "", must: true, what }
    }

    /// Words.
    pub fn text(name: &'static str, label: &'static str) -> Self {
        Self::of(name, label, What::Text)
    }

    /// A telephone number; nothing may stand there.
    pub fn telephone(name: &'static str, label: &'static str) -> Self {
        Self::of(name, label, What::Telephone).or_nothing()
    }

    /// An e-mail address.
    pub fn email(name: &'static str, label: &'static str) -> Self {
        Self::of(name, label, What::Email)
    }

    /// What is never shown again; left empty, it stays what it was.
    pub fn secret(name: &'static str, label: &'static str) -> Self {
        Self::of(name, label, What::Secret).or_nothing()
    }

    /// A day.
    pub fn day(name: &'static str, label: &'static str) -> Self {
        Self::of(name, label, What::Day)
    }

    /// One of these, each with what is read.
    pub fn choice(
        name: &'static str,
        label: &'static str,
        choices: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        Self::of(name, label, What::Choice(choices.into_iter().collect()))
    }

    /// Nothing may stand there.
    pub fn or_nothing(mut self) -> Self {
        self.must = false;
        self
    }

    /// Help.
    pub fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }

    fn check(&self, fields: &Fields, problems: &mut Problems) {
        let said = fields.get(self.name);
        if let What::Day = self.what {
            match self.must {
                true => drop(day(fields, self.name, self.label, problems)),
                false => drop(day_or_none(fields, self.name, self.label, problems)),
            }
            return;
        }
        let is_known = |choices: &[(String, String)]| choices.iter().any(|(slug, _)| slug == said);
        let label = self.label.to_lowercase();
        let long = LINE.exceeded_by(said);
        let say = match (&self.what, long) {
            _ if said.is_empty() && !self.must => return,
            (What::Choice(choices), _) if is_known(choices) && !said.is_empty() => return,
            (What::Choice(_), _) => format!("Choose the {label}"),
            _ if said.is_empty() => format!("Enter the {label}"),
            (_, Some(say)) => say,
            (What::Telephone, _) if said.chars().filter(char::is_ascii_digit).count() < 3 => {
                "Enter a telephone number that can be rung, in digits".to_owned()
            }
            (What::Email, _) if !super::staff::is_address(&said.to_lowercase()) => {
                "Enter a work e-mail address, like ann@school.example".to_owned()
            }
            _ => return,
        };
        problems.add(self.name, say);
    }

    fn render(&self, typed: Typed<'_>) -> Markup {
        let (said, error) = (typed.get(self.name), typed.error(self.name));
        let text = || {
            let input = typed.line(self.name, self.label);
            if self.hint.is_empty() { input } else { input.hint(self.hint) }
        };
        match &self.what {
            What::Text => text().render(),
            What::Telephone => text().input_type("tel").width(20).render(),
            What::Email => text().input_type("email").render(),
            What::Secret => PasswordInput::new(self.name)
                .label(self.label)
                .hint(self.hint)
                .error(error)
                .render(),
            What::Day => typed.date(self.name, self.label, self.hint),
            What::Choice(choices) => {
                let mut select = Select::new(self.name).label(self.label).value(said).error(error);
                if !self.hint.is_empty() {
                    select = select.hint(self.hint);
                }
                select = select.item("", if self.must { "Choose one" } else { "None" });
                for (slug, title) in choices {
                    select = select.item(slug, title);
                }
                select.render()
            }
        }
    }

    /// What stands in a line, as it is read.
    fn read<'f>(&'f self, fields: &'f Fields) -> Cow<'f, str> {
        let said = fields.get(self.name);
        match &self.what {
            What::Choice(choices) => {
                let chosen = choices.iter().find(|(slug, _)| slug == said);
                chosen.map_or(said, |(_, title)| title).into()
            }
            What::Secret => "Not shown".into(),
            What::Day => {
                let part = |part: &str| fields.get(&format!("{}.{part}", self.name)).to_owned();
                ["day", "month", "year"].map(part).join(" ").trim().to_owned().into()
            }
            _ => said.into(),
        }
    }
}

/// What is wrong with what was typed into these lines.
pub fn check(lines: &[Line], fields: &Fields) -> Problems {
    let mut problems = Problems::default();
    for line in lines {
        line.check(fields, &mut problems);
    }
    problems
}

/// The kinds of a list as choices, and the one that stands there now.
pub fn kinds(kinds: &[&str], now: &str) -> Vec<(String, String)> {
    let is_other = !now.is_empty() && !kinds.contains(&now);
    let all = kinds.iter().copied().chain(is_other.then_some(now));
    all.map(|kind| (kind.to_owned(), crate::web::words::capital(kind))).collect()
}

/// The fields of a form that was filled in with these.
pub fn filled<const N: usize>(fields: [(&str, Option<&str>); N]) -> Fields {
    let field =
        |(name, value): (&str, Option<&str>)| (name.to_owned(), value.unwrap_or("").to_owned());
    Fields(fields.map(field).into())
}

/// The fields of a day.
pub fn filled_day(name: &str, day: Date) -> [(String, String); 3] {
    [
        (format!("{name}.day"), day.day().to_string()),
        (format!("{name}.month"), day.month().to_string()),
        (format!("{name}.year"), day.year().to_string()),
    ]
}

/// A form with what was typed.
pub struct Sheet<'a> {
    /// Where it is sent.
    pub action: &'a str,
    pub lines: &'a [Line],
    pub typed: Typed<'a>,
    /// The revision that it changes, where it changes something.
    pub revision: Option<i64>,
    /// What somebody else saved since it was opened.
    pub theirs: Option<&'a Fields>,
    /// The words on the button.
    pub press: &'a str,
}

impl Sheet<'_> {
    /// What is wrong, and what somebody else saved: over the heading of the page.
    pub fn over(&self) -> Markup {
        let twice = |theirs: &'_ Fields, line: &Line| Twice {
            what: line.label.to_owned(),
            saved: line.read(theirs).into_owned(),
            typed: line.read(self.typed.fields).into_owned(),
        };
        html! {
            (self.typed.summary())
            @if let Some(theirs) = self.theirs {
                (both(
                    "Somebody else changed this while you were working on it.",
                    self.lines.iter().map(|line| twice(theirs, line)),
                ))
            }
        }
    }

    pub fn render(&self, asker: &Asker) -> Markup {
        let anew = self.typed.fields.seen_anew();
        let fields = if self.theirs.is_some() { &anew } else { self.typed.fields };
        let form = Typed { fields, ..self.typed };
        let revision = self.revision.map(|now| form.revision(now));
        Form::new(self.action, &asker.form_token)
            .once(Some(form.get("once")))
            .hidden(&revision.into_iter().collect::<Vec<_>>())
            .content(html! {
                @for line in self.lines { (line.render(self.typed)) }
                (Button::new(self.press).render())
            })
            .render()
    }
}
