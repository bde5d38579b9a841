//! Four eyes: two of whom something is open about each are linked by two people, and nobody agrees with
//! themselves.

use app::{
    doors,
    error::Error,
    people::links::LinkPeople,
    recognising::{
        queue::PairsThatWait,
        seconding::{Asked, Came, Settle, Word},
        side_by_side::SideBySide,
    },
};

use super::{DEE, OWEN, SUNIL, are_different, two_accounts};
use crate::{
    kept_away::keep,
    support::{World, on_both},
    walk::Known,
};

const WHY: &str = "One mother, one birthday";

fn asks(from: &Known, to: &Known) -> LinkPeople {
    LinkPeople {
        from: from.person.clone(),
        account: from.account.clone(),
        to: to.person.clone(),
        reason: WHY.to_owned(),
    }
}

async fn waits(world: &World, who: &str) -> Vec<Asked> {
    let actor = world.actor(who).await;
    doors::open(&world.app, &actor, PairsThatWait { page: 0 }).await.unwrap().asked
}

async fn says(
    world: &World,
    who: &str,
    (one, other): (&Known, &Known),
    asked: &str,
    word: Word,
) -> Result<Option<String>, Error> {
    let settle = Settle {
        person: one.person.clone(),
        other: other.person.clone(),
        asked: asked.to_owned(),
        word,
        reason: "I rang the school, and it is he".to_owned(),
    };
    doors::record(&world.app, &world.actor(who).await, settle).await
}

/// How many people the two accounts are.
async fn people(world: &World, one: &Known, other: &Known) -> i64 {
    let accounts = format!("'{}', '{}'", one.account, other.account);
    world
        .count(&format!(
            "(SELECT DISTINCT l.person_id FROM account_link l JOIN account a ON a.id = l.account_id \
             WHERE l.unlinked_at IS NULL AND a.reference IN ({accounts})) d"
        ))
        .await
}

#[test]
fn two_with_something_open_are_linked_by_a_second_person_and_not_by_the_first() {
    on_both(async |world| {
        let (first, second) = two_accounts(&world).await;
        let (dee, both) = (world.actor(DEE).await, (&first, &second));
        let came = doors::record(&world.app, &dee, asks(&second, &first)).await.unwrap();
        assert_eq!((came, people(&world, &first, &second).await), (Came::Waits, 2));
        let again = doors::record(&world.app, &dee, asks(&first, &second)).await;
        assert!(matches!(again, Err(Error::Refusal(_))), "once is enough: {again:?}");
        assert!(!world.holds("One mother, one").await, "why is sealed");
        let asked = waits(&world, SUNIL).await.remove(0);
        assert_eq!((asked.why.as_str(), asked.is_own), (WHY, false));
        assert!(waits(&world, DEE).await[0].is_own);
        let own = says(&world, DEE, both, &asked.reference, Word::Agree).await;
        assert!(matches!(own, Err(Error::Refusal(_))), "{own:?}");
        let elsewhere = says(&world, OWEN, both, &asked.reference, Word::Agree).await;
        assert!(matches!(elsewhere, Err(Error::NotFound)), "{elsewhere:?}");
        assert_eq!(people(&world, &first, &second).await, 2);
        let to = says(&world, SUNIL, both, &asked.reference, Word::Agree).await.unwrap();
        assert_eq!(to.as_deref(), Some(first.person.as_str()), "as it was asked for");
        assert_eq!(people(&world, &first, &second).await, 1);
        assert!(waits(&world, SUNIL).await.is_empty());
        let late = says(&world, SUNIL, both, &asked.reference, Word::Refuse).await;
        assert!(late.is_err(), "it is over: {late:?}");
        world
    });
}

#[test]
fn what_is_refused_or_taken_back_links_nobody_and_may_be_asked_again() {
    on_both(async |world| {
        let (first, second) = two_accounts(&world).await;
        let (dee, both) = (world.actor(DEE).await, (&second, &first));
        for who in [SUNIL, DEE] {
            doors::record(&world.app, &dee, asks(&second, &first)).await.unwrap();
            let asked = waits(&world, who).await.remove(0);
            assert_eq!(
                says(&world, who, both, &asked.reference, Word::Refuse).await.unwrap(),
                None
            );
            assert!(waits(&world, who).await.is_empty());
        }
        assert_eq!(people(&world, &first, &second).await, 2);
        for (outcome, rows) in [("refused", 1), ("withdrawn", 1), ("linked", 0)] {
            let of = format!("link_asked WHERE outcome = '{outcome}'");
            assert_eq!(world.count(&of).await, rows, "{outcome}");
        }
        // Said to be different meanwhile, they are not linked whoever agrees.
        doors::record(&world.app, &dee, asks(&second, &first)).await.unwrap();
        let asked = waits(&world, SUNIL).await.remove(0);
        doors::record(&world.app, &dee, are_different(&first, &second)).await.unwrap();
        let agreed = says(&world, SUNIL, both, &asked.reference, Word::Agree).await;
        assert!(matches!(agreed, Err(Error::Refusal(_))), "{agreed:?}");
        world
    });
}

#[test]
fn whoever_is_kept_away_from_one_reads_of_nothing_that_waits() {
    on_both(async |world| {
        let (first, second) = two_accounts(&world).await;
        let dee = world.actor(DEE).await;
        doors::record(&world.app, &dee, asks(&second, &first)).await.unwrap();
        assert_eq!(waits(&world, SUNIL).await.len(), 1);
        keep(&world, &first, SUNIL, None).await.unwrap();
        assert!(waits(&world, SUNIL).await.is_empty());
        let look = SideBySide { person: first.person.clone(), other: second.person.clone() };
        let seen = doors::open(&world.app, &world.actor(SUNIL).await, look).await;
        assert!(matches!(seen, Err(Error::NotFound)), "{seen:?}");
        world
    });
}

#[test]
fn where_one_has_nothing_open_one_person_links_as_before() {
    on_both(async |world| {
        let (first, second) = two_accounts(&world).await;
        let closed = "UPDATE pathway SET ended_at = since WHERE account_id = \
            (SELECT id FROM account WHERE reference = ";
        let open = "UPDATE pathway SET ended_at = NULL WHERE account_id = \
            (SELECT id FROM account WHERE reference = ";
        world.tamper(&format!("{closed}'{}')", second.account)).await;
        let dee = world.actor(DEE).await;
        let came = doors::record(&world.app, &dee, asks(&second, &first)).await.unwrap();
        assert_eq!(came, Came::Linked(first.person.clone()));
        assert_eq!(people(&world, &first, &second).await, 1);
        world.tamper(&format!("{open}'{}')", second.account)).await;
        world
    });
}
