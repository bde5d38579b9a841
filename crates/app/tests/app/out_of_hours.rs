//! What is open, sealed for a night: whoever has the passphrase reads it, and what must be kept secret is not
//! in it.

use std::num::NonZeroU32;

use axum::http::{StatusCode, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    pbkdf2,
};
use serde_json::Value;

use crate::{
    browser::Page,
    identity::fresh::{code, prints_a_list},
    kept_away::keep,
    people::{kit, sent},
    restricted::restrict_to,
    support::{World, on_both},
    walk::{known, known_by},
};

const PAGE: &str = "/out-of-hours";
const DEE: &str = "dee@hub.example";
const MARGUERITE: &str = "marguerite@hub.example";
pub const PASSPHRASE: &str = "seven herons under the wet pier";

pub async fn takes_out(world: &World, who: &str) -> Page {
    let fields = [
        ("purpose", "The emergency duty team, tonight"),
        ("passphrase", PASSPHRASE),
        ("again", PASSPHRASE),
    ];
    world.signs_in(who).await.post(PAGE, &fields).await
}

/// What the file holds, where the passphrase opens it.
pub fn opened(file: &str, passphrase: &str) -> Option<Value> {
    let sealed = file.split("id=\"sealed\">").nth(1)?.split("</script>").next()?;
    let sealed: Value = serde_json::from_str(sealed).ok()?;
    let bytes = |what: &str| STANDARD.decode(sealed[what].as_str().unwrap()).unwrap();
    let rounds = NonZeroU32::new(u32::try_from(sealed["rounds"].as_u64()?).ok()?)?;
    assert!(rounds.get() >= 600_000);
    let mut key = [0; 32];
    let (salt, secret) = (bytes("salt"), passphrase.as_bytes());
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, &salt, secret, &mut key);
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).ok()?);
    let nonce = Nonce::try_assume_unique_for_key(&bytes("nonce")).ok()?;
    let mut text = bytes("sealed");
    let text = key.open_in_place(nonce, Aad::empty(), &mut text).ok()?;
    serde_json::from_slice(text).ok()
}

#[test]
fn the_file_for_the_night_is_opened_by_its_passphrase_alone_and_holds_what_is_open() {
    on_both(async |world| {
        let arlo = known(&world, true).await;
        let file = takes_out(&world, MARGUERITE).await;
        assert_eq!(file.status, StatusCode::OK, "{}", file.text);
        assert!(file.header(header::CONTENT_DISPOSITION).starts_with("attachment"));
        for word in ["Arlo", "Invented", "hungry", &arlo.contact, PASSPHRASE] {
            assert!(!file.text.contains(word), "{word} is readable");
        }
        assert_eq!(opened(&file.text, "seven herons under the wet pear"), None);
        let extract = opened(&file.text, PASSPHRASE).unwrap();
        let children = extract["children"].as_array().unwrap();
        assert_eq!(children.len(), 2);
        let said = children[0].to_string();
        for word in ["Arlo", "Immediate danger was spoken of", "hungry", "Carys", &arlo.contact] {
            assert!(said.contains(word), "{word}: {said}");
        }
        // Two of the same are not alike, and each is recorded as shared.
        let again = takes_out(&world, MARGUERITE).await;
        assert_ne!(again.text, file.text);
        assert_eq!(world.count("disclosure WHERE occasion = 'out_of_hours'").await, 2);
        let page = world.signs_in(DEE).await.get(&format!("/people/{}", arlo.person)).await;
        assert!(page.reads("What was open, in a sealed file for one night"), "{}", page.text);
        world
    });
}

/// Threat model T6 and 4.5: nobody knows who will read it.
#[test]
fn nothing_secret_and_nobody_hidden_is_in_the_file_for_the_night() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let refuge = sent(&world, &owen, kit("Kit", "7 Nowhere Gardens", true)).await;
        let mut dee = world.signs_in(DEE).await;
        let more = "danger=no&said=They+moved+to+7+Nowhere+Gardens+in+May";
        dee.fills(&format!("/contacts/{}/information", refuge.reference), more).await;
        let call = "caller=Joan+Tell&agency=public&may_be_named=no&danger=no&worry=Shouting\
            &given.0=Zeb&family.0=Invented-Call&once=call";
        assert_eq!(dee.fills("/contacts/by-telephone", call).await.status, StatusCode::SEE_OTHER);
        let few = app::people::NewPerson {
            given: "Few".into(),
            family: "Invented-Few".into(),
            identifiers: Vec::new(),
            born: app::people::Born::NotKnown,
            ..kit("Few", "1 Sample Street", false)
        };
        let away = app::people::NewPerson { given: "Away".into(), ..few.clone() };
        let few = known_by(&world, &sent(&world, &owen, few).await.reference).await;
        let away = known_by(&world, &sent(&world, &owen, away).await.reference).await;
        restrict_to(&world, &few, &[DEE]).await.unwrap();
        keep(&world, &away, "sunil@hub.example", None).await.unwrap();
        let file = takes_out(&world, MARGUERITE).await;
        let extract = opened(&file.text, PASSPHRASE).unwrap().to_string();
        assert!(extract.contains("it speaks of what must be kept secret"), "{extract}");
        for word in ["Kit", "Zeb", "Something is marked for somebody at home", "must not be named"]
        {
            assert!(extract.contains(word), "{word}: {extract}");
        }
        for word in
            ["Nowhere", "Joan", "Few Invented", "Away Invented", &few.contact, &away.contact]
        {
            assert!(!extract.contains(word), "{word}: {extract}");
        }
        assert!(extract.contains(&refuge.reference));
        world
    });
}

#[test]
fn who_hands_the_night_over_makes_it_with_a_passphrase_that_nobody_guesses() {
    on_both(async |world| {
        known(&world, false).await;
        for who in ["sunil@hub.example", "owen@marram.example", "halima@health.example"] {
            assert_eq!(takes_out(&world, who).await.status, StatusCode::NOT_FOUND, "{who}");
        }
        let mut marguerite = world.signs_in(MARGUERITE).await;
        for (purpose, passphrase, again, problem) in [
            ("", PASSPHRASE, PASSPHRASE, "Enter for whom it is"),
            ("Tonight", "short", "short", "at least 15 characters"),
            ("Tonight", "password password password", "password password password", "passphrase"),
            ("Tonight", PASSPHRASE, "seven herons", "The two are not the same"),
        ] {
            let fields = [("purpose", purpose), ("passphrase", passphrase), ("again", again)];
            let page = marguerite.post(PAGE, &fields).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{passphrase}");
            assert!(page.reads(problem), "{problem}: {}", page.text);
            assert!(!page.text.contains("herons"), "it is not given back");
        }
        assert_eq!(world.count("disclosure WHERE occasion = 'out_of_hours'").await, 0);
        world
    });
}

/// A neighbour who rang about the same child, by an account that somebody linked.
#[test]
fn whoever_rang_about_the_child_unnamed_is_not_named_by_another_request_in_the_file() {
    on_both(async |world| {
        let arlo = known(&world, false).await;
        let mut dee = world.signs_in(DEE).await;
        let call = "caller=joan+tell,+next+door&agency=public&may_be_named=no&danger=no&worry=Shouting\
            &given.0=Arno&family.0=Invented-Call&once=call";
        let taken = dee.fills("/contacts/by-telephone", call).await;
        let other = taken.location().split('?').next().unwrap().replace("/contacts/", "");
        let other = known_by(&world, &other).await;
        let link = app::people::links::LinkPeople {
            from: other.person.clone(),
            account: other.account.clone(),
            to: arlo.person.clone(),
            reason: "It is he".into(),
        };
        crate::support::links(&world, &world.actor(DEE).await, link).await.unwrap();
        let more = "danger=no&said=Joan+Tell+rang+again";
        dee.fills(&format!("/contacts/{}/information", arlo.contact), more).await;
        let file = takes_out(&world, MARGUERITE).await;
        let extract = opened(&file.text, PASSPHRASE).unwrap().to_string();
        assert!(extract.contains("Arlo") && !extract.contains("Joan"), "{extract}");
        world
    });
}

/// It is about everybody who was open: to be kept away from one of them hides it of no other.
#[test]
fn that_it_was_taken_out_is_read_of_each_child_by_itself() {
    on_both(async |world| {
        let arlo = known(&world, false).await;
        let owen = world.actor("owen@marram.example").await;
        // Of another number: who has one in common may be the same.
        let kit = app::people::NewPerson {
            identifiers: Vec::new(),
            ..kit("Kit", "2 Invented Row", false)
        };
        let kit = sent(&world, &owen, kit).await;
        let kit = known_by(&world, &kit.reference).await;
        assert_eq!(takes_out(&world, MARGUERITE).await.status, StatusCode::OK);
        keep(&world, &kit, "sunil@hub.example", None).await.unwrap();
        let mut sunil = world.signs_in("sunil@hub.example").await;
        let page = sunil.get(&format!("/people/{}", arlo.person)).await;
        assert!(page.reads("in a sealed file for one night"), "{}", page.text);
        assert!(!page.reads("Kit"), "{}", page.text);
        let other = sunil.get(&format!("/people/{}", kit.person)).await;
        assert_eq!(other.status, StatusCode::NOT_FOUND);
        world
    });
}

/// It is every child of whom something is open: a screen that somebody left does not give it out.
#[test]
fn the_file_takes_a_second_step_of_the_last_minutes() {
    on_both(async |mut world| {
        known(&world, true).await;
        world.app.demo = false;
        let mut marguerite = world.signs_in(MARGUERITE).await;
        let list = prints_a_list(&mut marguerite).await;
        let fields = |code: &'static str| {
            [
                ("purpose", "The emergency duty team, tonight"),
                ("passphrase", PASSPHRASE),
                ("again", PASSPHRASE),
                ("one-time-code", code),
            ]
        };
        // What was just taken is enough, and five minutes later it is not.
        assert_eq!(marguerite.post(PAGE, &fields("")).await.status, StatusCode::OK);
        world.app.clock.set(world.app.clock.now() + jiff::SignedDuration::from_mins(6));
        assert!(marguerite.get(PAGE).await.reads("Use your passkey"));
        for wrong in ["", "abcde-fghjk"] {
            let page = marguerite.post(PAGE, &fields(wrong)).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text);
            assert!(!page.text.contains("herons"), "it is not given back");
        }
        assert_eq!(world.count("disclosure WHERE occasion = 'out_of_hours'").await, 1);
        let right = code(&list, 2).leak();
        let page = marguerite.post(PAGE, &fields(right)).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        world
    });
}
