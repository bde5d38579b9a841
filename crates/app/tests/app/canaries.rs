//! Threat model V6b: words that stand nowhere else are kept secret, and looked for afterwards. They are
//! found sealed, and in what a decision showed that is journaled, and nowhere else.

use std::{
    fs, io,
    sync::{Arc, Mutex},
};

use app::{
    backup,
    sharing::jobs,
    web::routes::{self, Comes},
};
use axum::http::StatusCode;
use platform::mail::{Mailer, sink::Sink};

use crate::{
    data_requests::{ASKED, all_theirs, items, taken_down},
    out_of_hours::{PASSPHRASE, opened, takes_out},
    reach::{self, WHO},
    support::{World, on_both},
};

const DEE: &str = "dee@hub.example";
/// A street, the end of a telephone number and a caller, as somebody may write them.
const CANARIES: [&str; 4] = ["Quillomene", "quillomene", "960 871", "960871"];
/// What pages show to those who may read it, and is readable nowhere else.
const SAID: &str = "Brindlewick";

/// What the server writes to its log, of its own code everything.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn begun() -> Self {
        let (log, filter) = (Self::default(), "debug,app=trace,platform=trace");
        let writer = log.clone();
        let begun = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(move || writer.clone())
            .try_init();
        begun.expect("a test of its own process");
        log
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is readable in no file.
fn sealed() -> impl Iterator<Item = &'static str> {
    CANARIES.into_iter().chain([SAID])
}

fn found(text: &str) -> Option<&'static str> {
    CANARIES.into_iter().find(|canary| text.contains(canary))
}

/// Says an address and a number of the child that must be kept secret, who rang about them, and what
/// was told in confidence; and of each sort of words that people write what only pages may show.
async fn plant(world: &World, known: &reach::Known) {
    let mut dee = world.signs_in(DEE).await;
    let person = format!("/people/{}", known.person);
    let page = dee.get(&format!("{person}/addresses")).await;
    let account = page.text.split("name=\"account\"").nth(1).unwrap();
    let account = account.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let account = ("account", account.as_str());
    let address =
        [account, ("lines", "7 Quillomene Way"), ("postcode", "FY1 1AD"), ("secret", "yes")];
    let number = [account, ("number", "01632 960 871"), ("safe_for", "ringing"), ("secret", "yes")];
    for (part, fields) in [("addresses", &address), ("telephones", &number)] {
        let fields = [&fields[..], &[("once", part)]].concat();
        let said = dee.post(&format!("{person}/{part}"), &fields).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{part}: {}", said.text);
    }
    let call = "caller=Joan+Quillomene&agency=public&may_be_named=no&danger=no&worry=Shouting\
        &given.0=Arlo&family.0=Invented-Marsh&born.0.day=4&born.0.month=5&born.0.year=2017&once=call";
    let taken = dee.fills("/contacts/by-telephone", call).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    let account = account.1;
    let told = format!(
        "account={account}&says=A+van+in+Quillomene+Way&source=reliable&known=directly\
         &handling=conditions&conditions=Ring+Joan+Quillomene&named=sunil%40hub.example"
    );
    let (contact, who) = (format!("/contacts/{}", known.contact), "who=petra%40police.example");
    for (path, fields) in [
        (format!("{person}/intelligence/new"), told),
        (format!("{person}/addenda"), format!("account={account}&said={SAID}")),
        (format!("{person}/kept-away"), format!("account={account}&{who}&reason={SAID}")),
        (format!("{contact}/information"), format!("danger=no&said={SAID}")),
        ("/ask".to_owned(), format!("reference=&name=Somebody+Else&why={SAID}")),
        ("/session/conflicts".to_owned(), format!("knows=yes&names=Nobody+Else&relation={SAID}")),
    ] {
        let said = dee.fills(&path, &fields).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{path}: {}", said.text);
    }
}

#[test]
fn v6b_what_is_planted_is_found_sealed_and_in_what_a_decision_showed_alone() {
    let log = Log::begun();
    on_both(async |world| {
        reach::everybody_joins(&world).await;
        let known = reach::known(&world).await;
        plant(&world, &known).await;
        let sink = Sink::start().await.unwrap();
        let mailer = Mailer::new(&sink.url(), "Sightline <s@seaholme.example>").unwrap();
        let mut seen = 0;
        for (who, email) in WHO {
            let mut browser = world.signs_in(email).await;
            for route in routes::all().iter().filter(|route| route.method == "get") {
                if route.comes == Comes::SignedIn {
                    let page = browser.get(&known.path(route)).await;
                    assert_eq!(found(&page.text), None, "{who} {}", route.path);
                    seen += usize::from(page.status == StatusCode::OK);
                }
            }
        }
        assert!(seen > 150, "{seen} pages were read");
        // A decision shows them, and is journaled.
        let path = format!("/contacts/{}/protected", known.contact);
        let shown = world.signs_in(DEE).await.fills(&path, crate::walk::VISIT).await;
        assert_eq!(found(&shown.text), Some("Quillomene"), "{}", shown.text);
        assert_eq!(world.count("disclosure WHERE occasion = 'protected_revealed'").await, 1);
        jobs::raise_what_is_late(&world.app).await.unwrap();
        for _ in 0..5 {
            jobs::send_messages(&world.app, &mailer).await.unwrap();
        }
        let letters = sink.letters();
        assert!(!letters.is_empty());
        for letter in letters {
            assert_eq!(found(&letter.text), None, "{}", letter.text);
            assert!(!letter.text.contains(SAID), "{}", letter.text);
        }
        is_in_nothing_handed_over(&world).await;
        is_kept_sealed(&world).await;
        world
    });
    let log = log.text();
    assert!(log.contains("/people/"), "what is asked for is logged by its route");
    let is_told = |line: &&str| found(line).is_some() || line.contains(SAID);
    let lines: Vec<_> = log.lines().filter(is_told).collect();
    assert!(lines.is_empty(), "{lines:#?}");
}

/// Neither in the file for the night, nor in what could be given to somebody who asks what is held.
async fn is_in_nothing_handed_over(world: &World) {
    let file = takes_out(world, "marguerite@hub.example").await;
    let extract = opened(&file.text, PASSPHRASE).expect("the file for the night").to_string();
    assert!(extract.contains("Invented-Marsh"), "{extract}");
    assert_eq!(found(&extract), None, "{extract}");
    let mut dee = world.signs_in(DEE).await;
    let request = taken_down(&mut dee, ASKED).await;
    all_theirs(&mut dee, &request).await;
    let items = items(&mut dee, &request).await;
    assert!(items.len() > 3, "{items:?}");
    for item in items {
        let page = dee.get(&item).await;
        assert_eq!(page.status, StatusCode::OK, "{item}");
        assert_eq!(found(&page.text), None, "{item}: {}", page.text);
    }
}

/// Neither in a cell of a table, nor in the file or its log, nor in a backup.
async fn is_kept_sealed(world: &World) {
    for canary in sealed() {
        assert!(!world.holds(canary).await, "{canary} stands in a table");
    }
    assert!(world.holds("Invented-Marsh").await, "what is readable would be found");
    let folder = tempfile::TempDir::new().unwrap();
    let backup = folder.path().join("backup");
    backup::back_up(&world.app.db, &world.wrapping(), &world.app.clock, &backup).await.unwrap();
    let mut files = vec![backup];
    let url = world.app.db.url();
    if let Some(file) = url.strip_prefix("sqlite:") {
        let lite = format!("{file}-wal");
        files.extend([file.to_owned().into(), lite.into()]);
    }
    let is_lite = files.len() > 1;
    let mut read = Vec::new();
    for file in files.into_iter().filter(|file| file.is_file()) {
        let bytes = fs::read(&file).unwrap();
        for canary in sealed() {
            let has = bytes.windows(canary.len()).any(|w| w == canary.as_bytes());
            assert!(!has, "{canary} in {}", file.display());
        }
        read.extend(bytes);
    }
    let name = b"Invented-Marsh";
    let is_there = read.windows(name.len()).any(|w| w == name);
    assert_eq!(is_there, is_lite, "what is readable is found in the file, and in no backup");
}
