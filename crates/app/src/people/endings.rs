//! Saying that something is no longer so: a name, an address, a telephone number, living together.
//! It keeps its row and gets its last day. What is protected stays protected.

use platform::db::{Row, Runs, Value, sea_orm};
use serde::Serialize;
use uuid::Uuid;

use super::{
    NameKind, SaidDay, Span,
    adding::as_shown,
    child, secrecy,
    span::SpanSeen,
    store::{self, Account},
};
use crate::{
    access::Action,
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::AgencyId,
};

/// What can end. Its rows are counted from 1, in the order in which they were said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Name,
    Address,
    Telephone,
    Household,
}

impl What {
    const ALL: [Self; 4] = [Self::Name, Self::Address, Self::Telephone, Self::Household];

    fn slug(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Address => "address",
            Self::Telephone => "telephone",
            Self::Household => "household",
        }
    }

    /// The ids of all rows of an account, in the order in which they were said: rows are only
    /// added, so the place of one never changes.
    fn rows(self) -> &'static str {
        match self {
            Self::Name => {
                "SELECT id, from_on, from_said, until_on, until_said FROM account_name \
                 WHERE account_id = $1 AND kind <> 'called' ORDER BY id"
            }
            Self::Address => {
                "SELECT id, from_on, from_said, until_on, until_said FROM account_address \
                 WHERE account_id = $1 ORDER BY id"
            }
            Self::Telephone => {
                "SELECT id, from_on, from_said, until_on, until_said FROM account_phone \
                 WHERE account_id = $1 ORDER BY id"
            }
            Self::Household => {
                // The day in `from_on` is only the one on which it was said.
                "SELECT household_id AS id, CAST(NULL AS date) AS from_on, \
                 CAST(NULL AS text) AS from_said, until_on, until_said FROM household_member WHERE account_id = $1 ORDER BY household_id"
            }
        }
    }

    /// Gives a row its last day, where it has none.
    fn end(self) -> &'static str {
        match self {
            Self::Name => {
                "UPDATE account_name SET until_on = $1, until_said = $2 \
                 WHERE id = $3 AND account_id = $4 AND until_on IS NULL"
            }
            Self::Address => {
                "UPDATE account_address SET until_on = $1, until_said = $2 \
                 WHERE id = $3 AND account_id = $4 AND until_on IS NULL"
            }
            Self::Telephone => {
                "UPDATE account_phone SET until_on = $1, until_said = $2 \
                 WHERE id = $3 AND account_id = $4 AND until_on IS NULL"
            }
            Self::Household => {
                "UPDATE household_member SET until_on = $1, until_said = $2 \
                 WHERE household_id = $3 AND account_id = $4 AND until_on IS NULL"
            }
        }
    }
}

/// Something that could be said to have ended.
#[derive(Debug, Clone)]
pub struct Endable {
    /// What a form knows it by: `address.7h3k9-m2qxd.1`.
    pub key: String,
    /// What it is, in words; of what is protected, only that.
    pub words: String,
}

/// A look at a person whom somebody wants to say more of.
#[derive(Debug)]
pub struct OpenToAdd {
    /// The person's reference.
    pub person: String,
}

/// A person whom somebody wants to say more of.
#[derive(Debug)]
pub struct ToAdd {
    pub reference: String,
    pub name: String,
    /// The reference of an account that is there.
    pub account: String,
    /// What the asker's agency has said and could say to have ended.
    pub endable: Vec<Endable>,
    /// Whether an address of the person must be kept secret, whoever said so.
    pub keeps_a_secret: bool,
    /// Whether nobody has said a first name yet, as of a baby who is expected.
    pub lacks_a_name: bool,
}

impl Look for OpenToAdd {
    type Seen = ToAdd;
    const WHAT: &'static str = "people:to-add";
    const ACTION: Action = Action::AddToAccount;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(ToAdd, Vec<Uuid>)> {
        let accounts = child::accounts(&glass.db, &glass.scope, &self.person).await?;
        let first = accounts.first().ok_or(Error::NotFound)?;
        let agency = agency_of(glass).await?;
        let mut endable = Vec::new();
        for account in accounts.iter().filter(|account| Some(account.agency_id) == agency) {
            endable.extend(endable_of(glass, account).await?);
        }
        let subjects = accounts.iter().map(|a| a.id.0).collect();
        let (name, account) = (first.name(), first.reference.clone());
        let keeps_a_secret = secrecy::stands_for(&glass.db, first.id).await?;
        let lacks_a_name = accounts.iter().all(|account| account.given.is_empty());
        let reference = self.person;
        let to = ToAdd { reference, name, account, endable, keeps_a_secret, lacks_a_name };
        Ok((to, subjects))
    }
}

async fn agency_of(glass: &Glass<'_>) -> Result<Option<AgencyId>> {
    #[derive(Row)]
    struct Works {
        agency_id: AgencyId,
    }
    let Some(staff) = glass.scope.staff() else { return Ok(None) };
    let text = "SELECT agency_id FROM staff WHERE id = $1";
    let works: Option<Works> = glass.db.one(text, [staff.into()]).await?;
    Ok(works.map(|w| w.agency_id))
}

/// What an account says that has not ended yet.
async fn endable_of(glass: &Glass<'_>, account: &Account) -> Result<Vec<Endable>> {
    let mut endable = Vec::new();
    for what in What::ALL {
        let words = words_of(glass, account, what).await?;
        let rows = rows(&glass.db, account, what).await?;
        for (place, (row, words)) in (1..).zip(rows.iter().zip(words)) {
            if !row.span.has_ended() {
                let key = format!("{}.{}.{place}", what.slug(), account.reference);
                endable.push(Endable { key, words });
            }
        }
    }
    Ok(endable)
}

/// All of one kind in words, in the order of [`What::rows`].
async fn words_of(glass: &Glass<'_>, account: &Account, what: What) -> Result<Vec<String>> {
    let (db, keys, id) = (&glass.db, &glass.app.keys, account.id);
    Ok(match what {
        What::Name => store::names(db, id)
            .await?
            .iter()
            .map(|n| {
                let kind = NameKind::of_slug(&n.kind).unwrap_or(NameKind::Other);
                format!("{}: {} {}", kind.title(), n.given, n.family).trim().to_owned()
            })
            .collect(),
        What::Address => {
            let addresses = store::addresses(db, keys, id).await?;
            addresses.iter().map(|a| dated(a.words(), &a.span)).collect()
        }
        What::Telephone => {
            let phones = super::phones::phones(db, keys, id).await?;
            phones.iter().map(|p| dated(p.words(), &p.span)).collect()
        }
        What::Household => households(glass, account).await?,
    })
}

fn dated(words: String, span: &SpanSeen) -> String {
    match span.words().as_str() {
        "" => words,
        dates => format!("{words} ({dates})"),
    }
}

/// Each household of an account by who else is in it.
async fn households(glass: &Glass<'_>, account: &Account) -> Result<Vec<String>> {
    let mut words = Vec::new();
    let mut last = None;
    for mate in store::housemates(&glass.db, account.id).await? {
        let name = mate.name();
        if last == Some(mate.household) {
            if let Some(household) = words.last_mut() {
                *household = format!("{household}, {name}");
            }
        } else {
            words.push(format!("Lives with {name}"));
            last = Some(mate.household);
        }
    }
    Ok(words)
}

#[derive(Row)]
struct Ends {
    id: Uuid,
    #[sea_orm(nested)]
    span: SpanSeen,
}

async fn rows(db: &impl Runs, account: &Account, what: What) -> Result<Vec<Ends>> {
    Ok(db.all(what.rows(), [account.id.into()]).await?)
}

/// Says that something which the asker's agency said is no longer so.
#[derive(Debug, Serialize)]
pub struct SayEnded {
    /// The person's reference.
    pub person: String,
    /// The reference of an account that the asker saw on that person.
    pub account: String,
    /// What has ended, by [`Endable::key`].
    pub what: String,
    pub until: SaidDay,
}

impl Change for SayEnded {
    type Made = ();
    const WHAT: &'static str = "people:say-ended";
    const ACTION: Action = Action::AddToAccount;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let agency = pen.actor.signed_in()?.agency;
        let shown = as_shown(pen.tx, &pen.scope, &self.person, &self.account).await?;
        let (what, account, place) = found(&self.what, &shown, agency).ok_or(Error::NotFound)?;
        let rows = rows(pen.tx, account, what).await?;
        let row = place.checked_sub(1).and_then(|place| rows.get(place)).ok_or(Error::NotFound)?;
        if row.span.has_ended() {
            return Err(Error::Stale);
        }
        let span = Span { from: None, until: Some(self.until) };
        if self.until.is_before(&row.span) {
            return Err(Error::refusal("The end can’t be before the beginning"));
        }
        let [_, _, until_on, until_said] = span.columns();
        let values: [Value; 4] = [until_on, until_said, row.id.into(), account.id.into()];
        pen.tx.run(what.end(), values).await?;
        pen.journal(Self::WHAT, &[account.id.0], &serde_json::to_vec(&self)?).await?;
        Ok(())
    }
}

/// What a key says: which kind, on which account of the agency, at which place.
fn found<'a>(
    key: &str,
    shown: &'a [Account],
    agency: AgencyId,
) -> Option<(What, &'a Account, usize)> {
    let mut parts = key.split('.');
    let (what, reference, place) = (parts.next()?, parts.next()?, parts.next()?);
    let what = What::ALL.into_iter().find(|w| w.slug() == what)?;
    let account = shown.iter().find(|a| a.reference == reference && a.agency_id == agency)?;
    Some((what, account, place.parse().ok()?))
}
