//! robots.txt: what other parsers promise, what real sites have, and that nothing depends on how the bytes come.

#[path = "robots/google.rs"]
mod google;
#[path = "robots/oracle.rs"]
mod oracle;
#[path = "robots/pieces.rs"]
mod pieces;
#[path = "robots/protego.rs"]
mod protego;
#[path = "robots/real.rs"]
mod real;

use crawltop::crawl::robots::{Robots, RobotsReader, Verdict};

fn read(text: &[u8], agent: &str) -> Robots {
    let mut reader = RobotsReader::new(agent);
    reader.take(text);
    reader.finish()
}

fn allows(text: &str, agent: &str, target: &str) -> bool {
    read(text.as_bytes(), agent).verdict(target) == Verdict::Allowed
}

/// A file, whom it is read for, and which targets it then allows (`+`) or keeps out (`-`).
type Case = (&'static str, &'static str, &'static [&'static str]);

#[track_caller]
fn check(cases: &[Case]) {
    for (text, agent, targets) in cases {
        for target in *targets {
            let (expected, target) = target.split_at(1);
            assert_eq!(allows(text, agent, target), expected == "+", "{agent} and {target} by\n{text}");
        }
    }
}
