//! What a page says to a crawler, and what a crawler makes of it. Knows no socket, no clock and no task.

pub mod address;
mod explorer;
mod frontier;
mod links;
mod media_type;
mod prescan;
pub mod robots;
pub mod scope;
pub mod sitemap;
mod sniff;
mod title;
pub mod traps;

pub use explorer::{Aside, Explorer, Following, Late, Listing, MapLed, Part, Twin, Wishes};
pub use frontier::{
    Added, Counts, Ended, FAILURES_TO_PARK, Frontier, Held, HostPaced, HostView, LONGEST_PAUSE, Limit, MOST_KNOWN,
    Manners, Next, OriginId, Pacer, PacerPlace, Rate, Refused, RobotsState, Rules, Standing, Taken, Trouble, Whence,
};
pub use links::{
    Counted, LONGEST_LINK, LONGEST_TEXT, Link, LinkFinder, LinkKind, Links, MOST_TEXT, MetaRobots, Wanted, x_robots_tag,
};
pub use media_type::{essence, media_type};
pub use title::TitleScanner;
