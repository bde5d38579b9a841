//! The rules of practice, tested from outside: worked examples, properties, golden files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that can't go on fails, and says so"
)]

mod calendar;
mod clocks;
mod disclosure;
mod glossary;
mod history;
mod stored_events;
mod turn;
mod vectors;
