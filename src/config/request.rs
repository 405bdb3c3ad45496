//! From the words about requests to what is asked: methods, fields, cookies, who asks. Quotes no value, for any may be a
//! secret.

use super::Usage;
use crate::cli::{RequestArgs, Secret};
use crate::http::{Method, RequestError, valid_host};
use crate::net::{Asks, Field};

const HOST: &str =
    "write -H 'Host: name' or 'Host: name:port'; to ask another machine for it there is --resolve HOST:PORT:ADDR";
const FORMS: &str =
    "write -H 'Name: value', 'Name;' for a field without a value, or 'Name:' to leave a default one out";

/// # Errors
/// What of the words can't be sent.
pub fn asks(args: &RequestArgs) -> Result<Asks, Usage> {
    let (mut fields, mut host, mut close) = (Vec::new(), None, false);
    for header in args.headers() {
        match given(&header.0)? {
            Given::Field(field) => fields.push(field),
            Given::Host(value) => host = Some(value),
            Given::Close => close = true,
            Given::KeepAlive => {}
        }
    }
    Ok(Asks {
        method: args.request.as_deref().map_or(Ok(Method::Get), method)?,
        fields,
        host,
        close,
        cookie: cookies(&args.cookie)?,
        user: args.user.as_ref().map(|user| credentials(&user.0)),
        follow: !args.no_location,
        max_redirects: args.max_redirs,
        allow_private: args.allow_private,
    })
}

fn method(word: &str) -> Result<Method, Usage> {
    let known = [Method::Get, Method::Head].into_iter().find(|method| method.as_str().eq_ignore_ascii_case(word));
    known.ok_or_else(|| {
        Usage::new(
            format!("method {word} is none of GET and HEAD: crawltop reads, and changes nothing on a server"),
            "give -X GET or -X HEAD; for other methods there is curl",
        )
    })
}

/// What a field comes to.
enum Given {
    Field(Field),
    /// In the place of the URL's.
    Host(String),
    /// No connection is kept.
    Close,
    /// As it is without.
    KeepAlive,
}

/// The fields that requests decide themselves, and the user too, as far as they do not break them.
fn given(text: &str) -> Result<Given, Usage> {
    let (name, value) = text.split_once(':').unwrap_or((text, ""));
    let (is, value) = (|known: &str| name.eq_ignore_ascii_case(known), value.trim_matches([' ', '\t']));
    match () {
        () if is("host") && valid_host(value) => Ok(Given::Host(value.to_owned())),
        () if is("host") && !value.is_empty() => Err(Usage::new("-H: the value of Host is no host", HOST)),
        () if is("connection") && value.eq_ignore_ascii_case("close") => Ok(Given::Close),
        () if is("connection") && value.eq_ignore_ascii_case("keep-alive") => Ok(Given::KeepAlive),
        () => field(text).map(Given::Field),
    }
}

/// A field in one of curl's forms.
fn field(text: &str) -> Result<Field, Usage> {
    if text.starts_with('@') {
        return Err(Usage::new("-H reads no fields from a file", format!("{FORMS}; once for each field")));
    }
    let field = match (text.split_once(':'), text.trim_end().strip_suffix(';')) {
        (Some((name, value)), _) if blank(value) => Field::removed(name),
        (Some((name, value)), _) => Field::given(name, value.trim_matches([' ', '\t'])),
        (None, Some(name)) => Field::given(name, ""),
        (None, None) => return Err(Usage::new("-H without a colon is no field", FORMS)),
    };
    field.map_err(|error| Usage::new(format!("-H: {error}"), hint(&error, text)))
}

fn blank(value: &str) -> bool {
    value.trim_matches([' ', '\t']).is_empty()
}

fn hint(error: &RequestError, text: &str) -> &'static str {
    let is = |name: &str| text.get(..name.len()).is_some_and(|given| given.eq_ignore_ascii_case(name));
    match error {
        RequestError::ReservedField(_) if is("host") => HOST,
        RequestError::ReservedField(_) if is("connection") => "give Connection: close or keep-alive, or leave it out",
        RequestError::ReservedField(_) => {
            "leave it out: requests have no content, and connections are kept by themselves"
        }
        RequestError::FieldValue(_) => "a field's value is one line of printable characters",
        _ => FORMS,
    }
}

/// All cookies as the one field they are sent in (RFC 6265, section 4.2).
fn cookies(given: &[Secret]) -> Result<Option<String>, Usage> {
    for Secret(text) in given {
        if !text.contains('=') {
            return Err(Usage::new(
                "-b without = would be a file of cookies, and none is read",
                "give cookies as -b 'name=value', several as -b 'a=1; b=2'",
            ));
        }
        crate::http::valid_field("Cookie", text)
            .map_err(|error| Usage::new(format!("-b: {error}"), "a cookie is one line of printable characters"))?;
    }
    let texts = given.iter().map(|Secret(text)| text.trim().trim_end_matches(';'));
    Ok((!given.is_empty()).then(|| texts.collect::<Vec<_>>().join("; ")))
}

/// Without a colon, what is still to be asked for is empty.
fn credentials(text: &str) -> (Vec<u8>, Vec<u8>) {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    (user.into(), password.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Verb};
    use clap::Parser as _;

    fn args(words: &[&str]) -> RequestArgs {
        let words = ["crawltop", "fetch", "http://h/"].iter().chain(words);
        match Cli::try_parse_from(words).unwrap().verb {
            Verb::Fetch(args) => args.running.fetching.request,
            other => panic!("{other:?}"),
        }
    }

    fn refused(words: &[&str]) -> Usage {
        asks(&args(words)).err().unwrap_or_else(|| panic!("{words:?}"))
    }

    #[test]
    fn fields_are_taken_in_the_forms_of_curl() {
        let given = |name, value| Field::given(name, value).unwrap();
        let removed = |name| Field::removed(name).unwrap();
        let cases = [
            ("X: y", given("X", "y")),
            ("X:y", given("X", "y")),
            ("X: \t y: z;\t ", given("X", "y: z;")),
            ("X;", given("X", "")),
            ("X; ", given("X", "")),
            ("X: ;", given("X", ";")),
            ("User-Agent:", removed("User-Agent")),
            ("Accept: ", removed("Accept")),
            ("X: ü", given("X", "ü")),
        ];
        for (text, field) in cases {
            assert!(asks(&args(&["-H", text])).unwrap().fields == [field], "{text:?}");
        }
        assert_eq!(asks(&args(&["-H", "A: b", "-H", "C: d"])).unwrap().fields.len(), 2);
    }

    #[test]
    fn what_can_not_be_sent_is_refused_and_no_value_is_quoted() {
        let cases = [
            (&["-H", "X: secret\r\nY: z"][..], "control character"),
            (&["-H", "X: secret\nY: z"], "control character"),
            (&["-H", "X: secret\0"], "control character"),
            (&["-H", "X\r\nY: secret"], "not a token"),
            (&["-H", "X : secret"], "not a token"),
            (&["-H", ": secret"], "not a token"),
            (&["-H", ""], "without a colon"),
            (&["-H", ";"], "not a token"),
            (&["-H", "secret"], "without a colon"),
            (&["-H", "@secret"], "no fields from a file"),
            (&["-H", "Host:"], "can't be given"),
            (&["-H", "Host;"], "can't be given"),
            (&["-H", "Host: secret/"], "no host"),
            (&["-H", "Host: secret\r\nX: y"], "no host"),
            (&["-H", "host: me@secret"], "no host"),
            (&["-H", "content-length: 3"], "can't be given"),
            (&["-H", "Transfer-Encoding: chunked"], "can't be given"),
            (&["-H", "Connection: upgrade"], "can't be given"),
            (&["-H", "Connection:"], "can't be given"),
            (&["-H", "Connection: close, secret"], "can't be given"),
            (&["-H", "Expect: 100-continue"], "can't be given"),
            (&["-b", "secret"], "file of cookies"),
            (&["-b", "a=secret\r\nX: y"], "control character"),
            (&["-X", "POST"], "method POST is none of GET and HEAD"),
            (&["-X", ""], "none of GET and HEAD"),
        ];
        for (words, said) in cases {
            let Usage { message, hint } = refused(words);
            assert!(message.contains(said), "{words:?}: {message}");
            assert!(!format!("{message}{hint}{:?}", args(words)).contains("secret"), "{words:?}: {message}; {hint}");
            assert!(!hint.is_empty());
        }
        assert!(refused(&["-H", "Host:"]).hint.contains("--resolve"));
    }

    #[test]
    fn host_and_connection_can_be_given_as_far_as_they_break_nothing() {
        let asked = |words: &[&str]| asks(&args(words)).unwrap();
        assert_eq!((asked(&[]).host, asked(&[]).close), (None, false));
        for (text, host) in [("Host: v.example", "v.example"), ("host:v:99 ", "v:99"), ("HOST: [::1]:8", "[::1]:8")] {
            let asked = asked(&["-H", text]);
            assert_eq!((asked.host.as_deref(), asked.fields.len()), (Some(host), 0), "{text}");
        }
        assert_eq!(asked(&["-H", "Host: a", "-H", "Host: b"]).host.as_deref(), Some("b"));
        for (text, close) in
            [("Connection: close", true), ("connection:Close", true), ("Connection: Keep-Alive", false)]
        {
            let asked = asked(&["-H", text]);
            assert_eq!((asked.close, asked.fields.len()), (close, 0), "{text}");
        }
    }

    #[test]
    fn cookies_are_one_field_and_a_password_may_hold_colons() {
        let asked = asks(&args(&["-b", "a=1; b=2;", "-b", "c=3", "-u", "me:a:b", "-X", "head"])).unwrap();
        assert_eq!(asked.cookie.as_deref(), Some("a=1; b=2; c=3"));
        assert_eq!(asked.user, Some((b"me".to_vec(), b"a:b".to_vec())));
        assert_eq!((asked.method, asked.follow, asked.max_redirects), (Method::Head, true, 20));
        let asked = asks(&args(&["--no-location", "--max-redirs", "0", "--allow-private", "-u", "me:"])).unwrap();
        assert_eq!((asked.follow, asked.max_redirects, asked.allow_private), (false, 0, true));
        assert_eq!(asked.user, Some((b"me".to_vec(), Vec::new())));
    }
}
