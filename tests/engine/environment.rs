//! What the environment says of certificates and keys, by the real program.

use crate::authority::Authority;
use crate::loopback::{Server, ok};
use crawltop::net::Trust;
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

const ENGINES: [&str; 2] = ["tasks", "sequential"];

fn file(authority: &Authority) -> PathBuf {
    match authority.trust() {
        Trust::File(path) => path,
        other => panic!("{other:?}"),
    }
}

fn serve(authority: &Authority) -> Server {
    Server::start_tls(authority.certify("127.0.0.1", |_| ()), |peer| {
        peer.answer(ok("hi"));
        peer.close();
    })
}

/// The result of `url` by the program in an environment that holds these variables alone.
fn fetched(url: &str, engine: &str, variables: &[(&str, PathBuf)]) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crawltop"));
    command.args(["fetch", url, "--engine", engine, "--format", "jsonl"]).env_clear();
    let output = command.envs(variables.iter().cloned()).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let line = told.lines().nth(1).unwrap_or_else(|| panic!("no result: {}", String::from_utf8_lossy(&output.stderr)));
    serde_json::from_str(line).unwrap()
}

#[test]
fn a_file_or_a_folder_of_the_environment_names_the_roots() {
    let authority = Authority::new("one");
    let server = serve(&authority);
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(file(&authority), folder.path().join("one.pem")).unwrap();
    for engine in ENGINES {
        for variable in [("SSL_CERT_FILE", file(&authority)), ("SSL_CERT_DIR", folder.path().to_owned())] {
            let result = fetched(&server.https("/"), engine, std::slice::from_ref(&variable));
            assert_eq!(result["status_code"], 200, "{variable:?}: {result}");
        }
        let result = fetched(&server.https("/"), engine, &[("SSL_CERT_FILE", file(&Authority::new("another")))]);
        let message = result["error"]["message"].as_str().unwrap();
        assert!(message.contains("from an unknown issuer, \"CN=one\""), "{message}");
    }
}

/// Whoever names a file does not want the roots of the whole world in its place.
#[test]
fn a_file_that_is_named_and_holds_nothing_is_told_and_nothing_stands_in_for_it() {
    let server = serve(&Authority::new("one"));
    for engine in ENGINES {
        let result = fetched(&server.https("/"), engine, &[("SSL_CERT_FILE", "/nowhere/roots.pem".into())]);
        assert_eq!(result["error"]["kind"], "tls");
        let message = result["error"]["message"].as_str().unwrap();
        assert!(message.contains("no usable certificate by SSL_CERT_FILE"), "{message}");
    }
}

#[test]
fn keys_are_logged_where_the_environment_asks_for_it_and_the_facts_are_in_the_result() {
    let authority = Authority::new("one");
    let server = serve(&authority);
    for engine in ENGINES {
        let log = tempfile::NamedTempFile::new().unwrap();
        let variables = [("SSL_CERT_FILE", file(&authority)), ("SSLKEYLOGFILE", log.path().to_owned())];
        let result = fetched(&server.https("/"), engine, &variables);
        assert_eq!((&result["tls"]["version"], &result["fell_back"]), (&"1.3".into(), &Value::Null), "{result}");
        assert_eq!(result["tls"]["cipher"], "TLS13_AES_256_GCM_SHA384");
        assert_eq!(result["tls"]["not_after"], "4096-01-01T00:00:00Z");
        let keys = std::fs::read_to_string(log.path()).unwrap();
        let secret = keys.lines().find(|line| line.starts_with("CLIENT_TRAFFIC_SECRET_0 "));
        assert_eq!(secret.map(|line| line.split(' ').count()), Some(3), "{keys}");
    }
}
