//! How fast a run is, as header and charts say it alike. Knows no place on the screen.

use super::scene::Scene;
use std::time::Duration;

/// Over which the rates of a run that goes on are taken.
const WINDOW: Duration = Duration::from_secs(1);

/// Requests and bytes a second: of the last second, and of the whole run once that has ended. Each attempt is a request,
/// as in Little's law.
pub fn speed(scene: &Scene<'_>) -> (f64, f64) {
    let state = scene.state;
    if let Some(bytes) = over_all(scene, state.tally.wire_bytes as f64) {
        return (state.chart.flow().map_or(0.0, |flow| flow.a_second), bytes);
    }
    let rate = state.rate.per_second(scene.now, WINDOW);
    (rate.left, rate.bytes)
}

/// So many by the second of the whole run, once that has ended.
pub fn over_all(scene: &Scene<'_>, count: f64) -> Option<f64> {
    let seconds = scene.state.timing.last_time().as_secs_f64();
    (scene.state.run.ended.is_some() && seconds > 0.0).then(|| count / seconds)
}
