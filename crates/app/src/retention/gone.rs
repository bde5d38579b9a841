//! What goes with requests that are disposed of: the people as they named them, what happened, and
//! whatever else is about nobody but those. Which contents of the journal those are is found by the
//! rows that its entries are about.

use std::collections::{BTreeMap, BTreeSet};

use platform::db::{Row, Runs, sea_orm};
use uuid::Uuid;

use crate::{
    doors::journal,
    error::{Error, Result},
    people::{
        adding::SAID_HERE,
        store::{places, values},
    },
};

/// How many entries of the journal are read at a time.
const AT_ONCE: i64 = 5_000;

/// The ids of everything that goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gone {
    pub contacts: Vec<Uuid>,
    pub responses: Vec<Uuid>,
    /// Begun about them and never sent.
    pub drafts: Vec<Uuid>,
    pub pathways: Vec<Uuid>,
    pub accounts: Vec<Uuid>,
    /// Of those, each that is of somebody of whom another account stays, with the one that takes over
    /// what was said of it: that two are different people, whose page it is.
    pub heirs: BTreeMap<Uuid, Uuid>,
    /// Of whom nothing is left.
    pub people: Vec<Uuid>,
    pub households: Vec<Uuid>,
    pub files: Vec<Uuid>,
    pub disclosures: Vec<i64>,
    pub askings: Vec<Uuid>,
    pub data_requests: Vec<Uuid>,
    pub different: Vec<Uuid>,
    pub family_pages: Vec<Uuid>,
    pub glasses: Vec<Uuid>,
    pub unusual: Vec<Uuid>,
    /// What people call the requests and their parts.
    pub references: Vec<String>,
}

#[derive(Row)]
struct Id {
    id: Uuid,
}

#[derive(Row)]
struct Seq {
    seq: i64,
}

#[derive(Row)]
struct Called {
    reference: String,
}

/// The ids that a text finds, in order. Where it is asked about nothing there are none.
async fn ids(db: &impl Runs, text: &str, of: &[Uuid]) -> Result<Vec<Uuid>> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<Id> = db.all(text, values(of)).await?;
    let mut ids: Vec<_> = found.into_iter().map(|found| found.id).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// The accounts that these requests named, of children and of adults; and those that were begun on the
/// page of somebody of whom nothing else is left.
///
/// # Errors
/// When the database does.
pub async fn accounts(db: &impl Runs, contacts: &[Uuid]) -> Result<Vec<Uuid>> {
    let these = places(contacts, 1);
    let text = format!(
        "SELECT w.account_id AS id FROM pathway w WHERE w.contact_id IN ({these}) \
         UNION SELECT r.to_account FROM pathway w JOIN relationship r \
           ON r.of_account = w.account_id WHERE w.contact_id IN ({these}) \
         UNION SELECT m.account_id FROM pathway w \
           JOIN household_member h ON h.account_id = w.account_id \
           JOIN household_member m ON m.household_id = h.household_id \
           WHERE w.contact_id IN ({these})"
    );
    let mut accounts = ids(db, &text, contacts).await?;
    let named = places(&accounts, 1);
    let begun = format!(
        "SELECT DISTINCT l.account_id AS id FROM account_link l JOIN account a ON a.id = l.account_id \
         WHERE l.unlinked_at IS NULL AND a.source = '{SAID_HERE}' AND l.person_id IN \
           (SELECT x.person_id FROM account_link x \
            WHERE x.unlinked_at IS NULL AND x.account_id IN ({named})) \
         AND NOT EXISTS (SELECT 1 FROM account_link o JOIN account b ON b.id = o.account_id \
           WHERE o.person_id = l.person_id AND o.unlinked_at IS NULL \
           AND b.source <> '{SAID_HERE}' AND o.account_id NOT IN ({named}))"
    );
    let begun = ids(db, &begun, &accounts).await?;
    accounts.extend(begun);
    accounts.sort_unstable();
    accounts.dedup();
    Ok(accounts)
}

impl Gone {
    /// What goes with these requests.
    ///
    /// # Errors
    /// When the database does.
    pub async fn of(db: &impl Runs, contacts: &[Uuid]) -> Result<Self> {
        let accounts = accounts(db, contacts).await?;
        let (c, a) = (places(contacts, 1), places(&accounts, 1));
        let heirs = heirs(db, &accounts).await?;
        let find = async |text: String, of: &[Uuid]| ids(db, &text, of).await;
        let pathways =
            find(format!("SELECT id FROM pathway WHERE contact_id IN ({c})"), contacts).await?;
        let people = find(
            format!(
                "SELECT DISTINCT l.person_id AS id FROM account_link l WHERE l.account_id IN ({a}) \
                 AND NOT EXISTS (SELECT 1 FROM account_link o WHERE o.person_id = l.person_id \
                 AND o.account_id NOT IN ({a}))"
            ),
            &accounts,
        )
        .await?;
        let p = places(&people, 1);
        // What is about several goes with the last of them: whom an asking may mean, whom a draft was
        // begun about.
        let whole = |table: &str, id: &str, unless: &str| {
            format!(
                "SELECT DISTINCT y.{id} AS id FROM {table} y WHERE y.account_id IN ({a}) \
                 AND {unless} AND NOT EXISTS (SELECT 1 FROM {table} o WHERE o.{id} = y.{id} \
                 AND o.account_id NOT IN ({a}))"
            )
        };
        let is_unsent = "NOT EXISTS (SELECT 1 FROM contact c WHERE c.response_id = y.response_id)";
        // Who was found not to be meant by a data request does not keep it.
        let data_requests = format!(
            "SELECT DISTINCT y.request_id AS id FROM data_request_account y \
             WHERE y.is_theirs IS NOT FALSE AND y.account_id IN ({a}) \
             AND NOT EXISTS (SELECT 1 FROM data_request_account o \
             WHERE o.request_id = y.request_id AND o.is_theirs IS NOT FALSE \
             AND o.account_id NOT IN ({a}))"
        );
        let of_people = |table: &str| format!("SELECT id FROM {table} WHERE person_id IN ({p})");
        Ok(Self {
            responses: find(
                format!(
                    "SELECT response_id AS id FROM contact WHERE id IN ({c}) \
                     AND response_id IS NOT NULL"
                ),
                contacts,
            )
            .await?,
            households: find(
                format!(
                    "SELECT DISTINCT household_id AS id FROM household_member \
                     WHERE account_id IN ({a})"
                ),
                &accounts,
            )
            .await?,
            files: find(format!("SELECT id FROM file WHERE contact_id IN ({c})"), contacts).await?,
            disclosures: disclosures(db, &accounts).await?,
            drafts: find(whole("response_account", "response_id", is_unsent), &accounts).await?,
            askings: find(whole("asking_account", "asking_id", "1 = 1"), &accounts).await?,
            data_requests: find(data_requests, &accounts).await?,
            different: differences(db, &accounts, &heirs).await?,
            family_pages: family_pages(db, &accounts, &heirs).await?,
            glasses: find(of_people("broken_glass"), &people).await?,
            unusual: find(of_people("unusual_access"), &people).await?,
            references: references(db, contacts).await?,
            contacts: contacts.to_vec(),
            pathways,
            accounts,
            heirs,
            people,
        })
    }

    /// The rows that entries of the journal may be about.
    pub fn subjects(&self) -> BTreeSet<Uuid> {
        let all = [
            &self.contacts,
            &self.responses,
            &self.drafts,
            &self.pathways,
            &self.accounts,
            &self.files,
            &self.askings,
            &self.data_requests,
            &self.different,
            &self.family_pages,
            &self.glasses,
            &self.unusual,
        ];
        all.into_iter().flatten().copied().collect()
    }
}

/// Who takes over what was said of an account: the first other of the same person.
async fn heirs(db: &impl Runs, accounts: &[Uuid]) -> Result<BTreeMap<Uuid, Uuid>> {
    #[derive(Row)]
    struct Heir {
        of: Uuid,
        heir: Uuid,
    }
    if accounts.is_empty() {
        return Ok(BTreeMap::new());
    }
    let a = places(accounts, 1);
    let text = format!(
        "SELECT l.account_id AS of, m.account_id AS heir FROM account_link l \
         JOIN account_link m ON m.person_id = l.person_id AND m.unlinked_at IS NULL \
         WHERE l.unlinked_at IS NULL AND l.account_id IN ({a}) AND m.account_id NOT IN ({a}) \
         ORDER BY m.account_id DESC"
    );
    let heirs: Vec<Heir> = db.all(&text, values(accounts)).await?;
    Ok(heirs.into_iter().map(|heir| (heir.of, heir.heir)).collect())
}

/// Whether something is left of whom this account is of, once these are gone.
fn is_left(account: Uuid, accounts: &[Uuid], heirs: &BTreeMap<Uuid, Uuid>) -> bool {
    !accounts.contains(&account) || heirs.contains_key(&account)
}

/// What was said of different people of whom nothing is left of one.
async fn differences(
    db: &impl Runs,
    accounts: &[Uuid],
    heirs: &BTreeMap<Uuid, Uuid>,
) -> Result<Vec<Uuid>> {
    #[derive(Row)]
    struct Pair {
        different_id: Uuid,
        one_id: Uuid,
        other_id: Uuid,
    }
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT different_id, one_id, other_id FROM different_pair WHERE different_id IN \
         (SELECT different_id FROM different_pair WHERE one_id IN ({a}))",
        a = places(accounts, 1)
    );
    let pairs: Vec<Pair> = db.all(&text, values(accounts)).await?;
    let mut stands: BTreeMap<Uuid, bool> = BTreeMap::new();
    for Pair { different_id, one_id, other_id } in pairs {
        let both = [one_id, other_id].into_iter().all(|one| is_left(one, accounts, heirs));
        *stands.entry(different_id).or_default() |= both;
    }
    Ok(stands.into_iter().filter(|(_, stands)| !stands).map(|(id, _)| id).collect())
}

/// The pages about somebody, or for somebody, of whom nothing is left.
async fn family_pages(
    db: &impl Runs,
    accounts: &[Uuid],
    heirs: &BTreeMap<Uuid, Uuid>,
) -> Result<Vec<Uuid>> {
    #[derive(Row)]
    struct Page {
        id: Uuid,
        account_id: Uuid,
        for_account: Uuid,
    }
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT id, account_id, for_account FROM family_page \
         WHERE account_id IN ({a}) OR for_account IN ({a}) ORDER BY id",
        a = places(accounts, 1)
    );
    let pages: Vec<Page> = db.all(&text, values(accounts)).await?;
    let goes = |page: &Page| {
        ![page.account_id, page.for_account].into_iter().all(|one| is_left(one, accounts, heirs))
    };
    Ok(pages.into_iter().filter(goes).map(|page| page.id).collect())
}

async fn disclosures(db: &impl Runs, accounts: &[Uuid]) -> Result<Vec<i64>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let a = places(accounts, 1);
    let text = format!(
        "SELECT DISTINCT d.seq FROM disclosure_account d WHERE d.account_id IN ({a}) AND NOT EXISTS \
         (SELECT 1 FROM disclosure_account o WHERE o.seq = d.seq AND o.account_id NOT IN ({a})) \
         ORDER BY d.seq"
    );
    let found: Vec<Seq> = db.all(&text, values(accounts)).await?;
    Ok(found.into_iter().map(|found| found.seq).collect())
}

async fn references(db: &impl Runs, contacts: &[Uuid]) -> Result<Vec<String>> {
    let c = places(contacts, 1);
    let text = format!(
        "SELECT reference FROM contact WHERE id IN ({c}) \
         UNION SELECT reference FROM pathway WHERE contact_id IN ({c}) \
         UNION SELECT r.reference FROM response r JOIN contact c ON c.response_id = r.id \
           WHERE c.id IN ({c}) \
         UNION SELECT f.reference FROM file f WHERE f.contact_id IN ({c})"
    );
    let called: Vec<Called> = db.all(&text, values(contacts)).await?;
    let mut references: Vec<_> = called.into_iter().map(|called| called.reference).collect();
    references.sort_unstable();
    Ok(references)
}

/// Entries of the journal whose contents go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// Their numbers, in order, each with the rows that it is about.
    pub found: Vec<(i64, Vec<Uuid>)>,
    /// The number of the last entry that was looked at.
    pub upto: i64,
}

impl Contents {
    /// Goes on looking for entries with contents that are about any of those, to the journal's end.
    ///
    /// # Errors
    /// When the database does, or an entry is of a form that can't be read: then nothing is
    /// disposed of.
    pub async fn look(&mut self, db: &impl Runs, gone: &Gone) -> Result<()> {
        #[derive(Row)]
        struct Entry {
            seq: i64,
            entry: Vec<u8>,
        }
        let about = gone.subjects();
        let text = format!(
            "SELECT j.seq, j.entry FROM journal j JOIN journal_content c ON c.seq = j.seq \
             WHERE j.seq > $1 ORDER BY j.seq LIMIT {AT_ONCE}"
        );
        loop {
            let entries: Vec<Entry> = db.all(&text, [self.upto.into()]).await?;
            let Some(last) = entries.last() else { return Ok(()) };
            self.upto = last.seq;
            for Entry { seq, entry } in entries {
                let read = journal::read(&entry).ok_or_else(|| {
                    Error::fault("reading the journal", format!("entry {seq} is of no known form"))
                })?;
                if read.subjects.iter().any(|subject| about.contains(subject)) {
                    self.found.push((seq, read.subjects));
                }
            }
        }
    }
}
