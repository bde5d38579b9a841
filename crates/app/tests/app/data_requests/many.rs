//! Threat model V11: many copies of what is held, each of little, as a way to carry records away.

use axum::http::StatusCode;

use super::{
    ASKED, DEE, MARGUERITE, SUNIL, all_decided, all_theirs, approves, items, proposes, taken_down,
};
use crate::{
    front_door::{send, two_siblings},
    support::on_both,
};

/// Each is a record to whoever prepares them: past a hundred and fifty none shows what is held.
#[test]
fn v11_whoever_prepares_one_copy_after_the_other_is_stopped_like_whoever_opens_records() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let mut dee = world.signs_in(DEE).await;
        let (mut shown, mut stopped) = (0, false);
        for n in 0..160 {
            let mut contact = two_siblings(&owen, false);
            contact.adults.clear();
            contact.children.truncate(1);
            let child = &mut contact.children[0];
            (child.given, child.family) = (format!("Many{n:03}"), "Invented-Copy".to_owned());
            child.born = app::people::Born::NotKnown;
            child.identifiers.clear();
            child.address = None;
            send(&world, &owen, contact).await;
            let name = format!("Many{n:03}+Invented-Copy");
            let asked = ASKED
                .replace("Arlo+Invented-Marsh", &name)
                .replace("born.day=4&born.month=5&born.year=2017", "born.day=");
            let request = taken_down(&mut dee, &asked).await;
            let page = dee.get(&request).await;
            if page.status == StatusCode::TOO_MANY_REQUESTS {
                stopped = true;
                break;
            }
            assert!(page.text.contains("name=\"account\" value=\""), "{}", page.text);
            shown += 1;
        }
        assert!(stopped && shown <= 150 && shown > 40, "{shown}");
        assert_eq!(world.count("stopped_look").await, 1, "her officers are told");
        world
    });
}

/// Whoever prepares a copy, though they manage the hub, has none before somebody else approved it.
#[test]
fn v11_nobody_approves_their_own_copy_or_has_it_before_another_does() {
    on_both(async |world| {
        crate::walk::known(&world, false).await;
        let mut marguerite = world.signs_in(MARGUERITE).await;
        let request = taken_down(&mut marguerite, ASKED).await;
        all_theirs(&mut marguerite, &request).await;
        assert!(!items(&mut marguerite, &request).await.is_empty());
        all_decided(&mut marguerite, &request).await;
        let proposed = proposes(&mut marguerite, &request, "copy").await;
        assert_eq!(proposed.status, StatusCode::SEE_OTHER, "{}", proposed.text);
        let own = approves(&mut marguerite, &request).await;
        assert_eq!(own.status, StatusCode::NOT_FOUND, "{}", own.text);
        let (mut dee, mut sunil) = (world.signs_in(DEE).await, world.signs_in(SUNIL).await);
        for browser in [&mut dee, &mut sunil] {
            let page = approves(browser, &request).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "no manager: {}", page.text);
        }
        for browser in [&mut marguerite, &mut dee, &mut sunil] {
            let text = browser.get(&format!("{request}/copy/text")).await;
            assert_ne!(text.status, StatusCode::OK, "{}", text.text);
        }
        assert_eq!(world.count("data_request WHERE approved_at IS NOT NULL").await, 0);
        world
    });
}
