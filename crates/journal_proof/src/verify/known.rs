//! The checkpoints that a journal is compared with, each looked at by itself first.

use super::{Finding, LastCosigned, Report, Trust};
use crate::hash::Hash;

/// A checkpoint that the log did sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) size: u64,
    pub(super) root: Hash,
    /// Whether enough witnesses co-signed it.
    pub(super) is_cosigned: bool,
}

/// By size, and of one size the co-signed ones first.
pub(super) fn known<B: AsRef<[u8]>>(
    trust: &Trust,
    stored: impl IntoIterator<Item = B>,
    outside: impl IntoIterator<Item = B>,
    report: &mut Report,
) -> Vec<Known> {
    let mut known = Vec::new();
    let mut before = 0;
    for (place, note) in (1..).zip(stored) {
        let Some(one) = look_at(trust, place, false, note.as_ref(), report) else { continue };
        if one.size < before {
            let (size, after) = (one.size, before);
            report.found(Finding::CheckpointOutOfOrder { place, size, after });
        }
        before = before.max(one.size);
        known.push(one);
    }
    for (place, note) in (1..).zip(outside) {
        known.extend(look_at(trust, place, true, note.as_ref(), report));
    }
    known.sort_by_key(|one| (one.size, !one.is_cosigned, one.root));
    known.dedup_by(|one, before| (one.size, one.root) == (before.size, before.root));
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

fn look_at(
    trust: &Trust,
    place: u64,
    is_outside: bool,
    note: &[u8],
    report: &mut Report,
) -> Option<Known> {
    let checkpoint = match trust.log.open(note) {
        Ok(checkpoint) => checkpoint,
        Err(why) => {
            report.found(Finding::NotACheckpoint { place, is_outside, why });
            return None;
        }
    };
    let (size, root) = (checkpoint.checkpoint().size(), checkpoint.checkpoint().root());
    let mut cosigners = trust.quorum.cosigners(&checkpoint);
    for witness in std::mem::take(&mut cosigners.forged) {
        report.found(Finding::ForgedCosignature { size, witness });
    }
    let is_cosigned = cosigners.are_enough();
    if is_cosigned && report.cosigned.as_ref().is_none_or(|last| last.size <= size) {
        report.cosigned = Some(LastCosigned { size, by: cosigners.good });
    }
    Some(Known { size, root, is_cosigned })
}
