//! Who may be the same person: the engine of `crates/matching`, asked of the database. It shows, with
//! reasons, and remembers who is said to be different. Only a person links two people, through
//! `people::links`; a probability opens, sends and moves nothing.

pub mod different;
pub mod keys;
pub mod looking;
pub mod pages;
pub mod queue;
pub mod said;
pub mod seconding;
pub mod side_by_side;
pub mod views;
