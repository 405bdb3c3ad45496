//! Answers for robots.txt that came by a redirect of another origin's, kept until their own origin is to be asked for it.
//! Reads no rules.

use crate::crawl::robots::Robots;
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::text::Untrusted;
use std::collections::HashMap;

/// Of so many origins: of further ones it is asked for once more.
const MOST: usize = 1000;

/// By their URLs.
#[derive(Default)]
pub(super) struct Lent(HashMap<Box<str>, Loan>);

pub(super) struct Loan {
    /// The fetch that brought it.
    pub id: FetchId,
    /// As if it had been asked for itself.
    pub fetched: Fetched,
    pub robots: Robots,
}

impl Lent {
    /// Keeps what answered, where that was the robots.txt of another origin.
    pub fn keep(&mut self, id: FetchId, fetched: &Fetched, robots: &Robots) {
        let Some(at) = fetched.final_url.as_ref().filter(|_| is_its_own(fetched)).map(Untrusted::display_all) else {
            return;
        };
        if self.0.len() >= MOST || !is_robots_txt(&at) {
            return;
        }
        let url = Untrusted::new(&at, at.len());
        let answer = Fetched { url, final_url: None, redirects: Vec::new(), fell_back: None, ..fetched.clone() };
        self.0.insert(at.into(), Loan { id, fetched: answer, robots: robots.clone() });
    }

    pub fn take(&mut self, url: &str) -> Option<Loan> {
        if self.0.is_empty() { None } else { self.0.remove(url) }
    }
}

/// Whether that host would have answered the same had it been asked first. A redirect that is followed no further would
/// have been; and what is closed to strangers may be open to who has a password for it.
fn is_its_own(fetched: &Fetched) -> bool {
    let led = !fetched.redirects.is_empty();
    let cut_short = fetched.failure.is_some() && matches!(fetched.status, Some(300..=399));
    led && !cut_short && !matches!(fetched.status, None | Some(401 | 403))
}

fn is_robots_txt(url: &str) -> bool {
    let host = url.split_once("://").map(|(_, rest)| rest);
    host.and_then(|host| host.split_once('/')).is_some_and(|(_, path)| path == "robots.txt")
}
