//! What was destroyed, as it is written down outside the database, and as it is destroyed again where an
//! older backup brought it back. Two people decided on it; nothing is decided anew.

use jiff::{Timestamp, civil::Date};
use platform::db::{At, On, Row, Runs, sea_orm};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    destroying::carry_out,
    gone::{Contents, Gone},
    proposing::{DISPOSAL, ITEM, Item},
};
use crate::{
    doors::Pen,
    error::{Error, Result},
    ids::StaffId,
    people::{
        lasting::{Again, who_did_it},
        store::{places, values},
    },
};

/// A disposal that was carried out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destroyed {
    pub id: Uuid,
    reference: String,
    proposed_at: Timestamp,
    proposed_by: StaffId,
    approved_at: Timestamp,
    approved_by: StaffId,
    requests: Vec<Request>,
}

/// What is left of a request that was destroyed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Request {
    id: Uuid,
    reference: String,
    class: String,
    received_on: Date,
    kept_until: Date,
}

/// What was destroyed since a moment.
///
/// # Errors
/// When the database does.
pub async fn destroyed_since(db: &impl Runs, since: Timestamp) -> Result<Vec<Destroyed>> {
    #[derive(Row)]
    struct Stored {
        id: Uuid,
        reference: String,
        proposed_at: At,
        proposed_by: StaffId,
        approved_at: At,
        approved_by: StaffId,
    }
    let text = "SELECT id, reference, proposed_at, proposed_by, approved_at, approved_by \
        FROM disposal WHERE approved_at >= $1 ORDER BY approved_at, id";
    let stored: Vec<Stored> = db.all(text, [At(since).into()]).await?;
    let mut all = Vec::with_capacity(stored.len());
    for one in stored {
        let items = "SELECT contact_id, reference, class, received_on, kept_until \
            FROM disposal_item WHERE disposal_id = $1 ORDER BY contact_id";
        let items: Vec<Item> = db.all(items, [one.id.into()]).await?;
        let request = |item: Item| Request {
            id: item.contact_id,
            reference: item.reference,
            class: item.class,
            received_on: item.received_on.0,
            kept_until: item.kept_until.0,
        };
        all.push(Destroyed {
            id: one.id,
            reference: one.reference,
            proposed_at: one.proposed_at.0,
            proposed_by: one.proposed_by,
            approved_at: one.approved_at.0,
            approved_by: one.approved_by,
            requests: items.into_iter().map(request).collect(),
        });
    }
    Ok(all)
}

impl Destroyed {
    /// What of it is there again, and what the journal says of that.
    ///
    /// # Errors
    /// When the database does.
    pub async fn look(&self, db: &impl Runs) -> Result<(Gone, Contents)> {
        let there = self.there(db).await?;
        let mut contents = Contents::default();
        if there.is_empty() {
            return Ok((Gone::default(), contents));
        }
        let gone = Gone::of(db, &there).await?;
        contents.look(db, &gone).await?;
        Ok((gone, contents))
    }

    async fn there(&self, db: &impl Runs) -> Result<Vec<Uuid>> {
        #[derive(Row)]
        struct There {
            id: Uuid,
        }
        let all: Vec<_> = self.requests.iter().map(|request| request.id).collect();
        if all.is_empty() {
            return Ok(Vec::new());
        }
        let text = format!("SELECT id FROM contact WHERE id IN ({}) ORDER BY id", places(&all, 1));
        let there: Vec<There> = db.all(&text, values(&all)).await?;
        Ok(there.into_iter().map(|one| one.id).collect())
    }

    /// Destroys what was found there again.
    ///
    /// # Errors
    /// `Stale` where something was added meanwhile.
    pub async fn again(&self, pen: &mut Pen<'_>, gone: &Gone, contents: Contents) -> Result<Again> {
        let there = self.there(pen.tx).await?;
        if there.is_empty() {
            return Ok(Again::Stood);
        }
        if Gone::of(pen.tx, &there).await? != *gone {
            return Err(Error::Stale);
        }
        self.stands(pen).await?;
        let (by, _) = who_did_it(pen, self.approved_by).await?;
        let approved = (At(self.approved_at), by);
        carry_out(pen, (self.id, &self.reference), approved, gone, contents).await?;
        Ok(Again::Stands)
    }

    /// Lets the disposal itself be there, where it was proposed later than the backup.
    async fn stands(&self, pen: &Pen<'_>) -> Result<()> {
        #[derive(Row)]
        struct Rows {
            rows: i64,
        }
        let text = "SELECT count(*) AS rows FROM disposal WHERE id = $1";
        let found: Option<Rows> = pen.tx.one(text, [self.id.into()]).await?;
        if found.is_some_and(|found| found.rows > 0) {
            return Ok(());
        }
        let (by, _) = who_did_it(pen, self.proposed_by).await?;
        let row =
            [self.id.into(), self.reference.clone().into(), At(self.proposed_at).into(), by.into()];
        pen.tx.insert(&DISPOSAL, row).await?;
        for one in &self.requests {
            let row = [
                self.id.into(),
                one.id.into(),
                one.reference.clone().into(),
                one.class.clone().into(),
                On(one.received_on).into(),
                On(one.kept_until).into(),
            ];
            pen.tx.insert(&ITEM, row).await?;
        }
        Ok(())
    }
}
