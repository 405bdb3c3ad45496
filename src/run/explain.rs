//! What words mean, and how wide text on standard output may be.

use super::{COLUMNS, unwritable};
use crate::cli::ExplainArgs;
use crate::config::Usage;
use crate::explain;
use std::io::{self, Write};

/// Tells what a word means; without one, which words there are.
pub(super) fn explain(args: &ExplainArgs) -> Result<u8, Usage> {
    let page = |asked: &str| explain::page(asked, columns());
    let text = if args.words.is_empty() { Ok(explain::list(columns())) } else { page(&args.words.join(" ")) };
    let text = text.map_err(|error| Usage::new(error.to_string(), error.hint()))?;
    let written = io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush());
    Ok(written.map_or_else(|error| unwritable(&error), |()| 0))
}

/// How wide text on standard output may be.
pub(super) fn columns() -> usize {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok().filter(|size| size.ws_col > 0);
    size.map_or(COLUMNS, |size| usize::from(size.ws_col))
}
