//! Over which connection each leg went, and how that is secured. Knows nothing of what was said over it.

use super::sheet::Sheet;
use super::subject::Subject;
use crate::fetched::TlsFacts;
use crate::state::Leg;
use crate::units;
use std::sync::Arc;

/// Columns of a name in a certificate.
const NAME: usize = 256;

pub fn write(sheet: &mut Sheet<'_>, subject: &Subject<'_>) {
    sheet.heading("Connection", "");
    let mut told: Option<&Arc<TlsFacts>> = None;
    for (name, _, leg, _) in subject.legs() {
        let words = way(leg, subject);
        let words = if subject.has_many() { format!("{name}  {words}") } else { words };
        sheet.plain("address", &words);
        if let Some(reason) = leg.missed.filter(|_| !leg.resent) {
            sheet.plain("not reused", reason.description());
        }
        if let Some(proxy) = &leg.proxy {
            sheet.plain("proxy", &subject.scene.text(proxy, NAME));
        }
        if leg.tls.is_some() && leg.tls.as_ref() != told {
            told = leg.tls.as_ref();
            leg.tls.iter().for_each(|tls| secured(sheet, tls, subject));
        }
    }
    if let Some(fetched) = subject.fetched() {
        let version = fetched.http_version.map(|version| format!("HTTP/{}", version.name()));
        version.into_iter().for_each(|version| sheet.plain("protocol", &version));
        if let Some(reason) = fetched.closed {
            sheet.plain("not kept", reason.description());
        }
    }
}

/// Where to, and how it came to be.
fn way(leg: &Leg, subject: &Subject<'_>) -> String {
    let remote = || subject.fetched().and_then(|fetched| fetched.remote_ip).map(|ip| ip.to_string());
    let last = std::ptr::eq(leg, subject.detail.last().leg());
    let address = leg.address.map(|address| address.to_string()).or_else(|| remote().filter(|_| last));
    let reused = last && subject.fetched().is_some_and(|fetched| fetched.reused);
    let kind = match (leg.carried, leg.resent) {
        (Some(carried), _) => format!(", kept, after {}", many(u64::from(carried), "request")),
        (None, true) => ", fresh, for the kept one had lost the request".to_owned(),
        (None, false) if reused => ", kept".to_owned(),
        (None, false) if address.is_some() => ", new".to_owned(),
        (None, false) => String::new(),
    };
    let tried: Vec<String> =
        leg.dialled.iter().filter(|&&tried| leg.address != Some(tried)).map(ToString::to_string).collect();
    let tried = if tried.is_empty() { String::new() } else { format!("; dialled {}", tried.join(", ")) };
    let none = if last && !subject.detail.is_done() { "none yet" } else { "none" };
    let given = if leg.given { " (--resolve)" } else { "" };
    format!("{}{given}{kind}{tried}", address.unwrap_or_else(|| none.to_owned()))
}

fn secured(sheet: &mut Sheet<'_>, tls: &TlsFacts, subject: &Subject<'_>) {
    let name = |name| subject.scene.text(name, NAME);
    sheet.plain("tls", &format!("TLS {}, {}", tls.version, tls.cipher));
    let parts = [
        tls.subject.as_ref().map(|subject| format!("for {}", name(subject))),
        tls.issuer.as_ref().map(|issuer| format!("by {}", name(issuer))),
        tls.not_after.as_deref().map(|end| format!("until {}", end.split('T').next().unwrap_or(end))),
    ];
    let parts = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    match (tls.unchecked, parts.is_empty()) {
        (false, true) => {}
        (false, false) => sheet.plain("certificate", &parts),
        (true, _) => {
            sheet.fact("certificate", &format!("not checked (--insecure): {parts}"), subject.scene.theme.broken)
        }
    }
}

/// `1 request`, `3 requests`.
pub fn many(count: u64, word: &str) -> String {
    format!("{} {word}{}", units::count(count), if count == 1 { "" } else { "s" })
}
