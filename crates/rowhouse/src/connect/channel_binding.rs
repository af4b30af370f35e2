//! `tls-server-end-point` (RFC 5929): the hash of the server's certificate, which binds SCRAM to
//! the TLS channel it runs in.

use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

/// Hashes `certificate` (DER) with the hash of its own signature; MD5 and SHA-1 give way to
/// SHA-256. `None` where the RFC defines nothing (Ed25519) or the certificate cannot be read.
pub(super) fn tls_server_end_point(certificate: &[u8]) -> Option<Vec<u8>> {
    Some(match signature_hash(certificate)? {
        Hash::Sha224 => Sha224::digest(certificate).to_vec(),
        Hash::Sha256 => Sha256::digest(certificate).to_vec(),
        Hash::Sha384 => Sha384::digest(certificate).to_vec(),
        Hash::Sha512 => Sha512::digest(certificate).to_vec(),
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hash {
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

const SEQUENCE: u8 = 0x30;
const OBJECT_IDENTIFIER: u8 = 0x06;
/// `[0] EXPLICIT`, where RSASSA-PSS names its hash.
const CONTEXT_0: u8 = 0xa0;

/// 1.2.840.113549.1.1, PKCS #1.
const PKCS1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];
/// 1.2.840.10045.4, ECDSA signatures.
const ECDSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04];
/// 2.16.840.1.101.3.4.2, the SHA-2 hashes.
const SHA2: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];

fn signature_hash(certificate: &[u8]) -> Option<Hash> {
    // Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }
    let (certificate, _) = element(certificate, SEQUENCE)?;
    let (_, rest) = element(certificate, SEQUENCE)?;
    let (algorithm, _) = element(rest, SEQUENCE)?;
    let (oid, parameters) = element(algorithm, OBJECT_IDENTIFIER)?;
    if let Some(kind) = oid.strip_prefix(PKCS1) {
        return match kind {
            [0x04 | 0x05 | 0x0b] => Some(Hash::Sha256),
            [0x0a] => pss_hash(parameters),
            [0x0c] => Some(Hash::Sha384),
            [0x0d] => Some(Hash::Sha512),
            [0x0e] => Some(Hash::Sha224),
            _ => None,
        };
    }
    match oid.strip_prefix(ECDSA)? {
        [0x01] | [0x03, 0x02] => Some(Hash::Sha256),
        [0x03, 0x01] => Some(Hash::Sha224),
        [0x03, 0x03] => Some(Hash::Sha384),
        [0x03, 0x04] => Some(Hash::Sha512),
        _ => None,
    }
}

/// RSASSA-PSS says its hash in the parameters; SHA-1 if it says nothing.
fn pss_hash(parameters: &[u8]) -> Option<Hash> {
    let (parameters, _) = element(parameters, SEQUENCE)?;
    let Some((hash, _)) = element(parameters, CONTEXT_0) else {
        return Some(Hash::Sha256);
    };
    let (hash, _) = element(hash, SEQUENCE)?;
    let (oid, _) = element(hash, OBJECT_IDENTIFIER)?;
    match oid.strip_prefix(SHA2)? {
        [0x01] => Some(Hash::Sha256),
        [0x02] => Some(Hash::Sha384),
        [0x03] => Some(Hash::Sha512),
        [0x04] => Some(Hash::Sha224),
        _ => None,
    }
}

/// The content of the DER element with this tag at the start of `der`, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&[found, length], rest) = der.split_first_chunk::<2>()?;
    if found != tag {
        return None;
    }
    let (length, rest) = if length < 0x80 {
        (usize::from(length), rest)
    } else {
        let width = usize::from(length & 0x7f);
        // More than three bytes of length would be a certificate of 16 MB.
        if width == 0 || width > 3 {
            return None;
        }
        let (bytes, rest) = rest.split_at_checked(width)?;
        (
            bytes
                .iter()
                .fold(0, |length, byte| length << 8 | usize::from(*byte)),
            rest,
        )
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn certificate_signed_with(algorithm: &'static rcgen::SignatureAlgorithm) -> Vec<u8> {
        let key = rcgen::KeyPair::generate_for(algorithm).unwrap();
        let params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn the_hash_follows_the_signature() {
        for (algorithm, hash) in [
            (&rcgen::PKCS_ECDSA_P256_SHA256, Some(Hash::Sha256)),
            (&rcgen::PKCS_ECDSA_P384_SHA384, Some(Hash::Sha384)),
            (&rcgen::PKCS_ED25519, None),
        ] {
            assert_eq!(signature_hash(&certificate_signed_with(algorithm)), hash);
        }
    }

    proptest! {
        #[test]
        fn garbage_is_no_certificate(garbage: Vec<u8>) {
            let _ = tls_server_end_point(&garbage);
        }

        #[test]
        fn a_damaged_certificate_does_not_panic(at in 0..300_usize, byte: u8) {
            let mut certificate = certificate_signed_with(&rcgen::PKCS_ECDSA_P256_SHA256);
            let at = at % certificate.len();
            certificate[at] = byte;
            let _ = tls_server_end_point(&certificate);
            let _ = tls_server_end_point(&certificate[..at]);
        }
    }
}
