//! Who is told of a use, and its review by somebody else (test V19).

use app::{
    break_glass::reviewing::TOO_CLOSE,
    doors,
    front_door::screening::Claim,
    organisations::{memberships::JoinTeam, roles::GiveRole},
    sharing::notices::OwnNotices,
};
use axum::http::StatusCode;
use platform::db::{Row, Runs, sea_orm};
use practice::{calendar::Day, roles::Role};

use super::{HALIMA, PAGE, breaks, is_among, with_codes, workers_turn};
use crate::{
    browser::Page,
    kept_away::keep,
    support::{World, on_both, reference_of},
    walk::known,
};

pub const PRIYA: &str = "priya@health.example";
/// The privacy officer of the council, which has the hub.
pub const INES: &str = "ines@hub.example";

/// The health trust has a privacy officer, too.
pub async fn officers(world: &World) {
    world.joins(PRIYA, HALIMA, Role::PrivacyOfficer).await;
}

/// The letters of this turn to those who review; the hub hears of its own clocks beside.
async fn to_officers(world: &World) -> Vec<String> {
    let mut letters = workers_turn(world).await;
    letters.retain(|to| [PRIYA, INES].contains(&to.as_str()));
    letters
}

/// The address at which a use is reviewed.
pub fn review_of(opened: &str) -> String {
    opened.replace(PAGE, "/glass-reviews")
}

#[test]
fn v19_whoever_has_the_record_and_the_privacy_officers_are_told_at_once_by_reference() {
    on_both(async |world| {
        officers(&world).await;
        let known = known(&world, false).await;
        let sunil = world.actor("sunil@hub.example").await;
        let claim = Claim { contact: known.contact.clone() };
        doors::record(&world.app, &sunil, claim).await.unwrap();
        workers_turn(&world).await;
        let (mut halima, _) = with_codes(&world, HALIMA).await;
        let opened = breaks(&mut halima, &known).await;
        // In the same transaction: not within a minute, but at once.
        let at_once = "broken_glass_told t JOIN broken_glass b ON b.id = t.glass_id \
            WHERE t.told_at = b.opened_at";
        assert_eq!(world.count(at_once).await, 3);
        let notices = doors::open(&world.app, &sunil, OwnNotices).await.unwrap();
        assert_eq!(notices[0].kind, "glass-broken");
        let letters = workers_turn(&world).await;
        for who in ["sunil@hub.example", PRIYA, INES] {
            assert!(is_among(&letters, who), "{who}: {letters:?}");
        }
        assert_eq!(letters.len(), 3, "and nobody else: {letters:?}");

        halima.get(&opened).await;
        halima.get(&opened).await;
        for who in [PRIYA, INES] {
            let mut officer = world.signs_in(who).await;
            assert!(officer.get("/").await.reads("1 to review, none late."));
            let used = officer.get(&review_of(&opened)).await;
            assert!(
                used.reads("Halima Yusuf-Demo") && used.reads("She is unconscious"),
                "{}",
                used.text
            );
            assert!(used.reads("Looks") && used.reads("Sunil Rao-Demo"), "{}", used.text);
            for of_the_child in ["Invented-Marsh", &known.person, &known.contact] {
                assert!(!used.reads(of_the_child), "{of_the_child}: {}", used.text);
            }
        }
        world
    });
}

async fn reviews(world: &World, who: &str, opened: &str, fields: &str) -> Page {
    world.signs_in(who).await.fills(&review_of(opened), fields).await
}

const JUSTIFIED: &str = "finding=justified&theme=nobody-reached&words=I+asked+her+and+the+ward";

#[test]
fn v19_each_use_is_reviewed_once_by_somebody_else_of_another_team() {
    on_both(async |world| {
        officers(&world).await;
        world.joins("paul@police.example", "owen@marram.example", Role::PrivacyOfficer).await;
        let known = known(&world, false).await;
        // Halima looks after her own agency's reviews as well.
        let jo = world.actor("jo@unit.example").await;
        let (role, from) = ("privacy-officer".to_owned(), Day::constant(2026, 11, 2));
        let give = GiveRole { staff: staff(&world, HALIMA).await, role, from, until: None };
        doors::record(&world.app, &jo, give).await.unwrap();
        let (mut halima, _) = with_codes(&world, HALIMA).await;
        let opened = breaks(&mut halima, &known).await;
        let own = halima.fills(&review_of(&opened), JUSTIFIED).await;
        assert_eq!(own.status, StatusCode::NOT_FOUND, "nobody reviews their own");
        assert!(halima.get("/glass-reviews").await.reads("Nothing waits for your review."));
        let elsewhere = reviews(&world, "paul@police.example", &opened, JUSTIFIED).await;
        assert_eq!(elsewhere.status, StatusCode::NOT_FOUND, "of neither agency");

        // Priya works with her.
        let team = reference_of(&world, "team", "South Shore health visiting team").await;
        for who in [HALIMA, PRIYA] {
            let staff = staff(&world, who).await;
            let join = JoinTeam { staff, team: team.clone(), from, until: None };
            doors::record(&world.app, &jo, join).await.unwrap();
        }
        assert!(reviews(&world, PRIYA, &opened, JUSTIFIED).await.reads(TOO_CLOSE));

        // Ines leads her, and then does not.
        let leads = |who: &str| {
            format!(
                "UPDATE staff SET manager_id = (SELECT id FROM staff WHERE email = '{who}') \
                 WHERE email = '{HALIMA}'"
            )
        };
        world.tamper(&leads(INES)).await;
        let led = reviews(&world, INES, &opened, JUSTIFIED).await;
        assert_eq!(led.status, StatusCode::NOT_FOUND, "nobody reviews whom they lead");
        world.tamper(&leads("jo@unit.example")).await;

        let bare = reviews(&world, INES, &opened, "finding=justified&theme=other&words=").await;
        assert!(bare.reads("Enter what you learned"), "{}", bare.text);
        let bare = reviews(&world, INES, &opened, "finding=justified&words=Something").await;
        assert!(bare.reads("Choose what it comes to"), "{}", bare.text);
        let done = reviews(&world, INES, &opened, JUSTIFIED).await;
        assert_eq!(done.location(), "/glass-reviews?done=glass-reviewed", "{}", done.text);
        assert!(!world.holds("I asked her and the ward").await, "the review is sealed");
        let read = world.signs_in(PRIYA).await.get(&review_of(&opened)).await;
        assert!(read.reads("I asked her and the ward"), "{}", read.text);
        let twice = reviews(&world, INES, &opened, JUSTIFIED).await;
        assert_eq!(twice.status, StatusCode::CONFLICT, "once");
        world
    });
}

/// Nobody is a privacy officer of the hub's council any longer.
async fn without_officer(world: &World) {
    let text = "UPDATE staff_role SET until_on = from_on WHERE role = 'privacy-officer'";
    world.tamper(text).await;
}

const MARGUERITE: &str = "marguerite@hub.example";

#[test]
fn where_no_agency_has_a_privacy_officer_a_hub_manager_is_told_and_reviews() {
    on_both(async |world| {
        let known = known(&world, false).await;
        workers_turn(&world).await;
        without_officer(&world).await;
        let (mut halima, _) = with_codes(&world, HALIMA).await;
        let opened = breaks(&mut halima, &known).await;
        let letters = workers_turn(&world).await;
        assert!(is_among(&letters, MARGUERITE), "{letters:?}");
        let mut marguerite = world.signs_in(MARGUERITE).await;
        assert!(marguerite.get("/").await.reads("1 to review, none late."));
        let used = marguerite.get(&review_of(&opened)).await;
        assert!(used.reads("She is unconscious") && !used.reads("Invented-Marsh"), "{}", used.text);
        for who in ["sunil@hub.example", "jo@unit.example", "owen@marram.example"] {
            let refused = reviews(&world, who, &opened, JUSTIFIED).await;
            assert_eq!(refused.status, StatusCode::NOT_FOUND, "{who}");
        }
        let done = reviews(&world, MARGUERITE, &opened, JUSTIFIED).await;
        assert_eq!(done.location(), "/glass-reviews?done=glass-reviewed", "{}", done.text);
        world
    });
}

/// She is told, since it was in her agency, and leaves the review to somebody else.
#[test]
fn where_the_only_officer_works_with_whoever_it_was_a_hub_manager_reviews() {
    on_both(async |world| {
        let known = known(&world, false).await;
        workers_turn(&world).await;
        let ends = "UPDATE staff_role SET until_on = from_on WHERE role = 'privacy-officer'";
        world.tamper(ends).await;
        officers(&world).await;
        let jo = world.actor("jo@unit.example").await;
        let team = reference_of(&world, "team", "South Shore health visiting team").await;
        for who in [HALIMA, PRIYA] {
            let (staff, from) = (staff(&world, who).await, Day::constant(2026, 11, 2));
            let join = JoinTeam { staff, team: team.clone(), from, until: None };
            doors::record(&world.app, &jo, join).await.unwrap();
        }
        let (mut halima, _) = with_codes(&world, HALIMA).await;
        let opened = breaks(&mut halima, &known).await;
        let letters = workers_turn(&world).await;
        assert!(is_among(&letters, PRIYA) && is_among(&letters, MARGUERITE), "{letters:?}");
        assert!(reviews(&world, PRIYA, &opened, JUSTIFIED).await.reads(TOO_CLOSE));
        let done = reviews(&world, MARGUERITE, &opened, JUSTIFIED).await;
        assert_eq!(done.location(), "/glass-reviews?done=glass-reviewed", "{}", done.text);
        world
    });
}

#[test]
fn what_no_officer_reviewed_in_time_goes_to_a_hub_manager_and_not_before() {
    on_both(async |world| {
        let known = known(&world, false).await;
        workers_turn(&world).await;
        let (mut halima, _) = with_codes(&world, HALIMA).await;
        let opened = breaks(&mut halima, &known).await;
        let early = reviews(&world, MARGUERITE, &opened, JUSTIFIED).await;
        assert_eq!(early.status, StatusCode::NOT_FOUND, "an officer has the time for it");
        world.everybody_stays().await;
        world.it_is("2026-11-05T09:00:00Z");
        app::sharing::jobs::raise_what_is_late(&world.app).await.unwrap();
        let letters = workers_turn(&world).await;
        assert!(is_among(&letters, MARGUERITE) && is_among(&letters, INES), "{letters:?}");
        let page = world.signs_in(MARGUERITE).await.get("/glass-reviews").await;
        assert!(page.reads("1 to review, 1 late."), "{}", page.text);
        let done = reviews(&world, MARGUERITE, &opened, JUSTIFIED).await;
        assert_eq!(done.location(), "/glass-reviews?done=glass-reviewed", "{}", done.text);
        world
    });
}

/// The reference of somebody who works here.
async fn staff(world: &World, email: &str) -> String {
    #[derive(Row)]
    struct Found {
        reference: String,
    }
    let text = "SELECT reference FROM staff WHERE email = $1";
    let found: Option<Found> = world.app.db.reads().one(text, [email.into()]).await.unwrap();
    found.expect("somebody").reference
}

#[test]
fn v19_what_nobody_reviewed_in_two_working_days_is_on_the_report_and_told_again_once() {
    on_both(async |world| {
        officers(&world).await;
        let known = known(&world, false).await;
        let (mut halima, _) = with_codes(&world, HALIMA).await;
        let opened = breaks(&mut halima, &known).await;
        workers_turn(&world).await;
        world.it_is("2026-11-04T23:59:59Z");
        assert!(to_officers(&world).await.is_empty(), "there is still time");
        world.it_is("2026-11-05T00:00:00Z");
        let mut letters = to_officers(&world).await;
        letters.sort_unstable();
        assert_eq!(letters, [INES, PRIYA]);
        let list = world.signs_in(PRIYA).await.get("/glass-reviews").await;
        assert!(list.reads("1 to review, 1 late."), "{}", list.text);
        world.it_is("2026-11-06T10:00:00Z");
        assert!(to_officers(&world).await.is_empty(), "once");
        let done = reviews(&world, PRIYA, &opened, JUSTIFIED).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "late is better than never: {}", done.text);
        let list = world.signs_in(PRIYA).await.get("/glass-reviews").await;
        assert!(list.reads("Nothing waits for your review."), "{}", list.text);
        world
    });
}

#[test]
fn v2_an_officer_who_must_not_see_the_child_neither_hears_of_it_nor_reviews_it() {
    on_both(async |world| {
        officers(&world).await;
        let known = known(&world, false).await;
        keep(&world, &known, PRIYA, None).await.unwrap();
        let (mut halima, _) = with_codes(&world, HALIMA).await;
        workers_turn(&world).await;
        let opened = breaks(&mut halima, &known).await;
        assert!(!is_among(&workers_turn(&world).await, PRIYA));
        let mut priya = world.signs_in(PRIYA).await;
        assert!(priya.get("/glass-reviews").await.reads("Nothing waits for your review."));
        assert_eq!(priya.get(&review_of(&opened)).await.status, StatusCode::NOT_FOUND);
        assert_eq!(priya.fills(&review_of(&opened), JUSTIFIED).await.status, StatusCode::NOT_FOUND);
        world
    });
}
