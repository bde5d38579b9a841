//! The demo partnership: invented agencies, staff and families, the same from the same seed for
//! ever. Accounts and contacts say that they are invented, staff are at addresses that nobody can
//! have, and numbers are of ranges that are not given out. It refuses to add anybody to people whom it did not
//! invent; it serves whatever database it is given.

mod approaches;
mod cast;
mod course;
mod dice;
mod families;
mod history;
mod load;
mod names;
mod numbers;
mod open;
mod outcomes;
pub mod partnership;
pub mod seaholme;
mod worries;

use std::{fmt, sync::Arc, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};
use jiff::ToSpan;
use platform::db::{Row, Runs, sea_orm};
use practice::calendar::day_of;

use crate::{
    App,
    access::Actor,
    doors::{self, Once},
    error::{Error, Result},
};
use approaches::Backdrop;
use cast::Cast;
pub use load::Made;
use load::{MakeFamilies, refuse_real_people};

/// What the `source` column of every invented row says.
pub const INVENTED: &str = "invented for the demo";

/// The password of every invented member of staff who can sign in.
pub const PASSWORD: &str = "demo-only-password";

/// How large the demo is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// So many families.
    Families(u32),
    /// As many families as it takes for so many people.
    People(u64),
}

/// The size of a town's demo: what can be looked at in an afternoon.
pub const USUAL: Size = Size::Families(400);
/// The largest demo, in people.
pub const LARGEST: u64 = 1_000_000;

/// How much of its pages a writer remembers at least and at most, in megabytes: what SQLite does by
/// itself, and what a machine has to spare while it makes a million people.
const REMEMBERED: u32 = 2;
const MOST_REMEMBERED: u32 = 1024;
/// For how many people a megabyte more is remembered.
const A_MEGABYTE: u64 = 1000;

/// How many families are made in one change at most: more share a statement, fewer let the
/// transaction stay short.
const AT_ONCE: u32 = 200;
/// How many changes a small demo is made in, for its progress to be seen.
const CHANGES: u32 = 8;
/// How long the history is.
const DAYS: i64 = 730;

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Families(families) => write!(f, "{families} invented families"),
            Self::People(people) => write!(f, "{people} invented people"),
        }
    }
}

impl Size {
    /// How many megabytes the writer remembers while so many are made.
    fn remembered(self) -> u32 {
        let wanted = u32::try_from(self.whole() / A_MEGABYTE).unwrap_or(MOST_REMEMBERED);
        wanted.clamp(REMEMBERED, MOST_REMEMBERED)
    }

    fn is_reached(self, made: Made) -> bool {
        self.done(made) >= self.whole()
    }

    fn whole(self) -> u64 {
        match self {
            Self::Families(families) => u64::from(families),
            Self::People(people) => people,
        }
    }

    fn done(self, made: Made) -> u64 {
        match self {
            Self::Families(_) => u64::from(made.families),
            Self::People(_) => made.people,
        }
    }

    /// The next families to be made.
    fn next(self, made: Made) -> (u32, u64) {
        let (families, people) = match self {
            Self::Families(families) => (families - made.families, u64::MAX),
            Self::People(people) => (u32::MAX, people - made.people),
        };
        let by_whole = u32::try_from(self.whole()).unwrap_or(u32::MAX) / CHANGES;
        (families.min(by_whole.clamp(20, AT_ONCE)), people)
    }
}

/// Whether there are as many as wanted already.
///
/// # Errors
/// When the database does.
pub async fn is_grown(app: &App, size: Size) -> Result<bool> {
    Ok(size.is_reached(made_so_far(app).await?))
}

/// Makes invented families with two years of history up to now, until there are as many as
/// wanted. What was interrupted goes on from the last whole batch.
///
/// # Errors
/// A refusal when somebody in the database was not invented; otherwise when the database does.
pub async fn grow(app: &App, size: Size, with_bar: bool) -> Result<Made> {
    grow_over(app, size, DAYS, with_bar).await
}

/// As [`grow`], with a history of so many days.
///
/// # Errors
/// As [`grow`].
pub async fn grow_over(app: &App, size: Size, days: i64, with_bar: bool) -> Result<Made> {
    let mut made = made_so_far(app).await?;
    if size.is_reached(made) {
        return Ok(made);
    }
    refuse_real_people(&app.db.reads()).await?;
    app.db.remembers(size.remembered()).await?;
    let backdrop = Arc::new(backdrop(app, days)?);
    let cast = Arc::new(Cast::of(&app.db.reads(), day_of(backdrop.now)).await?);
    let bar = if with_bar { bar(size)? } else { ProgressBar::hidden() };
    while !size.is_reached(made) {
        bar.set_position(size.done(made));
        let (families, people) = size.next(made);
        let batch = || {
            let (backdrop, cast) = (Arc::clone(&backdrop), Arc::clone(&cast));
            MakeFamilies { from: made.families, families, people, backdrop, cast }
        };
        let more = made_once(app, &format!("{KEY}{}", made.families), batch).await?;
        made = Made { families: made.families + more.families, people: made.people + more.people };
    }
    bar.finish_and_clear();
    app.db.remembers(REMEMBERED).await?;
    Ok(made)
}

/// Makes a batch, again where the machine was too busy with other things: under its key it is made
/// once, however often it is asked for.
async fn made_once(app: &App, key: &str, batch: impl Fn() -> MakeFamilies) -> Result<Made> {
    for pause in PAUSES {
        let once = Some(Once { said: key.as_bytes().to_vec(), key: key.to_owned(), alike: None });
        match doors::record_once(app, &Actor::platform(), once, batch()).await {
            Err(Error::Busy) => tokio::time::sleep(pause).await,
            made => return made,
        }
    }
    Err(Error::Busy)
}

/// How long to wait before a batch is asked for again.
const PAUSES: [Duration; 5] = [Duration::from_secs(5); 5];

/// Under which key a batch is made, once; the number of its first family follows.
const KEY: &str = "demo:families:";

async fn made_so_far(app: &App) -> Result<Made> {
    #[derive(Row)]
    struct Batch {
        made: String,
    }
    let batches: Vec<Batch> = app
        .db
        .reads()
        .all("SELECT made FROM once WHERE form_key LIKE $1", [format!("{KEY}%").into()])
        .await?;
    batches.iter().try_fold(Made::default(), |sum, batch| {
        let made: Made = serde_json::from_str(&batch.made)?;
        Ok(Made { families: sum.families + made.families, people: sum.people + made.people })
    })
}

fn backdrop(app: &App, days: i64) -> Result<Backdrop> {
    let now = app.clock.now();
    let from = day_of(now)
        .checked_sub(days.days())
        .map_err(|e| Error::fault("finding where the demo begins", e))?;
    Ok(Backdrop {
        from,
        now,
        calendar: app.rules().calendar().clone(),
        thresholds: app.partnership().thresholds.clone(),
    })
}

fn bar(size: Size) -> Result<ProgressBar> {
    let what = if matches!(size, Size::Families(_)) { "families" } else { "people" };
    let style = ProgressStyle::with_template("{wide_bar} {pos} of {len} {msg}, {eta} to go")
        .map_err(|e| Error::fault("drawing a progress bar", e))?;
    Ok(ProgressBar::new(size.whole()).with_style(style).with_message(what))
}
