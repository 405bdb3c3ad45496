//! The robots.txt of real sites, which Protego's source package holds: `CRAWLTOP_SUITES/protego/` is that package
//! unpacked, so that the files are in `protego/tests/test_data/`, one a site (`pip download protego --no-binary :all:
//! --no-deps`).

use crawltop::crawl::robots::{RobotsReader, Verdict};
use std::path::PathBuf;

const TARGETS: [&str; 6] =
    ["/", "/index.html", "/search?q=a&page=2", "/wp-admin/", "/a/b/c.php?d=%2Fe", "/%E3%83%84/~x/$%2A"];

fn files() -> Option<Vec<PathBuf>> {
    let Some(suites) = std::env::var_os("CRAWLTOP_SUITES") else {
        println!("skipped: CRAWLTOP_SUITES is not set");
        return None;
    };
    let folder = PathBuf::from(suites).join("protego/tests/test_data");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: no {}", folder.display());
        return None;
    };
    Some(entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect())
}

/// Everything that is told of a file, read in pieces of `size` bytes.
fn told(bytes: &[u8], size: usize, agent: &str) -> String {
    let mut reader = RobotsReader::new(agent);
    bytes.chunks(size).for_each(|piece| reader.take(piece));
    let robots = reader.finish();
    let verdicts = TARGETS.map(|target| robots.verdict(target));
    format!("{verdicts:?} {:?} {:?} {}", robots.delay_cut_from(), robots.sitemaps(), robots.cut())
}

#[test]
fn the_files_of_real_sites_are_read_alike_in_any_pieces() {
    let Some(files) = files() else { return };
    for path in &files {
        let bytes = std::fs::read(path).unwrap();
        for agent in ["crawltop", "googlebot"] {
            let whole = told(&bytes, usize::MAX, agent);
            assert_eq!(told(&bytes, 1, agent), whole, "{}", path.display());
            assert_eq!(told(&bytes, 1_021, agent), whole, "{}", path.display());
        }
    }
    println!("{} files", files.len());
}

/// What a real site writes is kept whole, but where it is over 500 KiB.
#[test]
fn no_real_site_has_more_wildcards_than_are_kept() {
    let Some(files) = files() else { return };
    for path in &files {
        let bytes = std::fs::read(path).unwrap();
        let mut reader = RobotsReader::new("crawltop");
        reader.take(&bytes);
        let robots = reader.finish();
        assert_eq!(robots.cut(), bytes.len() > 500 << 10, "{}", path.display());
        assert!(robots.verdict("/robots.txt") == Verdict::Allowed);
    }
}
