//! R5 of the threat model: what comes several times, in any order, in one go or in several, counts once
//! and ends in one state; and what came late is shown as late. The state is what the tables say of
//! people, clocks and findings, without the ids that chance gives.

use std::collections::BTreeSet;

use app::web::routes;
use axum::http::StatusCode;
use platform::db::{Row, Runs, sea_orm};
use sha2::{Digest, Sha256};

use crate::{
    browser::Browser,
    import::{self, Cells, list},
    sticky::Dice,
    support::{World, on_both},
};

/// How many orders are tried on each database; `SIGHTLINE_ORDERS` asks for more.
fn orders() -> usize {
    std::env::var("SIGHTLINE_ORDERS").ok().and_then(|said| said.parse().ok()).unwrap_or(10)
}

/// What the tables say of the children of one family, each line once for each row.
async fn state(world: &World, family: &str) -> Vec<String> {
    #[derive(Row)]
    struct Said {
        line: String,
    }
    const CHILDREN: &str = "FROM account_name n JOIN account a ON a.id = n.account_id \
        JOIN agency g ON g.id = a.agency_id JOIN pathway p ON p.account_id = a.id \
        JOIN contact c ON c.id = p.contact_id";
    let mut lines = Vec::new();
    for (from, columns) in [
        (
            "",
            "c.list_reference, c.channel, c.source, c.received_at, c.requester_said, g.name, a.born_on, \
             a.expected_on, a.sex, p.process, p.revision, p.stage, p.since, p.ended_at, p.holder_id IS NULL",
        ),
        (
            " JOIN screening s ON s.pathway_id = p.id",
            "s.danger, s.unread_since, s.level_asked, s.received_at, s.level, s.outcome, s.decided_at",
        ),
        (
            " JOIN clock k ON k.pathway_id = p.id",
            "k.code, k.started_at, k.target_at, k.breach_at, k.act_by, k.state, k.ended_at, k.ladder",
        ),
        (" JOIN event e ON e.pathway_id = p.id", "e.at, e.struck_at"),
        (
            " JOIN notice o ON o.contact_id = c.id JOIN staff f ON f.id = o.staff_id",
            "o.kind, f.email",
        ),
        (
            " JOIN pathway b ON b.contact_id = c.id JOIN account_name m ON m.account_id = b.account_id",
            "m.given",
        ),
        (" JOIN account_identifier i ON i.account_id = a.id", "i.scheme"),
    ] {
        let texts: Vec<_> =
            columns.split(", ").map(|c| format!("coalesce(CAST({c} AS text), '-')")).collect();
        let text = format!(
            "SELECT n.given || ': ' || {} AS line {CHILDREN}{from} WHERE n.family = $1",
            texts.join(" || ' ' || ")
        );
        let found: Vec<Said> = world.app.db.reads().all(&text, [family.into()]).await.unwrap();
        // The same families stand in the tables under a name for each order.
        let mark = family.rsplit('-').next().unwrap();
        lines.extend(found.into_iter().map(|said| said.line.replace(mark, "~")));
    }
    lines.sort();
    lines
}

fn hash(state: &[String]) -> String {
    let hash = Sha256::digest(state.join("\n").as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Puts these in an order by chance.
fn shuffled<T>(mut things: Vec<T>, dice: &mut Dice) -> Vec<T> {
    for last in (1..things.len()).rev() {
        things.swap(last, dice.below(last + 1));
    }
    things
}

/// What a list says of a family: siblings under one reference, another agency, a birth to come, a
/// decision, a danger.
const ROWS: [Cells<'static>; 7] = [
    &[("Contact ref", "A"), ("Child forename", "Mia"), ("Level suggested", "2")],
    &[("Contact ref", "A"), ("Child forename", "Leo"), ("DOB or EDD", "2018-01-09")],
    &[("Contact ref", "B"), ("Child forename", "Mia"), ("From agency", "Police")],
    &[("Contact ref", "C"), ("Child forename", "Unborn"), ("DOB or EDD", "2025-09-20")],
    &[
        ("Contact ref", "D"),
        ("Child forename", "Ana"),
        ("Outcome", "Advice"),
        ("Decided", "2025-07-24T09:00"),
        ("NHS No", "9434765919"),
    ],
    &[("Contact ref", "E"), ("Child forename", "Leo"), ("Received", "2025-07-25T08:00:00")],
    &[("Contact ref", "E"), ("Child forename", "Zoë"), ("Level suggested", "4 - CP")],
];

/// The rows of one order, under references and names of its own.
fn rows_of(mark: &str) -> Vec<Vec<(&'static str, String)>> {
    let row = |cells: Cells<'static>| {
        let mut row: Vec<_> = cells.iter().map(|(h, said)| (*h, (*said).to_owned())).collect();
        row[0].1.push_str(&format!("-{mark}"));
        row.push(("Child surname", format!("Invented-{mark}")));
        row
    };
    ROWS.into_iter().map(row).collect()
}

/// A row of one order.
type Cell = (&'static str, String);

/// Takes in some of the rows; answers with how many were taken in, and how many refused.
async fn take(world: &World, rows: &[&Vec<Cell>]) -> (usize, usize) {
    let rows: Vec<Vec<_>> =
        rows.iter().map(|row| row.iter().map(|(h, s)| (*h, s.as_str())).collect()).collect();
    let cells: Vec<Cells<'_>> = rows.iter().map(Vec::as_slice).collect();
    let did = import::take(world, &list(&cells)).await;
    (did.taken, did.refused)
}

#[test]
fn r5_a_list_in_any_order_with_anything_twice_ends_in_one_state() {
    on_both(async |world| {
        let first = rows_of("yfirsty");
        let all: Vec<_> = first.iter().collect();
        assert_eq!(take(&world, &all).await, (ROWS.len(), 0));
        let wanted = state(&world, "Invented-yfirsty").await;
        assert!(wanted.len() > 30, "{wanted:#?}");
        let mut dice = Dice::of(5);
        for n in 0..orders() {
            let mark = format!("y{n}y");
            let rows = rows_of(&mark);
            // Siblings come in one list, or they would be two requests: that is said where it is done.
            let lists = 1 + dice.below(3);
            let begins: Vec<usize> = ["A", "B", "C", "D", "E"].map(|_| dice.below(lists)).into();
            let mut taken = 0;
            for now in 0..lists {
                let mut these = Vec::new();
                for row in &rows {
                    let of = usize::from(row[0].1.as_bytes()[0] - b'A');
                    let times = match begins[of] {
                        begins if begins == now => 1 + dice.below(3),
                        begins if begins < now => dice.below(2),
                        _ => 0,
                    };
                    these.extend((0..times).map(|_| row));
                }
                let these = shuffled(these, &mut dice);
                let did = take(&world, &these).await;
                assert_eq!(did.1, 0, "{n}: nothing is refused");
                taken += did.0;
            }
            assert_eq!(taken, ROWS.len(), "{n}: each once");
            let family = format!("Invented-{mark}");
            let is = state(&world, &family).await;
            assert_eq!(hash(&is), hash(&wanted), "{n}: {is:#?}\n{wanted:#?}");
            // The same reference and child with other words is refused, and changes nothing.
            let mut changed = rows[dice.below(rows.len())].clone();
            changed.push(("Worry", "Something else".into()));
            assert_eq!(take(&world, &[&changed]).await, (0, 1), "{n}: {changed:?}");
            assert_eq!(hash(&state(&world, &family).await), hash(&wanted), "{n}");
        }
        world
    });
}

const CALL: &str = "/contacts/by-telephone";

/// Calls as the form sends them, each under its own key.
fn calls(mark: &str) -> Vec<String> {
    let call = |(n, more): (usize, &str)| {
        format!("once={mark}-{n}&agency=public&caller=Nobody&family.0=Invented-{mark}&{more}")
    };
    let said = [
        "danger=no&worry=Cold&given.0=Kit",
        "danger=yes&worry=Alone+at+night&given.0=Kit",
        "danger=no&worry=Hungry&given.0=Mia&level=2",
        "danger=no&worry=Shouting&given.0=Leo&given.1=Ana&family.1=Invented-Other",
    ];
    said.into_iter().enumerate().map(call).collect()
}

#[test]
fn r5_forms_in_any_order_with_anything_twice_and_at_once_end_in_one_state() {
    on_both(async |world| {
        let mut dee = world.signs_in("dee@hub.example").await;
        let token = dee.token().await;
        let other = world.another_process().await;
        let mut elsewhere = dee.clone();
        elsewhere.router = routes::router(other.clone());
        let send = |browser: &Browser, form: &str| {
            let (mut browser, text) = (browser.clone(), format!("token={token}&{form}"));
            tokio::spawn(async move { browser.send_text(CALL, text).await })
        };
        for form in calls("yfirsty") {
            assert_eq!(send(&dee, &form).await.unwrap().status, StatusCode::SEE_OTHER);
        }
        let wanted = state(&world, "Invented-yfirsty").await;
        assert!(wanted.len() > 15, "{wanted:#?}");
        let mut dice = Dice::of(55);
        for n in 0..orders() {
            let mark = format!("y{n}y");
            let forms = calls(&mark);
            let mut again: Vec<usize> = (0..forms.len()).collect();
            again.extend((0..forms.len()).map(|_| dice.below(forms.len())));
            // Each at once with the next, which may be the same, and in one of two processes.
            let mut left: Vec<usize> = shuffled(again, &mut dice);
            let mut answers = vec![BTreeSet::new(); forms.len()];
            while !left.is_empty() {
                let now: Vec<_> = left.drain(..left.len().min(3)).collect();
                let sent: Vec<_> = now
                    .iter()
                    .map(|form| (*form, send([&dee, &elsewhere][dice.below(2)], &forms[*form])))
                    .collect();
                for (form, sent) in sent {
                    let page = sent.await.unwrap();
                    match page.status {
                        StatusCode::SEE_OTHER => {
                            answers[form].insert(page.location().to_owned());
                        }
                        // Another process was writing: it is asked for the same form again.
                        StatusCode::SERVICE_UNAVAILABLE => left.push(form),
                        _ => panic!("{n}: {} {}", page.status, page.text),
                    }
                }
            }
            assert!(answers.iter().all(|places| places.len() == 1), "{n}: {answers:?}");
            let family = format!("Invented-{mark}");
            let is = state(&world, &family).await;
            assert_eq!(hash(&is), hash(&wanted), "{n}: {is:#?}\n{wanted:#?}");
            let changed = forms[dice.below(forms.len())].replace("Nobody", "Somebody+else");
            let refused = send(&dee, &changed).await.unwrap();
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{n}: {}", refused.text);
            let why = "This was put on the record already, as it was before you changed it";
            assert!(refused.text.contains(why), "{n}: {}", refused.text);
            assert_eq!(hash(&state(&world, &family).await), hash(&wanted), "{n}");
        }
        world
    });
}

/// Something that happened on Friday and came on Monday says both, and counts from when it happened.
#[test]
fn r5_what_came_late_is_shown_as_late_with_both_times() {
    on_both(async |world| {
        let received = ("Received", "2026-10-30T09:00:00");
        let rows = rows_of("late");
        let mut row = rows[2].clone();
        row.push((received.0, received.1.into()));
        assert_eq!(take(&world, &[&row]).await, (1, 0));
        let due = "clock k JOIN pathway p ON p.id = k.pathway_id JOIN contact c ON c.id = p.contact_id \
                   WHERE c.list_reference = 'B-late' AND k.started_at = c.received_at \
                   AND c.received_at < c.recorded_at";
        assert!(world.count(due).await > 0, "clocks run from when it came to the agency");
        let mut dee = world.signs_in("dee@hub.example").await;
        #[derive(Row)]
        struct Late {
            reference: String,
        }
        let text = "SELECT reference FROM contact WHERE list_reference = 'B-late'";
        let late: Option<Late> = world.app.db.reads().one(text, []).await.unwrap();
        let page = dee.get(&format!("/contacts/{}", late.unwrap().reference)).await;
        for words in ["30 October 2026 at 9am", "Recorded 2 November 2026 at 10am"] {
            assert!(page.reads(words), "{words}: {}", page.text);
        }
        world
    });
}
