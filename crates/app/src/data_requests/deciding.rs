//! A data request as the hub prepares it, and what is decided of each thing that is held: given,
//! given with parts hidden, or left out and why. What changed since it was decided is decided again.

use std::collections::BTreeMap;

use platform::db::{At, Runs, Table};
use practice::{calendar::day_of, data_request::Due, disclosure::Withheld};
use uuid::Uuid;

use super::{
    DECISION, EXTENSION, PROPOSAL, SENT_BACK,
    gathering::{self, Item},
    marking, seal,
    store::{self, Decision, MayBe, Outcome, Proposal, Stored},
    unseal,
};
use crate::{
    access::Action,
    disclosing::marks,
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    front_door::relations,
    ids::{AccountId, StaffId},
    limits::{TEXT, filled},
    people::{phones, store as people},
};

const DECIDED: Table<6> = Table::new(
    "data_request_item",
    ["id", "request_id", "item", "sealed", "decided_at", "decided_by"],
);

/// A look at one data request.
#[derive(Debug)]
pub struct OpenRequest {
    pub reference: String,
}

/// A data request, for whoever prepares or approves it.
#[derive(Debug)]
pub struct Opened {
    pub request: Stored,
    pub due: Due,
    /// Why it takes longer, as they were told.
    pub extension: Option<String>,
    /// Why it was sent back.
    pub sent_back: Option<String>,
    pub may_be: Vec<MayBe>,
    /// What is held, and what was decided of it; `None` where it is to be decided, or decided again.
    pub items: Vec<(Item, Option<Decision>)>,
    /// Whether something is marked at home, so that it could be read by somebody who must not.
    pub is_marked: bool,
}

impl Opened {
    /// How many things are still to be decided.
    pub fn undecided(&self) -> usize {
        self.items.iter().filter(|(_, decision)| decision.is_none()).count()
    }
}

/// The accounts that somebody said are theirs.
pub(super) fn theirs(may_be: &[MayBe]) -> Vec<AccountId> {
    may_be.iter().filter(|one| one.is_theirs == Some(true)).map(|one| one.id).collect()
}

/// What is held, each with what was decided of it as long as it has not changed since.
pub(super) fn beside(
    items: Vec<Item>,
    mut decisions: BTreeMap<String, Decision>,
) -> Vec<(Item, Option<Decision>)> {
    let decided = |item: Item| {
        let decision = decisions.remove(&item.key).filter(|decision| decision.text == item.text);
        (item, decision)
    };
    items.into_iter().map(decided).collect()
}

impl Look for OpenRequest {
    type Seen = Opened;
    const WHAT: &'static str = "data-requests:open";
    const ACTION: Action = Action::AnswerDataRequests;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(Opened, Vec<Uuid>)> {
        let (app, db) = (glass.app, &glass.db);
        let request = store::find(app, db, &glass.scope, &self.reference).await?;
        let may_be = store::may_be(db, glass.scope.own(), request.id).await?;
        let accounts = theirs(&may_be);
        let items = gathering::of_accounts(glass, &accounts).await?;
        let items = beside(items, store::decisions(app, db, request.id).await?);
        let mut is_marked = false;
        for account in &accounts {
            is_marked |= marks::is_off(app, db, *account).await?;
        }
        let sent_back = request.sent_back.clone();
        let sent_back = sent_back.map(|sealed| unseal(&app.keys, SENT_BACK, request.id, sealed));
        let subjects =
            std::iter::once(request.id).chain(may_be.iter().map(|one| one.id.0)).collect();
        let opened = Opened {
            due: request.due(&app.calendar()),
            extension: extension(glass, request.id).await?,
            sent_back: sent_back.transpose()?,
            request,
            may_be,
            items,
            is_marked,
        };
        Ok((opened, subjects))
    }
}

async fn extension(glass: &Glass<'_>, request: Uuid) -> Result<Option<String>> {
    use platform::db::{Row, sea_orm};
    #[derive(Row)]
    struct Longer {
        sealed_extension: Option<Vec<u8>>,
    }
    let text = "SELECT sealed_extension FROM data_request WHERE id = $1";
    let longer: Option<Longer> = glass.db.one(text, [request.into()]).await?;
    let sealed = longer.and_then(|longer| longer.sealed_extension);
    sealed.map(|sealed| unseal(&glass.app.keys, EXTENSION, request, sealed)).transpose()
}

/// A look at one thing that is held.
#[derive(Debug)]
pub struct OpenItem {
    pub reference: String,
    /// What the thing is called in addresses.
    pub item: String,
}

/// One thing that is held, for whoever decides of it.
#[derive(Debug)]
pub struct OneItem {
    pub reference: String,
    pub item: Item,
    /// What is decided of it; `None` where it is to be decided, or decided again.
    pub decided: Option<Decision>,
    /// Whether it was decided, and changed since.
    pub has_changed: bool,
    /// The same with marks around what may be about others.
    pub suggested: String,
    /// Words in it that point at relatives without a name.
    pub relatives: Vec<String>,
    /// What comes next to decide, if anything is left.
    pub next: Option<String>,
}

impl Look for OpenItem {
    type Seen = OneItem;
    const WHAT: &'static str = "data-requests:item";
    const ACTION: Action = Action::AnswerDataRequests;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn see(self, glass: &Glass<'_>) -> Result<(OneItem, Vec<Uuid>)> {
        let (app, db) = (glass.app, &glass.db);
        let request = store::find(app, db, &glass.scope, &self.reference).await?;
        let accounts = theirs(&store::may_be(db, glass.scope.own(), request.id).await?);
        let decisions = store::decisions(app, db, request.id).await?;
        let was_decided = decisions.contains_key(&self.item);
        let mut items = beside(gathering::of_accounts(glass, &accounts).await?, decisions);
        let place = items.iter().position(|(item, _)| item.key == self.item);
        let (item, decided) = items.swap_remove(place.ok_or(Error::NotFound)?);
        let next = items.iter().find(|(_, decision)| decision.is_none());
        let one = OneItem {
            reference: self.reference,
            suggested: marking::marked(&item.text, &item.others),
            relatives: relations::spoken_of(&item.text).into_iter().collect(),
            has_changed: was_decided && decided.is_none(),
            next: next.map(|(item, _)| item.key.clone()),
            item,
            decided,
        };
        let subjects = std::iter::once(request.id).chain(accounts.iter().map(|id| id.0)).collect();
        Ok((one, subjects))
    }
}

/// What somebody chose for one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// They get it, but for what is marked.
    Give { marked: String },
    /// They get nothing of it.
    LeaveOut,
}

/// Decides of one thing that is held.
#[derive(Debug)]
pub struct Decide {
    pub reference: String,
    pub item: String,
    pub choice: Choice,
    /// Why something is left out, where anything is.
    pub reason: Option<Withheld>,
    pub why: String,
}

/// What is said where somebody leaves something out without a reason.
pub const CHOOSE_REASON: &str = "Choose why something is left out";
/// What is said where a copy would hold an address that must be kept secret.
pub const BETRAYS: &str = "This speaks of an address or a telephone number that must be kept secret. \
     Put [[ and ]] around it, or leave this out";

impl Change for Decide {
    type Made = ();
    const WHAT: &'static str = "data-requests:decide";
    const ACTION: Action = Action::AnswerDataRequests;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let request = store::find(pen.app, pen.tx, &pen.scope, &self.reference).await?;
        request.is_prepared()?;
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        let glass = pen.glass();
        let accounts = theirs(&store::may_be(pen.tx, by.0, request.id).await?);
        let items = gathering::of_accounts(&glass, &accounts).await?;
        let item = items.into_iter().find(|item| item.key == self.item).ok_or(Error::NotFound)?;
        let decision = self.of(&item)?;
        if let Some(marked) = &decision.marked {
            betrays_nothing(pen, &accounts, &marking::given(marked)).await?;
        }
        let id = Uuid::now_v7();
        let sealed = seal(&pen.app.keys, DECISION, id, &decision)?;
        let row = [
            id.into(),
            request.id.into(),
            item.key.into(),
            sealed.clone().into(),
            At(pen.now).into(),
            by.into(),
        ];
        pen.tx.insert(&DECIDED, row).await?;
        let subjects: Vec<_> =
            std::iter::once(request.id).chain(accounts.iter().map(|id| id.0)).collect();
        pen.journal(Self::WHAT, &subjects, &sealed).await?;
        Ok(())
    }
}

impl Decide {
    /// What is decided of a thing as it is held now.
    fn of(&self, item: &Item) -> Result<Decision> {
        let marked = match &self.choice {
            Choice::LeaveOut => None,
            Choice::Give { marked } => {
                let taken = marking::taken(&item.text, marked);
                Some(taken.map_err(|wrong| Error::beside("marked", wrong.to_string()))?)
            }
        };
        let leaves_out = marked.as_ref().is_none_or(|marked| marking::hides(marked));
        if leaves_out {
            let reason = self.reason.filter(|reason| *reason != Withheld::NotNeeded);
            reason.ok_or_else(|| Error::beside("reason", CHOOSE_REASON))?;
        }
        if marked.is_none() {
            filled(&self.why, TEXT, "Enter why they do not get this")
                .map_err(|error| Error::beside("why", error.to_string()))?;
        }
        TEXT.keep(&self.why).map_err(|error| Error::beside("why", error.to_string()))?;
        Ok(Decision {
            title: item.title.clone(),
            text: item.text.clone(),
            marked,
            reason: self.reason.filter(|_| leaves_out),
            why: self.why.trim().to_owned(),
        })
    }
}

/// Refuses what holds an address or a number that must be kept secret, of the person or of anybody who
/// came in with them.
async fn betrays_nothing(pen: &Pen<'_>, accounts: &[AccountId], given: &str) -> Result<()> {
    let (db, keys) = (pen.tx, &pen.app.keys);
    let mut all = accounts.to_vec();
    for account in accounts {
        all.extend(people::relations(db, *account).await?.into_iter().map(|of| of.account));
    }
    all.extend(beside_them(db, accounts).await?);
    all.sort_unstable();
    all.dedup();
    for account in all {
        let addresses = people::addresses_of_person(db, keys, account).await?;
        let phones = phones::of_person(db, keys, account).await?;
        if addresses.iter().any(|address| address.place.is_betrayed_by(given))
            || phones.iter().any(|phone| phone.number.is_betrayed_by(given))
        {
            return Err(Error::beside("marked", BETRAYS));
        }
    }
    Ok(())
}

/// Everybody who came in with them.
async fn beside_them(db: &impl Runs, accounts: &[AccountId]) -> Result<Vec<AccountId>> {
    use platform::db::{Row, sea_orm};
    #[derive(Row)]
    struct Near {
        id: AccountId,
    }
    let these = people::places(accounts, 1);
    let contacts = format!(
        "SELECT w.contact_id FROM pathway w WHERE w.account_id IN ({these}) OR w.account_id IN \
         (SELECT r.of_account FROM relationship r WHERE r.to_account IN ({these}))"
    );
    let text = format!(
        "SELECT w.account_id AS id FROM pathway w WHERE w.contact_id IN ({contacts}) \
         UNION SELECT r.to_account FROM pathway w JOIN relationship r \
           ON r.of_account = w.account_id WHERE w.contact_id IN ({contacts})"
    );
    let near: Vec<Near> = db.all(&text, people::values(accounts)).await?;
    Ok(near.into_iter().map(|near| near.id).collect())
}

/// Proposes how somebody is to be answered, for another to approve.
#[derive(Debug)]
pub struct Propose {
    pub reference: String,
    pub proposal: Proposal,
}

/// What is said where something is still to be decided.
pub const UNDECIDED: &str = "Decide of everything that is held first, and say of every account \
     whether it is theirs";

impl Change for Propose {
    type Made = ();
    const WHAT: &'static str = "data-requests:propose";
    const ACTION: Action = Action::AnswerDataRequests;

    fn asked(&self) -> String {
        self.reference.clone()
    }

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let request = store::find(pen.app, pen.tx, &pen.scope, &self.reference).await?;
        request.is_prepared()?;
        let by = pen.actor.staff().ok_or(Error::SignedOut)?;
        let Proposal { outcome, why } = &self.proposal;
        if request.course.known.is_none() && *outcome != Outcome::Refused {
            return Err(Error::beside("outcome", "Confirm who asks first"));
        }
        if *outcome == Outcome::Refused {
            filled(why, TEXT, "Enter why it is refused")
                .map_err(|error| Error::beside("proposal-why", error.to_string()))?;
        }
        TEXT.keep(why).map_err(|error| Error::beside("proposal-why", error.to_string()))?;
        is_complete(pen, &request, by, *outcome).await?;
        let sealed = seal(&pen.app.keys, PROPOSAL, request.id, &self.proposal)?;
        let text = "UPDATE data_request SET sealed_proposal = $1, proposed_at = $2, \
            proposed_by = $3, sealed_sent_back = NULL WHERE id = $4";
        let values = [sealed.clone().into(), At(pen.now).into(), by.into(), request.id.into()];
        pen.tx.run(text, values).await?;
        pen.journal(Self::WHAT, &[request.id], &sealed).await?;
        for staff in super::late::to_tell(pen, request.id).await? {
            if staff != by {
                crate::sharing::mail(pen, staff, false).await?;
            }
        }
        Ok(())
    }
}

/// What was decided of everything that this reader can see. Refuses an answer that leaves anything open.
pub(super) async fn is_complete(
    pen: &Pen<'_>,
    request: &Stored,
    reader: StaffId,
    outcome: Outcome,
) -> Result<Vec<Decision>> {
    let may_be = store::may_be(pen.tx, reader.0, request.id).await?;
    let accounts = theirs(&may_be);
    let refuse = |say: &str| Err(Error::beside("outcome", say));
    match outcome {
        // Whether they have a right to it does not turn on what is held.
        Outcome::Refused => Ok(Vec::new()),
        _ if may_be.iter().any(|one| one.is_theirs.is_none()) => refuse(UNDECIDED),
        Outcome::NothingHeld if !accounts.is_empty() => {
            refuse("Something is held about them: say so, or that the accounts are not theirs")
        }
        Outcome::NothingHeld => Ok(Vec::new()),
        Outcome::Copy if accounts.is_empty() => refuse("Nothing is held about them: say so"),
        Outcome::Copy => {
            let items = gathering::of_accounts(&pen.glass(), &accounts).await?;
            let items = beside(items, store::decisions(pen.app, pen.tx, request.id).await?);
            let decided: Option<Vec<_>> = items.into_iter().map(|(_, decision)| decision).collect();
            decided.map_or_else(|| refuse(UNDECIDED), Ok)
        }
    }
}

/// Whether a day has come on which it is late.
pub fn is_late(due: Due, now: jiff::Timestamp) -> bool {
    matches!(due, Due::On(on) if day_of(now) > on)
}
