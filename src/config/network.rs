//! From the options about the way to servers to its settings.

use super::Usage;
use crate::cli::NetworkArgs;
use crate::net::Proxies;

/// # Errors
/// A proxy that can't be one. The words hold nothing of what was written there.
pub(super) fn proxies(args: &NetworkArgs) -> Result<Proxies, Usage> {
    Proxies::new(args.proxy.as_deref(), |name| std::env::var(name).ok()).map_err(|error| {
        let hint = match error.named_by {
            "--proxy" => "write it as http://host:port, socks5://host:port or socks5h://host:port",
            _ => "give another one by --proxy, or none by --proxy ''",
        };
        Usage::new(error.to_string(), hint)
    })
}
