//! What a page asks of robots in `<meta name=robots>` and in `X-Robots-Tag`. Knows nothing of robots.txt.

/// What is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MetaRobots {
    /// Its links are not to be followed.
    pub nofollow: bool,
    /// It is not to be found; a crawler that keeps no index only tells this.
    pub noindex: bool,
}

/// The name by which a page may speak to this crawler alone, where it has no other.
pub(super) const OWN: &str = "crawltop";

impl MetaRobots {
    /// Whether a `meta` of this name speaks to this crawler.
    pub(super) fn is_meant(name: &str, agent: &str) -> bool {
        ["robots", agent].iter().any(|own| name.trim_ascii().eq_ignore_ascii_case(own))
    }

    /// Adds what a list of rules asks.
    pub(super) fn add(&mut self, rules: &str) {
        rules.split(',').for_each(|rule| self.add_rule(rule.trim_ascii()));
    }

    fn add_rule(&mut self, rule: &str) {
        let is = |name: &str| rule.eq_ignore_ascii_case(name);
        self.nofollow |= is("nofollow") || is("none");
        self.noindex |= is("noindex") || is("none");
    }
}

/// What the values of `X-Robots-Tag` ask. A rule behind `agent:` is for that agent, and so are those that follow it in
/// the same value; `own`: the name of this crawler.
pub fn x_robots_tag<'v>(own: &str, values: impl IntoIterator<Item = &'v [u8]>) -> MetaRobots {
    let mut robots = MetaRobots::default();
    for value in values {
        let value = String::from_utf8_lossy(value);
        let mut meant = true;
        for rule in value.split(',') {
            let (agent, rule) = rule.split_once(':').filter(|(agent, _)| is_agent(agent)).unwrap_or(("", rule));
            if !agent.is_empty() {
                meant = MetaRobots::is_meant(agent, own);
            }
            if meant {
                robots.add_rule(rule.trim_ascii());
            }
        }
    }
    robots
}

/// Whether what stands before a colon names an agent: no rule that has a value, and no part of a date that has commas.
fn is_agent(name: &str) -> bool {
    let name = name.trim_ascii();
    !has_value(name) && !name.contains(|c: char| c.is_ascii_whitespace())
}

/// Rules that have a colon of their own.
fn has_value(name: &str) -> bool {
    let valued = ["unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"];
    valued.iter().any(|valued| name.eq_ignore_ascii_case(valued))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_for_all_or_for_the_agent_before_them() {
        let cases: [(&[&str], bool, bool); 15] = [
            (&["nofollow"], true, false),
            (&["NoIndex, NOFOLLOW"], true, true),
            (&["none"], true, true),
            (&["noarchive", "nofollow"], true, false),
            (&["googlebot: nofollow"], false, false),
            (&["googlebot: nofollow, noindex"], false, false),
            (&["crawltop: nofollow"], true, false),
            (&["Robots:none"], true, true),
            (&["unavailable_after: 25 Jun 2030 15:00:00 PST, nofollow"], true, false),
            (&["unavailable_after: Sun, 25 Jun 2090 15:00:00 GMT, nofollow"], true, false),
            (&["unavailable_after: Sunday, 25-Jun-90 15:00:00 GMT,none"], true, true),
            (&["unavailable_after: 2090-06-25T15:00:00Z, noindex"], false, true),
            (&["googlebot: unavailable_after: Sun, 25 Jun 2090 15:00:00 GMT, nofollow"], false, false),
            (&["max-snippet:-1, noindex"], false, true),
            (&["", "follow, index, all"], false, false),
        ];
        for (values, nofollow, noindex) in cases {
            let robots = x_robots_tag(OWN, values.iter().map(|value| value.as_bytes()));
            assert_eq!(robots, MetaRobots { nofollow, noindex }, "{values:?}");
        }
    }
}
