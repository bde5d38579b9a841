//! Where somebody lives on a list of its own: whoever is named is shown it, everybody else sees the
//! rest of the record and whom to ask. And a case in the news: nothing is hidden, looks are asked about.

use app::{
    doors,
    error::Error,
    front_door::contacts::NewContact,
    people::{
        Born, NewAddress, NewPerson,
        links::LinkPeople,
        restricting::{Lift, Restrict},
        restriction::{Covers, OpenRestriction, Sort},
    },
    unusual::looks,
};
use axum::http::StatusCode;
use jiff::civil::date;
use practice::{calendar::day_of, roles::Role};

use super::{
    DEE, DEPUTY, DILYS, LENA, MARGUERITE, OWEN, SUNIL, covers, may, name, others_join, restriction,
};
use crate::{
    browser::Page,
    people,
    support::{World, on_both},
    walk::{Known, VISIT, known, known_by, lists, reads_as_nothing},
};

/// Where the child of [`known`] lives, which nobody said must be kept secret.
const HOME: &str = "1 Sample Street";

async fn reveals(world: &World, email: &str, contact: &str) -> Page {
    let path = format!("/contacts/{contact}/protected");
    world.signs_in(email).await.fills(&path, VISIT).await
}

async fn is_shown(world: &World, email: &str, known: &Known) -> bool {
    reveals(world, email, &known.contact).await.text.contains(HOME)
}

#[test]
fn an_address_on_a_list_is_shown_to_those_who_are_named_and_the_rest_of_the_record_to_everybody() {
    on_both(async |world| {
        others_join(&world).await;
        let known = known(&world, true).await;
        let page = format!("/people/{}", known.person);
        let reads = async |email: &str, path: &str| world.signs_in(email).await.get(path).await;
        assert!(reads(SUNIL, &page).await.text.contains(HOME), "before");
        let before = lists(&world, SUNIL).await;
        covers(&world, &known, Covers::Address, &[DEE]).await.unwrap();

        assert_eq!(lists(&world, SUNIL).await, before, "nobody loses a request");
        let contact = format!("/contacts/{}", known.contact);
        let paths = [page, contact, format!("/pathways/{}/decision", known.pathway)];
        for (who, path) in
            [SUNIL, DEE, MARGUERITE].iter().flat_map(|who| paths.iter().map(move |p| (who, p)))
        {
            let page = reads(who, path).await;
            assert!(page.reads("Arlo Invented-Marsh"), "{who} {path}");
            assert!(!page.text.contains(HOME), "{who} {path}");
        }
        for who in [MARGUERITE, DEE] {
            assert!(is_shown(&world, who, &known).await, "{who} is named");
        }
        for who in [SUNIL, DILYS, DEPUTY] {
            let page = reveals(&world, who, &known.contact).await;
            assert_eq!(page.status, StatusCode::OK, "{who}");
            assert!(!page.text.contains(HOME), "{who}");
            assert!(
                page.reads("Dee Marlowe-Demo") && page.reads("Ask one of them"),
                "{who}: {}",
                page.text
            );
        }
        for who in [OWEN, LENA] {
            assert_eq!(reveals(&world, who, &known.contact).await.status, StatusCode::NOT_FOUND);
        }
        world
    });
}

#[test]
fn nobody_names_themselves_for_an_address_and_a_manager_stands_in_where_those_named_are_gone() {
    on_both(async |world| {
        others_join(&world).await;
        let known = known(&world, false).await;
        covers(&world, &known, Covers::Address, &[DEE]).await.unwrap();
        let restriction = restriction(&world, &known).await.all[0].reference.clone();
        let names = async |by: &str, who: &str| {
            let change = app::people::restricting::Name {
                person: known.person.clone(),
                restriction: restriction.clone(),
                who: who.to_owned(),
                is_named: true,
            };
            doors::record(&world.app, &world.actor(by).await, change).await
        };
        let own = names(DEPUTY, DEPUTY).await;
        assert!(matches!(own, Err(Error::Beside { field: "who", .. })), "{own:?}");
        name(&world, &known, SUNIL, true).await.unwrap();
        assert!(is_shown(&world, SUNIL, &known).await);
        assert!(!is_shown(&world, DEPUTY, &known).await);
        // Dee and Marguerite sleep, Sunil has left.
        let sleep = "UPDATE staff SET confirmed_on = '2026-01-05' \
            WHERE email IN ('dee@hub.example', 'marguerite@hub.example')";
        world.tamper(sleep).await;
        assert!(!is_shown(&world, DEPUTY, &known).await, "Sunil is there");
        let leave = "UPDATE staff SET left_on = '2026-11-01' WHERE email = 'sunil@hub.example'";
        world.tamper(leave).await;
        let page = reveals(&world, DILYS, &known.contact).await;
        assert!(page.reads("Ask one of them") && page.reads("deputy@hub.example"), "{}", page.text);
        assert!(is_shown(&world, DEPUTY, &known).await, "she is a hub manager");
        assert!(!is_shown(&world, DILYS, &known).await, "he is not");
        names(DEPUTY, DILYS).await.unwrap();
        assert!(is_shown(&world, DILYS, &known).await);
        assert!(!is_shown(&world, DEPUTY, &known).await, "somebody is named again");
        world
    });
}

/// A child in a refuge, whom two agencies know by one number.
#[test]
fn what_is_said_later_of_whoever_is_on_the_list_is_for_few_too_and_two_lift_it() {
    on_both(async |world| {
        others_join(&world).await;
        let (owen, halima) = (world.actor(OWEN).await, world.actor("halima@health.example").await);
        let first = people::sent(&world, &owen, people::kit("Kit", "3 Elsewhere Row", false)).await;
        let known = known_by(&world, &first.reference).await;
        covers(&world, &known, Covers::Address, &[DEE]).await.unwrap();
        let later = people::sent(&world, &halima, people::kit("Kitt", HOME, false)).await;
        let later = known_by(&world, &later.reference).await;
        let page = world.signs_in(SUNIL).await.get(&format!("/people/{}", later.person)).await;
        assert!(page.status == StatusCode::OK && !page.text.contains(HOME), "{}", page.text);
        assert!(is_shown(&world, DEE, &later).await && !is_shown(&world, SUNIL, &later).await);

        let lifts = async |by: &str, of: &Known| {
            let open = OpenRestriction { person: of.person.clone() };
            let manager = world.actor(MARGUERITE).await;
            let seen = doors::open(&world.app, &manager, open).await.unwrap();
            let change = Lift {
                person: of.person.clone(),
                restriction: seen.all[0].reference.clone(),
                reason: "They have moved".to_owned(),
            };
            doors::record(&world.app, &world.actor(by).await, change).await
        };
        assert!(!lifts(MARGUERITE, &known).await.unwrap());
        let unnamed = lifts(DEPUTY, &known).await;
        assert!(matches!(unnamed, Err(Error::Beside { field: "lift", .. })), "{unnamed:?}");
        name(&world, &known, DEPUTY, true).await.unwrap();
        assert!(lifts(DEPUTY, &known).await.unwrap());
        // They are of one number, and so lifted together; the address stays protected by itself.
        assert!(is_shown(&world, SUNIL, &later).await);
        let page = world.signs_in(SUNIL).await.get(&format!("/people/{}", later.person)).await;
        assert!(!page.text.contains(HOME), "{}", page.text);
        world
    });
}

/// A brother, with a number of his own, who came in with her and later by himself.
#[test]
fn whoever_came_in_with_them_leads_nobody_to_where_they_live_nor_does_a_link() {
    on_both(async |world| {
        others_join(&world).await;
        let owen = world.actor(OWEN).await;
        let her = people::kit("Kit", HOME, false);
        let him = NewPerson {
            given: "Sol".into(),
            born: Born::On(date(2012, 7, 8)),
            identifiers: Vec::new(),
            ..people::kit("Sol", HOME, false)
        };
        let both = crate::front_door::two_siblings(&owen, false);
        let both = NewContact { children: vec![her, him.clone()], adults: Vec::new(), ..both };
        let known =
            known_by(&world, &crate::front_door::send(&world, &owen, both).await.reference).await;
        covers(&world, &known, Covers::Address, &[DEE]).await.unwrap();
        // He is spoken of alone, by another agency, that says another address and a number.
        let halima = world.actor("halima@health.example").await;
        let later = NewPerson {
            address: Some(NewAddress {
                lines: "9 Later Lane".into(),
                postcode: "FY1 1AD".into(),
                protected: false,
            }),
            ..him
        };
        let alone = known_by(&world, &people::sent(&world, &halima, later).await.reference).await;
        for path in [format!("/people/{}", alone.person), format!("/contacts/{}", alone.contact)] {
            let page = world.signs_in(SUNIL).await.get(&path).await;
            assert!(page.status == StatusCode::OK && !page.text.contains("9 Later Lane"), "{path}");
        }
        let dee = world.actor(DEE).await;
        let brother = people::found(&world, &dee, "Sol").await;
        let ours = brother.iter().find(|one| one.person != alone.person).unwrap();
        let link = LinkPeople {
            from: alone.person.clone(),
            account: alone.account.clone(),
            to: ours.person.clone(),
            reason: "The same child".into(),
        };
        crate::support::links(&world, &dee, link).await.unwrap();
        let page = reveals(&world, SUNIL, &alone.contact).await;
        assert!(page.reads("Ask one of them") && !page.text.contains(HOME), "{}", page.text);
        assert!(reveals(&world, DEE, &alone.contact).await.text.contains(HOME), "she is named");
        // What is added on his page later is kept so too.
        let mut sunil = world.signs_in(SUNIL).await;
        let path = format!("/people/{}/telephones", ours.person);
        let mut fields = sunil.get(&path).await.form(&path);
        fields.retain(|(name, _)| !["number", "safe_for", "secret"].contains(&name.as_str()));
        fields.push(("number".into(), "01632 960 444".into()));
        fields.push(("safe_for".into(), "ring".into()));
        let said = sunil.send(&path, &fields).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
        let page = sunil.get(&format!("/people/{}", ours.person)).await;
        assert!(
            !page.text.contains("960 444") && page.reads("A number is kept from this page"),
            "{}",
            page.text
        );
        // Somebody named for another list gains nothing by a link.
        let other = crate::front_door::two_siblings(&owen, false);
        let zed = NewPerson {
            given: "Zed".into(),
            identifiers: Vec::new(),
            ..people::kit("Zed", "4 Other Close", false)
        };
        let zed = NewPerson { born: Born::On(date(2011, 2, 3)), ..zed };
        let other = NewContact { children: vec![zed], adults: Vec::new(), ..other };
        let other =
            known_by(&world, &crate::front_door::send(&world, &owen, other).await.reference).await;
        covers(&world, &other, Covers::Address, &[SUNIL]).await.unwrap();
        assert!(reveals(&world, SUNIL, &other.contact).await.text.contains("4 Other Close"));
        let link = LinkPeople {
            from: other.person.clone(),
            account: other.account.clone(),
            to: known.person.clone(),
            reason: "The same child".into(),
        };
        crate::support::links(&world, &world.actor(SUNIL).await, link).await.unwrap();
        assert!(!is_shown(&world, SUNIL, &known).await, "he is named for one of two lists");
        assert!(!is_shown(&world, DEE, &known).await, "and she for the other");
        assert!(is_shown(&world, MARGUERITE, &known).await, "and she for both");
        world
    });
}

#[test]
fn the_record_and_the_address_have_lists_of_their_own_which_do_not_meet() {
    on_both(async |world| {
        others_join(&world).await;
        let known = known(&world, false).await;
        covers(&world, &known, Covers::Record, &[DEE, SUNIL]).await.unwrap();
        covers(&world, &known, Covers::Address, &[DEE]).await.unwrap();
        let again = covers(&world, &known, Covers::Address, &[DEE]).await;
        assert!(matches!(again, Err(Error::Beside { field: "covers", .. })), "{again:?}");
        assert!(may(&world, SUNIL, &known.contact).await && !is_shown(&world, SUNIL, &known).await);
        assert!(is_shown(&world, DEE, &known).await);
        reads_as_nothing(&world, DILYS, &known).await;
        // The page has both, each with fields of its own.
        let mut browser = world.signs_in(MARGUERITE).await;
        let path = format!("/people/{}/restriction", known.person);
        let page = browser.get(&path).await;
        let address = restriction(&world, &known)
            .await
            .all
            .into_iter()
            .find(|one| one.covers == Covers::Address);
        let address = address.unwrap().reference;
        assert!(page.has_id(&format!("who-{address}")), "{}", page.text);
        let (own, who) = (("restriction", address.as_str()), format!("who-{address}"));
        let refused =
            browser.post(&format!("{path}/named"), &[own, (&who, "nobody@hub.example")]).await;
        assert_eq!(refused.errors_lead_to(), ["#who"]);
        assert!(refused.has_id("who") && refused.text.contains("nobody@hub.example"));
        let taken = browser.post(&format!("{path}/named"), &[own, (&who, DILYS)]).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER);
        reads_as_nothing(&world, DILYS, &known).await;
        world
    });
}

#[test]
fn of_a_case_in_the_news_nothing_is_hidden_and_whoever_has_no_part_in_it_is_asked() {
    on_both(async |world| {
        others_join(&world).await;
        let known = known(&world, false).await;
        let before = lists(&world, SUNIL).await;
        let watch = Restrict {
            person: known.person.clone(),
            account: known.account.clone(),
            covers: Covers::Looks,
            sort: Sort::Press,
            reason: "In the evening paper".to_owned(),
            named: Vec::new(),
        };
        doors::record(&world.app, &world.actor(MARGUERITE).await, watch).await.unwrap();
        assert_eq!(lists(&world, SUNIL).await, before);
        assert!(may(&world, SUNIL, &known.contact).await);
        assert!(
            world
                .signs_in(SUNIL)
                .await
                .get(&format!("/people/{}", known.person))
                .await
                .text
                .contains(HOME)
        );
        let today = day_of(world.app.clock.now());
        let window = looks::of(&world.app.db.reads(), today).await.unwrap();
        let asked: Vec<_> = window.facts.children.values().filter(|c| c.high_profile).collect();
        // The request gives both children one number, and so it stands for both.
        assert_eq!((asked.len(), window.facts.common.high_profile), (2, 2), "{asked:?}");

        let path = format!("/people/{}/restriction", known.person);
        let page = world.signs_in(DEPUTY).await.get(&path).await;
        assert!(page.reads("Looks are asked about") && !page.has_id("who"), "{}", page.text);
        let one = restriction(&world, &known).await.all.remove(0).reference;
        let lift = async |by: &str| {
            let (person, reason) = (known.person.clone(), "It has gone quiet".to_owned());
            let change = Lift { person, restriction: one.clone(), reason };
            doors::record(&world.app, &world.actor(by).await, change).await
        };
        assert!(!lift(MARGUERITE).await.unwrap());
        assert!(lift(MARGUERITE).await.is_err(), "nobody agrees with themselves");
        assert!(lift(DEPUTY).await.unwrap());
        let window = looks::of(&world.app.db.reads(), today).await.unwrap();
        assert_eq!(window.facts.common.high_profile, 0);
        assert!(world.actor(DEPUTY).await.signed_in().unwrap().roles.contains(&Role::HubManager));
        world
    });
}
