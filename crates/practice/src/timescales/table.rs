//! The table of timescales. A new code is one more line.

use super::{Rule, Timescale};
use crate::calendar::{
    days, days_counting_first, hours, months, weeks, working_days, working_days_before,
};

/// The timescale of a code.
pub fn timescale(code: &str) -> Option<&'static Timescale> {
    TIMESCALES.iter().find(|t| t.code == code)
}

const fn t(code: &'static str, what: &'static str, rule: Rule, source: &'static str) -> Timescale {
    Timescale { code, what, rule, source }
}

const WT: &str = "Working Together 2023, ch. 3";
const PF: &str = "Children (Private Arrangements for Fostering) Regulations 2005";

/// Every timescale.
pub const TIMESCALES: &[Timescale] = &[
    t("REF-1WD", "Decide what happens with a request", Rule::Receipt(working_days(1)), WT),
    t("ASM-45WD", "Complete the assessment", Rule::Limit(working_days(45)), WT),
    t(
        "ICPC-15WD",
        "Hold the initial child protection conference",
        Rule::Limit(working_days(15)),
        WT,
    ),
    t("CG-10WD", "Hold the first core group", Rule::Limit(working_days(10)), WT),
    t(
        "CG-4W",
        "Hold the next core group",
        Rule::Limit(weeks(4)),
        "Blackpool core group guidance [L]",
    ),
    t(
        "CG-FINAL",
        "Hold the final core group before the review conference",
        Rule::Limit(working_days_before(10)),
        "Blackpool core group guidance [L]",
    ),
    t(
        "RCPC-3M",
        "Hold the first review conference",
        Rule::Limit(months(3).or_last_working_day_before()),
        WT,
    ),
    t(
        "RCPC-6M",
        "Hold the next review conference",
        Rule::Limit(months(6).or_last_working_day_before()),
        WT,
    ),
    t(
        "CLA-REV1",
        "Hold the first review of a child in our care",
        Rule::Limit(working_days(20)),
        "Care Planning Regulations 2010, reg. 33",
    ),
    t(
        "RHI-72H",
        "Offer and hold the return interview",
        Rule::Limit(hours(72)),
        "Children who run away or go missing 2014",
    ),
    t("PPO-72H", "End police protection", Rule::Limit(hours(72)), "Children Act 1989, s. 46"),
    t(
        "SIN-5WD",
        "Notify a serious incident to the Panel",
        Rule::Limit(working_days(5)),
        "Working Together 2023, ch. 5",
    ),
    t(
        "RR-15WD",
        "Complete the rapid review",
        Rule::Limit(working_days(15)),
        "Working Together 2023, ch. 5",
    ),
    t(
        "LCSPR-6M",
        "Publish the local child safeguarding practice review",
        Rule::Limit(months(6)),
        "Working Together 2023, ch. 5",
    ),
    t(
        "LADO-1WD",
        "Tell the LADO of an allegation",
        Rule::Limit(working_days(1)),
        "Working Together 2023, ch. 4",
    ),
    t("PF-VISIT-7WD", "Visit a privately fostered child", Rule::Limit(working_days(7)), PF),
    t("PF-6W", "Visit again in the first year", Rule::Limit(weeks(6)), PF),
    t("PF-12W", "Visit again in later years", Rule::Limit(weeks(12)), PF),
    t("PF-48H", "Notify an arrangement made in an emergency", Rule::Limit(hours(48)), PF),
    t(
        "PF-28DAY",
        "From this day it is private fostering",
        Rule::Limit(days_counting_first(28)),
        "Children Act 1989, s. 66",
    ),
    t(
        "REREF-12M",
        "Whether a referral is a re-referral",
        Rule::Again { months: 12, yes: "re-referral", no: "not a re-referral" },
        "DfE children in need census; C-7",
    ),
    t(
        "MARAC-REPEAT",
        "Whether an incident is a repeat for MARAC",
        Rule::Again { months: 12, yes: "repeat", no: "not a repeat" },
        "SafeLives definition of a repeat; C-7",
    ),
    t(
        "ENC-NSD",
        "Tell the school before it opens",
        Rule::NextOpening,
        "Domestic Abuse Act 2021, s. 49A; Operation Encompass",
    ),
    t(
        "CME-10SD",
        "A child absent for ten school days",
        Rule::SchoolDays(10),
        "Pupil Registration Regulations",
    ),
    t(
        "CME-20SD",
        "A child absent for twenty school days",
        Rule::SchoolDays(20),
        "Pupil Registration Regulations",
    ),
    t(
        "SAR-1M",
        "Answer a subject access request",
        Rule::Limit(months(1).or_next_working_day_after()),
        "UK GDPR, art. 12(3); ICO guidance",
    ),
    t(
        "SAR-3M",
        "Answer an extended subject access request",
        Rule::Limit(months(3).or_next_working_day_after()),
        "UK GDPR, art. 12(3); ICO guidance",
    ),
    t(
        "BREACH-72H",
        "Notify a personal data breach to the ICO",
        Rule::Limit(hours(72)),
        "UK GDPR, art. 33",
    ),
    t(
        "DVDS-28D",
        "Decide and make a disclosure",
        Rule::Limit(days(28)),
        "DVDS guidance 2023; Domestic Abuse Act 2021, s. 77",
    ),
    t(
        "CPP-2Y",
        "Whether a plan lasted two years",
        Rule::LastedMoreThan(729),
        "DfE children in need census",
    ),
    t("QTR", "The financial quarter", Rule::Quarter, "Financial year from 1 April"),
    t("TAF-REV", "Review the family's plan", Rule::Limit(weeks(6)), "Local [L]"),
    t(
        "HOUSING-15WD",
        "Make the emergency housing support plan",
        Rule::Limit(working_days(15)),
        "MASA report 2023-24 [L]",
    ),
    t(
        "HOUSING-2D",
        "Contact children's social care on arrival",
        Rule::Limit(days(2)),
        "MASA report 2023-24 [L]",
    ),
    t(
        "YEARLY-REPORT",
        "Publish the yearly report",
        Rule::YearlyReport,
        "Working Together 2023, ch. 2",
    ),
    t(
        "CHILD-18",
        "The day on which 18 is reached",
        Rule::Age(18),
        "Family Law Reform Act 1969, s. 9; C-10",
    ),
];
