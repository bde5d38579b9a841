//! The basis on the pages that answer: what is usual costs nothing, and what does not go together is
//! refused beside its field.

use axum::http::StatusCode;

use super::{DEE, HALIMA, answered, childs_page};
use crate::{
    browser::Page,
    front_door::revision,
    involving::{answers, asks_about_arlo},
    support::{World, on_both},
    walk::{Known, known},
};

const FULL: &str = "feedback=full&reason=A+worker+will+ring";
const TOLD: &str = "outcome=told&words=Ring+me&why=";
const CONSENT: &str = "basis-purpose=health_and_care&basis-article-6=consent\
    &basis-article-9=explicit_consent&basis-condition=none_needed";

/// As [`answered`], of what was decided before.
async fn answers_again(world: &World, known: &Known, fields: &str) -> Page {
    let at = revision(world, &world.actor(DEE).await, &known.contact, 0).await;
    let path = format!("/pathways/{}/answer", known.pathway);
    world.signs_in(DEE).await.fills(&path, &format!("revision={at}&{FULL}&{fields}")).await
}

#[test]
fn the_usual_basis_is_filled_in_and_folded_up_and_nothing_more_is_asked() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let refused = answered(&world, &known, "feedback=full&reason=").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let asking = asks_about_arlo(&world, HALIMA).await;
        let mut dee = world.signs_in(DEE).await;
        let pages = [format!("/pathways/{}/answer", known.pathway), format!("/asked/{asking}")];
        for path in &pages {
            let page = dee.get(path).await;
            let (before, fields) = page.text.split_once("name=\"basis-purpose\"").expect("a basis");
            let details = before.rsplit("<details").next().unwrap();
            assert!(!details.split('>').next().unwrap().contains("open"), "folded up: {details}");
            assert!(details.contains("to keep a child, or an adult at risk, safe"), "{details}");
            for chosen in [
                "value=\"public_task\" selected",
                "value=\"substantial_public_interest\" selected",
                "value=\"safeguarding_at_risk\" selected",
                "value=\"not_sought_not_required\" selected",
                "value=\"not_needed\" selected",
                "value=\"not_recorded\" selected",
            ] {
                assert!(fields.contains(chosen), "{path} lacks {chosen}: {fields}");
            }
            let sent = page.chosen(path);
            assert!(sent.contains(&("basis-purpose".into(), "safeguarding".into())), "{sent:?}");
        }
        // As somebody sends it who did not unfold it, and as a page of before would.
        let usual = "basis-purpose=safeguarding&basis-article-6=public_task\
            &basis-article-9=substantial_public_interest&basis-condition=safeguarding_at_risk\
            &basis-agreement=not_sought_not_required&basis-withheld=not_needed&basis-family=told";
        let sent = answers_again(&world, &known, usual).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let sent = answers(&world, DEE, &asking, TOLD).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let page = childs_page(&world, DEE, &known).await;
        assert_eq!(page.text.matches("UK GDPR art. 6(1)(e), DPA s. 8").count(), 2, "{}", page.text);
        // Whether the family knows stands beside it, where somebody said so.
        assert_eq!(page.text.matches("They were told").count(), 1, "{}", page.text);
        assert_eq!(page.text.matches("Does the family know").count(), 2, "{}", page.text);
        world
    });
}

#[test]
fn what_does_not_go_together_is_refused_beside_its_field() {
    on_both(async |world| {
        let known = known(&world, false).await;
        answered(&world, &known, "feedback=full&reason=").await;
        let asking = asks_about_arlo(&world, HALIMA).await;
        let refused_as_well = format!("{CONSENT}&basis-agreement=given&basis-offences=yes");
        for (fields, beside) in [
            ("basis-article-6=consent", "basis-article-6"),
            ("basis-article-9=health_or_social_care", "basis-article-9"),
            ("basis-condition=none_needed", "basis-condition"),
            ("basis-purpose=police_investigation", "basis-purpose"),
            ("basis-purpose=made-up", "basis-purpose"),
            ("basis-family=made-up", "basis-family"),
            (CONSENT, "basis-agreement"),
            (&refused_as_well, "basis-offences"),
        ] {
            let one = answers_again(&world, &known, fields).await;
            let other = answers(&world, DEE, &asking, &format!("{TOLD}&{fields}")).await;
            for page in [one, other] {
                assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields}");
                assert_eq!(page.errors_lead_to(), [format!("#{beside}")], "{fields}");
                let details =
                    page.text.split("<details").skip(1).find(|d| d.contains("basis-purpose"));
                let tag = details.unwrap().split('>').next().unwrap();
                assert!(tag.contains("open"), "it stands open: {tag}");
            }
        }
        assert_eq!(world.count("disclosure").await, 0);
        let sent = answers_again(&world, &known, &format!("{CONSENT}&basis-agreement=given")).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let page = childs_page(&world, DEE, &known).await;
        assert!(page.reads("They consented, in so many words (UK GDPR art. 9(2)(a))"));
        assert!(page.reads("They agreed to the sharing"), "{}", page.text);
        world
    });
}
