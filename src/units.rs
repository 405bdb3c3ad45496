//! Numbers as people read them: at most three significant digits, and a unit. Knows nothing of where they stand.

use std::time::Duration;

/// `412µs`, `4.1ms`, `98ms`, `1.82s`, `12.3s`, `2m 08s`, `1h 05m`, `120h`: never wider than seven columns.
pub fn span(span: Duration) -> String {
    let mut told = String::with_capacity(8);
    put_span(&mut told, span);
    told
}

/// As [`span`], behind what was told already: a line a result is told by this, which makes no text of its own.
pub fn put_span(out: &mut String, span: Duration) {
    let us = u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
    match us {
        0..1_000 => put_count(out, us, "µs"),
        1_000..9_950 => put_parts(out, rounded(us, 100), 10, "ms"),
        9_950..999_500 => put_count(out, rounded(us, 1_000), "ms"),
        999_500..9_995_000 => put_parts(out, rounded(us, 10_000), 100, "s"),
        9_995_000..59_950_000 => put_parts(out, rounded(us, 100_000), 10, "s"),
        59_950_000..3_599_500_000 => {
            let whole = rounded(us, 1_000_000);
            *out += &format!("{}m {:02}s", whole / 60, whole % 60);
        }
        3_599_500_000..359_970_000_000 => {
            let minutes = rounded(us, 60_000_000);
            *out += &format!("{}h {:02}m", minutes / 60, minutes % 60);
        }
        _ => put_count(out, rounded(us, 3_600_000_000), "h"),
    }
}

/// As [`span`], without the blank within: `2m08s`, `1h05m`. Never wider than six columns, for cells that stand close.
pub fn close_span(of: Duration) -> String {
    span(of).replace(' ', "")
}

/// A time to come, in whole seconds: `3s`, `1m 20s`, `2h 05m`.
pub fn wait(span: Duration) -> String {
    let seconds = span.as_secs_f64().ceil() as u64;
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m {:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h {:02}m", seconds / 3_600, seconds % 3_600 / 60),
    }
}

/// `812 B`, `8.1 kB`, `41 kB`, `1.2 MB`: decimal, never wider than six columns below an exabyte.
pub fn bytes(bytes: u64) -> String {
    let mut told = String::with_capacity(8);
    put_bytes(&mut told, bytes);
    told
}

/// As [`bytes`], behind what was told already.
pub fn put_bytes(out: &mut String, bytes: u64) {
    if bytes < 1000 {
        return put_count(out, bytes, " B");
    }
    let units = [(1_000, " kB"), (1_000_000, " MB"), (1_000_000_000, " GB"), (1_000_000_000_000, " TB")];
    // What would round up to a thousand of one is told in the next.
    let fits = |&&(unit, _): &&(u64, &str)| bytes < unit * 1_000 - unit / 2;
    let &(unit, name) = units.iter().find(fits).unwrap_or(&(1_000_000_000_000_000, " PB"));
    if bytes < unit * 10 - unit / 20 {
        put_parts(out, rounded(bytes, unit / 10), 10, name);
    } else {
        put_count(out, rounded(bytes, unit), name);
    }
}

/// Bytes a second: `2.1 MB/s`.
pub fn bytes_per_second(rate: f64) -> String {
    format!("{}/s", bytes(rate.max(0.0) as u64))
}

/// A count a second, or any number that has no unit of its own: `0.4`, `412`, `1.3k`.
pub fn number(value: f64) -> String {
    match value {
        ..0.05 => "0".to_owned(),
        0.05..9.95 => format!("{value:.1}"),
        9.95..999.5 => format!("{value:.0}"),
        _ => {
            let (value, unit) = scaled(value);
            format!("{}{unit}", three_digits(value))
        }
    }
}

/// How many times: `1.4x`, `412x`, `1,300x`; what is there at all is never none: `<0.1x`.
pub fn factor(factor: f64) -> String {
    if factor > 0.0 && factor < 0.05 {
        "<0.1x".to_owned()
    } else if factor < 999.5 {
        format!("{}x", number(factor))
    } else {
        format!("{}x", count(factor.round() as u64))
    }
}

/// The same to a tenth, however much it is: `12.3x`, `1300.0x`.
pub fn exact_factor(of: f64) -> String {
    if of < 0.05 { factor(of) } else { format!("{of:.1}x") }
}

/// A count with its thousands set apart: `1,284`.
pub fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut set = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            set.push(',');
        }
        set.push(digit);
    }
    set
}

/// Seconds, as the article prints its last time: `0.113s`, and from a second on as [`span`].
pub fn seconds(of: Duration) -> String {
    if of < Duration::from_micros(999_500) { format!("{:.3}s", of.as_secs_f64()) } else { span(of) }
}

/// When something happened, as near as nine columns tell: `  12.3456`, `02:03.456`, `1:02:03.4`, ` 12:02:03`.
pub fn moment(at: Duration) -> String {
    let us = at.as_micros();
    let (whole, fraction) = (us / 1_000_000, us % 1_000_000);
    let (hours, minutes, seconds) = (whole / 3_600, whole / 60 % 60, whole % 60);
    let told = match hours {
        0 if whole < 60 => format!("{seconds}.{:04}", fraction / 100),
        0 => format!("{minutes:02}:{seconds:02}.{:03}", fraction / 1_000),
        1..10 => format!("{hours}:{minutes:02}:{seconds:02}.{}", fraction / 100_000),
        10..1_000 => format!("{hours}:{minutes:02}:{seconds:02}"),
        _ => format!("{}d {:02}h", hours / 24, hours % 24),
    };
    format!("{told:>9}")
}

/// The clock of a run: `00:04.2`, `12:40.0`, `1:02:03`.
pub fn clock(span: Duration) -> String {
    let tenths = span.as_millis() / 100;
    let (minutes, rest) = (tenths / 600, tenths % 600);
    if minutes < 60 {
        return format!("{minutes:02}:{:02}.{}", rest / 10, rest % 10);
    }
    format!("{}:{:02}:{:02}", minutes / 60, minutes % 60, rest / 10)
}

/// How many of `unit` there are, to the nearest.
fn rounded(value: u64, unit: u64) -> u64 {
    value.saturating_add(unit / 2) / unit
}

fn put_count(out: &mut String, count: u64, unit: &str) {
    put_digits(out, count);
    *out += unit;
}

/// A count of tenths or of hundredths, as `parts` says: `4.1`, `1.82`.
fn put_parts(out: &mut String, count: u64, parts: u64, unit: &str) {
    put_digits(out, count / parts);
    out.push('.');
    if parts > 10 && count % parts < 10 {
        out.push('0');
    }
    put_count(out, count % parts, unit);
}

/// A count as it is, behind what was told already.
pub fn put_digits(out: &mut String, count: u64) {
    if count >= 10 {
        put_digits(out, count / 10);
    }
    out.push(char::from(b'0' + (count % 10) as u8));
}

fn scaled(mut value: f64) -> (f64, &'static str) {
    let mut units = ["k", "M", "G", "T", "P"].into_iter();
    let mut unit = units.next().unwrap_or_default();
    value /= 1e3;
    for larger in units {
        if value < 999.5 {
            break;
        }
        value /= 1e3;
        unit = larger;
    }
    (value, unit)
}

fn three_digits(value: f64) -> String {
    if value < 9.95 { format!("{value:.1}") } else { format!("{value:.0}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_three_digits_and_never_round_into_a_fourth() {
        let cases = [
            (0, "0µs"),
            (999, "999µs"),
            (1_000, "1.0ms"),
            (9_949, "9.9ms"),
            (9_999, "10ms"),
            (98_400, "98ms"),
            (999_499, "999ms"),
            (999_999, "1.00s"),
            (9_999_999, "10.0s"),
            (59_999_999, "1m 00s"),
            (128_000_000, "2m 08s"),
            (3_599_999_999, "1h 00m"),
            (359_969_000_000, "99h 59m"),
            (359_970_000_000, "100h"),
        ];
        for (us, expected) in cases {
            assert_eq!(span(Duration::from_micros(us)), expected);
        }
    }

    #[test]
    fn what_stands_close_is_never_wider_than_six_columns() {
        for us in (0..42).map(|power| 2_u64.pow(power)).chain([3_599_499_999, 359_969_999_999, 35_999_999_000_000]) {
            let told = close_span(Duration::from_micros(us));
            assert!(told.chars().count() <= 6, "{us}: {told}");
        }
        assert_eq!(close_span(Duration::from_secs(2_107)), "35m07s");
    }

    #[test]
    fn a_moment_has_nine_columns_however_long_the_run() {
        let cases = [
            (0, "   0.0000"),
            (12_345_678, "  12.3456"),
            (59_999_999, "  59.9999"),
            (123_456_789, "02:03.456"),
            (3_599_999_999, "59:59.999"),
            (3_723_456_789, "1:02:03.4"),
            (43_323_456_789, " 12:02:03"),
            (432_123_000_000, "120:02:03"),
            (3_600_000_000_000, " 41d 16h"),
        ];
        for (us, expected) in cases {
            assert_eq!(moment(Duration::from_micros(us)), format!("{expected:>9}"), "{us}");
        }
    }

    #[test]
    fn bytes_and_numbers_keep_their_width() {
        let cases = [(0, "0 B"), (999, "999 B"), (8_100, "8.1 kB"), (9_999, "10 kB"), (999_999, "1.0 MB")];
        for (count, expected) in cases {
            assert_eq!(bytes(count), expected);
        }
        assert!(bytes(u64::MAX).len() <= 9);
        let cases = [(0.0, "0"), (0.44, "0.4"), (412.0, "412"), (999.6, "1.0k"), (1_300.0, "1.3k"), (99_999.0, "100k")];
        for (value, expected) in cases {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn counts_and_clocks_read_well() {
        assert_eq!([0, 999, 1_284, 1_000_000].map(count), ["0", "999", "1,284", "1,000,000"]);
        assert_eq!([1.44, 412.0, 1_300.4].map(factor), ["1.4x", "412x", "1,300x"]);
        let clocks = [4_200, 760_000, 3_723_000].map(|ms| clock(Duration::from_millis(ms)));
        assert_eq!(clocks, ["00:04.2", "12:40.0", "1:02:03"]);
        let told = [113_000, 999_499, 999_500, 2_056_000, 669_665_000].map(|us| seconds(Duration::from_micros(us)));
        assert_eq!(told, ["0.113s", "0.999s", "1.00s", "2.06s", "11m 10s"]);
    }
}
