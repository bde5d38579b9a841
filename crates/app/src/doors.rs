//! The two doors. `open` is the only way to see a record, `record` the only way to change one.
//! Authority, the journal, idempotency and the transaction live here, so that no page can forget
//! them. What a look reads or a change does is written in its slice.

pub mod journal;
pub mod looks;

use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use need_to_know::{Circumstances, Pace};
use platform::db::{At, Reads, Row, Runs, Table, Tx, Value, sea_orm};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    App,
    access::{Action, Actor, MayReveal, Scope, policies},
    disclosing::Disclosure,
    error::{Error, Result},
    ids::StaffId,
    pacing::{Counts, stopping},
};
use journal::{Kind, Said};

/// A look at records, by somebody, for a reason that the rules allow.
pub trait Look: Send {
    /// What is seen.
    type Seen: Send;
    /// The name that the journal uses. Never changed.
    const WHAT: &'static str;
    /// What the asker must be allowed to do, and so what it is about ([`Action::on`]). Where that
    /// is a record, `see` asks the policies about each that it shows ([`Scope::ask`]).
    const ACTION: Action;
    /// How it counts against what one person opens within an hour.
    const COUNTS: Counts = Counts::of(Self::ACTION);

    /// What the journal keeps of the look besides its name: the purpose of a reveal.
    fn purpose(&self) -> String {
        String::new()
    }

    /// What the journal keeps where nothing is opened: the reference that was asked for.
    fn asked(&self) -> String {
        String::new()
    }

    /// By what it is known again that the same record was opened, where that is not what it is about.
    fn opens(_seen: &Self::Seen, subjects: &[Uuid]) -> Vec<Uuid> {
        subjects.to_vec()
    }

    /// Whether it opens however many records they opened.
    fn opens_always(_seen: &Self::Seen, _by: StaffId) -> bool {
        false
    }

    /// What is shared by it, where it is a disclosure: recorded in the same commit.
    fn discloses(_seen: &Self::Seen) -> Option<Disclosure> {
        None
    }

    /// Reads what lies within the asker's scope.
    ///
    /// # Errors
    /// `NotFound` when it is not there, or not for them: the two look alike.
    fn see(self, glass: &Glass<'_>)
    -> impl Future<Output = Result<(Self::Seen, Vec<Uuid>)>> + Send;
}

/// A change of records, by somebody, that the rules allow.
pub trait Change: Send + 'static {
    /// What comes of it: stored, so that a form sent twice gets the same answer twice.
    type Made: Serialize + DeserializeOwned + Send + Sync + 'static;
    /// The name that the journal uses. Never changed.
    const WHAT: &'static str;
    /// What the actor must be allowed to do, and so what it is about ([`Action::on`]). Where that
    /// is a record, `make` asks the policies about it ([`Scope::ask`]) before it writes.
    const ACTION: Action;

    /// What the journal keeps where it is refused: the reference that was asked for.
    fn asked(&self) -> String {
        String::new()
    }

    /// In which circumstances the policies are asked, where more is known of them than the moment.
    fn circumstances(&self, now: Timestamp) -> Circumstances {
        policies::at(now, 0)
    }

    /// Makes the change. It must write at least one entry to the journal.
    ///
    /// # Errors
    /// When the process or the scope says no; then nothing of it is there.
    fn make(self, pen: &mut Pen<'_>) -> impl Future<Output = Result<Self::Made>> + Send;
}

/// What a look reads through.
pub struct Glass<'a> {
    /// The application.
    pub app: &'a App,
    /// The reading pool.
    pub db: Reads<'a>,
    /// Whose records may be seen.
    pub scope: Scope,
    /// The decision that lets protected values be seen; `None` for every other look.
    pub reveals: Option<MayReveal>,
}

/// What a change writes with.
pub struct Pen<'a> {
    /// The application.
    pub app: &'a App,
    /// The writer's transaction.
    pub tx: &'a Tx,
    /// Who changes it.
    pub actor: &'a Actor,
    /// Whose records may be changed.
    pub scope: Scope,
    /// The moment of the change.
    pub now: Timestamp,
    written: usize,
}

impl Pen<'_> {
    /// What a change reads of what was there before it, as whoever makes it may see it.
    pub fn glass(&self) -> Glass<'_> {
        let (app, scope) = (self.app, self.scope.clone());
        Glass { app, db: app.db.reads(), scope, reveals: None }
    }

    /// Writes an entry to the journal: what changed, about which rows, and the content that the
    /// entry commits to.
    ///
    /// # Errors
    /// When the database does.
    pub async fn journal(&mut self, what: &str, subjects: &[Uuid], content: &[u8]) -> Result<i64> {
        self.written += 1;
        let because = self.scope.because()?;
        let said = Said {
            kind: Kind::Changed,
            at: self.now,
            actor: self.actor.id(),
            what,
            because: &because,
            subjects,
            content,
        };
        journal::append(self.tx, &self.app.keys, &said).await
    }
}

/// Lets somebody see records. The journal has the look before the first byte leaves.
///
/// # Errors
/// `NotFound` when the policies say no or there is nothing; a fault, and nothing is shown, when a
/// look at records asked the policies about none.
pub async fn open<L: Look>(app: &App, actor: &Actor, look: L) -> Result<L::Seen> {
    let asked = look.asked();
    match see(app, actor, look).await {
        Err(error @ (Error::NotFound | Error::TooMany)) => {
            Err(refused(app, actor, L::WHAT, asked, error).await)
        }
        seen => seen,
    }
}

async fn see<L: Look>(app: &App, actor: &Actor, look: L) -> Result<L::Seen> {
    let purpose = look.purpose();
    let reason = u32::try_from(purpose.trim().chars().count()).unwrap_or(u32::MAX);
    let scope = Scope::of(actor, L::ACTION, app.clock.now(), reason)?;
    let reveals = MayReveal::when(L::ACTION);
    let glass = Glass { app, db: app.db.reads(), scope, reveals };
    // Whether there is anybody of a name is told nobody either who was stopped.
    let is_stopped = actor.staff().is_some_and(|staff| app.paces().is_stopped(staff));
    if L::COUNTS == Counts::Names && is_stopped {
        return Err(Error::TooMany);
    }
    let (seen, subjects) = look.see(&glass).await?;
    // What was seen without a question is not shown.
    let because = glass.scope.because()?;
    at_a_persons_pace::<L>(app, actor, &seen, &subjects).await?;
    if app.journals_looks {
        let (kind, at, actor, what) = (Kind::Seen, app.clock.now(), actor.id(), L::WHAT);
        let (said, disclosure) = (purpose, L::discloses(&seen));
        let seen = looks::Seen { kind, at, actor, what, because, subjects, said, disclosure };
        looks::journal(app, seen).await?;
    }
    Ok(seen)
}

/// Lets somebody see what they may at the pace of a person.
///
/// # Errors
/// `TooMany` where they opened more than one person's work takes.
async fn at_a_persons_pace<L: Look>(
    app: &App,
    actor: &Actor,
    seen: &L::Seen,
    subjects: &[Uuid],
) -> Result<()> {
    let (Some(staff), Some(slows_by)) = (actor.staff(), app.slows_by) else { return Ok(()) };
    let (opens, now) = (L::opens(seen, subjects), app.clock.now().as_second());
    if L::opens_always(seen, staff) {
        app.paces().let_open(staff, &opens, now);
        return Ok(());
    }
    match app.paces().count(staff, L::COUNTS, &opens, now) {
        Pace::Free => Ok(()),
        Pace::Slow => {
            tokio::time::sleep_until(app.paces().shown_at(staff, slows_by)).await;
            Ok(())
        }
        Pace::Stop => {
            stopping::stop(app, staff).await?;
            Err(Error::TooMany)
        }
    }
}

/// Whether somebody may come to a page that only offers to do something: it shows no record.
///
/// # Errors
/// `NotFound` when the policies say no, whatever the record; that is journaled.
pub async fn offers(app: &App, actor: &Actor, action: Action) -> Result<()> {
    if actor.may(action) {
        return Ok(());
    }
    Err(refused(app, actor, action.word(), String::new(), Error::NotFound).await)
}

/// Why nothing was opened, as the journal has it. What is not there and what is kept from somebody
/// are written alike: neither the entry nor the time that it takes tells the one from the other.
const REFUSED: &str = "There is nothing there, or it is not for them.";
/// How much is kept of what was asked for, in characters. A reference is far shorter.
const ASKED: usize = 100;

/// The same of whoever opened very many records before.
const STOPPED: &str = "They opened very many records within an hour.";

/// Journals that somebody was refused, and answers with what they are told.
async fn refused(
    app: &App,
    actor: &Actor,
    what: &'static str,
    asked: String,
    error: Error,
) -> Error {
    if actor.staff().is_none() || !app.journals_looks {
        return error;
    }
    let said = asked.chars().take(ASKED).collect();
    let (kind, at, actor) = (Kind::Refused, app.clock.now(), actor.id());
    let because = if matches!(error, Error::TooMany) { STOPPED } else { REFUSED }.into();
    let (subjects, disclosure) = (Vec::new(), None);
    let seen = looks::Seen { kind, at, actor, what, because, subjects, said, disclosure };
    looks::journal(app, seen).await.err().unwrap_or(error)
}

/// Lets somebody change records, in one transaction with the journal, the derived rows, the
/// clocks and the messages to be sent.
///
/// # Errors
/// When the rules, the process or the database say no; then nothing of it is there.
pub async fn record<C: Change>(app: &App, actor: &Actor, change: C) -> Result<C::Made> {
    record_once(app, actor, None, change).await
}

/// The key that a form carries, with what was typed into it: a double click and a resend have
/// both in common, a form that was edited after it was sent has not.
#[derive(Debug, Clone)]
pub struct Once {
    /// The form's own key.
    pub key: String,
    /// A digest of everything that it said.
    pub said: Vec<u8>,
    /// Within what time the same words under another key are the same thing too: whoever goes back
    /// in the browser gets a new form. Short, since the same words may soon be news again.
    pub alike: Option<SignedDuration>,
}

impl Once {
    /// The same, where the same words from the same person within that time are the same thing.
    #[must_use]
    pub fn or_alike(self, within: SignedDuration) -> Self {
        Self { alike: Some(within), ..self }
    }

    /// Under which keys it is kept, each with the time for which it counts; the form's own as long as
    /// it is kept (`retention/passing.rs`).
    fn keys(&self) -> impl Iterator<Item = (String, Option<SignedDuration>)> {
        let said = || self.said.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let alike = self.alike.map(|within| (format!("said:{}", said()), Some(within)));
        std::iter::once((self.key.clone(), None)).chain(alike)
    }
}

/// As [`record`], for a form with a key: sent again, it answers what the first sending made.
///
/// # Errors
/// As [`record`]; `Stale` when the same form was sent before with something else in it, since
/// what was typed since must not seem to be saved.
pub async fn record_once<C: Change>(
    app: &App,
    actor: &Actor,
    once: Option<Once>,
    change: C,
) -> Result<C::Made> {
    let asked = change.asked();
    match make(app, actor, once, change).await {
        Err(error @ Error::NotFound) => Err(refused(app, actor, C::WHAT, asked, error).await),
        made => made,
    }
}

async fn make<C: Change>(
    app: &App,
    actor: &Actor,
    once: Option<Once>,
    change: C,
) -> Result<C::Made> {
    let scope = Scope::at(actor, C::ACTION, change.circumstances(app.clock.now()))?;
    let (app, actor) = (app.clone(), actor.clone());
    let db = app.db.clone();
    db.write(move |tx| {
        async move {
            // Before anything is read: what another process writes meanwhile would be judged by what was.
            tx.count(&journal::HEAD, 0).await?;
            let now = app.clock.now();
            let before = before(tx, &actor, once.as_ref()).await?;
            if let Some(once) = &once
                && let Some(made) = made_before(&before, C::WHAT, once, now)?
            {
                return Ok(made);
            }
            let mut pen = Pen { app: &app, tx, actor: &actor, scope, now, written: 0 };
            let made = change.make(&mut pen).await?;
            if pen.written == 0 {
                return Err(Error::fault(C::WHAT, "a change went round the journal"));
            }
            if let Some(once) = &once {
                keep(tx, &actor, C::WHAT, once, now, &made, &before).await?;
            }
            Ok(made)
        }
        .boxed()
    })
    .await
}

const ONCE: Table<6> = Table::new("once", ["form_key", "actor", "at", "what", "said", "made"]);

/// What a form made when it was sent before, under one of its keys.
#[derive(Row)]
struct Before {
    form_key: String,
    at: At,
    what: String,
    said: Vec<u8>,
    made: String,
}

async fn before(tx: &Tx, actor: &Actor, once: Option<&Once>) -> Result<Vec<Before>> {
    let Some(once) = once else { return Ok(Vec::new()) };
    let keys: Vec<Value> = once.keys().map(|(key, _)| key.into()).collect();
    let places: Vec<_> = (2..).take(keys.len()).map(|place| format!("${place}")).collect();
    let text = format!(
        "SELECT form_key, at, what, said, made FROM once WHERE actor = $1 AND form_key IN ({})",
        places.join(", ")
    );
    let values: Vec<Value> = std::iter::once(actor.id().into()).chain(keys).collect();
    Ok(tx.all(&text, values).await?)
}

fn made_before<M: DeserializeOwned>(
    before: &[Before],
    what: &str,
    once: &Once,
    now: Timestamp,
) -> Result<Option<M>> {
    for (key, within) in once.keys() {
        let counts =
            |before: &&Before| within.is_none_or(|within| now.duration_since(before.at.0) < within);
        match before.iter().find(|before| before.form_key == key).filter(counts) {
            None => {}
            Some(before) if before.what == what && before.said == once.said => {
                return Ok(Some(serde_json::from_str(&before.made)?));
            }
            Some(_) => return Err(Error::Stale),
        }
    }
    Ok(None)
}

async fn keep<M: Serialize>(
    tx: &Tx,
    actor: &Actor,
    what: &str,
    once: &Once,
    now: Timestamp,
    made: &M,
    before: &[Before],
) -> Result<()> {
    let made = serde_json::to_string(made)?;
    for (key, _) in once.keys() {
        if before.iter().any(|before| before.form_key == key) {
            // What counted for a time gives way.
            let text = "DELETE FROM once WHERE form_key = $1 AND actor = $2";
            tx.run(text, [key.clone().into(), actor.id().into()]).await?;
        }
        let row = [
            key.into(),
            actor.id().into(),
            At(now).into(),
            what.into(),
            once.said.clone().into(),
            made.clone().into(),
        ];
        tx.insert(&ONCE, row).await?;
    }
    Ok(())
}
