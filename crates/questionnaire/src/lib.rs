//! One way to ask questions: versioned questionnaires in the shape of HL7 FHIR R4
//! `Questionnaire`, answered page by page, checked against the version that was given. Pure: it
//! knows no page, no database and no subject; what an answer means stands in the data (`about`).
//!
//! What this crate does not understand and would change the meaning of a questionnaire, it
//! refuses by name instead of leaving it out: on reading ([`NotAQuestionnaire`]) where it cannot
//! be represented, before publishing ([`Questionnaire::flaws`]) where it cannot be answered here.
//!
//! A form's field is named after the link id of its question: `given-name`; in a repetition
//! `children[0].given-name`; a date has three, `born.day`, `born.month` and `born.year`; a
//! question that takes several answers sends the same name several times.

mod answers;
mod check;
mod enabled;
mod extensions;
mod form;
mod item;
pub mod moments;
mod pages;
mod problem;
mod read;
mod response;
mod value;

pub use answers::{Answers, trimmed};
pub use check::Flaw;
pub use item::{Condition, Expected, Item, Kind, Operator, Questionnaire, ShowAs};
pub use pages::Page;
pub use problem::Problem;
pub use read::NotAQuestionnaire;
pub use response::{NotAResponse, Response};
pub use value::Value;
