//! How far a target is from the starts, and how far what it leads to is. Knows no target.

/// Of two, the smaller one is nearer, and so is all that it leads to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Distance {
    pub links: u32,
    /// It belongs to a page that is so far. If it turns out to be a page itself, that is a link farther.
    pub asset: bool,
}

/// How one target leads to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Redirect,
    /// An image, a script or a style.
    Asset,
    Link,
    /// A sitemap lists it.
    Listed,
}

impl Distance {
    pub const START: Distance = Distance { links: 0, asset: false };

    pub fn after(self, way: Way) -> Distance {
        match way {
            Way::Redirect => self,
            Way::Asset => Distance { asset: true, ..self },
            Way::Listed => Distance::START,
            Way::Link => Distance { links: self.links + u32::from(self.asset) + 1, asset: false },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nearer_leads_to_nothing_that_is_farther() {
        let all: Vec<Distance> =
            (0..4).flat_map(|links| [false, true].map(|asset| Distance { links, asset })).collect();
        for way in [Way::Redirect, Way::Asset, Way::Link] {
            assert!(all.is_sorted() && all.windows(2).all(|pair| pair[0].after(way) <= pair[1].after(way)), "{way:?}");
        }
    }

    #[test]
    fn a_page_that_was_taken_for_an_image_is_a_link_from_its_page_as_others_are() {
        let page = Distance { links: 2, asset: false };
        let linked = page.after(Way::Link).after(Way::Link);
        assert_eq!(page.after(Way::Asset).after(Way::Link), linked);
        assert_eq!(page.after(Way::Asset).after(Way::Redirect).after(Way::Link), linked);
        assert_eq!(page.after(Way::Asset).after(Way::Asset).links, 2, "what a style asks for belongs to its page, too");
    }
}
