//! What comes from outside to the journal’s proof: signed notes, checkpoints, requests to a witness,
//! states, trees, keys. What was read is written as it came.
#![no_main]

use journal_proof::{
    AddCheckpoint, Checkpoint, CompactRange, Hash, KeyName, LogKey, LogSecret, SignedNote, State,
    WitnessKey, number_in_form_1, read_signatures,
};
use libfuzzer_sys::fuzz_target;

#[path = "../../crates/journal_proof/tests/journal_proof/support.rs"]
#[allow(dead_code)]
mod support;

use support::{known_log, log_secret, two_of_three, witness_secrets};

fn seeds() -> Vec<Vec<u8>> {
    let tree = support::tree_of([b"one".as_slice(), b"two", b"three"]);
    let mut checkpoint = support::signed(&tree);
    support::cosign(&mut checkpoint, &witness_secrets());
    let proof = vec![tree.root(); 3];
    let request = AddCheckpoint { old: 2, proof, note: checkpoint.note().clone() };
    let length = checkpoint.to_string().len();
    vec![
        checkpoint.to_string().into_bytes(),
        checkpoint.note().text().as_bytes().to_vec(),
        request.to_string().into_bytes(),
        format!("sightline-witness/v1\nlatest {length}\n{checkpoint}").into_bytes(),
        tree.to_bytes(),
        log_secret().public().to_string().into_bytes(),
        log_secret().to_text().as_bytes().to_vec(),
        support::ORIGIN.as_bytes().to_vec(),
        support::entry(3, 1),
    ]
}

fuzz_target!(init: fuzz::begin_with(seeds()), |bytes: &[u8]| {
    if let Ok(note) = SignedNote::parse(bytes) {
        assert_eq!(note.to_string().as_bytes(), bytes);
        let _ = log_secret().public().signed_note(&note);
    }
    if let Ok(request) = AddCheckpoint::parse(bytes) {
        assert_eq!(request.to_string().as_bytes(), bytes);
    }
    if let Ok(tree) = CompactRange::from_bytes(bytes) {
        assert_eq!(tree.to_bytes(), bytes);
        let _ = tree.root();
    }
    if let Ok(state) = State::parse(bytes, &known_log(), witness_secrets()[0].public()) {
        assert_eq!(state.to_string().as_bytes(), bytes);
    }
    if let Ok(checkpoint) = known_log().open(bytes) {
        let _ = two_of_three().cosigners(&checkpoint);
    }
    let _ = number_in_form_1(bytes);
    let text = String::from_utf8_lossy(bytes);
    let _ = read_signatures(&text);
    let _ = (text.parse::<KeyName>(), text.parse::<Hash>(), text.parse::<WitnessKey>());
    let _ = LogSecret::from_text(&text);
    if let Ok(key) = text.parse::<LogKey>() {
        assert_eq!(key.to_string(), text);
    }
    if let Ok(checkpoint) = text.parse::<Checkpoint>() {
        assert_eq!(checkpoint.to_string(), text);
    }
});
