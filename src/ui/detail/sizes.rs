//! How much came, on the wire and decoded, and what it is. Knows nothing of when.

use super::sheet::Sheet;
use super::subject::Subject;
use crate::units;

/// Columns of a content type.
const TYPE: usize = 256;

pub fn write(sheet: &mut Sheet<'_>, subject: &Subject<'_>) {
    sheet.heading("Sizes", "");
    let flown = subject.request.filter(|request| request.waiting.is_none()).map(|it| (it.wire, it.bytes));
    let ended = subject.fetched().map(|fetched| (fetched.wire_bytes, fetched.body_bytes));
    let (wire, body) = flown.or(ended).unwrap_or_default();
    sheet.plain("on the wire", &exact(wire));
    let ratio = if wire > 0 && body > wire + wire / 20 {
        format!(", {} of that", units::factor(body as f64 / wire as f64))
    } else {
        String::new()
    };
    sheet.plain("decoded", &format!("{}{ratio}", exact(body)));
    let Some(fetched) = subject.fetched() else { return };
    if let Some(coding) = &fetched.content_encoding {
        sheet.plain("coding", &subject.scene.text(coding, TYPE));
    }
    if let Some(content) = &fetched.content_type {
        sheet.plain("content", &subject.scene.text(content, TYPE));
    }
    if let Some(hash) = &fetched.sha256 {
        sheet.plain("sha256", hash);
    }
}

/// In three digits, and to the byte where those are not all.
fn exact(bytes: u64) -> String {
    let short = units::bytes(bytes);
    if bytes < 1000 { short } else { format!("{short} ({} B)", units::count(bytes)) }
}
