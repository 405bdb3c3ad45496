//! What is asked for beside a target, and who gets to know it: the fields that go to every server, and those that go
//! only to the origin they were given for. Knows no connection.

mod secrets;

use crate::http::{Method, ReadyFields, Request, RequestError, valid_field};
use crate::target::Target;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

pub use secrets::secrets;

/// How requests are made. Its `Debug` tells no value.
#[derive(Clone)]
pub struct Asks {
    pub method: Method,
    /// `-H`, in the order given.
    pub fields: Vec<Field>,
    /// `-H Host:`, in the place of what the URL says.
    pub host: Option<String>,
    /// `-H Connection: close`.
    pub close: bool,
    /// `-b`.
    pub cookie: Option<String>,
    /// `-u`: user and password.
    pub user: Option<(Vec<u8>, Vec<u8>)>,
    /// Redirects are followed, unless with `--no-location`.
    pub follow: bool,
    /// `--max-redirs`.
    pub max_redirects: u32,
    /// `--allow-private`.
    pub allow_private: bool,
}

/// A field that the user gave, checked; without a value it takes a default one away.
#[derive(Clone, PartialEq, Eq)]
pub struct Field {
    name: String,
    value: Option<String>,
}

/// Fields that tell nothing about whoever asks, and go along to another origin. Every other one may be a secret.
pub const HARMLESS: [&str; 10] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "dnt",
    "pragma",
    "range",
    "sec-gpc",
    "user-agent",
];

impl Default for Asks {
    /// A plain GET whose redirects are followed.
    fn default() -> Asks {
        Asks {
            method: Method::Get,
            fields: Vec::new(),
            host: None,
            close: false,
            cookie: None,
            user: None,
            follow: true,
            max_redirects: 20,
            allow_private: false,
        }
    }
}

impl fmt::Debug for Asks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asks").field("method", &self.method).field("max_redirects", &self.max_redirects).finish()
    }
}

impl Field {
    /// # Errors
    /// Where it may not go on the wire; the value is not quoted.
    pub fn given(name: &str, value: &str) -> Result<Field, RequestError> {
        valid_field(name, value)?;
        Ok(Field { name: name.to_owned(), value: Some(value.to_owned()) })
    }

    /// One that is not to be sent.
    ///
    /// # Errors
    /// Where there can be no such field, or no request without it.
    pub fn removed(name: &str) -> Result<Field, RequestError> {
        valid_field(name, "")?;
        Ok(Field { name: name.to_owned(), value: None })
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// The fields of all requests of a run, ready to be sent.
pub(super) struct Ready {
    close: bool,
    /// For the origin of the target alone.
    host: Option<String>,
    /// For every origin.
    common: ReadyFields,
    /// For the origin of the target alone.
    own: ReadyFields,
    /// `-u`, as a field.
    user: Option<ReadyFields>,
    /// The user gave this field himself, or took it away.
    authorized: bool,
}

impl Ready {
    /// `close`: each request asks the server to close after it. `defaults`: what is sent unless the user says otherwise.
    ///
    /// # Errors
    /// Where a default may not go on the wire.
    pub fn new(asks: &Asks, close: bool, defaults: &[(&str, &str)]) -> Result<Ready, RequestError> {
        let named = |name: &str| asks.fields.iter().any(|field| field.is(name));
        let (mut common, mut own) = (ReadyFields::default(), ReadyFields::default());
        for (name, value) in defaults.iter().filter(|(name, _)| !named(name)) {
            common.push(name, value)?;
        }
        for field in &asks.fields {
            let Some(value) = &field.value else { continue };
            let harmless = HARMLESS.iter().any(|name| field.is(name));
            if harmless { &mut common } else { &mut own }.push(&field.name, value)?;
        }
        if let Some(cookie) = asks.cookie.as_deref().filter(|_| !named("Cookie")) {
            own.push("Cookie", cookie)?;
        }
        let user = asks.user.as_ref().map(|(user, password)| basic(user, password)).transpose()?;
        let (host, authorized) = (asks.host.clone(), named("Authorization"));
        Ok(Ready { close, host, common, own, user, authorized })
    }

    /// Appends the request for `target`, which `start` led to. `form` is its path, or for a proxy its URL; `fields` are
    /// those of this one connection.
    ///
    /// # Errors
    /// Where host or path may not go on the wire.
    pub fn write(
        &self,
        method: Method,
        target: &Target,
        start: &Target,
        form: &str,
        fields: &[(&str, &str)],
        out: &mut Vec<u8>,
    ) -> Result<(), RequestError> {
        let mut request = Request { method, host: target.host_field(), path: form, fields, close: self.close };
        if target.origin() != start.origin() {
            return request.write_with(&[&self.common], out);
        }
        request.host = self.host.as_deref().unwrap_or(request.host);
        // As in curl: what `-H` says comes first, then the URL, then `-u`.
        match (self.authorized, start.credentials(), &self.user) {
            (false, Some((user, password)), _) => {
                request.write_with(&[&self.common, &self.own, &basic(user, password)?], out)
            }
            (false, None, Some(user)) => request.write_with(&[&self.common, &self.own, user], out),
            _ => request.write_with(&[&self.common, &self.own], out),
        }
    }
}

/// RFC 7617, section 2.
fn basic(user: &[u8], password: &[u8]) -> Result<ReadyFields, RequestError> {
    let mut field = ReadyFields::default();
    field.push("Authorization", &format!("Basic {}", STANDARD.encode([user, b":", password].concat())))?;
    Ok(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULTS: [(&str, &str); 2] = [("User-Agent", "crawltop/test"), ("Accept", "*/*")];

    fn target(url: &str) -> Target {
        Target::parse(url).unwrap()
    }

    fn asked(asks: &Asks, url: &str, start: &str) -> String {
        let ready = Ready::new(asks, false, &DEFAULTS).unwrap();
        let (url, mut out) = (target(url), Vec::new());
        ready.write(Method::Get, &url, &target(start), url.path(), &[], &mut out).unwrap();
        let head = String::from_utf8(out).unwrap();
        head.split_once("\r\n\r\n").unwrap().0.split("\r\n").skip(2).collect::<Vec<_>>().join("|")
    }

    fn secretive() -> Asks {
        let field = |name, value| Field::given(name, value).unwrap();
        Asks {
            fields: vec![field("X-Token", "secret"), field("Accept-Language", "de"), field("accept", "text/html")],
            cookie: Some("a=secret".to_owned()),
            user: Some((b"me".to_vec(), b"secret".to_vec())),
            ..Asks::default()
        }
    }

    #[test]
    fn what_may_be_a_secret_goes_to_the_origin_it_was_given_for_and_no_other() {
        let start = "http://a.example/x";
        let common = "User-Agent: crawltop/test|Accept-Language: de|accept: text/html";
        let all = format!("{common}|X-Token: secret|Cookie: a=secret|Authorization: Basic bWU6c2VjcmV0");
        for own in [start, "http://a.example/", "http://a.example:80/y?z", "http://A.EXAMPLE/"] {
            assert_eq!(asked(&secretive(), own, start), all, "{own}");
        }
        let others = [
            "https://a.example/x",
            "http://a.example:8080/x",
            "http://b.a.example/x",
            "http://example/x",
            "http://a.example./x",
            "http://a.example.evil/x",
        ];
        for other in others {
            assert_eq!(asked(&secretive(), other, start), common, "{other}");
        }
    }

    #[test]
    fn a_bare_host_gets_its_secrets_over_tls_only() {
        let start = target("a.example");
        let ready = Ready::new(&secretive(), false, &DEFAULTS).unwrap();
        let (plain, mut out) = (start.fallback().unwrap(), Vec::new());
        ready.write(Method::Get, &plain, &start, plain.path(), &[], &mut out).unwrap();
        let sent = String::from_utf8(out).unwrap();
        assert!(!sent.contains("secret") && !sent.contains("Authorization"), "{sent}");
    }

    #[test]
    fn a_field_of_the_user_goes_before_the_url_and_the_url_before_the_option() {
        let authorization = |asks: &Asks, url| {
            let head = asked(asks, url, url);
            head.split('|').find_map(|line| line.strip_prefix("Authorization: ").map(str::to_owned))
        };
        let (plain, with_user) = ("http://a.example/", "http://u%40x:p%3aw@a.example/");
        assert_eq!(authorization(&Asks::default(), plain), None);
        assert_eq!(authorization(&Asks::default(), with_user).as_deref(), Some("Basic dUB4OnA6dw=="));
        assert_eq!(authorization(&secretive(), with_user).as_deref(), Some("Basic dUB4OnA6dw=="));
        let mut asks = secretive();
        asks.fields.push(Field::given("authorization", "Bearer x").unwrap());
        assert_eq!(authorization(&asks, with_user), None);
        assert!(asked(&asks, with_user, with_user).contains("|authorization: Bearer x|"));
        asks.fields = vec![Field::removed("Authorization").unwrap(), Field::removed("User-Agent").unwrap()];
        assert_eq!(asked(&asks, with_user, with_user), "Accept: */*|Cookie: a=secret");
    }

    #[test]
    fn a_host_of_the_user_goes_to_the_origin_it_was_given_for_and_no_other() {
        let asks = Asks { host: Some("v.example:99".to_owned()), ..Asks::default() };
        let ready = Ready::new(&asks, true, &[]).unwrap();
        let host = |url: &str, start: &str| {
            let (url, mut out) = (target(url), Vec::new());
            ready.write(Method::Get, &url, &target(start), url.path(), &[], &mut out).unwrap();
            String::from_utf8(out).unwrap().split("\r\n").nth(1).unwrap().to_owned()
        };
        let start = "http://a.example/x";
        assert_eq!(host(start, start), "Host: v.example:99");
        assert_eq!(host("http://a.example/y", start), "Host: v.example:99");
        for other in ["https://a.example/x", "http://a.example:8080/x", "http://b.example/", "http://v.example:99/"] {
            assert_eq!(host(other, start), format!("Host: {}", target(other).host_field()), "{other}");
        }
    }

    #[test]
    fn nothing_secret_is_told() {
        assert!(!format!("{:?}", secretive()).contains("secret"));
        assert!(!format!("{:?}", Field::given("Cookie", "secret\n").err()).contains("secret"));
        assert!(Field::removed("Host").is_err() && Field::given("X", "a\r\nb").is_err());
    }
}
