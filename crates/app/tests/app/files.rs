//! Files that are sent with a request: looked through, kept sealed, given out as downloads alone, to
//! whoever sees the entry that they came with, once a scanner found nothing.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

use app::{doors, files::scanning::Scanner, web::routes::router};
use axum::http::{StatusCode, header};
use practice::processes::request_for_support::{Level, Outcome};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{
    browser::{Browser, Page, in_parts, owned},
    front_door::{decision, sent},
    kept_away::keep,
    passkeys::entries,
    support::{World, on_both},
    walk::known,
};

const OWEN: &str = "owen@marram.example";
const DEE: &str = "dee@hub.example";
const HALIMA: &str = "halima@health.example";

/// A picture of two pixels, in which a camera wrote where it was taken.
const PICTURE: &[u8] = include_bytes!("../fixtures/taken-at-a-place.png");
const PLACE: &str = "7 Nowhere Gardens";
const LETTER: &[u8] = b"Dear Owen, Arlo tells us that he sleeps in the car.\n";

const SAID: &str = "A letter from the school nurse";

/// Whoever may send something to a contact, there.
struct Sends {
    browser: Browser,
    contact: String,
}

impl Sends {
    async fn to(world: &World, email: &str, contact: &str) -> Self {
        Self { browser: world.signs_in(email).await, contact: contact.to_owned() }
    }

    fn path(&self) -> String {
        format!("/contacts/{}/files", self.contact)
    }

    async fn sends(&mut self, name: &str, content: &[u8]) -> Page {
        let path = self.path();
        let fields = [("danger", "no"), ("said", SAID)];
        self.browser.sends_file(&path, &fields, (name, content)).await
    }

    async fn taken(&mut self, name: &str, content: &[u8]) {
        let page = self.sends(name, content).await;
        let to = format!("/contacts/{}", self.contact);
        assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, to.as_str()));
    }

    async fn reads(&mut self) -> Page {
        self.browser.get(&format!("/contacts/{}", self.contact)).await
    }

    /// Where the files that the page shows are downloaded.
    async fn files(&mut self) -> Vec<String> {
        let begins = format!("href=\"{}/", self.path());
        let page = self.reads().await.text;
        let links = page.split(begins.as_str()).skip(1).filter_map(|link| link.split('"').next());
        let files = links.filter(|link| !link.contains('/'));
        files.map(|file| format!("{}/{file}", self.path())).collect()
    }
}

/// The reference of a file that was sent with that request.
pub async fn one(world: &World, contact: &str) -> String {
    Sends::to(world, OWEN, contact).await.taken("Letter.txt", LETTER).await;
    let mut dee = Sends::to(world, DEE, contact).await;
    let file = dee.files().await.remove(0);
    file.rsplit('/').next().unwrap().to_owned()
}

async fn contact(world: &World) -> String {
    let owen = world.actor(OWEN).await;
    sent(world, &owen, false).await.reference
}

#[test]
fn a_file_is_kept_sealed_and_given_out_as_a_download_without_what_a_camera_wrote() {
    on_both(async |world| {
        let contact = contact(&world).await;
        let mut owen = Sends::to(&world, OWEN, &contact).await;
        owen.taken("Arlo on 3 March.png", PICTURE).await;
        owen.taken("../../Letter.exe", LETTER).await;

        let mut dee = Sends::to(&world, DEE, &contact).await;
        let page = dee.reads().await;
        assert!(page.reads("Arlo on 3 March.png") && page.reads(SAID), "{}", page.text);
        assert!(page.reads("(text, 1 KB)") && page.reads("(picture, 1 KB)"), "{}", page.text);
        let files = dee.files().await;
        let [letter, picture] = &files[..] else { panic!("{files:?}") };
        for (file, name) in [(letter, "Letter.exe.txt"), (picture, "Arlo on 3 March.png")] {
            let given = dee.browser.get(file).await;
            assert_eq!(given.status, StatusCode::OK, "{}", given.text);
            let named = given.header(header::CONTENT_DISPOSITION);
            assert!(named.starts_with("attachment") && named.contains(name), "{named}");
            assert_eq!(given.header(header::CONTENT_TYPE), "application/octet-stream");
            assert_eq!(given.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
            assert_eq!(given.header(header::CACHE_CONTROL), "no-store");
            let policy = given.header(header::CONTENT_SECURITY_POLICY);
            assert!(
                policy.contains("sandbox") && policy.contains("default-src 'none'"),
                "{policy}"
            );
            assert!(!given.text.contains(PLACE), "a camera wrote where it was");
        }
        assert_eq!(dee.browser.get(letter).await.bytes, LETTER);
        let small = dee.browser.get(&format!("{picture}/small")).await;
        assert_eq!(small.header(header::CONTENT_TYPE), "image/jpeg", "{}", small.text);
        assert!(small.bytes.starts_with(&[0xff, 0xd8]));
        assert_eq!(dee.browser.get(&format!("{letter}/small")).await.status, StatusCode::NOT_FOUND);

        for secret in ["Arlo on 3 March", "sleeps in the car", PLACE] {
            assert!(!world.holds(secret).await, "{secret} stands in the database");
        }
        world
    });
}

#[test]
fn a_file_is_seen_by_whoever_sees_what_was_said_with_it_and_is_struck_out_with_it() {
    on_both(async |world| {
        let contact = contact(&world).await;
        let mut owen = Sends::to(&world, OWEN, &contact).await;
        let mut dee = Sends::to(&world, DEE, &contact).await;
        owen.taken("from school.txt", LETTER).await;
        dee.taken("from the hub.txt", LETTER).await;

        assert_eq!(dee.files().await.len(), 2, "the hub sees everything");
        let own = owen.files().await;
        assert!(own.len() == 1 && owen.reads().await.reads("from school.txt"));
        let files = dee.files().await;
        let hubs = files.iter().find(|file| !own.contains(file)).expect("the hub's");
        assert_eq!(owen.browser.get(&own[0]).await.status, StatusCode::OK);
        for at in [hubs.clone(), format!("{hubs}/small")] {
            let kept = owen.browser.get(&at).await;
            assert_eq!(kept.status, StatusCode::NOT_FOUND, "a requester sees what they sent: {at}");
        }
        let mut halima = world.signs_in(HALIMA).await;
        for at in [own[0].clone(), hubs.clone(), owen.path()] {
            assert_eq!(halima.get(&at).await.status, StatusCode::NOT_FOUND, "{at}");
        }
        let fields = [("danger", "no"), ("said", SAID)];
        let refused = halima.sends_file(&owen.path(), &fields, ("a", LETTER)).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        // Nor does another's request lead to it.
        let other = self::contact(&world).await;
        let elsewhere = hubs.replace(&contact, &other);
        assert_eq!(dee.browser.get(&elsewhere).await.status, StatusCode::NOT_FOUND);

        strike_what_owen_sent(&mut dee).await;
        assert!(dee.files().await.iter().eq([hubs]));
        for browser in [&mut dee.browser, &mut owen.browser] {
            let gone = browser.get(&own[0]).await;
            assert_eq!(gone.status, StatusCode::NOT_FOUND, "it was struck out with its entry");
        }
        world
    });
}

#[test]
fn a_file_that_takes_up_a_decided_request_is_struck_out_like_any_other() {
    on_both(async |world| {
        let owen = world.actor(OWEN).await;
        let taken = sent(&world, &owen, false).await;
        let decide =
            decision(&taken.pathways[0], 1, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
        doors::record(&world.app, &world.actor(DEE).await, decide).await.unwrap();
        let mut dee = Sends::to(&world, DEE, &taken.reference).await;
        let path = dee.path();
        let fields = [("danger", "yes"), ("said", SAID)];
        let page = dee.browser.sends_file(&path, &fields, ("a.txt", LETTER)).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        let file = dee.files().await.remove(0);
        for (pathway, place) in taken.pathways.iter().zip([4, 3]) {
            assert_eq!(dee.files().await, std::slice::from_ref(&file), "it stands on another");
            let strike = format!("/pathways/{pathway}/entries/{place}/strike");
            let form = dee.browser.get(&strike).await;
            assert!(form.has_form(&strike), "{}", form.text);
            let mut fields = form.form(&strike);
            fields.push(("reason".into(), "It is about another child".into()));
            let struck = dee.browser.send(&strike, &fields).await;
            assert_eq!(struck.status, StatusCode::SEE_OTHER, "{}", struck.text);
        }
        assert!(dee.files().await.is_empty() && !dee.reads().await.reads("A file came with it"));
        assert_eq!(dee.browser.get(&file).await.status, StatusCode::NOT_FOUND);
        world
    });
}

#[test]
fn whoever_is_kept_away_from_a_child_gets_no_file_of_theirs() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let mut owen = Sends::to(&world, OWEN, &known.contact).await;
        owen.taken("a.txt", LETTER).await;
        let mut sunil = Sends::to(&world, "sunil@hub.example", &known.contact).await;
        let file = sunil.files().await.remove(0);
        assert_eq!(sunil.browser.get(&file).await.status, StatusCode::OK);
        keep(&world, &known, "sunil@hub.example", None).await.unwrap();
        for at in [file.clone(), format!("{file}/small"), sunil.path()] {
            assert_eq!(sunil.browser.get(&at).await.status, StatusCode::NOT_FOUND, "{at}");
        }
        assert_eq!(sunil.sends("b.txt", LETTER).await.status, StatusCode::NOT_FOUND);
        world
    });
}

#[test]
fn too_many_at_once_are_asked_to_come_again_and_lose_no_word() {
    on_both(async |world| {
        let contact = contact(&world).await;
        let mut dee = Sends::to(&world, DEE, &contact).await;
        dee.taken("a.txt", LETTER).await;
        let file = dee.files().await.remove(0);
        let (room, mut taken) = (&world.app.room, Vec::new());
        taken.extend(std::iter::from_fn(|| room.to_take_in()));
        taken.extend(std::iter::from_fn(|| room.to_give_out().ok()));
        assert_eq!(taken.len(), 16);
        let busy = dee.sends("b.txt", LETTER).await;
        assert_eq!(busy.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(busy.reads("Choose it again in a minute") && busy.text.contains(SAID));
        assert_eq!(dee.browser.get(&file).await.status, StatusCode::SERVICE_UNAVAILABLE);
        drop(taken);
        dee.taken("b.txt", LETTER).await;
        assert_eq!(dee.browser.get(&file).await.bytes, LETTER);
        world
    });
}

/// Strikes out, on the request of each child, what was added first.
async fn strike_what_owen_sent(dee: &mut Sends) {
    let page = dee.reads().await.text;
    let strikes = |page: &str| -> Vec<String> {
        let links = page.split("href=\"/pathways/").skip(1).filter_map(|l| l.split('"').next());
        let strikes = links.filter(|link| link.ends_with("/entries/3/strike"));
        strikes.map(|link| format!("/pathways/{link}")).collect()
    };
    let all = strikes(&page);
    assert_eq!(all.len(), 2, "one for each child: {page}");
    for strike in all {
        let mut fields = dee.browser.get(&strike).await.form(&strike);
        fields.push(("reason".into(), "It is about another child".into()));
        let struck = dee.browser.send(&strike, &fields).await;
        assert_eq!(struck.status, StatusCode::SEE_OTHER, "{}", struck.text);
    }
}

#[test]
fn what_is_no_file_that_is_taken_is_refused_with_what_to_do_and_nothing_is_kept() {
    on_both(async |world| {
        let contact = contact(&world).await;
        let mut owen = Sends::to(&world, OWEN, &contact).await;
        let events = "event";
        let before = world.count(events).await;
        let large = vec![b'a'; 26 * 1024 * 1024];
        for (name, content, says) in [
            ("letter.pdf", &b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff"[..], "program"),
            ("page.txt", b"<html><script>alert(1)</script></html>", "PDF"),
            ("empty.txt", b"", "This file is empty"),
            ("large.txt", &large, "it may have 25 MB"),
            ("", b"", "Choose the file"),
        ] {
            let refused = owen.sends(name, content).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            assert!(refused.reads(says), "{name}: {}", refused.text);
            assert_eq!(refused.errors_lead_to(), ["#file"], "{name}");
            assert!(refused.text.contains(SAID), "what was typed is still there");
        }
        let path = owen.path();
        let unsaid = owen.browser.sends_file(&path, &[("said", " ")], ("a.txt", LETTER)).await;
        assert_eq!(unsaid.errors_lead_to(), ["#said", "#danger", "#file"], "{}", unsaid.text);

        let mut fields = owned(&[("danger", "no"), ("said", SAID)]);
        fields.insert(0, ("token".into(), owen.browser.token().await));
        let whole = in_parts(&fields, Some(("a.txt", LETTER)));
        let broken = owen.browser.send_parts(&path, whole[..whole.len() - 50].to_vec()).await;
        assert_eq!(broken.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(broken.reads("The file did not arrive whole."), "{}", broken.text);
        assert!(broken.text.contains(SAID), "what was typed is still there");
        let forged = in_parts(&owned(&[("danger", "no"), ("said", SAID)]), Some(("a", LETTER)));
        let forged = owen.browser.send_parts(&path, forged).await;
        assert_eq!(forged.status, StatusCode::FORBIDDEN, "from a page of nobody's");

        assert_eq!(world.count("file").await, 0);
        assert_eq!(world.count(events).await, before, "nothing was added to any request");
        world
    });
}

#[test]
fn a_file_that_is_sent_twice_with_one_press_comes_once_and_danger_in_it_is_told_at_once() {
    on_both(async |world| {
        let contact = contact(&world).await;
        let mut owen = Sends::to(&world, OWEN, &contact).await;
        let path = owen.path();
        let fields = [("once", "a-key-of-this-form"), ("danger", "yes"), ("said", SAID)];
        for _ in 0..2 {
            let page = owen.browser.sends_file(&path, &fields, ("a.txt", LETTER)).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        }
        assert_eq!(world.count("file").await, 1);
        let another = owen.browser.sends_file(&path, &fields, ("a.txt", b"Another letter")).await;
        assert_eq!(another.status, StatusCode::UNPROCESSABLE_ENTITY, "that is not the same form");
        assert!(another.reads("A file was sent with this form already"), "{}", another.text);
        let clocks = "clock WHERE code = 'REF-DANGER'";
        assert_eq!(world.count(clocks).await, 2, "one for each child");
        world
    });
}

/// A scanner that answers as it is told.
struct Clamd {
    says: Arc<AtomicU8>,
    at: String,
}

const CLEAN: u8 = 0;
const FINDS: u8 = 1;
const IS_DOWN: u8 = 2;

impl Clamd {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let at = listener.local_addr().expect("an address").to_string();
        let says = Arc::new(AtomicU8::new(CLEAN));
        let said = Arc::clone(&says);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A server that goes away in the middle is one of the answers.
                let _ = answer(stream, said.load(Ordering::SeqCst)).await;
            }
        });
        Self { says, at }
    }

    fn says(&self, what: u8) {
        self.says.store(what, Ordering::SeqCst);
    }
}

/// `zINSTREAM`, pieces with their lengths, an empty one; then the answer.
async fn answer(mut stream: TcpStream, says: u8) -> std::io::Result<()> {
    let mut command = [0; 10];
    stream.read_exact(&mut command).await?;
    assert_eq!(&command, b"zINSTREAM\0");
    if says == IS_DOWN {
        return Ok(());
    }
    loop {
        let length = stream.read_u32().await?;
        if length == 0 {
            break;
        }
        let mut piece = vec![0; length as usize];
        stream.read_exact(&mut piece).await?;
    }
    let said = if says == FINDS { "Invented-Test-Signature FOUND" } else { "OK" };
    stream.write_all(format!("stream: {said}\0").as_bytes()).await
}

#[test]
fn nothing_is_given_out_that_no_scanner_has_looked_at_and_nothing_is_kept_that_it_finds() {
    on_both(async |world| {
        let clamd = Clamd::start().await;
        let contact = contact(&world).await;
        let mut app = world.app.clone();
        app.scanner = Scanner::Clamd(clamd.at.clone());
        let mut dee = Sends::to(&world, DEE, &contact).await;
        dee.browser.router = router(app);

        clamd.says(FINDS);
        let refused = dee.sends("a.txt", LETTER).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.reads("This file was found to be harmful, and was not kept"));
        let refusals = entries(&world, "files:refuse").await;
        assert_eq!(refusals, 1, "the journal has who sent it, and with what");
        assert_eq!(world.count("file").await, 0);

        clamd.says(CLEAN);
        dee.taken("clean.txt", LETTER).await;
        clamd.says(IS_DOWN);
        let clean = dee.files().await.remove(0);
        assert_eq!(dee.browser.get(&clean).await.status, StatusCode::OK, "it was looked at");

        dee.taken("waits.txt", LETTER).await;
        let waits = dee.files().await.into_iter().find(|file| *file != clean).expect("it");
        let kept = dee.browser.get(&waits).await;
        assert_eq!(kept.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(kept.reads("This file has not been checked yet"), "{}", kept.text);
        clamd.says(CLEAN);
        assert_eq!(
            dee.browser.get(&waits).await.bytes,
            LETTER,
            "it is looked at when it is asked for"
        );
        clamd.says(FINDS);
        assert_eq!(dee.browser.get(&waits).await.status, StatusCode::OK, "once");

        clamd.says(IS_DOWN);
        dee.taken("harmful.txt", LETTER).await;
        let files = dee.files().await;
        let harmful = files.iter().find(|file| **file != clean && **file != waits).expect("it");
        clamd.says(FINDS);
        let gone = dee.browser.get(harmful).await;
        assert!(dee.reads().await.reads("It was found to be harmful"), "and so says the page");
        assert_eq!(gone.status, StatusCode::GONE);
        assert!(gone.reads("This file was found to be harmful"), "{}", gone.text);
        clamd.says(CLEAN);
        assert_eq!(dee.browser.get(harmful).await.status, StatusCode::GONE, "for ever");
        world
    });
}

#[test]
fn outside_a_demo_nothing_is_given_out_while_there_is_no_scanner() {
    on_both(async |world| {
        let contact = contact(&world).await;
        let mut dee = Sends::to(&world, DEE, &contact).await;
        dee.taken("a.txt", LETTER).await;
        let file = dee.files().await.remove(0);
        assert_eq!(dee.browser.get(&file).await.status, StatusCode::OK, "in a demo it is");
        let second = "UPDATE session SET second_at = seen_at";
        world.tamper(second).await;
        let mut app = world.app.clone();
        app.demo = false;
        dee.browser.router = router(app);
        let kept = dee.browser.get(&file).await;
        assert_eq!(kept.status, StatusCode::SERVICE_UNAVAILABLE, "{}", kept.text);
        world
    });
}
