//! What a panic does: within a fetch it is that fetch's failure; anywhere else it is crawltop's end, with the terminal
//! left whole.

use std::io::Write;
use std::panic::PanicHookInfo;
use std::sync::OnceLock;
use std::time::Duration;

/// The exit code of a panic of crawltop itself.
const EXIT: i32 = 101;
/// How long it may take to say so.
const PATIENCE: Duration = Duration::from_secs(1);

type LastWords = Box<dyn Fn() + Send + Sync>;
static LAST_WORDS: OnceLock<LastWords> = OnceLock::new();

/// What is still to be done before a panic ends the program; of several, the first that was given.
pub fn at_last(words: impl Fn() + Send + Sync + 'static) {
    let _ = LAST_WORDS.set(Box::new(words));
}

pub fn install() {
    std::panic::set_hook(Box::new(tell));
}

fn tell(info: &PanicHookInfo<'_>) {
    if crate::engine::is_stepping() {
        return;
    }
    // Whoever reads standard error may take nothing. Without the thread, the end only waits for its reader.
    let _ = std::thread::Builder::new().spawn(|| {
        std::thread::sleep(PATIENCE);
        std::process::exit(EXIT)
    });
    crate::ui::leave();
    // Standard error may be gone; a second panic in here would abort.
    let _ =
        writeln!(std::io::stderr(), "error: crawltop panicked: {info}\nhint: please report this, with what was run");
    if let Some(words) = LAST_WORDS.get() {
        words();
    }
    std::process::exit(EXIT);
}
