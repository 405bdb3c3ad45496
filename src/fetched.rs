//! The result of one fetch: what a Completion is set with. Facts and stamps, no counters over fetches.

mod tls;

pub use tls::TlsFacts;

use crate::clock::At;
use crate::failure::{Failure, FailureKind};
use crate::phase::{Marks, Phase};
use crate::place::{Place, Role};
use crate::retry_after::RetryAfter;
use crate::reuse::CloseReason;
use crate::text::Untrusted;
use crate::wake::Wakes;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// What a result counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 2xx.
    Ok,
    /// A 3xx that was not followed.
    Redirect,
    /// 400 and above.
    HttpError,
    /// No usable response.
    Error,
}

impl Outcome {
    pub const ALL: [Outcome; 4] = [Outcome::Ok, Outcome::Redirect, Outcome::HttpError, Outcome::Error];

    pub fn name(self) -> &'static str {
        ["ok", "redirect", "http_error", "error"][self as usize]
    }
}

/// Everything that is known of a fetch when it is over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fetched {
    /// As asked for; userinfo and fragment left out.
    pub url: Untrusted,
    /// Where the answer came from, if that was elsewhere.
    pub final_url: Option<Untrusted>,
    pub status: Option<u16>,
    pub failure: Option<Failure>,
    pub started: At,
    pub ended: At,
    pub marks: Marks,
    pub remote_ip: Option<IpAddr>,
    /// "1.0" or "1.1".
    pub http_version: Option<HttpVersion>,
    /// Whether the connection had carried another request before.
    pub reused: bool,
    /// Why the connection that carried the request is not kept, where it is not.
    pub closed: Option<CloseReason>,
    /// Why no kept connection carried it, where there had been one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_reused: Option<CloseReason>,
    pub content_type: Option<Untrusted>,
    pub title: Option<Untrusted>,
    /// Bytes of content, decoded.
    pub body_bytes: u64,
    /// Bytes of the response as received, head and framing counted in, TLS not.
    pub wire_bytes: u64,
    /// SHA-256 of the decoded content in hexadecimal, where it was asked for and the content is whole.
    pub sha256: Option<Box<str>>,
    /// A short hash of the decoded content of a page of a crawl, where it is whole: equal contents have equal ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<u64>,
    /// Polls of the task.
    pub steps: u32,
    /// What woke it.
    pub wakes: Wakes,
    /// Microseconds within those polls.
    pub busy_us: u64,
    /// How the connection was secured, where it was.
    pub tls: Option<Arc<TlsFacts>>,
    /// What led to the target, as in `http://127.0.0.1:8080`; never with user and password.
    pub proxy: Option<Untrusted>,
    /// Why https was given up for http, where it was.
    pub fell_back: Option<Box<Failure>>,
    /// The redirects that led to the answer, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redirects: Vec<Hop>,
    /// Counted from 1. All of the above is of this attempt.
    pub attempt: u32,
    /// When the server asked to come again.
    pub retry_after: Option<RetryAfter>,
    /// The codings that the response names, as one list.
    #[serde(default)]
    pub content_encoding: Option<Untrusted>,
    /// Why an answer of 3xx leads to no other place, where it leads to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nowhere: Option<Nowhere>,
    /// Where its target stands in a crawl.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Arc<Place>>,
}

/// Why an answer of 3xx leads to no other place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nowhere {
    /// It is a redirect, and has no `Location` or an empty one.
    NoLocation,
    /// Its status is none that leads on, such as 300 and 304.
    NoRedirect,
}

impl Nowhere {
    pub const ALL: [Nowhere; 2] = [Nowhere::NoLocation, Nowhere::NoRedirect];

    pub fn name(self) -> &'static str {
        ["no_location", "no_redirect"][self as usize]
    }

    /// Of the answer.
    pub fn words(self) -> &'static str {
        ["a redirect without a Location", "leads to no other place, whatever it offers"][self as usize]
    }
}

/// An answer that was followed to another place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    pub status: u16,
    /// Where it came from.
    pub url: Untrusted,
    /// Microseconds from the beginning of this hop to the head of its answer.
    pub us: u64,
}

/// The version of the response's status line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HttpVersion {
    #[serde(rename = "1.0")]
    Http10,
    #[serde(rename = "1.1")]
    Http11,
}

impl HttpVersion {
    pub fn name(self) -> &'static str {
        ["1.0", "1.1"][self as usize]
    }
}

/// Statuses that say of themselves that they may pass.
pub const PASSING: [u16; 6] = [408, 429, 500, 502, 503, 504];

impl Fetched {
    /// A result that ended before anything was known but the failure.
    pub fn failed(url: Untrusted, started: At, ended: At, failure: Failure) -> Fetched {
        Fetched { failure: Some(failure), ..Fetched::blank(url, started, ended) }
    }

    /// A result of which nothing is known yet; as it stands, it is an error.
    pub fn blank(url: Untrusted, started: At, ended: At) -> Fetched {
        Fetched {
            url,
            final_url: None,
            status: None,
            failure: None,
            started,
            ended,
            marks: Marks::default(),
            remote_ip: None,
            http_version: None,
            reused: false,
            closed: None,
            not_reused: None,
            content_type: None,
            title: None,
            body_bytes: 0,
            wire_bytes: 0,
            sha256: None,
            digest: None,
            steps: 0,
            wakes: Wakes::default(),
            busy_us: 0,
            tls: None,
            proxy: None,
            fell_back: None,
            content_encoding: None,
            attempt: 1,
            retry_after: None,
            redirects: Vec::new(),
            nowhere: None,
            place: None,
        }
    }

    pub fn outcome(&self) -> Outcome {
        match (&self.failure, self.status) {
            (Some(_), _) | (None, None) => Outcome::Error,
            (None, Some(status)) => match status {
                0..=299 => Outcome::Ok,
                300..=399 => Outcome::Redirect,
                400.. => Outcome::HttpError,
            },
        }
    }

    /// Whether it is meant where all that failed are to be made again: no usable answer, for a reason other than our own
    /// will, or a status that says of itself that it may pass.
    pub fn may_pass(&self) -> bool {
        match (self.kind(), self.status) {
            (Some(kind), _) => kind.may_pass(),
            (None, status) => status.is_none_or(|status| PASSING.contains(&status)),
        }
    }

    /// What it was made for.
    pub fn role(&self) -> Role {
        self.place.as_ref().map_or(Role::Page, |place| place.role)
    }

    pub fn kind(&self) -> Option<FailureKind> {
        self.failure.as_ref().map(|failure| failure.kind)
    }

    /// From the first step to the result.
    pub fn total(&self) -> Duration {
        self.ended - self.started
    }

    /// The same of what was begun at all: what is kept out before its first step took no time that could be told.
    pub fn took(&self) -> Option<Duration> {
        let total = self.total();
        (self.marks.current().is_some() || !total.is_zero()).then_some(total)
    }

    pub fn spent(&self, phase: Phase) -> Option<Duration> {
        self.marks.spent(phase, self.ended)
    }
}
