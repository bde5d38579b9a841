//! What comes from outside to the journal’s proof: signed notes, checkpoints, requests to a witness,
//! states, trees, keys. What was read is written as it came.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/journal_proof/tests/journal_proof/support.rs"]
#[allow(dead_code)]
mod support;

fuzz_target!(init: fuzz::begin_with(support::examples()), |bytes: &[u8]| support::read_all(bytes));
