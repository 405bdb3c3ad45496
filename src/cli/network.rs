//! Options about the way to servers. Knows nothing of how it is gone.

use clap::Args;
use std::ffi::OsString;

/// The proxy, in the environment. Empty, it says that there is none.
pub const PROXY: &str = "CRAWLTOP_PROXY";

#[derive(Args, Clone, Default)]
pub struct NetworkArgs {
    /// Ask by this proxy: [http|socks5|socks5h]://[user:password@]host[:port]; '' for none, whatever the environment says
    #[arg(short = 'x', long, value_name = "URL", env = PROXY, hide_env_values = true)]
    pub proxy: Option<String>,
}

impl NetworkArgs {
    /// The words that give another run the same, but for what is secret.
    pub fn words(&self) -> Vec<OsString> {
        let plain = self.proxy.iter().filter(|proxy| !is_secret(proxy));
        plain.map(|proxy| format!("--proxy={proxy}").into()).collect()
    }

    /// What is secret: variables for another run's environment, for all may read its words.
    pub fn secrets(&self) -> Vec<(&'static str, OsString)> {
        let secret = self.proxy.iter().filter(|proxy| is_secret(proxy));
        secret.map(|proxy| (PROXY, proxy.into())).collect()
    }
}

/// Whether it has a user or a password.
fn is_secret(proxy: &str) -> bool {
    proxy.contains('@')
}

impl std::fmt::Debug for NetworkArgs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = self.proxy.as_deref().map(|proxy| if is_secret(proxy) { "(secret)" } else { proxy });
        f.debug_struct("NetworkArgs").field("proxy", &shown).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_with_a_user_goes_to_another_run_by_its_environment_and_is_not_shown() {
        let args = |proxy: &str| NetworkArgs { proxy: Some(proxy.to_owned()) };
        let secret = args("http://ann:hidden@a:1");
        assert_eq!((secret.words(), secret.secrets().len()), (Vec::<OsString>::new(), 1));
        assert!(!format!("{secret:?}").contains("ann"), "{secret:?}");
        for plain in ["socks5://a:1", ""] {
            assert_eq!(args(plain).words(), [OsString::from(format!("--proxy={plain}"))]);
            assert_eq!(args(plain).secrets(), []);
        }
    }
}
