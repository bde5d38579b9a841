//! Destroying what another approved: every row of it, in one transaction with the entry of the journal
//! that commits to which contents went. What an account of it kept secret stays secret where another
//! account of the same person speaks of it.

use std::collections::{BTreeMap, BTreeSet};

use platform::db::{At, Row, Runs, Table, Tx, Value, sea_orm};
use practice::calendar::day_of;
use uuid::Uuid;

use super::{
    due,
    gone::{Contents, Gone, values},
    proposing::{self, Proposed},
};
use crate::{
    App,
    access::{Action, Actor},
    doors::{self, Change, Once, Pen},
    error::{Error, Result},
    ids::{AccountId, ContactId},
    pathways,
    people::store::places,
    recognising::keys,
};

const DISPOSED: Table<2> = Table::new("disposed_content", ["seq", "disposal_seq"]);

/// What the journal calls it.
pub const DESTROYED: &str = <Destroy as Change>::WHAT;

/// How many ids stand in one statement.
const SOME: usize = 400;

/// Approves a disposal and destroys what it is of.
///
/// # Errors
/// A refusal where something of it must be kept after all; `Stale` where something was added while it
/// was looked for, and then nothing is destroyed.
pub async fn destroy(app: &App, actor: &Actor, once: Option<Once>, reference: &str) -> Result<()> {
    doors::offers(app, actor, Action::ApproveDisposal).await?;
    // The whole journal is read before the writer is asked for, which has others waiting.
    let contacts = proposing::contacts_of(&app.db.reads(), reference).await?;
    let (mut gone, mut contents) = (Gone::default(), Contents::default());
    if !contacts.is_empty() {
        gone = Gone::of(&app.db.reads(), &contacts).await?;
        contents.look(&app.db.reads(), &gone).await?;
    }
    let change = Destroy { reference: reference.to_owned(), gone, contents };
    doors::record_once(app, actor, once, change).await?;
    app.db.forgets().await?;
    Ok(())
}

/// Approves a disposal, and destroys it.
struct Destroy {
    reference: String,
    /// What was found to go, and the contents about it.
    gone: Gone,
    contents: Contents,
}

impl Change for Destroy {
    type Made = ();
    const WHAT: &'static str = "retention:destroy";
    const ACTION: Action = Action::ApproveDisposal;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn make(mut self, pen: &mut Pen<'_>) -> Result<()> {
        let Proposed { id, items, .. } =
            proposing::find_open(pen.tx, &pen.scope, &self.reference).await?;
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        let today = day_of(pen.now);
        for item in &items {
            let contact = ContactId(item.contact_id);
            if let Err(kept) = due::of_contact(pen.tx, contact, today).await? {
                let say = format!(
                    "{kept}, in request {}. Take this back, and propose the rest",
                    item.reference
                );
                return Err(Error::beside("approve", say));
            }
        }
        let contacts: Vec<_> = items.iter().map(|item| item.contact_id).collect();
        if Gone::of(pen.tx, &contacts).await? != self.gone {
            return Err(Error::Stale);
        }
        self.contents.look(pen.tx, &self.gone).await?;
        keep_secret(pen, &self.gone.accounts).await?;
        let counts = rows(pen.tx, &self.gone).await?;
        let seqs = orphaned(pen.tx, &self.contents).await?;
        for some in seqs.chunks(SOME) {
            let text = format!("DELETE FROM journal_content WHERE seq IN ({})", places(some, 1));
            pen.tx.run(&text, some.iter().map(|seq| (*seq).into()).collect::<Vec<Value>>()).await?;
        }
        let content = committed(&self.reference, &seqs);
        let seq = pen.journal(Self::WHAT, &[id], content.as_bytes()).await?;
        let disposed = seqs.iter().map(|gone| [(*gone).into(), seq.into()]).collect();
        pen.tx.insert_all(&DISPOSED, disposed).await?;
        let mut counts = counts;
        counts.insert("contents of the journal", u64::try_from(seqs.len()).unwrap_or(u64::MAX));
        let text = "UPDATE disposal SET approved_at = $1, approved_by = $2, seq = $3, counts = $4 \
            WHERE id = $5";
        let values: [Value; 5] = [
            At(pen.now).into(),
            by.into(),
            seq.into(),
            serde_json::to_string(&counts)?.into(),
            id.into(),
        ];
        pen.tx.run(text, values).await?;
        Ok(())
    }
}

/// What the entry of a disposal commits to: which contents of the journal went with it.
pub fn committed(reference: &str, seqs: &[i64]) -> String {
    let seqs: Vec<_> = seqs.iter().map(i64::to_string).collect();
    format!("{reference}\n{}", seqs.join(","))
}

/// An address or a number that must be kept secret because an account says so that goes now stays
/// secret where another account of the person gives it.
async fn keep_secret(pen: &Pen<'_>, accounts: &[Uuid]) -> Result<()> {
    #[derive(Row)]
    struct Of {
        account_id: AccountId,
    }
    let mut changed = BTreeSet::new();
    for table in ["account_address", "account_phone"] {
        let text = format!(
            "SELECT DISTINCT k.account_id FROM {table} k \
             JOIN account_link m ON m.account_id = k.account_id AND m.unlinked_at IS NULL \
             JOIN account_link l ON l.person_id = m.person_id AND l.unlinked_at IS NULL \
             JOIN {table} o ON o.account_id = l.account_id AND o.fingerprint = k.fingerprint \
             WHERE k.protected_since IS NULL AND o.protected_since IS NOT NULL \
             AND k.account_id NOT IN ({these}) AND o.account_id IN ({these})",
            these = places(accounts, 1)
        );
        let kept: Vec<Of> = pen.tx.all(&text, values(accounts)).await?;
        for Of { account_id } in kept {
            let text = format!(
                "UPDATE {table} SET protected_since = $1 WHERE account_id = $2 \
                 AND protected_since IS NULL AND fingerprint IN \
                 (SELECT o.fingerprint FROM {table} o WHERE o.account_id IN ({}) \
                 AND o.protected_since IS NOT NULL)",
                places(accounts, 3)
            );
            let first: [Value; 2] = [At(pen.now).into(), account_id.into()];
            let values = first.into_iter().chain(values(accounts));
            pen.tx.run(&text, values.collect::<Vec<_>>()).await?;
            changed.insert(account_id);
        }
    }
    let changed: Vec<_> = changed.into_iter().collect();
    keys::derive(pen.tx, &pen.app.keys, &changed).await
}

async fn delete(tx: &Tx, table: &str, column: &str, ids: &[Uuid]) -> Result<u64> {
    let mut rows = 0;
    for some in ids.chunks(SOME) {
        let text = format!("DELETE FROM {table} WHERE {column} IN ({})", places(some, 1));
        rows += tx.run(&text, values(some)).await?.rows_affected();
    }
    Ok(rows)
}

async fn delete_seqs(tx: &Tx, table: &str, seqs: &[i64]) -> Result<()> {
    for some in seqs.chunks(SOME) {
        let text = format!("DELETE FROM {table} WHERE seq IN ({})", places(some, 1));
        tx.run(&text, some.iter().map(|seq| (*seq).into()).collect::<Vec<Value>>()).await?;
    }
    Ok(())
}

/// Deletes the rows, children before parents; answers with how many of what went.
async fn rows(tx: &Tx, gone: &Gone) -> Result<BTreeMap<&'static str, u64>> {
    let mut counts = BTreeMap::new();
    delete(tx, "family_page_item", "page_id", &gone.family_pages).await?;
    delete_seqs(tx, "family_page_item", &gone.disclosures).await?;
    delete(tx, "family_page", "id", &gone.family_pages).await?;
    delete(tx, "disclosure_account", "account_id", &gone.accounts).await?;
    delete_seqs(tx, "disclosure", &gone.disclosures).await?;
    for table in ["data_request_item", "data_request_clarification", "data_request_account"] {
        delete(tx, table, "request_id", &gone.data_requests).await?;
    }
    delete(tx, "data_request_account", "account_id", &gone.accounts).await?;
    delete(tx, "data_request", "id", &gone.data_requests).await?;
    delete(tx, "notice", "contact_id", &gone.contacts).await?;
    counts.insert("files", delete(tx, "file", "contact_id", &gone.contacts).await?);
    lists(tx, &gone.contacts).await?;
    messages(tx, gone).await?;
    pathways::store::dispose(tx, &gone.pathways).await?;
    counts.insert("requests", delete(tx, "contact", "id", &gone.contacts).await?);
    counts.insert("children in them", u64::try_from(gone.pathways.len()).unwrap_or(u64::MAX));
    delete(tx, "response", "id", &gone.responses).await?;
    delete(tx, "asking_account", "account_id", &gone.accounts).await?;
    delete(tx, "asking", "id", &gone.askings).await?;
    delete(tx, "different_pair", "one_id", &gone.accounts).await?;
    delete(tx, "different_pair", "other_id", &gone.accounts).await?;
    delete(tx, "different_people", "id", &gone.different).await?;
    delete(tx, "relationship", "of_account", &gone.accounts).await?;
    delete(tx, "relationship", "to_account", &gone.accounts).await?;
    delete(tx, "household_member", "account_id", &gone.accounts).await?;
    empty(tx, "household", "household_member", "household_id", &gone.households).await?;
    for table in [
        "account_name_word",
        "account_name",
        "account_address",
        "account_phone",
        "account_identifier",
        "account_ethnicity",
        "account_birth",
        "account_addendum",
        "account_key",
        "account_link",
    ] {
        delete(tx, table, "account_id", &gone.accounts).await?;
    }
    let accounts = delete(tx, "account", "id", &gone.accounts).await?;
    counts.insert("accounts of people", accounts);
    counts.insert("people of whom nothing is left", people(tx, gone).await?);
    Ok(counts)
}

/// Those of whom nothing is left, and what was said of them as a whole.
async fn people(tx: &Tx, gone: &Gone) -> Result<u64> {
    delete(tx, "broken_glass_told", "glass_id", &gone.glasses).await?;
    delete(tx, "broken_glass", "id", &gone.glasses).await?;
    delete(tx, "unusual_access", "id", &gone.unusual).await?;
    delete(tx, "hold", "person_id", &gone.people).await?;
    let exclusions = of_people(tx, "exclusion_person", "exclusion_id", &gone.people).await?;
    delete(tx, "exclusion_person", "person_id", &gone.people).await?;
    empty(tx, "exclusion", "exclusion_person", "exclusion_id", &exclusions).await?;
    let restrictions = of_people(tx, "restriction_person", "restriction_id", &gone.people).await?;
    delete(tx, "restriction_person", "person_id", &gone.people).await?;
    let restrictions = emptied(tx, "restriction_person", "restriction_id", &restrictions).await?;
    for table in ["restriction_lifting", "restriction_named"] {
        delete(tx, table, "restriction_id", &restrictions).await?;
    }
    delete(tx, "restriction", "id", &restrictions).await?;
    delete(tx, "person", "id", &gone.people).await
}

async fn of_people(tx: &Tx, table: &str, column: &str, people: &[Uuid]) -> Result<Vec<Uuid>> {
    #[derive(Row)]
    struct Id {
        id: Uuid,
    }
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT DISTINCT {column} AS id FROM {table} WHERE person_id IN ({})",
        places(people, 1)
    );
    let found: Vec<Id> = tx.all(&text, values(people)).await?;
    Ok(found.into_iter().map(|found| found.id).collect())
}

/// Those of these to which nothing belongs any more.
async fn emptied(tx: &Tx, parts: &str, column: &str, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    #[derive(Row)]
    struct Left {
        rows: i64,
    }
    let mut empty = Vec::new();
    for id in ids {
        let text = format!("SELECT count(*) AS rows FROM {parts} WHERE {column} = $1");
        let left: Option<Left> = tx.one(&text, [(*id).into()]).await?;
        if left.is_none_or(|left| left.rows == 0) {
            empty.push(*id);
        }
    }
    Ok(empty)
}

async fn empty(tx: &Tx, table: &str, parts: &str, column: &str, ids: &[Uuid]) -> Result<()> {
    let ids = emptied(tx, parts, column, ids).await?;
    delete(tx, table, "id", &ids).await.map(drop)
}

/// Rows of lists: only that there was one is kept, so that it is not taken in again.
async fn lists(tx: &Tx, contacts: &[Uuid]) -> Result<()> {
    for some in contacts.chunks(SOME) {
        let text = format!(
            "INSERT INTO disposed_row (row_hash) SELECT row_hash FROM imported_row \
             WHERE contact_id IN ({})",
            places(some, 1)
        );
        tx.run(&text, values(some)).await?;
    }
    delete(tx, "imported_row", "contact_id", contacts).await.map(drop)
}

/// Messages that wait about them, and what their forms made.
async fn messages(tx: &Tx, gone: &Gone) -> Result<()> {
    let all = [&gone.contacts, &gone.pathways, &gone.askings, &gone.glasses, &gone.data_requests];
    for id in all.into_iter().flatten() {
        let text = "DELETE FROM outbox WHERE about LIKE '%' || $1 || '%'";
        tx.run(text, [id.to_string().into()]).await?;
    }
    for reference in &gone.references {
        let text = "DELETE FROM once WHERE made LIKE '%' || $1 || '%'";
        tx.run(text, [reference.clone().into()]).await?;
    }
    Ok(())
}

/// The entries whose contents are about nothing that is left.
async fn orphaned(tx: &Tx, contents: &Contents) -> Result<Vec<i64>> {
    #[derive(Row)]
    struct Left {
        id: Uuid,
    }
    let all: BTreeSet<Uuid> =
        contents.found.iter().flat_map(|(_, of)| of.iter().copied()).collect();
    let all: Vec<_> = all.into_iter().collect();
    let mut left = BTreeSet::new();
    for some in all.chunks(SOME) {
        let these = places(some, 1);
        let text = ["contact", "pathway", "account", "asking", "data_request", "broken_glass"]
            .map(|table| format!("SELECT id FROM {table} WHERE id IN ({these})"))
            .join(" UNION ");
        let found: Vec<Left> = tx.all(&text, values(some)).await?;
        left.extend(found.into_iter().map(|found| found.id));
    }
    let goes = |of: &[Uuid]| !of.iter().any(|subject| left.contains(subject));
    Ok(contents.found.iter().filter(|(_, of)| goes(of)).map(|(seq, _)| *seq).collect())
}
