//! What was said in each leg: the heads of requests and responses. Knows no connection.

use super::heads::head;
use super::sheet::Sheet;
use super::subject::Subject;
use crate::state::Leg;

/// Columns of a URL in a heading.
const URL: usize = 60;

pub fn write(sheet: &mut Sheet<'_>, subject: &Subject<'_>) {
    for (name, _, leg, _) in subject.legs() {
        let which =
            if subject.has_many() { format!("─ {name} {}", subject.scene.url(&leg.url, URL)) } else { String::new() };
        let absent = absent(leg, subject);
        sheet.heading("Request", &which);
        head(sheet, &leg.request, absent, subject.scene);
        sheet.heading("Response", &which);
        head(sheet, &leg.response, absent, subject.scene);
    }
}

/// What is said where a head is not there.
fn absent(leg: &Leg, subject: &Subject<'_>) -> &'static str {
    match (leg.gave_up || !subject.is_kept, subject.detail.is_done()) {
        (true, _) => "not kept any more",
        (false, true) => "there was none",
        (false, false) => "none yet",
    }
}
