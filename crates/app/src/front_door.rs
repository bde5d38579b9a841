//! The front door: contacts come in, are screened and decided child by child, and are answered.
//! It has pages of its own because the hub's queue and decision are like nothing else.

pub mod answer_pages;
pub mod answers;
pub mod caller;
pub mod contact_view;
pub mod contacts;
pub mod corrections;
pub mod decision_pages;
pub mod decisions;
mod earlier;
pub mod elsewhere;
pub mod findings;
pub mod one_request;
pub mod pages;
pub mod protected;
pub mod queue;
pub mod reading;
pub mod relations;
pub mod requests;
pub mod screening;
pub mod tasks;
pub mod telephone;
mod telephone_view;
pub mod telling;
pub mod views;
