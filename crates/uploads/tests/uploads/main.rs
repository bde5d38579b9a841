//! What people send, tested from outside with files that are made here: those that are taken,
//! those that are refused and why, what is left out of pictures, and what anybody may send.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that can't go on fails, and says so"
)]

mod by_chance;
mod documents;
mod heic;
mod made;
mod memory;
mod names;
mod pdfs;
mod pictures;
mod pieces;
mod serving;
mod sniffing;
