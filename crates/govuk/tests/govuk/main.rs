//! Every component renders what the design system publishes for the same options. Options that
//! are deliberately not offered are refused, counted, and held to the number below.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that can't go on fails, and says so"
)]

use std::fs;

use govuk::{
    BackLink, Button, Checkboxes, DateInput, Details, ErrorSummary, Fieldset, FileUpload,
    InsetText, NotificationBanner, Pagination, Panel, PasswordInput, PhaseBanner, Radios, Select,
    ServiceNavigation, SkipLink, SummaryList, Table, Tag, TaskList, TextInput, Textarea,
    WarningText,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Fixtures {
    fixtures: Vec<Fixture>,
}

#[derive(Deserialize)]
struct Fixture {
    name: String,
    options: serde_json::Value,
    html: String,
}

/// Text without the spaces that HTML does not mean.
fn plain(html: &str) -> String {
    let words = html.split_whitespace().collect::<Vec<_>>().join(" ");
    words
        .replace("> ", ">")
        .replace(" <", "<")
        .replace(" >", ">")
        .replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace("></path>", "/>")
        .replace("=\"\"", "")
}

/// A text that is counted: one with a limit.
#[derive(Deserialize)]
#[serde(try_from = "Textarea")]
struct Counted(Textarea);

impl TryFrom<Textarea> for Counted {
    type Error = &'static str;

    fn try_from(text: Textarea) -> Result<Self, Self::Error> {
        text.maxlength.is_some().then_some(Self(text)).ok_or("no limit")
    }
}

#[derive(Default)]
struct Tally {
    equal: usize,
    refused: usize,
    differ: Vec<String>,
}

impl Tally {
    fn component<C: for<'de> Deserialize<'de>>(
        &mut self,
        name: &str,
        render: impl Fn(&C) -> maud::Markup,
    ) {
        let path = format!("{}/{name}/fixtures.json", env!("GOVUK_FIXTURES"));
        let fixtures: Fixtures = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        for fixture in fixtures.fixtures {
            let Ok(component) = serde_json::from_value::<C>(fixture.options) else {
                self.refused += 1;
                continue;
            };
            let (got, wanted) = (plain(&render(&component).into_string()), plain(&fixture.html));
            if got == wanted {
                self.equal += 1;
            } else {
                self.differ
                    .push(format!("{name}: {}\n  wanted {wanted}\n  got    {got}", fixture.name));
            }
        }
    }
}

#[test]
fn every_component_renders_what_the_design_system_publishes() {
    let mut tally = Tally::default();
    tally.component("back-link", BackLink::render);
    tally.component("button", Button::render);
    tally.component("character-count", |counted: &Counted| counted.0.render());
    tally.component("checkboxes", Checkboxes::render);
    tally.component("date-input", DateInput::render);
    tally.component("details", Details::render);
    tally.component("error-summary", ErrorSummary::render);
    tally.component("fieldset", Fieldset::render);
    tally.component("file-upload", FileUpload::render);
    tally.component("input", TextInput::render);
    tally.component("inset-text", InsetText::render);
    tally.component("notification-banner", NotificationBanner::render);
    tally.component("pagination", Pagination::render);
    tally.component("panel", Panel::render);
    tally.component("password-input", PasswordInput::render);
    tally.component("phase-banner", PhaseBanner::render);
    tally.component("radios", Radios::render);
    tally.component("select", Select::render);
    tally.component("service-navigation", ServiceNavigation::render);
    tally.component("skip-link", SkipLink::render);
    tally.component("summary-list", SummaryList::render);
    tally.component("table", Table::render);
    tally.component("tag", Tag::render);
    tally.component("task-list", TaskList::render);
    tally.component("textarea", Textarea::render);
    tally.component("warning-text", WarningText::render);
    println!("{} equal, {} refused, {} differ", tally.equal, tally.refused, tally.differ.len());
    assert!(tally.differ.is_empty(), "{} differ:\n{}", tally.differ.len(), tally.differ.join("\n"));
    // Raising the number of equal ones is progress; so is lowering the refused.
    assert_eq!((tally.equal, tally.refused), (343, 226));
}

#[test]
fn the_licensed_font_and_the_crest_are_left_out() {
    let name = govuk::asset_url("app.css");
    let css = govuk::asset(name.trim_start_matches("/assets/")).unwrap();
    let css = String::from_utf8(css.bytes.into_owned()).unwrap();
    assert!(!css.contains("@font-face"));
    assert!(!css.contains("GDS Transport"));
    assert!(!css.contains("govuk-crest.svg"));
    assert!(css.contains("--app-font"));
}
