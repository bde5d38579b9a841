//! The 76 worked examples of the threat model (4.10) over HTTP, each wherever what it asks for has a
//! route. Whether one is allowed is read in the file by which `need_to_know` proves them in process.

use std::{collections::BTreeMap, sync::LazyLock};

use app::{
    access::sessions,
    doors,
    front_door::screening::Claim,
    people::{addenda::AddToAccount, links::LinkPeople, restriction::Covers},
    unusual::deriving,
    web::asking::PLAIN_COOKIE,
};
use axum::http::StatusCode;
use practice::{
    processes::request_for_support::{Level, Outcome},
    roles::Role,
};
use serde_json::Value;

use crate::{
    break_glass,
    browser::{Browser, Page},
    front_door::{decided_and_answered, decision, revision, send, sent, two_siblings},
    kept_away::keep,
    restricted::{covers, restrict_to},
    support::{World, on_both, somebody_elses},
    unusual::{OFFICER, come_back, rows, with_officers},
    walk::{Known, known, known_by, reads_as_nothing, without_keys},
};

const EXAMPLES: &str = include_str!("../../../need_to_know/tests/need_to_know/access/vectors.json");
const DEE: &str = "dee@hub.example";
const SUNIL: &str = "sunil@hub.example";
const MARGUERITE: &str = "marguerite@hub.example";
const OWEN: &str = "owen@marram.example";
const TAMSIN: &str = "tamsin@marram.example";
const HALIMA: &str = "halima@health.example";
const PETRA: &str = "petra@police.example";
const SEFA: &str = "sefa@scrutiny.example";
const OSSIAN: &str = "ossian@unit.example";
const RHYS: &str = "rhys@health.example";
/// A teacher of Owen's school, an officer of Petra's unit, and somebody of the hub who leaves.
const COLLEAGUE: &str = "colleague@marram.example";
const PATROL: &str = "patrol@police.example";
const LEAVER: &str = "leaver@hub.example";

/// What the hub wrote of the child for itself.
const NOTE: &str = "The neighbour rang about her again";
const REFUGE: &str = "7 Nowhere Gardens";
/// The only request in a table of figures, where small numbers are not hidden.
const EXACTLY_ONE: &str = ">1</td>";

const BREAK: &str = "post /break-glass reference={person}&name=&purpose=medical-emergency\
    &reason=She+is+unconscious+in+the+clinic";
const BREAK_CURTLY: &str = "post /break-glass reference={person}&name=&purpose=court&reason=Now";
const REVEAL: &str = "post /contacts/{contact}/protected purpose=A+visit+to+them+this+afternoon";
const NAME: &str = "post /people/{person}/restriction/named restriction={restriction}\
    &who=tamsin%40marram.example";
const TELL: &str = "post /pathways/{pathway}/answer revision={revision}&feedback=full\
    &reason=A+worker+will+ring&basis-purpose=safeguarding&basis-article-6=public_task";
/// On an agreement that nobody gave.
const TELL_ON_NO_BASIS: &str = "post /pathways/{pathway}/answer revision={revision}&feedback=full\
    &reason=A+worker+will+ring&basis-article-6=consent";

/// How the world stands, and how whoever asks comes to it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Here {
    /// There is a request with a note, and Petra broke glass over its child.
    Open,
    /// There, a second step is asked of everybody, and was not taken.
    Half,
    /// There, the second step was taken 4,000 seconds ago.
    Stale,
    /// There, whoever has the request leaves once they have signed in.
    Left,
    /// There, the training of whoever asks was current until the day before.
    Lapsed,
    /// There, an hour later.
    Over,
    /// Sunil, who had taken the request on, and Halima, who broke glass, are kept away.
    KeptAway,
    /// Marguerite, Dee and Owen are named, and Halima broke glass knowing of the child.
    Restricted,
    /// Sunil's looks stood out, and he became a privacy officer himself.
    StoodOut,
    /// All is decided, and the requester not answered about one of two children.
    Decided,
    /// They were answered about both.
    Closed,
    /// Somebody of another installation comes with their session there.
    Stranger,
    /// Somebody asks for what is of another installation.
    Abroad,
}

/// An example: its number, how the world stands, who asks, for what, and by which words the answer is
/// known. Where it is allowed they are read, or led to. Where it is not, none are for what reads as
/// though there were nothing; on a page that is shown they lack, and any other refusal has them.
type Row = (u8, Here, &'static str, &'static str, &'static str);

/// The examples that are played. The hub stands in for workers who are allocated, its manager for the
/// guardian who amends a restriction, a note on the child's page for an item of the record.
const PLAYED: &[Row] = &[
    (6, Here::Open, PATROL, "get /people/{person}", ""),
    (7, Here::Open, COLLEAGUE, "get /people/{person}", ""),
    (8, Here::Open, OWEN, "get /contacts/{contact}", "Invented-Marsh"),
    (9, Here::Open, OWEN, "get /people/{person}", NOTE),
    (10, Here::Open, SUNIL, "get /contacts/{contact}", "Invented-Marsh"),
    (12, Here::Closed, SUNIL, "get /people/{person}", "1 Sample Street"),
    (13, Here::KeptAway, SUNIL, "get /contacts/{contact}", ""),
    (14, Here::KeptAway, SUNIL, "get /pathways/{pathway}/decision", ""),
    (15, Here::KeptAway, HALIMA, BREAK, ""),
    (16, Here::KeptAway, HALIMA, "get /break-glass/{glass}", ""),
    (18, Here::Open, TAMSIN, "get /people/{person}", NOTE),
    (25, Here::Restricted, SUNIL, "get /contacts/{contact}", ""),
    (26, Here::Restricted, DEE, "get /contacts/{contact}", "Invented-Marsh"),
    (29, Here::Restricted, DEE, REVEAL, REFUGE),
    (30, Here::Restricted, OWEN, REVEAL, ""),
    (31, Here::Restricted, HALIMA, "get /break-glass/{glass}", REFUGE),
    (32, Here::Open, OWEN, "get /people/{person}", "1 Sample Street"),
    (36, Here::Open, PETRA, BREAK, "/break-glass/"),
    (37, Here::Open, PETRA, BREAK_CURTLY, "Enter why, in 20 characters or more"),
    (38, Here::Stale, PETRA, BREAK, "Enter a code from your app"),
    (39, Here::Open, PETRA, "get /break-glass/{glass}", "Arlo Invented-Marsh"),
    (40, Here::Over, PETRA, "get /break-glass/{glass}", "/break-glass?done=glass-over"),
    (41, Here::Lapsed, PETRA, "get /break-glass", "This will be seen"),
    (42, Here::Stranger, DEE, "get /contacts/{contact}", "/sign-in"),
    (43, Here::Abroad, SUNIL, "get /contacts/{contact}", ""),
    (44, Here::Stranger, HALIMA, "get /people/{person}", "/sign-in"),
    (45, Here::Left, LEAVER, "get /contacts/{contact}", "/sign-in"),
    (46, Here::Half, DEE, "get /contacts/{contact}", "/session"),
    (47, Here::Open, OSSIAN, "get /break-glass/{glass}", ""),
    (48, Here::Open, OSSIAN, "get /system", "System"),
    (49, Here::Decided, DEE, TELL_ON_NO_BASIS, "#basis-article-6"),
    (50, Here::Decided, DEE, TELL, "/contacts/"),
    (55, Here::StoodOut, OFFICER, "get /unusual-access/{row}", "Sunil Rao-Demo"),
    (56, Here::StoodOut, SUNIL, "get /unusual-access/{row}", ""),
    (57, Here::StoodOut, RHYS, "get /unusual-access/{row}", ""),
    (58, Here::Open, SEFA, "get /figures", "rounded to the nearest 5"),
    (59, Here::Open, SEFA, "get /figures", EXACTLY_ONE),
    (60, Here::Open, SEFA, "get /contacts/{contact}", ""),
    (65, Here::Restricted, MARGUERITE, NAME, "/restriction"),
    (66, Here::Restricted, DEE, NAME, ""),
    (68, Here::Open, SUNIL, "get /people/{person}", NOTE),
    (69, Here::Restricted, HALIMA, "get /break-glass/{glass}", "Arlo Invented-Marsh"),
    (70, Here::Restricted, DEE, "get /people/{person}", "Arlo Invented-Marsh"),
    (71, Here::Restricted, SUNIL, "get /people/{person}", ""),
    (72, Here::KeptAway, SUNIL, "get /people/{person}", ""),
    (74, Here::Open, OSSIAN, BREAK, ""),
];

/// What nobody can ask for over HTTP yet, and what is lacking for it.
const NO_ROUTE_YET: &[(&[u8], &str)] = &[
    (&[1], "nobody is allocated to a child"),
    (&[2, 3, 4], "there is no team around the family"),
    (&[5, 67], "no team holds a child"),
    (&[11], "there are no assessments"),
    (&[17, 19, 20, 22, 23, 24], "no school is notified"),
    (&[21], "nothing keeps at which school a child is now"),
    (&[27, 28], "nothing is sealed in an envelope"),
    (&[33, 34, 35], "there are no meetings"),
    (&[51, 52, 53, 54, 73, 76], "there are no exports"),
    (&[61, 62, 63, 75], "no parent signs in: what they are given is printed"),
    (&[64], "nobody leads safeguarding for a whole agency"),
];

/// Whether each example is allowed.
static ALLOWED: LazyLock<BTreeMap<u8, bool>> = LazyLock::new(|| {
    let rows: Vec<Value> = serde_json::from_str(EXAMPLES).unwrap();
    let number = |row: &Value| u8::try_from(row["n"].as_u64().unwrap()).unwrap();
    rows.iter().map(|row| (number(row), row["expect"] == "allow")).collect()
});

/// What stands behind each name in braces.
type Places = BTreeMap<&'static str, String>;

fn places(known: &Known, more: &[(&'static str, &str)]) -> Places {
    let Known { contact, pathway, person, .. } = known;
    let own = [("{contact}", &**contact), ("{pathway}", &**pathway), ("{person}", &**person)];
    own.iter().chain(more).map(|(name, stands)| (*name, (*stands).to_owned())).collect()
}

async fn asks(browser: &mut Browser, what: &str, places: &Places) -> Page {
    let what = places.iter().fold(what.to_owned(), |what, (name, to)| what.replace(*name, to));
    let mut parts = what.splitn(3, ' ');
    let (method, path) = (parts.next().unwrap(), parts.next().unwrap());
    match method {
        "get" => browser.get(path).await,
        _ => browser.fills(path, parts.next().unwrap_or_default()).await,
    }
}

/// What is read, headers too, without the references that were asked for.
fn alike(page: &Page, places: &Places) -> String {
    places.values().fold(without_keys(page), |text, to| text.replace(to.as_str(), "REFERENCE"))
}

/// Plays one example: the answer is as it should be.
async fn is_played(row: &Row, browser: &mut Browser, places: &Places) {
    let (n, _, who, what, words) = *row;
    let page = asks(browser, what, places).await;
    let told = format!("{n}: {who} {what}: {} {} {}", page.status, page.location(), page.text);
    let has = !words.is_empty() && (page.text.contains(words) || page.reads(words));
    let leads = !words.is_empty() && page.location().contains(words);
    match (ALLOWED[&n], page.status) {
        (_, StatusCode::SEE_OTHER) => assert!(leads, "{told}"),
        (true, StatusCode::OK) => assert!(has, "{told}"),
        (false, StatusCode::UNPROCESSABLE_ENTITY) => assert!(has, "{told}"),
        (false, StatusCode::OK) => assert!(!words.is_empty() && !has, "{told}"),
        (false, StatusCode::NOT_FOUND) => {
            assert!(words.is_empty(), "{told}");
            // As many references that nobody ever made.
            let unmade = (2..).map(|n| format!("22222-2222{n}"));
            let none: Places = places.keys().copied().zip(unmade).collect();
            let there_is_none = asks(browser, what, &none).await;
            assert_eq!(alike(&page, places), alike(&there_is_none, &none), "{told}");
        }
        _ => panic!("{told}"),
    }
}

/// The browser of whoever comes. Where nothing else is said they have just taken their second step.
async fn comes(world: &World, here: Here, who: &str) -> Browser {
    let browser = world.signs_in(who).await;
    let before = match here {
        Here::Half => {
            let mut app = world.app.clone();
            app.demo = false;
            return Browser { cookie: browser.cookie, ..Browser::of(&app) };
        }
        Here::Stale => "UPDATE session SET second_at = '2026-11-02 08:53:20+00:00'",
        Here::Left => "UPDATE staff SET left_on = '2026-11-02' WHERE email = 'leaver@hub.example'",
        _ => "UPDATE session SET second_at = seen_at",
    };
    world.tamper(before).await;
    if here == Here::Lapsed {
        world.tamper("UPDATE staff SET trained_until = '2026-11-01'").await;
    }
    browser
}

/// Plays every example of a world that stands so.
async fn play(world: &World, here: Here, places: &Places) {
    for row in PLAYED.iter().filter(|row| row.1 == here) {
        let mut browser = comes(world, here, row.2).await;
        is_played(row, &mut browser, places).await;
    }
}

#[test]
fn every_example_is_played_over_http_or_says_what_is_lacking_for_it() {
    let played: Vec<_> = PLAYED.iter().map(|row| row.0).collect();
    let mut all = played.clone();
    all.extend(NO_ROUTE_YET.iter().flat_map(|(numbers, _)| numbers.iter().copied()));
    all.sort_unstable();
    assert_eq!(all, (1..=76).collect::<Vec<u8>>(), "each once");
    assert!(all.iter().eq(ALLOWED.keys()), "and there are no others");
}

#[test]
fn each_example_with_a_route_is_answered_over_http_as_it_should_be() {
    on_both(async |world| {
        world.joins(COLLEAGUE, OWEN, Role::Practitioner).await;
        world.joins(PATROL, PETRA, Role::Practitioner).await;
        world.joins(LEAVER, SUNIL, Role::HubWorker).await;
        let known = known(&world, false).await;
        let (person, account) = (known.person.clone(), known.account.clone());
        let note = AddToAccount { person, account, said: NOTE.to_owned() };
        doors::record(&world.app, &world.actor(DEE).await, note).await.unwrap();
        let claim = Claim { contact: known.contact.clone() };
        doors::record(&world.app, &world.actor(LEAVER).await, claim).await.unwrap();
        let glass = break_glass::used_by(&world, PETRA, &known.contact).await;
        let places = places(&known, &[("{glass}", &glass)]);
        for here in [Here::Open, Here::Half, Here::Stale, Here::Left] {
            play(&world, here, &places).await;
        }
        let figures = world.signs_in(DEE).await.get("/figures").await;
        assert!(figures.text.contains(EXACTLY_ONE), "what the hub reads of its own work");
        world.it_is("2026-11-02T11:00:00Z");
        play(&world, Here::Over, &places).await;
        play(&world, Here::Lapsed, &places).await;
        world
    });
}

#[test]
fn each_example_of_somebody_kept_away_is_answered_as_though_there_were_no_child() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let claim = Claim { contact: known.contact.clone() };
        doors::record(&world.app, &world.actor(SUNIL).await, claim).await.unwrap();
        let glass = break_glass::used_by(&world, HALIMA, &known.contact).await;
        for who in [SUNIL, HALIMA] {
            keep(&world, &known, who, None).await.unwrap();
        }
        play(&world, Here::KeptAway, &places(&known, &[("{glass}", &glass)])).await;
        world
    });
}

/// A child of a request who lives in a refuge, and of whom Halima spoke as well.
async fn in_a_refuge(world: &World) -> Known {
    let owen = world.actor(OWEN).await;
    let mut request = two_siblings(&owen, false);
    for address in request.children.iter_mut().filter_map(|child| child.address.as_mut()) {
        address.lines = REFUGE.to_owned();
        address.protected = true;
    }
    let owens = known_by(world, &send(world, &owen, request).await.reference).await;
    let halima = world.actor(HALIMA).await;
    let hers = known_by(world, &somebody_elses(world, &halima).await).await;
    let link = LinkPeople {
        from: hers.person,
        account: hers.account,
        to: owens.person.clone(),
        reason: "The same child".to_owned(),
    };
    crate::support::links(world, &world.actor(DEE).await, link).await.unwrap();
    owens
}

#[test]
fn each_example_of_a_restricted_child_in_a_refuge_is_answered_as_it_should_be() {
    on_both(async |world| {
        let known = in_a_refuge(&world).await;
        restrict_to(&world, &known, &[DEE, OWEN]).await.unwrap();
        covers(&world, &known, Covers::Address, &[DEE]).await.unwrap();
        let glass = break_glass::used_by(&world, HALIMA, &known.contact).await;
        let path = format!("/people/{}/restriction", known.person);
        let form = world.signs_in(MARGUERITE).await.get(&path).await.form(&format!("{path}/lift"));
        let (_, restriction) = form.iter().find(|(name, _)| name == "restriction").unwrap();
        let places = places(&known, &[("{glass}", &glass), ("{restriction}", restriction)]);
        play(&world, Here::Restricted, &places).await;
        world
    });
}

#[test]
fn each_example_of_looks_that_stood_out_is_answered_as_it_should_be() {
    on_both(async |world| {
        with_officers(&world).await;
        let known = known(&world, false).await;
        come_back(&world, &[SUNIL], &known.person, 5).await;
        world.it_is("2026-11-09T08:00:00Z");
        deriving::turn(&world.app).await.unwrap();
        let row = rows(&world, OFFICER).await.unwrap().rows.remove(0).reference;
        world.joins("again@hub.example", SUNIL, Role::PrivacyOfficer).await;
        let of = |who: &str| format!("staff_id = (SELECT id FROM staff WHERE email = '{who}')");
        let (sunil, again) = (of(SUNIL), of("again@hub.example"));
        world.tamper(&format!("UPDATE staff_role SET {sunil} WHERE {again}")).await;
        play(&world, Here::StoodOut, &places(&known, &[("{row}", &row)])).await;
        world
    });
}

#[test]
fn each_example_of_what_is_told_on_a_basis_is_answered_as_it_should_be() {
    on_both(async |world| {
        let (owen, dee) = (world.actor(OWEN).await, world.actor(DEE).await);
        let taken = sent(&world, &owen, false).await;
        let known = known_by(&world, &taken.reference).await;
        decided_and_answered(&world, &dee, &taken, 1).await;
        let at = revision(&world, &dee, &taken.reference, 0).await;
        let decide = decision(&known.pathway, at, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
        doors::record(&world.app, &dee, decide).await.unwrap();
        let at = revision(&world, &dee, &taken.reference, 0).await.to_string();
        let places = places(&known, &[("{revision}", &at)]);
        play(&world, Here::Decided, &places).await;
        assert_eq!(world.count("pathway WHERE ended_at IS NULL").await, 0, "nothing is open");
        play(&world, Here::Closed, &places).await;
        world
    });
}

#[test]
fn whoever_and_whatever_is_of_another_installation_is_nobody_and_nothing_here() {
    on_both(async |world| {
        let other = World::another().await;
        let (ours, theirs) = (known(&world, false).await, known(&other, false).await);
        let glass = break_glass::used_by(&other, HALIMA, &theirs.contact).await;
        let (ours, abroad) = (places(&ours, &[]), places(&theirs, &[("{glass}", &glass)]));
        for row in PLAYED.iter().filter(|row| row.1 == Here::Stranger) {
            let cookie = comes(&other, row.1, row.2).await.cookie;
            let mut stranger = Browser { cookie, ..Browser::of(&world.app) };
            is_played(row, &mut stranger, &ours).await;
            let cookie = Some(format!("{PLAIN_COOKIE}={}", sessions::new_token()));
            let mut nobody = Browser { cookie, ..Browser::of(&world.app) };
            let read = without_keys(&asks(&mut stranger, row.3, &ours).await);
            assert_eq!(read, without_keys(&asks(&mut nobody, row.3, &ours).await), "{}", row.0);
        }
        play(&world, Here::Abroad, &abroad).await;
        let broken_there = (44, Here::Abroad, HALIMA, "get /break-glass/{glass}", "");
        let mut halima = comes(&world, Here::Abroad, HALIMA).await;
        is_played(&broken_there, &mut halima, &abroad).await;
        reads_as_nothing(&world, SUNIL, &theirs).await;
        world
    });
}
