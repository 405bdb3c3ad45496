//! Session ids in URLs, by which one page has any number of names. Knows nothing of counting.

/// Names that nothing else has, in lower case; longer ones may begin with them.
const CERTAIN: [&str; 9] =
    ["phpsessid", "jsessionid", "aspsessionid", "sessionid", "session_id", "sessid", "cftoken", "zenid", "oscsid"];
/// Names that also mean a story, a search or a talk: the value must look made.
const LIKELY: [&str; 6] = ["sid", "session", "s", "sess", "token", "cfid"];

/// Letters and digits that a made value has at least, both among them.
const MADE: usize = 8;
/// The same where it may be digits alone.
const MADE_LONG: usize = 16;

/// A URL with a `*` for the values of its session ids, if it has any.
pub fn hidden(path: &str, query: &str) -> Option<String> {
    let in_path =
        path.split([';', '/']).any(|part| part.split_once('=').is_some_and(is_session) || is_cookieless(part));
    let in_query = || query.split(['&', ';']).any(|pair| pair.split_once('=').is_some_and(is_session));
    if !in_path && !in_query() {
        return None;
    }
    let mut out = String::with_capacity(path.len() + query.len());
    push(path, [';', '/'], &mut out);
    if !query.is_empty() {
        out.push('?');
        push(query, ['&', ';'], &mut out);
    }
    Some(out)
}

fn push(text: &str, ends: [char; 2], out: &mut String) {
    for part in text.split_inclusive(ends) {
        let end = part.strip_suffix(ends).unwrap_or(part);
        match end.split_once('=') {
            Some((name, value)) if is_session((name, value)) => {
                out.push_str(name);
                out.push_str("=*");
            }
            _ if is_cookieless(end) => out.push('*'),
            _ => out.push_str(end),
        }
        out.push_str(&part[end.len()..]);
    }
}

/// Whether a pair of name and value is a session id.
pub fn is_session((name, value): (&str, &str)) -> bool {
    let begins = |known: &str| name.get(..known.len()).is_some_and(|name| name.eq_ignore_ascii_case(known));
    let likely = || LIKELY.iter().any(|known| name.eq_ignore_ascii_case(known)) && is_made(value);
    !value.is_empty() && (CERTAIN.iter().any(|known| begins(known)) || likely())
}

/// `(S(3ngqmjy0xd1v))`, as ASP.NET writes it where there are no cookies.
fn is_cookieless(segment: &str) -> bool {
    segment.strip_prefix("(S(").is_some_and(|rest| rest.ends_with("))"))
}

fn is_made(value: &str) -> bool {
    let has = |class: fn(&u8) -> bool| value.as_bytes().iter().any(class);
    let plain = value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let mixed = || has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    plain && (value.len() >= MADE_LONG || value.len() >= MADE && mixed())
}
