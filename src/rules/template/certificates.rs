//! Made-up certificates, requests and lists of revoked ones: right in structure, signed by nobody.

use super::{
    der::{bits, integer, oid, sequence, set, tagged, text, time},
    keys::{PRIME256V1, armour},
    random::Random,
};

/// 1.2.840.10045.2.1
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
/// 1.2.840.10045.4.3.2
const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
/// 2.5.4.3
const COMMON_NAME: &[u8] = &[0x55, 4, 3];

/// 1.2.840.113549.1.7.1
const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
/// 1.2.840.113549.1.7.2
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];

/// A certificate of version 3.
pub(super) fn certificate(random: &mut Random) -> String {
    armour("CERTIFICATE", "", &issued(random))
}

/// Two certificates in PKCS#7, without a message or a signature.
pub(super) fn bundle(random: &mut Random) -> String {
    let both = [issued(random), issued(random)].concat();
    let signed = sequence(&[integer(&[1]), set(&[]), sequence(&[oid(DATA)]), tagged(0, &both), set(&[])]);
    armour("PKCS7", "", &sequence(&[oid(SIGNED_DATA), tagged(0, &signed)]))
}

fn issued(random: &mut Random) -> Vec<u8> {
    let validity = sequence(&[time("260101000000Z"), time("270101000000Z")]);
    let serial = integer(&random.bytes::<16>());
    let parts = [tagged(0, &integer(&[2])), serial, algorithm(), name("Acme CA"), validity, name("svc.acme.dev"), key(random)];
    signed(random, &sequence(&parts))
}

/// A request (PKCS#10).
pub(super) fn request(random: &mut Random) -> String {
    let info = sequence(&[integer(&[0]), name("svc.acme.dev"), key(random), tagged(0, &[])]);
    armour("CERTIFICATE REQUEST", "", &signed(random, &info))
}

/// A list of version 2 with one revoked certificate.
pub(super) fn revocation_list(random: &mut Random) -> String {
    let revoked = sequence(&[integer(&random.bytes::<16>()), time("260201000000Z")]);
    let parts = [integer(&[1]), algorithm(), name("Acme CA"), time("260301000000Z"), time("260401000000Z"), sequence(&[revoked])];
    armour("X509 CRL", "", &signed(random, &sequence(&parts)))
}

/// A public key on P-256.
pub(super) fn public(random: &mut Random) -> String {
    armour("PUBLIC KEY", "", &key(random))
}

fn algorithm() -> Vec<u8> {
    sequence(&[oid(ECDSA_SHA256)])
}

fn name(common: &str) -> Vec<u8> {
    sequence(&[set(&sequence(&[oid(COMMON_NAME), text(common)]))])
}

/// `SubjectPublicKeyInfo` on P-256.
fn key(random: &mut Random) -> Vec<u8> {
    let point = [&[4], &random.bytes::<64>()[..]].concat();
    sequence(&[sequence(&[oid(EC_PUBLIC_KEY), oid(PRIME256V1)]), bits(&point)])
}

fn signed(random: &mut Random, what: &[u8]) -> Vec<u8> {
    let signature = sequence(&[integer(&random.bytes::<32>()), integer(&random.bytes::<32>())]);
    sequence(&[what.to_vec(), algorithm(), bits(&signature)])
}
