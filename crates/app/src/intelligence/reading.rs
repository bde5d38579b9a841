//! What intelligence there is, for whoever wrote it and those whom its code names, and showing it for a
//! purpose. The policies are asked about each, with the ties that its code makes.

use jiff::{Timestamp, ToSpan};
use need_to_know::{Tie, Ties};
use platform::{
    db::{At, Row, Runs, Value, sea_orm},
    seal::{Keys, Protected, Sealed},
};
use practice::{calendar::day_of, disclosure::Occasion, intelligence::Handling, roles::Role};
use uuid::Uuid;

use super::{Intelligence, SEALED_FOR, able, stand_ins};
use crate::{
    access::{Action, Scope, Tied, policies, store::holders},
    disclosing::{self, Disclosure, Thing},
    doors::{Glass, Look},
    error::{Error, Result},
    front_door::views::name,
    ids::{AccountId, AgencyId, StaffId},
    limits::reason,
    pacing::Counts,
    people::{
        hidden,
        store::{places, values},
    },
};

/// For how many days it stands in one's own list.
const LISTED: i64 = 365;
/// How many are looked through for one's own list.
const MOST: usize = 1_000;

/// That there is some, from whom and since when.
#[derive(Debug, Clone, Row)]
pub struct There {
    pub id: Uuid,
    pub reference: String,
    pub account_id: AccountId,
    /// The reference of the person whom it is about.
    pub person: String,
    given: String,
    family: String,
    pub agency_id: AgencyId,
    pub agency: String,
    pub by_id: StaffId,
    pub by: String,
    pub job: String,
    pub phone: Option<String>,
    pub written_at: At,
}

impl There {
    /// Whom it is about, by name.
    pub fn name(&self) -> String {
        name(&self.given, &self.family, false)
    }
}

#[derive(Row)]
struct Stored {
    #[sea_orm(nested)]
    there: There,
    sealed: Vec<u8>,
}

/// Some of it, with what it says, which is not shown by this.
struct Kept {
    there: There,
    /// Whom its code names.
    named: Vec<StaffId>,
    said: Protected<Intelligence>,
}

async fn stored(db: &impl Runs, keys: &Keys, which: &str, values: Vec<Value>) -> Result<Vec<Kept>> {
    let text = format!(
        "SELECT i.id, i.reference, i.account_id, p.reference AS person, n.given, n.family, \
         i.agency_id, g.name AS agency, i.by_id, s.name AS by, s.job, s.phone, i.written_at, i.sealed \
         FROM intelligence i \
         JOIN account_link l ON l.account_id = i.account_id AND l.unlinked_at IS NULL \
         JOIN person p ON p.id = l.person_id \
         JOIN account_name n ON n.account_id = i.account_id AND n.kind = 'called' \
         JOIN agency g ON g.id = i.agency_id \
         JOIN staff s ON s.id = i.by_id \
         WHERE i.taken_back_at IS NULL AND {which} \
         ORDER BY i.written_at DESC, i.id DESC LIMIT {MOST}"
    );
    let stored: Vec<Stored> = db.all(&text, values).await?;
    stored.into_iter().map(|one| unsealed(keys, one)).collect()
}

fn unsealed(keys: &Keys, Stored { there, sealed }: Stored) -> Result<Kept> {
    let said = keys.unseal(SEALED_FOR, there.id.as_bytes(), &Sealed(sealed));
    let said = said.map_err(|e| Error::fault("unsealing intelligence", e))?;
    let said: Intelligence = serde_json::from_slice(&said)?;
    Ok(Kept { there, named: said.named.clone(), said: Protected::new(said) })
}

/// Those of them about which the policies let the asker do what the scope is for.
async fn allowed(db: &impl Runs, scope: &Scope, all: Vec<Kept>) -> Result<Vec<Kept>> {
    let (now, me) = (scope.now()?, scope.staff().ok_or(Error::NotFound)?);
    let accounts: Vec<_> = all.iter().map(|one| one.there.account_id).collect();
    let hidden = hidden::each_account(db, me.0, &accounts, now).await?;
    let mut allowed = Vec::new();
    for (one, hidden) in all.into_iter().zip(hidden) {
        let tied = Tied { hidden, ..Tied::default() }.ties();
        let ties: Ties = tied.iter().chain(ties(db, me, &one, now).await?).collect();
        let there = &one.there;
        let about = policies::intelligence(
            there.id,
            there.account_id.0,
            there.agency_id.0,
            hidden.restricted,
        );
        match scope.ask_tied(&about, ties) {
            Ok(_) => allowed.push(one),
            Err(Error::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(allowed)
}

/// What ties the asker to it: that they wrote it, and that its code names them.
async fn ties(db: &impl Runs, me: StaffId, one: &Kept, now: Timestamp) -> Result<Vec<Tie>> {
    let holds =
        [(one.there.by_id == me, Tie::Author), (names_them(db, me, one, now).await?, Tie::Handler)];
    Ok(holds.into_iter().filter_map(|(holds, tie)| holds.then_some(tie)).collect())
}

/// Whether the code names somebody: the hub where it is permitted, otherwise those whom it names, and
/// hub managers where none of them can read it today.
async fn names_them(db: &impl Runs, me: StaffId, one: &Kept, now: Timestamp) -> Result<bool> {
    let today = day_of(now);
    if one.said.answers(|said| said.handling == Handling::Permitted) {
        for role in [Role::HubWorker, Role::DutyWorker, Role::HubManager] {
            if holders(db, role, today).await?.contains(&me) {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if one.named.contains(&me) {
        return Ok(true);
    }
    Ok(stand_ins(db, today).await?.contains(&me)
        && able(db, &one.named, one.there.account_id, now).await?.is_empty())
}

/// How much the asker may know of about those whom these accounts are of.
///
/// # Errors
/// When the database does, or what is sealed can't be opened.
pub async fn offered(
    db: &impl Runs,
    keys: &Keys,
    scope: &Scope,
    accounts: &[AccountId],
) -> Result<usize> {
    if accounts.is_empty() || scope.staff().is_none() {
        return Ok(0);
    }
    let which = format!(
        "p.id IN (SELECT m.person_id FROM account_link m \
         WHERE m.unlinked_at IS NULL AND m.account_id IN ({}))",
        places(accounts, 1)
    );
    let all = stored(db, keys, &which, values(accounts)).await?;
    let scope = scope.instead(Action::OfferItem);
    Ok(allowed(db, &scope, all).await?.len())
}

/// One of them, if the policies let the asker do what the scope is for.
///
/// # Errors
/// `NotFound` where there is none, or it is not for them.
pub(super) async fn find(
    db: &impl Runs,
    keys: &Keys,
    scope: &Scope,
    reference: &str,
) -> Result<There> {
    found(db, keys, scope, reference).await.map(|one| one.there)
}

async fn found(db: &impl Runs, keys: &Keys, scope: &Scope, reference: &str) -> Result<Kept> {
    let one = stored(db, keys, "i.reference = $1", vec![reference.into()]).await?;
    allowed(db, scope, one).await?.pop().ok_or(Error::NotFound)
}

/// A look at what intelligence there is about a person, for the asker.
pub struct OfPerson {
    /// The person's reference.
    pub person: String,
}

impl Look for OfPerson {
    type Seen = Vec<There>;
    const WHAT: &'static str = "intelligence:of-person";
    const ACTION: Action = Action::OfferItem;

    fn asked(&self) -> String {
        self.person.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Vec<There>, Vec<Uuid>)> {
        let all = stored(&glass.db, &glass.app.keys, "p.reference = $1", vec![self.person.into()]);
        let seen = allowed(&glass.db, &glass.scope, all.await?).await?;
        if seen.is_empty() {
            return Err(Error::NotFound);
        }
        Ok(listed(seen))
    }
}

/// A look at the fact that one of them is there, before anybody says what they need it for.
pub struct IsThere {
    /// Which, by its reference.
    pub reference: String,
}

impl Look for IsThere {
    type Seen = There;
    const WHAT: &'static str = "intelligence:is-there";
    const ACTION: Action = Action::OfferItem;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(There, Vec<Uuid>)> {
        let there = find(&glass.db, &glass.app.keys, &glass.scope, &self.reference).await?;
        let subjects = vec![there.account_id.0];
        Ok((there, subjects))
    }
}

/// A look at what one may read oneself, of the last weeks.
pub struct Own;

impl Look for Own {
    type Seen = Vec<There>;
    const WHAT: &'static str = "intelligence:own";
    const ACTION: Action = Action::MindOwnSession;

    async fn see(self, glass: &Glass<'_>) -> Result<(Vec<There>, Vec<Uuid>)> {
        let since = glass.app.clock.now() - (24 * LISTED).hours();
        let values = vec![At(since).into()];
        let all = stored(&glass.db, &glass.app.keys, "i.written_at > $1", values).await?;
        let scope = glass.scope.instead(Action::OfferItem);
        Ok(listed(allowed(&glass.db, &scope, all).await?))
    }
}

/// What is listed, and of whom.
fn listed(all: Vec<Kept>) -> (Vec<There>, Vec<Uuid>) {
    let all: Vec<_> = all.into_iter().map(|one| one.there).collect();
    let subjects = all.iter().map(|there| there.account_id.0).collect();
    (all, subjects)
}

/// A look at one of them, for a purpose.
pub struct Reveal {
    /// Which, by its reference.
    pub reference: String,
    pub purpose: String,
}

/// What it says.
pub struct Revealed {
    pub there: There,
    pub said: Intelligence,
    /// The names of those whom its code names.
    pub named: Vec<String>,
    /// That it was shown, to whoever looks.
    disclosure: Disclosure,
}

impl Look for Reveal {
    type Seen = Revealed;
    const WHAT: &'static str = "intelligence:reveal";
    const ACTION: Action = Action::ReadItem;
    const COUNTS: Counts = Counts::Once;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    fn purpose(&self) -> String {
        self.purpose.clone()
    }

    fn discloses(seen: &Revealed) -> Option<Disclosure> {
        Some(seen.disclosure.clone())
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Revealed, Vec<Uuid>)> {
        let may = glass.reveals.ok_or(Error::NotFound)?;
        reason("purpose", &self.purpose)?;
        let Kept { there, named, said } =
            found(&glass.db, &glass.app.keys, &glass.scope, &self.reference).await?;
        let said = said.reveal(&may).clone();
        let named = names(&glass.db, &named).await?;
        // Whoever wrote it shares it: on the ground that is usual for where they work.
        let body = disclosing::body_of(&glass.db, Some(there.by_id)).await?;
        let (occasion, about) = (Occasion::IntelligenceShown, vec![there.account_id]);
        let usual = occasion.usual(body);
        let new = Disclosure::to_whoever_looks(glass, occasion, about, usual).await?;
        let shared = vec![Thing::ProtectedDetails];
        // What for stands in the journal, with the look.
        let disclosure = Disclosure { shared, ..new };
        let subjects = vec![there.account_id.0, there.id];
        Ok((Revealed { there, said, named, disclosure }, subjects))
    }
}

async fn names(db: &impl Runs, staff: &[StaffId]) -> Result<Vec<String>> {
    #[derive(Row)]
    struct Named {
        name: String,
    }
    if staff.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!("SELECT name FROM staff WHERE id IN ({}) ORDER BY name", places(staff, 1));
    let named: Vec<Named> = db.all(&text, values(staff)).await?;
    Ok(named.into_iter().map(|one| one.name).collect())
}
