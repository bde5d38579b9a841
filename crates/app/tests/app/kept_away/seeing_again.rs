//! Who may see a child again is told of what they missed.

use app::{
    doors,
    front_door::screening::AddInformation,
    people::keeping_away::{LetSeeAgain, OpenKeptAway},
};

use super::{keep, notices};
use crate::{
    front_door::{decided_and_answered, sent},
    support::{World, on_both},
    walk::known_by,
};

const OWEN: &str = "owen@marram.example";
const DEE: &str = "dee@hub.example";

async fn lets_owen_see_again(world: &World, person: &str) {
    let dee = world.actor(DEE).await;
    let look = OpenKeptAway { person: person.to_owned() };
    let seen = doors::open(&world.app, &dee, look).await.unwrap();
    let exclusion = seen.all[0].reference.clone();
    let lift = LetSeeAgain { person: person.to_owned(), exclusion };
    doors::record(&world.app, &dee, lift).await.unwrap();
}

#[test]
fn whoever_asked_is_told_of_the_answer_that_they_were_kept_from() {
    on_both(async |world| {
        let (owen, dee) = (world.actor(OWEN).await, world.actor(DEE).await);
        let taken = sent(&world, &owen, false).await;
        let known = known_by(&world, &taken.reference).await;
        let answered = async || notices(&world, OWEN).await.iter().any(|kind| kind == "answered");

        keep(&world, &known, OWEN, None).await.unwrap();
        decided_and_answered(&world, &dee, &taken, 0).await;
        assert!(!answered().await);
        lets_owen_see_again(&world, &known.person).await;
        assert!(answered().await, "what he was kept from");

        let look = app::sharing::notices::ReadNotices { contact: taken.reference.clone() };
        doors::record(&world.app, &owen, look).await.unwrap();
        world.it_is("2026-11-02T11:00:00Z");
        keep(&world, &known, OWEN, None).await.unwrap();
        let add = AddInformation {
            contact: taken.reference.clone(),
            said: "More".to_owned(),
            danger: false,
            said_at: None,
        };
        doors::record(&world.app, &dee, add).await.unwrap();
        lets_owen_see_again(&world, &known.person).await;
        assert!(!answered().await, "what he knew before is not told again");
        world
    });
}
