//! Who has no account gets one by the word of somebody who knows them, at once; by that word nobody comes to
//! more than asking for support, and the Business Unit reads whose word it was.

use app::{
    doors,
    organisations::{
        confirming::{Confirm, Word},
        roles::GiveRole,
        vouching::MOST_A_DAY,
    },
};
use axum::http::StatusCode;
use jiff::SignedDuration;
use practice::calendar::day_of;

use crate::{
    browser::{Browser, Page},
    organisations::{code_on, first_sign_in},
    support::{World, on_both, reference_of},
};

const WREN: &str = "wren@links.example";
const JO: &str = "jo@unit.example";
const NAN: &str = "nan@littlegulls.example";
const SECRET: &str = "four herons under the wet pier";
const KNOWS: &str = "I have worked with her at the nursery since May";

/// A nursery of the demo, by its reference.
async fn nursery(world: &World) -> String {
    #[derive(platform::db::Row)]
    struct Found {
        reference: String,
    }
    use platform::db::{Runs, sea_orm};
    let text = "SELECT reference FROM setting WHERE kind = 'nursery' ORDER BY name LIMIT 1";
    let found: Option<Found> = world.app.db.reads().one(text, []).await.unwrap();
    found.expect("a nursery").reference
}

async fn vouches(browser: &mut Browser, setting: &str, email: &str) -> Page {
    let fields = [
        ("setting", setting),
        ("name", "Nan Invented-Gull"),
        ("email", email),
        ("job", "Nursery lead"),
        ("knows", KNOWS),
    ];
    browser.post("/vouch", &fields).await
}

#[test]
fn a_nursery_lead_has_an_account_by_the_word_of_a_link_worker_and_asks_for_support() {
    on_both(async |world| {
        let place = nursery(&world).await;
        let mut wren = world.signs_in(WREN).await;
        assert!(wren.get("/").await.reads("Vouch for somebody"));
        let shown = vouches(&mut wren, &place, NAN).await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
        let code = code_on(&shown);
        let mut nan = Browser::of(&world.app);
        let done = nan.send("/first-sign-in", &first_sign_in(NAN, &code, SECRET)).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.text);
        assert_eq!(nan.sign_in(NAN, SECRET).await.status, StatusCode::SEE_OTHER);
        assert_eq!(nan.get("/requests").await.status, StatusCode::OK);
        for other in ["/hub", "/people", "/agencies", "/vouch", "/still-here", "/figures"] {
            assert_eq!(nan.get(other).await.status, StatusCode::NOT_FOUND, "{other}");
        }
        // The Business Unit reads whose word it was.
        let mut jo = world.signs_in(JO).await;
        let agencies = jo.get("/agencies").await;
        assert!(agencies.reads("Vouched for within a month"), "{}", agencies.text);
        assert!(agencies.reads("Nan Invented-Gull") && agencies.reads("by Wren Ashby-Demo"));
        world
    });
}

#[test]
fn a_word_is_a_reason_a_place_and_a_persons_own_address() {
    on_both(async |world| {
        let place = nursery(&world).await;
        let hub = reference_of(&world, "setting", "Seaholme Request for Support Hub").await;
        let mut wren = world.signs_in(WREN).await;
        let before = world.count("staff").await;
        for (setting, email, knows, says) in [
            (place.as_str(), NAN, "I know her", "20 characters"),
            (place.as_str(), "office@littlegulls.example", KNOWS, "an address that only they read"),
            (place.as_str(), "owen@marram.example", KNOWS, "Somebody else signs in"),
            (hub.as_str(), NAN, KNOWS, "where they work"),
            ("22222-22222", NAN, KNOWS, "where they work"),
        ] {
            let fields = [
                ("setting", setting),
                ("name", "Nan Invented-Gull"),
                ("email", email),
                ("job", "Nursery lead"),
                ("knows", knows),
            ];
            let page = wren.post("/vouch", &fields).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{says}");
            assert!(page.reads(says), "{says}: {}", page.text);
        }
        assert_eq!(world.count("staff").await, before);
        // Nobody but a link worker vouches.
        for who in [JO, "owen@marram.example", "marguerite@hub.example", "ossian@unit.example"] {
            let page = vouches(&mut world.signs_in(who).await, &place, NAN).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{who}");
        }
        world
    });
}

#[test]
fn one_vouches_for_ten_people_a_day_and_a_double_click_makes_one_account() {
    on_both(async |world| {
        let place = nursery(&world).await;
        let mut wren = world.signs_in(WREN).await;
        let before = world.count("staff").await;
        let form = format!(
            "setting={place}&name=Nan+Invented-Gull&email={}&job=Lead&knows={}&once=twice",
            NAN.replace('@', "%40"),
            KNOWS.replace(' ', "+")
        );
        let first = wren.fills("/vouch", &form).await;
        let again = wren.fills("/vouch", &form).await;
        assert_eq!(code_on(&first), code_on(&again));
        for n in 1..MOST_A_DAY {
            let page = vouches(&mut wren, &place, &format!("nan{n}@littlegulls.example")).await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        }
        assert_eq!(world.count("staff").await, before + MOST_A_DAY);
        let page = vouches(&mut wren, &place, "more@littlegulls.example").await;
        assert!(page.reads("Ask the Business Unit"), "{}", page.text);
        let tomorrow = world.app.clock.now() + SignedDuration::from_hours(25);
        world.app.clock.set(tomorrow);
        let mut wren = world.signs_in(WREN).await;
        let page = vouches(&mut wren, &place, "more@littlegulls.example").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        world
    });
}

#[test]
fn whoever_sleeps_in_a_nursery_is_woken_by_a_link_worker_and_nobody_of_the_hub_is() {
    on_both(async |world| {
        let place = nursery(&world).await;
        let mut wren = world.signs_in(WREN).await;
        vouches(&mut wren, &place, NAN).await;
        let of = async |name: &str| reference_of(&world, "staff", name).await;
        let nan = of("Nan Invented-Gull").await;
        let ran_out = "UPDATE staff SET confirmed_on = '2026-05-01' WHERE email LIKE 'nan@%'";
        world.tamper(ran_out).await;
        let asleep = "staff WHERE email LIKE 'nan@%' AND confirmed_on < '2026-06-01'";
        assert_eq!(world.count(asleep).await, 1);
        let page = wren.get("/still-here").await;
        assert!(page.reads("Nan Invented-Gull"), "{}", page.text);
        let by = world.actor(WREN).await;
        let confirm = |staff: String| Confirm { staff: vec![staff], word: Word::StillHere };
        doors::record(&world.app, &by, confirm(nan.clone())).await.unwrap();
        assert_eq!(world.count(asleep).await, 0);
        for of_the_hub in ["Marguerite Bell-Demo", "Wren Ashby-Demo"] {
            let refused = doors::record(&world.app, &by, confirm(of(of_the_hub).await)).await;
            assert!(refused.is_err(), "{of_the_hub}");
        }
        // Nobody is put to sleep by a link worker, nor woken whom somebody put to sleep.
        let sleep = Confirm { staff: vec![nan.clone()], word: Word::Sleep };
        assert!(doors::record(&world.app, &by, sleep).await.is_err());
        world.tamper("UPDATE staff SET confirmed_on = NULL WHERE email LIKE 'nan@%'").await;
        assert!(!wren.get("/still-here").await.reads("Nan Invented-Gull"));
        assert!(doors::record(&world.app, &by, confirm(nan.clone())).await.is_err());
        // Nor whoever has another role than people there have, or is to have it from tomorrow on.
        world.tamper(ran_out).await;
        let jo = world.actor(JO).await;
        let role = GiveRole {
            staff: nan.clone(),
            role: "privacy-officer".to_owned(),
            from: day_of(world.app.clock.now()).tomorrow().unwrap(),
            until: None,
        };
        doors::record(&world.app, &jo, role).await.unwrap();
        assert!(!wren.get("/still-here").await.reads("Nan Invented-Gull"));
        assert!(doors::record(&world.app, &by, confirm(nan)).await.is_err());
        world
    });
}
