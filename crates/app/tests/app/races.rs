//! R10 of the threat model: two people change one thing at the same moment, again and again, in one
//! process and in two over one database. Nobody's words are lost, and whoever comes second reads both.
//! What many add at once is read by everybody in one order.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use app::{App, web::routes};
use axum::http::StatusCode;
use practice::roles::Role;
use tokio::sync::Barrier;

use crate::{
    browser::{Browser, Page},
    front_door::{send, two_siblings},
    sticky::Dice,
    support::{World, on_both, reference_of},
};

const JO: &str = "jo@unit.example";
const IDA: &str = "ida@unit.example";

/// How many races are run on each database; `SIGHTLINE_RACES` asks for more.
fn races() -> usize {
    std::env::var("SIGHTLINE_RACES").ok().and_then(|said| said.parse().ok()).unwrap_or(60)
}

/// Somebody who has signed in, and sends forms as a page of ours would.
#[derive(Clone)]
struct Editor {
    browser: Browser,
    token: String,
}

impl Editor {
    async fn at(world: &World, process: &App, email: &str) -> Self {
        let mut browser = world.signs_in(email).await;
        browser.router = routes::router(process.clone());
        let token = browser.token().await;
        Self { browser, token }
    }

    /// Sends a form until it is answered: while another process writes, the database may be busy, and
    /// the page asks for the same form again.
    async fn sends(&mut self, to: &str, form: &str) -> Page {
        for _ in 0..20 {
            let text = format!("token={}&{form}", self.token);
            let page = self.browser.send_text(to, text).await;
            if page.status != StatusCode::SERVICE_UNAVAILABLE {
                return page;
            }
        }
        panic!("never answered: {form}");
    }
}

/// Both send their form at the same moment, or one a little later. Which of the two was taken, and the
/// page that the other reads, which says that somebody else was first.
async fn race(editors: [&Editor; 2], to: &str, forms: [&str; 2], dice: &mut Dice) -> (usize, Page) {
    let start = Arc::new(Barrier::new(2));
    let (later, pause) = (dice.below(2), Duration::from_millis(dice.below(4) as u64));
    let runs = |n: usize| {
        let (start, mut editor) = (Arc::clone(&start), editors[n].clone());
        let (to, form) = (to.to_owned(), forms[n].to_owned());
        tokio::spawn(async move {
            start.wait().await;
            if n == later {
                tokio::time::sleep(pause).await;
            }
            editor.sends(&to, &form).await
        })
    };
    let (one, two) = tokio::join!(runs(0), runs(1));
    let [one, two] = [one.unwrap(), two.unwrap()];
    let is_refused = |page: &Page| {
        let is_so = [StatusCode::CONFLICT, StatusCode::UNPROCESSABLE_ENTITY].contains(&page.status);
        is_so && page.reads("omebody else")
    };
    match [one.status, two.status] {
        [StatusCode::SEE_OTHER, _] if is_refused(&two) => (0, two),
        [_, StatusCode::SEE_OTHER] if is_refused(&one) => (1, one),
        other => panic!("one is taken and one is not: {other:?} {} {}", one.text, two.text),
    }
}

#[test]
fn r10_of_two_who_change_one_thing_at_once_nobody_loses_words() {
    on_both(async |world| {
        world.joins(IDA, JO, Role::BusinessUnit).await;
        let other = world.another_process().await;
        let jo = Editor::at(&world, &world.app, JO).await;
        let idas =
            [Editor::at(&world, &world.app, IDA).await, Editor::at(&world, &other, IDA).await];
        let team = reference_of(&world, "team", "Duty team").await;
        let at = format!("/teams/{team}/details");
        let (mut dice, mut revision, mut won) = (Dice::of(10), 1, [0, 0]);
        for n in 0..races() {
            let name = |who: &str| format!("Team {n} of {who}");
            let form = |who: &str, revision: i64| {
                let name = name(who).replace(' ', "+");
                format!(
                    "once={n}-{who}-{revision}&revision={revision}&kind=duty\
                     &phone=01632+960+102&name={name}"
                )
            };
            let who = ["Jo", "Ida"];
            let forms = who.map(|who| form(who, revision));
            // One process, then two.
            let mut pair = [jo.clone(), idas[n % 2].clone()];
            let (first, page) =
                race([&pair[0], &pair[1]], &at, [&forms[0], &forms[1]], &mut dice).await;
            let (taken, kept) = (name(who[first]), name(who[1 - first]));
            won[first] += 1;
            revision += 1;
            let is_so = format!("team WHERE name = '{taken}' AND revision = {revision}");
            assert_eq!(world.count(&is_so).await, 1, "{n}: {taken} was acknowledged");
            assert!(page.reads(&taken), "{n}: what was saved meanwhile: {}", page.text);
            assert!(page.text.contains(&format!("value=\"{kept}\"")), "{n}: what was typed");
            if dice.below(2) == 0 {
                let again = form(who[1 - first], revision);
                let again = pair[1 - first].sends(&at, &again).await;
                assert_eq!(again.status, StatusCode::SEE_OTHER, "{n}: {}", again.text);
                revision += 1;
                let is_so = format!("team WHERE name = '{kept}' AND revision = {revision}");
                assert_eq!(world.count(&is_so).await, 1, "{n}: {kept}, once both were seen");
            }
        }
        println!("{won:?} of {} races", races());
        assert!(won.iter().all(|won| *won > 0), "either may come first: {won:?}");
        world
    });
}

/// Two screeners decide for one child at once: of the two analyses one stands in the history, and the
/// other on the page of whoever wrote it, beside it.
#[test]
fn r10_of_two_who_decide_for_one_child_at_once_the_second_reads_both() {
    on_both(async |world| {
        let other = world.another_process().await;
        let owen = world.actor("owen@marram.example").await;
        let dee = Editor::at(&world, &world.app, "dee@hub.example").await;
        let sunils = [
            Editor::at(&world, &world.app, "sunil@hub.example").await,
            Editor::at(&world, &other, "sunil@hub.example").await,
        ];
        let mut dice = Dice::of(11);
        for n in 0..races().div_ceil(20) {
            let taken = send(&world, &owen, two_siblings(&owen, false)).await;
            for pathway in &taken.pathways {
                let at = format!("/pathways/{pathway}/decision");
                let form = |who: &str| {
                    format!(
                        "once={pathway}-{who}&revision=1&level=2&outcome=partner-early-help\
                         &risk=Risk&strengths=Strengths&voice=Voice&reasons=Why+{pathway}+{who}"
                    )
                };
                let (dees, sunils) =
                    ((dee.clone(), form("Dee")), (sunils[n % 2].clone(), form("Sunil")));
                let (first, page) =
                    race([&dees.0, &sunils.0], &at, [&dees.1, &sunils.1], &mut dice).await;
                let reasons = ["Dee", "Sunil"].map(|who| format!("Why {pathway} {who}"));
                assert!(page.reads(&reasons[first]), "what was decided meanwhile: {}", page.text);
                assert_eq!(page.lines("reasons"), reasons[1 - first], "what was typed");
                let history =
                    dee.clone().browser.get(&format!("/contacts/{}", taken.reference)).await;
                assert!(!history.text.contains(&reasons[1 - first]), "{}", history.text);
            }
        }
        world
    });
}

/// What was added to a contact, oldest first, as somebody who opens it reads it.
async fn read(reader: &mut Editor, contact: &str) -> Vec<String> {
    let page = reader.browser.get(contact).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let said = format!("class=\"{}\">Note-", govuk::SAID);
    let notes = page.text.split(&said).skip(1);
    let mut notes: Vec<_> = notes.map(|n| n.split('<').next().unwrap().to_owned()).collect();
    notes.reverse();
    notes
}

/// Writers append to one list while readers read it. Whatever anybody read is how the list begins:
/// there is one order, nothing acknowledged is missing from what is read later, nothing is there twice
/// and nobody's own notes change places. (The idea is Elle's, of Kingsbury and Alvaro.)
#[test]
fn r10_what_many_add_at_once_is_there_once_and_everybody_reads_one_order() {
    const NOTES: usize = 4;
    on_both(async |world| {
        let other = world.another_process().await;
        let owen = world.actor("owen@marram.example").await;
        // All of the hub: a requester reads what they added themselves, and no more.
        let people = ["dee@hub.example", "sunil@hub.example"];
        let mut editors = Vec::new();
        for email in people {
            for process in [&world.app, &other] {
                editors.push(Editor::at(&world, process, email).await);
            }
        }
        for _ in 0..races().div_ceil(60) {
            let mut new = two_siblings(&owen, false);
            new.children.truncate(1);
            let contact = format!("/contacts/{}", send(&world, &owen, new).await.reference);
            let start = Arc::new(Barrier::new(editors.len()));
            let writes = editors.iter().cloned().enumerate().map(|(who, mut editor)| {
                let (start, contact) = (Arc::clone(&start), contact.clone());
                tokio::spawn(async move {
                    let mut reads = Vec::new();
                    start.wait().await;
                    for n in 0..NOTES {
                        let note = format!("{who}-{n}");
                        let form = format!("once={contact}-{note}&danger=no&said=Note-{note}");
                        let page = editor.sends(&format!("{contact}/information"), &form).await;
                        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
                        let list = read(&mut editor, &contact).await;
                        assert!(list.contains(&note), "{note} was acknowledged: {list:?}");
                        reads.push(list);
                    }
                    reads
                })
            });
            let writes: Vec<_> = writes.collect();
            let mut reads = Vec::new();
            for write in writes {
                reads.extend(write.await.unwrap());
            }
            let list = read(&mut editors[0], &contact).await;
            let once: BTreeSet<_> = list.iter().collect();
            assert_eq!((list.len(), once.len()), (editors.len() * NOTES, list.len()), "{list:?}");
            for seen in reads {
                assert!(list.starts_with(&seen), "two orders: {seen:?}, then {list:?}");
            }
            for who in 0..editors.len() {
                let own = list.iter().filter(|note| note.starts_with(&format!("{who}-")));
                assert!(own.is_sorted(), "{list:?}");
            }
        }
        world
    });
}
