//! How long a refusal takes. What is hidden from somebody and what is not there are answered alike, and
//! after the same time: a look that found something and was refused took more or less than one that
//! found nothing, by what the database had to read, and whoever asks often enough could tell. A search that
//! finds nobody is such an answer too.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::Response,
};
use tokio::time::{Instant, sleep_until};

use crate::App;

/// After how long, from when it was asked, a refusal is answered; one that took longer, after twice
/// as long, and so on. Nobody who means well notices, and it is far longer than it takes to find out.
pub const STEP: Duration = Duration::from_millis(100);

/// Stands with an answer that says that nobody was found: there may be somebody who is hidden.
#[derive(Debug, Clone, Copy)]
pub struct FoundNobody;

/// Answers what is not there, or not for whoever asks, at the end of a step.
pub async fn evenly(State(app): State<App>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let answer = next.run(request).await;
    let is_nothing = answer.status() == StatusCode::NOT_FOUND
        || answer.extensions().get::<FoundNobody>().is_some();
    if let (true, Some(step)) = (is_nothing, app.refuses_after) {
        sleep_until(begun + whole_steps(begun.elapsed(), step)).await;
    }
    answer
}

/// What was begun of a step counts as one.
fn whole_steps(took: Duration, step: Duration) -> Duration {
    let steps = took.as_nanos() / step.as_nanos().max(1) + 1;
    step.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_it_took_a_refusal_is_answered_at_the_end_of_a_step() {
        let step = Duration::from_millis(100);
        for (took, answered) in
            [(0, 100), (3, 100), (99, 100), (100, 200), (101, 200), (950, 1_000)]
        {
            let took = Duration::from_millis(took);
            assert_eq!(whole_steps(took, step), Duration::from_millis(answered), "{took:?}");
        }
        assert!(whole_steps(Duration::from_millis(7), Duration::ZERO) < step);
    }
}
