//! Two people side by side: what is said of each, where it differs, what speaks for their being one,
//! and what linking them would come to.

use uuid::Uuid;

use super::{
    different::{self, Different},
    looking::{self, MaySame},
    seconding::{self, Asked},
};
use crate::{
    access::Action,
    doors::{Glass, Look},
    error::{Error, Result},
    front_door::elsewhere::{self, Elsewhere},
    pacing::Counts,
    people::{
        child::{self, AccountSeen},
        store::Account,
    },
};

/// A look at two people.
#[derive(Debug)]
pub struct SideBySide {
    /// The reference of one.
    pub person: String,
    /// The reference of the other.
    pub other: String,
}

/// One of the two.
#[derive(Debug)]
pub struct Side {
    pub reference: String,
    pub accounts: Vec<AccountSeen>,
    /// The requests about them that are still open, as far as the asker may see.
    pub open: Vec<Elsewhere>,
}

impl Side {
    /// The name that they go by.
    pub fn name(&self) -> String {
        self.accounts.first().map_or_else(String::new, |seen| seen.account.name())
    }

    /// Whether an address of theirs is kept secret.
    pub fn keeps_an_address(&self) -> bool {
        self.accounts.iter().flat_map(|seen| &seen.addresses).any(|seen| seen.place.is_protected())
    }

    /// Whether a telephone number of theirs is kept secret.
    pub fn keeps_a_number(&self) -> bool {
        self.accounts.iter().flat_map(|seen| &seen.phones).any(|seen| seen.number.is_protected())
    }

    /// Whether an address or a number of theirs is kept secret.
    pub fn is_protected(&self) -> bool {
        self.keeps_an_address() || self.keeps_a_number()
    }
}

/// Two people.
#[derive(Debug)]
pub struct Pair {
    /// Whoever was known first, and the other.
    pub sides: [Side; 2],
    /// What speaks for it; `None` where nothing much does, or where it stands that they are not.
    pub may_be: Option<MaySame>,
    /// That they are said to be different, where that stands.
    pub different: Option<Different>,
    /// That somebody asked for them to be linked, and another must agree.
    pub asked: Option<Asked>,
}

impl Look for SideBySide {
    type Seen = Pair;
    const WHAT: &'static str = "people:side-by-side";
    const ACTION: Action = Action::LinkPeople;
    const COUNTS: Counts = Counts::All;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Pair, Vec<Uuid>)> {
        let one = child::accounts(&glass.db, &glass.scope, &self.person).await?;
        let other = child::accounts(&glass.db, &glass.scope, &self.other).await?;
        if one.is_empty() || other.is_empty() || self.person == self.other {
            return Err(Error::NotFound);
        }
        let mut subjects: Vec<_> = one.iter().chain(&other).map(|account| account.id.0).collect();
        let may_be = looking::who(glass, &one).await?;
        let may_be = may_be.into_iter().find(|may_be| may_be.person() == self.other);
        let standing = different::standing(glass, &one).await?;
        let is_other = |said: &Different| said.other.iter().any(|a| a.person == self.other);
        let different = standing.into_iter().find(is_other);
        let asked = seconding::standing(glass, &one, &other).await?;
        let mut sides = [side(glass, one).await?, side(glass, other).await?];
        let first = |side: &Side| side.accounts.first().map(|seen| seen.account.id);
        if first(&sides[1]) < first(&sides[0]) {
            sides.reverse();
        }
        subjects.extend(sides.iter().flat_map(|side| &side.open).map(|open| open.pathway.0));
        Ok((Pair { sides, may_be, different, asked }, subjects))
    }
}

async fn side(glass: &Glass<'_>, accounts: Vec<Account>) -> Result<Side> {
    let ids: Vec<_> = accounts.iter().map(|account| account.id).collect();
    let mut open = elsewhere::of_accounts(glass, &ids).await?;
    open.retain(|request| request.is_open);
    let reference = accounts.first().map_or_else(String::new, |a| a.person.clone());
    let mut side = Side { reference, accounts: Vec::new(), open };
    for account in accounts {
        side.accounts.push(child::all_of(glass, account).await?);
    }
    Ok(side)
}
