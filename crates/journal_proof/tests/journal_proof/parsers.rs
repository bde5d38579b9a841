//! Whatever bytes come from outside, reading them ends, and what was read is written as it came.

use journal_proof::{AddCheckpoint, CompactRange, SignedNote, State};
use proptest::prelude::*;

use crate::support::{examples, known_log, read_all, witness_secrets};

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
