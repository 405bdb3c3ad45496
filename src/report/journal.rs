//! Every event as a line of JSON, behind a line that names the format. [`crate::journal`] reads them back.

use super::Report;
use crate::event::Event;
use crate::journal;

#[derive(Default)]
pub struct Journal {
    begun: bool,
}

impl Report for Journal {
    fn apply(&mut self, event: &Event, out: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.begun, true) {
            journal::write_header(out);
        }
        journal::write(event, out);
    }
}
