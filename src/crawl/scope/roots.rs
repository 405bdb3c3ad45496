//! Where the starts are: their hosts, sites and directories. Knows nothing of the other rules.

use std::collections::{HashMap, HashSet};

/// A start's host and port as written, and the directories of the starts there.
type Hosts = HashMap<Box<str>, Vec<Box<str>>>;

#[derive(Clone, Debug, Default)]
pub struct Roots {
    /// The host of the first start, which most links name.
    first: Box<str>,
    hosts: Hosts,
    sites: HashSet<Box<str>>,
}

impl Roots {
    pub fn add(&mut self, url: &str, origin_end: usize) {
        let authority = authority(url, origin_end);
        if self.hosts.is_empty() {
            self.first = authority.into();
        }
        if let Some(site) = site(authority) {
            self.sites.insert(site.into());
        }
        let directories = self.hosts.entry(authority.into()).or_default();
        let directory = &directory(url)[origin_end..];
        // One above makes those below it superfluous: the list holds no two of which one is in the other.
        if !directories.iter().any(|above| directory.starts_with(&**above)) {
            directories.retain(|below| !below.starts_with(directory));
            directories.push(directory.into());
        }
    }

    pub fn has_host(&self, url: &str, origin_end: usize) -> bool {
        let authority = authority(url, origin_end);
        *authority == *self.first || self.hosts.len() > 1 && self.hosts.contains_key(authority)
    }

    pub fn has_site(&self, url: &str, origin_end: usize) -> bool {
        site(authority(url, origin_end)).is_some_and(|site| self.sites.contains(site))
    }

    /// Whether it is below the directory of a start, or where no start is.
    pub fn holds_below(&self, url: &str, origin_end: usize) -> bool {
        let directories = self.hosts.get(authority(url, origin_end));
        directories.is_none_or(|all| all.iter().any(|above| url[origin_end..].starts_with(&**above)))
    }
}

/// Host and port.
pub fn authority(url: &str, origin_end: usize) -> &str {
    let scheme = if url.as_bytes().get(4) == Some(&b':') { "http://" } else { "https://" };
    url.get(scheme.len()..origin_end).unwrap_or_default()
}

/// The URL up to the last `/` of its path.
pub fn directory(url: &str) -> &str {
    let path = url.find('?').map_or(url, |query| &url[..query]);
    path.rfind('/').map_or(path, |slash| &path[..=slash])
}

/// The registrable domain; a dot at the end of a host says nothing more.
pub fn site(authority: &str) -> Option<&str> {
    let host = authority.split(':').next().unwrap_or_default();
    let host = host.strip_suffix('.').unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_address = authority.starts_with('[') || last.starts_with(|c: char| c.is_ascii_digit());
    if is_address { None } else { psl::domain_str(host) }
}
