//! Against the server of openssl, for what a server made of our own library can't be: weak, old, and asking for
//! certificates of clients. Skipped, and said so, where there is no openssl.

use crate::run::{Plan, only};
use crate::skipped::skipped;
use crawltop::event::Engine;
use crawltop::net::Trust;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

const NAMES: &str = "subjectAltName=DNS:localhost,IP:127.0.0.1\n";
const OLD_CIPHERS: [&str; 2] = ["-cipher", "ALL@SECLEVEL=0"];

struct Case {
    bits: &'static str,
    digest: &'static str,
    extensions: &'static str,
    server: &'static [&'static str],
    /// Behind "tls: ", where its authority is trusted.
    told: &'static str,
    /// Whether `-k` gets an answer.
    passes: bool,
}

const CASES: [Case; 6] = [
    Case {
        bits: "1024",
        digest: "-sha256",
        extensions: NAMES,
        server: &OLD_CIPHERS,
        told: "certificate of \"localhost\" has an RSA key of 1024 bits, and 2048 are the least",
        passes: true,
    },
    Case {
        bits: "2048",
        digest: "-sha1",
        extensions: NAMES,
        server: &OLD_CIPHERS,
        told: "certificate of \"localhost\" is signed with SHA-1, which can be forged",
        passes: true,
    },
    Case {
        bits: "2048",
        digest: "-sha256",
        extensions: "",
        server: &[],
        told: "certificate of \"localhost\" is in a form from before 2008, without names",
        passes: true,
    },
    Case {
        bits: "2048",
        digest: "-sha256",
        extensions: NAMES,
        server: &["-tls1_1", "-cipher", "ALL@SECLEVEL=0"],
        told: "\"localhost\" speaks no TLS that is safe: it knows neither 1.2 nor 1.3",
        passes: false,
    },
    Case {
        bits: "2048",
        digest: "-sha256",
        extensions: NAMES,
        server: &["-tls1_2", "-Verify", "1"],
        told: "\"localhost\" ended the handshake: it has no cipher or certificate in common, or wants a certificate of \
               the client",
        passes: false,
    },
    Case {
        bits: "2048",
        digest: "-sha256",
        extensions: NAMES,
        server: &["-alpn", "h2"],
        told: "\"localhost\" speaks no HTTP/1.1 over TLS",
        passes: false,
    },
];

fn openssl(folder: &Path, words: &[&str]) -> bool {
    let mut command = Command::new("openssl");
    command.current_dir(folder).args(words).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// A folder with an authority; none, where nobody can make one.
fn authority() -> Option<TempDir> {
    let folder = tempfile::tempdir().unwrap();
    let words = "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 9 -subj /CN=one";
    openssl(folder.path(), &words.split(' ').collect::<Vec<_>>()).then_some(folder)
}

fn certify(folder: &Path, case: &Case) {
    std::fs::write(folder.join("extensions"), case.extensions).unwrap();
    let key = format!("rsa:{}", case.bits);
    let request = ["req", "-newkey", &key, "-nodes", "-keyout", "key", "-out", "request", "-subj", "/CN=localhost"];
    let sign = ["x509", "-req", "-in", "request", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "9"];
    let extended: &[&str] = if case.extensions.is_empty() { &[] } else { &["-extfile", "extensions"] };
    let sign = [&sign[..], &[case.digest, "-out", "certificate"], extended].concat();
    assert!(openssl(folder, &request) && openssl(folder, &sign), "{}", case.told);
}

/// It serves until it is dropped.
struct Serving(Child, u16);

impl Serving {
    fn start(folder: &Path, words: &[&str]) -> Serving {
        let own = ["s_server", "-accept", "0", "-www", "-cert", "certificate", "-key", "key"];
        let mut command = Command::new("openssl");
        command.current_dir(folder).args(own).args(words).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let accepts = lines.map_while(Result::ok).find(|line| line.starts_with("ACCEPT")).expect("it tells its port");
        let port = accepts.rsplit(':').next().unwrap().trim().parse().unwrap();
        Serving(child, port)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn what_is_weak_or_old_is_told_in_words_and_insecure_takes_what_can_be_spoken() {
    let Some(folder) = authority() else {
        skipped("there is no openssl that makes certificates");
        return;
    };
    for case in &CASES {
        certify(folder.path(), case);
        let server = Serving::start(folder.path(), case.server);
        let url = format!("https://localhost:{}/", server.1);
        for engine in [Engine::Tasks, Engine::Sequential] {
            let fetch = |trust| only(&Plan::of([&url]).trust(trust).engine(engine).run());
            let trusting = fetch(Trust::File(folder.path().join("ca.pem")));
            let message = trusting.failure.as_ref().map(|failure| failure.message.display_all());
            assert_eq!(message, Some(format!("tls: {}", case.told)));
            let believing = fetch(Trust::Anyone);
            assert_eq!(believing.status, case.passes.then_some(200), "{}: {:?}", case.told, believing.failure);
        }
    }
}

#[test]
fn a_server_that_wants_a_certificate_after_the_handshake_is_told_as_that() {
    let Some(folder) = authority() else {
        skipped("there is no openssl that makes certificates");
        return;
    };
    certify(folder.path(), &Case { server: &[], ..CASES[3] });
    let server = Serving::start(folder.path(), &["-tls1_3", "-Verify", "1"]);
    for engine in [Engine::Tasks, Engine::Sequential] {
        let fetched = only(&Plan::of([format!("https://localhost:{}/", server.1)]).engine(engine).run());
        let message = fetched.failure.as_ref().map(|failure| failure.message.display_all()).unwrap_or_default();
        assert!(message.ends_with(&format!("localhost:{} wants a certificate of the client", server.1)), "{message}");
    }
}
