//! How a request gets on. Knows nothing of rows.

use super::Requests;
use crate::clock::At;
use crate::id::FetchId;
use crate::phase::Phase;
use crate::place::Role;
use crate::text::Untrusted;
use std::net::SocketAddr;

impl Requests {
    pub(in crate::state) fn enter(&mut self, id: FetchId, phase: Phase, at: At, steps: u32) {
        self.change(id, |request| {
            request.marks.enter(phase, at);
            request.steps = steps;
            // Of a fetch of which little is told, a connection is, where it is a new one.
            request.reused |= phase == Phase::Wait && request.address.is_none();
        });
    }

    /// What it is for in a crawl, and the place of its host.
    pub(in crate::state) fn belong(&mut self, id: FetchId, role: Role, host: usize) {
        let mut before = role;
        self.change(id, |request| {
            before = std::mem::replace(&mut request.role, role);
            request.host = host;
        });
        self.errands += usize::from(!role.is_result());
        self.errands -= usize::from(!before.is_result());
    }

    /// The place of its host, while it is in flight.
    pub(in crate::state) fn host(&self, id: FetchId) -> Option<usize> {
        self.get(id).filter(|request| request.waiting.is_none()).map(|request| request.host)
    }

    pub(in crate::state) fn run(&mut self, id: FetchId, worker: u16) {
        self.change(id, |request| request.worker = Some(worker));
    }

    pub(in crate::state) fn step(&mut self, id: FetchId, step: u32) {
        self.change(id, |request| request.steps = step);
    }

    pub(in crate::state) fn connect(&mut self, id: FetchId, address: SocketAddr) {
        self.change(id, |request| (request.address, request.reused) = (Some(address), false));
    }

    pub(in crate::state) fn reuse(&mut self, id: FetchId) {
        self.change(id, |request| request.reused = true);
    }

    /// Another URL is asked for the same target: what was known of the answer is that of the one before.
    pub(in crate::state) fn turn_to(&mut self, id: FetchId, url: &Untrusted) {
        self.change(id, |request| {
            request.url = url.clone();
            (request.address, request.reused, request.status) = (None, false, None);
        });
    }

    pub(in crate::state) fn receive_head(&mut self, id: FetchId, status: u16) {
        self.change(id, |request| request.status = Some(status));
    }

    /// Tells how many bytes on the wire are new.
    pub(in crate::state) fn progress(&mut self, id: FetchId, bytes: u64, wire: u64, steps: u32) -> u64 {
        let mut new = 0;
        self.change(id, |request| {
            new = wire.saturating_sub(request.wire);
            (request.bytes, request.wire, request.steps) = (bytes, wire, steps);
        });
        new
    }

    pub(in crate::state) fn settle(&mut self, id: FetchId, bytes: u64, steps: u32) {
        self.change(id, |request| (request.settled, request.bytes, request.steps) = (true, bytes, steps));
    }
}
