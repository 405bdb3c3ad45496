//! Says that a test is skipped, where it is seen: what a test that passes prints by a macro is not shown.

use std::io::Write;

pub fn skipped(why: &str) {
    let thread = std::thread::current();
    // Nobody may be there to read it.
    let _ = writeln!(std::io::stderr(), "{} is skipped: {why}", thread.name().unwrap_or("a test"));
}
