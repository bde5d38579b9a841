//! What somebody typed into a form that was not taken: shown, so that it can be copied, and sent
//! again with one press. It refuses to hold a password, and to show what no person typed.

use govuk::{Button, Form, SummaryList};
use maud::{Markup, html};

use super::{Fields, words};

/// What the fields of an interrupted form begin with while somebody signs in again.
const WAITING: &str = "kept:";
/// What is never kept.
const SECRET: [&str; 9] = [
    "token",
    "password",
    "password-again",
    "current-password",
    "new-password",
    "one-time-code",
    "sign-in-code",
    "passkey",
    "client-secret",
];
/// What forms carry for the machine.
const UNTYPED: [&str; 6] = ["once", "revision", "seen", "opened", "next", "token"];

/// The fields of a form, without any password, and where they were going.
#[derive(Debug, Clone)]
pub struct Kept {
    path: String,
    token: String,
    fields: Vec<(String, String)>,
}

impl Kept {
    /// What was sent to a path of ours.
    pub fn of(path: &str, sent: Fields) -> Self {
        let token = sent.get("token").to_owned();
        let mut fields = sent.0;
        fields.retain(|(name, _)| !SECRET.contains(&name.as_str()));
        Self { path: path.to_owned(), token, fields }
    }

    /// What waits in a sign-in form, if anything does.
    pub fn waiting(path: &str, sent: &Fields) -> Option<Self> {
        let fields: Vec<_> = sent
            .0
            .iter()
            .filter_map(|(name, value)| Some((name.strip_prefix(WAITING)?.into(), value.clone())))
            .collect();
        let kept = Self { path: path.to_owned(), token: String::new(), fields };
        (!kept.fields.is_empty()).then_some(kept)
    }

    /// What was typed into a form that goes to a path of ours once the second step is taken, if
    /// anything was.
    pub fn waiting_for(path: &str, sent: &Fields) -> Option<Self> {
        let mut kept = Self::of(path, sent.clone());
        kept.fields.retain(|(name, _)| name != "next");
        let is_said = |(name, value): &(String, String)| is_typed(name) && !value.is_empty();
        kept.fields.iter().any(is_said).then_some(kept)
    }

    /// The fields as a form carries them that comes back by another page.
    pub fn to_send(&self) -> Vec<(String, String)> {
        let next = ("next".to_owned(), self.path.clone());
        self.fields.iter().cloned().chain([next]).collect()
    }

    /// Where it was going.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The fields as a sign-in form carries them.
    pub fn while_waiting(&self) -> Vec<(String, String)> {
        self.fields
            .iter()
            .map(|(name, value)| (format!("{WAITING}{name}"), value.clone()))
            .collect()
    }

    /// Everything that was typed, to be read and copied.
    pub fn list(&self) -> Markup {
        let typed = self.fields.iter().filter(|(name, value)| is_typed(name) && !value.is_empty());
        let mut list = SummaryList::new();
        for (name, value) in typed {
            let words = html! { div class=(govuk::SAID) dir="auto" { (value) } };
            list = list.content_row(&in_words(name), words);
        }
        if list.rows.is_empty() {
            return html! {};
        }
        html! {
            h2 class=(govuk::HEADING_M) { "What you typed" }
            (list.render())
        }
    }

    /// The same form once more, with the key that it had: it is taken once. Without a token of
    /// the session as it is now, it carries the one that it came with.
    pub fn send_again(&self, token: Option<&str>, press: &str) -> Markup {
        Form::new(&self.path, token.unwrap_or(&self.token))
            .hidden(&self.fields)
            .content(Button::new(press).render())
            .render()
    }
}

/// Whether a field is one of a form that waits while somebody signs in.
pub fn is_waiting(name: &str) -> bool {
    name.starts_with(WAITING)
}

fn is_typed(name: &str) -> bool {
    !UNTYPED.contains(&name.strip_prefix(WAITING).unwrap_or(name))
}

/// A field's name as a person would say it: `children[0].given-name` is “children 1, given name”.
fn in_words(name: &str) -> String {
    let name = name.strip_prefix(WAITING).unwrap_or(name);
    let part = |part: &str| match part.strip_suffix(']').and_then(|p| p.split_once('[')) {
        Some((group, index)) => match index.parse::<usize>() {
            Ok(index) => format!("{group} {}", index.saturating_add(1)),
            Err(_) => part.to_owned(),
        },
        None => part.to_owned(),
    };
    let parts: Vec<String> = name.split('.').map(part).collect();
    words::capital(&parts.join(", ").replace(['-', '_'], " "))
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn a_field_is_called_by_words() {
        assert_eq!(in_words("children[0].given-name"), "Children 1, given name");
        assert_eq!(in_words("kept:worry-what"), "Worry what");
        assert_eq!(in_words("odd[x].name"), "Odd[x], name");
        assert_eq!(in_words(""), "");
    }
}
