//! What stands on a page for a family. Each thing is put on it only once somebody has said that it is
//! safe if the other adult sees it. What is on the paper is made of the page's own things and of
//! nothing else, so that what was held back leaves no trace.

use platform::db::{At, Runs, Table};
use practice::{
    calendar::{Day, day_of},
    disclosure::{FamilyTold, Occasion, Purpose},
};
use uuid::Uuid;

use super::{
    Disclosure, Recipient, Thing,
    family::{Found, found, refuse_where_off},
    marks,
    reading::{self, Shared},
};
use crate::{
    access::Action,
    disclosing,
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    ids::AccountId,
    people::store::Account,
};

const ITEM: Table<5> =
    Table::new("family_page_item", ["id", "page_id", "seq", "put_on_at", "put_on_by"]);

/// A look at a page, to choose what stands on it.
#[derive(Debug)]
pub struct OpenFamilyPage {
    pub reference: String,
}

/// A page, for whoever makes it.
#[derive(Debug)]
pub struct FamilyPage {
    pub reference: String,
    /// The child's reference.
    pub person: String,
    pub child: String,
    pub whom: String,
    /// Whether nothing may be put on it or printed.
    pub is_off: bool,
    pub on_it: Vec<Item>,
    /// What could be put on it.
    pub offered: Vec<Item>,
}

/// Something that was shared, as the family reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The reference of what was shared: never on paper.
    pub reference: String,
    pub on: Day,
    pub with: String,
    pub things: Vec<Thing>,
    pub purpose: Purpose,
    seq: i64,
}

impl Item {
    /// What a family may be told of: something was shared, with somebody who works with families, of
    /// this child alone, and nobody said that it is not safe for them to know.
    fn of(shared: &Shared, child: &[AccountId]) -> Option<Self> {
        let what = &shared.what;
        let is_of_child = what.about.iter().all(|account| child.contains(account));
        let tells = !what.shared.is_empty()
            && what.to.staff.is_some()
            && !what.about.is_empty()
            && what.occasion.may_be_told()
            && what.family != FamilyTold::Unsafe;
        (is_of_child && tells).then(|| Self {
            reference: what.reference.clone(),
            on: day_of(shared.at.0),
            with: what.to.works_at.clone(),
            things: what.shared.clone(),
            purpose: what.basis.purpose,
            seq: shared.seq,
        })
    }
}

fn ids(found: &Found) -> Vec<AccountId> {
    found.accounts.iter().map(|account| account.id).collect()
}

fn subjects(found: &Found) -> Vec<Uuid> {
    std::iter::once(found.id).chain(found.accounts.iter().map(|account| account.id.0)).collect()
}

fn name(found: &Found) -> String {
    found.accounts.first().map_or_else(String::new, Account::name)
}

async fn on_it(glass: &Glass<'_>, found: &Found) -> Result<Vec<Item>> {
    let (keys, reader) = (&glass.app.keys, glass.scope.own());
    let on_page = reading::on_page(&glass.db, keys, reader, found.id).await?;
    let child = ids(found);
    Ok(on_page.iter().filter_map(|shared| Item::of(shared, &child)).collect())
}

impl Look for OpenFamilyPage {
    type Seen = FamilyPage;
    const WHAT: &'static str = "disclosing:family-page";
    const ACTION: Action = Action::ShareWithFamily;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(FamilyPage, Vec<Uuid>)> {
        let found = found(&glass.db, &glass.scope, &self.reference).await?;
        let is_off = marks::is_off(glass.app, &glass.db, found.child).await?;
        let (mut on_page, mut offered) = (Vec::new(), Vec::new());
        if !is_off {
            on_page = on_it(glass, &found).await?;
            offered = may_go_on(&glass.db, &glass.app.keys, glass.scope.own(), &found).await?;
            offered.retain(|item| !on_page.contains(item));
        }
        let page = FamilyPage {
            reference: self.reference,
            person: found.accounts.first().map_or_else(String::new, |a| a.person.clone()),
            child: name(&found),
            whom: found.whom.clone(),
            is_off,
            on_it: on_page,
            offered,
        };
        Ok((page, subjects(&found)))
    }
}

async fn may_go_on(
    db: &impl Runs,
    keys: &platform::seal::Keys,
    reader: Uuid,
    found: &Found,
) -> Result<Vec<Item>> {
    let child = ids(found);
    let shared = reading::of_accounts(db, keys, reader, &child).await?;
    Ok(shared.all.iter().filter_map(|shared| Item::of(shared, &child)).collect())
}

/// A look at a page as it is printed.
#[derive(Debug)]
pub struct PrintFamilyPage {
    pub reference: String,
}

/// A page as the family reads it.
#[derive(Debug)]
pub struct Paper {
    pub whom: String,
    /// About whom; nothing where it is the child's own page.
    pub about: Option<String>,
    pub items: Vec<Item>,
    /// That they are given it: whoever prints it hands it over.
    disclosure: Disclosure,
}

impl Look for PrintFamilyPage {
    /// Nothing where none may be made.
    type Seen = Option<Paper>;
    const WHAT: &'static str = "disclosing:print-family-page";
    const ACTION: Action = Action::ShareWithFamily;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    fn discloses(seen: &Option<Paper>) -> Option<Disclosure> {
        // An empty page tells them nothing.
        let paper = seen.as_ref().filter(|paper| !paper.items.is_empty());
        paper.map(|paper| paper.disclosure.clone())
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Option<Paper>, Vec<Uuid>)> {
        let found = found(&glass.db, &glass.scope, &self.reference).await?;
        if marks::is_off(glass.app, &glass.db, found.child).await? {
            return Ok((None, subjects(&found)));
        }
        let items = on_it(glass, &found).await?;
        let about = (!found.is_own).then(|| name(&found));
        let who = found.whom.clone();
        let to = Recipient { staff: None, works_at: who.clone(), who: who.clone() };
        let body = disclosing::body_of(&glass.db, glass.scope.staff()).await?;
        let occasion = Occasion::FamilyTold;
        let new = Disclosure::new(occasion, to, ids(&found), occasion.usual(body));
        let disclosure = Disclosure { shared: vec![Thing::FamilyPage], ..new };
        let paper = Paper { whom: who, about, items, disclosure };
        Ok((Some(paper), subjects(&found)))
    }
}

/// What is said where nobody has said that it is safe.
pub const TICK: &str = "Tick that it is safe if the other adult sees it, or leave it off the page";

/// Puts something on a page, by somebody who says that it is safe if the other adult sees it.
#[derive(Debug)]
pub struct PutOn {
    /// The page's.
    pub reference: String,
    /// The reference of what was shared.
    pub item: String,
    pub is_safe: bool,
}

impl Change for PutOn {
    type Made = ();
    const WHAT: &'static str = "disclosing:put-on";
    const ACTION: Action = Action::ShareWithFamily;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let found = found(pen.tx, &pen.scope, &self.reference).await?;
        refuse_where_off(pen, found.child).await?;
        if !self.is_safe {
            return Err(Error::refusal(TICK));
        }
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        let may = may_go_on(pen.tx, &pen.app.keys, by.0, &found).await?;
        let item = may.into_iter().find(|item| item.reference == self.item);
        let item = item.ok_or(Error::NotFound)?;
        let on_page = reading::on_page(pen.tx, &pen.app.keys, by.0, found.id).await?;
        if !on_page.iter().any(|shared| shared.seq == item.seq) {
            let row = [
                Uuid::now_v7().into(),
                found.id.into(),
                item.seq.into(),
                At(pen.now).into(),
                by.into(),
            ];
            pen.tx.insert(&ITEM, row).await?;
        }
        pen.journal(Self::WHAT, &subjects(&found), self.item.as_bytes()).await?;
        Ok(())
    }
}

/// Takes something off a page.
#[derive(Debug)]
pub struct TakeOff {
    /// The page's.
    pub reference: String,
    /// The reference of what was shared.
    pub item: String,
}

impl Change for TakeOff {
    type Made = ();
    const WHAT: &'static str = "disclosing:take-off";
    const ACTION: Action = Action::ShareWithFamily;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let found = found(pen.tx, &pen.scope, &self.reference).await?;
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        let text = "UPDATE family_page_item SET taken_off_at = $1, taken_off_by = $2 \
            WHERE page_id = $3 AND taken_off_at IS NULL \
            AND seq = (SELECT d.seq FROM disclosure d WHERE d.reference = $4)";
        let values = [At(pen.now).into(), by.into(), found.id.into(), self.item.clone().into()];
        pen.tx.run(text, values).await?;
        pen.journal(Self::WHAT, &subjects(&found), self.item.as_bytes()).await?;
        Ok(())
    }
}
