//! What a panic does: within a fetch it is that fetch's failure; anywhere else it is crawltop's end, with the terminal
//! left whole.

use std::io::Write;
use std::panic::PanicHookInfo;

/// The exit code of a panic of crawltop itself.
const EXIT: i32 = 101;

pub fn install() {
    std::panic::set_hook(Box::new(tell));
}

fn tell(info: &PanicHookInfo<'_>) {
    if crate::engine::is_stepping() {
        return;
    }
    crate::ui::leave();
    // Standard error may be gone; a second panic in here would abort.
    let _ =
        writeln!(std::io::stderr(), "error: crawltop panicked: {info}\nhint: please report this, with what was run");
    std::process::exit(EXIT);
}
