//! The lab site: what is planned, and what a plain socket gets of it.

mod client;
mod exchange;
mod faults;
mod plan;
mod running;
