//! The checkpoints that a journal is compared with, each looked at by itself first.

use std::collections::BTreeMap;

use super::{Finding, LastCosigned, Report, Trust};
use crate::{hash::Hash, key::Seconds, note::KeyName, quorum::Quorum};

/// A tree that the log did sign, in one checkpoint or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) size: u64,
    pub(super) root: Hash,
    /// Whether enough witnesses co-signed it.
    pub(super) is_cosigned: bool,
}

/// The witnesses who co-signed each tree, by its size and root. Each of them brings a copy that
/// bears its own signature alone, so what several copies say of one tree is put together.
type Seen = BTreeMap<(u64, Hash), BTreeMap<KeyName, Seconds>>;

/// By size, and of one size the co-signed one first.
pub(super) fn known<B: AsRef<[u8]>>(
    trust: &Trust,
    stored: impl IntoIterator<Item = B>,
    outside: impl IntoIterator<Item = B>,
    report: &mut Report,
) -> Vec<Known> {
    let (mut seen, mut before) = (Seen::new(), 0);
    for (place, note) in (1..).zip(stored) {
        let Some(size) = look_at(trust, place, false, note.as_ref(), &mut seen, report) else {
            continue;
        };
        if size < before {
            report.found(Finding::CheckpointOutOfOrder { place, size, after: before });
        }
        before = before.max(size);
    }
    for (place, note) in (1..).zip(outside) {
        look_at(trust, place, true, note.as_ref(), &mut seen, report);
    }
    let mut known = counted(seen, &trust.quorum, report);
    for same in known.chunk_by_mut(|one, next| one.size == next.size) {
        if same.len() > 1 {
            report.found(Finding::TwoRoots { size: same[0].size });
        }
        // Witnesses who co-sign two trees prove neither.
        if same.iter().filter(|one| one.is_cosigned).count() > 1 {
            same.iter_mut().for_each(|one| one.is_cosigned = false);
        }
    }
    known
}

/// Looks at the signatures of a checkpoint, and answers with its size if the log did sign it.
fn look_at(
    trust: &Trust,
    place: u64,
    is_outside: bool,
    note: &[u8],
    seen: &mut Seen,
    report: &mut Report,
) -> Option<u64> {
    let checkpoint = match trust.log.open(note) {
        Ok(checkpoint) => checkpoint,
        Err(why) => {
            report.found(Finding::NotACheckpoint { place, is_outside, why });
            return None;
        }
    };
    let (size, root) = (checkpoint.checkpoint().size(), checkpoint.checkpoint().root());
    let cosigners = trust.quorum.cosigners(&checkpoint);
    for witness in cosigners.forged {
        report.found(Finding::ForgedCosignature { size, witness });
    }
    let by = seen.entry((size, root)).or_default();
    for (name, at) in cosigners.good {
        let last = by.entry(name).or_insert(at);
        *last = at.max(*last);
    }
    Some(size)
}

fn counted(seen: Seen, quorum: &Quorum, report: &mut Report) -> Vec<Known> {
    let mut known = Vec::with_capacity(seen.len());
    for ((size, root), by) in seen {
        let is_cosigned = by.len() >= quorum.needed();
        if is_cosigned {
            report.cosigned = Some(LastCosigned { size, by: by.into_iter().collect() });
        }
        known.push(Known { size, root, is_cosigned });
    }
    known.sort_by_key(|one| (one.size, !one.is_cosigned));
    known
}
