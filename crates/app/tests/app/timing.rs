//! How long a look at what is hidden takes, beside a look at nothing. It measures, and proves nothing
//! on a machine that does something else.

use app::{doors, people::child::OpenChild};

use crate::{
    restricted::restrict_to,
    support::on_both,
    walk::{known, reads},
};

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
/// is run by hand on a machine that does nothing else.
#[test]
#[ignore = "measures time"]
fn a_look_at_what_is_hidden_takes_as_long_as_a_look_at_nothing() {
    on_both(async |world| {
        for _ in 0..20 {
            let known = known(&world, false).await;
            let _ = restrict_to(&world, &known, &["dee@hub.example"]).await;
        }
        let known = known(&world, false).await;
        let sunil = world.actor("sunil@hub.example").await;
        let contact = async |reference: &str| {
            assert!(!reads(&world, &sunil, reference).await);
        };
        let person = async |reference: &str| {
            let look = OpenChild { reference: reference.to_owned() };
            assert!(doors::open(&world.app, &sunil, look).await.is_err());
        };
        let mut times: [Vec<f64>; 4] = Default::default();
        for n in 0..2_100 {
            // In another order each time, so that neither always comes first.
            for place in (0..4).map(|place| (place + n) % 4) {
                let begun = std::time::Instant::now();
                match place {
                    0 => contact(&known.contact).await,
                    1 => contact("22222-22222").await,
                    2 => person(&known.person).await,
                    _ => person("22222-22222").await,
                }
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
        }
        world
    });
}
