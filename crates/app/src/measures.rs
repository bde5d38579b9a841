//! Figures: how many contacts came, how many became referrals, and how often each duty was done
//! in time. All of it is counted from the derived rows; a clock that lapsed counts as nothing.

pub(crate) mod small_numbers;

use std::collections::BTreeMap;

use axum::extract::State;
use govuk::{InsetText, Table};
use jiff::SignedDuration;
use maud::{Markup, html};
use need_to_know::Ties;
use platform::db::{At, Row, Runs, sea_orm};
use practice::processes::request_for_support::Outcome;
use uuid::Uuid;

use crate::{
    App,
    access::{Action, policies},
    break_glass::{
        figures::{self, GlassFigures},
        figures_view, review_pages,
    },
    doors::{self, Glass, Look},
    error::{Error, Result},
    front_door::pages::what,
    people::hidden,
    web::{Asker, layout, words},
};
use small_numbers::TO;

/// How far back the figures go.
const SPAN: SignedDuration = SignedDuration::from_hours(24 * 365);

/// A look at the figures of the last twelve months. They name nobody, and count nothing that is
/// hidden from the asker: a number that changes would tell that there is something.
#[derive(Debug)]
pub struct OpenFigures;

/// The figures.
#[derive(Debug, Default)]
pub struct Figures {
    pub contacts: i64,
    pub children: i64,
    pub referrals: i64,
    pub duties: BTreeMap<String, Timeliness>,
    /// What must be said of limits of today and before.
    pub caveat: Option<String>,
    /// Break-glass in numbers, always rounded, for those who read figures of more than the hub’s work.
    pub glass: Option<GlassFigures>,
    /// Whether every count is rounded, so that none points at a child.
    pub rounded: bool,
}

/// How often a duty was done in time.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Timeliness {
    pub in_time: i64,
    /// Of those, how many were put on the record only after the limit, with an earlier time: on paper
    /// while the server stood, or so that it looks better.
    pub recorded_after: i64,
    pub late: i64,
    pub running: i64,
    pub overdue: i64,
    pub lapsed: i64,
}

impl Timeliness {
    /// The share done in time of those that were done or are overdue, in per cent; `None` when
    /// there is none.
    ///
    /// A duty that is overdue and not done counts as not in time: otherwise the figure would
    /// improve by leaving the worst cases open.
    pub fn per_cent(self) -> Option<i64> {
        let whole = self.in_time + self.late + self.overdue;
        (whole > 0).then(|| (self.in_time * 100 + whole / 2) / whole)
    }
}

impl Look for OpenFigures {
    type Seen = Figures;
    const WHAT: &'static str = "measures:front-door";
    const ACTION: Action = Action::ReadFigures;

    async fn see(self, glass: &Glass<'_>) -> Result<(Figures, Vec<Uuid>)> {
        let now = glass.app.clock.now();
        let since = At(now - SPAN);
        let outcomes: Vec<&str> =
            Outcome::ALL.into_iter().filter(|o| o.is_referral()).map(Outcome::slug).collect();
        let contacts = format!("contact WHERE id NOT IN ({})", hidden::contacts(2));
        let children = format!("screening WHERE {}", not_hidden());
        let referrals = format!("{children} AND outcome IN ('{}')", outcomes.join("', '"));
        let figures = Figures {
            contacts: count(glass, &contacts, since).await?,
            children: count(glass, &children, since).await?,
            referrals: count(glass, &referrals, since).await?,
            duties: duties(glass, since, At(now)).await?,
            caveat: glass.app.rules().caveat("REF-1WD", now),
            glass: glass_figures(glass).await?,
            rounded: false,
        };
        // Those alone count exactly whose own work it is.
        let figures = match glass.scope.ask_tied(&policies::figures(false), Ties::NONE) {
            Ok(_) => figures,
            Err(Error::NotFound) => small_numbers::hidden(figures),
            Err(other) => return Err(other),
        };
        Ok((figures, Vec::new()))
    }
}

async fn glass_figures(glass: &Glass<'_>) -> Result<Option<GlassFigures>> {
    match glass.scope.ask_tied(&policies::figures_of_agencies(), Ties::NONE) {
        Ok(_) => figures::for_the_board(glass).await.map(Some),
        Err(Error::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}

/// The condition that a row of a pathway is not hidden from the asker, who is the second value.
fn not_hidden() -> String {
    format!(
        "pathway_id NOT IN (SELECT h.id FROM pathway h WHERE h.contact_id IN ({}))",
        hidden::contacts(2)
    )
}

/// How many there are of what the text selects that was received since then.
async fn count(glass: &Glass<'_>, from: &str, since: At) -> Result<i64> {
    #[derive(Row)]
    struct Count {
        rows: i64,
    }
    let text = format!("SELECT count(*) AS rows FROM {from} AND received_at >= $1");
    let values = [since.into(), glass.scope.own().into()];
    let counted: Option<Count> = glass.db.one(&text, values).await?;
    Ok(counted.map_or(0, |c| c.rows))
}

async fn duties(glass: &Glass<'_>, since: At, now: At) -> Result<BTreeMap<String, Timeliness>> {
    #[derive(Row)]
    struct Counted {
        code: String,
        standing: String,
        rows: i64,
    }
    let counted: Vec<Counted> = glass
        .db
        .all(
            &format!(
                "SELECT code, CASE \
                   WHEN state = 'met' AND ended_at <= breach_at AND EXISTS (SELECT 1 FROM event e \
                     WHERE e.seq = clock.ended_by AND e.recorded_at > clock.breach_at) \
                     THEN 'recorded after' \
                   WHEN state = 'met' AND ended_at <= breach_at THEN 'in time' \
                   WHEN state = 'met' THEN 'late' \
                   WHEN state = 'running' AND breach_at < $3 THEN 'overdue' \
                   ELSE state END AS standing, count(*) AS rows \
                 FROM clock WHERE started_at >= $1 AND {} GROUP BY 1, 2",
                not_hidden()
            ),
            [since.into(), glass.scope.own().into(), now.into()],
        )
        .await?;
    let mut duties: BTreeMap<String, Timeliness> = BTreeMap::new();
    for row in counted {
        let duty = duties.entry(row.code).or_default();
        match row.standing.as_str() {
            "in time" => duty.in_time += row.rows,
            "recorded after" => {
                duty.in_time += row.rows;
                duty.recorded_after = row.rows;
            }
            "late" => duty.late = row.rows,
            "overdue" => duty.overdue = row.rows,
            "lapsed" => duty.lapsed = row.rows,
            _ => duty.running = row.rows,
        }
    }
    Ok(duties)
}

/// `GET /figures`
pub async fn page(State(app): State<App>, asker: Asker) -> Result<Markup> {
    let figures = doors::open(&app, &asker.actor, OpenFigures).await?;
    let body = view(&figures, &words::moment(app.clock.now()));
    Ok(layout::page(&app, &asker, "Figures", &body))
}

fn view(figures: &Figures, now: &str) -> Markup {
    let front_door = Table::new("The front door")
        .head(["What", "How many"])
        .row(["Contacts received", &figures.contacts.to_string()])
        .row(["Children in them", &figures.children.to_string()])
        .row(["Became referrals to children’s social care", &figures.referrals.to_string()]);
    let mut duties = Table::new("Done in time").head([
        "Duty",
        "In time",
        "Done in time",
        "Of them recorded after the limit",
        "Done late",
        "Overdue",
        "Running",
        "Lapsed",
    ]);
    for (code, duty) in &figures.duties {
        duties = duties.row([
            what(code),
            &duty.per_cent().map_or("–".into(), |p| format!("{p}%")),
            &duty.in_time.to_string(),
            &duty.recorded_after.to_string(),
            &duty.late.to_string(),
            &duty.overdue.to_string(),
            &duty.running.to_string(),
            &duty.lapsed.to_string(),
        ]);
    }
    html! {
        h1 class=(govuk::HEADING_L) { "Figures" }
        p class=(govuk::BODY) {
            "The last twelve months, as they stood on " (now) ". They count what you may see."
        }
        (front_door.render())
        (duties.render())
        @if figures.rounded {
            (InsetText::new(&format!("Every number is rounded to the nearest {TO}, and none but 0 is less than {TO}, so that none points at a child. The shares are of the rounded numbers.")).render())
        }
        @if let Some(glass) = &figures.glass {
            h2 class=(govuk::HEADING_M) { (review_pages::TITLE) }
            (figures_view::tables(glass))
        }
        @if let Some(caveat) = &figures.caveat { (InsetText::new(&format!("{caveat}.")).render()) }
        (InsetText::new("“In time” is the share of those done or overdue. What lapsed, because the request ended first, counts as neither. A contact becomes a referral only when it goes to assessment.").render())
    }
}

#[cfg(test)]
mod tests {
    use super::Timeliness;

    #[test]
    fn leaving_a_late_case_open_does_not_improve_the_figure() {
        let duty =
            Timeliness { in_time: 9, overdue: 1, lapsed: 5, running: 7, ..Timeliness::default() };
        assert_eq!(duty.per_cent(), Some(90));
        assert_eq!(Timeliness { lapsed: 5, ..Timeliness::default() }.per_cent(), None);
    }
}
