//! What a terminal is trusted with: characters, colours, bytes. Asks the environment through a function it is given.

use crate::cli::{ThemeArg, When};
use crate::text::Charset;
use crate::ui::{Depth, Pace, ThemeName};

/// Pictures a second, where nothing is said and the terminal is near.
const PICTURES: u32 = 10;

/// The characters that may be drawn and printed: ASCII where the locale is not UTF-8, on a console, or on request.
pub fn charset(ascii: bool, var: impl Fn(&str) -> Option<String>) -> Charset {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(&var).find(|value| !value.is_empty());
    let locale = locale.unwrap_or_default().to_ascii_lowercase();
    let unicode = locale.contains("utf-8") || locale.contains("utf8");
    if ascii || !unicode || var("TERM").as_deref() == Some("linux") { Charset::Ascii } else { Charset::Unicode }
}

/// How many colours are used: none where that is wished, else as many as the terminal says it has.
pub fn depth(when: When, var: impl Fn(&str) -> Option<String>) -> Depth {
    if !colours(when, &var) {
        return Depth::None;
    }
    let value = |name| var(name).unwrap_or_default();
    Depth::told(&value("TERM"), &value("COLORTERM"))
}

/// Whether colours are used, by the conventions of `NO_COLOR`, `CLICOLOR` and `CLICOLOR_FORCE`.
fn colours(when: When, var: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| var(name).filter(|value| !value.is_empty());
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto if set("NO_COLOR").is_some() => false,
        When::Auto if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        When::Auto => set("CLICOLOR").is_none_or(|value| value != "0"),
    }
}

/// What the terminal is sent: as many pictures as are asked for, else few bytes where it is far away.
pub fn pace(fps: Option<u32>, var: impl Fn(&str) -> Option<String>) -> Pace {
    let remote = ["SSH_CONNECTION", "SSH_TTY"].into_iter().any(|name| var(name).is_some_and(|value| !value.is_empty()));
    match fps {
        Some(fps) => Pace::Pictures(fps),
        None if remote => Pace::Remote,
        None => Pace::Pictures(PICTURES),
    }
}

pub fn theme(theme: ThemeArg) -> ThemeName {
    match theme {
        ThemeArg::Default => ThemeName::Default,
        ThemeArg::Light => ThemeName::Light,
        ThemeArg::Dark => ThemeName::Dark,
        ThemeArg::Cvd => ThemeName::Cvd,
        ThemeArg::Mono => ThemeName::Mono,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        |name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn the_charset_follows_the_locale_and_the_console() {
        let cases = [
            (vec![("LANG", "en_US.UTF-8")], Charset::Unicode),
            (vec![("LANG", "C.utf8")], Charset::Unicode),
            (vec![("LC_ALL", ""), ("LANG", "de_DE.UTF-8")], Charset::Unicode),
            (vec![("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")], Charset::Ascii),
            (vec![("LC_CTYPE", "C.UTF-8"), ("LANG", "C")], Charset::Unicode),
            (vec![("LANG", "en_US.ISO-8859-1")], Charset::Ascii),
            (vec![("LANG", "en_US.UTF-8"), ("TERM", "linux")], Charset::Ascii),
            (vec![], Charset::Ascii),
        ];
        for (pairs, expected) in cases {
            assert_eq!(charset(false, env(&pairs)), expected, "{pairs:?}");
        }
        assert_eq!(charset(true, env(&[("LANG", "en_US.UTF-8")])), Charset::Ascii);
    }

    #[test]
    fn colours_follow_the_conventions() {
        assert!(colours(When::Auto, env(&[])));
        assert!(!colours(When::Auto, env(&[("NO_COLOR", "1")])));
        assert!(colours(When::Auto, env(&[("NO_COLOR", "")])));
        assert!(!colours(When::Auto, env(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")])));
        assert!(!colours(When::Auto, env(&[("CLICOLOR", "0")])));
        assert!(!colours(When::Auto, env(&[("CLICOLOR", "0"), ("CLICOLOR_FORCE", "0")])));
        assert!(colours(When::Auto, env(&[("CLICOLOR", "0"), ("CLICOLOR_FORCE", "1")])));
        assert!(colours(When::Always, env(&[("NO_COLOR", "1")])));
        assert!(!colours(When::Never, env(&[("CLICOLOR_FORCE", "1")])));
    }

    #[test]
    fn the_depth_is_none_without_colours_and_the_terminals_own_with_them() {
        let truly = [("TERM", "xterm-256color"), ("COLORTERM", "truecolor")];
        assert_eq!(depth(When::Auto, env(&truly)), Depth::True);
        assert_eq!(depth(When::Never, env(&truly)), Depth::None);
        assert_eq!(depth(When::Always, env(&[("TERM", "linux"), ("NO_COLOR", "1")])), Depth::Sixteen);
    }

    #[test]
    fn a_terminal_far_away_is_sent_less_unless_pictures_are_asked_for() {
        assert_eq!(pace(None, env(&[])), Pace::Pictures(10));
        assert_eq!(pace(None, env(&[("SSH_TTY", "/dev/pts/3")])), Pace::Remote);
        assert_eq!(pace(None, env(&[("SSH_CONNECTION", "::1 1 ::1 22")])), Pace::Remote);
        assert_eq!(pace(None, env(&[("SSH_CONNECTION", "")])), Pace::Pictures(10));
        assert_eq!(pace(Some(4), env(&[("SSH_TTY", "/dev/pts/3")])), Pace::Pictures(4));
    }
}
