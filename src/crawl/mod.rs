//! What a page says to a crawler. Knows no socket, no clock and no task.

mod links;
mod prescan;
mod title;

pub use links::{
    LONGEST_LINK, LONGEST_TEXT, Link, LinkFinder, LinkKind, Links, MOST_TEXT, MetaRobots, Wanted, x_robots_tag,
};
pub use title::TitleScanner;
