//! What is known of one request, in flight or waiting to be made again.

use crate::clock::At;
use crate::event::Because;
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::phase::{Marks, Phase};
use crate::place::Role;
use crate::text::Untrusted;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// One request in flight.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub id: FetchId,
    pub url: Untrusted,
    /// What it is fetched for.
    pub role: Role,
    /// The place of its host, where hosts are told.
    pub(in crate::state) host: usize,
    pub started: At,
    pub marks: Marks,
    pub address: Option<SocketAddr>,
    /// Over a connection that was kept.
    pub reused: bool,
    pub status: Option<u16>,
    /// Bytes of content, decoded.
    pub bytes: u64,
    /// Bytes of the response as received.
    pub wire: u64,
    pub steps: u32,
    /// The worker that runs it, where a pool does.
    pub worker: Option<u16>,
    /// Its result is set; the callback that tells it has not fired yet.
    pub settled: bool,
    /// Counted from 1; all of the above is of this one.
    pub attempt: u32,
    /// The attempt has failed, and another one is to be made.
    pub waiting: Option<Wait>,
}

/// Until when an attempt waits, or longer, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Wait {
    pub until: At,
    pub because: Because,
    /// What the attempt came to.
    pub fetched: Arc<Fetched>,
    /// That was its result, and was counted when it came.
    pub reopened: bool,
}

impl Request {
    pub(super) fn new(id: FetchId, url: Untrusted, started: At) -> Request {
        Request {
            id,
            url,
            role: Role::Page,
            host: 0,
            started,
            marks: Marks::default(),
            address: None,
            reused: false,
            status: None,
            bytes: 0,
            wire: 0,
            steps: 0,
            worker: None,
            settled: false,
            attempt: 1,
            waiting: None,
        }
    }

    pub fn age(&self, now: At) -> Duration {
        now - self.started
    }

    pub fn phase(&self) -> Phase {
        self.marks.current().map_or(Phase::Blocked, |mark| mark.phase)
    }
}
