//! The page on which a browser asks an authenticator to sign: one for adding a passkey, signing in
//! with it and taking the second step. A passkey needs a script, and the page says so to whoever
//! has none, with what works instead.

use govuk::{Button, Form, InsetText};
use maud::{Markup, html};

use crate::web::words;

/// What the browser does.
#[derive(Debug, Clone, Copy)]
pub enum Does {
    /// Makes a passkey.
    Create,
    /// Signs with one.
    Get,
}

impl Does {
    const fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Get => "get",
        }
    }
}

/// What the field is called in which the answer is sent.
pub const ANSWER: &str = "passkey";

/// What an authenticator is asked, and by which form its answer is sent.
pub struct Asks<'a> {
    pub title: &'a str,
    /// What somebody is to do.
    pub say: &'a str,
    pub does: Does,
    /// As the browser takes them, in JSON.
    pub options: &'a str,
    /// Without what is on it.
    pub form: Form,
    /// What works without a script, or without a passkey: “sign in with …”.
    pub instead: &'a str,
    /// Where that is.
    pub instead_at: &'a str,
    /// By which form one comes there where what was typed waits, and must not be lost.
    pub instead_by: Option<Form>,
}

impl Asks<'_> {
    /// What stands on the page.
    pub fn render(self) -> Markup {
        html! {
            h1 class=(govuk::HEADING_L) { (self.title) }
            div data-passkey=(self.options) data-does=(self.does.word()) {
                div data-lacks { (InsetText::new(&format!("A passkey needs JavaScript and a browser that knows passkeys. Without them, {}.", self.instead)).render()) }
                div data-ready hidden {
                    p class=(govuk::BODY) { (self.say) }
                    div role="alert" {
                        p class=(govuk::BODY) data-trouble="InvalidStateError" hidden {
                            "There is a passkey for your account on this already: you need no second one."
                        }
                        p class=(govuk::BODY) data-trouble="" hidden {
                            "That was cancelled, took too long, or there is no passkey for Sightline here. Try again."
                        }
                    }
                    (self.form.content(html! {
                        input type="hidden" name=(ANSWER) value="";
                        (Button::new("Use the passkey").render())
                    }).render())
                }
            }
            @match self.instead_by {
                Some(form) => (form.content(Button::new(&words::capital(self.instead)).secondary().render()).render()),
                None => p class=(govuk::BODY) {
                    a class=(govuk::LINK) href=(self.instead_at) { (words::capital(self.instead)) }
                }
            }
            script type="module" src=(govuk::asset_url("passkey.js")) {}
        }
    }
}
