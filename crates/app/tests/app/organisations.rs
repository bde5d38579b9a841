//! Agencies, teams, settings and staff, with the real database: who may look after them, what
//! happens to somebody who leaves, and how a new member of staff comes to a password.

mod trained;

use app::{
    access::Actor,
    doors,
    error::Error,
    front_door::{reading::OpenContact, screening::Claim},
    organisations::{
        Which,
        agencies::SetAgency,
        memberships::{JoinTeam, LeaveTeam},
        places::{OpenPlace, SetPlace},
        roles::{EndRole, GiveRole},
        staff::{AddStaff, Details, Leave, OpenStaff},
        teams::{OpenTeam, SetTeam},
    },
    people::child::OpenChild,
};
use axum::http::StatusCode;
use practice::{calendar::Day, roles::Role};

use crate::{
    browser::{Browser, Page, owned},
    front_door::sent,
    support::{World, on_both, reference_of},
};

const JO: &str = "jo@unit.example";
const SCHOOLS: &str = "Seaholme schools";

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// A new teacher of the schools; answers with her reference.
async fn ann(world: &World, jo: &Actor) -> String {
    let agency = reference_of(world, "agency", SCHOOLS).await;
    let setting = reference_of(world, "setting", "Marram Primary School").await;
    let details = Details {
        name: "Ann Testing-Demo".into(),
        email: "ann@marram.example".into(),
        job: "Teaching assistant".into(),
        setting: Some(setting),
        ..Details::default()
    };
    let add = AddStaff { agency, details, joined: day("2026-11-02") };
    doors::record(&world.app, jo, add).await.unwrap()
}

fn give(staff: &str, role: Role, from: &str) -> GiveRole {
    GiveRole { staff: staff.into(), role: role.slug().into(), from: day(from), until: None }
}

async fn staff(world: &World, jo: &Actor, reference: &str) -> app::organisations::staff::Staff {
    doors::open(&world.app, jo, OpenStaff { reference: reference.into() }).await.unwrap()
}

async fn leave(world: &World, jo: &Actor, reference: &str, on: Option<&str>) -> Result<(), Error> {
    let revision = staff(world, jo, reference).await.row.revision;
    let on = on.map(day);
    doors::record(&world.app, jo, Leave { reference: reference.into(), revision, on }).await
}

/// The code that stands on a page.
pub fn code_on(page: &Page) -> String {
    let after = page.text.split("<strong>").nth(1);
    let code = page.text.split("<strong>").find_map(|part| {
        let code = part.split("</strong>").next()?;
        (code.len() == 23 && code.matches('-').count() == 3).then(|| code.to_owned())
    });
    code.unwrap_or_else(|| panic!("no code: {after:?}"))
}

pub fn first_sign_in(email: &str, code: &str, password: &str) -> Vec<(String, String)> {
    owned(&[
        ("email", email),
        ("sign-in-code", code),
        ("password", password),
        ("password-again", password),
    ])
}

#[test]
fn only_the_business_unit_looks_after_staff_and_nobody_gives_themselves_a_role() {
    on_both(async |world| {
        let jo = world.actor(JO).await;
        let ann = ann(&world, &jo).await;
        for email in ["marguerite@hub.example", "dee@hub.example", "tamsin@marram.example"] {
            let other = world.actor(email).await;
            let given = give(&ann, Role::Practitioner, "2026-11-02");
            let given = doors::record(&world.app, &other, given).await;
            assert!(matches!(given, Err(Error::NotFound)), "{email}: {given:?}");
        }
        let own = reference_of(&world, "staff", "Jo Fenwick-Demo").await;
        let given = give(&own, Role::HubManager, "2026-11-02");
        let given = doors::record(&world.app, &jo, given).await;
        assert!(matches!(given, Err(Error::Refusal(say)) if say.contains("their own roles")));
        let end = EndRole {
            staff: own.clone(),
            role: Role::BusinessUnit.slug().into(),
            from: day("2020-01-01"),
            seen: None,
            until: day("2026-11-02"),
        };
        assert!(matches!(doors::record(&world.app, &jo, end).await, Err(Error::Refusal(_))));
        assert!(matches!(
            leave(&world, &jo, &own, Some("2026-11-02")).await,
            Err(Error::Refusal(_))
        ));
        let code = world.signs_in(JO).await.fills(&format!("/staff/{own}/code"), "once=a").await;
        assert_eq!(code.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", code.text);
        assert_eq!(world.count("sign_in_code").await, 0);
        world
    });
}

#[test]
fn a_role_counts_from_its_first_day_until_its_last() {
    on_both(async |world| {
        let jo = world.actor(JO).await;
        let ann = ann(&world, &jo).await;
        let holds = async || {
            let actor = world.actor("ann@marram.example").await;
            actor.signed_in().unwrap().roles.clone()
        };
        let journal = world.count("journal").await;
        doors::record(&world.app, &jo, give(&ann, Role::Practitioner, "2026-11-03")).await.unwrap();
        assert_eq!(world.count("journal").await, journal + 1);
        assert_eq!(holds().await, [], "it has not begun");
        let twice =
            doors::record(&world.app, &jo, give(&ann, Role::Practitioner, "2026-11-04")).await;
        assert!(matches!(twice, Err(Error::Refusal(_))), "{twice:?}");
        let past = doors::record(&world.app, &jo, give(&ann, Role::HubWorker, "2026-11-01")).await;
        assert!(matches!(past, Err(Error::Refusal(_))), "{past:?}");
        world.it_is("2026-11-03T10:00:00Z");
        assert_eq!(holds().await, [Role::Practitioner]);
        let end = |seen: Option<&str>, until: &str| EndRole {
            staff: ann.clone(),
            role: Role::Practitioner.slug().into(),
            from: day("2026-11-03"),
            seen: seen.map(day),
            until: day(until),
        };
        let past = doors::record(&world.app, &jo, end(None, "2026-11-02")).await;
        assert!(matches!(past, Err(Error::Refusal(_))), "what was held stays: {past:?}");
        doors::record(&world.app, &jo, end(None, "2026-11-10")).await.unwrap();
        let unseen = doors::record(&world.app, &jo, end(None, "2026-11-20")).await;
        assert!(matches!(unseen, Err(Error::Stale)), "{unseen:?}");
        doors::record(&world.app, &jo, end(Some("2026-11-10"), "2026-11-03")).await.unwrap();
        assert_eq!(holds().await, [], "today ends it at once");
        world
    });
}

#[test]
fn a_leaver_is_signed_out_at_once_and_can_not_come_back() {
    on_both(async |world| {
        let jo = world.actor(JO).await;
        let mut owen = world.signs_in("owen@marram.example").await;
        let reference = reference_of(&world, "staff", "Owen Pryce-Demo").await;
        leave(&world, &jo, &reference, Some("2026-11-04")).await.unwrap();
        assert_eq!(owen.get("/").await.status, StatusCode::OK, "until that day");
        leave(&world, &jo, &reference, Some("2026-11-02")).await.unwrap();
        assert_eq!(owen.get("/").await.status, StatusCode::SEE_OTHER, "signed out");
        assert_eq!(world.count("session WHERE ended_at IS NULL").await, 0);
        let back =
            Browser::of(&world.app).sign_in("owen@marram.example", app::demo::PASSWORD).await;
        assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
        let code =
            world.signs_in(JO).await.fills(&format!("/staff/{reference}/code"), "once=a").await;
        assert_eq!(code.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(code.reads("They have left, and can’t sign in"), "{}", code.text);
        let given = give(&reference, Role::HubManager, "2026-11-02");
        assert!(matches!(doors::record(&world.app, &jo, given).await, Err(Error::Refusal(_))));
        // A mistake is taken back, but whoever was signed out stays signed out.
        leave(&world, &jo, &reference, None).await.unwrap();
        assert_eq!(owen.get("/").await.status, StatusCode::SEE_OTHER);
        let back =
            Browser::of(&world.app).sign_in("owen@marram.example", app::demo::PASSWORD).await;
        assert_eq!(back.status, StatusCode::SEE_OTHER);
        world
    });
}

#[test]
fn a_role_that_was_given_again_on_the_day_on_which_it_was_taken_back_can_be_ended() {
    on_both(async |world| {
        let jo = world.actor(JO).await;
        let reference = reference_of(&world, "staff", "Owen Pryce-Demo").await;
        let today = day("2026-11-02");
        let end = |seen| EndRole {
            staff: reference.clone(),
            role: Role::HubWorker.slug().into(),
            from: today,
            seen,
            until: today,
        };
        for _ in 0..2 {
            let given = give(&reference, Role::HubWorker, "2026-11-02");
            doors::record(&world.app, &jo, given).await.unwrap();
            doors::record(&world.app, &jo, end(None)).await.unwrap();
        }
        let again = doors::record(&world.app, &jo, end(None)).await;
        assert!(matches!(again, Err(Error::Stale)), "{again:?}");
        let owen = world.actor("owen@marram.example").await;
        assert!(!owen.signed_in().unwrap().roles.contains(&Role::HubWorker));
        world
    });
}

#[test]
fn who_leaves_with_open_requests_is_found_in_the_queue() {
    on_both(async |world| {
        let (jo, dee) = (world.actor(JO).await, world.actor("dee@hub.example").await);
        let owen = world.actor("owen@marram.example").await;
        let taken = sent(&world, &owen, false).await;
        doors::record(&world.app, &dee, Claim { contact: taken.reference }).await.unwrap();
        let reference = reference_of(&world, "staff", "Dee Marlowe-Demo").await;
        leave(&world, &jo, &reference, Some("2026-11-02")).await.unwrap();
        let page = world.signs_in(JO).await.get(&format!("/staff/{reference}")).await;
        assert!(page.reads("They have taken on 2 open requests in the hub."), "{}", page.text);
        let queue = world.signs_in("sunil@hub.example").await;
        let queue = queue.clone().get(&format!("/hub?holder={reference}")).await;
        assert!(
            queue.reads("2 open requests") && queue.reads("Dee Marlowe-Demo"),
            "{}",
            queue.text
        );
        world
    });
}

#[test]
fn a_new_member_of_staff_sets_a_password_that_nobody_else_has_typed() {
    on_both(async |world| {
        let actor = world.actor(JO).await;
        let ann = ann(&world, &actor).await;
        doors::record(&world.app, &actor, give(&ann, Role::Practitioner, "2026-11-02"))
            .await
            .unwrap();
        let mut jo = world.signs_in(JO).await;
        let at = format!("/staff/{ann}/code");
        let first = jo.fills(&at, "once=first").await;
        assert_eq!(first.status, StatusCode::OK, "{}", first.text);
        let again = jo.fills(&at, "once=first").await;
        assert_eq!(code_on(&first), code_on(&again), "a double click makes one code");
        assert_eq!(world.count("sign_in_code").await, 1);
        let second = code_on(&jo.fills(&at, "once=second").await);
        assert_ne!(code_on(&first), second);

        let mut hers = Browser::of(&world.app);
        let email = "ann@marram.example";
        let short = hers.send("/first-sign-in", &first_sign_in(email, &second, "short")).await;
        assert!(short.reads("Enter a password of at least 15 characters"), "{}", short.text);
        assert!(!short.text.contains(&second), "a code is never shown again");
        assert!(short.text.contains("<title>Error: Set your password"), "{}", short.text);
        let chosen = short.text.matches("autocomplete=\"new-password\"").count();
        assert_eq!(chosen, 2, "a browser must not fill in an old password");
        let good = "tidal lantern shingle";
        for (email, code) in [
            (email, code_on(&first)),
            ("owen@marram.example", second.clone()),
            (email, "22222-22222-22222-22222".to_owned()),
        ] {
            let refused = hers.send("/first-sign-in", &first_sign_in(email, &code, good)).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{email}");
            assert!(refused.reads("A code works once, for 24 hours"), "one answer for all");
        }
        let typed = second.to_uppercase().replace('-', " ");
        let set = hers.send("/first-sign-in", &first_sign_in(email, &typed, good)).await;
        assert!(set.reads("Your password is set"), "{}", set.text);
        let again = hers.send("/first-sign-in", &first_sign_in(email, &second, good)).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "it works once");
        assert_eq!(hers.sign_in(email, good).await.status, StatusCode::SEE_OTHER);
        assert_eq!(hers.get("/requests").await.status, StatusCode::OK);

        // Another code, used within its day, signs her out everywhere.
        let third = code_on(&jo.fills(&at, "once=third").await);
        world.it_is("2026-11-03T10:00:01Z");
        let late = Browser::of(&world.app)
            .send("/first-sign-in", &first_sign_in(email, &third, good))
            .await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "24 hours and a second");
        let shown = world.signs_in(JO).await.get(&at).await;
        assert!(!shown.text.contains(&third));
        world
    });
}

#[test]
fn a_code_is_kept_nowhere_and_a_new_password_ends_older_sessions() {
    on_both(async |world| {
        let owen = reference_of(&world, "staff", "Owen Pryce-Demo").await;
        let mut his = world.signs_in("owen@marram.example").await;
        let mut jo = world.signs_in(JO).await;
        let code = code_on(&jo.fills(&format!("/staff/{owen}/code"), "once=a").await);
        for (table, column) in [("once", "made"), ("once", "form_key"), ("notice", "kind")] {
            let found = format!("{table} WHERE {column} LIKE '%{code}%'");
            assert_eq!(world.count(&found).await, 0, "{found}");
        }
        assert_eq!(his.get("/").await.status, StatusCode::OK);
        let form = first_sign_in("owen@marram.example", &code, "tidal lantern shingle");
        let set = Browser::of(&world.app).send("/first-sign-in", &form).await;
        assert_eq!(set.status, StatusCode::OK, "{}", set.text);
        assert_eq!(his.get("/").await.status, StatusCode::SEE_OTHER);
        world.it_is("2026-11-02T10:02:00Z");
        let later = jo.fills(&format!("/staff/{owen}/code"), "once=a").await;
        assert!(later.reads("This code was shown already"), "{}", later.text);
        assert!(!later.text.contains(&code));
        world
    });
}

#[test]
fn two_people_who_edit_one_team_see_both_texts() {
    on_both(async |world| {
        let mut jo = world.signs_in(JO).await;
        let team = reference_of(&world, "team", "Duty team").await;
        let at = format!("/teams/{team}/details");
        let form = |name: &str, revision: i64| {
            format!("once={name}&revision={revision}&kind=duty&phone=01632+960+102&name={name}")
        };
        let first = jo.fills(&at, &form("Day+team", 1)).await;
        assert_eq!(first.location(), format!("/teams/{team}?done=changed"), "{}", first.text);
        let again = jo.fills(&at, &form("Day+team", 1)).await;
        assert_eq!(again.location(), first.location(), "a double click makes one change");
        assert!(jo.get(first.location()).await.reads("The change was saved"));
        let second = jo.fills(&at, &form("Night+team", 1)).await;
        assert_eq!(second.status, StatusCode::CONFLICT);
        assert!(second.reads("Day team") && second.text.contains("value=\"Night team\""));
        assert!(second.text.contains("name=\"revision\" value=\"2\""), "{}", second.text);
        let wrong = jo.fills(&at, "once=x&revision=2&kind=duty&phone=none&name=").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.reads("Enter the name of the team"), "{}", wrong.text);
        assert!(wrong.reads("Enter a telephone number that can be rung, in digits"));
        let old = jo.fills(&at, "once=y&revision=1&kind=duty&phone=none&name=Late+team").await;
        let unseen = "name=\"revision\" value=\"1\"";
        assert!(old.text.contains(unseen), "put right, it still overwrites nothing unseen");
        let anyway = jo.fills(&at, &form("Night+team", 2)).await;
        assert_eq!(anyway.location(), first.location(), "{}", anyway.text);
        world
    });
}

#[test]
fn two_people_who_enter_the_day_on_which_somebody_leaves_see_both_days() {
    on_both(async |world| {
        let mut jo = world.signs_in(JO).await;
        let owen = reference_of(&world, "staff", "Owen Pryce-Demo").await;
        let at = format!("/staff/{owen}/leaving");
        let revision = jo.get(&at).await.form(&at);
        let revision = &revision.iter().find(|(name, _)| name == "revision").unwrap().1;
        let form = |day: u8| {
            format!("revision={revision}&left.day={day}&left.month=11&left.year=2027&once={day}")
        };
        let first = jo.fills(&at, &form(4)).await;
        assert_eq!(first.location(), format!("/staff/{owen}?done=left"), "{}", first.text);
        let second = jo.fills(&at, &form(5)).await;
        assert_eq!(second.status, StatusCode::CONFLICT, "{}", second.text);
        let both = "Saved meanwhile: 4 November 2027 — In your form: 5 November 2027";
        assert!(second.reads(both), "{}", second.text);
        assert!(second.text.contains("value=\"5\""), "what was typed is still there");
        assert_eq!(world.count("staff WHERE left_on = '2027-11-04'").await, 1);
        world
    });
}

#[test]
fn names_are_no_others_and_the_public_stays_what_it_is() {
    on_both(async |world| {
        let jo = world.actor(JO).await;
        let set = |known: Option<(String, i64)>, name: &str, kind: &str| SetAgency {
            known,
            name: name.into(),
            kind: kind.into(),
        };
        let taken = doors::record(&world.app, &jo, set(None, "seaholme SCHOOLS", "school")).await;
        assert!(matches!(taken, Err(Error::Refusal(say)) if say.contains("already one called")));
        let public = doors::record(&world.app, &jo, set(None, "Another public", "public")).await;
        assert!(matches!(public, Err(Error::Refusal(_))), "{public:?}");
        let own = reference_of(&world, "agency", "Members of the public").await;
        let kind = set(Some((own.clone(), 1)), "Members of the public", "charity");
        assert!(matches!(doors::record(&world.app, &jo, kind).await, Err(Error::Refusal(_))));
        doors::record(&world.app, &jo, set(Some((own, 1)), "The public", "public")).await.unwrap();
        let made =
            doors::record(&world.app, &jo, set(None, "Fire and Rescue", "other")).await.unwrap();
        let page =
            world.signs_in(JO).await.get(&format!("/agencies/{made}?done=agency-added")).await;
        assert!(page.reads("The agency was added") && page.reads("It has no team yet."));
        world
    });
}

#[test]
fn a_setting_names_a_term_calendar_that_is_in_force() {
    on_both(async |world| {
        let jo = world.actor(JO).await;
        let agency = reference_of(&world, "agency", SCHOOLS).await;
        let set = |calendar: &str| SetPlace {
            which: Which::New { agency: agency.clone() },
            name: "Sandpiper School".into(),
            kind: "special school".into(),
            phone: Some("01632 960 150".into()),
            term_calendar: Some(calendar.into()),
        };
        let unknown = doors::record(&world.app, &jo, set("nobody-2026")).await;
        assert!(matches!(unknown, Err(Error::Refusal(_))), "{unknown:?}");
        let reference = doors::record(&world.app, &jo, set("demo-2026-27")).await.unwrap();
        let place = doors::open(&world.app, &jo, OpenPlace { reference }).await.unwrap();
        assert_eq!(place.term_calendar.as_deref(), Some("demo-2026-27"));
        world
    });
}

#[test]
fn an_e_mail_address_signs_one_person_in() {
    on_both(async |world| {
        let mut jo = world.signs_in(JO).await;
        let agency = reference_of(&world, "agency", SCHOOLS).await;
        let at = format!("/agencies/{agency}/staff");
        let form = |email: &str| {
            format!(
                "once={email}&name=Ann+Testing-Demo&job=Teacher&phone=&setting=&email={email}\
                 &joined.day=2&joined.month=11&joined.year=2026"
            )
        };
        let taken = jo.fills(&at, &form("OWEN%40marram.example")).await;
        assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(taken.reads("Somebody else signs in with this e-mail address"), "{}", taken.text);
        assert!(taken.text.contains("Ann Testing-Demo"), "what was typed is still there");
        let none = jo.fills(&at, &form("ann")).await;
        assert!(none.reads("Enter a work e-mail address, like ann@school.example"));
        let added = jo.fills(&at, &form("Ann%40marram.example")).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
        let page = jo.get(added.location()).await;
        assert!(page.reads("The member of staff was added") && page.reads("ann@marram.example"));
        assert!(page.reads("Can’t sign in yet: give them a code"));
        world
    });
}

#[test]
fn the_team_of_those_involved_stands_on_the_contact_and_on_the_childs_page() {
    on_both(async |world| {
        let (jo, dee) = (world.actor(JO).await, world.actor("dee@hub.example").await);
        let halima = world.actor("halima@health.example").await;
        let taken = sent(&world, &halima, false).await;
        doors::record(&world.app, &dee, Claim { contact: taken.reference.clone() }).await.unwrap();
        let contact = OpenContact { reference: taken.reference.clone() };
        let seen = doors::open(&world.app, &dee, contact).await.unwrap();
        let hers = "North Shore health visiting team, 01632 960 105";
        assert_eq!(seen.from.team.as_deref(), Some(hers));
        let person = seen.children[0].account.person.clone();
        let child = || OpenChild { reference: person.clone() };
        let child_seen = doors::open(&world.app, &dee, child()).await.unwrap();
        assert_eq!(child_seen.pathways[0].contact.requester_team.as_deref(), Some(hers));
        let holder = child_seen.pathways[0].contact.holder_team.clone();
        assert_eq!(holder.as_deref(), Some("Duty team, 01632 960 102"), "the one joined last");
        let requester = doors::open(&world.app, &halima, child()).await.unwrap();
        assert_eq!(requester.pathways[0].contact.holder_team, None, "as the holder is kept back");

        // When she has left the team it is hers no more; when a new one begins, it is.
        let staff = reference_of(&world, "staff", "Halima Yusuf-Demo").await;
        let team = reference_of(&world, "team", "North Shore health visiting team").await;
        let leave = LeaveTeam {
            staff: staff.clone(),
            team: team.clone(),
            from: day("2020-01-01"),
            seen: None,
            until: day("2026-11-02"),
        };
        doors::record(&world.app, &jo, leave).await.unwrap();
        let south = reference_of(&world, "team", "South Shore health visiting team").await;
        let from = day("2026-11-03");
        let join = || JoinTeam { staff: staff.clone(), team: south.clone(), from, until: None };
        doors::record(&world.app, &jo, join()).await.unwrap();
        let twice = doors::record(&world.app, &jo, join()).await;
        assert!(matches!(twice, Err(Error::Refusal(_))), "{twice:?}");
        let team_today = async || {
            let contact = OpenContact { reference: taken.reference.clone() };
            doors::open(&world.app, &dee, contact).await.unwrap().from.team
        };
        assert_eq!(team_today().await, None);
        world.it_is("2026-11-03T10:00:00Z");
        assert!(team_today().await.unwrap().starts_with("South Shore"));
        let members =
            doors::open(&world.app, &jo, OpenTeam { reference: team }).await.unwrap().members;
        assert!(members.iter().any(|m| m.name == "Halima Yusuf-Demo"), "that she was in it stays");
        let rename = SetTeam {
            which: Which::Known { reference: south, revision: 1 },
            name: "South Shore team".into(),
            kind: "health visiting".into(),
            phone: None,
        };
        doors::record(&world.app, &jo, rename).await.unwrap();
        assert_eq!(team_today().await.as_deref(), Some("South Shore team"));
        world
    });
}
