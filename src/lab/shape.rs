//! How many pages of which kind there are, their paths, and who stands near whom. Knows nothing of a seed.

use std::ops::Range;

use super::page::PageKind;

/// Goods come first: a site this small has nothing else beside `/`.
const GOODS_FIRST: u32 = 20;
/// Departments on `/`, and departments below each of them; the tree keeps every page's text short.
const DEPARTMENTS: u32 = 24;
const BELOW_A_DEPARTMENT: u32 = 4;
const ASSETS: [&str; 2] = ["/style.css", "/shop.js"];

/// The pages of a site in the order of their index: `/`, goods, categories, images, assets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) goods: u32,
    pub(super) categories: u32,
    pub(super) images: u32,
    pub(super) assets: u32,
}

impl Shape {
    /// Splits `pages` into 80 % goods, 4 % categories, 16 % images and assets. `/` comes on top.
    pub(super) fn of(pages: u32) -> Shape {
        let goods = pages.min(GOODS_FIRST.max(share(pages, 4, 5)));
        let others = pages - goods;
        let categories = others.div_ceil(5);
        let assets = if others < 10 { others.min(2) / 2 } else { 2 };
        Shape { goods, categories, images: others - categories - assets, assets }
    }

    pub(super) fn total(&self) -> u32 {
        1 + self.goods + self.categories + self.images + self.assets
    }

    /// The kind of the page with this index, and its number within the kind.
    pub(super) fn place(&self, index: u32) -> (PageKind, u32) {
        let mut number = index;
        for (kind, count) in self.counts() {
            if number < count {
                return (kind, number);
            }
            number -= count;
        }
        (PageKind::Home, 0)
    }

    pub(super) fn index(&self, kind: PageKind, number: u32) -> u32 {
        let before = self.counts().into_iter().take_while(|(other, _)| *other != kind);
        before.map(|(_, count)| count).sum::<u32>() + number
    }

    fn counts(&self) -> [(PageKind, u32); 5] {
        [
            (PageKind::Home, 1),
            (PageKind::Goods, self.goods),
            (PageKind::Category, self.categories),
            (PageKind::Image, self.images),
            (PageKind::Asset, self.assets),
        ]
    }

    pub(super) fn path(&self, kind: PageKind, number: u32) -> String {
        match kind {
            PageKind::Home => "/".to_owned(),
            PageKind::Goods => format!("/goods/{number}/"),
            PageKind::Category => format!("/category/{number}/"),
            PageKind::Image => image_path(self.shown_on(number)),
            PageKind::Asset => ASSETS.get(number as usize).copied().unwrap_or_default().to_owned(),
        }
    }

    /// The only index that this path can have; whether it has is seen by comparing the page's path.
    pub(super) fn candidate(&self, path: &str) -> Option<u32> {
        let number = |text: Option<&str>| text.and_then(|digits| digits.parse::<u32>().ok());
        if let Some(rest) = path.strip_prefix("/goods/") {
            let goods = number(rest.strip_suffix('/')).filter(|number| *number < self.goods)?;
            return Some(self.index(PageKind::Goods, goods));
        }
        if let Some(rest) = path.strip_prefix("/category/") {
            let category = number(rest.strip_suffix('/')).filter(|number| *number < self.categories)?;
            return Some(self.index(PageKind::Category, category));
        }
        if let Some(rest) = path.strip_prefix("/img/") {
            let goods = number(rest.split('.').next()).filter(|number| *number < self.goods)?;
            return Some(self.index(PageKind::Image, self.image_near(goods)?));
        }
        let asset = ASSETS.iter().take(self.assets as usize).position(|asset| *asset == path);
        asset.map(|number| self.index(PageKind::Asset, number as u32)).or((path == "/").then_some(0))
    }

    pub(super) fn category_of(&self, goods: u32) -> Option<u32> {
        (self.categories > 0).then(|| share(goods, self.categories, self.goods))
    }

    pub(super) fn goods_in(&self, category: u32) -> Range<u32> {
        let first = |category| first_with_share(category, self.categories, self.goods);
        first(category)..first(category + 1)
    }

    /// The goods that an image shows.
    pub(super) fn shown_on(&self, image: u32) -> u32 {
        share(image, self.goods, self.images)
    }

    /// The image of these goods, or of the nearest before them that have one.
    pub(super) fn image_near(&self, goods: u32) -> Option<u32> {
        first_with_share(goods + 1, self.goods, self.images).checked_sub(1)
    }

    pub(super) fn departments(&self) -> Range<u32> {
        0..DEPARTMENTS.min(self.categories)
    }

    pub(super) fn departments_below(&self, category: u32) -> Range<u32> {
        let first = DEPARTMENTS.saturating_add(category.saturating_mul(BELOW_A_DEPARTMENT));
        let end = first.saturating_add(BELOW_A_DEPARTMENT);
        first.min(self.categories)..end.min(self.categories)
    }
}

fn image_path(goods: u32) -> String {
    let extension = if goods % 3 == 1 { "png" } else { "jpg" };
    format!("/img/{goods}.{extension}")
}

/// `number * numerator / denominator`, rounded down; 0 of nothing.
fn share(number: u32, numerator: u32, denominator: u32) -> u32 {
    let product = u64::from(number) * u64::from(numerator);
    product.checked_div(u64::from(denominator)).unwrap_or(0) as u32
}

/// The first number whose `share(number, numerator, denominator)` is `wanted`, never beyond `denominator`.
fn first_with_share(wanted: u32, numerator: u32, denominator: u32) -> u32 {
    if numerator == 0 {
        return 0;
    }
    let product = u64::from(wanted) * u64::from(denominator);
    product.div_ceil(u64::from(numerator)).min(u64::from(denominator)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_planned_pages_are_counted_and_home_is_not() {
        for pages in (0..2000).chain([10_000, 1_000_000]) {
            assert_eq!(Shape::of(pages).total(), pages + 1);
        }
    }

    #[test]
    fn a_small_site_is_goods_only_and_more_pages_never_take_goods_away() {
        assert_eq!(Shape::of(20), Shape { goods: 20, categories: 0, images: 0, assets: 0 });
        let goods: Vec<u32> = (0..500).map(|pages| Shape::of(pages).goods).collect();
        assert!(goods.is_sorted());
    }

    #[test]
    fn a_large_site_has_the_shares_it_promises() {
        assert_eq!(Shape::of(1000), Shape { goods: 800, categories: 40, images: 158, assets: 2 });
    }

    #[test]
    fn each_path_leads_back_to_its_index() {
        for pages in [0, 1, 20, 21, 22, 23, 45, 100, 240, 999, 10_007] {
            let shape = Shape::of(pages);
            for index in 0..shape.total() {
                let (kind, number) = shape.place(index);
                assert_eq!(shape.index(kind, number), index);
                assert_eq!(shape.candidate(&shape.path(kind, number)), Some(index), "{pages} {kind:?} {number}");
            }
        }
    }

    #[test]
    fn each_goods_page_is_in_one_category_of_about_twenty() {
        for pages in (21..1500).chain([10_007]) {
            let shape = Shape::of(pages);
            let mut next = 0;
            for category in 0..shape.categories {
                let range = shape.goods_in(category);
                assert_eq!(range.start, next);
                assert!(range.len() <= 21);
                assert!(range.clone().all(|goods| shape.category_of(goods) == Some(category)));
                next = range.end;
            }
            assert_eq!(next, shape.goods);
        }
    }

    #[test]
    fn each_category_is_below_home_or_one_other() {
        let shape = Shape::of(10_000);
        let mut below: Vec<u32> = (0..shape.categories).flat_map(|above| shape.departments_below(above)).collect();
        below.extend(shape.departments());
        below.sort_unstable();
        assert_eq!(below, (0..shape.categories).collect::<Vec<_>>());
    }
}
