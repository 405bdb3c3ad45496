//! The table, an area a file. Knows nothing of how a case is played.

mod chunks;
mod connections;
mod heads;
mod lengths;
mod limits;
mod requests;
mod reuse;
mod text;
mod time;
mod tls;

use crate::case::{Case, Told, case, fails};
use crate::script::held;

pub fn all() -> Vec<Case> {
    let areas = [
        connections::cases,
        heads::cases,
        lengths::cases,
        chunks::cases,
        limits::cases,
        requests::cases,
        reuse::cases,
        text::cases,
        time::cases,
        tls::cases,
    ];
    areas.into_iter().flat_map(|cases| cases()).collect()
}

/// The answer is whole at its last byte: nobody waits for a close.
fn taken(name: &'static str, answer: impl AsRef<[u8]>, told: Told) -> Case {
    case(name, held(answer), told)
}

/// The answer is refused at once, while the server would still say more.
fn refused(name: &'static str, answer: impl AsRef<[u8]>, words: &'static str) -> Case {
    case(name, held(answer), fails("protocol", "body", words).bytes(0))
}
