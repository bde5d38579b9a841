//! The child's page: who is involved and how to reach them, what is open and due, what happened.

use need_to_know::Kind;
use platform::db::{At, On, Row, Runs, sea_orm};
use practice::calendar::day_of;
use uuid::Uuid;

use super::{
    adding::SAID_HERE,
    births::{self, BirthBefore},
    hidden, kept_away,
    phones::{self, PhoneSeen},
    store::{
        self, ACCOUNT, Account, Addendum, AddressSeen, FROM_ACCOUNTS, Housemate, Identifier,
        NameSeen, Relation,
    },
};
use crate::{
    access::{Action, Own, Scope, Tied},
    disclosing::{self, reading::WhatWasShared},
    doors::{Glass, Look},
    error::{Error, Result},
    front_door::{
        findings::{self, Screening},
        telling::{self, Known},
    },
    ids::{ResponseId, StaffId},
    intelligence::reading,
    organisations::team_of,
    pathways::{self, Pathway, derive::ClockRow, store::Telling},
    questionnaires::{self, Answered},
    recognising::different::{self, Different},
};

/// A look at everything that a person's scope holds of one child.
#[derive(Debug)]
pub struct OpenChild {
    /// The person's reference.
    pub reference: String,
}

/// A child, as the asker may see them.
#[derive(Debug)]
pub struct Child {
    pub reference: String,
    pub accounts: Vec<AccountSeen>,
    pub pathways: Vec<PathwaySeen>,
    /// What was shared, for whoever sees everything.
    pub shared: Option<WhatWasShared>,
    /// Of whom it stands that they are somebody else, for whoever links people.
    pub different: Vec<Different>,
    /// How much intelligence there is that the asker may read.
    pub intelligence: usize,
}

/// What one agency says.
#[derive(Debug)]
pub struct AccountSeen {
    pub account: Account,
    /// What it said of the birth before.
    pub births_before: Vec<BirthBefore>,
    /// Names besides the one that it goes by.
    pub names: Vec<NameSeen>,
    pub addresses: Vec<AddressSeen>,
    pub phones: Vec<PhoneSeen>,
    pub ethnicity: Option<String>,
    pub identifiers: Vec<Identifier>,
    pub relations: Vec<Relation>,
    /// How those who are related are reached.
    pub their_phones: Vec<PhoneSeen>,
    /// Who lives, or lived, with them.
    pub housemates: Vec<Housemate>,
    pub addenda: Vec<Addendum>,
}

/// One pathway with its history.
#[derive(Debug)]
pub struct PathwaySeen {
    pub pathway: Pathway,
    pub contact: ContactSeen,
    pub clocks: Vec<ClockRow>,
    /// What must be said of a limit that is shown.
    pub caveat: Option<String>,
    pub tellings: Vec<Telling>,
    pub screening: Option<Screening>,
    /// What was answered when it came by the form, for whoever sees everything.
    pub answered: Option<Answered>,
    /// Whoever asked, where they must not see it any more: likewise.
    pub kept_away: Option<String>,
}

/// The contact that began a pathway, and who can be talked to about it.
#[derive(Debug, Clone, Row)]
pub struct ContactSeen {
    pub reference: String,
    pub received_at: At,
    pub agency: String,
    pub setting: Option<String>,
    pub requester_id: Option<StaffId>,
    pub requester: Option<String>,
    pub requester_job: Option<String>,
    pub requester_phone: Option<String>,
    pub requester_email: Option<String>,
    pub requester_said: Option<String>,
    /// Whether the family may not know who asked.
    pub is_unnamed: bool,
    /// The requester's team today, and how it is reached.
    pub requester_team: Option<String>,
    pub holder: Option<String>,
    pub holder_phone: Option<String>,
    /// The team of whoever has it, and how it is reached.
    pub holder_team: Option<String>,
    pub response_id: Option<ResponseId>,
}

impl Look for OpenChild {
    type Seen = Child;
    const WHAT: &'static str = "people:child";
    const ACTION: Action = Action::ReadChild;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Child, Vec<Uuid>)> {
        let accounts = accounts(&glass.db, &glass.scope, &self.reference).await?;
        if accounts.is_empty() {
            return Err(Error::NotFound);
        }
        let subjects = accounts.iter().map(|a| a.id.0).collect();
        // Whoever sees a part of it alone is not told what the hub said of the whole.
        let different = match glass.scope.is_all() {
            true => different::standing(glass, &accounts).await?,
            false => Vec::new(),
        };
        let ids: Vec<_> = accounts.iter().map(|account| account.id).collect();
        let mut child = Child {
            reference: self.reference,
            intelligence: reading::offered(&glass.db, &glass.app.keys, &glass.scope, &ids).await?,
            accounts: Vec::new(),
            pathways: Vec::new(),
            shared: shared(glass, &accounts).await?,
            different,
        };
        for account in accounts {
            child.pathways.extend(pathways_of(glass, &account).await?);
            child.accounts.push(all_of(glass, account).await?);
        }
        child.pathways.sort_by_key(|p| std::cmp::Reverse(p.contact.received_at));
        Ok((child, subjects))
    }
}

/// What was shared of the child, with others too: for the hub alone.
async fn shared(glass: &Glass<'_>, accounts: &[Account]) -> Result<Option<WhatWasShared>> {
    if !glass.scope.is_all() {
        return Ok(None);
    }
    let (keys, reader) = (&glass.app.keys, glass.scope.own());
    let accounts: Vec<_> = accounts.iter().map(|account| account.id).collect();
    disclosing::reading::of_accounts(&glass.db, keys, reader, &accounts).await.map(Some)
}

/// Everything that an account says.
pub(crate) async fn all_of(glass: &Glass<'_>, account: Account) -> Result<AccountSeen> {
    let (db, keys, id) = (&glass.db, &glass.app.keys, account.id);
    Ok(AccountSeen {
        births_before: births::before(db, id).await?,
        names: store::names(db, id).await?,
        addresses: store::addresses(db, keys, id).await?,
        phones: phones::phones(db, keys, id).await?,
        ethnicity: store::ethnicity(db, keys, id).await?,
        identifiers: store::identifiers(db, id).await?,
        relations: store::relations(db, id).await?,
        their_phones: phones::of_relations(db, keys, id, glass.scope.is_all()).await?,
        housemates: store::housemates(db, id).await?,
        addenda: addenda(glass, &account).await?,
        account,
    })
}

/// What was said later: everything for the hub, otherwise what one said oneself.
async fn addenda(glass: &Glass<'_>, account: &Account) -> Result<Vec<Addendum>> {
    let mut addenda = store::addenda(&glass.db, &glass.app.keys, account.id).await?;
    addenda.retain(|a| glass.scope.is_all() || Some(a.by_id) == glass.scope.staff());
    Ok(addenda)
}

/// The accounts of a person that the policies let be reached. An account is tied to whoever made
/// a request that it came with, or began it on the person's page, and to that request's setting.
pub(crate) async fn accounts(db: &impl Runs, scope: &Scope, person: &str) -> Result<Vec<Account>> {
    #[derive(Row)]
    struct Found {
        #[sea_orm(nested)]
        account: Account,
        #[sea_orm(nested)]
        own: Own,
    }
    let came_with = |whose: &str| {
        format!(
            "EXISTS (SELECT 1 FROM pathway w JOIN contact c ON c.id = w.contact_id \
             WHERE w.account_id = a.id AND {whose})"
        )
    };
    let text = format!(
        "SELECT {ACCOUNT}, ({} OR (a.source = '{SAID_HERE}' AND l.linked_by = $2)) AS requester, \
         {} AS own_setting {FROM_ACCOUNTS} WHERE p.reference = $1 ORDER BY a.id",
        came_with(&hidden::is_own("c", 2)),
        came_with("c.setting_id = $3"),
    );
    let values: Vec<_> = std::iter::once(person.into()).chain(scope.ties_of()).collect();
    let found: Vec<Found> = db.all(&text, values).await?;
    let ids: Vec<_> = found.iter().map(|found| found.account.id).collect();
    let hidden = hidden::each_account(db, scope.own(), &ids, scope.now()?).await?;
    let mut asked: Vec<(Tied, bool)> = Vec::new();
    let mut reached = Vec::new();
    // What has the same ties is answered alike, and is asked about once: the time that it takes does
    // not tell how many there are. Where there is nothing, that is asked about.
    let nothing = found.is_empty().then_some((None, Tied::NOTHING));
    let found = found.into_iter().zip(hidden);
    let found = found.map(|(Found { account, own }, hidden)| {
        (Some(account), Tied { own, hidden, ..Tied::default() })
    });
    for (account, tied) in found.chain(nothing) {
        let before = asked.iter().find(|(before, _)| *before == tied).map(|(_, may)| *may);
        let may = before.unwrap_or_else(|| {
            let id = account.as_ref().map_or(Uuid::nil(), |account| account.id.0);
            scope.ask(Kind::Account, id, tied).is_ok()
        });
        asked.push((tied, may));
        reached.extend(account.filter(|_| may));
    }
    Ok(reached)
}

/// The pathways of an account, each with what happened.
pub(crate) async fn pathways_of(glass: &Glass<'_>, account: &Account) -> Result<Vec<PathwaySeen>> {
    let text = format!(
        "SELECT p.id, p.reference, p.process, p.account_id, p.contact_id, p.revision, p.stage, \
         p.since, p.ended_at, p.holder_id FROM pathway p JOIN contact c ON c.id = p.contact_id \
         WHERE p.account_id = $1 AND {} ORDER BY p.id",
        glass.scope.contacts("c", 2)
    );
    let values: Vec<_> = std::iter::once(account.id.into()).chain(glass.scope.values()).collect();
    let pathways: Vec<Pathway> = glass.db.all(&text, values).await?;
    let mut seen = Vec::with_capacity(pathways.len());
    for pathway in pathways {
        let mut pathway = pathway;
        let mut clocks = pathways::derive::clock_rows(&glass.db, pathway.id).await?;
        let mut tellings =
            pathways::store::tellings(&glass.db, &glass.app.keys, pathway.id).await?;
        let mut screening = findings::stored(&glass.db, pathway.id).await?;
        telling::cut_down(
            &glass.scope,
            &mut Known {
                pathway: &mut pathway,
                tellings: &mut tellings,
                screening: &mut screening,
                clocks: &mut clocks,
            },
        );
        // Who holds it is read only now: a requester's view has no holder any more.
        let contact = contact(glass, &pathway).await?;
        let caveat = pathways::derive::caveat(&glass.app.rules(), &clocks);
        let answered = match contact.response_id.filter(|_| glass.scope.is_all()) {
            Some(response) => Some(questionnaires::store::answered(glass, response).await?),
            None => None,
        };
        let kept_away = match glass.scope.is_all() {
            true => kept_away::requester(&glass.db, pathway.contact_id).await?,
            false => None,
        };
        seen.push(PathwaySeen {
            pathway,
            contact,
            clocks,
            caveat,
            tellings,
            screening,
            answered,
            kept_away,
        });
    }
    Ok(seen)
}

async fn contact(glass: &Glass<'_>, pathway: &Pathway) -> Result<ContactSeen> {
    let text = format!(
        "SELECT c.reference, c.received_at, g.name AS agency, t.name AS setting, \
         s.id AS requester_id, s.name AS requester, s.job AS requester_job, s.phone AS requester_phone, \
         s.email AS requester_email, {} AS requester_team, c.requester_said, \
         c.requester_sealed IS NOT NULL AS is_unnamed, \
         h.name AS holder, h.phone AS holder_phone, {} AS holder_team, c.response_id \
         FROM contact c JOIN agency g ON g.id = c.agency_id \
         LEFT JOIN setting t ON t.id = c.setting_id \
         LEFT JOIN staff s ON s.id = c.requested_by \
         LEFT JOIN staff h ON h.id = $2 WHERE c.id = $1",
        team_of("s.id", 3),
        team_of("h.id", 3)
    );
    let today = day_of(glass.app.clock.now());
    let values = [pathway.contact_id.into(), pathway.holder_id.into(), On(today).into()];
    glass.db.one(&text, values).await?.ok_or(Error::NotFound)
}
