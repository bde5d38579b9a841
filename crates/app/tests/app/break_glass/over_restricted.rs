//! Break-glass over a restricted child: for those alone who know that the record exists, and told to
//! everybody who is named.

use app::{
    doors,
    front_door::screening::{Claim, HandBack},
    sharing::notices::OwnNotices,
};
use axum::http::StatusCode;
use practice::roles::Role;

use super::{
    HALIMA, PAGE, breaks, is_among, of_two_agencies, over,
    reviewed::{INES, officers, review_of},
    with_codes, workers_turn,
};
use crate::{
    restricted::restrict_to,
    support::{World, on_both},
    walk::without_keys,
};

const HESTER: &str = "hester@health.example";
const DEE: &str = "dee@hub.example";
const MARGUERITE: &str = "marguerite@hub.example";

async fn hears_of_glass(world: &World, who: &str) -> bool {
    let actor = world.actor(who).await;
    let notices = doors::open(&world.app, &actor, OwnNotices).await.unwrap();
    notices.iter().any(|notice| notice.kind == "glass-broken")
}

#[test]
fn v6_whoever_does_not_know_of_a_restricted_child_reads_what_is_read_where_there_is_none() {
    on_both(async |world| {
        world.joins(HESTER, HALIMA, Role::Practitioner).await;
        let known = of_two_agencies(&world).await;
        restrict_to(&world, &known, &[DEE]).await.unwrap();
        workers_turn(&world).await;
        let (mut hester, _) = with_codes(&world, HESTER).await;
        let mut told = Vec::new();
        for person in [known.person.as_str(), "22222-22222"] {
            let page = hester.fills(PAGE, &over(&known).replace(&known.person, person)).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{}", page.text);
            told.push(without_keys(&page).replace(person, "REFERENCE"));
        }
        assert_eq!(told[0], told[1]);
        assert_eq!(world.count("broken_glass").await, 0);
        assert!(workers_turn(&world).await.is_empty(), "and nobody hears of it");
        world
    });
}

#[test]
fn v6_whoever_asked_for_support_opens_a_restricted_child_and_everybody_named_is_told_at_once() {
    on_both(async |world| {
        let known = of_two_agencies(&world).await;
        restrict_to(&world, &known, &[DEE]).await.unwrap();
        workers_turn(&world).await;
        let (mut halima, _) = with_codes(&world, HALIMA).await;
        let opened = breaks(&mut halima, &known).await;
        assert!(halima.get(&opened).await.reads("Arlo Invented-Marsh"));
        // Marguerite, who manages the hub, has what nobody else has.
        let told = "broken_glass_told t JOIN broken_glass b ON b.id = t.glass_id \
            WHERE t.as_whom IN ('named', 'hub-manager') AND t.told_at = b.opened_at";
        assert_eq!(world.count(told).await, 2);
        for who in [DEE, MARGUERITE] {
            assert!(hears_of_glass(&world, who).await, "{who}");
        }
        assert!(!hears_of_glass(&world, "sunil@hub.example").await);
        let letters = workers_turn(&world).await;
        assert!(!is_among(&letters, "sunil@hub.example"), "{letters:?}");
        world
    });
}

#[test]
fn whoever_reviews_a_use_over_a_restricted_child_reads_what_they_read_over_any() {
    on_both(async |world| {
        officers(&world).await;
        let known = of_two_agencies(&world).await;
        let (mut halima, _) = with_codes(&world, HALIMA).await;
        let mut reads = async || {
            let opened = breaks(&mut halima, &known).await;
            let page = world.signs_in(INES).await.get(&review_of(&opened)).await;
            let reference = opened.rsplit('/').next().unwrap();
            without_keys(&page).replace(reference, "REFERENCE")
        };
        let nobody_has_it = reads().await;
        assert!(nobody_has_it.contains("ask the hub’s managers"), "whom to ask: {nobody_has_it}");
        let dee = world.actor(DEE).await;
        let claim = Claim { contact: known.contact.clone() };
        doors::record(&world.app, &dee, claim).await.unwrap();
        let dee_has_it = reads().await;
        assert!(dee_has_it.contains("Dee Marlowe-Demo"), "whom to ask: {dee_has_it}");
        restrict_to(&world, &known, &[DEE]).await.unwrap();
        assert_eq!(reads().await, dee_has_it);
        let back = HandBack { contact: known.contact.clone() };
        doors::record(&world.app, &dee, back).await.unwrap();
        assert_eq!(reads().await, nobody_has_it);
        world
    });
}
