//! Hostile private keys of OpenSSH.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unhidden_fuzz::armoured;

fuzz_target!(|bytes: &[u8]| {
    armoured("OPENSSH PRIVATE KEY", &[b"openssh-key-v1\0", bytes].concat());
});
