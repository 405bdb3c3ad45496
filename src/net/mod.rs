//! The source of everything: a fetch over a raw socket, phase by phase. Knows nothing of who runs it or who watches.

mod answer;
mod blocking;
mod buffers;
mod causes;
mod connect;
mod content;
mod detour;
mod error;
mod fetch;
mod fetcher;
mod handshake;
mod known;
mod lifeline;
mod limits;
mod open;
mod pool;
mod proxy;
mod resolve;
mod resolver;
mod shortage;
mod socks;
mod stream;
mod talk;
mod tls;
mod track;
mod tunnel;

pub use connect::raise_open_files;
pub use fetcher::{Fetcher, Options};
pub use lifeline::Lifeline;
pub use limits::{Limit, Limits};
pub use proxy::{Proxies, ProxyError};
pub use resolver::Resolver;
pub use tls::{Trust, check};
