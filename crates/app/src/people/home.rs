//! In which postcode somebody lives, as a fingerprint under the key: to notice that a member of staff
//! opened the record of a child of their own postcode. What staff say of themselves is kept in no other
//! form, and nobody reads it.

use std::sync::Arc;

use futures_util::FutureExt;
use platform::{
    db::{At, Db, Row, Runs, Table, sea_orm},
    seal::Keys,
};
use practice::identifiers;
use uuid::Uuid;

use super::{
    declarations::SAY_POSTCODE,
    rows::ADDRESS,
    shown::{Place, Shown, shown},
};
use crate::{
    doors::Pen,
    error::{Error, Result},
    ids::StaffId,
};

const TABLE: Table<3> = Table::new("staff_home", ["staff_id", "place", "said_at"]);
/// What it is made a fingerprint for.
const PURPOSE: &str = "home postcode";
/// How many addresses are read at once.
const BATCH: usize = 500;

/// A postcode as it is kept; empty for what is none.
pub(super) fn place(keys: &Keys, said: &str) -> Vec<u8> {
    let postcode = identifiers::postcode(said).ok();
    postcode.map_or_else(Vec::new, |postcode| keys.fingerprint(PURPOSE, &postcode).to_vec())
}

/// Whether it can be kept: a whole postcode, or nothing.
pub(super) fn is_one(said: &str) -> bool {
    said.trim().is_empty() || identifiers::postcode(said).is_ok()
}

/// Keeps where somebody lives; where they do not say, what they said before.
///
/// # Errors
/// A refusal beside the field for what is no postcode.
pub(super) async fn keep(pen: &Pen<'_>, staff: StaffId, said: &str) -> Result<()> {
    if !is_one(said) {
        return Err(Error::beside("postcode", SAY_POSTCODE));
    }
    if said.trim().is_empty() {
        return Ok(());
    }
    let again = "UPDATE staff_home SET place = $2, said_at = $3 WHERE staff_id = $1";
    let row = [staff.into(), place(&pen.app.keys, said).into(), At(pen.now).into()];
    if pen.tx.run(again, row.clone()).await?.rows_affected() == 0 {
        pen.tx.insert(&TABLE, row).await?;
    }
    Ok(())
}

#[derive(Row)]
struct Lives {
    id: Uuid,
    place: Vec<u8>,
}

/// Where staff live who said so.
///
/// # Errors
/// When the database does.
pub(crate) async fn of_staff(db: &impl Runs) -> Result<Vec<(Uuid, Vec<u8>)>> {
    let all: Vec<Lives> = db.all("SELECT staff_id AS id, place FROM staff_home", []).await?;
    Ok(all.into_iter().map(|one| (one.id, one.place)).collect())
}

/// Where a child lives, or lived; but for an address that must be kept secret, since a likeness would
/// tell an officer, who may know where a colleague lives, where the child is.
///
/// # Errors
/// When the database does.
pub(crate) async fn of_child(db: &impl Runs, person: Uuid) -> Result<Vec<Vec<u8>>> {
    let text = "SELECT a.id, a.place FROM account_address a \
        JOIN account_link l ON l.account_id = a.account_id AND l.unlinked_at IS NULL \
        WHERE l.person_id = $1 AND a.place IS NOT NULL AND NOT EXISTS \
        (SELECT 1 FROM account_address o \
         JOIN account_link m ON m.account_id = o.account_id AND m.unlinked_at IS NULL \
         WHERE m.person_id = l.person_id AND o.protected_since IS NOT NULL AND o.place = a.place)";
    let all: Vec<Lives> = db.all(text, [person.into()]).await?;
    Ok(all.into_iter().map(|one| one.place).filter(|place| !place.is_empty()).collect())
}

/// How many children live, or lived, at a place.
///
/// # Errors
/// When the database does.
pub(crate) async fn children_at(db: &impl Runs, place: &[u8]) -> Result<usize> {
    #[derive(Row)]
    struct Count {
        rows: i64,
    }
    let text = "SELECT count(DISTINCT l.person_id) AS rows FROM account_address a \
        JOIN account_link l ON l.account_id = a.account_id AND l.unlinked_at IS NULL \
        WHERE a.place = $1 AND a.protected_since IS NULL AND EXISTS (SELECT 1 FROM pathway p \
        JOIN account_link own ON own.account_id = p.account_id AND own.unlinked_at IS NULL \
        WHERE own.person_id = l.person_id)";
    let count: Option<Count> = db.one(text, [place.to_vec().into()]).await?;
    Ok(count.map_or(0, |count| usize::try_from(count.rows).unwrap_or(0)))
}

/// Notes the place of addresses that were said before there was one.
///
/// # Errors
/// When the database does, or an address can't be unsealed.
pub async fn take_up(db: &Db, keys: &Arc<Keys>) -> Result<()> {
    #[derive(Row)]
    struct Kept {
        id: Uuid,
        sealed: Vec<u8>,
    }
    let text = format!(
        "SELECT id, sealed FROM account_address WHERE id > $1 AND place IS NULL ORDER BY id LIMIT {BATCH}"
    );
    let mut last = Uuid::nil();
    loop {
        let (text, keys) = (text.clone(), Arc::clone(keys));
        let done = db.write(move |tx| {
            async move {
                let some: Vec<Kept> = tx.all(&text, [last.into()]).await?;
                for Kept { id, sealed } in &some {
                    let said: Shown<Place> = shown(&keys, ADDRESS, *id, sealed.clone(), false)?;
                    let Shown::At((_, postcode)) = said else { continue };
                    let note = "UPDATE account_address SET place = $1 WHERE id = $2";
                    tx.run(note, [place(&keys, &postcode).into(), (*id).into()]).await?;
                }
                Ok::<_, Error>(some.last().map(|one| one.id))
            }
            .boxed()
        });
        let Some(end) = done.await? else { return Ok(()) };
        last = end;
    }
}
