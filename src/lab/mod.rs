//! A site on loopback to try a crawler on: a shop whose pages differ in latency, size and framing, some of them wrong
//! on purpose, the same for the same seed. Runs on a thread of its own and counts what it is asked for. Knows nothing
//! of whoever fetches from it.

mod asked;
mod body;
mod connection;
mod desk;
mod faults;
mod noise;
mod nooks;
mod page;
mod planting;
mod random;
mod request;
mod response;
mod server;
mod shape;
mod sheet;
mod shop;
mod site;
mod traits;
mod words;

use std::io;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::oneshot;

pub use asked::Asked;
pub use body::Body;
pub use faults::{Fault, Faults, ResetPoint, UnknownFaults};
pub use nooks::{Nook, NookKind};
pub use page::{Framing, Link, Page, PageKind};
pub use site::{BadLink, MAX_PAGES, Site, Way};

use desk::Desk;

#[derive(Clone, Debug)]
pub struct LabConfig {
    /// 0 for a free one.
    pub port: u16,
    pub seed: u64,
    /// Planned pages beside `/`, at most [`MAX_PAGES`].
    pub pages: u32,
    /// From the request read to the answer's first byte. With one latency for all and no faults, bodies come without
    /// a pause too: a request then takes its latency and nothing else.
    pub latency: RangeInclusive<Duration>,
    pub faults: Faults,
}

impl Default for LabConfig {
    fn default() -> LabConfig {
        let latency = Duration::from_millis(20)..=Duration::from_millis(800);
        LabConfig { port: 0, seed: 7, pages: 240, latency, faults: Faults::default() }
    }
}

/// A lab that is being served, until it is dropped.
pub struct Lab {
    address: SocketAddr,
    desk: Arc<Desk>,
    /// Dropped to stop the thread.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Lab {
    /// Plans the site, listens on 127.0.0.1 and serves.
    ///
    /// # Errors
    /// `InvalidInput` for too many pages; else whatever kept it from listening, the port's being taken above all.
    pub fn start(config: LabConfig) -> io::Result<Lab> {
        if config.pages > MAX_PAGES {
            let message = format!("lab: {} pages are too many (at most {MAX_PAGES})", config.pages);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let site = Site::plan(config.seed, config.pages, config.latency, config.faults);
        let desk = Arc::new(Desk::new(Arc::new(site)));
        let (ready, address) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&desk);
        let thread = thread::Builder::new().name("lab".to_owned());
        let thread = thread.spawn(move || server::run(config.port, served, &ready, stopped))?;
        let address = address.recv().map_err(|_| io::Error::other("lab: its thread ended before it listened"))??;
        Ok(Lab { address, desk, stop: Some(stop), thread: Some(thread) })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Of `/`.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    pub fn site(&self) -> &Site {
        &self.desk.site
    }

    /// What it was asked for up to now.
    pub fn asked(&self) -> Asked {
        self.desk.asked()
    }
}

impl Drop for Lab {
    /// Ends each connection and the thread; waits for no client.
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic over there has been told by its own hook.
            let _ = thread.join();
        }
    }
}
