//! Servers to fetch from: the lab, one that never answers, and one that means ill.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use crawltop::lab::{Faults, Lab, LabConfig};

/// A site without faults whose pages all take as long.
pub(crate) fn lab(pages: u32, latency: Duration) -> Lab {
    Lab::start(LabConfig { pages, latency: latency..=latency, faults: Faults::None, ..LabConfig::default() }).unwrap()
}

/// The addresses of its pages.
pub(crate) fn urls(lab: &Lab) -> Vec<String> {
    let base = lab.url();
    lab.site().pages.iter().map(|page| format!("{}{}", base.trim_end_matches('/'), page.path)).collect()
}

/// The words of a fetch of all its pages.
pub(crate) fn fetch_all(lab: &Lab, options: &[&str]) -> Vec<String> {
    let words = ["fetch"].iter().chain(options).map(|&word| word.to_owned());
    words.chain(urls(lab)).collect()
}

/// A server that is connected to and never says a word, as long as it is kept.
pub(crate) struct Silent(TcpListener);

impl Silent {
    pub(crate) fn start() -> Silent {
        Silent(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.0.local_addr().unwrap())
    }
}

/// A server that gives each client these bytes, and closes. Tells its address.
pub(crate) fn answering(bytes: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            // A client that went away wants no answer.
            let _ = stream.and_then(|stream| answer(stream, &bytes));
        }
    });
    url
}

fn answer(mut stream: TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    stream.write_all(bytes)
}
