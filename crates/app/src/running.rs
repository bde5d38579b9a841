//! How the system runs, for whoever administers it: what the server says of its health, what waits
//! to be sent, how far the journal is co-signed. It names no person and no case.

use axum::extract::{Query, State};
use govuk::{InsetText, SummaryList, Tag};
use jiff::Timestamp;
use maud::{Markup, html};
use platform::db::{At, Row, Runs, sea_orm};
use practice::calendar::day_of;
use uuid::Uuid;

use crate::{
    App,
    access::{Action, officers},
    backup::nightly,
    conservation::Counted,
    doors::{self, Glass, Look},
    drill::{self, Drill},
    error::Result,
    ledger::{
        pages::release,
        restored::{self, Held},
    },
    migrations,
    web::{
        Asker, Fields,
        done::Done,
        health::{self, Health},
        layout,
        typed::{Problems, Typed},
        words,
    },
};

/// What the page is called.
pub const TITLE: &str = "System";

/// A look at how the system runs.
#[derive(Debug)]
pub struct OpenSystem;

/// How the system runs.
#[derive(Debug)]
pub struct Running {
    pub health: Health,
    pub waiting: Waiting,
    /// How many entries the journal has.
    pub entries: i64,
    /// The last checkpoint that a witness co-signed: after which entry, when, by how many.
    pub cosigned: Option<Cosigned>,
    /// What changed the tables last.
    pub migration: String,
    /// The last drill of a restore.
    pub drill: Option<Drill>,
    /// What is known of backups, where this server makes them by itself.
    pub backups: Option<nightly::Told>,
    /// The letters that a restore holds back.
    pub held: Option<Held>,
    /// How many agencies with staff have no privacy officer.
    pub without_officer: usize,
    /// The last count of what is kept.
    pub counted: Option<Counted>,
}

/// What waits to be sent or done.
#[derive(Debug, Clone, Copy, Row)]
pub struct Waiting {
    pub pieces: i64,
    pub longest_due: Option<At>,
    pub given_up: i64,
}

/// A checkpoint that witnesses co-signed.
#[derive(Debug, Clone, Copy, Row)]
pub struct Cosigned {
    pub size: i64,
    pub at: At,
    pub cosignatures: i64,
}

impl Look for OpenSystem {
    type Seen = Running;
    const WHAT: &'static str = "system:read";
    const ACTION: Action = Action::Administer;

    async fn see(self, glass: &Glass<'_>) -> Result<(Running, Vec<Uuid>)> {
        #[derive(Row)]
        struct Journal {
            entries: i64,
        }
        let waiting = "SELECT count(CASE WHEN state = 'waiting' THEN 1 END) AS pieces, \
            min(CASE WHEN state = 'waiting' THEN due_at END) AS longest_due, \
            count(CASE WHEN state = 'given up' THEN 1 END) AS given_up FROM outbox";
        let waiting: Option<Waiting> = glass.db.one(waiting, []).await?;
        let journal: Option<Journal> =
            glass.db.one("SELECT max(seq) AS entries FROM journal", []).await?;
        let cosigned = "SELECT size, at, cosignatures FROM journal_checkpoint \
            WHERE cosignatures > 0 ORDER BY size DESC LIMIT 1";
        let running = Running {
            health: health::of(glass.app).await,
            waiting: waiting.unwrap_or(Waiting { pieces: 0, longest_due: None, given_up: 0 }),
            entries: journal.map_or(0, |journal| journal.entries),
            cosigned: glass.db.one(cosigned, []).await?,
            migration: migrations::names().pop().unwrap_or_default(),
            drill: drill::last(&glass.db).await?,
            backups: glass.app.backups.told(),
            held: restored::held(&glass.db).await?,
            without_officer: officers::missing(&glass.db, day_of(glass.app.clock.now()))
                .await?
                .len(),
            counted: glass.app.conserved.counted(),
        };
        Ok((running, Vec::new()))
    }
}

/// `GET /system`
pub async fn page(
    State(app): State<App>,
    asker: Asker,
    Query(done): Query<Done>,
) -> Result<Markup> {
    shown(&app, &asker, &done, &Problems::default()).await
}

/// The page, with what is wrong in the form on it.
///
/// # Errors
/// As of any look.
pub async fn shown(app: &App, asker: &Asker, done: &Done, problems: &Problems) -> Result<Markup> {
    let running = doors::open(app, &asker.actor, OpenSystem).await?;
    let body = html! {
        (Typed { fields: &Fields::default(), problems }.summary())
        (done.banner())
        (view(&running, app.db.is_embedded(), app.clock.now()))
        @if let Some(held) = &running.held { (release(asker, held, problems)) }
    };
    Ok(layout::page(app, asker, &problems.title(TITLE), &body))
}

fn drilled(drill: Option<&Drill>) -> String {
    drill.map_or_else(
        || "None was held: nobody knows whether a backup can be restored".to_owned(),
        |drill| {
            let at = words::moment(drill.at.0);
            match drill.was_sound() {
                true => {
                    format!(
                        "{at}. {} rows were restored and proved in {}",
                        drill.rows,
                        drill.took()
                    )
                }
                false => format!("{at}. It failed: {}", drill.wrong),
            }
        },
    )
}

fn backed_up(told: Option<&nightly::Told>, now: Timestamp) -> Markup {
    let Some(told) = told else {
        return html! { "This server makes none by itself, and does not know which there are" };
    };
    html! {
        @if told.is_late(now) { (Tag::new("Late").red().render()) " " }
        @match told.last {
            Some(last) => { (words::moment(last)) ". It was restored beside and proved" },
            None => { "Never" },
        }
        @if let Some(trouble) = &told.trouble {
            " " (Tag::new("Failed").red().render()) " The last try: " (trouble)
        }
    }
}

fn counted(counted: Option<&Counted>) -> String {
    counted.map_or_else(
        || "Not yet since the server started".to_owned(),
        |counted| {
            let at = words::moment(counted.at);
            match counted.wrong.is_empty() {
                true => format!("{at}. Everything that was recorded is there"),
                false => format!("{at}. {}", counted.wrong.join("; ")),
            }
        },
    )
}

fn view(running: &Running, is_embedded: bool, now: Timestamp) -> Markup {
    let Running { health, waiting, entries, cosigned, migration, drill, .. } = running;
    let longest = waiting.longest_due.filter(|due| due.0 < now).map_or_else(
        || "None late".to_owned(),
        |due| format!("The longest since {}", words::moment(due.0)),
    );
    let cosigned = cosigned.map_or_else(
        || "By nobody yet: nothing protects it from whoever runs this server".to_owned(),
        |c| {
            let (size, at) = (c.size, words::moment(c.at.0));
            let witnesses = if c.cosignatures == 1 { "witness" } else { "witnesses" };
            format!("Up to entry {size}, on {at}, by {} {witnesses}", c.cosignatures)
        },
    );
    html! {
        h1 class=(govuk::HEADING_L) { (TITLE) }
        p class=(govuk::BODY) { "As it was on " (words::moment(now)) ". No case is on this page." }
        @for trouble in health.troubles.iter().chain(&health.but) {
            (InsetText::new(trouble).render())
        }
        (SummaryList::new()
            .row("Health", if health.troubles.is_empty() { "Well" } else { "Not well: see above" })
            .row("Program", env!("CARGO_PKG_VERSION"))
            .row("Database", if is_embedded { "SQLite" } else { "PostgreSQL" })
            .row("Tables", migration)
            .row("Waits to be sent or done", &format!("{}. {longest}", waiting.pieces))
            .row("Given up", &waiting.given_up.to_string())
            .row("Entries in the journal", &entries.to_string())
            .row("Co-signed", &cosigned)
            .row("Agencies without a privacy officer", &running.without_officer.to_string())
            .row("Last count of what is kept", &counted(running.counted.as_ref()))
            .content_row("Last backup", backed_up(running.backups.as_ref(), now))
            .row("Last drill of a restore", &drilled(drill.as_ref()))
            .render())
        p class=(govuk::BODY) {
            "That a backup can be restored, the drill proves: see the operating guide."
        }
    }
}
