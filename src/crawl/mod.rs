//! What a page says to a crawler. Knows no socket, no clock and no task.

pub mod address;
mod prescan;
pub mod scope;
mod title;
pub mod traps;

pub use title::TitleScanner;
