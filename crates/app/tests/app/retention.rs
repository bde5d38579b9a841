//! What need not be kept any longer is destroyed, by two people, and nothing else is: what anybody
//! holds, what is open, what few may see, and what is about somebody else stays. Section 15 of the
//! statutory rules; threat model T23.

mod kept;
mod passing;

use app::{
    doors::{self, journal},
    front_door::{decisions::Sign, reading::OpenContact},
    involving::answering::AskersToAnswer,
    journal_tree::verifying::{Odd, verify},
    people::{Born, NewPerson, links::LinkPeople},
    retention::{
        due::{self, Kept},
        holds::{Hold, Release},
    },
    sharing::jobs,
};
use axum::http::StatusCode;
use jiff::civil::date;
use platform::{
    db::{Row, Runs, sea_orm},
    mail::{Mailer, sink::Sink},
};
use practice::{
    calendar::day_of,
    processes::request_for_support::{Level, Outcome},
    roles::Role,
};

use crate::{
    browser::Page,
    disclosing::page_for_carys,
    front_door::{answer, decision, revision, send, two_siblings},
    kept_away::keep,
    people::{kit, sent},
    restricted::restrict_to,
    support::{World, on_both},
    walk::{Known, known_by},
};

const DEE: &str = "dee@hub.example";
const MARGUERITE: &str = "marguerite@hub.example";
pub const SECOND: &str = "second@hub.example";
/// A word that stands in the records of nobody else.
pub const WORD: &str = "Zebedee";

/// A child who was born in 2000.
fn grown() -> NewPerson {
    NewPerson {
        given: WORD.into(),
        born: Born::On(date(2000, 3, 12)),
        identifiers: Vec::new(),
        ..kit(WORD, "4 Invented Row", false)
    }
}

/// A grown child who is like nobody else.
pub fn unlike(given: &str) -> NewPerson {
    NewPerson {
        given: given.into(),
        family: "Invented-Other".into(),
        born: Born::On(date(2001, 7, 30)),
        identifiers: Vec::new(),
        address: None,
        ..grown()
    }
}

/// A request about one child with a mother, decided so and answered.
pub async fn dealt_with(world: &World, outcome: Outcome) -> Known {
    of_child(world, grown(), outcome).await
}

pub async fn of_child(world: &World, child: NewPerson, outcome: Outcome) -> Known {
    let owen = world.actor("owen@marram.example").await;
    let mut contact = two_siblings(&owen, false);
    contact.children = vec![child];
    contact.level = Some(level_of(outcome));
    let taken = send(world, &owen, contact).await;
    let known = known_by(world, &taken.reference).await;
    settled(world, &known, outcome).await;
    known
}

fn level_of(outcome: Outcome) -> Level {
    match outcome {
        Outcome::NoFurtherAction => Level::Universal,
        Outcome::Assessment => Level::Specialist,
        _ => Level::UniversalPlus,
    }
}

/// Decides it, signed where that is needed.
async fn decided(world: &World, known: &Known, outcome: Outcome) {
    let dee = world.actor(DEE).await;
    let level = level_of(outcome);
    let at = revision(world, &dee, &known.contact, 0).await;
    doors::record(&world.app, &dee, decision(&known.pathway, at, level, outcome)).await.unwrap();
    if level == Level::Specialist {
        let (pathway, revision) =
            (known.pathway.clone(), revision(world, &dee, &known.contact, 0).await);
        let sign = Sign { pathway, revision, made: None, sent_back: None };
        doors::record(&world.app, &world.actor(MARGUERITE).await, sign).await.unwrap();
    }
}

/// Decides and answers it.
async fn settled(world: &World, known: &Known, outcome: Outcome) {
    let dee = world.actor(DEE).await;
    decided(world, known, outcome).await;
    let at = revision(world, &dee, &known.contact, 0).await;
    let told = answer(&known.pathway, at, "A worker will ring");
    doors::record(&world.app, &dee, told).await.unwrap();
}

/// It is long after: everybody still works there, and a second manager.
pub async fn long_after(world: &World) {
    world.it_is("2033-03-01T10:00:00Z");
    world.everybody_stays().await;
    world.joins(SECOND, MARGUERITE, Role::HubManager).await;
}

async fn proposes(world: &World, who: &str, contact: &str) -> Page {
    world.signs_in(who).await.fills("/disposals", &format!("requests={contact}")).await
}

/// Marguerite proposes it; answers with its path.
pub async fn proposed(world: &World, contact: &str) -> String {
    let page = proposes(world, MARGUERITE, contact).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    page.location().split('?').next().unwrap().to_owned()
}

pub async fn approves(world: &World, who: &str, disposal: &str) -> Page {
    world.signs_in(who).await.fills(disposal, "do=approve&sure=yes").await
}

async fn why_kept(world: &World, known: &Known) -> Option<Kept> {
    let marguerite = world.actor(MARGUERITE).await;
    let look = OpenContact { reference: known.contact.clone() };
    crate::walk::open_again(world, &marguerite, &known.contact).await;
    let contact = doors::open(&world.app, &marguerite, look).await.unwrap().contact;
    let today = day_of(world.app.clock.now());
    due::of_contact(&world.app.db.reads(), contact.id, today).await.unwrap().err()
}

#[test]
fn what_need_not_be_kept_is_destroyed_by_two_and_the_journal_is_still_proved() {
    on_both(async |world| {
        // A record with all that can hang on one.
        let known = dealt_with(&world, Outcome::PartnerEarlyHelp).await;
        let mut dee = world.signs_in(DEE).await;
        let mut owen = world.signs_in("owen@marram.example").await;
        let fields = [("danger", "no"), ("said", "The letter of Zebedee’s nurse")];
        let to = format!("/contacts/{}/files", known.contact);
        let page = owen.sends_file(&to, &fields, ("Zebedee.txt", b"Dear Zebedee")).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        let said = format!("said={WORD}+again");
        dee.fills(&format!("/people/{}/addenda", known.person), &said).await;
        dee.fills(
            &format!("/people/{}/names", known.person),
            "kind=alias&given=Zeb&family=Zebedee",
        )
        .await;
        page_for_carys(&world, &known.person).await;
        asked_and_answered(&world).await;
        settled(&world, &known, Outcome::PartnerEarlyHelp).await;
        let other =
            of_child(&world, kit("Kit", "2 Invented Row", false), Outcome::PartnerEarlyHelp).await;
        assert!(world.holds(WORD).await && is_said_in_the_journal(&world).await);
        long_after(&world).await;
        let opening = format!("/people/{}/opening", known.person);
        let why = format!("purpose=else&why=To+see+whether+{WORD}+is+still+needed");
        world.signs_in(MARGUERITE).await.fills(&opening, &why).await;
        assert_eq!(world.count("opened_again").await, 1);
        let disposal = proposed(&world, &known.contact).await;
        // Nobody destroys alone, nor without having looked.
        assert_eq!(approves(&world, MARGUERITE, &disposal).await.status, StatusCode::NOT_FOUND);
        assert_eq!(approves(&world, DEE, &disposal).await.status, StatusCode::NOT_FOUND);
        let unsure = world.signs_in(SECOND).await.fills(&disposal, "do=approve").await;
        assert!(unsure.reads("Tick that you have looked"), "{}", unsure.text);
        let done = approves(&world, SECOND, &disposal).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        // Nothing of it is left: no row, no content, no word.
        let mut marguerite = world.signs_in(MARGUERITE).await;
        for path in [format!("/contacts/{}", known.contact), format!("/people/{}", known.person)] {
            assert_eq!(marguerite.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert!(!world.holds(WORD).await, "a word of it is left in a table");
        assert!(!is_said_in_the_journal(&world).await, "a word of it is left in the journal");
        for table in ["account", "person", "contact", "pathway"] {
            assert_eq!(world.count(table).await, of_one(&world, table, &other).await, "{table}");
        }
        // What is left says that it was, and the journal proves the rest.
        let certificate = marguerite.get(&disposal).await;
        for words in
            ["Certificate of destruction", &known.contact, "early help", "Marguerite", SECOND]
        {
            assert!(certificate.reads(words), "{words}: {}", certificate.text);
        }
        assert!(!certificate.reads(WORD));
        let found = verify(&world.app.db, None, false).await.unwrap();
        assert_eq!(found.tree, Vec::new());
        assert!(marguerite.get(&format!("/contacts/{}", other.contact)).await.reads("Kit"));
        world
    });
}

/// Whether the word stands in any content of the journal, once it is unsealed.
async fn is_said_in_the_journal(world: &World) -> bool {
    #[derive(Row)]
    struct Content {
        seq: i64,
        sealed: Vec<u8>,
    }
    let text = "SELECT seq, sealed FROM journal_content";
    let all: Vec<Content> = world.app.db.reads().all(text, []).await.unwrap();
    let keys = world.keys();
    all.into_iter().any(|content| {
        let said = journal::unseal(&keys, content.seq, content.sealed).unwrap();
        String::from_utf8_lossy(&said).contains(WORD)
    })
}

/// Halima asks about the child, and Dee answers.
async fn asked_and_answered(world: &World) {
    let fields = "reference=&name=Zebedee+Invented-Rowe&born.day=12&born.month=3&born.year=2000\
        &why=Zebedee+was+seen";
    world.signs_in("halima@health.example").await.fills("/ask", fields).await;
    let sink = Sink::start().await.unwrap();
    let mailer = Mailer::new(&sink.url(), "Sightline <s@seaholme.example>").unwrap();
    for _ in 0..3 {
        jobs::send_messages(&world.app, &mailer).await.unwrap();
    }
    let seen = doors::open(&world.app, &world.actor(DEE).await, AskersToAnswer).await.unwrap();
    let asking = &seen.waits[0].reference;
    let told = "outcome=told&words=Ring+Zebedee's+worker&why=";
    let page = crate::involving::answers(world, DEE, asking, told).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
}

/// How many rows the one request that stays has.
async fn of_one(world: &World, table: &str, of: &Known) -> i64 {
    let contact = format!("SELECT id FROM contact WHERE reference = '{}'", of.contact);
    let account = format!(
        "SELECT w.account_id FROM pathway w WHERE w.contact_id IN ({contact}) \
         UNION SELECT r.to_account FROM relationship r JOIN pathway w ON w.account_id = r.of_account \
         WHERE w.contact_id IN ({contact})"
    );
    let text = match table {
        "contact" => format!("contact WHERE id IN ({contact})"),
        "pathway" => format!("pathway WHERE contact_id IN ({contact})"),
        "account" => format!("account WHERE id IN ({account})"),
        _ => format!(
            "person WHERE id IN (SELECT person_id FROM account_link WHERE account_id IN ({account}))"
        ),
    };
    world.count(&text).await
}

#[test]
fn nothing_is_destroyed_before_the_longest_of_its_days() {
    on_both(async |world| {
        let advice = dealt_with(&world, Outcome::NoFurtherAction).await;
        world.it_is("2032-11-02T10:00:00Z");
        world.everybody_stays().await;
        assert_eq!(why_kept(&world, &advice).await, Some(Kept::Until(date(2032, 11, 2))));
        world.it_is("2032-11-03T10:00:00Z");
        world.everybody_stays().await;
        assert_eq!(why_kept(&world, &advice).await, None);
        // A brother of ten keeps what is about both.
        let mut both = two_siblings(&world.actor("owen@marram.example").await, false);
        both.children =
            vec![grown(), NewPerson { given: "Ten".into(), ..kit("Ten", "4 Invented Row", false) }];
        world.it_is("2026-11-02T11:00:00Z");
        let taken = send(&world, &world.actor("owen@marram.example").await, both).await;
        let both = known_by(&world, &taken.reference).await;
        assert_eq!(why_kept(&world, &both).await, Some(Kept::Open));
        // Whose birth nobody knows is kept for good.
        let unborn = NewPerson { born: Born::NotKnown, ..grown() };
        let unknown = of_child(&world, unborn, Outcome::NoFurtherAction).await;
        long_after(&world).await;
        assert_eq!(why_kept(&world, &unknown).await, Some(Kept::ForGood));
        assert_eq!(
            proposes(&world, MARGUERITE, &unknown.contact).await.status,
            StatusCode::NOT_FOUND
        );
        let page = world.signs_in(MARGUERITE).await.get("/disposals").await;
        assert!(page.reads(&advice.contact) && !page.reads(&unknown.contact), "{}", page.text);
        world
    });
}

/// Whatever must be kept before it, what is due is reached.
#[test]
fn the_list_of_what_is_due_goes_on_where_it_ended() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let mut all = Vec::new();
        for number in 0..due::MOST + 2 {
            let child = NewPerson { address: None, ..unlike(&format!("Child{number}")) };
            let mut contact = two_siblings(&owen, false);
            contact.children = vec![child];
            contact.level = Some(Level::Universal);
            let known = known_by(&world, &send(&world, &owen, contact).await.reference).await;
            settled(&world, &known, Outcome::NoFurtherAction).await;
            all.push(known.contact);
        }
        long_after(&world).await;
        let mut marguerite = world.signs_in(MARGUERITE).await;
        let listed = |page: &Page| all.iter().filter(|one| page.reads(one)).count();
        let first = marguerite.get("/disposals").await;
        assert_eq!(listed(&first), due::MOST, "{}", first.text);
        let further = first.text.split("/disposals?after=").nth(1).expect("a link");
        let further = further.split('"').next().unwrap();
        let second = marguerite.get(&format!("/disposals?after={further}")).await;
        assert_eq!(listed(&second), 2, "{}", second.text);
        assert!(!second.reads("Look at later requests"));
        let typed = marguerite.get("/disposals?after=nonsense").await;
        assert_eq!(listed(&typed), due::MOST, "what nobody can read begins anew");
        world
    });
}

#[test]
fn what_somebody_holds_or_few_may_see_or_is_open_is_not_destroyed() {
    on_both(async |world| {
        let known = dealt_with(&world, Outcome::NoFurtherAction).await;
        long_after(&world).await;
        let marguerite = world.actor(MARGUERITE).await;
        assert_eq!(why_kept(&world, &known).await, None);
        let disposal = proposed(&world, &known.contact).await;
        let hold = Hold {
            person: known.person.clone(),
            sort: "inquiry".to_owned(),
            why: "The inquiry asks for everything".to_owned(),
        };
        doors::record(&world.app, &marguerite, hold).await.unwrap();
        assert_eq!(why_kept(&world, &known).await, Some(Kept::Held));
        let refused = approves(&world, SECOND, &disposal).await;
        assert!(refused.reads("it must be kept after all"), "{}", refused.text);
        let held = held(&world).await;
        let release = Release { person: known.person.clone(), hold: held };
        doors::record(&world.app, &marguerite, release).await.unwrap();
        assert_eq!(why_kept(&world, &known).await, None);
        // Something that was said meanwhile takes it up again.
        let more = "danger=no&said=He+came+back";
        world
            .signs_in(DEE)
            .await
            .fills(&format!("/contacts/{}/information", known.contact), more)
            .await;
        assert_eq!(why_kept(&world, &known).await, Some(Kept::Open));
        // Why is not said: few may know that few may see it.
        let again = approves(&world, SECOND, &disposal).await;
        assert!(again.reads("it must be kept after all"), "{}", again.text);
        assert_eq!(world.count(&format!("contact WHERE reference = '{}'", known.contact)).await, 1);
        let back = world.signs_in(MARGUERITE).await.fills(&disposal, "do=take-back").await;
        assert_eq!(back.status, StatusCode::SEE_OTHER);
        world
    });
}

async fn held(world: &World) -> String {
    #[derive(Row)]
    struct Which {
        reference: String,
    }
    let which: Option<Which> =
        world.app.db.reads().one("SELECT reference FROM hold", []).await.unwrap();
    which.unwrap().reference
}

#[test]
fn who_must_not_see_a_child_is_known_as_long_as_the_child_may_come_again() {
    on_both(async |world| {
        let known = dealt_with(&world, Outcome::NoFurtherAction).await;
        let few = of_child(&world, unlike("Few"), Outcome::NoFurtherAction).await;
        keep(&world, &known, "sunil@hub.example", None).await.unwrap();
        restrict_to(&world, &few, &[DEE]).await.unwrap();
        long_after(&world).await;
        assert_eq!(why_kept(&world, &known).await, Some(Kept::Hidden), "somebody is kept away");
        assert_eq!(why_kept(&world, &few).await, Some(Kept::Hidden), "few may see it");
        world
    });
}

/// Threat model T6: what made an address secret goes, and it stays secret.
#[test]
fn an_address_stays_secret_though_whoever_said_so_is_gone() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let halima = world.actor("halima@health.example").await;
        let refuge = NewPerson {
            born: Born::On(date(2000, 3, 12)),
            ..kit("Kit", "7 Nowhere Gardens", true)
        };
        // Nothing says that they are one person but the hub.
        let open = NewPerson {
            given: "Unlike".into(),
            family: "Invented-Other".into(),
            born: Born::On(date(2001, 7, 30)),
            identifiers: Vec::new(),
            ..kit("Unlike", "7 Nowhere Gardens", false)
        };
        let said_so = known_by(&world, &sent(&world, &owen, refuge).await.reference).await;
        let other = known_by(&world, &sent(&world, &halima, open).await.reference).await;
        settled(&world, &said_so, Outcome::PartnerEarlyHelp).await;
        settled(&world, &other, Outcome::PartnerEarlyHelp).await;
        let link = LinkPeople {
            from: other.person.clone(),
            account: other.account.clone(),
            to: said_so.person.clone(),
            reason: "The mother says so".into(),
        };
        crate::support::links(&world, &world.actor(DEE).await, link).await.unwrap();
        long_after(&world).await;
        let disposal = proposed(&world, &said_so.contact).await;
        assert_eq!(approves(&world, SECOND, &disposal).await.status, StatusCode::SEE_OTHER);
        let person = known_by(&world, &other.contact).await.person;
        let page = world.signs_in(DEE).await.get(&format!("/people/{person}")).await;
        assert!(page.reads("Unlike") && !page.reads("Nowhere"), "{}", page.text);
        assert_eq!(world.count("account_address WHERE protected_since IS NOT NULL").await, 1);
        world
    });
}

/// Threat model V21: a content that is gone without a disposal is found, and nobody can write one.
#[test]
fn v21_a_content_that_was_taken_away_is_found_whatever_is_written_beside_it() {
    on_both(async |world| {
        let known = dealt_with(&world, Outcome::NoFurtherAction).await;
        let other =
            of_child(&world, kit("Kit", "2 Invented Row", false), Outcome::PartnerEarlyHelp).await;
        long_after(&world).await;
        let disposal = proposed(&world, &known.contact).await;
        assert_eq!(approves(&world, SECOND, &disposal).await.status, StatusCode::SEE_OTHER);
        assert_eq!(verify(&world.app.db, None, false).await.unwrap().tree, Vec::new());
        let one = "SELECT min(e.seq) FROM event e JOIN pathway w ON w.id = e.pathway_id";
        world
            .tamper(&format!(
                "CREATE TABLE kept_aside AS SELECT * FROM journal_content WHERE seq = ({one})"
            ))
            .await;
        world.tamper(&format!("DELETE FROM journal_content WHERE seq = ({one})")).await;
        let missing =
            async || match verify(&world.app.db, None, false).await.unwrap().tree.as_slice() {
                [Odd::Content { all, .. }] => *all,
                other => panic!("{other:?}"),
            };
        assert_eq!(missing().await, 1);
        // To say that a disposal took it spoils what that disposal committed to.
        world.tamper(&format!("INSERT INTO disposed_content (seq, disposal_seq) SELECT ({one}), max(seq) FROM disposal")).await;
        assert!(missing().await > 1);
        world.tamper(&format!("DELETE FROM disposed_content WHERE seq = ({one})")).await;
        // Nor does a disposal that was refused, whose entry holds what somebody typed.
        let seq = "SELECT seq FROM kept_aside";
        let number = world.count("journal WHERE seq <= (SELECT seq FROM kept_aside)").await;
        let typed = format!("/disposals/X%0A{number}");
        assert_eq!(approves(&world, SECOND, &typed).await.status, StatusCode::NOT_FOUND);
        world
            .tamper(&format!(
                "INSERT INTO disposal (id, reference, proposed_at, proposed_by, seq) \
                 SELECT id, 'X', set_at, set_by, (SELECT max(seq) FROM journal_content) FROM \
                 (SELECT s.id, d.proposed_at AS set_at, d.proposed_by AS set_by \
                  FROM staff s, disposal d WHERE s.email = '{SECOND}') AS of_them"
            ))
            .await;
        world
            .tamper(&format!(
                "INSERT INTO disposed_content (seq, disposal_seq) \
                 SELECT ({seq}), max(seq) FROM disposal"
            ))
            .await;
        assert_eq!(missing().await, 1);
        world.tamper(&format!("DELETE FROM disposed_content WHERE seq = ({seq})")).await;
        world.tamper("DELETE FROM disposal WHERE reference = 'X'").await;
        // The history says that it can't be read, and not that less happened.
        let page = world.signs_in(DEE).await.opens(&format!("/contacts/{}", other.contact)).await;
        assert!(page.status.is_server_error(), "{}", page.status);
        world.tamper("INSERT INTO journal_content SELECT * FROM kept_aside").await;
        world.tamper("DROP TABLE kept_aside").await;
        world
    });
}
