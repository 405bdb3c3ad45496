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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Untrusted>,
    /// Who signed it, as it says itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
