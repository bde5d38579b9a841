//! How many connections each address has, so that one can't take every place. Behind a named proxy are
//! many people, and it counts for itself.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

/// The connections of each address.
pub(super) struct Crowd {
    most: usize,
    /// Who may have as many as they like.
    free: Arc<[IpAddr]>,
    here: Arc<Mutex<HashMap<IpAddr, Of>>>,
}

/// What one address has.
#[derive(Default)]
struct Of {
    open: usize,
    /// Whether the log says that it has its share.
    told: bool,
}

/// A connection that is counted until it is dropped.
pub(super) struct Counted {
    whose: IpAddr,
    here: Arc<Mutex<HashMap<IpAddr, Of>>>,
}

impl Crowd {
    pub(super) fn new(most: usize, free: Arc<[IpAddr]>) -> Self {
        Self { most, free, here: Arc::default() }
    }

    /// Lets another connection of an address in: `Err` where it has as many as one may have. Nothing is
    /// counted of who may have as many as they like.
    pub(super) fn lets_in(&self, peer: IpAddr) -> Result<Option<Counted>, ()> {
        let peer = peer.to_canonical();
        if self.free.contains(&peer) {
            return Ok(None);
        }
        let whose = network(peer);
        let mut here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        let of_one = here.entry(whose).or_default();
        if of_one.open >= self.most {
            if !std::mem::replace(&mut of_one.told, true) {
                tracing::warn!(
                    most = self.most,
                    "one address has its share of the connections; a proxy is named by --proxy"
                );
            }
            return Err(());
        }
        of_one.open += 1;
        Ok(Some(Counted { whose, here: Arc::clone(&self.here) }))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of_one) = here.get_mut(&self.whose) {
            of_one.open -= 1;
            if of_one.open == 0 {
                here.remove(&self.whose);
            }
        }
    }
}

/// What counts as one address: whoever has one IPv6 address has all of its /64.
pub fn network(peer: IpAddr) -> IpAddr {
    match peer {
        IpAddr::V4(_) => peer,
        IpAddr::V6(v6) => v6
            .to_ipv4_mapped()
            .map_or_else(|| IpAddr::V6((v6.to_bits() >> 64 << 64).into()), IpAddr::V4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_network_of_the_new_kind_is_one_address() {
        let peer = |text: &str| network(text.parse().unwrap());
        assert_eq!(peer("2001:db8::1"), peer("2001:db8::ffff:2"));
        assert_ne!(peer("2001:db8::1"), peer("2001:db8:0:1::1"));
        assert_eq!(peer("::ffff:192.0.2.1"), peer("192.0.2.1"));
    }

    #[test]
    fn who_has_gone_makes_room_and_nobody_is_remembered() {
        let [one, proxy] = [IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2])];
        let crowd = Crowd::new(2, [proxy].into());
        let two: Vec<_> = (0..2).map(|_| crowd.lets_in(one).unwrap()).collect();
        assert!(crowd.lets_in(one).is_err());
        assert!((0..9).all(|_| crowd.lets_in(proxy).is_ok()));
        drop(two);
        assert!(crowd.here.lock().unwrap().is_empty());
        assert!(crowd.lets_in(one).is_ok());
    }
}
