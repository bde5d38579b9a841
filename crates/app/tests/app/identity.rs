//! Signing in with the accounts of one's own agency: who comes in by it, as whom, and who does not.

pub mod fresh;
mod refusals;
mod set_up;

use std::collections::HashMap;

use axum::http::StatusCode;
use platform::db::{Row, Runs, sea_orm};
use practice::roles::Role;

use crate::{
    browser::{Browser, Page, owned},
    provider::{CLIENT, Provider, SECRET, Token},
    support::{World, on_both},
    walk::known,
};

const JO: &str = "jo@unit.example";
const PETRA: &str = "petra@police.example";
const HALIMA: &str = "halima@health.example";

/// The reference of the agency of that person.
async fn agency_of(world: &World, email: &str) -> String {
    #[derive(Row)]
    struct Found {
        reference: String,
    }
    let text = "SELECT a.reference FROM staff s JOIN agency a ON a.id = s.agency_id \
                WHERE s.email = $1";
    let found: Option<Found> = world.app.db.reads().one(text, [email.into()]).await.unwrap();
    found.unwrap().reference
}

/// What the Business Unit sends to set a provider.
fn form<'a>(
    issuer: &'a str,
    vouches: &'a str,
    second: &'a str,
    revision: &'a str,
) -> [(&'a str, &'a str); 6] {
    [
        ("issuer", issuer),
        ("client-id", CLIENT),
        ("client-secret", SECRET),
        ("addresses", vouches),
        ("second-step", second),
        ("revision", revision),
    ]
}

/// A provider that the Business Unit has set for the agency of that person.
async fn set_for(world: &World, email: &str, vouches: &str, second: &str) -> Provider {
    let provider = Provider::begins().await;
    let at = format!("/agencies/{}/identity-provider", agency_of(world, email).await);
    let page =
        world.signs_in(JO).await.post(&at, &form(&provider.issuer, vouches, second, "0")).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    provider
}

/// Goes to the provider of the agency of that person; answers with what it was asked.
async fn goes(world: &World, browser: &mut Browser, email: &str) -> HashMap<String, String> {
    let agency = agency_of(world, email).await;
    goes_to(browser, &agency).await
}

/// Goes to the provider of an agency.
async fn goes_to(browser: &mut Browser, agency: &str) -> HashMap<String, String> {
    let fields = owned(&[("agency", agency), ("next", "/requests")]);
    let page = browser.send("/sign-in/organisation", &fields).await;
    let leads =
        page.headers.get("refresh").unwrap_or_else(|| panic!("leads nowhere: {}", page.text));
    let url = leads.to_str().unwrap().strip_prefix("0; url=").unwrap().to_owned();
    serde_html_form::from_str(url.split_once('?').unwrap().1).unwrap()
}

/// Where one is sent back to who was asked so, with these beside what says that it is they.
fn back(asked: &HashMap<String, String>, more: &[(&str, &str)]) -> String {
    let to = asked["redirect_uri"].strip_prefix("http://localhost:8080").unwrap();
    let more: Vec<_> = more.iter().copied().chain([("state", asked["state"].as_str())]).collect();
    format!("{to}&{}", serde_html_form::to_string(more).unwrap())
}

/// Comes back with a code for that.
async fn comes_back(
    browser: &mut Browser,
    provider: &Provider,
    asked: &HashMap<String, String>,
    token: Token,
) -> Page {
    let code = provider.gives(token);
    browser.get(&back(asked, &[("code", &code), ("iss", &provider.issuer)])).await
}

/// Goes there and comes back as somebody that the provider calls so, with what a test changes of what
/// it says.
async fn signs_in_as(
    world: &World,
    provider: &Provider,
    (subject, email): (&str, &str),
    changes: impl FnOnce(&mut Token),
) -> (Browser, Page) {
    let mut browser = Browser::of(&world.app);
    let asked = goes(world, &mut browser, PETRA).await;
    let mut token = provider.of(&asked, subject, email, world.app.clock.now());
    changes(&mut token);
    let page = comes_back(&mut browser, provider, &asked, token).await;
    (browser, page)
}

async fn signs_in(world: &World, provider: &Provider, who: (&str, &str)) -> (Browser, Page) {
    signs_in_as(world, provider, who, |_| {}).await
}

fn is_refused(page: &Page) {
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.text);
    assert!(page.reads("Nobody was signed in"), "{}", page.text);
    assert!(page.reads("ring the Business Unit"), "{}", page.text);
}

/// How many journal entries hold these bytes.
async fn entries_with(world: &World, words: &str) -> usize {
    #[derive(Row)]
    struct Entry {
        entry: Vec<u8>,
    }
    let entries: Vec<Entry> =
        world.app.db.reads().all("SELECT entry FROM journal", []).await.unwrap();
    let holds = |e: &&Entry| e.entry.windows(words.len()).any(|w| w == words.as_bytes());
    entries.iter().filter(holds).count()
}

/// Whether somebody is signed in there as that person.
async fn is(browser: &mut Browser, name: &str) -> bool {
    let page = browser.get("/session").await;
    page.status == StatusCode::OK && page.reads(name)
}

#[test]
fn whoever_their_agency_knows_signs_in_and_goes_where_they_wanted() {
    on_both(async |world| {
        let provider = set_for(&world, PETRA, "ours", "its-word").await;
        let list = Browser::of(&world.app).get("/sign-in/organisation").await;
        assert!(list.text.contains("value=\""), "{}", list.text);
        let mut petra = Browser::of(&world.app);
        let asked = goes(&world, &mut petra, PETRA).await;
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["code_challenge_method"], "S256");
        assert_eq!(asked["scope"], "openid email");
        let agency = agency_of(&world, PETRA).await;
        let to = format!("http://localhost:8080/sign-in/organisation?agency={agency}");
        assert_eq!(asked["redirect_uri"], to);
        assert_eq!(asked["max_age"], "900", "as long as a session that nobody uses");
        let token = provider.of(&asked, "petra-1", "Petra@Police.example", world.app.clock.now());
        let page = comes_back(&mut petra, &provider, &asked, token).await;
        assert_eq!(page.location(), "/requests", "{}", page.text);
        assert!(is(&mut petra, "Petra Lindqvist-Demo").await);
        let account = petra.get("/session").await;
        assert!(account.reads("You are signed in by it now"), "{}", account.text);
        assert_eq!(entries_with(&world, "session:connected").await, 1);
        assert_eq!(entries_with(&world, "their agency's provider knows them").await, 1);

        let out = petra.post("/sign-out", &[]).await;
        let read = Browser::of(&world.app).get(out.location()).await;
        assert!(read.reads("but not of your organisation’s own sign-in"), "{}", read.text);
        // By their password nobody is told so.
        let out = world.signs_in(HALIMA).await.post("/sign-out", &[]).await;
        assert_eq!(out.location(), "/sign-in");
        world
    });
}

#[test]
fn once_connected_only_what_the_provider_calls_somebody_counts() {
    on_both(async |world| {
        let provider = set_for(&world, PETRA, "ours", "its-word").await;
        world.joins("anna@police.example", PETRA, Role::Practitioner).await;
        assert_eq!(signs_in(&world, &provider, ("petra-1", PETRA)).await.1.location(), "/requests");
        // Her address there becomes another, even a colleague's.
        for email in ["p.lindqvist@police.example", "anna@police.example", ""] {
            let (mut petra, page) = signs_in(&world, &provider, ("petra-1", email)).await;
            assert_eq!(page.location(), "/requests", "{}", page.text);
            assert!(is(&mut petra, "Petra Lindqvist-Demo").await, "{email}");
        }
        // Her address is given to somebody else there: nothing of hers opens.
        let (mut other, page) = signs_in(&world, &provider, ("somebody-2", PETRA)).await;
        is_refused(&page);
        assert!(!is(&mut other, "Petra Lindqvist-Demo").await);
        assert_eq!(world.count("identity").await, 1);

        // Nor does it when the Business Unit changes who has the address here.
        world.tamper("UPDATE staff SET email = 'petra.l@police.example' WHERE email = 'petra@police.example'").await;
        world.tamper("UPDATE staff SET email = 'petra@police.example' WHERE email = 'anna@police.example'").await;
        let (mut anna, page) = signs_in(&world, &provider, ("somebody-2", PETRA)).await;
        assert_eq!(page.location(), "/requests", "{}", page.text);
        assert!(is(&mut anna, "anna@police.example").await, "by what she is called here");
        let (mut petra, _) = signs_in(&world, &provider, ("petra-1", PETRA)).await;
        assert!(is(&mut petra, "Petra Lindqvist-Demo").await);
        world
    });
}

#[test]
fn a_connection_that_is_written_into_the_table_lets_nobody_in() {
    on_both(async |world| {
        let provider = set_for(&world, PETRA, "ours", "its-word").await;
        world.joins("anna@police.example", PETRA, Role::Practitioner).await;
        signs_in(&world, &provider, ("petra-1", PETRA)).await;
        let anna = "(SELECT id FROM staff WHERE email = 'anna@police.example')";
        world.tamper(&format!("UPDATE identity SET staff_id = {anna}")).await;
        let (mut petra, page) = signs_in(&world, &provider, ("petra-1", PETRA)).await;
        assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_ne!(petra.get("/requests").await.status, StatusCode::OK);
        world
    });
}

#[test]
fn a_second_step_before_the_provider_counts_where_its_word_does() {
    on_both(async |mut world| {
        let child = known(&world, false).await;
        let provider = set_for(&world, PETRA, "ours", "its-word").await;
        world.app.demo = false;
        let (mut petra, page) = signs_in(&world, &provider, ("petra-1", PETRA)).await;
        assert_eq!(page.location(), "/requests", "{}", page.text);
        assert_eq!(petra.get("/requests").await.status, StatusCode::OK);
        // It is none of ours: what is grave asks for that.
        let why = "purpose=medical-emergency&reason=She+is+unconscious+in+the+clinic";
        let over = format!("reference={}&name=&{why}", child.person);
        let page = petra.fills("/break-glass", &over).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text);
        assert_eq!(world.count("broken_glass").await, 0);
        world.tamper("UPDATE session SET second_at = seen_at").await;
        let page = petra.fills("/break-glass", &over).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "nothing else was lacking: {}", page.text);

        // It does not say so: she is asked to set one up before anything opens.
        let (mut petra, _) = signs_in_as(&world, &provider, ("petra-1", PETRA), |token| {
            token.claims["amr"] = serde_json::json!(["pwd"]);
        })
        .await;
        assert_eq!(petra.get("/requests").await.location(), "/session");
        world
    });
}

#[test]
fn without_the_providers_word_our_own_second_step_is_asked() {
    on_both(async |world| {
        let provider = set_for(&world, PETRA, "ours", "ours").await;
        let mut petra = world.signs_in(PETRA).await;
        let list = petra.post("/session/list/begin", &[]).await;
        let code =
            list.text.split("<li>").nth(1).unwrap().split("</li>").next().unwrap().to_owned();
        let done = petra.post("/session/list", &[("one-time-code", &code)]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);

        let (mut half, page) = signs_in(&world, &provider, ("petra-1", PETRA)).await;
        assert_eq!(page.location(), "/sign-in/code?next=%2Frequests", "{}", page.text);
        assert_ne!(half.get("/requests").await.status, StatusCode::OK);
        let asks = half.get(page.location()).await;
        let mut fields = asks.form("/sign-in/code");
        fields.retain(|(name, _)| name == "next");
        let next = list.text.split("<li>").nth(2).unwrap().split("</li>").next().unwrap();
        fields.push(("one-time-code".into(), next.into()));
        let page = half.send("/sign-in/code", &fields).await;
        assert_eq!(page.location(), "/requests", "{}", page.text);
        assert_eq!(half.get("/requests").await.status, StatusCode::OK);
        world
    });
}

#[test]
fn what_was_typed_before_waits_while_one_signs_in_elsewhere() {
    on_both(async |world| {
        let provider = set_for(&world, PETRA, "ours", "its-word").await;
        let agency = agency_of(&world, PETRA).await;
        let mut petra = Browser::of(&world.app);
        let waits = [("next", "/ask"), ("kept:name", "Zed Unlike"), ("kept:why", "A worry")];
        let list = petra.send("/sign-in/organisation", &owned(&waits)).await;
        let mut fields = list.form("/sign-in/organisation");
        fields.push(("agency".into(), agency));
        let page = petra.send("/sign-in/organisation", &fields).await;
        let url = page.headers["refresh"].to_str().unwrap().to_owned();
        assert!(!url.contains("Zed"), "{url}");
        let asked: HashMap<String, String> =
            serde_html_form::from_str(url.split_once('?').unwrap().1).unwrap();
        let token = provider.of(&asked, "petra-1", PETRA, world.app.clock.now());
        assert!(!world.holds("Zed Unlike").await, "sealed");
        let page = comes_back(&mut petra, &provider, &asked, token).await;
        assert!(page.reads("You are signed in again") && page.reads("Zed Unlike"), "{}", page.text);
        assert!(page.has_form("/ask"));
        world
    });
}
