//! What somebody else saved while one was working on the same thing: both texts, beside each other,
//! before the form in which one's own still stands. It decides nothing, and overwrites nothing.

use govuk::{InsetText, SummaryList};
use maud::{Markup, html};

/// One line of a form, as it was saved meanwhile and as it stands in one's own.
pub struct Twice {
    /// What the line is called.
    pub what: String,
    pub saved: String,
    pub typed: String,
}

/// That something was saved meanwhile, in a sentence, and both texts of each line that differs.
pub fn both(happened: &str, lines: impl Iterator<Item = Twice>) -> Markup {
    let says = format!(
        "{happened} What you typed is below and is not saved yet. Compare, correct it, and save again."
    );
    let list =
        lines.filter(|line| line.saved != line.typed).fold(SummaryList::new(), |list, line| {
            let Twice { what, saved, typed } = line;
            list.row(
                &what,
                &format!(
                    "Saved meanwhile: {} — In your form: {}",
                    or_nothing(&saved),
                    or_nothing(&typed)
                ),
            )
        });
    html! {
        (InsetText::new(&says).render())
        @if !list.rows.is_empty() { (list.render()) }
    }
}

fn or_nothing(said: &str) -> &str {
    if said.is_empty() { "nothing" } else { said }
}
