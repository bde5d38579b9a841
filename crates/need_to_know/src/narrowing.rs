//! Which ties open what reached the hub, for one member: what a list, a count or a search asks of
//! the database, so that it neither hides what the policies allow nor shows what they deny.

use crate::{
    about::{About, Item, Kind, Marking},
    action::Action,
    asker::Asker,
    policies::{Policies, unknown},
    request::{Circumstances, Request},
    tie::{Tie, Ties},
    words::Word,
};

/// Which ties open contacts, accounts or pathways to a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Openers {
    /// No tie is needed.
    pub all: bool,
    /// Any of these ties will do; none are named where none is needed.
    pub by: Ties,
    /// The ties that open a restricted row to somebody who is not named for it.
    pub unnamed: Ties,
}

impl Openers {
    /// Whether anything can be opened at all; nothing else need be asked of the database.
    pub fn any(&self) -> bool {
        self.all || !self.by.is_empty()
    }

    /// Whether they open a row with these facts: what a query's condition must say. Exclusion
    /// stands above every opener, and restriction above those that do not open it.
    pub fn admit(&self, ties: Ties, restricted: bool) -> bool {
        (self.all || self.by.meets(ties))
            && !ties.contains(Tie::Excluded)
            && (!restricted || ties.contains(Tie::Named) || self.unnamed.meets(ties))
    }
}

impl Policies {
    /// Which ties open what reached the hub to this asker, for this action on this kind of thing.
    /// Found by asking the policies about a row without any tie, and with each tie alone.
    pub fn openers(
        &self,
        asker: &Asker,
        action: Action,
        kind: Kind,
        at: &Circumstances,
    ) -> Openers {
        self.openers_among(Tie::ALL.iter().copied().collect(), asker, action, kind, at)
    }

    /// As [`Policies::openers`], for whoever looks up these ties alone: the others open nothing
    /// there, since no row has them.
    pub fn openers_among(
        &self,
        ties: Ties,
        asker: &Asker,
        action: Action,
        kind: Kind,
        at: &Circumstances,
    ) -> Openers {
        let row = match unknown(kind, asker.partnership()) {
            // What is listed of items is intelligence: the only ones that there are yet.
            About::Item(item) => About::Item(Item { marking: Marking::Intelligence, ..item }),
            other => other,
        };
        let restricted = row.clone().when_restricted();
        let opens = |about, ties| self.allows(&Request { asker, action, about, ties, at });
        let among = |about| ties.iter().filter(|tie| opens(about, Ties::of(&[*tie]))).collect();
        let all = opens(&row, Ties::NONE);
        let by = if all { Ties::NONE } else { among(&row) };
        let unnamed: Ties = among(&restricted);
        Openers { all, by, unnamed: unnamed.without(Tie::Named) }
    }
}
