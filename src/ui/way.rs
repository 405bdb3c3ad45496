//! Over what kind of connection a fetch goes, as a cell of a table. Knows no table.

use super::theme::Theme;
use crate::fetched::Fetched;
use crate::state::Request;
use ratatui::style::Style;

/// How a fetch came to its connection: the one that its last request went over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// There is none, or none yet.
    None,
    New,
    /// A kept one, which had carried another request before: nothing was connected.
    Reused,
}

impl Way {
    /// Columns of the longest word.
    pub const COLUMNS: u16 = 6;
    /// Of what goes over a connection.
    pub const NAMES: [&str; 2] = ["new", "reused"];

    pub fn name(self) -> Option<&'static str> {
        match self {
            Way::None => None,
            Way::New => Some(Way::NAMES[0]),
            Way::Reused => Some(Way::NAMES[1]),
        }
    }

    pub fn of_result(fetched: &Fetched) -> Way {
        Way::of(fetched.reused, fetched.remote_ip.is_some())
    }

    pub fn of_request(request: &Request) -> Way {
        Way::of(request.reused, request.address.is_some())
    }

    fn of(reused: bool, connected: bool) -> Way {
        match (reused, connected) {
            (true, _) => Way::Reused,
            (false, true) => Way::New,
            (false, false) => Way::None,
        }
    }

    /// The text of a cell, and its ink.
    pub fn cell(self, theme: &Theme) -> (String, Style) {
        let style = if self == Way::New { theme.text } else { theme.dim };
        (self.name().unwrap_or("·").to_owned(), style)
    }
}
