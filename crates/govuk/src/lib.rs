//! The design system as typed components: GOV.UK Frontend and MoJ Frontend without their licensed
//! font and crest, held to the fixtures that the design system publishes. Only this crate knows
//! class names. It knows nothing of safeguarding, and decides nothing.

mod assets;
mod choices;
mod date;
mod field;
mod input;
mod list;
mod moj;
mod notice;
mod page;
mod select;
mod table;
mod task_list;
#[doc(hidden)]
pub mod value;

pub use assets::{Asset, asset, asset_url};
pub use choices::{Checkboxes, Radios};
pub use date::DateInput;
pub use field::{ErrorMessage, Fieldset, Hint, Label, Legend};
pub use input::{FileUpload, PasswordInput, TextInput, Textarea};
pub use list::{Action, SummaryList};
pub use moj::{SubNavigation, Timeline};
pub use notice::{
    BackLink, Button, Details, ErrorSummary, InsetText, NotificationBanner, Panel, PhaseBanner,
    SkipLink, Tag, WarningText,
};
pub use page::{Form, Page, Pagination, ServiceNavigation};
pub use select::Select;
pub use table::Table;
pub use task_list::TaskList;

/// Body text.
pub const BODY: &str = "govuk-body";
/// Small body text.
pub const BODY_S: &str = "govuk-body-s";
/// A link.
pub const LINK: &str = "govuk-link";
/// What stands below the first line of a cell, smaller; on a small screen behind it.
pub const MORE: &str = "govuk-body-s app-more";
/// The id of what a page is about, below its head.
pub const CONTENT: &str = "content";
/// What can only be pressed or followed, and is left out on paper.
pub const NOT_PRINTED: &str = "app-not-printed";
/// What stands on paper alone.
pub const ONLY_PRINTED: &str = "govuk-body-s app-only-printed";
/// A bulleted list.
pub const LIST: &str = "govuk-list govuk-list--bullet";
/// A large heading: one a page.
pub const HEADING_L: &str = "govuk-heading-l";
/// A medium heading.
pub const HEADING_M: &str = "govuk-heading-m";
/// A small heading.
pub const HEADING_S: &str = "govuk-heading-s";
/// The line above a large heading.
pub const CAPTION_L: &str = "govuk-caption-l";
/// Words of somebody, with the line breaks that they made.
pub const SAID: &str = "govuk-body app-said";
/// Codes to be printed and crossed out.
pub const CODES: &str = "govuk-list govuk-list--number app-codes";
/// A square of dots for a camera.
pub const SQUARE: &str = "app-square";
/// A row of buttons.
pub const BUTTONS: &str = "govuk-button-group";
