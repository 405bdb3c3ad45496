//! The words that say by which way hosts are reached: families, and addresses whatever the resolver says.

use clap::Args;
use std::ffi::OsString;

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Network")]
pub struct WayArgs {
    /// Addresses of a host at a port, in the place of a lookup; * is any host, [..] an IPv6 address, and it may be given
    /// again
    #[arg(long, value_name = "HOST:PORT:ADDR[,ADDR]", env = "CRAWLTOP_RESOLVE")]
    pub resolve: Vec<String>,
    /// IPv4 addresses only
    #[arg(short = '4', long, conflicts_with = "ipv6")]
    pub ipv4: bool,
    /// IPv6 addresses only
    #[arg(short = '6', long)]
    pub ipv6: bool,
}

impl WayArgs {
    /// The same as words of a command line.
    pub(super) fn words(&self) -> Vec<OsString> {
        let WayArgs { resolve, ipv4, ipv6 } = self;
        let families = [(*ipv4, "--ipv4"), (*ipv6, "--ipv6")].into_iter().filter(|(given, _)| *given);
        let resolve = resolve.iter().map(|entry| format!("--resolve={entry}"));
        resolve.chain(families.map(|(_, word)| word.to_owned())).map(OsString::from).collect()
    }
}
