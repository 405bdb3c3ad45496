//! Real pages, where a folder of them is named: all HTML below it, against the oracle.

use super::found;
use super::oracle::Tree;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The folder, and how many pages of it are read: 2,000, spread over all of them, if nothing else is said.
const FOLDER: &str = "CRAWLTOP_PAGES";
const COUNT: &str = "CRAWLTOP_PAGES_COUNT";

fn pages(folder: &Path) -> Vec<PathBuf> {
    let (mut folders, mut pages) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if entry.path().extension().is_some_and(|extension| extension == "html") {
                pages.push(entry.path());
            }
        }
    }
    pages.sort();
    pages
}

#[test]
fn real_pages_give_the_links_of_their_trees() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        eprintln!("skipped: {FOLDER} is not set");
        return;
    };
    let wanted = std::env::var(COUNT).map_or(2_000, |count| count.parse().unwrap());
    let pages = pages(Path::new(&folder));
    let step = pages.len().div_ceil(wanted).max(1);
    // Where a page has more of them than are kept, what is not known is not denied.
    for path in pages.iter().step_by(step) {
        // What is no UTF-8 is the business of charsets.
        let Ok(page) = String::from_utf8(std::fs::read(path).unwrap()) else { continue };
        let links = found(page.as_bytes(), page.len());
        let tree = Tree::of(&page);
        let told: BTreeSet<_> = links
            .iter()
            .filter(|link| link.kind.name() != "css")
            .map(|link| (link.kind.name(), link.href.to_owned()))
            .collect();
        assert_eq!(told, tree.links, "{}", path.display());
        assert_eq!(links.base(), tree.bases.first().map(String::as_str), "{}", path.display());
        assert!(tree.ids.iter().all(|id| links.has_id(id) != Some(false)), "{}", path.display());
        assert_eq!(format!("{links:?}"), format!("{:?}", found(page.as_bytes(), 1009)), "{}", path.display());
    }
    println!("{} pages, every {step}.", pages.len());
}
