//! Contact lists as they really look: `contacts-sample.csv`, which was written for this.

mod on_record;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
    time::Duration,
};

use app::{
    App,
    access::Actor,
    demo::partnership::SetUp,
    doors,
    front_door::{
        queue::{Filter, OpenQueue},
        reading::{ContactSeen, OpenContact},
    },
    import::{self, Fate, Mapping, Outcome, Plan, SHIPPED},
    migrations::migrate,
};
use jiff::civil::date;
use platform::{
    clock::Clock,
    db::{Db, Row, Runs, sea_orm},
    seal::Keys,
};
use tempfile::TempDir;

use crate::support::{World, on_both};

const SAMPLE: &str = include_str!("../fixtures/contacts-sample.csv");

/// What a row has where a story doesn't say otherwise.
const MIA: [(&str, &str); 8] = [
    ("Contact ref", "C1"),
    ("Received", "2025-07-23T10:30:00"),
    ("From agency", "School"),
    ("Child forename", "Mia"),
    ("Child surname", "Invented"),
    ("DOB or EDD", "2015-10-24"),
    ("Worry", "Comes to school hungry"),
    ("Consent", "Y"),
];

pub type Cells<'a> = &'a [(&'a str, &'a str)];

fn headings() -> Vec<&'static str> {
    SAMPLE.trim_start_matches('\u{FEFF}').lines().next().unwrap().split(',').collect()
}

/// A list of rows like Mia's, each with what is different in it.
pub fn list(rows: &[Cells<'_>]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(headings()).unwrap();
    for row in rows {
        let mut cells = BTreeMap::from(MIA);
        cells.extend(row.iter().copied());
        let known = headings();
        assert!(cells.keys().all(|heading| known.contains(heading)), "{cells:?}");
        writer.write_record(known.iter().map(|h| cells.get(h).unwrap_or(&""))).unwrap();
    }
    writer.into_inner().unwrap()
}

async fn plan(world: &World, list: &[u8]) -> Plan {
    import::planned(&world.app, list, &Mapping::shipped().unwrap()).await.unwrap()
}

pub async fn take(world: &World, list: &[u8]) -> Outcome {
    import::carry_out(&world.app, plan(world, list).await, false).await.unwrap()
}

/// The reasons for which each row is refused; nothing for one that isn't.
fn reasons(plan: &Plan) -> Vec<String> {
    let of = |fate: &Fate| match fate {
        Fate::Refuse(reasons) => reasons.join("; "),
        _ => String::new(),
    };
    plan.rows.iter().map(|row| of(&row.fate)).collect()
}

async fn count(app: &App, of: &str) -> i64 {
    #[derive(Row)]
    struct Count {
        rows: i64,
    }
    let text = format!("SELECT count(*) AS rows FROM {of}");
    app.db.reads().one::<Count>(&text, []).await.unwrap().unwrap().rows
}

/// The only contact in the queue, as the hub sees it.
async fn the_contact(world: &World, filter: Filter) -> ContactSeen {
    let dee = world.actor("dee@hub.example").await;
    let queue =
        doors::open(&world.app, &dee, OpenQueue { filter, page: 1, ..OpenQueue::default() })
            .await
            .unwrap();
    let reference = queue.waiting[0].contact.clone();
    doors::open(&world.app, &dee, OpenContact { reference }).await.unwrap()
}

#[test]
fn the_sample_list_is_taken_in_and_a_second_run_adds_nothing() {
    on_both(async |world| {
        let first = plan(&world, SAMPLE.as_bytes()).await;
        assert_eq!(first.rows.len(), 408);
        let mut told = String::new();
        for row in first.rows.iter().filter(|r| matches!(r.fate, Fate::Refuse(_) | Fate::Twice(_)))
        {
            writeln!(told, "{row}").unwrap();
        }
        let did = import::carry_out(&world.app, first, false).await.unwrap();
        write!(told, "{did:?}").unwrap();
        insta::allow_duplicates! { insta::assert_snapshot!(told); }

        let contacts = count(&world.app, "contact").await;
        let again = take(&world, SAMPLE.as_bytes()).await;
        assert_eq!(again, Outcome { taken: 0, there_already: did.taken, ..did });
        assert_eq!(count(&world.app, "contact").await, contacts);
        assert_eq!(count(&world.app, "imported_row").await, did.taken as i64);
        world
    });
}

#[test]
fn a_row_is_known_again_in_another_order_encoding_and_with_other_line_breaks() {
    on_both(async |world| {
        let rows: [Cells<'_>; 3] = [
            &[("Worry", "first line\nsecond line")],
            &[("Child forename", "Siân"), ("Contact ref", "C2")],
            &[("Child forename", "محمد"), ("Contact ref", "C3")],
        ];
        let text = String::from_utf8(list(&rows)).unwrap();
        assert_eq!(take(&world, text.as_bytes()).await.taken, 3);

        let breaks = text.replace('\n', "\r\n");
        let utf16: Vec<u8> =
            format!("\u{FEFF}{breaks}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        let semicolons = text.replace(',', ";");
        let [a, b, c] = rows;
        for same in [breaks.into_bytes(), utf16, semicolons.into_bytes(), list(&[c, b, a])] {
            let again = take(&world, &same).await;
            assert_eq!((again.taken, again.there_already), (0, 3));
        }
        world
    });
}

#[test]
fn what_cannot_be_mapped_is_refused_with_the_reason() {
    on_both(async |world| {
        let long = "x".repeat(10_001);
        let cases: &[(Cells<'_>, &str)] = &[
            (&[("Contact ref", "")], "it has no reference"),
            (&[("Received", "yesterday")], "“Received”: “yesterday”: it is not a date"),
            (&[("Received", "2035-07-12T02:31:00")], "is in the future"),
            (&[("Received", "30/03/2025 01:30")], "the clocks went forward"),
            (&[("DOB or EDD", "30/02/2015")], "there is no such day"),
            (&[("DOB or EDD", "12/03/20225")], "its year, 20225, has neither two digits nor four"),
            (&[("DOB or EDD", "2025-07-24")], "the child was born after the request"),
            (&[("From agency", "Circus")], "“From agency”: “Circus” is not in the mapping file"),
            (&[("From agency", "")], "it does not say who made the contact"),
            (&[("Level suggested", "9")], "“Level suggested”: “9” is not in the mapping file"),
            (&[("Consent", "maybe")], "“Consent”: “maybe” is not in the mapping file"),
            (&[("Sex", "?")], "“Sex”: “?” is not in the mapping file"),
            (&[("Outcome", "Closed")], "“Outcome”: “Closed” is not in the mapping file"),
            (
                &[("Outcome", "Advice"), ("Decided", "01/01/2020 09:00")],
                "“Decided”: “01/01/2020 09:00” is before it was received",
            ),
            (&[("Outcome", "Advice"), ("Decided", "2035-01-01T09:00")], "is in the future"),
            (&[("Outcome", "Advice"), ("Decided", "soon")], "“Decided”: “soon”: it is not a date"),
            (
                &[("Child forename", "Unborn"), ("DOB or EDD", "2025-01-01")],
                "the child was expected long before the request",
            ),
            (&[("Child forename", ""), ("Child surname", "")], "it names no child"),
            (&[("Child surname", &long[..201])], "a name has more than 200 characters"),
            (&[("Worry", &long)], "“Worry” has more than 10000 characters"),
            (&[("Worry", "a\0b")], "“Worry” holds a control character"),
            (&[("Worry", "a\u{202E}b")], "“Worry” holds a control character"),
            (&[("Worry", "lost: \u{FFFD}")], "“Worry” holds a character that can’t be read"),
        ];
        for (row, reason) in cases {
            let plan = plan(&world, &list(&[row])).await;
            assert!(reasons(&plan)[0].contains(reason), "{row:?}: {}", plan.rows[0]);
            assert_eq!(import::carry_out(&world.app, plan, false).await.unwrap().taken, 0);
        }
        world
    });
}

#[test]
fn a_row_whose_cells_do_not_match_the_columns_is_refused() {
    on_both(async |world| {
        let mia = String::from_utf8(list(&[&[]])).unwrap();
        let more = format!("{},too much\n", mia.trim_end());
        assert!(reasons(&plan(&world, more.as_bytes()).await)[0].contains("19 cells"));
        let open = mia.replace("Comes to school hungry", "\"Comes to school") + "C2,x\nC3,y\n";
        assert!(reasons(&plan(&world, open.as_bytes()).await)[0].contains("quotation mark"));
        world
    });
}

#[test]
fn what_is_odd_but_harmless_is_taken_as_it_was_said_and_noted() {
    on_both(async |world| {
        let decided = ("Decided", "2025-07-24T09:00");
        let cases: &[(Cells<'_>, &str)] = &[
            (&[("NHS No", "9434765918")], "check digit of this NHS number is wrong: kept"),
            (&[("UPN", "B890200024001")], "check letter of this UPN is wrong: kept"),
            (&[("Postcode", "FY2 0")], "not a full UK postcode: kept"),
            (&[("Child forename", "=HYPERLINK(1)")], "is a formula to a spreadsheet: kept as text"),
            (&[("Child surname", "")], "it has no family name"),
            (&[("Child forename", "")], "it has no first name"),
            (&[("DOB or EDD", "")], "it has no date of birth"),
            (&[("DOB or EDD", "03/04/15")], "reads two ways: taken as 3 April 2015"),
            (&[("DOB or EDD", "1999-01-01")], "aged 26 when the request came"),
            (&[("Received", "03/04/25 10:06PM")], "reads two ways: taken as 3 April 2025"),
            (&[("Received", "23/07/2025")], "no time of day: taken as the start of the day"),
            (&[("Received", "26/10/2025 01:30")], "showed this time twice: taken as the first"),
            (&[("Child forename", "Unborn"), ("DOB or EDD", "")], "it has no expected date"),
            (
                &[("Child forename", "UBB"), ("DOB or EDD", "2025-07-20")],
                "expected before the request",
            ),
            (
                &[("Child forename", "Unborn"), ("DOB or EDD", "2026-07-20")],
                "expected more than 300 days later",
            ),
            (
                &[("Child forename", "Unborn"), ("DOB or EDD", "2025-09-20"), ("Sex", "F")],
                "a sex for a child who is not born yet",
            ),
            (&[("Outcome", "Advice")], "the outcome “Advice” has no date: kept in words"),
            (&[decided], "a decision is dated, but there is no outcome"),
            (&[("Outcome", "NFA"), decided], "no level that was decided, so the record has none"),
            (
                &[("Outcome", "NFA"), decided, ("Level suggested", "4 - CP")],
                "the outcome “NFA” does not go with the level suggested, 4",
            ),
            (&[("Outcome", "NFA"), ("Decided", "23/07/2025")], "taken as the moment of receipt"),
        ];
        for (row, note) in cases {
            let plan = plan(&world, &list(&[row])).await;
            assert_eq!(reasons(&plan)[0], "", "{row:?}");
            let notes = plan.rows[0].notes.join("; ");
            assert!(notes.contains(note), "{row:?}: {notes}");
        }
        let plain = plan(&world, &list(&[&[]])).await;
        assert_eq!(plain.rows[0].notes, Vec::<String>::new(), "nothing to note about Mia");
        world
    });
}

#[test]
fn one_reference_with_two_agencies_is_shown_as_such() {
    on_both(async |world| {
        let rows = list(&[&[], &[("Child forename", "Leo"), ("From agency", "Police")]]);
        let plan = plan(&world, &rows).await;
        for row in &plan.rows {
            let notes = row.notes.join("; ");
            assert!(notes.contains("C1 stands with Police and School and becomes 2 contacts"));
        }
        import::carry_out(&world.app, plan, false).await.unwrap();
        assert_eq!(count(&world.app, "contact WHERE list_reference = 'C1'").await, 2);
        world
    });
}

#[test]
fn an_agency_that_nobody_or_several_could_be_is_refused_before_anything_is_done() {
    on_both(async |world| {
        for (whose, reason) in [
            ("{ \"kind\": \"circus\" }", "the partnership has no agency of the kind “circus”"),
            ("{ \"kind\": \"health\" }", "has 2 agencies of the kind “health”: name one"),
            ("{ \"name\": \"Seaholme Circus\" }", "no agency called “Seaholme Circus”"),
            ("{ \"setting_kind\": \"ring\" }", "no agency with settings of the kind “ring”"),
        ] {
            let ours = SHIPPED.replace("{ \"kind\": \"school\" }", whose);
            let mapping = Mapping::read(&ours).unwrap();
            let rows = list(&[&[], &[("From agency", "Police"), ("Contact ref", "C2")]]);
            let plan = import::planned(&world.app, &rows, &mapping).await.unwrap();
            assert!(reasons(&plan)[0].contains(reason), "{}", plan.rows[0]);
            assert_eq!(reasons(&plan)[1], "");
        }
        world
    });
}

#[test]
fn a_row_that_changed_since_it_was_taken_in_is_refused() {
    on_both(async |world| {
        let leo: Cells<'_> = &[("Child forename", "Leo"), ("Contact ref", "C2")];
        assert_eq!(take(&world, &list(&[&[], leo])).await.taken, 2);
        for change in [("Worry", "Something else"), ("From agency", "Police"), ("Sex", "F")] {
            let plan = plan(&world, &list(&[&[change], leo])).await;
            assert!(reasons(&plan)[0].contains("it changed since it was taken in"), "{change:?}");
            assert!(matches!(plan.rows[1].fate, Fate::ThereAlready));
        }
        world
    });
}

#[test]
fn a_child_who_stands_under_one_reference_twice_is_told_or_refused() {
    on_both(async |world| {
        let rows = list(&[
            &[],
            &[("Child surname", "INVENTED")],
            &[("DOB or EDD", "2018-01-09")],
            &[("From agency", "Police")],
            &[],
        ]);
        let plan = plan(&world, &rows).await;
        assert!(
            reasons(&plan)[1].contains("row 2 tells of the same child under the same reference")
        );
        assert!(plan.rows[2].notes[0].contains("taken as another child"));
        let notes = plan.rows[3].notes.join("; ");
        assert!(notes.contains("row 2 tells of the same child from another agency"));
        assert!(matches!(plan.rows[4].fate, Fate::Twice(2)));
        let did = import::carry_out(&world.app, plan, false).await.unwrap();
        assert_eq!((did.taken, did.refused, did.twice), (3, 1, 1));
        let again = take(&world, &rows).await;
        assert_eq!((again.taken, again.there_already, again.refused), (0, 3, 1));
        let other: Cells<'_> = &[("Worry", "Something else")];
        let police: Cells<'_> = &[("From agency", "Police")];
        let ahead = list(&[other, &[], &[("DOB or EDD", "2018-01-09")], police]);
        let again = take(&world, &ahead).await;
        assert_eq!((again.taken, again.there_already, again.refused), (0, 3, 1));
        world
    });
}

#[test]
fn the_refused_rows_come_back_in_a_file_that_can_be_corrected_and_taken_in() {
    on_both(async |world| {
        let rows = list(&[
            &[],
            &[
                ("Child forename", "Siân"),
                ("Received", "2025-07-01T10:30:00"),
                ("Consent", "maybe"),
                ("Worry", "=SUM(1)\nsays, \"no\""),
                ("School", "'-"),
            ],
        ]);
        let first = plan(&world, &rows).await;
        let refused = first.bad_rows().unwrap();
        assert!(refused.contains("“maybe” is not in the mapping file"), "{refused}");
        assert!(refused.contains("\"'=SUM(1)"), "{refused}");
        import::carry_out(&world.app, first, false).await.unwrap();

        let uncorrected = plan(&world, refused.as_bytes()).await;
        assert_eq!(uncorrected.bad_rows().unwrap(), refused, "it comes back as it is");
        let corrected = refused.replacen("maybe", "refused", 1);
        let second = plan(&world, corrected.as_bytes()).await;
        let notes = second.rows[0].notes.join("; ");
        assert!(notes.contains("C1 was taken in before: this becomes another contact"), "{notes}");
        assert_eq!(import::carry_out(&world.app, second, false).await.unwrap().taken, 1);
        let sian = the_contact(&world, Filter::Open).await;
        let words = &sian.children[0].tellings[0].words;
        assert_eq!(words["Child forename"], "Siân");
        assert_eq!(words["worry"], "=SUM(1)\nsays, \"no\"");
        assert_eq!(words["School"], "'-");
        let again = take(&world, corrected.as_bytes()).await;
        assert_eq!((again.taken, again.there_already), (0, 1));
        world
    });
}

#[test]
fn a_run_that_is_cut_short_is_gone_on_with() {
    on_both(async |world| {
        let names: Vec<String> = (0..60).map(|n| format!("C{n}")).collect();
        let rows: Vec<[_; 1]> = names.iter().map(|n| [("Contact ref", n.as_str())]).collect();
        let rows = list(&rows.iter().map(<[_; 1]>::as_slice).collect::<Vec<_>>());
        let first = plan(&world, &rows).await;
        let cut = tokio::time::timeout(
            Duration::from_millis(60),
            import::carry_out(&world.app, first, false),
        );
        assert!(cut.await.is_err(), "it was cut short");
        // What was being written at that moment is there or not by then.
        tokio::time::sleep(Duration::from_millis(500)).await;
        let second = take(&world, &rows).await;
        assert!(second.taken > 0 && second.there_already > 0, "{second:?}");
        assert_eq!(second.taken + second.there_already, 60);
        assert_eq!(count(&world.app, "contact").await, 60);
        assert_eq!(count(&world.app, "pathway").await, 60);
        world
    });
}

/// A partnership in a database of its own, as the command finds it.
async fn partnership(folder: &Path) -> (String, String) {
    let url = format!("sqlite:{}", folder.join("import.sqlite").display());
    let key = folder.join("key");
    let db = Db::open(&url).await.unwrap();
    migrate(&db).await.unwrap();
    let keys = Keys::in_file(&key).unwrap();
    let app = App::over(db.clone(), Clock::system(), keys, String::new()).await.unwrap();
    doors::record(&app, &Actor::platform(), SetUp { from: date(2020, 1, 1) }).await.unwrap();
    db.close().await;
    (url, key.display().to_string())
}

fn told(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!("{}{}", String::from_utf8_lossy(out), String::from_utf8_lossy(err))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_shows_does_and_says_in_its_exit_code_what_came_of_it() {
    let folder = TempDir::new().unwrap();
    let (url, key) = partnership(folder.path()).await;
    let (file, bad) = (folder.path().join("list.csv"), folder.path().join("list-refused.csv"));
    fs::write(&file, list(&[&[], &[("Contact ref", "C2"), ("Consent", "maybe")]])).unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_sightline"))
            .args(["import", "requests", "--database", &url, "--key", &key])
            .arg(&file)
            .args(arguments)
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap();
        (output.status.code(), told(&output))
    };

    let (code, said) = run(&["--dry-run"]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("read as UTF-8, separated by commas"), "{said}");
    assert!(said.contains("row 2: take in C1 Mia Invented, from School (Seaholme schools)"));
    assert!(said.contains("row 3: REFUSE “C2”: “Consent”: “maybe” is not in the mapping file"));
    assert!(!bad.exists(), "it only shows");

    let (code, said) = run(&[]);
    assert_eq!(code, Some(1));
    assert!(said.contains("Nobody can be asked here"), "{said}");

    let (code, said) = run(&["--yes"]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("1 rows taken in"), "{said}");
    assert_eq!(fs::metadata(&bad).unwrap().permissions().mode() & 0o777, 0o600);

    // Somebody has begun to correct the refused rows: their work is not written over.
    let corrected = fs::read_to_string(&bad).unwrap().replacen("maybe", "N", 1);
    fs::write(&bad, &corrected).unwrap();
    let (code, said) = run(&["--yes"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("is there already and holds something else"), "{said}");
    assert_eq!(fs::read_to_string(&bad).unwrap(), corrected);

    fs::rename(&bad, &file).unwrap();
    let (code, said) = run(&["--yes"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("1 rows taken in"), "{said}");

    let (code, said) = run(&["--print-mapping"]);
    assert_eq!((code, said.as_str()), (Some(0), SHIPPED));
}
