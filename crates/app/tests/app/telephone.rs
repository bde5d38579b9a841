//! Calls, put on the record while somebody speaks.

use crate::support::on_both;

const FORM: &str = "/contacts/by-telephone";

/// After the way back the browser shows the form anew, with what was typed: sent again, it must not
/// become a second request. The same call on another day, or other words, is another one.
#[test]
fn a_call_that_is_sent_again_after_going_back_is_taken_once() {
    on_both(async |world| {
        let mut dee = world.signs_in("dee@hub.example").await;
        let call = |once: &str, worry: &str| {
            format!(
                "caller=A&agency=public&danger=no&worry={worry}&given.0=Kit&family.0=Rowe&once={once}"
            )
        };
        let taken = dee.fills(FORM, &call("one", "Cold+and+hungry")).await.location().to_owned();
        let again = dee.fills(FORM, &call("two", "Cold+and+hungry")).await;
        assert_eq!(again.location(), taken);
        let other = dee.fills(FORM, &call("three", "Seen+alone")).await;
        assert_ne!(other.location(), taken, "another call");
        let mut sunil = world.signs_in("sunil@hub.example").await;
        let others = sunil.fills(FORM, &call("four", "Cold+and+hungry")).await;
        assert_ne!(others.location(), taken, "somebody else took another call");
        world.it_is("2026-11-03T10:00:00Z");
        let mut dee = world.signs_in("dee@hub.example").await;
        let next_day = dee.fills(FORM, &call("five", "Cold+and+hungry")).await;
        assert_ne!(next_day.location(), taken, "it happened again");
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
