//! A place in a recording, as it is typed: a share, a moment, an event. Knows nothing of what is there.

use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place {
    /// Of the time, from 0 to 1.
    Share(f64),
    /// Since the run began.
    Moment(Duration),
    /// Events that have been played.
    Position(u64),
}

pub(super) const UNKNOWN: &str = "no place in a recording: write 50%, 1m30s, 1:30 or #12345";

/// `50%`, `1m30s`, `90` (seconds), `1:30`, `#12345`.
pub(super) fn place(text: &str) -> Option<Place> {
    let text = text.trim();
    if let Some(number) = text.strip_prefix('#') {
        return number.replace(',', "").parse().ok().map(Place::Position);
    }
    if let Some(share) = text.strip_suffix('%') {
        let share: f64 = share.trim().parse().ok()?;
        return (0.0..=100.0).contains(&share).then_some(Place::Share(share / 100.0));
    }
    clock(text).or_else(|| humantime::parse_duration(text).ok()).map(Place::Moment)
}

/// Seconds, or as the clock of a run has them: `90`, `1:30.5`, `1:02:03`.
fn clock(text: &str) -> Option<Duration> {
    let mut seconds = 0.0;
    for part in text.split(':') {
        let part: f64 = part.parse().ok().filter(|part: &f64| part.is_finite() && part.is_sign_positive())?;
        seconds = seconds * 60.0 + part;
    }
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_share_a_moment_or_an_event() {
        let moment = |ms| Some(Place::Moment(Duration::from_millis(ms)));
        let cases = [
            ("50%", Some(Place::Share(0.5))),
            (" 12.5 % ", Some(Place::Share(0.125))),
            ("1m30s", moment(90_000)),
            ("1m 30s", moment(90_000)),
            ("250ms", moment(250)),
            ("90", moment(90_000)),
            ("1:30.5", moment(90_500)),
            ("1:02:03", moment(3_723_000)),
            ("#12345", Some(Place::Position(12_345))),
            ("#12,345", Some(Place::Position(12_345))),
        ];
        for (text, expected) in cases {
            assert_eq!(place(text), expected, "{text}");
        }
        for text in ["", "%", "101%", "-1%", "#", "#-1", "soon", "-5", "inf", "NaN", "1:", ":", "1e300", "NaN%"] {
            assert_eq!(place(text), None, "{text}");
        }
    }
}
