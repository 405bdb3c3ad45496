//! What each page of the shop says, and to which others it links. Knows nothing of how bodies are sent.

use super::faults::Fault;
use super::nooks::Nooks;
use super::page::{Page, PageKind};
use super::random::Random;
use super::shape::Shape;
use super::sheet::Sheet;
use super::words;

/// Goods on `/`; where the site has nothing but goods, all of them are there.
const NEW_IN: u32 = 24;
/// A page has this many bytes a sentence before its links, at most `MOST_LEADING` of them: links stand on any line.
const BYTES_A_LEADING_SENTENCE: u32 = 400;
const MOST_LEADING: u32 = 24;

/// A shop's front, departments and goods, for a seed.
pub(super) struct Shop<'a> {
    pub(super) seed: u64,
    pub(super) shape: &'a Shape,
    pub(super) sentences: &'a [String],
    pub(super) nooks: &'a Nooks,
}

impl Shop<'_> {
    /// The page up to the end of its links, or what stands there instead of it.
    pub(super) fn sheet(&self, page: &Page) -> Sheet {
        match (&page.fault, page.kind) {
            (Some(Fault::NotFound), _) => not_found(),
            (Some(Fault::ServerError), _) => error("500 – Something broke"),
            (Some(Fault::Redirect { to }), _) => moved(to),
            (_, PageKind::Goods) => self.goods(page),
            (_, PageKind::Category) => self.category(page),
            (_, PageKind::Home | PageKind::Image | PageKind::Asset) => self.home(page),
        }
    }

    fn home(&self, page: &Page) -> Sheet {
        let mut sheet = Sheet::new("The shop at the end of the loop", &self.assets());
        sheet.paragraph("All that is here is made up, and the same each time.");
        sheet.line("<h2>Departments</h2>\n<ul>");
        for category in self.shape.departments() {
            self.link_category(&mut sheet, category);
        }
        sheet.line("</ul>\n<h2 id=\"new\">New in</h2>\n<ul>");
        for goods in 0..self.shape.goods.min(NEW_IN) {
            self.link_goods(&mut sheet, goods);
        }
        link_missing(&mut sheet, page);
        sheet.line("</ul>");
        self.nooks.link(&mut sheet);
        sheet
    }

    fn category(&self, page: &Page) -> Sheet {
        let mut sheet = Sheet::new(&words::category_title(page.number), &self.assets());
        self.lead(&mut sheet, page);
        sheet.line("<ul>");
        sheet.item("/", "The shop");
        for category in self.shape.departments_below(page.number) {
            self.link_category(&mut sheet, category);
        }
        sheet.line("</ul>\n<ul>");
        let mut shown = None;
        for goods in self.shape.goods_in(page.number) {
            self.link_goods(&mut sheet, goods);
            let image = self.shape.image_near(goods);
            if image != shown {
                self.show(&mut sheet, image);
            }
            shown = image;
        }
        sheet.line("</ul>");
        sheet
    }

    fn goods(&self, page: &Page) -> Sheet {
        let mut random = Random::new(page.seed, 0);
        let mut sheet = Sheet::new(&words::goods_title(self.seed, page.number), &self.assets());
        sheet.line("<ul>");
        sheet.item("/", "The shop");
        if let Some(category) = self.shape.category_of(page.number) {
            self.link_category(&mut sheet, category);
        }
        sheet.line("</ul>");
        self.show(&mut sheet, self.shape.image_near(page.number));
        sheet.line(&format!("<p class=\"price\">&euro; {}</p>", words::price(&mut random)));
        self.lead(&mut sheet, page);
        sheet.line("<h2>Others also looked at</h2>\n<ul>");
        for goods in self.neighbours(page.number, &mut random) {
            self.link_goods(&mut sheet, goods);
        }
        link_missing(&mut sheet, page);
        sheet.line("</ul>");
        sheet
    }

    /// The goods before and after these, and up to three others.
    fn neighbours(&self, goods: u32, random: &mut Random) -> Vec<u32> {
        let count = self.shape.goods.max(1);
        let mut near = vec![(goods + count - 1) % count, (goods + 1) % count];
        near.extend((0..3).map(|_| random.below(count)));
        let mut kept = Vec::new();
        for other in near {
            if other != goods && !kept.contains(&other) {
                kept.push(other);
            }
        }
        kept
    }

    fn lead(&self, sheet: &mut Sheet, page: &Page) {
        let most = (page.size / BYTES_A_LEADING_SENTENCE).min(MOST_LEADING);
        let count = Random::new(page.seed, 1).below(most + 1);
        for sentence in self.sentences_from(page.seed).take(count as usize) {
            sheet.paragraph(sentence);
        }
    }

    /// Sentences without end, each page from its own place on.
    pub(super) fn sentences_from(&self, seed: u64) -> impl Iterator<Item = &str> {
        let first = (seed % self.sentences.len().max(1) as u64) as usize;
        self.sentences.iter().cycle().skip(first).map(String::as_str)
    }

    fn assets(&self) -> Vec<String> {
        (0..self.shape.assets).map(|number| self.shape.path(PageKind::Asset, number)).collect()
    }

    fn link_category(&self, sheet: &mut Sheet, number: u32) {
        sheet.item(&self.shape.path(PageKind::Category, number), &words::category_title(number));
    }

    fn link_goods(&self, sheet: &mut Sheet, number: u32) {
        sheet.item(&self.shape.path(PageKind::Goods, number), &words::goods_title(self.seed, number));
    }

    fn show(&self, sheet: &mut Sheet, image: Option<u32>) {
        let Some(image) = image else { return };
        let name = words::goods_name(self.seed, self.shape.shown_on(image));
        sheet.image(&self.shape.path(PageKind::Image, image), &format!("the {name}"));
    }
}

fn link_missing(sheet: &mut Sheet, page: &Page) {
    if let Some(number) = page.missing {
        sheet.item(&missing_path(number), &format!("Goods {number} – sold out"));
    }
}

pub(super) fn missing_path(number: u32) -> String {
    format!("/goods/{number}/")
}

pub(super) fn not_found() -> Sheet {
    error("404 – Nothing here")
}

fn error(title: &str) -> Sheet {
    let mut sheet = Sheet::new(title, &[]);
    sheet.line("<ul>");
    sheet.item("/", "Back to the shop");
    sheet.line("</ul>");
    sheet
}

fn moved(to: &str) -> Sheet {
    let mut sheet = Sheet::new("302 – It stands elsewhere now", &[]);
    sheet.line("<ul>");
    sheet.item(to, "It is here");
    sheet.line("</ul>");
    sheet
}

pub(super) fn wrong_method() -> Sheet {
    error("405 – Only GET and HEAD are understood")
}
