//! Text that would act on a terminal, from wherever a server can put some. That none acts is held of every run; here is
//! what the words become.

use super::taken;
use crate::bodies::sized;
use crate::case::{Case, case, fails, ok};
use crate::script::{finished, held};

const EVIL: &str = "\x1b[2J\x1b]0;owned\x07\u{9b}31m\u{202e}txt.exe\u{2066}\u{e0041}\x7f";

pub fn cases() -> Vec<Case> {
    [acting(), refused(), charsets()].concat()
}

/// The charset of a title, as browsers find it.
fn charsets() -> Vec<Case> {
    let titled = |name, content_type: &str, page: &[u8], title: &'static str| {
        taken(name, sized("200 OK", &format!("Content-Type: {content_type}\r\n"), page), ok(page).is("/title", title))
    };
    vec![
        titled("a charset is that of the field", "text/html; charset=iso-8859-1", b"<title>sch\xf6n</title>", "schön"),
        titled(
            "a charset in quotes is one",
            "text/html; charset=\"UTF-8\"",
            "<title>schön</title>".as_bytes(),
            "schön",
        ),
        titled(
            "a charset may stand in the page",
            "text/html",
            "<meta charset=utf-8><title>schön</title>".as_bytes(),
            "schön",
        ),
        titled(
            "a mark in front goes before the field",
            "text/html; charset=iso-8859-1",
            "\u{feff}<title>schön</title>".as_bytes(),
            "schön",
        ),
        titled("without a charset it is windows-1252", "text/html", b"<title>\x80 5</title>", "€ 5"),
        titled("an unknown charset is none", "text/html; charset=klingon", b"<title>sch\xf6n</title>", "schön"),
    ]
}

fn acting() -> Vec<Case> {
    let html = "Content-Type: text/html; charset=utf-8\r\n";
    let title = format!("<title>before {EVIL} after</title>");
    vec![
        taken(
            "a title that would act is told by escapes",
            sized("200 OK", html, &title),
            ok(&title).has("/title", "\x1b[2J"),
        ),
        taken(
            "a content type that would act is told by escapes",
            sized("200 OK", "Content-Type: text/\x1b[2Jhtml\r\n", "hi"),
            ok("hi").is("/content_type", "text/\x1b[2Jhtml"),
        ),
        taken("a reason phrase that would act does not", sized(&format!("200 {EVIL}"), "", "hi"), ok("hi")),
        taken(
            "a title of C1 in Latin-1 does not act",
            sized("200 OK", "Content-Type: text/html\r\n", b"<title>\x9b31m</title>"),
            ok(b"<title>\x9b31m</title>"),
        ),
        taken(
            "a title of a kilobyte and more is cut",
            sized("200 OK", html, format!("<title>{}</title>", "t".repeat(5000))),
            ok(format!("<title>{}</title>", "t".repeat(5000))).has("/title", "tttt"),
        ),
    ]
}

/// What a message quotes.
fn refused() -> Vec<Case> {
    vec![
        case(
            "a status line that would act is shown by escapes",
            held(format!("HTTP/1.1 2{EVIL}\r\n\r\n")),
            fails("protocol", "body", r"\x1b[2J"),
        ),
        case(
            "bytes that are no HTTP are shown by escapes",
            held(format!("SSH{EVIL}\r\n\r\n")),
            fails("protocol", "body", r"SSH\x1b[2J"),
        ),
        case(
            "a name of a field that would act is shown by escapes",
            held("HTTP/1.1 200 OK\r\nX\x1b[2J: y\r\n\r\n"),
            fails("protocol", "body", r"X\x1b[2J"),
        ),
        case(
            "a length that would act is shown by escapes",
            held("HTTP/1.1 200 OK\r\nContent-Length: \u{9b}1\r\n\r\n"),
            fails("protocol", "body", r"\xc2\x9b1"),
        ),
        case(
            "a chunk size that would act is shown by escapes",
            held("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\x1b"),
            fails("protocol", "body", r"\x1b"),
        ),
        case(
            "a transfer coding that would act is shown by escapes",
            held("HTTP/1.1 200 OK\r\nTransfer-Encoding: \u{9b}\r\n\r\n"),
            fails("protocol", "body", r"\xc2\x9b"),
        ),
        case(
            "a value that may be a secret is not shown",
            finished("HTTP/1.1 200 OK\r\nSet-Cookie: s3cret\0\r\n\r\n"),
            fails("protocol", "body", "\"Set-Cookie\" has a NUL").lacks("/error/message", "s3cret"),
        ),
    ]
}
