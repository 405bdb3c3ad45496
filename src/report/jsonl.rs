//! A JSON object a result, as completed (JSON Lines). The names are a promise: new ones may come, none changes.

mod findings;
mod notices;

use super::Report;
use super::digest::Digest;
use super::gather::{Gather, Told};
use crate::event::{Engine, Event, EventKind, RunStarted};
use crate::failure::Failure;
use crate::fetched::{Fetched, Hop, Outcome, TlsFacts};
use crate::phase::Phase;
use crate::retry_after::RetryAfter;
use crate::reuse::CloseReason;
use crate::state::State;
use crate::text::{Untrusted, json_line};
use crate::wake::Wakes;
use serde::Serialize;
use std::time::Duration;

/// The version of the schema, told in the first line.
const SCHEMA: u32 = 1;

#[derive(Default)]
pub struct Jsonl {
    gather: Gather,
    engine: Option<Engine>,
}

impl Report for Jsonl {
    fn apply(&mut self, event: &Event, out: &mut Vec<u8>) {
        if let EventKind::RunStarted(started) = &event.kind {
            self.engine = Some(started.engine);
            json_line(&Meta::of(started), out);
        }
        self.gather.apply(event, |told| json_line(&Line::of(&told, self.engine), out));
    }

    fn end(&mut self, state: &State, out: &mut Vec<u8>) {
        if state.run.crawl {
            findings::tell(&Digest::of(state), out);
        }
    }
}

#[derive(Serialize)]
struct Meta<'a> {
    r#type: &'static str,
    schema: u32,
    program: &'static str,
    version: &'a str,
    started_ms: u64,
    engine: &'static str,
    concurrency: u32,
    open_files: u64,
    target: &'a Untrusted,
}

impl<'a> Meta<'a> {
    fn of(started: &'a RunStarted) -> Meta<'a> {
        Meta {
            r#type: "meta",
            schema: SCHEMA,
            program: "crawltop",
            version: &started.version,
            started_ms: started.wall_clock_ms,
            engine: started.engine.name(),
            concurrency: started.cap,
            open_files: started.open_files,
            target: &started.target,
        }
    }
}

#[derive(Serialize)]
struct Line<'a> {
    r#type: &'static str,
    url: &'a Untrusted,
    final_url: &'a Untrusted,
    status_code: Option<u16>,
    outcome: Outcome,
    error: Option<Error<'a>>,
    order: u64,
    task: u64,
    engine: Option<&'static str>,
    attempt: u32,
    depth: u32,
    source: Option<&'a Untrusted>,
    /// In a crawl.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    remote_ip: Option<std::net::IpAddr>,
    http_version: Option<&'static str>,
    reused: bool,
    close_reason: Option<&'static str>,
    /// Why no kept connection was used, where there had been one.
    not_reused: Option<&'static str>,
    redirects: Vec<Passed<'a>>,
    content_type: Option<&'a Untrusted>,
    content_encoding: Option<&'a Untrusted>,
    title: Option<&'a Untrusted>,
    body_bytes: u64,
    wire_bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<&'a str>,
    polls: u32,
    wakes: Wakes,
    busy_us: u64,
    callbacks: Vec<Fired>,
    timings: Timings,
    tls: Option<&'a TlsFacts>,
    proxy: Option<&'a Untrusted>,
    /// Why https was given up, of a target without a scheme.
    fell_back: Option<Error<'a>>,
    /// By RFC 3339.
    retry_after: Option<String>,
}

/// A redirect that was followed.
#[derive(Serialize)]
struct Passed<'a> {
    status_code: u16,
    url: &'a Untrusted,
    ms: f64,
}

impl<'a> Passed<'a> {
    fn of(hop: &'a Hop) -> Passed<'a> {
        Passed { status_code: hop.status, url: &hop.url, ms: hop.us as f64 / 1e3 }
    }
}

#[derive(Serialize)]
struct Error<'a> {
    kind: &'static str,
    phase: Option<&'static str>,
    message: &'a Untrusted,
}

#[derive(Serialize)]
struct Fired {
    name: &'static str,
    lag_us: u32,
    ran_us: u32,
}

/// Milliseconds with three decimals; null where a phase did not happen.
#[derive(Serialize)]
struct Timings {
    blocked: Option<f64>,
    dns: Option<f64>,
    connect: Option<f64>,
    tls: Option<f64>,
    send: Option<f64>,
    wait: Option<f64>,
    body: Option<f64>,
    total: f64,
}

impl<'a> Line<'a> {
    fn of(told: &'a Told, engine: Option<Engine>) -> Line<'a> {
        let fetched = &*told.fetched;
        let place = fetched.place.as_deref();
        let fired = told.callbacks.iter();
        Line {
            r#type: "result",
            url: &fetched.url,
            final_url: fetched.final_url.as_ref().unwrap_or(&fetched.url),
            status_code: fetched.status,
            outcome: fetched.outcome(),
            error: fetched.failure.as_ref().map(Error::of),
            order: told.order,
            task: told.id.0,
            engine: engine.map(Engine::name),
            attempt: fetched.attempt,
            depth: place.map_or(0, |place| place.depth),
            source: place.and_then(|place| Some(&place.source.as_ref()?.url)),
            role: place.map(|place| place.role.name()),
            remote_ip: fetched.remote_ip,
            http_version: fetched.http_version.map(crate::fetched::HttpVersion::name),
            reused: fetched.reused,
            close_reason: fetched.closed.map(CloseReason::name),
            not_reused: fetched.not_reused.map(CloseReason::name),
            redirects: fetched.redirects.iter().map(Passed::of).collect(),
            content_type: fetched.content_type.as_ref(),
            title: fetched.title.as_ref(),
            content_encoding: fetched.content_encoding.as_ref(),
            body_bytes: fetched.body_bytes,
            wire_bytes: fetched.wire_bytes,
            sha256: fetched.sha256.as_deref(),
            polls: fetched.steps,
            wakes: fetched.wakes,
            busy_us: fetched.busy_us,
            callbacks: fired
                .map(|fired| Fired { name: fired.callback.name(), lag_us: fired.lag_us, ran_us: fired.ran_us })
                .collect(),
            timings: Timings::of(fetched),
            tls: fetched.tls.as_deref(),
            proxy: fetched.proxy.as_ref(),
            fell_back: fetched.fell_back.as_deref().map(Error::of),
            retry_after: fetched.retry_after.map(RetryAfter::rfc3339),
        }
    }
}

impl Error<'_> {
    fn of(failure: &Failure) -> Error<'_> {
        Error { kind: failure.kind.name(), phase: failure.phase.map(Phase::name), message: &failure.message }
    }
}

impl Timings {
    fn of(fetched: &Fetched) -> Timings {
        let ms = |span: Duration| span.as_micros() as f64 / 1e3;
        let spent = |phase| fetched.spent(phase).map(ms);
        Timings {
            blocked: spent(Phase::Blocked),
            dns: spent(Phase::Dns),
            connect: spent(Phase::Connect),
            tls: spent(Phase::Tls),
            send: spent(Phase::Send),
            wait: spent(Phase::Wait),
            body: spent(Phase::Body),
            total: ms(fetched.total()),
        }
    }
}
