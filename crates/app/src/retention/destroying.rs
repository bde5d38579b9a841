//! Destroying what another approved: every row of it, in one transaction with the entry of the journal
//! that commits to which contents went. What an account of it kept secret stays secret where another
//! account of the same person speaks of it.

use std::collections::{BTreeMap, BTreeSet};

use platform::db::{At, Row, Runs, Table, Tx, Value, sea_orm};
use practice::calendar::day_of;
use uuid::Uuid;

use super::{
    due,
    gone::{Contents, Gone},
    proposing::{self, Proposed},
};
use crate::{
    App,
    access::{Action, Actor},
    doors::{self, Change, Once, Pen, journal},
    error::{Error, Result},
    ids::{AccountId, ContactId, StaffId},
    pathways,
    people::store::{places, values},
    recognising::keys,
};

const DISPOSED: Table<2> = Table::new("disposed_content", ["seq", "disposal_seq"]);

/// What the journal calls it.
pub const DESTROYED: &str = <Destroy as Change>::WHAT;

/// Why nothing is destroyed: the same whatever it is, since few may know that few may see it.
pub const MUST_BE_KEPT: &str = "it must be kept after all. Its time is not over, something about \
    somebody in it is open, somebody holds it, or few may see it. Take this back, and propose the rest";

/// How many messages are gone through at a time.
const AT_ONCE: i64 = 5_000;
/// How many ids stand in one statement.
const SOME: usize = 400;

/// Approves a disposal and destroys what it is of. It goes on where whoever asked for it no longer waits:
/// to read the journal may take longer than an answer.
///
/// # Errors
/// A refusal where something of it must be kept after all; `Stale` where something was added while it
/// was looked for, and then nothing is destroyed.
pub async fn destroy(app: &App, actor: &Actor, once: Option<Once>, reference: &str) -> Result<()> {
    let (app, actor, reference) = (app.clone(), actor.clone(), reference.to_owned());
    let work = tokio::spawn(async move { go_through(&app, &actor, once, reference).await });
    work.await.map_err(|e| Error::fault("destroying what was approved", e))?
}

async fn go_through(app: &App, actor: &Actor, once: Option<Once>, reference: String) -> Result<()> {
    doors::offers(app, actor, Action::ApproveDisposal).await?;
    // The whole journal is read before the writer is asked for, which has others waiting.
    let contacts = proposing::contacts_of(&app.db.reads(), &reference).await?;
    let (mut gone, mut contents) = (Gone::default(), Contents::default());
    if !contacts.is_empty() {
        gone = Gone::of(&app.db.reads(), &contacts).await?;
        contents.look(&app.db.reads(), &gone).await?;
    }
    doors::record_once(app, actor, once, Destroy { reference, gone, contents }).await?;
    if !app.db.forgets().await? {
        tracing::warn!("what was destroyed stands in the database's own log until nobody reads it");
    }
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

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        // What others write meanwhile must be seen, or wait.
        journal::wait_for_others(pen.tx).await?;
        let Proposed { id, items, .. } =
            proposing::find_open(pen.tx, &pen.scope, &self.reference).await?;
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        let today = day_of(pen.now);
        for item in &items {
            let contact = ContactId(item.contact_id);
            if due::of_contact(pen.tx, contact, today).await?.is_err() {
                let say = format!("Request {}: {MUST_BE_KEPT}", item.reference);
                return Err(Error::beside("approve", say));
            }
        }
        let contacts: Vec<_> = items.iter().map(|item| item.contact_id).collect();
        if Gone::of(pen.tx, &contacts).await? != self.gone {
            return Err(Error::Stale);
        }
        let approved = (At(pen.now), by);
        carry_out(pen, (id, &self.reference), approved, &self.gone, self.contents).await
    }
}

/// Destroys what goes, with the entry that commits to which contents went, and keeps of the disposal who
/// approved it, when, and how many rows went.
///
/// # Errors
/// When the database does.
pub(super) async fn carry_out(
    pen: &mut Pen<'_>,
    (id, reference): (Uuid, &str),
    (at, by): (At, StaffId),
    gone: &Gone,
    mut contents: Contents,
) -> Result<()> {
    contents.look(pen.tx, gone).await?;
    keep_secret(pen, &gone.accounts).await?;
    let mut counts = rows(pen.tx, gone).await?;
    let seqs = orphaned(pen.tx, &contents).await?;
    for some in seqs.chunks(SOME) {
        let text = format!("DELETE FROM journal_content WHERE seq IN ({})", places(some, 1));
        pen.tx.run(&text, some.iter().map(|seq| (*seq).into()).collect::<Vec<Value>>()).await?;
    }
    let content = committed(reference, &seqs);
    let seq = pen.journal(DESTROYED, &[id], content.as_bytes()).await?;
    let disposed = seqs.iter().map(|gone| [(*gone).into(), seq.into()]).collect();
    pen.tx.insert_all(&DISPOSED, disposed).await?;
    counts.insert("contents of the journal", u64::try_from(seqs.len()).unwrap_or(u64::MAX));
    let text = "UPDATE disposal SET approved_at = $1, approved_by = $2, seq = $3, counts = $4 \
        WHERE id = $5";
    let values: [Value; 5] =
        [at.into(), by.into(), seq.into(), serde_json::to_string(&counts)?.into(), id.into()];
    pen.tx.run(text, values).await?;
    Ok(())
}

/// What the entry of a disposal commits to: which contents of the journal went with it.
pub fn committed(reference: &str, seqs: &[i64]) -> String {
    let seqs: Vec<_> = seqs.iter().map(i64::to_string).collect();
    format!("{reference}\n{}", seqs.join(","))
}

/// Where somebody lives, or is reached, stays secret where an account that goes now says so: also in
/// other words, since nobody may be left who knows why.
async fn keep_secret(pen: &Pen<'_>, accounts: &[Uuid]) -> Result<()> {
    #[derive(Row)]
    struct Of {
        id: Uuid,
        account_id: AccountId,
    }
    let mut changed = BTreeSet::new();
    for table in ["account_address", "account_phone"] {
        let text = format!(
            "SELECT DISTINCT k.id, k.account_id FROM {table} k \
             JOIN account_link m ON m.account_id = k.account_id AND m.unlinked_at IS NULL \
             JOIN account_link l ON l.person_id = m.person_id AND l.unlinked_at IS NULL \
             JOIN {table} o ON o.account_id = l.account_id \
             WHERE k.protected_since IS NULL AND o.protected_since IS NOT NULL \
             AND k.account_id NOT IN ({these}) AND o.account_id IN ({these})",
            these = places(accounts, 1)
        );
        let kept: Vec<Of> = pen.tx.all(&text, values(accounts)).await?;
        for Of { id, account_id } in kept {
            let text = format!("UPDATE {table} SET protected_since = $1 WHERE id = $2");
            pen.tx.run(&text, [At(pen.now).into(), id.into()]).await?;
            changed.insert(account_id);
        }
    }
    let changed: Vec<_> = changed.into_iter().collect();
    keys::derive(pen.tx, &pen.app.keys, &changed).await
}

/// Lets what was said of an account that goes stand for another of the same person.
async fn inherit(tx: &Tx, gone: &Gone) -> Result<()> {
    for (of, heir) in &gone.heirs {
        for (this, that) in [("one_id", "other_id"), ("other_id", "one_id")] {
            let text = format!(
                "INSERT INTO different_pair ({this}, {that}, different_id) \
                 SELECT $2, x.{that}, x.different_id FROM different_pair x \
                 WHERE x.{this} = $1 AND x.{that} <> $2 ON CONFLICT DO NOTHING"
            );
            tx.run(&text, [(*of).into(), (*heir).into()]).await?;
        }
        for whose in ["account_id", "for_account"] {
            let text = format!("UPDATE family_page SET {whose} = $2 WHERE {whose} = $1");
            tx.run(&text, [(*of).into(), (*heir).into()]).await?;
        }
    }
    Ok(())
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
    inherit(tx, gone).await?;
    delete(tx, "family_page_item", "page_id", &gone.family_pages).await?;
    delete_seqs(tx, "family_page_item", &gone.disclosures).await?;
    delete(tx, "family_page", "id", &gone.family_pages).await?;
    delete(tx, "disclosure_account", "account_id", &gone.accounts).await?;
    delete_seqs(tx, "disclosure", &gone.disclosures).await?;
    for table in [
        "data_request_item",
        "data_request_clarification",
        "data_request_account",
        "data_request_preparer",
    ] {
        delete(tx, table, "request_id", &gone.data_requests).await?;
    }
    delete(tx, "data_request_account", "account_id", &gone.accounts).await?;
    delete(tx, "data_request", "id", &gone.data_requests).await?;
    let looked_at: Vec<_> = gone.subjects().into_iter().collect();
    delete(tx, "look_of_day", "subject", &looked_at).await?;
    delete(tx, "notice", "contact_id", &gone.contacts).await?;
    delete(tx, "declaration_again", "contact_id", &gone.contacts).await?;
    counts.insert("files", delete(tx, "file", "contact_id", &gone.contacts).await?);
    lists(tx, &gone.contacts).await?;
    messages(tx, gone).await?;
    pathways::store::dispose(tx, &gone.pathways).await?;
    counts.insert("requests", delete(tx, "contact", "id", &gone.contacts).await?);
    counts.insert("children in them", u64::try_from(gone.pathways.len()).unwrap_or(u64::MAX));
    delete(tx, "response_account", "account_id", &gone.accounts).await?;
    delete(tx, "response_account", "response_id", &gone.responses).await?;
    delete(tx, "response", "id", &gone.responses).await?;
    counts.insert("drafts", delete(tx, "response", "id", &gone.drafts).await?);
    delete(tx, "asking_account", "account_id", &gone.accounts).await?;
    delete(tx, "asking", "id", &gone.askings).await?;
    delete(tx, "link_asked", "from_account", &gone.accounts).await?;
    delete(tx, "link_asked", "to_account", &gone.accounts).await?;
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
        "intelligence",
        "account_key",
        "account_link",
        "opened_again",
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
             WHERE contact_id IN ({}) ON CONFLICT DO NOTHING",
            places(some, 1)
        );
        tx.run(&text, values(some)).await?;
    }
    delete(tx, "imported_row", "contact_id", contacts).await.map(drop)
}

/// Messages about them, and what their forms made. Both tables are gone through once, whatever goes.
async fn messages(tx: &Tx, gone: &Gone) -> Result<()> {
    #[derive(Row)]
    struct Message {
        id: Uuid,
        about: String,
    }
    #[derive(Row)]
    struct Made {
        form_key: String,
        actor: Uuid,
        made: String,
    }
    let of = [&gone.contacts, &gone.pathways, &gone.askings, &gone.glasses, &gone.data_requests];
    let ids: BTreeSet<_> = of.into_iter().flatten().map(Uuid::to_string).collect();
    let names = |said: &str, any: &dyn Fn(&str) -> bool| {
        said.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').any(any)
    };
    let (mut found, mut after) = (Vec::new(), Uuid::nil());
    loop {
        let text =
            format!("SELECT id, about FROM outbox WHERE id > $1 ORDER BY id LIMIT {AT_ONCE}");
        let some: Vec<Message> = tx.all(&text, [after.into()]).await?;
        let Some(last) = some.last() else { break };
        after = last.id;
        let goes = |m: &Message| names(&m.about, &|word| ids.contains(word));
        found.extend(some.into_iter().filter(goes).map(|message| message.id));
    }
    delete(tx, "outbox", "id", &found).await?;
    let references: BTreeSet<_> = gone.references.iter().map(String::as_str).collect();
    let (mut found, mut after) = (Vec::new(), (String::new(), Uuid::nil()));
    loop {
        let text = format!(
            "SELECT form_key, actor, made FROM once WHERE form_key > $1 \
             OR (form_key = $1 AND actor > $2) ORDER BY form_key, actor LIMIT {AT_ONCE}"
        );
        let some: Vec<Made> = tx.all(&text, [after.0.into(), after.1.into()]).await?;
        let Some(last) = some.last() else { break };
        after = (last.form_key.clone(), last.actor);
        let goes = |one: &Made| names(&one.made, &|word| references.contains(word));
        found.extend(some.into_iter().filter(goes));
    }
    for Made { form_key, actor, .. } in found {
        let text = "DELETE FROM once WHERE form_key = $1 AND actor = $2";
        tx.run(text, [form_key.into(), actor.into()]).await?;
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
