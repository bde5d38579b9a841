//! A number by which an agency knows a child, said on the child's page.

use axum::http::StatusCode;

use crate::{support::on_both, walk::known};

#[test]
fn a_number_that_is_said_later_stands_on_the_page_and_finds_the_child() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let mut dee = world.signs_in("dee@hub.example").await;
        let page = format!("/people/{}/numbers", known.person);
        let form = |scheme: &str, number: &str| {
            format!("account={}&scheme={scheme}&number={number}", known.account)
        };
        for (fields, say) in [
            (form("", "4010232137"), "Choose what number it is"),
            (form("nhs", "401+023+2138"), "The check digit of this NHS number is wrong"),
            (form("nhs", ""), "An NHS number has 10 digits"),
            (form("upn", "A890200024001"), "UPN"),
        ] {
            let refused = dee.fills(&page, &fields).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields}");
            assert!(refused.reads(say), "{say}: {}", refused.text);
        }
        assert!(!dee.searches("q=4010232137").await.reads("Arlo Invented-Marsh"));
        let added = dee.fills(&page, &form("nhs", "401+023+2137")).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
        let child = dee.get(&format!("/people/{}", known.person)).await;
        assert!(child.reads("401 023 2137"), "as it was typed: {}", child.text);
        assert!(dee.searches("q=4010232137").await.reads("Arlo Invented-Marsh"));
        world
    });
}
