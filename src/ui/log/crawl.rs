//! The events of a crawl in words: what became of links, what robots.txt and sitemaps say, what holds a host back.

use super::words::{Words, many, micros};
use crate::event::FragmentMissed;
use crate::followed::{Admitted, Followed};
use crate::host::{FrontierCounts, Limited, Paced, RobotsRead, SitemapRead};
use crate::text::{Cut, Untrusted};
use crate::units;

/// Columns in which a URL behind other words says something.
const LEAST_URL: usize = 12;

impl Words<'_> {
    pub(super) fn robots(&self, robots: &RobotsRead) -> String {
        let told = self.part(2).host(&robots.origin);
        let meaning = self.but(&told).text(&robots.meaning);
        told + &meaning
    }

    pub(super) fn sitemap(&self, sitemap: &SitemapRead) -> String {
        let [pages, new, maps] = [sitemap.pages, sitemap.new, sitemap.maps].map(u64::from);
        let more = if maps > 0 { format!(", {}", many(maps, "sitemap")) } else { String::new() };
        let told = format!("{}, {} new{more}: ", many(pages, "page"), units::count(new));
        let left = self.but(&told);
        told + &sitemap.trouble.as_ref().map_or_else(|| left.url(&sitemap.url), |trouble| left.text(trouble))
    }

    pub(super) fn widened(&self, from: &Untrusted, to: &Untrusted) -> String {
        let told = format!("to {}, from ", self.part(2).text(&to.without_scheme()));
        let from = self.but(&told).text(&from.without_scheme());
        told + &from
    }

    pub(super) fn trapped(&self, words: &Untrusted, url: &Untrusted) -> String {
        let told = self.text(words);
        let left = self.but(&told).but(": ");
        if left.room < LEAST_URL { told } else { format!("{told}: {}", left.url(url)) }
    }

    pub(super) fn missed(&self, missed: &FragmentMissed) -> String {
        format!("#{}, line {}:{}", self.part(2).text(&missed.fragment), missed.line, missed.column)
    }

    pub(super) fn paced(&self, paced: &Paced) -> String {
        let apart = match paced.delay_us {
            0 => String::new(),
            us => format!(", {} apart", micros(us)),
        };
        let told = self.part(3).host(&paced.host);
        let why = self.but(&told).text(&paced.why);
        format!("{told}{why}: {} at once{apart}", paced.allowed)
    }

    pub(super) fn limits(&self, limited: &Limited) -> String {
        let by = limited.by.words();
        let room = self.room.saturating_sub(by.len() + 4);
        format!("by {by} {}", crate::ui::crawl::detail(limited, self.telling, room)).trim_end().to_owned()
    }

    /// A host or an origin before what is told of it; left out, where the run has only one.
    fn host(&self, host: &Untrusted) -> String {
        let shown = || host.without_scheme().shown(self.room, Cut::Middle, self.telling.charset);
        if self.telling.state.hosts.len() > 1 { format!("{}: ", shown()) } else { String::new() }
    }
}

/// The links of a page, by what became of them.
pub(super) fn became(followed: &Followed) -> String {
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

/// What was kept out and is not; pages of sitemaps are no links then.
pub(super) fn admitted(admitted: &Admitted) -> String {
    match admitted.now.links() {
        0 => format!("{} of a sitemap", many(admitted.before.links(), "page")),
        _ => became(&admitted.now),
    }
}

pub(super) fn counted(counts: &FrontierCounts) -> String {
    format!("{} found, {} done, {} waiting", counts.found, counts.done, counts.waiting)
}
