//! Local choice, with the real database: what a new list of bank holidays moves and what it leaves.

use app::{
    doors,
    error::Error,
    front_door::{contacts::NewContact, reading::OpenContact, screening::AddInformation},
    pathways::{derive::ClockRow, rederive},
    settings::{
        bank_holidays,
        lengths::{OpenLengths, SetLength, WithdrawLength},
        partnership::{OpenPartnership, Partnership, SetPartnership},
        term_dates,
    },
    sharing::jobs,
};
use practice::{
    calendar::HubHours,
    processes::request_for_support::{Level, Outcome},
};

use crate::{
    front_door::{decision, send, sent, two_siblings},
    support::{World, on_both},
    walk::known_by,
};

/// What one of the managers was told.
const RAISED: &str = "notice WHERE kind = 'raised' AND staff_id = \
    (SELECT id FROM staff WHERE email = 'marguerite@hub.example')";

/// The shipped list, and Tuesday 3 November 2026 proclaimed at short notice.
pub fn proclaimed() -> String {
    format!(
        "{}2026-11-03,A day of mourning\n",
        include_str!("../../../practice/data/bank-holidays.csv")
    )
}

async fn clock(world: &World, contact: &str, child: usize, code: &str) -> ClockRow {
    let dee = world.actor("dee@hub.example").await;
    let look = OpenContact { reference: contact.into() };
    let seen = doors::open(&world.app, &dee, look).await.unwrap();
    seen.children[child].clocks.iter().find(|c| c.code == code).unwrap().clone()
}

async fn works(world: &World) {
    while jobs::raise_what_is_late(&world.app).await.unwrap() > 0 {}
}

#[test]
fn a_new_list_moves_running_clocks_keeps_what_they_said_and_leaves_the_past() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let dee = world.actor("dee@hub.example").await;
        let taken = sent(&world, &owen, false).await;
        world.it_is("2026-11-02T11:00:00Z");
        let decide =
            decision(&taken.pathways[0], 1, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
        doors::record(&world.app, &dee, decide).await.unwrap();
        let ended = clock(&world, &taken.reference, 0, "REF-1WD").await;
        world.it_is("2026-11-02T12:00:00Z");
        bank_holidays::load(&world.app, proclaimed()).await.unwrap();

        assert_eq!(clock(&world, &taken.reference, 0, "REF-1WD").await, ended);
        let running = clock(&world, &taken.reference, 1, "REF-1WD").await;
        assert_eq!(running.breach_at.0.to_string(), "2026-11-04T23:59:59Z");
        assert_eq!(running.calendar_version, 2);
        let said = "clock_before WHERE code = 'REF-1WD' AND calendar_version = 1";
        assert_eq!(world.count(said).await, 1, "what the running clock said is kept");
        let proof = rederive::check(&world.app).await.unwrap();
        assert_eq!(proof.differences, Vec::<String>::new());

        // Decided on Wednesday: in time by the new list, for ever.
        world.it_is("2026-11-04T12:00:00Z");
        let decide = decision(&taken.pathways[1], 1, Level::Intensive, Outcome::PartnerEarlyHelp);
        doors::record(&world.app, &dee, decide).await.unwrap();
        assert_eq!(clock(&world, &taken.reference, 1, "REF-1WD").await.calendar_version, 2);
        world
    });
}

#[test]
fn nobody_is_told_by_a_moment_that_a_new_list_has_moved() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        sent(&world, &owen, false).await;
        bank_holidays::load(&world.app, proclaimed()).await.unwrap();
        let raised = RAISED;
        world.it_is("2026-11-04T00:10:00Z");
        works(&world).await;
        assert_eq!(world.count(raised).await, 0, "the limit has moved by a day");
        world.it_is("2026-11-05T00:10:00Z");
        works(&world).await;
        assert_eq!(world.count(raised).await, 1, "one notice for both children");
        world
    });
}

#[test]
fn what_is_late_is_raised_once_and_says_which_duty_it_was() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let dee = world.actor("dee@hub.example").await;
        let taken = sent(&world, &owen, false).await;
        world.it_is("2026-11-04T00:10:00Z");
        works(&world).await;
        // A worker that died after telling: the same work is taken up again.
        let again = "UPDATE outbox SET state = 'waiting', due_at = asked_at WHERE kind = 'rung'";
        world.tamper(again).await;
        works(&world).await;
        assert_eq!(world.count(RAISED).await, 1);
        let look = OpenContact { reference: taken.reference };
        let seen = doors::open(&world.app, &dee, look).await.unwrap();
        let raised = &seen.children[0].tellings.last().unwrap().stored.event;
        assert_eq!(raised, r#"{"raised":{"duty":"REF-1WD","to":"hub-manager"}}"#);
        world
    });
}

#[test]
fn a_running_server_counts_by_the_list_that_another_process_took_up() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let other = world.another_process().await;
        bank_holidays::load(&other, proclaimed()).await.unwrap();
        other.db.close().await;
        let taken = sent(&world, &owen, false).await;
        let decide = clock(&world, &taken.reference, 0, "REF-1WD").await;
        assert_eq!(decide.breach_at.0.to_string(), "2026-11-04T23:59:59Z");
        world
    });
}

#[test]
fn what_happens_while_clocks_are_counted_again_is_not_lost() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let dee = world.actor("dee@hub.example").await;
        let mut pathways = Vec::new();
        for _ in 0..6 {
            pathways.extend(sent(&world, &owen, false).await.pathways);
        }
        let decide = async {
            for pathway in &pathways {
                let outcome = Outcome::PartnerEarlyHelp;
                let decide = decision(pathway, 1, Level::Intensive, outcome);
                doors::record(&world.app, &dee, decide).await.expect("no form went stale");
            }
        };
        let (loaded, ()) = tokio::join!(bank_holidays::load(&world.app, proclaimed()), decide);
        loaded.unwrap();
        world
    });
}

fn length(code: &str, n: u32, unit: &str, from: &str) -> SetLength {
    SetLength {
        code: code.into(),
        n,
        unit: unit.into(),
        from: from.parse().unwrap(),
        seen: i64::MAX,
    }
}

#[test]
fn the_business_unit_tightens_a_duty_for_clocks_that_start_from_that_day_on() {
    on_both(async |world| {
        let (jo, owen) =
            (world.actor("jo@unit.example").await, world.actor("owen@marram.example").await);
        let before = sent(&world, &owen, false).await;
        let eight_hours = length("REF-1WD", 8, "hours", "2026-11-03");
        doors::record(&world.app, &jo, eight_hours).await.unwrap();
        let decide = clock(&world, &before.reference, 0, "REF-1WD").await;
        assert_eq!(decide.breach_at.0.to_string(), "2026-11-03T23:59:59Z", "it runs already");
        world.it_is("2026-11-03T09:00:00Z");
        let more = AddInformation {
            contact: before.reference.clone(),
            said: "A bruise".into(),
            danger: false,
            said_at: None,
        };
        doors::record(&world.app, &owen, more).await.unwrap();
        let decide = clock(&world, &before.reference, 0, "REF-1WD").await;
        assert_eq!(decide.breach_at.0.to_string(), "2026-11-03T23:59:59Z", "it keeps its length");

        let mut contact = two_siblings(&owen, false);
        contact.received = world.app.clock.now();
        let after = send(&world, &owen, contact).await;
        let decide = clock(&world, &after.reference, 0, "REF-1WD").await;
        assert_eq!(decide.breach_at.0.to_string(), "2026-11-03T17:00:00Z");
        world.it_is("2026-11-03T17:01:00Z");
        works(&world).await;
        assert_eq!(world.count(RAISED).await, 1, "told at five");
        let seen = doors::open(&world.app, &jo, OpenLengths).await.unwrap();
        assert_eq!(seen.set.len(), 1);
        assert_eq!(seen.set[0].by.as_deref(), Some("Jo Fenwick-Demo"));
        world
    });
}

#[test]
fn a_length_that_loosens_the_guidance_or_touches_running_clocks_is_refused() {
    on_both(async |world| {
        let jo = world.actor("jo@unit.example").await;
        for (asked, words) in [
            (length("REF-1WD", 2, "working-days", "2026-11-03"), "may shorten it"),
            (length("REF-1WD", 30, "hours", "2026-11-03"), "may shorten it"),
            (length("REF-FB", 0, "hours", "2026-11-03"), "from 1 to 1000"),
            (length("REF-FB", 5, "moons", "2026-11-03"), "choose its unit"),
            (length("REF-FB", 5, "working-days", "2026-11-02"), "after today"),
            (length("REF-X", 5, "hours", "2026-11-03"), "Choose what"),
        ] {
            let refused = doors::record(&world.app, &jo, asked).await.unwrap_err().to_string();
            assert!(refused.contains(words), "{refused}");
        }
        let dee = world.actor("dee@hub.example").await;
        let hers = doors::record(&world.app, &dee, length("REF-FB", 5, "hours", "2026-11-03"));
        assert!(matches!(hers.await, Err(Error::NotFound)));
        assert_eq!(world.count("local_length").await, 0);
        world
    });
}

#[test]
fn the_page_says_why_a_length_is_refused_and_keeps_what_was_typed() {
    on_both(async |world| {
        let mut jo = world.signs_in("jo@unit.example").await;
        let form = "code=REF-1WD&unit=working-days&from.day=3&from.month=11&from.year=2026&n=";
        let refused = jo.fills("/settings/timescales", &format!("{form}2")).await;
        assert_eq!(refused.status.as_u16(), 422);
        assert!(refused.text.contains("2 working days is not surely shorter"));
        assert!(refused.text.contains("value=\"2026\""), "what was typed is still there");
        let set = jo.fills("/settings/timescales", &format!("{form}1")).await;
        assert_eq!(set.location(), "/settings/timescales?done=length-set", "{}", set.text);
        let shown = jo.get(set.location()).await.text;
        assert!(shown.contains("The length was set"), "{shown}");
        assert!(shown.contains("REF-1WD: 1 working day") && shown.contains("Jo Fenwick-Demo"));
        let form =
            "revision=0&name=N&hub-phone=112&out-of-hours-phone=113&thresholds=T&hours.0=9+to+5";
        let refused = jo.fills("/settings/partnership", form).await;
        assert_eq!(refused.status.as_u16(), 422);
        assert!(refused.text.contains("Enter hours like 09:00 to 17:00"));
        let from = "from.day=2&from.month=11&from.year=2026";
        let form = form.replace("9+to+5", "09%3A00+to+17%3A00");
        let set = jo.fills("/settings/partnership", &format!("{form}&{from}")).await;
        assert_eq!(set.location(), "/settings/partnership?done=record-set", "{}", set.text);
        let foot = jo.get("/timescales").await.text;
        assert!(foot.contains("(Monday 9am to 5pm)"), "every page says when the hub is open");
        world
    });
}

#[test]
fn two_people_who_set_the_same_thing_see_both_texts_and_a_double_click_sets_it_once() {
    on_both(async |world| {
        let mut jo = world.signs_in("jo@unit.example").await;
        let form = |number: &str, revision: i64| {
            format!(
                "once=key-{number}&revision={revision}&name=N&hub-phone={number}&\
                 out-of-hours-phone=113&thresholds=T&hours.0=09%3A00+to+17%3A00&\
                 from.day=2&from.month=11&from.year=2026"
            )
        };
        let at = "/settings/partnership";
        let first = jo.fills(at, &form("111", 0)).await;
        assert_eq!(first.location(), "/settings/partnership?done=record-set", "{}", first.text);
        let again = jo.fills(at, &form("111", 0)).await;
        assert_eq!(again.location(), first.location(), "a double click");
        assert_eq!(world.count("partnership").await, 1);
        // Put right after somebody else has saved: it must not overwrite theirs unseen.
        let wrong = jo.fills(at, &form("none", 0).replace("name=N", "name=")).await;
        assert!(wrong.text.contains("name=\"revision\" value=\"0\""), "{}", wrong.text);
        let second = jo.fills(at, &form("222", 0)).await;
        assert_eq!(second.status.as_u16(), 409, "{}", second.text);
        assert!(second.reads("Saved meanwhile: 111 — In your form: 222"), "{}", second.text);
        assert!(second.reads("Jo Fenwick-Demo set the record while"), "{}", second.text);
        assert!(second.text.contains("name=\"revision\" value=\"1\""), "{}", second.text);
        assert!(!second.text.contains("key-222"), "another form by now");
        assert_eq!(world.count("partnership").await, 1);
        let anyway = jo.fills(at, &form("222", 1)).await;
        assert_eq!(anyway.location(), first.location(), "{}", anyway.text);

        let at = "/settings/timescales";
        let form = |code: &str, n: u32| {
            format!(
                "once={code}-{n}&revision=0&code={code}&n={n}&unit=hours&from.day=3&\
                 from.month=11&from.year=2026"
            )
        };
        jo.fills(at, &form("REF-1WD", 8)).await;
        let other = jo.fills(at, &form("REF-FB", 8)).await;
        assert_eq!(other.location(), "/settings/timescales?done=length-set", "another duty");
        let second = jo.fills(at, &form("REF-1WD", 6)).await;
        assert_eq!(second.status.as_u16(), 409, "{}", second.text);
        let both = "Saved meanwhile: 8 hours from 3 November 2026 — \
                    In your form: 6 hours from 3 November 2026";
        assert!(second.reads(both), "{}", second.text);
        assert!(second.text.contains("name=\"revision\" value=\"2\""), "{}", second.text);
        assert_eq!(world.count("local_length").await, 2);
        world
    });
}

#[test]
fn the_partnerships_record_counts_from_its_day_and_sets_the_hubs_hours() {
    on_both(async |world| {
        let jo = world.actor("jo@unit.example").await;
        let mut week = *HubHours::default().week();
        week[4] = None;
        let record = Partnership {
            hub_phone: "01632 960 111".into(),
            hub_hours: HubHours::try_from(week).unwrap(),
            ..Partnership::demo()
        };
        let set = |from: &str| SetPartnership {
            record: record.clone(),
            from: from.parse().unwrap(),
            seen: 0,
        };
        let past = doors::record(&world.app, &jo, set("2026-11-01")).await;
        assert!(matches!(past, Err(Error::Refusal(_))), "{past:?}");
        doors::record(&world.app, &jo, set("2026-11-05")).await.unwrap();
        let seen = doors::open(&world.app, &jo, OpenPartnership).await.unwrap();
        assert_eq!(seen.in_force.hub_phone, "01632 960 100");
        assert_eq!(seen.set.len(), 1);
        let friday = "2026-11-06T10:00:00Z".parse().unwrap();
        assert!(world.app.calendar().hub_is_open(friday), "as it counts today");
        app::settings::take_up(&world.app).await.unwrap();
        world.it_is("2026-11-05T08:00:00Z");
        assert_eq!(world.app.partnership().hub_phone, "01632 960 111");
        assert!(!world.app.calendar().hub_is_open(friday));
        world
    });
}

#[test]
fn a_list_that_changes_the_past_or_ends_earlier_is_refused() {
    on_both(async |world| {
        let past = proclaimed().replace("2026-08-31,Summer", "2026-08-24,Summer");
        let refused = bank_holidays::planned(&world.app, &past).await.unwrap_err().to_string();
        assert!(refused.contains("2026-08-31 (Summer)"), "{refused}");
        let short = proclaimed().replace("2028-12-26,Boxing Day\n", "");
        let refused = bank_holidays::load(&world.app, short).await.unwrap_err().to_string();
        assert!(refused.contains("2028-12-26"), "{refused}");
        assert_eq!(world.count("bank_holiday_list").await, 0);
        world
    });
}

#[test]
fn a_limit_beyond_the_list_of_bank_holidays_says_so_wherever_it_is_shown() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let after = "Counted without bank holidays after 31 December 2028";
        let today = || {
            let mut new = two_siblings(&owen, false);
            new.children.truncate(1);
            NewContact { received: world.app.clock.now(), ..new }
        };
        world.it_is("2028-12-28T10:00:00Z");
        world.everybody_stays().await;
        let taken = send(&world, &owen, today()).await;
        let contact = format!("/contacts/{}", taken.reference);
        let mut sunil = world.signs_in("sunil@hub.example").await;
        for page in ["/", "/hub", &contact] {
            assert!(!sunil.get(page).await.reads(after), "{page}: the limit lies in the list");
        }
        world.it_is("2028-12-29T10:00:00Z");
        let taken = send(&world, &owen, today()).await;
        let contact = format!("/contacts/{}", taken.reference);
        let mut sunil = world.signs_in("sunil@hub.example").await;
        for page in ["/", "/hub", &contact] {
            assert!(sunil.get(page).await.reads(after), "{page}");
        }
        let child = format!("/people/{}", known_by(&world, &taken.reference).await.person);
        assert!(sunil.get(&child).await.reads(after), "the child’s page");
        world.it_is("2029-01-03T10:00:00Z");
        let mut jo = world.signs_in("jo@unit.example").await;
        assert!(jo.get("/figures").await.reads(after));
        world
    });
}

#[test]
fn whoever_runs_it_is_warned_a_year_before_the_list_of_bank_holidays_ends() {
    on_both(async |world| {
        let warns = "list of bank holidays ends on";
        for (moment, warned) in [("2027-12-31T10:00:00Z", false), ("2028-01-03T10:00:00Z", true)] {
            world.it_is(moment);
            world.everybody_stays().await;
            jobs::raise_what_is_late(&world.app).await.unwrap();
            let mut jo = world.signs_in("jo@unit.example").await;
            assert_eq!(jo.get("/settings/timescales").await.text.contains(warns), warned);
            world.app.pulse.beat(app::pulse::Worker::Messages, world.app.clock.now());
            let health = jo.get("/healthz").await;
            assert_eq!(health.status.as_u16(), 200, "{}", health.text);
            assert_eq!(health.text.contains(warns), warned, "{}", health.text);
        }
        world
    });
}

#[test]
fn a_list_is_shown_before_it_is_taken_up_and_its_taking_up_is_in_the_journal() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        sent(&world, &owen, false).await;
        let plan = bank_holidays::planned(&world.app, &proclaimed()).await.unwrap();
        assert_eq!(plan.days.added.len(), 1);
        assert_eq!(
            plan.then.moves.len(),
            2,
            "the decision on each child; it has been acknowledged"
        );
        let before = world.count("journal").await;
        bank_holidays::load(&world.app, proclaimed()).await.unwrap();
        assert_eq!(world.count("journal").await, before + 1);
        world
    });
}

#[test]
fn what_a_list_does_is_what_was_shown_of_it() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        sent(&world, &owen, false).await;
        let far_off = include_str!("../../../practice/data/bank-holidays.csv").to_owned();
        let jubilee = "2028-06-01,Jubilee\n";
        for (list, moves) in [(far_off + jubilee, 0), (proclaimed() + jubilee, 2)] {
            let shown = bank_holidays::planned(&world.app, &list).await.unwrap().then;
            assert_eq!(shown.moves.len(), moves);
            assert_eq!(shown.differences.len(), 2, "each child’s clock names another list");
            assert_eq!(bank_holidays::load(&world.app, list).await.unwrap(), shown);
        }
        world
    });
}

/// The shipped term dates, with the demo's schools staying open until the Monday before Christmas.
pub fn a_longer_term() -> String {
    let shipped = include_str!("../../../practice/data/school-terms.csv");
    let longer = shipped.replace("2026-11-02,2026-12-18,inv", "2026-11-02,2026-12-21,inv");
    assert_ne!(longer, shipped, "the demo has such a term");
    longer
}

#[test]
fn new_term_dates_are_shown_first_then_counted_by_and_change_no_other_clock() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let taken = sent(&world, &owen, false).await;
        let before = clock(&world, &taken.reference, 0, "REF-1WD").await;
        let monday = "2026-12-21".parse().unwrap();
        let is_open = || world.app.calendar().is_school_day("demo-2026-27", monday);
        let plan = term_dates::planned(&world.app, &a_longer_term()).await.unwrap();
        assert_eq!(plan.days.added, ["demo-2026-27 2026-11-02 to 2026-12-21"]);
        assert_eq!(plan.days.dropped, ["demo-2026-27 2026-11-02 to 2026-12-18"]);
        assert!(plan.then.moves.is_empty(), "no clock of today counts school days");
        assert_ne!(is_open(), Ok(true), "it was only shown");
        let journal = world.count("journal").await;
        term_dates::load(&world.app, a_longer_term()).await.unwrap();
        assert_eq!(world.count("journal").await, journal + 1);
        assert_eq!(is_open(), Ok(true));
        assert_eq!(clock(&world, &taken.reference, 0, "REF-1WD").await, before);
        // A list of bank holidays that comes later keeps the term dates, and the other way round.
        bank_holidays::load(&world.app, proclaimed()).await.unwrap();
        assert_eq!(is_open(), Ok(true));
        let other = world.another_process().await;
        assert_eq!(other.calendar().is_school_day("demo-2026-27", monday), Ok(true));
        assert_eq!(other.calendar().version(), 2);
        assert_eq!(other.calendar().term_dates().version(), 2);
        other.db.close().await;
        world
    });
}

#[test]
fn term_dates_that_change_the_past_or_leave_a_calendar_out_are_refused() {
    on_both(async |world| {
        let past =
            a_longer_term().replace("2026-09-02,2026-10-23,inv", "2026-09-02,2026-10-22,inv");
        let refused = term_dates::load(&world.app, past).await.unwrap_err().to_string();
        assert!(refused.contains("2026-10-23 in “demo-2026-27”"), "{refused}");
        let without = a_longer_term().replace("demo-2026-27", "demo-2027");
        let refused = term_dates::planned(&world.app, &without).await.unwrap_err().to_string();
        assert!(refused.contains("leaves out the calendar “demo-2026-27”"), "{refused}");
        assert_eq!(world.count("term_date_list").await, 0);
        world
    });
}

#[test]
fn what_was_set_for_later_is_withdrawn_before_its_day_with_who_and_why() {
    on_both(async |world| {
        let jo = world.actor("jo@unit.example").await;
        doors::record(&world.app, &jo, length("REF-1WD", 8, "hours", "2026-11-03")).await.unwrap();
        doors::record(&world.app, &jo, length("REF-1WD", 6, "hours", "2026-11-03")).await.unwrap();
        let withdraw = |standing, why: &str| WithdrawLength {
            code: "REF-1WD".into(),
            from: "2026-11-03".parse().unwrap(),
            standing,
            why: why.into(),
        };
        let unexplained = doors::record(&world.app, &jo, withdraw(2, " ")).await;
        assert!(matches!(unexplained, Err(Error::Refusal(_))), "{unexplained:?}");
        let unseen = doors::record(&world.app, &jo, withdraw(1, "A mistake")).await;
        assert!(matches!(unseen, Err(Error::Stale)), "one was set that was not seen: {unseen:?}");
        let journal = world.count("journal").await;
        doors::record(&world.app, &jo, withdraw(2, "The board said no")).await.unwrap();
        assert_eq!(world.count("journal").await, journal + 1);
        let seen = doors::open(&world.app, &jo, OpenLengths).await.unwrap();
        assert!(seen.later.is_empty());
        let withdrawn = seen.set[0].withdrawn.as_ref().unwrap();
        assert_eq!(withdrawn.by.as_deref(), Some("Jo Fenwick-Demo"));
        assert_eq!(withdrawn.why, "The board said no");
        app::settings::take_up(&world.app).await.unwrap();
        world.it_is("2026-11-03T10:00:00Z");
        let owen = world.actor("owen@marram.example").await;
        let mut contact = two_siblings(&owen, false);
        contact.received = world.app.clock.now();
        let taken = send(&world, &owen, contact).await;
        let decide = clock(&world, &taken.reference, 0, "REF-1WD").await;
        assert_eq!(decide.breach_at.0.to_string(), "2026-11-04T23:59:59Z", "as the source says");
        // Once its day has come it counts, and clocks may run by it.
        doors::record(&world.app, &jo, length("REF-1WD", 8, "hours", "2026-11-04")).await.unwrap();
        world.it_is("2026-11-04T10:00:00Z");
        let late =
            WithdrawLength { from: "2026-11-04".parse().unwrap(), ..withdraw(1, "Too late") };
        let late = doors::record(&world.app, &jo, late).await;
        assert!(matches!(late, Err(Error::Refusal(_))), "{late:?}");
        world
    });
}

#[test]
fn a_record_that_was_set_for_later_is_withdrawn_and_another_process_hears_of_it() {
    on_both(async |world| {
        let mut jo = world.signs_in("jo@unit.example").await;
        let record = Partnership { hub_phone: "01632 960 111".into(), ..Partnership::demo() };
        let actor = world.actor("jo@unit.example").await;
        let set = SetPartnership { record, from: "2026-11-05".parse().unwrap(), seen: 0 };
        doors::record(&world.app, &actor, set).await.unwrap();
        let other = world.another_process().await;
        let at = "/settings/partnership/withdrawal";
        let form = "withdraw-from=2026-11-05&seen=1&why=";
        let refused = jo.fills(at, form).await;
        assert_eq!(refused.status.as_u16(), 422);
        assert!(refused.reads("Say why it is withdrawn"), "{}", refused.text);
        let done = jo.fills(at, &format!("{form}Wrong+number")).await;
        assert_eq!(done.location(), "/settings/partnership?done=record-withdrawn");
        let page = jo.get(done.location()).await;
        assert!(page.reads("The record that was set for later was withdrawn"));
        assert!(page.reads("Wrong number") && !page.reads("Set for later"));
        app::settings::take_up(&other).await.unwrap();
        world.it_is("2026-11-06T10:00:00Z");
        assert_eq!(other.partnership().hub_phone, "01632 960 100");
        other.db.close().await;
        world
    });
}

#[test]
fn the_threshold_document_has_one_name_wherever_it_is_read() {
    on_both(async |world| {
        let jo = world.actor("jo@unit.example").await;
        let record =
            Partnership { thresholds: "Shore thresholds 2026".into(), ..Partnership::demo() };
        let set = SetPartnership { record, from: "2026-11-02".parse().unwrap(), seen: i64::MAX };
        doors::record(&world.app, &jo, set).await.unwrap();
        app::settings::take_up(&world.app).await.unwrap();
        let guide = world.signs_in("owen@marram.example").await.get("/guide-to-levels").await;
        assert!(guide.reads("Shore thresholds 2026"), "{}", guide.text);
        assert!(!guide.text.contains("edition"), "no second name: {}", guide.text);
        world
    });
}
