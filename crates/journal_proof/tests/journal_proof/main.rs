//! The proof over the journal, tested from outside: against the definitions, against another's
//! implementation, against published examples, and by tampering.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that can't go on fails, and says so"
)]

mod notes;
mod parsers;
mod speed;
mod support;
mod tampering;
mod tampering_by_chance;
mod trees;
mod witnesses;
