//! Judges the certificate of a server, and says more of why it is not believed than the library does. Knows no
//! connection.

use super::certificate::Leaf;
use super::reason::{expired, refused};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::client::{WebPkiServerVerifier, verify_server_name};
use tokio_rustls::rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{
    CertificateError, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
};

/// Names of a certificate that a message tells.
const NAMES_TOLD: usize = 3;
/// Characters of one of them, and of the name of an issuer.
const NAME_CHARACTERS: usize = 80;

/// Believes what the roots vouch for.
#[derive(Debug)]
pub struct Judge {
    library: Arc<WebPkiServerVerifier>,
    /// Certificates that the user has named one by one: a server may show one of these itself, as self-signed ones do.
    named: Vec<CertificateDer<'static>>,
}

impl Judge {
    /// # Errors
    /// A sentence for the user, where there is no root at all.
    pub fn new(
        roots: RootCertStore,
        named: Vec<CertificateDer<'static>>,
        provider: Arc<CryptoProvider>,
    ) -> Result<Judge, String> {
        let library = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
        Ok(Judge { library: library.map_err(|error| error.to_string().to_lowercase())?, named })
    }

    fn is_named(&self, shown: &CertificateDer<'_>, name: &ServerName<'_>, now: UnixTime) -> bool {
        self.named.iter().any(|named| named == shown)
            && Leaf::read(shown).is_some_and(|leaf| leaf.weakness().is_none() && leaf.is_valid_at(now.as_secs()))
            && ParsedCertificate::try_from(shown).is_ok_and(|parsed| verify_server_name(&parsed, name).is_ok())
    }
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self.library.verify_server_cert(shown, intermediates, name, ocsp, now) {
            Err(_) if self.is_named(shown, name, now) => Ok(ServerCertVerified::assertion()),
            judged => judged.map_err(|error| {
                ancient(shown, intermediates, &error, now).unwrap_or_else(|| explained(shown, intermediates, error))
            }),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.library.verify_tls12_signature(message, shown, signature).map_err(|error| explained(shown, &[], error))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.library.verify_tls13_signature(message, shown, signature).map_err(|error| explained(shown, &[], error))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.library.supported_verify_schemes()
    }
}

/// Believes every certificate. A peer that shows one whose key can be used still has to hold that key.
#[derive(Debug)]
pub struct Believer(pub Arc<CryptoProvider>);

impl Believer {
    /// A key too short for the library, or a certificate in a form before 2008, proves nothing and is believed as well.
    fn pass_over(
        shown: &CertificateDer<'_>,
        checked: Result<HandshakeSignatureValid, Error>,
    ) -> Result<HandshakeSignatureValid, Error> {
        match checked {
            Err(Error::InvalidCertificate(CertificateError::BadSignature)) if !is_unusable(shown) => checked,
            _ => Ok(HandshakeSignatureValid::assertion()),
        }
    }
}

fn is_unusable(shown: &CertificateDer<'_>) -> bool {
    Leaf::read(shown).is_none_or(|leaf| leaf.weakness().is_some()) || ParsedCertificate::try_from(shown).is_err()
}

impl ServerCertVerifier for Believer {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        Believer::pass_over(shown, verify_tls12_signature(message, shown, signature, algorithms))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        Believer::pass_over(shown, verify_tls13_signature(message, shown, signature, algorithms))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// What is wrong with a certificate, behind "certificate of …".
#[derive(Debug)]
pub struct Verdict(pub String);

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Verdict {}

/// The same error with what the certificate itself, or one behind it, tells of the cause, where that tells something.
fn explained(shown: &CertificateDer<'_>, behind: &[CertificateDer<'_>], error: Error) -> Error {
    let words = Leaf::read(shown).and_then(|leaf| of_another(&leaf, behind, &error).or_else(|| cause(&leaf, &error)));
    words.map_or(error, judged)
}

fn judged(words: String) -> Error {
    Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(Verdict(words)))))
}

/// The library takes a date before 1970 for an encoding that is broken.
fn ancient(shown: &CertificateDer<'_>, behind: &[CertificateDer<'_>], error: &Error, now: UnixTime) -> Option<Error> {
    let words = |leaf: &Leaf<'_>| match leaf.ancient(now.as_secs())? {
        Duration::ZERO => Some("has a date before 1970, and is not believed for that".to_owned()),
        ago => Some(expired(ago)),
    };
    if !matches!(error, Error::InvalidCertificate(CertificateError::BadEncoding)) {
        return None;
    }
    let leaf = Leaf::read(shown)?;
    let of_another = || {
        let (name, words) = behind.iter().filter_map(Leaf::read).find_map(|it| Some((it.name(), words(&it)?)))?;
        Some(format!("goes back to \"{}\", whose own {words}", bounded(&name)))
    };
    words(&leaf).or_else(of_another).map(judged)
}

/// The library does not say whose dates they are that do not fit.
fn of_another(leaf: &Leaf<'_>, behind: &[CertificateDer<'_>], error: &Error) -> Option<String> {
    let Error::InvalidCertificate(error) = error else { return None };
    let is_its_own = |certificate: &Leaf<'_>| match error {
        CertificateError::ExpiredContext { not_after, .. } => certificate.ends_at(not_after.as_secs()),
        CertificateError::NotValidYetContext { not_before, .. } => certificate.begins_at(not_before.as_secs()),
        _ => true,
    };
    if is_its_own(leaf) {
        return None;
    }
    let other = behind.iter().filter_map(Leaf::read).find(is_its_own)?;
    let (name, words) = (other.name(), refused(error));
    Some(format!("goes back to \"{}\", whose own {words}", bounded(&name)))
}

fn cause(leaf: &Leaf<'_>, error: &Error) -> Option<String> {
    use CertificateError::{
        BadSignature, NotValidForName, NotValidForNameContext, Other, UnknownIssuer,
        UnsupportedSignatureAlgorithmContext,
    };
    let Error::InvalidCertificate(error) = error else { return None };
    match error {
        // One that has signed itself is often that of an authority too, and refused as such.
        UnknownIssuer | Other(_) if leaf.is_self_signed() => {
            Some("is self-signed, and not among those that are trusted".to_owned())
        }
        UnknownIssuer => Some(format!("is from an unknown issuer, \"{}\"", bounded(&leaf.issuer()))),
        NotValidForName | NotValidForNameContext { .. } => Some(for_others(leaf)),
        BadSignature | UnsupportedSignatureAlgorithmContext { .. } => leaf.weakness(),
        _ => None,
    }
}

fn for_others(leaf: &Leaf<'_>) -> String {
    let names = leaf.names();
    let mut words = match (names.is_empty(), leaf.common_name()) {
        (false, _) => format!("is for another name: {}", told(&names)),
        (true, Some(name)) => format!("is for no name: \"{}\" is only its common name", bounded(name)),
        (true, None) => "is for no name".to_owned(),
    };
    if names.iter().any(|name| is_partial_wildcard(name)) {
        words += "; a wildcard stands for a whole label";
    }
    words
}

fn told(names: &[String]) -> String {
    let mut told: Vec<String> = names.iter().take(NAMES_TOLD).map(|name| format!("\"{}\"", bounded(name))).collect();
    if names.len() > NAMES_TOLD {
        told.push(format!("and {} more", names.len() - NAMES_TOLD));
    }
    told.join(", ")
}

/// As in `w*.example` or `a.*.example`.
fn is_partial_wildcard(name: &str) -> bool {
    name.strip_prefix("*.").unwrap_or(name).contains('*')
}

fn bounded(name: &str) -> String {
    name.chars().take(NAME_CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_names_are_told_and_the_others_counted() {
        let names = |count: usize| (0..count).map(|number| format!("{number}.example")).collect::<Vec<_>>();
        assert_eq!(told(&names(1)), "\"0.example\"");
        assert_eq!(told(&names(3)), "\"0.example\", \"1.example\", \"2.example\"");
        assert_eq!(told(&names(9)), "\"0.example\", \"1.example\", \"2.example\", and 6 more");
        assert_eq!(told(&["x".repeat(300)]).len(), NAME_CHARACTERS + 2);
    }

    #[test]
    fn a_wildcard_is_partial_unless_it_is_the_whole_first_label() {
        let cases = [("*.a.example", false), ("a.example", false), ("w*.a.example", true), ("a.*.example", true)];
        for (name, partial) in cases {
            assert_eq!(is_partial_wildcard(name), partial, "{name}");
        }
    }
}
