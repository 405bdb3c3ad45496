//! The TLS handshake: whom to trust, and what went wrong in words. Knows nothing of HTTP but its ALPN name.

use super::track::Track;
use crate::failure::{Failure, FailureKind};
use crate::phase::Phase;
use crate::target::Target;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    self, CertificateError, ClientConfig, DigitallySignedStruct, KeyLogFile, RootCertStore, SignatureScheme,
};

/// Whose certificates are believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The system's roots; packed ones where the system has none.
    System,
    /// The certificates of this PEM file and no others, as curl's `--cacert`.
    File(PathBuf),
    /// Anyone's, as curl's `--insecure`.
    Anyone,
}

/// # Errors
/// A sentence for the user, where the file can't be read or holds no certificate.
pub fn config(trust: &Trust) -> Result<Arc<ClientConfig>, String> {
    let provider = Arc::new(provider());
    // The first draw seeds the generator, which takes up to a tenth of a second: here it holds up no handshake.
    provider.secure_random.fill(&mut [0; 32]).map_err(|_| "this machine gives no random numbers".to_owned())?;
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let mut config = match trust {
        Trust::System => builder.with_root_certificates(system_roots()).with_no_client_auth(),
        Trust::File(path) => builder.with_root_certificates(roots_of(path)?).with_no_client_auth(),
        Trust::Anyone => {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(Believer(provider))).with_no_client_auth()
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.key_log = Arc::new(KeyLogFile::new());
    Ok(Arc::new(config))
}

/// Whether there can be TLS, for an error before anything is fetched.
///
/// # Errors
/// As [`config`].
pub fn check(trust: &Trust) -> Result<(), String> {
    config(trust).map(drop)
}

#[cfg(feature = "aws-lc-rs")]
fn provider() -> CryptoProvider {
    rustls::crypto::aws_lc_rs::default_provider()
}

#[cfg(not(feature = "aws-lc-rs"))]
fn provider() -> CryptoProvider {
    rustls::crypto::ring::default_provider()
}

fn system_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    roots
}

fn roots_of(path: &PathBuf) -> Result<RootCertStore, String> {
    let shown = path.display();
    let certificates = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let certificates = certificates.map_err(|error| format!("can't read certificates from {shown}: {error}"))?;
    let mut roots = RootCertStore::empty();
    match roots.add_parsable_certificates(certificates) {
        (0, _) => Err(format!("no usable certificate in {shown}")),
        _ => Ok(roots),
    }
}

/// # Errors
/// `tls` with the reason in words, and what the phase's limits say.
pub async fn handshake(
    connector: &TlsConnector,
    target: &Target,
    tcp: TcpStream,
    track: &mut Track,
) -> Result<TlsStream<TcpStream>, Failure> {
    track.enter(Phase::Tls);
    let name = peer_name(target, track)?;
    track.within(connector.connect(name, tcp)).await?.map_err(|error| {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(error) => refused(target, error, track),
            None => track.io_failure(&error),
        }
    })
}

/// Whom the certificate is to be of.
pub(super) fn peer_name(target: &Target, track: &Track) -> Result<ServerName<'static>, Failure> {
    let host = target.host();
    ServerName::try_from(host.to_owned())
        .map_err(|_| track.failure(FailureKind::Tls, &format!("\"{host}\" can't be the name of a certificate")))
}

/// The failure of a handshake that one of the two sides broke off.
pub(super) fn refused(target: &Target, error: &rustls::Error, track: &Track) -> Failure {
    track.failure(FailureKind::Tls, &reason(target.host(), error))
}

fn reason(host: &str, error: &rustls::Error) -> String {
    use CertificateError::*;
    let certificate = format!("certificate of \"{host}\"");
    match error {
        rustls::Error::InvalidCertificate(error) => match error {
            Expired | ExpiredContext { .. } => format!("{certificate} has expired"),
            NotValidYet | NotValidYetContext { .. } => format!("{certificate} is not valid yet"),
            NotValidForName | NotValidForNameContext { .. } => format!("{certificate} is for another name"),
            UnknownIssuer => format!("{certificate} is from an unknown issuer"),
            BadSignature => format!("{certificate} was not signed by the issuer that it names"),
            Revoked => format!("{certificate} was revoked"),
            other => format!("{certificate} is not acceptable: {other}"),
        },
        rustls::Error::InvalidMessage(_) => format!("\"{host}\" does not speak TLS at that port"),
        rustls::Error::AlertReceived(alert) => format!("\"{host}\" ended the handshake: {alert:?}"),
        rustls::Error::PeerIncompatible(what) => format!("\"{host}\" speaks no TLS that is safe: {what:?}"),
        other => format!("handshake with \"{host}\" failed: {other}"),
    }
}

/// Believes every certificate, but still checks that the peer holds the key of the one it shows.
#[derive(Debug)]
struct Believer(Arc<CryptoProvider>);

impl ServerCertVerifier for Believer {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
