//! The report of a crawl in each of its formats, from events that were written by hand.

mod formats;
mod hostile;
mod places;
mod story;
mod sums;
