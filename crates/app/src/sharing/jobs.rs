//! The worker of the outbox: sends the e-mails that changes asked for and looks at clocks whose
//! time has come. It decides nothing; what is late and who is told stands in the process.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use platform::{
    db::{On, Row, Runs, sea_orm},
    mail::{Address, Letter, MailError, Mailer},
    outbox::{self, Job, Kinds},
};
use practice::{
    calendar::day_of,
    pathway::History,
    processes::request_for_support::{Event, RequestForSupport},
    roles::Role,
};
use tokio::sync::watch;
use uuid::Uuid;

use super::{Kind, MAIL, Post, notify};
use crate::{
    App,
    access::{Action, Actor, store::told},
    break_glass::{self, late::UNREVIEWED},
    data_requests,
    doors::{self, Change, Pen},
    error::{Error, Result},
    ids::{ContactId, PathwayId, StaffId},
    involving::{asking, late},
    ledger::restored,
    pathways::{
        self, Happening, Pathway, Words,
        derive::{self, RUNG, Rung},
    },
    people::hidden,
    pulse::Worker,
    settings,
};

/// How many pieces of work are taken at once.
const BATCH: u64 = 20;

/// Works until it is stopped. Two workers, so that a mail server that hangs never holds up the
/// raising of a danger that nobody has read.
pub async fn work(app: App, mailer: Mailer, stop: watch::Receiver<bool>) {
    tokio::join!(
        outbox::work(Worker::Raising.what(), stop.clone(), || raise_what_is_late(&app)),
        outbox::work(Worker::Messages.what(), stop, || send_messages(&app, &mailer)),
    );
}

/// Looks at the clocks whose time has come. Answers with how many there were.
///
/// # Errors
/// When the database does; the work stays due.
pub async fn raise_what_is_late(app: &App) -> Result<usize> {
    do_what_is_due(app, Worker::Raising, Kinds::Only(RUNG), None).await
}

/// Sends the messages that wait. Answers with how many there were.
///
/// # Errors
/// As [`raise_what_is_late`].
pub async fn send_messages(app: &App, mailer: &Mailer) -> Result<usize> {
    // Until somebody has looked at a database that was restored, no letter leaves.
    let kinds = match restored::unlooked(&app.db.reads()).await? {
        Some(_) => Kinds::AllBut(&[RUNG, MAIL]),
        None => Kinds::AllBut(&[RUNG]),
    };
    do_what_is_due(app, Worker::Messages, kinds, Some(mailer)).await
}

async fn do_what_is_due(
    app: &App,
    worker: Worker,
    kinds: Kinds,
    mailer: Option<&Mailer>,
) -> Result<usize> {
    app.pulse.beat(worker, app.clock.now());
    // Another process may have taken up a list of bank holidays or a setting.
    settings::take_up(app).await?;
    let jobs = outbox::take(&app.db, kinds, app.clock.now(), BATCH).await?;
    let mut unsettled = None;
    for job in &jobs {
        // One piece that panics must not come back for ever, nor hold up the rest.
        let outcome = AssertUnwindSafe(attempt(app, mailer, job)).catch_unwind().await;
        let outcome = outcome.unwrap_or_else(|_| Err(Undone::ForNow("its worker panicked".into())));
        // What could not be settled comes again when its lease is over; the rest goes on now.
        unsettled = settle(app, job, outcome).await.err().or(unsettled);
        app.pulse.beat(worker, app.clock.now());
    }
    unsettled.map_or(Ok(jobs.len()), Err)
}

async fn attempt(app: &App, mailer: Option<&Mailer>, job: &Job) -> Result<(), Undone> {
    match (job.kind.as_str(), mailer) {
        (RUNG, _) => climb(app, job).await,
        (asking::LOOK, _) => Ok(asking::look(app, id(job)?).await?),
        (late::UNANSWERED, _) => Ok(late::raise(app, id(job)?).await?),
        (data_requests::late::LATE, _) => Ok(data_requests::late::raise(app, id(job)?).await?),
        (UNREVIEWED, _) => Ok(break_glass::late::raise(app, id(job)?).await?),
        (MAIL, Some(mailer)) => mail(app, mailer, job).await,
        (other, _) => Err(Undone::ForGood(format!("no worker knows “{other}”"))),
    }
}

/// The id that a piece of work is about.
fn id(job: &Job) -> Result<Uuid, Undone> {
    job.about.parse().map_err(|_| Undone::ForGood("it is about nothing".to_owned()))
}

/// Why a piece of work was not done.
enum Undone {
    /// It may go through later.
    ForNow(String),
    /// It never will.
    ForGood(String),
}

impl<E: Into<Error>> From<E> for Undone {
    fn from(error: E) -> Self {
        Self::ForNow(error.into().to_string())
    }
}

async fn settle(app: &App, job: &Job, outcome: Result<(), Undone>) -> Result<()> {
    let (job, now) = (job.clone(), app.clock.now());
    app.db
        .write(move |tx| {
            async move {
                match outcome {
                    Ok(()) => outbox::done(tx, job.id, now).await?,
                    Err(Undone::ForNow(why))
                        if now.duration_since(job.asked_at.0) < outbox::GIVE_UP_AFTER =>
                    {
                        outbox::again(tx, &job, &why, now).await?;
                    }
                    Err(Undone::ForNow(why) | Undone::ForGood(why)) => {
                        tracing::error!(job = %job.id, kind = job.kind, "work was given up");
                        outbox::given_up(tx, job.id, &why, now).await?;
                    }
                }
                Ok(())
            }
            .boxed()
        })
        .await
}

/// Sends the one e-mail that there is: something waits, sign in.
async fn mail(app: &App, mailer: &Mailer, job: &Job) -> Result<(), Undone> {
    #[derive(Row)]
    struct To {
        email: String,
    }
    let post: Post =
        serde_json::from_str(&job.about).map_err(|e| Undone::ForGood(e.to_string()))?;
    if let Some((kind, contact)) = post.about {
        let to = StaffId(post.to);
        if hidden::is_hidden(&app.db.reads(), to, contact).await? {
            // Since it was asked for, somebody said that they must not see it, or others alone.
            return Ok(
                doors::record(app, &Actor::platform(), TellInstead { to, kind, contact }).await?
            );
        }
    }
    let to: Option<To> = app
        .db
        .reads()
        .one(
            "SELECT email FROM staff WHERE id = $1 AND (left_on IS NULL OR left_on > $2)",
            [post.to.into(), On(day_of(app.clock.now())).into()],
        )
        .await?;
    // Whoever has left is told nothing more, and nobody need look into it.
    let Some(to) = to else { return Ok(()) };
    let to = Address::new(&to.email).map_err(|e| Undone::ForGood(e.to_string()))?;
    let something = if post.urgent { "Something urgent" } else { "Something" };
    let letter = Letter {
        to,
        subject: format!("{something} is waiting for you in Sightline"),
        body: format!(
            "{something} is waiting for you in Sightline.\n\nSign in to read it: {}\n\n\
             If you can't sign in, ring the hub. Don't reply to this message.\n",
            app.address
        ),
        message_id: job.id.to_string(),
    };
    mailer.send(&letter).await.map_err(|error| match error {
        MailError::Refused(why) => Undone::ForGood(why),
        other => Undone::ForNow(other.to_string()),
    })
}

/// Tells whoever receives something instead of somebody from whom it is hidden.
struct TellInstead {
    to: StaffId,
    kind: Kind,
    contact: ContactId,
}

impl Change for TellInstead {
    type Made = ();
    const WHAT: &'static str = "sharing:instead";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        if !notify(pen, self.to, self.kind, self.contact).await? {
            return Err(nobody_is_left());
        }
        pen.journal(Self::WHAT, &[self.contact.0], &[]).await?;
        Ok(())
    }
}

/// Looks at a clock whose rung has come, and tells whoever stands on it if it still runs.
async fn climb(app: &App, job: &Job) -> Result<(), Undone> {
    let rung: Rung =
        serde_json::from_str(&job.about).map_err(|e| Undone::ForGood(e.to_string()))?;
    let db = app.db.reads();
    if !derive::still_stands(&db, &rung).await? {
        return Ok(());
    }
    let Some((tell, to)) = told(&db, rung.tell, day_of(app.clock.now())).await? else {
        // Nobody was told, so the history must not say so; it is tried again until somebody is.
        tracing::error!(pathway = %rung.pathway, code = rung.code, "nobody holds a role to be told");
        return Err(Undone::ForNow("nobody holds a role to be told".into()));
    };
    if is_told(app, &db, &rung, tell).await? {
        return Ok(());
    }
    Ok(doors::record(app, &Actor::platform(), Raise { rung, tell, to }).await?)
}

/// Tells whoever holds a role that a duty was not done.
struct Raise {
    rung: Rung,
    tell: Role,
    to: Vec<StaffId>,
}

impl Change for Raise {
    type Made = ();
    const WHAT: &'static str = "pathways:raise";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        // It may have been done, or moved, since the worker looked: the next try finds nothing.
        let stands = derive::still_stands(pen.tx, &self.rung).await?;
        if !stands || is_told(pen.app, pen.tx, &self.rung, self.tell).await? {
            return Err(Error::Stale);
        }
        let event = Event::Raised { duty: self.rung.code.clone(), to: self.tell };
        let pathway: Pathway = pathways::store::of(pen.tx, PathwayId(self.rung.pathway)).await?;
        let raised = Happening { at: pen.now, event, words: Words::new() };
        pathways::append::<RequestForSupport>(pen, &pathway, [raised]).await?;
        let mut is_any_told = false;
        for staff in self.to {
            let kind = Kind::of_late(&self.rung.code);
            is_any_told |= notify(pen, staff, kind, pathway.contact_id).await?;
        }
        // The history must not say so, and it is tried again until somebody may see it.
        if is_any_told { Ok(()) } else { Err(nobody_is_left()) }
    }
}

fn nobody_is_left() -> Error {
    Error::fault("telling what waits", "it is hidden from everybody who could be told")
}

/// Whether that role was told of this rung before: the same work may be taken up twice.
async fn is_told(app: &App, db: &impl Runs, rung: &Rung, tell: Role) -> Result<bool> {
    let entries = pathways::store::entries(db, &app.keys, PathwayId(rung.pathway)).await?;
    let history = History::<RequestForSupport>::stored(&entries)?;
    let is_it = |event: &Event| matches!(event, Event::Raised { duty, to } if *duty == rung.code && *to == tell);
    Ok(history.standing().any(|entry| entry.at >= rung.due && is_it(&entry.event)))
}
