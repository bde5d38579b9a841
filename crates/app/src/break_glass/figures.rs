//! Break-glass in numbers, quarter by quarter and for each agency whose people used it: how often, what
//! for, whether it was reviewed in time, what was found, and what was learnt. Exactly, of what they may
//! review, for those who review; rounded for the board. It names nobody.

use std::collections::BTreeMap;

use jiff::Timestamp;
use need_to_know::{Purpose, glass::Finding};
use platform::db::{At, Row, Runs, sea_orm};
use practice::calendar::{Day, day_of, start_of};
use uuid::Uuid;

use super::{STORED, Stored, finding_of, purpose_of, reviewing};
use crate::{
    access::Action,
    doors::{Glass, Look},
    error::{Error, Result},
    measures::small_numbers::round,
    people::hidden,
};

/// From when the numbers are: the beginning of the quarter eight quarters ago, so that each is whole.
fn since(now: Timestamp) -> Timestamp {
    let day = day_of(now);
    let quarter = (day.month() - 1) / 3 * 3 + 1;
    start_of(Day::constant(day.year() - 2, quarter, 1))
}

/// Break-glass in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GlassFigures {
    /// By quarter (a year and 1 to 4) and agency.
    pub quarters: BTreeMap<(i16, i8, String), Uses>,
    /// How often each theme was learnt, by its stored form.
    pub themes: BTreeMap<String, i64>,
}

/// The uses of one agency in one quarter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uses {
    pub used: i64,
    pub in_time: i64,
    /// Reviewed late, or not yet though it should have been.
    pub late: i64,
    pub right: i64,
    pub not_needed: i64,
    pub wrong: i64,
    /// What for, by the stored form of the purpose.
    pub purposes: BTreeMap<String, i64>,
}

/// What counts of one use.
#[derive(Debug, Row)]
pub(super) struct Counted {
    opened_at: At,
    agency: String,
    purpose: String,
    due_at: At,
    reviewed_at: Option<At>,
    finding: Option<String>,
    theme: Option<String>,
}

impl From<Stored> for Counted {
    fn from(stored: Stored) -> Self {
        let Stored { opened_at, agency, purpose, due_at, reviewed_at, finding, theme, .. } = stored;
        Self { opened_at, agency, purpose, due_at, reviewed_at, finding, theme }
    }
}

impl GlassFigures {
    fn of(all: Vec<Counted>, now: Timestamp) -> Result<Self> {
        let mut figures = Self::default();
        for one in all {
            figures.count(one, now)?;
        }
        Ok(figures)
    }

    fn count(&mut self, one: Counted, now: Timestamp) -> Result<()> {
        let day = day_of(one.opened_at.0);
        let quarter = (day.year(), (day.month() + 2) / 3, one.agency);
        let uses = self.quarters.entry(quarter).or_default();
        uses.used += 1;
        *uses.purposes.entry(one.purpose).or_default() += 1;
        match one.reviewed_at {
            Some(at) if at.0 <= one.due_at.0 => uses.in_time += 1,
            None if now <= one.due_at.0 => {}
            _ => uses.late += 1,
        }
        match one.finding.as_deref().map(finding_of).transpose()? {
            Some(Finding::Justified) => uses.right += 1,
            Some(Finding::Learning) => uses.not_needed += 1,
            Some(Finding::Breach) => uses.wrong += 1,
            None => {}
        }
        if let Some(theme) = one.theme {
            *self.themes.entry(theme).or_default() += 1;
        }
        Ok(())
    }

    /// With every number rounded, so that none points at a child.
    fn rounded(mut self) -> Self {
        for uses in self.quarters.values_mut() {
            let Uses { used, in_time, late, right, not_needed, wrong, purposes } = uses;
            for count in [used, in_time, late, right, not_needed, wrong] {
                *count = round(*count);
            }
            purposes.values_mut().for_each(|count| *count = round(*count));
        }
        self.themes.values_mut().for_each(|count| *count = round(*count));
        self
    }
}

impl Uses {
    /// What for, each with how often, in the order of the form.
    pub fn purposes(&self) -> Vec<(Purpose, i64)> {
        let mut of: Vec<_> = self
            .purposes
            .iter()
            .filter_map(|(word, count)| Some((purpose_of(word)?, *count)))
            .collect();
        of.sort_by_key(|(purpose, _)| super::PURPOSES.iter().position(|(one, _)| one == purpose));
        of
    }
}

/// A look at the numbers of those uses that the asker may review.
#[derive(Debug)]
pub struct OpenGlassFigures;

impl Look for OpenGlassFigures {
    type Seen = GlassFigures;
    const WHAT: &'static str = "break-glass:figures";
    const ACTION: Action = Action::ReviewGlass;

    async fn see(self, glass: &Glass<'_>) -> Result<(GlassFigures, Vec<Uuid>)> {
        let now = glass.scope.now()?;
        let text = format!("{STORED} WHERE b.opened_at >= $1 ORDER BY b.id");
        let all: Vec<Stored> = glass.db.all(&text, [At(since(now)).into()]).await?;
        let mut counted = Vec::new();
        for stored in all {
            match reviewing::ask(&glass.db, &glass.scope, &stored).await {
                Ok(()) => counted.push(stored.into()),
                Err(Error::NotFound) => {}
                Err(other) => return Err(other),
            }
        }
        Ok((GlassFigures::of(counted, now)?, Vec::new()))
    }
}

/// The numbers of every agency, rounded, without what is hidden from the asker: who may read them has
/// been asked.
///
/// # Errors
/// When the database does.
pub async fn for_the_board(glass: &Glass<'_>) -> Result<GlassFigures> {
    let now = glass.scope.now()?;
    let text = format!(
        "SELECT b.opened_at, g.name AS agency, b.purpose, b.due_at, b.reviewed_at, b.finding, \
         b.theme FROM broken_glass b JOIN agency g ON g.id = b.users_agency_id \
         WHERE b.opened_at >= $1 AND b.person_id NOT IN (SELECT h.person_id FROM account_link h \
         WHERE h.account_id IN ({}))",
        hidden::accounts(2)
    );
    let values = [At(since(now)).into(), glass.scope.own().into()];
    Ok(GlassFigures::of(glass.db.all(&text, values).await?, now)?.rounded())
}

#[cfg(test)]
mod tests {
    use super::{At, Counted, GlassFigures, Uses};

    fn used(opened: &str, reviewed: Option<&str>, finding: &str, theme: &str) -> Counted {
        let at = |said: &str| At(format!("{said}T10:00:00Z").parse().unwrap());
        let said = |word: &str| (!word.is_empty()).then(|| word.to_owned());
        let opened_at = at(opened);
        let due_at = At(opened_at.0 + jiff::SignedDuration::from_hours(48));
        let (agency, purpose) = ("Police".to_owned(), "missing".to_owned());
        let (finding, theme) = (said(finding), said(theme));
        let reviewed_at = reviewed.map(at);
        Counted { opened_at, agency, purpose, due_at, reviewed_at, finding, theme }
    }

    #[test]
    fn uses_are_counted_by_quarter_late_where_nobody_reviewed_in_time_and_rounded_for_the_board() {
        let now = "2026-12-31T10:00:00Z".parse().unwrap();
        let figures = GlassFigures::of(
            vec![
                used("2026-09-30", Some("2026-10-01"), "justified", "nothing"),
                used("2026-10-01", Some("2026-10-09"), "learning", "could-ask"),
                used("2026-11-02", None, "", ""),
                used("2026-12-30", None, "", ""),
                used("2026-12-29", Some("2026-12-30"), "breach", "could-ask"),
            ],
            now,
        )
        .unwrap();
        let of = |quarter| figures.quarters[&(2026, quarter, "Police".to_owned())].clone();
        let Uses { used, in_time, late, right, not_needed, wrong, purposes } = of(4);
        assert_eq!((used, in_time, late, right, not_needed, wrong), (4, 1, 2, 0, 1, 1));
        assert_eq!(purposes["missing"], 4);
        assert_eq!((of(3).used, of(3).right), (1, 1));
        assert_eq!(figures.themes["could-ask"], 2);
        let rounded = figures.rounded();
        let of_the_board = &rounded.quarters[&(2026, 4, "Police".to_owned())];
        assert_eq!((of_the_board.used, of_the_board.right, of_the_board.wrong), (5, 0, 5));
        assert_eq!((of_the_board.purposes["missing"], rounded.themes["could-ask"]), (5, 5));
    }
}
