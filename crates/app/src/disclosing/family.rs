//! The pages on which one person of a family reads what was shared of a child: begun empty, each for
//! one named person, and none where something is marked for the household. A page is made to be handed
//! over on paper; nobody of the family signs in.

use platform::db::{At, Row, Runs, Table, sea_orm};
use uuid::Uuid;

use super::marks::{self, OFF};
use crate::{
    access::{Action, Scope},
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::{AccountId, StaffId, reference},
    people::{
        child,
        store::{self, Account},
    },
};

const PAGE: Table<6> = Table::new(
    "family_page",
    ["id", "reference", "account_id", "for_account", "begun_at", "begun_by"],
);

/// A look at the pages of a child's family.
#[derive(Debug)]
pub struct OpenFamilyPages {
    /// The child's reference.
    pub person: String,
}

/// The pages of a child's family, and for whom one can be begun.
#[derive(Debug)]
pub struct FamilyPages {
    pub person: String,
    /// The child's name.
    pub child: String,
    /// Whether none may be made.
    pub is_off: bool,
    pub pages: Vec<Begun>,
    pub may_be_for: Vec<Whom>,
}

/// A page that was begun.
#[derive(Debug, Row)]
pub struct Begun {
    pub reference: String,
    pub given: String,
    pub family: String,
}

/// Somebody for whom a page can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whom {
    account: AccountId,
    /// Their reference.
    pub person: String,
    pub name: String,
    /// What they are to the child.
    pub relation: String,
}

impl Look for OpenFamilyPages {
    type Seen = FamilyPages;
    const WHAT: &'static str = "disclosing:family-pages";
    const ACTION: Action = Action::ShareWithFamily;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(FamilyPages, Vec<Uuid>)> {
        let accounts = child::accounts(&glass.db, &glass.scope, &self.person).await?;
        let first = accounts.first().ok_or(Error::NotFound)?;
        let subjects = accounts.iter().map(|account| account.id.0).collect();
        let is_off = marks::is_off(glass.app, &glass.db, first.id).await?;
        let mut pages = FamilyPages {
            person: first.person.clone(),
            child: first.name(),
            is_off,
            pages: Vec::new(),
            may_be_for: Vec::new(),
        };
        if !is_off {
            pages.may_be_for = may_be_for(&glass.db, &accounts).await?;
            for account in &accounts {
                pages.pages.extend(begun(&glass.db, account.id).await?);
            }
        }
        Ok((pages, subjects))
    }
}

async fn begun(db: &impl Runs, child: AccountId) -> Result<Vec<Begun>> {
    let text = "SELECT f.reference, n.given, n.family FROM family_page f \
        JOIN account_name n ON n.account_id = f.for_account AND n.kind = 'called' \
        WHERE f.account_id = $1 ORDER BY f.id";
    Ok(db.all(text, [child.into()]).await?)
}

/// The child, and everybody who is named as related; nobody twice.
async fn may_be_for(db: &impl Runs, accounts: &[Account]) -> Result<Vec<Whom>> {
    let mut all: Vec<Whom> = Vec::new();
    for child in accounts {
        let own = Whom {
            account: child.id,
            person: child.person.clone(),
            name: child.name(),
            relation: "the child".to_owned(),
        };
        let born = child.expected_on.is_none().then_some(own);
        let related = store::relations(db, child.id).await?;
        let related = related.into_iter().filter(|r| r.expected_on.is_none()).map(|r| Whom {
            account: r.account,
            name: format!("{} {}", r.given, r.family).trim().to_owned(),
            person: r.person,
            relation: r.said,
        });
        for whom in born.into_iter().chain(related) {
            if !all.iter().any(|known| known.person == whom.person) {
                all.push(whom);
            }
        }
    }
    Ok(all)
}

/// Begins a page for one person. It is empty. Where there is one already, that is the page.
#[derive(Debug)]
pub struct BeginFamilyPage {
    /// The child's reference.
    pub person: String,
    /// The reference of whoever it is for.
    pub whom: String,
}

/// What is said where nobody was chosen.
pub const CHOOSE_WHOM: &str = "Choose whom the page is for";

impl Change for BeginFamilyPage {
    /// The page's reference.
    type Made = String;
    const WHAT: &'static str = "disclosing:begin-family-page";
    const ACTION: Action = Action::ShareWithFamily;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<String> {
        let accounts = child::accounts(pen.tx, &pen.scope, &self.person).await?;
        let first = accounts.first().ok_or(Error::NotFound)?;
        refuse_where_off(pen, first.id).await?;
        let whom = may_be_for(pen.tx, &accounts).await?;
        let whom = whom.into_iter().find(|whom| whom.person == self.whom);
        let whom = whom.ok_or_else(|| Error::beside("whom", CHOOSE_WHOM))?;
        let by: StaffId = pen.actor.staff().ok_or(Error::SignedOut)?;
        pen.journal(Self::WHAT, &[first.id.0, whom.account.0], &[]).await?;
        for child in &accounts {
            if let Some(before) = of_whom(pen.tx, child.id, whom.account).await? {
                return Ok(before);
            }
        }
        let reference = reference();
        let row = [
            Uuid::now_v7().into(),
            reference.clone().into(),
            first.id.into(),
            whom.account.into(),
            At(pen.now).into(),
            by.into(),
        ];
        pen.tx.insert(&PAGE, row).await?;
        Ok(reference)
    }
}

async fn of_whom(db: &impl Runs, child: AccountId, whom: AccountId) -> Result<Option<String>> {
    #[derive(Row)]
    struct Before {
        reference: String,
    }
    let text = "SELECT reference FROM family_page WHERE account_id = $1 AND for_account = $2";
    let before: Option<Before> = db.one(text, [child.into(), whom.into()]).await?;
    Ok(before.map(|before| before.reference))
}

/// Refuses whatever would put something onto paper where something is marked.
pub(super) async fn refuse_where_off(pen: &Pen<'_>, child: AccountId) -> Result<()> {
    match marks::is_off(pen.app, pen.tx, child).await? {
        true => Err(Error::refusal(OFF)),
        false => Ok(()),
    }
}

/// A page, as the policies let it be reached: through the child.
pub(super) struct Found {
    pub id: Uuid,
    /// The accounts of the child that may be seen.
    pub accounts: Vec<Account>,
    pub child: AccountId,
    /// For whom it is.
    pub whom: String,
    /// Whether that is the child.
    pub is_own: bool,
}

/// The page of that reference.
pub(super) async fn found(db: &impl Runs, scope: &Scope, reference: &str) -> Result<Found> {
    #[derive(Row)]
    struct Stored {
        id: Uuid,
        account_id: AccountId,
        for_account: AccountId,
        person: String,
    }
    let text = "SELECT f.id, f.account_id, f.for_account, p.reference AS person FROM family_page f \
        JOIN account_link l ON l.account_id = f.account_id AND l.unlinked_at IS NULL \
        JOIN person p ON p.id = l.person_id WHERE f.reference = $1";
    let stored: Option<Stored> = db.one(text, [reference.into()]).await?;
    // Where there is no page, the policies are asked about nothing, and refuse as they do a child.
    let person = stored.as_ref().map_or("", |stored| stored.person.as_str());
    let accounts = child::accounts(db, scope, person).await?;
    let may = |stored: &Stored| accounts.iter().any(|account| account.id == stored.account_id);
    let stored = stored.filter(may).ok_or(Error::NotFound)?;
    let whom = store::account(db, stored.for_account).await?.name();
    let is_own = accounts.iter().any(|account| account.id == stored.for_account);
    Ok(Found { id: stored.id, child: stored.account_id, whom, is_own, accounts })
}
