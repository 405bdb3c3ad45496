//! What a URL says for whoever it was given to and nobody else: the values of parameters that let someone in. Knows no
//! event: it reads the line that one was written as.

use memchr::memchr_iter;

/// What stands in the place of such a value: itself a value that a URL may have.
const STRUCK: &[u8] = b"struck-out";
/// Bytes of the longest name here, with what may stand between its words.
const LONGEST: usize = 24;

/// Parameters whose values are secrets, without case and without what joins their words: `X-Api_Key` is `xapikey`.
const NAMES: [&[u8]; 35] = [
    b"accesskey",
    b"accesstoken",
    b"apikey",
    b"apitoken",
    b"auth",
    b"authorization",
    b"authtoken",
    b"bearer",
    b"clientsecret",
    b"csrftoken",
    b"idtoken",
    b"jsessionid",
    b"jwt",
    b"passphrase",
    b"passwd",
    b"password",
    b"phpsessid",
    b"pwd",
    b"refreshtoken",
    b"resettoken",
    b"secret",
    b"secretkey",
    b"session",
    b"sessionid",
    b"sessiontoken",
    b"sid",
    b"sig",
    b"signature",
    b"token",
    b"xamzcredential",
    b"xamzsecuritytoken",
    b"xamzsignature",
    b"xapikey",
    b"xgoogcredential",
    b"xgoogsignature",
];

/// Strikes them out of the line that begins at `begin`.
pub(super) fn strike(lines: &mut Vec<u8>, begin: usize) {
    let line = &lines[begin..];
    let secrets = |&at: &usize| is_secret(&line[..at]) && value(&line[at + 1..]) > 0;
    let Some(first) = memchr_iter(b'=', line).find(secrets) else { return };
    let (mut out, mut from) = (Vec::with_capacity(line.len()), 0);
    for at in memchr_iter(b'=', line).skip_while(|at| *at < first) {
        if at >= from && secrets(&at) {
            out.extend_from_slice(&line[from..=at]);
            out.extend_from_slice(STRUCK);
            from = at + 1 + value(&line[at + 1..]);
        }
    }
    out.extend_from_slice(&line[from..]);
    lines.truncate(begin);
    lines.append(&mut out);
}

/// Whether this ends with the name of such a parameter, and with what a parameter comes after.
fn is_secret(before: &[u8]) -> bool {
    let is_of_a_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let length = before.iter().rev().take(LONGEST + 1).take_while(|byte| is_of_a_name(byte)).count();
    let (rest, name) = before.split_at(before.len() - length);
    if !rest.last().is_some_and(|byte| b"?&;#".contains(byte)) {
        return false;
    }
    let letters = || name.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase);
    NAMES.iter().any(|known| letters().eq(known.iter().copied()))
}

/// Bytes of a value within a string of JSON: up to the next parameter, or to what no URL has.
fn value(line: &[u8]) -> usize {
    let mut at = 0;
    while let Some(&byte) = line.get(at) {
        at += match (byte, line.get(at + 1)) {
            // What JSON escapes is a part of it too, but for the end of a line.
            (b'\\', Some(b'u' | b'\\' | b'/')) => 2,
            (b'\\' | b'"' | b'&' | b';' | b'#' | b' ' | b'<' | b'>', _) => break,
            _ => 1,
        };
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn struck(line: &str) -> String {
        let mut lines = format!("?token=before\n{line}").into_bytes();
        strike(&mut lines, "?token=before\n".len());
        String::from_utf8(lines).unwrap().strip_prefix("?token=before\n").unwrap().to_owned()
    }

    #[test]
    fn what_lets_someone_in_is_struck_out_wherever_a_url_says_it() {
        let cases = [
            (r#""url":"http://h/x?token=s3cret""#, r#""url":"http://h/x?token=struck-out""#),
            (r#""http://h/?a=1&access_token=s3cret&b=2""#, r#""http://h/?a=1&access_token=struck-out&b=2""#),
            (r#""http://h/?X-Api_Key=s3cret#part""#, r#""http://h/?X-Api_Key=struck-out#part""#),
            (r#""GET /?sig=s3cret HTTP/1.1\nHost: h""#, r#""GET /?sig=struck-out HTTP/1.1\nHost: h""#),
            (r#""Location: /?PASSWORD=s3\u202ecret\\s3cret\nA: b""#, r#""Location: /?PASSWORD=struck-out\nA: b""#),
            (r#""http://h/;jsessionid=s3cret?x""#, r#""http://h/;jsessionid=struck-out""#),
            (
                r#""/?token=s3cret&token=s3cret","/#id_token=s3cret""#,
                r#""/?token=struck-out&token=struck-out","/#id_token=struck-out""#,
            ),
            (r#""/?next=/in?token=s3cret=s3cret""#, r#""/?next=/in?token=struck-out""#),
            (r#""/?X-Amz-Security-Token=s3cret%2F""#, r#""/?X-Amz-Security-Token=struck-out""#),
        ];
        for (line, expected) in cases {
            assert_eq!(struck(line), expected);
        }
    }

    #[test]
    fn what_only_looks_like_it_stays() {
        for line in [
            r#""http://h/?tokens=3&page=2&sort=token&q=a=b""#,
            r#""http://h/token=3""#,
            r#""http://h/?token=&x""#,
            r#""http://h/?=token""#,
            r#""http://h/?averyveryveryverylongnamethatendsintoken=1""#,
            r#""content":"dG9rZW49c2VjcmV0==""#,
            "",
        ] {
            assert_eq!(struck(line), line);
        }
    }

    proptest! {
        #[test]
        fn a_line_stays_a_line_of_json_and_is_the_same_when_struck_again(
            parts in prop::collection::vec(prop::sample::select(vec!["?", "&", "token", "=", "sid", "\"", "\\", "\u{202e}", "/", " ", "x", "\n", ";"]), 0..30)
        ) {
            let line = serde_json::to_string(&parts.concat()).unwrap();
            let once = struck(&line);
            prop_assert!(serde_json::from_str::<String>(&once).is_ok(), "{} of {}", once, line);
            prop_assert_eq!(struck(&once), once);
        }
    }
}
