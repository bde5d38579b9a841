//! Properties that every calendar has, whatever the days.

use jiff::civil::{Date, date};
use practice::{
    calendar::{
        Calendar, Calendars, HubHours, Term, Within, end_of, hours, start_of, working_days,
    },
    timescales,
};
use proptest::prelude::*;

fn calendar() -> Calendar {
    Calendar::shipped().unwrap()
}

fn any_day() -> impl Strategy<Value = Date> {
    (0..2900_i32).prop_map(|n| date(2020, 1, 1).checked_add(jiff::Span::new().days(n)).unwrap())
}

fn any_length() -> impl Strategy<Value = Within> {
    (1_u32..80, prop::sample::select(Within::UNITS.to_vec()))
        .prop_map(|(n, (unit, _))| working_days(1).with_length(n, unit).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_nth_working_day_is_one_and_is_n_away(from in any_day(), n in 1_u32..60) {
        let calendar = calendar();
        let due = calendar.working_day_after(from, n);
        prop_assert!(calendar.is_working_day(due));
        prop_assert_eq!(calendar.working_days_between(from, due), n);
        prop_assert!(calendar.working_day_after(from, n + 1) > due);
    }

    #[test]
    fn one_more_holiday_never_moves_a_limit_earlier(from in any_day(), n in 1_u32..60, holiday in any_day()) {
        let before = calendar();
        let shipped = include_str!("../../data/bank-holidays.csv");
        prop_assume!(!shipped.contains(&holiday.to_string()));
        let more = format!("{shipped}{holiday},Proclaimed\n");
        let after = before.with_bank_holidays(&more, 2).unwrap();
        prop_assert!(after.working_day_after(from, n) >= before.working_day_after(from, n));
    }

    #[test]
    fn hours_are_elapsed_whatever_the_clocks_do(from in any_day(), n in 1_u32..200) {
        let start = start_of(from);
        let limit = hours(n).limit(start, &calendar());
        prop_assert_eq!(limit.breach_at.duration_since(start).as_secs(), i64::from(n) * 3600);
    }

    #[test]
    fn what_counts_as_tighter_is_never_due_later(
        second in 0..(2900_i64 * 86_400),
        (asked, allowed) in (any_length(), any_length()),
    ) {
        let from = start_of(date(2020, 1, 1)) + jiff::SignedDuration::from_secs(second);
        if asked.is_no_longer_than(&allowed) == Some(true) {
            let calendar = calendar();
            let due = |length: Within| length.limit(from, &calendar).breach_at;
            prop_assert!(due(asked) <= due(allowed), "{} {}", asked.describe(), allowed.describe());
        }
    }

    #[test]
    fn the_calculator_answers_or_refuses_whatever_is_typed(code in "[A-Z0-9-]{0,10}", arguments in prop::collection::vec("\\PC{0,20}", 0..4)) {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let _ = timescales::due(&code, &arguments, &calendar());
        for timescale in timescales::TIMESCALES {
            let _ = timescales::due(timescale.code, &arguments, &calendar());
        }
    }
}

#[test]
fn the_hub_is_open_when_its_page_says() {
    let calendar = calendar();
    let at = |text: &str| calendar.hub_is_open(text.parse().unwrap());
    assert!(at("2026-11-02T09:00:00Z"));
    assert!(!at("2026-11-02T17:00:00Z"));
    assert!(!at("2026-11-06T16:30:00Z"), "Friday closes early");
    assert!(!at("2026-12-25T10:00:00Z"), "Christmas Day");
    assert!(at("2026-07-06T08:00:00Z"), "nine o’clock in summer is eight in UTC");
}

#[test]
fn hours_of_the_hub_read_as_they_count() {
    let hours = HubHours::default();
    assert_eq!(hours.to_string(), "Monday to Thursday 9am to 5pm, Friday 9am to 4:30pm");
    let stored = serde_json::to_string(&hours).unwrap();
    assert_eq!(serde_json::from_str::<HubHours>(&stored).unwrap(), hours);
    assert!(serde_json::from_str::<HubHours>("[null,null,null,null,null,null,null]").is_err());
    let mut week = *hours.week();
    week[5] = week[0];
    let longer = HubHours::try_from(week).unwrap();
    assert_eq!(
        longer.to_string(),
        "Monday to Thursday 9am to 5pm, Friday 9am to 4:30pm, Saturday 9am to 5pm"
    );
    let saturday = "2026-11-07T12:00:00Z".parse().unwrap();
    assert!(!calendar().hub_is_open(saturday), "no working day, whatever the hours say");
    week[0] = week[0].map(|(opens, closes)| (closes, opens));
    assert!(HubHours::try_from(week).is_err());
}

#[test]
fn a_list_that_cannot_be_read_says_which_line() {
    let calendar = calendar();
    for (csv, line) in [
        ("date,name\n2026-13-01,x\n", 2),
        ("date,name\n", 1),
        ("date,name\n2026-01-01\n", 2),
        ("date,name\n2026-01-01,a\n2026-01-01,b\n", 3),
    ] {
        let error = calendar.with_bank_holidays(csv, 2).unwrap_err();
        assert_eq!(error.line, line, "{error}");
    }
}

#[test]
fn only_a_length_that_is_surely_shorter_counts_as_tighter() {
    assert_eq!(hours(24).is_no_longer_than(&hours(72)), Some(true));
    assert_eq!(working_days(2).is_no_longer_than(&working_days(1)), Some(false));
    assert_eq!(hours(24).is_no_longer_than(&working_days(1)), None);
    assert_eq!(hours(22).is_no_longer_than(&working_days(1)), Some(true));
}

#[test]
fn a_day_ends_one_second_before_the_next_begins() {
    let day = date(2026, 3, 29);
    let next = start_of(day.tomorrow().unwrap());
    assert_eq!(end_of(day) + jiff::SignedDuration::from_secs(1), next);
}

#[test]
fn a_list_follows_another_only_when_it_keeps_the_past_and_reaches_as_far() {
    let list = |csv: &str| calendar().with_bank_holidays(csv, 2).unwrap().bank_holidays().clone();
    let in_force = list("date,name\n2026-01-01,New Year\n2026-12-25,Christmas\n");
    let today = date(2026, 6, 1);
    let moved = list("date,name\n2026-01-02,New Year\n2026-12-25,Christmas\n");
    let refused = in_force.followed_by(&moved, today).unwrap_err().to_string();
    assert!(refused.contains("2026-01-01 (New Year)"), "{refused}");
    let short = list("date,name\n2026-01-01,New Year\n2026-12-24,Christmas Eve\n");
    let refused = in_force.followed_by(&short, today).unwrap_err().to_string();
    assert!(refused.contains("2026-12-24") && refused.contains("2026-12-25"), "{refused}");
    let moved = list("date,name\n2026-01-01,New Year\n2026-12-28,Christmas\n");
    let changes = in_force.followed_by(&moved, today).unwrap();
    assert_eq!(changes.added, [(date(2026, 12, 28), "Christmas".into())]);
    assert_eq!(changes.dropped, [(date(2026, 12, 25), "Christmas".into())]);
    assert!(in_force.followed_by(&moved, date(2026, 12, 25)).is_err(), "today has begun");
}

#[test]
fn the_hub_opens_next_on_the_next_morning_on_which_somebody_works() {
    let calendar = calendar();
    for (from, opens) in [
        ("2026-11-02T10:00:00Z", "2026-11-02T10:00:00Z"),
        ("2026-11-02T03:00:00Z", "2026-11-02T09:00:00Z"),
        ("2026-11-02T17:00:00Z", "2026-11-03T09:00:00Z"),
        // The Thursday before Easter: the next working day is the Tuesday after.
        ("2026-04-02T15:59:59Z", "2026-04-02T15:59:59Z"),
        ("2026-04-02T16:00:00Z", "2026-04-07T08:00:00Z"),
    ] {
        assert_eq!(calendar.next_opening(from.parse().unwrap()), opens.parse().unwrap(), "{from}");
    }
}

/// A school's terms: half a year.
const TERMS: &str = "calendar,first_day,last_day\n\
    cove,2026-09-02,2026-10-23\n\
    cove,2026-11-02,2026-12-18\n";

#[test]
fn a_list_of_term_dates_follows_another_only_when_it_keeps_the_past_and_reaches_as_far() {
    let list = |csv: &str| calendar().with_term_dates(csv, 2).unwrap().term_dates().clone();
    let in_force = list(TERMS);
    let today = date(2026, 11, 10);
    for (was, becomes, says) in [
        ("2026-10-23", "2026-10-22", "2026-10-23 in “cove”"),
        ("2026-11-02", "2026-11-03", "2026-11-02 in “cove”"),
        ("2026-12-18", "2026-12-17", "ends on 2026-12-17"),
        ("cove,", "creek,", "leaves out the calendar “cove”"),
    ] {
        let other = list(&TERMS.replace(was, becomes));
        let refused = in_force.followed_by(&other, today).unwrap_err().to_string();
        assert!(refused.contains(says), "{refused}");
    }
    let longer = list(&TERMS.replace("2026-12-18", "2026-12-21"));
    let changes = in_force.followed_by(&longer, today).unwrap();
    let days = |terms: &[Term]| terms.iter().map(|t| t.last.to_string()).collect::<Vec<_>>();
    assert_eq!(
        (days(&changes.added), days(&changes.dropped)),
        (vec!["2026-12-21".into()], vec!["2026-12-18".into()])
    );
    let more = list(&format!("{TERMS}creek,2026-09-01,2026-12-18\n"));
    assert_eq!(in_force.followed_by(&more, today).unwrap().added.len(), 1, "nobody went by it");
}

#[test]
fn term_dates_that_cannot_be_read_say_which_line() {
    let calendar = calendar();
    for (csv, line) in [
        ("calendar,first_day,last_day\n", 1),
        ("calendar,first_day,last_day\ncove,2026-09-02\n", 2),
        ("calendar,first_day,last_day\n,2026-09-02,2026-09-03\n", 2),
        ("calendar,first_day,last_day\ncove,2026-09-02,2026-09-01\n", 2),
        (
            "calendar,first_day,last_day\ncove,2026-09-02,2026-09-08\ncove,2026-09-08,2026-09-09\n",
            3,
        ),
    ] {
        let error = calendar.with_term_dates(csv, 2).unwrap_err();
        assert_eq!(error.line, line, "{error}");
    }
}

#[test]
fn what_has_ended_keeps_the_term_dates_of_its_end() {
    let first = calendar().with_term_dates(TERMS, 1).unwrap();
    let mut calendars = Calendars::beginning_with(first.clone());
    let longer = TERMS.replace("2026-12-18", "2026-12-21");
    let taken_up = "2026-11-10T10:00:00Z".parse().unwrap();
    calendars.take_up(first.with_term_dates(&longer, 2).unwrap(), taken_up);
    let monday = date(2026, 12, 21);
    let open = |ended: Option<&str>| {
        let calendar = calendars.of_a_clock(ended.map(|at| at.parse().unwrap()));
        calendar.is_school_day("cove", monday)
    };
    assert_eq!(open(None), Ok(true), "while it runs, by the newest");
    assert!(open(Some("2026-11-10T09:59:59Z")).is_err(), "by the list of its end");
    assert_eq!(open(Some("2026-11-10T10:00:01Z")), Ok(true));
}
