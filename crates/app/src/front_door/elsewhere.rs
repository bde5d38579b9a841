//! The other requests about somebody: a worry that two people send within hours is one worry, and
//! must not be decided twice by two who don't know of each other.

use std::collections::BTreeSet;

use jiff::ToSpan;
use maud::{Markup, html};
use platform::db::{At, Row, Runs, Value, sea_orm};

use crate::{
    doors::Glass,
    error::Result,
    ids::{AccountId, ContactId, PathwayId},
    people::store::{places, values},
    web::words,
};

/// Up to how many days after it was received a request is spoken of that is open no more.
const RECENT: i64 = 28;
/// How many are shown, open ones first.
const MOST: usize = 30;

/// A request about somebody, as far as the asker may see it.
#[derive(Debug, Clone, Row)]
pub struct Elsewhere {
    pub id: ContactId,
    /// This person's own part in it, which is all that is seen of it here.
    pub pathway: PathwayId,
    pub contact: String,
    pub received_at: At,
    pub agency: String,
    pub is_open: bool,
}

/// The requests that came with one of these accounts: open ones, then those of the last days.
///
/// # Errors
/// When the database does.
pub async fn of_accounts(glass: &Glass<'_>, accounts: &[AccountId]) -> Result<Vec<Elsewhere>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let since = glass.app.clock.now() - (RECENT * 24).hours();
    let text = format!(
        "SELECT c.id, p.id AS pathway, c.reference AS contact, c.received_at, g.name AS agency, \
         p.ended_at IS NULL AS is_open FROM pathway p \
         JOIN contact c ON c.id = p.contact_id JOIN agency g ON g.id = c.agency_id \
         WHERE (p.ended_at IS NULL OR c.received_at >= $1) AND {} AND p.account_id IN ({}) \
         ORDER BY CASE WHEN p.ended_at IS NULL THEN 0 ELSE 1 END, c.received_at DESC, p.id \
         LIMIT {MOST}",
        glass.scope.contacts("c", 2),
        places(accounts, 7),
    );
    let all: Vec<Value> = std::iter::once(At(since).into())
        .chain(glass.scope.values())
        .chain(values(accounts))
        .collect();
    let mut requests: Vec<Elsewhere> = glass.db.all(&text, all).await?;
    // Two accounts of one person may be in one request.
    let mut seen = BTreeSet::new();
    requests.retain(|request| seen.insert(request.id));
    Ok(requests)
}

/// The requests about whoever an account is of, but for one of which is known.
///
/// # Errors
/// As [`of_accounts`].
pub async fn of_person(
    glass: &Glass<'_>,
    account: AccountId,
    but: ContactId,
) -> Result<Vec<Elsewhere>> {
    #[derive(Row)]
    struct Same {
        account_id: AccountId,
    }
    let text = "SELECT m.account_id FROM account_link l \
         JOIN account_link m ON m.person_id = l.person_id AND m.unlinked_at IS NULL \
         WHERE l.account_id = $1 AND l.unlinked_at IS NULL";
    let same: Vec<Same> = glass.db.all(text, [account.into()]).await?;
    let same: Vec<_> = same.into_iter().map(|same| same.account_id).collect();
    let mut all = of_accounts(glass, &same).await?;
    all.retain(|other| other.id != but);
    Ok(all)
}

/// The requests as lines.
pub fn lines(all: &[Elsewhere]) -> Markup {
    if all.is_empty() {
        return Markup::default();
    }
    html! {
        ul class=(govuk::LIST) {
            @for other in all {
                li {
                    a class=(govuk::LINK) href={ "/contacts/" (other.contact) } { "Request " (other.contact) }
                    ", received " (words::moment(other.received_at.0)) " from " (other.agency)
                    @if other.is_open { ", " strong { "open" } } @else { ", dealt with" }
                }
            }
        }
    }
}
