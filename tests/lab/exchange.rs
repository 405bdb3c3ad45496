//! Requests and responses that are as they should be, and requests that are not.

use std::collections::BTreeSet;

use crawltop::lab::{Faults, Framing, Page};

use crate::client::*;

#[test]
fn without_faults_every_page_is_200_and_decodes_to_its_planned_bytes() {
    let lab = start(120, Faults::None);
    let mut framings = BTreeSet::new();
    for page in &lab.site().pages {
        let (bytes, error) = read_all(&mut get(&lab, &page.path));
        let (head, body) = split(&bytes);
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && error.is_none(), "{}: {head}", page.path);
        assert!(has_field(&head, &format!("Content-Type: {}", page.content_type())));
        let body = decode(&head, body).expect("a whole body");
        assert!(body == lab.site().body(page).into_bytes(), "{} has other bytes", page.path);
        framings.insert(format!("{:?}", page.framing));
    }
    assert_eq!(framings.len(), 3);
}

#[test]
fn a_path_that_is_not_planned_is_404() {
    let lab = start(20, Faults::None);
    for path in ["/goods/99999/", "/private/", "/style.css"] {
        let (bytes, _) = read_all(&mut get(&lab, path));
        let (head, body) = split(&bytes);
        assert!(head.starts_with("HTTP/1.1 404 Not Found\r\n"));
        assert!(decode(&head, body).unwrap().ends_with(b"</html>\n"));
    }
}

#[test]
fn one_connection_serves_request_after_request_even_sent_at_once() {
    let lab = start(20, Faults::None);
    let kept = |page: &&Page| page.framing != Framing::UntilClose;
    let pages: Vec<&Page> = lab.site().pages.iter().filter(kept).collect();
    let request = |page: &&Page| format!("GET {} HTTP/1.1\r\nHost: lab\r\n\r\n", page.path);
    let mut requests: String = pages.iter().map(request).collect();
    requests.push_str("GET /robots.txt HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n");
    let (bytes, error) = read_all(&mut ask(&lab, &requests));
    assert_eq!(error, None);
    let answers = String::from_utf8(bytes).unwrap();
    assert_eq!(answers.matches("HTTP/1.1 200 OK\r\n").count(), pages.len() + 1);
    assert!(answers.ends_with("\r\n\r\nUser-agent: *\nDisallow: /private/\n"));
    assert_eq!(lab.asked().connections, 1);
}

#[test]
fn a_head_has_the_fields_of_the_page_and_no_body() {
    let lab = start(40, Faults::None);
    for page in &lab.site().pages {
        let request = format!("HEAD {} HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n", page.path);
        let (bytes, _) = read_all(&mut ask(&lab, &request));
        let (head, body) = split(&bytes);
        let told = has_field(&head, &format!("Content-Length: {}", page.size));
        assert_eq!((told, body.len()), (page.framing == Framing::Length, 0));
    }
}

#[test]
fn http_1_0_gets_whole_bodies_without_chunks() {
    let lab = start(20, Faults::None);
    for page in &lab.site().pages {
        let (bytes, _) = read_all(&mut ask(&lab, &format!("GET {} HTTP/1.0\r\n\r\n", page.path)));
        let (head, body) = split(&bytes);
        assert!(has_field(&head, "Connection: close") && !head.contains("chunked"));
        assert_eq!(body.len() as u32, page.size);
    }
}

#[test]
fn what_is_no_request_gets_an_answer_and_the_end() {
    let lab = start(1, Faults::None);
    let large = format!("GET / HTTP/1.1\r\nHost: lab\r\nX: {}", "x".repeat(20_000));
    let wanted = [
        ("\u{1}\u{2}\r\n\r\n", "400 Bad Request"),
        ("GET / HTTP/1.1\r\n\r\n", "400 Bad Request"),
        (large.as_str(), "431 Request Header Fields Too Large"),
        ("POST / HTTP/1.1\r\nHost: lab\r\nContent-Length: 9\r\n\r\nno matter", "405 Method Not Allowed"),
    ];
    for (request, status_line) in wanted {
        let (bytes, error) = read_all(&mut ask(&lab, request));
        let (head, _) = split(&bytes);
        assert!(head.starts_with(&format!("HTTP/1.1 {status_line}\r\n")) && error.is_none(), "{head}");
        assert!(has_field(&head, "Connection: close"));
    }
    assert_eq!((lab.asked().refused, lab.asked().total), (3, 1));
}
