//! Policies as text, as whoever runs an installation may write them: any text holds against the
//! schema or says why not, and what holds decides.
#![no_main]

use libfuzzer_sys::fuzz_target;
use need_to_know::Policies;

#[path = "../../crates/need_to_know/tests/need_to_know/dice.rs"]
#[allow(dead_code)]
mod dice;

/// Each policy that is shipped, by itself.
fn seeds() -> Vec<String> {
    need_to_know::FILES
        .iter()
        .flat_map(|(_, text)| text.split_inclusive(";\n"))
        .map(str::to_owned)
        .collect()
}

fuzz_target!(init: fuzz::begin_with(seeds()), |bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Policies::read(&[("somebody’s", text)]) {
        Err(why) => assert!(!why.to_string().is_empty()),
        Ok(policies) => {
            let mut dice = dice::Dice::of(bytes.len() as u64);
            for _ in 0..4 {
                let asked = dice::question(&mut dice);
                let decided = policies.decide(&asked.request());
                assert!(!decided.because.is_empty(), "a decision says why");
            }
        }
    }
});
