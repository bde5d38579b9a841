//! What touches the world, tested through it: real sockets, a real mail conversation, a real log,
//! and code that must not compile.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that can't go on fails, and says so"
)]

mod support;

mod mail;
mod outbox;

mod serve;
mod telemetry;
mod unprintable;
mod writer;
