//! What the page for a contact by telephone looks like. Nothing is decided here.

use govuk::{
    Button, Checkboxes, DateInput, Details, ErrorSummary, Form, Radios, Select, TextInput, Textarea,
};
use maud::{Markup, html};
use platform::db::{Row, sea_orm};

use super::telephone::{ADULTS, FAMILY_PHONE, PUBLIC, Problems, SEXES};
use crate::{
    App,
    web::{Asker, Fields, layout},
};

/// An agency, to be chosen.
#[derive(Debug, Row)]
pub struct Agency {
    pub reference: String,
    pub name: String,
}

/// The form with what was typed.
struct Typed<'a> {
    fields: &'a Fields,
    problems: &'a Problems,
}

impl Typed<'_> {
    fn error(&self, name: &str) -> Option<&str> {
        self.problems.iter().find(|(field, _)| field == name).map(|(_, say)| say.as_str())
    }

    fn line(&self, name: &str, label: &str) -> TextInput {
        TextInput::new(name).label(label).value(self.fields.get(name)).error(self.error(name))
    }

    fn lines(&self, name: &str, label: &str, hint: &str, rows: u8) -> Markup {
        let area = Textarea::new(name).label(label).hint(hint).rows(rows);
        area.value(self.fields.get(name)).error(self.error(name)).render()
    }

    fn date(&self, name: &str, legend: &str, hint: &str) -> Markup {
        let part = |which: &str| self.fields.get(&format!("{name}.{which}"));
        DateInput::new(name)
            .legend(legend)
            .hint(hint)
            .values(part("day"), part("month"), part("year"))
            .error(self.error(name))
            .render()
    }

    fn child(&self, n: usize) -> Markup {
        let ticked: Vec<String> = self.fields.some(&format!("unborn.{n}")).into_iter().collect();
        html! {
            h2 class=(govuk::HEADING_M) { "Child " (n + 1) }
            (self.line(&format!("given.{n}"), &format!("First names of child {}", n + 1)).render())
            (self.line(&format!("family.{n}"), &format!("Family name of child {}", n + 1)).render())
            (Checkboxes::new(&format!("unborn.{n}")).legend(&format!("Child {}", n + 1)).small()
                .values(&ticked).item("yes", "Not born yet").render())
            (self.date(&format!("born.{n}"), &format!("Date of birth of child {}, if known", n + 1),
                "The expected date for a baby who is not born yet."))
            (self.sex(n))
            (self.line(&format!("school.{n}"), &format!("School or nursery of child {}, if known", n + 1)).render())
        }
    }

    fn sex(&self, n: usize) -> Markup {
        let name = format!("sex.{n}");
        let select = Select::new(&name)
            .label(&format!("Sex of child {}", n + 1))
            .value(self.fields.get(&name))
            .item("", "Not asked");
        SEXES.iter().fold(select, |select, (code, title)| select.item(code, title)).render()
    }

    fn adult(&self, n: usize) -> Markup {
        let who = format!("parent or carer {}", n + 1);
        let home = format!("adult-home.{n}");
        let ticked: Vec<String> = self.fields.some(&home).into_iter().collect();
        html! {
            h3 class=(govuk::HEADING_S) { "Parent or carer " (n + 1) ", if known" }
            (self.line(&format!("adult-given.{n}"), &format!("First names of {who}")).render())
            (self.line(&format!("adult-family.{n}"), &format!("Family name of {who}")).render())
            (self.line(&format!("adult-relationship.{n}"), &format!("What {who} is to the children")).render())
            (Checkboxes::new(&home).legend(&format!("Home of {who}")).small().values(&ticked)
                .item("yes", "Lives with the children").render())
        }
    }
}

/// The page.
pub fn page(
    app: &App,
    asker: &Asker,
    agencies: &[Agency],
    fields: &Fields,
    children: usize,
    problems: &Problems,
) -> Markup {
    let typed = Typed { fields, problems };
    let summary = problems
        .iter()
        .fold(ErrorSummary::new(), |s, (field, say)| s.item(&format!("#{}", target(field)), say));
    let body = html! {
        @if !problems.is_empty() { (summary.render()) }
        h1 class=(govuk::HEADING_L) { "Take down a contact from a call" }
        (Form::new("/contacts/by-telephone", &asker.form_token)
            .once(Some(fields.get("once")))
            .hidden(&[("children".to_owned(), children.to_string())])
            .content(html! {
                (Radios::new("danger").legend("Is a child in immediate danger?").value(fields.get("danger"))
                    .error(typed.error("danger"))
                    .item("yes", "Yes: ask the caller to ring 999 now").item("no", "No").render())
                (typed.line("caller", "Who is calling, and how can they be reached?").render())
                (works_where(&typed, agencies))
                (typed.lines("worry", "What is the caller worried about?", "", 8))
                (typed.lines("must_not_know", "Who must not know of this call, and why?", "Leave empty if nobody.", 2))
                @for n in 0..children { (typed.child(n)) }
                (Button::new("Add another child").secondary().sends("next", "more").render())
                h2 class=(govuk::HEADING_M) { "The family" }
                (typed.line("address", "Address where the children live").render())
                (typed.line("postcode", "Postcode").width(10).render())
                (typed.line(FAMILY_PHONE, "Telephone of the family").input_type("tel").width(20).render())
                (Radios::new("protected").legend("Must this address or number be kept secret from anybody?")
                    .value(fields.get("protected")).item("yes", "Yes").item("no", "No or not known").render())
                @for n in 0..ADULTS { (typed.adult(n)) }
                (level(fields))
                (when(&typed))
                (Button::new("Put it on the record").render())
            }).render())
    };
    layout::page_with_back(app, asker, "Take down a contact", ("/hub", "Hub queue"), &body)
}

/// The first field of a group, which the summary leads to.
fn target(field: &str) -> String {
    let is_date = field.starts_with("born.") || field == "received";
    if is_date { format!("{field}-day") } else { field.to_owned() }
}

fn works_where(typed: &Typed<'_>, agencies: &[Agency]) -> Markup {
    let select = Select::new("agency")
        .label("Where does the caller work?")
        .value(typed.fields.get("agency"))
        .error(typed.error("agency"))
        .item("", "Choose one")
        .item(PUBLIC, "Nowhere: a member of the public or of the family");
    agencies.iter().fold(select, |select, a| select.item(&a.reference, &a.name)).render()
}

fn level(fields: &Fields) -> Markup {
    (1..=4)
        .fold(
            Select::new("level")
                .label("Which level does the caller think it is?")
                .value(fields.get("level"))
                .item("", "Not asked"),
            |select, n| select.item(&n.to_string(), &format!("Level {n}")),
        )
        .render()
}

/// For a call that is put on the record later than it came in.
fn when(typed: &Typed<'_>) -> Markup {
    let content = html! {
        (typed.date("received", "Day of the call", "For example, 27 3 2026."))
        (typed.line("received.time", "Time of the call, like 21:40").width(5).render())
    };
    if typed.error("received").is_some() || !typed.fields.get("received.day").is_empty() {
        return content;
    }
    Details::new("The call did not come in just now").content(content).render()
}
