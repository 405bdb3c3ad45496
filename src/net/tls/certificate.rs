//! What a certificate says of itself. Believes nothing of it, and knows no handshake.

use std::net::IpAddr;
use std::time::Duration;
use tokio_rustls::rustls::pki_types::CertificateDer;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;
use x509_parser::time::ASN1Time;

/// A larger one is not read: one with a thousand names has half of that.
const MOST_BYTES: usize = 64 << 10;
/// An RSA key below this is refused by everyone.
const RSA_BITS: usize = 2048;
/// Signatures that can be forged, by the numbers of their algorithms.
const FORGEABLE: [(&str, &str); 6] = [
    ("1.2.840.113549.1.1.2", "MD2"),
    ("1.2.840.113549.1.1.4", "MD5"),
    ("1.2.840.113549.1.1.5", "SHA-1"),
    ("1.3.14.3.2.29", "SHA-1"),
    ("1.2.840.10045.4.1", "SHA-1"),
    ("1.2.840.10040.4.3", "SHA-1"),
];

/// A certificate, mostly the one that a server shows as its own.
pub struct Leaf<'a>(X509Certificate<'a>);

impl<'a> Leaf<'a> {
    /// Nothing, where the bytes are no certificate that can be read.
    pub fn read(bytes: &'a CertificateDer<'_>) -> Option<Leaf<'a>> {
        let bytes = Some(bytes.as_ref()).filter(|bytes| bytes.len() <= MOST_BYTES)?;
        X509Certificate::from_der(bytes).ok().map(|(_, certificate)| Leaf(certificate))
    }

    /// The last moment of its validity, as RFC 3339 writes it.
    pub fn not_after(&self) -> Box<str> {
        written(self.0.validity().not_after)
    }

    pub fn is_self_signed(&self) -> bool {
        self.0.issuer().as_raw() == self.0.subject().as_raw()
    }

    pub fn is_valid_at(&self, unix_seconds: u64) -> bool {
        let now = i64::try_from(unix_seconds).unwrap_or(i64::MAX);
        let validity = self.0.validity();
        (validity.not_before.timestamp()..=validity.not_after.timestamp()).contains(&now)
    }

    /// Of one with a date before 1970, which the library can't read: for how long it has been out of date, nothing of
    /// that where it is not.
    pub fn ancient(&self, unix_seconds: u64) -> Option<Duration> {
        let now = i64::try_from(unix_seconds).unwrap_or(i64::MAX);
        let validity = self.0.validity();
        let (begins, ends) = (validity.not_before.timestamp(), validity.not_after.timestamp());
        let ago = u64::try_from(now.saturating_sub(ends)).unwrap_or_default();
        (begins < 0 || ends < 0).then_some(Duration::from_secs(ago))
    }

    /// Whether that is the last second of its validity.
    pub fn ends_at(&self, unix_seconds: u64) -> bool {
        i64::try_from(unix_seconds) == Ok(self.0.validity().not_after.timestamp())
    }

    /// Whether that is the first one.
    pub fn begins_at(&self, unix_seconds: u64) -> bool {
        i64::try_from(unix_seconds) == Ok(self.0.validity().not_before.timestamp())
    }

    /// Whose it is, as an authority is called.
    pub fn name(&self) -> String {
        self.0.subject().to_string()
    }

    /// Whom it is for: its first name, or what counted as one before.
    pub fn subject(&self) -> Option<String> {
        let common = || self.common_name().map(str::to_owned);
        self.names().into_iter().next().or_else(common)
    }

    /// Who is said to have signed it.
    pub fn issuer(&self) -> String {
        self.0.issuer().to_string()
    }

    /// The hosts that it is for: its subject alternative names.
    pub fn names(&self) -> Vec<String> {
        let Ok(Some(extension)) = self.0.subject_alternative_name() else { return Vec::new() };
        extension.value.general_names.iter().filter_map(host).collect()
    }

    /// The name that counted before there were alternative names, and does no more.
    pub fn common_name(&self) -> Option<&str> {
        self.0.subject().iter_common_name().next()?.as_str().ok()
    }

    /// What makes it worthless whoever signed it, behind "certificate of …".
    pub fn weakness(&self) -> Option<String> {
        if let Ok(PublicKey::RSA(key)) = self.0.public_key().parsed() {
            let bits = key.key_size();
            if bits < RSA_BITS {
                return Some(format!("has an RSA key of {bits} bits, and {RSA_BITS} are the least"));
            }
        }
        let algorithm = self.0.signature_algorithm.algorithm.to_id_string();
        let (_, hash) = FORGEABLE.iter().find(|(id, _)| *id == algorithm)?;
        Some(format!("is signed with {hash}, which can be forged"))
    }
}

fn host(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => address(bytes).map(|address| address.to_string()),
        _ => None,
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let four = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    four.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok()
}

fn written(time: ASN1Time) -> Box<str> {
    let it = time.to_datetime();
    let (year, month, day) = (it.year(), u8::from(it.month()), it.day());
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", it.hour(), it.minute(), it.second()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, DnType, KeyPair, date_time_ymd};

    fn made(change: impl FnOnce(&mut CertificateParams)) -> CertificateDer<'static> {
        let names = ["a.example", "*.b.example", "127.0.0.1", "::1"].map(str::to_owned);
        let mut params = CertificateParams::new(names).unwrap();
        params.distinguished_name.push(DnType::CommonName, "the common name");
        change(&mut params);
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().clone()
    }

    #[test]
    fn a_certificate_tells_its_names_its_issuer_and_its_end() {
        let bytes = made(|it| it.not_after = date_time_ymd(2027, 1, 2));
        let leaf = Leaf::read(&bytes).unwrap();
        assert_eq!(leaf.names(), ["a.example", "*.b.example", "127.0.0.1", "::1"]);
        assert_eq!(&*leaf.not_after(), "2027-01-02T00:00:00Z");
        assert_eq!((leaf.common_name(), leaf.is_self_signed()), (Some("the common name"), true));
        assert!(leaf.issuer().contains("the common name"), "{}", leaf.issuer());
        assert_eq!(leaf.weakness(), None);
        assert!(leaf.is_valid_at(1_700_000_000) && !leaf.is_valid_at(4_000_000_000) && !leaf.is_valid_at(u64::MAX));
    }

    /// Dates behind the year 2049 are written in another form.
    #[test]
    fn a_date_far_off_is_read_too() {
        let bytes = made(|it| it.not_after = date_time_ymd(3001, 2, 3));
        assert_eq!(&*Leaf::read(&bytes).unwrap().not_after(), "3001-02-03T00:00:00Z");
    }

    #[test]
    fn dates_before_1970_are_read_too() {
        let now = 2 * 365 * 86_400;
        let ancient = |begins: i32, ends: i32| {
            let bytes = made(|it| {
                it.not_before = date_time_ymd(begins, 1, 1);
                it.not_after = date_time_ymd(ends, 1, 1);
            });
            let leaf = Leaf::read(&bytes).unwrap();
            (leaf.ancient(now).map(|ago| ago.as_secs() / 86_400 / 365), leaf.is_valid_at(now))
        };
        assert_eq!(ancient(1951, 1960), (Some(12), false));
        assert_eq!(ancient(1951, 1971), (Some(1), false));
        assert_eq!(ancient(1951, 2040), (Some(0), true));
        assert_eq!(ancient(1971, 2040), (None, true));
    }

    #[test]
    fn bytes_that_are_no_certificate_are_none_cut_or_changed_anywhere() {
        let whole = made(|_| ());
        for length in 0..whole.len() {
            assert!(Leaf::read(&CertificateDer::from(&whole[..length])).is_none(), "{length}");
        }
        for place in 0..whole.len() {
            for flipped in [0x01, 0x20, 0x80, 0xff] {
                let mut bytes = whole.to_vec();
                bytes[place] ^= flipped;
                if let Some(leaf) = Leaf::read(&CertificateDer::from(bytes)) {
                    let _ = (leaf.names(), leaf.not_after(), leaf.issuer(), leaf.weakness());
                }
            }
        }
        assert!(Leaf::read(&CertificateDer::from(vec![0x30; MOST_BYTES + 1])).is_none());
    }
}
