//! Somebody asks for what is held about them: on a clock, thing by thing, read by a second person, and
//! without anything of which nobody decided (threat model V16).

mod many;
mod since;

use app::{
    data_requests::{
        approving::NOT_PROPOSED,
        deciding::{BETRAYS, CHOOSE_REASON, UNDECIDED},
        marking::HIDDEN,
    },
    sharing::jobs,
};
use axum::http::StatusCode;
use platform::mail::{Mailer, sink::Sink};
use practice::roles::Role;

use crate::{
    browser::{Browser, Page},
    involving::{answers, asks_about_arlo},
    kept_away::keep,
    people::{kit, sent},
    restricted::restrict_to,
    support::{World, on_both},
    walk::{Known, known},
};

const DEE: &str = "dee@hub.example";
const SUNIL: &str = "sunil@hub.example";
const MARGUERITE: &str = "marguerite@hub.example";
const SECOND: &str = "second@hub.example";

/// What is taken down of Arlo’s mother, who asks for him.
pub const ASKED: &str = "who=Carys+Invented-Rowe&right=parent&is-known=yes&received.day=26&received.month=10\
    &received.year=2026&reference=&name=Arlo+Invented-Marsh&born.day=4&born.month=5&born.year=2017\
    &what=&reach=By+hand+at+the+family+hub";

/// Takes a request down; answers with its path.
pub async fn taken_down(browser: &mut Browser, fields: &str) -> String {
    let sent = browser.fills("/data-requests/new", fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    sent.location().split('?').next().unwrap().to_owned()
}

/// The paths of the things that are held, as its page lists them.
pub async fn items(browser: &mut Browser, request: &str) -> Vec<String> {
    let page = browser.get(request).await;
    let begins = format!("href=\"{request}/items/");
    let parts = page.text.split(&begins).skip(1);
    let keys = parts.filter_map(|part| part.split_once('"'));
    keys.map(|(key, _)| format!("{request}/items/{key}")).collect()
}

/// Says that every account that may be theirs is.
pub async fn all_theirs(browser: &mut Browser, request: &str) {
    let page = browser.get(request).await;
    for part in page.text.split("name=\"account\" value=\"").skip(1) {
        let account = part.split_once('"').unwrap().0;
        let fields = format!("do=whose&account={account}&is-theirs=yes");
        assert_eq!(browser.fills(request, &fields).await.status, StatusCode::SEE_OTHER);
    }
}

/// What its form suggests for a thing.
async fn suggested(browser: &mut Browser, item: &str) -> String {
    browser.get(item).await.lines("marked")
}

async fn gives(browser: &mut Browser, item: &str, marked: &str) -> Page {
    let fields = [
        ("choice", "give"),
        ("marked", marked),
        ("reason", "third_party"),
        ("why", "His mother knows of none of it"),
    ];
    browser.post(item, &fields).await
}

/// Decides that everything is given but for what is suggested.
async fn all_decided(browser: &mut Browser, request: &str) {
    for item in items(browser, request).await {
        let marked = suggested(browser, &item).await;
        let page = gives(browser, &item, &marked).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{item}: {}", page.text);
    }
}

/// Reads all that they get, and approves it.
async fn approves(browser: &mut Browser, request: &str) -> Page {
    let read = reads(browser, request).await;
    browser.fills(request, &format!("do=approve&read={read}")).await
}

/// What the form carries by which somebody approves what they have read.
async fn reads(browser: &mut Browser, request: &str) -> String {
    let mut page = browser.get(&format!("{request}/copy")).await;
    if page.status != StatusCode::OK {
        page = browser.get(request).await;
    }
    let read = page.text.split("name=\"read\" value=\"").nth(1);
    read.and_then(|part| part.split('"').next()).unwrap_or_default().to_owned()
}

async fn proposes(browser: &mut Browser, request: &str, outcome: &str) -> Page {
    browser.fills(request, &format!("do=propose&outcome={outcome}&proposal-why=")).await
}

/// A request that Dee prepared, about Arlo, and that waits for approval.
async fn prepared(world: &World) -> (Known, String) {
    let known = known(world, false).await;
    let mut dee = world.signs_in(DEE).await;
    let request = taken_down(&mut dee, ASKED).await;
    all_theirs(&mut dee, &request).await;
    all_decided(&mut dee, &request).await;
    assert_eq!(proposes(&mut dee, &request, "copy").await.status, StatusCode::SEE_OTHER);
    (known, request)
}

/// A copy is of everything that is held, and what the hub keeps beside a record is held as well.
#[test]
fn what_is_kept_beside_a_record_is_decided_on_as_the_rest_is() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let asking = asks_about_arlo(&world, "halima@health.example").await;
        answers(&world, DEE, &asking, "outcome=told&words=Ring+me+before+Thursday&why=").await;
        keep(&world, &known, SUNIL, None).await.unwrap();
        let mut dee = world.signs_in(DEE).await;
        for asked in 1..=2 {
            let request = taken_down(&mut dee, ASKED).await;
            all_theirs(&mut dee, &request).await;
            let mut held = String::new();
            for item in items(&mut dee, &request).await {
                held += &dee.get(&item).await.text;
            }
            for words in
                ["Halima", "Ring me before Thursday", "He is the father’s brother", "Sunil"]
            {
                assert!(held.contains(words), "{words}");
            }
            assert_eq!(held.contains("asked for before"), asked == 2);
        }
        world
    });
}

/// A request that was taken down, for whoever walks every route.
pub async fn one(world: &World) -> String {
    let mut dee = world.signs_in(DEE).await;
    let path = taken_down(&mut dee, ASKED).await;
    path.rsplit('/').next().unwrap().to_owned()
}

/// The key of the first thing that is held, once every account that may be theirs is.
pub async fn first_item(browser: &mut Browser, request: &str) -> String {
    let request = format!("/data-requests/{request}");
    all_theirs(browser, &request).await;
    let item = items(browser, &request).await.remove(0);
    item.rsplit('/').next().unwrap().to_owned()
}

/// Everything is decided and approved, and handed over.
pub async fn hands_over(world: &World) -> Page {
    hands_over_what(world, ASKED).await
}

/// The same, of whoever was taken down so.
pub async fn hands_over_what(world: &World, asked: &str) -> Page {
    let mut dee = world.signs_in(DEE).await;
    let request = taken_down(&mut dee, asked).await;
    all_theirs(&mut dee, &request).await;
    all_decided(&mut dee, &request).await;
    proposes(&mut dee, &request, "copy").await;
    approves(&mut world.signs_in(MARGUERITE).await, &request).await;
    dee.fills(&request, HANDED).await
}

const HANDED: &str = "do=hand-over&handed-over.day=2&handed-over.month=11&handed-over.year=2026\
    &how=By+hand,+I+know+her";

#[test]
fn v16_what_is_given_is_what_was_decided_and_nothing_of_what_is_hidden() {
    on_both(async |world| {
        let (_, request) = prepared(&world).await;
        let copy = format!("{request}/copy");
        let mut dee = world.signs_in(DEE).await;
        let page = dee.get(&copy).await;
        assert!(page.reads("Arlo Invented-Marsh") && page.reads(HIDDEN), "{}", page.text);
        assert!(page.reads("This is not approved yet"), "{}", page.text);
        // Who asks is named once, where the copy says for whom it is.
        assert!(!page.text.contains("Bea") && page.text.matches("Rowe").count() == 1);
        assert_ne!(dee.get(&format!("{copy}/text")).await.status, StatusCode::OK);
        // Whoever prepared it does not approve it, and somebody who may reads it first.
        assert_eq!(approves(&mut dee, &request).await.status, StatusCode::NOT_FOUND);
        let mut marguerite = world.signs_in(MARGUERITE).await;
        assert_eq!(approves(&mut marguerite, &request).await.status, StatusCode::SEE_OTHER);
        let text = marguerite.get(&format!("{copy}/text")).await;
        assert_eq!(text.status, StatusCode::OK);
        let attached = text.header(axum::http::header::CONTENT_DISPOSITION);
        assert!(attached.starts_with("attachment"), "{attached}");
        assert!(text.text.contains(HIDDEN) && text.text.contains("comes to school hungry"));
        // Who asks is named once, where the copy says for whom it is.
        assert_eq!(text.text.matches("Carys").count(), 1, "{}", text.text);
        assert!(!text.text.contains("Bea") && !text.text.contains("[["), "{}", text.text);
        assert_eq!(dee.fills(&request, HANDED).await.status, StatusCode::SEE_OTHER);
        assert_eq!(world.count("disclosure WHERE occasion = 'data_given'").await, 1);
        assert!(dee.get("/data-requests").await.reads("Nobody waits for an answer"));
        world
    });
}

/// Threat model V16: who chose any of it does not approve it, whatever else they are.
#[test]
fn a_manager_who_decided_any_of_it_does_not_approve_it() {
    on_both(async |world| {
        let (_, request) = prepared(&world).await;
        world.joins(SECOND, MARGUERITE, Role::HubManager).await;
        let mut marguerite = world.signs_in(MARGUERITE).await;
        marguerite.fills(&request, "do=send-back&sent-back=One+word+more").await;
        let item = items(&mut marguerite, &request).await.remove(0);
        let marked = suggested(&mut marguerite, &item).await;
        assert_eq!(gives(&mut marguerite, &item, &marked).await.status, StatusCode::SEE_OTHER);
        let mut dee = world.signs_in(DEE).await;
        assert_eq!(proposes(&mut dee, &request, "copy").await.status, StatusCode::SEE_OTHER);
        let page = approves(&mut marguerite, &request).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{}", page.text);
        let second = approves(&mut world.signs_in(SECOND).await, &request).await;
        assert_eq!(second.status, StatusCode::SEE_OTHER, "{}", second.text);
        world
    });
}

/// Threat model V16: what was approved is what they get, whatever happens meanwhile.
#[test]
fn the_copy_is_what_was_approved_and_a_title_names_nobody_else() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let mut dee = world.signs_in(DEE).await;
        // The mother asks about herself.
        let about = ASKED.replace("right=parent", "right=own").replace(
            "Arlo+Invented-Marsh&born.day=4&born.month=5&born.year=2017",
            "Carys+Invented-Rowe&born.day=",
        );
        let request = taken_down(&mut dee, &about).await;
        all_theirs(&mut dee, &request).await;
        all_decided(&mut dee, &request).await;
        assert_eq!(proposes(&mut dee, &request, "copy").await.status, StatusCode::SEE_OTHER);
        let mut marguerite = world.signs_in(MARGUERITE).await;
        assert_eq!(approves(&mut marguerite, &request).await.status, StatusCode::SEE_OTHER);
        let more = "danger=no&said=Something+said+later";
        dee.fills(&format!("/contacts/{}/information", known.contact), more).await;
        let text = dee.get(&format!("{request}/copy/text")).await.text;
        assert!(text.contains("for child 1 in it") && text.contains("Carys"), "{text}");
        for other in ["Arlo", "Bea", "said later"] {
            assert!(!text.contains(other), "{other}: {text}");
        }
        world
    });
}

#[test]
fn what_cannot_be_recorded_as_given_is_not_handed_over() {
    on_both(async |world| {
        let (_, request) = prepared(&world).await;
        approves(&mut world.signs_in(MARGUERITE).await, &request).await;
        world.tamper("ALTER TABLE disclosure RENAME TO out_of_the_way").await;
        let page = world.signs_in(DEE).await.fills(&request, HANDED).await;
        assert!(page.status.is_server_error(), "{} {}", page.status, page.text);
        world.tamper("ALTER TABLE out_of_the_way RENAME TO disclosure").await;
        assert_eq!(world.count("data_request WHERE ended_at IS NOT NULL").await, 0);
        world
    });
}

#[test]
fn v16_nothing_is_given_of_which_nobody_decided() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let mut dee = world.signs_in(DEE).await;
        let request = taken_down(&mut dee, ASKED).await;
        assert!(proposes(&mut dee, &request, "copy").await.reads(UNDECIDED));
        all_theirs(&mut dee, &request).await;
        let first = items(&mut dee, &request).await.remove(0);
        let marked = suggested(&mut dee, &first).await;
        gives(&mut dee, &first, &marked).await;
        assert!(proposes(&mut dee, &request, "copy").await.reads(UNDECIDED));
        assert!(!proposes(&mut dee, &request, "nothing-held").await.reads("waits"));
        all_decided(&mut dee, &request).await;
        // What is said later is decided too: nobody approves what nobody has read.
        assert_eq!(proposes(&mut dee, &request, "copy").await.status, StatusCode::SEE_OTHER);
        let more = "danger=no&said=His+uncle+rang+today";
        dee.fills(&format!("/contacts/{}/information", known.contact), more).await;
        let mut marguerite = world.signs_in(MARGUERITE).await;
        let page = approves(&mut marguerite, &request).await;
        assert!(page.reads(UNDECIDED), "{}", page.text);
        let back = "do=send-back&sent-back=Look+at+what+was+added";
        assert_eq!(marguerite.fills(&request, back).await.status, StatusCode::SEE_OTHER);
        assert!(dee.get(&request).await.reads("It was sent back: Look at what was added"));
        all_decided(&mut dee, &request).await;
        assert_eq!(proposes(&mut dee, &request, "copy").await.status, StatusCode::SEE_OTHER);
        assert_eq!(approves(&mut marguerite, &request).await.status, StatusCode::SEE_OTHER);
        assert!(approves(&mut marguerite, &request).await.reads(NOT_PROPOSED));
        world
    });
}

#[test]
fn whatever_is_left_out_has_a_reason_and_words_are_not_changed() {
    on_both(async |world| {
        known(&world, false).await;
        let mut dee = world.signs_in(DEE).await;
        let request = taken_down(&mut dee, ASKED).await;
        all_theirs(&mut dee, &request).await;
        let item = items(&mut dee, &request).await.remove(0);
        let marked = suggested(&mut dee, &item).await;
        assert!(marked.contains("[["), "others are marked before anybody looks: {marked}");
        let page = dee.post(&item, &[("choice", "give"), ("marked", &marked)]).await;
        assert!(page.reads(CHOOSE_REASON), "{}", page.text);
        let page = dee.post(&item, &[("choice", "leave-out"), ("reason", "crime")]).await;
        assert!(page.reads("Enter why they do not get this"), "{}", page.text);
        let page = gives(&mut dee, &item, &marked.replace("Arlo", "Alan")).await;
        assert!(page.reads("Only the marks"), "{}", page.text);
        // What was typed is still there.
        assert_eq!(page.lines("marked"), marked.replace("Arlo", "Alan"));
        let page = gives(&mut dee, &item, &marked.replacen("]]", "", 1)).await;
        assert!(page.reads("Every [["), "{}", page.text);
        world
    });
}

/// Threat model T6 and T16: a refuge is in no copy, whoever wrote it wherever.
#[test]
fn what_must_be_kept_secret_is_in_no_copy() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let taken = sent(&world, &owen, kit("Kit", "7 Nowhere Gardens", true)).await;
        let mut dee = world.signs_in(DEE).await;
        let more = "danger=no&said=They+moved+to+7+Nowhere+Gardens+in+May";
        dee.fills(&format!("/contacts/{}/information", taken.reference), more).await;
        let fields = ASKED.replace("Arlo+Invented-Marsh", "Kit+Invented-Rowe").replace(
            "born.day=4&born.month=5&born.year=2017",
            "born.day=12&born.month=3&born.year=2014",
        );
        let request = taken_down(&mut dee, &fields).await;
        all_theirs(&mut dee, &request).await;
        assert!(dee.get(&request).await.reads("Something is marked for somebody"));
        let mut refused = 0;
        for item in items(&mut dee, &request).await {
            let marked = suggested(&mut dee, &item).await;
            let page = gives(&mut dee, &item, &marked).await;
            if page.status == StatusCode::SEE_OTHER {
                assert!(!marked.contains("Nowhere Gardens"), "{item}");
                continue;
            }
            assert!(page.reads(BETRAYS), "{item}: {}", page.text);
            let hidden = marked.replace("7 Nowhere Gardens", "[[7 Nowhere Gardens]]");
            assert_eq!(gives(&mut dee, &item, &hidden).await.status, StatusCode::SEE_OTHER);
            refused += 1;
        }
        assert_eq!(refused, 1, "what was added says it");
        proposes(&mut dee, &request, "copy").await;
        let copy = dee.get(&format!("{request}/copy")).await;
        assert!(copy.status == StatusCode::OK && !copy.text.contains("Nowhere"), "{}", copy.text);
        world
    });
}

#[test]
fn what_is_not_safe_for_the_family_to_know_is_offered_for_no_copy() {
    const WITH_WHOM: &str = "With whom something about them was shared";
    on_both(async |world| {
        known(&world, false).await;
        for (family, is_offered) in [("unsafe", false), ("to_be_told", true)] {
            let asking = asks_about_arlo(&world, "halima@health.example").await;
            let told = format!("outcome=told&words=Ring+me&why=&basis-family={family}");
            let page = answers(&world, DEE, &asking, &told).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
            let mut dee = world.signs_in(DEE).await;
            let request = taken_down(&mut dee, ASKED).await;
            all_theirs(&mut dee, &request).await;
            let page = dee.get(&request).await;
            assert_eq!(page.reads(WITH_WHOM), is_offered, "{family}: {}", page.text);
        }
        world
    });
}

#[test]
fn whoever_must_not_see_the_child_sees_nothing_of_the_request() {
    on_both(async |world| {
        let known = known(&world, false).await;
        keep(&world, &known, SUNIL, None).await.unwrap();
        let mut dee = world.signs_in(DEE).await;
        let request = taken_down(&mut dee, ASKED).await;
        let mut sunil = world.signs_in(SUNIL).await;
        assert_eq!(sunil.get(&request).await.status, StatusCode::NOT_FOUND);
        assert!(!sunil.get("/data-requests").await.reads("Carys"));
        assert!(!sunil.get("/").await.reads("1 to answer. Requests for what"));
        // What they take down themselves looks as it would of nobody.
        let of_nobody = ASKED.replace("Arlo", "Nobody");
        let own = taken_down(&mut sunil, ASKED).await;
        let none = taken_down(&mut sunil, &of_nobody).await;
        for path in [own, none] {
            let page = sunil.get(&path).await;
            assert!(page.reads("Nobody was found by what was taken down"), "{}", page.text);
        }
        world
    });
}

/// Who must not see one child reads nothing of a request about two, whomever of them it is asked for.
#[test]
fn what_was_said_of_a_brother_who_is_hidden_is_not_offered_with_what_was_said_of_the_sister() {
    on_both(async |world| {
        let first = known(&world, false).await;
        keep(&world, &first, SUNIL, None).await.unwrap();
        let sister = ASKED.replace(
            "name=Arlo+Invented-Marsh&born.day=4&born.month=5&born.year=2017",
            "name=Bea+Invented-Marsh&born.day=",
        );
        let mut sunil = world.signs_in(SUNIL).await;
        let request = taken_down(&mut sunil, &sister).await;
        all_theirs(&mut sunil, &request).await;
        for item in items(&mut sunil, &request).await {
            let page = sunil.get(&item).await;
            assert!(!page.reads("Arlo") && !page.reads("comes to school hungry"), "{}", page.text);
        }
        assert!(!sunil.get(&request).await.reads(&first.contact));
        world
    });
}

/// Threat model 4.5: a restricted child's data are answered by those who are named.
#[test]
fn what_is_hidden_from_whoever_took_it_down_is_decided_by_somebody_from_whom_nothing_is() {
    on_both(async |world| {
        let known = known(&world, false).await;
        world.joins(SECOND, MARGUERITE, Role::HubManager).await;
        restrict_to(&world, &known, &[DEE, SECOND]).await.unwrap();
        let mut sunil = world.signs_in(SUNIL).await;
        let request = taken_down(&mut sunil, ASKED).await;
        assert_eq!(
            proposes(&mut sunil, &request, "nothing-held").await.status,
            StatusCode::SEE_OTHER
        );
        let mut marguerite = world.signs_in(MARGUERITE).await;
        let page = approves(&mut marguerite, &request).await;
        assert!(page.reads(UNDECIDED), "there is more than Sunil could see: {}", page.text);
        marguerite.fills(&request, "do=send-back&sent-back=I+take+it+on").await;
        let mut dee = world.signs_in(DEE).await;
        all_theirs(&mut dee, &request).await;
        all_decided(&mut dee, &request).await;
        assert_eq!(proposes(&mut dee, &request, "copy").await.status, StatusCode::SEE_OTHER);
        assert_eq!(sunil.get(&format!("{request}/copy")).await.status, StatusCode::NOT_FOUND);
        assert!(!sunil.get(&request).await.reads("What Seaholme schools said"));
        assert_eq!(approves(&mut marguerite, &request).await.status, StatusCode::SEE_OTHER);
        assert_ne!(sunil.fills(&request, HANDED).await.status, StatusCode::SEE_OTHER);
        world
    });
}

/// UK GDPR, art. 12(3): the hub's managers hear of a day that is near, and of one that is over.
#[test]
fn a_request_that_waits_is_told_of_a_week_before_and_after_its_last_day() {
    on_both(async |world| {
        known(&world, false).await;
        let mut dee = world.signs_in(DEE).await;
        let request = taken_down(&mut dee, ASKED).await;
        assert!(dee.get(&request).await.reads("26 November 2026"));
        let told = async |at: &str| told(&world, at).await;
        assert_eq!(told("2026-11-18T09:00:00Z").await, 0);
        assert_eq!(told("2026-11-19T09:00:00Z").await, 1, "a week before");
        assert_eq!(told("2026-11-26T09:00:00Z").await, 0);
        assert_eq!(told("2026-11-27T09:00:00Z").await, 1, "it is late");
        assert_eq!(told("2026-11-28T09:00:00Z").await, 0, "once");
        let mut dee = world.signs_in(DEE).await;
        assert!(dee.get("/data-requests").await.reads("Late"));
        world
    });
}

/// The clock was moved since it was asked for: whoever is told is told of the day that holds now.
#[test]
fn nobody_is_told_of_a_day_that_was_moved() {
    on_both(async |world| {
        let mut dee = world.signs_in(DEE).await;
        let request = taken_down(&mut dee, ASKED).await;
        for (what, day) in [("asked", "28"), ("clarified", "31")] {
            let fields = format!("do={what}&{what}.day={day}&{what}.month=10&{what}.year=2026");
            assert_eq!(dee.fills(&request, &fields).await.status, StatusCode::SEE_OTHER);
        }
        assert!(dee.get(&request).await.reads("30 November 2026"));
        let told = async |at: &str| told(&world, at).await;
        assert_eq!(told("2026-11-19T09:00:00Z").await, 0, "no longer a week before");
        assert_eq!(told("2026-11-23T09:00:00Z").await, 1, "a week before");
        assert_eq!(told("2026-11-27T09:00:00Z").await, 0, "no longer late");
        assert_eq!(told("2026-12-01T09:00:00Z").await, 1, "late");
        world
    });
}

/// How often the manager is told by what is due until then.
async fn told(world: &World, at: &str) -> usize {
    world.it_is(at);
    let sink = Sink::start().await.unwrap();
    let mailer = Mailer::new(&sink.url(), "Sightline <s@seaholme.example>").unwrap();
    for _ in 0..3 {
        jobs::send_messages(&world.app, &mailer).await.unwrap();
    }
    let to = sink.letters().into_iter().flat_map(|letter| letter.to);
    to.filter(|to| to.contains("marguerite")).count()
}

/// Anybody can say that somebody asks: what is held is gathered once it is known who does.
#[test]
fn nothing_is_gathered_before_it_is_known_who_asks() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let mut dee = world.signs_in(DEE).await;
        let request = taken_down(&mut dee, &ASKED.replace("is-known=yes", "is-known=no")).await;
        let theirs = format!("do=whose&account={}&is-theirs=yes", known.account);
        dee.fills(&request, &theirs).await;
        let page = dee.get(&request).await;
        assert!(page.reads("Theirs") && page.reads("Nothing is gathered before"), "{}", page.text);
        let item = format!("{request}/items/account-{}", known.account);
        assert!(!page.text.contains("/items/"), "{}", page.text);
        assert_eq!(dee.get(&item).await.status, StatusCode::NOT_FOUND);
        dee.fills(&request, "do=known&known.day=28&known.month=10&known.year=2026").await;
        assert!(dee.get(&request).await.text.contains(&item));
        assert_eq!(dee.get(&item).await.status, StatusCode::OK);
        world
    });
}

/// UK GDPR, art. 12A: what is waited for does not count; the rule is in `practice::data_request`.
#[test]
fn the_clock_stands_still_while_they_are_asked_what_they_mean() {
    on_both(async |world| {
        let mut dee = world.signs_in(DEE).await;
        // By the name alone.
        let born = "born.day=4&born.month=5&born.year=2017";
        let asked = ASKED.replace("is-known=yes", "is-known=no").replace(born, "born.day=");
        known(&world, false).await;
        let request = taken_down(&mut dee, &asked).await;
        assert!(dee.get(&request).await.reads("as Seaholme schools says"));
        let on = |what: &str, day: &str| {
            format!("do={what}&{what}.day={day}&{what}.month=10&{what}.year=2026")
        };
        assert!(dee.get(&request).await.reads("A month after it is known who asks"));
        assert!(proposes(&mut dee, &request, "copy").await.reads("Confirm who asks first"));
        let page = dee.fills(&request, &on("known", "25")).await;
        assert!(page.reads("This day is before the request was received"), "{}", page.text);
        dee.fills(&request, &on("known", "28")).await;
        assert!(dee.get(&request).await.reads("30 November 2026"), "28 November is a Saturday");
        dee.fills(&request, &on("asked", "29")).await;
        assert!(dee.get(&request).await.reads("Stands still since 29 October 2026"));
        dee.fills(&request, &on("clarified", "31")).await;
        assert!(dee.get(&request).await.reads("30 November 2026"), "two days more: a Monday");
        let longer = format!("{}&why-longer=Four+files", on("extended", "31"));
        assert_eq!(dee.fills(&request, &longer).await.status, StatusCode::SEE_OTHER);
        assert!(
            dee.get(&request).await.reads("1 February 2027"),
            "28 January and two days: a Saturday"
        );
        world
    });
}
