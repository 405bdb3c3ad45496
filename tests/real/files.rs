//! A folder of files for servers to serve, the same every time. Knows no server.

use std::path::Path;
use tempfile::TempDir;

/// In many reads, and over TLS in many records.
pub const LARGE: usize = 5 << 20;
/// Over few connections, one after another.
pub const MANY: usize = 200;

pub struct Files {
    folder: TempDir,
}

impl Files {
    pub fn make() -> Files {
        let folder = TempDir::new().unwrap();
        let files = Files { folder };
        std::fs::create_dir_all(files.root().join("many")).unwrap();
        std::fs::create_dir_all(files.root().join("folder")).unwrap();
        for path in ["/index.html", "/folder/index.html", "/empty.txt", "/large.bin"] {
            std::fs::write(files.root().join(&path[1..]), content(path)).unwrap();
        }
        for number in 0..MANY {
            let path = many(number);
            std::fs::write(files.root().join(&path[1..]), content(&path)).unwrap();
        }
        files
    }

    /// What a server's own files may lie in, beside those that it serves.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn root(&self) -> std::path::PathBuf {
        self.folder.path().join("root")
    }
}

pub fn many(number: usize) -> String {
    format!("/many/{number}.txt")
}

/// Of a file: a page, nothing, or as many lines as its name is worth.
pub fn content(path: &str) -> Vec<u8> {
    match path {
        "/empty.txt" => Vec::new(),
        "/large.bin" => (0..LARGE).map(|at| ((at * at) >> 7) as u8).collect(),
        _ if path.ends_with(".html") => {
            format!("<html><title>At {path}</title>{}", "<p>goods and more goods</p>\n".repeat(500)).into_bytes()
        }
        _ => format!("{path}\n").repeat(path.len() * 20).into_bytes(),
    }
}
