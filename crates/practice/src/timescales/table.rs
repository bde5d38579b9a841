//! The table of timescales. A new code is one more line.

use super::{Rule, Timescale};
use crate::calendar::{
    days, days_counting_first, hours, months, weeks, working_days, working_days_before,
};

/// The timescale of a code, however it is typed.
pub fn timescale(code: &str) -> Option<&'static Timescale> {
    TIMESCALES.iter().find(|t| t.code.eq_ignore_ascii_case(code))
}

const fn t(
    code: &'static str,
    topic: &'static str,
    what: &'static str,
    asks: &'static [&'static str],
    rule: Rule,
    source: &'static str,
) -> Timescale {
    Timescale { code, topic, what, asks, rule, source }
}

mod topic {
    pub const REQUESTS: &str = "Requests for support and plans";
    pub const PROTECTION: &str = "Child protection";
    pub const CARE: &str = "Children in our care, and missing children";
    pub const FOSTERING: &str = "Private fostering";
    pub const SCHOOLS: &str = "Schools";
    pub const ABUSE: &str = "Domestic abuse and emergency housing";
    pub const INCIDENTS: &str = "Serious incidents and allegations";
    pub const INFORMATION: &str = "Information and reports";
}

/// What timescales are about, in the order in which a worry meets it.
pub const TOPICS: [&str; 8] = [
    topic::REQUESTS,
    topic::PROTECTION,
    topic::CARE,
    topic::FOSTERING,
    topic::SCHOOLS,
    topic::ABUSE,
    topic::INCIDENTS,
    topic::INFORMATION,
];

const WT: &str = "Working Together 2023, ch. 3";
const PF: &str = "Children (Private Arrangements for Fostering) Regulations 2005";

/// Every timescale.
pub const TIMESCALES: &[Timescale] = &[
    t(
        "REF-1WD",
        topic::REQUESTS,
        "Decide what happens with a request",
        &["When was the request received?"],
        Rule::Receipt(working_days(1)),
        WT,
    ),
    t(
        "ASM-45WD",
        topic::REQUESTS,
        "Complete the assessment",
        &["When was the referral made?"],
        Rule::Limit(working_days(45)),
        WT,
    ),
    t(
        "ICPC-15WD",
        topic::PROTECTION,
        "Hold the initial child protection conference",
        &["When was the strategy discussion that began the enquiry?"],
        Rule::Limit(working_days(15)),
        WT,
    ),
    t(
        "CG-10WD",
        topic::PROTECTION,
        "Hold the first core group",
        &["When was the initial conference?"],
        Rule::Limit(working_days(10)),
        WT,
    ),
    t(
        "CG-4W",
        topic::PROTECTION,
        "Hold the next core group",
        &["When was the last core group?"],
        Rule::Limit(weeks(4)),
        "Blackpool core group guidance [L]",
    ),
    t(
        "CG-FINAL",
        topic::PROTECTION,
        "Hold the final core group before the review conference",
        &["When is the review conference?"],
        Rule::Limit(working_days_before(10)),
        "Blackpool core group guidance [L]",
    ),
    t(
        "RCPC-3M",
        topic::PROTECTION,
        "Hold the first review conference",
        &["When was the initial conference?"],
        Rule::Limit(months(3).or_last_working_day_before()),
        WT,
    ),
    t(
        "RCPC-6M",
        topic::PROTECTION,
        "Hold the next review conference",
        &["When was the last review conference?"],
        Rule::Limit(months(6).or_last_working_day_before()),
        WT,
    ),
    t(
        "CLA-REV1",
        topic::CARE,
        "Hold the first review of a child in our care",
        &["When did the child come into our care?"],
        Rule::Limit(working_days(20)),
        "Care Planning Regulations 2010, reg. 33",
    ),
    t(
        "RHI-72H",
        topic::CARE,
        "Offer and hold the return interview",
        &["When was the child found, or came back?"],
        Rule::Limit(hours(72)),
        "Children who run away or go missing 2014",
    ),
    t(
        "PPO-72H",
        topic::PROTECTION,
        "End police protection",
        &["When did police protection begin?"],
        Rule::Limit(hours(72)),
        "Children Act 1989, s. 46",
    ),
    t(
        "SIN-5WD",
        topic::INCIDENTS,
        "Notify a serious incident to the Panel",
        &["When did the authority become aware of the incident?"],
        Rule::Limit(working_days(5)),
        "Working Together 2023, ch. 5",
    ),
    t(
        "RR-15WD",
        topic::INCIDENTS,
        "Complete the rapid review",
        &["When was the incident notified?"],
        Rule::Limit(working_days(15)),
        "Working Together 2023, ch. 5",
    ),
    t(
        "LCSPR-6M",
        topic::INCIDENTS,
        "Publish the local child safeguarding practice review",
        &["When was the review decided on?"],
        Rule::Limit(months(6)),
        "Working Together 2023, ch. 5",
    ),
    t(
        "LADO-1WD",
        topic::INCIDENTS,
        "Tell the LADO of an allegation",
        &["When did the allegation become known?"],
        Rule::Limit(working_days(1)),
        "Working Together 2023, ch. 4",
    ),
    t(
        "PF-VISIT-7WD",
        topic::FOSTERING,
        "Visit a privately fostered child",
        &["When was the authority notified?"],
        Rule::Limit(working_days(7)),
        PF,
    ),
    t(
        "PF-6W",
        topic::FOSTERING,
        "Visit again in the first year",
        &["When was the last visit?"],
        Rule::Limit(weeks(6)),
        PF,
    ),
    t(
        "PF-12W",
        topic::FOSTERING,
        "Visit again in later years",
        &["When was the last visit?"],
        Rule::Limit(weeks(12)),
        PF,
    ),
    t(
        "PF-48H",
        topic::FOSTERING,
        "Notify an arrangement made in an emergency",
        &["When did the child arrive?"],
        Rule::Limit(hours(48)),
        PF,
    ),
    t(
        "PF-28DAY",
        topic::FOSTERING,
        "From this day it is private fostering",
        &["On which day did the child arrive?"],
        Rule::Begins(days_counting_first(28)),
        "Children Act 1989, s. 66",
    ),
    t(
        "REREF-12M",
        topic::REQUESTS,
        "Whether a referral is a re-referral",
        &["When was the earlier referral?", "When was the later referral?"],
        Rule::Again { months: 12, yes: "re-referral", no: "not a re-referral" },
        "DfE children in need census; C-7",
    ),
    t(
        "MARAC-REPEAT",
        topic::ABUSE,
        "Whether an incident is a repeat for MARAC",
        &["When was the last referral to MARAC?", "When was the incident?"],
        Rule::Again { months: 12, yes: "repeat", no: "not a repeat" },
        "SafeLives definition of a repeat; C-7",
    ),
    t(
        "ENC-NSD",
        topic::SCHOOLS,
        "Tell the school before it opens",
        &["When was the incident?"],
        Rule::NextOpening,
        "Domestic Abuse Act 2021, s. 49A; Operation Encompass",
    ),
    t(
        "CME-10SD",
        topic::SCHOOLS,
        "A child absent for ten school days",
        &["What was the first day of absence?"],
        Rule::SchoolDays(10),
        "Pupil Registration Regulations",
    ),
    t(
        "CME-20SD",
        topic::SCHOOLS,
        "A child absent for twenty school days",
        &["What was the first day of absence?"],
        Rule::SchoolDays(20),
        "Pupil Registration Regulations",
    ),
    t(
        "SAR-1M",
        topic::INFORMATION,
        "Answer a subject access request",
        &["When was the request received?"],
        Rule::Limit(months(1).or_next_working_day_after()),
        "UK GDPR, art. 12(3); ICO guidance",
    ),
    t(
        "SAR-3M",
        topic::INFORMATION,
        "Answer an extended subject access request",
        &["When was the request received?"],
        Rule::Limit(months(3).or_next_working_day_after()),
        "UK GDPR, art. 12(3); ICO guidance",
    ),
    t(
        "BREACH-72H",
        topic::INFORMATION,
        "Notify a personal data breach to the ICO",
        &["When did we become aware of the breach?"],
        Rule::Limit(hours(72)),
        "UK GDPR, art. 33",
    ),
    t(
        "DVDS-28D",
        topic::ABUSE,
        "Decide and make a disclosure",
        &["When was the application made?"],
        Rule::Limit(days(28)),
        "DVDS guidance 2023; Domestic Abuse Act 2021, s. 77",
    ),
    t(
        "CPP-2Y",
        topic::PROTECTION,
        "Whether a plan lasted two years",
        &["When did the plan begin?", "When did the plan end?"],
        Rule::LastedMoreThan(729),
        "DfE children in need census",
    ),
    t(
        "QTR",
        topic::INFORMATION,
        "The financial quarter",
        &["Which day?"],
        Rule::Quarter,
        "Financial year from 1 April",
    ),
    t(
        "TAF-REV",
        topic::REQUESTS,
        "Review the family's plan",
        &["When was the plan made, or last reviewed?"],
        Rule::Limit(weeks(6)),
        "Local [L]",
    ),
    t(
        "HOUSING-15WD",
        topic::ABUSE,
        "Make the emergency housing support plan",
        &["When did the family come into emergency housing?"],
        Rule::Limit(working_days(15)),
        "MASA report 2023-24 [L]",
    ),
    t(
        "HOUSING-2D",
        topic::ABUSE,
        "Contact children's social care on arrival",
        &["When did the family arrive?"],
        Rule::Limit(days(2)),
        "MASA report 2023-24 [L]",
    ),
    t(
        "YEARLY-REPORT",
        topic::INFORMATION,
        "Publish the yearly report",
        &["What is the last day of the year that is reported?"],
        Rule::YearlyReport,
        "Working Together 2023, ch. 2",
    ),
    t(
        "CHILD-18",
        topic::CARE,
        "The day on which 18 is reached",
        &["What is the date of birth?"],
        Rule::Age(18),
        "Family Law Reform Act 1969, s. 9; C-10",
    ),
];
