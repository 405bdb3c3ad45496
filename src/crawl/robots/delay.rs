//! The value of Crawl-delay: seconds, with a fraction or not. It is in no RFC; Yandex and Bing read it so.

use std::time::Duration;

/// The longest wait between two requests that a robots.txt can ask for.
pub const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// What is told of a longer one at most: a year.
const TOLD: f64 = 365.0 * 86_400.0;

/// `None` where it is no number of seconds, or below zero.
pub(super) fn delay(value: &[u8]) -> Option<Duration> {
    let seconds: f64 = std::str::from_utf8(value).ok()?.parse().ok()?;
    if !seconds.is_finite() || seconds < 0.0 {
        return None;
    }
    Duration::try_from_secs_f64(seconds.min(TOLD)).ok()
}

/// One as it was written, as far as that was kept.
pub(super) fn words(asked: Duration) -> String {
    match asked.as_secs_f64() {
        TOLD.. => "of a year or more".to_owned(),
        seconds => format!("{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::{delay, words};

    #[test]
    fn a_delay_of_which_not_all_was_kept_is_not_told_as_if_it_were_written() {
        let told = |value: &[u8]| words(delay(value).unwrap());
        assert_eq!([b"1e9".as_slice(), b"99999", b"60.5"].map(told), ["of a year or more", "99999s", "60.5s"]);
    }

    #[test]
    fn a_delay_is_a_finite_number_of_seconds_not_below_zero() {
        let cases: [(&str, Option<u64>); 17] = [
            ("10", Some(10_000)),
            ("0", Some(0)),
            ("0.5", Some(500)),
            (".25", Some(250)),
            ("1.", Some(1_000)),
            ("1e2", Some(100_000)),
            ("99999999999999999999", Some(31_536_000_000)),
            ("-0", Some(0)),
            ("", None),
            ("-5", None),
            ("-0.5", None),
            ("inf", None),
            ("nan", None),
            ("1e999", None),
            ("10s", None),
            ("1 0", None),
            ("ten", None),
        ];
        for (value, milliseconds) in cases {
            assert_eq!(delay(value.as_bytes()).map(|it| it.as_millis()), milliseconds.map(u128::from), "{value}");
        }
        assert_eq!(delay(b"\xff"), None);
    }
}
