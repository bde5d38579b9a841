//! Contact lists as they really look: `contacts-sample.csv`, which was written for this.

use app::{
    import::{self, Fate, Mapping, Outcome},
    pathways::Words,
};

use crate::support::{World, on_both};

const SAMPLE: &str = include_str!("../fixtures/contacts-sample.csv");

async fn plan(world: &World, text: &str) -> import::Plan {
    import::planned(&world.app, text, &Mapping::shipped().unwrap()).await.unwrap()
}

fn list(row: &str) -> String {
    let heading = SAMPLE.trim_start_matches('\u{FEFF}').lines().next().unwrap();
    format!("{heading}\n{row}\n")
}

/// The reasons for which a row is refused, or its warnings.
async fn says(world: &World, row: &str) -> (bool, String) {
    let plan = plan(world, &list(row)).await;
    let row = &plan.rows[0];
    match &row.fate {
        Fate::Refuse(reasons) => (false, reasons.join("; ")),
        _ => (true, row.warnings.join("; ")),
    }
}

#[test]
fn the_sample_list_is_taken_in_and_a_second_run_adds_nothing() {
    on_both(async |world| {
        let first = plan(&world, SAMPLE.trim_start_matches('\u{FEFF}')).await;
        let rows = first.rows.len();
        assert_eq!(rows, 408);
        let refused = first.count(|f| matches!(f, Fate::Refuse(_)));
        let bad_rows = first.bad_rows().unwrap();
        assert_eq!(csv_rows(&bad_rows), refused, "every refused row comes back");
        let did = import::carry_out(&world.app, first, false).await.unwrap();
        insta::allow_duplicates! { insta::assert_debug_snapshot!(did); }

        let second = plan(&world, SAMPLE.trim_start_matches('\u{FEFF}')).await;
        let again = import::carry_out(&world.app, second, false).await.unwrap();
        assert_eq!(again, Outcome { taken: 0, there_already: did.taken, ..did });
        world
    });
}

fn csv_rows(text: &str) -> usize {
    csv::Reader::from_reader(text.as_bytes()).records().filter(Result::is_ok).count()
}

#[test]
fn what_cannot_be_mapped_is_refused_with_the_reason() {
    on_both(async |world| {
        for (row, reason) in [
            (
                "C1,yesterday,School,,Mia,Invented,24/10/2009,F,,,,,,Worry,2,Y,,",
                "“yesterday” is not a date",
            ),
            (
                "C1,2025-07-12T02:31:00,School,,Mia,Invented,30/02/2015,F,,,,,,Worry,2,Y,,",
                "does not exist",
            ),
            (
                "C1,2025-07-12T02:31:00,School,,Mia,Invented,12/03/20225,F,,,,,,Worry,2,Y,,",
                "no year that can be read",
            ),
            (
                "C1,2025-07-12T02:31:00,Circus,,Mia,Invented,24/10/2009,F,,,,,,Worry,2,Y,,",
                "agency “Circus” is not in the mapping",
            ),
            (
                "C1,2025-07-12T02:31:00,School,,Mia,Invented,24/10/2009,F,,,,,,Worry,9,Y,,",
                "level “9”",
            ),
            (
                "C1,2025-07-12T02:31:00,School,,Mia,Invented,24/10/2009,F,,,,,,Worry,2,maybe,,",
                "consent “maybe”",
            ),
            (
                "C1,2025-07-12T02:31:00,School,,Mia,Invented,24/10/2009,F,,,,,,Worry,2,Y,Advice,01/01/2020 09:00",
                "before it was received",
            ),
            (
                "C1,2025-07-12T02:31:00,School,,Unborn,Invented,01/01/2025,U,,,,,,Worry,2,Y,,",
                "before the day of the request",
            ),
            (
                "C1,2035-07-12T02:31:00,School,,Mia,Invented,24/10/2009,F,,,,,,Worry,2,Y,,",
                "in the future",
            ),
            ("C1,2025-07-12T02:31:00,School,,,,24/10/2009,F,,,,,,Worry,2,Y,,", "names no child"),
        ] {
            let (taken, said) = says(&world, row).await;
            assert!(!taken && said.contains(reason), "{row}: {said}");
        }
        world
    });
}

#[test]
fn what_is_odd_but_harmless_is_taken_as_it_was_said_and_noted() {
    on_both(async |world| {
        for (row, note) in [
            (
                "C1,2025-07-12T02:31:00,School,,Mia,Invented,24/10/2009,F,9434765918,,,,,Worry,2,Y,,",
                "check digit",
            ),
            (
                "C1,2025-07-12T02:31:00,School,,Mia,Invented,24/10/2009,F,,,,FY2 0,,Worry,2,Y,,",
                "not a full UK postcode",
            ),
            (
                "C1,2025-07-12T02:31:00,School,,=HYPERLINK(1),Invented,24/10/2009,F,,,,,,Worry,2,Y,,",
                "kept as text",
            ),
            (
                "C1,2025-07-12T02:31:00,School,,Mia,Invented,24/10/2009,F,,,,,,Worry,2,Y,Advice,",
                "has no date",
            ),
            ("C1,2025-07-12T02:31:00,School,,Mia,,24/10/2009,F,,,,,,Worry,2,Y,,", "no family name"),
        ] {
            let (taken, said) = says(&world, row).await;
            assert!(taken && said.contains(note), "{row}: {said}");
        }
        world
    });
}

#[test]
fn one_reference_with_two_agencies_is_shown_as_such() {
    on_both(async |world| {
        let rows = "C1,2025-07-12T02:31:00,School,,Mia,Invented,24/10/2009,F,,,,,,Worry,2,Y,,\n\
                    C1,2025-07-12T02:31:00,Police,,Leo,Invented,24/10/2012,M,,,,,,Worry,2,Y,,";
        let plan = plan(&world, &list(rows)).await;
        for row in &plan.rows {
            assert!(row.warnings.iter().any(|w| w.contains("stands with Police and School")));
        }
        world
    });
}

#[test]
fn what_a_row_says_is_kept_word_for_word() {
    on_both(async |world| {
        let row = "C1,12/07/25 02:31 AM,School,Ms C,Mia,Invented,24/10/2009,F,,,31 Sample St,FY4 2RF,,\"line one\nline two\",4 - CP,N,Advice,12/07/2025 11:31";
        let plan = plan(&world, &list(row)).await;
        import::carry_out(&world.app, plan, false).await.unwrap();
        let dee = world.actor("dee@hub.example").await;
        let look = app::front_door::queue::OpenQueue {
            filter: app::front_door::queue::Filter::Open,
            page: 1,
        };
        let queue = app::doors::open(&world.app, &dee, look).await.unwrap();
        let look =
            app::front_door::reading::OpenContact { reference: queue.waiting[0].contact.clone() };
        let seen = app::doors::open(&world.app, &dee, look).await.unwrap();
        let words: &Words = &seen.children[0].tellings[0].words;
        assert_eq!(words["child 1: Received"], "12/07/25 02:31 AM");
        assert_eq!(words["child 1: Worry"], "line one\nline two");
        assert_eq!(words["child 1: Level suggested"], "4 - CP");
        world
    });
}
