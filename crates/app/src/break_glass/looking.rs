//! Looking through broken glass: what each agency says of this one child, who is involved and how
//! to reach them, and what is open. What happened is not told, since it tells of brothers and
//! sisters too; protected addresses and numbers stay protected. Nothing can be changed.

use platform::db::{On, Runs};
use practice::calendar::day_of;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Stored, breaking, find};
use crate::{
    access::{Action, Tied, policies},
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    organisations::team_of,
    pacing::Counts,
    pathways::{self, Pathway},
    people::{
        child::{Child, ContactSeen, PathwaySeen, all_of},
        hidden,
        store::{ACCOUNT, Account, FROM_ACCOUNTS},
    },
    questionnaires,
};

/// Writes down that somebody is about to look through their own glass, or that it is over: where the
/// clock went back, how long it was open can't be known any more.
#[derive(Debug)]
pub struct LookThrough {
    /// The reference of the use.
    pub reference: String,
}

/// Whether it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Is {
    Open,
    Over,
}

impl Change for LookThrough {
    type Made = Is;
    const WHAT: &'static str = "break-glass:look";
    const ACTION: Action = Action::MindOwnSession;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<Is> {
        let own = [self.reference.into(), pen.actor.id().into()];
        let stored = find(pen.tx, "b.reference = $1 AND b.staff_id = $2", own).await?;
        pen.journal(Self::WHAT, &[stored.id], &[]).await?;
        if stored.used()?.glass(pen.now).is_none() {
            breaking::end(pen, stored.id, stored.seen_at.0).await?;
            return Ok(Is::Over);
        }
        let text = "UPDATE broken_glass SET seen_at = $1, looks = looks + 1 WHERE id = $2";
        pen.tx.run(text, [platform::db::At(pen.now).into(), stored.id.into()]).await?;
        Ok(Is::Open)
    }
}

/// A look through one's own broken glass. The journal keeps its reference with the look.
#[derive(Debug)]
pub struct ThroughGlass {
    /// The reference of the use.
    pub reference: String,
}

/// What is seen through it.
#[derive(Debug)]
pub struct Through {
    pub reference: String,
    pub until: jiff::Timestamp,
    pub child: Child,
}

impl Look for ThroughGlass {
    type Seen = Through;
    const WHAT: &'static str = "break-glass:child";
    const ACTION: Action = Action::ReadChild;
    /// One child, for an hour, with a review: an emergency is never held up by it.
    const COUNTS: Counts = Counts::Not;

    fn purpose(&self) -> String {
        format!("Through broken glass, {}", self.reference)
    }

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Through, Vec<Uuid>)> {
        let own = [self.reference.into(), glass.scope.own().into()];
        let stored = find(&glass.db, "b.reference = $1 AND b.staff_id = $2", own).await?;
        let accounts = accounts(glass, &stored).await?;
        if accounts.is_empty() {
            return Err(Error::NotFound);
        }
        let subjects = std::iter::once(stored.id).chain(accounts.iter().map(|a| a.id.0)).collect();
        let (mut seen, mut open) = (Vec::new(), Vec::new());
        for account in accounts {
            open.extend(pathways_of(glass, &account).await?);
            let mut all = all_of(glass, account).await?;
            // There is no way on from here: not to brothers and sisters, nor to anybody's page.
            all.relations.iter_mut().for_each(|relation| relation.has_page = false);
            all.housemates.iter_mut().for_each(|mate| mate.has_page = false);
            seen.push(all);
        }
        open.sort_by_key(|p: &PathwaySeen| std::cmp::Reverse(p.contact.received_at));
        let until = super::until(stored.opened_at.0);
        let child = Child {
            reference: stored.child,
            accounts: seen,
            pathways: open,
            different: Vec::new(),
            shared: None,
            // No glass shows it, nor that it is there.
            intelligence: 0,
        };
        Ok((Through { reference: stored.reference, until, child }, subjects))
    }
}

/// The accounts of the child that the policies let be read through this glass, each with whether
/// they must not see it.
async fn accounts(glass: &Glass<'_>, stored: &Stored) -> Result<Vec<Account>> {
    let broken = stored.used()?.glass(glass.app.clock.now()).ok_or(Error::NotFound)?;
    let text = format!("SELECT {ACCOUNT} {FROM_ACCOUNTS} WHERE p.id = $1 ORDER BY a.id");
    let found: Vec<Account> = glass.db.all(&text, [stored.person_id.into()]).await?;
    let ids: Vec<_> = found.iter().map(|account| account.id).collect();
    let hidden =
        hidden::each_account(&glass.db, glass.scope.own(), &ids, glass.scope.now()?).await?;
    let asked = found.into_iter().zip(hidden).map(|(account, hidden)| {
        let about = policies::account_of(account.person_id, account.id.0, hidden);
        let tied = Tied { hidden, ..Tied::default() };
        glass.scope.ask_through(broken.clone(), &about, tied).map(|()| account)
    });
    Ok(asked.filter_map(Result::ok).collect())
}

/// What is open about an account, who has it, and what must be known before anybody is rung. Who
/// asked for support is not said: some would not be known.
async fn pathways_of(glass: &Glass<'_>, account: &Account) -> Result<Vec<PathwaySeen>> {
    let text = "SELECT id, reference, process, account_id, contact_id, revision, stage, since, \
        ended_at, holder_id FROM pathway WHERE account_id = $1 ORDER BY id";
    let pathways: Vec<Pathway> = glass.db.all(text, [account.id.into()]).await?;
    let mut seen = Vec::with_capacity(pathways.len());
    for pathway in pathways {
        let contact = contact(glass, &pathway).await?;
        let answered = match contact.response_id {
            Some(response) => Some(questionnaires::store::answered(glass, response).await?),
            None => None,
        };
        let tellings = pathways::store::tellings(&glass.db, &glass.app.keys, pathway.id).await?;
        seen.push(PathwaySeen {
            pathway,
            contact,
            clocks: Vec::new(),
            caveat: None,
            tellings,
            screening: None,
            answered,
            kept_away: None,
        });
    }
    Ok(seen)
}

async fn contact(glass: &Glass<'_>, pathway: &Pathway) -> Result<ContactSeen> {
    let text = format!(
        "SELECT c.reference, c.received_at, g.name AS agency, t.name AS setting, \
         CAST(NULL AS uuid) AS requester_id, NULL AS requester, NULL AS requester_job, NULL AS requester_phone, \
         NULL AS requester_email, NULL AS requester_said, NULL AS requester_team, \
         1 = 0 AS is_unnamed, \
         h.name AS holder, h.phone AS holder_phone, {} AS holder_team, c.response_id \
         FROM contact c JOIN agency g ON g.id = c.agency_id \
         LEFT JOIN setting t ON t.id = c.setting_id \
         LEFT JOIN staff h ON h.id = $2 WHERE c.id = $1",
        team_of("h.id", 3)
    );
    let today = day_of(glass.app.clock.now());
    let values = [pathway.contact_id.into(), pathway.holder_id.into(), On(today).into()];
    glass.db.one(&text, values).await?.ok_or(Error::NotFound)
}
