//! The lab site: what is planned, and what a plain socket gets of it.

mod client;
mod crawl;
mod exchange;
mod faults;
mod plan;
mod running;
