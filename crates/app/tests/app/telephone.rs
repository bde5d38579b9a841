//! Calls, put on the record while somebody speaks.

use crate::support::on_both;

const FORM: &str = "/contacts/by-telephone";

/// After the way back the browser shows the form anew, with what was typed: sent again, it must not
/// become a second request. Other words, somebody else's call, and the same words some minutes later
/// are each another call: it happened again.
#[test]
fn a_call_that_is_sent_again_after_going_back_is_taken_once() {
    on_both(async |world| {
        let mut dee = world.signs_in("dee@hub.example").await;
        let mut sunil = world.signs_in("sunil@hub.example").await;
        let call = |once: &str, worry: &str| {
            format!(
                "caller=A&agency=public&danger=no&worry={worry}&given.0=Kit&family.0=Rowe&once={once}"
            )
        };
        let taken = dee.fills(FORM, &call("one", "Cold+and+hungry")).await.location().to_owned();
        world.it_is("2026-11-02T10:04:00Z");
        let again = dee.fills(FORM, &call("two", "Cold+and+hungry")).await;
        assert_eq!(again.location(), taken);
        let other = dee.fills(FORM, &call("three", "Seen+alone")).await;
        assert_ne!(other.location(), taken, "other words");
        let others = sunil.fills(FORM, &call("four", "Cold+and+hungry")).await;
        assert_ne!(others.location(), taken, "somebody else took another call");
        world.it_is("2026-11-02T10:05:00Z");
        let later = dee.fills(FORM, &call("five", "Cold+and+hungry")).await.location().to_owned();
        assert_ne!(later, taken, "it happened again");
        let again = dee.fills(FORM, &call("six", "Cold+and+hungry")).await;
        assert_eq!(again.location(), later, "and was sent twice");
        world
    });
}

#[test]
fn a_call_about_a_birth_to_come_is_put_right_beside_its_field() {
    on_both(async |world| {
        let mut dee = world.signs_in("dee@hub.example").await;
        let form = "caller=A&agency=public&worry=W&given.0=Kit&family.0=Rowe&born.0.day=3\
                    &born.0.month=11&born.0.year=2026&once=call";
        let refused = dee.fills(FORM, &format!("danger=no&{form}")).await;
        assert_eq!(refused.status.as_u16(), 422);
        assert!(refused.text.contains("id=\"born.0-error\""), "{}", refused.text);
        assert!(refused.reads("The date of birth must be in the past"));
        let taken = dee.fills(FORM, &format!("danger=yes&{form}")).await;
        assert_eq!(taken.status.as_u16(), 303, "danger waits for no date");
        let page = dee.get(taken.location()).await;
        assert!(page.reads("The date of birth is in the future: ask again"), "{}", page.text);
        world
    });
}

#[test]
fn danger_is_taken_down_without_a_name_and_nothing_else_is() {
    on_both(async |world| {
        let mut dee = world.signs_in("dee@hub.example").await;
        let form =
            "caller=Neighbour&agency=public&worry=A+child+screams+next+door&address=1+Sample+St";
        let refused = dee.fills(FORM, &format!("danger=no&{form}")).await;
        assert_eq!(refused.errors_lead_to(), ["#family.0"], "{}", refused.text);
        let taken = dee.fills(FORM, &format!("danger=yes&{form}")).await;
        assert_eq!(taken.status.as_u16(), 303, "{}", taken.text);
        let page = dee.get(taken.location()).await;
        assert!(page.reads("Name not known"), "{}", page.text);
        let child = page.text.split("/people/").nth(1).unwrap().split('"').next().unwrap();
        let page = dee.get(&format!("/people/{child}")).await;
        assert!(page.reads("1 Sample St"), "where the child is was said: {}", page.text);
        world
    });
}

/// Where two decide at once, the second reads what the first decided, and then what can be done.
#[test]
fn what_is_decided_already_says_how_it_is_decided_anew() {
    on_both(async |world| {
        let mut dee = world.signs_in("dee@hub.example").await;
        let call = "caller=A&agency=public&danger=no&worry=W&given.0=Kit&family.0=Rowe";
        let contact = dee.fills(FORM, call).await.location().to_owned();
        let page = dee.get(&contact).await.text;
        let pathway = page.split("/pathways/").nth(1).unwrap().split('/').next().unwrap();
        let decision = format!("/pathways/{pathway}/decision");
        let decides = |revision: i64| {
            format!(
                "level=2&outcome=partner-early-help&risk=R&strengths=S&voice=V&reasons=Y\
                 &revision={revision}"
            )
        };
        let form = dee.get(&decision).await.form(&decision);
        let (_, revision) = form.into_iter().find(|(name, _)| name == "revision").unwrap();
        let revision: i64 = revision.parse().unwrap();
        let made = dee.fills(&decision, &decides(revision)).await;
        assert_eq!(made.status.as_u16(), 303, "{}", made.text);
        let again = dee.fills(&decision, &decides(revision + 1)).await;
        assert_eq!(again.status.as_u16(), 422);
        assert!(again.reads("It is decided already. To decide anew"), "{}", again.text);
        world
    });
}

/// Whoever is ill must not keep a child waiting.
#[test]
fn what_another_has_taken_on_can_be_given_back_for_them_and_taken_on() {
    on_both(async |world| {
        let mut dee = world.signs_in("dee@hub.example").await;
        let mut sunil = world.signs_in("sunil@hub.example").await;
        let call = "caller=A&agency=public&danger=no&worry=W&given.0=Kit&family.0=Rowe";
        let contact = dee.fills(FORM, call).await.location().to_owned();
        dee.post(&format!("{contact}/claim"), &[]).await;
        assert!(!dee.get(&contact).await.reads("Give it back for them"), "it is her own");
        assert!(sunil.get(&contact).await.reads("Give it back for them"));
        sunil.post(&format!("{contact}/hand-back"), &[]).await;
        sunil.post(&format!("{contact}/claim"), &[]).await;
        let page = sunil.get(&contact).await;
        assert!(page.reads("Being screened, by Sunil Rao-Demo"), "{}", page.text);
        assert!(page.reads("Given back to the queue"), "the timeline says so");
        world
    });
}
