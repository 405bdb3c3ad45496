//! Which rows of a table are looked for: text and terms as they are typed, and whether what is known of a row meets
//! them. Knows no table and no key.

use crate::failure::FailureKind;
use crate::text::{Needle, Untrusted};
use std::time::Duration;

/// What is known of a row. What it has not, no term but a negated one meets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts<'a> {
    /// The URL, or whatever else its text is.
    pub text: Option<&'a Untrusted>,
    /// Bytes at the beginning of the text that are not shown.
    pub hidden: usize,
    pub status: Option<u16>,
    pub kind: Option<FailureKind>,
    /// What it does, or where it failed.
    pub phase: Option<&'static str>,
    /// What became of it, as the header counts it.
    pub outcome: Option<&'static str>,
    /// How long it took, or takes so far.
    pub took: Option<Duration>,
}

/// What is typed, and what is understood of it. Nothing typed lets everything through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    terms: Vec<Term>,
    trouble: Option<String>,
    /// What stands before a colon, and is looked for as text.
    unknown: Option<String>,
}

/// One word: it, or the contrary of it, has to be so.
#[derive(Clone, Debug, PartialEq)]
struct Term {
    negated: bool,
    test: Test,
}

#[derive(Clone, Debug, PartialEq)]
enum Test {
    /// In what is shown of the URL, or where the scheme is named, in all of it.
    Text {
        needle: Needle,
        whole: bool,
    },
    Host(Vec<Needle>),
    /// First and last status.
    Status(Vec<(u16, u16)>),
    Slow {
        above: bool,
        than: Duration,
    },
    /// Names that are meant; of these tests, each has a list.
    Phase(Vec<&'static str>),
    Kind(Vec<&'static str>),
    Outcome(Vec<&'static str>),
}

/// The keys of terms, an example of each, and what it means: for the line that is typed in, and for the help.
pub const TERMS: [(&str, &str, &str); 6] = [
    ("status", "status:4xx", "answers with such a status: 404, 40x, 5xx, or 404,410"),
    ("host", "host:name", "URLs of hosts with that in their name"),
    ("slow", "slow:>1s", "longer than that in flight or in all; with < shorter"),
    ("phase", "phase:wait", "in that phase now, or failed in it"),
    ("kind", "kind:timeout", "failed so; kind:conn means all kinds that begin so"),
    ("outcome", "outcome:failed", "ok, redirect, broken, failed or blocked"),
];

/// Phases, and what else stands in their column.
const PHASES: [&str; 9] = ["blocked", "dns", "connect", "tls", "send", "wait", "body", "result", "retry"];
/// What a result means, in one word, as the header counts it.
const OUTCOMES: [&str; 6] = ["ok", "redirect", "broken", "failed", "blocked", "cancelled"];

impl Filter {
    /// Words apart by blanks, all of which have to be so; `-` or `!` before one means the contrary. What is not
    /// understood is told, and has no effect.
    pub fn parse(typed: &str) -> Filter {
        let mut filter = Filter::default();
        for word in typed.split_whitespace() {
            let bare = word.strip_prefix(['-', '!']).unwrap_or(word);
            match Test::parse(bare) {
                // A sign alone will have a word behind it.
                _ if bare.is_empty() => {}
                Ok(test) => {
                    filter.unknown = filter.unknown.or_else(|| unknown(bare).map(str::to_owned));
                    filter.terms.push(Term { negated: bare.len() < word.len(), test });
                }
                Err(trouble) => filter.trouble = filter.trouble.or(Some(trouble)),
            }
        }
        filter
    }

    /// Whether it lets everything through.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether it says something of what is no request, by text or host.
    pub fn is_about_names(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.test, Test::Text { .. } | Test::Host(_)))
    }

    /// What is not understood, and what would be.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// The beginning of a word that looks like a term and is none, so that it is looked for as text.
    pub fn unknown(&self) -> Option<&str> {
        self.unknown.as_deref()
    }

    pub fn takes(&self, facts: &Facts<'_>) -> bool {
        self.terms.iter().all(|term| term.test.meets(facts) != term.negated)
    }

    /// Of a line in words, which is about what is known, or about nothing: only what is said of text and host counts, and
    /// text may stand in the words too. They are written last, into `words`, and only where they are needed.
    pub fn takes_line(&self, facts: &Facts<'_>, words: &mut String, write: impl FnOnce(&mut String)) -> bool {
        let hosts = self.terms.iter().filter(|term| matches!(term.test, Test::Host(_)));
        if !hosts.into_iter().all(|term| term.test.meets(facts) != term.negated) {
            return false;
        }
        let mut write = Some(write);
        let mut in_words = |needle: &Needle| {
            if let Some(write) = write.take() {
                words.clear();
                write(words);
            }
            needle.is_shown_in(words)
        };
        self.terms.iter().all(|term| match &term.test {
            Test::Text { needle, .. } => (term.test.meets(facts) || in_words(needle)) != term.negated,
            _ => true,
        })
    }

    /// Of a row that is no request: only what is said of text and host counts.
    pub fn takes_named(&self, facts: &Facts<'_>) -> bool {
        self.terms.iter().filter(|term| term.is_named()).all(|term| term.test.meets(facts) != term.negated)
    }

    /// All but that.
    pub fn takes_unnamed(&self, facts: &Facts<'_>) -> bool {
        self.terms.iter().filter(|term| !term.is_named()).all(|term| term.test.meets(facts) != term.negated)
    }

    /// Whether anything is said of text or host.
    pub fn is_named(&self) -> bool {
        self.terms.iter().any(Term::is_named)
    }
}

impl Term {
    fn is_named(&self) -> bool {
        matches!(self.test, Test::Text { .. } | Test::Host(_))
    }
}

impl Test {
    fn parse(word: &str) -> Result<Test, String> {
        let Some((key, value)) = word.split_once(':') else { return Ok(Test::text(word)) };
        let (key, value) = (&*key.to_ascii_lowercase(), &*value.to_ascii_lowercase());
        let listed = |known: &[&'static str]| names(key, value, known);
        match key {
            "status" => {
                alternatives(value).map(status).collect::<Option<_>>().map(Test::Status).ok_or_else(|| wants(key))
            }
            "host" if value.is_empty() => Err(wants(key)),
            "host" => Ok(Test::Host(alternatives(value).map(Needle::new).collect())),
            "slow" => slow(value).ok_or_else(|| wants(key)),
            "phase" => listed(&PHASES).map(Test::Phase),
            "outcome" => listed(&OUTCOMES).map(Test::Outcome),
            "kind" => {
                let kinds: Vec<_> = FailureKind::ALL.iter().map(|kind| kind.name()).collect();
                listed(&kinds).map(Test::Kind)
            }
            // A port, a scheme: what else has a colon is text.
            _ => Ok(Test::text(word)),
        }
    }

    fn text(word: &str) -> Test {
        Test::Text { needle: Needle::new(word), whole: word.contains("://") }
    }

    fn meets(&self, facts: &Facts<'_>) -> bool {
        let is_one = |names: &[&str], name: Option<&str>| name.is_some_and(|name| names.contains(&name));
        match self {
            Test::Text { needle, whole } => {
                facts.text.is_some_and(|text| text.shows(needle, if *whole { 0 } else { facts.hidden }))
            }
            Test::Host(needles) => facts.text.is_some_and(|text| {
                let host = text.authority();
                needles.iter().any(|needle| needle.is_in(host))
            }),
            Test::Status(ranges) => {
                let within = |status| ranges.iter().any(|&(first, last)| (first..=last).contains(&status));
                facts.status.is_some_and(within)
            }
            Test::Slow { above, than } => {
                facts.took.is_some_and(|took| if *above { took > *than } else { took < *than })
            }
            Test::Phase(names) => is_one(names, facts.phase),
            Test::Kind(names) => is_one(names, facts.kind.map(FailureKind::name)),
            Test::Outcome(names) => is_one(names, facts.outcome),
        }
    }
}

/// What stands before the colon of a word that looks like a term and is none. A host with a port, and a scheme, do not.
fn unknown(word: &str) -> Option<&str> {
    let (key, value) = word.split_once(':')?;
    let is_known = TERMS.iter().any(|term| key.eq_ignore_ascii_case(term.0));
    let is_scheme = ["http", "https"].iter().any(|scheme| key.eq_ignore_ascii_case(scheme)) || value.starts_with("//");
    let is_port = value.starts_with(|c: char| c.is_ascii_digit());
    let looks_so = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphabetic());
    (looks_so && !is_known && !is_scheme && !is_port).then_some(key)
}

/// What stands between commas.
fn alternatives(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').filter(move |part| !part.is_empty() || value.is_empty())
}

/// `404`, `40x`, `4xx`, `4`: the first and the last that are meant.
fn status(value: &str) -> Option<(u16, u16)> {
    let digits = value.trim_end_matches(['x', 'X']);
    let is_number = !digits.is_empty() && digits.len() <= 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let open = if value.len() == digits.len() && digits.len() == 3 { 0 } else { 3_usize.checked_sub(digits.len())? };
    let first = digits.parse::<u16>().ok().filter(|_| is_number && value.len() <= 3)? * 10_u16.pow(open as u32);
    Some((first, first + (10_u16.pow(open as u32) - 1)))
}

/// `>1s`, `<250ms`, `1s`; a bare number is seconds.
fn slow(value: &str) -> Option<Test> {
    let (above, rest) = match value.strip_prefix('<') {
        Some(rest) => (false, rest),
        None => (true, value.strip_prefix('>').unwrap_or(value)),
    };
    let rest = rest.strip_prefix('=').unwrap_or(rest);
    let seconds = rest.parse::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let than = seconds.or_else(|| humantime::parse_duration(rest).ok())?;
    Some(Test::Slow { above, than })
}

/// The known names that begin as each alternative does.
fn names(key: &str, value: &str, known: &[&'static str]) -> Result<Vec<&'static str>, String> {
    let mut meant = Vec::new();
    for begin in alternatives(value) {
        // A name that is another's beginning means itself.
        let exact = known.iter().find(|name| **name == begin);
        let longer = known.iter().filter(|name| exact.is_none() && name.starts_with(begin));
        let before = meant.len();
        meant.extend(exact.into_iter().chain(longer));
        if begin.is_empty() || meant.len() == before {
            return Err(format!("{key}: {}", known.join(" ")));
        }
    }
    Ok(meant)
}

fn wants(key: &str) -> String {
    let example = TERMS.iter().find(|term| term.0 == key).map_or("", |term| term.1);
    format!("{key}: as in {example}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn takes(typed: &str, facts: &Facts<'_>) -> bool {
        Filter::parse(typed).takes(facts)
    }

    fn url(text: &str) -> Untrusted {
        Untrusted::new(text, 999)
    }

    #[test]
    fn all_terms_have_to_be_so_and_a_sign_before_one_means_the_contrary() {
        let text = url("http://a.example/Goods/17/");
        let facts = Facts { text: Some(&text), hidden: 16, status: Some(404), ..Facts::default() };
        for typed in
            ["", " ", "goods", "GOODS /17", "status:404", "status:4xx", "status:40x", "status:4", "-status:5xx"]
        {
            assert!(takes(typed, &facts), "{typed}");
        }
        for typed in ["goods status:5xx", "goods -status:404", "!goods", "status:200,500", "phase:wait", "slow:>1s"] {
            assert!(!takes(typed, &facts), "{typed}");
        }
        assert!(takes("STATUS:4XX", &facts) && takes("Host:a.ex", &facts));
        assert!(takes("status:200,404", &facts) && takes("host:A.EX", &facts) && takes("-host:b", &facts));
    }

    #[test]
    fn text_is_looked_for_in_what_is_shown_unless_it_names_the_scheme() {
        let text = url("http://a.example/goods/");
        let facts = Facts { text: Some(&text), hidden: 16, ..Facts::default() };
        assert!(!takes("example", &facts));
        assert!(takes("http://a.example/goods", &facts) && takes("/goods", &facts));
        let hostile = url("http://a/\u{202e}\x1b[2JÄ/");
        let facts = Facts { text: Some(&hostile), hidden: 8, ..Facts::default() };
        assert!(takes("ä", &facts) && takes("␛[2j", &facts) && !takes("\x1b", &facts));
    }

    #[test]
    fn spans_are_compared_and_a_bare_number_is_seconds() {
        let took = |millis| Facts { took: Some(Duration::from_millis(millis)), ..Facts::default() };
        for typed in ["slow:>1s", "slow:1", "slow:>=0.5", "slow:>250ms", "slow:<1m", "-slow:<1s"] {
            assert!(takes(typed, &took(1_500)), "{typed}");
        }
        assert!(!takes("slow:>1s", &took(1_000)) && !takes("slow:<1s", &took(1_000)));
        assert!(!takes("slow:<1m", &Facts::default()), "what has no time is neither");
    }

    #[test]
    fn names_may_be_begun_and_one_that_is_whole_means_itself() {
        let failed = |kind| Facts { kind: Some(kind), outcome: Some("failed"), ..Facts::default() };
        assert!(takes("kind:time", &failed(FailureKind::Timeout)));
        assert!(takes("kind:conn", &failed(FailureKind::ConnectTimeout)));
        assert!(takes("kind:reset,timeout outcome:failed", &failed(FailureKind::Reset)));
        assert!(!takes("kind:timeout", &failed(FailureKind::ConnectTimeout)));
        assert!(takes("phase:wait", &Facts { phase: Some("wait"), ..Facts::default() }));
    }

    #[test]
    fn what_is_not_understood_is_told_and_has_no_effect() {
        for (typed, told) in [
            ("status:", "status: as in status:4xx"),
            ("status:4yx", "status: as in status:4xx"),
            ("status:4444", "status: as in status:4xx"),
            ("slow:>", "slow: as in slow:>1s"),
            ("slow:nan", "slow: as in slow:>1s"),
            ("host:", "host: as in host:name"),
            ("phase:lunch", "phase: blocked dns connect tls send wait body result retry"),
            ("outcome:", "outcome: ok redirect broken failed blocked cancelled"),
        ] {
            let filter = Filter::parse(typed);
            assert_eq!((filter.trouble(), filter.is_empty()), (Some(told), true), "{typed}");
        }
        let filter = Filter::parse("goods kind:x status:4xx");
        assert!(filter.trouble().is_some() && !filter.is_empty());
        assert_eq!(Filter::parse("- !").trouble(), None, "a sign alone is a term that is begun");
        assert_eq!(Filter::parse("http://a:8080 x:y").trouble(), None, "a colon alone makes no term");
    }

    #[test]
    fn a_word_that_looks_like_a_term_and_is_none_is_text_and_is_told() {
        for (typed, told) in [
            ("foo:bar", Some("foo")),
            ("goods -Size:>1k", Some("Size")),
            ("size:", Some("size")),
            ("status:404", None),
            ("localhost:8080", None),
            ("http://a.example/b:c", None),
            ("https:", None),
            ("a.example:x", None),
            (":x", None),
        ] {
            let filter = Filter::parse(typed);
            assert_eq!((filter.unknown(), filter.trouble()), (told, None), "{typed}");
        }
        let text = url("http://a/foo:bar");
        assert!(takes("foo:bar", &Facts { text: Some(&text), ..Facts::default() }));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_nothing_panics(typed in r"((status|host|slow|phase|kind|outcome|[-!])?:?[<>=]?\PC{0,6}[ ,]?){0,6}", text in any::<String>(), hidden in 0..40_usize) {
            let text = url(&text);
            let took = Some(Duration::from_secs(1));
            let facts = Facts { text: Some(&text), hidden, status: Some(404), took, ..Facts::default() };
            let filter = Filter::parse(&typed);
            let _ = (filter.takes(&facts), filter.takes_named(&facts));
        }
    }
}
