//! What the links of pages lead to, as long as a shorter path to a page may turn up: then what is behind it is nearer as
//! well, and may be near enough. Kept only where a level bounds the crawl. Fetches nothing.

use super::aside::{Aside, Barred};
use super::became::Became;
use super::distance::{Distance, Way};
use super::{Explorer, Whence};
use crate::crawl::scope::Reason;
use crate::id::FetchId;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

/// Bytes that are kept of links, about.
const MOST_BYTES: usize = 64 << 20;
/// Links that are looked at again in one crawl: a site may be such that all of its pages come nearer link by link.
const MOST_LOOKS: u64 = 100_000_000;
/// What a URL takes beside its text.
const URL_BYTES: usize = 64;

/// Where a link leads.
#[derive(Debug)]
pub(super) enum Step {
    Known(FetchId, Way),
    /// To what is too far from a start.
    Beyond(Beyond),
    /// It was, and is kept out by something else now.
    Nowhere,
}

/// A link to what is too far, and where it stands.
#[derive(Debug)]
pub(super) struct Beyond {
    url: Arc<str>,
    origin_end: u32,
    line: u32,
    column: u32,
    /// Where its text begins in [`Steps::texts`], ends and its fragment begins, and where that ends.
    texts: [u32; 3],
}

/// Where the links of a page lead, and the texts of those that are not told of yet.
#[derive(Debug, Default)]
pub(super) struct Steps {
    all: Vec<Step>,
    texts: String,
}

impl Steps {
    pub fn push(&mut self, step: Step) {
        self.all.push(step);
    }

    /// Its URL is shared with others.
    fn push_beyond(&mut self, url: Arc<str>, link: Barred<'_>) {
        let begin = self.texts.len();
        let text_end = begin + link.text.len();
        let ends = [begin, text_end, text_end + link.fragment.len(), link.origin_end].map(u32::try_from);
        // A page has 4 MiB of them at most.
        let [Ok(begin), Ok(text_end), Ok(end), Ok(origin_end)] = ends else { return };
        self.texts.push_str(link.text);
        self.texts.push_str(link.fragment);
        let Barred { line, column, .. } = link;
        self.all.push(Step::Beyond(Beyond { url, origin_end, line, column, texts: [begin, text_end, end] }));
    }

    fn barred<'s>(&'s self, beyond: &'s Beyond) -> Barred<'s> {
        let Beyond { line, column, .. } = *beyond;
        let [begin, text_end, end] = beyond.texts.map(|end| end as usize);
        let (text, fragment) = (&self.texts[begin..text_end], &self.texts[text_end..end]);
        Barred { url: &beyond.url, origin_end: beyond.origin_end as usize, line, column, text, fragment }
    }

    /// A link that was too far leads to a target.
    fn let_in(&mut self, page: FetchId, place: usize, id: FetchId, aside: &mut Aside) {
        if let Some(Step::Beyond(beyond)) = self.all.get(place) {
            aside.admit(page, self.barred(beyond), Way::Link, &Became::Excluded(Reason::Level), &Became::Known(id));
            self.all[place] = Step::Known(id, Way::Link);
        }
    }

    fn bytes(&self) -> usize {
        self.all.len() * size_of::<Step>() + self.texts.len() + URL_BYTES
    }
}

#[derive(Debug, Default)]
pub(super) struct Paths {
    steps: HashMap<FetchId, Steps>,
    /// What was too far, with the pages that link there, and the place among their steps.
    texts: HashMap<Arc<str>, Vec<(FetchId, usize)>>,
    /// Pages of which links are being taken up, and one of those that were too far leads to what is a target now.
    behind: HashSet<FetchId>,
    bytes: usize,
    looks: u64,
    /// Pages whose links are not kept.
    unkept: HashSet<FetchId>,
    told: bool,
}

impl Paths {
    /// Notes that a link of a page leads too far.
    pub fn note_beyond(&mut self, page: FetchId, steps: &mut Steps, link: Barred<'_>) {
        let stands = (page, steps.all.len());
        let has_room = self.bytes < MOST_BYTES;
        let known = self.texts.get_key_value(link.url).map(|(text, _)| text.clone());
        let text = known.unwrap_or_else(|| Arc::from(link.url));
        if has_room {
            let stand = self.texts.entry(text.clone()).or_insert_with(|| {
                self.bytes += link.url.len() + URL_BYTES;
                Vec::new()
            });
            stand.push(stands);
            self.bytes += size_of_val(&stands);
        }
        steps.push_beyond(text, link);
    }

    /// Those of a page that are kept, to add to them.
    pub fn take(&mut self, page: FetchId) -> Steps {
        let steps = self.steps.remove(&page).unwrap_or_default();
        if !steps.all.is_empty() {
            self.bytes = self.bytes.saturating_sub(steps.bytes());
        }
        steps
    }

    fn keep(&mut self, page: FetchId, mut steps: Steps) {
        if steps.all.is_empty() {
            return;
        }
        if self.bytes >= MOST_BYTES {
            self.unkept.insert(page);
            return;
        }
        steps.all.shrink_to_fit();
        steps.texts.shrink_to_fit();
        self.bytes += steps.bytes();
        self.steps.insert(page, steps);
    }

    /// Words, where links of a page that is nearer now were not kept.
    fn lost(&mut self, page: FetchId) -> Option<String> {
        let lost = self.looks > MOST_LOOKS || self.unkept.contains(&page);
        let words = "more links than are kept for --level; pages behind this one may be missing";
        (lost && !std::mem::replace(&mut self.told, true)).then(|| words.to_owned())
    }
}

impl Explorer {
    /// Links of a page are taken up: they are kept, for the case that the page turns out to be nearer.
    pub(super) fn keep_steps(&mut self, page: FetchId, at: Distance, steps: Steps, aside: &mut Aside) {
        let Some(paths) = &mut self.paths else { return };
        let behind = !paths.behind.is_empty() && paths.behind.remove(&page);
        paths.keep(page, steps);
        if behind {
            self.catch_up(page, aside);
        }
        // It may have while they were.
        if self.distance(page) < at {
            let mut nearer = VecDeque::new();
            self.spread(page, &mut nearer, aside);
            self.draw(nearer, aside);
        }
    }

    /// Where a link leads, if that may matter: neither a start nor what it leads to can be nearer than they are.
    pub(super) fn step(&self, at: Distance, way: Way, became: &Became) -> Option<Step> {
        let matters = self.paths.is_some() && at > Distance::START;
        match *became {
            Became::New(id) | Became::Known(id) if matters && self.distance(id) > Distance::START.after(way) => {
                Some(Step::Known(id, way))
            }
            _ => None,
        }
    }

    /// A link of a page that led out does not any more: it is kept as those are that never did.
    pub(super) fn note_late_step(&mut self, page: FetchId, way: Way, link: Barred<'_>, became: &Became) {
        let step = self.step(self.distance(page), way, became);
        let is_beyond = matches!(became, Became::Excluded(Reason::Level));
        if let Some(paths) = self.paths.as_mut().filter(|_| is_beyond || step.is_some()) {
            let mut steps = paths.take(page);
            match step {
                Some(step) => steps.push(step),
                None => paths.note_beyond(page, &mut steps, link),
            }
            paths.keep(page, steps);
        }
    }

    /// What was too far for links of some pages is a target all the same, for another path leads there: these lead there, too.
    pub(super) fn let_in_beyond(&mut self, url: &str, id: FetchId, aside: &mut Aside) {
        let Some(paths) = &mut self.paths else { return };
        let Some(links) = paths.texts.remove(url) else { return };
        for (page, place) in links {
            match paths.steps.get_mut(&page) {
                Some(steps) => steps.let_in(page, place, id, aside),
                None => drop(paths.behind.insert(page)),
            }
        }
        // It is linked, then.
        self.shorten(id, &Whence::default());
    }

    /// Links of a page that were too far as they were taken up, and lead to what is a target by now.
    fn catch_up(&mut self, page: FetchId, aside: &mut Aside) {
        let Some(steps) = self.paths.as_mut().and_then(|paths| paths.steps.get_mut(&page)) else { return };
        for place in 0..steps.all.len() {
            let Step::Beyond(beyond) = &steps.all[place] else { continue };
            if let Some(id) = self.frontier.find(&beyond.url, beyond.origin_end as usize) {
                steps.let_in(page, place, id, aside);
            }
        }
    }

    /// There is a path to a target that is known, of this length.
    pub(super) fn draw_nearer(&mut self, id: FetchId, at: Distance, aside: &mut Aside) {
        if self.paths.is_some() && self.distance(id) > at {
            self.draw(VecDeque::from([(id, at)]), aside);
        }
    }

    fn draw(&mut self, mut nearer: VecDeque<(FetchId, Distance)>, aside: &mut Aside) {
        while let Some((id, at)) = nearer.pop_front() {
            if self.distance(id) > at {
                self.frontier.lower(id, at.links);
                let _changed = if at.asset { self.assets.insert(id) } else { self.assets.remove(&id) };
                self.spread(id, &mut nearer, aside);
            }
        }
    }

    /// What the links of a page lead to, from where it is now.
    fn spread(&mut self, page: FetchId, nearer: &mut VecDeque<(FetchId, Distance)>, aside: &mut Aside) {
        let at = self.distance(page);
        let Some(paths) = &mut self.paths else { return };
        if let Some(words) = paths.lost(page) {
            aside.trap(words, self.frontier.url(page).unwrap_or_default());
        }
        let Some(mut steps) = paths.steps.remove(&page).filter(|_| paths.looks <= MOST_LOOKS) else { return };
        paths.looks += steps.all.len() as u64;
        let mut all = std::mem::take(&mut steps.all);
        for step in &mut all {
            if let Step::Beyond(beyond) = step {
                *step = match self.let_nearer(page, at, steps.barred(beyond), aside) {
                    Became::Excluded(Reason::Level) => continue,
                    Became::New(id) | Became::Known(id) => Step::Known(id, Way::Link),
                    _ => Step::Nowhere,
                };
            }
            if let Step::Known(to, way) = *step {
                nearer.push_back((to, at.after(way)));
            }
        }
        steps.all = all;
        if let Some(paths) = &mut self.paths {
            paths.steps.insert(page, steps);
            // Each of them was looked at.
            paths.behind.remove(&page);
        }
    }

    /// A link that led too far leads one link on from there now.
    fn let_nearer(&mut self, page: FetchId, at: Distance, link: Barred<'_>, aside: &mut Aside) -> Became {
        let whence = Whence { page: Some(page), depth: at.after(Way::Link).links, ..Whence::default() };
        let became = self.judge(link.url, link.origin_end, whence, aside);
        if !matches!(became, Became::Excluded(Reason::Level)) {
            aside.admit(page, link, Way::Link, &Became::Excluded(Reason::Level), &became);
        }
        became
    }
}
