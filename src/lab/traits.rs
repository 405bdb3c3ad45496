//! Draws a page's manner: latency, size, framing, pauses. Knows nothing of faults or of what the page says.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::page::{Framing, Page, PageKind};
use super::random::{Random, mix};
use super::shape::Shape;

/// Five pages of eight tell a length, two are chunked, one ends when the connection does.
const FRAMINGS: [Framing; 8] = {
    use Framing::{Chunked, Length, UntilClose};
    [Length, Chunked, Length, UntilClose, Length, Chunked, Length, Length]
};
/// One image in so many is large, the first of all included.
const LARGE_IMAGES: u32 = 12;

/// What all pages of a site have in common.
pub(super) struct Traits {
    pub(super) seed: u64,
    pub(super) latency: RangeInclusive<Duration>,
    /// Bodies come without a pause, so that a request takes its latency and nothing else.
    pub(super) steady: bool,
}

impl Traits {
    pub(super) fn page(&self, shape: &Shape, index: u32) -> Page {
        let mut random = Random::new(self.seed, u64::from(index));
        let (kind, number) = shape.place(index);
        Page {
            path: shape.path(kind, number),
            kind,
            latency: self.latency(&mut random),
            size: size(kind, number, &mut random),
            framing: FRAMINGS[(mix(self.seed).wrapping_add(u64::from(index)) % 8) as usize],
            fault: None,
            pause: self.pause(kind, number, &mut random),
            number,
            missing: None,
            seed: random.word(),
        }
    }

    /// Most near the low end, one in twenty in the last fifth of the range.
    fn latency(&self, random: &mut Random) -> Duration {
        let share = random.share();
        let width = self.latency.end().saturating_sub(*self.latency.start());
        let tail = width.mul_f64(share * share * share * share);
        self.latency.start().saturating_add(tail)
    }

    /// Only images take their time: a large one is a second or three under way.
    fn pause(&self, kind: PageKind, number: u32, random: &mut Random) -> Duration {
        let (least, span) = if is_large(number) { (12, 20) } else { (4, 20) };
        let pause = Duration::from_millis(u64::from(least + random.below(span)));
        if kind == PageKind::Image && !self.steady { pause } else { Duration::ZERO }
    }
}

/// Bytes. The least of each kind has room for all its links.
fn size(kind: PageKind, number: u32, random: &mut Random) -> u32 {
    let (least, span) = match kind {
        PageKind::Home => (8_000, 8_000),
        PageKind::Category => (5_000, 20_000),
        PageKind::Goods => (2_500, 27_500),
        PageKind::Asset => (3_000, 6_000),
        PageKind::Image if is_large(number) => (600_000, 900_000),
        PageKind::Image => (20_000, 160_000),
    };
    let share = random.share();
    least + (f64::from(span) * share * share) as u32
}

fn is_large(image: u32) -> bool {
    image.is_multiple_of(LARGE_IMAGES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traits(from: u64, to: u64) -> Traits {
        let latency = Duration::from_millis(from)..=Duration::from_millis(to);
        Traits { seed: 7, latency, steady: from == to }
    }

    fn latencies(traits: &Traits) -> Vec<Duration> {
        let shape = Shape::of(1000);
        (0..shape.total()).map(|index| traits.page(&shape, index).latency).collect()
    }

    #[test]
    fn latencies_lie_near_the_low_end_with_a_long_tail() {
        let drawn = latencies(&traits(0, 1000));
        let count = |from, to| drawn.iter().filter(|latency| (from..to).contains(&latency.as_millis())).count();
        assert!(count(0, 100) > 450);
        assert!((20..100).contains(&count(800, 1000)));
    }

    #[test]
    fn a_range_of_one_latency_gives_exactly_that() {
        assert!(latencies(&traits(100, 100)).iter().all(|latency| *latency == Duration::from_millis(100)));
    }

    #[test]
    fn a_range_the_wrong_way_round_or_without_end_is_survived() {
        assert!(latencies(&traits(100, 50)).iter().all(|latency| *latency == Duration::from_millis(100)));
        let endless = Traits { seed: 7, latency: Duration::ZERO..=Duration::MAX, steady: false };
        assert_eq!(latencies(&endless).len(), 1001);
    }
}
