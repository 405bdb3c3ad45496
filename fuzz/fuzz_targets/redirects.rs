//! Where a redirect leads: whatever Location says, a target can be asked for safely, or there is none.
#![no_main]

use crawltop::http::{Exchange, Limits, Method, Request, Step};
use crawltop::net::{Chain, Location};
use crawltop::target::Target;
use libfuzzer_sys::fuzz_target;
use std::time::Duration;

fuzz_target!(|input: &[u8]| {
    let mut lines = input.split(|&byte| byte == b'\n');
    let start = lines.next().and_then(|line| std::str::from_utf8(line).ok()).unwrap_or("");
    let Ok(mut target) = Target::parse(start) else { return };
    check(&target);
    let mut chain = Chain::new(5);
    for line in lines.take(8) {
        let wire = [b"HTTP/1.1 302 Found\r\nLocation: ", line, b"\r\nContent-Length: 0\r\n\r\n"].concat();
        let mut exchange = Exchange::new(Method::Get, Limits::default());
        let Ok((_, Step::Head(head))) = exchange.receive(&wire) else { return };
        let Some(location) = Location::of(head.status, head.fields) else { return };
        let Ok(next) = chain.next(&target, head.status, &location, Duration::ZERO) else { return };
        check(&next);
        target = next;
    }
});

/// It is itself again when read again, and its request is well formed.
fn check(target: &Target) {
    let again = Target::parse(target.url()).expect("a target is a URL");
    assert_eq!((again.url(), again.host(), again.port()), (target.url(), target.host(), target.port()));
    assert!(!target.url().contains(['\r', '\n', ' ', '\t', '#']), "{}", target.url());
    let mut wire = Vec::new();
    let request =
        Request { method: Method::Get, host: target.host_field(), path: target.path(), fields: &[], close: false };
    request.write(&mut wire).expect("a target can be asked for");
    assert_eq!(wire.iter().filter(|&&byte| byte == b'\n').count(), 3);
}
