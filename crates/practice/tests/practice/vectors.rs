//! Every worked example of `clock-vectors.csv`.

use practice::{
    calendar::Calendar,
    timescales::{self, Question, Skipped, TIMESCALES, TOPICS, Why},
};

#[test]
fn every_worked_example_comes_out_to_the_letter() {
    let calendar = Calendar::shipped().unwrap();
    let mut reader = csv::Reader::from_reader(include_str!("clock-vectors.csv").as_bytes());
    let mut wrong = Vec::new();
    let mut rows = 0;
    for row in reader.records() {
        let row = row.unwrap();
        let arguments: Vec<&str> = row[2].split(' ').collect();
        let said = timescales::due(&row[1], &arguments, &calendar);
        let said =
            said.map(|a| (a.found.to_string(), a.act_by.map_or(String::new(), |d| d.to_string())));
        if said != Ok((row[3].to_owned(), row[4].to_owned())) {
            wrong.push(format!(
                "{} {} {}: wanted {} {}, got {said:?} ({})",
                &row[0], &row[1], &row[2], &row[3], &row[4], &row[5]
            ));
        }
        rows += 1;
    }
    assert!(wrong.is_empty(), "{} of {rows} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(rows > 60, "the file was read");
}

#[test]
fn the_examples_of_the_issue_come_out_to_the_letter() {
    let calendar = Calendar::shipped().unwrap();
    for (code, arguments, answer) in [
        ("ICPC-15WD", vec!["2024-03-18"], "2024-04-10"),
        ("RHI-72H", vec!["2026-03-28T12:00"], "2026-03-31T13:00+01:00"),
        ("RHI-72H", vec!["2026-03-28 12:00"], "2026-03-31T13:00+01:00"),
        ("rhi-72h", vec!["2026-03-28T12:00"], "2026-03-31T13:00+01:00"),
        ("REREF-12M", vec!["2023-05-10", "2024-05-11"], "not a re-referral"),
        ("PF-28DAY", vec!["2026-01-01"], "2026-01-28"),
        ("CPP-2Y", vec!["2021-03-10", "2023-03-09"], "counts"),
        ("MARAC-REPEAT", vec!["2025-03-14", "2026-03-14"], "repeat"),
        ("YEARLY-REPORT", vec!["2024-03-31"], "2024-09-30"),
        ("HOUSING-2D", vec!["2026-07-31"], "2026-08-02"),
        ("CG-4W", vec!["2026-12-01"], "2026-12-29"),
        ("BREACH-72H", vec!["2026-10-24T12:00+01:00"], "2026-10-27T11:00+00:00"),
        ("LADO-1WD", vec!["2026-12-24"], "2026-12-29"),
    ] {
        assert_eq!(
            timescales::due(code, &arguments, &calendar).unwrap().found.to_string(),
            answer,
            "{code}"
        );
    }
}

#[test]
fn a_conference_limit_on_no_working_day_is_acted_on_before() {
    let calendar = Calendar::shipped().unwrap();
    // 28 February 2026 is a Saturday.
    let answer = timescales::due("RCPC-3M", &["2025-11-28"], &calendar).unwrap();
    assert_eq!(answer.found.to_string(), "2026-02-28");
    assert_eq!(answer.act_by.map(|d| d.to_string()).as_deref(), Some("2026-02-27"));
}

#[test]
fn what_cannot_be_read_is_refused_in_words_that_help() {
    let calendar = Calendar::shipped().unwrap();
    for (code, arguments, words) in [
        ("ICPC-15WD", vec!["2026-02-30"], "does not exist"),
        ("ICPC-15WD", vec!["20225-03-12"], "is not a date"),
        ("ICPC-15WD", vec![], "Give the day"),
        ("ICPC-15W", vec!["2026-01-01"], "ICPC-15WD"),
        ("RHI-72H", vec!["2026-03-28"], "give the time"),
        ("RHI-72H", vec!["2026-03-29T01:30"], "does not exist"),
        ("RHI-72H", vec!["2026-10-25T01:30"], "happens twice"),
        ("CME-10SD", vec!["2026-02-09"], "--calendar"),
        ("CME-10SD", vec!["2026-02-09", "--calendar", "atlantis"], "no term calendar"),
        (
            "ENC-NSD",
            vec!["2026-07-20T22:00", "--calendar", "lancashire-2025-26"],
            "says nothing of",
        ),
        ("REREF-12M", vec!["2026-02-09", "2025-01-01"], "is before"),
        ("ICPC-15WD", vec!["--soon"], "no option"),
    ] {
        let refused = timescales::due(code, &arguments, &calendar).unwrap_err().to_string();
        assert!(refused.contains(words), "{code} {arguments:?}: {refused}");
    }
    assert!(timescales::due("RHI-72H", &["2026-10-25T01:30+00:00"], &calendar).is_ok());
}

#[test]
fn every_timescale_has_a_topic_and_asks_for_what_it_is_answered_by() {
    let calendar = Calendar::shipped().unwrap();
    for timescale in TIMESCALES {
        assert!(TOPICS.contains(&timescale.topic), "{}", timescale.code);
        let arguments: Vec<&str> = timescale
            .questions()
            .into_iter()
            .flat_map(|question| match question {
                Question::Day(_) => vec!["2026-03-03"],
                Question::Moment(_) | Question::Receipt(_) => vec!["2026-03-03T12:00"],
                Question::Terms | Question::TermsIfAny => vec!["--calendar", "lancashire-2025-26"],
                Question::OutOfHours => vec!["--out-of-hours-next-day"],
                Question::Awareness => vec!["--from-awareness"],
            })
            .collect();
        let answer = timescales::due(timescale.code, &arguments, &calendar);
        assert!(answer.is_ok(), "{} {arguments:?}: {answer:?}", timescale.code);
    }
}

/// `Skipped` in a few words.
fn told(skipped: &[Skipped]) -> Vec<String> {
    let why = |why: &Why| match why {
        Why::Weekend => "weekend".to_owned(),
        Why::BankHoliday(name) => name.clone(),
        Why::SchoolHoliday => "school holiday".to_owned(),
    };
    skipped.iter().map(|s| format!("{} to {}: {}", s.first, s.last, why(&s.why))).collect()
}

#[test]
fn the_days_that_were_left_out_are_named_with_the_reason() {
    let calendar = Calendar::shipped().unwrap();
    for (code, arguments, left_out) in [
        (
            "REF-1WD",
            vec!["2026-04-02T14:00"],
            vec![
                "2026-04-03 to 2026-04-03: Good Friday",
                "2026-04-04 to 2026-04-05: weekend",
                "2026-04-06 to 2026-04-06: Easter Monday",
            ],
        ),
        // Counted back from the review: the same days, in the order of the calendar.
        (
            "CG-FINAL",
            vec!["2024-09-24"],
            vec!["2024-09-14 to 2024-09-15: weekend", "2024-09-21 to 2024-09-22: weekend"],
        ),
        ("RCPC-3M", vec!["2025-11-28"], vec!["2026-02-28 to 2026-02-28: weekend"]),
        ("SAR-1M", vec!["2026-09-03"], vec!["2026-10-03 to 2026-10-04: weekend"]),
        ("CG-4W", vec!["2026-12-01"], vec![]),
        (
            "ENC-NSD",
            vec!["2026-02-18T22:00", "--calendar", "lancashire-2025-26"],
            vec!["2026-02-19 to 2026-02-20: school holiday", "2026-02-21 to 2026-02-22: weekend"],
        ),
    ] {
        let answer = timescales::due(code, &arguments, &calendar).unwrap();
        assert_eq!(told(&answer.skipped), left_out, "{code}");
    }
}

#[test]
fn a_count_beyond_the_list_of_bank_holidays_says_so() {
    let calendar = Calendar::shipped().unwrap();
    let says = |code: &str, day: &str| {
        let answer = timescales::due(code, &[day], &calendar).unwrap();
        answer.working.iter().find(|line| line.starts_with("Counted without")).cloned()
    };
    let after = "Counted without bank holidays after 31 December 2028: load a newer list, or count by \
                 hand.";
    assert_eq!(says("ICPC-15WD", "2031-02-10").as_deref(), Some(after));
    assert_eq!(says("ICPC-15WD", "2028-12-18").as_deref(), Some(after), "it ends beyond the list");
    assert_eq!(
        says("RCPC-3M", "2028-11-10").as_deref(),
        Some(after),
        "by when to act depends on it"
    );
    assert_eq!(says("CG-4W", "2031-02-10"), None, "weeks need no list");
    assert_eq!(says("ICPC-15WD", "2028-12-01"), None);
    assert!(says("ICPC-15WD", "2019-12-20").unwrap().contains("before 1 January 2020"));
}

#[test]
fn the_end_of_the_list_is_announced_a_year_ahead() {
    let calendar = Calendar::shipped().unwrap();
    let ends = "2028-12-31".parse().ok();
    assert_eq!(calendar.list_ends_soon("2027-12-31".parse().unwrap()), None);
    assert_eq!(calendar.list_ends_soon("2028-01-01".parse().unwrap()), ends);
    assert_eq!(calendar.list_ends_soon("2031-01-01".parse().unwrap()), ends);
}
