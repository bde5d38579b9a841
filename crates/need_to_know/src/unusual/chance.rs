//! How often ordinary work would make a pattern. Small sums, each of which can be done on paper.

/// The chance of so many or more where so many are usual, when each comes by itself (Poisson).
pub fn so_many_or_more(count: usize, usual: f64) -> f64 {
    if count == 0 {
        return 1.0;
    }
    // The terms from `count` on, added until they no longer matter: 1 minus the others would lose
    // every digit where it counts.
    let logs: f64 = (1..=count).map(|n| (usual / n as f64).ln()).sum();
    let mut term = (logs - usual).exp();
    let (mut sum, mut n) = (0.0, count);
    while term > sum * 1e-9 && n < count + 1000 {
        sum += term;
        n += 1;
        term *= usual / n as f64;
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::so_many_or_more;

    #[test]
    fn what_is_usual_is_no_surprise_and_ten_times_as_much_is_one() {
        assert!((so_many_or_more(0, 3.0) - 1.0).abs() < 1e-12);
        // By hand: 1 - e^-1 = 0.632, and 1 - e^-1 (1 + 1) = 0.264.
        assert!((so_many_or_more(1, 1.0) - 0.632).abs() < 1e-3);
        assert!((so_many_or_more(2, 1.0) - 0.264).abs() < 1e-3);
        assert!(so_many_or_more(5, 5.0) > 0.5);
        assert!(so_many_or_more(50, 5.0) < 1e-20);
        assert!(so_many_or_more(50, 5.0) > 0.0);
    }
}
