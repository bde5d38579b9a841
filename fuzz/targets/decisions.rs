//! Questions to the policies that are shipped, with any text for an id: what is decided is what the
//! plain model says that was written apart from them, and says why.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use need_to_know::{About, Asker, ChildId, MemberId, Policies, Tie};

#[path = "../../crates/need_to_know/tests/need_to_know/dice.rs"]
#[allow(dead_code)]
mod dice;
#[path = "../../crates/need_to_know/tests/need_to_know/examples.rs"]
#[allow(dead_code, unused_imports)]
mod examples;
#[path = "../../crates/need_to_know/tests/need_to_know/model.rs"]
#[allow(dead_code, unused_imports)]
mod model;

static POLICIES: LazyLock<Policies> = LazyLock::new(|| Policies::load().expect("they are shipped"));

fn seeds() -> Vec<Vec<u8>> {
    let ids = ["", "ann", "o'brien\"", "\u{202e}\\u{0}", "User::\"x\""];
    (0..40_u64)
        .map(|seed| [&seed.to_le_bytes()[..], ids[seed as usize % ids.len()].as_bytes()].concat())
        .collect()
}

fuzz_target!(init: fuzz::begin_with(seeds()), |bytes: &[u8]| {
    let Some((seed, said)) = bytes.split_first_chunk::<8>() else { return };
    let mut asked = dice::question(&mut dice::Dice::of(u64::from_le_bytes(*seed)));
    let said = String::from_utf8_lossy(said);
    if let (Asker::Member(member), false) = (&mut asked.asker, said.is_empty()) {
        member.id = MemberId::new(&*said);
    }
    if let (About::Child(child), true) = (&mut asked.about, said.len() > 4) {
        child.id = ChildId::new(&*said);
    }
    let request = asked.request();
    let decided = POLICIES.decide(&request);
    assert_eq!(decided.allowed, model::expected(&request), "{asked:?}");
    assert!(!decided.because.is_empty(), "a decision says why");
    if asked.ties.contains(Tie::Excluded) {
        assert!(!decided.allowed, "who is excluded is refused everything");
    }
});
