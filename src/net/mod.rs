//! The source of everything: a fetch over a raw socket, phase by phase. Knows nothing of who runs it or who watches.

mod answer;
mod asks;
mod blocking;
mod buffers;
mod causes;
mod connect;
mod content;
mod error;
mod fetch;
mod fetcher;
mod known;
mod lifeline;
mod limits;
mod open;
mod pool;
mod reach;
mod redirect;
mod resolve;
mod resolver;
mod shortage;
mod stream;
mod talk;
mod tls;
mod track;

pub use asks::{Asks, Field, HARMLESS};
pub use connect::raise_open_files;
pub use fetcher::{Fetcher, Options};
pub use lifeline::Lifeline;
pub use limits::{Limit, Limits};
pub use redirect::{Chain, Location, Stop};
pub use resolver::Resolver;
pub use tls::{Trust, check};
