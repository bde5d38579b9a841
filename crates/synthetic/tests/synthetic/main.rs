//! Invented people, the scorer on cases worked out by hand, and the page about both.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that can't go on fails, and says so"
)]

mod people;
mod scoring;
mod table;
