//! When a server asks to come again (RFC 9110, 10.2.3). Reads no clock: the date of the answer and that of this machine
//! are arguments.

use crate::clock::{moment, unix_seconds};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A wait that is longer is not waited for.
pub const LONGEST: Duration = Duration::from_secs(60);
/// Delta-seconds that are larger mean this many (RFC 9111, 1.2.2).
const MOST_SECONDS: u64 = 1 << 31;
/// A `Date` that is further from this machine's clock says nothing about when the answer was made.
const SANE_SECONDS: u64 = 24 * 60 * 60;

/// A `Retry-After` of either form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetryAfter {
    /// Seconds from the answer on; 0 where that time is past.
    pub seconds: u64,
    /// Seconds since 1970: the date as it was named, or what the seconds come to by this machine's clock.
    pub date: u64,
}

impl RetryAfter {
    /// Reads a field's value. A date counts from the answer's `Date`, if that is sane, else from `now`, seconds since
    /// 1970 by this machine's clock. `None` where it is neither of the two forms.
    pub fn read(value: &[u8], date: Option<&[u8]>, now: u64) -> Option<RetryAfter> {
        let text = str::from_utf8(value).ok()?;
        if let Some(seconds) = delta_seconds(text) {
            return Some(RetryAfter { seconds, date: now + seconds });
        }
        let named = http_date(text)?;
        let answered = date.and_then(|date| http_date(str::from_utf8(date).ok()?));
        let answered = answered.filter(|answered| answered.abs_diff(now) <= SANE_SECONDS).unwrap_or(now);
        Some(RetryAfter { seconds: named.saturating_sub(answered), date: named })
    }

    /// Whether that time is still to come when the answer is made.
    pub fn is_ahead(self) -> bool {
        self.seconds > 0
    }

    /// For a sentence: `2026-11-22 15:00:00 UTC`.
    pub fn words(self) -> String {
        self.rfc3339().replace('T', " ").replace('Z', " UTC")
    }

    /// By RFC 3339: `2026-11-22T15:00:00Z`.
    pub fn rfc3339(self) -> String {
        humantime::format_rfc3339_seconds(moment(self.date)).to_string()
    }
}

/// Digits and nothing else; a sign would be no such number.
fn delta_seconds(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().map_or(MOST_SECONDS, |seconds: u64| seconds.min(MOST_SECONDS)))
}

fn http_date(text: &str) -> Option<u64> {
    httpdate::parse_http_date(text).ok().and_then(unix_seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 2026-11-22T14:00:00Z.
    const NOW: u64 = 1_795_356_000;

    fn read(value: &str, date: Option<&str>) -> Option<(u64, String)> {
        let read = RetryAfter::read(value.as_bytes(), date.map(str::as_bytes), NOW)?;
        Some((read.seconds, read.rfc3339()))
    }

    #[test]
    fn both_forms_are_read_and_all_three_ways_to_write_a_date() {
        let at_15 = || Some((3600, "2026-11-22T15:00:00Z".to_owned()));
        assert_eq!(read("3600", None), at_15());
        assert_eq!(read("Sun, 22 Nov 2026 15:00:00 GMT", None), at_15());
        assert_eq!(read("Sunday, 22-Nov-26 15:00:00 GMT", None), at_15());
        assert_eq!(read("Sun Nov 22 15:00:00 2026", None), at_15());
    }

    #[test]
    fn a_date_counts_from_that_of_the_answer_unless_it_is_out_of_its_mind() {
        let named = "Sun, 22 Nov 2026 15:00:00 GMT";
        let seconds = |date| read(named, Some(date)).map(|read| read.0);
        assert_eq!(seconds("Sun, 22 Nov 2026 14:59:30 GMT"), Some(30), "the server's clock is ahead");
        for insane in ["Thu, 01 Jan 1970 00:00:00 GMT", "Sun, 22 Nov 2099 15:00:00 GMT", "yesterday", ""] {
            assert_eq!(seconds(insane), Some(3600), "{insane}");
        }
    }

    #[test]
    fn a_date_in_the_past_and_no_seconds_are_not_ahead() {
        for value in ["0", "000", "Sun, 22 Nov 2026 13:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"] {
            let read = RetryAfter::read(value.as_bytes(), None, NOW).unwrap();
            assert_eq!((read.seconds, read.is_ahead()), (0, false), "{value}");
        }
    }

    #[test]
    fn what_is_neither_form_says_nothing() {
        for value in ["", "soon", "-1", "+5", "1.5", "5 s", "0x10", "5, 6", "Sun, 32 Nov 2026 15:00:00 GMT", "\u{661}"]
        {
            assert_eq!(read(value, None), None, "{value}");
        }
        assert_eq!(RetryAfter::read(b"\xff\xfe", None, NOW), None);
    }

    #[test]
    fn a_number_without_end_is_a_long_time() {
        let long = "9".repeat(10_000);
        assert_eq!(RetryAfter::read(long.as_bytes(), None, NOW).map(|read| read.seconds), Some(MOST_SECONDS));
    }

    proptest! {
        #[test]
        fn no_value_and_no_date_stop_it(value in ".{0,64}", date in ".{0,64}", now in 0..=253_402_300_799_u64) {
            if let Some(read) = RetryAfter::read(value.as_bytes(), Some(date.as_bytes()), now) {
                prop_assert!(read.rfc3339().ends_with('Z'));
            }
        }
    }
}
