//! The tree and its proofs, against the recursive definitions of RFC 6962 as they stand there,
//! against another's implementation, and against the published roots.

use std::{cell::RefCell, collections::HashMap};

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use journal_proof::{
    CompactRange, Hash, NoProof, Nodes, NotARange, consistency, inclusion, nodes_for_consistency,
    nodes_for_inclusion, verify_consistency, verify_inclusion,
};
use proptest::prelude::*;

use crate::support::{Dice, stored};

/// Section 2.1 of RFC 6962, word for word; what was reckoned once is remembered.
struct Defined {
    leaves: Vec<Hash>,
    known: RefCell<HashMap<(usize, usize), Hash>>,
}

impl Defined {
    fn new(leaves: Vec<Hash>) -> Self {
        Self { leaves, known: RefCell::default() }
    }

    /// MTH(D[from:to]).
    fn root(&self, from: usize, to: usize) -> Hash {
        if from == to {
            return Hash::of_nothing();
        }
        if to - from == 1 {
            return self.leaves[from];
        }
        if let Some(known) = self.known.borrow().get(&(from, to)) {
            return *known;
        }
        let middle = from + k(to - from);
        let root = Hash::node(self.root(from, middle), self.root(middle, to));
        self.known.borrow_mut().insert((from, to), root);
        root
    }

    /// PATH(m, D[from:to]).
    fn path(&self, m: usize, from: usize, to: usize) -> Vec<Hash> {
        if to - from == 1 {
            return Vec::new();
        }
        let k = k(to - from);
        let (mut path, other) = if m < k {
            (self.path(m, from, from + k), self.root(from + k, to))
        } else {
            (self.path(m - k, from + k, to), self.root(from, from + k))
        };
        path.push(other);
        path
    }

    /// SUBPROOF(m, D[from:to], b).
    fn subproof(&self, m: usize, from: usize, to: usize, b: bool) -> Vec<Hash> {
        if m == to - from {
            return if b { Vec::new() } else { vec![self.root(from, to)] };
        }
        let k = k(to - from);
        let (mut proof, other) = if m <= k {
            (self.subproof(m, from, from + k, b), self.root(from + k, to))
        } else {
            (self.subproof(m - k, from + k, to, false), self.root(from, from + k))
        };
        proof.push(other);
        proof
    }
}

/// The largest power of two smaller than n.
fn k(n: usize) -> usize {
    (0..).map(|e| 1 << e).take_while(|k| *k < n).last().unwrap()
}

fn leaves(size: usize) -> Vec<Hash> {
    (0..size).map(|i| Hash::leaf(&i.to_be_bytes())).collect()
}

#[test]
fn the_roots_are_the_published_ones() {
    // The reference data of Certificate Transparency.
    let entries: [&[u8]; 8] = [
        &[],
        &[0x00],
        &[0x10],
        &[0x20, 0x21],
        &[0x30, 0x31],
        &[0x40, 0x41, 0x42, 0x43],
        &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        &[
            0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d,
            0x6e, 0x6f,
        ],
    ];
    let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let hex = |hash: Hash| hash.as_bytes().iter().map(|b| format!("{b:02x}")).collect::<String>();
    let mut tree = CompactRange::new();
    assert_eq!(hex(tree.root()), roots[0]);
    for (entry, root) in entries.iter().zip(&roots[1..]) {
        tree.push(Hash::leaf(entry));
        assert_eq!(hex(tree.root()), *root, "{} entries", tree.size());
    }
}

#[test]
fn every_tree_and_proof_up_to_300_entries_is_as_defined() {
    const MOST: usize = 300;
    let defined = Defined::new(leaves(MOST));
    let (_, nodes) = stored(&defined.leaves);
    let mut tree = CompactRange::new();
    for size in 0..=MOST {
        let root = defined.root(0, size);
        assert_eq!(tree.root(), root, "{size} entries");
        let new = size as u64;
        for old in 0..size {
            let index = old as u64;
            let proof = inclusion(&nodes, index, new).unwrap();
            assert_eq!(proof, defined.path(old, 0, size));
            verify_inclusion(defined.leaves[old], index, new, &proof, root).unwrap();
            if old > 0 {
                let proof = consistency(&nodes, index, new).unwrap();
                assert_eq!(proof, defined.subproof(old, 0, size, true));
                verify_consistency((index, defined.root(0, old)), (new, root), &proof).unwrap();
            }
        }
        if size < MOST {
            tree.push(defined.leaves[size]);
        }
    }
}

#[test]
fn another_implementation_makes_the_same_roots_and_proofs() {
    let mut dice = Dice(6962);
    for _ in 0..6 {
        let size = dice.within(300, 5000);
        let mut theirs = MemoryBackedTree::<sha2_of_ct_merkle::Sha256, Vec<u8>>::new();
        let entries: Vec<_> = (0..size).map(|i| i.to_be_bytes().to_vec()).collect();
        entries.iter().for_each(|entry| theirs.push(entry.clone()));
        let hashes: Vec<_> = entries.iter().map(|entry| Hash::leaf(entry)).collect();
        let (ours, nodes) = stored(&hashes);
        assert_eq!(ours.root().as_bytes(), theirs.root().as_bytes().as_slice());
        for _ in 0..50 {
            let index = dice.within(0, size - 1);
            let proof = inclusion(&nodes, index, size).unwrap();
            let other = theirs.prove_inclusion(usize::try_from(index).unwrap());
            assert_eq!(bytes(&proof), other.as_bytes());
            let old = dice.within(1, size - 1);
            let proof = consistency(&nodes, old, size).unwrap();
            let other = theirs.prove_consistency(usize::try_from(size - old).unwrap());
            assert_eq!(bytes(&proof), other.as_bytes(), "{old} of {size}");
        }
    }
}

fn bytes(proof: &[Hash]) -> Vec<u8> {
    proof.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

/// Every way to flip one bit of some hashes.
fn with_one_bit_flipped(hashes: &[Hash]) -> impl Iterator<Item = Vec<Hash>> {
    (0..hashes.len() * 256).map(|bit| {
        let mut flipped = hashes.to_vec();
        let mut bytes = *flipped[bit / 256].as_bytes();
        bytes[bit % 256 / 8] ^= 1 << (bit % 8);
        flipped[bit / 256] = Hash::from_bytes(bytes);
        flipped
    })
}

#[test]
fn an_inclusion_proof_with_any_bit_flipped_fails() {
    let leaves = leaves(21);
    let (_, nodes) = stored(&leaves);
    for (size, index) in [(1, 0), (2, 1), (7, 6), (8, 3), (13, 12), (21, 0), (21, 16), (21, 20)] {
        let root = stored(&leaves[..usize::try_from(size).unwrap()]).0.root();
        let leaf = leaves[usize::try_from(index).unwrap()];
        let proof = inclusion(&nodes, index, size).unwrap();
        let all = [&[leaf, root], proof.as_slice()].concat();
        assert!(verify_inclusion(leaf, index, size, &proof, root).is_ok());
        for bad in with_one_bit_flipped(&all) {
            assert!(verify_inclusion(bad[0], index, size, &bad[2..], bad[1]).is_err());
        }
        for other in (0..size).filter(|other| *other != index) {
            assert!(verify_inclusion(leaf, other, size, &proof, root).is_err());
        }
        let longer = [proof.as_slice(), &[root]].concat();
        assert!(verify_inclusion(leaf, index, size, &longer, root).is_err());
        if let Some((_, shorter)) = proof.split_last() {
            assert!(verify_inclusion(leaf, index, size, shorter, root).is_err());
        }
        assert!(verify_inclusion(leaf, size, size, &proof, root).is_err());
    }
}

#[test]
fn a_consistency_proof_with_any_bit_flipped_fails() {
    let leaves = leaves(21);
    let (_, nodes) = stored(&leaves);
    let root = |size: u64| stored(&leaves[..usize::try_from(size).unwrap()]).0.root();
    for (old, new) in [(1, 2), (3, 7), (4, 7), (6, 8), (8, 21), (12, 21), (20, 21), (21, 21)] {
        let proof = consistency(&nodes, old, new).unwrap();
        let (before, after) = ((old, root(old)), (new, root(new)));
        assert!(verify_consistency(before, after, &proof).is_ok());
        for bad in with_one_bit_flipped(&[&[before.1, after.1], proof.as_slice()].concat()) {
            assert!(verify_consistency((old, bad[0]), (new, bad[1]), &bad[2..]).is_err());
        }
        let longer = [proof.as_slice(), &[root(1)]].concat();
        assert!(verify_consistency(before, after, &longer).is_err());
        if let Some((_, shorter)) = proof.split_last() {
            assert!(verify_consistency(before, after, shorter).is_err());
        }
        assert!(verify_consistency((new + 1, root(3)), after, &proof).is_err());
    }
}

#[test]
fn the_empty_tree_is_the_beginning_of_every_tree_and_has_one_root() {
    let (tree, nodes) = stored(&leaves(5));
    let nothing = (0, Hash::of_nothing());
    assert_eq!(consistency(&nodes, 0, 5), Ok(Vec::new()));
    assert!(verify_consistency(nothing, (5, tree.root()), &[]).is_ok());
    assert!(verify_consistency(nothing, nothing, &[]).is_ok());
    assert!(verify_consistency(nothing, (5, tree.root()), &[tree.root()]).is_err());
    assert!(verify_consistency((0, tree.root()), (5, tree.root()), &[]).is_err());
}

#[test]
fn what_is_not_there_is_not_proven() {
    let (_, mut nodes) = stored(&leaves(7));
    assert_eq!(inclusion(&nodes, 7, 7), Err(NoProof::NotThere));
    assert_eq!(consistency(&nodes, 8, 7), Err(NoProof::NotThere));
    assert_eq!(inclusion(&nodes, 0, u64::MAX), Err(NoProof::NotThere));
    let missing = nodes_for_inclusion(2, 7).unwrap()[1];
    nodes.remove(&missing);
    assert_eq!(inclusion(&nodes, 2, 7), Err(NoProof::NodeMissing(missing)));
}

/// Remembers what it was asked for.
struct Asked<'a, N>(&'a N, RefCell<Vec<journal_proof::Position>>);

impl<N: Nodes> Nodes for Asked<'_, N> {
    fn hash(&self, at: journal_proof::Position) -> Option<Hash> {
        self.1.borrow_mut().push(at);
        self.0.hash(at)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn large_trees_are_as_defined(size in 301usize..5000, one in 0usize..5000, other in 1usize..5000) {
        let defined = Defined::new(leaves(size));
        let (tree, nodes) = stored(&defined.leaves);
        prop_assert_eq!(tree.root(), defined.root(0, size));
        let (index, old, new) = (one % size, 1 + other % size, size as u64);
        let nodes = Asked(&nodes, RefCell::default());
        let proof = inclusion(&nodes, index as u64, new).unwrap();
        prop_assert_eq!(&proof, &defined.path(index, 0, size));
        prop_assert_eq!(nodes.1.take(), nodes_for_inclusion(index as u64, new).unwrap());
        prop_assert!(verify_inclusion(defined.leaves[index], index as u64, new, &proof, tree.root()).is_ok());
        let proof = consistency(&nodes, old as u64, new).unwrap();
        prop_assert_eq!(&proof, &defined.subproof(old, 0, size, true));
        prop_assert_eq!(nodes.1.take(), nodes_for_consistency(old as u64, new).unwrap());
        let before = (old as u64, defined.root(0, old));
        prop_assert!(verify_consistency(before, (new, tree.root()), &proof).is_ok());
    }

    #[test]
    fn a_tree_that_was_written_down_goes_on_as_if_it_had_not_been(size in 0usize..600, more in 0usize..20) {
        let leaves = leaves(size + more);
        let (mut tree, _) = stored(&leaves[..size]);
        let bytes = tree.to_bytes();
        prop_assert!(bytes.len() <= 8 + 32 * 10);
        let mut read = CompactRange::from_bytes(&bytes).unwrap();
        leaves[size..].iter().for_each(|leaf| { tree.push(*leaf); read.push(*leaf); });
        prop_assert_eq!(read, tree);
        prop_assert_eq!(CompactRange::from_bytes(&[&bytes[..], &[0; 32]].concat()), Err(NotARange));
    }
}
