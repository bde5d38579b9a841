//! How fast one person may go on, over all their sessions. Nobody comes near it; a script that somebody let
//! loose, or a page that asks again and again, is told to wait. It is by person and not by address: a hospital
//! behind one address is held up by nobody in it. Signing in is counted by itself (`access::tries`), and so is what
//! somebody opens (`pacing`).

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;
use uuid::Uuid;

/// What a route costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Whoever is not signed in: tries at signing in are counted there, and the rest holds no case.
    Open,
    /// It shows something.
    Reads,
    /// It changes something.
    Writes,
}

impl Class {
    /// How many at once, and how many more each second.
    const fn limit(self) -> (f64, f64) {
        match self {
            Self::Open => (f64::INFINITY, f64::INFINITY),
            Self::Reads => (300.0, 5.0),
            Self::Writes => (60.0, 1.0),
        }
    }
}

/// How many people are remembered before those that have rested are forgotten.
const MANY: usize = 10_000;

/// What each person did lately. In the memory of one process: another counts by itself.
#[derive(Debug, Default)]
pub struct Rates(Mutex<HashMap<(Uuid, bool), Left>>);

/// What is left to somebody of one class.
#[derive(Debug, Clone, Copy)]
struct Left {
    left: f64,
    at: Instant,
}

impl Left {
    fn by(self, class: Class, now: Instant) -> f64 {
        let (most, each) = class.limit();
        (now.duration_since(self.at).as_secs_f64().mul_add(each, self.left)).min(most)
    }
}

impl Rates {
    /// Takes one request of somebody.
    ///
    /// # Errors
    /// How long it has to wait, where it went too fast.
    pub fn take(&self, who: Uuid, class: Class, now: Instant) -> Result<(), Duration> {
        if class == Class::Open {
            return Ok(());
        }
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() > MANY {
            // Whoever has rested may do as much as anybody who comes new.
            let rests = |writes: bool, of: &Left| {
                let class = if writes { Class::Writes } else { Class::Reads };
                of.by(class, now) >= class.limit().0
            };
            all.retain(|(_, writes), of| !rests(*writes, of));
        }
        let (most, each) = class.limit();
        let key = (who, class == Class::Writes);
        let of = all.entry(key).or_insert(Left { left: most, at: now });
        let left = of.by(class, now);
        if left < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - left) / each));
        }
        *of = Left { left: left - 1.0, at: now };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(rates: &Rates, who: u128, class: Class, now: Instant) -> usize {
        let who = Uuid::from_u128(who);
        (0..1_000).take_while(|_| rates.take(who, class, now).is_ok()).count()
    }

    #[test]
    fn everybody_goes_as_fast_as_people_do_and_holds_up_no_other() {
        let (rates, now) = (Rates::default(), Instant::now());
        assert_eq!(takes(&rates, 1, Class::Writes, now), 60);
        let wait = rates.take(Uuid::from_u128(1), Class::Writes, now).unwrap_err();
        assert_eq!(wait, Duration::from_secs(1));
        assert_eq!(takes(&rates, 1, Class::Reads, now), 300, "reading is counted by itself");
        assert_eq!(takes(&rates, 2, Class::Writes, now), 60, "of the same address");
        let later = now + Duration::from_secs(10);
        assert_eq!(takes(&rates, 1, Class::Writes, later), 10);
        let rested = now + Duration::from_secs(3_600);
        assert_eq!(takes(&rates, 1, Class::Writes, rested), 60, "and no more than that at once");
    }

    #[test]
    fn who_has_rested_is_forgotten_and_who_has_not_is_not() {
        let (rates, now) = (Rates::default(), Instant::now());
        for n in 0..=MANY as u128 {
            rates.take(Uuid::from_u128(n), Class::Reads, now).unwrap();
        }
        let later = now + Duration::from_secs(60);
        takes(&rates, u128::MAX, Class::Writes, later);
        assert!(rates.take(Uuid::from_u128(u128::MAX - 1), Class::Reads, later).is_ok());
        assert!(rates.0.lock().unwrap().len() < 10);
        assert!(rates.take(Uuid::from_u128(u128::MAX), Class::Writes, later).is_err());
    }
}
