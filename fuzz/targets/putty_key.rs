//! Hostile private keys of PuTTY.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unhidden_fuzz::look;

fuzz_target!(|bytes: &[u8]| {
    look(&[b"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: ", bytes].concat());
});
