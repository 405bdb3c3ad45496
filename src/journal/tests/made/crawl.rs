//! What only a crawl tells, made by chance.

use super::Dice;
use crate::event::{EventKind, FragmentMissed, Unchecked, Unread};
use crate::followed::{Admitted, Edge, Followed, Unfollowed, Why};
use crate::host::{FrontierCounts, HostSample, Limited, Paced, RobotsRead, SitemapRead};
use std::sync::Arc;

impl Dice<'_> {
    fn followed(&mut self) -> Arc<Followed> {
        let edge = |dice: &mut Dice<'_>| {
            let (to, [line, column, text_end]) = (dice.id(), std::array::from_fn(|_| dice.small()));
            Edge { to, line, column, text_end }
        };
        let unfollowed = |dice: &mut Dice<'_>| {
            let ([url, text], [line, column]) =
                (std::array::from_fn(|_| dice.text()), std::array::from_fn(|_| dice.small()));
            Unfollowed { url, line, column, text, why: dice.of(&Why::ALL) }
        };
        let mut count = || self.small() % 3;
        Arc::new(Followed {
            new: count(),
            known: count(),
            outside: count(),
            level: count(),
            exclude: count(),
            include: count(),
            no_parent: count(),
            nofollow: count(),
            assets: count(),
            forms: count(),
            other: count(),
            malformed: count(),
            trapped: count(),
            over: self.number() % 2,
            edges: self.some(edge),
            texts: self.words(),
            unfollowed: self.some(unfollowed),
        })
    }

    fn sample(&mut self) -> HostSample {
        HostSample {
            host: self.text(),
            waiting: self.number(),
            in_flight: self.small(),
            allowed: self.small(),
            delay_us: self.number(),
            held: self.perhaps(Dice::hold),
            until: self.perhaps(Dice::at),
        }
    }

    fn limited(&mut self) -> Arc<Limited> {
        Arc::new(Limited {
            by: self.hold(),
            host: self.perhaps(Dice::text),
            busy: self.small(),
            allowed: self.small(),
            waiting: self.number(),
            until: self.perhaps(Dice::at),
        })
    }

    fn robots(&mut self) -> RobotsRead {
        RobotsRead {
            origin: self.text(),
            status: self.perhaps(|d| d.number() as u16),
            rules: self.small(),
            delay_us: self.perhaps(Dice::number),
            sitemaps: self.small(),
            meaning: self.text(),
        }
    }

    fn sitemap(&mut self) -> SitemapRead {
        SitemapRead {
            url: self.text(),
            pages: self.small(),
            new: self.small(),
            maps: self.small(),
            unread: self.perhaps(|d| d.of(&Unread::ALL)),
            trouble: self.perhaps(Dice::text),
        }
    }

    fn missed(&mut self) -> FragmentMissed {
        FragmentMissed {
            to: self.id(),
            fragment: self.text(),
            line: self.small(),
            column: self.small(),
            via: self.perhaps(Dice::id),
        }
    }

    fn admitted(&mut self) -> Admitted {
        let [before, now] = std::array::from_fn(|_| Arc::unwrap_or_clone(self.followed()));
        Admitted { before, now }
    }

    /// What only a crawl tells.
    pub(super) fn of_a_crawl(&mut self) -> Vec<EventKind> {
        use EventKind::*;
        let d = self;
        let id = d.id();
        vec![
            Followed { id, followed: d.followed() },
            RobotsRead { id, robots: Arc::new(d.robots()) },
            SitemapRead { id, sitemap: Arc::new(d.sitemap()) },
            SitemapsUnread { sitemaps: d.number(), why: d.of(&Unread::ALL) },
            Widened { from: d.text(), to: d.text() },
            Trapped { words: d.text(), url: d.text() },
            FragmentMissed { id, missed: Arc::new(d.missed()) },
            FragmentsUnchecked { id, links: d.small(), why: d.of(&Unchecked::ALL) },
            Admitted { id, admitted: Arc::new(d.admitted()) },
            HostPaced(Arc::new(Paced { host: d.text(), allowed: d.small(), delay_us: d.number(), why: d.text() })),
            HostsSampled { hosts: d.some(Dice::sample).into() },
            FrontierCounted(Box::new(FrontierCounts {
                found: d.number(),
                done: d.number(),
                in_flight: d.number(),
                waiting: d.number(),
                refused: d.number(),
                depth: d.small(),
            })),
            Limited { limited: d.perhaps(Dice::limited) },
            PerHostSet { cap: d.small() },
        ]
    }
}
