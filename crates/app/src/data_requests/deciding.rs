//! A data request as the hub prepares it, and what is decided of each thing that is held: given,
//! given with parts hidden, or left out and why. What changed since it was decided is decided again.

use std::collections::BTreeMap;

use platform::{
    db::{At, Runs, Table},
    seal::Keys,
};
use practice::{calendar::day_of, data_request::Due, disclosure::Withheld};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    DECISION, EXTENSION, PROPOSAL, SENT_BACK,
    claims::{self, MayBe},
    gathering::{self, Item},
    marking, seal,
    store::{self, Decision, Outcome, Proposal, Stands, Stored},
    unseal,
};
use crate::{
    access::Action,
    disclosing::{
        marks,
        secrets::{self, Secrets},
    },
    doors::{Change, Glass, Look, Pen},
    error::{Error, Result},
    front_door::relations,
    ids::{AccountId, StaffId},
    limits::{TEXT, filled},
    people::meant,
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
    pub stands: Stands,
    pub due: Due,
    /// Why it takes longer, as they were told.
    pub extension: Option<String>,
    /// Why it was sent back.
    pub sent_back: Option<String>,
    pub may_be: Vec<MayBe>,
    /// What is held, and what was decided of it; `None` where it is to be decided, or decided again.
    pub items: Vec<(Item, Option<Decision>)>,
    /// What somebody who approves it has read, where it waits for that.
    pub read: Option<String>,
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
        let is_same = |decision: &Decision| {
            decision.text == item.text
                && decision.title == item.title
                && decision.others == item.others
        };
        let decision = decisions.remove(&item.key).filter(is_same);
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
        let mut request = store::find(app, db, &glass.scope, &self.reference).await?;
        let may_be = claims::may_be(db, glass.scope.own(), &request.claims).await?;
        let accounts = theirs(&may_be);
        // What was answered is in the copy that was approved; nothing is gathered any more.
        let items = match request.stands() {
            Stands::Ended => Vec::new(),
            _ => gathering::of_request(glass, &request, &accounts).await?,
        };
        let items = beside(items, store::decisions(app, db, request.id).await?);
        let mut is_marked = false;
        for account in &accounts {
            is_marked |= marks::is_off(app, db, *account).await?;
        }
        let sent_back = request.sent_back.take();
        let sent_back = sent_back.map(|sealed| unseal(&app.keys, SENT_BACK, request.id, sealed));
        let subjects =
            std::iter::once(request.id).chain(may_be.iter().map(|one| one.id.0)).collect();
        let mut opened = Opened {
            stands: request.stands(),
            due: request.due(&app.calendar()),
            extension: extension(glass, request.id).await?,
            sent_back: sent_back.transpose()?,
            read: None,
            request,
            may_be,
            items,
            is_marked,
        };
        if opened.request.is_hidden {
            // What others wrote of it tells that there is something.
            opened.request.proposal = None;
            (opened.extension, opened.sent_back) = (None, None);
            if let Some(handed) = &mut opened.request.handed {
                handed.how.clear();
            }
        } else if let (Stands::WaitsForApproval, Some(proposal)) =
            (opened.stands, &opened.request.proposal)
        {
            // Whoever gets no copy gets nothing of what was decided.
            let is_copy = proposal.outcome == Outcome::Copy;
            let items = opened.items.iter().filter(|_| is_copy);
            let decided = items.filter_map(|(_, decision)| decision.clone());
            opened.read = Some(digest(proposal, &parts(decided))?);
        }
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
    /// What is decided of it, or was before it changed.
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
        let accounts = theirs(&claims::may_be(db, glass.scope.own(), &request.claims).await?);
        let decisions = store::decisions(app, db, request.id).await?;
        let last = decisions.get(&self.item).cloned();
        let mut items = beside(gathering::of_request(glass, &request, &accounts).await?, decisions);
        let place = items.iter().position(|(item, _)| item.key == self.item);
        let (item, decided) = items.swap_remove(place.ok_or(Error::NotFound)?);
        let next = items.iter().find(|(_, decision)| decision.is_none());
        // What somebody hid by hand stays hidden when something is added.
        let marked = last.as_ref().and_then(|last| last.marked.as_deref()).unwrap_or_default();
        let hide: Vec<_> = item.others.iter().cloned().chain(marking::hidden(marked)).collect();
        let one = OneItem {
            reference: self.reference,
            suggested: marking::marked(&item.text, &hide),
            relatives: relations::spoken_of(&item.text).into_iter().collect(),
            has_changed: last.is_some() && decided.is_none(),
            next: next.map(|(item, _)| item.key.clone()),
            decided: decided.or(last),
            item,
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
/// What is said where a copy would hold what must be kept secret.
pub const BETRAYS: &str = "This speaks of an address or a telephone number that must be kept secret, or \
     names somebody who must not be named. Put [[ and ]] around it, or leave this out";
/// What is said where somebody would give out what nobody can download.
pub const HARMFUL: &str = "Something harmful was found in this file: it can’t be given out";

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
        let accounts = theirs(&claims::may_be(pen.tx, by.0, &request.claims).await?);
        let items = gathering::of_request(&glass, &request, &accounts).await?;
        let item = items.into_iter().find(|item| item.key == self.item).ok_or(Error::NotFound)?;
        let decision = self.of(&item)?;
        if let Some((_, given)) = part(&decision)
            && secrets_of(pen.tx, &pen.app.keys, &accounts).await?.stand_in(&given)
        {
            return Err(Error::beside("marked", BETRAYS));
        }
        store::prepares(pen.tx, request.id, by).await?;
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
            Choice::Give { .. } if item.file.as_ref().is_some_and(|file| file.is_harmful) => {
                return Err(Error::beside("choice", HARMFUL));
            }
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
            others: item.others.clone(),
        })
    }
}

/// What must stand in no copy of what is held about the person of these accounts.
async fn secrets_of(db: &impl Runs, keys: &Keys, accounts: &[AccountId]) -> Result<Secrets> {
    Secrets::of(db, keys, &secrets::near(db, accounts).await?).await
}

/// The titles of what holds something by now that must be kept secret.
pub(super) async fn betraying<'p>(
    db: &impl Runs,
    keys: &Keys,
    accounts: &[AccountId],
    parts: &'p Parts,
) -> Result<Option<&'p str>> {
    let secrets = secrets_of(db, keys, accounts).await?;
    let betrays =
        |(title, given): &&(String, String)| secrets.stand_in(given) || secrets.stand_in(title);
    Ok(parts.iter().find(betrays).map(|(title, _)| title.as_str()))
}

/// What they get, each with its title, in the order in which it was gathered.
pub type Parts = Vec<(String, String)>;

fn part(decision: &Decision) -> Option<(String, String)> {
    Some((decision.title.clone(), marking::given(decision.marked.as_deref()?)))
}

/// What they get by these decisions.
pub(super) fn parts(decided: impl IntoIterator<Item = Decision>) -> Parts {
    decided.into_iter().filter_map(|decision| part(&decision)).collect()
}

/// What stands for all that somebody reads who approves it: nothing else is approved by them.
///
/// # Errors
/// A fault, where it can't be written down.
pub(super) fn digest(proposal: &Proposal, parts: &Parts) -> Result<String> {
    let digest = Sha256::digest(serde_json::to_vec(&(proposal, parts))?);
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
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
        let needs_nobody = matches!(outcome, Outcome::Refused | Outcome::Withdrawn);
        if request.course.known.is_none() && !needs_nobody {
            return Err(Error::beside("outcome", "Confirm who asks first"));
        }
        if needs_nobody {
            filled(why, TEXT, "Enter why it is refused, or how it was taken back")
                .map_err(|error| Error::beside("proposal-why", error.to_string()))?;
        }
        TEXT.keep(why).map_err(|error| Error::beside("proposal-why", error.to_string()))?;
        is_complete(pen, &request, by, *outcome).await?;
        let sealed = seal(&pen.app.keys, PROPOSAL, request.id, &self.proposal)?;
        let text = "UPDATE data_request SET sealed_proposal = $1, proposed_at = $2, \
            proposed_by = $3, sealed_sent_back = NULL WHERE id = $4";
        let values = [sealed.clone().into(), At(pen.now).into(), by.into(), request.id.into()];
        pen.tx.run(text, values).await?;
        store::prepares(pen.tx, request.id, by).await?;
        pen.journal(Self::WHAT, &[request.id], &sealed).await?;
        for staff in super::late::to_tell(pen, &request).await? {
            if staff != by {
                crate::sharing::mail(pen, staff, false).await?;
            }
        }
        Ok(())
    }
}

/// What they get by what was decided of everything that this reader can see. Refuses an answer that leaves
/// anything open, or speaks of what must be kept secret by now.
pub(super) async fn is_complete(
    pen: &Pen<'_>,
    request: &Stored,
    reader: StaffId,
    outcome: Outcome,
) -> Result<Parts> {
    let may_be = claims::may_be(pen.tx, reader.0, &request.claims).await?;
    let accounts = theirs(&may_be);
    let refuse = |say: &str| Err(Error::beside("outcome", say));
    match outcome {
        // Whether they have a right to it does not turn on what is held.
        Outcome::Refused | Outcome::Withdrawn => Ok(Vec::new()),
        _ if is_of_many(pen, request).await? => refuse(meant::TOO_MANY),
        _ if may_be.iter().any(|one| one.is_theirs.is_none()) => refuse(UNDECIDED),
        Outcome::NothingHeld if !accounts.is_empty() => {
            refuse("Something is held about them: say so, or that the accounts are not theirs")
        }
        Outcome::NothingHeld => Ok(Vec::new()),
        Outcome::Copy if accounts.is_empty() => refuse("Nothing is held about them: say so"),
        Outcome::Copy => {
            let items = gathering::of_request(&pen.glass(), request, &accounts).await?;
            let items = beside(items, store::decisions(pen.app, pen.tx, request.id).await?);
            let decided: Option<Vec<_>> = items.into_iter().map(|(_, decision)| decision).collect();
            let Some(decided) = decided else { return refuse(UNDECIDED) };
            let parts = parts(decided);
            match betraying(pen.tx, &pen.app.keys, &accounts, &parts).await? {
                None => Ok(parts),
                Some(title) => refuse(&format!("“{title}”: {BETRAYS}")),
            }
        }
    }
}

/// Whether so many go by what was taken down that nobody could look at each.
async fn is_of_many(pen: &Pen<'_>, request: &Stored) -> Result<bool> {
    let found = meant::anybody(pen.tx, &request.asked.about).await?;
    Ok(meant::are_few(&found).is_err())
}

/// Whether a day has come on which it is late.
pub fn is_late(due: Due, now: jiff::Timestamp) -> bool {
    matches!(due, Due::On(on) if day_of(now) > on)
}
