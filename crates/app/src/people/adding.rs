//! Saying more of a person in its own words: another name, a new address, a telephone number, each
//! with the days that it holds for, a number by which an agency knows them, and when they were born. It
//! stands on an account of the asker's agency, which is begun when there is none, and nothing that was
//! said before is lost.

use platform::db::{Row, Runs, sea_orm};
use practice::{
    calendar::{Day, day_of},
    identifiers::Scheme,
};
use serde::Serialize;

use super::{
    Born, NewAddress, NewName, NewPerson, NewPhone, Span,
    births::{self, Birth},
    child, phones,
    rows::{About, Giver, Known, Later, PeopleRows},
    secrecy, sticking,
    store::{self, Account},
};
use crate::{
    access::{Action, Scope},
    doors::{Change, Pen},
    error::{Error, Result},
    ids::{AccountId, Fresh},
    limits::{LINE, NUMBER, REASON},
    web::typed::Problems,
};

/// The source of an account that was begun on a person's page. Never changed.
pub(crate) const SAID_HERE: &str = "said on the person’s page";
/// Why such an account is joined to the person.
const JOINED: &str = "said on this person’s page";
/// How many digits a telephone number has at least: short codes reach nobody at home.
const DIGITS: usize = 6;

/// What is said of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum More {
    Name(NewName),
    Address(NewAddress, Span),
    Telephone(NewPhone),
    Number(Scheme, String),
    Birth(Birth),
}

impl More {
    /// What is wrong with it, by the field of its form, as on that day.
    pub fn problems(&self, today: Day) -> Problems {
        let mut problems = Problems::default();
        let span = match self {
            Self::Name(name) => {
                if name.given.is_empty() && name.family.is_empty() {
                    problems.add("family", "Enter the name");
                }
                problems.add_any("given", LINE.exceeded_by(&name.given));
                problems.add_any("family", LINE.exceeded_by(&name.family));
                &name.span
            }
            Self::Address(address, span) => {
                if address.lines.is_empty() {
                    problems.add("lines", "Enter the address");
                }
                problems.add_any("lines", LINE.exceeded_by(&address.lines));
                problems.add_any("postcode", NUMBER.exceeded_by(&address.postcode));
                span
            }
            Self::Telephone(phone) => {
                if phones::digits(&phone.number).len() < DIGITS {
                    problems.add("number", "Enter a telephone number, like 01632 960 001");
                }
                problems.add_any("number", NUMBER.exceeded_by(&phone.number));
                &phone.span
            }
            // Whoever types it can look again; what an agency sent stands as it came.
            Self::Number(scheme, said) => {
                problems.add_any("number", scheme.check(said).err());
                return problems;
            }
            Self::Birth(birth) => return birth.problems(today),
        };
        problems.add_any("until", span.makes_sense().err());
        problems
    }
}

/// Says more of a person than their accounts do.
#[derive(Debug, Serialize)]
pub struct SayMore {
    /// The person's reference.
    pub person: String,
    /// The reference of an account that the asker saw on that person.
    pub account: String,
    pub more: More,
    /// Why a new address need not be kept secret although another one of the person must be. Without
    /// a reason it is kept secret, whatever was ticked.
    pub open_because: String,
}

impl Change for SayMore {
    type Made = ();
    const WHAT: &'static str = "people:say-more";
    const ACTION: Action = Action::AddToAccount;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn make(mut self, pen: &mut Pen<'_>) -> Result<()> {
        REASON.keep(&self.open_because)?;
        if let Some(say) = self.more.problems(day_of(pen.now)).first() {
            return Err(Error::refusal(say));
        }
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        let shown = as_shown(pen.tx, &pen.scope, &self.person, &self.account).await?;
        let opened = self.is_opened(pen, &shown).await?;
        let mut rows = PeopleRows::default();
        let own = own_account(pen, &shown, &self.more).await?.cloned();
        let account = match &own {
            Some(own) => own.id,
            None => begun(pen, &shown, &self.more, &mut rows)?,
        };
        let mut about = About {
            naming: &mut Fresh,
            keys: &pen.app.keys,
            account,
            at: pen.now,
            later: Some(Later { at: pen.now, by }),
        };
        match &self.more {
            More::Name(name) => rows.name(&mut about, name),
            More::Address(address, span) => rows.address(&mut about, address, span)?,
            More::Telephone(phone) => rows.phone(&mut about, phone)?,
            More::Number(scheme, said) => rows.identifier(&mut Fresh, account, *scheme, said),
            More::Birth(birth) => {
                if let Some(own) = &own {
                    births::name_baby(pen, own, birth, &mut rows, &mut about).await?;
                }
            }
        }
        rows.insert(pen.tx, &pen.app.keys).await?;
        if let More::Birth(birth) = &self.more {
            births::say(pen, account, by, birth).await?;
        }
        // By what is said now they may be somebody from whom others are kept away.
        let person = shown.first().ok_or(Error::NotFound)?.person_id;
        sticking::is_said_more_of(pen, account, person).await?;
        if opened {
            let said = format!("{OPENED}: {}", self.open_because.trim());
            store::add(pen, account, by, &said).await?;
        }
        pen.journal(Self::WHAT, &[account.0], &serde_json::to_vec(&self)?).await?;
        Ok(())
    }
}

impl SayMore {
    /// Whether a new address stays open although another one of the person is kept secret; without
    /// a reason it becomes secret here.
    async fn is_opened(&mut self, pen: &Pen<'_>, shown: &[Account]) -> Result<bool> {
        let More::Address(address, _) = &mut self.more else { return Ok(false) };
        let first = shown.first().ok_or(Error::NotFound)?;
        if address.protected || !secrecy::stands_for(pen.tx, first.id).await? {
            return Ok(false);
        }
        address.protected = self.open_because.trim().is_empty();
        Ok(!address.protected)
    }
}

/// What an addendum says before the reason.
const OPENED: &str = "A new address was added that need not be kept secret";

/// The accounts of a person, as long as the one that the asker saw is among them: what was linked
/// or unlinked meanwhile must not put a child's address on another child.
pub(crate) async fn as_shown(
    db: &impl Runs,
    scope: &Scope,
    person: &str,
    account: &str,
) -> Result<Vec<Account>> {
    let accounts = child::accounts(db, scope, person).await?;
    if accounts.is_empty() {
        return Err(Error::NotFound);
    }
    if !accounts.iter().any(|a| a.reference == account) {
        return Err(Error::Stale);
    }
    Ok(accounts)
}

/// The latest account of the asker's agency among those that are there. A birth is also said on what
/// the hub took down of a call: whoever rang has no way to.
async fn own_account<'s>(
    pen: &Pen<'_>,
    shown: &'s [Account],
    more: &More,
) -> Result<Option<&'s Account>> {
    #[derive(Row)]
    struct TakenDown {
        id: AccountId,
    }
    let member = pen.actor.signed_in()?;
    let own = shown.iter().rev().find(|a| a.agency_id == member.agency);
    if own.is_some() || !matches!(more, More::Birth(_)) || !pen.scope.is_all() {
        return Ok(own);
    }
    let ids: Vec<_> = shown.iter().map(|account| account.id).collect();
    let text = format!(
        "SELECT id FROM account WHERE source = 'telephone' AND id IN ({}) ORDER BY id DESC",
        store::places(&ids, 1)
    );
    let taken: Option<TakenDown> = pen.tx.one(&text, store::values(&ids)).await?;
    Ok(taken.and_then(|taken| shown.iter().find(|account| account.id == taken.id)))
}

/// A new account of the asker's agency, which says the name under which the person was found and
/// nothing else.
fn begun(
    pen: &Pen<'_>,
    shown: &[Account],
    more: &More,
    rows: &mut PeopleRows,
) -> Result<AccountId> {
    let member = pen.actor.signed_in()?;
    let first = shown.first().ok_or(Error::NotFound)?;
    let (born, given) = match (more, first.expected_on) {
        (More::Birth(birth), _) => (birth.born.clone(), birth.given.clone()),
        (_, Some(day)) => (Born::Expected(Some(day.0)), String::new()),
        (_, None) => (Born::NotKnown, String::new()),
    };
    let new = NewPerson {
        given: if first.given.is_empty() { given } else { first.given.clone() },
        family: first.family.clone(),
        born,
        ..NewPerson::default()
    };
    let by = Some(member.staff);
    let giver = Giver { agency: member.agency, source: SAID_HERE, at: pen.now, by };
    let known = Known { person: first.person_id, reason: JOINED, by };
    Ok(rows.account(&mut Fresh, &pen.app.keys, &giver, &new, Some(known))?.account)
}
