//! Intelligence under a handling code: sealed, there for whoever wrote it and those whom its code names
//! and for nobody else, and shown for a purpose.

use axum::http::StatusCode;

use crate::{
    break_glass,
    browser::{Browser, Page},
    kept_away::keep,
    restricted::covers,
    support::{World, on_both},
    walk::{Known, VISIT, known, lists, without_keys},
};
use app::people::restriction::Covers;

const OWEN: &str = "owen@marram.example";
const PETRA: &str = "petra@police.example";
const HALIMA: &str = "halima@health.example";
const DEE: &str = "dee@hub.example";
const SUNIL: &str = "sunil@hub.example";
const MARGUERITE: &str = "marguerite@hub.example";
/// What nothing but the page that shows it may say.
const SECRET: &str = "blue van outside the school";
const SAYS: &str =
    "account=ACCOUNT&source=untested&known=directly&says=A+blue+van+outside+the+school";
const TO_PETRA: &str = "&handling=conditions&conditions=Ring+me+first&named=petra%40police.example";
const TO_THE_HUB: &str = "&handling=permitted";

fn path(known: &Known) -> String {
    format!("/people/{}/intelligence", known.person)
}

async fn writes(world: &World, who: &str, known: &Known, handling: &str) -> Page {
    let mut browser = world.signs_in(who).await;
    let says = SAYS.replace("ACCOUNT", &known.account);
    let page = browser.fills(&format!("{}/new", path(known)), &format!("{says}{handling}")).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    page
}

/// Where the one is that somebody may read, if there is one.
async fn there(browser: &mut Browser) -> Option<String> {
    let page = browser.get("/intelligence").await;
    assert_eq!(page.status, StatusCode::OK);
    let link = page.text.split("href=\"/intelligence/").nth(1)?;
    Some(format!("/intelligence/{}", link.split('"').next()?))
}

/// What Petra reads who is named for what Owen wrote, for a purpose.
pub async fn reveals(world: &World, known: &Known) -> Page {
    writes(world, OWEN, known, TO_PETRA).await;
    let mut petra = world.signs_in(PETRA).await;
    let one = there(&mut petra).await.expect("she is named");
    petra.fills(&one, VISIT).await
}

async fn may_read(world: &World, who: &str) -> bool {
    let mut browser = world.signs_in(who).await;
    match there(&mut browser).await {
        Some(path) => browser.fills(&path, VISIT).await.reads("A blue van outside the school"),
        None => false,
    }
}

#[test]
fn intelligence_is_there_for_whoever_wrote_it_and_those_whom_its_code_names_and_for_nobody_else() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let page = format!("/people/{}", known.person);
        let (hub, mails) = (lists(&world, DEE).await, "outbox WHERE kind = 'mail'");
        let before = world.count(mails).await;
        writes(&world, OWEN, &known, TO_PETRA).await;
        assert_eq!(world.count(mails).await, before + 1, "Petra is told that something waits");

        let mut petra = world.signs_in(PETRA).await;
        let one = there(&mut petra).await.expect("she is named");
        assert_eq!(
            petra.get(&page).await.status,
            StatusCode::NOT_FOUND,
            "of the child she sees nothing"
        );
        assert!(petra.get(&path(&known)).await.reads("Owen Pryce-Demo"));
        let short = petra.fills(&one, "purpose=curious").await;
        assert!(!short.text.contains(SECRET) && short.text.contains("20 characters"));
        let shown = petra.fills(&one, VISIT).await;
        for words in ["A blue van outside the school", "2AC", "Ring me first", "Petra"] {
            assert!(shown.reads(words), "{words}: {}", shown.text);
        }
        assert!(shown.reads("Arlo Invented-Marsh"), "whom it is about: {}", shown.text);
        let childs = world.signs_in(DEE).await.get(&page).await;
        assert!(!childs.reads("Petra"), "what was shared says nothing of it: {}", childs.text);
        let looked = format!("{page}/who-looked");
        let looked = world.signs_in(MARGUERITE).await.get(&looked).await;
        assert!(looked.reads("Saw what is protected") && !looked.text.contains("ntelligence"));
        assert!(may_read(&world, OWEN).await, "whoever wrote it");
        assert!(world.signs_in(OWEN).await.get(&page).await.reads("There is intelligence"));

        assert_eq!(lists(&world, DEE).await, hub);
        for who in [DEE, MARGUERITE, HALIMA] {
            let mut browser = world.signs_in(who).await;
            assert!(there(&mut browser).await.is_none(), "{who}");
            assert!(!browser.get(&page).await.text.contains("There is intelligence"), "{who}");
            let nothing = browser.fills("/intelligence/22222-22222", VISIT).await;
            let theirs = browser.fills(&one, VISIT).await;
            let number = one.rsplit('/').next().unwrap();
            let theirs = without_keys(&theirs).replace(number, "22222-22222");
            assert_eq!(theirs, without_keys(&nothing), "{who}");
        }
        for words in [SECRET, "Ring me first", "conditions"] {
            assert!(!world.holds(words).await, "{words} stands in a table");
        }
        world
    });
}

#[test]
fn the_hub_reads_what_it_is_permitted_but_for_whoever_is_kept_away_or_not_named() {
    on_both(async |world| {
        let known = known(&world, false).await;
        writes(&world, OWEN, &known, TO_THE_HUB).await;
        let page = world.signs_in(SUNIL).await.get(&format!("/people/{}", known.person)).await;
        assert!(page.reads("There is intelligence about them that you may read"));
        for (who, reads) in [(SUNIL, true), (DEE, true), (MARGUERITE, true), (PETRA, false)] {
            assert_eq!(may_read(&world, who).await, reads, "{who}");
        }
        let looked = world.signs_in(MARGUERITE).await;
        let page = { looked }.get(&format!("/people/{}/who-looked", known.person)).await;
        assert!(page.reads("Saw what is protected"), "{}", page.text);

        keep(&world, &known, SUNIL, None).await.unwrap();
        assert!(!may_read(&world, SUNIL).await, "kept away");
        covers(&world, &known, Covers::Record, &[SUNIL, MARGUERITE]).await.unwrap();
        assert!(!may_read(&world, DEE).await, "not named for the child");
        assert!(may_read(&world, MARGUERITE).await);
        world
    });
}

#[test]
fn a_manager_reads_what_none_of_those_whom_the_code_names_can() {
    on_both(async |world| {
        let known = known(&world, false).await;
        writes(&world, OWEN, &known, TO_PETRA).await;
        assert!(!may_read(&world, MARGUERITE).await, "Petra can");
        keep(&world, &known, PETRA, None).await.unwrap();
        assert!(!may_read(&world, PETRA).await, "she is kept away");
        assert!(may_read(&world, MARGUERITE).await && !may_read(&world, DEE).await);
        world
    });
}

#[test]
fn what_was_taken_back_is_shown_to_nobody() {
    on_both(async |world| {
        let known = known(&world, false).await;
        writes(&world, OWEN, &known, TO_PETRA).await;
        let one = there(&mut world.signs_in(PETRA).await).await.unwrap();
        let back = format!("{one}/back");
        let why = "why=It+was+about+somebody+else";
        let refused = world.signs_in(PETRA).await.fills(&back, why).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "she did not write it");
        let mut owen = world.signs_in(OWEN).await;
        assert!(owen.fills(&back, "why=wrong").await.reads("Take it back"));
        assert!(may_read(&world, PETRA).await);
        assert_eq!(owen.fills(&back, why).await.status, StatusCode::SEE_OTHER);
        assert!(!may_read(&world, PETRA).await && !may_read(&world, OWEN).await);
        world
    });
}

#[test]
fn no_broken_glass_shows_intelligence_nor_that_it_is_there() {
    on_both(async |world| {
        let known = known(&world, true).await;
        writes(&world, OWEN, &known, TO_THE_HUB).await;
        let (mut halima, _) = break_glass::with_codes(&world, HALIMA).await;
        let glass = break_glass::breaks(&mut halima, &known).await;
        let page = halima.get(&glass).await;
        assert!(page.reads("Arlo Invented-Marsh"), "{}", page.text);
        assert!(!page.text.contains("ntelligence about them") && !page.text.contains(SECRET));
        world
    });
}

#[test]
fn what_is_wrong_with_it_stands_beside_each_field_and_nothing_is_lost() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let mut owen = world.signs_in(OWEN).await;
        let new = format!("{}/new", path(&known));
        let page = owen.fills(&new, "says=").await;
        assert_eq!(page.errors_lead_to(), ["#says", "#source", "#known", "#handling"]);
        let says = SAYS.replace("ACCOUNT", &known.account);
        let page = owen.fills(&new, &format!("{says}&handling=conditions")).await;
        assert_eq!(page.errors_lead_to(), ["#conditions", "#named"]);
        assert!(page.lines("says").contains("blue van"), "{}", page.text);
        let nobody = TO_PETRA.replace("petra", "nobody");
        let page = owen.fills(&new, &format!("{says}{nobody}")).await;
        assert_eq!(page.errors_lead_to(), ["#named"]);
        world
    });
}
