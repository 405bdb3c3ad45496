//! What of all that is asked is secret, value by value, so that it can be struck out wherever a server repeats it. Knows
//! no text in which it may stand.

use super::{Asks, Field, HARMLESS};
use crate::net::Proxies;
use crate::secrets::of_user;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Fields beside the harmless whose values are no secrets: where one comes from, what one has already, what one wants.
const OPEN: [&str; 14] = [
    "date",
    "dpr",
    "from",
    "origin",
    "priority",
    "prefer",
    "referer",
    "save-data",
    "te",
    "upgrade-insecure-requests",
    "via",
    "viewport-width",
    "width",
    "x-requested-with",
];
/// Such fields by how their names begin.
const OPEN_BEGINS: [&str; 4] = ["if-", "sec-", "x-forwarded-", "forwarded"];
/// What a name holds that says that its value lets someone in.
const TELLING: [&str; 12] =
    ["auth", "cookie", "cred", "csrf", "jwt", "key", "pass", "pw", "secret", "sess", "sid", "token"];
/// Bytes of the shortest value that is a secret though its name does not say so: shorter ones are words.
const LEAST: usize = 6;

/// Bytes of the shortest cookie that is one.
const SHORT: usize = 4;

/// All of it, of the requests and of the proxies.
pub fn secrets(asks: &Asks, proxies: &Proxies) -> Vec<Vec<u8>> {
    let users = asks.user.iter().map(|(user, password)| (&user[..], &password[..])).chain(proxies.credentials());
    let users = users.flat_map(|(user, password)| of_user(user, password));
    let cookies = asks.cookie.iter().flat_map(|cookies| of_cookies(cookies));
    users.chain(cookies).chain(asks.fields.iter().flat_map(of_field)).collect()
}

fn of_field(field: &Field) -> Vec<Vec<u8>> {
    let (name, value) = (field.name.to_ascii_lowercase(), field.value.as_deref().unwrap_or_default());
    let begins = |begin: &&str| name.starts_with(begin);
    match &*name {
        "authorization" | "proxy-authorization" => of_authorization(value),
        "cookie" => of_cookies(value),
        _ if HARMLESS.contains(&&*name) || OPEN.contains(&&*name) || OPEN_BEGINS.iter().any(begins) => Vec::new(),
        _ => of_named(&name, value),
    }
}

/// Without the word that says how; of Basic, what is in it too.
fn of_authorization(value: &str) -> Vec<Vec<u8>> {
    let (scheme, secret) = value.split_once(' ').unwrap_or(("", value));
    let secret = secret.trim();
    let plain = STANDARD.decode(secret).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"));
    let of_plain = plain.as_deref().and_then(|plain| {
        let colon = plain.iter().position(|&byte| byte == b':')?;
        Some(of_user(&plain[..colon], &plain[colon + 1..]))
    });
    std::iter::once(secret.into()).chain(of_plain.unwrap_or_default()).collect()
}

fn of_cookies(cookies: &str) -> Vec<Vec<u8>> {
    let pairs = cookies.split(';').filter_map(|pair| pair.split_once('='));
    let values = pairs.map(|(_, value)| value.trim().trim_matches('"'));
    values.filter(|value| value.len() >= SHORT).map(Into::into).collect()
}

fn of_named(name: &str, value: &str) -> Vec<Vec<u8>> {
    let telling = TELLING.iter().any(|telling| name.contains(telling));
    if telling || value.len() >= LEAST { vec![value.into()] } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(fields: &[(&str, &str)], cookie: Option<&str>, proxy: Option<&str>) -> Vec<String> {
        let fields = fields.iter().map(|(name, value)| Field::given(name, value).unwrap()).collect();
        let asks = Asks { fields, cookie: cookie.map(str::to_owned), ..Asks::default() };
        let secrets = secrets(&asks, &Proxies::new(proxy, |_| None).unwrap());
        secrets.into_iter().map(|secret| String::from_utf8(secret).unwrap()).collect()
    }

    #[test]
    fn a_value_is_secret_by_its_name_or_by_its_length() {
        let fields = [
            ("X-Api-Key", "k3y!"),
            ("X-Env", "stage"),
            ("X-Tenant", "one-of-many"),
            ("Referer", "https://a.example/"),
            ("X-Forwarded-Proto", "https"),
            ("Sec-Fetch-Mode", "navigate"),
            ("If-None-Match", "\"abcdefgh\""),
            ("Accept-Language", "de-DE,de"),
        ];
        assert_eq!(of(&fields, None, None), ["k3y!", "one-of-many"]);
    }

    #[test]
    fn of_an_authorization_it_is_what_stands_behind_the_scheme_and_in_basic() {
        assert_eq!(of(&[("authorization", "Bearer abc.def")], None, None), ["abc.def"]);
        assert_eq!(of(&[("Authorization", "Basic bWU6cGFzcw==")], None, None), ["bWU6cGFzcw==", "bWU6cGFzcw", "pass"]);
        assert_eq!(of(&[("Authorization", "whatever")], None, None), ["whatever"]);
    }

    #[test]
    fn of_cookies_it_is_their_values_and_of_a_proxy_its_user() {
        assert_eq!(
            of(&[("Cookie", "a=b; x=\"longer\"")], Some("sid=1234; lang=de; c=d=efgh"), None),
            ["1234", "d=efgh", "longer"]
        );
        let proxy = ["bWU6cGFzcw", "pass"];
        assert_eq!(of(&[], None, Some("http://me:pass@p:1")), [proxy, proxy].concat());
    }
}
