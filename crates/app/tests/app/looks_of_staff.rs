//! What one member of staff looked at, for a privacy officer of their own agency: numbers, rules and
//! references, and never a word of a record, nor a sign of one that is hidden from the officer.

use app::{
    doors::{
        self,
        journal::{self, Kind},
    },
    who_looked::{
        Sort,
        folding::fold,
        of_staff::{LooksOf, MOST_DAYS, SeeLooksOf, Span},
    },
};
use axum::http::StatusCode;
use platform::db::{Row, Runs, sea_orm};
use practice::{calendar::Day, roles::Role};

use crate::{
    break_glass::{tries, used_by},
    browser::Page,
    kept_away::keep,
    restricted::restrict_to,
    support::{World, on_both, somebody_elses},
    unusual::{OFFICER, come_back, with_officers},
    walk::{Known, VISIT, known, known_by, without_keys},
};

const PAGE: &str = "/looks-of-staff";
const DEE: &str = "dee@hub.example";
const SUNIL: &str = "sunil@hub.example";
const HALIMA: &str = "halima@health.example";
const RHYS: &str = "rhys@health.example";
const MARGUERITE: &str = "marguerite@hub.example";
const WHY: &str = "Her manager asked what she did that week";

fn asks(who: &str) -> String {
    let why = WHY.replace(' ', "+");
    format!(
        "who={who}&from.day=1&from.month=11&from.year=2026&to.day=30&to.month=11&to.year=2026\
         &purpose={why}"
    )
}

async fn reads(world: &World, officer: &str, who: &str) -> Page {
    fold(&world.app.db).await.unwrap();
    world.signs_in(officer).await.fills(PAGE, &asks(who)).await
}

async fn looks(world: &World, officer: &str, who: &str) -> LooksOf {
    fold(&world.app.db).await.unwrap();
    let days = Day::constant(2026, 11, 1)..=Day::constant(2026, 11, 30);
    let span = Span { who: who.to_owned(), days };
    let look = SeeLooksOf { span, purpose: WHY.to_owned() };
    doors::open(&world.app, &world.actor(officer).await, look).await.unwrap()
}

/// Of how many people each sort was, on every day together.
fn people(looks: &LooksOf, sort: Sort) -> usize {
    looks.days.iter().filter(|of| of.sort == sort).map(|of| of.people).sum()
}

/// Two requests about different children, of which Dee opens both.
async fn two_requests(world: &World) -> (Known, Known) {
    let owen = world.actor("owen@marram.example").await;
    let first = known(world, false).await;
    let other = known_by(world, &somebody_elses(world, &owen).await).await;
    let mut dee = world.signs_in(DEE).await;
    for known in [&first, &other] {
        assert_eq!(dee.get(&format!("/people/{}", known.person)).await.status, StatusCode::OK);
    }
    (first, other)
}

#[test]
fn a_privacy_officer_reads_how_many_records_somebody_opened_by_which_rule_and_nothing_of_them() {
    on_both(async |world| {
        with_officers(&world).await;
        let (first, _) = two_requests(&world).await;
        let protected = format!("/contacts/{}/protected", first.contact);
        world.signs_in(DEE).await.fills(&protected, VISIT).await;

        let seen = looks(&world, OFFICER, DEE).await;
        assert_eq!(people(&seen, Sort::Opened), 2, "{seen:?}");
        assert!(people(&seen, Sort::Protected) >= 1, "{seen:?}");
        let page = reads(&world, OFFICER, DEE).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        for said in
            ["Opened it", "Saw what is protected", "The hub reads every contact", "2 November 2026"]
        {
            assert!(page.reads(said), "{said}: {}", page.text);
        }
        assert!(page.reads("Records that are hidden from you are left out here"));
        for of_a_child in
            ["Invented", &first.person, &first.contact, &first.account, "A visit to them"]
        {
            assert!(!page.text.contains(of_a_child), "{of_a_child}: {}", page.text);
        }
        world
    });
}

#[test]
fn what_stood_out_and_what_was_opened_in_an_emergency_stand_there_by_reference() {
    on_both(async |world| {
        with_officers(&world).await;
        let known = known(&world, false).await;
        let glass = used_by(&world, HALIMA, &known.contact).await;
        let page = reads(&world, RHYS, HALIMA).await;
        assert!(page.reads(&glass) && page.reads("Not reviewed yet"), "{}", page.text);
        assert!(page.reads("Opened it in an emergency") && page.reads("breaks glass"));
        assert!(!page.reads("She is unconscious"), "why stands with the review: {}", page.text);

        come_back(&world, &[SUNIL], &known.person, 5).await;
        world.it_is("2026-11-09T08:00:00Z");
        app::unusual::deriving::turn(&world.app).await.unwrap();
        let seen = looks(&world, OFFICER, SUNIL).await;
        let [row] = seen.stood_out.as_slice() else { panic!("one stood out: {seen:?}") };
        assert_eq!(people(&seen, Sort::Opened), 5, "one child, on five days");
        let page = reads(&world, OFFICER, SUNIL).await;
        assert!(page.reads(&row.reference) && page.reads("Nobody has said yet"), "{}", page.text);
        let settled = "outcome=in-order&reason=He+waited+for+the+school";
        let row = format!("/unusual-access/{}", row.reference);
        world.signs_in(OFFICER).await.fills(&row, settled).await;
        let page = reads(&world, OFFICER, SUNIL).await;
        assert!(page.reads("In order: there was a reason to look"), "{}", page.text);
        assert!(!page.reads("He waited for the school"), "{}", page.text);
        let others = looks(&world, OFFICER, DEE).await;
        assert!(others.stood_out.is_empty(), "only theirs: {others:?}");
        world
    });
}

/// Dee opens a record, and another that is then hidden from the officer: the page is the one from before.
async fn leaves_no_trace(world: &World, hide: impl AsyncFnOnce(&Known)) {
    with_officers(world).await;
    let owen = world.actor("owen@marram.example").await;
    let mut dee = world.signs_in(DEE).await;
    let open = known_by(world, &somebody_elses(world, &owen).await).await;
    dee.get(&format!("/people/{}", open.person)).await;
    let before = without_keys(&reads(world, OFFICER, DEE).await);
    let hidden = known(world, false).await;
    dee.get(&format!("/people/{}", hidden.person)).await;
    assert_ne!(without_keys(&reads(world, OFFICER, DEE).await), before, "it is counted");
    hide(&hidden).await;
    assert_eq!(without_keys(&reads(world, OFFICER, DEE).await), before);
}

#[test]
fn whom_the_officer_is_kept_away_from_leaves_no_trace() {
    on_both(async |world| {
        let hide = async |known: &Known| keep(&world, known, OFFICER, None).await.unwrap();
        leaves_no_trace(&world, hide).await;
        world
    });
}

#[test]
fn whoever_is_restricted_to_others_leaves_no_trace() {
    on_both(async |world| {
        let hide = async |known: &Known| restrict_to(&world, known, &[DEE]).await.unwrap();
        leaves_no_trace(&world, hide).await;
        world
    });
}

/// What the officer’s list of what stood out shows of a restricted child is counted here too: otherwise
/// the two together would tell that there is somebody restricted.
#[test]
fn what_stands_on_the_officers_other_lists_is_counted_though_it_is_restricted() {
    on_both(async |world| {
        with_officers(&world).await;
        let known = known(&world, false).await;
        come_back(&world, &[SUNIL], &known.person, 5).await;
        world.it_is("2026-11-09T08:00:00Z");
        app::unusual::deriving::turn(&world.app).await.unwrap();
        assert_eq!(tries(&world, HALIMA, &known).await.status, StatusCode::SEE_OTHER);
        restrict_to(&world, &known, &[DEE]).await.unwrap();
        let seen = looks(&world, OFFICER, SUNIL).await;
        assert_eq!(seen.stood_out.len(), 1, "{seen:?}");
        assert_eq!(people(&seen, Sort::Opened), 5, "{seen:?}");
        let glass = looks(&world, RHYS, HALIMA).await;
        assert_eq!(people(&glass, Sort::Emergency), 1, "{glass:?}");
        assert_eq!(people(&glass, Sort::Opened), 0, "{glass:?}");
        world
    });
}

#[derive(Row)]
struct Entry {
    entry: Vec<u8>,
}

async fn kinds(world: &World, what: &str) -> Vec<Kind> {
    let text = "SELECT entry FROM journal ORDER BY seq";
    let entries: Vec<Entry> = world.app.db.reads().all(text, []).await.unwrap();
    let entries = entries.iter().filter_map(|entry| journal::read(&entry.entry));
    entries.filter(|read| read.what == what).map(|read| read.kind).collect()
}

#[test]
fn nobody_reads_their_own_nor_another_agencys_and_each_look_is_journaled_with_what_it_was_for() {
    on_both(async |world| {
        with_officers(&world).await;
        two_requests(&world).await;
        for who in [OFFICER, HALIMA, "nobody@hub.example"] {
            let page = reads(&world, OFFICER, who).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{who}");
            assert!(page.reads("Enter the address of somebody else of your agency"), "{who}");
        }
        assert_eq!(kinds(&world, "who-looked:of-staff").await, [Kind::Refused; 3]);
        for who in [DEE, "jo@unit.example", "sefa@scrutiny.example", "owen@marram.example"] {
            let mut browser = world.signs_in(who).await;
            assert_eq!(browser.get(PAGE).await.status, StatusCode::NOT_FOUND, "{who}");
            assert_eq!(
                browser.fills(PAGE, &asks(DEE)).await.status,
                StatusCode::NOT_FOUND,
                "{who}"
            );
        }
        assert_eq!(reads(&world, OFFICER, DEE).await.status, StatusCode::OK);
        assert_eq!(kinds(&world, "who-looked:of-staff").await[3..], [Kind::Seen]);
        assert!(!world.holds(WHY).await, "what it was for is sealed");

        let mut browser = world.signs_in(OFFICER).await;
        let short =
            browser.fills(PAGE, &asks(DEE).replace(&WHY.replace(' ', "+"), "Because")).await;
        assert!(short.reads("Enter why, in 20 characters or more"), "{}", short.text);
        let long =
            browser.fills(PAGE, &asks(DEE).replace("from.year=2026", "from.year=2025")).await;
        assert!(long.reads(&format!("Choose {MOST_DAYS} days or fewer")), "{}", long.text);
        let none = browser.fills(PAGE, &asks(DEE).replace("to.month=11", "to.month=10")).await;
        assert!(none.reads("The last day must not be before the first"), "{}", none.text);

        // Where an agency has no officer, a hub manager stands in.
        assert_eq!(
            reads(&world, MARGUERITE, HALIMA).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        world
            .tamper("UPDATE staff_role SET until_on = from_on WHERE role = 'privacy-officer'")
            .await;
        assert_eq!(reads(&world, MARGUERITE, HALIMA).await.status, StatusCode::OK);
        world.joins("second@hub.example", MARGUERITE, Role::HubManager).await;
        let own = reads(&world, MARGUERITE, MARGUERITE).await;
        assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY, "never of themselves");
        world
    });
}
