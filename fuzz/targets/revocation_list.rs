//! Hostile lists of revoked certificates.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unhidden_fuzz::{armoured, look};

fuzz_target!(|bytes: &[u8]| {
    look(bytes);
    armoured("X509 CRL", bytes);
});
