//! Links in the forms that most have, joined by copying: plain characters, or escapes that are unified already. Knows
//! nothing of any other, and leaves it to the whole parser.

use super::escapes::{is_unified, table};
use super::{Base, Ends};
use crate::target::{URL_LIMIT, is_plain_authority};

/// The octets of a path's segment that are their own normal form; a colon is, where it ends no scheme.
const LETTERS: [bool; 256] = table(b"-._~!$&'()*+,;=@");

/// Those of a query, where the WHATWG escapes `'`.
const QUERY: [bool; 256] = table(b"-._~!$&()*+,;=:@/?");

/// Writes what `href` names, if both are plain. Else it may have written anything.
pub fn join(base: &Base, href: &str, out: &mut String) -> Option<Ends> {
    if href.len() > URL_LIMIT {
        return None;
    }
    let origin = base.origin_end;
    match href.as_bytes() {
        [b'/', b'/', ..] => {
            let scheme = if base.url.as_bytes()[4] == b':' { "http:" } else { "https:" };
            hosted(&base.url[..origin], scheme, href, out)
        }
        [b'/', ..] => {
            out.push_str(&base.url[..origin]);
            path(origin, href, out)
        }
        [b'?', ..] => {
            out.push_str(&base.url[..base.path_end]);
            rest(origin, href, out)
        }
        [] | [b'#', ..] => {
            out.push_str(&base.url);
            rest(origin, href, out)
        }
        [b'h', b't', b't', b'p', b':', ..] | [b'h', b't', b't', b'p', b's', b':', ..] => {
            absolute(&base.url[..origin], href, out)
        }
        _ => {
            out.push_str(&base.url[..base.dir_end]);
            let below = leave_as_told(origin, href, out);
            path(origin, below, out)
        }
    }
}

/// Follows the dot segments that a link begins with, which is where most have them; what is left is told.
fn leave_as_told<'a>(origin: usize, href: &'a str, out: &mut String) -> &'a str {
    let mut rest = href;
    while rest.starts_with('.') {
        if let Some(after) = rest.strip_prefix("../") {
            leave(origin, out);
            rest = after;
        } else if let Some(after) = rest.strip_prefix("./") {
            rest = after;
        } else {
            break;
        }
    }
    rest
}

/// Writes an absolute URL, if it is plain; `known` is an origin that needs no second look.
pub fn absolute(known: &str, href: &str, out: &mut String) -> Option<Ends> {
    let scheme = ["http:", "https:"].into_iter().find(|scheme| href.starts_with(scheme))?;
    let hierarchy = &href[scheme.len()..];
    if hierarchy.starts_with("//") { hosted(known, scheme, hierarchy, out) } else { None }
}

/// `hierarchy` begins with `//`.
fn hosted(known: &str, scheme: &str, hierarchy: &str, out: &mut String) -> Option<Ends> {
    let name = &hierarchy[2..];
    let end = name.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(name.len());
    let (authority, path_on) = name.split_at(end);
    let is_known = known.strip_prefix(scheme).and_then(|known| known.strip_prefix("//")) == Some(authority);
    if !is_known && !is_plain_authority(scheme, authority) {
        return None;
    }
    out.push_str(scheme);
    out.push_str("//");
    out.push_str(authority);
    let origin = out.len();
    if path_on.starts_with('/') {
        return path(origin, path_on, out);
    }
    out.push('/');
    rest(origin, path_on, out)
}

/// Writes a path and what follows it. What is written ends with the directory, where the path is relative to it.
fn path(origin: usize, text: &str, out: &mut String) -> Option<Ends> {
    let (end, dotted) = path_end(text.as_bytes())?;
    if dotted {
        segments(origin, &text[..end], out);
    } else {
        out.push_str(&text[..end]);
    }
    rest(origin, &text[end..], out)
}

/// Where a plain path ends, and whether a segment begins with a dot.
fn path_end(text: &[u8]) -> Option<(usize, bool)> {
    // What stands before a colon could be a scheme.
    let (mut at, mut dotted, mut rooted) = (0, text.first() == Some(&b'.'), false);
    while let Some(length) = text[at..].iter().position(|byte| !LETTERS[usize::from(*byte)]) {
        at += length + 1;
        match text[at - 1] {
            b'/' => {
                rooted = true;
                dotted |= text.get(at) == Some(&b'.');
            }
            b'?' | b'#' => return Some((at - 1, dotted)),
            b':' if rooted => {}
            b'%' if is_unified(&text[at - 1..]) => at += 2,
            _ => return None,
        }
    }
    Some((text.len(), dotted))
}

/// Writes a path without its dot segments (RFC 3986, section 5.2.4).
fn segments(origin: usize, text: &str, out: &mut String) {
    let relative = text.strip_prefix('/').inspect(|_| out.push('/')).unwrap_or(text);
    let mut rest = Some(relative);
    while let Some(text) = rest {
        let (segment, after) = text.split_once('/').map_or((text, None), |(segment, after)| (segment, Some(after)));
        match segment {
            "." => {}
            ".." => leave(origin, out),
            _ => {
                out.push_str(segment);
                out.extend(after.map(|_| '/'));
            }
        }
        rest = after;
    }
}

/// Leaves the directory that is written for the one above, if there is one.
fn leave(origin: usize, out: &mut String) {
    let above = out.as_bytes()[origin..out.len() - 1].iter().rposition(|byte| *byte == b'/');
    out.truncate(above.map_or(origin, |slash| origin + slash) + 1);
}

/// Writes query and fragment.
fn rest(origin: usize, text: &str, out: &mut String) -> Option<Ends> {
    let end = if text.starts_with('?') { query_end(text.as_bytes())? } else { 0 };
    if end > 1 {
        out.push_str(&text[..end]);
    }
    let ends = Ends { origin, url: out.len() };
    let fragment = &text[end..];
    if ends.url > URL_LIMIT || !fragment.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    out.push_str(fragment);
    Some(ends)
}

fn query_end(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'#' => break,
            b'%' if is_unified(&text[at..]) => at += 2,
            _ if QUERY[usize::from(byte)] => {}
            _ => return None,
        }
        at += 1;
    }
    Some(at)
}
