//! What a page says to a crawler. Knows no socket, no clock and no task.

mod title;

pub use title::TitleScanner;
