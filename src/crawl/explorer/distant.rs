//! Sitemaps that a robots.txt names: read where its host belongs to the crawl, and kept where it may come to. Reads none.

use super::Explorer;
use crate::id::FetchId;
use crate::target::Target;

/// Of hosts that do not belong: sitemaps that are kept.
const MOST: usize = 1_000;
/// The longest address of one that is.
const LONGEST: usize = 2_048;

/// Of hosts where links are only checked, as long as the scope may become wider.
#[derive(Debug, Default)]
pub(super) struct Distant {
    /// Each with the origin whose robots.txt names it, and the fetch of that.
    maps: Vec<(Box<str>, FetchId, Target)>,
    /// There were more.
    over: bool,
}

impl Explorer {
    /// The sitemaps that the robots.txt of an origin names.
    pub fn named_maps(&mut self, origin: &str, robots: FetchId, maps: impl Iterator<Item = Target>) {
        let belongs = self.belongs(origin);
        for map in maps {
            if belongs {
                self.sitemap(&map, Some(robots), 0);
            } else if self.distant.maps.len() < MOST && map.url().len() <= LONGEST {
                self.distant.maps.push((origin.into(), robots, map));
            } else {
                self.distant.over = true;
            }
        }
    }

    /// The scope has become wider: the sitemaps of what belongs to it now are read. Whether some may be missing.
    pub(super) fn let_in_maps(&mut self) -> bool {
        let maps = std::mem::take(&mut self.distant.maps);
        let (near, far) = maps.into_iter().partition(|(origin, ..)| self.belongs(origin));
        self.distant.maps = far;
        let near: Vec<_> = near;
        for (_, robots, map) in near {
            self.sitemap(&map, Some(robots), 0);
        }
        std::mem::take(&mut self.distant.over)
    }
}
