//! What the event log still has of the fetch, line by line. Knows no event.

use super::sheet::Sheet;
use super::subject::Subject;
use crate::ui::log;

/// Lines at most, the last ones.
const MOST: usize = 100;

pub fn write(sheet: &mut Sheet<'_>, subject: &Subject<'_>) {
    let width = u16::try_from(sheet.width).unwrap_or(u16::MAX);
    let lines = log::about(subject.id, subject.detail.started(), MOST, width, subject.scene);
    if !lines.is_empty() {
        sheet.heading("What happened", "");
        sheet.lines.extend(lines);
    }
}
