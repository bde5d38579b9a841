//! Threat model V26: what came after a backup outlasts its restore. Who was kept away stays away, what
//! was restricted and what is secret stay so, what was destroyed is gone before anybody looks, who has
//! left signs in no more, and no letter leaves a second time by itself.

mod later;

use std::{
    fs,
    path::{Path, PathBuf},
};

use app::{
    backup, doors,
    error::Result,
    ledger::{
        Said,
        file::{Ledger, read},
        keeping::{self, Keeping},
        restored,
    },
    organisations::staff::Leave,
    people::{NewAddress, NewPerson, restriction::Covers},
    pulse::Worker,
    sealed_with::print,
    sharing::jobs,
    web::health,
};
use axum::http::StatusCode;
use jiff::civil::date;
use platform::{
    mail::{Mailer, sink::Sink},
    seal::Keys,
};
use practice::{processes::request_for_support::Outcome, roles::Role};
use tempfile::TempDir;

use crate::{
    front_door::{send, two_siblings},
    kept_away::keep,
    restricted::{covers, restrict_to},
    retention::{SECOND, WORD, approves, dealt_with, long_after, of_child, proposed, unlike},
    support::{World, on_both, reference_of},
    walk::{Known, known, reads_as_nothing},
};

const DEE: &str = "dee@hub.example";
const DILYS: &str = "dilys@hub.example";
const HALIMA: &str = "halima@health.example";
const JO: &str = "jo@unit.example";
const MARGUERITE: &str = "marguerite@hub.example";
const OSSIAN: &str = "ossian@unit.example";
const OWEN: &str = "owen@marram.example";
const SUNIL: &str = "sunil@hub.example";

/// The children of a partnership of which a backup was made.
struct Children {
    /// Restricted since.
    arlo: Known,
    /// From whom Sunil is kept away since, and where she lives is secret since.
    juno: Known,
    /// Destroyed since.
    zebedee: Known,
}

/// The children, and a backup that keeps nothing of them from anybody.
async fn backed_up(world: &World, folder: &TempDir) -> (Children, PathBuf) {
    let zebedee = dealt_with(world, Outcome::PartnerEarlyHelp).await;
    long_after(world).await;
    world.joins(DILYS, DEE, Role::DutyWorker).await;
    let arlo = known(world, true).await;
    let address = NewAddress {
        lines: "8 Invented Quay".into(),
        postcode: "FY1 1AD".into(),
        protected: false,
    };
    let juno = NewPerson { address: Some(address), ..unlike("Juno") };
    let juno = of_child(world, juno, Outcome::PartnerEarlyHelp).await;
    let file = folder.path().join("backup");
    backup::back_up(&world.app.db, &world.wrapping(), &world.app.clock, &file).await.unwrap();
    (Children { arlo, juno, zebedee }, file)
}

/// What came after the backup.
async fn since(world: &World, children: &Children) {
    restrict_to(world, &children.arlo, &[DEE]).await.unwrap();
    covers(world, &children.arlo, Covers::Address, &[DEE]).await.unwrap();
    keep(world, &children.juno, SUNIL, None).await.unwrap();
    let mut dee = world.signs_in(DEE).await;
    let to = format!("/people/{}/addresses", children.juno.person);
    let secret = format!(
        "account={}&lines=9+Refuge+Road&postcode=FY1+1AE&secret=yes",
        children.juno.account
    );
    let page = dee.fills(&to, &secret).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    let disposal = proposed(world, &children.zebedee.contact).await;
    assert_eq!(approves(world, SECOND, &disposal).await.status, StatusCode::SEE_OTHER);
    let halima = reference_of(world, "staff", "Halima Yusuf-Demo").await;
    let leave = Leave { reference: halima, revision: 1, on: Some(date(2033, 3, 1)) };
    doors::record(&world.app, &world.actor(JO).await, leave).await.unwrap();
}

async fn opened(world: &World, ledger: &Path) -> Result<(Keeping, Option<Said>)> {
    keeping::open(&world.app, ledger, &world.wrapping()).await
}

/// What is written down now.
async fn written(world: &World, ledger: &Path) {
    let (mut keeping, said) = opened(world, ledger).await.unwrap();
    assert_eq!(said, None, "the database went on from there");
    keeping.turn().await.unwrap();
}

async fn reads_page(world: &World, who: &str, path: &str, words: &str) -> bool {
    world.signs_in(who).await.opens(path).await.reads(words)
}

#[test]
fn v26_an_older_backup_knows_at_once_what_came_after_it() {
    on_both(async |world| {
        let folder = TempDir::new().unwrap();
        let ledger = folder.path().join("ledger");
        let (children, file) = backed_up(&world, &folder).await;
        written(&world, &ledger).await;
        since(&world, &children).await;
        written(&world, &ledger).await;

        let older = world.restored(&file).await;
        restored::was_said(&older.app).await.unwrap();
        assert!(older.holds(WORD).await, "the backup brings it back");
        let home = format!("/people/{}", children.juno.person);
        assert!(reads_page(&older, SUNIL, &home, "8 Invented Quay").await, "and shows it");
        let (mut keeping, said) = opened(&older, &ledger).await.unwrap();
        let said = said.expect("it is older than its ledger");
        let counted = (said.left, said.kept_away, said.restricted, said.secret, said.destroyed);
        assert_eq!(counted, (1, 1, 2, 1, 1), "{said}");
        assert_eq!(older.count("restriction WHERE covers = 'address'").await, 1);

        reads_as_nothing(&older, DILYS, &children.arlo).await;
        reads_as_nothing(&older, SUNIL, &children.juno).await;
        let contact = format!("/contacts/{}", children.arlo.contact);
        assert!(reads_page(&older, DEE, &contact, "Arlo").await, "Dee is named for him");
        let restriction = format!("/people/{}/restriction", children.arlo.person);
        assert!(reads_page(&older, MARGUERITE, &restriction, "deputy head").await, "and why");
        assert!(!reads_page(&older, DEE, &home, "8 Invented Quay").await, "it is secret");
        assert!(!older.holds(WORD).await, "what was destroyed is gone again");
        let gone = format!("staff WHERE email = '{HALIMA}' AND left_on IS NOT NULL");
        assert_eq!(older.count(&gone).await, 1, "who has left is gone");

        // It goes on from here: the next start finds nothing to say.
        keeping.turn().await.unwrap();
        drop(keeping);
        written(&older, &ledger).await;
        world
    });
}

#[test]
fn what_is_said_again_stands_once_and_lifts_nothing() {
    on_both(async |world| {
        let folder = TempDir::new().unwrap();
        let ledger = folder.path().join("ledger");
        let (children, file) = backed_up(&world, &folder).await;
        since(&world, &children).await;
        written(&world, &ledger).await;
        let older = world.restored(&file).await;
        // The hub has found one of them by itself, and set it for somebody else as well.
        keep(&older, &children.juno, DILYS, None).await.unwrap();
        let all = read(&ledger, &world.wrapping(), &print(&world.keys())).unwrap();
        let first = app::ledger::say_again(&older.app, &all).await.unwrap();
        assert!(first.is_anything());
        let again = app::ledger::say_again(&older.app, &all).await.unwrap();
        assert!(!again.is_anything(), "{again}");
        reads_as_nothing(&older, DILYS, &children.juno).await;
        reads_as_nothing(&older, SUNIL, &children.juno).await;
        // Where none of these children was ever named there is nobody of whom it could be said.
        let elsewhere = World::another().await;
        let said = app::ledger::say_again(&elsewhere.app, &all).await.unwrap();
        let children = said.kept_away + said.restricted + said.secret + said.destroyed;
        assert!(children == 0 && said.nobody_there >= 3, "{said}");
        older
    });
}

/// Sends what may be sent; how many letters have arrived by then.
async fn sent(world: &World, mailer: &Mailer, sink: &Sink) -> usize {
    for _ in 0..5 {
        jobs::send_messages(&world.app, mailer).await.unwrap();
    }
    sink.letters().len()
}

#[test]
fn v26_no_letter_leaves_a_restored_database_until_a_person_lets_it() {
    on_both(async |world| {
        let folder = TempDir::new().unwrap();
        let sink = Sink::start().await.unwrap();
        let mailer = Mailer::new(&sink.url(), "Sightline <s@seaholme.example>").unwrap();
        known(&world, true).await;
        let file = folder.path().join("backup");
        backup::back_up(&world.app.db, &world.wrapping(), &world.app.clock, &file).await.unwrap();
        let once = sent(&world, &mailer, &sink).await;
        assert!(once > 0, "they waited in the backup");

        world.it_is("2026-11-02T10:02:00Z");
        let older = world.restored(&file).await;
        let unsaid = restored::is_through(&older.app).await.unwrap_err().to_string();
        assert!(unsaid.contains("sightline say-again"), "{unsaid}");
        restored::was_said(&older.app).await.unwrap();
        restored::is_through(&older.app).await.unwrap();
        restored::hold(&older.app, None).await.unwrap();
        let owen = older.actor(OWEN).await;
        older.it_is("2026-11-02T10:05:00Z");
        send(&older, &owen, two_siblings(&owen, true)).await;
        assert_eq!(sent(&older, &mailer, &sink).await, once, "none leaves");
        let well = health::of(&older.app).await;
        assert!(well.but.iter().any(|but| but == health::HELD), "{well:?}");

        let mut ossian = older.signs_in(OSSIAN).await;
        let page = ossian.get("/system").await;
        assert!(page.reads("E-mails wait"), "{}", page.text);
        let unsaid = ossian.fills("/system/letters", "once=a").await;
        assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unsaid.text);
        let of_dee = older.signs_in(DEE).await.fills("/system/letters", "old=sent&once=b").await;
        assert_eq!(of_dee.status, StatusCode::NOT_FOUND, "an administrator does");
        assert_eq!(sent(&older, &mailer, &sink).await, once);
        let done = ossian.fills("/system/letters", "old=thrown-away&once=c").await;
        assert!(ossian.get(done.location()).await.reads("E-mails leave again"));
        let after = sent(&older, &mailer, &sink).await;
        assert!(after > once, "what came since leaves");
        let withdrawn = older.count("outbox WHERE state = 'withdrawn'").await;
        assert_eq!(usize::try_from(withdrawn).unwrap(), once, "what was sent before does not");
        assert!(health::of(&older.app).await.but.is_empty());
        older
    });
}

#[test]
fn whoever_stays_after_all_is_there_after_a_restore() {
    on_both(async |world| {
        let folder = TempDir::new().unwrap();
        let (ledger, file) = (folder.path().join("ledger"), folder.path().join("backup"));
        let before =
            backup::back_up(&world.app.db, &world.wrapping(), &world.app.clock, &file).await;
        before.unwrap();
        let halima = reference_of(&world, "staff", "Halima Yusuf-Demo").await;
        let jo = world.actor(JO).await;
        for (revision, on) in [(1, Some(date(2026, 12, 1))), (2, None)] {
            let leave = Leave { reference: halima.clone(), revision, on };
            doors::record(&world.app, &jo, leave).await.unwrap();
            written(&world, &ledger).await;
        }
        let older = world.restored(&file).await;
        restored::was_said(&older.app).await.unwrap();
        let (_, said) = opened(&older, &ledger).await.unwrap();
        assert_eq!(said.expect("it is older").left, 0);
        assert_eq!(older.count("staff WHERE left_on IS NOT NULL").await, 0);
        older
    });
}

#[test]
fn what_stands_in_a_ledger_is_read_by_nobody_and_what_was_half_written_is_not_there() {
    on_both(async |world| {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a/ledger");
        let known = known(&world, true).await;
        restrict_to(&world, &known, &[DEE]).await.unwrap();
        written(&world, &path).await;
        let whole = fs::read_to_string(&path).unwrap();
        assert!(!whole.contains("deputy") && whole.lines().count() > 1, "{whole}");
        let restricts = |text: &str| {
            fs::write(&path, text).unwrap();
            read(&path, &world.wrapping(), &print(&world.keys())).map(|written| !written.is_empty())
        };
        assert!(restricts(&whole).unwrap());
        let another = read(&path, &world.wrapping(), "another").unwrap();
        assert!(another.is_empty(), "what is of another database that the same key opens");
        // The last line was cut off while it was written.
        assert!(restricts(&whole[..whole.len() - 20]).unwrap());
        drop(Ledger::open(&path, &world.wrapping(), "another").unwrap());
        let mended = fs::read_to_string(&path).unwrap();
        assert!(mended.ends_with('\n') && whole.starts_with(&mended));
        // One in the middle is missing, or another's, or altered.
        let lines: Vec<_> = whole.lines().collect();
        for wrong in [format!("{}\n", lines[1..].join("\n")), format!("{whole}AAAA\n")] {
            assert!(restricts(&wrong).unwrap_err().to_string().contains("not as it was written"));
        }
        assert!(restricts(&whole).unwrap());
        assert!(read(&path, &Keys::random().unwrap(), "").is_err(), "another key opens nothing");
        let one = Ledger::open(&path, &world.wrapping(), "another").unwrap();
        let two = Ledger::open(&path, &world.wrapping(), "another").err().unwrap().to_string();
        assert!(two.contains("Another server writes"), "{two}");
        drop(one);
        world
    });
}

#[test]
fn a_ledger_that_nobody_keeps_any_more_is_missed() {
    on_both(async |world| {
        let folder = TempDir::new().unwrap();
        let (mut keeping, _) = opened(&world, &folder.path().join("ledger")).await.unwrap();
        keeping.turn().await.unwrap();
        world.it_is("2026-11-02T10:30:00Z");
        world.app.pulse.beat(Worker::Raising, world.app.clock.now());
        world.app.pulse.beat(Worker::Messages, world.app.clock.now());
        let troubles = health::of(&world.app).await.troubles;
        assert_eq!(troubles, ["nobody is keeping the ledger"]);
        world
    });
}
