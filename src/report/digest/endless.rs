//! Chains of redirects that come to no end, each by the one of them that is reached first. Which one is told to fail is
//! by chance: the one that was answered last. Knows nothing of links.

use super::chains::Redirects;
use super::depths::Depths;
use crate::failure::Failure;
use crate::id::ByFetch;
use crate::state::Finding;
use crate::text::Untrusted;
use std::collections::HashSet;

/// What is told of such a chain.
pub(super) struct Endless<'a> {
    /// Its first redirect.
    pub first: &'a Finding,
    pub failure: Option<Failure>,
}

/// By the redirect that fails.
pub(super) fn endless<'a>(redirects: &Redirects<'a>, depths: &Depths) -> ByFetch<Endless<'a>> {
    let mut chains: ByFetch<(&Finding, Vec<&Finding>)> = ByFetch::default();
    for redirect in redirects.iter() {
        if let Some(fails) = redirects.endless(redirect) {
            chains.entry(fails.id).or_insert_with(|| (fails, Vec::new())).1.push(redirect);
        }
    }
    chains.into_iter().map(|(id, (fails, all))| (id, told(fails, &all, depths))).collect()
}

fn told<'a>(fails: &'a Finding, all: &[&'a Finding], depths: &Depths) -> Endless<'a> {
    let led_to: HashSet<&Untrusted> = all.iter().filter_map(|redirect| redirect.leads_to.as_ref()).collect();
    let depth = |redirect: &Finding| depths.finding(redirect, std::iter::empty());
    // Where no other of them leads, a chain begins; of a loop each may be where it does.
    let key = |redirect: &Finding| (led_to.contains(&redirect.url), depth(redirect), redirect.url.clone());
    let first = all.iter().copied().min_by_key(|redirect| key(redirect)).unwrap_or(fails);
    let failure = fails.failure.as_ref().map(|failure| if all.len() > 1 { unnamed(failure) } else { failure.clone() });
    Endless { first, failure }
}

/// Without those of the chain that it names.
fn unnamed(failure: &Failure) -> Failure {
    let words = failure.message.split_once(": ").and_then(|(phase, words)| Some((phase, words.split_once(": ")?.0)));
    let message = words.map(|(phase, words)| words.preceded_by(&format!("{}: ", phase.display_all())));
    Failure { message: message.unwrap_or_else(|| failure.message.clone()), ..failure.clone() }
}
