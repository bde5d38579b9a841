//! Looking up who may be the same person: at most a fixed number of accounts under each key, the
//! rarest keys first, so that a name that thousands bear costs no more than another. Who is hidden
//! from the asker is not among them, and weighs nothing, so that nothing tells that they are there.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use matching::{
    asking::{self, Everybody, MayBe},
    model::{Model, Rule},
    record::Record,
};
use platform::db::{Reads, Row, Runs, Value, sea_orm};
use uuid::Uuid;

use super::{
    different,
    keys::kept,
    said::{self, Parts},
};
use crate::{
    access::Action,
    doors::{Glass, Look},
    error::{Error, Result},
    front_door::elsewhere::{self, Elsewhere},
    ids::{AccountId, PersonId},
    pacing::Counts,
    people::{
        child, hidden,
        store::{Account, places, values},
    },
};

/// How many accounts are compared of one key.
const OF_ONE_KEY: usize = 40;
/// How many accounts are compared in all.
const IN_ALL: usize = 150;
/// How many accounts of one person are compared.
const OF_ONE_PERSON: usize = 8;
/// How many have a value is counted up to this.
const COUNTED: usize = 500;
/// How many there are is counted up to this.
const EVERYBODY: usize = 100_000;
/// How many are shown of whom somebody may be.
const SHOWN: usize = 5;

/// Somebody who may be the same person as whoever is asked about.
#[derive(Debug, Clone)]
pub struct MaySame {
    /// What is said of them, as far as the asker may see it.
    pub accounts: Vec<Account>,
    /// Whether the engine would take the two for one; else they are only possibly the same.
    pub is_match: bool,
    /// How likely it is, from 0 to 1.
    pub probability: f32,
    /// What was found, field by field, in words.
    pub reasons: Vec<String>,
    /// Why a person must look, whatever else speaks for it.
    pub rule: Option<&'static str>,
    /// The requests about them, open or of the last days.
    pub requests: Vec<Elsewhere>,
}

impl MaySame {
    /// The person's reference.
    pub fn person(&self) -> &str {
        self.accounts.first().map_or("", |account| account.person.as_str())
    }

    /// The name that the person goes by.
    pub fn name(&self) -> String {
        self.accounts.first().map_or_else(String::new, Account::name)
    }
}

/// Somebody, and who may be the same.
#[derive(Debug)]
pub struct Recognised {
    pub accounts: Vec<Account>,
    pub may_be: Vec<MaySame>,
}

/// A look at who may be the same person as each of these.
#[derive(Debug)]
pub struct WhoMayBe {
    /// The references of the people that are asked about.
    pub of: Vec<String>,
    /// Accounts that a page shows, of whom everybody is asked about too whom they name beside them.
    pub named_by: Vec<AccountId>,
}

impl Look for WhoMayBe {
    /// Everybody of whom somebody may be the same, in the order in which they were asked about.
    type Seen = Vec<Recognised>;
    const WHAT: &'static str = "people:may-be";
    const ACTION: Action = Action::LinkPeople;
    /// Beside a page of the same person it is one look.
    const COUNTS: Counts = Counts::Once;

    fn asked(&self) -> String {
        self.of.join(" ")
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Vec<Recognised>, Vec<Uuid>)> {
        let mut persons = self.of;
        persons.extend(named_by(&glass.db, &self.named_by).await?);
        let mut seen = BTreeSet::new();
        persons.retain(|person| seen.insert(person.clone()));
        let (mut recognised, mut subjects) = (Vec::new(), Vec::new());
        for person in persons {
            let accounts = child::accounts(&glass.db, &glass.scope, &person).await?;
            let may_be = who(glass, &accounts).await?;
            subjects.extend(accounts.iter().map(|account| account.id.0));
            subjects.extend(may_be.iter().flat_map(|one| &one.accounts).map(|one| one.id.0));
            let requests = may_be.iter().flat_map(|one| &one.requests);
            subjects.extend(requests.map(|request| request.pathway.0));
            if !may_be.is_empty() {
                recognised.push(Recognised { accounts, may_be });
            }
        }
        if subjects.is_empty() {
            return Err(Error::NotFound);
        }
        subjects.sort_unstable();
        subjects.dedup();
        Ok((recognised, subjects))
    }
}

/// The references of those whom these accounts name as related.
async fn named_by(db: &Reads<'_>, accounts: &[AccountId]) -> Result<Vec<String>> {
    #[derive(Row)]
    struct Named {
        reference: String,
    }
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT DISTINCT p.reference FROM relationship r \
         JOIN account_link l ON l.account_id = r.to_account AND l.unlinked_at IS NULL \
         JOIN person p ON p.id = l.person_id \
         WHERE r.of_account IN ({}) AND r.until_on IS NULL ORDER BY p.reference",
        places(accounts, 1)
    );
    let named: Vec<Named> = db.all(&text, values(accounts)).await?;
    Ok(named.into_iter().map(|named| named.reference).collect())
}

/// Who may be the same person as the one whose accounts these are, the likeliest first.
///
/// # Errors
/// When the database does.
pub(super) async fn who(glass: &Glass<'_>, asked: &[Account]) -> Result<Vec<MaySame>> {
    let Some(person) = asked.first().map(|account| account.person_id) else {
        return Ok(Vec::new());
    };
    let (db, app_keys, asker) = (&glass.db, &glass.app.keys, glass.scope.own());
    let ids: Vec<_> = asked.iter().map(|account| account.id).collect();
    let own = said::of(db, app_keys, &ids, Parts::ALL).await?;
    let ways: Vec<Record> = own.values().flatten().cloned().collect();

    let found_by: BTreeSet<_> = ways.iter().flat_map(asking::keys).collect();
    let found_by: Vec<i64> = found_by.into_iter().map(|key| kept(app_keys, key)).collect();
    let near = near(db, asker, &found_by).await?;
    let mut people = people(db, asker, &near).await?;
    people.remove(&person);
    let apart = apart(db, &ids).await?;
    people.retain(|_, accounts| !accounts.iter().any(|account| apart.contains(account)));
    if people.is_empty() {
        return Ok(Vec::new());
    }

    let everybody = everybody(db, app_keys, &ways).await?;
    let theirs: Vec<_> = people.values().flatten().copied().collect();
    let mut theirs = said::of(db, app_keys, &theirs, Parts::ALL).await?;
    let people: Vec<Vec<AccountId>> = people.into_values().collect();
    let compared: Vec<Vec<Vec<Record>>> = people
        .iter()
        .map(|accounts| accounts.iter().filter_map(|account| theirs.remove(account)).collect())
        .collect();
    let own: Vec<Vec<Record>> = own.into_values().collect();
    let may_be = asking::who(&own, &compared, &everybody, model()?);
    shown(glass, may_be, &people).await
}

/// Those of them whom the policies show to the asker.
async fn shown(
    glass: &Glass<'_>,
    may_be: Vec<MayBe>,
    people: &[Vec<AccountId>],
) -> Result<Vec<MaySame>> {
    #[derive(Row)]
    struct Whose {
        reference: String,
    }
    let mut shown = Vec::new();
    for one in may_be {
        let Some(account) = people.get(one.person).and_then(|accounts| accounts.first()) else {
            continue;
        };
        let text = "SELECT p.reference FROM account_link l JOIN person p ON p.id = l.person_id \
            WHERE l.account_id = $1 AND l.unlinked_at IS NULL";
        let whose: Option<Whose> = glass.db.one(text, [(*account).into()]).await?;
        let Some(Whose { reference }) = whose else { continue };
        let accounts = child::accounts(&glass.db, &glass.scope, &reference).await?;
        if accounts.is_empty() {
            continue;
        }
        let ids: Vec<_> = accounts.iter().map(|account| account.id).collect();
        shown.push(MaySame {
            requests: elsewhere::of_accounts(glass, &ids).await?,
            accounts,
            is_match: one.is_match(),
            probability: one.probability(),
            rule: one.rule.map(Rule::words),
            reasons: one.reasons,
        });
        if shown.len() == SHOWN {
            break;
        }
    }
    Ok(shown)
}

/// The accounts that stand under these keys, those under the rarest first.
async fn near(db: &Reads<'_>, asker: Uuid, keys: &[i64]) -> Result<Vec<AccountId>> {
    #[derive(Row)]
    struct Under {
        key: i64,
        account_id: AccountId,
    }
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    // Newest first: of more than are compared, these are the likeliest to be at work on.
    let under = |place: usize| {
        format!(
            "SELECT * FROM (SELECT k.key, k.account_id FROM account_key k WHERE k.key = ${place} \
             AND k.account_id NOT IN (SELECT h.account_id FROM hidden h) \
             ORDER BY k.account_id DESC LIMIT {OF_ONE_KEY}) u{place}"
        )
    };
    let each: Vec<_> = (2..keys.len() + 2).map(under).collect();
    let text = format!(
        "WITH hidden (account_id) AS ({}) {}",
        hidden::accounts(1),
        each.join(" UNION ALL ")
    );
    let values = std::iter::once(asker.into()).chain(keys.iter().map(|key| (*key).into()));
    let found: Vec<Under> = db.all(&text, values.collect::<Vec<Value>>()).await?;
    let mut by_key: BTreeMap<i64, Vec<AccountId>> = BTreeMap::new();
    for Under { key, account_id } in found {
        by_key.entry(key).or_default().push(account_id);
    }
    let mut keys: Vec<_> = by_key.into_values().collect();
    keys.sort_by_key(Vec::len);
    let mut known = BTreeSet::new();
    let mut near: Vec<_> = keys.into_iter().flatten().filter(|id| known.insert(*id)).collect();
    near.truncate(IN_ALL);
    Ok(near)
}

/// The people of these accounts, each with all that the asker may see of what is said of them.
async fn people(
    db: &Reads<'_>,
    asker: Uuid,
    near: &[AccountId],
) -> Result<BTreeMap<PersonId, Vec<AccountId>>> {
    #[derive(Row)]
    struct Of {
        person_id: PersonId,
        account_id: AccountId,
    }
    let mut people: BTreeMap<PersonId, Vec<AccountId>> = BTreeMap::new();
    if near.is_empty() {
        return Ok(people);
    }
    let text = format!(
        "SELECT l.person_id, l.account_id FROM account_link l WHERE l.unlinked_at IS NULL \
         AND l.person_id IN (SELECT m.person_id FROM account_link m \
         WHERE m.unlinked_at IS NULL AND m.account_id IN ({})) \
         AND l.account_id NOT IN ({}) ORDER BY l.account_id",
        places(near, 2),
        hidden::accounts(1)
    );
    let these = std::iter::once(asker.into()).chain(values(near));
    for Of { person_id, account_id } in db.all::<Of>(&text, these.collect::<Vec<Value>>()).await? {
        let accounts = people.entry(person_id).or_default();
        if accounts.len() < OF_ONE_PERSON {
            accounts.push(account_id);
        }
    }
    Ok(people)
}

/// The accounts that are of somebody else: those that whoever spoke of these people named beside
/// them, and those that somebody said are of different people.
async fn apart(db: &Reads<'_>, ids: &[AccountId]) -> Result<BTreeSet<AccountId>> {
    #[derive(Row)]
    struct Apart {
        id: AccountId,
    }
    let these = places(ids, 1);
    let text = format!(
        "SELECT r.to_account AS id FROM relationship r WHERE r.of_account IN ({these}) \
         UNION SELECT r.of_account FROM relationship r WHERE r.to_account IN ({these}) \
         UNION SELECT o.to_account FROM relationship r \
           JOIN relationship o ON o.of_account = r.of_account AND o.to_account <> r.to_account \
           WHERE r.to_account IN ({these}) \
         UNION {}",
        different::from(&these)
    );
    let apart: Vec<Apart> = db.all(&text, values(ids)).await?;
    Ok(apart.into_iter().map(|apart| apart.id).collect())
}

/// How many there are, and how many of them share what whoever is asked about has.
async fn everybody(
    db: &Reads<'_>,
    keys: &platform::seal::Keys,
    ways: &[Record],
) -> Result<Everybody> {
    #[derive(Row)]
    struct Counted {
        key: i64,
        rows: i64,
    }
    let counted = ways.iter().flat_map(|way| asking::counted(way).into_iter().flatten());
    let counted: BTreeMap<i64, _> = counted.map(|key| (kept(keys, key), key)).collect();
    let all = format!("SELECT 1 AS one FROM account LIMIT {EVERYBODY}");
    let mut each =
        vec![format!("SELECT CAST(0 AS bigint) AS key, count(*) AS rows FROM ({all}) e")];
    each.extend((1..=counted.len()).map(|place| {
        format!(
            "SELECT u{place}.key, count(*) FROM (SELECT key FROM account_key \
             WHERE key = ${place} LIMIT {COUNTED}) u{place} GROUP BY u{place}.key"
        )
    }));
    let text = each.join(" UNION ALL ");
    let rows: Vec<Counted> = db.all(&text, counted.keys().map(|key| (*key).into())).await?;
    let number = |rows: i64| u32::try_from(rows).unwrap_or(u32::MAX);
    let mut everybody = Everybody::default();
    for Counted { key, rows } in rows {
        match counted.get(&key) {
            Some(of) => drop(everybody.counts.insert(*of, number(rows))),
            None => everybody.records = number(rows),
        }
    }
    Ok(everybody)
}

/// The model that comes with this version.
fn model() -> Result<&'static Model> {
    static MODEL: OnceLock<Model> = OnceLock::new();
    if let Some(model) = MODEL.get() {
        return Ok(model);
    }
    let model = Model::kept().map_err(|e| Error::fault("reading the model", e))?;
    Ok(MODEL.get_or_init(|| model))
}
