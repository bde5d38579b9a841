//! People as agencies give account of them: linked, never merged; what is protected stays so.

mod splitting;

use app::{
    access::{Actor, Member},
    doors,
    error::Error,
    front_door::contacts::{NewContact, Taken, take_in},
    people::{
        Born, NewAddress, NewPerson, SafeFor,
        addenda::AddToAccount,
        child::{Child, OpenChild},
        links::{LinkPeople, MovedTo, SplitPerson},
        search::SearchPeople,
    },
    recognising::different::TakeBack,
};
use axum::http::StatusCode;
use jiff::{Timestamp, civil::date};
use platform::db::{Row, Runs, sea_orm};
use practice::{
    identifiers::Scheme,
    processes::request_for_support::{Channel, Level},
};

use crate::support::{World, on_both};

const REFUGE: &str = "7 Nowhere Gardens";

/// Kit Invented-Rowe, as somebody speaks of him.
pub fn kit(given: &str, address: &str, protected: bool) -> NewPerson {
    NewPerson {
        given: given.into(),
        family: "Invented-Rowe".into(),
        born: Born::On(date(2014, 3, 12)),
        identifiers: vec![(Scheme::Nhs, "943 476 5919".into())],
        address: Some(NewAddress { lines: address.into(), postcode: "FY1 1AD".into(), protected }),
        ..NewPerson::default()
    }
}

struct Send(Option<NewContact>);

impl doors::Change for Send {
    type Made = Taken;
    const WHAT: &'static str = "test:send-person";
    const ACTION: app::access::Action = app::access::Action::AskForSupport;

    async fn make(self, pen: &mut doors::Pen<'_>) -> app::error::Result<Taken> {
        take_in(pen, self.0.expect("a contact")).await
    }
}

fn contact(member: &Member, received: Timestamp, child: NewPerson) -> NewContact {
    NewContact {
        channel: Channel::Form,
        source: "a test".into(),
        received,
        agency: member.agency,
        setting: member.setting,
        requester: Some(member.staff),
        requester_said: None,
        unnamed: None,
        danger: false,
        level: Some(Level::UniversalPlus),
        response: None,
        list_reference: None,
        children: vec![child],
        adults: Vec::new(),
        words: app::pathways::Words::new(),
    }
}

pub async fn sent(world: &World, by: &Actor, child: NewPerson) -> Taken {
    let contact = contact(by.signed_in().expect("somebody"), world.app.clock.now(), child);
    doors::record(&world.app, by, Send(Some(contact))).await.expect("it is taken in")
}

pub async fn found(world: &World, dee: &Actor, words: &str) -> Vec<app::people::store::Account> {
    let look = SearchPeople { words: words.into() };
    doors::open(&world.app, dee, look).await.unwrap().accounts
}

pub async fn page(world: &World, by: &Actor, person: &str) -> Child {
    doors::open(&world.app, by, OpenChild { reference: person.into() }).await.unwrap()
}

#[test]
fn two_accounts_are_linked_for_a_reason_and_nothing_of_either_changes() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let halima = world.actor("halima@health.example").await;
        sent(&world, &owen, kit("Kit", "1 Sample Street", false)).await;
        sent(&world, &halima, kit("Kitt", "1 Sample Street", false)).await;
        let accounts = found(&world, &dee, "9434765919").await;
        let (first, second) = (&accounts[0], &accounts[1]);
        let link = |account: &str| LinkPeople {
            from: second.person.clone(),
            account: account.into(),
            to: first.person.clone(),
            reason: "Same NHS number and date of birth".into(),
        };
        let refused = doors::record(&world.app, &halima, link(&second.reference)).await;
        assert!(matches!(refused, Err(Error::NotFound)), "only the hub links");
        let stale = doors::record(&world.app, &dee, link("22222-22222")).await;
        assert!(matches!(stale, Err(Error::Stale)), "what the hub saw is not there any more");
        crate::support::links(&world, &dee, link(&second.reference)).await.unwrap();

        let child = page(&world, &dee, &first.person).await;
        let said: Vec<_> = child.accounts.iter().map(|a| a.account.given.as_str()).collect();
        assert_eq!((said, child.pathways.len()), (vec!["Kit", "Kitt"], 2));
        let moved = MovedTo { person: second.person.clone() };
        let now = doors::open(&world.app, &dee, moved).await.unwrap();
        assert_eq!(now, first.person, "an old address leads on");

        // The school sees what it said and nothing of health's.
        let seen = page(&world, &owen, &first.person).await;
        assert_eq!((seen.accounts.len(), seen.pathways.len()), (1, 1));

        let unlink = || SplitPerson {
            person: first.person.clone(),
            accounts: vec![second.reference.clone()],
            reason: "A cousin of the same name".into(),
        };
        doors::record(&world.app, &dee, unlink()).await.unwrap();
        let again = doors::record(&world.app, &dee, unlink()).await;
        assert!(matches!(again, Err(Error::Stale)), "a second tab unlinks nobody else");
        let child = page(&world, &dee, &first.person).await;
        assert_eq!((child.accounts.len(), child.pathways.len()), (1, 1), "nothing is left behind");
        let back = page(&world, &dee, &second.person).await;
        assert_eq!(back.accounts[0].account.given, "Kitt", "an old address shows who it showed");

        // It is remembered that they are different, until that is taken back.
        let refused = doors::record(&world.app, &dee, link(&second.reference)).await;
        assert!(matches!(refused, Err(Error::Refusal(_))), "{refused:?}");
        let different = back.different[0].reference.clone();
        let reason = "He is no cousin".to_owned();
        let back = TakeBack { person: second.person.clone(), different, reason };
        doors::record(&world.app, &dee, back).await.unwrap();

        // Taken away from the other side, it comes to the same.
        crate::support::links(&world, &dee, link(&second.reference)).await.unwrap();
        let other = SplitPerson { accounts: vec![first.reference.clone()], ..unlink() };
        doors::record(&world.app, &dee, other).await.unwrap();
        for (person, given) in [(&first.person, "Kit"), (&second.person, "Kitt")] {
            let child = page(&world, &dee, person).await;
            let said: Vec<_> = child.accounts.iter().map(|a| a.account.given.as_str()).collect();
            assert_eq!(said, [given]);
        }
        world
    });
}

#[test]
fn what_is_said_later_stands_beside_the_account_with_name_and_time() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        sent(&world, &owen, kit("Kit", "1 Sample Street", false)).await;
        let account = found(&world, &dee, "Rowe").await.remove(0);
        let add = |said: &str| AddToAccount {
            person: account.person.clone(),
            account: account.reference.clone(),
            said: said.into(),
        };
        let halima = world.actor("halima@health.example").await;
        let refused = doors::record(&world.app, &halima, add("I know him")).await;
        assert!(matches!(refused, Err(Error::NotFound)));
        assert!(doors::record(&world.app, &owen, add(" ")).await.is_err());
        assert!(doors::record(&world.app, &owen, add(&"x".repeat(5001))).await.is_err());
        doors::record(&world.app, &owen, add("He goes by Kitto 🙂, Nguyễn, محمد")).await.unwrap();
        let child = page(&world, &dee, &account.person).await;
        let addendum = &child.accounts[0].addenda[0];
        assert_eq!(addendum.said, "He goes by Kitto 🙂, Nguyễn, محمد");
        assert_eq!(addendum.by, "Owen Pryce-Demo");
        assert_eq!(child.accounts[0].account.given, "Kit", "the account itself is as it came");
        doors::record(&world.app, &dee, add("The hub's own note")).await.unwrap();
        let seen = page(&world, &owen, &account.person).await;
        assert_eq!(seen.accounts[0].addenda.len(), 1, "outside the hub one reads what one said");
        world
    });
}

/// A page as somebody reads it, or what comes of a form that they send.
pub async fn reads(
    world: &World,
    email: &str,
    method: &str,
    path: &str,
    form: &str,
) -> (u16, String) {
    let mut browser = world.signs_in(email).await;
    let page = match method {
        "POST" if path == "/people" => browser.searches(form).await,
        "POST" => browser.fills(path, form).await,
        _ => browser.get(path).await,
    };
    (page.status.as_u16(), page.text)
}

#[test]
fn a_protected_address_is_on_no_page_but_the_one_that_says_what_for() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let halima = world.actor("halima@health.example").await;
        let taken = sent(&world, &owen, kit("Kit", REFUGE, true)).await;
        // Health does not know that it must be kept secret.
        sent(&world, &halima, kit("Kitt", REFUGE, false)).await;
        let accounts = found(&world, &dee, "Rowe").await;
        let link = LinkPeople {
            from: accounts[1].person.clone(),
            account: accounts[1].reference.clone(),
            to: accounts[0].person.clone(),
            reason: "Same NHS number".into(),
        };
        crate::support::links(&world, &dee, link).await.unwrap();
        let child = page(&world, &dee, &accounts[0].person).await;
        for account in &child.accounts {
            assert!(
                account.addresses[0].place.is_protected(),
                "protected for one agency is protected for all"
            );
        }
        let contact = format!("/contacts/{}", taken.reference);
        let protected = format!("{contact}/protected");
        for path in [
            contact.as_str(),
            &protected,
            &format!("/people/{}", accounts[0].person),
            "/hub",
            &format!("/pathways/{}/decision", taken.pathways[0]),
            "/people",
        ] {
            let (status, body) = reads(&world, "dee@hub.example", "GET", path, "").await;
            assert!(status == 200 && !body.contains(REFUGE), "{path} shows the refuge");
        }
        let child = format!("/people/{}", accounts[0].person);
        let leads_there = format!("href=\"{protected}\"");
        for (email, leads) in [("dee@hub.example", true), ("owen@marram.example", false)] {
            let (status, body) = reads(&world, email, "GET", &child, "").await;
            assert!(status == 200 && body.contains(&leads_there) == leads, "{email}");
        }
        for says_too_little in ["purpose=", "purpose=x", "purpose=A+visit+to+family+x"] {
            let (status, _) =
                reads(&world, "dee@hub.example", "POST", &protected, says_too_little).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY.as_u16(), "{says_too_little}");
        }
        let (status, _) =
            reads(&world, "owen@marram.example", "POST", &protected, "purpose=x").await;
        assert_eq!(status, 404, "not even whoever wrote it");
        let (status, body) =
            reads(&world, "dee@hub.example", "POST", &protected, crate::walk::VISIT).await;
        assert!(status == 200 && body.contains(REFUGE));
        assert_eq!(
            purposes(&world).await,
            ["A visit to them this afternoon"],
            "and the journal says what for"
        );
        world
    });
}

/// What the reveals in the journal were for.
async fn purposes(world: &World) -> Vec<String> {
    #[derive(Row)]
    struct Sealed {
        seq: i64,
        entry: Vec<u8>,
        sealed: Vec<u8>,
    }
    let all: Vec<Sealed> = world
        .app
        .db
        .reads()
        .all(
            "SELECT j.seq, j.entry, c.sealed FROM journal j \
             JOIN journal_content c ON c.seq = j.seq ORDER BY j.seq",
            [],
        )
        .await
        .unwrap();
    let is_reveal = |entry: &[u8]| entry.windows(17).any(|w| w == b"front-door:reveal");
    all.into_iter()
        .filter(|row| is_reveal(&row.entry))
        .map(|row| doors::journal::unseal(&world.app.keys, row.seq, row.sealed).unwrap())
        .map(|purpose| String::from_utf8(purpose).unwrap())
        .collect()
}

#[test]
fn a_call_from_a_neighbour_in_the_night_is_taken_down_with_its_own_time() {
    on_both(async |world| {
        world.it_is("2026-11-03T08:30:00Z");
        let form = "danger=no&caller=A+neighbour&agency=public&worry=Shouting&must_not_know=The+stepfather\
                    &children=2&given.0=Kit&family.0=Invented-Rowe&unborn.1=yes&born.1.day=9&born.1.month=1\
                    &born.1.year=2027&received.day=2&received.month=11&received.year=2026&received.time=21:40\
                    &phone=01632+960+006&phone_safe=ring&once=a-call";
        let path = "/contacts/by-telephone";
        let (status, body) = reads(&world, "dee@hub.example", "POST", path, form).await;
        assert_eq!(status, 303, "{body}");
        let dee = world.actor("dee@hub.example").await;
        let child = page(&world, &dee, &found(&world, &dee, "Kit").await[0].person).await;
        let phone = &child.accounts[0].phones[0];
        assert_eq!((phone.words(), phone.safe_for), ("01632 960 006".into(), SafeFor::Ringing));
        let pathway = &child.pathways[0];
        assert_eq!(pathway.contact.received_at.0.to_string(), "2026-11-02T21:40:00Z");
        assert_eq!(pathway.contact.agency, "Members of the public");
        let clock = pathway.clocks.iter().find(|c| c.code == "REF-1WD").unwrap();
        assert_eq!(clock.breach_at.0.to_string(), "2026-11-03T23:59:59Z", "from the call itself");
        let contact = format!("/contacts/{}", pathway.contact.reference);
        let (_, body) = reads(&world, "sunil@hub.example", "GET", &contact, "").await;
        assert!(
            body.contains("Read this before you contact anybody") && body.contains("stepfather")
        );
        assert!(body.contains("Unborn baby"));
        for (wrong, say) in [
            (
                "received.day=4&received.month=11&received.year=2026&received.time=21:40",
                "in the past",
            ),
            ("received.day=30&received.month=2&received.year=2026&received.time=21:40", "real day"),
            ("received.day=2&received.month=11&received.year=2026&received.time=25:00", "real day"),
        ] {
            let form = format!("danger=no&caller=A&agency=public&worry=W&given.0=Kit&{wrong}");
            let (status, body) = reads(&world, "dee@hub.example", "POST", path, &form).await;
            assert!(status == 422 && body.contains(say), "{wrong}");
        }
        world
    });
}

#[test]
fn what_was_said_of_a_caller_is_read_in_words_and_their_number_can_be_rung() {
    on_both(async |world| {
        let form = "danger=no&caller=Neighbour,+01632+960+777&agency=public&may_be_named=yes&worry=Shouting\
                    &children=2&given.0=Kit&family.0=Invented-Rowe&sex.0=F&once=a-call";
        let by = "dee@hub.example";
        let (status, _) = reads(&world, by, "POST", "/contacts/by-telephone", form).await;
        assert_eq!(status, 303);
        let dee = world.actor(by).await;
        let person = found(&world, &dee, "Kit").await[0].person.clone();
        let child = page(&world, &dee, &person).await;
        let contact = format!("/contacts/{}", child.pathways[0].contact.reference);
        for path in [contact, format!("/people/{person}")] {
            let (_, body) = reads(&world, by, "GET", &path, "").await;
            assert!(body.contains("href=\"tel:01632960777\""), "{path}: {body}");
            assert!(!body.contains("Not given"), "{path}: {body}");
            assert!(!body.contains("Requester told that it arrived"), "{path}: nobody was told");
            assert!(body.contains("Requester knows that it arrived"), "{path}: {body}");
            assert!(!path.starts_with("/people") || body.contains("Female"), "{body}");
        }
        world
    });
}

#[test]
fn a_birth_that_cannot_be_is_refused_and_nothing_is_taken_in() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        for (born, say) in [
            (Born::On(date(2026, 11, 3)), "in the future"),
            (Born::Expected(Some(date(2020, 1, 1))), "more than two months ago"),
        ] {
            let child = NewPerson { born, ..kit("Kit", "1 Sample Street", false) };
            let member = owen.signed_in().unwrap();
            let contact = contact(member, world.app.clock.now(), child);
            let refused = doors::record(&world.app, &owen, Send(Some(contact))).await;
            assert!(matches!(refused, Err(Error::Refusal(s)) if s.contains(say)), "{say}");
        }
        assert_eq!(world.count("contact").await, 0);
        // A date that was mistyped holds up no danger.
        let child = NewPerson { born: Born::On(date(2099, 2, 3)), ..kit("Kit", "1 Street", false) };
        let member = owen.signed_in().unwrap();
        let mut danger = contact(member, world.app.clock.now(), child);
        danger.danger = true;
        doors::record(&world.app, &owen, Send(Some(danger))).await.unwrap();
        assert_eq!(world.count("contact").await, 1);
        world
    });
}

#[test]
fn a_call_puts_the_adults_the_school_and_the_sex_on_the_record_and_keeps_a_secret_number_secret() {
    on_both(async |world| {
        let path = "/contacts/by-telephone";
        for (secret, given) in [("no", "Kit"), ("yes", "Wren")] {
            let form = format!(
                "danger=no&caller=A+neighbour&agency=public&worry=Shouting&children=2&given.0={given}\
                 &family.0=Invented-Rowe&sex.0=F&school.0=Marram+Primary&adult-given.0=Sal\
                 &adult-family.0=Invented-Rowe&adult-relationship.0=mother&adult-home.0=yes\
                 &phone=01632+960+777&protected={secret}&once=a-call-{secret}"
            );
            let (status, body) = reads(&world, "dee@hub.example", "POST", path, &form).await;
            assert_eq!(status, 303, "{body}");
            let dee = world.actor("dee@hub.example").await;
            let child = page(&world, &dee, &found(&world, &dee, given).await[0].person).await;
            let account = &child.accounts[0].account;
            assert_eq!(account.sex.as_deref(), Some("F"));
            assert_eq!(account.setting_said.as_deref(), Some("Marram Primary"));
            let contact = format!("/contacts/{}", child.pathways[0].contact.reference);
            let person = format!("/people/{}", account.person);
            let (_, body) = reads(&world, "dee@hub.example", "GET", &person, "").await;
            let said = body.to_lowercase();
            assert!(said.contains("sal invented-rowe") && said.contains("mother"));
            assert_eq!(body.contains("tel:01632960777"), secret == "no");
            assert_eq!(body.contains("960 777"), secret == "no");
            let (status, body) = reads(
                &world,
                "dee@hub.example",
                "POST",
                &format!("{contact}/protected"),
                crate::walk::VISIT,
            )
            .await;
            assert_eq!(status, 200);
            assert!(body.contains("960 777"), "shown for a purpose");
        }
        world
    });
}
