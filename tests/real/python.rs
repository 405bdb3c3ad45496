//! Python's http.server: HTTP/1.0, a connection a request.

use crate::files::{Files, MANY, many};
use crate::skipped::skipped;
use crate::told::{ENGINES, assert_whole, fetch};
use std::io::{BufRead, BufReader, ErrorKind};
use std::process::{Child, Command, Stdio};

struct Python {
    child: Child,
    port: u16,
    _files: Files,
}

impl Python {
    /// Unless it is not installed.
    fn start() -> Option<Python> {
        let files = Files::make();
        let mut command = Command::new("python3");
        command.args(["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory"]).arg(files.root());
        let mut child = match command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn() {
            Ok(child) => child,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                skipped("python3 is not installed");
                return None;
            }
            Err(error) => panic!("python3 can't be started: {error}"),
        };
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        // As in `Serving HTTP on 127.0.0.1 port 40000 (http://127.0.0.1:40000/) ...`.
        let port = line.split(" port ").nth(1).and_then(|rest| rest.split(' ').next()?.parse().ok());
        let Some(port) = port else { panic!("http.server does not start: {line}") };
        Some(Python { child, port, _files: files })
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn files_of_http_server_come_whole_a_connection_each() {
    let Some(python) = Python::start() else { return };
    for engine in ENGINES {
        let paths: Vec<String> =
            (0..MANY).map(many).chain(["/index.html", "/empty.txt", "/large.bin"].map(str::to_owned)).collect();
        let urls: Vec<String> = paths.iter().map(|path| python.url(path)).collect();
        // Its queue of connections is five long.
        let told = fetch(engine, &urls, &["-c", "5"]);
        for (path, url) in paths.iter().zip(&urls) {
            let result = &told[url];
            assert_whole(result, path);
            let how = (&result["http_version"], &result["reused"], &result["close_reason"]);
            assert_eq!(how, (&"1.0".into(), &false.into(), &"http10".into()), "{result:#}");
        }
    }
}

#[test]
fn what_http_server_has_not_is_told_as_such() {
    let Some(python) = Python::start() else { return };
    let [missing, page] = [python.url("/missing"), python.url("/index.html")];
    for engine in ENGINES {
        let told = fetch(engine, &[missing.clone(), page.clone()], &[]);
        assert_eq!((&told[&missing]["outcome"], &told[&missing]["status_code"]), (&"http_error".into(), &404.into()));
        assert_eq!(told[&page]["title"], "At /index.html");
    }
}
