//! One way to ask questions: versioned questionnaires in the shape of HL7 FHIR R4
//! `Questionnaire`, answered page by page, checked against the version that was given. Pure: it
//! knows no page, no database and no subject; what an answer means stands in the data (`about`).
//!
//! What this crate does not understand and would change the meaning of a questionnaire, it
//! refuses by name instead of leaving it out.

mod answers;
mod check;
mod enabled;
mod item;
mod pages;
mod problem;
mod read;
mod response;
mod value;

pub use answers::Answers;
pub use check::Flaw;
pub use item::{Condition, Expected, Item, Kind, Operator, Questionnaire, ShowAs};
pub use pages::Page;
pub use problem::Problem;
pub use read::NotAQuestionnaire;
pub use response::Response;
pub use value::Value;
