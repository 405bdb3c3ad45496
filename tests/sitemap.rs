//! Sitemaps in each form, in pieces of any size, whole and broken.

#[path = "sitemap/forms.rs"]
mod forms;
#[path = "sitemap/limits.rs"]
mod limits;
#[path = "sitemap/oracle.rs"]
mod oracle;

use crawltop::crawl::sitemap::{Limits, Sitemap, SitemapError, SitemapReader};

fn read<P: AsRef<[u8]>>(pieces: impl IntoIterator<Item = P>) -> Result<Sitemap, SitemapError> {
    read_within(Limits::default(), pieces)
}

fn read_within<P: AsRef<[u8]>>(limits: Limits, pieces: impl IntoIterator<Item = P>) -> Result<Sitemap, SitemapError> {
    let mut reader = SitemapReader::new(limits);
    pieces.into_iter().for_each(|piece| reader.take(piece.as_ref()));
    reader.finish()
}

fn urls(texts: &[&str]) -> Vec<Box<str>> {
    texts.iter().map(|text| Box::from(*text)).collect()
}
