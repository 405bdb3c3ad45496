//! Whether a page is read with quirks, by its doctype (WHATWG HTML, 13.2.5.53 to 13.2.5.67 and 13.2.6.4.1): then a `table`
//! may stand in a `p`. Knows nothing of what follows.

use super::comment::Comment;
use super::names::is_blank;

/// How the public identifiers of such pages begin.
const PREFIXES: [&str; 55] = [
    "+//silmaril//dtd html pro v0r11 19970101//",
    "-//advasoft ltd//dtd html 3.0 aswedit + extensions//",
    "-//as//dtd html 3.0 aswedit + extensions//",
    "-//ietf//dtd html 2.0 level 1//",
    "-//ietf//dtd html 2.0 level 2//",
    "-//ietf//dtd html 2.0 strict level 1//",
    "-//ietf//dtd html 2.0 strict level 2//",
    "-//ietf//dtd html 2.0 strict//",
    "-//ietf//dtd html 2.0//",
    "-//ietf//dtd html 2.1e//",
    "-//ietf//dtd html 3.0//",
    "-//ietf//dtd html 3.2 final//",
    "-//ietf//dtd html 3.2//",
    "-//ietf//dtd html 3//",
    "-//ietf//dtd html level 0//",
    "-//ietf//dtd html level 1//",
    "-//ietf//dtd html level 2//",
    "-//ietf//dtd html level 3//",
    "-//ietf//dtd html strict level 0//",
    "-//ietf//dtd html strict level 1//",
    "-//ietf//dtd html strict level 2//",
    "-//ietf//dtd html strict level 3//",
    "-//ietf//dtd html strict//",
    "-//ietf//dtd html//",
    "-//metrius//dtd metrius presentational//",
    "-//microsoft//dtd internet explorer 2.0 html strict//",
    "-//microsoft//dtd internet explorer 2.0 html//",
    "-//microsoft//dtd internet explorer 2.0 tables//",
    "-//microsoft//dtd internet explorer 3.0 html strict//",
    "-//microsoft//dtd internet explorer 3.0 html//",
    "-//microsoft//dtd internet explorer 3.0 tables//",
    "-//netscape comm. corp.//dtd html//",
    "-//netscape comm. corp.//dtd strict html//",
    "-//o'reilly and associates//dtd html 2.0//",
    "-//o'reilly and associates//dtd html extended 1.0//",
    "-//o'reilly and associates//dtd html extended relaxed 1.0//",
    "-//softquad software//dtd hotmetal pro 6.0::19990601::extensions to html 4.0//",
    "-//softquad//dtd hotmetal pro 4.0::19971010::extensions to html 4.0//",
    "-//spyglass//dtd html 2.0 extended//",
    "-//sq//dtd html 2.0 hotmetal + extensions//",
    "-//sun microsystems corp.//dtd hotjava html//",
    "-//sun microsystems corp.//dtd hotjava strict html//",
    "-//w3c//dtd html 3 1995-03-24//",
    "-//w3c//dtd html 3.2 draft//",
    "-//w3c//dtd html 3.2 final//",
    "-//w3c//dtd html 3.2//",
    "-//w3c//dtd html 3.2s draft//",
    "-//w3c//dtd html 4.0 frameset//",
    "-//w3c//dtd html 4.0 transitional//",
    "-//w3c//dtd html experimental 19960712//",
    "-//w3c//dtd html experimental 970421//",
    "-//w3c//dtd w3 html//",
    "-//w3o//dtd w3 html 3.0//",
    "-//webtechs//dtd mozilla html 2.0//",
    "-//webtechs//dtd mozilla html//",
];

/// The same where no system identifier follows.
const PREFIXES_ALONE: [&str; 2] = ["-//w3c//dtd html 4.01 frameset//", "-//w3c//dtd html 4.01 transitional//"];

const PUBLIC: [&str; 3] = ["-//w3o//dtd w3 html strict 3.0//en//", "-/w3c/dtd html 4.0 transitional/en", "html"];
const SYSTEM: &str = "http://www.ibm.com/data/dtd/v11/ibmxhtml1-transitional.dtd";

/// Whether a page that begins with these bytes is, as far as they tell.
pub(in crate::crawl) fn has_quirks(page: &[u8]) -> bool {
    let mut rest = page.strip_prefix(b"\xef\xbb\xbf").unwrap_or(page);
    loop {
        rest = trimmed(rest);
        let end = match rest {
            [b'<', b'!', b'-', b'-', comment @ ..] => Comment::new().take(comment).map(|end| 4 + end),
            [b'<', b'/', b'a'..=b'z' | b'A'..=b'Z', ..] => None,
            [b'<', b'!' | b'?' | b'/', ..] => memchr::memchr(b'>', rest).map(|end| end + 1),
            _ => None,
        };
        let Some((declaration, behind)) = end.and_then(|end| rest.split_at_checked(end)) else { return true };
        if let Some(quirks) = is_quirky(declaration) {
            return quirks;
        }
        rest = behind;
    }
}

/// What the declaration with these bytes, from its `<` to its `>`, makes of a page; nothing, where it is no doctype.
pub(super) fn is_quirky(declaration: &[u8]) -> Option<bool> {
    let doctype = behind(declaration, "<!doctype")?;
    Some(identifiers(doctype).is_none_or(|(public, system)| {
        public.is_some_and(|public| is_old(public, system))
            || system.is_some_and(|system| system.eq_ignore_ascii_case(SYSTEM.as_bytes()))
    }))
}

fn is_old(public: &[u8], system: Option<&[u8]>) -> bool {
    let begins = |prefix: &&str| behind(public, prefix).is_some();
    PREFIXES.iter().any(begins)
        || (system.is_none() && PREFIXES_ALONE.iter().any(begins))
        || PUBLIC.iter().any(|whole| public.eq_ignore_ascii_case(whole.as_bytes()))
}

/// The public identifier and that of the system.
type Identifiers<'d> = (Option<&'d [u8]>, Option<&'d [u8]>);

/// Those of a doctype of HTML; nothing, where it is that of something else, or cut short.
fn identifiers(doctype: &[u8]) -> Option<Identifiers<'_>> {
    let rest = behind(trimmed(doctype), "html")?;
    if !rest.first().is_some_and(|byte| is_blank(*byte) || *byte == b'>') {
        return None;
    }
    let rest = trimmed(rest);
    if rest.starts_with(b">") {
        return Some((None, None));
    }
    if let Some(rest) = behind(rest, "system") {
        return quoted(trimmed(rest)).map(|(system, _)| (None, Some(system)));
    }
    let (public, rest) = quoted(trimmed(behind(rest, "public")?))?;
    let rest = trimmed(rest);
    match rest.starts_with(b">") {
        true => Some((Some(public), None)),
        false => quoted(rest).map(|(system, _)| (Some(public), Some(system))),
    }
}

/// What stands in quotes there, and what follows. A `>` in them cuts it short.
fn quoted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (quote, rest) = bytes.split_first().filter(|(quote, _)| matches!(quote, b'"' | b'\''))?;
    let end = rest.iter().position(|byte| byte == quote || *byte == b'>').filter(|&end| rest[end] == *quote)?;
    Some((&rest[..end], &rest[end + 1..]))
}

/// What follows these letters, whatever their case.
fn behind<'b>(bytes: &'b [u8], letters: &str) -> Option<&'b [u8]> {
    let (begin, rest) = bytes.split_at_checked(letters.len())?;
    begin.eq_ignore_ascii_case(letters.as_bytes()).then_some(rest)
}

fn trimmed(bytes: &[u8]) -> &[u8] {
    let blanks = bytes.iter().take_while(|byte| is_blank(**byte)).count();
    &bytes[blanks..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_quirks_where_its_doctype_is_none_of_today() {
        let cases = [
            ("<!doctype html>", Some(false)),
            ("<!DOCTYPE HTML >", Some(false)),
            ("<!doctypehtml>", Some(false)),
            ("<!doctype html SYSTEM 'about:legacy-compat'>", Some(false)),
            (
                "<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 4.01//EN\" \"http://www.w3.org/TR/html4/strict.dtd\">",
                Some(false),
            ),
            ("<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Transitional//EN' ''>", Some(false)),
            ("<!DOCTYPE html PUBLIC '-//W3C//DTD HTML 4.01 Transitional//EN''x'>", Some(false)),
            ("<!DOCTYPE html PUBLIC '-//W3C//DTD HTML 4.01 Transitional//EN'>", Some(true)),
            ("<!doctype html public'-//w3c//dtd html 4.0 transitional//en' 'x'>", Some(true)),
            ("<!DOCTYPE html PUBLIC '+//Silmaril//dtd html Pro v0r11 19970101//EN'>", Some(true)),
            ("<!DOCTYPE HTML PUBLIC 'HTML'>", Some(true)),
            ("<!DOCTYPE HTML PUBLIC 'HTML+'>", Some(false)),
            ("<!DOCTYPE HTML SYSTEM 'http://www.ibm.com/data/dtd/v11/ibmxhtml1-transitional.dtd' x>", Some(true)),
            ("<!DOCTYPE HTML SYSTEM 'x' x>", Some(false)),
            ("<!doctype>", Some(true)),
            ("<!doctype htm>", Some(true)),
            ("<!doctype html5>", Some(true)),
            ("<!doctype html x>", Some(true)),
            ("<!doctype html public>", Some(true)),
            ("<!doctype html public x>", Some(true)),
            ("<!doctype html public 'x>", Some(true)),
            ("<!doctype html public 'x' y>", Some(true)),
            ("<!doctype html system>", Some(true)),
            ("<!doc html>", None),
            ("<?doctype html>", None),
        ];
        for (doctype, expected) in cases {
            assert_eq!(is_quirky(doctype.as_bytes()), expected, "{doctype}");
            let page = format!("\n<!-- <!doctype> --><!--><?x?></>{doctype}<p>");
            assert_eq!(has_quirks(page.as_bytes()), expected.unwrap_or(true), "{page}");
        }
    }
}
