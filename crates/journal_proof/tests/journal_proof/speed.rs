//! What a verification costs. It prints figures and fails on none: run it in a release build.

use std::time::Instant;

use journal_proof::{Row, Verifying};

use crate::support::{Journal, trust};

/// `cargo test --release -p journal_proof -- --ignored --nocapture how_many`
#[test]
#[ignore = "prints figures"]
fn how_many_entries_are_verified_in_a_second() {
    const ENTRIES: u64 = 200_000;
    let journal = Journal::new(ENTRIES, &[(ENTRIES / 2, true), (ENTRIES, true)]);
    for with_hashes in [true, false] {
        let began = Instant::now();
        let mut verifying = Verifying::new(&trust(), &journal.checkpoints, &journal.outside);
        for ((seq, bytes), (_, hash)) in journal.entries.iter().zip(&journal.leaves) {
            let leaf = with_hashes.then_some(*hash);
            verifying.row(Row { seq: *seq, entry: Some(bytes), leaf });
        }
        let report = verifying.finish();
        assert!(report.is_sound() && report.protected == ENTRIES, "{report}");
        let a_second = ENTRIES as f64 / began.elapsed().as_secs_f64();
        let beside = if with_hashes { "with" } else { "without" };
        eprintln!("{a_second:.0} entries a second, {beside} stored hashes");
    }
}
