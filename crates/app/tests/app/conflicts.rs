//! Members of staff declare whom they know; the hub looks, keeps them away where it must, and they
//! read the same as if nobody were on record.

use app::{
    doors,
    error::Error,
    people::conflicts::{ConflictsToLookAt, LookedAt, OpenDeclaration, Outcome},
};
use axum::http::StatusCode;
use practice::roles::Role;

use crate::{
    browser::Browser,
    front_door::sent,
    kept_away::keep,
    support::{World, on_both},
    walk::{known_by, without_keys},
};

const PAGE: &str = "/session/conflicts";
/// On record, once a request about them was sent.
const ON_RECORD: &str = "Arlo Invented-Marsh";
const REMINDER: &str = "Say whether you know somebody";

async fn a_family_is_on_record(world: &World) {
    let owen = world.actor("owen@marram.example").await;
    sent(world, &owen, false).await;
}

fn knows(names: &str) -> String {
    let names = names.replace(' ', "+");
    format!("knows=yes&names={names}&relation=My+sisters+children&more=They+moved+to+Lantern+Row")
}

/// The references of what somebody in the hub may look at.
async fn to_look_at(world: &World, email: &str) -> Vec<String> {
    let actor = world.actor(email).await;
    let seen = doors::open(&world.app, &actor, ConflictsToLookAt).await.unwrap();
    seen.waits.into_iter().map(|one| one.reference).collect()
}

async fn looks(
    world: &World,
    email: &str,
    declaration: &str,
    outcome: Outcome,
    reason: &str,
) -> Result<(), Error> {
    let actor = world.actor(email).await;
    let (declaration, reason) = (declaration.to_owned(), reason.to_owned());
    let opened_at = world.app.clock.now();
    let looked = LookedAt { declaration, outcome, reason, opened_at };
    doors::record(&world.app, &actor, looked).await
}

#[test]
fn whoever_is_named_the_page_says_the_same_and_what_was_said_is_sealed() {
    on_both(async |world| {
        a_family_is_on_record(&world).await;
        let mut answers = Vec::new();
        for (email, said) in [
            ("owen@marram.example", knows(ON_RECORD)),
            ("tamsin@marram.example", knows("Nobody Unheard")),
            ("halima@health.example", "knows=none&names=".to_owned()),
        ] {
            let mut browser = world.signs_in(email).await;
            let answer = without_keys(&browser.fills(PAGE, &said).await);
            let page = without_keys(&browser.get("/session/conflicts?done=declared").await);
            let name = world.actor(email).await.signed_in().unwrap().name.clone();
            answers.push((answer, page.replace(&name, "NAME")));
        }
        assert!(answers[0].0.starts_with("303"), "{}", answers[0].0);
        assert!(answers[0].1.contains("You last declared on <strong>2 November 2026</strong>"));
        assert_eq!(answers[0].0, answers[1].0);
        assert_eq!(answers[0].0, answers[2].0);
        // What somebody may do stands in the navigation: only alike roles read alike pages.
        let main = |page: &str| page.split_once("<main").unwrap().1.to_owned();
        assert_eq!(main(&answers[0].1), main(&answers[1].1));
        assert_eq!(main(&answers[0].1), main(&answers[2].1));
        for words in ["My sisters children", "Lantern Row", "Nobody Unheard"] {
            assert!(!world.holds(words).await, "{words} stands readable in the database");
        }
        world
    });
}

#[test]
fn somebody_is_reminded_at_the_start_and_yearly_and_never_locked_out() {
    on_both(async |world| {
        let mut browser = world.signs_in("halima@health.example").await;
        let home = browser.get("/").await;
        assert_eq!(home.status, StatusCode::OK);
        assert!(home.reads(REMINDER) && home.reads("Start a request for support"));
        browser.fills(PAGE, "knows=none").await;
        assert!(!browser.get("/").await.reads(REMINDER));

        world.it_is("2027-11-01T10:00:00Z");
        world.everybody_stays().await;
        let mut browser = world.signs_in("halima@health.example").await;
        assert!(!browser.get("/").await.reads(REMINDER));
        world.it_is("2027-11-02T10:00:00Z");
        let mut browser = world.signs_in("halima@health.example").await;
        let home = browser.get("/").await;
        assert!(home.reads(REMINDER) && home.reads("Start a request for support"));
        browser.fills(PAGE, &knows("Nobody Unheard")).await;
        assert_eq!(world.count("declaration").await, 2, "each stands beside the one before");
        let page = browser.get(PAGE).await;
        assert!(page.reads("2 November 2027") && page.reads("2 November 2026"), "{}", page.text);
        world
    });
}

#[test]
fn a_declaration_that_contradicts_itself_or_says_nothing_is_given_back_as_typed() {
    on_both(async |world| {
        let mut browser = world.signs_in("halima@health.example").await;
        for (said, say) in [
            ("names=Nobody+Unheard", "Choose whether you know somebody"),
            ("knows=yes&names=&relation=Neighbours", "Enter the names of whom you know"),
            ("knows=yes&names=Nobody+Unheard&relation=", "Enter how you know them"),
            ("knows=none&names=Nobody+Unheard", "clear what you wrote below"),
        ] {
            let page = browser.fills(PAGE, said).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
            assert!(page.reads(say), "{said}: {}", page.text);
            assert_eq!(page.reads("Nobody Unheard"), said.contains("Unheard"), "{said}");
        }
        assert_eq!(world.count("declaration").await, 0);
        world
    });
}

#[test]
fn a_declaration_of_a_hub_manager_is_looked_at_by_another() {
    on_both(async |world| {
        world.joins("mira@hub.example", "marguerite@hub.example", Role::HubManager).await;
        world.declares("marguerite@hub.example", ON_RECORD).await;
        let [declared] = &to_look_at(&world, "mira@hub.example").await[..] else { panic!("one") };
        assert_eq!(to_look_at(&world, "sunil@hub.example").await.len(), 1);

        assert!(to_look_at(&world, "marguerite@hub.example").await.is_empty());
        let own = world.actor("marguerite@hub.example").await;
        let look = OpenDeclaration { reference: declared.clone() };
        assert!(matches!(doors::open(&world.app, &own, look).await, Err(Error::NotFound)));
        let said = looks(&world, "marguerite@hub.example", declared, Outcome::NoNeed, "Mine").await;
        assert!(matches!(said, Err(Error::NotFound)), "{said:?}");
        let mut browser = world.signs_in("marguerite@hub.example").await;
        assert!(!browser.get("/").await.reads(declared));
        assert!(browser.get("/declared-conflicts").await.reads("There is nothing to look at."));

        // Nobody outside the hub reads who knows whom.
        for email in ["owen@marram.example", "tamsin@marram.example", "jo@unit.example"] {
            let mut browser = world.signs_in(email).await;
            for path in
                ["/declared-conflicts".to_owned(), format!("/declared-conflicts/{declared}")]
            {
                assert_eq!(
                    browser.get(&path).await.status,
                    StatusCode::NOT_FOUND,
                    "{email} {path}"
                );
            }
        }
        looks(&world, "mira@hub.example", declared, Outcome::NobodyOnRecord, "By both names")
            .await
            .unwrap();
        assert!(!world.holds("By both names").await, "the outcome is sealed");
        world
    });
}

#[test]
fn who_knows_of_nobody_gives_the_hub_nothing_to_look_at() {
    on_both(async |world| {
        world.signs_in("halima@health.example").await.fills(PAGE, "knows=none").await;
        assert_eq!(world.count("declaration").await, 1);
        assert!(to_look_at(&world, "marguerite@hub.example").await.is_empty());
        world
    });
}

/// Where the first link of a page leads that begins so.
fn link(page: &str, begins: &str) -> String {
    let after = page.split_once(&format!("href=\"{begins}")).expect("a link").1;
    format!("{begins}{}", after.split_once('"').unwrap().0)
}

/// Keeps whoever declared it away from the first person that the search finds.
async fn keeps_away(browser: &mut Browser, declared: &str) {
    let found = browser.searches(&format!("q=Arlo&declared={declared}")).await;
    let form = link(&found.text, "/people/");
    let away = found
        .text
        .split("href=\"")
        .filter_map(|rest| rest.split_once('"'))
        .map(|(to, _)| to)
        .find(|to| to.ends_with(&format!("/kept-away?declared={declared}")))
        .unwrap_or_else(|| panic!("no way on from {form}: {}", found.text));
    let page = browser.get(away).await;
    assert!(page.text.contains("owen@marram.example") && page.reads("Declared on 2 November 2026"));
    let account = page.text.split_once("name=\"account\" value=\"").unwrap().1;
    let account = account.split_once('"').unwrap().0;
    let path = away.split_once('?').unwrap().0;
    let fields =
        format!("account={account}&declared={declared}&who=owen%40marram.example&reason=Declared");
    let sent = browser.fills(path, &fields).await;
    assert_eq!(sent.location(), format!("/declared-conflicts/{declared}"), "{}", sent.text);
}

#[test]
fn the_hub_keeps_the_declarer_away_says_what_came_of_it_and_they_never_learn() {
    on_both(async |world| {
        let halima = world.actor("halima@health.example").await;
        sent(&world, &halima, false).await;
        world.declares("owen@marram.example", ON_RECORD).await;
        let mut owen = world.signs_in("owen@marram.example").await;
        let mut before = Vec::new();
        for path in ["/", PAGE, "/session", "/requests"] {
            before.push(without_keys(&owen.get(path).await));
        }
        let declared = to_look_at(&world, "sunil@hub.example").await.remove(0);
        let mut hub = world.signs_in("sunil@hub.example").await;
        assert!(hub.get("/").await.reads("1 to look at."));
        let one = format!("/declared-conflicts/{declared}");
        assert!(hub.get(&one).await.reads(ON_RECORD));

        // Not by saying so alone, and nothing without a reason.
        let early = hub.fills(&one, "outcome=kept-away&reason=").await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(early.reads("They are kept away from nobody yet"));
        assert_eq!(early.errors_lead_to(), ["#outcome"]);
        let bare = hub.fills(&one, "outcome=nobody&reason=").await;
        assert!(bare.reads("Enter how you looked"), "{}", bare.text);
        assert_eq!(bare.errors_lead_to(), ["#reason"]);

        keeps_away(&mut hub, &declared).await;
        let done = hub.fills(&one, "outcome=kept-away&reason=").await;
        assert_eq!(done.location(), "/declared-conflicts?done=looked-at", "{}", done.text);
        assert!(hub.get("/declared-conflicts").await.reads("There is nothing to look at."));
        assert_eq!(hub.get(&one).await.status, StatusCode::NOT_FOUND);
        let twice = looks(&world, "dee@hub.example", &declared, Outcome::NoNeed, "Late").await;
        assert!(matches!(twice, Err(Error::NotFound)), "{twice:?}");

        let mut after = Vec::new();
        for path in ["/", PAGE, "/session", "/requests"] {
            after.push(without_keys(&owen.get(path).await));
        }
        assert_eq!(before, after);
        world
    });
}

/// Most children come on the record after their aunt declared that she knows them.
#[test]
fn a_request_that_comes_later_and_names_whom_somebody_declared_is_looked_at_again() {
    on_both(async |world| {
        world.joins("mira@hub.example", "marguerite@hub.example", Role::HubManager).await;
        world.declares("sunil@hub.example", ON_RECORD).await;
        world.declares("halima@health.example", "Bea Somebody-Else and Arlo Unlike").await;
        let [first, other] = &to_look_at(&world, "mira@hub.example").await[..] else {
            panic!("two")
        };
        for declared in [first, other] {
            let outcome = Outcome::NobodyOnRecord;
            looks(&world, "mira@hub.example", declared, outcome, "By both names").await.unwrap();
        }
        assert!(to_look_at(&world, "mira@hub.example").await.is_empty());
        world.it_is("2026-11-02T10:05:00Z");
        let owen = world.actor("owen@marram.example").await;
        let taken = sent(&world, &owen, false).await;
        assert_eq!(
            to_look_at(&world, "mira@hub.example").await,
            std::slice::from_ref(first),
            "and no other"
        );
        assert!(to_look_at(&world, "sunil@hub.example").await.is_empty(), "he never learns");
        let mut mira = world.signs_in("mira@hub.example").await;
        let page = mira.get(&format!("/declared-conflicts/{first}")).await;
        assert!(page.reads("Somebody looked at this before."), "{}", page.text);
        // Whoever must not see the child does not learn from it that there is one.
        let known = known_by(&world, &taken.reference).await;
        keep(&world, &known, "dee@hub.example", None).await.unwrap();
        assert!(to_look_at(&world, "dee@hub.example").await.is_empty());
        // What came since the page was opened waits for another look.
        let actor = world.actor("mira@hub.example").await;
        let looked = LookedAt {
            declaration: first.clone(),
            outcome: Outcome::NoNeed,
            reason: "Another family".to_owned(),
            opened_at: "2026-11-02T10:04:00Z".parse().unwrap(),
        };
        doors::record(&world.app, &actor, looked).await.unwrap();
        assert_eq!(to_look_at(&world, "mira@hub.example").await, std::slice::from_ref(first));
        looks(&world, "mira@hub.example", first, Outcome::NoNeed, "Another family").await.unwrap();
        assert!(to_look_at(&world, "mira@hub.example").await.is_empty());
        // Where they are kept away already, there is nothing to look at.
        keep(&world, &known, "sunil@hub.example", None).await.unwrap();
        world.it_is("2026-11-02T10:10:00Z");
        sent(&world, &owen, false).await;
        assert!(to_look_at(&world, "mira@hub.example").await.is_empty());
        world
    });
}

/// Whoever looks does not see what is hidden from them, and so has not looked at it.
#[test]
fn what_is_hidden_from_whoever_looked_waits_for_somebody_else() {
    on_both(async |world| {
        world.declares("sunil@hub.example", ON_RECORD).await;
        let owen = world.actor("owen@marram.example").await;
        let known = known_by(&world, &sent(&world, &owen, false).await.reference).await;
        keep(&world, &known, "dee@hub.example", None).await.unwrap();
        let [declared] = &to_look_at(&world, "dee@hub.example").await[..] else { panic!("one") };
        let outcome = Outcome::NobodyOnRecord;
        looks(&world, "dee@hub.example", declared, outcome, "By both names").await.unwrap();
        assert!(to_look_at(&world, "dee@hub.example").await.is_empty());
        let left = to_look_at(&world, "marguerite@hub.example").await;
        assert_eq!(left, std::slice::from_ref(declared));
        // What was declared before there were words is taken up when the server starts.
        let words = world.count("declared_name").await;
        world.tamper("DELETE FROM declared_name").await;
        app::people::declared::take_up(&world.app.db, &world.app.keys).await.unwrap();
        assert_eq!(world.count("declared_name").await, words);
        world
    });
}

#[test]
fn the_hub_reads_who_has_not_declared_for_a_year() {
    on_both(async |world| {
        world.declares("owen@marram.example", ON_RECORD).await;
        let mut dee = world.signs_in("dee@hub.example").await;
        let page = dee.get("/declared-conflicts").await;
        assert!(page.reads("Halima Yusuf-Demo"), "{}", page.text);
        let (_, undeclared) = page.text.split_once("Who has not declared").unwrap();
        assert!(!undeclared.contains("Owen Pryce-Demo"), "{undeclared}");
        world.it_is("2027-11-03T10:00:00Z");
        world.everybody_stays().await;
        let page = world.signs_in("dee@hub.example").await.get("/declared-conflicts").await;
        let (_, undeclared) = page.text.split_once("Who has not declared").unwrap();
        assert!(undeclared.contains("Owen Pryce-Demo"), "{undeclared}");
        world
    });
}
