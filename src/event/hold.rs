//! What holds the starting of fetches back.

use serde::{Deserialize, Serialize};

/// What holds the starting of fetches back, beside the cap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hold {
    /// The input list has no line ready.
    Input,
    /// Whoever reads the results does not keep up.
    Output,
    /// The machine has no file descriptor left.
    Descriptors,
    /// The machine has no port left for connections to some address.
    Ports,
    /// Too many results wait for their turn.
    Order,
    /// Too many attempts wait until they are made again.
    Retries,
    /// A host has as many fetches as it may have at once.
    Host,
    /// `--rate`.
    Rate,
    /// `--wait`.
    Wait,
    /// The host's robots.txt asks for time between requests.
    CrawlDelay,
    /// A host is given more time, for it said 429 or 503, failed, or slowed down.
    Backoff,
    /// A robots.txt has to be read first.
    Robots,
    /// The file of `--record` does not keep up.
    Recording,
    /// Not every start has its answer: until then, what leads out is not checked.
    Starts,
}

impl Hold {
    pub const ALL: [Hold; 14] = [
        Hold::Input,
        Hold::Output,
        Hold::Descriptors,
        Hold::Ports,
        Hold::Order,
        Hold::Retries,
        Hold::Host,
        Hold::Rate,
        Hold::Wait,
        Hold::CrawlDelay,
        Hold::Backoff,
        Hold::Robots,
        Hold::Recording,
        Hold::Starts,
    ];

    /// As in *limited by*.
    pub fn words(self) -> &'static str {
        [
            "input",
            "output",
            "descriptors",
            "ports",
            "order",
            "retries",
            "host cap",
            "rate",
            "wait",
            "Crawl-delay",
            "backoff",
            "robots.txt",
            "recording",
            "starts",
        ][self as usize]
    }
}
