//! robots.txt by RFC 9309: bytes in pieces in, a verdict on a path out. Knows nothing of how it is fetched, of origins
//! or of time.
//!
//! ```
//! use crawltop::crawl::robots::{RobotsReader, Verdict};
//!
//! let mut reader = RobotsReader::new("crawltop");
//! reader.take(b"User-agent: *\nDisallow: /pri");
//! reader.take(b"vate/\nAllow: /private/door$");
//! let robots = reader.finish();
//! assert_eq!(robots.verdict("/private/door"), Verdict::Allowed);
//! assert_eq!(robots.verdict("/private/door/2"), Verdict::Kept { line: 2, rule: "Disallow: /private/" });
//! ```
//!
//! # What is read, and how
//!
//! | what the file has | here | why |
//! | --- | --- | --- |
//! | more than 500 KiB | the rest is dropped, with a line that the limit cuts | RFC 9309, 2.5; [`Robots::cut`] says so |
//! | CR, LF, CRLF, mixed; no end after the last line | all end a line | 2.2, and Google's parser |
//! | a byte order mark, whole or in part | skipped | Google's parser |
//! | a line over 16,663 bytes | the rest of it is passed over | Google's parser |
//! | `User-agent` values | the token of letters, `_`, `-` at the start is compared, in any case | 2.2.1 |
//! | `*`, alone or before white space | everyone who is not named elsewhere | 2.2.1, and Google's parser |
//! | several groups of one agent | one group | 2.2.1 |
//! | rules before the first group | ignored | 2.2.1 |
//! | `Sitemap`, `Host`, `Clean-param` | stand in no group, and end none | 2.2.4 |
//! | names that are not known | ignored; they end no group, but for `Crawl-delay` | 2.2.4, and Google's parser |
//! | white space around names and values, Unicode's too | passed over | Protego |
//! | a missing colon, a few misspellings | taken as meant | Google's parser, Protego |
//! | `%62`, `~` and `%7E`, `ä` and `%c3%a4` | the same on both sides; but `%2F` is no `/` and `%3F` no `?` | 2.2.2 |
//! | two rules as long | `Allow` wins | 2.2.2 |
//! | a value that begins with neither `/` nor `*` | no rule | 2.2.2; `http://…` stands for `/http://…`, as in Protego |
//! | `Allow: …/index.html` | `…/` is allowed too | Google's parser, Protego |
//! | `Disallow: …$` | also keeps out what goes on with a dollar sign | Protego |
//! | many patterns with wildcards | pieces beyond 20,000 have no place | a verdict stays below a millisecond |
//! | `Crawl-delay` | of the group that applies; the longest of several; at most 60 s | not in the RFC |
//! | `/robots.txt` itself | always allowed, with a query too | 2.2.2 |

mod delay;
mod directive;
mod groups;
mod lines;
mod outcome;
mod path;
mod pattern;
mod rules;

pub use delay::LONGEST_DELAY;
pub use groups::{RULE_BYTES, SITEMAP_BYTES, SITEMAPS};
pub use outcome::{Meaning, REDIRECTS, meaning};

use groups::Groups;
use lines::Lines;
use rules::Rules;
use std::sync::Arc;
use std::time::Duration;

/// Bytes of a robots.txt that are read (RFC 9309, 2.5).
pub const LIMIT: usize = 500 << 10;

/// The path that is always allowed.
const ITSELF: &str = "/robots.txt";

/// Reads a robots.txt as it comes. Memory is bounded by its size, which [`LIMIT`] bounds.
pub struct RobotsReader {
    lines: Lines,
    groups: Groups,
    read: usize,
    cut: bool,
}

impl RobotsReader {
    /// `agent`: the product token that groups are looked for by, in any case.
    pub fn new(agent: &str) -> RobotsReader {
        RobotsReader { lines: Lines::default(), groups: Groups::new(agent), read: 0, cut: false }
    }

    /// Reads the next piece, of any size. What is beyond [`LIMIT`] is dropped.
    pub fn take(&mut self, piece: &[u8]) {
        let (kept, dropped) = piece.split_at(piece.len().min(LIMIT - self.read));
        self.read += kept.len();
        self.lines.take(kept, |number, line| self.groups.line(number, line));
        if let Some(next) = dropped.first().filter(|_| !self.cut) {
            self.cut = true;
            match next {
                b'\r' | b'\n' => self.lines.take(&[*next], |number, line| self.groups.line(number, line)),
                // Half a rule may forbid or allow more than the whole one.
                _ => self.lines.forget(),
            }
        }
    }

    /// Whether the rest would be dropped: then there is no need to receive it.
    pub fn is_full(&self) -> bool {
        self.read == LIMIT
    }

    pub fn finish(mut self) -> Robots {
        self.lines.finish(|number, line| self.groups.line(number, line));
        let (group, sitemaps, sitemaps_over) = self.groups.finish();
        let (broad, narrow) = (group.draft.broad, group.draft.narrow);
        Robots(Arc::new(Content {
            stance: Stance::Rules(group.draft.finish()),
            asked: group.delay,
            sitemaps,
            sitemaps_over,
            cut: self.cut,
            broad,
            narrow,
        }))
    }
}

/// What a robots.txt says to one crawler. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Robots(Arc<Content>);

#[derive(Debug)]
struct Content {
    stance: Stance,
    /// The delay as it was written.
    asked: Option<Duration>,
    sitemaps: Vec<Box<str>>,
    sitemaps_over: u32,
    cut: bool,
    /// Rules that are held to forbid more than they do, and to allow less.
    broad: u32,
    narrow: u32,
}

#[derive(Debug)]
enum Stance {
    Rules(Rules),
    Closed(Box<str>),
}

/// Whether a URL may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict<'r> {
    Allowed,
    /// It is kept out by `rule`, as `Disallow: /private/`, in `line` from 1. Where no line says so, `line` is 0 and
    /// `rule` the reason. `rule` is bounded ([`RULE_BYTES`]) and not made safe for a screen.
    Kept {
        line: u32,
        rule: &'r str,
    },
}

impl Robots {
    /// There is no robots.txt.
    pub fn allow_all() -> Robots {
        Robots::with(Stance::Rules(Rules::default()))
    }

    /// Nothing is allowed but robots.txt, and `why` is what verdicts say.
    pub fn disallow_all(why: &str) -> Robots {
        Robots::with(Stance::Closed(why.into()))
    }

    fn with(stance: Stance) -> Robots {
        let (sitemaps, sitemaps_over) = (Vec::new(), 0);
        Robots(Arc::new(Content { stance, asked: None, sitemaps, sitemaps_over, cut: false, broad: 0, narrow: 0 }))
    }

    /// `path_and_query`: of the URL as it would be requested. A fragment is passed over; without a path it is `/`.
    pub fn verdict(&self, path_and_query: &str) -> Verdict<'_> {
        let target = before(b'#', path_and_query);
        if target.starts_with(ITSELF) && before(b'?', target) == ITSELF {
            return Verdict::Allowed;
        }
        let rules = match &self.0.stance {
            Stance::Rules(rules) => rules,
            Stance::Closed(why) => return Verdict::Kept { line: 0, rule: why },
        };
        let rooted = if target.starts_with('/') { None } else { Some(["/", target].concat()) };
        let target = rooted.as_deref().unwrap_or(target);
        match rules.decide(&path::normal(target.as_bytes())) {
            Some(rule) if !rule.allow => Verdict::Kept { line: rule.line, rule: &rule.text },
            _ => Verdict::Allowed,
        }
    }

    /// The wait between two requests that is asked for, at most [`LONGEST_DELAY`].
    pub fn delay(&self) -> Option<Duration> {
        self.0.asked.map(|asked| asked.min(LONGEST_DELAY))
    }

    /// The wait as it was written, at most a year, where that is longer than what [`delay`](Self::delay) gives.
    pub fn delay_cut_from(&self) -> Option<Duration> {
        self.0.asked.filter(|asked| *asked > LONGEST_DELAY)
    }

    /// Rules that hold for this crawler.
    pub fn rules(&self) -> u32 {
        match &self.0.stance {
            Stance::Rules(rules) => u32::try_from(rules.len()).unwrap_or(u32::MAX),
            Stance::Closed(_) => 0,
        }
    }

    /// What it means for a crawl, in a few words; they quote nothing of the file.
    pub fn meaning(&self) -> String {
        let rules = match (&self.0.stance, self.rules()) {
            (Stance::Closed(why), _) => return format!("nothing may be asked: {why}"),
            (Stance::Rules(_), 0) => "all may be asked".to_owned(),
            (Stance::Rules(_), 1) => "1 rule".to_owned(),
            (Stance::Rules(_), rules) => format!("{rules} rules"),
        };
        let rules = if self.cut() { rules + ", the rest was not read" } else { rules };
        let rules = match self.broad() {
            0 => rules,
            broad => format!("{rules}, {broad} of them taken to forbid all that begins as they do"),
        };
        let rules = match self.narrow() {
            0 => rules,
            narrow => format!("{rules}, {narrow} of them taken to allow nothing"),
        };
        match (self.delay(), self.delay_cut_from()) {
            (None, _) => rules,
            (Some(delay), None) => format!("{rules}, Crawl-delay {}s", delay.as_secs_f64()),
            (Some(delay), Some(asked)) => {
                format!("{rules}, Crawl-delay {} cut to {}s", delay::words(asked), delay.as_secs_f64())
            }
        }
    }

    /// Addresses of sitemaps as they were written, in their order.
    pub fn sitemaps(&self) -> &[Box<str>] {
        &self.0.sitemaps
    }

    /// Sitemaps that were too many, or whose address was too long.
    pub fn sitemaps_over(&self) -> u32 {
        self.0.sitemaps_over
    }

    /// Whether there were more bytes than are read.
    pub fn cut(&self) -> bool {
        self.0.cut
    }

    /// Rules that are taken to forbid all that begins as they do before their first wildcard, since there are too many with
    /// wildcards.
    pub fn broad(&self) -> u32 {
        self.0.broad
    }

    /// Rules that are taken to allow nothing, for the same reason.
    pub fn narrow(&self) -> u32 {
        self.0.narrow
    }
}

/// What of `text` stands before the first `end`, an ASCII character.
fn before(end: u8, text: &str) -> &str {
    memchr::memchr(end, text.as_bytes()).map_or(text, |at| &text[..at])
}
