//! What only a crawl meets: pages that stand in the sitemap alone, one that robots.txt keeps out, links that lead out,
//! nowhere or on without end. Knows nothing of the shop.

use super::faults::Faults;
use super::sheet::Sheet;

/// A site with fewer pages has none of it.
const LEAST_PAGES: u32 = 20;
/// Pages that stand in the sitemap only.
const ORPHANS: u32 = 3;
const PRIVATE: &str = "/private/ledger/";
const UNENDORSED: &str = "/account/";
const MOVED: &str = "/moved/";
const RULES: &str = "User-agent: *\nDisallow: /private/\n";
/// A month of the calendar that is linked to.
const FIRST_MONTH: Month = Month { year: 2026, month: 11 };

/// A page beside the planned ones, on top of their number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nook {
    pub path: String,
    pub kind: NookKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NookKind {
    /// Stands in the sitemap, and no link leads to it.
    Orphan,
    /// Linked, and kept out by `/robots.txt`.
    Private,
    /// Linked only with `rel="nofollow"`.
    Unendorsed,
    /// A redirect that is no fault.
    Moved {
        /// Path of a page without a fault.
        to: String,
    },
}

impl Nook {
    /// Short enough for a column.
    pub(super) fn name(&self) -> &'static str {
        match self.kind {
            NookKind::Orphan => "sitemap",
            NookKind::Private => "robots",
            NookKind::Unendorsed => "nofollow",
            NookKind::Moved { .. } => "302",
        }
    }

    pub(super) fn sentence(&self) -> String {
        match &self.kind {
            NookKind::Orphan => "stands in /sitemap.xml, and no link leads to it".to_owned(),
            NookKind::Private => "is linked, and kept out by /robots.txt".to_owned(),
            NookKind::Unendorsed => "is linked only with rel=nofollow".to_owned(),
            NookKind::Moved { to } => format!("leads to {to}"),
        }
    }

    /// Where it leads, where it is a redirect.
    pub(super) fn location(&self) -> Option<&str> {
        match &self.kind {
            NookKind::Moved { to } => Some(to),
            _ => None,
        }
    }

    pub(super) fn sheet(&self) -> Sheet {
        let title = match self.kind {
            NookKind::Orphan => "An offer that no page tells of",
            NookKind::Private => "The ledger",
            NookKind::Unendorsed => "Your account",
            NookKind::Moved { .. } => "302 – It stands elsewhere now",
        };
        let mut sheet = Sheet::new(title, &[]);
        sheet.line("<ul>");
        sheet.item(self.location().unwrap_or("/"), if self.location().is_some() { "It is here" } else { "The shop" });
        sheet.line("</ul>");
        sheet
    }
}

/// The nooks of a site; none, where the site is plain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Nooks {
    pub(super) pages: Vec<Nook>,
    /// Path of a page without a fault, to a part of which, not there, a link leads.
    partless: Option<String>,
    /// A calendar goes on without end.
    calendar: bool,
}

impl Nooks {
    /// `healthy`: paths of pages without a fault.
    pub(super) fn plan<'a>(faults: Faults, pages: u32, mut healthy: impl Iterator<Item = &'a str>) -> Nooks {
        if faults == Faults::None || pages < LEAST_PAGES {
            return Nooks::default();
        }
        let mut page = || healthy.next().unwrap_or("/").to_owned();
        let orphans = (1..=ORPHANS).map(|number| (format!("/offers/{number}/"), NookKind::Orphan));
        let linked = [
            (MOVED.to_owned(), NookKind::Moved { to: page() }),
            (PRIVATE.to_owned(), NookKind::Private),
            (UNENDORSED.to_owned(), NookKind::Unendorsed),
        ];
        let pages = orphans.chain(linked).map(|(path, kind)| Nook { path, kind }).collect();
        Nooks { pages, partless: Some(page()), calendar: faults == Faults::All }
    }

    fn is_plain(&self) -> bool {
        self.pages.is_empty()
    }

    /// The links to them, on `/`.
    pub(super) fn link(&self, sheet: &mut Sheet) {
        let Some(partless) = self.partless.as_ref() else { return };
        sheet.line("<h2>Around the shop</h2>\n<ul>");
        sheet.item(MOVED, "Our old address");
        sheet.item(PRIVATE, "The ledger");
        sheet.unendorsed_item(UNENDORSED, "Your account");
        sheet.item("#new", "New in");
        sheet.item(&format!("{partless}#reviews"), "What others say");
        sheet.item("http://shop.invalid/", "Our other shop");
        sheet.item("mailto:shop@shop.invalid", "Write to us");
        if self.calendar {
            sheet.item(&FIRST_MONTH.path(), "What is on");
        }
        sheet.line("</ul>");
    }

    pub(super) fn robots(&self, origin: &str) -> String {
        if self.is_plain() { RULES.to_owned() } else { format!("{RULES}\nSitemap: {origin}/sitemap.xml\n") }
    }

    /// What is linked too, and what is not; none, where the site is plain.
    pub(super) fn sitemap(&self, origin: &str) -> Option<String> {
        let orphans = self.pages.iter().filter(|nook| nook.kind == NookKind::Orphan);
        let paths = ["/", "/goods/0/"].into_iter().chain(orphans.map(|nook| nook.path.as_str()));
        let urls: String = paths.map(|path| format!("<url><loc>{origin}{path}</loc></url>\n")).collect();
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n";
        (!self.is_plain()).then(|| format!("{head}{urls}</urlset>\n"))
    }

    pub(super) fn month(&self, path: &str) -> Option<Month> {
        Month::of(path).filter(|_| self.calendar)
    }
}

/// A page of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Month {
    year: u32,
    month: u32,
}

impl Month {
    fn of(path: &str) -> Option<Month> {
        let (year, month) = path.strip_prefix("/calendar/")?.strip_suffix('/')?.split_once('/')?;
        let month = Month { year: year.parse().ok()?, month: month.parse().ok()? };
        (month.path() == path && (1..=12).contains(&month.month)).then_some(month)
    }

    fn path(self) -> String {
        format!("/calendar/{}/{:02}/", self.year, self.month)
    }

    fn next(self) -> Month {
        match self.month {
            12 => Month { year: self.year.saturating_add(1), month: 1 },
            month => Month { month: month + 1, ..self },
        }
    }

    fn before(self) -> Month {
        match self.month {
            1 => Month { year: self.year.saturating_sub(1), month: 12 },
            month => Month { month: month - 1, ..self },
        }
    }

    pub(super) fn sheet(self) -> Sheet {
        let mut sheet = Sheet::new(&format!("What is on in {}/{}", self.year, self.month), &[]);
        sheet.line("<ul>");
        sheet.item("/", "The shop");
        sheet.item(&self.before().path(), "The month before");
        sheet.item(&self.next().path(), "The next month");
        sheet.line("</ul>");
        sheet
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_leads_back_to_its_path_and_on_without_end() {
        let mut month = FIRST_MONTH;
        for _ in 0..100 {
            assert_eq!(Month::of(&month.path()), Some(month));
            assert_eq!(month.next().before(), month);
            month = month.next();
        }
        for path in
            ["/calendar/2026/13/", "/calendar/2026/0/", "/calendar/02026/01/", "/calendar/2026/1/", "/calendar/"]
        {
            assert_eq!(Month::of(path), None, "{path}");
        }
    }

    #[test]
    fn a_plain_site_has_no_nooks_and_robots_rules_all_the_same() {
        for (faults, pages) in [(Faults::None, 240), (Faults::All, 19)] {
            let nooks = Nooks::plan(faults, pages, ["/goods/0/"].into_iter());
            assert_eq!((nooks.pages.len(), nooks.sitemap("http://a")), (0, None));
            assert_eq!(nooks.robots("http://a"), RULES);
        }
    }
}
