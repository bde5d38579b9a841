//! The hub's queue: every request that is not yet answered, danger first, then by the time left.
//! It says how many there are, and where nothing is left which narrowing hides what.

mod narrowing;

use std::collections::BTreeMap;

use jiff::Timestamp;
use platform::db::{At, On, Row, Runs, Value, sea_orm};
use practice::{
    pathway::Process,
    processes::request_for_support::{RequestForSupport, Stage, WAITS_FOR},
};
use uuid::Uuid;

pub use narrowing::{By, Holder, LevelAsked, Narrowing};

use super::telling::{self, Danger};
use crate::{
    access::{Action, Scope},
    doors::{Glass, Look},
    error::Result,
    ids::{PathwayId, StaffId},
    pathways::store::tellings_of,
};

/// How many requests a page shows.
pub const PAGE: usize = 50;
/// The last page that can be asked for: further than anybody reads.
const MOST_PAGES: usize = 10_000;

/// Which part of the queue to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filter {
    /// Everything that is not yet answered.
    #[default]
    Open,
    /// Nobody has taken it on.
    Unclaimed,
    /// The asker has it.
    Mine,
    /// It waits for a manager's signature.
    ForSignature,
    /// It speaks of immediate danger and is not decided.
    Danger,
    /// Its limit has passed.
    Late,
}

impl Filter {
    /// Every filter, with its name in addresses and on the page.
    pub const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::Open, "open", "All open"),
        (Self::Unclaimed, "unclaimed", "Nobody has taken on"),
        (Self::Mine, "mine", "Mine"),
        (Self::ForSignature, "for-signature", "For signature"),
        (Self::Danger, "danger", "Immediate danger"),
        (Self::Late, "late", "Late"),
    ];

    /// The filter of that name; everything when there is none.
    pub fn of_slug(slug: &str) -> Self {
        Self::ALL.into_iter().find(|(_, s, _)| *s == slug).map_or(Self::Open, |(f, _, _)| f)
    }

    /// The name in addresses.
    pub fn slug(self) -> &'static str {
        Self::ALL.into_iter().find(|(f, ..)| *f == self).map_or("open", |(_, slug, _)| slug)
    }

    /// The condition, and the value that stands in it as `{}`.
    fn condition(self, own: Uuid, now: Timestamp) -> (&'static str, Option<Value>) {
        match self {
            Self::Open => ("1 = 1", None),
            Self::Unclaimed => ("p.holder_id IS NULL", None),
            Self::Mine => ("p.holder_id = {}", Some(own.into())),
            Self::ForSignature => {
                let stage = RequestForSupport::name(Stage::ForSignature);
                ("p.stage = {}", Some(stage.into()))
            }
            Self::Danger => ("s.danger AND s.decided_at IS NULL", None),
            Self::Late => ("s.limit_at < {}", Some(At(now).into())),
        }
    }
}

/// A look at the queue.
#[derive(Debug, Default)]
pub struct OpenQueue {
    pub filter: Filter,
    pub narrowing: Narrowing,
    /// The page, from 1.
    pub page: usize,
}

/// A page of the queue.
#[derive(Debug)]
pub struct Queue {
    pub waiting: Vec<Waiting>,
    /// Of each that speaks of danger, whether somebody in the hub has read it, and who.
    pub dangers: BTreeMap<PathwayId, Danger>,
    pub filter: Filter,
    pub narrowing: Narrowing,
    pub page: usize,
    pub is_last: bool,
    /// What must be said of a limit that is shown.
    pub caveat: Option<String>,
    /// How many there are in this part of the queue, on all its pages.
    pub here: i64,
    /// How many are open at all.
    pub open: i64,
    /// Where nothing is left: each way in which it is narrowed, with how many there would be
    /// without that one.
    pub hidden: Vec<(By, i64)>,
    /// How many of this filter there would be without any narrowing, where nothing is left.
    pub unnarrowed: i64,
    /// What the queue can be narrowed to.
    pub choices: Choices,
    pub now: Timestamp,
}

/// What the queue can be narrowed to: references with what they are read as.
#[derive(Debug, Default)]
pub struct Choices {
    /// Every agency.
    pub agencies: Vec<Choice>,
    /// Whoever has an open request, also when they have left.
    pub holders: Vec<Choice>,
}

/// One of them.
#[derive(Debug, Clone, Row)]
pub struct Choice {
    pub reference: String,
    pub name: String,
}

/// One child's request in the queue.
#[derive(Debug, Clone, Row)]
pub struct Waiting {
    pub id: PathwayId,
    pub pathway: String,
    pub contact: String,
    pub stage: String,
    pub given: String,
    pub family: String,
    pub born_on: Option<On>,
    pub expected_on: Option<On>,
    pub agency: String,
    pub setting: Option<String>,
    pub danger: bool,
    pub unread_since: Option<At>,
    pub level_asked: Option<i32>,
    pub received_at: At,
    pub target_at: Option<At>,
    pub breach_at: Option<At>,
    pub holder_id: Option<StaffId>,
    pub holder: Option<String>,
}

impl Look for OpenQueue {
    type Seen = Queue;
    const WHAT: &'static str = "front-door:queue";
    const ACTION: Action = Action::ReadQueue;

    async fn see(self, glass: &Glass<'_>) -> Result<(Queue, Vec<Uuid>)> {
        let Self { filter, narrowing, .. } = self;
        let page = self.page.clamp(1, MOST_PAGES);
        let now = glass.app.clock.now();
        let part = |narrowing: &Narrowing| Part::of(&glass.scope, filter, narrowing, now);
        let all = Narrowing::default();
        let (text, values) = part(&narrowing).rows(page);
        let mut waiting: Vec<Waiting> = glass.db.all(&text, values).await?;
        let is_last = waiting.len() <= PAGE;
        let everything = Part::of(&glass.scope, Filter::Open, &all, now);
        let Open { open, choices } = open(glass, everything).await?;
        let here = match (filter, &narrowing) {
            _ if page == 1 && is_last => waiting.len() as i64,
            (Filter::Open, narrowing) if *narrowing == all => open,
            _ => count(&glass.db, part(&narrowing)).await?,
        };
        waiting.truncate(PAGE);
        let (mut hidden, mut unnarrowed) = (Vec::new(), here);
        if here == 0 {
            for by in narrowing.ways() {
                hidden.push((by, count(&glass.db, part(&narrowing.without(by))).await?));
            }
            unnarrowed = count(&glass.db, part(&all)).await?;
        }
        let subjects = waiting.iter().map(|w| w.id.0).collect();
        let rules = glass.app.rules();
        // Both clocks that the queue shows are counted in working days.
        let caveat = waiting.iter().find_map(|w| rules.caveat("REF-1WD", w.breach_at?.0));
        let dangers = dangers(glass, &waiting).await?;
        let queue = Queue {
            waiting,
            dangers,
            filter,
            narrowing,
            page,
            is_last,
            caveat,
            here,
            open,
            hidden,
            unnarrowed,
            choices,
            now,
        };
        Ok((queue, subjects))
    }
}

/// What was read of the requests of a page that speak of danger. There are few of them.
async fn dangers(glass: &Glass<'_>, waiting: &[Waiting]) -> Result<BTreeMap<PathwayId, Danger>> {
    let of: Vec<_> = waiting.iter().filter(|w| w.danger).map(|w| w.id).collect();
    let tellings = tellings_of(&glass.db, &glass.app.keys, &of).await?;
    let known = tellings
        .into_iter()
        .filter_map(|(id, tellings)| Some((id, telling::danger(&tellings, &glass.scope)?)));
    Ok(known.collect())
}

/// A part of the queue, as a text that begins with `FROM`, and its values.
pub struct Part {
    text: String,
    values: Vec<Value>,
}

impl Part {
    /// The part that lies in a scope. It begins with what is open, which SQLite would not choose by
    /// itself before it has looked the tables over.
    pub fn of(scope: &Scope, filter: Filter, narrowing: &Narrowing, now: Timestamp) -> Self {
        let mut values = Vec::from(scope.values());
        let mut text = format!(
            "FROM screening s CROSS JOIN pathway p CROSS JOIN contact c \
             WHERE s.urgency IS NOT NULL AND p.id = s.pathway_id AND c.id = p.contact_id AND {}",
            scope.contacts("c", 1)
        );
        let filter = std::iter::once(filter.condition(scope.own(), now));
        for (condition, value) in filter.chain(narrowing.conditions()) {
            values.extend(value);
            text.push_str(" AND ");
            text.push_str(&condition.replace("{}", &format!("${}", values.len())));
        }
        Self { text, values }
    }

    /// The text that counts it.
    pub fn count(self) -> (String, Vec<Value>) {
        (format!("SELECT count(*) AS rows {}", self.text), self.values)
    }

    /// The text that answers with a page of it, and one row more where there is one.
    ///
    /// The page is chosen by the index that keeps the order of [`Turn`]; only its rows are then
    /// read whole. A request stands in it once: it waits either for a decision or for its answer,
    /// so only one of the two clocks runs.
    ///
    /// [`Turn`]: practice::processes::request_for_support::Turn
    pub fn rows(self, page: usize) -> (String, Vec<Value>) {
        let text = format!(
            "WITH page AS (SELECT s.pathway_id, s.urgency, s.limit_at, s.received_at {} \
             ORDER BY s.urgency, s.limit_at, s.received_at, s.pathway_id LIMIT {} OFFSET {}) \
             SELECT p.id, p.reference AS pathway, c.reference AS contact, p.stage, n.given, \
             n.family, a.born_on, a.expected_on, g.name AS agency, t.name AS setting, s.danger, \
             s.unread_since, s.level_asked, s.received_at, k.target_at, k.breach_at, \
             p.holder_id, h.name AS holder \
             FROM page JOIN screening s ON s.pathway_id = page.pathway_id \
             JOIN pathway p ON p.id = page.pathway_id JOIN contact c ON c.id = p.contact_id \
             LEFT JOIN clock k ON k.pathway_id = p.id AND k.state = 'running' \
               AND k.code IN ('{}') \
             JOIN account a ON a.id = p.account_id \
             JOIN account_name n ON n.account_id = a.id AND n.kind = 'called' \
             JOIN agency g ON g.id = c.agency_id \
             LEFT JOIN setting t ON t.id = c.setting_id \
             LEFT JOIN staff h ON h.id = p.holder_id \
             ORDER BY page.urgency, page.limit_at, page.received_at, page.pathway_id",
            self.text,
            PAGE + 1,
            (page - 1) * PAGE,
            WAITS_FOR.join("', '"),
        );
        (text, self.values)
    }
}

async fn count(db: &impl Runs, part: Part) -> Result<i64> {
    #[derive(Row)]
    struct Count {
        rows: i64,
    }
    let (text, values) = part.count();
    let count: Option<Count> = db.one(&text, values).await?;
    Ok(count.map_or(0, |c| c.rows))
}

/// What is said of everything that is open, whichever part is shown.
struct Open {
    /// How many there are.
    open: i64,
    choices: Choices,
}

/// Reads through what is open once, for how much it is and who has it: of what is read for a page,
/// only this grows with how much waits. Whoever holds nothing but what is hidden from the asker is not
/// among them.
async fn open(glass: &Glass<'_>, Part { text, values }: Part) -> Result<Open> {
    #[derive(Row)]
    struct Has {
        reference: Option<String>,
        name: Option<String>,
        rows: i64,
    }
    let text = format!(
        "SELECT h.reference, h.name, o.rows FROM (SELECT p.holder_id, count(*) AS rows {text} \
         GROUP BY p.holder_id) o LEFT JOIN staff h ON h.id = o.holder_id ORDER BY h.name, h.id"
    );
    let has: Vec<Has> = glass.db.all(&text, values).await?;
    let open = has.iter().map(|has| has.rows).sum();
    let holders = has
        .into_iter()
        .filter_map(|has| Some(Choice { reference: has.reference?, name: has.name? }))
        .collect();
    let agencies = "SELECT reference, name FROM agency ORDER BY name, id";
    let agencies = glass.db.all(agencies, []).await?;
    Ok(Open { open, choices: Choices { agencies, holders } })
}
