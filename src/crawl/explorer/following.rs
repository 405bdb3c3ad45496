//! The links of one page on their way into the frontier. Judges none of them.

use super::aside::{Aside, Barred};
use super::became::{Became, count};
use super::distance::{Distance, Way};
use super::paths::Steps;
use super::{Base, Explorer, Joined, Whence};
use crate::crawl::address::Fragment;
use crate::crawl::links::{Counted, LONGEST_TEXT, Link, LinkKind, Links};
use crate::crawl::scope::Reason;
use crate::followed::{Edge, Followed, Unfollowed, Why};
use crate::id::FetchId;
use crate::secrets::struck;
use crate::target::{Target, masked};
use crate::text::Untrusted;

/// Links of a page that are told of those which are not to be followed, as many of those that are no URLs, and bytes of
/// each.
const MOST_UNFOLLOWED: u32 = 100;
const UNFOLLOWED_BYTES: usize = 2 << 10;
/// Bytes of the text of most links.
const USUAL_TEXT: usize = 16;
/// Pages that are told to have more links than are taken up.
const MOST_CROWDED: u32 = 100;

/// The links of one page on their way into the frontier, slice by slice.
pub struct Following {
    page: FetchId,
    at: Distance,
    base: Base,
    links: Links,
    next: usize,
    nofollow: bool,
    followed: Followed,
    texts: String,
    /// What has come of it beside.
    pub aside: Aside,
    /// Links to parts of pages.
    pub parts: Vec<Part>,
    /// Links to whole pages are among them: a redirect may lead these to a part of one.
    pub with_whole: bool,
    /// Where they lead, as far as that is kept: in a slice.
    steps: Steps,
}

/// A link to a part of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub to: FetchId,
    /// As it is written, without its `#`; empty, where it leads to the whole page.
    pub fragment: Box<str>,
    pub line: u32,
    pub column: u32,
}

impl Explorer {
    /// The links of `page`.
    pub fn begin(&self, page: FetchId, address: &Target, links: Links, nofollow: bool) -> Following {
        let base = Base::new(address, links.base());
        // Most links of a page lead to a target.
        let edges = Vec::with_capacity(links.len());
        let Counted { over, assets, inline } = links.counted();
        let [assets, other] = [assets, inline].map(|count| u32::try_from(count).unwrap_or(u32::MAX));
        let followed = Followed { over, assets, other, edges, ..Followed::default() };
        let nofollow = nofollow && self.wishes.nofollow;
        let (texts, aside, parts, steps) =
            (String::with_capacity(USUAL_TEXT * links.len()), Aside::default(), Vec::new(), Steps::default());
        let (at, next, with_whole) = (self.distance(page), 0, false);
        Following { page, at, base, links, next, nofollow, followed, texts, aside, parts, with_whole, steps }
    }

    /// Takes up at most so many links; whether that were all.
    pub fn follow(&mut self, following: &mut Following, most: usize) -> bool {
        let end = following.links.len().min(following.next + most);
        self.take_steps(following);
        let links = std::mem::take(&mut following.links);
        if self.frontier.is_large() {
            self.look_ahead(&following.base, (following.next..end).filter_map(|at| links.get(at)));
        }
        for at in following.next..end {
            if let Some(link) = links.get(at) {
                self.link(following, &link);
            }
        }
        following.next = end;
        let whole = end == links.len();
        following.links = links;
        if whole {
            self.tell_over(following);
        }
        if self.paths.is_some() {
            let steps = std::mem::take(&mut following.steps);
            self.keep_steps(following.page, following.at, steps, &mut following.aside);
        }
        whole
    }

    /// Between two slices, the page may have turned out to be nearer, and links of it that led out may be let in.
    fn take_steps(&mut self, following: &mut Following) {
        if let Some(paths) = &mut self.paths {
            following.steps = paths.take(following.page);
            following.at = self.distance(following.page);
        }
    }

    /// A page that has more links than are taken up is told by its address.
    fn tell_over(&mut self, following: &mut Following) {
        let over = following.links.over();
        if over > 0 && self.crowded < MOST_CROWDED {
            self.crowded += 1;
            let over = crate::units::count(over);
            let words = format!("a page was fetched, and {over} of its links are beyond what is taken up of one");
            following.aside.trap(words, following.base.url());
        }
    }

    /// Has the frontier read ahead what it is going to be asked for.
    fn look_ahead<'l>(&mut self, base: &Base, links: impl Iterator<Item = Link<'l>>) {
        let mut joined = String::new();
        let mut begins = Vec::new();
        for link in links {
            if let Joined::Page { url, .. } = base.join(link.href, &mut self.buffer) {
                begins.push(joined.len());
                joined.push_str(url);
            }
        }
        let ends = begins.iter().copied().skip(1).chain([joined.len()]);
        let urls = begins.iter().zip(ends).map(|(&begin, end)| &joined[begin..end]);
        self.frontier.look_ahead(urls);
    }

    fn link(&mut self, following: &mut Following, link: &Link<'_>) {
        let followed = &mut following.followed;
        match link.kind {
            LinkKind::Form => return followed.forms += 1,
            kind if kind.is_asset() && !self.wishes.assets => return followed.assets += 1,
            _ => {}
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        match following.base.join(link.href, &mut buffer) {
            Joined::Other(_) => followed.other += 1,
            Joined::Broken(_) => {
                followed.malformed += 1;
                // Whoever is named in it stays unnamed: what is shown of a URL never says how to come in.
                let href = if followed.malformed <= MOST_UNFOLLOWED { masked(link.href) } else { String::new() };
                leave(followed.malformed, followed, link, (&href, Why::Malformed));
            }
            Joined::Page { url, .. } if (link.nofollow && self.wishes.nofollow) || following.nofollow => {
                followed.nofollow += 1;
                let why = if following.nofollow { Why::Page } else { Why::Link };
                leave(followed.nofollow, followed, link, (url, why));
            }
            Joined::Page { url, origin_end, fragment } => {
                let way = if link.kind.is_asset() { Way::Asset } else { Way::Link };
                let whence = Whence { page: Some(following.page), ..Whence::default() };
                let became = self.take_up(url, origin_end, whence, following.at.after(way), &mut following.aside);
                if count_and_note(following, link, fragment, &became).is_none() {
                    let fragment = fragment.map_or("", Fragment::as_str);
                    let Link { line, column, text, .. } = *link;
                    let barred = Barred { url, origin_end, line, column, text, fragment };
                    self.note_barred(following, way, barred, &became);
                } else {
                    self.note_step(following, way, &became);
                }
            }
        }
        self.buffer = buffer;
    }
}

impl Explorer {
    /// Where a link leads, if that may matter: neither a start nor what it leads to can be nearer than they are.
    fn note_step(&mut self, following: &mut Following, way: Way, became: &Became) {
        let step = self.step(following.at, way, became);
        step.into_iter().for_each(|step| following.steps.push(step));
    }

    /// A link that is kept out by what may change.
    fn note_barred(&mut self, following: &mut Following, way: Way, link: Barred<'_>, became: &Became) {
        match (became, &mut self.paths) {
            (Became::Excluded(Reason::Level), Some(paths)) => {
                paths.note_beyond(following.page, &mut following.steps, link);
            }
            _ => self.note_outside(following.page, way, link, became),
        }
    }
}

impl Following {
    /// What came of all of them.
    pub fn end(mut self) -> Followed {
        self.followed.texts = self.texts.into();
        self.followed
    }

    /// The ids of the page, where they were wanted.
    pub fn links(&self) -> &Links {
        &self.links
    }
}

/// A link that is not followed, the how manieth of its kind.
fn leave(number: u32, followed: &mut Followed, link: &Link<'_>, (url, why): (&str, Why)) {
    if number <= MOST_UNFOLLOWED {
        let (url, text) = (Untrusted::new(url, UNFOLLOWED_BYTES), Untrusted::new(link.text, LONGEST_TEXT));
        let Link { line, column, .. } = *link;
        followed.unfollowed.push(Unfollowed { url, line, column, text, why });
    }
}

/// Counts it; where it leads to a target, keeps where it stands, and tells that target.
fn count_and_note(
    following: &mut Following,
    link: &Link<'_>,
    fragment: Option<Fragment<'_>>,
    became: &Became,
) -> Option<FetchId> {
    let to = count(&mut following.followed, became)?;
    following.texts.push_str(&struck(link.text));
    let text_end = u32::try_from(following.texts.len()).unwrap_or(u32::MAX);
    let Link { line, column, .. } = *link;
    following.followed.edges.push(Edge { to, line, column, text_end });
    let fragment = fragment.filter(|fragment| !fragment.is_top());
    let whole = following.with_whole && !link.kind.is_asset();
    if fragment.is_some() || whole {
        let fragment = fragment.map_or(Box::default(), |fragment| fragment.as_str().into());
        following.parts.push(Part { to, fragment, line, column });
    }
    Some(to)
}
