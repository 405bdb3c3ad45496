//! What the `follow` callback found in a page. Facts of one page, no sums over pages.

use crate::id::FetchId;
use crate::text::Untrusted;
use serde::{Deserialize, Serialize};

/// The links of one page, and what became of them. Each is counted in one of the numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Followed {
    /// Never seen before: they wait to be fetched.
    pub new: u32,
    /// To targets that are known.
    pub known: u32,
    /// They lead out of the scope.
    pub outside: u32,
    /// Deeper than `--level`.
    pub level: u32,
    /// Matched by `--exclude`.
    pub exclude: u32,
    /// Matched by no `--include`.
    pub include: u32,
    /// Above the start, by `--no-parent`.
    pub no_parent: u32,
    /// The page asks that they are not followed.
    pub nofollow: u32,
    /// Images, scripts and styles, where no `--assets` asks for them.
    pub assets: u32,
    /// Forms are not submitted.
    pub forms: u32,
    /// `mailto:`, `javascript:`, `data:` and the like.
    pub other: u32,
    /// No URL can be made of them.
    pub malformed: u32,
    /// A limit against endless sites keeps them out.
    pub trapped: u32,
    /// Beyond what is taken up of one page, or in a run.
    pub over: u64,
    /// Those that lead to a target of the run, in the order of the page.
    pub edges: Vec<Edge>,
    /// Their texts, one after another.
    pub texts: Box<str>,
    /// The first of those that lead nowhere: the page asks not to follow them, or they are no URLs.
    pub unfollowed: Vec<Unfollowed>,
}

/// Links of one page that were kept out as its links were followed, and are judged anew: a shorter way to the page was
/// found, the scope has become wider, or what they are was known only once each start had its answer. So are pages of a sitemap, which are no links once they are taken up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admitted {
    /// How they were counted until now.
    pub before: Followed,
    /// What has become of them.
    pub now: Followed,
}

/// Why a link is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Why {
    /// The page asks for it, by the link's own `rel`.
    Link,
    /// The page asks for it for all its links, by its `meta` or its field.
    Page,
    /// No URL can be made of it.
    Malformed,
}

impl Why {
    pub const ALL: [Why; 3] = [Why::Link, Why::Page, Why::Malformed];

    pub fn name(self) -> &'static str {
        ["link", "page", "malformed"][self as usize]
    }
}

/// A link that is not followed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfollowed {
    /// Where it would have led; of what is no URL, what stands there.
    pub url: Untrusted,
    pub line: u32,
    pub column: u32,
    /// As those of [`Followed::edges`]; recordings of older versions have none.
    #[serde(default)]
    pub text: Untrusted,
    pub why: Why,
}

/// A link to a target of the run. In the journal, where there are many to a page, its numbers have no names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(FetchId, u32, u32, u32)", into = "(FetchId, u32, u32, u32)")]
pub struct Edge {
    pub to: FetchId,
    /// Of the page's text, counted from 1. 0 where no text leads there but a redirect: a hop's only edge.
    pub line: u32,
    /// In characters, counted from 1; 0 of a redirect.
    pub column: u32,
    /// Where its text ends in [`Followed::texts`]; it begins where that of the edge before ends.
    pub text_end: u32,
}

impl From<(FetchId, u32, u32, u32)> for Edge {
    fn from((to, line, column, text_end): (FetchId, u32, u32, u32)) -> Edge {
        Edge { to, line, column, text_end }
    }
}

impl From<Edge> for (FetchId, u32, u32, u32) {
    fn from(Edge { to, line, column, text_end }: Edge) -> (FetchId, u32, u32, u32) {
        (to, line, column, text_end)
    }
}

impl Followed {
    /// Counts those of another page, or of the same one, as well. What leads where is not taken over.
    pub fn add(&mut self, other: &Followed) {
        self.combine(other, u32::saturating_add);
        self.over = self.over.saturating_add(other.over);
    }

    /// Counts those no more.
    pub fn take_off(&mut self, other: &Followed) {
        self.combine(other, u32::saturating_sub);
        self.over = self.over.saturating_sub(other.over);
    }

    fn combine(&mut self, other: &Followed, with: fn(u32, u32) -> u32) {
        let pairs = [
            (&mut self.new, other.new),
            (&mut self.known, other.known),
            (&mut self.outside, other.outside),
            (&mut self.level, other.level),
            (&mut self.exclude, other.exclude),
            (&mut self.include, other.include),
            (&mut self.no_parent, other.no_parent),
            (&mut self.nofollow, other.nofollow),
            (&mut self.assets, other.assets),
            (&mut self.forms, other.forms),
            (&mut self.other, other.other),
            (&mut self.malformed, other.malformed),
            (&mut self.trapped, other.trapped),
        ];
        for (sum, count) in pairs {
            *sum = with(*sum, count);
        }
    }

    /// All links of the page, whatever became of them.
    pub fn links(&self) -> u64 {
        let kinds = [self.new, self.known, self.outside, self.excluded(), self.nofollow, self.assets, self.forms];
        let others = [self.other, self.malformed, self.trapped];
        kinds.into_iter().chain(others).map(u64::from).sum::<u64>() + self.over
    }

    /// Kept out by `--level`, `--exclude`, `--include` or `--no-parent`.
    pub fn excluded(&self) -> u32 {
        self.excluded_by().into_iter().fold(0, |sum, (_, count)| sum.saturating_add(count))
    }

    /// Those, by the option that keeps them out.
    pub fn excluded_by(&self) -> [(&'static str, u32); 4] {
        let Followed { level, exclude, include, no_parent, .. } = *self;
        [("level", level), ("exclude", exclude), ("include", include), ("no-parent", no_parent)]
    }

    /// The edges, each with its text: what stands between `<a>` and `</a>`, or the `alt` of an image.
    pub fn edges(&self) -> impl Iterator<Item = (&Edge, &str)> {
        let mut begin = 0;
        self.edges.iter().map(move |edge| {
            let end = edge.text_end as usize;
            let text = self.texts.get(begin..end).unwrap_or_default();
            begin = end;
            (edge, text)
        })
    }
}
