//! What was agreed on in a TLS handshake. Knows no handshake.

use crate::text::Untrusted;
use serde::{Deserialize, Serialize};

/// How a connection is secured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsFacts {
    /// `1.2` or `1.3`.
    pub version: Box<str>,
    /// As its RFC names it: `TLS13_AES_256_GCM_SHA384`.
    pub cipher: Box<str>,
    /// The last moment of the certificate's validity, as RFC 3339 writes it; none, where it can't be read.
    pub not_after: Option<Box<str>>,
    /// Whom the certificate is for, as it says itself.
    #[serde(default)]
    pub subject: Option<Untrusted>,
    /// Who signed it, as it says itself.
    #[serde(default)]
    pub issuer: Option<Untrusted>,
    /// Nothing of the certificate was checked (`--insecure`).
    #[serde(default)]
    pub unchecked: bool,
}

impl TlsFacts {
    /// In one line: `TLS 1.3, TLS13_AES_256_GCM_SHA384, certificate until 2027-01-02`.
    pub fn words(&self) -> String {
        let day = self.not_after.as_deref().and_then(|moment| moment.split('T').next());
        let until = day.map_or(String::new(), |day| format!(", certificate until {day}"));
        format!("TLS {}, {}{until}", self.version, self.cipher)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_certificate_that_can_not_be_read_does_not_tell_is_null_and_not_left_out() {
        let (not_after, subject, issuer) = (None, None, None);
        let facts = TlsFacts { version: "1.3".into(), cipher: "x".into(), not_after, subject, issuer, unchecked: true };
        let written = serde_json::to_value(&facts).unwrap();
        for key in ["not_after", "subject", "issuer"] {
            assert_eq!(written.get(key), Some(&serde_json::Value::Null), "{key}");
        }
        assert_eq!(serde_json::from_value::<TlsFacts>(written).unwrap(), facts);
        let old = r#"{"version":"1.3","cipher":"x","not_after":null,"unchecked":true}"#;
        assert_eq!(serde_json::from_str::<TlsFacts>(old).unwrap(), facts, "recordings from before are read");
    }
}
