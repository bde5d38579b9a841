//! A table. On a small screen each row is read by itself, every cell under its heading.

use maud::{Markup, html};
use serde::Deserialize;

use crate::value::{Html, Text, classes};

/// The table.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Table {
    pub caption: Option<String>,
    pub caption_classes: String,
    pub head: Option<Vec<TableCell>>,
    pub rows: Vec<Option<Vec<TableCell>>>,
    pub first_cell_is_header: bool,
    pub classes: String,
    /// Whether cells carry their heading for small screens.
    #[serde(skip)]
    pub stacks: bool,
}

/// A cell.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TableCell {
    pub text: Text,
    pub html: Option<Html>,
    pub format: Option<String>,
    pub classes: String,
    pub colspan: Option<u8>,
    pub rowspan: Option<u8>,
}

impl Table {
    /// A table with a caption.
    pub fn new(caption: &str) -> Self {
        Self {
            caption: Some(caption.to_owned()),
            caption_classes: "govuk-table__caption--s".to_owned(),
            classes: "app-stacked".to_owned(),
            stacks: true,
            ..Self::default()
        }
    }

    /// On a small screen in as few lines as can be, without the headings: for long lists whose
    /// cells need none.
    pub fn compact(mut self) -> Self {
        "app-stacked app-compact".clone_into(&mut self.classes);
        self
    }

    /// The headings.
    pub fn head<'t>(mut self, headings: impl IntoIterator<Item = &'t str>) -> Self {
        let cell = |text: &str| TableCell { text: text.into(), ..TableCell::default() };
        self.head = Some(headings.into_iter().map(cell).collect());
        self
    }

    /// One more row of text.
    pub fn row<const N: usize>(mut self, cells: [&str; N]) -> Self {
        let cell = |text: &str| TableCell { text: text.into(), ..TableCell::default() };
        self.rows.push(Some(cells.into_iter().map(cell).collect()));
        self
    }

    /// One more row of components.
    pub fn cells(mut self, cells: Vec<Markup>) -> Self {
        let cell =
            |content: Markup| TableCell { html: Some(content.into()), ..TableCell::default() };
        self.rows.push(Some(cells.into_iter().map(cell).collect()));
        self
    }

    pub fn render(&self) -> Markup {
        html! {
            table class=(classes("govuk-table", &[&self.classes])) {
                @if let Some(caption) = &self.caption {
                    caption class=(classes("govuk-table__caption", &[&self.caption_classes])) { (caption) }
                }
                @if let Some(head) = &self.head {
                    thead class="govuk-table__head" {
                        tr class="govuk-table__row" {
                            @for cell in head {
                                th scope="col" class=(cell.class("govuk-table__header"))
                                    colspan=[cell.colspan] rowspan=[cell.rowspan] { (cell.content()) }
                            }
                        }
                    }
                }
                tbody class="govuk-table__body" {
                    @for row in self.rows.iter().flatten() {
                        tr class="govuk-table__row" {
                            @for (n, cell) in row.iter().enumerate() { (self.cell(n, cell)) }
                        }
                    }
                }
            }
        }
    }

    fn cell(&self, n: usize, cell: &TableCell) -> Markup {
        if n == 0 && self.first_cell_is_header {
            return html! {
                th scope="row" class=(classes("govuk-table__header", &[&cell.classes]))
                    colspan=[cell.colspan] rowspan=[cell.rowspan] { (cell.content()) }
            };
        }
        let heading = self.head.as_ref().and_then(|h| h.get(n)).map(|h| h.text.0.as_str());
        html! {
            td class=(cell.class("govuk-table__cell")) colspan=[cell.colspan] rowspan=[cell.rowspan]
                data-label=[heading.filter(|_| self.stacks)] { (cell.content()) }
        }
    }
}

impl TableCell {
    fn class(&self, base: &str) -> String {
        let format = self.format.as_ref().map_or(String::new(), |f| format!("{base}--{f}"));
        classes(base, &[&format, &self.classes])
    }

    fn content(&self) -> Markup {
        html! { @match &self.html { Some(html) => (html), None => (self.text) } }
    }
}
