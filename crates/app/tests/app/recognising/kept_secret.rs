//! Need to know: who is hidden is not among those who may be the same, and what is protected is in no
//! key and no reason.

use app::{
    doors,
    error::Error,
    recognising::{different::TakeBack, side_by_side::SideBySide},
};

use super::{
    DEE, HALIMA, OWEN, SUNIL, are_different, jayden, lives_at, may_be, on_record, two_accounts,
};
use crate::{restricted::restrict_to, support::on_both, walk::without_keys};

#[test]
fn who_is_hidden_from_somebody_is_not_among_them_and_nothing_tells() {
    on_both(async |world| {
        let second = on_record(&world, HALIMA, jayden("Jaiden", "Invented-Smyth", 12, 3)).await;
        let page = format!("/contacts/{}", second.contact);
        let mut sunil = world.signs_in(SUNIL).await;
        // Once more: it is read by now.
        sunil.get(&page).await;
        let before = without_keys(&sunil.get(&page).await);

        let first = on_record(&world, OWEN, jayden("Jayden", "Invented-Smyth", 3, 12)).await;
        let asker = world.actor(SUNIL).await;
        assert_eq!(may_be(&world, &asker, &second).await.unwrap().len(), 1, "as long as nobody is");
        let dee = world.actor(DEE).await;
        doors::record(&world.app, &dee, are_different(&first, &second)).await.unwrap();
        restrict_to(&world, &first, &[DEE]).await.unwrap();
        assert!(may_be(&world, &asker, &second).await.unwrap().is_empty());
        assert_eq!(without_keys(&sunil.get(&page).await), before);
        let child = sunil.get(&format!("/people/{}", second.person)).await;
        assert!(!child.text.contains("Said to be different"), "{}", child.text);

        let look = SideBySide { person: second.person.clone(), other: first.person.clone() };
        let seen = doors::open(&world.app, &dee, look).await.unwrap();
        let different = seen.different.expect("whoever is named reads it").reference;
        let look = SideBySide { person: second.person.clone(), other: first.person.clone() };
        let seen = doors::open(&world.app, &asker, look).await;
        assert!(matches!(seen, Err(Error::NotFound)));
        let reason = "They are one".to_owned();
        let back = TakeBack { person: second.person.clone(), different, reason };
        assert!(doors::record(&world.app, &asker, back).await.is_err(), "nor takes it back");
        world
    });
}

/// Of two who have nothing in common but where they live, one of them in secret, nobody is told that
/// it is one address; and with a name in common too, no reason says so.
#[test]
fn a_protected_address_is_in_no_key_and_no_reason() {
    on_both(async |world| {
        let mut kept = jayden("Jayden", "Invented-Smyth", 3, 12);
        kept.address = Some(lives_at("12 Quarry Lane", true));
        let keys = world.count("account_key").await;
        let first = on_record(&world, OWEN, kept).await;
        let with_secret = world.count("account_key").await - keys;
        let mut none = jayden("Jayden", "Invented-Smyth", 3, 12);
        none.address = None;
        let second = on_record(&world, HALIMA, none).await;
        let without = world.count("account_key").await - keys - with_secret;
        assert_eq!(with_secret, without, "the address adds no key");

        let third = on_record(&world, OWEN, jayden("Jayden", "Invented-Smyth", 3, 12)).await;
        let dee = world.actor(DEE).await;
        let found = may_be(&world, &dee, &third).await.unwrap();
        assert_eq!(found.len(), 2, "{found:?}");
        for one in found {
            assert!([&first.person, &second.person].contains(&&one.person().to_owned()));
            assert!(!one.reasons.iter().any(|reason| reason.contains("address")), "{one:?}");
        }
        world
    });
}

#[test]
fn nothing_of_a_name_can_be_read_in_the_keys() {
    on_both(async |world| {
        two_accounts(&world).await;
        assert!(world.count("account_key").await > 20);
        // The same child under another key of the partnership stands under other numbers.
        let other = crate::support::World::another().await;
        two_accounts(&other).await;
        let keys = async |world: &crate::support::World| {
            #[derive(platform::db::Row)]
            struct Key {
                key: i64,
            }
            use platform::db::{Runs, sea_orm};
            let text = "SELECT DISTINCT key FROM account_key";
            let keys: Vec<Key> = world.app.db.reads().all(text, []).await.unwrap();
            keys.into_iter().map(|key| key.key).collect::<std::collections::BTreeSet<_>>()
        };
        let (one, another) = (keys(&world).await, keys(&other).await);
        assert_eq!(one.len(), another.len());
        assert!(one.is_disjoint(&another), "they turn on the partnership’s key");
        world
    });
}

/// Side by side, two who live in one refuge must not read as though they did.
#[test]
fn what_is_kept_secret_of_one_of_two_is_compared_with_nothing() {
    on_both(async |world| {
        let at = |protected: bool| {
            let mut child = jayden("Jayden", "Invented-Smyth", 3, 12);
            child.address = Some(lives_at("12 Quarry Lane", protected));
            child
        };
        let open = on_record(&world, OWEN, at(false)).await;
        let secret = on_record(&world, HALIMA, at(true)).await;
        let mut dee = world.signs_in(DEE).await;
        let page = dee.get(&format!("/people/{}/may-be/{}", open.person, secret.person)).await;
        let line = page.text.split("Addresses</strong>").nth(1).expect("a line of addresses");
        let line = line.split("</tr>").next().unwrap_or_default();
        assert!(line.contains("Can’t be compared"), "{line}");
        assert!(!line.contains("The same") && !line.contains("Different"), "{line}");
        world
    });
}
