//! What is kept from whom, and what is kept secret, as it is written down outside the database so
//! that no older backup loses it, and as it is said again over one. It only ever raises: what the
//! older database kept from somebody stays kept from them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use platform::{
    db::{At, Row, Runs, Value, sea_orm},
    seal::{Keys, Sealed},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    keeping_away::{self, REASON, give_back, tell_instead},
    restricted, restricting,
    restriction::{Covers, WHY, Why, covers, seal, unseal},
    secrecy,
    sticking::{EXCLUSION, RESTRICTION, Sticks},
    store::{places, values},
};
use crate::{
    doors::Pen,
    error::{Error, Result},
    ids::{AccountId, PersonId, StaffId},
    recognising::keys,
};

/// What is said with a reason that stands in the name of somebody who did not set it.
const ANOTHER: &str = "It was set since the backup that was restored, by somebody who is not in it. Whoever \
    stands here as the one who set it did not.";

/// Where stands where people live, and how they are reached.
const TABLES: [&str; 2] = ["account_address", "account_phone"];

/// What became of saying something again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// It stood already, or had ended.
    Stood,
    /// It stands from now on.
    Stands,
    /// Nobody whom it is about is there.
    NobodyThere,
}

/// Somebody is kept away from a person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAway {
    pub id: Uuid,
    reference: String,
    staff: StaffId,
    reason: String,
    instead: Option<StaffId>,
    set_at: Timestamp,
    set_by: StaffId,
    is_lifted: bool,
    /// The accounts of the persons from whom.
    accounts: Vec<AccountId>,
}

/// A person's record is for few.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restricted {
    pub id: Uuid,
    reference: String,
    /// A line that was written down before there was anything else covers the whole record.
    #[serde(default)]
    covers: Covers,
    why: Why,
    set_at: Timestamp,
    set_by: StaffId,
    is_lifted: bool,
    /// Who is named now, and by whom.
    named: Vec<(StaffId, Option<StaffId>)>,
    /// The accounts of the persons for whom it stands.
    accounts: Vec<AccountId>,
}

/// Where somebody lives, or how they are reached, is secret. What was said may have come later than a backup;
/// then what was said before of the same person is secret, since nobody may be left who knows why.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// The account that said so.
    pub account: AccountId,
    /// Whether it is where they live, or how they are reached.
    pub is_address: bool,
    /// Every account of the person.
    accounts: Vec<AccountId>,
}

#[derive(Row)]
struct Account {
    account_id: AccountId,
}

/// The accounts of those for whom it stands.
async fn accounts(db: &impl Runs, sticks: &Sticks, id: Uuid) -> Result<Vec<AccountId>> {
    let text = format!("SELECT DISTINCT xl.account_id {} ORDER BY 1", sticks.of_one());
    let found: Vec<Account> = db.all(&text, [id.into()]).await?;
    Ok(found.into_iter().map(|one| one.account_id).collect())
}

/// Who was kept away from whom, or whose ties changed, since a moment.
///
/// # Errors
/// When the database does, or a reason can't be unsealed.
pub async fn kept_away_since(
    db: &impl Runs,
    keys: &Keys,
    since: Timestamp,
) -> Result<Vec<KeptAway>> {
    #[derive(Row)]
    struct Stored {
        id: Uuid,
        reference: String,
        staff_id: StaffId,
        sealed: Vec<u8>,
        receives_instead: Option<StaffId>,
        set_at: At,
        set_by: StaffId,
        lifted_at: Option<At>,
    }
    let text = format!(
        "SELECT x.id, x.reference, x.staff_id, x.sealed, x.receives_instead, x.set_at, x.set_by, \
         x.lifted_at FROM exclusion x WHERE {} ORDER BY x.id",
        EXCLUSION.changed()
    );
    let stored: Vec<Stored> = db.all(&text, [At(since).into()]).await?;
    let mut all = Vec::with_capacity(stored.len());
    for one in stored {
        let reason = keys
            .unseal(REASON, one.id.as_bytes(), &Sealed(one.sealed))
            .map_err(|e| Error::fault("unsealing a reason", e))?;
        all.push(KeptAway {
            id: one.id,
            reference: one.reference,
            staff: one.staff_id,
            reason: String::from_utf8_lossy(&reason).into_owned(),
            instead: one.receives_instead,
            set_at: one.set_at.0,
            set_by: one.set_by,
            is_lifted: one.lifted_at.is_some(),
            accounts: accounts(db, &EXCLUSION, one.id).await?,
        });
    }
    Ok(all)
}

/// Whose record was restricted, or whose restriction changed, since a moment.
///
/// # Errors
/// As [`kept_away_since`].
pub async fn restricted_since(
    db: &impl Runs,
    keys: &Keys,
    since: Timestamp,
) -> Result<Vec<Restricted>> {
    #[derive(Row)]
    struct Stored {
        id: Uuid,
        reference: String,
        covers: String,
        sealed: Vec<u8>,
        set_at: At,
        set_by: StaffId,
        lifted_at: Option<At>,
    }
    #[derive(Row)]
    struct Named {
        staff_id: StaffId,
        named_by: Option<StaffId>,
    }
    let text = format!(
        "SELECT x.id, x.reference, x.covers, x.sealed, x.set_at, x.set_by, x.lifted_at \
         FROM restriction x \
         WHERE {} OR EXISTS (SELECT 1 FROM restriction_named n WHERE n.restriction_id = x.id \
         AND (n.named_at >= $1 OR n.ended_at >= $1)) ORDER BY x.id",
        RESTRICTION.changed()
    );
    let stored: Vec<Stored> = db.all(&text, [At(since).into()]).await?;
    let mut all = Vec::with_capacity(stored.len());
    for one in stored {
        let named = "SELECT staff_id, named_by FROM restriction_named \
            WHERE restriction_id = $1 AND ended_at IS NULL ORDER BY staff_id";
        let named: Vec<Named> = db.all(named, [one.id.into()]).await?;
        all.push(Restricted {
            id: one.id,
            reference: one.reference,
            covers: covers(&one.covers)?,
            why: serde_json::from_slice(&unseal(keys, WHY, one.id, one.sealed)?)?,
            set_at: one.set_at.0,
            set_by: one.set_by,
            is_lifted: one.lifted_at.is_some(),
            named: named.into_iter().map(|n| (n.staff_id, n.named_by)).collect(),
            accounts: accounts(db, &RESTRICTION, one.id).await?,
        });
    }
    Ok(all)
}

/// Of whom something became secret since a moment, or who was linked to such a person since.
///
/// # Errors
/// When the database does.
pub async fn secret_since(db: &impl Runs, since: Timestamp) -> Result<Vec<Secret>> {
    #[derive(Row)]
    struct Of {
        account: AccountId,
        of: AccountId,
    }
    let mut all = Vec::new();
    for (table, is_address) in [("account_address", true), ("account_phone", false)] {
        let text = format!(
            "SELECT s.account_id AS account, m.account_id AS of FROM account_link l \
             JOIN account_link m ON m.person_id = l.person_id AND m.unlinked_at IS NULL \
             JOIN {table} s ON s.account_id = l.account_id AND s.protected_since IS NOT NULL \
             WHERE l.unlinked_at IS NULL AND l.person_id IN (\
             SELECT k.person_id FROM {table} t JOIN account_link k ON k.account_id = t.account_id \
             AND k.unlinked_at IS NULL WHERE t.protected_since >= $1 \
             UNION SELECT k.person_id FROM account_link k WHERE k.linked_at >= $1) \
             GROUP BY s.account_id, m.account_id ORDER BY s.account_id, m.account_id"
        );
        let found: Vec<Of> = db.all(&text, [At(since).into()]).await?;
        let mut secret: BTreeMap<AccountId, Vec<AccountId>> = BTreeMap::new();
        for Of { account, of } in found {
            secret.entry(account).or_default().push(of);
        }
        let secret = secret.into_iter();
        all.extend(secret.map(|(account, accounts)| Secret { account, is_address, accounts }));
    }
    Ok(all)
}

impl KeptAway {
    /// Keeps them away again.
    ///
    /// # Errors
    /// When the database does.
    pub async fn again(&self, pen: &mut Pen<'_>) -> Result<Again> {
        let is_there = is_there(pen, "exclusion", self.id).await?;
        if self.is_lifted {
            return Ok(Again::Stood);
        }
        let persons = persons(pen, &self.accounts).await?;
        if persons.is_empty() || !is_there && !is_staff(pen, self.staff).await? {
            return Ok(Again::NobodyThere);
        }
        if !is_there {
            let (set_by, is_them) = who_did_it(pen, self.set_by).await?;
            let sealed = pen
                .app
                .keys
                .seal(REASON, self.id.as_bytes(), reason(&self.reason, is_them).as_bytes())
                .map_err(|e| Error::fault("sealing a reason", e))?;
            let instead = match self.instead {
                Some(instead) if is_staff(pen, instead).await? => Some(instead.0),
                _ => None,
            };
            let row: [Value; 7] = [
                self.id.into(),
                self.reference.clone().into(),
                self.staff.into(),
                sealed.0.into(),
                instead.into(),
                At(self.set_at).into(),
                set_by.into(),
            ];
            pen.tx.insert(&keeping_away::ROW, row).await?;
        }
        let anew = EXCLUSION.stands_too(pen, self.id, persons).await?;
        if is_there && !anew {
            return Ok(Again::Stood);
        }
        give_back(pen, self.staff).await?;
        tell_instead(pen, self.staff).await?;
        Ok(Again::Stands)
    }
}

impl Restricted {
    /// Restricts them again, for those who were named last, as far as nobody knows better since that moment.
    ///
    /// # Errors
    /// When the database does.
    pub async fn again(&self, pen: &mut Pen<'_>, as_of: Timestamp) -> Result<Again> {
        let is_there = is_there(pen, "restriction", self.id).await?;
        if self.is_lifted {
            return Ok(Again::Stood);
        }
        let persons = persons(pen, &self.accounts).await?;
        if persons.is_empty() {
            return Ok(Again::NobodyThere);
        }
        if !is_there {
            let (set_by, is_them) = who_did_it(pen, self.set_by).await?;
            let why = Why { sort: self.why.sort, reason: reason(&self.why.reason, is_them) };
            let sealed = seal(&pen.app.keys, WHY, self.id, &serde_json::to_vec(&why)?)?;
            let row: [Value; 6] = [
                self.id.into(),
                self.reference.clone().into(),
                self.covers.slug().into(),
                sealed.into(),
                At(self.set_at).into(),
                set_by.into(),
            ];
            pen.tx.insert(&restricting::ROW, row).await?;
        }
        let anew = RESTRICTION.stands_too(pen, self.id, persons).await?;
        let named = self.name(pen, as_of).await?;
        if is_there && !anew && !named {
            return Ok(Again::Stood);
        }
        restricting::hand_over(pen, self.id).await?;
        Ok(Again::Stands)
    }

    /// Names those who were named last, as far as they are there and were not taken off since, and takes off
    /// whoever was named before that and is not among them.
    async fn name(&self, pen: &mut Pen<'_>, as_of: Timestamp) -> Result<bool> {
        #[derive(Row)]
        struct Named {
            id: Uuid,
            staff_id: StaffId,
            named_at: At,
            ended_at: Option<At>,
        }
        let text = "SELECT id, staff_id, named_at, ended_at FROM restriction_named \
            WHERE restriction_id = $1";
        let before: Vec<Named> = pen.tx.all(text, [self.id.into()]).await?;
        let mut changed = false;
        for (staff, by) in &self.named {
            let knows = |one: &Named| one.ended_at.is_none_or(|ended| ended.0 > as_of);
            let is_known = before.iter().any(|one| one.staff_id == *staff && knows(one));
            if !is_known && is_staff(pen, *staff).await? {
                let by = match by {
                    Some(by) if is_staff(pen, *by).await? => Some(*by),
                    _ => None,
                };
                restricted::name(pen, self.id, *staff, by).await?;
                changed = true;
            }
        }
        let stands = before.iter().filter(|one| one.ended_at.is_none() && one.named_at.0 <= as_of);
        for one in stands {
            if !self.named.iter().any(|(staff, _)| *staff == one.staff_id) {
                let text = "UPDATE restriction_named SET ended_at = $1 WHERE id = $2";
                pen.tx.run(text, [At(pen.now).into(), one.id.into()]).await?;
                changed = true;
            }
        }
        Ok(changed)
    }
}

impl Secret {
    /// Keeps secret where they live and how they are reached, whoever said it.
    ///
    /// # Errors
    /// When the database does.
    pub async fn again(&self, pen: &mut Pen<'_>) -> Result<Again> {
        let persons: Vec<_> = persons(pen, &self.accounts).await?.iter().map(|p| p.0).collect();
        if persons.is_empty() {
            return Ok(Again::NobodyThere);
        }
        let mut changed = BTreeSet::new();
        // Whoever must not be found is not rung either.
        let tables = if self.is_address { &TABLES[..] } else { &TABLES[1..] };
        for table in tables {
            let text = format!(
                "SELECT DISTINCT k.account_id FROM {table} k JOIN account_link l \
                 ON l.account_id = k.account_id AND l.unlinked_at IS NULL \
                 WHERE k.protected_since IS NULL AND l.person_id IN ({})",
                places(&persons, 1)
            );
            let open: Vec<Account> = pen.tx.all(&text, values(&persons)).await?;
            for Account { account_id } in open {
                secrecy::keep_secret(pen, table, account_id).await?;
                changed.insert(account_id);
            }
        }
        let changed: Vec<_> = changed.into_iter().collect();
        keys::derive(pen.tx, &pen.app.keys, &changed).await?;
        Ok(if changed.is_empty() { Again::Stood } else { Again::Stands })
    }
}

/// Whose accounts these are now.
async fn persons(pen: &Pen<'_>, accounts: &[AccountId]) -> Result<Vec<PersonId>> {
    #[derive(Row)]
    struct Person {
        person_id: PersonId,
    }
    let accounts: Vec<_> = accounts.iter().map(|account| account.0).collect();
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT DISTINCT person_id FROM account_link WHERE unlinked_at IS NULL \
         AND account_id IN ({})",
        places(&accounts, 1)
    );
    let found: Vec<Person> = pen.tx.all(&text, values(&accounts)).await?;
    Ok(found.into_iter().map(|one| one.person_id).collect())
}

/// Whether a row is there.
async fn is_there(pen: &Pen<'_>, table: &str, id: Uuid) -> Result<bool> {
    #[derive(Row)]
    struct Rows {
        rows: i64,
    }
    let text = format!("SELECT count(*) AS rows FROM {table} WHERE id = $1");
    let found: Option<Rows> = pen.tx.one(&text, [id.into()]).await?;
    Ok(found.is_some_and(|found| found.rows > 0))
}

async fn is_staff(pen: &Pen<'_>, staff: StaffId) -> Result<bool> {
    is_there(pen, "staff", staff.0).await
}

/// Who did something, or, where they came later than the backup, the first who ever worked here, since the
/// row asks for somebody; and whether it is them.
pub(crate) async fn who_did_it(pen: &Pen<'_>, did: StaffId) -> Result<(StaffId, bool)> {
    #[derive(Row)]
    struct First {
        id: StaffId,
    }
    if is_staff(pen, did).await? {
        return Ok((did, true));
    }
    let first: Option<First> = pen.tx.one("SELECT id FROM staff ORDER BY id LIMIT 1", []).await?;
    first.map(|first| (first.id, false)).ok_or(Error::NotFound)
}

/// A reason, with what must be known where it stands in the name of somebody who did not set it.
fn reason(said: &str, is_them: bool) -> String {
    if is_them { said.to_owned() } else { format!("{said}\n{ANOTHER}") }
}
