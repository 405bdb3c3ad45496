//! The file that `SSLKEYLOGFILE` names: each secret of a handshake is a line in it, so that others may read along what was
//! said. Knows no connection.

use std::env::var_os;
use std::fmt::{self, Write as _};
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tokio_rustls::rustls::KeyLog;

/// What names the file.
const NAMED_BY: &str = "SSLKEYLOGFILE";

/// The file, while it can be written.
pub struct Keys {
    path: PathBuf,
    file: Mutex<Option<File>>,
    /// Why it can't.
    trouble: OnceLock<String>,
}

impl Keys {
    /// The file that the environment names, if it names one.
    pub fn named() -> Option<Arc<Keys>> {
        let path = PathBuf::from(var_os(NAMED_BY).filter(|path| !path.is_empty())?);
        let keys = Keys { path, file: Mutex::new(None), trouble: OnceLock::new() };
        match OpenOptions::new().append(true).create(true).open(&keys.path) {
            Ok(file) => *keys.lock() = Some(file),
            Err(error) => keys.give_up(&error),
        }
        Some(Arc::new(keys))
    }

    /// Why it can't be written: a sentence.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.get().map(String::as_str)
    }

    fn give_up(&self, error: &io::Error) {
        // The first trouble is the only one: nothing is written after it.
        let _ = self.trouble.set(format!("{NAMED_BY} names {}: {error}", self.path.display()));
    }

    fn lock(&self) -> MutexGuard<'_, Option<File>> {
        // Nothing that can panic runs under this lock.
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyLog for Keys {
    fn log(&self, label: &str, client_random: &[u8], secret: &[u8]) {
        let line = format!("{label} {} {}\n", hex(client_random), hex(secret));
        let mut held = self.lock();
        // One write a line: other processes may write to the same file.
        let written = held.as_mut().map_or(Ok(()), |file| file.write_all(line.as_bytes()));
        if let Err(error) = written {
            *held = None;
            self.give_up(&error);
        }
    }

    fn will_log(&self, _label: &str) -> bool {
        self.lock().is_some()
    }
}

/// Keys are told to nobody else.
impl fmt::Debug for Keys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Keys({})", self.path.display())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes all");
        text
    })
}
