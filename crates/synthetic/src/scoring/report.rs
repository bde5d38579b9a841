//! The figures as lines of text, in the words of the peers' scorer, so that both can be laid side by
//! side.

use std::fmt::{Display, Formatter, Result};

use super::{AtQuery, Fairness, Latency, QueryScore, Ranking, Scored};

impl Display for Ranking {
    fn fmt(&self, to: &mut Formatter<'_>) -> Result {
        let Self { records, true_pairs, listed, completeness, .. } = self;
        write!(to, "records {records}  true pairs {true_pairs}  pairs listed {listed}")?;
        writeln!(to, "  pairs completeness {completeness:.5}")?;
        for fixed in &self.fixed {
            writeln!(to, "fixed      {fixed}")?;
        }
        let (Some(best), Some(calibration)) = (&self.best, &self.calibration) else {
            return Ok(());
        };
        writeln!(to, "best F1    {best}")?;
        let [high, higher] = &self.auto;
        write!(to, "auto-link  recall at precision>={}: {:.5}", high.precision, high.recall)?;
        writeln!(to, "   >={}: {:.5}", higher.precision, higher.recall)?;
        let review = &self.review;
        let true_share = review.true_share.map_or_else(|| "none".into(), |s| format!("{s:.4}"));
        write!(to, "review     {} pairs in 0.05..0.99", review.pairs)?;
        write!(to, " ({:.2} per 1000 records), true share", review.per_1000_records)?;
        writeln!(to, " {true_share};  ECE {:.4}  Brier {:.4}", calibration.ece, calibration.brier)
    }
}

impl Display for Scored {
    fn fmt(&self, to: &mut Formatter<'_>) -> Result {
        let Self { threshold, precision, recall, f1, links, false_links, clusters, .. } = self;
        write!(to, "thr {threshold:.6}  P {precision:.5}  R {recall:.5}  F1 {f1:.5}")?;
        write!(to, "  links {links}  false {false_links}")?;
        if let Some(family) = self.false_in_family {
            write!(to, "  (family {family}, twins {})", self.false_of_twins.unwrap_or(0))?;
        }
        write!(to, "  perfect {:.4}", clusters.people_perfect)?;
        let cluster_f1 = clusters.pairs.map_or(f64::NAN, |pairs| pairs.f1);
        write!(to, "  cluster F1 {cluster_f1:.5}")
    }
}

impl Display for Fairness {
    fn fmt(&self, to: &mut Formatter<'_>) -> Result {
        let Self { group, records, recall, false_links_per_1000_records, .. } = self;
        write!(to, "  at 0.9  {group:<16} records {records:>7}  recall {recall:.4}")?;
        write!(to, "  false links per 1000 records {false_links_per_1000_records:.2}")
    }
}

impl Display for QueryScore {
    fn fmt(&self, to: &mut Formatter<'_>) -> Result {
        writeln!(to, "queries {}", self.queries)?;
        writeln!(to, "in_index {}", self.in_index)?;
        for at in &self.at {
            writeln!(to, "{at}")?;
        }
        writeln!(to, "review_recall {:.5}", self.review_recall)
    }
}

impl Display for AtQuery {
    fn fmt(&self, to: &mut Formatter<'_>) -> Result {
        let Self { threshold, right, wrong, missed, new_ok, .. } = self;
        write!(to, "at_{threshold} right {right} wrong {wrong} missed {missed} new_ok {new_ok}")?;
        write!(to, " precision {:.5} recall {:.5}", self.precision, self.recall)?;
        write!(to, " f1 {:.5} false_match_rate_new", self.f1)?;
        write!(to, " {:.5} wrong_in_family {}", self.false_match_rate_new, self.wrong_in_family)
    }
}

impl Display for Latency {
    fn fmt(&self, to: &mut Formatter<'_>) -> Result {
        let Self { p50, p95, p99, p999, max, count } = self;
        write!(to, "latency_us p50 {p50} p95 {p95} p99 {p99} p999 {p999} max {max} n {count}")
    }
}
