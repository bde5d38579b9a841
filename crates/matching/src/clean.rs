//! From text as it was typed to what can be compared. Nothing here compares.

pub mod dates;
pub mod names;
pub mod numbers;
pub mod places;
mod text;

pub use text::{fold, words};
