//! Whatever bytes come from outside, reading them ends, and what was read is written as it came.

use journal_proof::{
    AddCheckpoint, Checkpoint, CompactRange, Hash, KeyName, LogKey, LogSecret, SignedNote, State,
    WitnessKey, number_in_form_1, read_signatures,
};
use proptest::prelude::*;

use crate::support::{
    ORIGIN, known_log, log_secret, signed, tree_of, two_of_three, witness_secrets,
};

/// Every way in.
fn read_all(bytes: &[u8]) {
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
    let witness = witness_secrets();
    if let Ok(state) = State::parse(bytes, &known_log(), witness[0].public()) {
        assert_eq!(state.to_string().as_bytes(), bytes);
    }
    if let Ok(checkpoint) = known_log().open(bytes) {
        let _ = two_of_three().cosigners(&checkpoint);
    }
    let _ = number_in_form_1(bytes);
    let text = String::from_utf8_lossy(bytes);
    let _ = read_signatures(&text);
    let _ = text.parse::<KeyName>();
    let _ = text.parse::<Hash>();
    let _ = text.parse::<WitnessKey>();
    let _ = LogSecret::from_text(&text);
    if let Ok(key) = text.parse::<LogKey>() {
        assert_eq!(key.to_string(), text);
    }
    if let Ok(checkpoint) = text.parse::<Checkpoint>() {
        assert_eq!(checkpoint.to_string(), text);
    }
}

/// Well-formed things of each kind, to be spoiled.
fn examples() -> Vec<Vec<u8>> {
    let tree = tree_of([b"one".as_slice(), b"two", b"three"]);
    let mut checkpoint = signed(&tree);
    crate::support::cosign(&mut checkpoint, &witness_secrets());
    let proof = vec![tree.root(); 3];
    let request = AddCheckpoint { old: 2, proof, note: checkpoint.note().clone() };
    let file =
        format!("sightline-witness/v1\nlatest {}\n{checkpoint}", checkpoint.to_string().len());
    vec![
        checkpoint.to_string().into_bytes(),
        checkpoint.note().text().as_bytes().to_vec(),
        request.to_string().into_bytes(),
        file.into_bytes(),
        tree.to_bytes(),
        log_secret().public().to_string().into_bytes(),
        log_secret().to_text().as_bytes().to_vec(),
        ORIGIN.as_bytes().to_vec(),
    ]
}

#[test]
fn the_examples_are_read() {
    let examples = examples();
    assert!(SignedNote::parse(&examples[0]).is_ok());
    assert!(AddCheckpoint::parse(&examples[2]).is_ok());
    let witness = witness_secrets();
    assert!(State::parse(&examples[3], &known_log(), witness[0].public()).is_ok());
    assert!(CompactRange::from_bytes(&examples[4]).is_ok());
    examples.iter().for_each(|example| read_all(example));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read_all(&bytes);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "([ -~—\n+]|\\PC|old |— |\n\n|[0-9]){0,40}") {
        read_all(text.as_bytes());
    }

    #[test]
    fn what_was_spoiled_is_read_or_refused(
        which in 0usize..8,
        spoilt in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in any::<prop::sample::Index>(),
        cuts in any::<bool>(),
    ) {
        let mut bytes = examples().swap_remove(which);
        for (at, byte) in spoilt {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cuts {
            bytes.truncate(cut.index(bytes.len()));
        }
        read_all(&bytes);
    }
}
