//! Asking about a child, and reading the answer. What is sent is only stored: nothing is looked up
//! before the answer leaves, so that neither what it says nor how long it takes tells whether there
//! is such a child. A worker looks afterwards whom they may mean, and tells whoever is to answer.

use platform::{
    db::{At, Row, Runs, Table, Value, sea_orm},
    outbox,
};
use practice::{
    calendar::{day_of, end_of},
    roles::Role,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    ANSWERED_WITHIN,
    answering::{Answer, may_answer},
    late, sealed, unsealed,
};
use crate::{
    App,
    access::{Action, Actor, store::told},
    doors::{self, Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::{StaffId, reference},
    limits::{TEXT, filled},
    people::meant::{self, Meant},
    sharing,
};

/// The outbox's name for looking whom somebody means.
pub const LOOK: &str = "whom-they-mean";
/// What an asking is sealed for, in the key's derivation.
pub(super) const SAID: &str = "asking";
pub(super) const ANSWER: &str = "answer to an asking";

/// What is said where there is no reason.
pub const SAY_WHY: &str = "Enter why you ask: what worries you, and what you need to know or do";

const ASKING: Table<6> =
    Table::new("asking", ["id", "reference", "staff_id", "asked_at", "due_at", "sealed"]);
const ACCOUNT: Table<2> = Table::new("asking_account", ["asking_id", "account_id"]);

/// Whom somebody asks about, and why, in their own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub meant: Meant,
    pub why: String,
}

/// Asks the hub about a child.
#[derive(Debug)]
pub struct AskAboutChild(pub Asked);

impl Change for AskAboutChild {
    type Made = ();
    const WHAT: &'static str = "involving:ask";
    const ACTION: Action = Action::AskAboutChild;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        self.0.meant.check()?;
        filled(&self.0.why, TEXT, SAY_WHY)
            .map_err(|error| Error::beside("why", error.to_string()))?;
        let staff = pen.actor.staff().ok_or(Error::SignedOut)?;
        let id = Uuid::now_v7();
        let sealed = sealed(&pen.app.keys, SAID, id, &self.0)?;
        let due = pen.app.calendar().working_day_after(day_of(pen.now), ANSWERED_WITHIN);
        let due = end_of(due);
        let row: [Value; 6] = [
            id.into(),
            reference().into(),
            staff.into(),
            At(pen.now).into(),
            At(due).into(),
            sealed.clone().into(),
        ];
        pen.tx.insert(&ASKING, row).await?;
        outbox::ask(pen.tx, LOOK, &id.to_string(), pen.now, pen.now).await?;
        outbox::ask(pen.tx, late::UNANSWERED, &id.to_string(), pen.now, due).await?;
        pen.journal(Self::WHAT, &[id], &sealed).await?;
        Ok(())
    }
}

/// Looks whom somebody means, and tells whoever is to answer. Looked once, it is not looked again.
///
/// # Errors
/// When the database does.
pub async fn look(app: &App, asking: Uuid) -> Result<()> {
    match doors::record(app, &Actor::platform(), LookWhomTheyMean(asking)).await {
        // Another worker was first.
        Ok(()) | Err(Error::Stale) => Ok(()),
        Err(error) => Err(error),
    }
}

struct LookWhomTheyMean(Uuid);

#[derive(Row)]
struct Stored {
    sealed: Vec<u8>,
}

impl Change for LookWhomTheyMean {
    type Made = ();
    const WHAT: &'static str = "involving:look";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let text = "SELECT sealed FROM asking WHERE id = $1 AND looked_at IS NULL";
        let stored: Option<Stored> = pen.tx.one(text, [self.0.into()]).await?;
        let Stored { sealed } = stored.ok_or(Error::Stale)?;
        let asked: Asked = unsealed(&pen.app.keys, SAID, self.0, sealed)?;
        let accounts = meant::accounts(pen.tx, &asked.meant).await?;
        let rows = accounts.iter().map(|account| [self.0.into(), (*account).into()]).collect();
        pen.tx.insert_all(&ACCOUNT, rows).await?;
        let looked = "UPDATE asking SET looked_at = $1 WHERE id = $2";
        pen.tx.run(looked, [At(pen.now).into(), self.0.into()]).await?;
        for staff in to_answer(pen, self.0).await? {
            sharing::mail(pen, staff, false).await?;
        }
        pen.journal(Self::WHAT, &[self.0], &[]).await?;
        Ok(())
    }
}

/// Who is told that somebody asks: whoever has an open request about a child who may be meant;
/// where that is nobody who may answer, whoever is on duty, and so on.
async fn to_answer(pen: &Pen<'_>, asking: Uuid) -> Result<Vec<StaffId>> {
    #[derive(Row)]
    struct Holds {
        holder_id: StaffId,
    }
    let holds = "SELECT DISTINCT w.holder_id FROM asking_account y \
        JOIN pathway w ON w.account_id = y.account_id \
        WHERE y.asking_id = $1 AND w.holder_id IS NOT NULL AND w.ended_at IS NULL";
    let holds: Vec<Holds> = pen.tx.all(holds, [asking.into()]).await?;
    let holds = among(pen, asking, holds.into_iter().map(|holds| holds.holder_id)).await?;
    if !holds.is_empty() {
        return Ok(holds);
    }
    first_of(pen, asking, &[Role::DutyWorker, Role::HubManager, Role::HubWorker]).await
}

/// Those of the first of these roles among whom anybody may answer what was asked.
pub(super) async fn first_of(pen: &Pen<'_>, asking: Uuid, roles: &[Role]) -> Result<Vec<StaffId>> {
    for role in roles {
        let held = told(pen.tx, *role, day_of(pen.now)).await?;
        let told = among(pen, asking, held.into_iter().flat_map(|(_, staff)| staff)).await?;
        if !told.is_empty() {
            return Ok(told);
        }
    }
    tracing::error!(%asking, "nobody is left to answer who asks about a child");
    Ok(Vec::new())
}

/// Those who may answer what was asked: nobody else hears of it.
async fn among(
    pen: &Pen<'_>,
    asking: Uuid,
    staff: impl Iterator<Item = StaffId>,
) -> Result<Vec<StaffId>> {
    let mut among = Vec::new();
    for staff in staff {
        if may_answer(pen.tx, staff, asking).await? {
            among.push(staff);
        }
    }
    Ok(among)
}

/// A look at what one asked oneself, newest first, with the answers.
#[derive(Debug)]
pub struct OwnAskings;

/// What somebody asked.
#[derive(Debug, Clone)]
pub struct OwnAsking {
    pub asked: Asked,
    pub asked_at: At,
    pub due_at: At,
    /// What they are told, and when it was said.
    pub answered: Option<(Answer, At)>,
    /// Whether they have yet to read it.
    pub is_new: bool,
}

/// How many of one's own askings are listed.
const MOST_OWN: usize = 20;

impl Look for OwnAskings {
    type Seen = Vec<OwnAsking>;
    const WHAT: &'static str = "involving:own";
    const ACTION: Action = Action::MindOwnSession;

    async fn see(self, glass: &Glass<'_>) -> Result<(Vec<OwnAsking>, Vec<Uuid>)> {
        #[derive(Row)]
        struct Own {
            id: Uuid,
            sealed: Vec<u8>,
            asked_at: At,
            due_at: At,
            sealed_answer: Option<Vec<u8>>,
            answered_at: Option<At>,
            read_at: Option<At>,
        }
        let text = format!(
            "SELECT id, sealed, asked_at, due_at, sealed_answer, answered_at, read_at FROM asking \
             WHERE staff_id = $1 ORDER BY asked_at DESC, id DESC LIMIT {MOST_OWN}"
        );
        let rows: Vec<Own> = glass.db.all(&text, [glass.scope.own().into()]).await?;
        let keys = &glass.app.keys;
        let own = rows.into_iter().map(|row| {
            let answered = match (row.sealed_answer, row.answered_at) {
                (Some(answer), Some(at)) => Some((unsealed(keys, ANSWER, row.id, answer)?, at)),
                _ => None,
            };
            Ok(OwnAsking {
                asked: unsealed(keys, SAID, row.id, row.sealed)?,
                asked_at: row.asked_at,
                due_at: row.due_at,
                is_new: answered.is_some() && row.read_at.is_none(),
                answered,
            })
        });
        Ok((own.collect::<Result<_>>()?, Vec::new()))
    }
}

/// Marks the answers that one has been given as read.
#[derive(Debug)]
pub struct ReadAnswers;

impl Change for ReadAnswers {
    type Made = ();
    const WHAT: &'static str = "involving:read";
    const ACTION: Action = Action::MindOwnSession;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        pen.tx
            .run(
                "UPDATE asking SET read_at = $1 WHERE staff_id = $2 AND answered_at IS NOT NULL \
                 AND read_at IS NULL",
                [At(pen.now).into(), pen.actor.id().into()],
            )
            .await?;
        pen.journal(Self::WHAT, &[], &[]).await?;
        Ok(())
    }
}
