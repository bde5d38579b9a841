//! How long a look at what is hidden takes, beside a look at nothing. It measures, and proves nothing
//! on a machine that does something else.

use std::time::Duration;

use app::web::refusals::STEP;
use axum::http::StatusCode;
use tokio::time::Instant;

use crate::{browser::Browser, restricted::restrict_to, support::on_both, walk::known};

/// By chance alone it would be beyond this on either side less than once in a hundred times.
const BY_CHANCE: f64 = 2.58;

/// How many of each are measured; `SIGHTLINE_PAIRS` asks for another number.
fn pairs() -> usize {
    std::env::var("SIGHTLINE_PAIRS").ok().and_then(|said| said.parse().ok()).unwrap_or(2_000)
}

/// What is not there is answered at the end of a step, and what is there at once.
#[test]
fn v14_a_refusal_is_answered_at_the_end_of_a_step_whatever_it_is_about() {
    on_both(async |world| {
        let known = known(&world, false).await;
        restrict_to(&world, &known, &["dee@hub.example"]).await.unwrap();
        let step = Duration::from_secs(1);
        let mut app = world.app.clone();
        app.refuses_after = Some(step);
        let asks = async |who: &str, path: String| {
            let cookie = world.signs_in(who).await.cookie;
            let begun = Instant::now();
            let page = Browser { cookie, ..Browser::of(&app) }.get(&path).await;
            (page.status, begun.elapsed() >= step)
        };
        for person in [known.person.as_str(), "22222-22222"] {
            let (status, waited) = asks("sunil@hub.example", format!("/people/{person}")).await;
            assert_eq!((status, waited), (StatusCode::NOT_FOUND, true), "{person}");
        }
        let (status, waited) = asks("sunil@hub.example", "/no/such/page".to_owned()).await;
        assert_eq!((status, waited), (StatusCode::NOT_FOUND, true));
        // Nor does a search tell whether somebody of that name is hidden from them.
        for name in ["Arlo+Invented-Marsh", "Nobody-At-All"] {
            let cookie = world.signs_in("sunil@hub.example").await.cookie;
            let mut sunil = Browser { cookie, ..Browser::of(&app) };
            let begun = Instant::now();
            let page = sunil.searches(&format!("q={name}")).await;
            assert!(page.reads("Nobody was found") && begun.elapsed() >= step, "{name}");
        }
        // What is there does not wait, were the step ever so long.
        app.refuses_after = Some(Duration::from_secs(600));
        let cookie = world.signs_in("dee@hub.example").await.cookie;
        let mut dee = Browser { cookie, ..Browser::of(&app) };
        let page = dee.get(&format!("/people/{}", known.person)).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(dee.searches("q=Arlo+Invented-Marsh").await.reads("Arlo Invented-Marsh"));
        assert_eq!(dee.get("/people").await.status, StatusCode::OK, "and where nothing is asked");
        world
    });
}

/// Whether one of two samples tends to be the larger: the z of Mann and Whitney's U, by normal
/// approximation. Beyond 2.58 on either side, chance would do it less than once in a hundred times.
fn mann_whitney(one: &[f64], other: &[f64]) -> f64 {
    let mut all: Vec<(f64, bool)> =
        one.iter().map(|x| (*x, true)).chain(other.iter().map(|x| (*x, false))).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let ranks: f64 =
        all.iter().zip(1..).filter(|((_, one), _)| *one).map(|(_, rank)| f64::from(rank)).sum();
    let (n, m) = (one.len() as f64, other.len() as f64);
    let u = ranks - n * (n + 1.0) / 2.0;
    (u - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt()
}

/// The threat model's V14, for what is restricted instead of another partnership's. It measures, and so
/// is run at night on a machine that does nothing else.
#[test]
#[ignore = "measures time"]
fn a_look_at_what_is_hidden_takes_as_long_as_a_look_at_nothing() {
    on_both(async |world| {
        for _ in 0..20 {
            let known = known(&world, false).await;
            let _ = restrict_to(&world, &known, &["dee@hub.example"]).await;
        }
        let known = known(&world, false).await;
        let _ = restrict_to(&world, &known, &["dee@hub.example"]).await;
        let cookie = world.signs_in("sunil@hub.example").await.cookie;
        let mut app = world.app.clone();
        app.refuses_after = Some(STEP);
        let mut sunil = Browser { cookie, ..Browser::of(&app) };
        let paths = [
            format!("/contacts/{}", known.contact),
            "/contacts/22222-22222".to_owned(),
            format!("/people/{}", known.person),
            "/people/22222-22222".to_owned(),
        ];
        let mut times: [Vec<f64>; 4] = Default::default();
        for n in 0..pairs() + 100 {
            // In another order each time, so that neither always comes first.
            for place in (0..4).map(|place| (place + n) % 4) {
                let begun = Instant::now();
                let page = sunil.get(&paths[place]).await;
                assert_eq!(page.status, StatusCode::NOT_FOUND);
                if n >= 100 {
                    times[place].push(begun.elapsed().as_secs_f64());
                }
            }
        }
        for (what, hidden, nothing) in [("contact", 0, 1), ("person", 2, 3)] {
            let median = |of: &[f64]| {
                let mut of = of.to_vec();
                of.sort_by(f64::total_cmp);
                of[of.len() / 2] * 1e6
            };
            let z = mann_whitney(&times[hidden], &times[nothing]);
            let (hidden, nothing) = (median(&times[hidden]), median(&times[nothing]));
            println!("{what}: {hidden:.0} µs hidden, {nothing:.0} µs nothing, z = {z:.2}");
            assert!(z.abs() < BY_CHANCE, "{what}: z = {z:.2}");
        }
        world
    });
}
