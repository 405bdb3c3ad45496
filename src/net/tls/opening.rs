//! The first bytes that a peer sent, and what they look like where they are no TLS. Knows no connection.

/// As many as it takes to tell one protocol from another.
const BYTES: usize = 14;

/// How what is no TLS begins; letters in any case.
const BEGINNINGS: [(&str, &str); 6] = [
    ("HTTP/", "plain http"),
    ("<html", "plain http"),
    ("<!doctype html", "plain http"),
    ("SSH-", "ssh"),
    ("220 ", "smtp or ftp"),
    ("* OK ", "imap"),
];

/// The type of a SETTINGS frame, on the stream of the connection (RFC 9113, section 4.1): the preface of an HTTP/2
/// server.
const SETTINGS: [u8; 6] = [4, 0, 0, 0, 0, 0];

#[derive(Clone, Copy, Debug, Default)]
pub struct Opening {
    bytes: [u8; BYTES],
    length: u8,
}

impl Opening {
    /// These bytes came next.
    pub fn note(&mut self, bytes: &[u8]) {
        let noted = usize::from(self.length);
        let more = bytes.len().min(BYTES - noted);
        self.bytes[noted..noted + more].copy_from_slice(&bytes[..more]);
        self.length += more as u8;
    }

    /// Whether more would say more.
    pub fn wants_more(&self) -> bool {
        usize::from(self.length) < BYTES
    }

    /// What is spoken there, if that can be told.
    pub fn other_protocol(&self) -> Option<&'static str> {
        let bytes = &self.bytes[..usize::from(self.length)];
        if bytes.get(3..9) == Some(&SETTINGS) {
            return Some("HTTP/2 in the clear");
        }
        let begins = |beginning: &str| {
            bytes.get(..beginning.len()).is_some_and(|bytes| bytes.eq_ignore_ascii_case(beginning.as_bytes()))
        };
        BEGINNINGS.iter().find(|(beginning, _)| begins(beginning)).map(|(_, name)| *name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_protocol_is_told_whole_byte_by_byte_and_with_what_follows() {
        let cases: [(&[u8], Option<&str>); 7] = [
            (b"HTTP/1.0 400 Bad Request\r\n\r\n", Some("plain http")),
            (b"<!DOCTYPE HTML>\n<html>", Some("plain http")),
            (b"SSH-2.0-x\r\n", Some("ssh")),
            (b"220 mail.example ESMTP", Some("smtp or ftp")),
            (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00rest", Some("HTTP/2 in the clear")),
            (b"\x16\x03\x03\x00\x7a", None),
            (b"HTT", None),
        ];
        for (bytes, expected) in cases {
            let (mut whole, mut pieces) = (Opening::default(), Opening::default());
            whole.note(bytes);
            bytes.chunks(1).for_each(|byte| pieces.note(byte));
            assert_eq!([whole, pieces].map(|it| it.other_protocol()), [expected; 2]);
        }
    }

    /// Beginnings in either case, cut and followed by anything, and frames of HTTP/2.
    fn openings() -> impl Strategy<Value = Vec<u8>> {
        let frame = proptest::collection::vec(any::<u8>(), 3).prop_map(|length| [&length[..], &SETTINGS].concat());
        let known = (0..BEGINNINGS.len(), any::<bool>(), 0_usize..20).prop_map(|(which, upper, cut)| {
            let text = BEGINNINGS[which].0;
            let text = if upper { text.to_uppercase() } else { text.to_lowercase() };
            text.bytes().take(cut).collect()
        });
        let first = prop_oneof![known, frame, proptest::collection::vec(any::<u8>(), 0..4)];
        (first, proptest::collection::vec(any::<u8>(), 0..30)).prop_map(|(first, rest)| [first, rest].concat())
    }

    proptest! {
        #[test]
        fn whatever_comes_in_whatever_pieces_is_told_by_how_it_begins(bytes in openings(), piece in 1_usize..9) {
            let mut opening = Opening::default();
            for piece in bytes.chunks(piece) {
                opening.note(piece);
            }
            let text: String = bytes.iter().map(|&byte| char::from(byte).to_ascii_lowercase()).collect();
            let by_words = BEGINNINGS.iter().find(|(beginning, _)| text.starts_with(&beginning.to_ascii_lowercase()));
            let by_frame = (bytes.len() >= 9 && bytes[3..9] == SETTINGS).then_some("HTTP/2 in the clear");
            prop_assert_eq!(opening.other_protocol(), by_frame.or(by_words.map(|(_, name)| *name)));
            prop_assert_eq!(opening.wants_more(), bytes.len() < BYTES);
        }
    }
}
