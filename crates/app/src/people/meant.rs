//! Whom somebody means who can't search: by a reference or a number, or by a whole name and the date of
//! birth. It finds children on the record, and tells nobody of them.

use platform::db::{On, Row, Runs, Value, fold, sea_orm};
use practice::{calendar::Day, identifiers::Scheme};
use serde::{Deserialize, Serialize};

use super::rows;
use crate::{
    error::{Error, Result},
    ids::{AccountId, PersonId, typed_reference},
    limits::LINE,
};

/// How many words of a name count.
const WORDS: usize = 6;
/// How many accounts of whom somebody may mean are found at most.
const MOST: usize = 200;

/// A child, as somebody names one who can't look them up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meant {
    /// A reference of a request or a child, or a number that an agency gave.
    pub reference: String,
    /// The whole name.
    pub name: String,
    pub born: Option<Day>,
}

impl Meant {
    /// Refuses what nobody could be found by.
    ///
    /// # Errors
    /// A refusal beside the field.
    pub fn check(&self) -> Result<()> {
        let beside =
            |field, say: Option<String>| say.map_or(Ok(()), |s| Err(Error::beside(field, s)));
        beside("reference", LINE.exceeded_by(&self.reference))?;
        beside("name", LINE.exceeded_by(&self.name))?;
        if self.reference.trim().is_empty() && self.name.trim().is_empty() {
            return Err(Error::beside("reference", SAY_WHOM));
        }
        Ok(())
    }

    /// In words, as it was typed.
    pub fn words(&self) -> String {
        let born = self.born.map(|born| format!("born {}", crate::web::words::day(born)));
        let parts = [Some(self.reference.clone()), Some(self.name.clone()), born];
        let parts = parts.into_iter().flatten().filter(|part| !part.trim().is_empty());
        parts.collect::<Vec<_>>().join(", ")
    }
}

/// What is said where nobody is named.
pub const SAY_WHOM: &str = "Enter a reference or a number, or the child’s name and date of birth";

/// The accounts of children whom somebody may mean. Exactly one child where the reference or the
/// number is one child's; a name counts only with the date of birth.
///
/// # Errors
/// When the database does.
pub async fn accounts(db: &impl Runs, meant: &Meant) -> Result<Vec<AccountId>> {
    #[derive(Row)]
    struct Found {
        id: AccountId,
    }
    let Some((condition, values)) = condition(meant) else { return Ok(Vec::new()) };
    // All accounts of a person who has a pathway, and so is or was a child.
    let text = format!(
        "SELECT DISTINCT o.account_id AS id FROM account_link l \
         JOIN account_link o ON o.person_id = l.person_id AND o.unlinked_at IS NULL \
         WHERE l.unlinked_at IS NULL AND l.account_id IN ({condition}) \
         AND EXISTS (SELECT 1 FROM account_link x JOIN pathway w ON w.account_id = x.account_id \
         WHERE x.person_id = l.person_id AND x.unlinked_at IS NULL) ORDER BY id"
    );
    let found: Vec<Found> = db.all(&text, values).await?;
    Ok(found.into_iter().map(|found| found.id).collect())
}

/// The accounts of anybody, child or adult, whom somebody may mean who reads the whole record: by the
/// reference or the number, and by the name, which counts without a date of birth too.
///
/// # Errors
/// When the database does.
pub async fn anybody(db: &impl Runs, meant: &Meant) -> Result<Vec<AccountId>> {
    #[derive(Row)]
    struct Found {
        id: AccountId,
    }
    let by_name = named(meant, meant.born, "(b.born_on = $1 OR b.born_on IS NULL OR $1 IS NULL)");
    let mut all = Vec::new();
    for (condition, values) in [by_number(meant), by_name].into_iter().flatten() {
        let text = format!(
            "SELECT DISTINCT o.account_id AS id FROM account_link l \
             JOIN account_link o ON o.person_id = l.person_id AND o.unlinked_at IS NULL \
             WHERE l.unlinked_at IS NULL AND l.account_id IN ({condition}) ORDER BY id LIMIT {}",
            MOST + 1
        );
        let found: Vec<Found> = db.all(&text, values).await?;
        all.extend(found.into_iter().map(|found| found.id));
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// Refuses what so many go by that nobody could look at each.
///
/// # Errors
/// A refusal beside the name.
pub fn are_few(found: &[AccountId]) -> Result<()> {
    if found.len() > MOST {
        return Err(Error::beside("name", TOO_MANY));
    }
    Ok(())
}

/// What is said where more may be meant than anybody can look at.
pub const TOO_MANY: &str = "Too many people go by this. Add the date of birth, or a number";

/// A child who is on the record.
#[derive(Debug, Clone, Row)]
pub struct Child {
    pub person: PersonId,
    pub reference: String,
}

/// The one child whom somebody means; none where they may mean more than one.
///
/// # Errors
/// When the database does.
pub async fn only_child(db: &impl Runs, meant: &Meant) -> Result<Option<Child>> {
    let accounts = accounts(db, meant).await?;
    if accounts.is_empty() {
        return Ok(None);
    }
    let places: Vec<String> = (1..=accounts.len()).map(|place| format!("${place}")).collect();
    let text = format!(
        "SELECT DISTINCT p.id AS person, p.reference FROM account_link l \
         JOIN person p ON p.id = l.person_id \
         WHERE l.unlinked_at IS NULL AND l.account_id IN ({})",
        places.join(", ")
    );
    let mut children: Vec<Child> = db.all(&text, accounts.into_iter().map(Into::into)).await?;
    Ok(children.pop().filter(|_| children.is_empty()))
}

/// The accounts that are named, as the text of a query with its values.
fn condition(meant: &Meant) -> Option<(String, Vec<Value>)> {
    let by_name = || named(meant, Some(meant.born?), "b.born_on = $1");
    by_number(meant).or_else(by_name)
}

/// Those of the reference or the number.
fn by_number(meant: &Meant) -> Option<(String, Vec<Value>)> {
    let typed = &meant.reference;
    if let Some(number) = Scheme::told_by_its_check(typed) {
        let text = "SELECT account_id FROM account_identifier WHERE normal = $1";
        return Some((text.to_owned(), vec![number.into()]));
    }
    if let Some(reference) = typed_reference(typed) {
        let text = "SELECT x.account_id FROM account_link x JOIN person y ON y.id = x.person_id \
            WHERE y.reference = $1 AND x.unlinked_at IS NULL \
            UNION SELECT id FROM account WHERE reference = $1 \
            UNION SELECT w.account_id FROM pathway w JOIN contact c ON c.id = w.contact_id \
            WHERE c.reference = $1";
        return Some((text.to_owned(), vec![reference.into()]));
    }
    None
}

/// Those of the name, who meet a condition on their birth.
fn named(meant: &Meant, born: Option<Day>, is_born: &str) -> Option<(String, Vec<Value>)> {
    let folded = fold(&meant.name);
    let words: Vec<_> = rows::words(&folded).take(WORDS).collect();
    if words.len() < 2 {
        return None;
    }
    let has_word = |place: usize| {
        format!(
            " AND EXISTS (SELECT 1 FROM account_name_word v WHERE v.account_id = b.id AND v.word = ${place})"
        )
    };
    let named: String = (3..words.len() + 2).map(has_word).collect();
    // By the index of words: accounts that nobody means are not gone through.
    let text = format!(
        "SELECT b.id FROM account b WHERE b.id IN \
         (SELECT u.account_id FROM account_name_word u WHERE u.word = $2) AND {is_born}{named}"
    );
    let words = words.into_iter().map(|word| word.as_bytes().to_vec().into());
    Some((text, std::iter::once(born.map(On).into()).chain(words).collect()))
}
