//! Pairs that wait for a person: whoever may be the same as somebody of a request that is open, the
//! likeliest first. They are looked up when the page is opened, so that nothing stale is offered and
//! nothing is kept of them; older requests are on further pages.

use std::collections::BTreeSet;

use need_to_know::Kind;
use platform::db::{Row, Runs, sea_orm};
use uuid::Uuid;

use super::{
    looking::{self, MaySame},
    seconding::{self, Asked},
};
use crate::{
    access::{Action, Tied},
    doors::{Glass, Look},
    error::Result,
    people::{child, store::Account},
};

/// How many people of open requests are looked up for one page.
pub const AT_ONCE: usize = 30;

/// A look at the pairs that wait.
#[derive(Debug)]
pub struct PairsThatWait {
    /// Which page, from 0 on: the newest requests first.
    pub page: usize,
}

/// Somebody of an open request, and who may be the same.
#[derive(Debug)]
pub struct Waits {
    pub account: Account,
    pub may_be: MaySame,
}

/// The pairs of one page.
#[derive(Debug)]
pub struct Waiting {
    /// The likeliest first.
    pub pairs: Vec<Waits>,
    /// Whether there are older requests.
    pub more: bool,
    /// What one person asked for, and another must agree to.
    pub asked: Vec<Asked>,
}

impl Look for PairsThatWait {
    type Seen = Waiting;
    const WHAT: &'static str = "people:pairs-that-wait";
    const ACTION: Action = Action::LinkPeople;

    async fn see(self, glass: &Glass<'_>) -> Result<(Waiting, Vec<Uuid>)> {
        // Also where there is nobody: whether they may come here does not turn on that.
        glass.scope.ask(Kind::Account, Uuid::nil(), Tied::default())?;
        let mut persons = of_open_requests(glass, self.page).await?;
        let more = persons.len() > AT_ONCE;
        persons.truncate(AT_ONCE);
        let (mut pairs, mut subjects) = (Vec::new(), Vec::new());
        let mut seen = BTreeSet::new();
        for person in persons {
            let accounts = child::accounts(&glass.db, &glass.scope, &person).await?;
            for may_be in looking::who(glass, &accounts).await? {
                let Some(account) = accounts.first().cloned() else { continue };
                let (one, other) = (person.clone(), may_be.person().to_owned());
                if !seen.insert((one.clone().min(other.clone()), one.max(other))) {
                    continue;
                }
                subjects.extend(accounts.iter().chain(&may_be.accounts).map(|a| a.id.0));
                pairs.push(Waits { account, may_be });
            }
        }
        pairs.sort_by(|x, y| y.may_be.probability.total_cmp(&x.may_be.probability));
        let asked = seconding::all(glass).await?;
        subjects
            .extend(asked.iter().flat_map(|one| one.from.iter().chain(&one.to)).map(|a| a.id.0));
        subjects.sort_unstable();
        subjects.dedup();
        Ok((Waiting { pairs, more, asked }, subjects))
    }
}

/// The references of people with a request that is open, the newest first; one more than a page.
async fn of_open_requests(glass: &Glass<'_>, page: usize) -> Result<Vec<String>> {
    #[derive(Row)]
    struct Whose {
        reference: String,
    }
    let text = format!(
        "SELECT p.reference FROM pathway w JOIN contact c ON c.id = w.contact_id \
         JOIN account_link l ON l.account_id = w.account_id AND l.unlinked_at IS NULL \
         JOIN person p ON p.id = l.person_id WHERE w.ended_at IS NULL AND {} \
         GROUP BY p.id, p.reference ORDER BY MAX(c.received_at) DESC, p.id DESC \
         LIMIT {} OFFSET {}",
        glass.scope.contacts("c", 1),
        AT_ONCE + 1,
        page.min(1_000) * AT_ONCE
    );
    let whose: Vec<Whose> = glass.db.all(&text, glass.scope.values()).await?;
    Ok(whose.into_iter().map(|whose| whose.reference).collect())
}
