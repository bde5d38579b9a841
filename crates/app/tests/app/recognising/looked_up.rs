//! Found by keys, explained in words, beside the request and its decision.

use app::{
    doors,
    error::Error,
    people::{
        NameKind, NewName, Span,
        adding::{More, SayMore},
    },
    recognising::{keys, looking::MaySame},
};
use axum::http::StatusCode;

use super::{DEE, HALIMA, OWEN, are_different, jayden, may_be, on_record, two_accounts};
use crate::support::on_both;

#[test]
fn who_may_be_the_same_is_shown_with_reasons_beside_the_request_and_nothing_is_linked() {
    on_both(async |world| {
        let (first, second) = two_accounts(&world).await;
        let dee = world.actor(DEE).await;
        let found = may_be(&world, &dee, &second).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].person(), first.person);
        let reason = "Date of birth: day and month exchanged".to_owned();
        assert!(found[0].reasons.contains(&reason), "{:?}", found[0].reasons);
        assert_eq!(world.count("account_link").await, 2, "each is by itself as before");

        let mut dee = world.signs_in(DEE).await;
        for page in [
            format!("/contacts/{}", second.contact),
            format!("/pathways/{}/decision", second.pathway),
            format!("/people/{}", second.person),
        ] {
            let page = dee.get(&page).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(page.text.contains("May be the same person as"), "{}", page.text);
            assert!(page.text.contains(&first.person));
        }
        let queue = dee.get("/may-be-the-same").await;
        assert!(queue.text.contains("day and month exchanged"), "{}", queue.text);
        world
    });
}

#[test]
fn whoever_links_nobody_is_told_nothing_of_who_may_be_the_same() {
    on_both(async |world| {
        let (first, second) = two_accounts(&world).await;
        let halima = world.actor(HALIMA).await;
        assert!(matches!(may_be(&world, &halima, &second).await, Err(Error::NotFound)));
        let said = doors::record(&world.app, &halima, are_different(&first, &second)).await;
        assert!(matches!(said, Err(Error::NotFound)), "{said:?}");
        let mut halima = world.signs_in(HALIMA).await;
        let page = halima.get(&format!("/contacts/{}", second.contact)).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.text.contains("May be the same person"));
        let pair = format!("/people/{}/may-be/{}", second.person, first.person);
        assert_eq!(halima.get(&pair).await.status, StatusCode::NOT_FOUND);
        world
    });
}

#[test]
fn a_name_that_is_said_later_is_found_by_too() {
    on_both(async |world| {
        let first = on_record(&world, OWEN, jayden("Jayden", "Invented-Smyth", 3, 12)).await;
        let mut other = jayden("Kai", "Unlike", 3, 12);
        other.address = None;
        let second = on_record(&world, HALIMA, other).await;
        let dee = world.actor(DEE).await;
        assert!(may_be(&world, &dee, &second).await.unwrap().is_empty());
        let name = NewName {
            kind: NameKind::Birth,
            given: "Jayden".into(),
            family: "Invented-Smyth".into(),
            span: Span::default(),
        };
        let more = SayMore {
            person: second.person.clone(),
            account: second.account.clone(),
            more: More::Name(name),
            open_because: String::new(),
        };
        let halima = world.actor(HALIMA).await;
        doors::record(&world.app, &halima, more).await.unwrap();
        let found = may_be(&world, &dee, &second).await.unwrap();
        assert_eq!(found.iter().map(MaySame::person).collect::<Vec<_>>(), [first.person]);
        world
    });
}

#[test]
fn whoever_was_there_before_the_keys_is_found_from_the_next_start_on() {
    on_both(async |world| {
        let (first, second) = two_accounts(&world).await;
        world.tamper("DELETE FROM account_key").await;
        world.tamper("UPDATE account SET keys_form = 0").await;
        assert_eq!(keys::check(&world.app).await.unwrap(), 2, "they are missed");
        let started = world.another_process().await;
        assert_eq!(keys::check(&started).await.unwrap(), 0);
        let found = may_be(&world, &world.actor(DEE).await, &second).await.unwrap();
        assert_eq!(found[0].person(), first.person);
        world
    });
}
