//! Hostile certificates of OpenSSH.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unhidden_fuzz::ssh_line;

fuzz_target!(|bytes: &[u8]| {
    let kind = "ssh-ed25519-cert-v01@openssh.com";
    ssh_line(kind, &[&[0, 0, 0, kind.len().try_into().unwrap_or(0)][..], kind.as_bytes(), bytes].concat());
});
