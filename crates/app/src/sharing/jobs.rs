//! The worker of the outbox: sends the e-mails that changes asked for and looks at clocks whose
//! time has come. It decides nothing; what is late and who is told stands in the process.

use std::time::Duration;

use futures_util::FutureExt;
use platform::{
    db::{Row, Runs, sea_orm},
    mail::{Address, Letter, MailError, Mailer},
    outbox::{self, Job},
};
use practice::{
    calendar::day_of,
    pathway::Process,
    processes::request_for_support::{Event, RequestForSupport},
    roles::Role,
};

use super::{Kind, MAIL, notify};
use crate::{
    App,
    access::{Action, Actor, store::holders},
    doors::{self, Change, Pen},
    error::{Error, Result},
    ids::{PathwayId, StaffId},
    pathways::{
        self, Happening, Pathway, Words,
        derive::{RUNG, Rung},
    },
};

/// How many pieces of work are taken at once.
const BATCH: u64 = 20;

/// Works until it is stopped.
pub async fn work(app: App, mailer: Mailer, mut stop: tokio::sync::watch::Receiver<bool>) {
    while !*stop.borrow() {
        let idle = match work_once(&app, &mailer).await {
            Ok(0) => outbox::IDLE,
            Ok(_) => Duration::ZERO,
            Err(error) => {
                tracing::error!(%error, "the outbox could not be worked");
                outbox::IDLE * 10
            }
        };
        tokio::select! {
            () = tokio::time::sleep(idle) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Takes what is due and does it. Answers with how much was done.
///
/// # Errors
/// When the database does; the work stays due.
pub async fn work_once(app: &App, mailer: &Mailer) -> Result<usize> {
    let jobs = outbox::take(&app.db, outbox::Kinds::AllBut(""), app.clock.now(), BATCH).await?;
    for job in &jobs {
        let outcome = match job.kind.as_str() {
            MAIL => mail(app, mailer, job).await,
            RUNG => climb(app, job).await,
            other => Err(Undone::ForGood(format!("no worker knows “{other}”"))),
        };
        settle(app, job, outcome).await?;
    }
    Ok(jobs.len())
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
        .one("SELECT email FROM staff WHERE id = $1 AND left_on IS NULL", [staff.into()])
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
    if app.still_runs(&rung).await? {
        doors::record(app, &Actor::platform(), Raise { rung }).await?;
    }
    Ok(())
}

/// Tells the role on a rung of a clock's ladder that its duty was not done.
struct Raise {
    rung: Rung,
}

impl Change for Raise {
    type Made = ();
    const WHAT: &'static str = "pathways:raise";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let Some(tell) = role(&self.rung) else { return Err(Error::NotFound) };
        let pathway: Pathway = pathways::store::of(pen.tx, PathwayId(self.rung.pathway)).await?;
        let raised = Happening { at: pen.now, event: Event::Raised(tell), words: Words::new() };
        pathways::append::<RequestForSupport>(pen, &pathway, [raised]).await?;
        let to: Vec<StaffId> = holders(pen.tx, tell, day_of(pen.now)).await?;
        for staff in to {
            notify(pen, staff, Kind::Raised, pathway.contact_id).await?;
        }
        Ok(())
    }
}

fn role(rung: &Rung) -> Option<Role> {
    let duty = RequestForSupport::DUTIES.iter().find(|d| d.code == rung.code)?;
    duty.ladder.get(rung.rung).map(|r| r.tell)
}
