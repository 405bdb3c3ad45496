//! From the words about the built-in site to that site.

use crate::cli::{DemoArgs, FaultsArg, LabArgs, Site};
use crate::lab::{Faults, LabConfig};
use std::time::Duration;

/// The lab of a demo: some 15 seconds in which something of every kind can be seen.
pub fn demo_lab(args: &DemoArgs) -> LabConfig {
    let latency = (Duration::from_millis(60), Duration::from_millis(2400));
    lab(args.port.unwrap_or(0), &args.site, 1200, latency)
}

pub fn lab_alone(args: &LabArgs) -> LabConfig {
    lab(args.port, &args.site, 240, (Duration::from_millis(20), Duration::from_millis(800)))
}

pub(super) fn lab(port: u16, site: &Site, pages: u32, latency: (Duration, Duration)) -> LabConfig {
    let latency = site.latency.map_or(latency, |given| (given.0, given.1));
    let faults = match site.faults {
        Some(FaultsArg::None) => Faults::None,
        Some(FaultsArg::All) => Faults::All,
        Some(FaultsArg::Some) | None => Faults::Some,
    };
    LabConfig { port, seed: site.seed, pages: site.pages.unwrap_or(pages), latency: latency.0..=latency.1, faults }
}
