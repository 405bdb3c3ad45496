//! What proxies may say, whole and in pieces.

use super::*;
use proptest::prelude::*;
use std::net::Ipv6Addr;

const HTTP: &str = "http://ann:secret@p:8080";

fn begun(proxy: &str, url: &str, address: Option<&str>) -> (Tunnel, Vec<u8>) {
    let (proxy, target) = (Proxy::parse(proxy).unwrap(), Target::parse(url).unwrap());
    let address = address.map(|address| address.parse().unwrap());
    Tunnel::begin(&proxy, &target, address, "crawltop/test").ok().unwrap()
}

/// How it ends where these bytes come, whole or byte by byte, and then the end.
fn answered(proxy: &str, bytes: &[u8]) -> Result<Answered, Refusal> {
    let [whole, pieces] = [bytes.len().max(1), 1].map(|piece| {
        let (mut tunnel, _) = begun(proxy, "https://a.example/x", None);
        let mut buffer = Vec::new();
        for piece in bytes.chunks(piece) {
            buffer.extend_from_slice(piece);
            match tunnel.receive(&mut buffer) {
                Ok(Answered::NeedMore) => {}
                ended => return ended,
            }
        }
        Err(tunnel.end(buffer.len()))
    });
    let kind = |ended: &Result<Answered, Refusal>| ended.as_ref().map(|_| ()).map_err(|refusal| refusal.kind);
    assert_eq!(kind(&whole), kind(&pieces), "{:?}", bytes.escape_ascii().to_string());
    whole
}

#[test]
fn connect_names_host_and_port_and_tells_the_proxy_its_credentials() {
    let (_, bytes) = begun(HTTP, "https://user:hidden@a.example/x?y", None);
    let expected = "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\nUser-Agent: crawltop/test\r\n\
                    Proxy-Authorization: Basic YW5uOnNlY3JldA==\r\n\r\n";
    assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    let (_, bytes) = begun("p:8080", "https://[::1]:8443/", None);
    let expected = "CONNECT [::1]:8443 HTTP/1.1\r\nHost: [::1]:8443\r\nUser-Agent: crawltop/test\r\n\r\n";
    assert_eq!(String::from_utf8(bytes).unwrap(), expected);
}

/// A 2xx to CONNECT has no content, whatever its fields say (RFC 9112, section 6.3).
#[test]
fn a_success_opens_the_tunnel_whatever_length_it_claims() {
    let heads = [
        "HTTP/1.1 200 Connection established\r\n\r\n",
        "HTTP/1.0 200\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 204 x\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    ];
    for head in heads {
        assert_eq!(answered(HTTP, head.as_bytes()), Ok(Answered::Open), "{head}");
    }
}

#[test]
fn what_is_no_tunnel_is_told_with_status_target_and_cause() {
    use FailureKind::*;
    let wish = "CONNECT a.example:443";
    let cases = [
        (HTTP, "HTTP/1.1 403 No\r\nContent-Length: 9\r\n\r\n", ConnectRefused, format!("answered 403 to {wish}")),
        (HTTP, "HTTP/1.1 407 x\r\n\r\n", ConnectRefused, format!("answered 407 to {wish}: it does not take these")),
        ("p:1", "HTTP/1.1 407 x\r\n\r\n", ConnectRefused, format!("answered 407 to {wish}: it wants credentials")),
        (HTTP, "HTTP/1.1 302 x\r\nLocation: /\r\n\r\n", ConnectRefused, format!("answered 302 to {wish}")),
        (HTTP, "HTTP/1.1 502 x\r\n\r\n", Unreachable, format!("answered 502 to {wish}")),
        (HTTP, "HTTP/1.1 504 x\r\n\r\n", ConnectTimeout, format!("answered 504 to {wish}")),
        (HTTP, "HTTP/1.1 101 x\r\n\r\n", Protocol, format!("gave no good answer to {wish}: status 101")),
        (HTTP, "SSH-2.0-x\r\n\r\n", Protocol, format!("gave no good answer to {wish}: not an HTTP/1.1 answer")),
        (HTTP, "HTTP/1.1 200 x\r\nX", Truncated, format!("gave no good answer to {wish}: head ended")),
        (HTTP, "", Reset, format!("closed the connection before an answer to {wish}")),
        ("socks5h://p", "", Reset, "closed the connection before an answer to a connection to a.example:443".into()),
        (
            "socks5h://p",
            "\x05",
            Truncated,
            "closed the connection in the middle of its answer to the greeting of SOCKS5".into(),
        ),
        ("socks5h://p", "HTTP/1.1", Protocol, "does not speak SOCKS5: its answer begins with \"H\"".into()),
    ];
    for (proxy, bytes, kind, words) in cases {
        let refusal = answered(proxy, bytes.as_bytes()).unwrap_err();
        assert_eq!(refusal.kind, kind, "{refusal:?}");
        assert!(refusal.words.starts_with(&words), "{refusal:?} does not say: {words}");
        let lasts = ["answered 40", "answered 302"].iter().any(|lasting| words.contains(lasting));
        assert_eq!(refusal.lasts, lasts, "{refusal:?}");
    }
}

#[test]
fn a_head_without_end_is_too_large() {
    let head = format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(100 << 10));
    assert_eq!(answered(HTTP, head.as_bytes()).unwrap_err().kind, FailureKind::TooLarge);
}

#[test]
fn bytes_behind_the_answer_are_no_ones() {
    let (mut tunnel, _) = begun(HTTP, "https://a.example/", None);
    let refusal = tunnel.receive(&mut b"HTTP/1.1 200 OK\r\n\r\n\x16\x03".to_vec()).unwrap_err();
    assert_eq!(refusal.words, "sent 2 bytes more than its answer to CONNECT a.example:443");
}

#[test]
fn a_socks_proxy_is_told_a_name_or_the_address_that_was_found_or_written() {
    let said = |url, address| {
        let (mut tunnel, greeting) = begun("socks5h://p", url, address);
        assert_eq!(greeting, b"\x05\x01\x00");
        match tunnel.receive(&mut b"\x05\x00".to_vec()) {
            Ok(Answered::Say(bytes)) => bytes,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(said("http://a.example/", None), b"\x05\x01\x00\x03\x09a.example\x00\x50");
    assert_eq!(said("http://a.example/", Some("10.0.0.1")), b"\x05\x01\x00\x01\x0a\x00\x00\x01\x00\x50");
    assert_eq!(said("http://127.0.0.1:81/", None), b"\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x51");
}

/// Those that say of themselves that they may pass are waited for.
#[test]
fn a_refusal_says_when_to_come_again_where_it_may_pass() {
    for (status, seconds) in [(503, Some(7)), (429, Some(7)), (403, None), (407, None)] {
        let head = format!("HTTP/1.1 {status} x\r\nRetry-After: 7\r\n\r\n");
        let refusal = answered(HTTP, head.as_bytes()).unwrap_err();
        assert_eq!(refusal.retry_after.map(|until| until.seconds), seconds, "{status}");
    }
}

#[test]
fn without_a_name_of_ours_the_proxy_is_told_none() {
    let (proxy, target) = (Proxy::parse("p:8080").unwrap(), Target::parse("https://a.example/").unwrap());
    let (_, bytes) = Tunnel::begin(&proxy, &target, None, "").ok().unwrap();
    assert_eq!(bytes, b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n");
}

#[test]
fn what_a_proxy_was_asked_for_last_is_told() {
    let (connect, _) = begun(HTTP, "https://a.example/", None);
    assert_eq!(connect.asks(), "CONNECT a.example:443");
    let (mut socks, _) = begun("socks5h://ann:pw@p", "https://a.example/", None);
    let mut asked = vec![socks.asks().to_owned()];
    for answer in [b"\x05\x02", b"\x01\x00"] {
        assert!(matches!(socks.receive(&mut answer.to_vec()), Ok(Answered::Say(_))));
        asked.push(socks.asks().to_owned());
    }
    assert_eq!(asked, ["the greeting of SOCKS5", "the login of SOCKS5", "a connection to a.example:443"]);
}

/// Bytes as proxies send them, and others.
fn heads() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"HTTP/1.1 200 OK\r\n".to_vec()),
        Just(b"HTTP/1.1 103 x\r\n\r\n".to_vec()),
        Just(b"HTTP/1.0 503\n".to_vec()),
        Just(b"Content-Length: 3\r\n".to_vec()),
        Just(b"Retry-After: 3\r\n".to_vec()),
        Just(b"\r\n".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..4),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// What becomes of a conversation whose other side says this, so many bytes at a time, and then closes.
fn ended(proxy: &str, bytes: &[u8], piece: usize) -> Result<(), FailureKind> {
    let (mut tunnel, _) = begun(proxy, "https://a.example/", None);
    let mut buffer = Vec::new();
    for piece in bytes.chunks(piece) {
        buffer.extend_from_slice(piece);
        loop {
            match tunnel.receive(&mut buffer) {
                Ok(Answered::NeedMore) => break,
                Ok(Answered::Say(_)) => {}
                Ok(Answered::Open) => return Ok(()),
                Err(refusal) => return Err(refusal.kind),
            }
        }
        assert!(buffer.len() <= LIMITS.head_bytes, "it keeps no more than a head");
    }
    Err(tunnel.end(buffer.len()).kind)
}

/// Where there is a tunnel before all was read, what is left is more than its answer.
fn is_same(whole: Result<(), FailureKind>, pieces: Result<(), FailureKind>) -> bool {
    whole == pieces || (whole, pieces) == (Err(FailureKind::Protocol), Ok(()))
}

proptest! {
    #[test]
    fn whatever_answers_connect_means_the_same_in_any_pieces(bytes in heads(), piece in 1_usize..9) {
        let whole = ended(HTTP, &bytes, bytes.len().max(1));
        let pieces = ended(HTTP, &bytes, piece);
        prop_assert!(is_same(whole, pieces), "{:?} {:?} {}", whole, pieces, bytes.escape_ascii());
    }

    #[test]
    fn a_tunnel_is_open_by_2xx_alone_behind_any_interim_answers(
        status in 200_u16..600, interim in proptest::collection::vec(102_u16..200, 0..4), seconds in 0_u64..100,
    ) {
        let interim: String = interim.iter().map(|status| format!("HTTP/1.1 {status} x\r\n\r\n")).collect();
        let head = format!("{interim}HTTP/1.1 {status} x\r\nRetry-After: {seconds}\r\n\r\n");
        match answered(HTTP, head.as_bytes()) {
            Ok(open) => prop_assert!(open == Answered::Open && status < 300),
            Err(refusal) => {
                let told = format!("answered {status} to CONNECT");
                prop_assert!(status >= 300 && refusal.words.starts_with(&told));
                let told = PASSING.contains(&status).then_some(seconds);
                prop_assert_eq!(refusal.retry_after.map(|until| until.seconds), told);
            }
        }
    }

    #[test]
    fn a_socks_reply_is_as_long_as_its_address_and_what_is_behind_it_is_too_much(
        address in any::<u128>(), kind in 0_u8..3, name in "[a-z]{0,20}", port in any::<u16>(), behind in 0_usize..3,
        piece in 1_usize..40,
    ) {
        let bound = match kind {
            0 => [&[1][..], &(address as u32).to_be_bytes()].concat(),
            1 => [&[4][..], &Ipv6Addr::from(address).octets()].concat(),
            _ => [&[3, name.len() as u8][..], name.as_bytes()].concat(),
        };
        let whole = [b"\x05\x00\x05\x00\x00", &*bound, &port.to_be_bytes(), &vec![b'x'; behind]].concat();
        let expected = if behind == 0 { Ok(()) } else { Err(FailureKind::Protocol) };
        prop_assert_eq!(ended("socks5h://p", &whole, whole.len()), expected);
        prop_assert!(is_same(expected, ended("socks5h://p", &whole, piece)));
        let cut = &whole[..whole.len() - behind - 1];
        prop_assert_eq!(ended("socks5h://p", cut, piece), Err(FailureKind::Truncated));
    }
}
