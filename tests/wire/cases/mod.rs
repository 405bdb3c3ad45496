//! The table, an area a file. Knows nothing of how a case is played.

mod chunks;
mod codings;
mod connections;
mod heads;
mod lengths;
mod limits;
mod origins;
mod proxies;
mod redirects;
mod requests;
mod retries;
mod reuse;
mod text;
mod time;
mod tls;

use crate::case::{Case, Told, case, fails};
use crate::script::held;
use std::sync::LazyLock;

pub fn all() -> &'static [Case] {
    static ALL: LazyLock<Vec<Case>> = LazyLock::new(|| AREAS.iter().flat_map(|cases| cases()).collect());
    &ALL
}

const AREAS: &[fn() -> Vec<Case>] = &[
    connections::cases,
    heads::cases,
    lengths::cases,
    chunks::cases,
    limits::cases,
    codings::cases,
    requests::cases,
    proxies::cases,
    redirects::cases,
    origins::cases,
    reuse::cases,
    retries::cases,
    text::cases,
    time::cases,
    tls::cases,
];

/// The answer is whole at its last byte: nobody waits for a close.
fn taken(name: &'static str, answer: impl AsRef<[u8]>, told: Told) -> Case {
    case(name, held(answer), told)
}

/// The answer is refused at once, while the server would still say more.
fn refused(name: &'static str, answer: impl AsRef<[u8]>, words: &'static str) -> Case {
    case(name, held(answer), fails("protocol", "body", words).bytes(0))
}
