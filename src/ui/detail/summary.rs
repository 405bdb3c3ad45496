//! What the page begins with: the URL, and what became of it. Knows nothing of how it came about.

use super::sheet::{Line, Sheet};
use super::subject::Subject;
use crate::fetched::Fetched;
use crate::report::symbol;
use crate::units;
use ratatui::style::Style;

/// Columns of a URL or a title on the page at most.
const LONG: usize = 4096;
/// Columns of the URL in the title.
const SHORT: usize = 40;

/// Number, mark, status or phase, and the URL in short.
pub fn title(subject: &Subject<'_>) -> Line {
    let (scene, theme) = (subject.scene, subject.scene.theme);
    let (state, style) = state(subject);
    let url = scene.url(&subject.detail.url, SHORT);
    vec![
        (subject.id.to_string(), theme.strong),
        (" ─ ".to_owned(), theme.dim),
        (state, style),
        (format!(" ─ {url}"), theme.text),
    ]
}

/// In a word or two, with its mark.
fn state(subject: &Subject<'_>) -> (String, Style) {
    let (scene, theme) = (subject.scene, subject.scene.theme);
    match (subject.request, subject.fetched()) {
        (Some(request), _) if request.waiting.is_some() => ("retry".to_owned(), theme.broken),
        (Some(request), None) if request.settled => ("result".to_owned(), theme.dim),
        (Some(request), None) => (request.phase().name().to_owned(), theme.phase(request.phase())),
        (_, Some(fetched)) => {
            (format!("{} {}", symbol(fetched, scene.charset), outcome(fetched)), theme.result(fetched))
        }
        (None, None) => ("unknown".to_owned(), theme.dim),
    }
}

/// The status, or the kind of the failure.
fn outcome(fetched: &Fetched) -> String {
    let status = || fetched.status.map_or(String::new(), |status| status.to_string());
    fetched.kind().map_or_else(status, |kind| kind.name().to_owned())
}

pub fn write(sheet: &mut Sheet<'_>, subject: &Subject<'_>) {
    let (scene, theme) = (subject.scene, subject.scene.theme);
    let long = |text| scene.text(text, LONG);
    sheet.plain("url", &long(&subject.detail.url));
    let (state, style) = state(subject);
    match (subject.request, subject.fetched()) {
        (Some(request), _) if request.waiting.is_some() => sheet.fact("result", &waits(subject), theme.broken),
        (Some(request), None) => {
            let age = units::span(request.age(subject.now()));
            sheet.fact("in flight", &format!("{state}, for {age} so far"), style);
        }
        (_, Some(fetched)) => {
            let took = fetched.took().map_or(String::new(), |took| format!(" after {}", units::span(took)));
            sheet.fact("result", &format!("{state}{took}"), style);
            ending(sheet, subject, fetched);
        }
        (None, None) => sheet.plain("result", "not known any more"),
    }
    if !subject.is_kept {
        sheet.fact("", "heads and callbacks are kept of the last 1,000 results; of this one no more", theme.dim);
    }
}

/// Until when another attempt waits.
fn waits(subject: &Subject<'_>) -> String {
    let Some(wait) = subject.request.and_then(|request| request.waiting.as_ref()) else { return String::new() };
    let because = wait.because.words();
    match wait.until <= subject.now() {
        true => format!("another attempt is due ({because})"),
        false => format!("waits {} for another attempt ({because})", subject.scene.left(wait.until - subject.now())),
    }
}

/// Why there is no answer, or what is in it.
fn ending(sheet: &mut Sheet<'_>, subject: &Subject<'_>, fetched: &Fetched) {
    let (scene, theme) = (subject.scene, subject.scene.theme);
    let long = |text| scene.text(text, LONG);
    if let Some(failure) = &fetched.failure {
        sheet.fact("because", &long(&failure.message), theme.result(fetched));
    }
    if let Some(reason) = &fetched.fell_back {
        sheet.plain("fell back", &format!("from https, for {}", long(&reason.message)));
    }
    if let Some(url) = &fetched.final_url {
        let label =
            if fetched.status.is_some_and(|status| (300..400).contains(&status)) { "leads to" } else { "answer of" };
        sheet.plain(label, &long(url));
    }
    if let Some(after) = &fetched.retry_after {
        sheet.plain("retry after", &after.rfc3339());
    }
    if let Some(title) = &fetched.title {
        sheet.plain("title", &long(title));
    }
}
