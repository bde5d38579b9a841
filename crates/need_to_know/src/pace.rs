//! How fast somebody may look for children to whom nothing ties them. A person at work looks at a
//! few in an hour; a script, or somebody curious, at many.

/// What to do with the next look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pace {
    /// Nothing.
    Free,
    /// Answer slowly.
    Slow,
    /// Answer no more in this hour, and tell the privacy officer.
    Stop,
}

/// The hour that counts, in seconds.
pub const HOUR: i64 = 3600;
/// So many in an hour are a day's ordinary work.
const ORDINARY: usize = 40;
/// At so many, something is wrong.
const MOST: usize = 150;

/// The pace for the next look, from the moments (seconds since 1970) at which the same person
/// first looked at each other child without a tie. Moments to come, after a clock went back,
/// count as well: a clock makes nobody faster.
pub fn pace(looks: &[i64], now: i64) -> Pace {
    match looks.iter().filter(|at| **at > now - HOUR).count() {
        n if n < ORDINARY => Pace::Free,
        n if n < MOST => Pace::Slow,
        _ => Pace::Stop,
    }
}
