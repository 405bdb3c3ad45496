//! The query of a URL as a trap sees it: which names it has, and whether it asks for a date. Knows nothing of its path.
//! A session id is left out: it has a count of its own.

use super::session::is_session;

/// Names whose number is part of a date.
const DATES: [&str; 11] =
    ["year", "yr", "month", "mon", "week", "day", "date", "yearid", "monthid", "calyear", "calmonth"];

/// Its room is used again for the next one.
#[derive(Debug, Default)]
pub struct Reader {
    names: String,
    dates: String,
    has_session: bool,
}

impl Reader {
    pub fn read(&mut self, query: &str) {
        self.names.clear();
        self.dates.clear();
        self.has_session = false;
        if query.is_empty() {
            return;
        }
        let mut pairs = Vec::new();
        for pair in query.split(['&', ';']) {
            let pair = pair.split_once('=').unwrap_or((pair, ""));
            if is_session(pair) {
                self.has_session = true;
            } else {
                pairs.push(pair);
            }
        }
        pairs.sort_unstable();
        for &(_, value) in pairs.iter().filter(|(name, value)| is_date(name, value)) {
            self.dates.push_str(value);
            self.dates.push('/');
        }
        pairs.dedup_by_key(|(name, _)| *name);
        for (name, value) in pairs {
            self.push_name(name, value);
        }
    }

    /// In order, each once, with a `*` for its value: `month=*&year=*`. Empty where nothing is asked for.
    pub fn names(&self) -> &str {
        &self.names
    }

    /// The values that are dates or parts of them, in the order of their names.
    pub fn dates(&self) -> &str {
        &self.dates
    }

    pub fn has_session(&self) -> bool {
        self.has_session
    }

    /// The numbers of a name vary as values do.
    fn push_name(&mut self, name: &str, value: &str) {
        if !self.names.is_empty() {
            self.names.push('&');
        }
        for letter in name.chars() {
            let letter = if letter.is_ascii_digit() { '*' } else { letter };
            if letter != '*' || !self.names.ends_with('*') {
                self.names.push(letter);
            }
        }
        if !value.is_empty() {
            self.names.push_str("=*");
        }
    }
}

/// Whether a value is a date (`2031-04`, `2031-04-17`), or a number that its name makes a part of one.
fn is_date(name: &str, value: &str) -> bool {
    let number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    number && DATES.iter().any(|date| name.eq_ignore_ascii_case(date)) || is_written_date(value.as_bytes())
}

fn is_written_date(value: &[u8]) -> bool {
    let shape = value.iter().map(|byte| if byte.is_ascii_digit() { b'0' } else { *byte });
    [&b"0000-00"[..], b"0000-0", b"0000-00-00", b"0000-0-0"].iter().any(|date| shape.clone().eq(date.iter().copied()))
}
