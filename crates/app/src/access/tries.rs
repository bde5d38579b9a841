//! How often a wrong password was tried, in memory: too often, and whoever tries waits for a while. A
//! stranger's tries hold up nobody who comes from where they signed in before. It refuses to lock anybody
//! out for good, to ask the database, and to grow without bound.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use platform::serve::network;
use sha2::{Digest, Sha256};

/// Tries count for this long.
pub const WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// How many tries one e-mail address gets from one place in that time, and a code from anywhere: it has six
/// digits alone.
pub const MOST_FOR_ADDRESS: usize = 10;
/// How many one e-mail address gets from everywhere: so few that a password of fifteen characters is not
/// guessed, so many that a stranger must mean it to hold somebody up, and holds up nobody in their usual place.
pub const MOST_FROM_EVERYWHERE: usize = 100;
/// How many tries one peer gets: more, since a whole school, or everybody behind a proxy, can be
/// one peer.
pub const MOST_FOR_PEER: usize = 200;
/// For how long a place is somebody's usual one after they signed in there.
const USUAL: SignedDuration = SignedDuration::from_hours(24 * 31);
/// How many addresses and peers are remembered. Past it the longest unused are forgotten.
const MOST_KEYS: usize = 20_000;

/// What tries are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    /// An e-mail address from one place. A digest, so that memory holds no list of who works here.
    Here([u8; 32], Option<IpAddr>),
    /// The same from everywhere.
    Everywhere([u8; 32]),
    /// A code, from anywhere.
    Code([u8; 32]),
    Peer(IpAddr),
}

impl Key {
    fn most(self) -> usize {
        match self {
            Self::Here(..) | Self::Code(_) => MOST_FOR_ADDRESS,
            Self::Everywhere(_) => MOST_FROM_EVERYWHERE,
            Self::Peer(_) => MOST_FOR_PEER,
        }
    }
}

/// The tries of the last quarter of an hour, and from where somebody signed in rightly.
#[derive(Debug, Default)]
pub struct Tries(Mutex<Tried>);

#[derive(Debug, Default)]
struct Tried {
    wrong: HashMap<Key, Vec<Timestamp>>,
    /// The last right one from each place.
    right: HashMap<Key, Vec<Timestamp>>,
}

/// A try that counts as wrong until it is known to be right.
#[derive(Debug)]
pub struct Try {
    keys: Vec<Key>,
    at: Timestamp,
}

impl Try {
    /// A try of that moment by a peer that named nobody.
    pub fn unnamed(peer: Option<IpAddr>, at: Timestamp) -> Self {
        Self { keys: of_peer(peer).collect(), at }
    }
}

fn of_peer(peer: Option<IpAddr>) -> impl Iterator<Item = Key> {
    peer.map(|peer| Key::Peer(network(peer))).into_iter()
}

impl Tries {
    /// Counts a try before its password is looked at, so that many at once are counted too.
    ///
    /// # Errors
    /// How long to wait, when there were too many.
    pub fn begin(
        &self,
        address: &str,
        peer: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<Try, SignedDuration> {
        let digest = Sha256::digest(address.as_bytes()).into();
        let here = [Key::Here(digest, peer.map(network)), Key::Everywhere(digest)];
        self.count(Try { keys: here.into_iter().chain(of_peer(peer)).collect(), at: now })
    }

    /// Counts a try with a code, which is guessed sooner than a password: whoever may try has given their
    /// password already, and no stranger holds them up.
    ///
    /// # Errors
    /// How long to wait, when there were too many.
    pub fn begin_code(
        &self,
        whose: &str,
        peer: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<Try, SignedDuration> {
        let code = Key::Code(Sha256::digest(whose.as_bytes()).into());
        self.count(Try { keys: std::iter::once(code).chain(of_peer(peer)).collect(), at: now })
    }

    /// Counts a try with a passkey, which can't be guessed: for the peer alone, so that nobody can
    /// make another wait by it.
    ///
    /// # Errors
    /// How long to wait, when there were too many.
    pub fn begin_unnamed(
        &self,
        peer: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<Try, SignedDuration> {
        self.count(Try::unnamed(peer, now))
    }

    fn count(&self, tried: Try) -> Result<Try, SignedDuration> {
        let Try { keys, at: now } = tried;
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Tried { wrong: tries, right } = &mut *known;
        // Where somebody signed in before, strangers' tries elsewhere do not count against them.
        let lately = |at: &Timestamp| now.duration_since(*at) < USUAL;
        let is_usual = keys
            .iter()
            .any(|key| right.get(key).and_then(|of_key| of_key.last()).is_some_and(lately));
        let counted = |key: &&Key| !(is_usual && matches!(key, Key::Everywhere(_)));
        let waits = keys.iter().filter(counted).filter_map(|key| {
            let counted: Vec<_> = tries.get(key)?.iter().filter(|at| counts(**at, now)).collect();
            let first = counted.len().checked_sub(key.most())?;
            counted.get(first).map(|at| WINDOW - now.duration_since(**at))
        });
        if let Some(wait) = waits.max() {
            return Err(wait);
        }
        make_room(tries, now, WINDOW);
        for key in &keys {
            let of_key = tries.entry(*key).or_default();
            of_key.retain(|at| counts(*at, now));
            of_key.push(now);
        }
        Ok(Try { keys, at: now })
    }

    /// The password was right: the address begins anew, and the peer did nothing wrong.
    pub fn was_right(&self, tried: &Try) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Tried { wrong: tries, right } = &mut *known;
        for key in &tried.keys {
            match key {
                Key::Here(..) => {
                    tries.remove(key);
                    make_room(right, tried.at, USUAL);
                    right.insert(*key, vec![tried.at]);
                }
                Key::Everywhere(_) | Key::Code(_) => {
                    tries.remove(key);
                }
                Key::Peer(_) => {
                    // One that took two requests is counted a moment before it is remembered. Which of
                    // a peer's tries is taken off makes no difference.
                    if let Some(of_peer) = tries.get_mut(key)
                        && let Some(this) = of_peer.iter().rposition(|at| *at <= tried.at)
                    {
                        of_peer.remove(this);
                    }
                }
            }
        }
    }
}

fn counts(at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at) < WINDOW
}

fn make_room(tries: &mut HashMap<Key, Vec<Timestamp>>, now: Timestamp, within: SignedDuration) {
    if tries.len() < MOST_KEYS {
        return;
    }
    tries.retain(|_, of_key| of_key.last().is_some_and(|at| now.duration_since(*at) < within));
    if tries.len() < MOST_KEYS {
        return;
    }
    // A flood of new keys: the older half goes, so that this is seldom done.
    let mut last: Vec<Timestamp> = tries.values().filter_map(|t| t.last().copied()).collect();
    last.sort_unstable();
    let middle = last.get(last.len() / 2).copied();
    let mut leave = MOST_KEYS / 2;
    tries.retain(|_, of_key| {
        let stays = leave > 0 && of_key.last().copied() >= middle;
        leave -= usize::from(stays);
        stays
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
    }

    #[test]
    fn the_eleventh_try_in_a_quarter_of_an_hour_waits_and_no_longer_than_that() {
        let tries = Tries::default();
        for minute in 0..10 {
            assert!(tries.begin("a@b.example", None, at(minute)).is_ok());
        }
        let wait = tries.begin("a@b.example", None, at(10)).unwrap_err();
        assert_eq!(wait, SignedDuration::from_mins(5));
        assert!(tries.begin("c@d.example", None, at(10)).is_ok(), "others are not held up");
        assert!(tries.begin("a@b.example", None, at(15)).is_ok());
    }

    #[test]
    fn a_strangers_tries_hold_up_nobody_in_their_usual_place() {
        let tries = Tries::default();
        let place = |n: u8| Some(IpAddr::from([192, 0, 2, n]));
        let tried = tries.begin("a@b.example", place(1), at(0)).unwrap();
        tries.was_right(&tried);
        // From ten places, until nobody new may try.
        for n in 0..MOST_FROM_EVERYWHERE {
            let stranger = place(10 + u8::try_from(n / MOST_FOR_ADDRESS).unwrap());
            assert!(tries.begin("a@b.example", stranger, at(1)).is_ok(), "{n}");
        }
        assert!(tries.begin("a@b.example", place(10), at(1)).is_err(), "ten from one place");
        assert!(tries.begin("a@b.example", place(30), at(1)).is_err(), "a hundred from everywhere");
        for _ in 0..MOST_FOR_ADDRESS {
            assert!(tries.begin("a@b.example", place(1), at(1)).is_ok(), "the owner, as ever");
        }
        assert!(tries.begin("a@b.example", place(1), at(1)).is_err(), "but no more than ten");
    }

    #[test]
    fn a_code_is_tried_ten_times_from_wherever() {
        let tries = Tries::default();
        let place = |n: usize| Some(IpAddr::from([192, 0, 2, u8::try_from(n).unwrap()]));
        for n in 0..MOST_FOR_ADDRESS {
            assert!(tries.begin_code("somebody", place(n), at(0)).is_ok());
        }
        assert!(tries.begin_code("somebody", place(99), at(0)).is_err());
    }

    #[test]
    fn a_right_password_begins_anew_for_the_address_and_not_for_the_peer() {
        let (tries, peer) = (Tries::default(), Some(IpAddr::from([192, 0, 2, 1])));
        for n in 0..MOST_FOR_PEER {
            let tried = tries.begin(&format!("{n}@a.example"), peer, at(0)).unwrap();
            if n == 0 {
                tries.was_right(&tried);
            }
        }
        assert!(tries.begin("x@a.example", peer, at(0)).is_ok());
        assert!(tries.begin("y@a.example", peer, at(0)).is_err());
        assert!(tries.begin("y@a.example", peer, at(15)).is_ok());
    }

    #[test]
    fn a_right_try_that_took_two_requests_is_taken_off_by_the_moment_it_was_remembered_at() {
        let (tries, peer) = (Tries::default(), Some(IpAddr::from([192, 0, 2, 1])));
        let later = at(0) + SignedDuration::from_millis(3);
        for _ in 0..2 * MOST_FOR_PEER {
            tries.begin_unnamed(peer, at(0)).unwrap();
            tries.was_right(&Try::unnamed(peer, later));
        }
        assert!(tries.begin_unnamed(peer, at(0)).is_ok());
    }

    #[test]
    fn a_flood_of_addresses_fills_no_memory() {
        let tries = Tries::default();
        for n in 0..3 * MOST_KEYS {
            let _ = tries.begin(&n.to_string(), None, at(0));
        }
        assert!(tries.0.lock().unwrap().wrong.len() <= MOST_KEYS);
    }
}
