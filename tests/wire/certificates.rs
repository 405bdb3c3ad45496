//! The certificates that servers of the table show, good ones and bad ones, made once a run. Knows nothing of scripts.

use crate::authority::Authority;
use crawltop::net::Trust;
use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, date_time_ymd};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::version::TLS12;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// What is shown to a client that asks for 127.0.0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Good,
    Expired,
    /// Before the time that computers count from.
    ExpiredLongAgo,
    /// Begins there, and is valid.
    FromLongAgo,
    NotYet,
    OtherName,
    UnknownIssuer,
    SelfSigned,
    /// A name, but not in the place where names are looked for.
    CommonNameOnly,
    ForClients,
    /// Says of itself that it is an authority's.
    AnAuthority,
    /// For a.example.
    Named,
    /// For *.b.example.
    Wildcard,
    /// For a*.example.
    Partial,
    /// Speaks TLS 1.2 at most.
    Tls12,
    /// Speaks HTTP/2 only.
    H2Only,
    /// Speaks HTTP/2, and 1.1 if it must.
    H2First,
    /// Wants a certificate of the client.
    WantsClient,
    /// A name that would act on a terminal.
    Hostile,
}

static AUTHORITY: LazyLock<Authority> = LazyLock::new(|| Authority::new("a test authority"));
static STRANGER: LazyLock<Authority> = LazyLock::new(|| Authority::new("a stranger"));

/// The good authority's certificate, for `--cacert`.
pub fn authority_file() -> PathBuf {
    match AUTHORITY.trust() {
        Trust::File(path) => path,
        other => unreachable!("an authority is trusted by its file, not as {other:?}"),
    }
}

const HOST: &str = "127.0.0.1";

pub fn shown(certificate: Shown) -> Arc<ServerConfig> {
    match certificate {
        Shown::Good => AUTHORITY.certify(HOST, |_| ()),
        Shown::Expired => AUTHORITY.certify(HOST, |it| it.not_after = date_time_ymd(2001, 2, 3)),
        Shown::ExpiredLongAgo => AUTHORITY.certify(HOST, |it| {
            (it.not_before, it.not_after) = (date_time_ymd(1951, 2, 3), date_time_ymd(1960, 2, 3));
        }),
        Shown::FromLongAgo => AUTHORITY.certify(HOST, |it| it.not_before = date_time_ymd(1951, 2, 3)),
        Shown::NotYet => AUTHORITY.certify(HOST, |it| it.not_before = date_time_ymd(3001, 2, 3)),
        Shown::OtherName => AUTHORITY.certify("b.example", |_| ()),
        Shown::UnknownIssuer => STRANGER.certify(HOST, |_| ()),
        Shown::SelfSigned => self_signed(),
        Shown::CommonNameOnly => AUTHORITY.certify(HOST, common_name_only),
        Shown::ForClients => {
            AUTHORITY.certify(HOST, |it| it.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth])
        }
        Shown::AnAuthority => AUTHORITY.certify(HOST, |it| it.is_ca = IsCa::Ca(BasicConstraints::Unconstrained)),
        Shown::Named => AUTHORITY.certify("a.example", |_| ()),
        Shown::Wildcard => AUTHORITY.certify("*.b.example", |_| ()),
        Shown::Partial => AUTHORITY.certify("a*.example", |_| ()),
        Shown::Tls12 => tls12(),
        Shown::H2Only => speaking(&[b"h2"]),
        Shown::H2First => speaking(&[b"h2", b"http/1.1"]),
        Shown::WantsClient => wants_client(),
        Shown::Hostile => AUTHORITY.certify("evil\x1b[2J\x07.example", |_| ()),
    }
}

fn common_name_only(params: &mut CertificateParams) {
    params.subject_alt_names.clear();
    params.distinguished_name.push(DnType::CommonName, HOST);
}

fn self_signed() -> Arc<ServerConfig> {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![HOST.to_owned()]).unwrap().self_signed(&key).unwrap();
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let config = ServerConfig::builder().with_no_client_auth();
    Arc::new(config.with_single_cert(vec![certificate.der().clone()], key).unwrap())
}

fn speaking(protocols: &[&[u8]]) -> Arc<ServerConfig> {
    let mut config = ServerConfig::clone(&AUTHORITY.certify(HOST, |_| ()));
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    Arc::new(config)
}

fn tls12() -> Arc<ServerConfig> {
    let (certificate, key) = AUTHORITY.issue(HOST, |_| ());
    let config = ServerConfig::builder_with_protocol_versions(&[&TLS12]).with_no_client_auth();
    Arc::new(config.with_single_cert(vec![certificate], key).unwrap())
}

fn wants_client() -> Arc<ServerConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority_file()).unwrap()).unwrap();
    let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
    let (certificate, key) = AUTHORITY.issue(HOST, |_| ());
    let config = ServerConfig::builder().with_client_cert_verifier(verifier);
    Arc::new(config.with_single_cert(vec![certificate], key).unwrap())
}
