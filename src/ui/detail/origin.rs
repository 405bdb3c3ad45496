//! How a crawl came to the target: which link led there, by which redirects, and what robots.txt says. Knows nothing of
//! what became of it.

use super::sheet::Sheet;
use super::subject::Subject;
use crate::fetched::Fetched;
use crate::place::{Role, Source};
use crate::units;
use std::time::Duration;

/// Columns of a URL.
const URL: usize = 4096;
/// Columns of a link's text, and of what is said of a robots.txt.
const TEXT: usize = 512;

pub fn write(sheet: &mut Sheet<'_>, subject: &Subject<'_>) {
    let Some(place) = subject.detail.place.as_deref() else { return };
    sheet.heading("Where the link stood", "");
    match &place.source {
        Some(source) => link(sheet, source, subject),
        None => sheet.plain("linked from", "nowhere: it is a start, or asked for on the way"),
    }
    let role = if place.role == Role::Page { String::new() } else { format!(", for {}", role(place.role)) };
    sheet.plain("depth", &format!("{}{role}", place.depth));
    if place.role.is_result() {
        subject.fetched().into_iter().for_each(|fetched| chain(sheet, fetched, subject));
    }
    let robots = subject.scene.state.hosts.of(&subject.detail.url).and_then(|host| host.robots.as_ref());
    if let Some(robots) = robots {
        sheet.plain("robots.txt", &subject.scene.text(&robots.meaning, TEXT));
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Page => "its links",
        Role::Check => "whether it is there",
        Role::Robots => "robots.txt",
        Role::Sitemap => "a sitemap",
    }
}

fn link(sheet: &mut Sheet<'_>, source: &Source, subject: &Subject<'_>) {
    let scene = subject.scene;
    sheet.plain("linked from", &format!("{} {}", source.id, scene.text(&source.url, URL)));
    match scene.state.edges.between(source.id, subject.id) {
        Some(link) if link.line > 0 => {
            sheet.plain("at", &spot(link.line, link.column));
            if link.has_text() {
                sheet.plain("its text", &scene.text(&link.text(), TEXT));
            }
        }
        Some(_) => sheet.plain("at", "no link of a text: a redirect leads there"),
        None => sheet.fact("at", "the place is not kept", scene.theme.dim),
    }
}

/// Where a link stands; of a page that is both long and wide, the column may not be kept.
fn spot(line: u32, column: u32) -> String {
    let line = units::count(line.into());
    match column {
        0 => format!("line {line}, a column that is not kept"),
        column => format!("line {line}, column {}", units::count(column.into())),
    }
}

/// The fetches that led here, each of which answered with a redirect.
fn chain(sheet: &mut Sheet<'_>, fetched: &Fetched, subject: &Subject<'_>) {
    for hop in &fetched.redirects {
        let took = units::span(Duration::from_micros(hop.us));
        let words = format!("{} of {} after {took}", hop.status, subject.scene.text(&hop.url, URL));
        sheet.fact("led here by", &words, subject.scene.theme.redirect);
    }
}
