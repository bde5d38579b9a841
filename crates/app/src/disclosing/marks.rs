//! Whether anything is marked for anybody at home that forbids a page for the family: it could be read
//! over a shoulder, or made to be shown. Everybody counts of whom the platform knows that they may be
//! of the household, whoever may see them; the stricter holds, and what is marked is not said.

use std::collections::BTreeSet;

use platform::db::{Row, Runs, sea_orm};
use practice::processes::request_for_support::{Event, Outcome};

use crate::{
    App,
    error::Result,
    front_door::telling::event,
    ids::{AccountId, PathwayId, ResponseId},
    pathways::store::{self, Telling},
    people::{
        restricted, sticking,
        store::{places, values},
    },
    questionnaires::{Answered, store::answered_in},
};

/// What is read where no page can be made.
pub const OFF: &str = "No page can be made for this family. For somebody in the household there is \
     a protected address, domestic abuse, exploitation, an enquiry under section 47, somebody who must \
     not know, or a record that few may see. If they ask what is held about them, talk to a manager and \
     your data protection officer first.";

/// The kinds of worry, as the request for support codes them, that turn it off.
const WORRIES: [&str; 2] = ["domestic-abuse", "exploitation"];
/// Of more than so many people nobody can be sure whose household it is.
const MOST: usize = 400;

/// Whether a page for the family of this child may not be made.
///
/// # Errors
/// When the database does.
pub async fn is_off(app: &App, db: &impl Runs, child: AccountId) -> Result<bool> {
    let household = household(db, child).await?;
    if household.len() > MOST || is_protected(db, &household).await? {
        return Ok(true);
    }
    for pathway in pathways(db, &household).await? {
        let tellings = store::tellings(db, &app.keys, pathway.id).await?;
        if tellings.iter().any(says_so) {
            return Ok(true);
        }
        if let Some(response) = pathway.response_id
            && is_answered_so(&answered_in(app, db, response).await?)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Everybody who may be the child, lives or lived with them, is related to them, or came in with
/// them, and so on.
async fn household(db: &impl Runs, child: AccountId) -> Result<BTreeSet<AccountId>> {
    #[derive(Row)]
    struct Near {
        account_id: AccountId,
    }
    let mut all = BTreeSet::from([child]);
    let mut next = vec![child];
    while !next.is_empty() && all.len() <= MOST {
        let these = places(&next, 1);
        let text = format!(
            "SELECT m.account_id FROM account_link l JOIN account_link m \
               ON m.person_id = l.person_id AND m.unlinked_at IS NULL \
               WHERE l.unlinked_at IS NULL AND l.account_id IN ({these}) \
             UNION SELECT o.account_id FROM household_member h JOIN household_member o \
               ON o.household_id = h.household_id WHERE h.account_id IN ({these}) \
             UNION SELECT r.to_account FROM relationship r WHERE r.of_account IN ({these}) \
             UNION SELECT r.of_account FROM relationship r WHERE r.to_account IN ({these}) \
             UNION SELECT v.account_id FROM pathway w JOIN pathway v \
               ON v.contact_id = w.contact_id WHERE w.account_id IN ({these}) \
             UNION SELECT k.account_id FROM ({}) k",
            sticking::alike(next.len())
        );
        let near: Vec<Near> = db.all(&text, values(&next)).await?;
        next = near.into_iter().map(|n| n.account_id).filter(|id| all.insert(*id)).collect();
    }
    Ok(all)
}

/// Whether an address or a number of theirs must be kept secret, or few may see their record.
async fn is_protected(db: &impl Runs, household: &BTreeSet<AccountId>) -> Result<bool> {
    #[derive(Row)]
    struct Marked {
        rows: i64,
    }
    let household: Vec<_> = household.iter().copied().collect();
    let these = places(&household, 1);
    let text = format!(
        "SELECT (SELECT count(*) FROM account_address WHERE protected_since IS NOT NULL \
           AND account_id IN ({these})) \
         + (SELECT count(*) FROM account_phone WHERE protected_since IS NOT NULL \
           AND account_id IN ({these})) \
         + (SELECT count(*) FROM account a WHERE a.id IN ({these}) \
           AND (a.id IN ({}) OR a.id IN ({}))) AS rows",
        restricted::all_accounts(),
        restricted::all_listed()
    );
    let marked: Option<Marked> = db.one(&text, values(&household)).await?;
    Ok(marked.is_none_or(|marked| marked.rows > 0))
}

#[derive(Row)]
struct Told {
    id: PathwayId,
    response_id: Option<ResponseId>,
}

async fn pathways(db: &impl Runs, household: &BTreeSet<AccountId>) -> Result<Vec<Told>> {
    let household: Vec<_> = household.iter().copied().collect();
    let text = format!(
        "SELECT w.id, c.response_id FROM pathway w JOIN contact c ON c.id = w.contact_id \
         WHERE w.account_id IN ({}) ORDER BY w.id",
        places(&household, 1)
    );
    Ok(db.all(&text, values(&household)).await?)
}

/// Whether an entry that stands decided what leads to section 47, or names somebody who must not know.
fn says_so(telling: &Telling) -> bool {
    let decided = match event(telling) {
        Some(Event::Decided(decision)) => {
            matches!(decision.outcome, Outcome::StrategyDiscussion | Outcome::ImmediateProtection)
        }
        _ => false,
    };
    let must_not_know =
        telling.words.get("must_not_know").is_some_and(|said| !said.trim().is_empty());
    telling.stored.struck.is_none() && (decided || must_not_know)
}

fn is_answered_so(answered: &Answered) -> bool {
    let answers = &answered.answers;
    let is_a_worry = |said: &String| WORRIES.contains(&said.as_str());
    answers.all("kinds").iter().any(is_a_worry) || !answers.get("must-not-know").trim().is_empty()
}
