//! Hostile files of settings of SSH.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unhidden_fuzz::look;

fuzz_target!(|bytes: &[u8]| {
    look(bytes);
    look(&[bytes, b"\n  PermitRootLogin yes\n"].concat());
});
