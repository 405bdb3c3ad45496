//! The event log: tasks, results, `call_soon` and callbacks as they came, in words.

use super::canvas::{Canvas, Piece, rows};
use super::scene::Scene;
use super::view::Pane;
use crate::control::Rate;
use crate::event::{Event, EventKind};
use crate::explain;
use crate::followed::Followed;
use crate::host::Limited;
use crate::id::FetchId;
use crate::place::Role;
use crate::state::Found;
use crate::text::{Cut, Untrusted};
use crate::units;
use crate::usage::Usage;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::time::Duration;

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let (log, theme) = (&scene.state.log, scene.theme);
    let focused = scene.view.focus == Pane::Events;
    let frame = if focused { theme.focus } else { theme.dim };
    let (state, view) = (scene.state, scene.view);
    let extent = view.log_extent(state, u64::from(area.height.saturating_sub(2)));
    let place = view.log_place(state);
    let (last, below) = (place.last(extent), place.below(extent));
    let place = match below {
        0 => "following".to_owned(),
        below => format!("{} new below, G follows", units::count(below)),
    };
    let inner =
        canvas.pane(area, frame, &[(Pane::Events.name(), theme.strong), (" ─ ", theme.dim), (&place, theme.text)]);
    let newest_first = log.before(log.number(last, view.verbose), view.verbose);
    let mut shown: Vec<_> = newest_first.take(usize::from(inner.height)).collect();
    shown.reverse();
    for ((event, found), row) in shown.into_iter().zip(rows(inner)) {
        draw_row(canvas, row, event, found, scene);
    }
}

fn draw_row(canvas: &mut Canvas<'_>, row: Rect, event: &Event, found: Option<Found>, scene: &Scene<'_>) {
    let theme = scene.theme;
    let at = event.at - crate::clock::At(0);
    let at = format!("{:>9.4}  ", at.as_secs_f64());
    let Wording { who, what, detail, style } = Wording::of(&event.kind, scene, row.width);
    let (who, what) = (format!("{who:<12} "), format!("{what:<12} "));
    let detail = match (&event.kind, found) {
        (EventKind::CallbackFired { id, lag_us, .. }, Some(found)) => following(*id, *lag_us, found, room(row.width)),
        _ => detail,
    };
    let pieces: [Piece<'_>; 4] = [(&at, theme.dim), (&who, theme.dim), (&what, style), (&detail, theme.text)];
    canvas.pieces(row.x, row.y, row.width, &pieces);
}

/// Columns of the details, in a row of that width: what stands before them takes the rest.
fn room(width: u16) -> usize {
    usize::from(width).saturating_sub(37)
}

/// Columns in which a URL behind other words says something.
const LEAST_URL: usize = 12;

/// An event in words: who, what, and the rest.
struct Wording {
    who: String,
    what: &'static str,
    detail: String,
    style: Style,
}

impl Wording {
    fn of(kind: &EventKind, scene: &Scene<'_>, width: u16) -> Wording {
        let theme = scene.theme;
        let who = match (kind, kind.fetch()) {
            (EventKind::CallbackFired { .. } | EventKind::CallbackPanicked { .. }, _) => "callback".to_owned(),
            (EventKind::CallbacksScheduled { .. } | EventKind::LoopLagged { .. } | EventKind::Retrying { .. }, _) => {
                "loop".to_owned()
            }
            (_, Some(id)) => format!("task {}", id.0),
            (_, None) => "run".to_owned(),
        };
        let (what, detail) = (explain::event(kind).word, detail(kind, scene, room(width)));
        let style = match kind {
            EventKind::ResultSet { failure: Some(_), .. } | EventKind::CallbackPanicked { .. } => theme.failed,
            EventKind::RecordingEnded { .. } => theme.failed,
            EventKind::ResultSet { status: Some(400..), .. } | EventKind::LoopLagged { .. } => theme.broken,
            EventKind::ResultSet { status: Some(300..), .. } => theme.redirect,
            EventKind::ResultSet { .. } => theme.ok,
            EventKind::RetryForgone { .. } | EventKind::Trapped { .. } => theme.broken,
            EventKind::Redirected { .. } => theme.redirect,
            EventKind::CallbackFired { .. } => theme.key,
            EventKind::PhaseEntered { phase, .. } => theme.phase(*phase),
            _ => theme.text,
        };
        Wording { who, what, detail, style }
    }
}

/// What a `follow` callback did, where it is known what it found; and of which task, where there is room for that.
fn following(id: FetchId, lag_us: u32, found: Found, room: usize) -> String {
    let lag = units::span(Duration::from_micros(u64::from(lag_us)));
    let new = units::count(u64::from(found.new));
    let told = format!("fired after {lag}: {}, {new} new", many(found.links, "link"));
    let whose = format!(" (task {})", id.0);
    if crate::text::width(&told) + whose.len() <= room { told + &whose } else { told }
}

/// What stands behind the word of an event.
fn detail(kind: &EventKind, scene: &Scene<'_>, room: usize) -> String {
    use EventKind::*;
    let micros = |us: u64| units::span(Duration::from_micros(us));
    match kind {
        RunStarted(run) => {
            format!("{}, {} at once, {} open files", run.engine.name(), run.cap, units::count(run.open_files))
        }
        TargetsCounted { total, .. } => units::count(*total),
        LineSkipped { line, message } | LineRefused { line, message } => {
            format!("line {line}: {}", scene.text(message, room))
        }
        InputFailed { message } => scene.text(message, room),
        Held { by } => by.map_or(String::new(), |by| format!("by {}", by.words())),
        Paused => "nothing new starts".to_owned(),
        Resumed | Suspended | CancelAsked { .. } | RetryAsked { .. } => String::new(),
        ConcurrencySet { cap } => format!("{cap} at once"),
        RateSet { rate } => rate.map_or("no limit".to_owned(), Rate::words),
        FailedReopened { count } => many(*count, "target"),
        Draining { reason, .. } | RunEnded { reason, .. } => reason.words().to_owned(),
        Continued { stood_us } | RunReopened { stood_us } => format!("after {}", micros(*stood_us)),
        Started { url, place, .. } => match place.as_ref().map(|place| place.role) {
            None | Some(Role::Page) => scene.url(url, room),
            Some(role) => format!("{} ({})", scene.url(url, room.saturating_sub(10)), role.name()),
        },
        FellBack { url, reason, .. } => {
            let url = scene.url(url, room / 2);
            let left = room.saturating_sub(crate::text::width(&url) + 2);
            format!("{url}, {}", scene.text(&reason.message, left))
        }
        Tunnelled { proxy, .. } => format!("by {}", scene.text(proxy, room.saturating_sub(3))),
        Secured { tls, .. } => tls.words(),
        Queued { .. } => "for a worker of the pool".to_owned(),
        Running { worker, .. } => format!("on worker {worker}"),
        WorkerRefused { workers, message } => {
            format!("workers: {workers}, no more could be started: {}", scene.text(message, room))
        }
        Stepped { step, busy_us, woken_by, .. } => {
            format!("step {step} took {}, woken by {}", micros(*busy_us), woken_by.name())
        }
        PhaseEntered { steps, .. } => format!("step {steps}"),
        AddressGiven { .. } => "--resolve".to_owned(),
        RequestMade { head, .. } => scene.text(&head.start_line(), room),
        Dialled { address, .. } => address.to_string(),
        Connected { address, .. } => address.to_string(),
        Reused { carried, .. } => format!("a kept connection, after {} requests", units::count(u64::from(*carried))),
        Resent { .. } => "it was closed; on a fresh one".to_owned(),
        HeadReceived { status, .. } => status.to_string(),
        Redirected { status, url, .. } => format!("{status} to {}", scene.url(url, room.saturating_sub(7))),
        ContentKept { content, .. } => units::bytes(content.bytes().len() as u64),
        BodyProgressed { bytes, .. } => units::bytes(*bytes),
        LoopLagged { id, busy_us } => format!("{} within a step of task {}", micros(*busy_us), id.0),
        ResultSet { status, failure, bytes, steps, worker, .. } => {
            let what = match (failure, status) {
                (Some(kind), _) => kind.name().to_owned(),
                (None, status) => status.map_or(String::new(), |status| status.to_string()),
            };
            let how = worker.map_or(format!("{steps} steps"), |worker| format!("from worker {worker}"));
            format!("{what}, {}, {how}", units::bytes(*bytes))
        }
        ResultRefused { .. } => "it had a result already".to_owned(),
        CallbacksScheduled { id, callbacks } => {
            let names: Vec<&str> = callbacks.iter().map(crate::callback::Callback::name).collect();
            format!("{} of task {}", names.join(", "), id.0)
        }
        Retrying { id, until, because, fetched } => {
            let gap = units::span(*until - fetched.ended);
            format!("task {} again in {gap} ({})", id.0, because.words())
        }
        Reopened { fetched, .. } => scene.url(&fetched.url, room),
        Retried { attempt, .. } => format!("attempt {attempt}"),
        RetryForgone { retry_after, .. } => {
            let away = units::wait(Duration::from_secs(retry_after.seconds));
            format!("{}, in {away}", retry_after.rfc3339())
        }
        Finished { fetched, .. } => scene.url(&fetched.url, room),
        CallbackFired { id, lag_us, ran_us, .. } => {
            let (lag, ran) = (micros(u64::from(*lag_us)), micros(u64::from(*ran_us)));
            format!("of task {} fired after {lag}, ran {ran}", id.0)
        }
        CallbackPanicked { id, .. } => format!("of task {} panicked", id.0),
        Followed { followed, .. } => became(followed),
        RobotsRead { robots, .. } => {
            let told = told_of(&robots.origin, scene, room / 2);
            format!("{told}{}", scene.text(&robots.meaning, left(room, &told)))
        }
        SitemapRead { sitemap, .. } => {
            let [pages, new, maps] = [sitemap.pages, sitemap.new, sitemap.maps].map(u64::from);
            let more = if maps > 0 { format!(", {}", many(maps, "sitemap")) } else { String::new() };
            let told = format!("{}, {} new{more}", many(pages, "page"), units::count(new));
            match &sitemap.trouble {
                Some(trouble) => format!("{told}: {}", scene.text(trouble, left(room, &told))),
                None => format!("{told}: {}", scene.url(&sitemap.url, left(room, &told))),
            }
        }
        Widened { from, to } => {
            let told = format!("to {}, from ", scene.text(&to.without_scheme(), room / 2));
            format!("{told}{}", scene.text(&from.without_scheme(), left(room, &told)))
        }
        Trapped { words, url } => {
            let told = scene.text(words, room);
            match left(room, &told) {
                ..LEAST_URL => told,
                left => format!("{told}: {}", scene.url(url, left)),
            }
        }
        FragmentMissed { missed, .. } => {
            format!("#{}, line {}:{}", scene.text(&missed.fragment, room / 2), missed.line, missed.column)
        }
        HostPaced(paced) => {
            let apart = match paced.delay_us {
                0 => String::new(),
                us => format!(", {} apart", micros(us)),
            };
            let told = told_of(&paced.host, scene, room / 3);
            let why = scene.text(&paced.why, left(room, &told));
            format!("{told}{why}: {} at once{apart}", paced.allowed)
        }
        HostsSampled { hosts } => format!("{} hosts", hosts.len()),
        FrontierCounted(counts) => {
            format!("{} found, {} done, {} waiting", counts.found, counts.done, counts.waiting)
        }
        Limited { limited } => limited.as_ref().map_or("by nothing".to_owned(), |limited| limits(limited, scene, room)),
        PerHostSet { cap } => format!("{cap} at once"),
        Sampled(usage) => used(usage),
        RecordingEnded { message } => scene.text(message, room),
    }
}

/// `1 link`, `20 links`.
fn many(count: u64, word: &str) -> String {
    format!("{} {word}{}", units::count(count), if count == 1 { "" } else { "s" })
}

fn limits(limited: &Limited, scene: &Scene<'_>, room: usize) -> String {
    let by = limited.by.words();
    let detail = super::crawl::detail(limited, scene, room.saturating_sub(by.len() + 4));
    format!("by {by} {detail}").trim_end().to_owned()
}

/// A host or an origin before what is told of it; left out, where the run has only one.
fn told_of(host: &Untrusted, scene: &Scene<'_>, room: usize) -> String {
    let shown = || host.without_scheme().shown(room, Cut::Middle, scene.charset);
    if scene.state.hosts.len() > 1 { format!("{}: ", shown()) } else { String::new() }
}

/// What is left of the room behind `told`.
fn left(room: usize, told: &str) -> usize {
    room.saturating_sub(crate::text::width(told) + 2)
}

/// The links of a page, by what became of them.
fn became(followed: &Followed) -> String {
    let told = [
        (followed.new, "new"),
        (followed.known, "known"),
        (followed.outside, "outside"),
        (followed.excluded(), "excluded"),
        (followed.nofollow, "nofollow"),
        (followed.assets, "assets"),
        (followed.forms, "forms"),
        (followed.other, "other"),
        (followed.malformed, "malformed"),
        (followed.trapped, "trapped"),
    ];
    let told = told.into_iter().filter(|&(count, name)| count > 0 || name == "new");
    let told: Vec<String> = told.map(|(count, name)| format!("{} {name}", units::count(u64::from(count)))).collect();
    format!("{}: {}", many(followed.links(), "link"), told.join(", "))
}

fn used(usage: &Usage) -> String {
    let cpu = usage.cpu_us.map(|us| format!("{} of processor time", units::span(Duration::from_micros(us))));
    let peak = usage.peak_kib.map(|kib| format!("{} at most", units::bytes(u64::from(kib) << 10)));
    let threads = usage.threads.map(|threads| format!("{threads} threads"));
    [cpu, peak, threads].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
