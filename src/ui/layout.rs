//! Where each pane stands at a size. Panes leave one by one as the room shrinks.

use super::view::{Pane, View};
use crate::state::State;
use ratatui::layout::Rect;

/// The places of a picture; an empty one is not drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    pub header: Rect,
    pub panes: Vec<(Pane, Rect)>,
    /// The page of a fetch, where one is open: over the panes, or beside them.
    pub page: Rect,
    /// One line of timing, where its pane has no room.
    pub strip: Rect,
    /// Where a recording stands that is played.
    pub scrub: Rect,
    pub footer: Rect,
}

/// From this width on, panes stand side by side: the requests in flight have room for their waterfalls, and the events
/// for their words.
const WIDE: u16 = 116;
/// The width of the panes on the right.
const RIGHT: u16 = 42;
/// Below either of these, one line is all there is.
const LEAST: (u16, u16) = (40, 10);
/// Rows that timing needs, frame included.
const TIMING_ROWS: u16 = 19;
/// Rows that its phases and totals need, frame included.
const FIGURES_ROWS: u16 = 12;
/// Rows that charts need, frame included.
const CHARTS_ROWS: u16 = 10;
/// Rows of a table that are its frame and its titles.
const TABLE_FRAME: u16 = 3;
/// Hosts that no table beside others has more rows for.
const MANY_HOSTS: usize = 24;
/// Rows of the requests in flight where there will be no more, frame included; and that no number of them goes below.
const IDLE_ROWS: u16 = 5;
const LEAST_SEATS: usize = 16;
/// From this width on, charts stand beside timing; from so many rows between header and footer on, below it.
const BROAD: u16 = 160;
const TALL: u16 = 40;
/// Rows that a short table, which alone is looked at, leaves at least where others stand below it.
const LEAST_BELOW: u16 = 26;
/// From this width on, the page of a fetch stands beside the table from which it was opened, and takes so many tenths.
const SPLIT: u16 = 190;
const PAGE_TENTHS: u16 = 6;

/// What there is to be shown, as far as it moves panes.
#[derive(Clone, Copy, Debug, Default)]
struct Content {
    /// How many were met; 0 in a fetch, but where they are asked for.
    hosts: usize,
    /// The most requests that were in flight at once, and what waited then.
    seats: usize,
    results: u64,
    events: u64,
    /// Nothing more will be in flight, but a key asks for it.
    over: bool,
}

impl Content {
    fn of(state: &State, view: &View) -> Content {
        Content {
            hosts: if state.run.crawl || view.focus == Pane::Hosts { state.hosts.len() } else { 0 },
            seats: state.requests.seats(),
            results: state.done.count,
            events: state.log.count(view.verbose),
            over: state.run.ended.is_some() && state.requests.is_empty(),
        }
    }

    /// Rows for the requests in flight, frame included, of `most`. The pane below them in their column has the others of
    /// `body`. Their number grows in few steps with the most that there were, and not with each that comes or goes, so that
    /// the panes move rarely; and once when there will be no more of them, where the pane below has more than it can show.
    fn flying_rows(self, most: u16, body: u16, below: Pane) -> u16 {
        let steps = self.seats.max(LEAST_SEATS).next_power_of_two();
        let live = u16::try_from(steps).unwrap_or(u16::MAX).saturating_add(TABLE_FRAME).min(most);
        let wanted = match below {
            Pane::Done => self.results,
            Pane::Events => self.events,
            Pane::Hosts => self.hosts as u64,
            Pane::InFlight | Pane::Timing | Pane::Charts => u64::MAX,
        };
        if self.over && wanted > u64::from(body - live) { IDLE_ROWS.min(live) } else { live }
    }

    /// Rows that a table takes which alone is looked at, frame included, if not all that there are. They grow in few steps,
    /// and what comes quickly has all until no more comes.
    fn zoomed_rows(self, pane: Pane) -> Option<u16> {
        let rows = match pane {
            Pane::Hosts => return Some(host_rows(self.hosts)).filter(|_| self.hosts <= MANY_HOSTS),
            Pane::InFlight => self.seats as u64,
            Pane::Done if self.over => self.results,
            Pane::Events if self.over => self.events,
            _ => return None,
        };
        let steps = rows.max(LEAST_SEATS as u64).next_power_of_two();
        Some(u16::try_from(steps).unwrap_or(u16::MAX).saturating_add(TABLE_FRAME))
    }
}

impl Layout {
    pub fn of(area: Rect, view: &View, state: &State) -> Layout {
        Layout::within(area, view, Content::of(state, view))
    }

    fn within(area: Rect, view: &View, content: Content) -> Layout {
        if area.width < LEAST.0 || area.height < LEAST.1 {
            let header = Rect { height: area.height.min(1), ..area };
            return Layout { header, ..Layout::default() };
        }
        let header = Rect { height: 3, ..area };
        let footer = Rect { y: area.bottom() - 1, height: 1, ..area };
        let rows = u16::from(view.scrub.is_some());
        let scrub = Rect { y: footer.y - rows, height: rows, ..area };
        let body = Rect { y: area.y + 3, height: area.height - 4 - rows, ..area };
        let mut layout = Layout { header, scrub, footer, ..Layout::default() };
        let is_split = view.detail.is_some() && area.width >= SPLIT;
        match (view.zoom, area.width >= WIDE && area.height >= 24) {
            _ if is_split => layout.split(body, content, view.focus),
            (true, _) => layout.zoomed(body, content, view.focus),
            (false, true) => layout.side_by_side(body, content, view.focus),
            (false, false) => layout.stacked(body, content, view.focus),
        }
        if view.detail.is_some() && !is_split {
            layout.page = body;
        }
        layout
    }

    /// One pane. Where that is a table which leaves most of a large screen blank, others stand below it, those first that
    /// say why it looks as it does.
    fn zoomed(&mut self, body: Rect, content: Content, focus: Pane) {
        let rows = content
            .zoomed_rows(focus)
            .filter(|rows| body.width >= BROAD && rows.saturating_add(LEAST_BELOW) <= body.height);
        let Some(rows) = rows else { return self.panes.push((focus, body)) };
        let rest = Rect { y: body.y + rows, height: body.height - rows, ..body };
        match focus {
            Pane::Hosts => self.side_by_side(rest, Content { hosts: 0, ..content }, Pane::InFlight),
            Pane::InFlight => self.below(rest, Pane::Done, Some(Pane::Events)),
            Pane::Events => self.below(rest, Pane::Done, None),
            Pane::Done | Pane::Timing | Pane::Charts => self.below(rest, Pane::Events, None),
        }
        self.panes.push((focus, Rect { height: rows, ..body }));
    }

    /// Below a table: another one, and beside that charts and timing, over `under` if that is to be there.
    fn below(&mut self, rest: Rect, table: Pane, under: Option<Pane>) {
        let charts = (rest.width * 3 / 10).min(90);
        let left = rest.width - RIGHT - charts;
        let top = if under.is_some() { (rest.height * 3 / 5).max(TIMING_ROWS) } else { rest.height };
        let place = |x, y, width, height| Rect { x: rest.x + x, y: rest.y + y, width, height };
        self.panes.push((table, place(0, 0, left, rest.height)));
        self.panes.push((Pane::Charts, place(left, 0, charts, top)));
        self.panes.push((Pane::Timing, place(left + charts, 0, RIGHT, top)));
        if let Some(under) = under {
            self.panes.push((under, place(left, top, rest.width - left, rest.height - top)));
        }
    }

    /// Two columns: the requests in flight, and what became of them; what else is told of the run. Where a crawl has several
    /// hosts, they stand below the requests in flight and take a part of their room. What one alone has to say stands in the
    /// header.
    fn side_by_side(&mut self, body: Rect, content: Content, focus: Pane) {
        let broad = body.width >= BROAD;
        let right = if broad { RIGHT } else { RIGHT.max(body.width / 3).min(64) };
        let top = (body.height * 3 / 5).clamp(TIMING_ROWS.min(body.height - 6), body.height - 6);
        let place = |x, y, width, height| Rect { x: body.x + x, y: body.y + y, width, height };
        let hosts = match content.hosts {
            0 => 0,
            1 if focus != Pane::Hosts => 0,
            hosts => host_rows(hosts).min(top * 2 / 5),
        };
        // Charts have a place of their own beside timing or below it; else they take that of timing, while they have the
        // focus.
        let charts = if broad { (body.width * 3 / 10).min(90) } else { 0 };
        let timing = if !broad && focus == Pane::Charts && body.height < TALL { Pane::Charts } else { Pane::Timing };
        let tall = !broad && body.height >= TALL;
        let (above, between) = if tall { (TIMING_ROWS, (body.height - TIMING_ROWS) * 3 / 5) } else { (top, 0) };
        let flying = body.width - right - charts;
        // What has ended goes down in its column, where that is wide enough for it.
        let (below, beside) = if broad { (Pane::Done, Pane::Events) } else { (Pane::Events, Pane::Done) };
        let rows = content.flying_rows(top - hosts, body.height - hosts, below);
        let (under, lower) = (rows + hosts, above + between);
        self.panes = vec![
            (Pane::InFlight, place(0, 0, flying, rows)),
            (timing, place(flying + charts, 0, right, above)),
            (below, place(0, under, flying, body.height - under)),
            (beside, place(flying, lower, body.width - flying, body.height - lower)),
        ];
        if broad {
            self.panes.push((Pane::Charts, place(flying, 0, charts, top)));
        } else if tall {
            self.panes.push((Pane::Charts, place(flying, above, right, between)));
        }
        if hosts > 0 {
            self.panes.push((Pane::Hosts, place(0, rows, flying, hosts)));
        }
    }

    /// The page of a fetch, and beside it the panes of a narrow screen.
    fn split(&mut self, body: Rect, content: Content, focus: Pane) {
        let page = body.width * PAGE_TENTHS / 10;
        let left = body.width - page;
        self.page = Rect { x: body.x + left, width: page, ..body };
        self.stacked(Rect { width: left, ..body }, content, focus);
        // There is no room for a line of timing: below the page it would have no end.
        let strip = std::mem::take(&mut self.strip).height;
        if let Some((_, last)) = self.panes.last_mut() {
            last.height += strip;
        }
    }

    /// The requests in flight above, one other pane below: the focused one, else the events.
    fn stacked(&mut self, body: Rect, content: Content, focus: Pane) {
        let strip = u16::from(body.height >= 8);
        self.strip = Rect { y: body.bottom() - strip, height: strip, ..body };
        let body = Rect { height: body.height - strip, ..body };
        let below = if focus == Pane::InFlight { Pane::Events } else { focus };
        if body.height < 12 {
            self.panes = vec![(focus, body)];
            return;
        }
        let needed = match below {
            Pane::Timing => FIGURES_ROWS.min(body.height - 6),
            Pane::Charts => CHARTS_ROWS.min(body.height - 6),
            _ => 6,
        };
        let top = content.flying_rows(body.height - (body.height * 2 / 5).max(needed), body.height, below);
        self.panes = vec![
            (Pane::InFlight, Rect { height: top, ..body }),
            (below, Rect { y: body.y + top, height: body.height - top, ..body }),
        ];
    }
}

/// Rows for the hosts, frame and titles included. They grow in few steps, so that the panes move rarely.
fn host_rows(hosts: usize) -> u16 {
    let rows = match hosts {
        0..=1 => 1,
        2..=3 => 3,
        4..=6 => 6,
        7..=12 => 12,
        _ => MANY_HOSTS as u16,
    };
    super::hosts::FRAME + rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_lies_within_the_screen_and_none_overlaps_at_any_size() {
        for (width, height) in (0..=322).step_by(7).flat_map(|width| (0..=60).map(move |height| (width, height))) {
            let area = Rect::new(0, 0, width, height);
            let hosts = [0, 1, 2, 9, 1000];
            let watched = Pane::ALL.into_iter().flat_map(|focus| hosts.map(|hosts| (focus, hosts)));
            for (focus, hosts) in watched {
                // One in two is a replay.
                let scrub = (width + height + hosts as u16).is_multiple_of(2).then(Box::default);
                let detail = (width > SPLIT && hosts % 2 == 1).then_some(crate::id::FetchId(1));
                let zoom = (width / 7 + height) % 3 == 0;
                let view = View { focus, zoom, scrub, detail, ..View::default() };
                let over = width % 3 == 0;
                let content = Content { hosts, seats: usize::from(width), results: 999, events: 9_999, over };
                let layout = Layout::within(area, &view, content);
                let places = [layout.header, layout.page, layout.strip, layout.scrub, layout.footer].into_iter();
                let places: Vec<Rect> = places.chain(layout.panes.iter().map(|pane| pane.1)).collect();
                for (at, place) in places.iter().enumerate().filter(|(_, place)| !place.is_empty()) {
                    assert_eq!(area.intersection(*place), *place, "{width}x{height}");
                    let free = places[..at].iter().all(|other| other.intersection(*place).is_empty());
                    assert!(free, "{width}x{height} {focus:?}: {places:?}");
                }
            }
        }
    }

    /// Rows of the requests in flight, and of what is below them in their column.
    fn rows((width, height): (u16, u16), content: Content) -> (u16, u16) {
        let layout = Layout::within(Rect::new(0, 0, width, height), &View::default(), content);
        let first = layout.panes[0].1;
        let below = layout.panes.iter().rfind(|(pane, area)| *pane != Pane::Hosts && area.x == 0);
        (first.height, below.map_or(0, |(_, area)| area.height))
    }

    #[test]
    fn once_nothing_more_comes_what_is_done_has_the_room_of_what_was_in_flight_if_it_has_use_for_it() {
        for hosts in [0, 9] {
            for (size, most) in [((300, 100), 75), ((200, 50), 30), ((120, 34), 18), ((80, 24), 14)] {
                let live = Content { hosts, seats: 64, results: 1_000, events: 9_000, over: false };
                let (flying, below) = rows(size, live);
                let (idle, more) = rows(size, Content { over: true, ..live });
                assert_eq!(idle, IDLE_ROWS);
                assert!(more >= most && more > below && idle + more == flying + below, "{size:?}: {more}");
                let few = Content { over: true, results: 5, events: 5, ..live };
                assert_eq!(rows(size, few), (flying, below), "it has all that it needs");
            }
        }
    }

    #[test]
    fn a_short_table_that_alone_is_looked_at_has_others_below_it_on_a_large_screen_only() {
        let content = Content { hosts: 1, seats: 12, results: 12, events: 50, over: true };
        let panes = |size: (u16, u16), focus, content| {
            let view = View { focus, zoom: true, ..View::default() };
            Layout::within(Rect::new(0, 0, size.0, size.1), &view, content).panes
        };
        for focus in Pane::ALL {
            assert_eq!(panes((120, 34), focus, content).len(), 1, "calm");
            let large = panes((300, 100), focus, content);
            let is_table = !matches!(focus, Pane::Timing | Pane::Charts);
            assert_eq!(large.len() > 1, is_table, "{focus:?}: {large:?}");
            let room: u32 = large.iter().map(|(_, area)| area.area()).sum();
            assert_eq!(room, 300 * 96, "{focus:?}: {large:?}");
            assert!(Pane::ALL.iter().all(|pane| large.iter().filter(|it| it.0 == *pane).count() <= 1), "{large:?}");
            let long = Content { hosts: 999, seats: 999, results: 999, events: 999, ..content };
            assert_eq!(panes((300, 100), focus, long).len(), 1, "{focus:?}");
        }
        assert_eq!(panes((300, 100), Pane::Done, Content { over: false, ..content }).len(), 1, "it grows quickly");
    }

    #[test]
    fn what_is_in_flight_has_as_many_rows_as_it_needs_in_few_steps() {
        let rows = |seats| rows((300, 100), Content { seats, ..Content::default() }).0;
        let steps: Vec<u16> =
            (0..=200).map(rows).collect::<Vec<_>>().chunk_by(|one, other| one == other).map(|same| same[0]).collect();
        assert_eq!(steps, [19, 35, 57]);
        assert!((0..=32).all(|seats| rows(seats) >= seats as u16 + TABLE_FRAME));
    }
}
