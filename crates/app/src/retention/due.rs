//! Which requests need not be kept any longer, and why another must be. What is known of a child from
//! any request counts for all of them: the longest class, the latest contact, the latest birth.

use std::fmt;

use jiff::{Timestamp, ToSpan};
use platform::db::{At, On, Row, Runs, Value, sea_orm};
use practice::{
    calendar::{Day, day_of, start_of},
    processes::request_for_support::Outcome,
    retention::{self, Class},
};
use uuid::Uuid;

use super::gone;
use crate::{
    error::{Error, Result},
    ids::{ContactId, PersonId},
    people::store::places,
    web::words,
};

/// How many are listed at once, and so disposed of at once: the oldest.
pub const MOST: usize = 20;
/// How many are looked at at a time to find them, and how often.
const CANDIDATES: usize = 200;
const BATCHES: usize = 10;

/// The shortest times of any class, in years: nothing that is younger is looked at.
struct Shortest {
    from_birth: i32,
    from_contact: i32,
}
const SHORTEST: Shortest = Shortest { from_birth: 25, from_contact: 6 };
/// The shortest time from the last contact of what led to protection.
const PROTECTION: i32 = 35;

/// A request that need not be kept any longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub contact: ContactId,
    pub reference: String,
    pub received: Day,
    pub class: Class,
    pub kept_until: Day,
}

/// Why a request is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    Until(Day),
    /// Nobody knows when a child was born.
    ForGood,
    /// Something about somebody in it is not over.
    Open,
    /// Somebody holds it.
    Held,
    /// Somebody must not see it, or few may: that must be known when they come again.
    Hidden,
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Until(day) => write!(f, "It is kept until {}", words::day(*day)),
            Self::ForGood => f.write_str("Nobody knows when a child in it was born"),
            Self::Open => f.write_str("Something about somebody in it is not over"),
            Self::Held => f.write_str("Somebody holds what is kept about somebody in it"),
            Self::Hidden => f.write_str("It is for few people, or somebody is kept away from it"),
        }
    }
}

/// The requests that need not be kept any longer, the oldest first, at most [`MOST`]; and whether there
/// may be more.
///
/// # Errors
/// When the database does.
pub async fn all(db: &impl Runs, today: Day) -> Result<(Vec<Due>, bool)> {
    let (mut due, mut after) = (Vec::new(), (Timestamp::UNIX_EPOCH, Uuid::nil()));
    for _ in 0..BATCHES {
        let candidates = candidates(db, today, after).await?;
        let is_last = candidates.len() < CANDIDATES;
        for Candidate { id, received_at } in candidates {
            after = (received_at.0, id.0);
            if let Ok(one) = of_contact(db, id, today).await? {
                if due.len() == MOST {
                    return Ok((due, true));
                }
                due.push(one);
            }
        }
        if is_last {
            return Ok((due, false));
        }
    }
    Ok((due, true))
}

#[derive(Row)]
struct Candidate {
    id: ContactId,
    received_at: At,
}

/// Requests that may be old enough, after that one. What is too young for its class, open, or of a
/// child who was born too late for any is not among them, so that what is kept longest does not
/// stand before what is due.
async fn candidates(
    db: &impl Runs,
    today: Day,
    after: (Timestamp, Uuid),
) -> Result<Vec<Candidate>> {
    let protection = Outcome::ALL.into_iter().filter(|o| Class::of(*o) == Class::Protection);
    let protection: Vec<_> = protection.map(|outcome| format!("'{}'", outcome.slug())).collect();
    let text = format!(
        "SELECT c.id, c.received_at FROM contact c WHERE c.received_at < $1 \
         AND (c.received_at > $4 OR (c.received_at = $4 AND c.id > $5)) \
         AND EXISTS (SELECT 1 FROM pathway w WHERE w.contact_id = c.id) \
         AND NOT EXISTS (SELECT 1 FROM pathway w JOIN account a ON a.id = w.account_id \
           LEFT JOIN screening s ON s.pathway_id = w.id \
           WHERE w.contact_id = c.id AND (w.ended_at IS NULL OR a.born_on > $2 \
           OR (s.outcome IN ({}) AND c.received_at > $3))) \
         ORDER BY c.received_at, c.id LIMIT {CANDIDATES}",
        protection.join(", ")
    );
    let ago = |years: i32| today.saturating_sub(years.years());
    let values: [Value; 5] = [
        At(start_of(ago(SHORTEST.from_contact))).into(),
        On(ago(SHORTEST.from_birth)).into(),
        At(start_of(ago(PROTECTION))).into(),
        At(after.0).into(),
        after.1.into(),
    ];
    Ok(db.all(&text, values).await?)
}

/// Whether a request need not be kept any longer, or why it must be.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn of_contact(
    db: &impl Runs,
    contact: ContactId,
    today: Day,
) -> Result<Result<Due, Kept>> {
    #[derive(Row)]
    struct Which {
        reference: String,
        received_at: At,
    }
    let text = "SELECT reference, received_at FROM contact WHERE id = $1";
    let which: Option<Which> = db.one(text, [contact.into()]).await?;
    let which = which.ok_or(Error::NotFound)?;
    if let Some(kept) = is_held(db, contact).await? {
        return Ok(Err(kept));
    }
    let mut latest: Option<(Day, Class)> = None;
    for child in children(db, contact).await? {
        match of_child(db, child).await? {
            Ok(of_child) => latest = latest.max(Some(of_child)),
            Err(kept) => return Ok(Err(kept)),
        }
    }
    Ok(match latest {
        None => Err(Kept::ForGood),
        Some((until, _)) if until >= today => Err(Kept::Until(until)),
        Some((kept_until, class)) => Ok(Due {
            contact,
            reference: which.reference,
            received: day_of(which.received_at.0),
            class,
            kept_until,
        }),
    })
}

/// The people who are children of a request, whoever said what of them.
async fn children(db: &impl Runs, contact: ContactId) -> Result<Vec<PersonId>> {
    #[derive(Row)]
    struct Child {
        person_id: PersonId,
    }
    let text = "SELECT DISTINCT l.person_id FROM pathway w \
        JOIN account_link l ON l.account_id = w.account_id AND l.unlinked_at IS NULL \
        WHERE w.contact_id = $1 ORDER BY l.person_id";
    let children: Vec<Child> = db.all(text, [contact.into()]).await?;
    Ok(children.into_iter().map(|child| child.person_id).collect())
}

#[derive(Row)]
struct OfChild {
    outcome: Option<String>,
    ended_at: Option<At>,
    received_at: At,
    recorded_at: Option<At>,
}

/// Until when all about a child is kept, and the class that asks for it.
async fn of_child(db: &impl Runs, child: PersonId) -> Result<Result<(Day, Class), Kept>> {
    let text = "SELECT s.outcome, w.ended_at, c.received_at, \
        (SELECT max(e.recorded_at) FROM event e WHERE e.pathway_id = w.id) AS recorded_at \
        FROM account_link l JOIN pathway w ON w.account_id = l.account_id \
        JOIN contact c ON c.id = w.contact_id LEFT JOIN screening s ON s.pathway_id = w.id \
        WHERE l.person_id = $1 AND l.unlinked_at IS NULL";
    let all: Vec<OfChild> = db.all(text, [child.into()]).await?;
    let (mut classes, mut last, mut closed) = (Vec::new(), Day::MIN, Day::MIN);
    for one in all {
        let (Some(ended), Some(outcome)) = (one.ended_at, one.outcome) else {
            return Ok(Err(Kept::Open));
        };
        let outcome = Outcome::of_slug(&outcome)
            .ok_or_else(|| Error::fault("reading an outcome", &outcome))?;
        let touched = one.recorded_at.map_or(one.received_at.0, |at| at.0);
        classes.push((Class::of(outcome), day_of(one.received_at.0)));
        last = last.max(day_of(touched)).max(day_of(one.received_at.0));
        closed = closed.max(day_of(ended.0));
    }
    let last = last.max(said_last(db, child).await?.unwrap_or(Day::MIN));
    let born = born(db, child).await?;
    let each = classes.into_iter().map(|(class, _)| class);
    let until =
        each.filter_map(|class| Some((retention::until(born, last, closed, [class])?, class)));
    Ok(until.max().ok_or(Kept::ForGood))
}

/// The latest day on which a child was said to be born, or expected.
async fn born(db: &impl Runs, child: PersonId) -> Result<Option<Day>> {
    #[derive(Row)]
    struct Born {
        born_on: Option<On>,
        expected_on: Option<On>,
    }
    let text = "SELECT max(a.born_on) AS born_on, max(a.expected_on) AS expected_on \
        FROM account_link l JOIN account a ON a.id = l.account_id \
        WHERE l.person_id = $1 AND l.unlinked_at IS NULL";
    let born: Option<Born> = db.one(text, [child.into()]).await?;
    Ok(born.and_then(|born| born.born_on.max(born.expected_on)).map(|on| on.0))
}

/// When something was last added to what is said of a child.
async fn said_last(db: &impl Runs, child: PersonId) -> Result<Option<Day>> {
    #[derive(Row)]
    struct Said {
        at: Option<At>,
    }
    let text = "SELECT max(d.at) AS at FROM account_link l \
        JOIN account_addendum d ON d.account_id = l.account_id \
        WHERE l.person_id = $1 AND l.unlinked_at IS NULL";
    let said: Option<Said> = db.one(text, [child.into()]).await?;
    Ok(said.and_then(|said| said.at).map(|at| day_of(at.0)))
}

/// What keeps a request whatever its age, of anybody in it.
async fn is_held(db: &impl Runs, contact: ContactId) -> Result<Option<Kept>> {
    let accounts = gone::accounts(db, &[contact.0]).await?;
    if accounts.is_empty() {
        return Ok(Some(Kept::ForGood));
    }
    let these = places(&accounts, 1);
    let people = format!("SELECT l.person_id FROM account_link l WHERE l.account_id IN ({these})");
    let held = format!(
        "SELECT count(*) AS rows FROM hold WHERE lifted_at IS NULL AND person_id IN ({people})"
    );
    let hidden = format!(
        "SELECT (SELECT count(*) FROM exclusion_person p JOIN exclusion e ON e.id = p.exclusion_id \
           WHERE e.lifted_at IS NULL AND p.person_id IN ({people})) \
         + (SELECT count(*) FROM restriction_person p JOIN restriction r \
           ON r.id = p.restriction_id WHERE r.lifted_at IS NULL AND p.person_id IN ({people})) \
         AS rows"
    );
    let open = format!(
        "SELECT (SELECT count(*) FROM asking_account y JOIN asking a ON a.id = y.asking_id \
           WHERE a.answered_at IS NULL AND y.account_id IN ({these})) \
         + (SELECT count(*) FROM data_request_account y JOIN data_request d ON d.id = y.request_id \
           WHERE d.ended_at IS NULL AND y.is_theirs IS NOT FALSE AND y.account_id IN ({these})) \
         + (SELECT count(*) FROM broken_glass \
           WHERE reviewed_at IS NULL AND person_id IN ({people})) \
         + (SELECT count(*) FROM unusual_access \
           WHERE outcome IS NULL AND person_id IN ({people})) AS rows"
    );
    for (text, kept) in [(held, Kept::Held), (hidden, Kept::Hidden), (open, Kept::Open)] {
        if rows(db, &text, &accounts).await? > 0 {
            return Ok(Some(kept));
        }
    }
    Ok(None)
}

async fn rows(db: &impl Runs, text: &str, ids: &[Uuid]) -> Result<i64> {
    #[derive(Row)]
    struct Rows {
        rows: i64,
    }
    let rows: Option<Rows> = db.one(text, gone::values(ids)).await?;
    Ok(rows.map_or(0, |rows| rows.rows))
}
