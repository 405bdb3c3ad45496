//! What a page says to a crawler. Knows no socket, no clock and no task.

mod frontier;
mod prescan;
pub mod robots;
pub mod sitemap;
mod title;

pub use frontier::{
    Added, Counts, Ended, FAILURES_TO_PARK, Frontier, Held, HostPaced, HostView, LONGEST_PAUSE, Limit, MOST_KNOWN,
    Manners, Next, OriginId, Rate, Refused, RobotsState, Rules, Taken, Trouble, Whence,
};
pub use title::TitleScanner;
