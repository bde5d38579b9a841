//! Writing intelligence down, for those whom its handling code names, and taking it back.

use platform::{
    db::{At, Row, Runs, Table, sea_orm},
    seal::Protected,
};
use practice::{calendar::day_of, intelligence::Handling, roles::Role};
use uuid::Uuid;

use super::{Intelligence, SEALED_FOR, able, reading, stand_ins};
use crate::{
    access::{Action, store::told},
    doors::{Change, Pen},
    error::{Error, Result},
    ids::{AccountId, StaffId, reference},
    limits::{TEXT, filled, reason},
    people::{adding::as_shown, kept_away},
    sharing,
};

const ROW: Table<7> = Table::new(
    "intelligence",
    ["id", "reference", "account_id", "agency_id", "by_id", "written_at", "sealed"],
);

/// Writes intelligence down about a person.
pub struct WriteIntelligence {
    /// The person's reference.
    pub person: String,
    /// The reference of an account that the asker saw on that person.
    pub account: String,
    /// What was told; whom its code names is found by their e-mail addresses.
    pub intelligence: Intelligence,
    /// The e-mail addresses at work of those whom it names.
    pub named: Vec<String>,
}

impl Change for WriteIntelligence {
    type Made = ();
    const WHAT: &'static str = "intelligence:write";
    const ACTION: Action = Action::AddToAccount;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn make(mut self, pen: &mut Pen<'_>) -> Result<()> {
        let shown = as_shown(pen.tx, &pen.scope, &self.person, &self.account).await?;
        let account = shown.iter().find(|one| one.reference == self.account);
        let account = account.ok_or(Error::NotFound)?.id;
        filled(&self.intelligence.says, TEXT, SAY_WHAT)?;
        TEXT.keep(&self.intelligence.conditions)?;
        self.intelligence.named = self.named(pen).await?;
        let member = pen.actor.signed_in()?;
        let id = Uuid::now_v7();
        let told = to_tell(pen, account, &self.intelligence).await?;
        let sealed =
            Protected::new(self.intelligence).seal(&pen.app.keys, SEALED_FOR, id.as_bytes());
        let sealed = sealed.map_err(|e| Error::fault("sealing intelligence", e))?;
        let row = [
            id.into(),
            reference().into(),
            account.into(),
            member.agency.into(),
            member.staff.into(),
            At(pen.now).into(),
            sealed.0.clone().into(),
        ];
        pen.tx.insert(&ROW, row).await?;
        for staff in told.into_iter().filter(|staff| Some(*staff) != pen.actor.staff()) {
            sharing::mail(pen, staff, true).await?;
        }
        // What the entry commits to is sealed once more: whoever reads journals reads no intelligence.
        pen.journal(Self::WHAT, &[account.0, id], &sealed.0).await?;
        Ok(())
    }
}

/// What is said where nothing was written.
pub const SAY_WHAT: &str = "Enter what you were told, without saying who told it";

impl WriteIntelligence {
    /// Whom the code names: somebody where it names people, nobody where the hub may read it.
    async fn named(&self, pen: &Pen<'_>) -> Result<Vec<StaffId>> {
        if self.intelligence.handling == Handling::Permitted {
            return Ok(Vec::new());
        }
        filled(&self.intelligence.conditions, TEXT, "")
            .map_err(|_| Error::beside("conditions", "Enter on what conditions"))?;
        let mut named = Vec::new();
        for email in &self.named {
            let today = platform::db::On(day_of(pen.now));
            let found = kept_away::working(pen.tx, email, today).await?;
            named.push(found.ok_or_else(|| {
                let say = format!("Nobody who works here has the e-mail address {email}");
                Error::beside("named", say)
            })?);
        }
        if named.is_empty() {
            return Err(Error::beside("named", "Enter who may read it"));
        }
        Ok(named)
    }
}

/// Who is told that something waits: those whom the code names; of the hub whoever has an open request
/// about the person, or whoever is on duty. Never anybody from whom the person is hidden.
async fn to_tell(pen: &Pen<'_>, account: AccountId, said: &Intelligence) -> Result<Vec<StaffId>> {
    #[derive(Row)]
    struct Holds {
        holder_id: StaffId,
    }
    let today = day_of(pen.now);
    let first = match said.handling {
        Handling::Conditions => said.named.clone(),
        Handling::Permitted => {
            let text = "SELECT DISTINCT w.holder_id FROM account_link l \
                JOIN account_link m ON m.person_id = l.person_id AND m.unlinked_at IS NULL \
                JOIN pathway w ON w.account_id = m.account_id \
                WHERE l.account_id = $1 AND l.unlinked_at IS NULL \
                AND w.holder_id IS NOT NULL AND w.ended_at IS NULL";
            let holds: Vec<Holds> = pen.tx.all(text, [account.into()]).await?;
            holds.into_iter().map(|holds| holds.holder_id).collect()
        }
    };
    let first = able(pen.tx, &first, account, pen.now).await?;
    if !first.is_empty() {
        return Ok(first);
    }
    let on_duty = match said.handling {
        Handling::Conditions => None,
        Handling::Permitted => told(pen.tx, Role::DutyWorker, today).await?,
    };
    let on_duty = on_duty.map_or_else(Vec::new, |(_, staff)| staff);
    let on_duty = able(pen.tx, &on_duty, account, pen.now).await?;
    if !on_duty.is_empty() {
        return Ok(on_duty);
    }
    able(pen.tx, &stand_ins(pen.tx, today).await?, account, pen.now).await
}

/// Takes back what one wrote: it is shown to nobody any more.
pub struct TakeBack {
    /// Which, by its reference.
    pub reference: String,
    pub why: String,
}

impl Change for TakeBack {
    type Made = ();
    const WHAT: &'static str = "intelligence:take-back";
    const ACTION: Action = Action::ChangeItem;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let one = reading::find(pen.tx, &pen.app.keys, &pen.scope, &self.reference).await?;
        reason("why", &self.why)?;
        let text = "UPDATE intelligence SET taken_back_at = $1 WHERE id = $2";
        pen.tx.run(text, [At(pen.now).into(), one.id.into()]).await?;
        pen.journal(Self::WHAT, &[one.account_id.0, one.id], self.why.as_bytes()).await?;
        Ok(())
    }
}
