//! What keeps a record longer than it seems: what was once decided, what was said later, an adult's own
//! time, a hold on whoever somebody was linked to; and what is about people who stay.

use app::{
    front_door::screening::Reopen,
    people::{
        NewAddress,
        adding::{More, SayMore},
        births::Birth,
        links::{LinkPeople, SplitPerson},
    },
    recognising::different::SayDifferent,
};

use super::*;

/// A child of the front door's usual mother, and the mother as a child of her own request.
fn mother() -> NewPerson {
    NewPerson { given: "Carys".into(), born: Born::On(date(1990, 2, 1)), ..unlike("Carys") }
}

async fn link(world: &World, from: &Known, to: &Known) {
    let link = LinkPeople {
        from: from.person.clone(),
        account: from.account.clone(),
        to: to.person.clone(),
        reason: "Their worker says so".into(),
    };
    crate::support::links(world, &world.actor(DEE).await, link).await.unwrap();
}

async fn reopened(world: &World, known: &Known) {
    let dee = world.actor(DEE).await;
    let at = revision(world, &dee, &known.contact, 0).await;
    let (pathway, reason) = (known.pathway.clone(), "The mother rang".to_owned());
    let reopen = Reopen { pathway, revision: at, reason };
    doors::record(&world.app, &dee, reopen).await.unwrap();
}

/// Blackpool's schedule: protection is kept for 35 years, also where less was decided in the end.
#[test]
fn a_decision_that_was_taken_up_again_still_counts() {
    on_both(async |world| {
        let known = dealt_with(&world, Outcome::PartnerEarlyHelp).await;
        reopened(&world, &known).await;
        decided(&world, &known, Outcome::Assessment).await;
        reopened(&world, &known).await;
        settled(&world, &known, Outcome::PartnerEarlyHelp).await;
        long_after(&world).await;
        assert_eq!(why_kept(&world, &known).await, Some(Kept::Until(date(2061, 11, 2))));
        let page = world.signs_in(MARGUERITE).await.get("/disposals").await;
        assert!(!page.reads(&known.contact), "{}", page.text);
        world
    });
}

/// What was said of anybody in a request goes with it, and so keeps it.
#[test]
fn whoever_was_in_touch_later_keeps_it_so_much_longer() {
    on_both(async |world| {
        let known = dealt_with(&world, Outcome::NoFurtherAction).await;
        world.it_is("2030-05-04T10:00:00Z");
        world.everybody_stays().await;
        let number = [("account", known.account.as_str()), ("number", "01632 960 001")];
        let number = [&number[..], &[("safe_for", "ringing"), ("once", "1")]].concat();
        let path = format!("/people/{}/telephones", known.person);
        let said = world.signs_in("owen@marram.example").await.post(&path, &number).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
        long_after(&world).await;
        assert_eq!(why_kept(&world, &known).await, Some(Kept::Until(date(2036, 5, 4))));
        world
    });
}

/// A year that was said of a birth is its last day; what nobody can read of one is for good.
#[test]
fn a_birth_of_which_only_the_year_is_known_counts_from_its_end() {
    on_both(async |world| {
        let born = |said: &str| NewPerson { born: Born::of(said, ""), ..grown() };
        let late = of_child(&world, born("2008"), Outcome::NoFurtherAction).await;
        let odd = NewPerson { born: Born::Said("a toddler".into()), ..unlike("Odd") };
        let odd = of_child(&world, odd, Outcome::NoFurtherAction).await;
        long_after(&world).await;
        assert_eq!(why_kept(&world, &late).await, Some(Kept::Until(date(2033, 12, 31))));
        assert_eq!(why_kept(&world, &odd).await, Some(Kept::ForGood));
        world
    });
}

/// An age counts from when it was said, and not from when the account was given.
#[test]
fn an_age_that_was_said_later_counts_from_that_day() {
    on_both(async |world| {
        let first = NewPerson { born: Born::NotKnown, ..unlike("Aged") };
        let known = of_child(&world, first, Outcome::NoFurtherAction).await;
        world.it_is("2030-05-04T10:00:00Z");
        world.everybody_stays().await;
        let birth = Birth { born: Born::Said("about 10".into()), given: String::new() };
        let say = SayMore {
            person: known.person.clone(),
            account: known.account.clone(),
            more: More::Birth(birth),
            open_because: String::new(),
        };
        doors::record(&world.app, &world.actor("owen@marram.example").await, say).await.unwrap();
        long_after(&world).await;
        assert_eq!(why_kept(&world, &known).await, Some(Kept::Until(date(2046, 5, 4))));
        world
    });
}

/// A mother who was a child in need herself, and whose account stands in her child's request.
#[test]
fn an_adult_whose_own_time_is_not_over_keeps_the_request_that_names_them() {
    on_both(async |world| {
        let known = dealt_with(&world, Outcome::NoFurtherAction).await;
        let own = of_child(&world, mother(), Outcome::Assessment).await;
        long_after(&world).await;
        assert_eq!(why_kept(&world, &known).await, None);
        world
            .tamper(&format!(
                "UPDATE account_link SET person_id = (SELECT id FROM person WHERE reference = '{}') \
                 WHERE account_id IN (SELECT r.to_account FROM relationship r JOIN pathway w \
                 ON w.account_id = r.of_account WHERE w.reference = '{}')",
                own.person, known.pathway
            ))
            .await;
        assert_eq!(why_kept(&world, &known).await, Some(Kept::Until(date(2061, 11, 2))));
        world
    });
}

/// Somebody is held, then linked to another and split from them again: the hold stays until it is
/// released, and is seen wherever it stands.
#[test]
fn a_hold_follows_links_and_is_released_from_either_side() {
    on_both(async |world| {
        let held = dealt_with(&world, Outcome::NoFurtherAction).await;
        let other = of_child(&world, unlike("Other"), Outcome::NoFurtherAction).await;
        long_after(&world).await;
        let marguerite = world.actor(MARGUERITE).await;
        let hold = Hold {
            person: held.person.clone(),
            sort: "court".to_owned(),
            why: "A claim may come".to_owned(),
        };
        doors::record(&world.app, &marguerite, hold).await.unwrap();
        assert_eq!(why_kept(&world, &other).await, None);
        link(&world, &held, &other).await;
        assert_eq!(why_kept(&world, &other).await, Some(Kept::Held));
        let mut browser = world.signs_in(MARGUERITE).await;
        let path = format!("/people/{}/hold", other.person);
        assert!(browser.get(&path).await.reads("A claim may come"));
        let split = SplitPerson {
            person: other.person.clone(),
            accounts: vec![held.account.clone()],
            reason: "They are two".into(),
        };
        doors::record(&world.app, &world.actor(DEE).await, split).await.unwrap();
        let apart = known_by(&world, &held.contact).await;
        assert_eq!(why_kept(&world, &apart).await, Some(Kept::Held));
        let reference = super::held(&world).await;
        let release = Release { person: apart.person.clone(), hold: reference };
        doors::record(&world.app, &marguerite, release).await.unwrap();
        assert_eq!(why_kept(&world, &apart).await, None);
        world
    });
}

/// Threat model T6: a secret that was said in other words than those that stay.
#[test]
fn what_is_secret_stays_so_however_the_account_that_stays_writes_it() {
    on_both(async |world| {
        let lives = |lines: &str, protected| NewPerson {
            address: Some(NewAddress {
                lines: lines.into(),
                postcode: "FY1 1AD".into(),
                protected,
            }),
            ..unlike("Zelda")
        };
        let said_so =
            of_child(&world, lives("7 Nowhere Gardens", true), Outcome::NoFurtherAction).await;
        let open = NewPerson {
            given: "Otherwise".into(),
            born: Born::On(date(2000, 1, 1)),
            ..lives("Flat 7, Nowhere Gdns", false)
        };
        let other = of_child(&world, open, Outcome::PartnerEarlyHelp).await;
        link(&world, &other, &said_so).await;
        long_after(&world).await;
        let disposal = proposed(&world, &said_so.contact).await;
        assert_eq!(approves(&world, SECOND, &disposal).await.status, StatusCode::SEE_OTHER);
        let person = known_by(&world, &other.contact).await.person;
        let page = world.signs_in(DEE).await.get(&format!("/people/{person}")).await;
        assert!(page.reads("Otherwise") && !page.reads("Nowhere"), "{}", page.text);
        world
    });
}

/// That two are different people stays known of whoever stays, and a draft that was begun about
/// somebody goes with them.
#[test]
fn what_is_about_people_who_stay_stays_and_a_draft_goes() {
    on_both(async |world| {
        let first = dealt_with(&world, Outcome::NoFurtherAction).await;
        let again = of_child(&world, unlike("Again"), Outcome::NoFurtherAction).await;
        let cousin = of_child(&world, unlike("Cousin"), Outcome::NoFurtherAction).await;
        let different = SayDifferent {
            person: first.person.clone(),
            other: cousin.person.clone(),
            accounts: [first.account.clone(), cousin.account.clone()],
            reason: "A cousin".to_owned(),
        };
        doors::record(&world.app, &world.actor(DEE).await, different).await.unwrap();
        link(&world, &again, &first).await;
        let mut owen = world.signs_in("owen@marram.example").await;
        let began = owen.post(&format!("/people/{}/requests", cousin.person), &[]).await;
        assert_eq!(began.status, StatusCode::SEE_OTHER, "{}", began.text);
        let drafts = world.count("response").await;
        long_after(&world).await;
        for contact in [&first.contact, &cousin.contact] {
            let disposal = proposed(&world, contact).await;
            let done = approves(&world, SECOND, &disposal).await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
            if contact == &first.contact {
                let pairs = "different_pair p JOIN account a ON a.id IN (p.one_id, p.other_id)";
                let stays = format!("{pairs} WHERE a.reference = '{}'", again.account);
                assert_eq!(world.count(&stays).await, 2, "both ways round");
            }
        }
        assert_eq!(world.count("different_people").await, 0, "there is nobody to tell apart");
        assert_eq!(world.count("response").await, drafts - 1);
        assert_eq!(world.count("response_account").await, 0);
        world
    });
}

/// A request for what was held goes with what it was about, years after it was answered.
#[test]
fn a_data_request_goes_with_whom_it_was_about() {
    on_both(async |world| {
        let known = dealt_with(&world, Outcome::NoFurtherAction).await;
        let asked = crate::data_requests::ASKED.replace(
            "name=Arlo+Invented-Marsh&born.day=4&born.month=5&born.year=2017",
            "name=Zebedee+Invented-Rowe&born.day=12&born.month=3&born.year=2000",
        );
        let given = crate::data_requests::hands_over_what(&world, &asked).await;
        assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.text);
        long_after(&world).await;
        let disposal = proposed(&world, &known.contact).await;
        let done = approves(&world, SECOND, &disposal).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        for table in ["data_request", "data_request_preparer", "data_request_item"] {
            assert_eq!(world.count(table).await, 0, "{table}");
        }
        assert!(!world.holds(WORD).await);
        world
    });
}
