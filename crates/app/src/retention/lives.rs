//! From which days the time of somebody is counted: the classes of all that was decided of them, their
//! birth as the latest that anybody said, and the last time that anybody was in touch about them.

use platform::db::{At, On, Row, Runs, sea_orm};
use practice::{
    calendar::{Day, day_of},
    retention::{self, Class},
};
use uuid::Uuid;

use super::due::Kept;
use crate::{
    error::{Error, Result},
    ids::PersonId,
    people::{
        hidden::accounts_of,
        store::{places, values},
    },
};

#[derive(Row)]
struct OfPerson {
    gravest: Option<String>,
    ended_at: Option<At>,
}

/// Until when all about somebody is kept, and the class that asks for it, where something was said of
/// them as late as that; `None` of whom nothing was ever decided.
///
/// # Errors
/// When the database does.
pub(super) async fn of_person(
    db: &impl Runs,
    person: PersonId,
    said: Day,
) -> Result<Option<Result<(Day, Class), Kept>>> {
    let text = "SELECT s.gravest, w.ended_at FROM account_link l \
        JOIN pathway w ON w.account_id = l.account_id LEFT JOIN screening s ON s.pathway_id = w.id \
        WHERE l.person_id = $1 AND l.unlinked_at IS NULL";
    let all: Vec<OfPerson> = db.all(text, [person.into()]).await?;
    if all.is_empty() {
        return Ok(None);
    }
    let (mut classes, mut closed) = (Vec::new(), Day::MIN);
    for one in all {
        let (Some(ended), Some(gravest)) = (one.ended_at, one.gravest) else {
            return Ok(Some(Err(Kept::Open)));
        };
        let class = Class::of_slug(&gravest);
        classes.push(class.ok_or_else(|| Error::fault("reading a class", &gravest))?);
        closed = closed.max(day_of(ended.0));
    }
    let accounts: Vec<_> = accounts_of(db, person).await?.into_iter().map(|id| id.0).collect();
    let last = last_contact(db, &accounts).await?.unwrap_or(Day::MIN).max(said);
    let born = born(db, &accounts).await?;
    let until = classes
        .into_iter()
        .filter_map(|class| Some((retention::until(born, last, closed, [class])?, class)));
    Ok(Some(until.max().ok_or(Kept::ForGood)))
}

/// The latest day on which anybody said that somebody was born, is expected, or may have been born.
async fn born(db: &impl Runs, accounts: &[Uuid]) -> Result<Option<Day>> {
    #[derive(Row)]
    struct Born {
        born_on: Option<On>,
        expected_on: Option<On>,
        born_said: Option<String>,
        said_at: At,
    }
    let these = places(accounts, 1);
    let text = format!(
        "SELECT a.born_on, a.expected_on, a.born_said, COALESCE((SELECT max(b.until_at) \
           FROM account_birth b WHERE b.account_id = a.id), a.given_at) AS said_at \
         FROM account a WHERE a.id IN ({these}) \
         UNION ALL SELECT born_on, expected_on, born_said, until_at FROM account_birth \
         WHERE account_id IN ({these})"
    );
    let all: Vec<Born> = db.all(&text, values(accounts)).await?;
    let latest = |one: Born| {
        let said = one.born_said.as_deref();
        let said = said.and_then(|s| retention::born_at_the_latest(s, day_of(one.said_at.0)));
        one.born_on.max(one.expected_on).map(|on| on.0).max(said)
    };
    Ok(all.into_iter().filter_map(latest).max())
}

/// When anybody was last in touch about these accounts, by anything that is kept of it.
///
/// # Errors
/// When the database does.
pub(super) async fn last_contact(db: &impl Runs, accounts: &[Uuid]) -> Result<Option<Day>> {
    #[derive(Row)]
    struct Last {
        at: Option<At>,
    }
    let these = places(accounts, 1);
    let said = [
        ("account", "id", "given_at"),
        ("account_name", "account_id", "said_at"),
        ("account_address", "account_id", "said_at"),
        ("account_phone", "account_id", "said_at"),
        ("account_birth", "account_id", "until_at"),
        ("account_addendum", "account_id", "at"),
        ("intelligence", "account_id", "written_at"),
    ];
    let joined = [
        ("pathway w", "contact y ON y.id = w.contact_id", "w.account_id", "y.received_at"),
        ("pathway w", "event y ON y.pathway_id = w.id", "w.account_id", "y.recorded_at"),
        ("pathway w", "event y ON y.pathway_id = w.id", "w.account_id", "y.struck_at"),
        ("asking_account x", "asking y ON y.id = x.asking_id", "x.account_id", "y.asked_at"),
        ("asking_account x", "asking y ON y.id = x.asking_id", "x.account_id", "y.answered_at"),
        ("disclosure_account x", "disclosure y ON y.seq = x.seq", "x.account_id", "y.made_at"),
        ("response_account x", "response y ON y.id = x.response_id", "x.account_id", "y.saved_at"),
    ];
    let said = said.into_iter().map(|(table, of, at)| {
        format!("SELECT max({at}) AS at FROM {table} WHERE {of} IN ({these})")
    });
    let joined = joined.into_iter().map(|(from, with, of, at)| {
        format!("SELECT max({at}) AS at FROM {from} JOIN {with} WHERE {of} IN ({these})")
    });
    // Who was found not to be meant by whoever asked what is held was not in touch.
    let asked = format!(
        "SELECT max(COALESCE(y.ended_at, y.recorded_at)) AS at FROM data_request_account x \
         JOIN data_request y ON y.id = x.request_id \
         WHERE x.is_theirs IS NOT FALSE AND x.account_id IN ({these})"
    );
    let all: Vec<_> = said.chain(joined).chain([asked]).collect();
    let text = format!("SELECT max(at) AS at FROM ({}) AS every", all.join(" UNION ALL "));
    let last: Option<Last> = db.one(&text, values(accounts)).await?;
    Ok(last.and_then(|last| last.at).map(|at| day_of(at.0)))
}
