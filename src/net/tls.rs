//! The TLS handshake: whom to trust, and what was agreed on. Knows nothing of HTTP but its ALPN name.

mod certificate;
mod keys;
mod opening;
mod preparation;
mod reason;
mod verdict;

pub use keys::Keys;
pub use opening::Opening;
pub use preparation::Preparation;
pub use reason::alerted;

use super::track::Track;
use crate::event::EventKind;
use crate::failure::{Failure, FailureKind};
use crate::fetched::TlsFacts;
use crate::target::Target;
use crate::text::Untrusted;
use certificate::Leaf;
use rustls_native_certs::CertificateResult;
use std::env::var_os;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::rustls::crypto::CryptoProvider;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, CommonState, ProtocolVersion, RootCertStore};
use verdict::{Believer, Judge};

/// Whose certificates are believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The system's roots, or those that `SSL_CERT_FILE` and `SSL_CERT_DIR` name; packed ones where the system has none.
    System,
    /// The certificates of this PEM file and no others, as curl's `--cacert`.
    File(PathBuf),
    /// Anyone's, as curl's `--insecure`.
    Anyone,
}

/// Bytes of a name in a certificate that are told.
const NAME_BYTES: usize = 256;
/// What names certificates in the place of the system's own.
const NAMED_BY: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];
const NOTHING: &str = "no certificate is in it";

/// How to speak TLS with all servers; what is agreed on with them is written to `keys`.
///
/// # Errors
/// A sentence for the user, where the file can't be read or holds no certificate.
fn config(trust: &Trust, keys: Option<Arc<Keys>>) -> Result<Arc<ClientConfig>, String> {
    let provider = Arc::new(provider());
    // The first draw seeds the generator, which takes up to a tenth of a second: here it holds up no loop.
    provider.secure_random.fill(&mut [0; 32]).map_err(|_| "this machine gives no random numbers".to_owned())?;
    let judge = |(roots, named)| Judge::new(roots, named, provider.clone()).map(Arc::new);
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous();
    let builder = match trust {
        Trust::System => builder.with_custom_certificate_verifier(judge(system_roots()?)?),
        Trust::File(path) => builder.with_custom_certificate_verifier(judge(roots_of(path)?)?),
        Trust::Anyone => builder.with_custom_certificate_verifier(Arc::new(Believer(provider))),
    };
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    if let Some(keys) = keys {
        config.key_log = keys;
    }
    Ok(Arc::new(config))
}

/// Whether there can be TLS, for an error before anything is fetched.
///
/// # Errors
/// Why there can't be, as a sentence for the user.
pub fn check(trust: &Trust) -> Result<(), String> {
    config(trust, None).map(drop)
}

#[cfg(feature = "aws-lc-rs")]
fn provider() -> CryptoProvider {
    rustls::crypto::aws_lc_rs::default_provider()
}

#[cfg(not(feature = "aws-lc-rs"))]
fn provider() -> CryptoProvider {
    rustls::crypto::ring::default_provider()
}

/// Roots, and the certificates among them that the user has named one by one.
type Roots = (RootCertStore, Vec<CertificateDer<'static>>);

/// The packed roots stand in for a system that has none, but not for a file that was named and has none: whoever named
/// it does not want the whole world's.
fn system_roots() -> Result<Roots, String> {
    let named: Vec<_> = NAMED_BY.into_iter().filter(|name| var_os(name).is_some_and(|it| !it.is_empty())).collect();
    roots_found(rustls_native_certs::load_native_certs(), &named)
}

/// `named`: what of [`NAMED_BY`] says where to look.
fn roots_found(found: CertificateResult, named: &[&str]) -> Result<Roots, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs.iter().cloned());
    if named.is_empty() {
        if roots.is_empty() {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        return Ok((roots, Vec::new()));
    }
    if roots.is_empty() {
        let cause = found.errors.first().map_or(String::new(), |error| format!(": {error}"));
        return Err(format!("no usable certificate by {}{cause}", named.join(" and ")));
    }
    Ok((roots, found.certs))
}

/// What the environment names in the place of the system's roots and is passed over: a sentence each.
fn named_in_vain(trust: &Trust) -> Vec<String> {
    let named = |name: &'static str| {
        let value = var_os(name).filter(|value| !value.is_empty() && *trust == Trust::System)?;
        Some((name, value))
    };
    let files = named(NAMED_BY[0]).into_iter().filter_map(|(name, file)| {
        let trouble = trouble_of_file(Path::new(&file))?;
        Some(format!("{name} names {}: {trouble}", Path::new(&file).display()))
    });
    let folders = named(NAMED_BY[1]).into_iter().flat_map(|(name, folders)| {
        let troubled =
            |folder: PathBuf| Some(format!("{name} names {}: {}", folder.display(), trouble_of_folder(&folder)?));
        std::env::split_paths(&folders).filter_map(troubled).collect::<Vec<_>>()
    });
    files.chain(folders).collect()
}

/// What is wrong with a file of certificates; what the library has to say of it quotes bytes by their numbers.
fn unread(error: &pem::Error) -> String {
    match error {
        pem::Error::MissingSectionEnd { .. } => "a certificate in it has no end".to_owned(),
        pem::Error::IllegalSectionStart { .. } => "a certificate in it has no proper beginning".to_owned(),
        pem::Error::Base64Decode(_) => "a certificate in it is no base64".to_owned(),
        error => error.to_string(),
    }
}

fn trouble_of_file(path: &Path) -> Option<String> {
    let found = CertificateDer::pem_file_iter(path).map(|mut certificates| certificates.any(|it| it.is_ok()));
    match found {
        Ok(any) => (!any).then(|| NOTHING.to_owned()),
        Err(pem::Error::Io(error)) => Some(error.to_string()),
        Err(error) => Some(unread(&error)),
    }
}

fn trouble_of_folder(path: &Path) -> Option<String> {
    match std::fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_none().then(|| NOTHING.to_owned()),
        Err(error) => Some(error.to_string()),
    }
}

fn roots_of(path: &Path) -> Result<Roots, String> {
    let shown = path.display();
    let certificates = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let certificates =
        certificates.map_err(|error| format!("can't read certificates from {shown}: {}", unread(&error)))?;
    let mut roots = RootCertStore::empty();
    match roots.add_parsable_certificates(certificates.iter().cloned()) {
        (0, _) => Err(format!("no usable certificate in {shown}")),
        _ => Ok((roots, certificates)),
    }
}

/// Whom the certificate is to be of.
pub(super) fn peer_name(target: &Target, track: &Track) -> Result<ServerName<'static>, Failure> {
    let host = target.host();
    ServerName::try_from(host.to_owned())
        .map_err(|_| track.failure(FailureKind::Tls, &format!("\"{host}\" can't be the name of a certificate")))
}

/// The failure of a handshake that one of the two sides broke off. `opening`: what came first from the peer.
pub(super) fn refused(target: &Target, error: &rustls::Error, opening: &Opening, track: &Track) -> Failure {
    if matches!(error, rustls::Error::InvalidCertificate(_)) {
        track.distrust();
    }
    track.failure(FailureKind::Tls, &reason::reason(target.host(), error, opening))
}

/// What was agreed on; told as an event too.
pub(super) fn secured(session: &CommonState, trust: &Trust, track: &Track) -> Arc<TlsFacts> {
    let facts = Arc::new(facts(session, trust));
    if track.emitter.detailed() {
        track.emitter.emit(EventKind::Secured { id: track.id, tls: facts.clone() });
    }
    facts
}

fn facts(session: &CommonState, trust: &Trust) -> TlsFacts {
    let version = match session.protocol_version() {
        Some(ProtocolVersion::TLSv1_2) => "1.2",
        _ => "1.3",
    };
    let suite = session.negotiated_cipher_suite();
    let cipher = suite.and_then(|suite| suite.suite().as_str()).unwrap_or_default();
    let leaf = session.peer_certificates().and_then(<[_]>::first);
    let leaf = leaf.and_then(|bytes| Leaf::read(bytes));
    let name = |name: String| Untrusted::new(&name, NAME_BYTES);
    TlsFacts {
        version: version.into(),
        cipher: cipher.into(),
        not_after: leaf.as_ref().map(Leaf::not_after),
        subject: leaf.as_ref().and_then(Leaf::subject).map(name),
        issuer: leaf.as_ref().map(|leaf| name(leaf.issuer())),
        unchecked: *trust == Trust::Anyone,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packed_roots_stand_in_for_a_system_without_any_and_not_for_a_file_that_was_named() {
        let (roots, named) = roots_found(CertificateResult::default(), &[]).unwrap();
        assert_eq!((roots.len(), named.len()), (webpki_roots::TLS_SERVER_ROOTS.len(), 0));
        assert!(roots.len() > 50, "{} roots", roots.len());
        let refused = roots_found(CertificateResult::default(), &NAMED_BY).unwrap_err();
        assert_eq!(refused, "no usable certificate by SSL_CERT_FILE and SSL_CERT_DIR");
    }
}
