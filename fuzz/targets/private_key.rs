//! Hostile private keys in DER and in armour.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unhidden_fuzz::{armoured, look};

fuzz_target!(|bytes: &[u8]| {
    look(bytes);
    for label in ["PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY"] {
        armoured(label, bytes);
    }
});
