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
    pathway::Process,
    processes::request_for_support::{Event, RequestForSupport},
    roles::Role,
};
use tokio::sync::watch;

use super::{Kind, MAIL, notify};
use crate::{
    App,
    access::{Action, Actor, store::first_held},
    doors::{self, Change, Pen},
    error::{Error, Result},
    ids::{PathwayId, StaffId},
    pathways::{
        self, Happening, Pathway, Words,
        derive::{RUNG, Rung},
    },
    pulse::Worker,
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
    do_what_is_due(app, Worker::Raising, None).await
}

/// Sends the messages that wait. Answers with how many there were.
///
/// # Errors
/// As [`raise_what_is_late`].
pub async fn send_messages(app: &App, mailer: &Mailer) -> Result<usize> {
    do_what_is_due(app, Worker::Messages, Some(mailer)).await
}

async fn do_what_is_due(app: &App, worker: Worker, mailer: Option<&Mailer>) -> Result<usize> {
    let kinds = match worker {
        Worker::Raising => Kinds::Only(RUNG),
        Worker::Messages => Kinds::AllBut(RUNG),
    };
    app.pulse.beat(worker, app.clock.now());
    let jobs = outbox::take(&app.db, kinds, app.clock.now(), BATCH).await?;
    for job in &jobs {
        // One piece that panics must not come back for ever, nor hold up the rest.
        let outcome = AssertUnwindSafe(attempt(app, mailer, job)).catch_unwind().await;
        let outcome = outcome.unwrap_or_else(|_| Err(Undone::ForNow("its worker panicked".into())));
        settle(app, job, outcome).await?;
        app.pulse.beat(worker, app.clock.now());
    }
    Ok(jobs.len())
}

async fn attempt(app: &App, mailer: Option<&Mailer>, job: &Job) -> Result<(), Undone> {
    match (job.kind.as_str(), mailer) {
        (RUNG, _) => climb(app, job).await,
        (MAIL, Some(mailer)) => mail(app, mailer, job).await,
        (other, _) => Err(Undone::ForGood(format!("no worker knows “{other}”"))),
    }
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
    let staff: uuid::Uuid =
        job.about.parse().map_err(|_| Undone::ForGood("about nobody".into()))?;
    let to: Option<To> = app
        .db
        .reads()
        .one(
            "SELECT email FROM staff WHERE id = $1 AND (left_on IS NULL OR left_on > $2)",
            [staff.into(), On(day_of(app.clock.now())).into()],
        )
        .await?;
    let Some(to) = to else { return Err(Undone::ForGood("they have left".into())) };
    let to = Address::new(&to.email).map_err(|e| Undone::ForGood(e.to_string()))?;
    let letter = Letter {
        to,
        subject: "Something is waiting for you in Sightline".into(),
        body: format!(
            "Something is waiting for you in Sightline.\n\nSign in to read it: {}\n\n\
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

/// Looks at a clock whose rung has come, and tells whoever stands on it if it still runs.
async fn climb(app: &App, job: &Job) -> Result<(), Undone> {
    let rung: Rung =
        serde_json::from_str(&job.about).map_err(|e| Undone::ForGood(e.to_string()))?;
    if !app.still_runs(&rung).await? {
        return Ok(());
    }
    let today = day_of(app.clock.now());
    let Some((tell, to)) = first_held(&app.db.reads(), &from(&rung)?, today).await? else {
        // Nobody was told, so the history must not say so; it is tried again until somebody is.
        tracing::error!(pathway = %rung.pathway, code = rung.code, "nobody holds a role to be told");
        return Err(Undone::ForNow("nobody holds a role to be told".into()));
    };
    let pathway = PathwayId(rung.pathway);
    Ok(doors::record(app, &Actor::platform(), Raise { pathway, tell, to }).await?)
}

/// The roles to be told from this rung of the ladder upwards; the hub manager stands at the top.
fn from(rung: &Rung) -> Result<Vec<Role>, Undone> {
    let duty = RequestForSupport::DUTIES.iter().find(|d| d.code == rung.code);
    let ladder = duty.and_then(|d| d.ladder.get(rung.rung..)).filter(|l| !l.is_empty());
    let ladder = ladder.ok_or_else(|| Undone::ForGood("there is no such rung".into()))?;
    Ok(ladder.iter().map(|r| r.tell).chain([Role::HubManager]).collect())
}

/// Tells whoever holds a role that a duty was not done.
struct Raise {
    pathway: PathwayId,
    tell: Role,
    to: Vec<StaffId>,
}

impl Change for Raise {
    type Made = ();
    const WHAT: &'static str = "pathways:raise";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let pathway: Pathway = pathways::store::of(pen.tx, self.pathway).await?;
        let event = Event::Raised(self.tell);
        let raised = Happening { at: pen.now, event, words: Words::new() };
        pathways::append::<RequestForSupport>(pen, &pathway, [raised]).await?;
        for staff in self.to {
            notify(pen, staff, Kind::Raised, pathway.contact_id).await?;
        }
        Ok(())
    }
}
