//! Break-glass in numbers, as those who review and the board read it.

use govuk::Table;
use maud::{Markup, html};

use super::{THEMES, figures::GlassFigures, says};

/// The tables; nothing where nobody used it.
pub fn tables(figures: &GlassFigures) -> Markup {
    if figures.quarters.is_empty() {
        return html! { p class=(govuk::BODY) { "Nobody used break-glass in the last two years." } };
    }
    html! {
        (quarters(figures))
        (learnt(figures))
    }
}

fn quarters(figures: &GlassFigures) -> Markup {
    let table = Table::new("Break-glass by quarter, of the last two years").head([
        "Quarter",
        "Agency",
        "Used",
        "What for",
        "Reviewed in time",
        "Late",
        "Right",
        "Not needed",
        "Wrong",
    ]);
    figures
        .quarters
        .iter()
        .rev()
        .fold(table, |table, ((year, quarter, agency), uses)| {
            table.cells(vec![
                html! { (months(*quarter)) " " (year) },
                html! { (agency) },
                html! { (uses.used) },
                html! {
                    @for (n, (purpose, count)) in uses.purposes().into_iter().enumerate() {
                        @if n > 0 { br; }
                        (says(purpose)) ": " (count)
                    }
                },
                html! { (uses.in_time) },
                html! { (uses.late) },
                html! { (uses.right) },
                html! { (uses.not_needed) },
                html! { (uses.wrong) },
            ])
        })
        .render()
}

fn learnt(figures: &GlassFigures) -> Markup {
    let table = Table::new("What we learn").head(["What the reviews came to", "How often"]);
    THEMES
        .iter()
        .fold(table, |table, (slug, says)| {
            table.row([*says, &figures.themes.get(*slug).copied().unwrap_or(0).to_string()])
        })
        .render()
}

fn months(quarter: i8) -> &'static str {
    match quarter {
        1 => "January to March",
        2 => "April to June",
        3 => "July to September",
        _ => "October to December",
    }
}
