//! Where a redirect leads, and when that comes to no good. Knows no socket: heads in, targets out.

use crate::crawl::address::Base;
use crate::failure::FailureKind;
use crate::fetched::{Hop, Nowhere};
use crate::http::Fields;
use crate::target::{Target, URL_LIMIT};
use crate::text::Untrusted;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::time::Duration;

/// The answers that name another place for the same thing (RFC 9110, section 15.4). Not 300, which offers a choice, and
/// not 304; a GET stays a GET and a HEAD a HEAD in all of them.
const STATUSES: [u16; 5] = [301, 302, 303, 307, 308];

/// Bytes of each URL in a chain, and in what is told of it: ten thousand results are kept.
pub const HOP_BYTES: usize = 2 << 10;

/// Columns of a URL in a message.
const SHOWN: usize = 160;

/// What a head says about where to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    At(Box<[u8]>),
    /// Fields that contradict each other.
    Several,
    TooLong,
}

impl Location {
    /// None, where the answer is no redirect. An empty field counts as none, as in curl and browsers: the answer is
    /// then a result.
    pub fn of(status: u16, fields: Fields<'_>) -> Option<Location> {
        if !STATUSES.contains(&status) {
            return None;
        }
        let mut values = fields.get_all("location").filter(|value| !value.is_empty());
        let first = values.next()?;
        Some(match first {
            _ if values.any(|value| value != first) => Location::Several,
            _ if first.len() > URL_LIMIT => Location::TooLong,
            _ => Location::At(first.into()),
        })
    }

    /// Why an answer of 3xx leads on to no other place, where it does not.
    pub fn lacks(status: u16, fields: Fields<'_>) -> Option<Nowhere> {
        match status {
            300..=399 if !STATUSES.contains(&status) => Some(Nowhere::NoRedirect),
            300..=399 if Location::of(status, fields).is_none() => Some(Nowhere::NoLocation),
            _ => None,
        }
    }

    /// The part of the page that it names, as it is written: what follows its first `#`.
    pub fn fragment(&self) -> Option<Box<str>> {
        let Location::At(value) = self else { return None };
        Some(text(value).split_once('#')?.1.trim_end().into())
    }
}

/// The redirects of one attempt so far.
#[derive(Clone, Debug)]
pub struct Chain {
    most: u32,
    /// Targets are in the normal form of a crawl, by which they are known.
    normal: bool,
    passed: Vec<Target>,
    pub hops: Vec<Hop>,
}

/// Why a chain ends without a result, in words.
pub type Stop = (FailureKind, String);

impl Chain {
    /// With so many redirects at most.
    pub fn new(most: u32) -> Chain {
        Chain { most, normal: false, passed: Vec::new(), hops: Vec::new() }
    }

    /// As [`Chain::new`], in a crawl: each target is in the normal form in which it is fetched.
    pub fn of_crawl(most: u32) -> Chain {
        Chain { normal: true, ..Chain::new(most) }
    }

    /// The next target, where `target` answered with `status` and `location` after so long.
    ///
    /// # Errors
    /// `protocol` where the location can't be followed, `too_large`, and `too_many_redirects` for a loop and for one
    /// redirect too many.
    pub fn next(&mut self, target: &Target, status: u16, location: &Location, took: Duration) -> Result<Target, Stop> {
        let next = self.goes_on(target, status, location, took)?;
        if self.hops.len() as u64 > u64::from(self.most) {
            self.hops.pop();
            return Err((FailureKind::TooManyRedirects, self.too_many(target, &next)));
        }
        Ok(next)
    }

    /// As [`Chain::next`], where it is for others to say whether there are too many.
    ///
    /// # Errors
    /// As [`Chain::next`].
    pub fn goes_on(
        &mut self,
        target: &Target,
        status: u16,
        location: &Location,
        took: Duration,
    ) -> Result<Target, Stop> {
        let next = joined(target, status, location)
            .map_err(|(kind, words)| (kind, format!("{words}: {}:{}", target.bracketed(), target.port())))?;
        let next = if self.normal { normal(next) } else { next };
        self.passed.push(target.clone());
        if self.passed.contains(&next) {
            return Err((FailureKind::TooManyRedirects, Chain::in_circles(target, &next)));
        }
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.hops.push(Hop { status, url: Untrusted::new(target.url(), HOP_BYTES), us });
        Ok(next)
    }

    /// The last so many of its redirects.
    #[must_use]
    pub fn last(&self, hops: usize) -> Chain {
        let of = |len: usize| len.saturating_sub(hops);
        let (passed, hops) = (self.passed[of(self.passed.len())..].to_vec(), self.hops[of(self.hops.len())..].to_vec());
        Chain { passed, hops, ..*self }
    }

    /// That what they lead to is not asked for, in words.
    pub fn is_too_long(&self, next: &Target) -> String {
        self.passed.last().map_or_else(String::new, |target| self.too_many(target, next))
    }

    /// Where `location` leads, whether it is followed or not.
    pub fn leads_to(&self, target: &Target, status: u16, location: &Location) -> Option<Target> {
        let next = joined(target, status, location).ok()?;
        Some(if self.normal { normal(next) } else { next })
    }

    /// Redirects that are followed at most.
    pub fn most(&self) -> u32 {
        self.most
    }

    /// That there is one redirect too many, in words.
    pub fn too_many(&self, target: &Target, next: &Target) -> String {
        let (most, ending) = (self.most, if self.most == 1 { "" } else { "s" });
        format!("more than {most} redirect{ending}: {} leads on to {}", shown(target), shown(next))
    }

    /// That it is a loop, in words. Nothing that a server could see would differ the second time: no cookie is taken, and
    /// the method stays.
    pub fn in_circles(target: &Target, next: &Target) -> String {
        match target == next {
            true => format!("redirects loop: {} leads to itself", shown(target)),
            false => format!("redirects loop: {} leads back to {}", shown(target), shown(next)),
        }
    }
}

/// What is fetched in its place. Whoever is asked by the location is nobody's to tell.
fn normal(target: Target) -> Target {
    let base = Base::new(&target, None);
    if base.url() == target.url() { target } else { Target::parse(base.url()).unwrap_or(target) }
}

fn joined(target: &Target, status: u16, location: &Location) -> Result<Target, Stop> {
    let reference = match location {
        Location::At(value) => text(value),
        Location::Several => {
            return Err((FailureKind::Protocol, format!("status {status} with locations that contradict each other")));
        }
        Location::TooLong => return Err((FailureKind::TooLarge, too_long(status))),
    };
    target.join(&reference).map_err(|error| match error.is_too_long() {
        true => (FailureKind::TooLarge, too_long(status)),
        false => (FailureKind::Protocol, format!("status {status} leads to no http or https URL: {error}")),
    })
}

fn too_long(status: u16) -> String {
    format!("status {status} with a location over 64 KiB")
}

/// A location as the URL parser takes it: UTF-8 as it is; what is not, byte by byte, percent-encoded.
fn text(value: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(value) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(value.len() * 3);
    for &byte in value {
        if byte.is_ascii() {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("a string takes everything");
        }
    }
    Cow::Owned(out)
}

fn shown(target: &Target) -> String {
    Untrusted::new(target.url(), URL_LIMIT).display_middle(SHOWN)
}

#[cfg(test)]
mod tests;
