//! Certificates that signed themselves, and those for one version of TLS. Knows nothing of connections.

use crate::authority::Authority;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair};
use std::sync::Arc;
use tempfile::NamedTempFile;
use tokio_rustls::rustls::crypto::aws_lc_rs::sign::any_supported_type;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{ServerConfig, SupportedProtocolVersion};

fn made(name: &str, of_an_authority: bool) -> (rcgen::Certificate, PrivateKeyDer<'static>) {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, "its own");
    params.is_ca = if of_an_authority { IsCa::Ca(BasicConstraints::Unconstrained) } else { IsCa::NoCa };
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    (certificate, PrivateKeyDer::Pkcs8(key.serialize_der().into()))
}

/// For 127.0.0.1.
pub fn self_signed() -> Arc<CertifiedKey> {
    let (certificate, key) = made("127.0.0.1", false);
    Arc::new(CertifiedKey::new(vec![certificate.der().clone()], any_supported_type(&key).unwrap()))
}

/// A server that shows its own authority's certificate, as `openssl req -x509` makes it, and a file that holds it.
pub fn shown_itself(name: &str) -> (Arc<ServerConfig>, NamedTempFile) {
    let (certificate, key) = made(name, true);
    let file = NamedTempFile::new().unwrap();
    std::fs::write(file.path(), certificate.pem()).unwrap();
    let config = ServerConfig::builder().with_no_client_auth();
    (Arc::new(config.with_single_cert(vec![certificate.der().clone()], key).unwrap()), file)
}

/// As [`Authority::certify`], by this version of TLS alone.
pub fn certify_for(
    version: &'static SupportedProtocolVersion,
    authority: &Authority,
    name: &str,
    change: impl FnOnce(&mut CertificateParams),
) -> Arc<ServerConfig> {
    let (certificate, key) = authority.issue(name, change);
    let config = ServerConfig::builder_with_protocol_versions(&[version]).with_no_client_auth();
    Arc::new(config.with_single_cert(vec![certificate], key).unwrap())
}
