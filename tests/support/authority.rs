//! Certificates made for a test, good ones and bad ones. Knows nothing of connections.

use crawltop::net::Trust;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use std::sync::Arc;
use tempfile::NamedTempFile;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    /// Its certificate, as `--cacert` takes it.
    file: NamedTempFile,
}

impl Authority {
    pub fn new(name: &str) -> Authority {
        let issuer = CertifiedIssuer::self_signed(authority(name), KeyPair::generate().unwrap()).unwrap();
        Authority::of(issuer)
    }

    /// One whose own certificate is this one's, with `change` made to it.
    pub fn below(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Authority {
        let mut params = authority(name);
        change(&mut params);
        Authority::of(CertifiedIssuer::signed_by(params, KeyPair::generate().unwrap(), &self.issuer).unwrap())
    }

    fn of(issuer: CertifiedIssuer<'static, KeyPair>) -> Authority {
        let file = NamedTempFile::new().unwrap();
        std::fs::write(file.path(), issuer.pem()).unwrap();
        Authority { issuer, file }
    }

    /// Its own certificate, which servers show behind theirs.
    pub fn certificate(&self) -> CertificateDer<'static> {
        self.issuer.der().clone()
    }

    pub fn trust(&self) -> Trust {
        Trust::File(self.file.path().to_owned())
    }

    /// What a server needs to show a certificate for `name`, with `change` made to it.
    pub fn certify(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Arc<ServerConfig> {
        let (certificate, key) = self.issue(name, change);
        let config = ServerConfig::builder().with_no_client_auth();
        Arc::new(config.with_single_cert(vec![certificate], key).unwrap())
    }

    /// A certificate for `name`, with `change` made to it, and its key.
    pub fn issue(
        &self,
        name: &str,
        change: impl FnOnce(&mut CertificateParams),
    ) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.der().clone(), PrivateKeyDer::Pkcs8(key.serialize_der().into()))
    }
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

/// Certificates that are not to be believed, whom one trusts there, and what is wrong in words.
pub fn doubtful(authority: &Authority, other: &Authority) -> [(Arc<ServerConfig>, Trust, &'static str); 4] {
    [
        (
            authority.certify("127.0.0.1", |it| it.not_after = date_time_ymd(2001, 2, 3)),
            authority.trust(),
            "certificate of \"127.0.0.1\" expired ",
        ),
        (
            authority.certify("127.0.0.1", |it| it.not_before = date_time_ymd(3001, 2, 3)),
            authority.trust(),
            "certificate of \"127.0.0.1\" is not valid yet",
        ),
        (
            authority.certify("a.example", |_| ()),
            authority.trust(),
            "certificate of \"127.0.0.1\" is for another name: \"a.example\"",
        ),
        (
            authority.certify("127.0.0.1", |_| ()),
            other.trust(),
            "certificate of \"127.0.0.1\" is from an unknown issuer",
        ),
    ]
}
