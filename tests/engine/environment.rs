//! What the environment says of certificates, keys and proxies, by the real program.

use crate::authority::Authority;
use crate::loopback::{Server, ok};
use crate::middle::Middle;
use crawltop::net::Trust;
use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output};

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

fn run(words: &[&str], variables: &[(&str, PathBuf)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crawltop"));
    command.args(words).env_clear().envs(variables.iter().cloned()).output().unwrap()
}

/// The result of `url` by the program in an environment that holds these variables alone.
fn fetched(url: &str, engine: &str, variables: &[(&str, PathBuf)]) -> Value {
    let output = run(&["fetch", url, "--engine", engine, "--format", "jsonl"], variables);
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
        let names_both = message.contains("no usable certificate by SSL_CERT_FILE") && message.contains("127.0.0.1:");
        assert!(names_both, "{message}");
    }
}

#[test]
fn what_the_environment_names_in_vain_is_told_where_there_was_tls() {
    let (authority, empty) = (Authority::new("one"), tempfile::tempdir().unwrap());
    let server = serve(&authority);
    let noted = |variables: &[(&str, PathBuf)], more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_crawltop"));
        command.env_clear().args(["fetch", "--retry", "0", &server.https("/")]).args(more).envs(variables.to_vec());
        let said = command.output().unwrap();
        let told = String::from_utf8(said.stderr).unwrap();
        told.lines().filter(|line| line.starts_with("note: SSL_CERT")).map(str::to_owned).collect::<Vec<_>>()
    };
    let missing = ("SSL_CERT_FILE", PathBuf::from("/nowhere/roots.pem"));
    let folder = ("SSL_CERT_DIR", empty.path().to_owned());
    let notes = noted(&[missing.clone(), folder.clone()], &[]);
    assert!(notes[0].starts_with("note: SSL_CERT_FILE names /nowhere/roots.pem: No such file"), "{notes:?}");
    assert!(notes.iter().all(|note| note.ends_with("; no certificate can be judged")), "{notes:?}");
    assert!(notes[1].contains(&format!("SSL_CERT_DIR names {}: no certificate is in it", empty.path().display())));
    let notes = noted(&[("SSL_CERT_FILE", file(&authority)), folder], &[]);
    assert!(notes.len() == 1 && notes[0].ends_with("; certificates are judged without it"), "{notes:?}");
    assert_eq!(noted(&[missing], &["-k"]), Vec::<String>::new());
}

#[test]
fn keys_that_can_not_be_written_are_told_once_and_where_there_was_tls() {
    let (authority, folder) = (Authority::new("one"), tempfile::tempdir().unwrap());
    let (secure, plain) = (serve(&authority), Server::start(|peer| peer.answer(ok("hi"))));
    let noted = |url: String, engine: &str, keys: PathBuf| {
        let variables = [("SSLKEYLOGFILE", keys), ("SSL_CERT_FILE", file(&authority))];
        let output = run(&["fetch", "-c", "2", "--engine", engine, &format!("{url}[1-3]")], &variables);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        told.lines().filter(|line| line.starts_with("note: SSLKEY")).map(str::to_owned).collect::<Vec<_>>()
    };
    let missing = folder.path().join("none").join("keys");
    let note = |path: &std::path::Path, cause: &str| {
        vec![format!("note: SSLKEYLOGFILE names {}: {cause}; no keys of TLS are written", path.display())]
    };
    let full = PathBuf::from("/dev/full");
    for engine in ENGINES {
        let cases =
            [(&missing, "No such file or directory (os error 2)"), (&full, "No space left on device (os error 28)")];
        for (path, cause) in cases {
            assert_eq!(noted(secure.https("/"), engine, path.clone()), note(path, cause), "by {engine}");
            assert_eq!(noted(plain.url("/"), engine, path.clone()), Vec::<String>::new(), "by {engine}");
        }
        assert_eq!(noted(secure.https("/"), engine, folder.path().join("keys")), Vec::<String>::new());
        assert_eq!(noted(secure.https("/"), engine, PathBuf::new()), Vec::<String>::new());
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

/// Answers by itself, and closes.
fn proxy() -> Middle {
    Middle::start(|client| {
        client.head()?;
        client.tcp.write_all(b"HTTP/1.1 203 By a proxy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    })
}

#[test]
fn the_environment_names_a_proxy_for_each_scheme_and_those_who_need_none() {
    let (proxy, server) = (proxy(), Server::start(|peer| peer.answer(ok("hi"))));
    let by = || PathBuf::from(format!("http://ann:secret@{}", proxy.address));
    for engine in ENGINES {
        let cases: [(&[(&str, PathBuf)], u16); 6] = [
            (&[("http_proxy", by())], 203),
            (&[("all_proxy", by())], 203),
            (&[("HTTP_PROXY", by())], 200),
            (&[("https_proxy", by())], 200),
            (&[("http_proxy", by()), ("no_proxy", "example,127.0.0.1".into())], 200),
            (&[("http_proxy", "http://127.0.0.1:1".into()), ("CRAWLTOP_PROXY", by())], 203),
        ];
        for (variables, status) in cases {
            let result = fetched(&server.url("/"), engine, variables);
            assert_eq!(result["status_code"], status, "{variables:?}: {result}");
            let told = if status == 203 { Value::from(format!("http://{}", proxy.address)) } else { Value::Null };
            assert_eq!(result["proxy"], told);
        }
    }
}

#[test]
fn an_empty_option_switches_the_environment_off_and_verbose_lines_name_the_proxy() {
    let (proxy, server) = (proxy(), Server::start(|peer| peer.answer(ok("hi"))));
    let by = PathBuf::from(format!("http://ann:secret@{}", proxy.address));
    let told = |words: &[&str]| {
        let output = run(&[&["fetch", &server.url("/"), "-v"], words].concat(), &[("http_proxy", by.clone())]);
        let said = [output.stdout, output.stderr].concat();
        String::from_utf8(said).unwrap()
    };
    let (with, without) = (told(&[]), told(&["--proxy", ""]));
    assert!(with.contains(" 203 ") && with.contains(&format!("by http://{}", proxy.address)), "{with}");
    assert!(without.contains(" 200 ") && !without.contains("by http://"), "{without}");
    assert!(!with.contains("secret") && !with.contains("ann"), "{with}");
}

/// The site of a race is on this machine, where the environment's proxy finds it as little as anyone else's.
#[test]
fn a_race_against_the_built_in_site_asks_no_proxy_of_the_environment() {
    let nobody = PathBuf::from("http://ann:secret@127.0.0.1:1");
    let words = ["race", "--rounds", "1", "--engines", "tasks", "--latency", "1ms", "--no-tui"];
    let output = run(&words, &[("all_proxy", nobody)]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_proxy_that_can_not_be_used_is_refused_without_telling_what_was_written() {
    type Case<'a> = (&'a [&'a str], &'a [(&'a str, PathBuf)], &'a str);
    let cases: [Case<'_>; 4] = [
        (&["--proxy", "https://ann:secret@a:1"], &[], "error: --proxy names no proxy that can be used"),
        (&["-x", "ann:secret@a:none"], &[], "its port is no number"),
        (&[], &[("CRAWLTOP_PROXY", "socks4://ann:secret@a".into())], "SOCKS4 is not supported"),
        (&[], &[("ALL_PROXY", "nonsense://ann:secret@a".into())], "error: ALL_PROXY names no proxy that can be used"),
    ];
    for (words, variables, told) in cases {
        let output = run(&[&["fetch", "http://127.0.0.1:1/"], words].concat(), variables);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{said}");
        assert!(said.contains(told) && said.contains("hint: ") && !said.contains("secret"), "{said}");
    }
    let help = run(&["fetch", "--help"], &[("CRAWLTOP_PROXY", "http://ann:secret@a:1".into())]);
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(help.contains("--proxy") && !help.contains("secret"), "the help tells no value");
}
