//! The policies against the worked examples, a plain model written apart from them, and the
//! promises that no single question can show.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that can't go on fails, and says so"
)]

mod app_today;
mod break_glass;
mod dice;
mod examples;
mod invariants;
mod model;
mod narrowing;
mod plain_words;
mod restriction;
mod sequences;
mod shapes;
mod sight;
mod snoopers;
mod unusual;
