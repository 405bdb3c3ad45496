//! The words that say how requests are made, and where redirects may lead. Knows nothing of their meaning on the wire.

use clap::Args;
use std::convert::Infallible;
use std::ffi::OsString;
use std::fmt;
use std::str::FromStr;

/// Fields that are given in the environment, one a line.
pub const HEADERS: &str = "CRAWLTOP_HEADER";

/// User and password, in the environment.
pub const USER: &str = "CRAWLTOP_USER";

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Request")]
pub struct RequestArgs {
    /// Method of the requests: GET or HEAD [default: GET]
    #[arg(short = 'X', long, value_name = "METHOD", env = "CRAWLTOP_REQUEST")]
    pub request: Option<String>,
    /// A field to send: 'Name: value', 'Name;' for one without a value, 'Name:' to leave out User-Agent or Accept; 'Host:
    /// name' takes the place of the URL's host, 'Connection: close' keeps no connection; may be given again [env:
    /// CRAWLTOP_HEADER, one a line]
    #[arg(short = 'H', long, value_name = "FIELD")]
    pub header: Vec<Secret>,
    /// User and password for the targets; without a colon, the password is asked for on the terminal
    #[arg(short, long, value_name = "USER[:PW]", env = USER, hide_env_values = true)]
    pub user: Option<Secret>,
    /// Cookies to send, as in 'a=1; b=2'; may be given again
    #[arg(short = 'b', long, value_name = "NAME=VALUE", env = "CRAWLTOP_COOKIE", hide_env_values = true)]
    pub cookie: Vec<Secret>,
    /// Redirects that are followed for one target; one more is a failure
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(0..=1000), env = "CRAWLTOP_MAX_REDIRS")]
    pub max_redirs: u32,
    /// Take a redirect for the result, instead of following it
    #[arg(long)]
    pub no_location: bool,
    /// Let redirects lead from public to private, loopback and link-local addresses
    #[arg(long)]
    pub allow_private: bool,
}

/// A word that is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Secret, Infallible> {
        Ok(Secret(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl RequestArgs {
    /// The fields that were given, on the command line or else in the environment.
    pub fn headers(&self) -> Vec<Secret> {
        if !self.header.is_empty() {
            return self.header.clone();
        }
        let lines = std::env::var(HEADERS).unwrap_or_default();
        lines.lines().filter(|line| !line.is_empty()).map(|line| Secret(line.to_owned())).collect()
    }

    /// The user whose password is still to be asked for.
    pub fn user_alone(&self) -> Option<&str> {
        self.user.as_ref().map(|user| user.0.as_str()).filter(|user| !user.contains(':'))
    }

    /// What gives another process the same requests, as words.
    pub(super) fn words(&self) -> Vec<OsString> {
        let RequestArgs { request, header: _, user: _, cookie: _, max_redirs, no_location, allow_private } = self;
        let method = request.as_ref().map(|method| format!("--request={method}"));
        let flags = [(no_location, "--no-location"), (allow_private, "--allow-private")];
        let flags = flags.into_iter().filter(|(given, _)| **given).map(|(_, flag)| flag.to_owned());
        let words = method.into_iter().chain([format!("--max-redirs={max_redirs}")]).chain(flags);
        words.map(OsString::from).collect()
    }

    /// And what it is given in its environment: the words of a process can be read by every user of the machine.
    pub fn secrets(&self) -> Vec<(&'static str, OsString)> {
        let join = |words: &[Secret], with| words.iter().map(|word| word.0.as_str()).collect::<Vec<_>>().join(with);
        let headers = Some(self.headers()).filter(|headers| !headers.is_empty()).map(|headers| join(&headers, "\n"));
        let cookies = Some(&self.cookie).filter(|cookies| !cookies.is_empty()).map(|cookies| join(cookies, "; "));
        let user = self.user.as_ref().map(|user| user.0.clone());
        let named = [(HEADERS, headers), ("CRAWLTOP_COOKIE", cookies), (USER, user)];
        named.into_iter().filter_map(|(name, value)| Some((name, value?.into()))).collect()
    }
}
