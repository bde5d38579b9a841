//! The workers: a danger that nobody reads climbs to somebody, whatever the mail server does; and
//! whoever watches the server hears when a worker falls silent.

use std::time::Duration;

use app::{
    access::Actor,
    demo::seaholme::PLAYERS,
    doors,
    front_door::{
        contacts::{NewContact, Taken, take_in},
        reading::OpenContact,
    },
    pathways::Words,
    people::{NewPerson, keeping_away::KeepAway},
    sharing::jobs,
    web::routes,
};
use axum::{body::Body, http::Request};
use http_body_util::BodyExt;
use jiff::SignedDuration;
use platform::{
    db::{Row, Runs, sea_orm},
    mail::{Mailer, sink::Sink},
};
use practice::{processes::request_for_support::Channel, roles::Role};
use tokio::{net::TcpListener, sync::watch};
use tower::ServiceExt;

use crate::{
    support::{World, monday_morning, on_both},
    walk::known_by,
};

/// Owen sends a request that speaks of immediate danger.
struct Danger;

impl doors::Change for Danger {
    type Made = Taken;
    const WHAT: &'static str = "test:danger";
    const ACTION: app::access::Action = app::access::Action::AskForSupport;

    async fn make(self, pen: &mut doors::Pen<'_>) -> app::error::Result<Taken> {
        let member = pen.actor.signed_in()?;
        let new = NewContact {
            channel: Channel::Form,
            source: "a test".into(),
            received: pen.now,
            agency: member.agency,
            setting: member.setting,
            requester: Some(member.staff),
            requester_said: None,
            unnamed: None,
            danger: true,
            level: None,
            response: None,
            list_reference: None,
            children: vec![NewPerson {
                given: "Kit".into(),
                family: "Invented-Marsh".into(),
                ..NewPerson::default()
            }],
            adults: Vec::new(),
            words: Words::new(),
        };
        take_in(pen, new).await
    }
}

async fn danger(world: &World) -> Taken {
    let owen = world.actor("owen@marram.example").await;
    doors::record(&world.app, &owen, Danger).await.unwrap()
}

fn later(minutes: i64) -> String {
    (monday_morning() + SignedDuration::from_mins(minutes)).to_string()
}

/// Who has a notice of that kind.
async fn told(world: &World, kind: &str) -> Vec<String> {
    #[derive(Row)]
    struct Told {
        email: String,
    }
    let text = "SELECT DISTINCT s.email FROM notice n JOIN staff s ON s.id = n.staff_id \
                WHERE n.kind = $1 ORDER BY s.email";
    let told: Vec<Told> = world.app.db.reads().all(text, [kind.into()]).await.unwrap();
    // Whoever else plays the same part is told too; the players stand for them.
    let plays = |email: &String| PLAYERS.iter().any(|player| player.email == email);
    told.into_iter().map(|t| t.email).filter(plays).collect()
}

/// What the hub reads on the request's timeline.
async fn timeline(world: &World, taken: &Taken) -> String {
    let look = OpenContact { reference: taken.reference.clone() };
    let dee: Actor = world.actor("dee@hub.example").await;
    let seen = doors::open(&world.app, &dee, look).await.unwrap();
    format!("{:?}", seen.children[0].tellings)
}

async fn nobody_is(world: &World, role: &str) {
    let text = format!("UPDATE staff_role SET until_on = from_on WHERE role = '{role}'");
    world.tamper(&text).await;
}

#[test]
fn a_danger_that_nobody_read_is_raised_to_the_duty_worker_then_to_the_manager() {
    on_both(async |world| {
        let taken = danger(&world).await;
        assert_eq!(told(&world, "danger").await, ["dee@hub.example"], "at once");
        world.it_is(&later(16));
        jobs::raise_what_is_late(&world.app).await.unwrap();
        assert_eq!(told(&world, "danger-unread").await, ["dee@hub.example"]);
        world.it_is(&later(31));
        jobs::raise_what_is_late(&world.app).await.unwrap();
        assert_eq!(
            told(&world, "danger-unread").await,
            ["dee@hub.example", "marguerite@hub.example"]
        );
        let told = timeline(&world, &taken).await;
        assert!(told.contains("duty-worker") && told.contains("hub-manager"), "{told}");
        world
    });
}

#[test]
fn a_rung_on_which_nobody_stands_is_climbed_past_at_once() {
    on_both(async |world| {
        nobody_is(&world, "duty-worker").await;
        let taken = danger(&world).await;
        assert_eq!(told(&world, "danger").await, ["marguerite@hub.example"], "at once");
        world.it_is(&later(16));
        jobs::raise_what_is_late(&world.app).await.unwrap();
        assert_eq!(told(&world, "danger-unread").await, ["marguerite@hub.example"]);
        let told = timeline(&world, &taken).await;
        assert!(!told.contains("duty-worker"), "nobody on duty was told: {told}");
        world
    });
}

#[test]
fn when_nobody_holds_a_role_nothing_is_recorded_and_it_is_tried_again() {
    on_both(async |world| {
        nobody_is(&world, "duty-worker").await;
        nobody_is(&world, "hub-manager").await;
        let taken = danger(&world).await;
        world.it_is(&later(16));
        assert_eq!(jobs::raise_what_is_late(&world.app).await.unwrap(), 1);
        assert!(told(&world, "danger-unread").await.is_empty());
        assert!(!timeline(&world, &taken).await.contains("raised"), "nobody was told");

        let text = "UPDATE staff_role SET until_on = NULL WHERE role = 'hub-manager'";
        world.tamper(text).await;
        world.it_is(&later(17));
        jobs::raise_what_is_late(&world.app).await.unwrap();
        assert_eq!(told(&world, "danger-unread").await, ["marguerite@hub.example"]);
        world
    });
}

#[test]
fn what_is_hidden_from_everybody_who_could_be_told_is_tried_again_and_not_said_to_be_told() {
    on_both(async |world| {
        let taken = danger(&world).await;
        let known = known_by(&world, &taken.reference).await;
        world.joins("extra@hub.example", "sunil@hub.example", Role::HubWorker).await;
        let keep = async |who: &str| {
            let change = KeepAway {
                person: known.person.clone(),
                account: known.account.clone(),
                who: who.to_owned(),
                reason: "She is the mother’s sister".to_owned(),
                instead: None,
            };
            let extra = world.actor("extra@hub.example").await;
            doors::record(&world.app, &extra, change).await.unwrap();
        };
        // Every manager, and every duty worker: it comes to the rest of the hub.
        let ends = |who: &str| {
            format!(
                "UPDATE staff_role SET until_on = from_on WHERE role IN \
                 ('hub-manager', 'duty-worker', 'hub-worker') \
                 AND staff_id IN (SELECT id FROM staff WHERE email {who})"
            )
        };
        let others = "NOT IN ('marguerite@hub.example', 'dee@hub.example', 'sunil@hub.example', \
            'extra@hub.example')";
        world.tamper(&ends(others)).await;
        for who in ["marguerite@hub.example", "dee@hub.example"] {
            keep(who).await;
        }
        world.it_is(&later(16));
        jobs::raise_what_is_late(&world.app).await.unwrap();
        assert_eq!(told(&world, "danger-unread").await, ["sunil@hub.example"]);
        // And from everybody: the manager's rung has come, and nobody is told.
        keep("sunil@hub.example").await;
        world.tamper(&ends("= 'extra@hub.example'")).await;
        let raised = "journal_content c JOIN event e ON e.seq = c.seq";
        let before = world.count(raised).await;
        world.it_is(&later(31));
        jobs::raise_what_is_late(&world.app).await.unwrap();
        assert_eq!(world.count(raised).await, before, "the history says nothing of it");
        // Somebody comes who may see it, and is told.
        world.joins("second@hub.example", "sunil@hub.example", Role::HubManager).await;
        world.it_is(&later(45));
        jobs::raise_what_is_late(&world.app).await.unwrap();
        assert!(world.count(raised).await > before);
        let told = "notice n JOIN staff s ON s.id = n.staff_id \
            WHERE s.email = 'second@hub.example' AND n.kind = 'danger-unread'";
        assert_eq!(world.count(told).await, 1);
        world
    });
}

#[test]
fn a_mail_server_that_hangs_does_not_hold_up_a_danger() {
    on_both(async |world| {
        // It takes connections and never says a word.
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", silent.local_addr().unwrap());
        let mailer = Mailer::new(&url, "Sightline <sightline@seaholme.example>").unwrap();
        danger(&world).await;
        world.it_is(&later(16));
        let (stop, stopping) = watch::channel(false);
        let worker = tokio::spawn(jobs::work(world.app.clone(), mailer, stopping));
        for _ in 0..100 {
            if !told(&world, "danger-unread").await.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(told(&world, "danger-unread").await, ["dee@hub.example"]);
        drop(stop);
        worker.abort();
        world
    });
}

#[test]
fn somebody_who_leaves_next_week_still_gets_their_messages() {
    on_both(async |world| {
        danger(&world).await;
        let text = "UPDATE staff SET left_on = '2026-11-09' WHERE email = 'dee@hub.example'";
        world.tamper(text).await;
        let sink = Sink::start().await.unwrap();
        let mailer = Mailer::new(&sink.url(), "Sightline <sightline@seaholme.example>").unwrap();
        jobs::send_messages(&world.app, &mailer).await.unwrap();
        let to: Vec<_> = sink.letters().into_iter().flat_map(|l| l.to).collect();
        assert!(to.iter().any(|t| t.contains("dee@hub.example")), "{to:?}");
        world
    });
}

async fn health(world: &World) -> (u16, String) {
    let router = routes::router(world.app.clone());
    let request = Request::get("/healthz").body(Body::empty()).unwrap();
    let response = router.oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[test]
fn whoever_watches_the_server_hears_when_something_is_wrong() {
    on_both(async |world| {
        assert_eq!(health(&world).await, (200, "well\n".to_owned()));

        danger(&world).await;
        let text = "UPDATE outbox SET state = 'given up' WHERE kind = 'mail'";
        world.tamper(text).await;
        let (status, said) = health(&world).await;
        assert_eq!((status, said.as_str()), (200, "well, but work was given up: 2\n"));

        world.it_is(&later(2));
        let (status, said) = health(&world).await;
        assert_eq!((status, said.as_str()), (503, "nobody is raising what is late\n"));
        jobs::raise_what_is_late(&world.app).await.unwrap();
        assert_eq!(health(&world).await.0, 200);

        world.tamper("ALTER TABLE key_check RENAME TO gone").await;
        let (status, said) = health(&world).await;
        assert_eq!((status, said.as_str()), (503, "the database does not take changes\n"));
        world.tamper("ALTER TABLE gone RENAME TO key_check").await;
        world
    });
}
