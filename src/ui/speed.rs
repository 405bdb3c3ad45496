//! How fast a run is, as header and charts say it alike. Knows no place on the screen.

use super::scene::Scene;
use std::time::Duration;

/// Over which the rates of a run that goes on are taken.
const WINDOW: Duration = Duration::from_secs(1);

/// Requests and bytes a second: of the last second, and of the whole run once that has ended.
pub fn speed(scene: &Scene<'_>) -> (f64, f64) {
    let state = scene.state;
    let (done, bytes) = (state.done.count as f64, state.tally.wire_bytes as f64);
    let whole = over_all(scene, done).zip(over_all(scene, bytes));
    whole.unwrap_or_else(|| state.rate.per_second(scene.now, WINDOW))
}

/// So many by the second of the whole run, once that has ended.
pub fn over_all(scene: &Scene<'_>, count: f64) -> Option<f64> {
    let seconds = scene.state.timing.last_time().as_secs_f64();
    (scene.state.run.ended.is_some() && seconds > 0.0).then(|| count / seconds)
}
