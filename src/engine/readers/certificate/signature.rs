//! The algorithms by which certificates are signed, by name.

use x509_parser::x509::AlgorithmIdentifier;

/// Object ids of signatures with their names: hash, then key.
const NAMES: &[(&str, &str)] = &[
    ("1.2.840.10040.4.3", "sha1-dsa"),
    ("1.2.840.10045.4.1", "sha1-ecdsa"),
    ("1.2.840.10045.4.3.1", "sha224-ecdsa"),
    ("1.2.840.10045.4.3.2", "sha256-ecdsa"),
    ("1.2.840.10045.4.3.3", "sha384-ecdsa"),
    ("1.2.840.10045.4.3.4", "sha512-ecdsa"),
    ("1.2.840.113549.1.1.2", "md2-rsa"),
    ("1.2.840.113549.1.1.3", "md4-rsa"),
    ("1.2.840.113549.1.1.4", "md5-rsa"),
    ("1.2.840.113549.1.1.5", "sha1-rsa"),
    ("1.2.840.113549.1.1.10", "rsa-pss"),
    ("1.2.840.113549.1.1.11", "sha256-rsa"),
    ("1.2.840.113549.1.1.12", "sha384-rsa"),
    ("1.2.840.113549.1.1.13", "sha512-rsa"),
    ("1.2.840.113549.1.1.14", "sha224-rsa"),
    ("1.3.14.3.2.29", "sha1-rsa"),
    ("1.3.101.112", "ed25519"),
    ("1.3.101.113", "ed448"),
    ("2.16.840.1.101.3.4.3.1", "sha224-dsa"),
    ("2.16.840.1.101.3.4.3.2", "sha256-dsa"),
    ("2.16.840.1.101.3.4.3.17", "ml-dsa-44"),
    ("2.16.840.1.101.3.4.3.18", "ml-dsa-65"),
    ("2.16.840.1.101.3.4.3.19", "ml-dsa-87"),
];

/// The name of a signature's algorithm; its object id where it has none here.
pub(super) fn name(algorithm: &AlgorithmIdentifier<'_>) -> String {
    let id = algorithm.algorithm.to_id_string();
    NAMES.iter().find(|(known, _)| *known == id).map_or(id, |(_, name)| (*name).to_owned())
}
