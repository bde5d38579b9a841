//! What people say of a person later, in words of its own: names, addresses and numbers with their
//! days, what each number is safe for, who lives together.

use app::{
    access::Actor,
    doors,
    error::Error,
    front_door::answers::Answer,
    people::{
        Born, NameKind, NewAddress, NewName, NewPerson, NewPhone, SafeFor, SaidDay, Span,
        addenda::AddToAccount,
        adding::{More, SayMore},
        child::Child,
        endings::{OpenToAdd, SayEnded},
        links::{LinkPeople, SplitPerson},
        store::{Account, AddressSeen},
    },
};
use jiff::civil::date;
use practice::processes::request_for_support::{Feedback, Level, Outcome};

use crate::{
    front_door::decision,
    people::{found, kit, page, reads, sent},
    support::{World, on_both},
};

const REFUGE: &str = "7 Nowhere Gardens";

fn say(account: &Account, more: More) -> SayMore {
    let (person, account) = (account.person.clone(), account.reference.clone());
    SayMore { person, account, more, open_because: String::new() }
}

fn name(given: &str, family: &str) -> More {
    let span = Span { from: None, until: Some(SaidDay::whole(date(2020, 5, 1))) };
    More::Name(NewName { kind: NameKind::Birth, given: given.into(), family: family.into(), span })
}

fn address(lines: &str, protected: bool) -> More {
    let address = NewAddress { lines: lines.into(), postcode: "FY1 1AD".into(), protected };
    More::Address(address, Span::default())
}

fn phone(number: &str, safe_for: SafeFor) -> More {
    let number = number.into();
    More::Telephone(NewPhone { number, safe_for, secret: false, span: Span::default() })
}

#[test]
fn a_number_that_nobody_can_be_rung_on_is_no_telephone_number() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let kit = kit_is_known(&world, &owen, &dee).await;
        let path = format!("/people/{}/telephones", kit.person);
        let mut browser = world.signs_in("owen@marram.example").await;
        let mut says = async |number: &str| {
            let fields = [
                ("account", kit.reference.as_str()),
                ("number", number),
                ("safe_for", "ringing"),
                ("once", number),
            ];
            browser.post(&path, &fields).await
        };
        let refused = says("banana").await;
        assert_eq!(refused.status.as_u16(), 422, "{}", refused.text);
        assert_eq!(refused.errors_lead_to(), ["#number"]);
        assert!(refused.text.contains("banana"), "what was typed is still there");
        assert_eq!(says("01632 960 001 ext. 4").await.status.as_u16(), 303);
        world
    });
}

/// Kit as the school speaks of him, and how the hub finds him.
async fn kit_is_known(world: &World, by: &Actor, dee: &Actor) -> Account {
    sent(world, by, kit("Kit", "1 Sample Street", false)).await;
    found(world, dee, "Kit").await.remove(0)
}

#[test]
fn what_an_agency_says_later_stands_on_its_own_account_and_touches_no_other() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let account = kit_is_known(&world, &owen, &dee).await;
        // The school has an account: what it says stands there.
        doors::record(&world.app, &owen, say(&account, name("Kit", "Invented-Before")))
            .await
            .unwrap();
        let seen = page(&world, &owen, &account.person).await;
        assert_eq!((seen.accounts.len(), seen.accounts[0].names.len()), (1, 1));
        let said = &seen.accounts[0].names[0];
        assert_eq!(said.family, "Invented-Before");
        assert_eq!(said.span.words(), "until 1 May 2020");
        assert_eq!(said.later.said_by.as_deref(), Some("Owen Pryce-Demo"));
        assert_eq!(seen.accounts[0].account.given, "Kit", "the account itself is as it came");
        // The hub has none: one is begun, joined to the same person.
        doors::record(&world.app, &dee, say(&account, address("2 Sample Street", false)))
            .await
            .unwrap();
        let seen = page(&world, &dee, &account.person).await;
        assert_eq!(seen.accounts.len(), 2);
        assert_ne!(seen.accounts[0].account.agency, seen.accounts[1].account.agency);
        let places: Vec<_> =
            seen.accounts.iter().flat_map(|a| &a.addresses).map(AddressSeen::words).collect();
        assert_eq!(places, ["1 Sample Street, FY1 1AD", "2 Sample Street, FY1 1AD"]);
        // Once more, and it goes on the account that was begun.
        doors::record(&world.app, &dee, say(&account, name("Kitto", ""))).await.unwrap();
        assert_eq!(page(&world, &dee, &account.person).await.accounts.len(), 2);
        assert_eq!(page(&world, &owen, &account.person).await.accounts.len(), 1, "not the hub's");
        world
    });
}

#[test]
fn nobody_says_more_of_a_child_whom_they_may_not_read_of_or_who_is_not_as_they_saw() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let account = kit_is_known(&world, &owen, &dee).await;
        let halima = world.actor("halima@health.example").await;
        let refused = doors::record(&world.app, &halima, say(&account, name("Kit", "X"))).await;
        assert!(matches!(refused, Err(Error::NotFound)));
        let other = Account { reference: "22222-22222".into(), ..account.clone() };
        let stale = doors::record(&world.app, &owen, say(&other, name("Kit", "X"))).await;
        assert!(matches!(stale, Err(Error::Stale)), "the account that was seen is gone");
        for more in [
            name("", " ".trim()),
            name(&"x".repeat(201), ""),
            address("", false),
            phone("ring her", SafeFor::Ringing),
        ] {
            let refused = doors::record(&world.app, &owen, say(&account, more)).await;
            assert!(matches!(refused, Err(Error::Refusal(_))), "the door refuses it too");
        }
        assert_eq!(world.count("account_name").await, 1);
        world
    });
}

#[test]
fn an_address_that_must_be_kept_secret_is_kept_at_once_for_every_agency_and_for_good() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let taken = sent(&world, &owen, kit("Kit", REFUGE, false)).await;
        let account = found(&world, &dee, "Kit").await.remove(0);
        let path = format!("/people/{}", account.person);
        let (_, open) = reads(&world, "owen@marram.example", "GET", &path, "").await;
        assert!(open.contains(REFUGE), "nobody has said that it is a secret");
        doors::record(&world.app, &dee, say(&account, address(REFUGE, true))).await.unwrap();
        // A later word without the mark lowers nothing.
        doors::record(&world.app, &dee, say(&account, address(REFUGE, false))).await.unwrap();
        // Nor does that they have left: others live there.
        ends(&world, &dee, &account, "address").await.unwrap();
        let contact = format!("/contacts/{}", taken.reference);
        for (who, path) in [
            ("owen@marram.example", path.as_str()),
            ("dee@hub.example", path.as_str()),
            ("dee@hub.example", contact.as_str()),
            ("dee@hub.example", &format!("{path}/endings")),
            ("dee@hub.example", &format!("/pathways/{}/decision", taken.pathways[0])),
        ] {
            let (status, body) = reads(&world, who, "GET", path, "").await;
            assert!(status == 200 && !body.contains(REFUGE), "{who} reads it on {path}");
        }
        let protected = format!("{contact}/protected");
        let (_, body) =
            reads(&world, "dee@hub.example", "POST", &protected, crate::walk::VISIT).await;
        assert!(body.contains(REFUGE), "the hub reaches it for a purpose");
        world
    });
}

#[test]
fn a_number_that_must_not_be_used_is_on_no_page_and_is_not_there_to_be_rung() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let taken = sent(&world, &owen, kit("Kit", "1 Sample Street", false)).await;
        let account = found(&world, &dee, "Kit").await.remove(0);
        let path = format!("/people/{}", account.person);
        let safe = phone("01632 960 001", SafeFor::Ringing);
        doors::record(&world.app, &owen, say(&account, safe)).await.unwrap();
        let (_, body) = reads(&world, "dee@hub.example", "GET", &path, "").await;
        assert!(
            body.contains("href=\"tel:01632960001\"") && body.contains("do not leave a message")
        );
        // The same number, written otherwise, by somebody who knows better.
        let unsafe_now = phone("+44 1632 960001", SafeFor::Nothing);
        doors::record(&world.app, &dee, say(&account, unsafe_now)).await.unwrap();
        for who in ["dee@hub.example", "owen@marram.example"] {
            let (_, body) = reads(&world, who, "GET", &path, "").await;
            assert!(!body.contains("960 001") && !body.contains("tel:01632960001"), "{who}");
            assert!(body.contains("Don’t ring"), "{who}");
        }
        let protected = format!("/contacts/{}/protected", taken.reference);
        let (_, body) =
            reads(&world, "dee@hub.example", "POST", &protected, crate::walk::VISIT).await;
        assert!(body.contains("01632 960 001") && body.contains("Do not use this number"));
        world
    });
}

/// Says that the first thing of that kind which the asker's agency said is no longer so.
async fn ends(world: &World, by: &Actor, account: &Account, kind: &str) -> Result<(), Error> {
    let look = OpenToAdd { person: account.person.clone() };
    let to = doors::open(&world.app, by, look).await.unwrap();
    let what = to.endable.iter().find(|e| e.key.starts_with(kind)).expect("something to end");
    let change = SayEnded {
        person: account.person.clone(),
        account: account.reference.clone(),
        what: what.key.clone(),
        until: SaidDay::whole(date(2026, 11, 1)),
    };
    doors::record(&world.app, by, change).await
}

#[test]
fn what_has_ended_keeps_its_row_and_is_ended_once_by_the_agency_that_said_it() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let account = kit_is_known(&world, &owen, &dee).await;
        let nothing =
            doors::open(&world.app, &dee, OpenToAdd { person: account.person.clone() }).await;
        assert!(nothing.unwrap().endable.is_empty(), "the hub ends nothing that the school said");
        let stolen = SayEnded {
            person: account.person.clone(),
            account: account.reference.clone(),
            what: format!("address.{}.1", account.reference),
            until: SaidDay::whole(date(2026, 11, 1)),
        };
        let refused = doors::record(&world.app, &dee, stolen).await;
        assert!(matches!(refused, Err(Error::NotFound)));
        ends(&world, &owen, &account, "address").await.unwrap();
        let seen = page(&world, &dee, &account.person).await;
        let address = &seen.accounts[0].addresses[0];
        assert_eq!(address.span.words(), "until 1 November 2026");
        assert_eq!(address.words(), "1 Sample Street, FY1 1AD", "it is still there to be read");
        let again = SayEnded {
            person: account.person.clone(),
            account: account.reference.clone(),
            what: format!("address.{}.1", account.reference),
            until: SaidDay::whole(date(2026, 10, 1)),
        };
        let stale = doors::record(&world.app, &owen, again).await;
        assert!(matches!(stale, Err(Error::Stale)), "a second tab does not move the day");
        world
    });
}

#[test]
fn a_form_about_a_person_comes_back_with_every_word_and_is_taken_once() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let account = kit_is_known(&world, &owen, &dee).await;
        let path = format!("/people/{}", account.person);
        let seen = format!("account={}", account.reference);
        let send = async |what: &str, fields: &str| {
            let form = format!("{seen}&{fields}");
            reads(&world, "owen@marram.example", "POST", &format!("{path}/{what}"), &form).await
        };
        for (what, fields, says, typed) in [
            ("names", "kind=birth", "Enter the name", "value=\"birth\" selected"),
            ("names", "given=Kitto", "Choose what kind", "Kitto"),
            ("names", "kind=birth&given=Kitto&from.year=2031", "in the future", "2031"),
            ("names", "kind=birth&given=Kitto&from.day=3&from.year=2019", "real date", "Kitto"),
            (
                "names",
                "kind=birth&given=Kitto&from.year=2019&until.year=2018",
                "before the beginning",
                "2018",
            ),
            ("addresses", "postcode=FY1+1AE&secret=yes", "Enter the address", "FY1 1AE"),
            ("telephones", "number=01632+960+002", "safe for", "01632 960 002"),
            ("endings", "until.year=2020", "Choose what is no longer so", "2020"),
            ("addenda", &format!("said={}", "x".repeat(5001)), "Shorten this", "xxxxx"),
        ] {
            let (status, body) = send(what, fields).await;
            assert_eq!(status, 422, "{what} {fields}");
            assert!(body.contains(says) && body.contains(typed), "{what} {fields}: {body}");
            assert!(body.contains("There is a problem") && body.contains("govuk-error-message"));
        }
        for _ in 0..2 {
            let fields = "kind=known-as&given=Kitto&from.month=3&from.year=2019&once=a-name";
            assert_eq!(send("names", fields).await.0, 303);
        }
        let (_, body) = reads(&world, "owen@marram.example", "GET", &path, "").await;
        assert!(body.contains("Known as") && body.contains("from March 2019"));
        assert_eq!(world.count("account_name WHERE given = 'Kitto'").await, 1);
        world
    });
}

#[test]
fn a_link_that_is_refused_comes_back_beside_its_reason() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let halima = world.actor("halima@health.example").await;
        sent(&world, &owen, kit("Kit", "1 Sample Street", false)).await;
        sent(&world, &halima, kit("Kitt", "1 Sample Street", false)).await;
        let accounts = found(&world, &dee, "Rowe").await;
        let (to, from) = (&accounts[0], &accounts[1]);
        let path = format!("/people/{}/may-be/{}", to.person, from.person);
        let long = "y".repeat(501);
        for (reason, says) in [("", "Enter why"), (long.as_str(), "Shorten this to 500")] {
            let form = format!("word=same&other={}&reason={reason}", from.reference);
            let (status, body) = reads(&world, "dee@hub.example", "POST", &path, &form).await;
            assert!(status == 422 && body.contains(says), "{body}");
            assert!(body.contains("govuk-error-message") && body.contains(reason));
            assert!(body.contains("href=\"#reason\""));
        }
        let link = |reason: &str| LinkPeople {
            from: from.person.clone(),
            account: from.reference.clone(),
            to: to.person.clone(),
            reason: reason.into(),
        };
        let refused = doors::record(&world.app, &dee, link(&long)).await;
        assert!(matches!(refused, Err(Error::Refusal(_))), "the door knows the limit");
        crate::support::links(&world, &dee, link("Same NHS number")).await.unwrap();
        let unlink = format!("/people/{}/unlink", to.person);
        let form = format!("account={}&reason={long}", from.reference);
        let (status, body) = reads(&world, "dee@hub.example", "POST", &unlink, &form).await;
        assert!(status == 422 && body.contains("Shorten this to 500") && body.contains(&long));
        let change = SplitPerson {
            person: to.person.clone(),
            accounts: vec![from.reference.clone()],
            reason: long.clone(),
        };
        let refused = doors::record(&world.app, &dee, change).await;
        assert!(matches!(refused, Err(Error::Refusal(_))), "and here");
        let add = AddToAccount {
            person: to.person.clone(),
            account: to.reference.clone(),
            said: String::new(),
        };
        assert!(matches!(doors::record(&world.app, &dee, add).await, Err(Error::Refusal(_))));
        world
    });
}

/// What a request says of a family, by the form.
const ADULT: &str = "adult-given-name=Carys&adult-family-name=Invented-Rowe&relationship=mother\
                     &responsibility=yes&lives-with=yes&adult-phone=01632+960+003";

/// Sends a request by the form, with these pages.
async fn asks(world: &World, family: &str, adult: &str) -> Child {
    asks_also(world, family, adult, ("strengths", "going-well=Swims")).await
}

/// As [`asks`] of Kit and his mother, with another page besides.
pub async fn kit_with(world: &World, also: (&str, &str)) -> Child {
    asks_also(world, "address-protected=no", ADULT, also).await
}

async fn asks_also(world: &World, family: &str, adult: &str, also: (&str, &str)) -> Child {
    let mut browser = world.signs_in("owen@marram.example").await;
    let begun = browser.fills("/requests", "").await;
    let draft = begun.location().trim_end_matches("/danger").to_owned();
    let adult: Vec<_> = adult.split('&').map(|field| format!("adults[0].{field}")).collect();
    for (page, fields) in [
        ("danger", "in-danger=yes&danger-what=Hurt".to_owned()),
        ("family", family.to_owned()),
        (
            "children-1",
            "children[0].given-name=Kit&children[0].family-name=Invented-Rowe\
             &children[0].unborn=born&children[0].ethnicity=Cornish"
                .to_owned(),
        ),
        ("adults-1", adult.join("&")),
        (also.0, also.1.to_owned()),
        ("you", "your-phone=01632+960+004".to_owned()),
    ] {
        // What they say of themselves they say once.
        if page == "you" && also.0 == "you" && fields != also.1 {
            continue;
        }
        let path = format!("{draft}/{page}");
        let mut form = browser.get(&path).await.form(&path);
        let sent: Vec<(String, String)> = serde_html_form::from_str(&fields).unwrap();
        form.retain(|(name, _)| ["token", "seen", "once"].contains(&name.as_str()));
        form.extend(sent);
        let saved = browser.send(&path, &form).await;
        assert_eq!(saved.status.as_u16(), 303, "{page}: {}", saved.text);
    }
    let check = browser.get(&format!("{draft}/check")).await;
    let send = format!("{draft}/send");
    let sent = browser.send(&send, &check.form(&send)).await;
    assert_eq!(sent.status.as_u16(), 303, "{}", sent.text);
    let dee = world.actor("dee@hub.example").await;
    let kit = found(world, &dee, "Kit").await.pop().expect("Kit");
    page(world, &dee, &kit.person).await
}

#[test]
fn the_answers_say_who_is_reached_how_who_is_responsible_and_who_lives_together() {
    on_both(async |world| {
        let family = "address-protected=no&home-phone=01632+960+005&home-phone-safe=ring";
        let adult = format!("{ADULT}&adult-phone-safe=message");
        let child = asks(&world, family, &adult).await;
        let account = &child.accounts[0];
        assert_eq!(account.ethnicity.as_deref(), Some("Cornish"));
        assert_eq!(account.phones[0].words(), "01632 960 005");
        assert_eq!(account.phones[0].safe_for, SafeFor::Ringing);
        assert_eq!(account.relations[0].responsibility.as_deref(), Some("yes"));
        assert_eq!(account.their_phones[0].safe_for, SafeFor::Messages);
        let mate = &account.housemates[0];
        assert_eq!(
            (mate.name().as_str(), mate.said.as_deref()),
            ("Carys Invented-Rowe", Some("mother"))
        );
        let path = format!("/people/{}", child.reference);
        let (_, body) = reads(&world, "dee@hub.example", "GET", &path, "").await;
        for words in [
            "tel:01632960005",
            "tel:01632960003",
            "Has parental responsibility, as said",
            "Who lives together",
            "Cornish",
        ] {
            assert!(body.contains(words), "{words}");
        }
        // They no longer live together: it stays, as it was.
        let owen = world.actor("owen@marram.example").await;
        ends(&world, &owen, &account.account, "household").await.unwrap();
        let (_, body) = reads(&world, "dee@hub.example", "GET", &path, "").await;
        assert!(body.contains("Lived with before") && body.contains("until 1 November 2026"));
        assert!(body.contains("Nobody has said who lives with this child"));
        world
    });
}

#[test]
fn whoever_may_be_a_risk_is_said_to_be_where_one_would_ring() {
    on_both(async |world| {
        let family = "address-protected=no&home-phone=01632+960+005&home-phone-safe=ring";
        let child = asks(&world, family, &format!("{ADULT}&risk=yes")).await;
        let path = format!("/people/{}", child.reference);
        for who in ["dee@hub.example", "owen@marram.example"] {
            let (_, body) = reads(&world, who, "GET", &path, "").await;
            let table = body.split("People to talk to").nth(1).unwrap();
            let table = table.split("</table>").next().unwrap().to_lowercase();
            let says = "mother, said to be a possible source of risk";
            assert!(table.contains("carys") && table.contains(says), "{who}: {table}");
        }
        world
    });
}

#[test]
fn whoever_must_not_be_contacted_is_not_there_to_be_rung() {
    on_both(async |world| {
        let family = "address-protected=no&home-phone=01632+960+005&home-phone-safe=not";
        let child = asks(&world, family, &format!("{ADULT}&may-be-contacted=no")).await;
        let contact = format!("/contacts/{}", child.pathways[0].contact.reference);
        for path in [&format!("/people/{}", child.reference), &contact] {
            let (_, body) = reads(&world, "dee@hub.example", "GET", path, "").await;
            assert!(!body.contains("960 005") && !body.contains("960 003"), "{path}");
        }
        let protected = format!("{contact}/protected");
        let (_, body) =
            reads(&world, "dee@hub.example", "POST", &protected, crate::walk::VISIT).await;
        assert!(body.contains("01632 960 003") && body.contains("01632 960 005"));
        world
    });
}

#[test]
fn the_number_of_a_family_whose_address_is_secret_is_secret_too() {
    on_both(async |world| {
        let family = "address-protected=yes&address=7+Nowhere+Gardens&home-phone=01632+960+005\
                      &home-phone-safe=message";
        let child = asks(&world, family, ADULT).await;
        assert!(child.accounts[0].phones[0].number.is_protected());
        assert!(child.accounts[0].their_phones[0].number.is_protected());
        world
    });
}

#[test]
fn an_answer_never_holds_a_number_that_must_not_be_used() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let taken = sent(&world, &owen, kit("Kit", "1 Sample Street", false)).await;
        let account = found(&world, &dee, "Kit").await.remove(0);
        let answer = |words: &str| Answer {
            made: None,
            pathway: taken.pathways[0].clone(),
            revision: 2,
            feedback: Feedback::Full,
            reason: words.into(),
            contact_person: String::new(),
            meanwhile: String::new(),
            names_checked: true,
            ground: crate::front_door::usual_ground(),
        };
        let decide =
            decision(&taken.pathways[0], 1, Level::UniversalPlus, Outcome::PartnerEarlyHelp);
        doors::record(&world.app, &dee, decide).await.unwrap();
        let kept = phone("01632 960 008", SafeFor::Nothing);
        doors::record(&world.app, &dee, say(&account, kept)).await.unwrap();
        let refused = doors::record(&world.app, &dee, answer("Ring 01632-960008 first")).await;
        assert!(matches!(refused, Err(Error::Refusal(say)) if say.contains("must not be used")));
        doors::record(&world.app, &dee, answer("Ring the school first")).await.unwrap();
        world
    });
}

#[test]
fn a_new_address_of_somebody_who_is_kept_secret_is_secret_unless_somebody_says_why_not() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        sent(&world, &owen, kit("Kit", REFUGE, true)).await;
        let account = found(&world, &dee, "Kit").await.remove(0);
        let path = format!("/people/{}", account.person);
        let at = format!("{path}/addresses");
        let (_, form) = reads(&world, "owen@marram.example", "GET", &at, "").await;
        assert!(form.contains("Must this address be kept secret as well?"), "{form}");
        let seen = format!("account={}", account.reference);
        let send = async |fields: &str| {
            let form = format!("{seen}&{fields}");
            reads(&world, "owen@marram.example", "POST", &at, &form).await
        };
        let (status, body) = send("lines=3+Sample+Street&secret=no&open_because=").await;
        assert!(status == 422 && body.contains("Enter why this address need not"), "{body}");
        assert!(body.contains("3 Sample Street"), "what was typed is still there");
        assert_eq!(send("lines=2+Sample+Street").await.0, 303, "nothing was chosen");
        let unmarked = say(&account, address("4 Sample Street", false));
        doors::record(&world.app, &owen, unmarked).await.unwrap();
        let why = "open_because=Everybody+knows+the+flat";
        assert_eq!(send(&format!("lines=3+Sample+Street&secret=no&{why}")).await.0, 303);
        let (_, body) = reads(&world, "dee@hub.example", "GET", &path, "").await;
        for kept in [REFUGE, "2 Sample Street", "4 Sample Street"] {
            assert!(!body.contains(kept), "{kept} is kept secret by default");
        }
        assert!(body.contains("3 Sample Street") && body.contains("Everybody knows the flat"));
        world
    });
}

#[test]
fn what_comes_in_of_somebody_who_may_be_kept_secret_is_kept_secret_with_who_lives_there() {
    on_both(async |world| {
        let (owen, dee) =
            (world.actor("owen@marram.example").await, world.actor("dee@hub.example").await);
        let halima = world.actor("halima@health.example").await;
        sent(&world, &owen, kit("Kit", REFUGE, true)).await;
        let is_kept = async |name: &str| {
            let account = found(&world, &dee, name).await.remove(0);
            let seen = page(&world, &dee, &account.person).await;
            assert_eq!(seen.accounts.len(), 1, "nobody has linked them");
            seen.accounts[0].addresses[0].place.is_protected()
        };
        sent(&world, &halima, kit("Kitto", "8 Sample Street", false)).await;
        assert!(is_kept("Kitto").await, "the same NHS number");
        let other = kit("Zed", "9 Sample Street", false);
        let other = NewPerson { identifiers: vec![], born: Born::NotKnown, ..other };
        sent(&world, &halima, other).await;
        assert!(!is_kept("Zed").await, "nobody whose address is kept secret");
        let form = "danger=no&caller=A+neighbour&agency=public&worry=Shouting&children=2&given.0=Kitt\
                    &family.0=Invented-Rowe&born.0.day=12&born.0.month=3&born.0.year=2014&given.1=Wren\
                    &address=5+Sample+Street&phone=01632+960+005&phone_safe=ring&protected=no&once=call";
        let path = "/contacts/by-telephone";
        let (status, body) = reads(&world, "dee@hub.example", "POST", path, form).await;
        assert_eq!(status, 303, "{body}");
        assert!(is_kept("Kitt").await, "the same family name and date of birth");
        assert!(is_kept("Wren").await, "lives at the same address");
        let wren = found(&world, &dee, "Wren").await.remove(0);
        let seen = page(&world, &dee, &wren.person).await;
        assert!(seen.accounts[0].phones[0].number.is_protected(), "a number betrays the place");
        world
    });
}
