//! Proofs that an entry is in a tree, and that one tree is the beginning of another: made from
//! stored nodes, and checked against roots (RFC 9162, sections 2.1.3 and 2.1.4).

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use crate::{
    hash::Hash,
    tree::{MOST_ENTRIES, Position, cover, fold, left_half},
};

/// Where complete nodes are stored. One who must wait for a database asks first which nodes a
/// proof takes ([`nodes_for_inclusion`], [`nodes_for_consistency`]), and reads them together.
pub trait Nodes {
    /// The node that stands there, if it is stored.
    fn hash(&self, at: Position) -> Option<Hash>;
}

impl Nodes for BTreeMap<Position, Hash> {
    fn hash(&self, at: Position) -> Option<Hash> {
        self.get(&at).copied()
    }
}

impl Nodes for HashMap<Position, Hash> {
    fn hash(&self, at: Position) -> Option<Hash> {
        self.get(&at).copied()
    }
}

/// Why a proof can't be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoProof {
    /// It was asked for an entry or a tree that isn't there.
    #[error("there is no such entry, or no such earlier tree")]
    NotThere,
    /// A node that it takes isn't stored.
    #[error("node {} of level {} is not stored", .0.index, .0.level)]
    NodeMissing(Position),
}

/// A proof does not prove what it was given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the proof does not hold")]
pub struct DoesNotHold;

/// Which nodes the proof takes that entry `index`, counted from 0, is in the tree of `size`.
///
/// # Errors
/// When it isn't.
pub fn nodes_for_inclusion(index: u64, size: u64) -> Result<Vec<Position>, NoProof> {
    Ok(inclusion_parts(index, size)?.iter().flat_map(cover).collect())
}

/// The proof that entry `index`, counted from 0, is in the tree of `size`.
///
/// # Errors
/// When it isn't, or a node is not stored.
pub fn inclusion(nodes: &impl Nodes, index: u64, size: u64) -> Result<Vec<Hash>, NoProof> {
    inclusion_parts(index, size)?.iter().map(|part| hash_of(nodes, part)).collect()
}

/// Which nodes the proof takes that the tree of `old` entries is the beginning of that of `new`.
///
/// # Errors
/// When the older one is larger.
pub fn nodes_for_consistency(old: u64, new: u64) -> Result<Vec<Position>, NoProof> {
    Ok(consistency_parts(old, new)?.iter().flat_map(cover).collect())
}

/// The proof that the tree of `old` entries is the beginning of that of `new`. It is empty when
/// they are of one size or the older has no entry, as witnesses take it.
///
/// # Errors
/// When the older one is larger, or a node is not stored.
pub fn consistency(nodes: &impl Nodes, old: u64, new: u64) -> Result<Vec<Hash>, NoProof> {
    consistency_parts(old, new)?.iter().map(|part| hash_of(nodes, part)).collect()
}

/// Whether the proof shows that an entry of that hash is entry `index` of the tree with that root.
///
/// # Errors
/// When it doesn't.
pub fn verify_inclusion(
    leaf: Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: Hash,
) -> Result<(), DoesNotHold> {
    if index >= size {
        return Err(DoesNotHold);
    }
    let mut climb = Climb { at: index, last: size - 1 };
    let mut hash = leaf;
    for part in proof {
        hash = match climb.next()? {
            Side::Left => Hash::node(*part, hash),
            Side::Right => Hash::node(hash, *part),
        };
    }
    holds(climb.is_over() && hash == root)
}

/// Whether the proof shows that the tree of `old` entries is the beginning of that of `new`.
///
/// # Errors
/// When it doesn't.
pub fn verify_consistency(
    (old, old_root): (u64, Hash),
    (new, new_root): (u64, Hash),
    proof: &[Hash],
) -> Result<(), DoesNotHold> {
    if old == 0 || old == new {
        let same = old != new || old_root == new_root;
        let nothing = |size: u64, root| size != 0 || root == Hash::of_nothing();
        return holds(proof.is_empty() && same && nothing(old, old_root) && nothing(new, new_root));
    }
    if old > new {
        return Err(DoesNotHold);
    }
    // An older tree that is one complete node is its own first part, which the proof leaves out.
    let (first, rest) = if old.is_power_of_two() {
        (&old_root, proof)
    } else {
        proof.split_first().ok_or(DoesNotHold)?
    };
    let mut climb = Climb { at: old - 1, last: new - 1 };
    climb.skip_complete();
    let (mut before, mut after) = (*first, *first);
    for part in rest {
        match climb.next()? {
            Side::Left => {
                before = Hash::node(*part, before);
                after = Hash::node(*part, after);
            }
            Side::Right => after = Hash::node(after, *part),
        }
    }
    holds(climb.is_over() && before == old_root && after == new_root)
}

fn holds(so: bool) -> Result<(), DoesNotHold> {
    if so { Ok(()) } else { Err(DoesNotHold) }
}

/// On which side of the node below the proof's next hash stands.
enum Side {
    Left,
    Right,
}

/// The way from a node to the root: where it stands in its level, and the last of that level
/// (`fn` and `sn` of RFC 9162).
struct Climb {
    at: u64,
    last: u64,
}

impl Climb {
    fn next(&mut self) -> Result<Side, DoesNotHold> {
        if self.is_over() {
            return Err(DoesNotHold);
        }
        let side = if self.at & 1 == 1 || self.at == self.last {
            // The last of a level that has no neighbour stands for itself in the levels above.
            while self.at & 1 == 0 && self.at != 0 {
                self.up();
            }
            Side::Left
        } else {
            Side::Right
        };
        self.up();
        Ok(side)
    }

    fn skip_complete(&mut self) {
        while self.at & 1 == 1 {
            self.up();
        }
    }

    fn up(&mut self) {
        self.at >>= 1;
        self.last >>= 1;
    }

    fn is_over(&self) -> bool {
        self.last == 0
    }
}

/// The hash of a part, which may itself be the incomplete end of the tree.
fn hash_of(nodes: &impl Nodes, part: &Range<u64>) -> Result<Hash, NoProof> {
    let nodes: Vec<_> = cover(part)
        .into_iter()
        .map(|at| nodes.hash(at).ok_or(NoProof::NodeMissing(at)))
        .collect::<Result<_, _>>()?;
    fold(nodes.into_iter()).ok_or(NoProof::NotThere)
}

/// The parts of the tree whose hashes lead from an entry to the root, from below.
fn inclusion_parts(index: u64, size: u64) -> Result<Vec<Range<u64>>, NoProof> {
    if index >= size || size > MOST_ENTRIES {
        return Err(NoProof::NotThere);
    }
    let (mut parts, mut within) = (Vec::new(), 0..size);
    while within.end - within.start > 1 {
        let middle = within.start + left_half(within.end - within.start);
        if index < middle {
            parts.push(middle..within.end);
            within.end = middle;
        } else {
            parts.push(within.start..middle);
            within.start = middle;
        }
    }
    parts.reverse();
    Ok(parts)
}

/// The parts whose hashes lead from the older root to the newer, from below.
fn consistency_parts(old: u64, new: u64) -> Result<Vec<Range<u64>>, NoProof> {
    if old > new || new > MOST_ENTRIES {
        return Err(NoProof::NotThere);
    }
    if old == 0 || old == new {
        return Ok(Vec::new());
    }
    let (mut parts, mut within) = (Vec::new(), 0..new);
    while old != within.end {
        let middle = within.start + left_half(within.end - within.start);
        if old <= middle {
            parts.push(middle..within.end);
            within.end = middle;
        } else {
            parts.push(within.start..middle);
            within.start = middle;
        }
    }
    // What is left is the older tree's end. Where it is the whole older tree, its root is known.
    if within.start != 0 {
        parts.push(within);
    }
    parts.reverse();
    Ok(parts)
}
