//! nginx, as Debian packs it: lengths, chunks, TLS, kept connections.

use crate::authority::Authority;
use crate::files::{Files, MANY, many};
use crate::program::until;
use crate::skipped::skipped;
use crate::told::{ENGINES, assert_whole, fetch};
use crawltop::net::Trust;
use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

pub struct Nginx {
    child: Child,
    http: u16,
    https: u16,
    authority: Authority,
    pub files: Files,
}

impl Nginx {
    /// Unless it is not installed.
    pub fn start() -> Option<Nginx> {
        let (files, authority) = (Files::make(), Authority::new("of these tests"));
        write_certificate(&authority, files.folder());
        for _ in 0..PORTS_TRIED {
            let [http, https] = free_ports();
            std::fs::write(files.folder().join("nginx.conf"), configuration(files.folder(), http, https)).unwrap();
            let mut child = spawn(files.folder())?;
            if answers(&mut child, http) {
                return Some(Nginx { child, http, https, authority, files });
            }
        }
        panic!("nginx does not start: {}", log(files.folder()));
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.http)
    }

    fn https(&self, path: &str) -> String {
        format!("https://127.0.0.1:{}{path}", self.https)
    }

    fn trusted(&self) -> String {
        match self.authority.trust() {
            Trust::File(path) => path.to_string_lossy().into_owned(),
            other => unreachable!("an authority is trusted by its file, not as {other:?}"),
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Between a look for free ports and nginx another process may take one.
const PORTS_TRIED: usize = 5;

fn free_ports() -> [u16; 2] {
    let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}

fn configuration(folder: &Path, http: u16, https: u16) -> String {
    let folder = folder.display();
    format!(
        "daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log; worker_rlimit_nofile 1024;
        events {{ worker_connections 512; }}
        http {{
            access_log off; sendfile on; keepalive_requests 1000; default_type application/octet-stream;
            types {{ text/html html; text/plain txt; }}
            client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
            uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
            gzip on; gzip_types text/plain; gzip_min_length 1; gzip_http_version 1.0;
            server {{
                listen 127.0.0.1:{http}; listen 127.0.0.1:{https} ssl; root {folder}/root; index index.html;
                ssl_certificate {folder}/certificate.pem; ssl_certificate_key {folder}/key.pem;
                location = /moved {{ return 301 /index.html; }}
                location = /gone {{ return 410; }}
                location = /closed {{ return 444; }}
            }}
        }}"
    )
}

fn write_certificate(authority: &Authority, folder: &Path) {
    let (certificate, key) = authority.issue("127.0.0.1", |_| ());
    let PrivateKeyDer::Pkcs8(key) = key else { unreachable!("rcgen writes PKCS #8") };
    std::fs::write(folder.join("certificate.pem"), pem("CERTIFICATE", &certificate)).unwrap();
    std::fs::write(folder.join("key.pem"), pem("PRIVATE KEY", key.secret_pkcs8_der())).unwrap();
}

fn pem(label: &str, der: &[u8]) -> String {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn spawn(folder: &Path) -> Option<Child> {
    let mut command = Command::new("nginx");
    command.arg("-p").arg(folder).arg("-c").arg(folder.join("nginx.conf")).arg("-e").arg(folder.join("error.log"));
    // Debian has it where only root looks.
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{path}:/usr/sbin:/usr/local/sbin"));
    match command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn() {
        Ok(child) => Some(child),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            skipped("nginx is not installed (apt-get install nginx-light)");
            None
        }
        Err(error) => panic!("nginx can't be started: {error}"),
    }
}

/// Whether it came up; where a port was taken meanwhile it ends instead.
fn answers(child: &mut Child, port: u16) -> bool {
    let mut is_up = false;
    until("nginx answers or ends", || {
        is_up = TcpStream::connect(("127.0.0.1", port)).is_ok();
        is_up || child.try_wait().unwrap().is_some()
    });
    is_up && child.try_wait().unwrap().is_none()
}

fn log(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("error.log")).unwrap_or_default()
}

#[test]
fn files_of_nginx_come_whole_with_and_without_tls() {
    let Some(nginx) = Nginx::start() else { return };
    for engine in ENGINES {
        let files = ["/index.html", "/folder/index.html", "/empty.txt", "/large.bin", "/many/7.txt"];
        let urls: Vec<String> = files.iter().flat_map(|path| [nginx.url(path), nginx.https(path)]).collect();
        let told = fetch(engine, &urls, &["--cacert", &nginx.trusted()]);
        for path in files {
            let (plain, secret) = (&told[&nginx.url(path)], &told[&nginx.https(path)]);
            assert_whole(plain, path);
            assert_whole(secret, path);
            assert!(plain["timings"]["tls"].is_null());
            assert!(secret["timings"]["tls"].is_number() || secret["reused"] == true, "{secret:#}");
        }
        let packed = &told[&nginx.url("/index.html")];
        assert_eq!(packed["content_encoding"], "gzip", "{packed:#}");
        assert!(packed["wire_bytes"].as_u64() < packed["body_bytes"].as_u64(), "{packed:#}");
    }
}

#[test]
fn two_hundred_files_of_nginx_come_over_few_connections() {
    let Some(nginx) = Nginx::start() else { return };
    let schemes: [fn(&Nginx, &str) -> String; 2] = [Nginx::url, Nginx::https];
    for (engine, url) in ENGINES.into_iter().flat_map(|engine| schemes.map(|url| (engine, url))) {
        let urls: Vec<String> = (0..MANY).map(|number| url(&nginx, &many(number))).collect();
        let told = fetch(engine, &urls, &["-c", "4", "--cacert", &nginx.trusted()]);
        (0..MANY).for_each(|number| assert_whole(&told[&urls[number]], &many(number)));
        let fresh = told.values().filter(|result| result["reused"] == false).count();
        assert!((1..=4).contains(&fresh), "{engine}: {fresh} connections");
    }
}

#[test]
fn redirects_of_nginx_lead_to_their_pages() {
    let Some(nginx) = Nginx::start() else { return };
    for engine in ENGINES {
        let starts = [
            (nginx.url("/folder"), "/folder/"),
            (nginx.url("/moved"), "/index.html"),
            (nginx.https("/folder"), "/folder/"),
        ];
        let urls: Vec<String> = starts.iter().map(|(url, _)| url.clone()).collect();
        let told = fetch(engine, &urls, &["--cacert", &nginx.trusted()]);
        for (url, end) in &starts {
            let result = &told[url];
            assert_whole(result, if *end == "/folder/" { "/folder/index.html" } else { end });
            assert!(result["final_url"].as_str().unwrap().ends_with(end), "{result:#}");
            let hop = (&result["redirects"][0]["status_code"], &result["redirects"][0]["url"]);
            assert_eq!(hop, (&301.into(), &url.as_str().into()));
        }
    }
}

#[test]
fn what_nginx_has_not_is_told_as_such() {
    let Some(nginx) = Nginx::start() else { return };
    for engine in ENGINES {
        // The last speaks TLS, and says so in plain words.
        let urls = [
            nginx.url("/missing.html"),
            nginx.url("/gone"),
            nginx.url("/closed"),
            nginx.https("/").replace("https:", "http:"),
        ];
        let told = fetch(engine, &urls, &[]);
        let of = |number: usize| (&told[&urls[number]]["outcome"], &told[&urls[number]]["status_code"]);
        assert_eq!(of(0), (&"http_error".into(), &404.into()));
        assert_eq!(of(1), (&"http_error".into(), &410.into()));
        assert_eq!(told[&urls[2]]["error"]["kind"], "reset");
        assert_eq!(of(3), (&"http_error".into(), &400.into()));
    }
}
