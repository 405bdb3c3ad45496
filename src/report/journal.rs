//! Every event as a line of JSON, behind a line that names the format. [`crate::journal`] reads them back.

use super::Report;
use crate::event::Event;
use crate::journal::Header;
use crate::text::json_line;

#[derive(Default)]
pub struct Journal {
    begun: bool,
}

impl Report for Journal {
    fn apply(&mut self, event: &Event, out: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.begun, true) {
            json_line(&Header::default(), out);
        }
        json_line(event, out);
    }
}
