//! Why a handshake failed, in words. Knows no connection.

use super::opening::Opening;
use super::verdict::Verdict;
use std::time::Duration;
use tokio_rustls::rustls::{self, AlertDescription, CertificateError, PeerIncompatible, PeerMisbehaved};

/// `host` and the cause. `opening`: what came first from there.
pub fn reason(host: &str, error: &rustls::Error, opening: &Opening) -> String {
    let quoted = format!("\"{host}\"");
    match error {
        rustls::Error::InvalidCertificate(error) => format!("certificate of {quoted} {}", refused(error)),
        rustls::Error::NoCertificatesPresented => format!("{quoted} shows no certificate"),
        rustls::Error::AlertReceived(alert) => format!("{quoted} {}", alerted(*alert)),
        rustls::Error::PeerIncompatible(what) => format!("{quoted} {}", incompatible(what)),
        rustls::Error::PeerMisbehaved(PeerMisbehaved::SelectedUnofferedApplicationProtocol) => {
            format!("{quoted} answers with a protocol that was not offered, where HTTP/1.1 was")
        }
        _ => match (opening.other_protocol(), error) {
            (Some(other), _) => format!("{quoted} speaks {other} at that port, and no TLS"),
            (None, rustls::Error::InvalidMessage(_)) => format!("{quoted} does not speak TLS at that port"),
            (None, other) => format!("handshake with {quoted} failed: {other}"),
        },
    }
}

/// What is wrong with a certificate, behind whose it is.
pub(super) fn refused(error: &CertificateError) -> String {
    use CertificateError::*;
    let words = match error {
        ExpiredContext { time, not_after } => {
            let ago = time.as_secs().saturating_sub(not_after.as_secs());
            return expired(Duration::from_secs(ago));
        }
        NotValidYetContext { time, not_before } => {
            let left = not_before.as_secs().saturating_sub(time.as_secs());
            return format!("is not valid yet, but in {}", spoken(Duration::from_secs(left)));
        }
        Other(error) => return other(&*error.0),
        Expired => "has expired",
        NotValidYet => "is not valid yet",
        NotValidForName | NotValidForNameContext { .. } => "is for another name",
        UnknownIssuer => "is from an unknown issuer",
        BadSignature => "was not signed by the issuer that it names",
        Revoked => "was revoked",
        BadEncoding => "can't be read",
        InvalidPurpose | InvalidPurposeContext { .. } => "is not for servers",
        UnsupportedSignatureAlgorithmContext { .. } | UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            "is signed in a way that is not supported"
        }
        other => return format!("is not acceptable: {}", spelled(&other.to_string())),
    };
    words.to_owned()
}

/// Behind whose certificate it is.
pub(super) fn expired(ago: Duration) -> String {
    format!("expired {} ago", spoken(ago))
}

fn other(error: &(dyn std::error::Error + Send + Sync + 'static)) -> String {
    match error.downcast_ref::<Verdict>() {
        Some(Verdict(words)) => words.clone(),
        None => in_plain_words(&error.to_string()),
    }
}

/// What the verifier has only the names of its own errors for.
fn in_plain_words(error: &str) -> String {
    const WORDS: [(&str, &str); 6] = [
        ("CaUsedAsEndEntity", "is that of an authority, not of a server"),
        ("EndEntityUsedAsCa", "was signed by one that is no authority"),
        ("NameConstraintViolation", "is for a name that its authority may not vouch for"),
        ("PathLenConstraintViolated", "is further from its authority than that allows"),
        ("UnsupportedCriticalExtension", "has an extension that must be understood, and is not"),
        ("UnsupportedCertVersion", "is in a form from before 2008, without names"),
    ];
    let known = WORDS.iter().find(|(name, _)| error.contains(name));
    known.map_or_else(|| format!("is not acceptable: {}", spelled(error)), |(_, words)| (*words).to_owned())
}

/// What the peer says by an alert (RFC 8446, section 6.2), behind its name.
pub fn alerted(alert: AlertDescription) -> String {
    use AlertDescription::*;
    let words = match alert {
        ProtocolVersion | InsufficientSecurity => "speaks no TLS that is safe: it knows neither 1.2 nor 1.3",
        HandshakeFailure => {
            "ended the handshake: it has no cipher or certificate in common, or wants a certificate of the client"
        }
        CertificateRequired | NoCertificate => "wants a certificate of the client",
        BadCertificate => "ended the handshake: it wants another certificate of the client",
        AccessDenied => "ended the handshake: access denied",
        UnrecognisedName => "knows no host of that name",
        NoApplicationProtocol => "speaks no HTTP/1.1 over TLS",
        UnknownCA => "ended the handshake: it does not know the issuer of a certificate of the client",
        other => return format!("ended the handshake: {}", named(other)),
    };
    words.to_owned()
}

/// The name of an alert in plain words (RFC 8446, appendix B.2), or its number.
fn named(alert: AlertDescription) -> String {
    let name = format!("{alert:?}");
    if !name.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return format!("alert {}", u8::from(alert));
    }
    spelled(&name)
}

/// Names of the library's own as words: `NoCipherSuite` is "no cipher suite".
fn spelled(text: &str) -> String {
    let (mut words, mut before) = (String::new(), ' ');
    for letter in text.chars() {
        if letter.is_ascii_uppercase() && before.is_ascii_lowercase() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
        before = letter;
    }
    words
}

fn incompatible(what: &PeerIncompatible) -> String {
    use PeerIncompatible::*;
    match what {
        ServerDoesNotSupportTls12Or13 | ServerTlsVersionIsDisabledByOurConfig | Tls12NotOffered => {
            "speaks no TLS that is safe: it knows neither 1.2 nor 1.3".to_owned()
        }
        NoCipherSuitesInCommon => "speaks no TLS that is safe: no cipher suite in common".to_owned(),
        NoKxGroupsInCommon => "speaks no TLS that is safe: no key exchange in common".to_owned(),
        NoCertificateRequestSignatureSchemesInCommon => "wants a certificate of the client".to_owned(),
        other => format!("speaks no TLS that is safe: {}", spelled(&format!("{other:?}"))),
    }
}

/// The largest unit alone: `3 days`.
fn spoken(span: Duration) -> String {
    const UNITS: [(u64, &str); 5] =
        [(365 * 86_400, "year"), (86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let seconds = span.as_secs().max(1);
    let (size, unit) = UNITS.into_iter().find(|(size, _)| seconds >= *size).expect("a second is the least");
    let count = seconds / size;
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::pki_types::UnixTime;
    use rustls::{InvalidMessage, OtherError};
    use std::sync::Arc;

    fn of_certificate(error: CertificateError) -> String {
        reason("a.example", &rustls::Error::InvalidCertificate(error), &Opening::default())
    }

    fn opened(bytes: &[u8]) -> Opening {
        let mut opening = Opening::default();
        opening.note(bytes);
        opening
    }

    #[test]
    fn what_the_verifier_only_has_a_name_for_is_told_in_words() {
        let error = OtherError(Arc::new(std::io::Error::other("CaUsedAsEndEntity")));
        let words = of_certificate(CertificateError::Other(error));
        assert_eq!(words, "certificate of \"a.example\" is that of an authority, not of a server");
        let unknown = |name: &str| {
            of_certificate(CertificateError::Other(OtherError(Arc::new(std::io::Error::other(name.to_owned())))))
        };
        assert!(unknown("UnsupportedCriticalExtension").ends_with("an extension that must be understood, and is not"));
        assert!(unknown("SomethingNew").ends_with(" is not acceptable: something new"));
        let safe = rustls::Error::PeerIncompatible(PeerIncompatible::ExtendedMasterSecretExtensionRequired);
        let words = reason("a.example", &safe, &Opening::default());
        assert!(words.ends_with(": extended master secret extension required"), "{words}");
    }

    #[test]
    fn a_time_is_told_in_its_largest_unit() {
        let at = |days: u64| UnixTime::since_unix_epoch(Duration::from_secs(days * 86_400));
        let expired = CertificateError::ExpiredContext { time: at(103), not_after: at(100) };
        assert_eq!(of_certificate(expired), "certificate of \"a.example\" expired 3 days ago");
        let early = CertificateError::NotValidYetContext { time: at(99), not_before: at(100) };
        assert_eq!(of_certificate(early), "certificate of \"a.example\" is not valid yet, but in 1 day");
        let cases =
            [(0, "1 second"), (59, "59 seconds"), (60, "1 minute"), (7_199, "1 hour"), (800 * 86_400, "2 years")];
        for (seconds, words) in cases {
            assert_eq!(spoken(Duration::from_secs(seconds)), words);
        }
    }

    #[test]
    fn what_is_spoken_in_the_place_of_tls_is_told() {
        let error = rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType);
        let cases: [(&[u8], &str); 5] = [
            (b"HTTP/1.1 400 Bad Request", "\"a.example\" speaks plain http at that port, and no TLS"),
            (b"<html>", "\"a.example\" speaks plain http at that port, and no TLS"),
            (b"SSH-2.0-OpenSSH", "\"a.example\" speaks ssh at that port, and no TLS"),
            (b"noise", "\"a.example\" does not speak TLS at that port"),
            (b"", "\"a.example\" does not speak TLS at that port"),
        ];
        for (bytes, words) in cases {
            assert_eq!(reason("a.example", &error, &opened(bytes)), words);
        }
    }

    #[test]
    fn an_alert_is_told_by_its_meaning() {
        let cases = [
            (AlertDescription::ProtocolVersion, "it knows neither 1.2 nor 1.3"),
            (AlertDescription::CertificateRequired, "wants a certificate of the client"),
            (AlertDescription::NoApplicationProtocol, "speaks no HTTP/1.1 over TLS"),
            (AlertDescription::UnrecognisedName, "knows no host of that name"),
            (AlertDescription::InternalError, "ended the handshake: internal error"),
            (AlertDescription::UnknownCA, "does not know the issuer"),
            (AlertDescription::from(200), "ended the handshake: alert 200"),
        ];
        for (alert, words) in cases {
            let told = reason("a.example", &rustls::Error::AlertReceived(alert), &Opening::default());
            assert!(told.starts_with("\"a.example\" ") && told.contains(words), "{told}");
        }
    }
}
