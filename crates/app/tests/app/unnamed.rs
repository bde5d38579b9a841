//! Whoever asks with an account of their own, and may come to harm if the family knew, is named in
//! nothing that is handed over (issue of need to know, hard exclusions; threat model T5).

use app::people::links::LinkPeople;
use axum::http::StatusCode;
use platform::db::{Row, Runs, sea_orm};
use practice::roles::Role;

use crate::{
    data_requests::{all_theirs, items, taken_down},
    disclosing::{
        answered_usually,
        family::{begins, paper, puts_on_all},
    },
    front_door::{send, two_siblings},
    kept_away::keep,
    out_of_hours::{PASSPHRASE, opened, takes_out},
    saying_more::kit_with,
    support::{World, links, on_both},
    walk::{Known, known_by},
};

const DEE: &str = "dee@hub.example";
/// By what Owen would be known: his name, his job, his number, where he works.
const BETRAYS: [&str; 6] = ["Owen", "Pryce", "Year 4 teacher", "960 004", "Marram", "Tamsin"];
/// What a family's page says of an answer.
const WAS_SHARED: &str = "What was decided";
/// What is taken down of Kit’s mother, who asks for him.
const ASKED: &str = "who=Carys+Invented-Rowe&right=parent&is-known=yes&received.day=26&received.month=10\
    &received.year=2026&reference=&name=Kit+Invented-Rowe&born.day=&what=&reach=By+hand";

/// A request of Owen’s about Kit, in which he says whether he may be named.
async fn asked_for(world: &World, may: &str) -> Known {
    let you = format!("your-phone=01632+960+004&your-role=Year+4+teacher&may-be-named={may}");
    kit_with(world, ("you", &you)).await;
    #[derive(Row)]
    struct Contact {
        reference: String,
    }
    let text = "SELECT reference FROM contact";
    let contact: Option<Contact> = world.app.db.reads().one(text, []).await.unwrap();
    known_by(world, &contact.unwrap().reference).await
}

/// Everything that the hub could hand over of Kit, once Owen and his school's lead said more of him, and
/// somebody kept Owen away.
async fn handed_over(world: &World, known: &Known) -> Vec<(String, String)> {
    let mut dee = world.signs_in(DEE).await;
    let mut all = Vec::new();
    let information = format!("/contacts/{}/information", known.contact);
    let addenda = format!("/people/{}/addenda", known.person);
    let said = format!("account={}&said=The+father+is+back", known.account);
    for (who, at, said) in [
        ("tamsin@marram.example", information, "danger=no&said=Kit+came+back+today"),
        ("owen@marram.example", addenda, &said),
    ] {
        let added = world.signs_in(who).await.fills(&at, said).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
    }
    keep(world, known, "owen@marram.example", None).await.unwrap();
    let file = takes_out(world, "marguerite@hub.example").await;
    let extract = opened(&file.text, PASSPHRASE).expect("the file for the night");
    all.push(("the file for the night".to_owned(), extract.to_string()));
    answered_usually(world, known).await;
    let page = begins(&mut dee, &known.person, "Carys Invented-Rowe").await;
    puts_on_all(&mut dee, &page).await;
    all.push(("the family’s page".to_owned(), paper(&mut dee, &page).await.2));
    let request = taken_down(&mut dee, ASKED).await;
    all_theirs(&mut dee, &request).await;
    for item in items(&mut dee, &request).await {
        let page = dee.get(&item).await;
        assert_eq!(page.status, StatusCode::OK, "{item}");
        all.push((item, page.lines("marked")));
    }
    all
}

#[test]
fn whoever_asks_by_the_form_to_stay_unnamed_is_in_nothing_that_is_handed_over() {
    on_both(async |world| {
        let known = asked_for(&world, "no").await;
        let mut dee = world.signs_in(DEE).await;
        for path in [format!("/contacts/{}", known.contact), format!("/people/{}", known.person)] {
            let page = dee.get(&path).await;
            assert!(page.reads("Owen Pryce-Demo"), "the hub rings him: {}", page.text);
            assert!(page.reads("Must not be named"), "{}", page.text);
        }
        let all = handed_over(&world, &known).await;
        let night = &all[0].1;
        for said in ["The father is back", "Kit came back today"] {
            assert!(night.contains(said), "the words are kept: {night}");
        }
        assert!(!all[1].1.contains(WAS_SHARED), "that he was answered: {}", all[1].1);
        for (what, text) in all {
            // Where Kit goes to school his mother knows.
            let his = ["college: ", "service: ", "service\",\""];
            let text = his.iter().fold(text, |text, before| {
                text.replace(&format!("{before}Marram Primary School"), "")
            });
            let betrays = BETRAYS.iter().find(|word| text.contains(**word));
            assert_eq!(betrays, None, "{what}: {text}");
        }
        world
    });
}

/// So that the test above looks where names stand.
#[test]
fn whoever_may_be_named_is() {
    on_both(async |world| {
        let known = asked_for(&world, "yes").await;
        let page = world.signs_in(DEE).await.get(&format!("/contacts/{}", known.contact)).await;
        assert!(!page.reads("Must not be named"), "{}", page.text);
        let all = handed_over(&world, &known).await;
        assert!(all[1].1.contains(WAS_SHARED), "{}", all[1].1);
        for word in BETRAYS {
            assert!(all.iter().any(|(_, text)| text.contains(word)), "{word}: {all:#?}");
        }
        world
    });
}

/// His colleague asked at another time, and may be named: beside him she would say where he works.
#[test]
fn nobody_else_of_the_same_school_is_named_beside_one_who_must_not_be() {
    on_both(async |world| {
        let known = asked_for(&world, "no").await;
        world.joins("wilf@marram.example", "owen@marram.example", Role::Practitioner).await;
        let wilf = world.actor("wilf@marram.example").await;
        let mut other = two_siblings(&wilf, false);
        other.children.truncate(1);
        other.adults.clear();
        let hers = known_by(&world, &send(&world, &wilf, other).await.reference).await;
        let link = LinkPeople {
            from: hers.person,
            account: hers.account,
            to: known.person.clone(),
            reason: "The same child".to_owned(),
        };
        links(&world, &world.actor(DEE).await, link).await.unwrap();
        let name = wilf.signed_in().unwrap().name.clone();
        let file = takes_out(&world, "marguerite@hub.example").await;
        let extract = opened(&file.text, PASSPHRASE).expect("the file").to_string();
        assert!(!extract.contains(&name), "{name}: {extract}");
        let mut dee = world.signs_in(DEE).await;
        let request = taken_down(&mut dee, ASKED).await;
        all_theirs(&mut dee, &request).await;
        let all = items(&mut dee, &request).await;
        assert!(all.len() > 4, "both requests are in it: {all:?}");
        for item in all {
            let text = dee.get(&item).await.lines("marked");
            let is_named = text.contains(&name) || text.contains("From: Marram");
            assert!(!is_named, "{item}: {text}");
        }
        world
    });
}
