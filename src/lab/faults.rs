//! What can be wrong with a page, by name. Knows nothing of pages or sockets.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// How much of the site is wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Faults {
    /// Every planned page answers 200, and every link leads to one.
    None,
    /// About 8 % of the pages; each kind at least once where there are 20 pages or more.
    #[default]
    Some,
    /// Every page but `/`, the kinds in turn.
    All,
}

const NAMES: [(&str, Faults); 3] = [("none", Faults::None), ("some", Faults::Some), ("all", Faults::All)];

impl fmt::Display for Faults {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES.iter().find(|(_, faults)| faults == self).map_or("", |(name, _)| name);
        formatter.pad(name)
    }
}

impl FromStr for Faults {
    type Err = UnknownFaults;

    fn from_str(text: &str) -> Result<Faults, UnknownFaults> {
        let row = NAMES.iter().find(|(name, _)| *name == text);
        row.map(|(_, faults)| *faults).ok_or(UnknownFaults)
    }
}

/// The word is none of `none`, `some` and `all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownFaults;

impl fmt::Display for UnknownFaults {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("faults are none, some or all")
    }
}

impl Error for UnknownFaults {}

/// What is wrong with one page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    NotFound,
    ServerError,
    Redirect {
        /// Path of a page without a fault.
        to: String,
    },
    CutShort,
    Reset(ResetPoint),
    Drip,
    Silent,
}

/// How far a page comes before its connection is reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResetPoint {
    BeforeHead,
    InBody,
}

impl Fault {
    /// Short enough for a column.
    pub fn name(&self) -> &'static str {
        match self {
            Fault::NotFound => "404",
            Fault::ServerError => "500",
            Fault::Redirect { .. } => "302",
            Fault::CutShort => "cut short",
            Fault::Reset(_) => "reset",
            Fault::Drip => "drip",
            Fault::Silent => "silent",
        }
    }

    /// What a client meets.
    pub fn sentence(&self) -> String {
        let text = match self {
            Fault::NotFound => "is linked, but is not found",
            Fault::ServerError => "answers with an internal server error",
            Fault::Redirect { to } => return format!("leads to {to}"),
            Fault::CutShort => "promises more than it sends, then closes",
            Fault::Reset(ResetPoint::BeforeHead) => "resets the connection instead of answering",
            Fault::Reset(ResetPoint::InBody) => "resets the connection inside the body",
            Fault::Drip => "sends 5 bytes every 200 ms",
            Fault::Silent => "takes the request and never answers",
        };
        text.to_owned()
    }

    pub(super) fn status_line(&self) -> &'static str {
        match self {
            Fault::NotFound => "404 Not Found",
            Fault::ServerError => "500 Internal Server Error",
            Fault::Redirect { .. } => "302 Found",
            Fault::CutShort | Fault::Reset(_) | Fault::Drip | Fault::Silent => "200 OK",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_read_back() {
        for (name, faults) in NAMES {
            assert_eq!(faults.to_string(), name);
            assert_eq!(name.parse(), Ok(faults));
        }
        assert_eq!("many".parse::<Faults>(), Err(UnknownFaults));
    }
}
