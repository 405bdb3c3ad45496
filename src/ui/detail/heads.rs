//! One head, field by field. Knows nothing of which.

use super::sheet::Sheet;
use crate::head::{Headers, MOST_BYTES, STRUCK};
use crate::ui::scene::Scene;

/// Columns of a line: what is shown of a byte takes ten at most.
const LONG: usize = 10 * MOST_BYTES;

/// The start line and the fields, or `absent`.
pub fn head(sheet: &mut Sheet<'_>, head: &Headers, absent: &str, scene: &Scene<'_>) {
    if head.is_empty() {
        return sheet.text(absent, 1, sheet.theme.dim);
    }
    sheet.text(&scene.text(&head.start_line(), LONG), 1, sheet.theme.text);
    for field in head.fields() {
        let name = scene.text(&field.name, LONG);
        match field.value {
            Some(value) => sheet.field(&name, &scene.text(&value, LONG), sheet.theme.text),
            None => sheet.field(&name, STRUCK, sheet.theme.dim),
        }
    }
}
