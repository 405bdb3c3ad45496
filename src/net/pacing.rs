//! How a fetch whose answer leads on waits for its turn by the rate: each request counts, not each fetch. Knows no socket.

use super::track::Track;
use crate::crawl::{Pacer, PacerPlace};
use crate::event::EventKind;
use crate::failure::Failure;
use crate::phase::Phase;
use crate::wake::Wake;
use std::pin::pin;
use std::time::Duration;

/// Another rate may be set meanwhile, and a cancel does not wake a thread: how long a fetch waits before it looks again.
const SLICE: Duration = Duration::from_millis(100);

/// Waits until another request may be sent.
///
/// # Errors
/// `cancelled`; no limit of the fetch counts here.
pub async fn keep_pace(pacer: &Pacer, track: &mut Track) -> Result<(), Failure> {
    let Some(place) = line_up(pacer, track) else { return Ok(()) };
    let cause = track.cause_of(Wake::Timer);
    while let Some(left) = left(&place, track) {
        let mut sleep = pin!(tokio::time::sleep(left));
        track.within_polls(|_, task| sleep.as_mut().poll(&mut cause.on_behalf_of(task))).await?;
    }
    Ok(())
}

/// The same on the calling thread.
///
/// # Errors
/// As [`keep_pace`].
pub fn keep_pace_blocking(pacer: &Pacer, track: &mut Track) -> Result<(), Failure> {
    let Some(place) = line_up(pacer, track) else { return Ok(()) };
    while let Some(left) = left(&place, track) {
        track.check_cancelled()?;
        std::thread::sleep(left);
    }
    track.check_cancelled()
}

fn line_up<'a>(pacer: &'a Pacer, track: &mut Track) -> Option<PacerPlace<'a>> {
    let place = pacer.line_up(track.emitter.now())?;
    track.enter(Phase::Blocked);
    track.emitter.emit(EventKind::RateAwaited { id: track.id });
    Some(place)
}

fn left(place: &PacerPlace<'_>, track: &Track) -> Option<Duration> {
    let now = track.emitter.now();
    Some((place.closed_until(now)? - now).min(SLICE))
}
