//! Hostile public keys of SSH, with what may stand around them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unhidden_fuzz::{look, ssh_line};

fuzz_target!(|bytes: &[u8]| {
    for kind in ["ssh-rsa", "ssh-ed25519", "ecdsa-sha2-nistp256"] {
        ssh_line(kind, &[&[0, 0, 0, kind.len().try_into().unwrap_or(0)][..], kind.as_bytes(), bytes].concat());
    }
    look(bytes);
});
