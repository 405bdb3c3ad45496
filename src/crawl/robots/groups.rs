//! Which lines concern this crawler: the groups that name it, or else those for `*` (RFC 9309, 2.2.1). Knows nothing of
//! bytes, lines' ends and matching.

use super::delay::delay;
use super::directive::{Name, directive};
use super::pattern::Pattern;
use super::rules::{Draft, Rule};
use std::time::Duration;

/// Addresses of sitemaps that are kept.
pub const SITEMAPS: usize = 1_000;
/// Bytes of a sitemap's address; a longer one is counted only.
pub const SITEMAP_BYTES: usize = 2_048;
/// Bytes of a rule's value that are told.
pub const RULE_BYTES: usize = 160;

/// What the groups of one agent hold together.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub draft: Draft,
    pub delay: Option<Duration>,
}

#[derive(Debug)]
pub(super) struct Groups {
    agent: Box<str>,
    /// The groups that name the agent; `None` as long as none did.
    own: Option<Group>,
    everyone: Group,
    /// Whom the group that is being read is for.
    for_own: bool,
    for_everyone: bool,
    /// A rule came since the last user-agent line: the next one begins another group.
    closed: bool,
    pub sitemaps: Vec<Box<str>>,
    pub sitemaps_over: u32,
}

impl Groups {
    pub fn new(agent: &str) -> Groups {
        Groups {
            agent: agent.into(),
            own: None,
            everyone: Group::default(),
            for_own: false,
            for_everyone: false,
            closed: false,
            sitemaps: Vec::new(),
            sitemaps_over: 0,
        }
    }

    pub fn line(&mut self, number: u32, line: &[u8]) {
        let Some((name, value)) = directive(line) else { return };
        // Records that are not the protocol's do not end a group (RFC 9309, 2.2.4). A delay is none of it either, but is
        // for the agents before it.
        match name {
            Name::Sitemap => return self.sitemap(value),
            Name::Aside | Name::Unknown => return,
            Name::UserAgent => return self.user_agent(value),
            Name::Allow | Name::Disallow | Name::CrawlDelay => self.closed = true,
        }
        let Some(group) = self.current() else { return };
        match name {
            Name::CrawlDelay => group.delay = group.delay.max(delay(value)),
            Name::Allow | Name::Disallow => group.rule(number, name == Name::Allow, value),
            _ => {}
        }
    }

    /// What applies to the agent.
    pub fn finish(self) -> (Group, Vec<Box<str>>, u32) {
        (self.own.unwrap_or(self.everyone), self.sitemaps, self.sitemaps_over)
    }

    fn user_agent(&mut self, value: &[u8]) {
        if std::mem::take(&mut self.closed) {
            (self.for_own, self.for_everyone) = (false, false);
        }
        match value {
            [b'*'] => self.for_everyone = true,
            [b'*', next, ..] if next.is_ascii_whitespace() => self.for_everyone = true,
            _ if product(value).eq_ignore_ascii_case(self.agent.as_bytes()) => {
                self.for_own = true;
                self.own.get_or_insert_default();
            }
            _ => {}
        }
    }

    fn current(&mut self) -> Option<&mut Group> {
        match (self.for_own, self.for_everyone) {
            (true, _) => self.own.as_mut(),
            // Once a group names the agent, those for everyone are read for nothing.
            (false, true) if self.own.is_none() => Some(&mut self.everyone),
            _ => None,
        }
    }

    fn sitemap(&mut self, value: &[u8]) {
        if value.is_empty() {
            return;
        }
        if self.sitemaps.len() == SITEMAPS || value.len() > SITEMAP_BYTES {
            self.sitemaps_over = self.sitemaps_over.saturating_add(1);
        } else {
            self.sitemaps.push(String::from_utf8_lossy(value).into());
        }
    }
}

/// The product token at the start: letters, `_` and `-`.
fn product(value: &[u8]) -> &[u8] {
    let end = value.iter().position(|byte| !matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'-'));
    &value[..end.unwrap_or(value.len())]
}

impl Group {
    fn rule(&mut self, line: u32, allow: bool, value: &[u8]) {
        // The value of a URL that was meant as a path, by mistake, at least matches a path with that URL in it.
        let absolute = [&b"http://"[..], b"https://"].iter().any(|scheme| value.starts_with(scheme));
        let slashed = if absolute { [b"/", value].concat() } else { Vec::new() };
        let value = if absolute { &slashed } else { value };
        // An empty value says nothing, and one that begins with neither can match no path.
        if !matches!(value, [b'/' | b'*', ..]) {
            return;
        }
        let second = if allow { directory(value) } else { literal_dollar(value) };
        let patterns = [Some(Pattern::new(value, true)), second];
        self.draft.push(Rule { line, allow, text: text(allow, value) }, patterns.into_iter().flatten());
    }
}

/// `Allow: /a/index.html` allows `/a/` as well, as in Google's parser: it is the same page.
fn directory(value: &[u8]) -> Option<(Pattern, u32)> {
    let body = value.strip_suffix(b"$").unwrap_or(value);
    let folder = body.strip_suffix(b"index.html").or(body.strip_suffix(b"index.htm"))?;
    folder.ends_with(b"/").then(|| Pattern::new(&[folder, b"$"].concat(), true))
}

/// `Disallow: /a$` keeps `/a$b` out as well, as in Protego: a dollar was perhaps meant as such.
fn literal_dollar(value: &[u8]) -> Option<(Pattern, u32)> {
    value.ends_with(b"$").then(|| Pattern::new(value, false))
}

fn text(allow: bool, value: &[u8]) -> Box<str> {
    let name = if allow { "Allow: " } else { "Disallow: " };
    let kept = &value[..value.len().min(RULE_BYTES)];
    // A character that only the bound cuts apart is left out.
    let whole = match std::str::from_utf8(kept) {
        Err(error) if kept.len() < value.len() && error.error_len().is_none() => &kept[..error.valid_up_to()],
        _ => kept,
    };
    let end = if kept.len() < value.len() { "…" } else { "" };
    [name, &String::from_utf8_lossy(whole), end].concat().into()
}
