//! Each fault as a plain socket meets it.

use std::io::{ErrorKind, Read};
use std::net::Shutdown;

use crawltop::lab::{Fault, Faults, Framing, PageKind, ResetPoint};

use crate::client::*;

#[test]
fn statuses_and_locations_are_as_planned() {
    let lab = start(50, Faults::All);
    for (page, fault) in lab.site().pages.iter().filter_map(|page| Some((page, page.fault.as_ref()?))) {
        if !matches!(fault, Fault::NotFound | Fault::ServerError | Fault::Redirect { .. }) {
            continue;
        }
        let (bytes, _) = read_all(&mut get(&lab, &page.path));
        let (head, body) = split(&bytes);
        assert!(head.starts_with(&format!("HTTP/1.1 {} ", fault.name())), "{head}");
        assert_eq!(decode(&head, body).map(|body| body.len() as u32), Some(page.size));
        if let Fault::Redirect { to } = fault {
            assert!(has_field(&head, &format!("Location: {to}")));
        }
    }
}

#[test]
fn a_body_cut_short_ends_before_what_it_promised() {
    let lab = start(200, Faults::All);
    let pages = with_fault(lab.site(), |fault| *fault == Fault::CutShort);
    for framing in [Framing::Length, Framing::Chunked] {
        let page = pages.iter().find(|page| page.framing == framing && page.kind == PageKind::Goods).unwrap();
        let (bytes, error) = read_all(&mut get(&lab, &page.path));
        let (head, body) = split(&bytes);
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"));
        assert_eq!((decode(&head, body), error), (None, None), "{framing:?}");
        assert!(body.len() as u32 >= page.size / 2);
    }
}

#[test]
fn a_reset_comes_before_the_head_or_inside_the_body() {
    let lab = start(200, Faults::All);
    let page = with_fault(lab.site(), |fault| *fault == Fault::Reset(ResetPoint::BeforeHead))[0];
    assert_eq!(read_all(&mut get(&lab, &page.path)), (Vec::new(), Some(ErrorKind::ConnectionReset)));
    let page = with_fault(lab.site(), |fault| *fault == Fault::Reset(ResetPoint::InBody))[0];
    let (bytes, error) = read_all(&mut get(&lab, &page.path));
    assert_eq!(error, Some(ErrorKind::ConnectionReset));
    assert!(split(&bytes).0.starts_with("HTTP/1.1 200 OK\r\n"));
}

#[test]
fn a_drip_begins_at_once_and_goes_on_by_a_few_bytes() {
    let lab = start(200, Faults::All);
    let pages = with_fault(lab.site(), |fault| *fault == Fault::Drip);
    let page = pages.iter().find(|page| page.framing == Framing::Length).unwrap();
    let mut stream = get(&lab, &page.path);
    let mut bytes = Vec::new();
    while bytes.windows(4).all(|window| window != b"\r\n\r\n") || split(&bytes).1.len() < 10 {
        let mut buffer = [0; 4096];
        let length = stream.read(&mut buffer).unwrap();
        assert!(length > 0);
        bytes.extend_from_slice(&buffer[..length]);
    }
    let body = split(&bytes).1;
    assert!(lab.site().body(page).into_bytes().starts_with(body));
    assert_eq!(body.len() % 5, 0);
    assert!((body.len() as u32) < page.size);
}

#[test]
fn a_silent_page_takes_the_request_and_says_nothing() {
    let lab = start(40, Faults::All);
    let page = with_fault(lab.site(), |fault| *fault == Fault::Silent)[0];
    let mut stream = get(&lab, &page.path);
    wait_until(|| lab.asked().paths.contains_key(&page.path));
    // It ends only because this end closes: it would have answered by then.
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(read_all(&mut stream), (Vec::new(), None));
}
