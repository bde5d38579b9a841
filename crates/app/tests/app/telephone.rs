//! Calls, put on the record while somebody speaks.

use platform::db::{At, Row, Runs, sea_orm};

use crate::{
    browser::Browser,
    support::{World, on_both},
};

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

/// A call about a child: the pages of the request and of its decision, and the revision that the form
/// of the decision carries.
async fn to_decide(dee: &mut Browser) -> (String, String, i64) {
    let call = "caller=A&agency=public&danger=no&worry=W&given.0=Kit&family.0=Rowe";
    let contact = dee.fills(FORM, call).await.location().to_owned();
    let page = dee.get(&contact).await.text;
    let pathway = page.split("/pathways/").nth(1).unwrap().split('/').next().unwrap();
    let decision = format!("/pathways/{pathway}/decision");
    let revision = revision(dee, &decision).await;
    (contact, decision, revision)
}

/// The revision that the form of a decision carries now.
async fn revision(dee: &mut Browser, decision: &str) -> i64 {
    let form = dee.get(decision).await.form(decision);
    let (_, revision) = form.into_iter().find(|(name, _)| name == "revision").unwrap();
    revision.parse().unwrap()
}

const DECISION: &str = "level=2&outcome=partner-early-help&risk=R&strengths=S&voice=V&reasons=Y";

/// Where two decide at once, the second reads what the first decided, and then what can be done.
#[test]
fn what_is_decided_already_says_how_it_is_decided_anew() {
    on_both(async |world| {
        let mut dee = world.signs_in("dee@hub.example").await;
        let (_, decision, revision) = to_decide(&mut dee).await;
        let decides = |revision: i64| format!("{DECISION}&revision={revision}");
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

/// A neighbour who is named on a page that is printed for a meeting is a neighbour in danger.
#[test]
fn whoever_may_not_be_named_stands_on_no_page_but_the_one_that_asks_what_for() {
    on_both(async |world| {
        let mut dee = world.signs_in("dee@hub.example").await;
        let rings = |caller: &str, agency: &str, may: &str| {
            format!(
                "caller={caller}+01632+960+777&agency={agency}&may_be_named={may}&danger=no&worry=W\
                 &given.0=Kit&family.0=Rowe&once={caller}"
            )
        };
        let police = reference_of_police(&world).await;
        for (caller, agency, may, is_named) in [
            ("Unasked", "public", "", false),
            ("Willing", "public", "yes", true),
            ("Afraid", "public", "no", false),
            ("Officer", police.as_str(), "", true),
            ("Undercover", police.as_str(), "no", false),
        ] {
            let contact = dee.fills(FORM, &rings(caller, agency, may)).await.location().to_owned();
            let page = dee.get(&contact).await;
            assert_eq!(page.reads(caller), is_named, "{caller}: {}", page.text);
            assert_eq!(page.reads("must not be named to the family"), !is_named, "{caller}");
            let child = page.text.split("/people/").nth(1).unwrap().split('"').next().unwrap();
            let child_page = format!("/people/{child}");
            let child = dee.get(&child_page).await;
            assert_eq!(child.reads(caller), is_named, "{caller}: {}", child.text);
            assert_eq!(child.reads("01632 960 777"), is_named, "{caller}");
            let kept = format!("contact WHERE requester_said LIKE '{caller}%'");
            assert_eq!(world.count(&kept).await, i64::from(is_named), "{caller} in a table");
            let purpose = [("purpose", "To ring the caller back")];
            let revealed = dee.post(&format!("{contact}/protected"), &purpose).await;
            assert_eq!(revealed.reads(caller), !is_named, "{caller}: {}", revealed.text);
            let child = dee.get(&child_page).await;
            let shown = child.reads("Who asked, where the family may not know it");
            assert_eq!(shown, !is_named, "that it was shown is recorded: {}", child.text);
        }
        world
    });
}

pub async fn reference_of_police(world: &World) -> String {
    let mut dee = world.signs_in("dee@hub.example").await;
    let form = dee.get(FORM).await.text;
    let before = form.split("police</option>").next().unwrap_or_default();
    let before = before.split("Police</option>").next().unwrap_or_default();
    before.rsplit("value=\"").next().unwrap().split('"').next().unwrap().to_owned()
}

/// A caller rarely knows the day.
#[test]
fn a_birth_is_taken_down_as_far_as_the_caller_knows_it() {
    on_both(async |world| {
        let mut dee = world.signs_in("dee@hub.example").await;
        for (born, reads) in [
            ("born.0.year=2019", "Born in 2019, the day is not known"),
            ("born.0.month=March&born.0.year=2019", "March 2019"),
            ("age.0=6", "about 6"),
            ("given.0=&family.0=&danger=yes&age.0=6&sex.0=F", "about 6"),
            ("born.0.day=3&born.0.month=3&born.0.year=2019&age.0=6", "3 March 2019"),
        ] {
            let call = format!(
                "{born}&caller=A&agency=public&danger=no&worry=W{}&given.0=Kit&family.0=Rowe",
                born.len()
            );
            let taken = dee.fills(FORM, &call).await;
            assert_eq!(taken.status.as_u16(), 303, "{born}: {}", taken.text);
            let page = dee.get(taken.location()).await;
            assert!(page.reads(reads), "{born}: {}", page.text);
        }
        let wrong = "caller=A&agency=public&danger=no&worry=W&given.0=Kit&family.0=Rowe\
                     &born.0.day=&born.0.month=3&born.0.year=";
        let refused = dee.fills(FORM, wrong).await;
        assert_eq!(refused.errors_lead_to(), ["#born.0-day"], "{}", refused.text);
        let to_come = "caller=A&agency=public&danger=no&worry=W&given.0=Kit&family.0=Rowe\
                       &born.0.year=2027";
        let refused = dee.fills(FORM, to_come).await;
        assert!(refused.reads("The date of birth must be in the past"), "{}", refused.text);
        world
    });
}

/// Two who send the same worry within hours know nothing of each other; the hub must.
#[test]
fn another_request_about_the_same_child_stands_beside_it() {
    on_both(async |world| {
        let mut dee = world.signs_in("dee@hub.example").await;
        let call = |once: &str| {
            format!(
                "caller=A&agency=public&danger=no&worry={once}&given.0=Kit&family.0=Rowe\
                 &born.0.day=3&born.0.month=3&born.0.year=2019&address=1+Sample+Street\
                 &postcode=FY1+1AD&once={once}"
            )
        };
        let first = dee.fills(FORM, &call("one")).await.location().to_owned();
        let page = dee.get(&first).await;
        assert!(!page.reads("Other requests about"), "there is none");
        let second = dee.fills(FORM, &call("two")).await.location().to_owned();
        let page = dee.get(&second).await;
        let to_first = format!("href=\"{first}\"");
        assert!(page.reads("may be somebody who is known"), "{}", page.text);
        assert!(page.text.contains(&to_first), "of somebody who may be the same: {}", page.text);
        assert!(!page.reads("Other requests about"), "nobody has said that they are the same");

        let [from, to] = page.text.splitn(2, "/may-be/").collect::<Vec<_>>()[..] else {
            panic!("no pair")
        };
        let one = from.rsplit("/people/").next().unwrap();
        let other = to.split('"').next().unwrap();
        // Whoever was known first stands first.
        let pair = format!("/people/{other}/may-be/{one}");
        let form = dee.get(&pair).await.form(&pair);
        let mut fields: Vec<_> =
            form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.retain(|(name, _)| !matches!(*name, "word" | "reason" | "token"));
        fields.extend([("word", "same"), ("reason", "The same address and birth")]);
        let linked = dee.post(&pair, &fields).await;
        assert_eq!(linked.status.as_u16(), 303, "{}", linked.text);
        // Something is open about both: a colleague must agree.
        let page = dee.get(&second).await;
        assert!(!page.reads("Other requests about"), "{}", page.text);
        let mut sunil = world.signs_in("sunil@hub.example").await;
        let second_word = format!("{pair}/asked");
        let form = sunil.get(&pair).await.form(&second_word);
        let mut fields: Vec<_> =
            form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.retain(|(name, _)| !matches!(*name, "second" | "why" | "token"));
        fields.extend([("second", "agree"), ("why", "I rang them both")]);
        let linked = sunil.post(&second_word, &fields).await;
        assert_eq!(linked.status.as_u16(), 303, "{}", linked.text);
        let page = dee.get(&second).await;
        assert!(page.reads("Other requests about Kit Rowe"), "{}", page.text);
        assert!(page.text.contains(&to_first), "{}", page.text);
        world
    });
}

#[derive(Row)]
struct Shared {
    made_at: At,
}

/// The server stood still, and the hub went on with paper.
#[test]
fn what_was_decided_on_paper_is_recorded_with_its_own_time() {
    on_both(async |world| {
        let mut dee = world.signs_in("dee@hub.example").await;
        let (contact, decision, revision) = to_decide(&mut dee).await;
        world.it_is("2026-11-02T10:10:00Z");
        assert_eq!(dee.get(&contact).await.status.as_u16(), 200, "her session goes on");
        world.it_is("2026-11-02T10:20:00Z");
        let at = |revision: i64, time: &str| {
            format!(
                "{DECISION}&revision={revision}&made.day=2&made.month=11&made.year=2026\
                 &made.time={time}"
            )
        };
        let early = dee.fills(&decision, &at(revision, "9:59")).await;
        assert_eq!(early.errors_lead_to(), ["#made-day"], "before it was received: {}", early.text);
        let late = dee.fills(&decision, &at(revision, "10:21")).await;
        assert_eq!(late.errors_lead_to(), ["#made-day"], "in the future: {}", late.text);
        // What was decided at six minutes past ten did not know of what was said at ten past.
        world.it_is("2026-11-02T10:10:00Z");
        let more = dee.fills(&format!("{contact}/information"), "danger=yes&said=A+knife").await;
        assert_eq!(more.status.as_u16(), 303, "{}", more.text);
        world.it_is("2026-11-02T10:20:00Z");
        let now = self::revision(&mut dee, &decision).await;
        let before = dee.fills(&decision, &at(now, "10:06")).await;
        assert_eq!(before.errors_lead_to(), ["#made-day"], "{}", before.text);
        assert!(before.reads("Something was added to this request"), "{}", before.text);
        let made = dee.fills(&decision, &at(now, "10:15")).await;
        assert_eq!(made.status.as_u16(), 303, "{}", made.text);
        let page = dee.get(&contact).await;
        assert!(page.reads("2 November 2026 at 10:15am"), "{}", page.text);
        assert!(page.reads("Recorded"), "when it was written down stands there too: {}", page.text);
        let answer = decision.replace("/decision", "/answer");
        let told = format!(
            "feedback=limited&reason=A+neighbour&contact_person=&meanwhile=Ring+again&revision={}\
             &made.day=2&made.month=11&made.year=2026&made.time=10:17",
            self::revision(&mut dee, &decision).await,
        );
        let told = dee.fills(&answer, &told).await;
        assert_eq!(told.status.as_u16(), 303, "{}", told.text);
        let text = "SELECT made_at FROM disclosure";
        let shared: Vec<Shared> = world.app.db.reads().all(text, []).await.unwrap();
        let at: Vec<_> = shared.into_iter().map(|shared| shared.made_at.0.to_string()).collect();
        assert_eq!(at, ["2026-11-02T10:17:00Z"], "shared when the caller was told");
        world
    });
}
