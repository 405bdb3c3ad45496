//! Where `<meta http-equiv=refresh>` leads (WHATWG HTML, 4.2.5.3, "shared declarative refresh steps"). Knows nothing of
//! elements.

/// The URL in the `content` of a refresh, as written; nothing where the page only loads itself again, or never.
pub(super) fn url(content: &str) -> Option<&str> {
    let text = content.trim_start_matches(is_blank);
    let behind_digits = text.trim_start_matches(|character: char| character.is_ascii_digit());
    if behind_digits.len() == text.len() && !text.starts_with('.') {
        return None;
    }
    let rest = behind_digits.trim_start_matches(|character: char| character.is_ascii_digit() || character == '.');
    if !rest.starts_with(|character| matches!(character, ';' | ',') || is_blank(character)) {
        return None;
    }
    let rest = rest.trim_start_matches(is_blank);
    let rest = rest.strip_prefix([';', ',']).unwrap_or(rest).trim_start_matches(is_blank);
    (!rest.is_empty()).then(|| unquoted(named(rest).unwrap_or(rest)))
}

/// What follows `url =`.
fn named(text: &str) -> Option<&str> {
    let name = text.get(..3).filter(|name| name.eq_ignore_ascii_case("url"))?;
    text[name.len()..].trim_start_matches(is_blank).strip_prefix('=').map(|url| url.trim_start_matches(is_blank))
}

/// Without its quotes, and without what follows them.
fn unquoted(url: &str) -> &str {
    match url.strip_prefix(['"', '\'']) {
        Some(quoted) => quoted.split(&url[..1]).next().unwrap_or(quoted),
        None => url,
    }
}

fn is_blank(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\x0c' | '\r' | ' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_leads_where_browsers_go() {
        let cases = [
            ("5; url=x", Some("x")),
            ("0;URL='x y'z", Some("x y")),
            (" 0.5.5 , url = \"x\"", Some("x")),
            ("0 x", Some("x")),
            (".5;x", Some("x")),
            ("0;'x", Some("x")),
            ("0;urlx=y", Some("urlx=y")),
            ("0;ur", Some("ur")),
            ("0; url", Some("url")),
            ("0;url=", Some("")),
            ("0;", None),
            ("5", None),
            ("x;url=y", None),
            ("5x;url=y", None),
            ("-1;url=y", None),
            ("", None),
        ];
        for (content, expected) in cases {
            assert_eq!(url(content), expected, "{content}");
        }
    }
}
