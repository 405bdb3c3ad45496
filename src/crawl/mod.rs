//! What a page says to a crawler. Knows no socket, no clock and no task.

mod prescan;
pub mod robots;
pub mod sitemap;
mod title;

pub use title::TitleScanner;
