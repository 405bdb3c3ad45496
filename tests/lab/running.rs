//! The lab as it starts, counts and ends.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crawltop::lab::{Fault, Faults, Lab, LabConfig, MAX_PAGES};

use crate::client::*;

#[test]
fn the_counter_equals_what_was_asked_and_does_not_count_itself() {
    let lab = start(20, Faults::Some);
    let mut expected = BTreeMap::new();
    for path in ["/", "/", "/goods/7/?page=2", "/goods/99999/", "/robots.txt", "/\"quoted\"/"] {
        drop(get(&lab, path));
        *expected.entry(path.split('?').next().unwrap().to_owned()).or_insert(0) += 1;
    }
    wait_until(|| lab.asked().total == 6);
    let (bytes, _) = read_all(&mut get(&lab, "/lab/asked"));
    let asked = lab.asked();
    assert_eq!(asked.paths, expected);
    assert_eq!((asked.total, asked.connections), (6, 7));
    let (head, body) = split(&bytes);
    assert!(has_field(&head, "Content-Type: application/json"));
    let json = String::from_utf8(body.to_vec()).unwrap();
    assert!(
        json.starts_with("{\"total\":6,") && json.contains("\"/\":2,") && json.contains("\"/goods/7/\":1"),
        "{json}"
    );
}

#[test]
fn the_counter_knows_the_most_requests_and_connections_at_once() {
    let lab = start(40, Faults::All);
    let page = with_fault(lab.site(), |fault| *fault == Fault::Silent)[0];
    let held: Vec<TcpStream> = (0..30).map(|_| get(&lab, &page.path)).collect();
    let idle = connect(&lab);
    wait_until(|| lab.asked().most_at_once == 30 && lab.asked().most_open == 31);
    drop((held, idle));
}

#[test]
fn dropping_the_lab_ends_it_and_every_open_connection() {
    let lab = start(40, Faults::All);
    let pages = lab.site().pages.iter().filter(|page| !matches!(page.fault, Some(Fault::Reset(_))));
    let mut streams: Vec<TcpStream> = pages.map(|page| get(&lab, &page.path)).collect();
    streams.push(connect(&lab));
    streams.push(ask(&lab, "GET / HT"));
    wait_until(|| lab.asked().connections >= streams.len() as u64);
    let (ended, end) = mpsc::channel();
    thread::spawn(move || {
        drop(lab);
        ended.send(()).unwrap();
    });
    end.recv_timeout(HANGING).expect("the lab ends whatever is open");
    for mut stream in streams {
        let (_, error) = read_all(&mut stream);
        assert!(matches!(error, None | Some(ErrorKind::ConnectionReset)), "{error:?}");
    }
}

#[test]
fn a_latency_passes_before_the_answer() {
    let latency = Duration::from_millis(30)..=Duration::from_millis(30);
    let lab = Lab::start(LabConfig { pages: 1, latency, faults: Faults::None, ..LabConfig::default() }).unwrap();
    let asked = Instant::now();
    let (bytes, _) = read_all(&mut get(&lab, "/goods/0/"));
    assert!(asked.elapsed() >= Duration::from_millis(30));
    assert!(bytes.starts_with(b"HTTP/1.1 200 OK\r\n"));
}

#[test]
fn a_taken_port_and_too_many_pages_are_told() {
    let lab = start(1, Faults::None);
    let port = lab.address().port();
    assert_eq!(lab.url(), format!("http://127.0.0.1:{port}/"));
    let error = Lab::start(LabConfig { port, ..LabConfig::default() }).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
    assert!(error.to_string().starts_with(&format!("lab: cannot listen on 127.0.0.1:{port}: ")));
    let error = Lab::start(LabConfig { pages: MAX_PAGES + 1, ..LabConfig::default() }).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn a_lab_can_be_started_and_dropped_inside_another_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { drop(start(1, Faults::None)) });
}
