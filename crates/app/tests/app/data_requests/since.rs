//! What became secret, was found or was said since something was decided; who had a hand in it; and what
//! a copy must not even let somebody guess.

use app::{
    data_requests::approving::{BETRAYS_NOW, NOT_READ},
    people::{NewPerson, links::LinkPeople},
};

use super::*;

const FORM: &str = "/contacts/by-telephone";

/// Adds an address that must be kept secret to the child of a request.
async fn becomes_secret(world: &World, known: &Known, lines: &str) {
    let fields = [
        ("account", known.account.as_str()),
        ("lines", lines),
        ("postcode", "FY2 2AB"),
        ("secret", "yes"),
        ("once", lines),
    ];
    let path = format!("/people/{}/addresses", known.person);
    let said = world.signs_in(DEE).await.post(&path, &fields).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
}

/// Threat model T6: a refuge that becomes known after somebody decided, or approved, is in no copy.
#[test]
fn what_became_secret_since_is_not_handed_over() {
    on_both(async |world| {
        let known = known(&world, false).await;
        let mut dee = world.signs_in(DEE).await;
        let more = "danger=no&said=They+moved+to+7+Nowhere+Gardens";
        dee.fills(&format!("/contacts/{}/information", known.contact), more).await;
        let request = taken_down(&mut dee, ASKED).await;
        all_theirs(&mut dee, &request).await;
        all_decided(&mut dee, &request).await;
        assert_eq!(proposes(&mut dee, &request, "copy").await.status, StatusCode::SEE_OTHER);
        let mut marguerite = world.signs_in(MARGUERITE).await;
        assert_eq!(approves(&mut marguerite, &request).await.status, StatusCode::SEE_OTHER);
        let copy = format!("{request}/copy/text");
        assert!(dee.get(&copy).await.text.contains("Nowhere Gardens"), "nobody knew");
        becomes_secret(&world, &known, "Flat 3, 7 Nowhere Gardens").await;
        let page = dee.get(&copy).await;
        assert!(page.reads(BETRAYS_NOW) && !page.reads("Nowhere"), "{}", page.text);
        assert!(dee.fills(&request, HANDED).await.reads(BETRAYS_NOW));
        // It is taken back and decided again.
        let back = "do=take-back&taken-back=The+address+must+be+kept+secret";
        assert_eq!(dee.fills(&request, back).await.status, StatusCode::SEE_OTHER);
        // What the hub said of him is an account of its own.
        all_theirs(&mut dee, &request).await;
        for item in items(&mut dee, &request).await {
            let marked = suggested(&mut dee, &item).await;
            if !marked.contains("Nowhere") {
                gives(&mut dee, &item, &marked).await;
            }
        }
        let page = proposes(&mut dee, &request, "copy").await;
        assert!(page.reads("that must be kept secret"), "it was decided before: {}", page.text);
        for item in items(&mut dee, &request).await {
            let marked = suggested(&mut dee, &item).await;
            let hidden = marked.replace("7 Nowhere Gardens", "[[7 Nowhere Gardens]]");
            gives(&mut dee, &item, &hidden).await;
        }
        assert_eq!(proposes(&mut dee, &request, "copy").await.status, StatusCode::SEE_OTHER);
        assert_eq!(approves(&mut marguerite, &request).await.status, StatusCode::SEE_OTHER);
        assert!(!dee.get(&copy).await.text.contains("Nowhere"));
        world
    });
}

/// That protected details were looked at tells that there are some; whom it must not reach is no thing
/// that they are told; where they go to school tells in which town they live.
#[test]
fn a_copy_lets_nobody_guess_that_there_is_a_refuge() {
    on_both(async |world| {
        let owen = world.actor("owen@marram.example").await;
        let kit = NewPerson {
            setting: Some("Marram Academy".into()),
            ..kit("Kit", "7 Nowhere Gardens", true)
        };
        let taken = sent(&world, &owen, kit).await;
        let mut dee = world.signs_in(DEE).await;
        let path = format!("/contacts/{}/protected", taken.reference);
        assert!(dee.fills(&path, crate::walk::VISIT).await.reads("Nowhere Gardens"));
        let call = "caller=A&agency=public&may_be_named=yes&danger=no&worry=Shouting\
            &must_not_know=Her+husband+Dean,+he+beats+her&given.0=Kit&family.0=Invented-Rowe\
            &born.0.day=12&born.0.month=3&born.0.year=2014&once=call";
        assert_eq!(dee.fills(FORM, call).await.status, StatusCode::SEE_OTHER);
        let asked = ASKED.replace("Arlo+Invented-Marsh", "Kit+Invented-Rowe").replace(
            "born.day=4&born.month=5&born.year=2017",
            "born.day=12&born.month=3&born.year=2014",
        );
        let request = taken_down(&mut dee, &asked).await;
        all_theirs(&mut dee, &request).await;
        let all = items(&mut dee, &request).await;
        assert!(all.len() > 3, "{all:?}");
        for item in all {
            let page = dee.get(&item).await;
            for word in ["Dean", "must not know", "Protected addresses"] {
                assert!(!page.reads(word), "{word}: {}", page.text);
            }
            let marked = page.lines("marked");
            let plain: Vec<_> =
                marked.split("[[").map(|p| p.rsplit("]]").next().unwrap()).collect();
            assert!(!plain.concat().contains("Marram"), "{marked}");
        }
        world
    });
}

/// Whoever rang and must not be named is in no title and no text, nor where they work.
#[test]
fn a_caller_who_must_not_be_named_is_not_given_away_by_anything() {
    on_both(async |world| {
        let mut dee = world.signs_in(DEE).await;
        let police = crate::telephone::reference_of_police(&world).await;
        let call = format!(
            "caller=Joan+Invented-Tell,+next+door&agency={police}&may_be_named=no&danger=no\
             &worry=Joan+Invented-Tell+hears+shouting&given.0=Arlo&family.0=Invented-Marsh\
             &born.0.day=4&born.0.month=5&born.0.year=2017&once=call"
        );
        assert_eq!(dee.fills(FORM, &call).await.status, StatusCode::SEE_OTHER);
        let request = taken_down(&mut dee, ASKED).await;
        all_theirs(&mut dee, &request).await;
        let mut refused = 0;
        for item in items(&mut dee, &request).await {
            let page = dee.get(&item).await;
            let marked = page.lines("marked");
            let title = page.text.split("<h1").nth(1).unwrap().split("</h1>").next().unwrap();
            assert!(!marked.to_lowercase().contains("police"), "{marked}");
            assert!(!title.to_lowercase().contains("police"), "{title}");
            let page = gives(&mut dee, &item, &marked).await;
            if page.status != StatusCode::SEE_OTHER {
                assert!(page.reads("names somebody who must not be named"), "{}", page.text);
                refused += 1;
            }
        }
        assert_eq!(refused, 1, "the worry names her");
        world
    });
}

/// What is said of them by others, or linked to them, after it was taken down is theirs too.
#[test]
fn accounts_that_came_since_are_asked_about_before_anybody_answers() {
    on_both(async |world| {
        let (_, request) = prepared(&world).await;
        let halima = world.actor("halima@health.example").await;
        let later = NewPerson {
            given: "Arlow".into(),
            family: "Invented-Later".into(),
            identifiers: Vec::new(),
            ..kit("Arlow", "9 Invented Row", false)
        };
        let later = sent(&world, &halima, later).await;
        let later = crate::walk::known_by(&world, &later.reference).await;
        let mut marguerite = world.signs_in(MARGUERITE).await;
        let read = reads(&mut marguerite, &request).await;
        let first = world.count("account_link").await;
        let arlo = marguerite.get(&request).await;
        let arlo = arlo.text.split("/people/").nth(1).unwrap().split('"').next().unwrap();
        let link = LinkPeople {
            from: later.person.clone(),
            account: later.account.clone(),
            to: arlo.to_owned(),
            reason: "Health says so".into(),
        };
        crate::support::links(&world, &world.actor(DEE).await, link).await.unwrap();
        assert_eq!(world.count("account_link").await, first + 1);
        let page = marguerite.fills(&request, &format!("do=approve&read={read}")).await;
        assert!(page.reads(UNDECIDED), "{}", page.text);
        let mut dee = world.signs_in(DEE).await;
        dee.fills(&request, "do=take-back&taken-back=Health+knows+him+too").await;
        assert!(dee.get(&request).await.reads("Arlow Invented-Later"));
        // By another spelling than the one that was taken down.
        let about = "do=about&reference=&name=Bea+Invented-Marsh&born.day=";
        assert_eq!(dee.fills(&request, about).await.status, StatusCode::SEE_OTHER);
        assert!(dee.get(&request).await.reads("Bea Invented-Marsh"));
        world
    });
}

/// UK GDPR, art. 5(1)(f): what a manager approves is what they read.
#[test]
fn nobody_approves_what_has_changed_since_they_read_it() {
    on_both(async |world| {
        let (_, request) = prepared(&world).await;
        world.joins(SECOND, MARGUERITE, Role::HubManager).await;
        let mut marguerite = world.signs_in(MARGUERITE).await;
        let read = reads(&mut marguerite, &request).await;
        assert_eq!(read.len(), 64);
        world.signs_in(SECOND).await.fills(&request, "do=send-back&sent-back=Give+more").await;
        let mut dee = world.signs_in(DEE).await;
        let item = items(&mut dee, &request).await.remove(0);
        let marked = suggested(&mut dee, &item).await.replace("[[", "").replace("]]", "");
        assert_eq!(gives(&mut dee, &item, &marked).await.status, StatusCode::SEE_OTHER);
        assert_eq!(proposes(&mut dee, &request, "copy").await.status, StatusCode::SEE_OTHER);
        let old = marguerite.fills(&request, &format!("do=approve&read={read}")).await;
        assert!(old.reads(NOT_READ), "{}", old.text);
        assert!(marguerite.fills(&request, "do=approve").await.reads(NOT_READ));
        assert_eq!(approves(&mut marguerite, &request).await.status, StatusCode::SEE_OTHER);
        world
    });
}

/// What somebody hid by hand is marked again when a thing has changed, and whose an account is decides
/// anew of what names whom.
#[test]
fn what_was_hidden_by_hand_stays_hidden_when_something_is_added() {
    on_both(async |world| {
        let (known, request) = prepared(&world).await;
        let mut dee = world.signs_in(DEE).await;
        dee.fills(&request, "do=take-back&taken-back=One+more").await;
        let all = items(&mut dee, &request).await;
        let history = all.iter().find(|item| item.contains("history-")).unwrap();
        let marked = suggested(&mut dee, history).await.replace("hungry", "[[hungry]]");
        assert_eq!(gives(&mut dee, history, &marked).await.status, StatusCode::SEE_OTHER);
        let more = "danger=no&said=His+uncle+rang";
        dee.fills(&format!("/contacts/{}/information", known.contact), more).await;
        let page = dee.get(history).await;
        assert!(page.reads("This changed after it was decided"), "{}", page.text);
        let again = page.lines("marked");
        assert!(again.contains("[[hungry]]") && again.contains("His uncle rang"), "{again}");
        assert!(page.reads("His mother knows of none of it"), "why is not asked for again");
        world
    });
}

/// Threat model V16: who had a hand in it once has one for good, and whoever vouches for who asks too.
#[test]
fn who_had_a_hand_in_it_does_not_approve_it_though_others_did_it_again() {
    on_both(async |world| {
        known(&world, false).await;
        world.joins(SECOND, MARGUERITE, Role::HubManager).await;
        let mut marguerite = world.signs_in(MARGUERITE).await;
        let mut dee = world.signs_in(DEE).await;
        // She takes it down: she vouches for who asks.
        let request = taken_down(&mut marguerite, ASKED).await;
        all_theirs(&mut dee, &request).await;
        all_decided(&mut dee, &request).await;
        assert_eq!(proposes(&mut dee, &request, "copy").await.status, StatusCode::SEE_OTHER);
        assert_eq!(approves(&mut marguerite, &request).await.status, StatusCode::NOT_FOUND);
        // She said that an account is not theirs, and somebody else said it again.
        let other = taken_down(&mut dee, ASKED).await;
        let account = dee.get(&other).await;
        let account = account.text.split("name=\"account\" value=\"").nth(1).unwrap();
        let account = account.split('"').next().unwrap().to_owned();
        let not = format!("do=whose&account={account}&is-theirs=no");
        marguerite.fills(&other, &not).await;
        dee.fills(&other, &not).await;
        assert_eq!(proposes(&mut dee, &other, "nothing-held").await.status, StatusCode::SEE_OTHER);
        assert_eq!(approves(&mut marguerite, &other).await.status, StatusCode::NOT_FOUND);
        // Whoever approves sees who said that it is not theirs.
        let mut second = world.signs_in(SECOND).await;
        let page = second.get(&other).await;
        assert!(page.reads("Dee Marlowe-Demo said"), "{}", page.text);
        assert_eq!(approves(&mut second, &other).await.status, StatusCode::SEE_OTHER);
        world
    });
}

/// Threat model T2: it is to whoever took it down as though nothing were held, also when others worked on
/// it.
#[test]
fn whoever_it_is_hidden_from_does_not_read_how_it_is_answered() {
    on_both(async |world| {
        let known = known(&world, false).await;
        keep(&world, &known, SUNIL, None).await.unwrap();
        let request = taken_down(&mut world.signs_in(SUNIL).await, ASKED).await;
        let mut dee = world.signs_in(DEE).await;
        all_theirs(&mut dee, &request).await;
        all_decided(&mut dee, &request).await;
        let longer = "do=extended&extended.day=1&extended.month=11&extended.year=2026\
            &why-longer=Four+files";
        assert_eq!(dee.fills(&request, longer).await.status, StatusCode::SEE_OTHER);
        let proposal = "do=propose&outcome=copy&proposal-why=Much+of+it";
        assert_eq!(dee.fills(&request, proposal).await.status, StatusCode::SEE_OTHER);
        let mut sunil = world.signs_in(SUNIL).await;
        let nothing_told = async |sunil: &mut Browser| {
            let page = sunil.get(&request).await;
            for words in ["Because", "Much of it", "Four files", "One more", "By hand, I know"] {
                assert!(!page.reads(words), "{words}: {}", page.text);
            }
        };
        nothing_told(&mut sunil).await;
        let back = "do=take-back&taken-back=One+more";
        assert_eq!(sunil.fills(&request, back).await.status, StatusCode::NOT_FOUND);
        dee.fills(&request, back).await;
        nothing_told(&mut sunil).await;
        assert_eq!(proposes(&mut dee, &request, "copy").await.status, StatusCode::SEE_OTHER);
        let mut marguerite = world.signs_in(MARGUERITE).await;
        assert_eq!(approves(&mut marguerite, &request).await.status, StatusCode::SEE_OTHER);
        assert_eq!(dee.fills(&request, HANDED).await.status, StatusCode::SEE_OTHER);
        nothing_told(&mut sunil).await;
        assert!(dee.get("/data-requests").await.reads("Had the answer"));
        assert!(dee.get(&request).await.reads("By hand, I know her"));
        world
    });
}

/// UK GDPR, art. 12(3): of another day the managers are told anew.
#[test]
fn managers_who_were_told_are_told_again_of_a_day_that_was_moved() {
    on_both(async |world| {
        let mut dee = world.signs_in(DEE).await;
        let request = taken_down(&mut dee, ASKED).await;
        assert_eq!(told(&world, "2026-11-19T09:00:00Z").await, 1, "a week before 26 November");
        let longer = "do=extended&extended.day=19&extended.month=11&extended.year=2026\
            &why-longer=Four+files";
        let mut dee = world.signs_in(DEE).await;
        assert_eq!(dee.fills(&request, longer).await.status, StatusCode::SEE_OTHER);
        world.everybody_stays().await;
        assert!(dee.get(&request).await.reads("26 January 2027"));
        assert_eq!(told(&world, "2027-01-19T09:00:00Z").await, 1, "a week before that");
        assert_eq!(told(&world, "2027-01-27T09:00:00Z").await, 1, "late");
        world
    });
}

/// Whoever took it back gets nothing, whatever was decided until then.
#[test]
fn a_request_that_is_withdrawn_is_approved_though_things_were_decided() {
    on_both(async |world| {
        let (_, request) = prepared(&world).await;
        let mut dee = world.signs_in(DEE).await;
        dee.fills(&request, "do=take-back&taken-back=They+rang").await;
        let withdrawn = "do=propose&outcome=withdrawn&proposal-why=They+took+it+back";
        assert_eq!(dee.fills(&request, withdrawn).await.status, StatusCode::SEE_OTHER);
        let mut marguerite = world.signs_in(MARGUERITE).await;
        let page = approves(&mut marguerite, &request).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        assert_eq!(dee.get(&format!("{request}/copy")).await.status, StatusCode::NOT_FOUND);
        world
    });
}
