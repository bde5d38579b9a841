//! When a child was born, said later than the rest: the baby came, or a day was mistyped.

use axum::http::StatusCode;

use crate::{
    support::on_both,
    walk::{Known, known},
};

const MIDWIFE: &str = "halima@health.example";

fn form(known: &Known, day: u8, month: u8, year: i16, rest: &str) -> String {
    format!("account={}&born.day={day}&born.month={month}&born.year={year}{rest}", known.account)
}

#[test]
fn what_an_agency_said_of_a_birth_before_is_kept_beside_what_it_says_now() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let mut owen = world.signs_in("owen@marram.example").await;
        let page = format!("/people/{}/births", known.person);
        for (fields, say) in [
            (
                format!("account={}&born.day=&born.month=&born.year=", known.account),
                "Enter the date",
            ),
            (form(&known, 30, 2, 2017, ""), "The date must"),
            (form(&known, 3, 3, 2027, ""), "The date of birth must be in the past"),
            (form(&known, 3, 3, 2025, "&unborn=yes"), "expected more than two months ago"),
        ] {
            let refused = owen.fills(&page, &fields).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields}");
            assert!(refused.reads(say), "{say}: {}", refused.text);
            assert_eq!(refused.errors_lead_to(), ["#born-day"], "{fields}");
        }
        let said = owen.fills(&page, &form(&known, 5, 4, 2017, "")).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
        let child = owen.get(&format!("/people/{}", known.person)).await;
        assert!(child.reads("Born 5 April 2017"), "{}", child.text);
        assert!(child.reads("Birth, as said before") && child.reads("Born 4 May 2017"));
        assert!(child.reads("Owen Pryce-Demo"), "who changed it");
        let mut dee = world.signs_in("dee@hub.example").await;
        assert!(dee.searches("q=5+4+2017").await.reads("Arlo Invented-Marsh"), "found by it");
        assert!(
            !dee.searches("q=4+5+2017").await.reads("Arlo Invented-Marsh"),
            "by the old no more"
        );
        // The same again changes nothing and keeps nothing twice.
        owen.fills(&page, &form(&known, 5, 4, 2017, "")).await;
        assert_eq!(world.count("account_birth").await, 1);
        world
    });
}

#[test]
fn another_agency_says_a_birth_on_an_account_of_its_own() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let mut dee = world.signs_in("dee@hub.example").await;
        let page = format!("/people/{}/births", known.person);
        let said = dee.fills(&page, &form(&known, 5, 4, 2017, "")).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
        let child = dee.get(&format!("/people/{}", known.person)).await;
        assert!(
            child.reads("Born 5 April 2017") && child.reads("Born 4 May 2017"),
            "{}",
            child.text
        );
        assert!(!child.reads("Birth, as said before"), "nobody has taken back what they said");
        assert_eq!(world.count("account_birth").await, 0);
        world
    });
}

#[test]
fn a_baby_who_came_has_a_name_and_is_expected_no_more() {
    on_both(async |world| {
        let mut halima = crate::drafts::Draft::begun(&world, MIDWIFE).await;
        halima.answers("danger", &[("in-danger", "yes"), ("danger-what", "Threats at home")]).await;
        let field = |name: &str| format!("children[0].{name}");
        let fields = [
            (field("family-name"), "Invented-Brook"),
            (field("unborn"), "unborn"),
            (field("expected.day"), "9"),
            (field("expected.month"), "1"),
            (field("expected.year"), "2027"),
        ];
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        halima.answers("children-1", &fields).await;
        halima.answers("you", &[("your-phone", "01632 960 321")]).await;
        let to = format!("{}/send", halima.at);
        let check = halima.owen.get(&format!("{}/check", halima.at)).await;
        let check =
            crate::drafts::Window { hidden: crate::drafts::hidden(&check, &to), action: to };
        let sent = halima.send(&check, &[]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let contact = sent.location().trim_end_matches("/arrived").to_owned();
        let mut dee = world.signs_in("dee@hub.example").await;
        assert!(dee.get(&contact).await.reads("Expected 9 January 2027"));

        let mut midwife = halima.owen;
        let person = midwife.get(&contact).await.text;
        let person = person.split("/people/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        world.it_is("2026-11-02T10:10:00Z");
        let page = format!("/people/{person}/births");
        let form = midwife.get(&page).await.form(&page);
        let (_, account) = form.into_iter().find(|(name, _)| name == "account").unwrap();
        let born = format!("account={account}&born.day=2&born.month=11&born.year=2026&given=Wren");
        let said = midwife.fills(&page, &born).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
        let child = dee.get(&format!("/people/{person}")).await;
        assert!(child.reads("Wren Invented-Brook"), "{}", child.text);
        assert!(child.reads("Birth, as said before") && child.reads("Expected 9 January 2027"));
        let queue = dee.get("/hub").await;
        assert!(queue.reads("Wren Invented-Brook"), "also where it waits: {}", queue.text);
        world
    });
}

/// Whoever rang has no account to put it right with.
#[test]
fn the_hub_puts_right_a_birth_that_it_took_down_wrongly() {
    on_both(async |world| {
        let mut dee = world.signs_in("dee@hub.example").await;
        let call = "caller=A&agency=public&danger=no&worry=W&given.0=Kit&family.0=Rowe\
                    &born.0.day=3&born.0.month=3&born.0.year=2019&once=one";
        let contact = dee.fills("/contacts/by-telephone", call).await.location().to_owned();
        let page = dee.get(&contact).await.text;
        let person = page.split("/people/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let page = format!("/people/{person}/births");
        let form = dee.get(&page).await.form(&page);
        let (_, account) = form.into_iter().find(|(name, _)| name == "account").unwrap();
        let born = format!("account={account}&born.day=4&born.month=3&born.year=2019");
        let said = dee.fills(&page, &born).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
        assert!(dee.get(&contact).await.reads("Born 4 March 2019"));
        world
    });
}
