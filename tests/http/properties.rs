//! What holds for any bytes, and for any way of cutting them.

use crawltop::http::{BodyLength, Method, Reuse};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::feed::{Outcome, feed_pieces, whole};

/// A response as it was meant, and as it is written.
#[derive(Clone, Debug)]
struct Response {
    status: u16,
    reason: String,
    fields: Vec<(String, String)>,
    body: BodyLength,
    content: Vec<u8>,
    wire: Vec<u8>,
}

fn responses() -> impl Strategy<Value = Response> {
    let field = ("X-[A-Za-z0-9!#$%&'*+.^_`|~-]{0,12}", "([!-~]([ -~\t]{0,20}[!-~])?)?");
    let chunks = vec(vec(any::<u8>(), 1..40), 0..6);
    (200..=999u16, "([!-~]([ -~]{0,12}[!-~])?)?", vec(field, 0..8), 0..3u8, chunks, any::<bool>())
        .prop_map(|(status, reason, fields, form, chunks, crlf)| write(status, reason, fields, form, &chunks, crlf))
}

fn write(
    status: u16,
    reason: String,
    fields: Vec<(String, String)>,
    form: u8,
    chunks: &[Vec<u8>],
    crlf: bool,
) -> Response {
    let end = if crlf { "\r\n" } else { "\n" };
    let content = if matches!(status, 204 | 304) { Vec::new() } else { chunks.concat() };
    let (framing, body) = match form {
        0 => (format!("Content-Length: {}{end}", content.len()), BodyLength::Length(content.len() as u64)),
        1 => (format!("Transfer-Encoding: chunked{end}"), BodyLength::Chunked),
        _ => (String::new(), BodyLength::UntilClose),
    };
    let body = if matches!(status, 204 | 304) { BodyLength::None } else { body };
    let mut wire = format!("HTTP/1.1 {status} {reason}{end}").into_bytes();
    for (name, value) in &fields {
        wire.extend_from_slice(format!("{name}: {value}{end}").as_bytes());
    }
    wire.extend_from_slice(format!("{framing}{end}").as_bytes());
    match body {
        BodyLength::Chunked => write_chunks(&mut wire, chunks, end),
        _ => wire.extend_from_slice(&content),
    }
    Response { status, reason, fields, body, content, wire }
}

fn write_chunks(wire: &mut Vec<u8>, chunks: &[Vec<u8>], end: &str) {
    for chunk in chunks {
        wire.extend_from_slice(format!("{:x};a=\"b\"{end}", chunk.len()).as_bytes());
        wire.extend_from_slice(chunk);
        wire.extend_from_slice(end.as_bytes());
    }
    wire.extend_from_slice(format!("0{end}Expires: never{end}{end}").as_bytes());
}

/// What hostile bytes are made of: pieces that mean something, and pieces that don't.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let words: Vec<&'static [u8]> = vec![
        b"HTTP/1.1 ",
        b"HTTP/1.0 200\r\n",
        b"200 OK",
        b"100",
        b"101",
        b"304",
        b"\r\n",
        b"\n",
        b"\r",
        b"\r\n\r\n",
        b" ",
        b"\t",
        b":",
        b";",
        b",",
        b"\"",
        b"\\",
        b"\0",
        b"Content-Length: ",
        b"Transfer-Encoding: chunked",
        b"Connection: close",
        b"X: y",
        b"0",
        b"5",
        b"ff",
        b"ffffffffffffffff",
        b"hello",
        b"\xff",
        b"gzip",
    ];
    let noise = vec(any::<u8>(), 0..4);
    let word = prop_oneof![8 => select(words).prop_map(<[u8]>::to_vec), 1 => noise];
    let start = prop_oneof![
        Just(&b"HTTP/1.1 200 OK\r\n"[..]),
        Just(&b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"[..]),
        Just(&b""[..]),
    ];
    (start, vec(word, 0..40)).prop_map(|(start, words)| [start, &words.concat()].concat())
}

fn methods() -> impl Strategy<Value = Method> {
    prop_oneof![9 => Just(Method::Get), 1 => Just(Method::Head)]
}

/// Cuts `wire` at the given places.
fn pieces<'w>(wire: &'w [u8], cuts: &[Index]) -> Vec<&'w [u8]> {
    let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(wire.len() + 1)).collect();
    ends.push(wire.len());
    ends.sort_unstable();
    let starts = [0].into_iter().chain(ends.clone());
    starts.zip(ends).map(|(start, end)| &wire[start..end]).collect()
}

/// Whether more bytes were there when the end came depends on the pieces, and nothing else may.
fn comparable(outcome: Outcome) -> Outcome {
    Outcome { end: outcome.end.map(|_| Reuse::Keep), left_over: Vec::new(), ..outcome }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_valid_response_comes_out_as_it_was_meant(response in responses(), cuts in vec(any::<Index>(), 0..12)) {
        let outcome = feed_pieces(Method::Get, pieces(&response.wire, &cuts).into_iter());
        prop_assert!(outcome.end.is_ok());
        let head = outcome.head.expect("a head");
        prop_assert_eq!((head.status, head.body), (response.status, response.body));
        prop_assert_eq!(head.reason, response.reason.as_bytes());
        let given: Vec<_> = response.fields.into_iter().map(|(name, value)| (name, value.into_bytes())).collect();
        prop_assert_eq!(&head.fields[..given.len()], &given[..]);
        prop_assert_eq!(outcome.content, response.content);
    }

    #[test]
    fn a_valid_response_cut_short_is_never_taken_for_whole(response in responses(), end in any::<Index>()) {
        let end = end.index(response.wire.len());
        let outcome = whole(Method::Get, &response.wire[..end]);
        let until_close = response.body == BodyLength::UntilClose && outcome.head.is_some();
        prop_assert!(outcome.end.is_err() || until_close, "{:?}", outcome);
    }

    #[test]
    fn any_cut_of_any_bytes_gives_the_same_steps(
        method in methods(), wire in hostile(), cuts in vec(any::<Index>(), 0..12),
    ) {
        let cut = feed_pieces(method, pieces(&wire, &cuts).into_iter());
        prop_assert_eq!(comparable(cut), comparable(whole(method, &wire)));
    }

    #[test]
    fn a_response_with_some_bytes_changed_never_panics_and_never_loops(
        response in responses(), changes in vec((any::<Index>(), any::<u8>()), 1..6), cuts in vec(any::<Index>(), 0..6),
    ) {
        let mut wire = response.wire;
        for (at, byte) in changes {
            let at = at.index(wire.len());
            wire[at] = byte;
        }
        let cut = feed_pieces(Method::Get, pieces(&wire, &cuts).into_iter());
        prop_assert_eq!(comparable(cut), comparable(whole(Method::Get, &wire)));
    }

    #[test]
    fn arbitrary_bytes_never_panic_and_never_loop(method in methods(), wire in vec(any::<u8>(), 0..400)) {
        let outcome = feed_pieces(method, wire.chunks(7));
        prop_assert_eq!(comparable(outcome), comparable(whole(method, &wire)));
    }
}
