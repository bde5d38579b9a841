//! Seeded dice: the same throws from the same seed for ever, on every machine. They are sums of
//! whole numbers over a stream of bytes, since a library of distributions may change what it draws.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

/// Dice for one purpose.
#[derive(Debug, Clone)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The dice of that number from that seed: no throw of theirs depends on any other dice.
    pub fn of(seed: u64, number: u64) -> Self {
        let mut whole = *b"________ Nobody here is anybody.";
        whole[..8].copy_from_slice(&seed.to_le_bytes());
        let mut stream = ChaCha8Rng::from_seed(whole);
        stream.set_stream(number);
        Self(stream)
    }

    /// A number from 0, below that one; 0 below 0.
    pub fn below(&mut self, end: u32) -> u32 {
        let scaled = u64::from(self.0.next_u32()) * u64::from(end);
        (scaled >> 32) as u32
    }

    /// A place in a list of so many; 0 in an empty one.
    pub fn place(&mut self, length: usize) -> usize {
        self.below(u32::try_from(length).unwrap_or(u32::MAX)) as usize
    }

    /// A number between those two, both included.
    pub fn between(&mut self, least: u32, most: u32) -> u32 {
        least + self.below(most.saturating_sub(least) + 1)
    }

    /// Whether something happens that happens so often in a hundred.
    pub fn in_hundred(&mut self, often: u32) -> bool {
        self.below(100) < often
    }

    /// Whether something happens that happens so often in ten thousand.
    pub fn in_ten_thousand(&mut self, often: u32) -> bool {
        self.below(10_000) < often
    }

    /// One of them, each as likely.
    pub fn pick<T: Copy, const N: usize>(&mut self, from: &[T; N]) -> T {
        const { assert!(N > 0) };
        from[self.below(N as u32) as usize]
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

    /// Puts them into another order, each as likely.
    pub fn shuffle<T>(&mut self, these: &mut [T]) {
        for last in (1..these.len()).rev() {
            these.swap(last, self.place(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn the_same_dice_throw_the_same_for_ever() {
        let mut dice = Dice::of(1, 7);
        let throws: Vec<_> = (0..8).map(|_| dice.below(6) + 1).collect();
        assert_eq!(throws, THROWN);
    }

    /// Thrown when this was written. If they change, every invented person becomes another.
    const THROWN: [u32; 8] = [4, 2, 6, 2, 4, 2, 6, 1];

    #[test]
    fn a_weight_is_how_often() {
        let mut dice = Dice::of(1, 1);
        let often = (0..10_000).filter(|_| dice.weighted(&[(true, 3), (false, 1)])).count();
        assert!((7300..7700).contains(&often), "{often}");
    }
}
