//! What the pages look like on which people say more of a person. Nothing is decided here.

use govuk::{Button, Checkboxes, Form, InsetText, Radios, Select};
use maud::{Markup, html};
use practice::identifiers::Scheme;

use super::{NameKind, SafeFor, adding_pages::Kind, endings::ToAdd};
use crate::web::{Asker, typed::Typed};

/// The page, with what was typed.
pub fn page(asker: &Asker, to: &ToAdd, kind: Kind, typed: Typed<'_>) -> Markup {
    html! {
        (typed.summary())
        span class=(govuk::CAPTION_L) { (to.name) }
        h1 class=(govuk::HEADING_L) { (kind.title()) }
        @if kind == Kind::Ending && to.endable.is_empty() {
            p class=(govuk::BODY) {
                "Your agency has said nothing here that could have ended. What another agency said is "
                "ended by that agency."
            }
        } @else {
            (Form::new(&format!("/people/{}/{}", to.reference, kind.slug()), &asker.form_token)
                .once(Some(typed.fields.get("once")))
                .hidden(&[("account".into(), account(to, typed).into())])
                .content(html! {
                    @match kind {
                        Kind::Name => (name(typed)),
                        Kind::Address => (address(to, typed)),
                        Kind::Telephone => (telephone(typed)),
                        Kind::Number => (number(typed)),
                        Kind::Birth => (birth(to, typed)),
                        Kind::Ending => (ending(to, typed)),
                    }
                })
                .render())
        }
    }
}

/// The account that the asker saw first: a form that comes back keeps it.
fn account<'a>(to: &'a ToAdd, typed: Typed<'a>) -> &'a str {
    match typed.fields.get("account") {
        "" => &to.account,
        seen => seen,
    }
}

fn name(typed: Typed<'_>) -> Markup {
    let kinds = NameKind::ALL.into_iter().fold(
        Select::new("kind")
            .label("What kind of name is it?")
            .value(typed.fields.get("kind"))
            .error(typed.error("kind"))
            .item("", "Choose one"),
        |select, kind| select.item(kind.slug(), kind.title()),
    );
    html! {
        (kinds.render())
        (typed.line("given", "First names").render())
        (typed.line("family", "Family name").hint("Leave empty what is not part of it.").render())
        (span(typed, "From when was it used, if you know?", "Until when, if it is no longer used?"))
        (stands_beside())
        (Button::new("Add this name").render())
    }
}

fn address(to: &ToAdd, typed: Typed<'_>) -> Markup {
    html! {
        (typed.line("lines", "Address").hint("House, street and town.").render())
        (typed.line("postcode", "Postcode").width(10).render())
        @if to.keeps_a_secret { (secret_as_well(typed)) }
        @else { (secret(typed, "This address must be kept secret", "For example a refuge, or a parent who must not find them. It is kept from every page at once, for every agency, and that can’t be taken back here.")) }
        (span(typed, "From when do they live there, if you know?", "Until when, if they no longer do?"))
        (stands_beside())
        (Button::new("Add this address").render())
    }
}

fn telephone(typed: Typed<'_>) -> Markup {
    let safe = SafeFor::ALL.into_iter().fold(
        Radios::new("safe_for")
            .legend("What is this number safe for?")
            .hint("Somebody else may answer, listen to messages or see who rang.")
            .value(typed.fields.get("safe_for"))
            .error(typed.error("safe_for")),
        |radios, safe| radios.item(safe.slug(), safe.title()),
    );
    html! {
        (typed.line("number", "Telephone number").input_type("tel").width(20).render())
        (safe.render())
        (secret(typed, "This number must be kept secret", "For example the number of a refuge. A number that must not be used is kept secret in any case."))
        (span(typed, "From when is it theirs, if you know?", "Until when, if it no longer is?"))
        (stands_beside())
        (Button::new("Add this number").render())
    }
}

fn number(typed: Typed<'_>) -> Markup {
    let schemes = Scheme::ALL.into_iter().fold(
        Radios::new("scheme")
            .legend("What number is it?")
            .value(typed.fields.get("scheme"))
            .error(typed.error("scheme")),
        |radios, scheme| radios.item(scheme.slug(), scheme.title()),
    );
    html! {
        (schemes.render())
        (typed.line("number", "Number").hint("With or without spaces.").width(20).render())
        (InsetText::new("It stands beside what was said before. Whoever has the same number may be the same person.").render())
        (Button::new("Add this number").render())
    }
}

fn birth(to: &ToAdd, typed: Typed<'_>) -> Markup {
    let ticked: Vec<String> = typed.fields.some("unborn").into_iter().collect();
    html! {
        (Checkboxes::new("unborn").legend("A baby who is expected").small().values(&ticked)
            .item("yes", "Not born yet: the date below is the expected one").render())
        (typed.date("born", "Date of birth, or expected date", PARTLY))
        @if to.lacks_a_name {
            (typed.line("given", "First names, if the baby has some now").render())
        }
        (InsetText::new("What your agency said before is kept beside it, with your name and the time. What another agency says of the birth stays as it is.").render())
        (Button::new("Say this").render())
    }
}

fn ending(to: &ToAdd, typed: Typed<'_>) -> Markup {
    let what = to.endable.iter().fold(
        Radios::new("what")
            .legend("What is no longer so?")
            .hint("Only what your agency has said is listed.")
            .value(typed.fields.get("what"))
            .error(typed.error("what")),
        |radios, endable| radios.item(&endable.key, &endable.words),
    );
    html! {
        (what.render())
        (typed.date("until", "Until when was it so?", PARTLY))
        (InsetText::new("It stays on the record with its last day. What must be kept secret stays secret.").render())
        (Button::new("Say that it has ended").render())
    }
}

/// For somebody of whom another address is kept secret: the careful choice is made already.
fn secret_as_well(typed: Typed<'_>) -> Markup {
    let chosen = typed.fields.some("secret").unwrap_or_else(|| "yes".to_owned());
    html! {
        (Radios::new("secret").legend("Must this address be kept secret as well?")
            .hint("Another address of this person must be kept secret. This one is kept from every page too, for every agency, unless you say why it need not be. That can’t be taken back here.")
            .value(&chosen)
            .item("yes", "Yes, or I am not sure")
            .item("no", "No, everybody who works with the family may read it")
            .render())
        (typed.line("open_because", "If no: why need it not be kept secret?")
            .hint("Don’t write an address here. Your reason stands on the page with your name.").render())
    }
}

fn secret(typed: Typed<'_>, says: &str, hint: &str) -> Markup {
    let ticked: Vec<String> = typed.fields.some("secret").into_iter().collect();
    Checkboxes::new("secret").legend("Safety").hint(hint).values(&ticked).item("yes", says).render()
}

const PARTLY: &str =
    "For example, 27 3 2015. Leave the day, or the day and month, empty if you don’t know them.";

fn span(typed: Typed<'_>, from: &str, until: &str) -> Markup {
    html! {
        (typed.date("from", from, PARTLY))
        (typed.date("until", until, ""))
    }
}

fn stands_beside() -> Markup {
    InsetText::new("It stands beside what was said before, with your name and the time.").render()
}
