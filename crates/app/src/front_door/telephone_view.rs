//! What the page for a contact by telephone looks like. Nothing is decided here.

use govuk::{Button, Checkboxes, Form, Radios, Select};
use maud::{Markup, html};
use platform::db::{Row, sea_orm};

use super::telephone::{ADULTS, CAME_IN, PUBLIC};
use crate::{
    App, limits,
    people::{SEXES, SafeFor},
    web::{
        Asker, Fields, layout,
        typed::{Problems, Typed},
    },
};

/// An agency, to be chosen.
#[derive(Debug, Row)]
pub struct Agency {
    pub reference: String,
    pub name: String,
}

/// The fields of one child.
fn child(typed: Typed<'_>, n: usize) -> Markup {
    let ticked: Vec<String> = typed.fields.some(&format!("unborn.{n}")).into_iter().collect();
    html! {
        h2 class=(govuk::HEADING_M) { "Child " (n + 1) }
        (typed.line(&format!("given.{n}"), &format!("First names of child {}", n + 1)).render())
        (typed.line(&format!("family.{n}"), &format!("Family name of child {}", n + 1)).render())
        (Checkboxes::new(&format!("unborn.{n}")).legend(&format!("Child {}", n + 1)).small()
            .values(&ticked).item("yes", "Not born yet").render())
        (typed.date(&format!("born.{n}"), &format!("Date of birth of child {}, if known", n + 1),
            "Leave the day, or the day and the month, empty if the caller does not know them. The expected date for a baby who is not born yet."))
        (typed.line(&format!("age.{n}"), &format!("If the date is not known, about how old is child {}?", n + 1)).width(10).render())
        (sex(typed, n))
        (typed.line(&format!("school.{n}"), &format!("School or nursery of child {}, if known", n + 1)).render())
    }
}

fn sex(typed: Typed<'_>, n: usize) -> Markup {
    let name = format!("sex.{n}");
    let select = Select::new(&name)
        .label(&format!("Sex of child {}", n + 1))
        .value(typed.fields.get(&name))
        .item("", "Not asked");
    SEXES.iter().fold(select, |select, (code, title)| select.item(code, title)).render()
}

/// The fields of a parent or carer.
fn adult(typed: Typed<'_>, n: usize) -> Markup {
    let who = format!("parent or carer {}", n + 1);
    let home = format!("adult-home.{n}");
    let ticked: Vec<String> = typed.fields.some(&home).into_iter().collect();
    html! {
        h3 class=(govuk::HEADING_S) { "Parent or carer " (n + 1) ", if known" }
        (typed.line(&format!("adult-given.{n}"), &format!("First names of {who}")).render())
        (typed.line(&format!("adult-family.{n}"), &format!("Family name of {who}")).render())
        (typed.line(&format!("adult-relationship.{n}"), &format!("What {who} is to the children")).render())
        (Checkboxes::new(&home).legend(&format!("Home of {who}")).small().values(&ticked)
            .item("yes", "Lives with the children").render())
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
    let body = html! {
        (typed.summary())
        h1 class=(govuk::HEADING_L) { "Take down a contact from a call" }
        (Form::new("/contacts/by-telephone", &asker.form_token)
            .once(Some(fields.get("once")))
            .hidden(&[("children".to_owned(), children.to_string())])
            .content(html! {
                (Radios::new("danger").legend("Is a child in immediate danger?").value(fields.get("danger"))
                    .error(typed.error("danger"))
                    .item("yes", "Yes: ask the caller to ring 999 now").item("no", "No").render())
                (typed.line("caller", "Who is calling, and how can they be reached?").render())
                (works_where(typed, agencies))
                (may_be_named(fields))
                (typed.lines("worry", "What is the caller worried about?", "", limits::TEXT).rows(8).render())
                (typed.lines("must_not_know", "Who must not know of this call, and why?", "Leave empty if nobody.", limits::TEXT).rows(2).render())
                @for n in 0..children { (child(typed, n)) }
                (Button::new("Add another child").secondary().sends("next", "more").render())
                h2 class=(govuk::HEADING_M) { "The family" }
                (typed.line("address", "Address where the children live").render())
                (typed.line("postcode", "Postcode").width(10).render())
                (Radios::new("protected").legend("Must this address or number be kept secret from anybody?")
                    .value(fields.get("protected")).item("yes", "Yes").item("no", "No or not known").render())
                (typed.line("phone", "Telephone of the family").input_type("tel").width(20).render())
                (safe_for(fields))
                @for n in 0..ADULTS { (adult(typed, n)) }
                (level(fields))
                (CAME_IN.fields(typed))
                (Button::new("Put it on the record").render())
            }).render())
    };
    let title = problems.title("Take down a contact");
    layout::page_with_back(app, asker, &title, ("/hub", "Hub queue"), &body)
}

fn works_where(typed: Typed<'_>, agencies: &[Agency]) -> Markup {
    let select = Select::new("agency")
        .label("Where does the caller work?")
        .value(typed.fields.get("agency"))
        .error(typed.error("agency"))
        .item("", "Choose one")
        .item(PUBLIC, "Nowhere: a member of the public or of the family");
    agencies.iter().fold(select, |select, a| select.item(&a.reference, &a.name)).render()
}

fn may_be_named(fields: &Fields) -> Markup {
    Radios::new("may_be_named")
        .legend("May the family know who rang?")
        .hint(
            "If not, the name stands on no page but the one that asks what it is needed for. Don’t \
             write it below. A member of the public is not named unless you choose “Yes”.",
        )
        .value(fields.get("may_be_named"))
        .item("yes", "Yes")
        .item("no", "No")
        .render()
}

fn safe_for(fields: &Fields) -> Markup {
    let select = Select::new("phone_safe")
        .label("What is that number safe for?")
        .value(fields.get("phone_safe"));
    let careful_first = SafeFor::ALL.into_iter().rev();
    careful_first.fold(select, |select, safe| select.item(safe.slug(), safe.title())).render()
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
