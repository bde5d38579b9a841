//! Which requests need not be kept any longer, and why another must be. What is known of a child from
//! any request counts for all of them: the longest class, the latest contact, the latest birth.

use std::fmt;

use jiff::{Timestamp, ToSpan};
use platform::db::{At, On, Row, Runs, Value, sea_orm};
use practice::{
    calendar::{Day, day_of, start_of},
    retention::Class,
};
use uuid::Uuid;

use super::{gone, holds, lives};
use crate::{
    error::{Error, Result},
    ids::{ContactId, PersonId},
    people::{
        adding::SAID_HERE,
        store::{places, values},
    },
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

/// From where on requests are looked at: after that one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    received: Timestamp,
    id: Uuid,
}

impl After {
    const NOTHING: Self = Self { received: Timestamp::UNIX_EPOCH, id: Uuid::nil() };

    /// As it stands in an address.
    pub fn slug(self) -> String {
        format!("{}.{}", self.received.as_microsecond(), self.id)
    }

    /// The one of that form.
    pub fn of_slug(slug: &str) -> Option<Self> {
        let (received, id) = slug.split_once('.')?;
        let received = Timestamp::from_microsecond(received.parse().ok()?).ok()?;
        Some(Self { received, id: id.parse().ok()? })
    }
}

/// The requests that need not be kept any longer, the oldest first, at most [`MOST`], from there on; and
/// from where to look further, where there may be more.
///
/// # Errors
/// When the database does.
pub async fn all(
    db: &impl Runs,
    today: Day,
    after: Option<After>,
) -> Result<(Vec<Due>, Option<After>)> {
    let (mut due, mut after) = (Vec::new(), after.unwrap_or(After::NOTHING));
    for _ in 0..BATCHES {
        let candidates = candidates(db, today, after).await?;
        let is_last = candidates.len() < CANDIDATES;
        for Candidate { id, received_at } in candidates {
            if due.len() == MOST {
                return Ok((due, Some(after)));
            }
            after = After { received: received_at.0, id: id.0 };
            if let Ok(one) = of_contact(db, id, today).await? {
                due.push(one);
            }
        }
        if is_last {
            return Ok((due, None));
        }
    }
    Ok((due, Some(after)))
}

#[derive(Row)]
struct Candidate {
    id: ContactId,
    received_at: At,
}

/// Requests that may be old enough, after that one. What is too young for its class, open, proposed
/// already, or of a child who was born too late for any, or nobody knows when, is not among them, so
/// that what is kept longest does not stand before what is due.
async fn candidates(db: &impl Runs, today: Day, after: After) -> Result<Vec<Candidate>> {
    let text = format!(
        "SELECT c.id, c.received_at FROM contact c WHERE c.received_at < $1 \
         AND (c.received_at > $4 OR (c.received_at = $4 AND c.id > $5)) \
         AND EXISTS (SELECT 1 FROM pathway w WHERE w.contact_id = c.id) \
         AND NOT EXISTS (SELECT 1 FROM pathway w JOIN account a ON a.id = w.account_id \
           LEFT JOIN screening s ON s.pathway_id = w.id \
           WHERE w.contact_id = c.id AND (w.ended_at IS NULL OR a.born_on > $2 \
           OR (s.gravest = '{}' AND c.received_at > $3) OR (COALESCE(a.born_on, a.expected_on) \
           IS NULL AND a.born_said IS NULL AND NOT EXISTS ({BORN_ELSEWHERE})))) \
         AND NOT EXISTS (SELECT 1 FROM disposal_item i JOIN disposal d ON d.id = i.disposal_id \
           WHERE i.contact_id = c.id AND d.approved_at IS NULL AND d.withdrawn_at IS NULL) \
         ORDER BY c.received_at, c.id LIMIT {CANDIDATES}",
        Class::Protection.slug()
    );
    let ago = |years: i32| today.saturating_sub(years.years());
    let values: [Value; 5] = [
        At(start_of(ago(SHORTEST.from_contact))).into(),
        On(ago(SHORTEST.from_birth)).into(),
        At(start_of(ago(PROTECTION))).into(),
        At(after.received).into(),
        after.id.into(),
    ];
    Ok(db.all(&text, values).await?)
}

/// An account of the same person as `a` that says something of a birth.
const BORN_ELSEWHERE: &str = "SELECT 1 FROM account_link l \
    JOIN account_link m ON m.person_id = l.person_id AND m.unlinked_at IS NULL \
    JOIN account b ON b.id = m.account_id WHERE l.account_id = a.id AND l.unlinked_at IS NULL \
    AND (COALESCE(b.born_on, b.expected_on) IS NOT NULL OR b.born_said IS NOT NULL)";

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
    let accounts = gone::accounts(db, &[contact.0]).await?;
    if accounts.is_empty() {
        return Ok(Err(Kept::ForGood));
    }
    if let Some(kept) = is_held(db, &accounts).await? {
        return Ok(Err(kept));
    }
    // What was said of any of them would go: also of a mother, who may be in no other request.
    let mut spoken_of = accounts.clone();
    spoken_of.extend(said_here(db, &accounts).await?);
    let said = lives::last_contact(db, &spoken_of).await?.unwrap_or(Day::MIN);
    let mut latest: Option<(Day, Class)> = None;
    for person in persons(db, &accounts).await? {
        match lives::of_person(db, person, said).await? {
            None => {}
            Some(Ok(of_person)) => latest = latest.max(Some(of_person)),
            Some(Err(kept)) => return Ok(Err(kept)),
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

/// What was begun on the pages of those whose accounts these are: it may go with the last of several
/// requests that are destroyed together, and so keeps each of them.
async fn said_here(db: &impl Runs, accounts: &[Uuid]) -> Result<Vec<Uuid>> {
    #[derive(Row)]
    struct Begun {
        account_id: Uuid,
    }
    let text = format!(
        "SELECT DISTINCT m.account_id FROM account_link l \
         JOIN account_link m ON m.person_id = l.person_id AND m.unlinked_at IS NULL \
         JOIN account a ON a.id = m.account_id AND a.source = '{SAID_HERE}' \
         WHERE l.unlinked_at IS NULL AND l.account_id IN ({these}) \
         AND m.account_id NOT IN ({these}) ORDER BY m.account_id",
        these = places(accounts, 1)
    );
    let begun: Vec<Begun> = db.all(&text, values(accounts)).await?;
    Ok(begun.into_iter().map(|begun| begun.account_id).collect())
}

/// Whose these accounts are now.
async fn persons(db: &impl Runs, accounts: &[Uuid]) -> Result<Vec<PersonId>> {
    #[derive(Row)]
    struct Whose {
        person_id: PersonId,
    }
    let text = format!(
        "SELECT DISTINCT person_id FROM account_link WHERE unlinked_at IS NULL \
         AND account_id IN ({}) ORDER BY person_id",
        places(accounts, 1)
    );
    let whose: Vec<Whose> = db.all(&text, values(accounts)).await?;
    Ok(whose.into_iter().map(|whose| whose.person_id).collect())
}

/// What keeps a request whatever its age, of anybody in it.
async fn is_held(db: &impl Runs, accounts: &[Uuid]) -> Result<Option<Kept>> {
    let people = holds::everybody(db, accounts).await?;
    let (these, of_them) = (places(accounts, 1), places(&people, 1));
    let held = format!(
        "SELECT count(*) AS rows FROM hold WHERE lifted_at IS NULL AND person_id IN ({of_them})"
    );
    let hidden = format!(
        "SELECT (SELECT count(*) FROM exclusion_person p JOIN exclusion e ON e.id = p.exclusion_id \
           WHERE e.lifted_at IS NULL AND p.person_id IN ({of_them})) \
         + (SELECT count(*) FROM restriction_person p JOIN restriction r \
           ON r.id = p.restriction_id WHERE r.lifted_at IS NULL AND p.person_id IN ({of_them})) \
         AS rows"
    );
    let of_people = format!(
        "SELECT (SELECT count(*) FROM broken_glass \
           WHERE reviewed_at IS NULL AND person_id IN ({of_them})) \
         + (SELECT count(*) FROM unusual_access \
           WHERE outcome IS NULL AND person_id IN ({of_them})) AS rows"
    );
    let of_accounts = format!(
        "SELECT (SELECT count(*) FROM asking_account y JOIN asking a ON a.id = y.asking_id \
           WHERE a.answered_at IS NULL AND y.account_id IN ({these})) \
         + (SELECT count(*) FROM data_request_account y JOIN data_request d ON d.id = y.request_id \
           WHERE d.ended_at IS NULL AND y.is_theirs IS NOT FALSE AND y.account_id IN ({these})) \
         AS rows"
    );
    for (text, of, kept) in [
        (held, people.as_slice(), Kept::Held),
        (hidden, &people, Kept::Hidden),
        (of_people, &people, Kept::Open),
        (of_accounts, accounts, Kept::Open),
    ] {
        if rows(db, &text, of).await? > 0 {
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
    let rows: Option<Rows> = db.one(text, values(ids)).await?;
    Ok(rows.map_or(0, |rows| rows.rows))
}
