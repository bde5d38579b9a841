//! Seeded dice: the same throws from the same seed for ever, on every machine. They are sums of
//! whole numbers over a stream of bytes, since a library of distributions may change what it draws.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

/// Where every throw begins. Another seed is another Seaholme.
const SEED: [u8; 32] = *b"Seaholme is nowhere. Made for us";

/// Dice for one purpose.
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The dice of that number: no throw of theirs depends on any other dice.
    pub fn of(number: u64) -> Self {
        let mut stream = ChaCha8Rng::from_seed(SEED);
        stream.set_stream(number);
        Self(stream)
    }

    /// A number from 0, below that one.
    pub fn below(&mut self, end: u32) -> u32 {
        let scaled = u64::from(self.0.next_u32()) * u64::from(end);
        (scaled >> 32) as u32
    }

    /// A number between those two, both included.
    pub fn between(&mut self, least: u32, most: u32) -> u32 {
        least + self.below(most.saturating_sub(least) + 1)
    }

    /// Whether something happens that happens so often in a thousand.
    pub fn in_thousand(&mut self, often: u32) -> bool {
        self.below(1000) < often
    }

    /// One of them, each as likely.
    pub fn pick<T: Copy, const N: usize>(&mut self, from: &[T; N]) -> T {
        const { assert!(N > 0) };
        from[self.below(N as u32) as usize]
    }

    /// One of them, those in front more likely: as with names, a few are many people's.
    pub fn pick_common<T: Copy, const N: usize>(&mut self, from: &[T; N]) -> T {
        const { assert!(N > 0) };
        let place = u64::from(self.below(N as u32)) * u64::from(self.below(N as u32));
        from[place as usize / N]
    }

    /// One of them, by weight.
    pub fn weighted<T: Copy, const N: usize>(&mut self, from: &[(T, u32); N]) -> T {
        const { assert!(N > 0) };
        let mut left = self.below(from.iter().map(|(_, weight)| weight).sum());
        for (one, weight) in from {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return *one,
            }
        }
        from[N - 1].0
    }

    /// The place of one of them, by weight; `None` when there is none.
    pub fn place(&mut self, weights: impl Iterator<Item = u32> + Clone) -> Option<usize> {
        let mut left = self.below(weights.clone().sum());
        weights.enumerate().find_map(|(place, weight)| match left.checked_sub(weight) {
            Some(rest) => {
                left = rest;
                None
            }
            None => Some(place),
        })
    }

    /// So many random bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn the_same_dice_throw_the_same_for_ever() {
        let mut dice = Dice::of(7);
        let throws: Vec<_> = (0..8).map(|_| dice.below(6) + 1).collect();
        assert_eq!(throws, THROWN);
    }

    /// Thrown when this was written. If they change, every invented person becomes another.
    const THROWN: [u32; 8] = [4, 3, 5, 5, 6, 3, 6, 2];

    #[test]
    fn a_weight_is_how_often() {
        let mut dice = Dice::of(1);
        let often = (0..10_000).filter(|_| dice.weighted(&[(true, 3), (false, 1)])).count();
        assert!((7300..7700).contains(&often), "{often}");
    }
}
