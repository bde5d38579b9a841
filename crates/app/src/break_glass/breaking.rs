//! Breaking glass over one child, and ending it before its time.

use jiff::{SignedDuration, Timestamp};
use need_to_know::{
    Circumstances, Purpose, Tie, Ties, Word,
    glass::{GlassBroken, OPEN_FOR},
};
use platform::{
    db::{At, Row, Runs, Table, Value, sea_orm},
    outbox,
};
use practice::disclosure::{Body, Occasion};
use uuid::Uuid;

use super::{REASON, find, late, person, says, sealed, telling};
use crate::{
    access::{Action, Scope, Tied, policies, second_step::is_fresh},
    disclosing::{self, Disclosure, Recipient, Thing},
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::{AccountId, PersonId, StaffId, reference},
    limits,
    people::{
        child,
        hidden::{self, Hidden},
        meant::{self, Meant},
    },
};

const TABLE: Table<12> = Table::new(
    "broken_glass",
    [
        "id",
        "reference",
        "staff_id",
        "person_id",
        "users_agency_id",
        "holders_agency_id",
        "purpose",
        "sealed_reason",
        "opened_at",
        "seen_at",
        "looks",
        "due_at",
    ],
);

/// Breaks glass over a child. Where nobody is meant, or more than one, or one whom they must not
/// see, there is nothing.
#[derive(Debug)]
pub struct BreakGlass {
    pub meant: Meant,
    pub purpose: Purpose,
    pub reason: String,
    /// When the second step was last taken in this session.
    pub second_at: Option<Timestamp>,
}

impl BreakGlass {
    /// Refuses what the policies would refuse for what was typed, in words beside the field.
    ///
    /// # Errors
    /// A refusal.
    pub fn check(&self, now: Timestamp) -> Result<()> {
        self.meant.check()?;
        let beside = |field, say: &str| Err(Error::beside(field, say));
        limits::reason("reason", &self.reason)?;
        if !is_fresh(self.second_at, now) {
            return beside(
                "one-time-code",
                "Enter a code from your app or your printed list, or use your passkey",
            );
        }
        Ok(())
    }
}

impl Change for BreakGlass {
    type Made = String;
    const WHAT: &'static str = "break-glass:break";
    const ACTION: Action = Action::BreakGlass;

    fn asked(&self) -> String {
        self.meant.words()
    }

    fn circumstances(&self, now: Timestamp) -> Circumstances {
        let reason = u32::try_from(self.reason.trim().chars().count()).unwrap_or(u32::MAX);
        let ago = self.second_at.map(|at| now.duration_since(at).as_secs());
        Circumstances {
            purpose: Some(self.purpose),
            reauthenticated: ago.and_then(|ago| u32::try_from(ago).ok()),
            ..policies::at(now, reason)
        }
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<String> {
        let user = pen.actor.signed_in()?.clone();
        let child = meant::only_child(pen.tx, &self.meant).await?.ok_or(Error::NotFound)?;
        let hidden = hidden::person(pen.tx, user.staff, child.person, pen.now).await?;
        let about = policies::child(child.person, hidden.restricted);
        let ties = ties(pen, user.staff, child.person, hidden).await?;
        let decision = pen.scope.ask_tied(&about, ties)?;
        self.check(pen.now)?;
        let accounts = hidden::accounts_of(pen.tx, child.person).await?;
        if sees_of(pen, &child.reference).await? == accounts.len() {
            return Err(Error::beside("reference", SEES_ANYWAY));
        }
        let whose = policies::child_id(child.person);
        let opened = GlassBroken::open(
            &decision,
            person(user.staff, user.agency),
            whose,
            pen.scope.circumstances(),
        );
        let mut used = opened.map_err(|_| Error::NotFound)?;

        let id = Uuid::now_v7();
        let reference = reference();
        let holders = telling::holders(pen, child.person).await?;
        let holders_agency = holders.agency.unwrap_or(user.agency);
        let due = used.review_due(&pen.app.calendar());
        let reason = sealed(&pen.app.keys, REASON, id, &self.reason)?;
        let row: [Value; 12] = [
            id.into(),
            reference.clone().into(),
            user.staff.into(),
            child.person.into(),
            user.agency.into(),
            holders_agency.into(),
            self.purpose.word().into(),
            reason.clone().into(),
            At(used.opened()).into(),
            At(used.opened()).into(),
            0_i64.into(),
            At(due).into(),
        ];
        pen.tx.insert(&TABLE, row).await?;
        let subjects: Vec<_> =
            std::iter::once(id).chain(accounts.iter().map(|account| account.0)).collect();
        pen.journal(Self::WHAT, &subjects, &reason).await?;
        let disclosure = self.disclosed(pen, user.staff, accounts).await?;
        disclosing::record(pen, &disclosure).await?;
        let broken = telling::Broken {
            id,
            user: user.staff,
            users: user.agency,
            holders: holders_agency,
            child: child.person,
        };
        telling::tell(pen, &mut used, &broken, &holders).await?;
        let late = due + SignedDuration::from_secs(1);
        outbox::ask(pen.tx, late::UNREVIEWED, &id.to_string(), pen.now, late).await?;
        Ok(reference)
    }
}

impl BreakGlass {
    /// The record is shared with whoever opens it. Why, in their words, is for whoever reviews it.
    async fn disclosed(
        &self,
        pen: &Pen<'_>,
        user: StaffId,
        about: Vec<AccountId>,
    ) -> Result<Disclosure> {
        let occasion = match self.purpose {
            Purpose::MedicalEmergency => Occasion::MedicalEmergency,
            Purpose::Court => Occasion::CourtAsks,
            _ => Occasion::Emergency,
        };
        let to = Recipient::of_staff(pen.tx, user).await?;
        let new = Disclosure::new(occasion, to, about, occasion.usual(Body::Public));
        let words = says(self.purpose).to_owned();
        Ok(Disclosure { shared: vec![Thing::WholeRecord], words, ..new })
    }
}

/// What ties somebody to a child over whom they break glass.
async fn ties(pen: &Pen<'_>, staff: StaffId, child: PersonId, hidden: Hidden) -> Result<Ties> {
    let tied = Tied { hidden, ..Tied::default() }.ties();
    let knows = hidden::is_known_to(pen.tx, staff, child).await?;
    Ok(tied.iter().chain(knows.then_some(Tie::KnowsOf)).collect())
}

/// What is said to whoever reads everything of the child as it is.
pub const SEES_ANYWAY: &str = "You can see this child already. Open the child’s page from your requests: it needs no emergency";

/// How many accounts of a child the policies open to somebody without any glass. Who asked for
/// support sees what their own agency says, and may need to know in an emergency what others do.
async fn sees_of(pen: &Pen<'_>, person: &str) -> Result<usize> {
    match Scope::of(pen.actor, Action::ReadChild, pen.now, 0) {
        Ok(scope) => Ok(child::accounts(pen.tx, &scope.as_if_opened(), person).await?.len()),
        Err(Error::NotFound) => Ok(0),
        Err(other) => Err(other),
    }
}

/// Ends one's own use before its time.
#[derive(Debug)]
pub struct EndGlass {
    /// The reference of the use.
    pub reference: String,
}

impl Change for EndGlass {
    type Made = ();
    const WHAT: &'static str = "break-glass:end";
    const ACTION: Action = Action::MindOwnSession;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let own = [self.reference.into(), pen.actor.id().into()];
        let stored = find(pen.tx, "b.reference = $1 AND b.staff_id = $2", own).await?;
        pen.journal(Self::WHAT, &[stored.id], &[]).await?;
        end(pen, stored.id, stored.seen_at.0.max(pen.now)).await
    }
}

/// Ends whatever somebody has open, since they signed out: a shared computer shows it to nobody.
pub(crate) async fn end_all(pen: &Pen<'_>, staff: StaffId) -> Result<()> {
    let text = "UPDATE broken_glass SET ended_at = $1 WHERE staff_id = $2 AND ended_at IS NULL \
        AND opened_at > $3";
    let begun = pen.now - SignedDuration::from_secs(OPEN_FOR);
    pen.tx.run(text, [At(pen.now).into(), staff.into(), At(begun).into()]).await?;
    Ok(())
}

/// Writes down that a use is over, unless it was before.
pub(super) async fn end(pen: &Pen<'_>, id: Uuid, at: Timestamp) -> Result<()> {
    let text = "UPDATE broken_glass SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL";
    pen.tx.run(text, [At(at).into(), id.into()]).await?;
    Ok(())
}

/// A look at one's own uses, newest first.
#[derive(Debug)]
pub struct OwnGlass;

/// A use of one's own.
#[derive(Debug, Clone)]
pub struct Own {
    pub reference: String,
    pub opened_at: Timestamp,
    /// Until when it is open; none once it is over.
    pub until: Option<Timestamp>,
}

/// How many of one's own uses are listed.
const MOST_OWN: usize = 10;

impl Look for OwnGlass {
    type Seen = Vec<Own>;
    const WHAT: &'static str = "break-glass:own";
    const ACTION: Action = Action::MindOwnSession;

    async fn see(self, glass: &Glass<'_>) -> Result<(Vec<Own>, Vec<Uuid>)> {
        #[derive(Row)]
        struct Mine {
            reference: String,
            opened_at: At,
            seen_at: At,
            ended_at: Option<At>,
        }
        let text = format!(
            "SELECT reference, opened_at, seen_at, ended_at FROM broken_glass WHERE staff_id = $1 \
             ORDER BY opened_at DESC, id DESC LIMIT {MOST_OWN}"
        );
        let mine: Vec<Mine> = glass.db.all(&text, [glass.scope.own().into()]).await?;
        let now = glass.app.clock.now();
        let own = mine.into_iter().map(|one| {
            let until = super::until(one.opened_at.0);
            let is_open = one.ended_at.is_none() && now >= one.seen_at.0 && now < until;
            let (reference, opened_at) = (one.reference, one.opened_at.0);
            Own { reference, opened_at, until: is_open.then_some(until) }
        });
        Ok((own.collect(), Vec::new()))
    }
}
