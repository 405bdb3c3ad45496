//! Which addresses belong to the crawl. Knows nothing of robots, of traps and of what was seen.
//!
//! - `host`: host and port as in a start, whichever of http and https. Where no port is written it is the scheme's own,
//!   so that http://a.example/ and https://a.example/ are one host; any other port is another host.
//! - `site`: the registrable domain of a start (`example.co.uk`, by the public suffix list, as it was at the build),
//!   whichever the port. An address, `localhost` and a public suffix itself have none: for these it is as `host`.
//! - `any`: everything.
//!
//! Expressions are searched for in the whole URL in its normal form, so that a host in them is punycode. Starts belong to
//! the crawl whatever the other rules say.

mod patterns;
mod roots;
mod ruling;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::target::Target;
use crate::text::Untrusted;
pub use patterns::{PatternError, Patterns};
use roots::Roots;
pub use ruling::{Reason, Ruling};

/// The columns of a host or a directory in a message.
const SHOWN: usize = 60;

/// How far from the starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    #[default]
    Host,
    Site,
    Any,
}

/// What the user asked for.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    pub reach: Reach,
    /// Links from a start, at most; a start has 0.
    pub level: Option<u32>,
    /// Only what is below the directory of a start; on hosts without a start it forbids nothing.
    pub no_parent: bool,
    /// Where there are any, one of them must match.
    pub include: Patterns,
    /// None of them may match; holds for what leads out, too.
    pub exclude: Patterns,
}

/// Judges addresses in their normal form.
#[derive(Clone, Debug)]
pub struct Scope {
    rules: Rules,
    roots: Roots,
    /// Hashes of the starts; empty where no rule could forbid one.
    starts: HashSet<u64>,
}

impl Scope {
    pub fn new<'a>(rules: Rules, starts: impl IntoIterator<Item = &'a Target>) -> Scope {
        let mut scope = Scope { roots: Roots::default(), starts: HashSet::new(), rules };
        starts.into_iter().for_each(|start| scope.start(start));
        scope
    }

    /// One start more. A list may give them as it is read.
    pub fn start(&mut self, start: &Target) {
        let base = super::address::Base::new(start, None);
        self.roots.add(base.url(), base.origin_end());
        if self.has_limits() {
            self.starts.insert(hash(base.url()));
        }
    }

    /// Judges a URL of `depth` links from a start; `url[..origin_end]` is its scheme, host and port.
    pub fn verdict(&self, url: &str, origin_end: usize, depth: u32) -> Ruling {
        let inside = self.reaches(url, origin_end);
        if !self.has_limits() || self.starts.contains(&hash(url)) {
            return if inside { Ruling::Inside } else { Ruling::Outside };
        }
        if self.rules.exclude.any(url) {
            return Ruling::Excluded(Reason::Exclude);
        }
        if !inside {
            return Ruling::Outside;
        }
        self.limits(url, origin_end, depth).map_or(Ruling::Inside, Ruling::Excluded)
    }

    /// A start that redirects takes the crawl along; what there is to tell the user, if that is more than before.
    /// `from` is the start or the hop before.
    pub fn widen(&mut self, from: &Target, to: &Target) -> Option<String> {
        let (base, before) = (super::address::Base::new(to, None), super::address::Base::new(from, None));
        let (url, origin_end) = (base.url(), base.origin_end());
        let new_host = !self.reaches(url, origin_end);
        let new_directory = self.rules.no_parent && !self.roots.holds_below(url, origin_end);
        self.start(to);
        let there = if new_host { roots::authority(url, origin_end) } else { roots::directory(url) };
        let from = roots::authority(before.url(), before.origin_end());
        let from = if new_host { from } else { before.url() };
        (new_host || new_directory).then(|| format!("scope widened to {}: {} led there", shown(there), shown(from)))
    }

    /// Whether the user said how far it goes.
    pub fn has_level(&self) -> bool {
        self.rules.level.is_some()
    }

    /// Whether its host does, whatever the rules about paths and levels.
    pub fn reaches(&self, url: &str, origin_end: usize) -> bool {
        match self.rules.reach {
            Reach::Host => self.roots.has_host(url, origin_end),
            Reach::Site => self.roots.has_host(url, origin_end) || self.roots.has_site(url, origin_end),
            Reach::Any => true,
        }
    }

    /// Where there would have to be a start for a URL to be within the scope: its host, or its site.
    pub fn ground<'u>(&self, url: &'u str, origin_end: usize) -> &'u str {
        let authority = roots::authority(url, origin_end);
        match self.rules.reach {
            Reach::Site => roots::site(authority).unwrap_or(authority),
            Reach::Host | Reach::Any => authority,
        }
    }

    /// Whether a start there would make it wider.
    pub fn is_beyond(&self, url: &str, origin_end: usize) -> bool {
        !self.reaches(url, origin_end) || self.rules.no_parent && !self.roots.holds_below(url, origin_end)
    }

    /// Whether the next start may have it judged otherwise than that it is within: it is on a host without one, and there
    /// are rules that hold only where one is.
    pub fn is_open(&self, url: &str, origin_end: usize) -> bool {
        let Rules { level, no_parent, include, .. } = &self.rules;
        match self.reaches(url, origin_end) {
            true => *no_parent && !self.roots.has_host(url, origin_end),
            false => *no_parent || level.is_some() || !include.is_empty(),
        }
    }

    /// Whether an expression keeps it out, unless it is a start.
    pub fn is_named(&self, url: &str) -> bool {
        self.rules.exclude.any(url) || !self.includes(url)
    }

    /// Whether there is anything that a start is above.
    fn has_limits(&self) -> bool {
        let Rules { level, no_parent, include, exclude, .. } = &self.rules;
        level.is_some() || *no_parent || !include.is_empty() || !exclude.is_empty()
    }

    fn limits(&self, url: &str, origin_end: usize, depth: u32) -> Option<Reason> {
        if self.rules.level.is_some_and(|level| depth > level) {
            return Some(Reason::Level);
        }
        if !self.includes(url) {
            return Some(Reason::Include);
        }
        // What a further start may lift, or put up, comes last: so the reason is the same whenever that start is known.
        (self.rules.no_parent && !self.roots.holds_below(url, origin_end)).then_some(Reason::Parent)
    }

    fn includes(&self, url: &str) -> bool {
        self.rules.include.is_empty() || self.rules.include.any(url)
    }
}

fn hash(url: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    url.hash(&mut hasher);
    hasher.finish()
}

fn shown(text: &str) -> String {
    Untrusted::new(text, crate::target::URL_LIMIT).display_middle(SHOWN)
}
